"""A script that computes for ever, or grows without end, costs its neighbours no more than any other process would.

The measure is another process: the same server, the same neighbours, once with hostile scripts inside and once with
programs outside that burn as much CPU. Both are measured in turns in one run, so that a busy machine weighs on both.
NEIGHBOURS_S makes each turn of measuring longer (`make soak`).
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from botserver_client import Activity, AsyncBotserverClient, Reply, WrongState

from botserver.limits import MIB, Limits
from tests.faults.processes import cpu_s, memory_bytes
from tests.live import LiveServer

PACKAGES = Path(__file__).parent / "bots"
NEIGHBOURS = 100
PERIOD_S = 1.0  # between two messages of one neighbour
MEASURE_S = float(os.environ.get("NEIGHBOURS_S", "3"))  # one turn of measuring
TURNS = 2  # of measuring each side
TRIES = 3  # the machine is shared: one run in quiet is enough to show what the server can do
BURNERS = ("loop", "churn")  # scripts inside; as many processes outside
FACTOR = 2.0
AGAIN = 5  # times a script that grows is run, one session after another
GROWTH_BYTES = Limits().memory_bytes + 20 * MIB
BURN = "while True: pass"


class Street:
    """A hundred neighbours, each sending a message a second, at moments spread over the second."""

    def __init__(self, client: AsyncBotserverClient) -> None:
        self.client = client
        self.sessions: list[str] = []
        self.said = 0

    async def open(self) -> None:
        for _ in range(NEIGHBOURS):
            session, _ = await self.client.create_session("neighbour")
            self.sessions.append(session.session_id)

    async def latencies_s(self, seconds: float) -> list[float]:
        """Latencies of all messages of so many seconds."""
        latencies: list[float] = []
        ends_s = time.monotonic() + seconds

        async def live(session_id: str, offset_s: float) -> None:
            await asyncio.sleep(offset_s)
            while (began_s := time.monotonic()) < ends_s:
                reply = await self.client.send_message(session_id, "hello")
                latencies.append(time.monotonic() - began_s)
                assert reply.text.endswith(" HELLO")
                await asyncio.sleep(max(0.0, began_s + PERIOD_S - time.monotonic()))

        async with asyncio.TaskGroup() as street:
            for number, session_id in enumerate(self.sessions):
                street.create_task(live(session_id, PERIOD_S * number / NEIGHBOURS))
        return latencies


@asynccontextmanager
async def hostile_scripts(client: AsyncBotserverClient) -> AsyncIterator[None]:
    """Each script in a session of its own, until its session is ended; one that runs out of steps begins anew."""
    running: list[str] = []

    async def run(deed: str) -> None:
        while True:
            running.append(str(uuid.uuid4()))
            await client.create_session("hostile", session_id=running[-1], params={"deed": deed})

    tasks = [asyncio.create_task(run(deed)) for deed in BURNERS]
    while len(running) < len(BURNERS):
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        for session_id in running:
            await client.end_session(session_id)


@contextmanager
def outside_processes() -> Iterator[None]:
    processes = [subprocess.Popen([sys.executable, "-S", "-c", BURN]) for _ in BURNERS]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def percentile(latencies: list[float], share: float) -> float:
    return sorted(latencies)[int(len(latencies) * share)]


@pytest.mark.slow
@pytest.mark.timeout(120 + 20 * MEASURE_S * TURNS * TRIES)
async def test_endless_scripts_cost_neighbours_no_more_than_other_processes(tmp_path: Path) -> None:
    with LiveServer(PACKAGES, "--no-reload", folder=tmp_path) as server:
        async with AsyncBotserverClient(server.address) as client:
            street = Street(client)
            await street.open()
            await street.latencies_s(PERIOD_S)
            ratios: list[float] = []
            for _ in range(TRIES):
                ratios.append(await measured_ratio(server, street))
                if ratios[-1] <= FACTOR:
                    break
            assert min(ratios) <= FACTOR, ratios


async def measured_ratio(server: LiveServer, street: Street) -> float:
    """p99 beside hostile scripts over p99 beside other processes, measured in turns."""
    inside: list[float] = []
    outside: list[float] = []
    burnt_s = 0.0

    for _ in range(TURNS):
        with outside_processes():
            outside += await street.latencies_s(MEASURE_S)
        before_s = cpu_s(server.process.pid)
        async with hostile_scripts(street.client):
            inside += await street.latencies_s(MEASURE_S)
        burnt_s += cpu_s(server.process.pid) - before_s
    ratio = percentile(inside, 0.99) / percentile(outside, 0.99)
    print(
        f"p50/p99 inside {percentile(inside, 0.5) * 1e3:.1f}/{percentile(inside, 0.99) * 1e3:.1f} ms, "
        f"outside {percentile(outside, 0.5) * 1e3:.1f}/{percentile(outside, 0.99) * 1e3:.1f} ms, ratio {ratio:.2f}; "
        f"the server burnt {burnt_s:.1f} s of CPU in {TURNS * MEASURE_S:.0f} s"
    )
    assert burnt_s > 0.2 * TURNS * MEASURE_S, "the hostile scripts did not run"
    return ratio


GROWING = {
    "string": 9001,
    "strings": 9001,
    "array": 9001,
    "map": 9001,
    "nesting": 9001,
    "recursion": 9007,
    "variables": 9004,
    "output": 9013,
}
"""What each deed of hostile.gbai runs into."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    with LiveServer(PACKAGES, "--no-reload", folder=tmp_path) as server:
        yield server


@pytest.mark.parametrize("deed", GROWING)
async def test_growing_script_is_stopped_and_the_process_stays_small(deed: str, server: LiveServer) -> None:
    async with AsyncBotserverClient(server.address) as client:
        neighbour, _ = await client.create_session("neighbour")
        assert (await client.send_message(neighbour.session_id, "a")).text == "1 A"
        before = memory_bytes(server.process.pid, "VmRSS")
        Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")  # forget the highest so far
        replies: list[Reply] = []
        for _ in range(AGAIN):
            session, reply = await client.create_session("hostile", params={"deed": deed})
            await client.end_session(session.session_id)
            replies.append(reply)
        assert [reply.fault and reply.fault.number for reply in replies] == [GROWING[deed]] * AGAIN
        ends = GROWING[deed] == 9001  # the others leave the session alive
        assert all((reply.activity is Activity.ENDED) == ends for reply in replies)
        grown = memory_bytes(server.process.pid, "VmHWM") - before
        print(f"{deed}: grew by {grown / MIB:.1f} MB")
        assert grown <= GROWTH_BYTES
        assert (await client.send_message(neighbour.session_id, "b")).text == "2 B"


async def test_sessions_of_others_answer_while_one_computes(server: LiveServer) -> None:
    """Reads and messages go on, the busy session itself can be read, and ending it stops its script."""
    async with AsyncBotserverClient(server.address) as client:
        neighbour, _ = await client.create_session("neighbour")
        busy = str(uuid.uuid4())
        opening = asyncio.create_task(client.create_session("hostile", session_id=busy, params={"deed": "loop"}))
        while not (await client.list_sessions(where='bot = "hostile"')).items:
            await asyncio.sleep(0.01)
        assert (await client.send_message(neighbour.session_id, "a")).text == "1 A"
        assert (await client.get_session(busy)).activity is not Activity.ENDED
        assert not opening.done()
        async with asyncio.timeout(10):
            ended = await client.end_session(busy)
        assert ended.activity is Activity.ENDED
        with pytest.raises(WrongState):
            await opening
