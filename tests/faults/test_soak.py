"""Hours of conversations: the process grows to its working size and no further. SOAK_S says how long (`make soak`)."""

from __future__ import annotations

import asyncio
import os
import random
import time
from pathlib import Path

import pytest
from botserver_client import AsyncBotserverClient

from botserver.limits import MIB
from tests.faults.processes import memory_bytes
from tests.faults.scripts import BOTS
from tests.faults.users import User
from tests.live import LiveServer

PACKAGES = Path(__file__).parent / "bots"
SOAK_S = float(os.environ.get("SOAK_S", "0"))
USERS = 100
SAMPLE_S = 1.0
DEEDS = ("string", "strings", "array", "map", "nesting", "recursion", "variables", "output")
GROWTH_BYTES = 30 * MIB  # from the second quarter to the last: the heap of one hostile script more or less, and noise


@pytest.mark.slow
@pytest.mark.skipif(not SOAK_S, reason="set SOAK_S to the seconds it may take, or run `make soak`")
@pytest.mark.timeout(SOAK_S + 300)
async def test_process_that_talks_for_long_does_not_grow(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    with LiveServer(PACKAGES, "--no-reload", folder=tmp_path, BOTSERVER_TEST_CALLS=str(calls)) as server:
        async with AsyncBotserverClient(server.address) as client:
            users = [User(client, BOTS[number % len(BOTS)], random.Random(number)) for number in range(USERS)]
            stop = asyncio.Event()
            async with asyncio.TaskGroup() as load:
                for user in users:
                    load.create_task(user.talk(stop, 1))
                load.create_task(misbehave(client, stop))
                samples = await sampled(server.process.pid)
                stop.set()
            for user in users:
                for conversation in user.conversations:
                    await conversation.check()
        assert server.terminate() == 0
    spoken = sum(len(conversation.words) for user in users for conversation in user.conversations)
    quarter = len(samples) // 4
    early, late = samples[quarter : 2 * quarter], samples[-quarter:]
    print(f"{spoken} messages in {SOAK_S:.0f} s; memory, MB: {[memory // MIB for memory, _ in samples[::quarter]]}")
    assert max(memory for memory, _ in late) <= max(memory for memory, _ in early) + GROWTH_BYTES
    assert max(files for _, files in late) <= max(files for _, files in early) + 5


async def misbehave(client: AsyncBotserverClient, stop: asyncio.Event) -> None:
    """Scripts that run into their limits, one after another, and a stream that comes and goes."""
    turn = 0
    while not stop.is_set():
        session, reply = await client.create_session("hostile", params={"deed": DEEDS[turn % len(DEEDS)]})
        assert reply.fault is not None
        async for _ in client.watch(session.session_id):
            break
        await client.end_session(session.session_id)
        turn += 1


async def sampled(pid: int) -> list[tuple[int, int]]:
    """Memory and open files, again and again."""
    samples = []
    ends_s = time.monotonic() + SOAK_S
    while time.monotonic() < ends_s:
        samples.append((memory_bytes(pid, "VmRSS"), len(list(Path(f"/proc/{pid}/fd").iterdir()))))
        await asyncio.sleep(SAMPLE_S)
    return samples
