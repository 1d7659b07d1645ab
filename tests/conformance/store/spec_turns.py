"""Committing turns: what is written, who is refused, and what a refusal leaves."""

from __future__ import annotations

import asyncio

import pytest

from botserver.errors import LimitReached, SessionEnded, SessionNotFound
from botserver.ids import MessageId, ReleaseId, new_session_id
from botserver.limits import INBOX_INPUTS, Retention
from botserver.model import Activity, EndReason, Role, SessionState, SuggestionView
from botserver.model import Message as StoredMessage
from botserver.store.abc import (
    START_MESSAGE_ID,
    Committed,
    DueKind,
    Known,
    Lost,
    MemoryMoved,
    MemoryValue,
    MemoryWrite,
    Repeat,
    State,
    Store,
    TurnCommit,
    Unwritable,
)
from botserver.store.queries import SessionPatch

from .backends import RETENTION, World
from .builders import (
    BOT,
    TTL_S,
    accepted,
    call,
    commit,
    content,
    large,
    open_session,
    read,
    request,
    said,
    standing,
    started_session,
    try_commit,
    turn,
)


async def test_a_turn_is_read_back_as_written(world: World, store: Store) -> None:
    row = await open_session(store)
    world.clock.advance(5)
    objects = large(b"x" * 5000)
    state = State("größe".encode(), tuple(objects))
    facts = standing(waiting_for='{"kind":"input"}', memory_bytes=77, extra=b"\x00\xff")
    messages = said(1, "hi", "there")
    done = await commit(
        store,
        turn(
            row,
            state=state,
            new_large=objects,
            standing=facts,
            consumed=1,
            messages=messages,
            fuel=40,
            replies={START_MESSAGE_ID: b"first"},
        ),
    )
    now = world.clock.now_s()
    assert done == Committed(1, 0, 1, now, now + TTL_S, None)
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    after = loaded.row
    assert (after.revision, after.consumed, after.last_seq, after.message_count) == (1, 1, 2, 2)
    assert (after.standing, after.fuel_total, after.updated_at) == (facts, 40, now)
    assert (loaded.state, loaded.inputs, loaded.unsettled) == (state, (), ())
    assert await store.load_large_objects(row.session_id, state.large) == objects
    assert await store.list_messages(row.session_id, 10) == messages
    assert await store.find_message(row.session_id, START_MESSAGE_ID) == Known(Repeat.SETTLED, b"first")


async def test_of_two_turns_at_one_revision_one_wins_and_the_other_writes_nothing(store: Store) -> None:
    row = await started_session(store)
    results = await asyncio.gather(
        *(
            try_commit(
                store,
                turn(
                    row,
                    state=State(b"by %d" % n),
                    accept=accepted(f"m{n}"),
                    messages=said(1, f"by {n}"),
                    memory=[MemoryWrite(BOT, "k", b"%d" % n)],
                ),
            )
            for n in range(6)
        )
    )
    (winner,) = [n for n, result in enumerate(results) if isinstance(result, Committed)]
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert [result for n, result in enumerate(results) if n != winner] == [Lost(loaded.row)] * 5
    assert loaded.state == State(b"by %d" % winner)
    assert (loaded.row.revision, loaded.row.accepted) == (2, 2)
    assert [m.text for m in await store.list_messages(row.session_id, 10)] == [f"by {winner}"]
    assert await store.read_memory(BOT, "k") == MemoryValue(b"%d" % winner, 1)
    for n in range(6):
        known = await store.find_message(row.session_id, MessageId(f"m{n}"))
        assert (known is not None) == (n == winner)


async def test_a_batch_answers_each_turn_on_its_own(store: Store) -> None:
    rows = [await started_session(store) for _ in range(5)]
    stale = turn(rows[1], expected_revision=0)
    broken = turn(rows[2], messages=said(9, "a gap before"))
    gone = turn(rows[3], session_id=new_session_id())
    results = await store.commit_turns([turn(rows[4]), stale, broken, gone, turn(rows[0])])
    assert [type(result) for result in results] == [Committed, Lost, Unwritable, Lost, Committed]
    assert [(await read(store, row.session_id)).revision for row in rows] == [2, 1, 1, 1, 2]
    assert await store.list_messages(rows[2].session_id, 10) == []


async def test_of_turns_on_a_revision_that_is_over_a_repeat_is_told_so_and_the_others_lost(store: Store) -> None:
    rows = [await started_session(store) for _ in range(3)]
    for row in rows:
        await commit(store, turn(row, accept=accepted("m1"), replies={MessageId("m1"): b"reply"}))
    now = [await read(store, row.session_id) for row in rows]
    stale = [turn(row, accept=accepted(name)) for row, name in zip(rows, ("m2", "m1", "m3"), strict=True)]
    assert await store.commit_turns(stale) == [Lost(now[0]), Known(Repeat.SETTLED, b"reply"), Lost(now[2])]
    assert [await read(store, row.session_id) for row in rows] == now


async def test_two_turns_of_one_session_in_a_batch_follow_each_other_or_lose(store: Store) -> None:
    row = await started_session(store)
    results = await store.commit_turns([turn(row), turn(row), turn(row, expected_revision=2)])
    assert [type(result) for result in results] == [Committed, Lost, Committed]
    assert (await read(store, row.session_id)).revision == 3


async def test_an_ended_session_takes_no_turn(store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, end_reason=EndReason.SCRIPT, standing=standing(activity=Activity.ENDED)))
    after = await read(store, row.session_id)
    assert (after.state, after.end_reason, after.ended_at) == (SessionState.ENDED, EndReason.SCRIPT, after.updated_at)
    assert await try_commit(store, turn(after)) == Lost(after)


async def test_ending_drops_inputs_that_wait_and_all_that_is_due(world: World, store: Store) -> None:
    row = await started_session(store)
    await store.accept_input(row.session_id, "message", MessageId("m1"), content("a"), b"a")
    await commit(store, turn(row, timer_in_s=5.0))
    await commit(store, turn(await read(store, row.session_id), end_reason=EndReason.USER))
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert (loaded.inputs, loaded.row.timer_at, loaded.row.consumed) == ((), None, 2)
    world.clock.advance(TTL_S * 2)
    assert await store.take_due(10, 30.0) == []
    assert await store.find_message(row.session_id, MessageId("m1")) == Known(Repeat.PENDING)


async def test_without_a_state_the_last_one_stands_under_the_new_revision(store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, state=None, messages=said(1, "marker", role=Role.SYSTEM)))
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert (loaded.row.revision, loaded.state) == (2, State(b"root 1"))


# the short way


async def test_a_message_on_the_short_way_is_numbered_and_its_repeat_gets_the_first_reply(store: Store) -> None:
    row = await started_session(store)
    reply = {MessageId("m1"): b"reply"}
    done = await commit(store, turn(row, accept=accepted("m1"), replies=reply))
    assert done.accepted == 2
    after = await read(store, row.session_id)
    assert (after.accepted, after.consumed) == (2, 2)
    again = turn(after, accept=accepted("m1"), replies={MessageId("m1"): b"other"})
    assert await try_commit(store, again) == Known(Repeat.SETTLED, b"reply")
    assert await try_commit(store, turn(row, accept=accepted("m1"))) == Known(Repeat.SETTLED, b"reply")
    assert await try_commit(store, turn(after, accept=accepted("m1", "other text"))) == Known(Repeat.REUSED)
    assert await read(store, row.session_id) == after


async def test_the_short_way_is_closed_while_an_accepted_input_waits(store: Store) -> None:
    row = await started_session(store)
    assert await store.accept_input(row.session_id, "message", MessageId("m1"), content("a"), b"a") == 2
    waiting = await read(store, row.session_id)
    assert await try_commit(store, turn(row, accept=accepted("m2"))) == Lost(waiting)
    assert await store.find_message(row.session_id, MessageId("m2")) is None


async def test_a_reply_settles_later_than_its_message_was_consumed(store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, accept=accepted("m1")))
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert loaded.unsettled == (START_MESSAGE_ID, MessageId("m1"))
    assert await store.find_message(row.session_id, MessageId("m1")) == Known(Repeat.PENDING)
    await commit(store, turn(loaded.row, replies={MessageId("m1"): b"at last", MessageId("never seen"): b"x"}))
    await commit(store, turn(await read(store, row.session_id), replies={MessageId("m1"): b"too late"}))
    assert await store.find_message(row.session_id, MessageId("m1")) == Known(Repeat.SETTLED, b"at last")
    assert await store.find_message(row.session_id, MessageId("never seen")) is None


# bot memory


async def test_bot_memory_read_and_changed_meanwhile_sends_the_turn_back(store: Store) -> None:
    rows = [await started_session(store) for _ in range(4)]

    def count(row_number: int, value: bytes, read_version: int | None) -> TurnCommit:
        return turn(rows[row_number], memory=[MemoryWrite(BOT, "n", value, read_version)])

    first, second = await store.commit_turns([count(0, b"1", 0), count(1, b"1", 0)])
    assert isinstance(first, Committed)
    assert second == MemoryMoved({(BOT, "n"): MemoryValue(b"1", 1)})
    assert (await read(store, rows[1].session_id)).revision == 1
    assert isinstance(await try_commit(store, count(1, b"2", 1)), Committed)
    assert isinstance(await try_commit(store, count(2, b"blind", None)), Committed)
    assert await store.read_memory(BOT, "n") == MemoryValue(b"blind", 3)
    assert await store.read_memory("other", "n") is None


async def test_counters_in_bot_memory_add_up(store: Store) -> None:
    rows = [await started_session(store) for _ in range(10)]

    async def add_one(row_number: int) -> None:
        while True:
            value = await store.read_memory(BOT, "n")
            write = MemoryWrite(BOT, "n", b"%d" % (int(value.value) + 1 if value else 1), value.version if value else 0)
            if isinstance(await try_commit(store, turn(rows[row_number], memory=[write])), Committed):
                return

    await asyncio.gather(*(add_one(n) for n in range(10)))
    assert await store.read_memory(BOT, "n") == MemoryValue(b"10", 10)


# timers, life, release, requests


async def test_a_timer_is_set_replaced_kept_and_removed(world: World, store: Store) -> None:
    row = await started_session(store)
    now = world.clock.now_s()
    assert (await commit(store, turn(row, timer_in_s=10.0))).timer_at == now + 10
    for changes, expected in (({"timer_in_s": 20.0}, now + 20), ({"keep_timer": True}, now + 20), ({}, None)):
        row = await read(store, row.session_id)
        assert (await commit(store, turn(row, **changes))).timer_at == expected
        assert (await read(store, row.session_id)).timer_at == expected
    world.clock.advance(30)
    assert await store.take_due(10, 30.0) == []


async def test_a_turn_extends_the_life_of_its_session_unless_told_otherwise(world: World, store: Store) -> None:
    row = await started_session(store)
    world.clock.advance(100)
    assert (await commit(store, turn(row, touch=False))).expires_at == row.expires_at
    row = await read(store, row.session_id)
    assert (await commit(store, turn(row))).expires_at == world.clock.now_s() + TTL_S


async def test_a_turn_leaves_alone_what_rpcs_own(store: Store) -> None:
    row = await started_session(store)
    await store.update_session(row.session_id, SessionPatch(labels={"by": "rpc"}))
    await commit(store, turn(row))
    assert (await read(store, row.session_id)).labels == {"by": "rpc"}


async def test_a_session_moves_to_another_release_only_if_it_is_stored(store: Store) -> None:
    row = await started_session(store)
    other = standing(release=ReleaseId("b" * 64))
    assert isinstance(await try_commit(store, turn(row, standing=other)), Unwritable)
    await store.put_release(BOT, other.release, b"m", {})
    await commit(store, turn(row, standing=other))
    assert (await read(store, row.session_id)).standing == other


async def test_a_mutation_through_a_turn_is_not_done_twice(store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, request=request("end"), end_reason=EndReason.USER))
    again = turn(row, request=request("end"), end_reason=EndReason.USER)
    assert await try_commit(store, again) == Known(Repeat.SETTLED, b"response of end")
    reused = turn(row, request=request("end", "other"))
    assert await try_commit(store, reused) == Known(Repeat.REUSED)


async def test_a_state_that_refers_to_a_large_object_nobody_stored_is_refused(store: Store) -> None:
    row = await started_session(store)
    objects = large(b"y" * 5000)
    assert isinstance(await try_commit(store, turn(row, state=State(b"r", tuple(objects)))), Unwritable)
    assert isinstance(
        await try_commit(store, call(row, state=State(b"r", tuple(objects)))),
        Unwritable,
    )
    assert (await read(store, row.session_id)) == row


@pytest.mark.parametrize("text", ["", "ü€😀\u200d‮", "x" * 16_000, "'); DROP TABLE users; --"])
async def test_text_comes_back_as_it_was(store: Store, text: str) -> None:
    row = await started_session(store, alias=text)
    button = SuggestionView(text, text, "url")
    message = StoredMessage(1, Role.USER, text, 1.25, (button,), MessageId("m"), 3, text, text)
    await commit(
        store,
        turn(row, messages=[message], memory=[MemoryWrite(BOT, text, text.encode())], standing=standing(extra=b"\0")),
    )
    assert await store.list_messages(row.session_id, 1) == [message]
    assert await store.read_memory(BOT, text) == MemoryValue(text.encode(), 1)
    assert (await read(store, row.session_id)).alias == text


async def test_messages_are_listed_and_counted_by_address(store: Store) -> None:
    row = await started_session(store)
    spoken = [
        StoredMessage(seq, Role.BOT, "text", 1.0, address=address)
        for seq, address in enumerate(["", "a", "b", "a", ""], start=1)
    ]
    await commit(store, turn(row, messages=spoken))
    for addresses, seqs in ((("",), [1, 5]), (("a",), [2, 4]), (("", "a"), [1, 2, 4, 5]), (("none",), [])):
        listed = await store.list_messages(row.session_id, 10, addresses=addresses)
        assert [message.seq for message in listed] == seqs
        assert await store.count_messages(row.session_id, addresses) == len(seqs)
    newest = await store.list_messages(row.session_id, 2, newest_first=True, addresses=("", "a"))
    assert [message.seq for message in newest] == [5, 4]
    assert len(await store.list_messages(row.session_id, 10)) == 5


@pytest.mark.parametrize("text", ["\ud800", "a \x00 null"])
async def test_a_text_that_no_database_can_hold_is_refused_alone(store: Store, text: str) -> None:
    rows = [await started_session(store) for _ in range(2)]
    results = await store.commit_turns([turn(rows[0], messages=said(1, text)), turn(rows[1])])
    assert [type(result) for result in results] == [Unwritable, Committed]


async def test_ten_megabytes_of_state_come_back(store: Store) -> None:
    row = await started_session(store)
    objects = large(*(bytes([n]) * 1_048_576 for n in range(10)))
    state = State(b"r" * 1_048_576, tuple(objects))
    await commit(store, turn(row, state=state, new_large=objects))
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert loaded.state == state
    assert await store.load_large_objects(row.session_id, state.large) == objects


# inputs


async def test_inputs_are_numbered_in_order_and_consumed_up_to_a_number(store: Store) -> None:
    row = await started_session(store)
    for n in range(3):
        number = await store.accept_input(row.session_id, "message", MessageId(f"m{n}"), content("a"), b"%d" % n)
        assert number == n + 2
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert [i.payload for i in loaded.inputs] == [b"0", b"1", b"2"]
    await commit(store, turn(row, consumed=3))
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert [i.number for i in loaded.inputs] == [4]
    assert isinstance(await try_commit(store, turn(loaded.row, consumed=5)), Unwritable)
    assert isinstance(await try_commit(store, turn(loaded.row, consumed=2)), Unwritable)


async def test_an_input_overtakes_those_that_wait_before_it(store: Store) -> None:
    row = await started_session(store)
    for n in range(4):
        await store.accept_input(row.session_id, "m", MessageId(f"m{n}"), content(""), b"%d" % n)
    assert await store.advance_input(row.session_id, MessageId("m2"), row.revision)
    assert await store.advance_input(row.session_id, MessageId("m2"), row.revision)  # it is where it shall be
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert [(i.number, i.payload) for i in loaded.inputs] == [(2, b"2"), (3, b"0"), (4, b"1"), (5, b"3")]
    assert (loaded.row.accepted, loaded.row.consumed) == (5, 1)
    await commit(store, turn(loaded.row, consumed=2, replies={MessageId("m2"): b"reply"}))
    loaded = await store.load_session(row.session_id)
    assert loaded is not None
    assert [i.payload for i in loaded.inputs] == [b"0", b"1", b"3"]
    assert [await store.find_message(row.session_id, MessageId(f"m{n}")) for n in range(4)] == [
        Known(Repeat.PENDING), Known(Repeat.PENDING), Known(Repeat.SETTLED, b"reply"), Known(Repeat.PENDING)
    ]  # fmt: skip
    assert await store.accept_input(row.session_id, "m", MessageId("m4"), content(""), b"4") == 6


async def test_an_input_overtakes_only_in_the_session_as_it_was_seen(store: Store) -> None:
    row = await started_session(store)
    for n in range(2):
        await store.accept_input(row.session_id, "m", MessageId(f"m{n}"), content(""), b"")
    for message_id, revision in ((MessageId("m1"), row.revision - 1), (MessageId("m2"), row.revision)):
        assert not await store.advance_input(row.session_id, message_id, revision)
    await commit(store, call(row, consumed=2))
    assert not await store.advance_input(row.session_id, MessageId("m1"), row.revision)
    assert not await store.advance_input(new_session_id(), MessageId("m1"), 0)


async def test_of_a_turn_and_an_overtaking_at_once_the_turn_consumes_what_it_saw(store: Store) -> None:
    for _ in range(10):
        row = await started_session(store)
        for n in range(2):
            await store.accept_input(row.session_id, "m", MessageId(f"m{n}"), content(""), b"%d" % n)
        moved, result = await asyncio.gather(
            store.advance_input(row.session_id, MessageId("m1"), row.revision),
            try_commit(store, turn(row, consumed=None)),
        )
        assert isinstance(result, Committed)
        loaded = await store.load_session(row.session_id)
        assert loaded is not None
        assert [i.payload for i in loaded.inputs] == ([b"1", b"0"] if moved else [b"0", b"1"])


async def test_inputs_accepted_at_once_get_different_numbers(store: Store) -> None:
    row = await started_session(store)
    numbers = await asyncio.gather(
        *(store.accept_input(row.session_id, "m", MessageId(f"m{n}"), content("a"), b"") for n in range(20))
    )
    assert set(numbers) == set(range(2, 22))


async def test_a_repeated_input_is_known_and_not_stored_again(store: Store) -> None:
    row = await started_session(store)
    arguments = (row.session_id, "message", MessageId("m1"))
    await store.accept_input(*arguments, content("a"), b"a")
    assert await store.accept_input(*arguments, content("a"), b"a") == Known(Repeat.PENDING)
    assert await store.accept_input(*arguments, content("b"), b"b") == Known(Repeat.REUSED)
    assert (await read(store, row.session_id)).accepted == 2


async def test_the_inbox_is_full_at_its_limit_and_not_before(store: Store) -> None:
    from_start = 1  # the session's own first input waits too
    row = await open_session(store)
    for n in range(INBOX_INPUTS - from_start):
        await store.accept_input(row.session_id, "m", MessageId(f"m{n}"), content("a"), b"")
    with pytest.raises(LimitReached) as caught:
        await store.accept_input(row.session_id, "m", MessageId("one more"), content("a"), b"")
    assert caught.value.reason == "INBOX_FULL"
    assert await store.find_message(row.session_id, MessageId("one more")) is None


async def test_an_input_for_an_ended_or_missing_session_is_refused_but_a_repeat_is_known(store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, accept=accepted("m1"), replies={MessageId("m1"): b"r"}, end_reason=EndReason.USER))
    known = await store.accept_input(row.session_id, "m", MessageId("m1"), content("hello"), b"")
    assert known == Known(Repeat.SETTLED, b"r")
    with pytest.raises(SessionEnded):
        await store.accept_input(row.session_id, "m", MessageId("m2"), content("a"), b"")
    with pytest.raises(SessionNotFound):
        await store.accept_input(new_session_id(), "m", MessageId("m2"), content("a"), b"")


async def test_an_old_reply_expires_but_its_message_never_runs_again(store: Store) -> None:
    row = await started_session(store)
    await commit(store, turn(row, accept=accepted("old"), replies={MessageId("old"): b"r"}))
    row = await read(store, row.session_id)
    batch = [
        turn(row, expected_revision=row.revision + n, accept=accepted(f"m{n}"), state=None)
        for n in range(RETENTION.messages)
    ]
    results = await store.commit_turns(batch)
    assert all(isinstance(result, Committed) for result in results)
    assert await store.find_message(row.session_id, MessageId("old")) == Known(Repeat.EXPIRED)
    row = await read(store, row.session_id)
    assert await try_commit(store, turn(row, accept=accepted("old"))) == Known(Repeat.EXPIRED)


async def test_an_accepted_input_is_due_until_it_is_consumed(world: World, store: Store) -> None:
    row = await started_session(store)
    await store.accept_input(row.session_id, "m", MessageId("m1"), content("a"), b"")
    world.clock.advance(60)
    assert [(due.session_id, due.kind) for due in await store.take_due(10, 1.0)] == [(row.session_id, DueKind.INPUT)]
    await commit(store, turn(row, consumed=2))
    world.clock.advance(60)
    assert await store.take_due(10, 1.0) == []


@pytest.mark.parametrize("count", [5, 6, 7, 20])
@pytest.mark.parametrize("before", [0, 4])
async def test_of_a_turn_that_says_more_than_is_kept_the_last_stay(
    world: World, store: Store, count: int, before: int
) -> None:
    store = await world.reopen(Retention(messages=6, message_ids=8, deliveries=4))
    row = await started_session(store, channel="sms")
    if before:
        await commit(store, turn(row, messages=said(1, *["a"] * before), deliver=True))
        row = await read(store, row.session_id)
    texts = [f"{n}" for n in range(count)]
    await commit(store, turn(row, messages=said(row.last_seq + 1, *texts), deliver=True, accept=accepted("m")))
    after = await read(store, row.session_id)
    end = before + count
    first = max(1, end - 6 + 1)
    assert (after.first_seq, after.last_seq, after.message_count) == (first, end, end)
    assert [message.seq for message in await store.list_messages(row.session_id, 100)] == list(range(first, end + 1))
    assert await store.count_deliveries("local", "sms") == 4
    taken = await store.take_deliveries("local", "sms", "one", 100, 30.0)
    assert [each.message.seq for each in taken] == list(range(end - 3, end + 1))


@pytest.mark.parametrize("message_ids", [3, 4, 6])
async def test_a_reply_that_comes_when_its_message_is_forgotten_is_none(
    world: World, store: Store, message_ids: int
) -> None:
    store = await world.reopen(Retention(messages=4, message_ids=message_ids))
    row = await open_session(store, start=None)
    known = [Known(Repeat.PENDING), Known(Repeat.EXPIRED), None]
    seen = []
    for n in range(8):
        late = {MessageId("m0"): b"late"} if n >= min(4, message_ids) else {}
        await commit(store, turn(row, accept=accepted(f"m{n}"), replies=late))
        row = await read(store, row.session_id)
        seen.append(await store.find_message(row.session_id, MessageId("m0")))
    expired = max(0, message_ids - 4)
    pending = min(4, message_ids)
    assert seen == [*known[:1] * pending, *known[1:2] * expired, *known[2:] * (8 - pending - expired)]
