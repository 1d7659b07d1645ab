"""Packages that change while they are served."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botserver.clock import ManualClock
from botserver.errors import StoreUnavailable
from botserver.language.package import load_package
from botserver.packages import PackageEvent, Packages
from botserver.session.releases import Releases, new_release, release_of
from botserver.store.abc import Store
from botserver.store.releases import Activation
from botserver.store.sqlite import open_store


class World:
    """A folder of packages, watched."""

    def __init__(self, folder: Path, releases: Releases) -> None:
        self.folder = folder
        self.releases = releases
        self.events: asyncio.Queue[tuple[PackageEvent, str]] = asyncio.Queue()
        self.packages = Packages(folder, releases, lambda event, name, _: self.events.put_nowait((event, name)))

    def write(self, script: str, bot: str = "shop", name: str = "start") -> None:
        path = self.folder / f"{bot}.gbai" / f"{bot}.gbdialog" / f"{name}.bas"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script)

    async def event(self) -> tuple[PackageEvent, str]:
        async with asyncio.timeout(30):
            return await self.events.get()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    store = open_store(None, ManualClock())
    world = World(tmp_path / "bots", Releases(store))
    world.write('TALK "one"\n')
    await world.packages.load()
    assert await world.event() == (PackageEvent.SERVED, "shop")
    stop = asyncio.Event()
    watching = asyncio.create_task(world.packages.watch(stop))
    # The watch has begun when it tells of a package made after it.
    for attempt in range(1000):
        world.write('TALK "probe"\n', bot="probe", name=f"p{attempt}")
        try:
            async with asyncio.timeout(1):
                await world.events.get()
            break
        except TimeoutError:
            continue
    while not world.events.empty():
        world.events.get_nowait()
    yield world
    stop.set()
    await watching
    await store.close()


async def test_changed_script_becomes_a_new_release(world: World) -> None:
    before = world.releases.active("shop").release_id
    world.write('TALK "two"\n')
    assert await world.event() == (PackageEvent.SERVED, "shop")
    assert world.releases.active("shop").release_id != before


async def test_package_with_a_mistake_keeps_the_release_before(world: World) -> None:
    before = world.releases.active("shop").release_id
    world.write("IF 1 THEN\n")
    assert await world.event() == (PackageEvent.KEPT, "shop")
    assert world.releases.active("shop").release_id == before
    world.write('TALK "mended"\n')
    assert await world.event() == (PackageEvent.SERVED, "shop")


async def test_new_package_is_served(world: World) -> None:
    world.write('TALK "new"\n', bot="bakery")
    assert await world.event() == (PackageEvent.SERVED, "bakery")
    assert "bakery" in world.releases.bots()


async def test_removed_package_is_no_longer_opened(world: World) -> None:
    package = world.folder / "shop.gbai"
    (package / "shop.gbdialog" / "start.bas").unlink()
    (package / "shop.gbdialog").rmdir()
    package.rmdir()
    while (await world.event()) != (PackageEvent.RETIRED, "shop"):
        pass
    assert "shop" not in world.releases.bots()


async def test_a_package_that_cannot_be_stored_does_not_end_the_watching(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(package: object) -> None:
        raise StoreUnavailable(what="test")

    with monkeypatch.context() as patch:
        patch.setattr(world.releases, "activate", refuse)
        world.write('TALK "two"\n')
        assert await world.event() == (PackageEvent.NOT_STORED, "shop")
    world.write('TALK "three"\n')
    assert await world.event() == (PackageEvent.SERVED, "shop")


# a process that starts


async def started(folder: Path, store: Store) -> Releases:
    releases = Releases(store)
    await releases.refresh()
    await Packages(folder, releases, lambda *_: None).load()
    return releases


async def test_what_was_activated_stays_over_a_start_until_the_folder_changes(tmp_path: Path) -> None:
    store = open_store(None, ManualClock())
    folder = World(tmp_path / "bots", Releases(store))
    releases = []
    for text in ("one", "two"):
        folder.write(f'TALK "{text}"')
        releases.append((await started(folder.folder, store)).active("shop").release_id)
    await store.activate_release(Activation("shop", releases[0]))
    assert (await started(folder.folder, store)).active("shop").release_id == releases[0]
    folder.write('TALK "three"')
    assert (await started(folder.folder, store)).active("shop").release_id not in releases
    folder.write('TALK "two"')
    assert (await started(folder.folder, store)).active("shop").release_id == releases[1]
    await store.close()


async def test_bot_whose_package_is_gone_at_the_start_is_not_served(tmp_path: Path) -> None:
    store = open_store(None, ManualClock())
    folder = World(tmp_path / "bots", Releases(store))
    folder.write('TALK "one"')
    folder.write('TALK "one"', bot="bakery")
    folder.write('TALK "one"', bot="garage")
    await started(folder.folder, store)
    for bot in ("bakery", "garage"):
        shutil.rmtree(folder.folder / f"{bot}.gbai")
    folder.write('TALK "deployed"', bot="garage")
    package = load_package(folder.folder / "garage.gbai")
    shutil.rmtree(folder.folder / "garage.gbai")
    release = release_of(package)
    await store.deploy_release(new_release(package, release), Activation("garage", release.release_id))
    assert (await started(folder.folder, store)).bots() == ["garage", "shop"]
    await store.close()
