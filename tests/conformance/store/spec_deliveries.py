"""Deliveries: committed with their turn, in order, to one puller at a time, again after the lease, once acknowledged
never again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from botserver.ids import new_session_id
from botserver.limits import CLEANUP_ROWS, DELIVERIES_OF_SESSION, DELIVERY_ATTEMPTS
from botserver.model import Delivery, DeliveryStatus, EndReason, Role, UserInfo
from botserver.store.abc import Committed, Lost, SessionRow, Store

from .backends import RETENTION, World
from .builders import accepted, call, commit, open_session, read, said, started_session, try_commit, turn

LEASE_S = 30.0
SENT, FAILED, DELIVERED, READ = (
    DeliveryStatus.SENT,
    DeliveryStatus.FAILED,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.READ,
)


async def session(store: Store, **changes: Any) -> SessionRow:
    return await started_session(store, channel="sms", **changes)


async def say(store: Store, row: SessionRow, *texts: str, **changes: Any) -> SessionRow:
    await commit(store, turn(row, messages=said(row.last_seq + 1, *texts), deliver=True, **changes))
    return await read(store, row.session_id)


async def take(
    store: Store, puller: str = "one", limit: int = 100, channel: str = "sms", principal: str = "local"
) -> list[Delivery]:
    return list(await store.take_deliveries(principal, channel, puller, limit, LEASE_S))


async def ack(
    store: Store, row: SessionRow, seq: int, status: DeliveryStatus = SENT, external_id: str = "", error: str = ""
) -> DeliveryStatus | None:
    state = await store.acknowledge("local", row.session_id, seq, status, external_id, error)
    return None if state is None else state.status


def texts(deliveries: list[Delivery]) -> list[str]:
    return [delivery.message.text for delivery in deliveries]


async def test_what_a_turn_says_waits_with_its_commit(world: World, store: Store) -> None:
    row = await session(store, alias="+43 1", user=UserInfo("u", "Ana", "a@b.test", "1"))
    await say(store, row, "hello", "there")
    first, second = await take(store)
    assert (first.session_id, first.bot, first.channel, first.alias) == (row.session_id, "shop", "sms", "+43 1")
    assert first.user == UserInfo("u", "Ana", "a@b.test", "1")
    assert (first.message.seq, first.message.text, first.message.role) == (1, "hello", Role.BOT)
    assert (first.attempt, first.lease_expires_at) == (1, world.clock.now_s() + LEASE_S)
    assert second.message.text == "there"


async def test_only_what_is_for_the_user_is_delivered(store: Store) -> None:
    row = await session(store)
    messages = [
        *said(1, "mine", role=Role.USER),
        *said(2, "bot"),
        *said(3, "agent", role=Role.AGENT),
        *said(4, "marker", role=Role.SYSTEM),
    ]
    await commit(store, turn(row, messages=messages, deliver=True))
    assert texts(await take(store)) == ["bot", "agent"]


async def test_turn_that_says_nothing_or_is_not_for_delivery_leaves_none(store: Store) -> None:
    row = await session(store)
    await commit(store, turn(row, deliver=True))
    row = await read(store, row.session_id)
    await commit(store, turn(row, messages=said(1, "x"), accept=accepted("m")))
    assert await take(store) == []
    assert await store.count_deliveries("local", "sms") == 0


async def test_refused_turn_leaves_none(store: Store) -> None:
    row = await session(store)
    stale = turn(row, expected_revision=7, messages=said(1, "x"), deliver=True)
    assert isinstance(await try_commit(store, stale), Lost)
    assert await take(store) == []


async def test_turns_of_a_batch_each_leave_theirs(store: Store) -> None:
    rows = [await session(store) for _ in range(5)]
    done = await store.commit_turns(
        [turn(row, messages=said(1, f"to {n}"), deliver=n != 2) for n, row in enumerate(rows)]
    )
    assert all(isinstance(each, Committed) for each in done)
    assert sorted(texts(await take(store))) == ["to 0", "to 1", "to 3", "to 4"]


async def test_commit_before_an_outside_call_delivers_what_was_said(store: Store) -> None:
    row = await session(store)
    await commit(store, call(row, messages=said(1, "a moment"), deliver=True))
    assert texts(await take(store)) == ["a moment"]


async def test_last_words_of_a_session_are_delivered_after_its_end(store: Store) -> None:
    row = await session(store)
    await say(store, row, "bye", end_reason=EndReason.SCRIPT)
    assert texts(await take(store)) == ["bye"]
    assert await ack(store, row, 1) is SENT


async def test_deliveries_are_of_their_channel_and_principal(store: Store) -> None:
    row = await session(store)
    await say(store, row, "x")
    assert await take(store, channel="mail") == []
    assert await take(store, principal="other") == []
    assert await store.acknowledge("other", row.session_id, 1, SENT) is None
    assert await store.count_deliveries("local", "sms") == 1
    assert texts(await take(store)) == ["x"]


async def test_leased_session_is_given_to_nobody_else(world: World, store: Store) -> None:
    row = await session(store)
    row = await say(store, row, "one")
    await take(store, "first")
    await say(store, row, "two")
    assert await take(store, "second") == []
    world.clock.advance(LEASE_S - 1)
    assert await take(store, "second") == []


async def test_holder_gets_what_comes_later_and_nothing_twice(store: Store) -> None:
    row = await session(store)
    row = await say(store, row, "one")
    assert texts(await take(store)) == ["one"]
    assert await take(store) == []
    await say(store, row, "two")
    assert texts(await take(store)) == ["two"]


async def test_after_the_lease_all_that_is_not_acknowledged_comes_again_in_order(world: World, store: Store) -> None:
    row = await session(store)
    row = await say(store, row, "one", "two", "three")
    await take(store, "first")
    await ack(store, row, 2)
    row = await say(store, row, "four")
    world.clock.advance(LEASE_S)
    again = await take(store, "second")
    assert texts(again) == ["one", "three", "four"]
    assert [delivery.attempt for delivery in again] == [2, 2, 1]
    assert await take(store, "first") == []


async def test_lease_of_the_oldest_decides(world: World, store: Store) -> None:
    row = await session(store)
    row = await say(store, row, "one")
    await take(store, "first")
    world.clock.advance(20.0)
    row = await say(store, row, "two")
    await take(store, "first")
    await ack(store, row, 1)
    world.clock.advance(20.0)
    assert await take(store, "second") == []
    world.clock.advance(10.0)
    assert texts(await take(store, "second")) == ["two"]


async def test_acknowledged_is_never_given_again(world: World, store: Store) -> None:
    row = await session(store)
    row = await say(store, row, "one", "two")
    await take(store)
    await ack(store, row, 1)
    await ack(store, row, 2)
    assert await store.next_delivery_at("local", "sms") is None
    world.clock.advance(LEASE_S * 2)
    assert await take(store) == []
    await say(store, row, "three")
    assert texts(await take(store, "another")) == ["three"]


async def test_session_is_free_for_others_once_all_given_out_is_acknowledged(store: Store) -> None:
    row = await session(store)
    row = await say(store, row, "one")
    await take(store, "first")
    row = await say(store, row, "two")
    await ack(store, row, 1)
    assert texts(await take(store, "second")) == ["two"]


async def test_acknowledgement_counts_also_late_and_without_having_been_taken(world: World, store: Store) -> None:
    row = await session(store)
    row = await say(store, row, "one", "two")
    await take(store, "first")
    world.clock.advance(LEASE_S)
    await take(store, "second")
    assert await ack(store, row, 1) is SENT
    world.clock.advance(LEASE_S)
    assert texts(await take(store)) == ["two"]
    other = await say(store, await session(store), "shown by the reply")
    assert await ack(store, other, 1) is SENT
    assert await take(store) == []


async def test_states_go_forward_only(store: Store) -> None:
    row = await say(store, await session(store), "one")
    for given, stands in ((SENT, SENT), (FAILED, FAILED), (SENT, FAILED), (READ, READ), (DELIVERED, READ)):
        assert await ack(store, row, 1, given) is stands


async def test_failed_says_why_and_does_not_hold_up_what_follows(store: Store) -> None:
    row = await say(store, await session(store), "one", "two")
    await take(store)
    state = await store.acknowledge("local", row.session_id, 1, FAILED, "", "no such number")
    assert state is not None
    assert (state.status, state.error) == (FAILED, "no such number")
    await ack(store, row, 2)
    assert await take(store) == []


async def test_delivery_is_found_by_the_channel_s_own_id(store: Store) -> None:
    row = await say(store, await session(store), "one", "two")
    await ack(store, row, 1, SENT, "wamid.1")
    await ack(store, row, 1, DELIVERED, "another id does not replace it")
    found = await store.find_delivery("local", "sms", "wamid.1")
    assert found is not None
    assert (found.session_id, found.seq, found.status, found.external_id) == (
        row.session_id, 1, DELIVERED, "wamid.1",
    )  # fmt: skip
    assert await store.find_delivery("local", "mail", "wamid.1") is None
    assert await store.find_delivery("other", "sms", "wamid.1") is None


async def test_unknown_deliveries_are_none(store: Store) -> None:
    row = await say(store, await session(store), "one")
    assert await ack(store, row, 2) is None
    assert await store.acknowledge("local", new_session_id(), 1, SENT) is None


async def test_puller_has_no_more_than_it_asked_for(store: Store) -> None:
    for _ in range(3):
        await say(store, await session(store), "one", "two")
    first = await take(store, "one", limit=3)
    assert len(first) == 3
    assert await take(store, "one", limit=3) == []
    assert len(await take(store, "two", limit=100)) == 2
    done = first[-1]
    await store.acknowledge("local", done.session_id, done.message.seq, SENT)
    assert len(await take(store, "one", limit=3)) == 1


async def test_talkative_session_does_not_take_it_all(store: Store) -> None:
    row = await session(store)
    for start in range(0, RETENTION.deliveries, 10):
        row = await say(store, row, *(f"{start + n}" for n in range(10)))
    await say(store, await session(store), "quiet")
    taken = await take(store, limit=RETENTION.deliveries)
    assert len(taken) == DELIVERIES_OF_SESSION + 1
    assert texts(taken)[-1] == "quiet"


async def test_of_a_session_the_last_are_kept(store: Store) -> None:
    row = await session(store)
    for n in range(RETENTION.deliveries + 10):
        row = await say(store, row, f"{n}")
    assert await store.count_deliveries("local", "sms") == RETENTION.deliveries
    assert (await take(store))[0].message.text == "10"


async def test_old_deliveries_are_forgotten(world: World, store: Store) -> None:
    row = await say(store, await session(store, ttl_s=1e9), "old", "older")
    await ack(store, row, 1)
    world.clock.advance(RETENTION.deliveries_s / 2)
    row = await say(store, row, "new")
    world.clock.advance(RETENTION.deliveries_s / 2)
    while (await store.sweep()).more:
        pass
    assert texts(await take(store)) == ["new"]
    assert await ack(store, row, 1) is None


async def test_sweeping_goes_in_steps(world: World, store: Store) -> None:
    for _ in range(CLEANUP_ROWS // 25 + 1):
        await say(store, await session(store, ttl_s=1e9), *(f"{n}" for n in range(25)))
    world.clock.advance(RETENTION.deliveries_s + 1)
    assert (await store.sweep()).more
    assert await store.count_deliveries("local", "sms") == 25
    while (await store.sweep()).more:
        pass
    assert await store.next_delivery_at("local", "sms") is None


async def test_delivery_nobody_acknowledges_fails_in_the_end(world: World, store: Store) -> None:
    row = await say(store, await session(store), "poison")
    for _ in range(DELIVERY_ATTEMPTS):
        assert texts(await take(store)) == ["poison"]
        world.clock.advance(LEASE_S)
    await say(store, row, "next")
    assert texts(await take(store)) == ["next"]
    assert await ack(store, row, 1) is FAILED


async def test_deliveries_go_with_their_session(world: World, store: Store) -> None:
    row = await say(store, await session(store), "one")
    await ack(store, row, 1, SENT, "id")
    await say(store, row, "two")
    await store.delete_session(row.session_id)
    assert await take(store) == []
    assert await ack(store, row, 1) is None
    assert await store.find_delivery("local", "sms", "id") is None
    while (await store.clean_session(row.session_id)).more:
        pass
    assert await store.count_deliveries("local", "sms") == 0
    again = await open_session(store, session_id=row.session_id)
    assert again.session_id == row.session_id


async def test_next_delivery_is_when_a_lease_ends(world: World, store: Store) -> None:
    assert await store.next_delivery_at("local", "sms") is None
    row = await say(store, await session(store), "one")
    assert await store.next_delivery_at("local", "sms") == world.clock.now_s()
    await take(store)
    assert await store.next_delivery_at("local", "sms") == world.clock.now_s() + LEASE_S
    await ack(store, row, 1)
    assert await store.next_delivery_at("local", "sms") is None


async def test_pullers_at_once_share_what_waits(store: Store) -> None:
    for n in range(20):
        await say(store, await session(store), f"{n} a", f"{n} b")
    taken = await asyncio.gather(*(take(store, f"puller {n}", limit=10) for n in range(4)))
    everything = [text for each in taken for text in texts(each)]
    rest = [text for n in range(4) for text in texts(await take(store, f"later {n}", limit=40))]
    assert sorted(everything + rest) == sorted(f"{n} {each}" for n in range(20) for each in "ab")
    for each in taken:
        assert len(each) <= 10


async def test_many_pullers_that_acknowledge_at_once_do_not_hinder_each_other(store: Store) -> None:
    for n in range(30):
        await say(store, await session(store), f"{n} a", f"{n} b")
    got: list[str] = []

    async def pull(name: str) -> None:
        while taken := await take(store, name, limit=5):
            for each in taken:
                got.append(each.message.text)
                state = await store.acknowledge("local", each.session_id, each.message.seq, SENT, each.message.text)
                assert state is not None
                assert state.external_id == each.message.text

    async with asyncio.timeout(60):
        await asyncio.gather(*(pull(f"puller {n}") for n in range(8)))
    assert sorted(got) == sorted(f"{n} {each}" for n in range(30) for each in "ab")
    assert await store.count_deliveries("local", "sms") == 0
    assert await store.next_delivery_at("local", "sms") is None


async def test_same_acknowledgement_from_many_counts_once(store: Store) -> None:
    row = await say(store, await session(store), "one", "two")
    await take(store)
    statuses = (SENT, READ, DELIVERED, SENT, READ, FAILED)
    async with asyncio.timeout(60):
        await asyncio.gather(*(ack(store, row, 1, status, f"x-{n}") for n, status in enumerate(statuses)))
    state = await store.acknowledge("local", row.session_id, 1, SENT)
    assert state is not None
    assert state.status is READ
    assert state.external_id.startswith("x-")
    assert await store.count_deliveries("local", "sms") == 1


async def test_turns_and_acknowledgements_at_once_lose_nothing(store: Store) -> None:
    row = await session(store)
    delivered: list[str] = []

    async def speak() -> None:
        current = row
        for n in range(25):
            current = await say(store, current, f"{n}")

    async def pull() -> None:
        while len(delivered) < 25:
            for each in await take(store):
                delivered.append(each.message.text)
                await store.acknowledge("local", each.session_id, each.message.seq, SENT)
            await asyncio.sleep(0)

    async with asyncio.timeout(60):
        await asyncio.gather(speak(), pull())
    assert delivered == [f"{n}" for n in range(25)]
    assert await store.count_deliveries("local", "sms") == 0


async def test_kill_loses_neither_deliveries_nor_leases(world: World, store: Store) -> None:
    row = await say(store, await session(store), "one", "two")
    await take(store, "first")
    await ack(store, row, 1)
    store = await world.kill()
    assert await take(store, "second") == []
    world.clock.advance(LEASE_S)
    assert texts(await take(store, "second")) == ["two"]


@pytest.mark.parametrize("text", ["Grüße 👋", "x" * 16_000])
async def test_texts_arrive_as_they_are(store: Store, text: str) -> None:
    await say(store, await session(store), text)
    assert texts(await take(store)) == [text]


async def test_open_session_of_an_alias_is_found_whichever_bot_it_talks_to(world: World, store: Store) -> None:
    first = await open_session(store, channel="sms", alias="+43 1")
    world.clock.advance(1.0)
    second = await open_session(store, channel="sms", alias="+43 1", bot="shop", owner_principal="other")
    found = await store.find_alias_of_channel("local", "sms", "+43 1")
    assert found is not None
    assert found.session_id == first.session_id
    theirs = await store.find_alias_of_channel("other", "sms", "+43 1")
    assert theirs is not None
    assert theirs.session_id == second.session_id
    for channel, alias in (("mail", "+43 1"), ("sms", "+43 2"), ("sms", "")):
        assert await store.find_alias_of_channel("local", channel, alias) is None
    await commit(store, turn(first, consumed=1, end_reason=EndReason.USER))
    assert await store.find_alias_of_channel("local", "sms", "+43 1") is None
