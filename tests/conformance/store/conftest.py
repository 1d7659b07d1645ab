"""Every spec, once a backend."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from botserver.store.abc import Store

from .backends import BACKENDS, World
from .builders import BOT, PROGRAM, RELEASE


@pytest.fixture(params=sorted(BACKENDS))
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    world: World = BACKENDS[request.param](tmp_path)
    yield world
    await world.close()


@pytest.fixture
async def store(world: World) -> Store:
    """An open store that holds one release."""
    store = await world.open()
    await store.put_release(BOT, RELEASE, b"manifest", {PROGRAM: b"program"})
    return store
