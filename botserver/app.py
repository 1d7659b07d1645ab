"""The server, put together: the only module that names concrete classes.

Order of starting: logs, database, packages, sessions, gRPC, metrics, watching of packages. The first thing that cannot
be had ends the start with an error that says what to do. Stopping goes the other way round: gRPC drains while turns
end, then sessions, then the database. What is cut off on the way loses nothing, because nothing was answered for it.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import structlog
import uvloop

from . import __version__
from .clock import SystemClock
from .config import ServerUrl, Settings
from .language.cache import open_cache
from .language.source import Diagnostic
from .outside.http import HttpClient
from .packages import PackageEvent, Packages
from .rpc.server import RpcServer, RpcSettings
from .session.bots import Bots
from .session.bundles import read_keys
from .session.cells import CellCache, NoCells
from .session.deployments import Deployments
from .session.membership import Membership
from .session.operating import ServerFacts
from .session.performers.http import HttpPerformer
from .session.rates import Counters
from .session.releases import Releases
from .session.sessions import Sessions
from .session.settings import SessionSettings
from .session.signals import NoSignals, Signals
from .store import sqlite
from .store.sql.migrations import SchemaStatus
from .store.sql.store import SqlStore
from .telemetry.logs import configure
from .telemetry.metrics import Metrics
from .vm.machine import choose_vm

_TEST_CALLS = "BOTSERVER_TEST_CALLS"
"""A file for the keys of calls to `/test/slow`. That service exists only when a test sets this variable."""

_log = structlog.get_logger("botserver.app")


Announce = Callable[[str, list[str]], None]
"""Told the address and the bots once calls are answered."""


def serve(settings: Settings, announce: Announce) -> None:
    """Serve until SIGTERM or SIGINT. Raises BotserverError if the server cannot start."""
    configure(settings.log_format, settings.log_level)
    uvloop.run(_serve(settings, announce))


def tame_collector() -> None:
    """To be called once in a process that serves, when all is loaded: what is there stays, so Python's collector of
    cycles need not look through it, and the rest but seldom. Our own objects make no cycles, nor do calls. With its
    defaults the collector took 8 % of the CPU with 50 sessions at once and 14 % with 1,000, in pauses of up to 0.15 s;
    so it takes 1 % and 4 %, up to 0.04 s.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def migrate(settings: Settings, *, apply: bool) -> SchemaStatus:
    """Bring the database's schema up to date, or only tell how it stands. Raises StoreError."""
    if isinstance(settings.database, ServerUrl):
        from .store import postgres  # its driver takes 150 ms to import

        return asyncio.run(postgres.migrate_database(settings.database.url, apply=apply))
    return sqlite.migrate_database(settings.database, apply=apply)


async def _serve(settings: Settings, announce: Announce) -> None:
    stop = asyncio.Event()
    _stop_on_signals(stop)
    async with running(settings, stop) as (address, bots):
        tame_collector()
        announce(address, bots)
        await stop.wait()


def _stop_on_signals(stop: asyncio.Event) -> None:
    """The first signal drains, the second ends the process at once: nothing that was answered is lost."""

    def on_signal(number: signal.Signals) -> None:
        if stop.is_set():
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(128 + number)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)


@asynccontextmanager
async def running(
    settings: Settings, stop: asyncio.Event, metrics: Metrics | None = None, *, shares_port: bool = False
) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that runs for the length of the block: its address as HOST:PORT, and its bots. Drains at the end.

    `stop` ends the watching of packages early.
    """
    vm = choose_vm()
    metrics = metrics or Metrics(__version__)
    async with AsyncExitStack() as cleanup:
        store = await _open_store(settings)
        cleanup.push_async_callback(store.close)
        signals = await _open_signals(settings, cleanup)
        cells = await _open_cells(settings, cleanup)
        releases = Releases(store)
        membership = Membership(store, releases.formats, __version__, _report)
        cleanup.push_async_callback(membership.stop)
        if store.is_shared:
            await membership.start()  # before anything is read or written
        await releases.refresh()
        packages: Packages | None = None
        if settings.packages is not None:
            packages = Packages(settings.packages, releases, _log_package, open_cache(os.environ))
            await packages.load()
            membership.on_change(packages.retry)
        http = HttpPerformer(partial(_open_http_client, settings))
        cleanup.push_async_callback(http.close)
        sessions = Sessions(
            *(store, releases, vm, _session_settings(settings), metrics),
            signals=signals,
            cells=cells,
            counters=await _open_counters(settings, cleanup),
            outside={"http": http},
        )
        cleanup.push_async_callback(sessions.close)
        rpc = RpcServer(
            sessions,
            RpcSettings(str(settings.listen), settings.insecure, shares_port),
            metrics,
            desk=sessions.desks,
            deliveries=sessions.deliveries,
            bots=Bots(store, releases),
            deployments=Deployments(store, releases),
            migrations=sessions.migrations,
            admin=sessions.admin,
            operating=sessions.operating(_facts(settings, vm.name, _supervisor() if shares_port else stop.set)),
            exports=sessions.exports,
        )
        if settings.metrics is not None:
            cleanup.callback(metrics.serve(settings.metrics.host, settings.metrics.port).close)
        address = await rpc.start()
        cleanup.push_async_callback(rpc.stop)
        cleanup.push_async_callback(_drain, rpc, sessions, settings.drain_s)
        await sessions.start()
        if settings.reload and packages is not None:
            watching = asyncio.create_task(_watch(packages, stop))
            cleanup.push_async_callback(_end_watching, watching, stop)
        _log.info("serving", address=address, bots=releases.bots(), vm=vm.name, version=__version__)
        yield address, releases.bots()
        _log.info("draining", seconds=settings.drain_s)
    _log.info("stopped")


def _report(place: str, error: BaseException) -> None:
    _log.warning("failed in the background", place=place, reason=str(error))


def _report_redis(when_away: str) -> Callable[[str, BaseException], None]:
    from .store.redis import OUTAGE

    def report(place: str, error: BaseException) -> None:
        if place == OUTAGE:
            _log.warning(when_away, reason=f"{type(error).__name__}: {error}")
        else:
            _report(place, error)

    return report


async def _open_cells(settings: Settings, cleanup: AsyncExitStack) -> CellCache:
    if settings.redis is None:
        return NoCells()
    from .store.redis import open_cells  # its driver takes 170 ms to import

    report = _report_redis("redis is away; large objects come from the database")
    cells = await open_cells(settings.redis.url, report)
    cleanup.push_async_callback(cells.close)
    return cells


async def _open_counters(settings: Settings, cleanup: AsyncExitStack) -> Counters | None:
    if settings.redis is None or not settings.messages_per_minute:
        return None
    from .store.redis import open_counters

    counters = open_counters(settings.redis.url)
    cleanup.push_async_callback(counters.close)
    return counters


async def _open_signals(settings: Settings, cleanup: AsyncExitStack) -> Signals:
    if settings.redis is None:
        return NoSignals()
    from .store.redis import open_signals  # its driver takes 170 ms to import

    report = _report_redis("redis is away; other servers hear later")
    signals = await open_signals(settings.redis.url, report)
    cleanup.push_async_callback(signals.close)
    return signals


async def _open_http_client(settings: Settings) -> HttpClient:
    """On another thread: the library takes 150 ms to import, and its certificates to read."""

    def make() -> HttpClient:
        from .outside.client import PooledClient

        proxy = settings.http_proxy
        return PooledClient(settings.allow_private_hosts, None if proxy is None else proxy.url)

    return await asyncio.to_thread(make)


async def _open_store(settings: Settings) -> SqlStore:
    if settings.ephemeral:
        return sqlite.open_store(None, SystemClock(), settings.retention)
    if isinstance(settings.database, ServerUrl):
        from .store import postgres  # its driver takes 150 ms to import

        return await postgres.open_store(
            settings.database.url, retention=settings.retention, only_empty=True, report=_report
        )
    return sqlite.open_store(settings.database, SystemClock(), settings.retention, _report)


def _supervisor() -> Callable[[], None]:
    """Tells the process that started this one to shut down, and all others of it."""
    return partial(os.kill, os.getppid(), signal.SIGTERM)


def _facts(settings: Settings, vm: str, drain: Callable[[], None]) -> ServerFacts:
    database = "postgresql" if isinstance(settings.database, ServerUrl) else "sqlite"
    return ServerFacts(
        version=__version__,
        node=f"{socket.gethostname()}:{os.getpid()}",
        started_at=time.time(),
        vm=vm,
        database="memory" if settings.ephemeral else database,
        drain=drain,
        drain_s=settings.drain_s,
    )


def _session_settings(settings: Settings) -> SessionSettings:
    call_log = os.environ.get(_TEST_CALLS)
    return SessionSettings(
        drain_s=settings.drain_s,
        messages_per_minute=settings.messages_per_minute,
        ends_at_shutdown=settings.ephemeral,
        delivery_channels=settings.deliver,
        bundle_keys=None if settings.bundle_keys is None else read_keys(settings.bundle_keys),
        test_performers=call_log is not None,
        call_log=Path(call_log) if call_log else None,
    )


async def _drain(rpc: RpcServer, sessions: Sessions, seconds: float) -> None:
    """Calls finish because their turns do, so both drain at once."""
    await asyncio.gather(rpc.drain(seconds), sessions.drain())


async def _watch(packages: Packages, stop: asyncio.Event) -> None:
    try:
        await packages.watch(stop)
    except OSError as error:
        _log.error("packages are no longer watched", reason=str(error), hint="restart the server after a change")


async def _end_watching(watching: asyncio.Task[None], stop: asyncio.Event) -> None:
    stop.set()
    await watching


def _log_package(event: PackageEvent, name: str, diagnostics: Sequence[Diagnostic]) -> None:
    """Diagnostics are for the author, so they come in the form `botserver check` has."""
    for diagnostic in diagnostics:
        _log.warning("script problem", package=name, problem=diagnostic.render())
    level = _log.info if event in (PackageEvent.SERVED, PackageEvent.RETIRED) else _log.error
    level(event.value, package=name)
