"""What scripts measured, asked for again."""

from __future__ import annotations

import pytest

from tests.unit.session.world import World, texts

RECORD = 'HEAR n\nRECORD METRIC "order" WITH total = VAL(n), items = 2, city = "Recife"\n'
DAY_S = 86_400.0


async def ask(world: World, query: str) -> list[str]:
    await world.deploy(ask=f"FOR EACH row IN QUERY METRICS {query}\nTALK row\nNEXT")
    return texts((await world.open(script="ask"))[1])


async def test_numbers_are_added_up_over_sessions(world: World) -> None:
    await world.deploy(start=RECORD, config={"timezone": "UTC"})
    for number in ("10", "2.5"):
        session_id, _ = await world.open()
        await world.say(session_id, number)
    assert await ask(world, '"order" FOR "1 day"') == ['{"count":2,"value":2,"total":12.5,"items":4}']
    assert await ask(world, '"Order" FOR "1 day"') == ['{"count":0,"value":0}']
    assert await ask(world, '"order" FOR "1 day" BY "day" OFFSET 1') == []


async def test_a_row_for_each_period_by_the_clock_of_the_bot(world: World) -> None:
    await world.deploy(start='HEAR n\nRECORD METRIC "n" WITH value = VAL(n)\n' * 3, config={"timezone": "Asia/Tokyo"})
    session_id, _ = await world.open()
    for number in (1, 2, 3):
        await world.say(session_id, str(number))
        world.clock.advance(DAY_S)
    for unit, rows in (("days", 3), ("Month", 1), ("year", 1)):
        found = await ask(world, f'"n" FOR "10d" BY "{unit}"')
        assert len(found) == rows
    assert [row.partition('"value":')[2] for row in await ask(world, '"n" FOR "10d" BY "day"')] == ["1}", "2}", "3}"]
    assert await ask(world, '"n" FOR "36h" OFFSET 1') == ['{"count":2,"value":3}']


async def test_a_measurement_without_fields_counts(world: World) -> None:
    await world.deploy(start='RECORD METRIC "seen"\nRECORD METRIC "seen"')
    await world.open()
    assert await ask(world, '"seen" FOR 60') == ['{"count":2,"value":2}']


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ('"n" FOR "1d" BY "fortnight"', 4002),
        ('"n" FOR "1d" BY ""', 4002),
        ('"n" FOR "1d" OFFSET -1', 4002),
        ('"n" FOR "1d" OFFSET 0.5', 4002),
        ('NULL FOR "1d"', 4002),
        ('"n" FOR NULL', 4002),
    ],
)
async def test_what_cannot_be_asked(world: World, query: str, number: int) -> None:
    await world.deploy(start=f"x = QUERY METRICS {query}")
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == number


async def test_metrics_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.session.performers.metrics.METRICS_READ", 2)
    await world.deploy(start='FOR i = 1 TO 3\nRECORD METRIC "n"\nNEXT', ask='x = QUERY METRICS "n" FOR 60')
    await world.open()
    _, reply = await world.open(script="ask")
    assert reply.fault is not None
    assert reply.fault.number == 9013
    await world.deploy(start='FOR i = 0 TO 20\nx = QUERY METRICS "m" FOR 60\nNEXT')
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 9013
