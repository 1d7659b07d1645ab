"""Notes of agents, and languages: who is asked for whom."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from botserver.desk import Demand, ItemState, Note, Presence, QueueItem
from botserver.errors import SessionNotFound
from botserver.ids import AgentId, ItemId, NoteId, SessionId, new_session_id
from botserver.limits import KEPT_NOTES, RELAX_SKILLS_S
from botserver.model import Owner
from botserver.store.abc import Lost, Store
from botserver.store.desk import Enqueue, NoteWrite, PriorityWrite

from .backends import World
from .builders import commit, standing, started_session, try_commit, turn
from .spec_desk import ANN, BOB, assigned, item_of, offer_of, online


def note(text: str = "upset", note_id: str = "", agent_id: AgentId = ANN) -> Note:
    return Note(NoteId(note_id or str(uuid.uuid4())), agent_id, agent_id.title(), text)


async def add(store: Store, session_id: SessionId, given: Note) -> Note:
    kept = await store.add_note("local", session_id, given)
    assert kept is not None
    return kept


async def test_notes_are_kept_in_order_with_their_moment(world: World, store: Store) -> None:
    row = await started_session(store)
    first = await add(store, row.session_id, note("één\n\tnote \U0001f600"))
    second = await add(store, row.session_id, note("two", agent_id=BOB))
    assert (first.at, first.author, first.text) == (world.clock.now_s(), "Ann", "één\n\tnote \U0001f600")
    assert first.number < second.number
    assert await store.list_notes(row.session_id) == [first, second]
    assert await store.list_notes(row.session_id, first.number) == [second]
    other = await started_session(store)
    assert await store.list_notes(other.session_id) == []


async def test_a_repeat_is_the_first_and_another_note_of_that_id_is_none(store: Store) -> None:
    session_id = (await started_session(store)).session_id
    first = await add(store, session_id, note("a", "one"))
    assert await add(store, session_id, note("a", "one")) == first
    assert await store.add_note("local", session_id, note("b", "one")) is None
    assert await store.add_note("local", session_id, note("a", "one", BOB)) is None
    elsewhere = (await started_session(store)).session_id
    assert (await add(store, elsewhere, note("b", "one"))).text == "b"
    assert await store.list_notes(session_id) == [first]


async def test_a_session_of_somebody_else_or_of_nobody_takes_none(store: Store) -> None:
    row = await started_session(store)
    for principal, session_id in (("other", row.session_id), ("local", new_session_id())):
        with pytest.raises(SessionNotFound):
            await store.add_note(principal, session_id, note())
    assert await store.list_notes(row.session_id) == []


async def test_the_newest_are_kept(store: Store) -> None:
    row = await started_session(store)
    kept = [await add(store, row.session_id, note(str(n))) for n in range(KEPT_NOTES)]
    assert await store.list_notes(row.session_id) == kept
    last = await add(store, row.session_id, note("last"))
    assert await store.list_notes(row.session_id) == [*kept[1:], last]


async def test_notes_at_once_are_all_kept(store: Store) -> None:
    row = await started_session(store)
    given = [note(str(n)) for n in range(8)]
    kept = await asyncio.gather(*(add(store, row.session_id, each) for each in given))
    assert await store.list_notes(row.session_id) == sorted(kept, key=lambda each: each.number)


async def test_an_agent_sees_which_of_their_sessions_were_noted(store: Store) -> None:
    await online(store, ANN)
    mine = await assigned(store, ANN)
    quiet = await assigned(store, ANN)
    kept = [await add(store, mine.session_id, note(text)) for text in ("a", "b")]
    view = await store.read_desk("local", ANN)
    assert view is not None
    assert {item.session_id for item in view.assigned} == {mine.session_id, quiet.session_id}
    assert view.noted == {mine.session_id: kept[-1].number}


async def test_notes_go_with_their_session(store: Store) -> None:
    row = await started_session(store)
    await add(store, row.session_id, note())
    await store.delete_session(row.session_id)
    assert await store.list_notes(row.session_id) == []
    while await store.clean_session(row.session_id):
        pass
    assert await store.list_notes(row.session_id) == []


# --- languages


async def waits(store: Store, language: str, **demand: Any) -> QueueItem:
    row = await started_session(store)
    item_id = ItemId(str(uuid.uuid4()))
    write = Enqueue(item_id, Demand(**demand), 600.0, language=language)
    await commit(store, turn(row, standing=standing(owner=Owner.QUEUE), desk=write))
    item = await item_of(store, item_id)
    assert item.language == language
    return item


async def test_who_speaks_the_language_is_asked(store: Store) -> None:
    await online(store, ANN, languages=("en", "fr"), capacity=9.0)
    await online(store, BOB, languages=("de-at",))
    assert offer_of(await waits(store, "de")).agent_id == BOB
    assert offer_of(await waits(store, "fr")).agent_id == ANN
    assert offer_of(await waits(store, "")).agent_id == ANN


async def test_an_agent_without_languages_speaks_all(store: Store) -> None:
    await online(store, ANN)
    assert offer_of(await waits(store, "pt")).agent_id == ANN


async def test_after_three_minutes_any_agent_of_the_queue_is_asked(world: World, store: Store) -> None:
    await online(store, ANN, languages=("en",))
    item = await waits(store, "de")
    assert item.state is ItemState.QUEUED
    for seconds, state in ((RELAX_SKILLS_S - 1, ItemState.QUEUED), (1, ItemState.OFFERED)):
        world.clock.advance(seconds)
        await store.set_presence("local", ANN, None, 45.0)
        await online(store, ANN, languages=("en",))
        assert (await item_of(store, item.item_id)).state is state


async def test_the_three_minutes_are_a_stored_deadline(world: World, store: Store) -> None:
    await online(store, ANN, languages=("en",), presence=Presence.ONLINE)
    item = await waits(store, "de")
    world.clock.advance(RELAX_SKILLS_S - 20)
    await store.set_presence("local", ANN, None, 45.0)
    world.clock.advance(20)
    for due in await store.take_due(10, 30.0):
        assert due.session_id == item.session_id
        await store.step_desk(due.session_id)
    assert (await item_of(store, item.item_id)).state is ItemState.OFFERED


async def test_a_certain_agent_is_asked_whatever_they_speak(store: Store) -> None:
    await online(store, ANN, languages=("en",))
    assert offer_of(await waits(store, "de", agent_id=ANN)).agent_id == ANN


async def test_notes_of_a_turn_are_written_with_it_about_any_session_of_the_owner(store: Store) -> None:
    row, other = await started_session(store), await started_session(store)
    gone, first = NoteWrite(new_session_id(), note("lost")), NoteWrite(row.session_id, note("a"))
    await commit(store, turn(row, notes=[first, gone, NoteWrite(other.session_id, note("b"))]))
    assert [each.text for each in await store.list_notes(row.session_id)] == ["a"]
    assert [each.text for each in await store.list_notes(other.session_id)] == ["b"]
    late = turn(other, notes=[NoteWrite(other.session_id, note("never"))], expected_revision=other.revision + 1)
    assert isinstance(await try_commit(store, late), Lost)
    assert len(await store.list_notes(other.session_id)) == 1


async def test_priorities_of_a_turn_are_set_with_it_for_who_waits(store: Store) -> None:
    first, second = await waits(store, "en"), await waits(store, "en")
    row = await started_session(store)
    writes = [
        PriorityWrite(second.session_id, 10),
        PriorityWrite(row.session_id, 5),
        PriorityWrite(new_session_id(), 1),
    ]
    await commit(store, turn(row, priorities=writes))
    queue = await store.list_queue("local", None, 9)
    assert [(item.item_id, item.priority) for item in queue] == [(second.item_id, 10), (first.item_id, 0)]
    late = turn(row, priorities=[PriorityWrite(first.session_id, 20)])
    assert isinstance(await try_commit(store, late), Lost)
    assert (await store.list_queue("local", None, 1))[0].item_id == second.item_id


async def test_a_session_that_joins_the_queue_may_be_urgent_at_once(store: Store) -> None:
    first, row = await waits(store, "en"), await started_session(store)
    joins = Enqueue(ItemId(str(uuid.uuid4())), Demand(), wait_s=600.0)
    await commit(store, turn(row, desk=joins, priorities=[PriorityWrite(row.session_id, 10)]))
    assert [item.item_id for item in await store.list_queue("local", None, 9)] == [joins.item_id, first.item_id]
