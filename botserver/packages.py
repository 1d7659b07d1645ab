"""Keeps the served releases in step with the package folders on disk.

At start every package is served as far as it compiles. While the server runs, a changed package becomes a new release
only if all of it compiles: with a mistake in it, the release before stays, and the log says what is wrong. A package
that is removed is no longer opened; conversations in it go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from watchfiles import Change, awatch

from . import limits
from .errors import BadPackage, BotserverError, ServersTooOld, StoreError
from .language.cache import ProgramCache
from .language.folders import PACKAGE_SUFFIX, find_packages
from .language.package import Package, load_package
from .language.source import ERROR, Diagnostic
from .session.declared_timetables import schedule_problems
from .session.releases import Releases


class PackageEvent(StrEnum):
    """What became of a package."""

    SERVED = "package served"
    SERVED_IN_PART = "package served without its broken scripts"
    KEPT = "package has broken scripts, the release before stays"
    UNREADABLE = "package cannot be read"
    WAITS = "package waits until all servers that share the database can run it"
    NOT_STORED = "package cannot be stored, the release before stays"
    RETIRED = "package is gone"


PackageLog = Callable[[PackageEvent, str, Sequence[Diagnostic]], None]
"""Told the event, the package's name and its diagnostics."""


class Packages:
    """The packages of one folder, or one package."""

    def __init__(self, path: Path, releases: Releases, log: PackageLog, cache: ProgramCache | None = None) -> None:
        self._path = path.resolve()
        self._releases = releases
        self._log = log
        self._cache = cache
        self._served: dict[Path, str] = {}
        self._waiting: dict[Path, Package] = {}

    async def load(self) -> None:
        """Serve what is there, as a process does that starts: a package that is as it was the last time does not undo
        what was activated since. Raises BadPackage if `path` holds no package."""
        bots = set()
        for path in find_packages(self._path):
            package = await self._read(path)
            bots.add(path.stem if package is None else package.name)
            if package is not None:
                await self._start_with(path, package)
        await self._releases.retire_missing(bots)

    async def retry(self) -> None:
        """Serve what waited for other servers, if they have learned or left."""
        waiting, self._waiting = self._waiting, {}
        for path, package in waiting.items():
            await self._start_with(path, package)

    async def _start_with(self, path: Path, package: Package) -> None:
        try:
            await self._releases.start_with(package)
        except ServersTooOld as error:
            self._waiting[path] = package
            self._log_problem(PackageEvent.WAITS, path, error)
        else:
            self._note(path, package)

    async def watch(self, stop: asyncio.Event) -> None:
        """Serve what changes, until `stop`. Raises OSError when the system has no watches left."""

        def is_ours(change: Change, path: str) -> bool:
            return self._package_of(path) is not None

        async for changes in awatch(
            self._path, watch_filter=is_ours, stop_event=stop, debounce=limits.RELOAD_DEBOUNCE_MS
        ):
            for path in sorted({package for _, changed in changes if (package := self._package_of(changed))}):
                await self._reload(path)

    async def _reload(self, path: Path) -> None:
        if not await asyncio.to_thread(path.exists):
            bot = self._served.pop(path, None)
            if bot is not None:
                await self._releases.retire(bot)
                self._log(PackageEvent.RETIRED, bot, ())
            return
        self._waiting.pop(path, None)
        package = await self._read(path)
        if package is None:
            return
        if package.broken and path in self._served:
            self._log(PackageEvent.KEPT, package.name, package.diagnostics)
            return
        try:
            await self._releases.activate(package)
        except ServersTooOld as error:
            self._waiting[path] = package
            self._log_problem(PackageEvent.WAITS, path, error)
        except StoreError as error:  # the next change is another chance; the watching goes on
            self._log_problem(PackageEvent.NOT_STORED, path, error)
        else:
            self._note(path, package)

    async def _read(self, path: Path) -> Package | None:
        try:
            return await asyncio.to_thread(load_package, path, None, self._cache)
        except BadPackage as error:
            self._log_problem(PackageEvent.UNREADABLE, path, error)
            return None

    def _log_problem(self, event: PackageEvent, path: Path, error: BotserverError) -> None:
        problem = Diagnostic(str(path), 1, 1, ERROR, error.code, error.message, error.hint)
        self._log(event, path.stem, (problem,))

    def _note(self, path: Path, package: Package) -> None:
        self._served[path] = package.name
        event = PackageEvent.SERVED_IN_PART if package.broken else PackageEvent.SERVED
        self._log(event, package.name, [*package.diagnostics, *schedule_problems(package)])

    def _package_of(self, changed: str) -> Path | None:
        """The package a changed file belongs to."""
        if self._path.suffix.lower() == PACKAGE_SUFFIX:
            return self._path
        child = self._path / Path(changed).relative_to(self._path).parts[0]
        return child if child.suffix.lower() == PACKAGE_SUFFIX else None
