"""Connections that could not be made whole."""

from __future__ import annotations

import errno
import os

import pytest

from botserver.clock import ManualClock
from botserver.errors import StoreUnavailable
from botserver.limits import Retention
from botserver.store.postgres import open_store
from botserver.store.postgres.standstill import Standstill
from tests.servers import postgres


async def test_without_file_descriptors_the_store_is_unavailable_and_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = postgres().migrated_database()
    store = await open_store(url, ManualClock(), Retention())
    try:
        with monkeypatch.context() as patched:

            def add(self: Standstill, connection: object) -> object:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

            patched.setattr(Standstill, "add", add)
            with pytest.raises(StoreUnavailable, match=os.strerror(errno.EMFILE)):
                await store.commit_turns([])
            assert not store._committing._open
        assert await store.commit_turns([]) == []
        (raw,) = store._committing._open
        row = raw.execute("SHOW plan_cache_mode").fetchone()
        assert row == ("force_generic_plan",)
    finally:
        await store.close()
