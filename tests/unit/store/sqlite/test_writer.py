"""The writer: transactions, jobs that share one, and jobs that fail."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from botserver.clock import ManualClock
from botserver.errors import BadField, StoredDataCorrupt, StoreUnavailable
from botserver.store.sqlite import log
from botserver.store.sqlite import writer as writing
from botserver.store.sqlite.file import JobConnection, connect
from botserver.store.sqlite.turns import connect_for_turns
from botserver.store.sqlite.writer import Writer


@pytest.fixture(params=[connect, connect_for_turns], ids=["a thread ends transactions", "compiled code does"])
async def connection(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[JobConnection]:
    connection: JobConnection = request.param(tmp_path / "a.db", None)
    connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB) STRICT")
    yield connection
    connection.close()


@pytest.fixture
def copying(tmp_path: Path, connection: JobConnection) -> Iterator[JobConnection]:
    copying = connect(tmp_path / "a.db")
    yield copying
    copying.close()


@pytest.fixture
async def writer(connection: JobConnection, copying: JobConnection) -> AsyncIterator[Writer]:
    writer = Writer(connection, ManualClock(), copying)
    yield writer
    await writer.close()


def rows(connection: JobConnection) -> list[int]:
    return [n for (n,) in connection.execute("SELECT n FROM t ORDER BY n")]


class Insert:
    """A job; it remembers the thread it ran on."""

    def __init__(self, n: int, error: Exception | None = None) -> None:
        self.n = n
        self.error = error
        self.thread: threading.Thread | None = None

    def __call__(self, connection: JobConnection, now: float) -> int:
        self.thread = threading.current_thread()
        connection.execute("INSERT INTO t (n) VALUES (?)", (self.n,))
        if self.error is not None:
            raise self.error
        return self.n


async def test_a_lone_job_runs_on_the_event_loop(writer: Writer, connection: JobConnection) -> None:
    job = Insert(1)
    assert await writer.run(job) == 1
    assert job.thread is threading.current_thread()
    assert not connection.in_transaction


async def test_jobs_of_several_askers_share_transactions(writer: Writer, connection: JobConnection) -> None:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    jobs = [Insert(n) for n in range(50)]
    assert await asyncio.gather(*(writer.run(job, f"session {job.n}") for job in jobs)) == list(range(50))
    assert {job.thread for job in jobs} == {threading.current_thread()}  # only what waits for the disk leaves it
    assert statements.count("COMMIT") <= 2
    assert rows(connection) == list(range(50))


async def test_what_writes_much_does_not_hold_up_the_event_loop(writer: Writer, connection: JobConnection) -> None:
    jobs = [Insert(n) for n in range(4)]
    await asyncio.gather(*(writer.run(job, much=job.n == 2) for job in jobs))
    assert jobs[2].thread is not threading.current_thread()
    assert rows(connection) == list(range(4))


async def test_the_event_loop_goes_on_while_a_transaction_ends(
    writer: Writer, connection: JobConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LULL_S", 60.0)  # however slow this machine is, the second job is not alone
    await writer.run(Insert(0))
    may_end = threading.Event()
    connection.set_trace_callback(lambda statement: may_end.wait(20) if statement == "COMMIT" else None)
    later = asyncio.create_task(writer.run(Insert(1), "another"))
    await asyncio.sleep(0)  # it asks,
    await asyncio.sleep(0)  # and its transaction begins
    assert connection.in_transaction
    may_end.set()
    assert await asyncio.gather(writer.run(Insert(2), "a third"), later) == [2, 1]
    assert rows(connection) == [0, 1, 2]


@pytest.mark.parametrize("crowd", [1, 20])
async def test_a_job_that_raises_undoes_itself_alone(writer: Writer, connection: JobConnection, crowd: int) -> None:
    jobs = [Insert(n, BadField(field="f", what="w") if n == crowd - 1 else None) for n in range(crowd)]
    results = await asyncio.gather(*(writer.run(job) for job in jobs), return_exceptions=True)
    assert isinstance(results[-1], BadField)
    assert results[:-1] == rows(connection) == list(range(crowd - 1))


@pytest.mark.parametrize("crowd", [1, 20])
async def test_what_the_database_refuses_is_one_of_our_errors(writer: Writer, crowd: int) -> None:
    await writer.run(Insert(0))
    results = await asyncio.gather(*(writer.run(Insert(0)) for _ in range(crowd)), return_exceptions=True)
    assert {type(result) for result in results} == {StoredDataCorrupt}


@pytest.mark.parametrize("crowd", [1, 20])
async def test_a_full_disk_is_reported_and_passes(writer: Writer, connection: JobConnection, crowd: int) -> None:
    connection.execute("PRAGMA max_page_count = 20")

    def fill(connection: JobConnection, now: float) -> None:
        connection.execute("INSERT INTO t (b) VALUES (zeroblob(1000000))")

    results = await asyncio.gather(*(writer.run(fill) for _ in range(crowd)), return_exceptions=True)
    assert {type(result) for result in results} == {StoreUnavailable}
    assert await writer.run(Insert(7)) == 7
    assert rows(connection) == [7]


@pytest.mark.parametrize("crowd", [1, 20])
async def test_a_transaction_that_cannot_end_is_undone(writer: Writer, connection: JobConnection, crowd: int) -> None:
    connection.execute("CREATE TABLE u (n INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED) STRICT")

    def refer(connection: JobConnection, now: float) -> None:
        connection.execute("INSERT INTO u (n) VALUES (404)")

    results = await asyncio.gather(*(writer.run(refer) for _ in range(crowd)), return_exceptions=True)
    assert {type(result) for result in results} == {StoredDataCorrupt}
    assert not connection.in_transaction
    assert await writer.run(Insert(7)) == 7
    assert connection.execute("SELECT count(*) FROM u").fetchone() == (0,)


async def test_a_job_whose_waiter_was_cancelled_is_done_all_the_same(writer: Writer, connection: JobConnection) -> None:
    tasks = [asyncio.create_task(writer.run(Insert(n))) for n in range(5)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await writer.run(Insert(9))
    assert rows(connection) == [0, 1, 2, 3, 4, 9]


async def test_closing_finishes_what_was_handed_over(connection: JobConnection, copying: JobConnection) -> None:
    writer = Writer(connection, ManualClock(), copying)
    tasks = [asyncio.create_task(writer.run(Insert(n))) for n in range(20)]
    await asyncio.sleep(0)
    await writer.close()
    assert await asyncio.gather(*tasks) == list(range(20))


@pytest.mark.parametrize("askers", [1, 8])
async def test_the_log_is_copied_back_under_load_and_stays_short(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, askers: int
) -> None:
    monkeypatch.setattr(log, "COMMITS", 20)
    monkeypatch.setattr(log, "OVERLONG", 100)

    async def talk(asker: int) -> None:
        for n in range(800 // askers):
            await writer.run(Insert(1000 * asker + n), f"session {asker}")

    await asyncio.gather(*(talk(asker) for asker in range(askers)))
    assert (tmp_path / "a.db-wal").stat().st_size < 200 * 4200


async def test_turns_are_committed_while_the_log_is_copied(
    writer: Writer, connection: JobConnection, copying: JobConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "COMMITS", 5)
    began, gate = threading.Event(), threading.Event()

    def copy(self: log.Log, by: JobConnection) -> bool:
        assert by is copying
        began.set()
        return gate.wait(10)

    monkeypatch.setattr(log.Log, "_copy_all", copy)
    for n in range(5):
        await writer.run(Insert(n), "one session")
    await asyncio.to_thread(began.wait, 10)
    jobs = [Insert(n) for n in range(5, 20)]
    assert await asyncio.gather(*(writer.run(job) for job in jobs)) == list(range(5, 20))
    assert not gate.is_set()
    gate.set()
    assert rows(connection) == list(range(20))


async def test_without_a_thread_all_runs_on_the_event_loop() -> None:
    connection = connect(None)
    connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB) STRICT")
    writer = Writer(connection, ManualClock(), None)
    jobs = [Insert(n) for n in range(20)]
    await asyncio.gather(*(writer.run(job) for job in jobs))
    assert {job.thread for job in jobs} == {threading.current_thread()}
    await writer.close()
    connection.close()


async def test_who_writes_while_it_closes_has_an_answer(connection: JobConnection, copying: JobConnection) -> None:
    writer = Writer(connection, ManualClock(), copying)
    closing = asyncio.create_task(writer.close())
    await asyncio.sleep(0)  # the thread is told to end
    jobs = [writer.run(Insert(n)) for n in range(4)]
    assert await asyncio.wait_for(asyncio.gather(*jobs), 10) == list(range(4))
    await closing
    assert rows(connection) == list(range(4))


class Ends:
    """In place of the compiled code that ends transactions: ends them by `execute`, which a test may let fail."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def serve(self, asked: int, answers: int) -> None:
        while which := os.read(asked, 1):
            os.write(answers, which)

    def ended(self) -> float:
        self._connection.execute("COMMIT")
        return 0.0


class Failing:
    """A connection whose statement that begins with a word raises something no driver should, so many times."""

    def __init__(self, connection: JobConnection, word: str, error: BaseException, times: int = 1) -> None:
        self._connection = connection
        self._word = word
        self._error = error
        self._times = times
        self.turn_rows = connection.turn_rows and Ends(self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        if self._times and statement.startswith(self._word):
            self._times -= 1
            raise self._error
        return self._connection.execute(statement, values)


@pytest.mark.parametrize("much", [False, True])
@pytest.mark.parametrize("word", ["BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK TO", "COMMIT", "PRAGMA wal_checkpoint"])
async def test_whatever_fails_every_waiter_hears_and_the_next_batch_runs(
    connection: JobConnection, copying: JobConnection, monkeypatch: pytest.MonkeyPatch, word: str, much: bool
) -> None:
    monkeypatch.setattr(log, "COMMITS", 1)  # so that the log is copied beside the commits
    monkeypatch.setattr(log, "OVERLONG", 0)  # and between them
    one, other = (Failing(each, word, MemoryError()) for each in (connection, copying))
    writer = Writer(one, ManualClock(), other)  # type: ignore[arg-type]  # as much of one as is used
    jobs = [Insert(n, BadField(field="f", what="w") if n == 1 else None) for n in range(3)]
    first = await _within_a_while(*(writer.run(job, f"session {job.n}", much=much) for job in jobs))
    after = rows(connection)
    assert [n for n, each in enumerate(first) if not isinstance(each, BaseException)] == after
    assert not connection.in_transaction
    assert await _within_a_while(*(writer.run(Insert(n), f"session {n}", much=much) for n in (7, 8))) == [7, 8]
    assert rows(connection) == [*after, 7, 8]
    await asyncio.wait_for(writer.close(), 20)


async def test_a_transaction_that_cannot_be_undone_is_undone_before_the_next(
    connection: JobConnection, copying: JobConnection
) -> None:
    failing = Failing(connection, "ROLLBACK", MemoryError(), times=2)
    writer = Writer(failing, ManualClock(), copying)  # type: ignore[arg-type]  # as much of one as is used
    jobs = [Insert(n, BadField(field="f", what="w") if n == 1 else None) for n in range(3)]
    first = await _within_a_while(*(writer.run(job, f"session {job.n}") for job in jobs))
    assert first[0] == 0  # alone, before the others
    assert {type(each) for each in first[1:]} == {MemoryError}
    assert await _within_a_while(writer.run(Insert(7), "a"), writer.run(Insert(8), "b")) == [7, 8]
    assert rows(connection) == [0, 7, 8]
    await writer.close()


async def test_what_a_future_cannot_hold_harms_no_other_job(writer: Writer, connection: JobConnection) -> None:
    def stops(connection: JobConnection, now: float) -> None:
        next(iter(()))

    results = await _within_a_while(writer.run(stops, "a"), writer.run(Insert(1), "b"), writer.run(Insert(2), "c"))
    assert isinstance(results[0], Exception)
    assert results[1:] == rows(connection) == [1, 2]


async def _within_a_while(*running: Coroutine[Any, Any, Any]) -> list[Any]:
    async with asyncio.timeout(20):
        return await asyncio.gather(*running, return_exceptions=True)
