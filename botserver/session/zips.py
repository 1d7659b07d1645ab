"""ZIP files that scripts pack and unpack. What comes out is bounded, whatever a file says of itself."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from ..errors import ScriptError
from ..limits import FILE_BYTES, TURN_FILE_BYTES, ZIP_FILES

_DAY = (1980, 1, 1, 0, 0, 0)
"""The first that ZIP knows: the same files make the same bytes."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What everybody packs with. Of the others, one takes as much memory as a file asks for."""
_NO_ZIP = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files by their paths as one ZIP file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for path, data in files.items():
            made.writestr(zipfile.ZipInfo(path, _DAY), data, zipfile.ZIP_DEFLATED, 1)
    return stream.getvalue()


def unpacked(path: str, data: bytes) -> list[tuple[str, bytes]]:
    """Names and contents. Raises ScriptError 3005, and 9013 for more than a turn may write."""
    found: list[tuple[str, bytes]] = []
    size = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            for info in opened.infolist():
                if not info.filename or info.compress_type not in _METHODS:
                    raise zipfile.BadZipFile
                if info.is_dir():
                    continue
                with opened.open(info) as part:
                    content = part.read(FILE_BYTES + 1)
                size += len(content)
                if len(content) > FILE_BYTES:
                    raise ScriptError(3005, f"{path} holds a file of more than {FILE_BYTES} bytes")
                if size > TURN_FILE_BYTES or len(found) >= ZIP_FILES:
                    raise ScriptError(9013, f"{path} holds more than {ZIP_FILES} files or {TURN_FILE_BYTES} bytes")
                found.append((info.filename, content))
    except _NO_ZIP as error:
        raise ScriptError(3005, f"{path} is no ZIP file that can be read") from error
    return found
