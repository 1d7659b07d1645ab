"""Finds out that the database stands still, or one backend of it: stopped, or behind a network that swallows all. And
says which connections are to be made again, since all of a database share it.

Nothing breaks then, so a job on a connection would wait for as long as keepalives are answered, and others queue up
behind it. Giving its caller up alone would be wrong: what is queued may still be sent, and would run after its caller
was told that it did not. So a thread looks on. When a job has had no answer for a while, a fresh connection asks for
one. If that is answered, in whatever words, or any other connection is meanwhile, the database lives and the job may
take its time: a long query, a lock. If it is not, every connection is cut, so that its job ends as with any connection
that broke and whatever was not committed never will be; and new jobs, queued ones included, are refused at once until a
fresh connection is answered.

A database that lives ends each statement itself after a time that its connection was made with. One that is silent for
longer has lost its backend, and is cut alone.

What was sent already the database may run when it goes on: its fences hold, as for every commit whose answer was lost.

On a machine that has too much to do, all is late, this thread too. So time is counted by its own steps: one that took
longer than it should counts for no more than that, and whatever waits has as many chances as on an idle machine.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import psycopg
from psycopg import pq
from psycopg.abc import PQGen

from ...errors import StoreUnavailable

T = TypeVar("T")
Report = Callable[[str, BaseException], object]

PATIENCE_S = 3.0  # without an answer, before a fresh connection asks
PROBE_S = 3.0  # for an answer to it
PAUSE_S = 1.0  # before the next fresh connection, while there was no answer
SILENCE_S = 10.0  # beyond what a statement may take, before its connection is given up
_LOOK_S = 0.5
_STEP_S = 0.25  # of waiting for a fresh connection


class WatchedConnection(psycopg.Connection[Any]):
    """Knows since when it waits for an answer. `statement_s` is the longest that the database lets it wait."""

    statement_s = float("inf")
    era = 0
    asked_s: float | None = None
    heard_s = float("-inf")

    def wait(self, gen: PQGen[T], *args: Any, **more: Any) -> T:
        self.asked_s = time.monotonic()
        try:
            answer = super().wait(gen, *args, **more)
        finally:
            self.asked_s = None
        self.heard_s = time.monotonic()
        return answer


class Addresses:
    """Those that names of hosts led to. Looking a name up may take for ever, and no time-out of a connection counts
    then: a probe that had to would find nothing out while the names are away together with the database."""

    def __init__(self) -> None:
        self._by_host: dict[str, str] = {}

    def learn(self, raw: psycopg.Connection[Any]) -> None:
        """A connection has just been made."""
        if raw.info.hostaddr:
            self._by_host[raw.info.host] = raw.info.hostaddr

    def of(self, host: str) -> str:
        """The last one that led somewhere; "" if the name must be looked up."""
        return self._by_host.get(host, "")

    def forget(self) -> None:
        """They lead nowhere: the database may be elsewhere by now."""
        self._by_host.clear()


def answers(url: str, addresses: Addresses | None = None, patience_s: float = PROBE_S) -> bool:
    """Whether the database says anything to a fresh connection, a refusal included: with several hosts, any of them.
    Looks names up only if they are not known, or led nowhere the last time."""
    addresses = addresses or Addresses()
    answered = any(_answers(place, round(patience_s / _STEP_S)) for place in _places(url, addresses))
    if not answered:
        addresses.forget()
    return answered


def _places(url: str, addresses: Addresses) -> Iterator[str]:
    """A URL for each host of one. The driver gives each so much time, and the library below it does not."""
    parts = psycopg.conninfo.conninfo_to_dict(url) | {"application_name": "botserver probe"}
    lists = {name: str(parts[name]).split(",") for name in ("host", "hostaddr", "port") if parts.get(name)}
    for at in range(max((len(each) for name, each in lists.items() if name != "port"), default=1)):
        here = {name: each[at] if len(each) > 1 else each[0] for name, each in lists.items()}
        if not here.get("hostaddr") and (address := addresses.of(here.get("host", ""))):
            here["hostaddr"] = address
        yield psycopg.conninfo.make_conninfo("", **(parts | here))


def _answers(place: str, steps: int) -> bool:
    raw = pq.PGconn.connect_start(place.encode())
    try:
        while True:
            status = raw.connect_poll()
            if status == pq.PollingStatus.FAILED:
                return True  # it refuses, or nobody is there: jobs find out at once
            if status == pq.PollingStatus.OK:
                break
            event = selectors.EVENT_READ if status == pq.PollingStatus.READING else selectors.EVENT_WRITE
            steps = _waited(raw.socket, event, steps)
            if not steps:
                return False
        raw.send_query(b"SELECT 1")
        raw.flush()
        return bool(_waited(raw.socket, selectors.EVENT_READ, steps))
    except (psycopg.Error, OSError):
        return True
    finally:
        raw.finish()


def _waited(fd: int, event: int, steps: int) -> int:
    """Wait for as many steps; how many are left, 0 if nothing came."""
    with selectors.DefaultSelector() as selector:
        selector.register(fd, event)
        while steps:
            if selector.select(_STEP_S):
                return steps
            steps -= 1
    return 0


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
        silence_s: float = SILENCE_S,
        learn: Callable[[WatchedConnection], object] = lambda _: None,
    ) -> None:
        """`probe` says whether a fresh connection is answered; `report` hears once of each standstill and of each
        connection that is given up, on a thread. `learn` hears of each new connection, on its thread."""
        self._learn = learn
        self._probe = probe
        self._report = report
        self._patience_s = patience_s
        self._pause_s = pause_s
        self._look_s = look_s
        self._silence_s = silence_s
        self._began_s: dict[object, float] = {}  # of the jobs that run
        self._sockets: dict[socket.socket, WatchedConnection] = {}
        self._silent: dict[WatchedConnection, tuple[float, float]] = {}  # since when asked, and for how long seen so
        self._lock = threading.Lock()
        self._is_standing = False
        self._renewed_s = float("-inf")
        self.era = 0
        """Connections of an earlier one are not to be used any more."""
        self._answered_s = time.monotonic()
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

    def renew(self, era: int) -> None:
        """Let all connections be made again that are of this era. Not more often than fresh ones ask: where no database
        takes writes, each write that fails would have all made again."""
        now_s = time.monotonic()
        with self._lock:
            if era == self.era and now_s - self._renewed_s >= self._pause_s:
                self.era += 1
                self._renewed_s = now_s

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

    def add(self, connection: WatchedConnection) -> socket.socket:
        """Look after a connection; gives what to `remove` when it is closed."""
        # A file descriptor of our own: the driver closes its one whenever it likes, and the number is somebody else's.
        duplicate = socket.fromfd(connection.fileno(), socket.AF_UNSPEC, socket.SOCK_STREAM)
        with self._lock:
            self._sockets[duplicate] = connection
        self._learn(connection)
        return duplicate

    def remove(self, duplicate: socket.socket) -> None:
        with self._lock:
            self._sockets.pop(duplicate, None)
            duplicate.close()

    # the thread

    def _look_on(self) -> None:
        looked_s = time.monotonic()
        while not self._closed.wait(self._pause_s if self._is_standing else self._look_s):
            now_s = time.monotonic()
            try:
                self._look(min(now_s - looked_s, 2 * self._look_s))
            except Exception as error:  # noqa: BLE001 - the door of a thread that must go on
                self._tell(error)
            looked_s = now_s

    def _look(self, passed_s: float) -> None:
        if self._is_standing:
            self._is_standing = not self._probe()
            self._answered_s = time.monotonic()
            return
        silent = self._count_silence(passed_s)
        oldest_s = min(list(self._began_s.values()), default=None)
        asked_s = time.monotonic()
        if oldest_s is None or asked_s - max(oldest_s, self._answered_s) < self._patience_s:
            return
        if self._probe() or self._have_heard(asked_s):
            self._give_up(silent)
        else:
            self._is_standing = True
            self._cut()
            self._tell(_no_answer())
        self._answered_s = time.monotonic()

    def _count_silence(self, passed_s: float) -> list[WatchedConnection]:
        """Those whose backend is gone, if the database lives."""
        with self._lock:
            connections = list(self._sockets.values())
        before, self._silent = self._silent, {}
        for each in connections:
            asked_s = each.asked_s
            if asked_s is not None:
                since_s, silent_s = before.get(each, (asked_s, 0.0))
                self._silent[each] = asked_s, silent_s + passed_s if since_s == asked_s else 0.0
        return [each for each, (_, s) in self._silent.items() if s > each.statement_s + self._silence_s]

    def _have_heard(self, since_s: float) -> bool:
        with self._lock:
            return any(each.heard_s > since_s for each in self._sockets.values())

    def _give_up(self, silent: list[WatchedConnection]) -> None:
        for each in silent:
            with self._lock:
                sockets = [duplicate for duplicate, owner in self._sockets.items() if owner is each]
                if each.asked_s != self._silent[each][0]:
                    continue  # it was answered after all
                self._shut_down(sockets)
            self._tell(StoreUnavailable(what="one connection to the database gets no answer, and was given up"))

    def _cut(self) -> None:
        """Idle connections too: what does not answer now may have forgotten them when it does."""
        with self._lock:
            self._shut_down(list(self._sockets))

    def _shut_down(self, sockets: list[socket.socket]) -> None:
        for each in sockets:
            with contextlib.suppress(OSError):  # it is cut already
                each.shutdown(socket.SHUT_RDWR)

    def _tell(self, error: BaseException) -> None:
        """Whoever is told may fail; what stands still must be found all the same."""
        with contextlib.suppress(Exception):
            self._report("database", error)
