"""`serve --workers`: several server processes behind one port, and the process that looks after them.

The supervisor serves nobody. It holds the port, starts a worker for each number, starts one again that dies, after a
pause that grows while it keeps dying, and tells their metrics, each sample with its worker. SIGTERM or SIGINT drains
all. Workers are servers like those on other machines: they know each other only through the database. A worker whose
supervisor is gone drains by itself.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import structlog
import uvloop
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families

from . import __version__
from .app import Announce, running, tame_collector
from .config import Address, ServerUrl, Settings
from .errors import BotserverError, ConfigError, StoreError, StoreUnavailable
from .limits import SCRAPE_S, WORKER_CALM_S, WORKER_PAUSE_MAX_S, WORKER_PAUSE_S, WORKER_STOP_S
from .rpc.server import try_to_bind
from .telemetry.logs import configure
from .telemetry.metrics import Metrics, serve_registry

_log = structlog.get_logger("botserver.supervisor")
_SPAWN = multiprocessing.get_context("spawn")  # a fork would take threads of gRPC along, which do not survive it


def supervise(settings: Settings, announce: Announce) -> None:
    """Serve with `settings.workers` processes until SIGTERM or SIGINT. Raises BotserverError if they cannot start."""
    if settings.ephemeral or not isinstance(settings.database, ServerUrl):
        raise ConfigError(
            f"{settings.workers} workers need a database that processes can share",
            hint="give --database postgresql://…, or leave --workers out",
        )
    configure(settings.log_format, settings.log_level)
    with closing(_hold(settings.listen)) as held:
        address = replace(settings.listen, port=held.getsockname()[1])
        asyncio.run(_Supervisor(replace(settings, listen=address), announce).run())


def _hold(listen: Address) -> socket.socket:
    """The port, for processes of ours to share. Raises ConfigError if somebody else has it."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    held = socket.socket(family, socket.SOCK_STREAM)
    try:
        if listen.port:
            try_to_bind(str(listen))
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind((listen.host, listen.port))
    except OSError as error:
        held.close()
        raise ConfigError(
            f"cannot listen on {listen}: {(error.strerror or str(error)).lower()}",
            hint="stop the program that uses the port, or choose another address with --listen",
        ) from error
    return held


@dataclass(frozen=True, slots=True)
class _Ready:
    bots: list[str]


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why a worker cannot start."""

    message: str
    hint: str
    is_store: bool = False  # the database is to blame

    def error(self) -> BotserverError:
        return StoreUnavailable(what=self.message) if self.is_store else ConfigError(self.message, hint=self.hint)


# --- the supervisor


class _Worker:
    """One process at a time under a number."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.process: BaseProcess | None = None
        self.pipe: Connection | None = None
        self.ready: asyncio.Future[_Ready] = asyncio.get_running_loop().create_future()
        self.ended = asyncio.Event()
        self.scrape: Future[str] | None = None
        self.began_s = 0.0
        self._lock = threading.Lock()

    def start(self, settings: Settings) -> None:
        loop = asyncio.get_running_loop()
        self.pipe, theirs = _SPAWN.Pipe()
        self.began_s, self.ended = time.monotonic(), asyncio.Event()
        self.process = _SPAWN.Process(target=_work, args=(settings, theirs), name=f"botserver worker {self.number}")
        self.process.start()
        theirs.close()
        threading.Thread(target=self._listen, args=(self.process, self.pipe, loop), daemon=True).start()

    def _listen(self, process: BaseProcess, pipe: Connection, loop: asyncio.AbstractEventLoop) -> None:
        """On a thread: pass on what the worker says, and that it ended."""
        with suppress(EOFError, OSError):
            while True:
                said = pipe.recv()
                if isinstance(said, str):
                    scrape, self.scrape = self.scrape, None
                    if scrape is not None and not scrape.done():
                        scrape.set_result(said)
                else:
                    loop.call_soon_threadsafe(self._heard, said)
        process.join()
        with suppress(RuntimeError):  # the loop is gone
            loop.call_soon_threadsafe(self.ended.set)

    def _heard(self, said: _Ready | _Refused) -> None:
        if self.ready.done():
            return
        if isinstance(said, _Ready):
            self.ready.set_result(said)
        else:
            self.ready.set_exception(said.error())

    def tell(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.pid is not None and not self.ended.is_set():
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    def metrics(self) -> str | None:
        """What it measures, as text; None if it does not say so in time. Runs on a thread."""
        with self._lock:
            if self.pipe is None or self.ended.is_set():
                return None
            scrape: Future[str] = Future()
            self.scrape = scrape
            try:
                self.pipe.send("metrics")
                return scrape.result(SCRAPE_S)
            except (OSError, TimeoutError):
                return None


class _Supervisor:
    def __init__(self, settings: Settings, announce: Announce) -> None:
        self._settings = settings
        self._announce = announce
        self._stop = asyncio.Event()
        self._workers: list[_Worker] = []

    async def run(self) -> None:
        self._stop_on_signals()
        self._workers = [_Worker(number) for number in range(self._settings.workers)]
        metrics = None
        if self._settings.metrics is not None:
            registry = CollectorRegistry()
            registry.register(_WorkersCollector(self._workers))
            metrics = serve_registry(registry, self._settings.metrics.host, self._settings.metrics.port)
        looking = [asyncio.create_task(self._look_after(worker)) for worker in self._workers]
        try:
            ready = await self._all_ready(looking)
            if ready is not None:
                self._announce(str(self._settings.listen), ready)
                await self._stop.wait()
        finally:
            self._stop.set()
            await self._end(looking)
            if metrics is not None:
                metrics.close()

    async def _all_ready(self, looking: list[asyncio.Task[None]]) -> list[str] | None:
        """The bots once all workers serve; None if they are told to stop before. Raises what a worker was refused."""
        first = asyncio.gather(*(worker.ready for worker in self._workers))
        stopped = asyncio.create_task(self._stop.wait())
        both: list[asyncio.Future[Any]] = [first, stopped]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not first.done():
            first.cancel()
            return None
        return sorted({bot for ready in first.result() for bot in ready.bots})

    async def _look_after(self, worker: _Worker) -> None:
        """Let there be a process under this number until the end."""
        pause_s = WORKER_PAUSE_S
        # One of them watches the folder; what it activates the others hear from the database.
        settings = replace(self._settings, metrics=None, workers=1, reload=self._settings.reload and not worker.number)
        while not self._stop.is_set():
            worker.start(settings)
            assert worker.process is not None
            _log.info("worker started", worker=worker.number, pid=worker.process.pid)
            await worker.ended.wait()
            code = worker.process.exitcode
            if not worker.ready.done():
                what = f"worker {worker.number} ended with code {code}"
                worker.ready.set_exception(ConfigError(what, hint="the log says more"))
            if self._stop.is_set():
                return
            pause_s = WORKER_PAUSE_S if time.monotonic() - worker.began_s > WORKER_CALM_S else pause_s
            _log.error("worker ended, it is started again", worker=worker.number, code=code, pause_s=pause_s)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._stop.wait()
            pause_s = min(2 * pause_s, WORKER_PAUSE_MAX_S)

    async def _end(self, looking: list[asyncio.Task[None]]) -> None:
        """Drain all; what does not end in time is killed, which loses nothing."""
        for worker in self._workers:
            worker.tell(signal.SIGTERM)
        _, late = await asyncio.wait(looking, timeout=self._settings.drain_s + WORKER_STOP_S)
        for worker in self._workers:
            worker.tell(signal.SIGKILL)
        if late:
            await asyncio.wait(late)
        await asyncio.gather(*(worker.ready for worker in self._workers), return_exceptions=True)

    def _stop_on_signals(self) -> None:
        """The first signal drains, the second ends all at once."""

        def on_signal(number: signal.Signals) -> None:
            if self._stop.is_set():
                for worker in self._workers:
                    worker.tell(signal.SIGKILL)
                os._exit(128 + number)
            self._stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, on_signal, number)


class _WorkersCollector:
    """The samples of all workers, each with its number, so that they can be summed."""

    def __init__(self, workers: list[_Worker]) -> None:
        self._workers = workers

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        up = GaugeMetricFamily("botserver_worker_up", "Whether the worker told its metrics", labels=["worker"])
        for worker in self._workers:
            text, label = worker.metrics(), {"worker": str(worker.number)}
            up.add_metric([str(worker.number)], 0.0 if text is None else 1.0)
            for family in text_string_to_metric_families(text or ""):
                whole = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                whole.samples += [sample._replace(labels=sample.labels | label) for sample in family.samples]
        yield up
        yield from families.values()


# --- a worker


def _work(settings: Settings, pipe: Connection) -> None:
    """What a worker's process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor says what follows
    configure(settings.log_format, settings.log_level)
    try:
        uvloop.run(_serve(settings, pipe))
    except BotserverError as error:
        with suppress(OSError):
            pipe.send(_Refused(error.message, error.hint, isinstance(error, StoreError)))
        raise SystemExit(1) from None


async def _serve(settings: Settings, pipe: Connection) -> None:
    stop, loop, metrics = asyncio.Event(), asyncio.get_running_loop(), Metrics(__version__)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    async with running(settings, stop, metrics, shares_port=True) as (_, bots):
        tame_collector()
        threading.Thread(target=_answer, args=(pipe, metrics, loop, stop), daemon=True).start()
        pipe.send(_Ready(bots))
        await stop.wait()


def _answer(pipe: Connection, metrics: Metrics, loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """On a thread: tell what is measured when the supervisor asks; drain when it is gone."""
    with suppress(EOFError, OSError):
        while True:
            asked: Any = pipe.recv()
            if asked == "metrics":
                pipe.send(generate_latest(metrics.registry).decode())
    with suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(stop.set)
