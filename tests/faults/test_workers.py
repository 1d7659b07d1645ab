"""`serve --workers`: several processes behind one port, of which one may die without anybody losing anything."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from botserver_client import AsyncBotserverClient

from tests.faults.packages import write_bot
from tests.live import COMMAND, LiveServer, environment
from tests.servers import postgres

HASTY = Path(__file__).parent / "hasty"
COUNT = """\
DO
    HEAR word
    n = n + 1
    IF word = "slow" THEN got = CALL "/test/slow", 1.5, "slow"
    TALK n
LOOP
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_bot(tmp_path / "bots", "bot", {"start": COUNT})
    return tmp_path


@pytest.fixture
def server(folder: Path) -> Iterator[LiveServer]:
    options = ["--database", postgres().new_database(), "--workers", "2", "--drain-s", "10"]
    # The last --metrics counts: a port of the system's choice would not be told.
    metrics = ["--metrics", f"127.0.0.1:{free_port()}"]
    server = LiveServer(folder / "bots", *options, *metrics, folder=folder, BOTSERVER_TEST_CALLS=str(folder / "calls"))
    server.metrics = metrics[1]  # type: ignore[attr-defined]  # for the tests alone
    with server:
        yield server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def workers(server: LiveServer) -> list[psutil.Process]:
    return [
        child for child in psutil.Process(server.process.pid).children() if "spawn_main" in " ".join(child.cmdline())
    ]


def scrape(server: LiveServer) -> str:
    with urllib.request.urlopen(f"http://{server.metrics}/metrics", timeout=10) as answer:  # type: ignore[attr-defined]  # set above
        return str(answer.read().decode())


def values(text: str, name: str) -> dict[str, float]:
    """The sum of a series by worker."""
    found: dict[str, float] = {}
    for labels, value in re.findall(rf"^{name}{{(.*)}} (\S+)$", text, re.MULTILINE):
        worker = re.search(r'worker="(\d+)"', labels)
        assert worker
        found[worker[1]] = found.get(worker[1], 0.0) + float(value)
    return found


async def talk(address: str, n: int) -> None:
    """A conversation over a connection of its own."""
    async with AsyncBotserverClient(address) as client:
        session, _ = await client.create_session("bot")
        for turn in range(1, n + 1):
            assert (await client.send_message(session.session_id, "x")).text == str(turn)


@pytest.mark.parametrize("options", [[], ["--ephemeral"], ["--database", "sqlite:///a.db"]])
def test_workers_need_a_database_they_can_share(folder: Path, options: list[str]) -> None:
    refused = subprocess.run(
        [*COMMAND, "serve", str(folder / "bots"), "--workers", "2", *options],
        capture_output=True, text=True, env=environment(), cwd=folder, timeout=60, check=False,
    )  # fmt: skip
    assert refused.returncode == 2
    assert "give --database postgresql://" in refused.stderr
    assert not list(folder.glob("*.db"))


def test_what_keeps_a_worker_from_starting_ends_the_start(folder: Path) -> None:
    refused = subprocess.run(
        [*COMMAND, "serve", str(folder / "bots"), "--workers", "2", "--metrics", "off", "--listen", "127.0.0.1:0",
         "--database", "postgresql://nobody@127.0.0.1:1/none"],
        capture_output=True, text=True, env=environment(), cwd=folder, timeout=60, check=False,
    )  # fmt: skip
    assert refused.returncode == 3
    assert "refused" in refused.stderr


async def test_workers_share_the_port_the_sessions_and_one_page_of_metrics(server: LiveServer) -> None:
    assert len(workers(server)) == 2
    for _ in range(4):
        await asyncio.gather(*(talk(server.address, 3) for _ in range(8)))
    text = scrape(server)
    assert values(text, "botserver_worker_up") == {"0": 1.0, "1": 1.0}
    calls = values(text, "botserver_rpc_calls_total")
    assert sum(calls.values()) == 4 * 8 * 4
    assert min(calls.values()) > 0
    assert text.count("# TYPE botserver_rpc_calls_total ") == 1


async def test_worker_that_is_killed_is_started_again_and_nothing_is_lost(server: LiveServer) -> None:
    before = workers(server)
    async with AsyncBotserverClient(server.address) as client:
        session, _ = await client.create_session("bot")
        for turn, worker in enumerate(before, 1):
            sent = client.send_message(session.session_id, "x", message_id=f"m{turn}")
            assert (await sent).text == str(turn)
            worker.kill()
            repeated = client.send_message(session.session_id, "x", message_id=f"m{turn}")
            assert (await repeated).text == str(turn)
            async with asyncio.timeout(30):
                while values(await asyncio.to_thread(scrape, server), "botserver_worker_up") != {"0": 1.0, "1": 1.0}:
                    await asyncio.sleep(0.1)
    assert {worker.pid for worker in workers(server)}.isdisjoint(worker.pid for worker in before)
    assert server.log().count("worker ended, it is started again") == 2


def told(server: LiveServer, event: str) -> list[dict[str, Any]]:
    """What the log says of worker 1, oldest first."""
    lines = map(json.loads, server.log().splitlines())
    return [line for line in lines if line["event"] == event and line["worker"] == 1]


async def test_worker_that_keeps_dying_is_started_after_longer_and_longer_pauses(folder: Path) -> None:
    paths = os.pathsep.join((str(HASTY), environment()["PYTHONPATH"]))
    options = ("--database", postgres().new_database(), "--workers", "2")
    with LiveServer(folder / "bots", *options, folder=folder, PYTHONPATH=paths) as server:

        async def kill(death: int) -> None:
            async with asyncio.timeout(30):
                while len(started := told(server, "worker started")) < death:
                    await asyncio.sleep(0.02)
            psutil.Process(started[-1]["pid"]).kill()

        for death in range(1, 6):
            await kill(death)
        await talk(server.address, 3)  # the other serves
        async with asyncio.timeout(30):
            while len(told(server, "worker started")) < 6:
                await asyncio.sleep(0.02)
        await asyncio.sleep(3.2)  # it lives long enough to count as sound
        await kill(6)
        async with asyncio.timeout(30):
            while len(ended := told(server, "worker ended, it is started again")) < 6:
                await asyncio.sleep(0.02)
        assert await asyncio.to_thread(server.terminate) == 0
        started = told(server, "worker started")
    assert [line["pause_s"] for line in ended] == [0.1, 0.2, 0.4, 0.8, 0.8, 0.1]
    assert [line["code"] for line in ended] == [-signal.SIGKILL] * 6
    for death, birth in zip(ended, started[1:], strict=False):
        paused = datetime.fromisoformat(birth["timestamp"]) - datetime.fromisoformat(death["timestamp"])
        assert paused.total_seconds() >= death["pause_s"]


async def test_stopping_drains_all_workers(server: LiveServer) -> None:
    clients = [AsyncBotserverClient(server.address) for _ in range(6)]
    sessions = [(await client.create_session("bot"))[0].session_id for client in clients]
    slow = [
        asyncio.create_task(client.send_message(session_id, "slow"))
        for client, session_id in zip(clients, sessions, strict=True)
    ]
    calls = server._folder / "calls"
    async with asyncio.timeout(30):
        while not calls.exists() or len(calls.read_text().split()) < len(clients):
            await asyncio.sleep(0.02)
    stopping = asyncio.create_task(asyncio.to_thread(server.terminate))
    assert [reply.text for reply in await asyncio.gather(*slow)] == ["1"] * len(clients)
    assert await stopping == 0
    for client in clients:
        await client.close()


async def test_workers_drain_when_their_supervisor_is_killed(server: LiveServer) -> None:
    running = workers(server)
    server.process.send_signal(signal.SIGKILL)
    _, alive = await asyncio.to_thread(psutil.wait_procs, running, 30)
    assert alive == []
