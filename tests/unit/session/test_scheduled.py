"""SET SCHEDULE: scripts that run by the clock, without a user, each time once."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from botserver.limits import TIMETABLE_GAP_S, TIMETABLE_KEPT_S, TIMETABLES, TURN_TIMETABLES
from botserver.model import LOCAL, EndReason, SessionState, SessionView
from botserver.session.service import SessionFilter

from .world import World, texts

COUNT = 'n = VAL(GET BOT MEMORY "n") + 1\nSET BOT MEMORY "n", n\n'
SHOW = 'TALK GET BOT MEMORY "n"'
HOUR_S = 3600.0


async def value(world: World, key: str = "n") -> str:
    """What a script reads of the bot's memory."""
    _, reply = await world.open(parameters={"key": key}, script="show")
    return texts(reply)[0]


async def pass_time(world: World, seconds: float) -> None:
    await world.pass_time(seconds)
    await world.quiet()


async def runs(world: World) -> list[SessionView]:
    page = await world.sessions.list_sessions(LOCAL, SessionFilter(channel="schedule"), 100, "", "create_time")
    return list(page.items)


async def deploy(world: World, **scripts: str) -> None:
    await world.deploy(show="PARAM key\nTALK GET BOT MEMORY key", **scripts)


async def test_declared_script_runs_when_its_time_comes_and_not_before(world: World) -> None:
    await deploy(world, report='SET SCHEDULE "every hour"\n' + COUNT)
    await pass_time(world, HOUR_S - 1)
    assert await value(world) == ""
    await pass_time(world, 1)
    assert await value(world) == "1"
    for _ in range(3):
        await pass_time(world, HOUR_S)
    assert await value(world) == "4"


async def test_run_is_a_session_without_a_user_that_ends_with_its_script(world: World) -> None:
    await deploy(world, report='SET SCHEDULE "every hour"\nTALK "no one"\nPRINT "hears"\n' + COUNT)
    with capture_logs() as logs:
        await pass_time(world, HOUR_S)
    assert [line["event"] for line in logs if line["log_level"] == "info"] == ["no one", "hears"]
    (run,) = await runs(world)
    assert (run.state, run.end_reason, run.message_count) == (SessionState.ENDED, EndReason.SCRIPT, 0)


@pytest.mark.parametrize(
    "question",
    ["HEAR x", "WAIT FOR RESPONSE AS x TIMEOUT 5", 'TRANSFER SESSION "a"', 'r = TRANSFER SESSION "a"'],
)
async def test_script_cannot_ask_or_hand_over_what_has_no_user(world: World, question: str) -> None:
    script = f'SET SCHEDULE "every hour"\nTRY\n{question}\nCATCH e\nSET BOT MEMORY "n", e.code\nEND TRY'
    await deploy(world, report=script)
    await pass_time(world, HOUR_S)
    assert await value(world) == "5003"


async def test_fault_ends_the_run_and_the_next_time_comes_all_the_same(world: World) -> None:
    await deploy(world, report='SET SCHEDULE "every hour"\n' + COUNT + "x = 1 / 0")
    await pass_time(world, HOUR_S)
    await pass_time(world, HOUR_S)
    assert [run.end_reason for run in await runs(world)] == [EndReason.ERROR] * 2
    assert await value(world) == "2"


async def test_run_may_wait_and_schedule_a_block_before_it_ends(world: World) -> None:
    await deploy(
        world,
        report=f'SET SCHEDULE "every day"\nWAIT 5\nSCHEDULE IN 10 SECONDS DO\n{COUNT}END SCHEDULE\n{COUNT}',
    )
    await pass_time(world, 86_400)
    assert await value(world) == ""
    await pass_time(world, 5)
    assert await value(world) == "1"
    assert (await runs(world))[0].state is SessionState.OPEN
    await pass_time(world, 10)
    assert await value(world) == "2"
    assert (await runs(world))[0].state is SessionState.ENDED


async def test_time_that_comes_while_the_run_before_goes_on_is_left_out(world: World) -> None:
    await deploy(world, report='SET SCHEDULE "every minute"\nWAIT 90\n' + COUNT)
    await pass_time(world, 60)
    await pass_time(world, 60)
    assert len(await runs(world)) == 1
    await pass_time(world, 30)
    await pass_time(world, 30)
    assert len(await runs(world)) == 2


async def test_times_that_passed_while_no_process_was_there_count_once(world: World) -> None:
    await deploy(world, report='SET SCHEDULE "every hour"\n' + COUNT)
    world.clock.advance(10.5 * HOUR_S)
    await world.restart()
    await pass_time(world, 0)
    assert await value(world) == "1"
    await pass_time(world, 0.5 * HOUR_S)
    assert await value(world) == "2"


async def test_script_asks_for_another_with_values(world: World) -> None:
    start = 'SET SCHEDULE "0 9 * * *", "mail.bas", "ann", 3\nTALK "ok"'
    await deploy(world, start=start, mail='PARAM who\nPARAM n AS INTEGER\nSET BOT MEMORY "n", who & n')
    for _ in range(2):  # to ask again changes nothing
        _, reply = await world.open()
        assert texts(reply) == ["ok"]
    await pass_time(world, 86_400)
    assert len(await runs(world)) == 1
    assert await value(world) == "ann3"


async def test_nested_it_is_for_the_script_itself(world: World) -> None:
    await deploy(world, start=COUNT + 'IF n < 3 THEN SET SCHEDULE "every day"')
    await world.open()
    await pass_time(world, 86_400)
    assert await value(world) == "2"


async def test_what_a_fault_undoes_was_never_asked_for(world: World) -> None:
    await deploy(world, start='SET SCHEDULE "every day", "b.bas"\nHEAR x', b=COUNT)
    world.store.only, world.store.fail_at = "commit_turns", 1
    await world.open()
    await pass_time(world, 86_400)
    assert await value(world) == "1"


async def test_date_comes_once_and_asking_again_for_it_changes_nothing(world: World) -> None:
    await deploy(world, start='PARAM at\nSET SCHEDULE CDATE(at), "b.bas"\nTALK "ok"', b=COUNT)
    at = {"at": "2026-01-01 12:00"}
    await world.open(parameters=at)
    await pass_time(world, 12 * HOUR_S)
    await world.open(parameters=at)
    await pass_time(world, 12 * HOUR_S)
    await world.restart()
    await pass_time(world, TIMETABLE_KEPT_S)
    await world.open(parameters=at)
    await pass_time(world, HOUR_S)
    assert await value(world) == "1"


async def test_declared_date_that_was_does_not_come_back_with_a_restart(world: World) -> None:
    await deploy(world, b='SET SCHEDULE "2026-01-01 12:00"\n' + COUNT)
    for _ in range(3):
        await pass_time(world, 12 * HOUR_S)
        await world.restart()
    await pass_time(world, HOUR_S)
    assert await value(world) == "1"


async def test_null_ends_what_was_asked_for_and_not_what_is_declared(world: World) -> None:
    await deploy(
        world,
        start='SET SCHEDULE "every hour", "a.bas"\nSET SCHEDULE "every hour", "b.bas"\nTALK 1',
        stop='SET SCHEDULE NULL, "a.bas"\nSET SCHEDULE NULL, "b"\nSET SCHEDULE NULL, "c"',
        a='SET BOT MEMORY "a", 1',
        b='SET BOT MEMORY "b", 1',
        c='SET SCHEDULE "every hour"\nSET BOT MEMORY "c", 1',
    )
    await world.open()
    await world.open(script="stop")
    await pass_time(world, HOUR_S)
    assert [await value(world, key) for key in "abc"] == ["", "", "1"]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ('SET SCHEDULE "sometimes", "show.bas"', 4002),
        ('SET SCHEDULE 5, "show.bas"', 4002),
        ('SET SCHEDULE "hourly", "other.bas"', 3004),
        ('SET SCHEDULE "hourly", "../show.bas"', 5004),
        ('SET SCHEDULE "hourly", "show.bas", SPACE(20000)', 9008),
    ],
)
async def test_what_cannot_be_is_an_error_of_the_statement(world: World, line: str, number: int) -> None:
    await deploy(world, start=line)
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == number


async def test_bot_has_so_many_and_one_more_is_refused(world: World) -> None:
    script = 'PARAM n AS INTEGER\nFOR i = 1 TO n\nSET SCHEDULE "every hour", "show.bas", i\nNEXT\nTALK "ok"'
    await deploy(world, start=script)
    _, reply = await world.open(parameters={"n": TIMETABLES + 1})
    assert reply.fault is not None
    assert reply.fault.number == 9008
    _, reply = await world.open(parameters={"n": TIMETABLES})
    assert texts(reply) == ["ok"]  # those of the first are among them


@pytest.mark.parametrize("when", ['"hourly"', "NULL", '"sometimes"'])
async def test_turn_asks_so_often_and_once_more_is_refused(world: World, when: str) -> None:
    ask = f'TRY\nSET SCHEDULE {when}, "show.bas"\nCATCH e\nlast = e.code\nEND TRY\n'
    await deploy(world, start=f"PARAM n AS INTEGER\nlast = 0\nFOR i = 1 TO n\n{ask}NEXT\nTALK last")
    _, reply = await world.open(parameters={"n": TURN_TIMETABLES})
    assert texts(reply) == ["4002" if "some" in when else "0"]
    _, reply = await world.open(parameters={"n": TURN_TIMETABLES + 1})
    assert texts(reply) == ["9013"]


async def test_two_that_ask_at_once_are_held_to_the_bound_together(world: World) -> None:
    script = 'PARAM a AS INTEGER\nFOR i = a TO a + 59\nSET SCHEDULE "every hour", "show.bas", i\nNEXT\nTALK "ok"'
    await deploy(world, start=script)
    opened = await asyncio.gather(*(world.open(parameters={"a": n * 60}) for n in range(3)))
    assert sorted(reply.fault.number if reply.fault else 0 for _, reply in opened) == [0, 9008, 9008]


async def test_runs_of_one_timetable_keep_their_distance(world: World) -> None:
    await deploy(world, report='SET SCHEDULE "* * * * * *"\n' + COUNT)
    for _ in range(60):
        await pass_time(world, 1)
    assert await value(world) == str(round(60 / TIMETABLE_GAP_S))


async def test_active_release_says_what_is_declared(world: World) -> None:
    await deploy(world, report='SET SCHEDULE "every hour"\n' + COUNT)
    await pass_time(world, HOUR_S)
    await deploy(world, report='SET SCHEDULE "every 4 hours"\n' + COUNT)
    await pass_time(world, HOUR_S)
    assert await value(world) == "1"
    await pass_time(world, 2 * HOUR_S)
    assert await value(world) == "2"
    await deploy(world, report=COUNT)
    await pass_time(world, 10 * HOUR_S)
    assert await value(world) == "2"


async def test_time_that_passed_during_a_deployment_is_not_lost(world: World) -> None:
    await deploy(world, report='SET SCHEDULE "every 5 hours"\n' + COUNT)
    world.clock.advance(5 * HOUR_S)
    await deploy(world, report='SET SCHEDULE "every 5 hours"\n' + COUNT + "x = 1")
    await pass_time(world, HOUR_S)
    assert await value(world) == "1"


async def test_times_are_of_the_bots_zone(world: World) -> None:
    scripts = {"report": 'SET SCHEDULE "0 9 * * *"\n' + COUNT, "show": "PARAM key\nTALK GET BOT MEMORY key"}
    await world.deploy(config={"timezone": "America/Sao_Paulo"}, **scripts)  # three hours behind UTC
    await pass_time(world, 11 * HOUR_S)
    assert await value(world) == ""
    await pass_time(world, HOUR_S)
    assert await value(world) == "1"
    await world.deploy(config={"timezone": "Asia/Tokyo"}, **scripts)  # nine ahead
    await pass_time(world, 12 * HOUR_S)
    assert await value(world) == "2"


async def test_script_that_a_later_release_lacks_is_a_fault_of_its_run(world: World) -> None:
    await deploy(world, start='SET SCHEDULE "every hour", "b.bas"\nTALK 1', b=COUNT)
    await world.open()
    (world.folder / "bot.gbai/bot.gbdialog/b.bas").unlink()
    await world.activate()
    await pass_time(world, HOUR_S)
    assert [run.end_reason for run in await runs(world)] == [EndReason.ERROR]


async def test_bot_that_is_gone_runs_no_more(world: World) -> None:
    await deploy(world, report='SET SCHEDULE "every hour"\n' + COUNT)
    await world.releases.retire("bot")
    await pass_time(world, HOUR_S)
    assert await runs(world) == []


async def test_bots_are_looked_at_in_groups(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.session.scheduled.TIMETABLE_BOTS", 2)
    script = 'SET SCHEDULE "every hour"\n' + COUNT
    for n in range(5):
        await world.deploy(f"bot{n}", report=script)
    await pass_time(world, HOUR_S)
    for n in range(5):
        memory = await world.store.read_memory(f"bot{n}", "n")
        assert memory is not None
        assert memory.version == 1
