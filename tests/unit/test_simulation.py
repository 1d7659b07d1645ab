"""Conversations in memory: what happens between two things a user says, and when time passes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botserver.clock import ManualClock
from botserver.language.package import load_package
from botserver.model import Activity, SessionState
from botserver.simulation import Simulation, Step
from tests.unit.session.world import write_package


@pytest.fixture
def steps() -> list[Step]:
    return []


@pytest.fixture
async def simulation(steps: list[Step]) -> AsyncIterator[Simulation]:
    async with Simulation(steps.append, ManualClock()) as simulation:
        yield simulation


async def deploy(simulation: Simulation, folder: Path, config: dict[str, str] | None = None, **scripts: str) -> None:
    await simulation.deploy(load_package(write_package(folder, "bot", scripts, config or {}, {})))


def texts(steps: list[Step]) -> list[str]:
    return [message.text for step in steps for message in step.messages]


async def test_waits_are_over_when_a_method_returns(simulation: Simulation, steps: list[Step], tmp_path: Path) -> None:
    await deploy(simulation, tmp_path, start='FOR i = 1 TO 3\nWAIT 300\nTALK i\nNEXT\nHEAR x\nWAIT 1\nTALK "after"')
    session_id = await simulation.open("bot")
    assert texts(steps) == ["1", "2", "3"]
    await simulation.say(session_id, "go on")
    assert texts(steps)[3:] == ["go on", "after"]


async def test_sessions_share_bot_memory_and_one_clock(
    simulation: Simulation, steps: list[Step], tmp_path: Path
) -> None:
    text = 'n = GET BOT MEMORY "n"\nSET BOT MEMORY "n", VAL(n) + 1\nTALK n\nHEAR x\nWAIT 60\nTALK NOW()'
    await deploy(simulation, tmp_path, start=text)
    first, second = await simulation.open("bot"), await simulation.open("bot")
    await simulation.say(first, "a")
    await simulation.say(second, "b")
    assert texts(steps) == ["", "1", "a", "2026-01-01 00:01:00", "b", "2026-01-01 00:02:00"]


async def test_time_out_of_a_hear_passes_only_when_time_does(
    simulation: Simulation, steps: list[Step], tmp_path: Path
) -> None:
    await deploy(simulation, tmp_path, {"hear-timeout-secs": "60"}, start="HEAR x")
    session_id = await simulation.open("bot")
    await simulation.pass_time(59)
    assert (await simulation.row(session_id)).standing.activity is Activity.WAITING_INPUT
    await simulation.pass_time(1)
    assert steps[-1].fault is not None
    assert steps[-1].fault.number == 9006


async def test_no_more_input_lets_time_outs_pass_but_not_the_life_of_the_session(
    simulation: Simulation, steps: list[Step], tmp_path: Path
) -> None:
    await deploy(simulation, tmp_path, {"hear-timeout-secs": "1h"}, start="HEAR x")
    session_id = await simulation.open("bot")
    await simulation.finish(session_id)
    row = await simulation.row(session_id)
    assert (row.state, row.standing.activity) == (SessionState.OPEN, Activity.IDLE)


async def test_time_that_passes_can_end_the_session(simulation: Simulation, tmp_path: Path) -> None:
    await deploy(simulation, tmp_path, {"session-timeout": "2h"}, start="HEAR x")
    session_id = await simulation.open("bot")
    await simulation.pass_time(7200)
    assert (await simulation.row(session_id)).end_reason == "timeout"


async def test_step_tells_fault_result_logs_and_cost(simulation: Simulation, steps: list[Step], tmp_path: Path) -> None:
    await deploy(simulation, tmp_path, start='LOG "one"\nHEAR x\nRETURN x', broken="x = 1 / 0")
    session_id = await simulation.open("bot")
    assert ([line.text for line in steps[0].logs], steps[0].done) == (["one"], None)
    assert steps[0].fuel > 0
    await simulation.say(session_id, "v")
    assert steps[1].done is not None
    assert steps[1].done.value == "v"
    await simulation.open("bot", script="broken")
    assert steps[2].fault is not None
    assert steps[2].fault.number == 4003


async def test_user_ends_the_session(simulation: Simulation, steps: list[Step], tmp_path: Path) -> None:
    await deploy(simulation, tmp_path, start="HEAR x")
    session_id = await simulation.open("bot")
    await simulation.end(session_id)
    await simulation.end(session_id)
    assert (await simulation.row(session_id)).end_reason == "user"
    assert [(step.activity, step.done) for step in steps[1:]] == [(Activity.ENDED, None)]  # once, and no result
