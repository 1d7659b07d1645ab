"""The log of a database file: when it is copied back, and when on no account."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from botserver.store.sqlite import log
from botserver.store.sqlite.log import Log


class Connection:
    """As much of one as a log uses. Copying waits for `gate`."""

    def __init__(self, path: Path, error: Exception | None = None) -> None:
        self.total_changes = 0
        self.copies = 0
        self.began, self.gate = threading.Semaphore(0), threading.Semaphore(0)
        self._path = path
        self._error = error

    def execute(self, statement: str) -> Any:
        if statement == "PRAGMA database_list":
            return _Row((0, "main", str(self._path)))
        assert statement == "PRAGMA wal_checkpoint(PASSIVE)"
        self.copies += 1
        self.began.release()
        assert self.gate.acquire(timeout=10)
        if self._error is not None:
            raise self._error
        return _Row((0, 10, 10))


class _Row:
    def __init__(self, row: tuple[object, ...]) -> None:
        self._row = row

    def fetchone(self) -> tuple[object, ...]:
        return self._row


class Scene:
    def __init__(self, path: Path, error: Exception | None = None) -> None:
        self.reported: list[str] = []
        self.writing, self.copying = Connection(path), Connection(path, error)
        self.log = Log(self.writing, self.copying, lambda place, error: self.reported.append(str(error)))  # type: ignore[arg-type]  # as above

    def commit(self, changes: int = 1) -> None:
        self.writing.total_changes += changes
        self.log.committed()

    def copy_ends(self) -> None:
        self.copying.gate.release()
        self.log.settle()


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(log, "COMMITS", 1)
    return Scene(tmp_path / "a.db")


def test_copying_begins_only_when_something_was_surely_written_since_it_ended(scene: Scene) -> None:
    scene.commit()
    assert scene.copying.copies == 0
    scene.commit()
    assert scene.copying.began.acquire(timeout=10)
    for _ in range(5):
        scene.commit()  # what is copied holds them or not
    scene.copy_ends()
    scene.commit()  # may have been under way
    for _ in range(3):
        scene.commit(changes=0)  # wrote nothing
    assert scene.copying.copies == 1
    scene.commit()
    assert scene.copying.began.acquire(timeout=10)
    assert scene.copying.copies == 2
    scene.copy_ends()
    scene.log.close()


def test_writer_copies_nothing_while_somebody_does(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "OVERLONG", 10)
    scene.commit()
    scene.commit()
    assert scene.copying.began.acquire(timeout=10)
    assert not scene.log.is_overlong
    scene.copy_ends()
    assert scene.log.is_overlong
    scene.writing.gate.release()
    scene.log.cut()
    assert not scene.log.is_overlong
    scene.commit()
    assert scene.copying.copies == 1
    scene.log.close()


def test_log_of_large_commits_is_copied_though_they_are_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LOG_BYTES", 1000)
    scene = Scene(tmp_path / "a.db")
    tmp_path.joinpath("a.db-wal").write_bytes(bytes(1000))
    for _ in range(3):
        scene.commit()
    assert scene.copying.copies == 0
    tmp_path.joinpath("a.db-wal").write_bytes(bytes(1001))
    scene.commit()
    assert scene.copying.began.acquire(timeout=10)
    scene.copy_ends()
    scene.log.close()


def test_copying_that_fails_is_reported_once_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "COMMITS", 1)
    scene = Scene(tmp_path / "a.db", sqlite3.OperationalError("disk I/O error"))
    for _ in range(4):
        scene.commit()
        scene.copy_ends()
    assert scene.copying.copies > 1
    assert scene.reported == ["disk I/O error"]
    scene.log.close()


def test_thread_that_cannot_start_harms_no_commit(scene: Scene) -> None:
    scene.log.close()
    for _ in range(4):
        scene.commit()
    assert len(scene.reported) == 1
