"""Ending, restoring, branching, deleting, and checkpoints."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from botserver.errors import (
    BadSnapshot,
    CheckpointNotFound,
    RequestIdReused,
    RevisionMismatch,
    SessionEnded,
    SessionIdTaken,
    SessionNotFound,
)
from botserver.ids import CheckpointId, RequestId, new_session_id
from botserver.model import LOCAL, Activity, EndReason, Principal, SessionState, Wait
from botserver.session import reading
from botserver.session.service import SessionChange, SessionFilter, UserChange
from botserver.store.abc import State, TurnCommit
from tests.unit.session.world import World, texts

COUNT = 'i = 0\nWHILE TRUE\n  HEAR x\n  i = i + 1\n  SET "last", x\n  TALK "${i}: ${x}"\nWEND'
ONE = RequestId("00000000-0000-4000-8000-000000000001")
STRANGER = Principal("stranger")


async def test_an_ended_session_takes_no_messages_but_answers_repeats(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    reply = await world.say(session_id, "a", "one")
    view = await world.sessions.end_session(LOCAL, session_id)
    assert (view.state, view.end_reason, view.activity) == (SessionState.ENDED, EndReason.USER, Activity.ENDED)
    assert await world.say(session_id, "a", "one") == reply
    with pytest.raises(SessionEnded):
        await world.say(session_id, "b")


async def test_ending_an_ended_session_returns_it_unchanged(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    first = await world.sessions.end_session(LOCAL, session_id)
    world.clock.advance(5)
    assert await world.sessions.end_session(LOCAL, session_id) == first


async def test_ending_settles_who_waits_through_a_wait(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "a"\nWAIT 20\nTALK "b"')
    session_id, _ = await world.open()
    waiting = asyncio.create_task(world.say(session_id, "go", "one"))
    await world.quiet()
    await world.sessions.end_session(LOCAL, session_id)
    reply = await waiting
    assert (texts(reply), reply.activity, reply.end_reason) == (["a"], Activity.ENDED, EndReason.USER)
    await world.pass_time(30)
    assert await world.transcript(session_id) == ["user: go", "bot: a"]


async def test_ending_stops_an_endless_loop(world: World) -> None:
    await world.deploy(start="HEAR x\nWHILE TRUE\nWEND", config={"max-turn-steps": "2000000000"})
    session_id, _ = await world.open()
    waiting = asyncio.create_task(world.say(session_id, "go"))
    for _ in range(50):
        await asyncio.sleep(0)
    view = await world.sessions.end_session(LOCAL, session_id)
    assert view.end_reason is EndReason.USER
    with pytest.raises(SessionEnded):
        await waiting


async def test_ending_fences_a_call_in_flight(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "calling"\nr = CALL "/test/slow", 300, "x"\nTALK r')
    session_id, _ = await world.open()
    waiting = asyncio.create_task(world.say(session_id, "go"))
    await world.called()
    await world.sessions.end_session(LOCAL, session_id)
    reply = await waiting
    assert (texts(reply), reply.activity) == (["calling"], Activity.ENDED)
    await world.pass_time(60)
    assert await world.transcript(session_id) == ["user: go", "bot: calling"]


async def test_a_repeated_end_request_gets_the_first_response(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    first = await world.sessions.end_session(LOCAL, session_id, ONE)
    await world.restart()
    assert await world.sessions.end_session(LOCAL, session_id, ONE) == first
    other, _ = await world.open()
    with pytest.raises(RequestIdReused):
        await world.sessions.end_session(LOCAL, other, ONE)


async def test_a_repeated_create_request_gives_the_same_session(world: World) -> None:
    await world.deploy(start='TALK "hi"\nHEAR x')
    first = await world.open(request_id=ONE)
    assert await world.open(request_id=ONE) == first
    with pytest.raises(RequestIdReused):
        await world.open(request_id=ONE, channel="web")


async def test_a_session_id_in_use_is_refused(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id = new_session_id()
    await world.open(session_id=session_id)
    with pytest.raises(SessionIdTaken):
        await world.open(session_id=session_id)


async def test_a_deleted_session_is_not_found(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    await world.sessions.delete_session(LOCAL, session_id, ONE)
    with pytest.raises(SessionNotFound):
        await world.sessions.get_session(LOCAL, session_id)
    with pytest.raises(SessionNotFound):
        await world.say(session_id, "a")
    await world.sessions.delete_session(LOCAL, session_id, ONE)
    await world.pass_time(1)


async def test_sessions_of_others_do_not_exist(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    with pytest.raises(SessionNotFound):
        await world.sessions.get_session(STRANGER, session_id)
    with pytest.raises(SessionNotFound):
        await world.sessions.end_session(STRANGER, session_id)
    with pytest.raises(SessionNotFound):
        await world.sessions.watch_session(STRANGER, session_id, 0).__anext__()


# --- checkpoints


async def test_restoring_goes_back_under_a_new_revision_with_numbers_that_rise(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    await world.say(session_id, "a")
    saved = await world.sessions.save_session(LOCAL, session_id, "first")
    await world.say(session_id, "b")
    view = await world.sessions.restore_session(LOCAL, session_id, saved.checkpoint_id)
    assert view.revision == 4
    reply = await world.say(session_id, "c")
    assert texts(reply) == ["2: c"]
    assert await world.transcript(session_id) == [
        "user: a", "bot: 1: a", "user: b", "bot: 2: b", "system: restored to first, revision 2", "user: c", "bot: 2: c",
    ]  # fmt: skip


async def test_message_ids_are_kept_over_a_restore(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    reply = await world.say(session_id, "a", "one")
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-1"))
    assert await world.say(session_id, "a", "one") == reply
    assert texts(await world.say(session_id, "a", "two")) == ["1: a"]


async def test_restoring_begins_the_timer_anew(world: World) -> None:
    await world.deploy(start='TALK "a"\nWAIT 100\nTALK "b"\nHEAR x')
    session_id, _ = await world.open()
    await world.pass_time(100)
    view = await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-1"))
    assert view.waiting_for is not None
    assert view.waiting_for.expires_at == world.clock.now_s() + 100
    await world.pass_time(100)
    assert (await world.transcript(session_id))[-1] == "bot: b"


SCHEDULED = """
SCHEDULE IN 100 SECONDS DO
    TALK "scheduled"
END SCHEDULE
HEAR x
SCHEDULE IN 10 SECONDS DO
    TALK "second"
END SCHEDULE
HEAR y
TALK y
"""


async def test_restoring_begins_what_was_scheduled_anew_and_forgets_what_was_not(world: World) -> None:
    await world.deploy(start=SCHEDULED)
    session_id, _ = await world.open()
    await world.pass_time(40)
    kept = await world.sessions.save_session(LOCAL, session_id)
    await world.say(session_id, "on")
    view = await world.sessions.restore_session(LOCAL, session_id, kept.checkpoint_id)
    said = len(await world.transcript(session_id))
    await world.pass_time(59)
    assert (await world.transcript(session_id))[said:] == []
    await world.pass_time(1)
    assert (await world.transcript(session_id))[said:] == ["bot: scheduled"]
    view = await world.sessions.get_session(LOCAL, session_id)
    assert view.activity is Activity.WAITING_INPUT
    assert texts(await world.say(session_id, "x")) == []
    await world.pass_time(10)
    assert (await world.transcript(session_id))[said:] == ["bot: scheduled", "user: x", "bot: second"]


async def test_restoring_before_a_schedule_fired_lets_it_fire_again(world: World) -> None:
    await world.deploy(start=SCHEDULED)
    session_id, _ = await world.open()
    await world.pass_time(101)
    assert await world.transcript(session_id) == ["bot: scheduled"]
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-1"))
    await world.restart()
    await world.pass_time(101)
    assert (await world.transcript(session_id))[-1] == "bot: scheduled"
    await world.pass_time(101)
    assert [line for line in await world.transcript(session_id) if "scheduled" in line] == ["bot: scheduled"] * 2


async def test_a_branch_has_what_was_scheduled_for_itself(world: World) -> None:
    await world.deploy(start=SCHEDULED)
    session_id, _ = await world.open()
    await world.pass_time(60)
    branch = await world.sessions.branch_session(LOCAL, session_id)
    await world.pass_time(40)
    assert await world.transcript(session_id) == ["bot: scheduled"]
    assert len(await world.transcript(branch.session_id)) == 1
    await world.pass_time(60)
    assert (await world.transcript(branch.session_id))[1:] == ["bot: scheduled"]
    assert await world.transcript(session_id) == ["bot: scheduled"]


async def test_restoring_at_another_revision_is_refused(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    with pytest.raises(RevisionMismatch):
        await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-1"), expected_revision=7)


async def test_a_checkpoint_that_is_not_there_is_refused(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    for checkpoint_id in (CheckpointId("t-9"), CheckpointId(new_session_id())):
        with pytest.raises(CheckpointNotFound):
            await world.sessions.restore_session(LOCAL, session_id, checkpoint_id)
        with pytest.raises(CheckpointNotFound):
            await world.sessions.branch_session(LOCAL, session_id, checkpoint_id)


async def test_a_branch_goes_on_independently(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    await world.say(session_id, "a")
    branch = await world.sessions.branch_session(LOCAL, session_id)
    assert texts(await world.say(branch.session_id, "b")) == ["2: b"]
    assert texts(await world.say(session_id, "c")) == ["2: c"]
    early = await world.sessions.branch_session(LOCAL, session_id, turn=1)
    await world.restart()
    assert texts(await world.say(early.session_id, "d")) == ["1: d"]
    assert texts(await world.say(branch.session_id, "e")) == ["3: e"]


async def test_a_branch_of_large_variables_survives_the_end_of_its_origin(world: World) -> None:
    await world.deploy(
        start='s = "0123456789"\nFOR i = 1 TO 10\n  s = s + s\nNEXT\nSET "big", s\nHEAR x\nTALK LEN(GET "big")'
    )
    session_id, _ = await world.open()
    branch = await world.sessions.branch_session(LOCAL, session_id)
    await world.sessions.delete_session(LOCAL, session_id)
    await world.pass_time(1)
    await world.restart()
    assert texts(await world.say(branch.session_id, "go")) == ["10240"]


async def test_checkpoints_are_listed_newest_first_and_named_ones_deleted(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    saved = await world.sessions.save_session(LOCAL, session_id, "mine", ONE)
    assert await world.sessions.save_session(LOCAL, session_id, "mine", ONE) == saved
    await world.say(session_id, "a")
    page = await world.sessions.list_checkpoints(LOCAL, session_id, 2, "")
    rest = await world.sessions.list_checkpoints(LOCAL, session_id, 2, page.next_token)
    ids = [each.checkpoint_id for each in (*page.items, *rest.items)]
    assert (ids[0], sorted(ids[1:])) == ("t-2", sorted(["t-1", saved.checkpoint_id]))
    assert rest.next_token == ""
    await world.sessions.delete_checkpoint(LOCAL, session_id, saved.checkpoint_id)
    with pytest.raises(CheckpointNotFound):
        await world.sessions.delete_checkpoint(LOCAL, session_id, saved.checkpoint_id)


async def test_states_of_the_last_twenty_turns_are_kept(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    for n in range(25):
        await world.say(session_id, str(n))
    page = await world.sessions.list_checkpoints(LOCAL, session_id, 100, "")
    assert [each.revision for each in page.items] == list(range(26, 6, -1))


# --- reading and updating


async def test_the_full_view_shows_areas_of_the_committed_state(world: World) -> None:
    await world.deploy(start='SET "n", 1\nSET CONTEXT "shop" AS "open"\nADD SUGGESTION "a" AS "Aa"\nHEAR x')
    session_id, _ = await world.open()
    for _ in range(2):
        view = await world.sessions.get_session(LOCAL, session_id, full=True)
        assert view.variables == {"n": 1}
        assert view.contexts == {"shop": "open"}
        assert view.suggestions is not None
        assert [each.label for each in view.suggestions] == ["Aa"]
        await world.restart()


async def test_usage_is_the_sum_of_its_parts(world: World) -> None:
    await world.deploy(start='SET "n", "0123456789"\nHEAR x')
    session_id, _ = await world.open()
    usage = await world.sessions.get_usage(LOCAL, session_id)
    assert sum(usage.by_area.values()) == usage.memory_used
    assert [name for name, _ in usage.largest_variables] == ["n"]
    assert usage.state_bytes > 0
    assert usage.fuel_total == usage.fuel_last_turn > 0


async def test_updated_fields_are_seen_by_the_script(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK GET SESSION "user_name"')
    session_id, _ = await world.open()
    change = SessionChange(labels={"a": "b"}, user=UserChange(name="Ann"), ttl_s=100)
    view = await world.sessions.update_session(LOCAL, session_id, change, ONE)
    assert (view.labels, view.user.name, view.expires_at) == ({"a": "b"}, "Ann", world.clock.now_s() + 100)
    assert await world.sessions.update_session(LOCAL, session_id, change, ONE) == view
    assert texts(await world.say(session_id, "x")) == ["Ann"]
    with pytest.raises(RevisionMismatch):
        await world.sessions.update_session(LOCAL, session_id, change, expected_revision=1)


async def test_an_update_during_a_turn_is_not_undone_by_it(world: World) -> None:
    await world.deploy(start='HEAR x\nr = CALL "/test/slow", 0, 1\nHEAR y\nTALK GET SESSION "user_name"')
    session_id, _ = await world.open()
    turn = asyncio.create_task(world.say(session_id, "x"))
    for _ in range(5):
        await asyncio.sleep(0)
    await world.sessions.update_session(LOCAL, session_id, SessionChange(user=UserChange(name="Ann")))
    await turn
    assert texts(await world.say(session_id, "y")) == ["Ann"]


async def test_sessions_and_messages_are_listed_in_pages(world: World) -> None:
    await world.deploy(start=COUNT)
    opened = [(await world.open())[0] for _ in range(5)]
    listed: list[str] = []
    token = ""
    while True:
        page = await world.sessions.list_sessions(LOCAL, where=SessionFilter(), page_size=2, page_token=token)
        listed += [view.session_id for view in page.items]
        token = page.next_token
        if not token:
            break
    assert sorted(listed) == sorted(opened)
    for text in "abc":
        await world.say(opened[0], text)
    first = await world.sessions.list_messages(LOCAL, opened[0], 4, "", newest_first=True)
    second = await world.sessions.list_messages(LOCAL, opened[0], 4, first.next_token, newest_first=True)
    assert [message.seq for message in (*first.items, *second.items)] == [6, 5, 4, 3, 2, 1]
    assert second.next_token == ""


async def test_a_page_of_long_messages_is_shorter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE_CHARS", 10)
    await world.deploy(start="WHILE TRUE\n  HEAR x\n  TALK x\nWEND")
    session_id, _ = await world.open()
    for text in ("123456", "1234567890", "1"):
        await world.say(session_id, text)
    for newest_first, pages in ((False, [[1, 2], [3], [4], [5, 6]]), (True, [[6, 5, 4], [3], [2, 1]])):
        seen, token = [], ""
        while True:
            page = await world.sessions.list_messages(LOCAL, session_id, 50, token, newest_first)
            seen.append([message.seq for message in page.items])
            token = page.next_token
            if not token:
                break
        assert seen == pages


# --- time


async def test_a_session_without_messages_times_out(world: World) -> None:
    await world.deploy(start=COUNT, config={"session-timeout": "100"})
    session_id, _ = await world.open()
    await world.pass_time(60)
    await world.say(session_id, "a")
    await world.pass_time(60)
    assert (await world.sessions.get_session(LOCAL, session_id)).state is SessionState.OPEN
    await world.pass_time(40)
    view = await world.sessions.get_session(LOCAL, session_id)
    assert (view.state, view.end_reason) == (SessionState.ENDED, EndReason.TIMEOUT)


async def test_ended_sessions_are_cleaned_up(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    await world.sessions.end_session(LOCAL, session_id)
    await world.pass_time(31 * 86_400)
    with pytest.raises(SessionNotFound):
        await world.sessions.get_session(LOCAL, session_id)


async def test_turns_without_the_user_are_bounded(world: World) -> None:
    await world.deploy(start="WHILE TRUE\n  WAIT 0.5\nWEND")
    opening = asyncio.create_task(world.open())
    while not opening.done():
        await asyncio.sleep(0)
        await world.pass_time(0.5)
    session_id, reply = await opening
    assert reply.fault is not None
    assert (reply.activity, reply.fault.number) == (Activity.IDLE, 9005)
    assert (await world.transcript(session_id))[-1] == "bot: Sorry, something went wrong."


# --- what is damaged, large, or too late


async def test_ending_stops_a_stored_input_that_computes(world: World) -> None:
    await world.deploy(start="HEAR x\nWHILE TRUE\nWEND", config={"max-turn-steps": "2000000000"})
    session_id, _ = await world.open()
    await world.say(session_id, "go", "one", Wait.ACCEPTED)
    for _ in range(50):
        await asyncio.sleep(0)
    view = await asyncio.wait_for(world.sessions.end_session(LOCAL, session_id), 10)
    assert view.activity is Activity.ENDED


async def test_restoring_brings_large_objects_back_that_the_session_had_dropped(world: World) -> None:
    grow = 's = "0123456789"\nFOR i = 1 TO 10\n  s = s + s\nNEXT\nSET "big", s\ns = ""\n'
    await world.deploy(start=grow + 'HEAR x\nSET "big", "small"\nHEAR y\nb = GET "big"\nTALK LEN(b)\nHEAR z')
    session_id, _ = await world.open()
    await world.say(session_id, "a")
    saved = await world.sessions.save_session(LOCAL, session_id)
    assert texts(await world.say(session_id, "b")) == ["5"]
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-1"))
    await world.sessions.restore_session(LOCAL, session_id, saved.checkpoint_id)
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-1"))
    await world.restart()
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert view.variables == {"big": "0123456789" * 1024}


async def test_a_session_whose_state_is_damaged_can_be_restored_ended_and_deleted(world: World) -> None:
    await world.deploy(start=COUNT)
    session_id, _ = await world.open()
    await world.say(session_id, "a")
    row = await world.store.find_session(session_id)
    ended = TurnCommit(session_id, row.revision, row.standing, state=State(b"no snapshot"), touch=False)
    await world.store.commit_turns([ended])
    await world.restart()
    with pytest.raises(BadSnapshot):
        await world.say(session_id, "b")
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-2"))
    assert texts(await world.say(session_id, "b")) == ["2: b"]
    row = await world.store.find_session(session_id)
    await world.store.commit_turns([replace(ended, expected_revision=row.revision)])
    await world.restart()
    assert (await world.sessions.end_session(LOCAL, session_id)).end_reason is EndReason.USER
    await world.sessions.delete_session(LOCAL, session_id)


async def test_a_restore_that_is_refused_disturbs_no_turn(world: World) -> None:
    await world.deploy(start='HEAR x\nr = CALL "/test/slow", 0.05, 1\nTALK r\nHEAR y')
    session_id, _ = await world.open()
    waiting = asyncio.create_task(world.say(session_id, "go"))
    await world.called()
    with pytest.raises(RevisionMismatch):
        await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-1"), expected_revision=7)
    assert texts(await asyncio.wait_for(waiting, 10)) == ["1"]
