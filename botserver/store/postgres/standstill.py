"""Finds out that the database stands still: stopped, or behind a network that swallows everything.

Nothing breaks then, so a job on a connection would wait for as long as keepalives are answered, and others queue up
behind it. Giving its caller up alone would be wrong: what is queued may still be sent, and would run after its caller
was told that it did not. So a thread looks on. When a job has had no answer for a while, a fresh connection asks for
one. If that is answered, in whatever words, the database lives and the job may take its time: a long query, a lock.
If it is not, every connection is cut, so that its job ends as with any connection that broke and whatever was not
committed never will be; and new jobs, queued ones included, are refused at once until a fresh connection is answered.
What was sent already the database may run when it goes on: its fences hold, as for every commit whose answer was lost.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator

import psycopg
from psycopg import errors

from ...errors import StoreUnavailable

Report = Callable[[str, BaseException], object]

PATIENCE_S = 3.0  # without an answer, before a fresh connection asks
PROBE_S = 3  # for an answer to it; the driver knows whole seconds only, and no less than two
PAUSE_S = 1.0  # before the next fresh connection, while there was no answer
_LOOK_S = 0.5


def answers(url: str) -> bool:
    """Whether the database says anything to a fresh connection, a refusal included."""
    try:
        with contextlib.closing(
            psycopg.connect(url, autocommit=True, connect_timeout=PROBE_S, application_name="botserver probe")
        ) as raw:
            raw.pgconn.send_query(b"SELECT 1")
            raw.pgconn.flush()
            with selectors.DefaultSelector() as selector:
                selector.register(raw.fileno(), selectors.EVENT_READ)
                return bool(selector.select(PROBE_S))
    except errors.ConnectionTimeout:
        return False
    except (psycopg.Error, OSError):
        return True


def _no_answer() -> StoreUnavailable:
    return StoreUnavailable(what="the database gives no answer")


class Standstill:
    """Of one database. Safe to use from any thread; `close` ends its own."""

    def __init__(
        self,
        probe: Callable[[], bool],
        report: Report,
        patience_s: float = PATIENCE_S,
        pause_s: float = PAUSE_S,
        look_s: float = _LOOK_S,
    ) -> None:
        """`probe` says whether a fresh connection is answered; `report` hears once of each standstill, on a thread."""
        self._probe = probe
        self._report = report
        self._patience_s = patience_s
        self._pause_s = pause_s
        self._look_s = look_s
        self._began_s: dict[object, float] = {}  # of the jobs that run
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._is_standing = False
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="postgres-standstill", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Once no job runs any more: without it one might never end."""
        self._closed.set()
        self._thread.join()

    def check(self) -> None:
        """Raises StoreUnavailable while the database stands still."""
        if self._is_standing:
            raise _no_answer()

    @contextlib.contextmanager
    def job(self) -> Iterator[None]:
        """Around a job, which is to end soon or be looked after. Raises StoreUnavailable instead of beginning."""
        self.check()
        key = object()
        self._began_s[key] = time.monotonic()
        try:
            yield
        finally:
            del self._began_s[key]

    def add(self, connection: psycopg.Connection[object]) -> socket.socket:
        """Look after a connection; gives what to `remove` when it is closed."""
        # A file descriptor of our own: the driver closes its one whenever it likes, and the number is somebody else's.
        duplicate = socket.fromfd(connection.fileno(), socket.AF_UNSPEC, socket.SOCK_STREAM)
        with self._lock:
            self._sockets.add(duplicate)
        return duplicate

    def remove(self, duplicate: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(duplicate)
            duplicate.close()

    # the thread

    def _look_on(self) -> None:
        answered_s = time.monotonic()
        while not self._closed.wait(self._look_s):
            oldest_s = min(list(self._began_s.values()), default=None)
            if oldest_s is None or time.monotonic() - max(oldest_s, answered_s) < self._patience_s:
                continue
            if not self._probe():
                self._is_standing = True
                self._cut()
                self._report("database", _no_answer())
                while not self._closed.wait(self._pause_s) and not self._probe():
                    pass
                self._is_standing = False
            answered_s = time.monotonic()

    def _cut(self) -> None:
        """Idle connections too: what does not answer now may have forgotten them when it does."""
        with self._lock:
            for each in self._sockets:
                with contextlib.suppress(OSError):  # it is cut already
                    each.shutdown(socket.SHUT_RDWR)
