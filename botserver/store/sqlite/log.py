"""The write-ahead log of a SQLite file: copied back into the file beside the commits, so that it stays short.

Copying waits for the disk twice, 10 ms and more for a log of some size, so it has a thread and a connection of its own.
The writer begins the log anew once all of it is copied. What was committed meanwhile is not, so that is copied next, in
a shorter round. Where commits come too close for that, the writer itself copies a last short rest, between two
transactions, when the log has become overlong.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor

from .file import JobConnection

COMMITS = 500  # after which the log is copied, or
CHANGES = 8_000  # rows written: about 25 MB
OVERLONG = 12_000  # pages: 50 MB, and below journal_size_limit, past which the file is cut off and must grow again
_ROUNDS = 2


class Log:
    """Told of commits by whoever uses the `writing` connection, one thread at a time."""

    def __init__(self, writing: JobConnection, copying: JobConnection) -> None:
        self._writing = writing
        self._copying = copying
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-log")
        self._copy: Future[None] | None = None
        self._commits = self._tried_commits = 0
        self._tried_changes = 0
        self._pages = 0  # of the log when it was last looked at

    def committed(self) -> None:
        """A transaction has ended."""
        self._commits += 1
        changes = self._writing.total_changes
        is_long = self._commits - self._tried_commits >= COMMITS or changes - self._tried_changes >= CHANGES
        if is_long and (self._copy is None or self._copy.done()):
            self._tried_commits, self._tried_changes = self._commits, changes
            self._copy = self._thread.submit(self._catch_up)

    @property
    def is_overlong(self) -> bool:
        """Copying beside the commits does not catch up: `cut` is due."""
        return self._pages >= OVERLONG

    def cut(self) -> None:
        """Copy what is left, on the thread that commits, between transactions."""
        if self._copy_all(self._writing):
            self._pages = 0  # the next transaction begins it anew

    def close(self) -> None:
        self._thread.shutdown()

    def _catch_up(self) -> None:
        for _ in range(_ROUNDS):
            commits = self._commits
            if not self._copy_all(self._copying) or self._commits == commits:
                return

    def _copy_all(self, connection: JobConnection) -> bool:
        """Copy all that is committed. False: something was in the way."""
        try:
            is_busy, pages, copied = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except (sqlite3.Error, MemoryError):
            return False
        if not is_busy:
            self._pages = pages
        return not is_busy and bool(pages == copied)
