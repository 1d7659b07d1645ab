"""Files of the bot as one turn sees them: those of its package, over them what scripts wrote, over those what this turn
stages. Writes commit with the turn, exactly once; one that follows a read carries the version read, as with bot memory.

A path is inside the bot's drive and stays there. What the package has is looked for in any case, and so is the rest.
"""

from __future__ import annotations

import asyncio
import base64
import csv
import hashlib
import io
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ...errors import ScriptError
from ...limits import FILE_BYTES, FILE_PATH_CHARS, FILES, FILES_BYTES, LISTED_FILES, TURN_FILE_BYTES
from ...store.files import FileInfo, FileStore, FilesUsed, FileWrite
from ...vm.formats import display
from ...vm.values import DateTime, HostValue
from ..assets import PackageFile, safe_path
from ..charts import chart
from ..outcomes import Outcome
from ..qr_codes import qr_code
from ..states import shown_text
from ..tablefiles import Gone
from ..values import clean_text, to_json
from ..zips import packed, unpacked

Arguments = tuple[HostValue, ...]


@dataclass(frozen=True, slots=True)
class PackageDrive:
    """The files of a package by path, how to find one in any case, and how to read it."""

    files: Mapping[str, PackageFile]
    find: Callable[[str], PackageFile | None]
    read: Callable[[PackageFile], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class _Staged:
    path: str
    data: bytes | None


class Files:
    """The effects on files. Belongs to one turn. `moment` gives the wall clock of the bot for a time of the store, and
    for None that of now."""

    def __init__(
        self,
        store: FileStore,
        bot: str,
        package: PackageDrive,
        memory_limit: Callable[[], int],
        moment: Callable[[float | None], DateTime],
    ) -> None:
        self._store = store
        self._bot = bot
        self._package = package
        self._memory_limit = memory_limit
        self._moment = moment
        self._read: dict[str, FileInfo | None] = {}
        self._staged: dict[str, _Staged] = {}
        self._used: FilesUsed | None = None
        self._added = 0  # files and bytes this turn adds to what is used
        self._added_bytes = 0
        self._written_bytes = 0

    @property
    def effects(self) -> dict[str, Callable[[Arguments], Awaitable[HostValue | Outcome]]]:
        """By the name of the effect."""
        return {
            "file_read": self.read,
            "file_text": self.text,
            "file_write": self.write,
            "file_copy": self.copy,
            "file_move": self.move,
            "file_delete": self.delete,
            "file_list": self.list_folder,
            "file_save": self.save,
            "file_pack": self.pack,
            "file_unpack": self.unpack,
            "chart": self.chart,
            "qr_code": self.qr_code,
        }

    def writes(self) -> tuple[FileWrite, ...]:
        """The staged writes, with the versions they rest on."""
        return tuple(
            FileWrite(folded, each.path, each.data, self._package.find(each.path) is not None, self._version(folded))
            for folded, each in self._staged.items()
        )

    # --- effects

    async def read(self, arguments: Arguments) -> HostValue | Outcome:
        """GET: the text of a file; null and a soft error without one."""
        try:
            return await self.text(arguments)
        except ScriptError as error:
            if error.number == 9013:
                raise
            return Outcome(None, error.number, error.what, is_soft=True)

    async def text(self, arguments: Arguments) -> HostValue:
        data = await self._data(_path(arguments[0]))
        return clean_text(data.decode("utf-8-sig", "replace"))

    async def write(self, arguments: Arguments) -> HostValue:
        path = _path(arguments[0])
        await self._put(path, _bytes_of(path, arguments[1]))
        return path

    async def copy(self, arguments: Arguments) -> HostValue:
        source, target = _path(arguments[0]), _path(arguments[1])
        await self._put(target, await self._data(source))
        return target

    async def move(self, arguments: Arguments) -> HostValue:
        source, target = _path(arguments[0]), _path(arguments[1])
        await self._put(target, await self._data(source))
        if source.lower() != target.lower():
            self._staged[source.lower()] = _Staged(source, None)
        return target

    async def delete(self, arguments: Arguments) -> HostValue:
        path = _path(arguments[0])
        await self._data(path)
        self._staged[path.lower()] = _Staged(path, None)
        return None

    async def save(self, arguments: Arguments) -> HostValue | Outcome:
        """What DOWNLOAD got becomes a file. Raises 4002, 5004 for its path."""
        got, wanted = arguments
        if not isinstance(got, dict):
            raise ScriptError(4001, "a download is a map")
        url = str(got.get("url", ""))
        path = _path(_name_in(url) if wanted is None else wanted)
        try:
            data = base64.b64decode(str(got.get("data", "")), validate=True)
            await self._put(path, data)
        except ValueError:
            raise ScriptError(4001, "a download has its bytes as base64") from None
        except ScriptError as error:
            return Outcome(None, error.number, error.what, is_soft=True)
        name = path.rpartition("/")[2]
        return {"name": name, "path": path, "size": len(data), "type": str(got.get("type", "")), "url": url}

    async def list_folder(self, arguments: Arguments) -> HostValue:
        """The files and folders directly inside a folder, by name."""
        folder = "" if arguments[0] in (None, "", "/", ".") else _path(arguments[0])
        prefix = f"{folder.lower()}/" if folder else ""
        found: dict[str, dict[str, HostValue]] = {}
        for path, size, modified in await self._under(prefix):
            name, slash, _ = path[len(prefix) :].partition("/")
            inside = path[: len(prefix)] + name
            if slash:
                found.setdefault(name.lower(), _entry(name, inside, 0, None, True))
            else:
                found[name.lower()] = _entry(name, inside, size, modified, False)
        if len(found) > LISTED_FILES:
            raise ScriptError(9013, f"the folder has more than {LISTED_FILES} files")
        if not found and folder:
            raise ScriptError(3004, f"no folder {folder}")
        return [found[name] for name in sorted(found)]

    async def pack(self, arguments: Arguments) -> HostValue:
        named, target = arguments[0], _path(arguments[1])
        files: dict[str, bytes] = {}
        for each in named if isinstance(named, list) else [named]:
            path = _path(each)
            files[path] = await self._data(path)
            if sum(map(len, files.values())) > TURN_FILE_BYTES:
                raise ScriptError(9013, f"one turn packs at most {TURN_FILE_BYTES} bytes of files")
        await self._put(target, await asyncio.to_thread(packed, files))
        return target

    async def unpack(self, arguments: Arguments) -> HostValue:
        path, folder = _path(arguments[0]), arguments[1]
        prefix = "" if folder in (None, "", "/", ".") else f"{_path(folder)}/"
        files = await asyncio.to_thread(unpacked, path, await self._data(path))
        targets: list[HostValue] = []
        for name, data in files:
            targets.append(_path(prefix + name))
            await self._put(_path(prefix + name), data)
        return targets

    async def chart(self, arguments: Arguments) -> HostValue:
        return await self._picture("charts", chart(arguments[0], arguments[1], "".join(map(display, arguments[2:3]))))

    async def qr_code(self, arguments: Arguments) -> HostValue:
        # A tenth of a second of the largest one would be one of all sessions.
        return await self._picture("qrcodes", await asyncio.to_thread(qr_code, shown_text(arguments[0])))

    async def _picture(self, folder: str, text: str) -> HostValue:
        """A file named by its bytes: a picture that is made again is the same file."""
        data = text.encode()
        name = f"{hashlib.sha256(data).hexdigest()[:16]}.svg"
        await self._put(f"{folder}/{name}", data)
        return {"name": name, "path": f"{folder}/{name}", "size": len(data), "type": "image/svg+xml"}

    # --- what is there

    async def own(self, path: str) -> bytes | Gone | None:
        """A file that scripts wrote or deleted; None: it is as in the package."""
        staged = self._staged.get(path.lower())
        if staged is not None:
            return Gone.GONE if staged.data is None else staged.data
        info = await self._info(path.lower())
        if info is None:
            return None
        data = None if info.is_gone else await self._store.read_file(self._bot, path.lower())
        return Gone.GONE if data is None else data

    async def _under(self, prefix: str) -> list[tuple[str, int, DateTime | None]]:
        """Path, size and day of each file whose path begins so."""
        files: dict[str, tuple[str, int, DateTime | None]] = {
            path.lower(): (path, file.size_bytes, None) for path, file in self._package.files.items()
        }
        for info in await self._store.list_files(self._bot, prefix, FILES + 1):
            files.pop(info.folded, None)
            if not info.is_gone:
                files[info.folded] = (info.path, info.size_bytes, self._moment(info.modified_at))
        for folded, staged in self._staged.items():
            files.pop(folded, None)
            if staged.data is not None:
                files[folded] = (staged.path, len(staged.data), self._moment(None))
        return [file for folded, file in files.items() if folded.startswith(prefix)]

    async def _data(self, path: str) -> bytes:
        """Raises 3004 without one, 9013 for one that no session could hold."""
        folded = path.lower()
        staged = self._staged.get(folded)
        if staged is not None:
            if staged.data is None:
                raise ScriptError(3004, f"no file {path}")
            return staged.data
        info = await self._info(folded)
        if info is not None:
            data = None if info.is_gone else await self._store.read_file(self._bot, folded)
            if data is None:
                raise ScriptError(3004, f"no file {path}")
            return data
        file = self._package.find(path)
        if file is None:
            raise ScriptError(3004, f"no file {path}")
        if file.size_bytes > self._memory_limit():
            raise ScriptError(9013, f"{path} is larger than the session's memory")
        return await self._package.read(file)

    async def _info(self, folded: str) -> FileInfo | None:
        if folded not in self._read:
            self._read[folded] = await self._store.find_file(self._bot, folded)
        return self._read[folded]

    def _version(self, folded: str) -> int | None:
        if folded not in self._read:
            return None
        found = self._read[folded]
        return 0 if found is None else found.version

    # --- writing

    async def _put(self, path: str, data: bytes) -> None:
        if len(data) > FILE_BYTES:
            raise ScriptError(3005, f"a file that a script writes has at most {FILE_BYTES} bytes")
        self._written_bytes += len(data)
        if self._written_bytes > TURN_FILE_BYTES:
            raise ScriptError(9013, f"one turn writes at most {TURN_FILE_BYTES} bytes of files")
        if self._used is None:
            self._used = await self._store.count_files(self._bot)
        self._added, self._added_bytes = self._added + 1, self._added_bytes + len(data)
        if self._used.files + self._added > FILES or self._used.size_bytes + self._added_bytes > FILES_BYTES:
            raise ScriptError(3005, f"the bot's drive is full: it has {FILES} files or {FILES_BYTES} bytes")
        self._staged[path.lower()] = _Staged(path, data)


def _path(value: HostValue) -> str:
    """The path of an operand: a text, or a map that LIST or WRITE gave. Raises 4002, 5004."""
    if isinstance(value, dict):
        value = value.get("path")
    if not isinstance(value, str):
        raise ScriptError(4002, "a file is named by its path")
    path = safe_path(value)
    if not path or len(path) > FILE_PATH_CHARS or not path.isprintable():
        raise ScriptError(4002, f"a path has 1 to {FILE_PATH_CHARS} characters that can be seen")
    return path


def _name_in(url: str) -> str:
    """The name a file has at its server."""
    last = unquote(urlsplit(url).path.rpartition("/")[2]).replace("/", "_").replace("\\", "_").strip(". ")
    return "".join(char for char in last if char.isprintable())[-FILE_PATH_CHARS:] or "download"


def _entry(name: str, path: str, size: int, modified: DateTime | None, is_dir: bool) -> dict[str, HostValue]:
    return {"name": name, "path": path, "size": size, "modified": modified, "is_dir": is_dir}


def _bytes_of(path: str, value: HostValue) -> bytes:
    """Text as it is; rows in a .csv file as CSV; other arrays and maps as JSON."""
    rows = [value] if isinstance(value, dict) else value
    if path.lower().endswith(".csv") and isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
        return _csv([row for row in rows if isinstance(row, dict)]).encode()
    if isinstance(value, dict | list):
        return json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":")).encode()
    return display(value).encode()


def _csv(rows: list[dict[str, HostValue]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return stream.getvalue()


def _cell(value: HostValue) -> str:
    if isinstance(value, dict | list):
        return json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":"))
    return display(value)
