"""What the wire costs: server CPU for a SendMessage whose reply is ready, against a bare grpc.aio echo.

    python -m benchmarks.rpc [--calls 4000] [--concurrency 32] [--json]

Each variant is a server process of its own, driven by this process; the figure is the server's CPU time a call, the
least of five rounds. `echo` is a grpc.aio method that parses the same request and answers the same reply, made
beforehand. `service` is the whole of botserver.rpc with metrics, over a session service that answers from memory.
`handler` is the time of the same method called directly, without gRPC.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import platform
import resource
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import grpc
import uvloop
from grpc import aio

from botserver.ids import SessionId
from botserver.model import (
    Activity,
    Incoming,
    Message,
    Principal,
    Reply,
    Role,
    SuggestionView,
    TurnUsage,
    Wait,
    WaitingFor,
)
from botserver.rpc.interceptors import Door
from botserver.rpc.pb import session_pb2
from botserver.rpc.server import RpcServer, RpcSettings
from botserver.rpc.sessions import SessionServicer
from botserver.rpc.translate import write_reply
from botserver.telemetry.logs import configure
from botserver.telemetry.metrics import Metrics

METHOD = "/botserver.v1.SessionService/SendMessage"
SESSION = SessionId("11111111-1111-4111-8111-111111111111")
VARIANTS = ("echo", "service")
LOOPS: dict[str, Callable[..., Any]] = {"asyncio": asyncio.run, "uvloop": uvloop.run}
ROUNDS = 5


_BUTTONS = (SuggestionView("y", "Yes"), SuggestionView("n", "No"))
READY = Reply(
    SESSION,
    (Message(8, Role.BOT, "You said 2 pizzas.", 1_767_225_600.5, _BUTTONS, turn=4),),
    8,
    8,
    Activity.WAITING_INPUT,
    4,
    WaitingFor("input", "answer", options=_BUTTONS),
    usage=TurnUsage(120, 900, 0.05, 0.4),
)
_keep: list[aio.Server | RpcServer] = []
"""Servers to stop at the end."""


class ReadyReplies:
    """Only what the benchmark calls of a session service."""

    async def send_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> Reply:
        return READY

    def __getattr__(self, name: str) -> Any:
        return None


async def _listen_as_echo() -> int:
    reply = session_pb2.SendMessageResponse()
    write_reply(reply.reply, READY)

    async def echo(request: session_pb2.SendMessageRequest, context: object) -> session_pb2.SendMessageResponse:
        return reply

    handler = grpc.unary_unary_rpc_method_handler(
        echo,
        request_deserializer=session_pb2.SendMessageRequest.FromString,
        response_serializer=session_pb2.SendMessageResponse.SerializeToString,
    )
    server = aio.server()
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("botserver.v1.SessionService", {"SendMessage": handler}),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    _keep.append(server)
    return port


async def _listen_as_service() -> int:
    server = RpcServer(ReadyReplies(), RpcSettings("127.0.0.1:0"), Metrics("benchmark"))
    _keep.append(server)
    return int((await server.start()).rpartition(":")[2])


def _serve(variant: str, loop: str, pipe: Connection) -> None:
    async def run() -> None:
        configure("json", "info")
        pipe.send(await (_listen_as_echo() if variant == "echo" else _listen_as_service()))
        while await asyncio.to_thread(pipe.recv):
            used = resource.getrusage(resource.RUSAGE_SELF)
            pipe.send(used.ru_utime + used.ru_stime)
        for server in _keep:
            await (server.stop() if isinstance(server, RpcServer) else server.stop(0))

    LOOPS[loop](run())


async def _drive(port: int, calls: int, concurrency: int) -> None:
    async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call: aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(METHOD)

        async def talk(lane: int) -> None:
            for n in range(calls // concurrency):
                request = session_pb2.SendMessageRequest(session_id=SESSION, message_id=f"{lane}-{n}", text="2 pizzas")
                await call(request.SerializeToString(), timeout=30)

        await asyncio.gather(*(talk(lane) for lane in range(concurrency)))


def measure(variant: str, loop: str, calls: int, concurrency: int) -> float:
    """Microseconds of server CPU a call."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(variant, loop, theirs))
    process.start()
    port = ours.recv()

    def cpu_s() -> float:
        ours.send(True)
        return float(ours.recv())

    uvloop.run(_drive(port, calls // 4, concurrency))
    rounds = []
    for _ in range(ROUNDS):
        before = cpu_s()
        uvloop.run(_drive(port, calls, concurrency))
        rounds.append((cpu_s() - before) / calls * 1e6)
    ours.send(False)
    process.join()
    return min(rounds)


class _Context:
    """What the wrapper asks of a call."""

    def time_remaining(self) -> float:
        return 30.0


def measure_handler(calls: int) -> float:
    """Microseconds of the method alone, from bytes to bytes."""

    configure("json", "info")

    async def run() -> float:
        door, servicer = Door(Metrics("benchmark")), SessionServicer(ReadyReplies())
        handler: Any = door.unary("SendMessage", session_pb2.SendMessageRequest, servicer.send_message)
        data = session_pb2.SendMessageRequest(session_id=SESSION, message_id="1", text="2 pizzas").SerializeToString()
        context = _Context()
        rounds = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            for _ in range(calls):
                await handler.unary_unary(data, context)
            rounds.append((time.perf_counter() - started) / calls * 1e6)
        return min(rounds)

    return uvloop.run(run())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=4000)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures: dict[str, float] = {
        f"{variant}, {loop}": round(measure(variant, loop, options.calls, options.concurrency))
        for loop in LOOPS
        for variant in VARIANTS
    }
    figures["handler"] = round(measure_handler(options.calls), 1)
    if options.json:
        print(json.dumps({"unit": "us", "python": platform.python_version(), "grpc": grpc.__version__, **figures}))
        return
    for name, figure in figures.items():
        print(f"{name:30} {figure:7.1f} us")


if __name__ == "__main__":
    main()
