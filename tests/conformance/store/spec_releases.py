"""Releases: kept with their programs, one of each bot active, deleted when nothing needs them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from botserver.errors import ReleaseNotFound
from botserver.ids import Digest, ReleaseId, SessionId, new_session_id
from botserver.limits import CLEANUP_ROWS, RELEASES_DROPPED
from botserver.model import Activity, EndReason
from botserver.store.abc import Known, Opened, Repeat, Store
from botserver.store.releases import Activation, FromFolder, NewRelease, OtherActive, Pinned, ReleaseRow

from .backends import RETENTION, World
from .builders import (
    BOT,
    PROGRAM,
    RELEASE,
    commit,
    open_session,
    opening,
    read,
    request,
    standing,
    started_session,
    turn,
)

B, C, D = (ReleaseId(letter * 64) for letter in "bcd")


def new(release: ReleaseId, bot: str = BOT, note: str = "", **content: bytes) -> NewRelease:
    by_digest = {Digest(name.encode() * 32): data for name, data in content.items()}
    return NewRelease(bot, release, b"manifest of " + release[:1].encode(), by_digest, note)


async def deploy(store: Store, release: ReleaseId, **more: bytes) -> ReleaseRow:
    row = await store.deploy_release(new(release, **more), Activation(BOT, release))
    assert isinstance(row, ReleaseRow)
    return row


async def active(store: Store, bot: str = BOT) -> ReleaseId | None:
    found = await store.find_active(bot)
    return None if found is None else found.release


async def names(store: Store, bot: str = BOT) -> list[str]:
    return sorted(row.release[0] for row in await store.list_releases(bot, 100, None))


# storing


async def test_a_release_and_its_programs_are_read_back(store: Store) -> None:
    assert await store.get_release(BOT, RELEASE) == b"manifest"
    assert await store.get_program(PROGRAM) == b"program"
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    assert await store.get_release("other", RELEASE) is None
    assert await store.get_program(Digest(b"?" * 32)) is None


async def test_a_deployed_release_is_stored_and_active_only_if_asked(store: Store, world: World) -> None:
    now = world.clock.now_s()
    row = await store.deploy_release(new(B, note="first", q=b"program q"))
    assert row == ReleaseRow(B, now, "first", False, None, 0, 0)
    assert await active(store) is None
    assert await store.get_program(Digest(b"q" * 32)) == b"program q"
    world.clock.advance(5)
    row = await store.deploy_release(new(B), Activation(BOT, B))
    assert row == ReleaseRow(B, now, "first", True, now + 5, 0, 0)
    assert await active(store) == B


async def test_a_deployment_that_expects_another_release_writes_nothing(store: Store) -> None:
    await deploy(store, B)
    assert await store.deploy_release(new(C), Activation(BOT, C, expected=RELEASE)) == OtherActive(B)
    assert await store.deploy_release(new(C), Activation(BOT, C, expected=None)) == OtherActive(B)
    assert await store.get_release(BOT, C) is None
    assert isinstance(await store.deploy_release(new(C), Activation(BOT, C, expected=B)), ReleaseRow)
    assert await active(store) == C


async def test_a_repeated_deployment_is_done_once(store: Store) -> None:
    await store.deploy_release(new(B), Activation(BOT, B), request("deploy"))
    await deploy(store, C)
    again = await store.deploy_release(new(B), Activation(BOT, B), request("deploy"))
    assert again == Known(Repeat.SETTLED, b"response of deploy")
    assert await active(store) == C
    assert await store.deploy_release(new(B), None, request("deploy", "other")) == Known(Repeat.REUSED)


async def documented(store: Store, release: ReleaseId, activates: bool = True, **documents: str) -> dict[str, float]:
    digests = {path: Digest(text.encode() * 32) for path, text in documents.items()}
    activation = Activation(BOT, release) if activates else None
    await store.deploy_release(replace(new(release), documents=digests), activation)
    return dict(await store.document_times(BOT, release))


async def test_a_document_has_the_time_of_the_deployment_that_brought_it(store: Store, world: World) -> None:
    first = world.clock.now_s()
    assert await documented(store, B, a="1", ä="2") == {"a": first, "ä": first}
    world.clock.advance(10)
    now = world.clock.now_s()
    assert await documented(store, C, a="1", ä="changed", b="3") == {"a": first, "ä": now, "b": now}
    world.clock.advance(10)
    later = world.clock.now_s()
    assert await documented(store, B, a="1", ä="2") == {"a": first, "ä": first}  # it is the release of then
    assert await documented(store, D, activates=False, b="3", ä="2") == {"b": later, "ä": first}
    assert await documented(store, D, b="3", ä="2") == {"b": later, "ä": first}
    assert await store.document_times(BOT, RELEASE) == {}
    assert await store.document_times("other", B) == {}


async def test_without_an_active_release_the_last_used_tells_the_time(store: Store, world: World) -> None:
    world.clock.advance(10)
    first = (await documented(store, B, a="1"))["a"]
    await store.activate_release(Activation(BOT, None))
    world.clock.advance(10)
    assert await documented(store, C, a="1") == {"a": first}


# what is active


async def test_one_release_of_a_bot_is_active(store: Store) -> None:
    await deploy(store, B)
    await deploy(store, C)
    assert await active(store) == C
    assert [row.is_active for row in await store.list_releases(BOT, 9, None)] == [
        row.release == C for row in await store.list_releases(BOT, 9, None)
    ]
    back = await store.activate_release(Activation(BOT, B, expected=C))
    assert isinstance(back, ReleaseRow)
    assert (back.release, back.is_active) == (B, True)
    assert await active(store, "other") is None


async def test_what_is_not_stored_cannot_be_activated(store: Store) -> None:
    for bot, release in ((BOT, D), ("other", RELEASE)):
        with pytest.raises(ReleaseNotFound):
            await store.activate_release(Activation(bot, release))
    assert await active(store) is None


async def test_an_activation_is_not_repeated(store: Store) -> None:
    await deploy(store, B)
    await store.activate_release(Activation(BOT, RELEASE), request("back"))
    await store.activate_release(Activation(BOT, B))
    again = await store.activate_release(Activation(BOT, RELEASE), request("back"))
    assert again == Known(Repeat.SETTLED, b"response of back")
    assert await active(store) == B


async def test_of_two_activations_that_expect_the_same_one_counts(store: Store) -> None:
    for release in (B, C):
        await store.deploy_release(new(release))
    results = await asyncio.gather(
        *(store.activate_release(Activation(BOT, release, expected=None)) for release in (B, C))
    )
    assert sorted(type(result).__name__ for result in results) == ["OtherActive", "ReleaseRow"]


async def test_changes_are_listed_in_their_order(store: Store) -> None:
    await deploy(store, B)
    await store.deploy_release(new(B, bot="other"), Activation("other", B))
    first = await store.list_active(0, 10)
    assert [(each.bot, each.release) for each in first] == [(BOT, B), ("other", B)]
    assert await store.list_active(first[-1].version, 10) == []
    assert await store.list_active(0, 1) == first[:1]
    await store.activate_release(Activation(BOT, B))  # changes nothing
    assert await store.list_active(first[-1].version, 10) == []
    await store.activate_release(Activation(BOT, RELEASE))
    (change,) = await store.list_active(first[-1].version, 10)
    assert (change.bot, change.release) == (BOT, RELEASE)


async def test_changes_at_once_have_versions_of_their_own(store: Store) -> None:
    bots = [f"bot{number}" for number in range(8)]
    await asyncio.gather(*(store.deploy_release(new(B, bot=bot), Activation(bot, B)) for bot in bots))
    found = await store.list_active(0, 100)
    assert sorted(each.bot for each in found) == bots
    assert len({each.version for each in found}) == len(bots)


async def test_a_retired_bot_has_no_active_release(store: Store) -> None:
    await deploy(store, B)
    assert await store.activate_release(Activation(BOT, None)) is None
    assert await active(store) is None
    assert [each.release for each in await store.list_active(0, 10)] == [None]
    assert await store.activate_release(Activation(BOT, B, expected=None)) is not None


async def test_a_folder_that_is_as_it_was_does_not_undo_an_activation(store: Store) -> None:
    started = Activation(BOT, B, folder=FromFolder.STARTED)
    await store.deploy_release(new(B), started)
    assert await active(store) == B
    await deploy(store, C)
    await store.deploy_release(new(B), started)
    assert await active(store) == C
    await store.deploy_release(new(D), Activation(BOT, D, folder=FromFolder.STARTED))
    assert await active(store) == D
    found = await store.find_active(BOT)
    assert found is not None
    assert found.folder_release == D
    await store.activate_release(Activation(BOT, B))
    await store.deploy_release(new(D), Activation(BOT, D, folder=FromFolder.CHANGED))
    assert await active(store) == D


async def test_a_session_is_opened_only_in_the_active_release(store: Store) -> None:
    await deploy(store, B)
    stale = opening(standing=standing(activity=Activity.IDLE), if_active=True)
    assert await store.open_session(stale) == OtherActive(B)
    assert await store.find_session(stale.session_id) is None
    assert isinstance(await store.open_session(opening(standing=standing(release=B), if_active=True)), Opened)
    await store.activate_release(Activation(BOT, None))
    assert await store.open_session(opening(standing=standing(release=B), if_active=True)) == OtherActive(None)
    assert isinstance(await store.open_session(opening()), Opened)


async def test_activations_and_openings_at_once_leave_no_session_in_the_old_release(store: Store) -> None:
    await deploy(store, RELEASE)
    await store.deploy_release(new(B))

    async def activate() -> None:
        await store.activate_release(Activation(BOT, B))
        late = await store.open_session(opening(if_active=True))
        assert late == OtherActive(B)

    await asyncio.gather(activate(), *(store.open_session(opening(if_active=True)) for _ in range(5)))


# lists


async def test_releases_are_listed_newest_first_in_pages(store: Store, world: World) -> None:
    for release in (B, C, D):
        world.clock.advance(1)
        await store.deploy_release(new(release))
    first = await store.list_releases(BOT, 2, None)
    second = await store.list_releases(BOT, 2, (first[-1].created_at, first[-1].release))
    assert [row.release for row in (*first, *second)] == [D, C, B, RELEASE]
    assert await store.list_releases("other", 2, None) == []


async def test_bots_with_releases_are_listed_by_name(store: Store) -> None:
    for bot in ("zoo", "art", "art"):
        await store.deploy_release(new(B, bot=bot))
    await store.deploy_release(new(C, bot="art"))
    assert await store.list_release_bots("", 2) == ["art", BOT]
    assert await store.list_release_bots(BOT, 2) == ["zoo"]


async def test_sessions_of_a_release_are_counted(store: Store) -> None:
    await deploy(store, RELEASE)
    await open_session(store)
    waiting = await started_session(store)
    ended = await started_session(store)
    await commit(store, turn(ended, standing=standing(), end_reason=EndReason.USER))
    (row,) = await store.list_releases(BOT, 5, None)
    assert (row.n_sessions, row.n_waiting) == (2, 1)
    assert waiting.standing.activity is Activity.WAITING_INPUT


async def test_open_sessions_are_listed_by_release_in_pages(store: Store) -> None:
    await store.deploy_release(new(B))
    ids = sorted(new_session_id() for _ in range(5))
    for number, session_id in enumerate(ids):
        await open_session(store, session_id=session_id, standing=standing(release=B if number % 2 else RELEASE))
    ended = await started_session(store)
    await commit(store, turn(ended, standing=standing(), end_reason=EndReason.USER))
    expected = [Pinned(RELEASE if at in (0, 2, 4) else B, SessionId(ids[at])) for at in (0, 2, 4, 1, 3)]
    assert await store.list_pinned(BOT, 10) == expected
    assert await store.list_pinned(BOT, 2, after=expected[1]) == expected[2:4]
    assert await store.list_pinned(BOT, 10, B) == expected[3:]
    assert await store.list_pinned(BOT, 10, B, expected[3]) == expected[4:]
    assert await store.list_pinned("other", 10) == []


# forgetting


async def old(store: Store, world: World, *releases: ReleaseId) -> None:
    """Releases that were deployed and activated one after the other, all long ago."""
    for release in releases:
        world.clock.advance(1)
        await deploy(store, release)
    world.clock.advance(RETENTION.release_s + 1)


async def test_the_last_used_releases_stay_to_go_back_to(store: Store, world: World) -> None:
    await old(store, world, B, C, D)
    assert await store.drop_releases(BOT) == [RELEASE, B]
    assert await names(store) == ["c", "d"]
    assert await store.drop_releases("other") == []


async def test_the_active_release_stays_however_old_it_is(store: Store, world: World) -> None:
    await old(store, world, B)
    for release in (C, D):
        world.clock.advance(1)
        await store.deploy_release(new(release))
    world.clock.advance(RETENTION.release_s + 1)
    assert await store.drop_releases(BOT) == [RELEASE]
    assert await names(store) == ["b", "c", "d"]


async def test_what_was_in_use_a_moment_ago_stays(store: Store, world: World) -> None:
    await old(store, world, B, C, D)
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    await store.deploy_release(new(B))
    assert await store.drop_releases(BOT) == [C]
    world.clock.advance(RETENTION.release_s - 1)
    for release in (C, D):
        await deploy(store, release)
    assert await store.drop_releases(BOT) == []
    world.clock.advance(1)
    assert await store.drop_releases(BOT) == [RELEASE, B]


async def test_a_release_lives_while_a_session_or_a_kept_state_names_it(store: Store, world: World) -> None:
    row = await started_session(store)
    await old(store, world, B, C, D)
    await deploy(store, C, q=b"new program", p=b"program")
    assert await store.drop_releases(BOT) == [B]
    await commit(store, turn(row, standing=standing(release=C)))
    assert await store.drop_releases(BOT) == []
    for _ in range(RETENTION.turns):
        await commit(store, turn(await read(store, row.session_id), standing=standing(release=C)))
    assert await store.drop_releases(BOT) == [RELEASE]
    assert await store.get_release(BOT, RELEASE) is None
    assert await store.get_program(PROGRAM) == b"program"


async def test_a_release_goes_with_its_last_session_and_its_programs_with_it(store: Store, world: World) -> None:
    row = await started_session(store)
    await old(store, world, C, D)
    await store.delete_session(row.session_id)
    assert await store.drop_releases(BOT) == []
    while await store.clean_session(row.session_id):
        pass
    assert await store.drop_releases(BOT) == [RELEASE]
    assert await store.get_program(PROGRAM) is None


async def test_one_step_of_deleting_is_bounded(store: Store, world: World) -> None:
    await old(store, world, *(ReleaseId(f"{number:064x}") for number in range(RELEASES_DROPPED + 5)))
    assert len(await store.drop_releases(BOT)) == RELEASES_DROPPED
    assert len(await store.drop_releases(BOT)) == 4
    assert await store.drop_releases(BOT) == []


async def test_a_release_many_sessions_were_in_goes_in_steps(store: Store, world: World) -> None:
    rows = [await started_session(store) for _ in range(3)]
    await old(store, world, C, D)
    for row in rows:
        await commit(store, turn(row, standing=standing(release=C)))
        for _ in range(RETENTION.turns):
            await commit(store, turn(await read(store, row.session_id), standing=standing(release=C)))
    assert len(rows) < CLEANUP_ROWS
    assert await store.drop_releases(BOT) == [RELEASE]


async def test_deleting_and_opening_at_once_never_leaves_a_session_without_its_release(
    store: Store, world: World
) -> None:
    await old(store, world, B, C, D)
    results = await asyncio.gather(
        store.drop_releases(BOT), *(store.open_session(opening()) for _ in range(4)), return_exceptions=True
    )
    opened = [result for result in results[1:] if isinstance(result, Opened)]
    assert (await store.get_release(BOT, RELEASE) is not None) == bool(opened)


# lending


async def test_a_lent_release_is_run_by_sessions_of_the_other_bot_and_listed_nowhere(
    store: Store, world: World
) -> None:
    await deploy(store, B, q=b"program of b")
    await store.put_release("door", RELEASE, b"manifest", {PROGRAM: b"program"})
    row = await started_session(store, bot="door")
    await store.lend_release(BOT, B, "door")
    await store.lend_release(BOT, B, "door")
    await store.lend_release(BOT, D, "door")
    assert await store.get_release("door", B) == b"manifest of b"
    assert await store.get_release("door", D) is None
    assert await names(store, "door") == [RELEASE[0]]
    await commit(store, turn(row, standing=standing(release=B)))
    world.clock.advance(RETENTION.release_s + 1)
    for release in (C, D):
        world.clock.advance(1)
        await deploy(store, release)
    world.clock.advance(RETENTION.release_s + 1)
    assert B in await store.drop_releases(BOT)
    assert await store.drop_releases("door") == []
    assert await store.get_program(Digest(b"q" * 32)) == b"program of b"
    await store.delete_session(row.session_id)
    while await store.clean_session(row.session_id):
        pass
    assert await store.drop_releases("door") == [B]  # its own are kept to go back to
    assert await store.get_program(Digest(b"q" * 32)) is None
