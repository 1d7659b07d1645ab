"""Releases: the programs and the configuration of a bot at one moment, and which of them is active.

A release is named by a digest over its programs and configuration, and stored when it becomes active, so that any
process can load it later. A session is pinned to its release while a script of it is suspended; with its next input
after that it moves to the active one. Stored programs are verified when they are loaded: the VM trusts what it gets.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence

from ..errors import (
    BotNotFound,
    BotserverError,
    ProgramCorrupt,
    ProgramTooNew,
    ScriptError,
    ServersTooOld,
    StackEntry,
    StoredDataCorrupt,
)
from ..ids import Digest, ReleaseId
from ..language.assets import TemplateRow
from ..language.package import Package
from ..language.program import FORMAT_VERSION, Program, decode_program
from ..language.verifier import verify
from ..limits import ACTIVE_PAGE, LOADED_RELEASES, PROGRAM_QUICK_BYTES
from ..store.abc import Store
from ..store.releases import Activation, ActiveRelease, FromFolder, NewRelease
from ..store.timetables import TimetableWrite
from ..vm.values import HostValue
from .assets import FILE_FOLDERS, Assets, PackageFile, assets_from, assets_of, digest_of
from .declared_tables import ensure_tables
from .declared_timetables import declared_timetables
from .formats import Formats
from .settings import BotConfig

_MANIFEST_VERSION = 1


class LoadedRelease:
    """One release, ready to run. Implements `vm.machine.Release`."""

    def __init__(
        self,
        bot: str,
        programs: Mapping[str, Program],
        broken: Mapping[str, tuple[int, str]],
        config: Mapping[str, str],
        assets: Assets | None = None,
    ) -> None:
        self.bot = bot
        self.config = BotConfig(config)
        self._programs = dict(sorted(programs.items()))
        self._broken = dict(sorted(broken.items()))
        self.assets = assets or Assets()
        self._kbs = {name.lower(): name for name in self.assets.kbs}
        self._by_digest = {program.digest: program for program in self._programs.values()}
        self.release_id = ReleaseId(hashlib.blake2b(self.manifest(), digest_size=32).hexdigest())

    @property
    def parameters(self) -> Mapping[str, HostValue]:
        return self.config.parameters

    @property
    def is_get_dynamic(self) -> bool:
        return self.config.is_get_dynamic

    def find_script(self, name: str) -> Program:
        folded = script_key(name)
        if "/" in folded or "\\" in folded or ".." in folded:
            if ".." in name:
                raise ScriptError(5004, f'"{name}" leaves the package')
            file = name.replace("\\", "/").rpartition("/")[2]
            raise ScriptError(5004, f'scripts are named without a folder: "{file}", not "{name}"')
        program = self._programs.get(folded)
        if program is not None:
            return program
        if folded in self._broken:
            line, problem = self._broken[folded]
            where = StackEntry(f"{folded}.bas", "", line)
            raise ScriptError(9021, f"script {folded}.bas did not compile: {problem}", where)
        raise ScriptError(3004, f"no script {folded}.bas")

    def find_program(self, digest: Digest) -> Program | None:
        return self._by_digest.get(digest)

    def find_kb(self, name: str) -> str | None:
        return self._kbs.get(name.lower())

    def find_tool(self, name: str) -> str | None:
        folded = script_key(name)
        return folded if folded in self._programs else None

    def find_file(self, path: str, folders: Sequence[str] = FILE_FOLDERS) -> PackageFile | None:
        """See `Assets.find_file`."""
        return self.assets.find_file(path, folders)

    def has_file(self, path: str) -> bool:
        return self.find_file(path) is not None

    def find_template(self, name: str) -> tuple[TemplateRow, ...] | None:
        """The rows of a session template, `.csv` optional, any case."""
        return self.assets.templates.get(name.strip().lower().removesuffix(".csv"))

    def has_script(self, name: str) -> bool:
        """Whether the package has a script of that name; a broken one counts: its error is shown."""
        folded = script_key(name)
        return folded in self._programs or folded in self._broken

    @property
    def scripts(self) -> Mapping[str, Program]:
        """Programs by lower-case name."""
        return self._programs

    @property
    def programs(self) -> Mapping[Digest, Program]:
        return self._by_digest

    def manifest(self) -> bytes:
        """What is stored beside the programs. The same release has the same bytes."""
        return json.dumps(
            {
                "version": _MANIFEST_VERSION,
                "bot": self.bot,
                "scripts": {name: program.digest.hex() for name, program in self._programs.items()},
                "broken": self._broken,
                "config": dict(sorted(self.config.values.items())),
                **self.assets.parts(),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()


def script_key(name: str) -> str:
    """A script's name as a release knows it."""
    return name.strip().lower().removesuffix(".bas")


def release_of(package: Package) -> LoadedRelease:
    """What a package is as a release."""
    broken = {name: (diagnostics[0].line, str(diagnostics[0])) for name, diagnostics in package.broken.items()}
    return LoadedRelease(package.name, package.programs, broken, package.config, assets_of(package))


def new_release(package: Package, release: LoadedRelease, note: str = "") -> NewRelease:
    """What the store keeps of it."""
    content = {digest: program.encoded for digest, program in release.programs.items()}
    content |= {release.assets.files[path].digest: data for path, data in package.files.items()}
    return NewRelease(
        release.bot, release.release_id, release.manifest(), content, note, release.assets.document_digests()
    )


def _stored_program(encoded: bytes, digest: str) -> Program:
    """Raises StoredDataCorrupt, ProgramTooNew."""
    if digest_of(encoded).hex() != digest:
        raise StoredDataCorrupt(kind="program", what=f"{digest} has other content")
    try:
        program = decode_program(encoded)
        verify(program)
    except ProgramCorrupt as error:  # it is what was stored, so a newer server knows what it means
        raise ProgramTooNew(found=f"{encoded[3]} with {error.data['what']}", known=FORMAT_VERSION) from error
    return program


def _declared(release: LoadedRelease, now_s: float) -> tuple[TimetableWrite, ...]:
    return tuple(declared_timetables(release.assets, release.config, now_s))


class Releases:
    """The active release of each bot, and any other one by id.

    Which one is active stands in the store, for all processes. This process knows it as of its last `refresh`; where
    that is not good enough the store is asked: a session is opened only in what is active at that moment
    (`Opening.if_active`), and what moves to the active release refreshes before.
    """

    def __init__(self, store: Store, formats: Formats | None = None) -> None:
        self._store = store
        self.formats = formats or Formats()
        self._active: dict[str, LoadedRelease | BotserverError] = {}
        self._from_folder: dict[str, bool] = {}
        self._version = 0
        self._refreshing = asyncio.Lock()
        self._loaded: OrderedDict[ReleaseId, LoadedRelease] = OrderedDict()

    async def start_with(self, package: Package) -> ReleaseId:
        """As `activate`, when a process starts: only if the package is another release than the folder had last. What
        was activated since then stays."""
        return await self._from(package, FromFolder.STARTED)

    async def activate(self, package: Package) -> ReleaseId:
        """Make the scripts and configuration of a package in the folder what new sessions of its bot run. Gives the
        release that is active then. Raises ServersTooOld."""
        return await self._from(package, FromFolder.CHANGED)

    async def _from(self, package: Package, folder: FromFolder) -> ReleaseId:
        release = await asyncio.to_thread(release_of, package)  # files of 64 MiB to hash
        self.check_readable(release)
        self._remember(release)
        await ensure_tables(self._store, release.bot, package.tables.values())
        activation = Activation(release.bot, release.release_id, folder=folder)
        await self._store.deploy_release(new_release(package, release), activation)
        await self.refresh()
        return self.active(release.bot).release_id

    def check_readable(self, release: LoadedRelease) -> None:
        """Raises ServersTooOld if a process that lives could not run it."""
        declared = ["change_watch"] if release.assets.watched else []  # nothing in a program says so
        missing = self.formats.missing(release.programs.values(), declared)
        if missing:
            raise ServersTooOld(bot=release.bot, what=missing)

    async def retire(self, bot: str) -> None:
        """No new sessions; those that are open go on in the release they have."""
        await self._store.activate_release(Activation(bot, None))
        await self.refresh()

    async def retire_missing(self, bots: Collection[str]) -> None:
        """Retire the bots that came from a folder of packages and are no longer among `bots`, which are all it has.
        Where other processes have the database, what they serve is theirs to say."""
        if not self._store.is_shared:
            for bot in [bot for bot, is_its in self._from_folder.items() if is_its and bot not in bots]:
                await self.retire(bot)

    async def refresh(self) -> None:
        """Learn what was activated since the last look, here or elsewhere. A release that cannot be read is an error
        for who opens sessions of its bot; what is open goes on in the release it has."""
        async with self._refreshing:
            while changed := await self._store.list_active(self._version, ACTIVE_PAGE):
                for active in changed:
                    await self._take(active)
                    self._version = active.version

    async def _take(self, active: ActiveRelease) -> None:
        if active.release is None:
            self._active.pop(active.bot, None)
            self._from_folder.pop(active.bot, None)
            await self._store.declare_timetables(active.bot, None, ())
            return
        self._from_folder[active.bot] = active.release == active.folder_release
        try:
            self._active[active.bot] = release = await self.load(active.bot, active.release)
        except (StoredDataCorrupt, ProgramTooNew) as error:
            self._active[active.bot] = error
            return
        declared = await asyncio.to_thread(_declared, release, self._store.now_s())
        await self._store.declare_timetables(active.bot, active.release, declared)

    def bots(self) -> list[str]:
        """The bots that can be talked to, sorted."""
        return sorted(bot for bot, release in self._active.items() if isinstance(release, LoadedRelease))

    def active(self, bot: str) -> LoadedRelease:
        """Raises BotNotFound, or what is wrong with the active release."""
        release = self._active.get(bot)
        if release is None:
            raise BotNotFound(bot=bot, known=", ".join(self.bots()) or "no bots")
        if isinstance(release, BotserverError):
            raise release
        return release

    async def find(self, bot: str) -> LoadedRelease:
        """As `active`; a bot that this process does not know is looked for in the store."""
        if self.find_active(bot) is None:
            await self.refresh()
        return self.active(bot)

    def find_active(self, bot: str) -> LoadedRelease | None:
        release = self._active.get(bot)
        return release if isinstance(release, LoadedRelease) else None

    async def load(self, bot: str, release_id: ReleaseId) -> LoadedRelease:
        """The release of that id. Raises StoredDataCorrupt if it is damaged or gone."""
        release = self._loaded.get(release_id)
        if release is not None:
            self._loaded.move_to_end(release_id)
            return release
        manifest = await self._store.get_release(bot, release_id)
        if manifest is None:
            raise StoredDataCorrupt(kind="release", what=f"{release_id} is missing")
        try:
            parts = json.loads(manifest)
            if parts["version"] != _MANIFEST_VERSION:
                raise StoredDataCorrupt(kind="release", what=f"version {parts['version']}")
            programs = {name: await self._load_program(digest) for name, digest in parts["scripts"].items()}
            release = LoadedRelease(parts["bot"], programs, parts["broken"], parts["config"], assets_from(parts))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoredDataCorrupt(kind="release", what=str(error)) from error
        if release.release_id != release_id:
            raise StoredDataCorrupt(kind="release", what=f"{release_id} has other content")
        self._remember(release)
        return release

    async def read_file(self, file: PackageFile) -> bytes:
        """The content of a package file. Raises StoredDataCorrupt if it is gone or damaged."""
        data = await self._store.get_program(file.digest)
        if data is None or await asyncio.to_thread(digest_of, data) != file.digest:
            raise StoredDataCorrupt(kind="package file", what=f"{file.digest.hex()} is missing or damaged")
        return data

    async def _load_program(self, digest: str) -> Program:
        encoded = await self._store.get_program(Digest(bytes.fromhex(digest)))
        if encoded is None:
            raise StoredDataCorrupt(kind="program", what=f"{digest} is missing")
        if len(encoded) <= PROGRAM_QUICK_BYTES:
            return _stored_program(encoded, digest)
        return await asyncio.to_thread(_stored_program, encoded, digest)

    async def forget_unused(self) -> None:
        """Delete stored releases that nothing needs, some of each bot."""
        bot = ""
        while bots := await self._store.list_release_bots(bot, ACTIVE_PAGE):
            for bot in bots:
                for release_id in await self._store.drop_releases(bot):
                    self._loaded.pop(release_id, None)

    def _remember(self, release: LoadedRelease) -> None:
        self._loaded[release.release_id] = release
        while len(self._loaded) > LOADED_RELEASES:
            self._loaded.popitem(last=False)
