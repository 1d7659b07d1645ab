"""Durable turns: how many a second, and what a message costs the server beside a bare grpc.aio echo.

    python -m benchmarks.service [--calls 3000] [--concurrency 32] [--rounds 3] [--json]

`in process` sends messages to the session service without gRPC, on an SQLite file with full synchronisation. `echo`
and `server` are processes of their own, driven by this one in alternating rounds: a grpc.aio method that answers the
same bytes at once, and `botserver serve` on an SQLite file with a bot that waits in HEAR inside a loop. The figures are
the least of the rounds for CPU and the best for rates.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import grpc
import psutil
import uvloop
from grpc import aio

from botserver.clock import SystemClock
from botserver.ids import MessageId, SessionId, new_session_id
from botserver.language.package import load_package
from botserver.model import LOCAL, Incoming, OpenRequest
from botserver.rpc.pb import session_pb2
from botserver.session.releases import Releases
from botserver.session.sessions import Sessions
from botserver.store.sqlite import open_store
from botserver.vm.machine import choose_vm

SESSIONS = 200
METHOD = "/botserver.v1.SessionService/"
BOT = """
order = ""
n = 0
ADD SUGGESTION "y" AS "Yes"
DO
    HEAR answer
    n = n + 1
    order = answer & " #" & n
    TALK "You said ${order}."
LOOP
"""
ECHO = """
import asyncio, sys, uvloop
import grpc
from grpc import aio

async def main():
    async def echo(request, context):
        return REPLY
    handler = grpc.unary_unary_rpc_method_handler(echo)
    server = aio.server()
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("botserver.v1.SessionService", {"SendMessage": handler}),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"serving echo on 127.0.0.1:{port}", flush=True)
    await server.wait_for_termination()

REPLY = bytes.fromhex(sys.argv[1])
uvloop.run(main())
"""


def _write_bot(folder: Path) -> Path:
    package = folder / "bench.gbai"
    dialog = package / "bench.gbdialog"
    dialog.mkdir(parents=True)
    (dialog / "start.bas").write_text(BOT)
    return package


# --- in process --------------------------------------------------------------------------------------------------


async def _in_process(package: Path, folder: Path, calls: int, concurrency: int) -> float:
    """Turns a second of the session service alone."""
    store = open_store(folder / "inside.db", SystemClock())
    releases = Releases(store)
    await releases.activate(load_package(package))
    sessions = Sessions(store, releases, choose_vm())
    await sessions.start()
    ids = [new_session_id() for _ in range(SESSIONS)]
    for session_id in ids:
        await sessions.create_session(OpenRequest("bench", LOCAL, session_id=session_id))

    async def talk(lane: int, n: int) -> None:
        for turn in range(n):
            session_id = ids[(turn * concurrency + lane) % SESSIONS]
            await sessions.send_message(LOCAL, session_id, Incoming(MessageId(f"{lane}-{turn}-{n}"), text="2 pizzas"))

    await asyncio.gather(*(talk(lane, calls // concurrency // 4) for lane in range(concurrency)))
    began_s = time.perf_counter()
    await asyncio.gather(*(talk(lane, calls // concurrency) for lane in range(concurrency)))
    rate = calls // concurrency * concurrency / (time.perf_counter() - began_s)
    await sessions.drain()
    await sessions.close()
    await store.close()
    return rate


# --- over gRPC ---------------------------------------------------------------------------------------------------


class _Server:
    """A process that says where it serves."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().decode().split()[-1]
        self._usage = psutil.Process(self.process.pid)

    def cpu_s(self) -> float:
        times = self._usage.cpu_times()
        return float(times.user + times.system)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


async def _open(address: str) -> tuple[list[SessionId], bytes]:
    """Sessions to talk to, and the bytes of a reply."""
    ids: list[SessionId] = []
    async with aio.insecure_channel(address) as channel:
        create = channel.unary_unary(METHOD + "CreateSession")
        for _ in range(SESSIONS):
            session_id = new_session_id()
            request = session_pb2.CreateSessionRequest(bot="bench", session_id=session_id, channel="api")
            await create(request.SerializeToString())
            ids.append(session_id)
        send = channel.unary_unary(METHOD + "SendMessage")
        request = session_pb2.SendMessageRequest(session_id=ids[0], message_id="first", text="2 pizzas")
        return ids, await send(request.SerializeToString())


async def _drive(address: str, ids: list[SessionId], calls: int, concurrency: int, label: str) -> float:
    """Calls a second."""
    async with aio.insecure_channel(address) as channel:
        send = channel.unary_unary(METHOD + "SendMessage")

        async def talk(lane: int) -> None:
            for turn in range(calls // concurrency):
                session_id = ids[(turn * concurrency + lane) % SESSIONS]
                request = session_pb2.SendMessageRequest(
                    session_id=session_id, message_id=f"{label}-{lane}-{turn}", text="2 pizzas"
                )
                await send(request.SerializeToString(), timeout=30)

        began_s = time.perf_counter()
        await asyncio.gather(*(talk(lane) for lane in range(concurrency)))
        return calls // concurrency * concurrency / (time.perf_counter() - began_s)


def _over_grpc(package: Path, folder: Path, calls: int, concurrency: int, rounds: int) -> dict[str, float]:
    command = [sys.executable, "-m", "botserver.cli", "serve", str(package), "--listen", "127.0.0.1:0"]
    server = _Server([*command, "--metrics", "off", "--database", str(folder / "served.db")])
    ids, reply = uvloop.run(_open(server.address))
    echo = _Server([sys.executable, "-c", ECHO, reply.hex()])
    cpu: dict[str, list[float]] = {"echo": [], "server": []}
    rate: dict[str, list[float]] = {"echo": [], "server": []}
    for number in range(rounds + 1):
        for name, peer in (("echo", echo), ("server", server)):
            before = peer.cpu_s()
            per_second = uvloop.run(_drive(peer.address, ids, calls, concurrency, f"{number}"))
            if number:  # the first round warms up
                cpu[name].append((peer.cpu_s() - before) / calls * 1e6)
                rate[name].append(per_second)
    server.stop()
    echo.stop()
    return {
        "turns_per_s_grpc": round(max(rate["server"])),
        "echoes_per_s": round(max(rate["echo"])),
        "server_cpu_us": round(min(cpu["server"])),
        "echo_cpu_us": round(min(cpu["echo"])),
        "cpu_ratio_to_echo": round(min(cpu["server"]) / min(cpu["echo"]), 2),
    }


def measure(calls: int, concurrency: int, rounds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        package = _write_bot(folder)
        inside = max(uvloop.run(_in_process(package, _fresh(folder), calls, concurrency)) for _ in range(rounds))
        return {"turns_per_s_in_process": round(inside), **_over_grpc(package, folder, calls, concurrency, rounds)}


def _fresh(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=3000)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.calls, options.concurrency, options.rounds)
    if options.json:
        print(json.dumps({"python": platform.python_version(), "grpc": grpc.__version__, **figures}))
        return
    for name, figure in figures.items():
        print(f"{name:26} {figure:10}")


if __name__ == "__main__":
    main()
