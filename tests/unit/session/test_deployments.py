"""Deploying releases, going back to older ones, and what becomes of conversations meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from botserver.errors import (
    BadField,
    BotNotFound,
    NotAllowed,
    PackageInvalid,
    ReleaseMismatch,
    ReleaseNotFound,
    RequestIdReused,
)
from botserver.ids import Digest, ReleaseId, RequestId
from botserver.limits import PROGRAM_QUICK_BYTES
from botserver.model import LOCAL, Principal
from botserver.session import assets, releases
from botserver.session.deployments import Deployments, ReleaseView
from tests.unit.session.world import World, texts

REQUEST = RequestId("0b8f1c5e-1111-4222-8333-123456789abc")


@pytest.fixture
def deployments(world: World) -> Deployments:
    return Deployments(world.store, world.releases)


def package(text: str, **scripts: str) -> dict[str, bytes]:
    files = {"start": f'HEAR x\nTALK "{text}"\nRUN "last"\nHEAR y', "last": f'TALK "last of {text}"', **scripts}
    return {f"bot.gbdialog/{name}.bas": source.encode() for name, source in files.items()}


async def deploy(deployments: Deployments, text: str, activate: bool = True, **more: str) -> ReleaseView:
    view, _ = await deployments.deploy_release(LOCAL, "bot", package(text), activate, **more)  # type: ignore[arg-type]  # tests
    return view


async def test_conversation_finishes_in_its_release_and_new_ones_begin_in_the_deployed(
    world: World, deployments: Deployments
) -> None:
    old = await deploy(deployments, "old")
    waiting, _ = await world.open()
    new = await deploy(deployments, "new")
    fresh, _ = await world.open()
    assert texts(await world.say(waiting, "a")) == ["old", "last of old"]
    assert texts(await world.say(fresh, "a")) == ["new", "last of new"]
    assert (await world.sessions.get_session(LOCAL, waiting)).release == old.row.release
    await world.say(waiting, "b")  # its script ends here
    await world.say(waiting, "c")
    assert (await world.sessions.get_session(LOCAL, waiting)).release == new.row.release


async def test_release_that_is_not_activated_changes_nothing_until_it_is(
    world: World, deployments: Deployments
) -> None:
    await deploy(deployments, "old")
    new = await deploy(deployments, "new", activate=False)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "a"))[0] == "old"
    await deployments.activate_release(LOCAL, "bot", new.row.release)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "a"))[0] == "new"


async def test_going_back_is_activating_an_older_one(world: World, deployments: Deployments) -> None:
    old = await deploy(deployments, "old")
    new = await deploy(deployments, "new")
    with pytest.raises(ReleaseMismatch):
        await deployments.activate_release(LOCAL, "bot", old.row.release, expected_active=old.row.release)
    back = await deployments.activate_release(LOCAL, "bot", old.row.release, expected_active=new.row.release)
    assert back.row.is_active
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "a"))[0] == "old"


async def test_mistake_in_one_script_deploys_nothing_and_tells_all_mistakes(
    world: World, deployments: Deployments
) -> None:
    before = await deploy(deployments, "old")
    with pytest.raises(PackageInvalid) as caught:
        await deployments.deploy_release(LOCAL, "bot", package("new", a="x = = 1", b="TALK (1"), True)
    assert sorted(file for file, _ in caught.value.problems) == ["bot.gbdialog/a.bas", "bot.gbdialog/b.bas"]
    assert "1:5: L1" in dict(caught.value.problems)["bot.gbdialog/a.bas"]
    page = await deployments.list_releases(LOCAL, "bot", 10, "")
    assert [view.row.release for view in page.items] == [before.row.release]


async def test_warnings_deploy_and_are_told(deployments: Deployments) -> None:
    _, warnings = await deployments.deploy_release(LOCAL, "bot", package("a", b='RUN "gone"'), True)
    assert [(found.file, found.severity) for found in warnings] == [("bot.gbdialog/b.bas", "warning")]


async def test_repeated_request_deploys_once(world: World, deployments: Deployments) -> None:
    first = await deploy(deployments, "one", request_id=REQUEST)
    await deploy(deployments, "two")
    assert await deploy(deployments, "one", request_id=REQUEST) == first
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "a"))[0] == "two"
    with pytest.raises(RequestIdReused):
        await deploy(deployments, "three", request_id=REQUEST)


async def test_same_package_is_the_same_release(deployments: Deployments) -> None:
    first = await deploy(deployments, "one")
    again = await deploy(deployments, "one", note="again")
    assert (again.row.release, again.row.created_at) == (first.row.release, first.row.created_at)
    assert again.row.note == "again"
    assert len((await deployments.list_releases(LOCAL, "bot", 10, "")).items) == 1


async def test_releases_are_listed_in_pages_with_their_sessions(world: World, deployments: Deployments) -> None:
    for text in ("one", "two", "three"):
        world.clock.advance(1)
        await deploy(deployments, text)
        await world.open()
        idle, _ = await world.open()
        for word in ("a", "b"):
            await world.say(idle, word)
    first = await deployments.list_releases(LOCAL, "bot", 2, "")
    second = await deployments.list_releases(LOCAL, "bot", 2, first.next_token)
    rows = [view.row for view in (*first.items, *second.items)]
    assert [(row.is_active, row.n_sessions, row.n_waiting) for row in rows] == [
        (True, 2, 1),
        (False, 2, 1),
        (False, 2, 1),
    ]
    assert second.next_token == ""


async def test_deployed_bot_is_found_after_a_restart_without_its_folder(world: World, deployments: Deployments) -> None:
    await deploy(deployments, "one")
    await world.sessions.close()
    world.boot()
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "a"))[0] == "one"


async def test_what_is_no_package_is_refused(deployments: Deployments) -> None:
    for name, files in (("bot", {}), ("bot", {"readme.txt": b"x"}), ("a/b", package("a")), ("bot", {"../x.bas": b""})):
        with pytest.raises(BadField):
            await deployments.deploy_release(LOCAL, name, files, True)
    with pytest.raises(BadField):
        await deployments.deploy_release(LOCAL, "bot", package("a"), False, expected_active="")
    with pytest.raises(ReleaseNotFound):
        await deployments.activate_release(LOCAL, "bot", ReleaseId("0" * 64))
    with pytest.raises(BotNotFound):
        await deployments.list_releases(LOCAL, "absent", 10, "")


@pytest.mark.parametrize(
    "name", ["", ".gbai", ".", ".hidden", "..gbai", " bot", "bot ", "b\u202eot", "b\not", "b:ot", "a/b", "a" * 201]
)
async def test_name_that_people_cannot_tell_is_refused(name: str, deployments: Deployments) -> None:
    with pytest.raises(BadField, match="cannot be the name of a bot"):
        await deployments.deploy_release(LOCAL, name, package("a"), True)


async def test_strangers_may_do_nothing(deployments: Deployments) -> None:
    stranger = Principal("stranger")
    with pytest.raises(NotAllowed):
        await deployments.deploy_release(stranger, "bot", package("a"), True)
    with pytest.raises(NotAllowed):
        await deployments.activate_release(stranger, "bot", ReleaseId("0" * 64))
    with pytest.raises(NotAllowed):
        await deployments.list_releases(stranger, "bot", 10, "")


async def test_files_are_hashed_and_large_programs_read_beside_the_event_loop(
    world: World, deployments: Deployments, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: set[bytes] = set()
    elsewhere: set[bytes] = set()

    def hashed(data: bytes, digest_of: Callable[[bytes], Digest] = assets.digest_of) -> Digest:
        (here if threading.current_thread() is threading.main_thread() else elsewhere).add(data)
        return digest_of(data)

    for module in (assets, releases):
        monkeypatch.setattr(module, "digest_of", hashed)
    scripts = package("small", large="\n".join(f'TALK "{n}"' for n in range(2_000)))
    await deployments.deploy_release(LOCAL, "bot", {**scripts, "bot.gbdrive/a.txt": b"file"}, True)
    world.boot()
    await world.releases.refresh()
    programs = world.releases.active("bot").scripts
    assert len(programs["large"].encoded) > PROGRAM_QUICK_BYTES
    assert elsewhere == {b"file", programs["large"].encoded}
    assert programs["start"].encoded in here
