"""Packages that change while they are served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botserver.clock import ManualClock
from botserver.errors import StoreUnavailable
from botserver.packages import PackageEvent, Packages
from botserver.session.releases import Releases
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
