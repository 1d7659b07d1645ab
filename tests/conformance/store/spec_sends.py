"""What a turn sends to other sessions is accepted there in its own transaction, or nothing of it is written."""

from __future__ import annotations

from dataclasses import replace

from botserver.ids import MessageId, SessionId, new_session_id
from botserver.limits import INBOX_INPUTS
from botserver.model import EndReason
from botserver.store.abc import DueKind, Lost, Store
from botserver.store.sends import Send

from .backends import World
from .builders import accepted, commit, content, read, started_session, try_commit, turn


def sending(session_id: SessionId, n: int = 0) -> Send:
    return Send(session_id, "sent", MessageId(f" send {n}"), content(""), b"payload %d" % n)


async def test_send_is_an_input_of_its_session_and_due(world: World, store: Store) -> None:
    sender, target = await started_session(store), await started_session(store)
    await commit(store, turn(sender, sends=[sending(target.session_id), sending(target.session_id, 1)]))
    loaded = await store.load_session(target.session_id)
    assert loaded is not None
    assert [(each.kind, each.payload) for each in loaded.inputs] == [("sent", b"payload 0"), ("sent", b"payload 1")]
    assert (loaded.row.accepted, loaded.row.consumed, loaded.row.revision) == (3, 1, 1)
    world.clock.advance(10.0)
    due = await store.take_due(10, 30.0)
    assert [(row.session_id, row.kind) for row in due] == [(target.session_id, DueKind.INPUT)]


async def test_send_to_oneself_comes_after_what_the_turn_accepted(store: Store) -> None:
    row = await started_session(store)
    done = await commit(store, turn(row, accept=accepted("m"), sends=[sending(row.session_id)]))
    after = await read(store, row.session_id)
    assert (done.accepted, after.accepted, after.consumed) == (3, 3, 2)


async def test_send_to_an_ended_or_unknown_session_refuses_the_turn(store: Store) -> None:
    sender, gone = await started_session(store), await started_session(store)
    await commit(store, turn(gone, end_reason=EndReason.USER))
    for target in (gone.session_id, new_session_id()):
        assert await try_commit(store, turn(sender, sends=[sending(target)])) == Lost(sender)
    assert await read(store, sender.session_id) == sender


async def test_send_beyond_the_room_of_its_session_refuses_the_turn(store: Store) -> None:
    sender, target = await started_session(store), await started_session(store)
    sends = [sending(target.session_id, n) for n in range(INBOX_INPUTS)]
    await commit(store, turn(sender, sends=sends))
    sender = await read(store, sender.session_id)
    more = turn(sender, sends=[sending(target.session_id, INBOX_INPUTS)])
    assert await try_commit(store, more) == Lost(sender)


async def test_what_a_session_awaits_needs_no_room_but_an_open_session(store: Store) -> None:
    sender, target = await started_session(store), await started_session(store)
    await commit(store, turn(sender, sends=[sending(target.session_id, n) for n in range(INBOX_INPUTS)]))
    sender = await read(store, sender.session_id)
    awaited = replace(sending(target.session_id, INBOX_INPUTS), is_awaited=True)
    both = turn(sender, sends=[awaited, sending(target.session_id, INBOX_INPUTS + 1)])
    assert await try_commit(store, both) == Lost(sender)
    await commit(store, turn(sender, sends=[awaited]))
    target = await read(store, target.session_id)
    assert target.accepted - target.consumed == INBOX_INPUTS + 1
    await commit(store, turn(target, end_reason=EndReason.USER))
    sender = await read(store, sender.session_id)
    again = replace(sending(target.session_id, INBOX_INPUTS + 2), is_awaited=True)
    assert await try_commit(store, turn(sender, sends=[again])) == Lost(sender)
