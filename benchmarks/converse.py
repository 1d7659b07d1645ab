"""What a message on a Converse stream costs the server, beside a bare grpc.aio unary echo and unary SendMessage.

    python -m benchmarks.converse [--messages 6400] [--streams 16] [--rounds 3] [--json]

All in one run, in alternating rounds, each variant a server process of its own driven by this one; figures are
microseconds of server CPU a message, the least of the rounds. `echo` is a grpc.aio unary method that answers the same
bytes at once, `bidi echo` the same on streams. `ready` is the whole of botserver.rpc over a session service that
answers from memory: what the wire costs. `durable` is `botserver serve` on an SQLite file with a bot that waits in
HEAR: what a message costs. Ratios say how many times the messages of the unary echo a CPU second carries.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import grpc
import uvloop
from grpc import aio

from botserver.ids import SessionId
from botserver.rpc.pb import session_pb2

from .service import METHOD, SESSIONS, _open, _Server, _write_bot

ECHO = """
import asyncio, sys, uvloop
import grpc
from grpc import aio

REPLY, FRAME = bytes.fromhex(sys.argv[1]), bytes.fromhex(sys.argv[2])

async def main():
    async def echo(request, context):
        return REPLY
    async def talk(requests, context):
        while (await context.read()) is not aio.EOF:
            await context.write(FRAME)
    handlers = {
        "SendMessage": grpc.unary_unary_rpc_method_handler(echo),
        "Converse": grpc.stream_stream_rpc_method_handler(talk),
    }
    server = aio.server()
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("botserver.v1.SessionService", handlers),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"serving echo on 127.0.0.1:{port}", flush=True)
    await server.wait_for_termination()

uvloop.run(main())
"""
READY = """
import asyncio, uvloop
from benchmarks.rpc import READY, ReadyReplies
from botserver.rpc.server import RpcServer, RpcSettings
from botserver.telemetry.logs import configure
from botserver.telemetry.metrics import Metrics

class Ready(ReadyReplies):
    def submit_message(self, principal, session_id, incoming, wait):
        future = asyncio.get_running_loop().create_future()
        future.set_result(READY)
        return future

async def main():
    configure("json", "warning")
    server = RpcServer(Ready(), RpcSettings("127.0.0.1:0"), Metrics("benchmark"))
    print("serving ready on", await server.start(), flush=True)
    await asyncio.Event().wait()

uvloop.run(main())
"""
Drive = Callable[[str, list[SessionId], int, int, str], Awaitable[None]]


async def _unary(address: str, ids: list[SessionId], messages: int, streams: int, label: str) -> None:
    async with aio.insecure_channel(address) as channel:
        send = channel.unary_unary(METHOD + "SendMessage")

        async def talk(lane: int) -> None:
            for turn in range(messages // streams):
                session_id = ids[(turn * streams + lane) % SESSIONS]
                request = session_pb2.SendMessageRequest(
                    session_id=session_id, message_id=f"{label}-{lane}-{turn}", text="2 pizzas"
                )
                await send(request.SerializeToString(), timeout=60)

        await asyncio.gather(*(talk(lane) for lane in range(streams)))


def _converse(size: int) -> Drive:
    """One frame of `size` messages of different sessions is out at a time on each stream."""

    async def drive(address: str, ids: list[SessionId], messages: int, streams: int, label: str) -> None:
        async with aio.insecure_channel(address) as channel:
            start = channel.stream_stream(METHOD + "Converse")

            async def talk(lane: int) -> None:
                stream = start()
                own = ids[lane * SESSIONS // streams : (lane + 1) * SESSIONS // streams]
                at = 0
                for turn in range(messages // streams // size):
                    frame = session_pb2.ConverseRequest()
                    for _ in range(size):
                        at += 1
                        frame.messages.add(
                            session_id=own[at % len(own)], message_id=f"{label}-{lane}-{turn}-{at}", text="2 pizzas"
                        )
                    await stream.write(frame.SerializeToString())
                    left = size
                    while left:
                        left -= len(session_pb2.ConverseResponse.FromString(await stream.read()).replies)
                await stream.done_writing()
                while await stream.read() is not aio.EOF:
                    pass

            await asyncio.gather(*(talk(lane) for lane in range(streams)))

    return drive


def measure(messages: int, streams: int, rounds: int) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "botserver.cli", "serve", str(_write_bot(folder)), "--listen", "127.0.0.1:0"]
        durable = _Server([*command, "--metrics", "off", "--database", str(folder / "served.db")])
        ids, reply = uvloop.run(_open(durable.address))
        echo = _Server([sys.executable, "-c", ECHO, reply.hex(), _frame(reply, 1).hex()])
        echo16 = _Server([sys.executable, "-c", ECHO, reply.hex(), _frame(reply, 16).hex()])
        ready = _Server([sys.executable, "-c", READY])
        variants: dict[str, tuple[_Server, Drive]] = {
            "unary, echo": (echo, _unary),
            "unary, ready": (ready, _unary),
            "unary, durable": (durable, _unary),
            "converse 1, echo": (echo, _converse(1)),
            "converse 1, ready": (ready, _converse(1)),
            "converse 1, durable": (durable, _converse(1)),
            "converse 16, echo": (echo16, _converse(16)),
            "converse 16, ready": (ready, _converse(16)),
            "converse 16, durable": (durable, _converse(16)),
        }
        cpu: dict[str, list[float]] = {variant: [] for variant in variants}
        for number in range(rounds + 1):
            for variant, (server, drive) in variants.items():
                before = server.cpu_s()
                uvloop.run(drive(server.address, ids, messages, streams, f"{number}-{variant.replace(' ', '')}"))
                if number:  # the first round warms up
                    cpu[variant].append((server.cpu_s() - before) / messages * 1e6)
        for server in (durable, echo, echo16, ready):
            server.stop()
    least = {variant: min(figures) for variant, figures in cpu.items()}
    bare = least["unary, echo"]
    return {variant: {"cpu_us": round(us), "times_echo": round(bare / us, 2)} for variant, us in least.items()}


def _frame(reply: bytes, size: int) -> bytes:
    """What the bidi echo answers."""
    response = session_pb2.SendMessageResponse.FromString(reply)
    frame = session_pb2.ConverseResponse()
    for n in range(size):
        frame.replies.add(session_id=response.reply.session_id, message_id=f"m-{n}", response=response)
    return frame.SerializeToString()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=6400)
    parser.add_argument("--streams", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.messages, options.streams, options.rounds)
    if options.json:
        print(json.dumps({"python": platform.python_version(), "grpc": grpc.__version__, **figures}))
        return
    for variant, each in figures.items():
        print(f"{variant:22} {each['cpu_us']:7.0f} us {each['times_echo']:7.2f} times the unary echo")


if __name__ == "__main__":
    main()
