"""Two versions of the server on one database: what is written is what both read, until the older one is gone."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from botserver.clock import ManualClock
from botserver.errors import ProgramTooNew, ServersTooOld, SnapshotTooNew
from botserver.ids import Digest, MessageId, SessionId
from botserver.language.builtins import SPECS
from botserver.language.effects import BY_NAME
from botserver.language.opcodes import Op
from botserver.language.package import load_package
from botserver.limits import NODE_LEASE_S
from botserver.model import LOCAL
from botserver.packages import PackageEvent, Packages
from botserver.session.bundles import BundleKeys
from botserver.session.deployments import Deployments
from botserver.session.formats import OWN, Formats, OlderState, needs_of
from botserver.session.membership import Membership
from botserver.session.records import decode_notes
from botserver.session.releases import Releases
from botserver.session.settings import SessionSettings
from botserver.store.abc import State
from botserver.store.postgres import open_store
from botserver.store.sqlite import open_store as open_sqlite
from botserver.vm import snapshot
from tests.servers import postgres
from tests.unit.session.world import World, texts

COUNT = 'n = 0\nWHILE TRUE\n  HEAR x\n  n = n + 1\n  TALK "${n}: ${x}"\nWEND'


def to_older(root: bytes, digests: Sequence[Digest]) -> bytes:
    """In the older format of these tests the body stands backwards, and its version is one below today's."""
    body = snapshot.unseal(root, digests)[::-1]
    data = root[:3] + bytes([OLDER]) + body
    return data + bytes(8)


def to_newest(root: bytes, digests: Sequence[Digest]) -> bytes:
    return snapshot.seal(root[4:-8][::-1], digests)


OLDER = 0x00
"""Version 0 is none of a released format, so the old server of these tests can have it."""


def new_formats() -> Formats:
    return Formats({**OWN, "state": OWN["state"]}, {OLDER: OlderState(to_older, to_newest)})


class OldFormats(Formats):
    """Of a server whose VM has the older format: it writes that and knows no other."""

    def __init__(self) -> None:
        super().__init__({**OWN, "state": OLDER})

    @property
    def are_mixed(self) -> bool:
        return True

    def written(self, state: State) -> State:
        return replace(state, root=to_older(state.root, state.large))

    def newest(self, state: State) -> State:
        if snapshot.version_of(state.root) != OLDER:
            raise SnapshotTooNew(found=snapshot.version_of(state.root), known=OLDER)
        return replace(state, root=to_newest(state.root, state.large))


class Server(World):
    """A process of one version."""

    def __init__(self, folder: Path, settings: SessionSettings, store: object, formats: Formats) -> None:
        self.formats = formats
        super().__init__(folder, settings, store)  # type: ignore[arg-type]  # any store
        self.membership = Membership(self.store, formats, "test", lambda place, error: "")  # type: ignore[arg-type]  # a store

    def message_id(self) -> MessageId:
        return MessageId(str(uuid.uuid4()))

    def boot(self) -> None:
        super().boot()
        self.releases.formats = self.formats
        self.sessions = type(self.sessions)(self.store, self.releases, self.vm, self._settings)  # type: ignore[arg-type]  # a store
        self._sessions[-1] = self.sessions


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[tuple[Server, Server]]:
    """An old one and a new one; the old one is there first."""
    url, clock = postgres().migrated_database(), ManualClock()
    settings = SessionSettings(worker_threads=1, drain_s=0.0, bundle_keys=BundleKeys([b"k" * 32]))
    found = []
    for formats in (OldFormats(), new_formats()):
        server = Server(tmp_path, settings, await open_store(url, clock, threads=2), formats)
        server.clock = clock
        await server.membership.beat()
        found.append(server)
    await found[0].deploy(start=COUNT)
    await found[1].activate()
    yield found[0], found[1]
    for server in found:
        await server.close()


async def version_of(server: Server, session_id: SessionId) -> int:
    loaded = await server.store.load_session(session_id)
    return int(loaded.state.root[3])


async def test_session_goes_to_and_fro_between_versions(servers: tuple[Server, Server]) -> None:
    session_id, _ = await servers[1].open()
    for turn in range(6):
        server = servers[turn % 2]
        assert texts(await server.say(session_id, "x")) == [f"{turn + 1}: x"]
        assert await version_of(server, session_id) == OLDER


@pytest.mark.parametrize("leaves", [True, False])
async def test_newest_format_is_written_once_the_old_server_is_gone(
    leaves: bool, servers: tuple[Server, Server]
) -> None:
    old, new = servers
    session_id, _ = await new.open()
    if leaves:
        await old.membership.start()
        await old.membership.stop()
    else:
        new.clock.advance(NODE_LEASE_S)
    await new.membership.beat()
    assert texts(await new.say(session_id, "x")) == ["1: x"]
    assert await version_of(new, session_id) == OWN["state"]


async def test_old_server_that_comes_late_says_so_and_is_then_written_for(servers: tuple[Server, Server]) -> None:
    old, new = servers
    new.clock.advance(NODE_LEASE_S)
    await new.membership.beat()
    session_id, _ = await new.open()
    with pytest.raises(SnapshotTooNew):
        await old.say(session_id, "x")
    await old.membership.beat()
    await new.membership.beat()
    assert texts(await new.say(session_id, "y")) == ["1: y"]
    assert await version_of(new, session_id) == OLDER
    assert texts(await old.say(session_id, "z")) == ["2: z"]


async def test_calls_checkpoints_and_bundles_are_read_whichever_format_they_have(
    servers: tuple[Server, Server],
) -> None:
    old, new = servers
    session_id, _ = await old.open()
    await old.say(session_id, "x")
    checkpoint = await old.sessions.save_session(LOCAL, session_id)
    new.clock.advance(NODE_LEASE_S)
    await new.membership.beat()
    await new.say(session_id, "y")
    await new.sessions.restore_session(LOCAL, session_id, checkpoint.checkpoint_id)
    assert texts(await new.say(session_id, "z")) == ["2: z"]
    branch = await new.sessions.branch_session(LOCAL, session_id, checkpoint.checkpoint_id)
    assert texts(await new.say(branch.session_id, "z")) == ["2: z"]
    bundle = await new.sessions.exports.export_session(LOCAL, session_id, checkpoint.checkpoint_id)
    view = await new.sessions.exports.import_session(LOCAL, bundle)
    assert texts(await new.say(view.session_id, "z")) == ["2: z"]


# --- programs


def test_needs_of_a_program_are_the_highest_numbers_it_uses(tmp_path: Path) -> None:
    script = tmp_path / "a.bas"
    script.write_text('TALK UCASE("a")')
    needs = needs_of(load_package(script).programs.values())
    assert needs["program"] == OWN["program"]
    assert needs["opcode"] == Op.EMIT + 1
    assert 0 < needs["builtin"] <= len(SPECS)
    assert 0 < needs["effect"] <= OWN["effect"]


async def test_release_that_not_all_can_run_is_not_activated(tmp_path: Path) -> None:
    store = open_sqlite(None, ManualClock())
    releases = Releases(store)
    deployments = Deployments(store, releases)
    releases.formats.learn([{**OWN, "builtin": 1}])
    files = {"bot.gbdialog/start.bas": b'TALK UCASE("a")'}
    with pytest.raises(ServersTooOld, match="builtin"):
        await deployments.deploy_release(LOCAL, "bot", files, True)
    stored, _ = await deployments.deploy_release(LOCAL, "bot", files, False)
    with pytest.raises(ServersTooOld):
        await deployments.activate_release(LOCAL, "bot", stored.row.release)
    await deployments.deploy_release(LOCAL, "bot", {"bot.gbdialog/start.bas": b'TALK "a"'}, True)
    releases.formats.learn([OWN])
    await deployments.activate_release(LOCAL, "bot", stored.row.release)
    await store.close()


async def test_release_that_watches_files_waits_for_servers_that_know_of_that(tmp_path: Path) -> None:
    store = open_sqlite(None, ManualClock())
    releases = Releases(store)
    releases.formats.learn([{**OWN, "effect": BY_NAME["change_watch"].number}])
    files = {"bot.gbdialog/start.bas": b'ON CHANGE "a.txt"\nTALK "a"'}
    with pytest.raises(ServersTooOld, match="effect"):
        await Deployments(store, releases).deploy_release(LOCAL, "bot", files, True)
    await store.close()


async def test_package_of_a_new_server_waits_for_the_old_ones(tmp_path: Path) -> None:
    store = open_sqlite(None, ManualClock())
    script = tmp_path / "bots" / "bot.gbai" / "bot.gbdialog" / "start.bas"
    script.parent.mkdir(parents=True)
    script.write_text('TALK UCASE("a")')
    releases = Releases(store)
    releases.formats.learn([{**OWN, "builtin": 1}])
    events: list[PackageEvent] = []
    packages = Packages(tmp_path / "bots", releases, lambda event, name, problems: events.append(event))
    await packages.load()
    await packages.retry()
    assert releases.bots() == []
    releases.formats.learn([OWN])
    await packages.retry()
    assert releases.bots() == ["bot"]
    assert events == [PackageEvent.WAITS, PackageEvent.WAITS, PackageEvent.SERVED]
    await store.close()


async def test_release_of_a_newer_server_is_too_new_and_not_damaged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.deploy(start='TALK UCASE("a")\nHEAR x')
    monkeypatch.setattr("botserver.language.verifier.SPECS", SPECS[:1])
    world.boot()
    await world.releases.refresh()
    with pytest.raises(ProgramTooNew, match="with"):
        await world.open()


def test_notes_of_a_newer_server_are_too_new() -> None:
    with pytest.raises(SnapshotTooNew):
        decode_notes(b'{"heard":true,"what_comes_later":1}')


# --- membership


async def test_membership_beats_tells_of_changes_and_leaves(world: World) -> None:
    formats = Formats()
    membership = Membership(world.store, formats, "test", lambda place, error: "")  # type: ignore[arg-type]  # a store
    told = asyncio.Event()

    async def tell() -> None:
        told.set()

    membership.on_change(tell)
    await membership.start()
    assert [node.version for node in await world.store.list_nodes()] == ["test"]
    assert not formats.are_mixed
    other = Membership(world.store, Formats({**OWN, "opcode": 3}), "old", lambda place, error: "")  # type: ignore[arg-type]  # a store
    await other.beat()
    await membership.beat()
    assert formats.are_mixed
    assert told.is_set()
    await membership.stop()
    assert [node.version for node in await world.store.list_nodes()] == ["old"]
