"""The write-ahead log of a SQLite file: copied back into the file beside the commits, so that it stays short.

Copying waits for the disk twice, 10 ms and more for a log of some size, so it has a thread and a connection of its own.
The writer begins the log anew once all of it is copied. What was committed meanwhile is not, so where commits come
close the writer itself copies that short rest, between two transactions, when the log has become overlong.

SQLite before 3.51.3 (and 3.50.7, 3.44.6) may lose frames if the writer begins the log anew while somebody begins to
copy it: https://sqlite.org/wal.html#walresetbug. That takes a log of which all is copied. So copying begins only when
something was written since it ended last: then a rest is left, and the log cannot begin anew before that is copied,
which nobody else does.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

from .file import LOG_BYTES, JobConnection

COMMITS = 500  # that wrote, after which the log is copied, or
CHANGES = 8_000  # rows written: about 25 MB, if they are no large ones
OVERLONG = 12_000  # pages: 50 MB
_CERTAIN = 2  # commits: the first may have ended before the copying did, the second began after it


Report: TypeAlias = Callable[[str, BaseException], None]


class Log:
    """Told of commits by whoever uses the `writing` connection, one thread at a time; `report` hears of what goes
    wrong, on any thread."""

    def __init__(self, writing: JobConnection, copying: JobConnection, report: Report) -> None:
        self._writing = writing
        self._copying = copying
        self._report = report
        self._path = f"{writing.execute('PRAGMA database_list').fetchone()[2]}-wal"
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-log")
        self._copy: Future[None] | None = None
        self._commits = self._copied_commits = 0  # that wrote; as many when copying ended
        self._changes = self._copied_changes = 0
        self._pages = 0  # of the log when it was last looked at
        self._failing = False

    def committed(self) -> None:
        """A transaction has ended."""
        changes = self._writing.total_changes
        if changes == self._changes:
            return
        self._commits, self._changes = self._commits + 1, changes
        commits = self._commits - self._copied_commits
        is_long = commits >= COMMITS or changes - self._copied_changes >= CHANGES or self._is_large
        if is_long and commits >= _CERTAIN and not self._is_copying:
            try:
                self._copy = self._thread.submit(self._copy_beside)
            except (RuntimeError, MemoryError) as error:  # no thread could be started; what is committed stays so
                self._tell(error)

    @property
    def is_overlong(self) -> bool:
        """Copying beside the commits did not catch up: `cut` is due."""
        return self._pages >= OVERLONG and not self._is_copying

    def cut(self) -> None:
        """Copy what is left, on the thread that commits, between transactions."""
        if self._copy_all(self._writing):
            self._pages = 0  # the next transaction begins it anew

    def settle(self) -> None:
        """Wait until nothing is being copied."""
        if self._copy is not None:
            self._copy.result()

    def close(self) -> None:
        self._thread.shutdown()

    @property
    def _is_copying(self) -> bool:
        return self._copy is not None and not self._copy.done()

    @property
    def _is_large(self) -> bool:
        """Whether the log is longer than what is left of its file when it begins anew."""
        try:
            return os.stat(self._path).st_size > LOG_BYTES  # noqa: PTH116  # a path object takes as long as the call
        except OSError:
            return False

    def _tell(self, error: BaseException) -> None:
        if not self._failing:  # once: it is tried again after each commit
            self._failing = True
            self._report("the log of the database", error)

    def _copy_beside(self) -> None:
        self._copy_all(self._copying)

    def _copy_all(self, connection: JobConnection) -> bool:
        """Copy all that is committed. False: something was in the way."""
        try:
            is_busy, pages, copied = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except (sqlite3.Error, MemoryError) as error:
            self._tell(error)
            return False
        self._failing = False
        if is_busy:
            return False
        self._pages, self._copied_commits, self._copied_changes = pages, self._commits, self._changes
        return bool(pages == copied)
