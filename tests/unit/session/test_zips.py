"""ZIP files that scripts pack and unpack."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botserver.errors import ScriptError
from botserver.limits import FILE_BYTES, TURN_FILE_BYTES, ZIP_FILES
from botserver.session.zips import packed, unpacked
from tests.unit.session.world import World, texts


def number(data: bytes) -> int:
    with pytest.raises(ScriptError) as caught:
        unpacked("a.zip", data)
    return caught.value.number


def test_what_was_packed_is_unpacked_and_packed_again_is_the_same() -> None:
    files = {"notes.txt": b"notes", "in/größe.bin": bytes(range(256)), "empty": b""}
    assert dict(unpacked("a.zip", packed(files))) == files
    assert packed(files) == packed(dict(files))


def test_folders_are_left_out() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("in/", b"")
        made.writestr("in/a.txt", b"a")
    assert unpacked("a.zip", stream.getvalue()) == [("in/a.txt", b"a")]


def test_a_file_that_grows_too_large_is_refused() -> None:
    assert len(unpacked("a.zip", packed({"a": b"x" * FILE_BYTES}))) == 1
    assert number(packed({"a": b"x" * (FILE_BYTES + 1)})) == 3005


def test_more_than_a_turn_writes_is_refused() -> None:
    whole = TURN_FILE_BYTES // FILE_BYTES
    files = {str(n): b"x" * FILE_BYTES for n in range(whole)}
    assert len(unpacked("a.zip", packed(files))) == whole
    assert number(packed({**files, "more": b"x"})) == 9013


def test_more_files_than_that_are_refused() -> None:
    files = {str(n): b"" for n in range(ZIP_FILES)}
    assert len(unpacked("a.zip", packed(files))) == ZIP_FILES
    assert number(packed({**files, "more": b""})) == 9013


def test_what_is_no_zip_file_is_refused() -> None:
    good = packed({"a": b"x" * 1000})
    for data in (b"", b"no zip", good[:-30], good[:40] + b"\xff" * 10 + good[50:]):
        assert number(data) == 3005


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_in_rarer_ways_is_refused(method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        made.writestr("a.txt", b"a" * 100)
    assert number(stream.getvalue()) == 3005


def test_file_without_a_name_is_refused() -> None:
    data = bytearray(packed({"a": b"x"}))
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 28], data[entry + 30] = 0, 1  # its name is something extra instead
    assert number(bytes(data)) == 3005


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4))
def test_damaged_file_is_unpacked_or_refused(damage: list[tuple[int, int]]) -> None:
    data = bytearray(packed({"a.txt": b"hello" * 50, "in/b.txt": b"x" * 40}))
    for place, byte in damage:
        data[place % len(data)] = byte
    with suppress(ScriptError):
        unpacked("a.zip", bytes(data))


ARCHIVE = """
WRITE "a.txt", "one"
COMPRESS ["a.txt", "notes.txt"], "out/all.zip"
HEAR x
TALK (EXTRACT "OUT/all.zip" TO "back")
TALK READ("back/a.txt") & READ("back/notes.txt")
COMPRESS "a.txt", "one.zip"
EXTRACT "one.zip", "/"
"""


async def test_scripts_pack_files_and_unpack_them(world: World) -> None:
    await world.deploy(start=ARCHIVE, files={"bot.gbdrive/notes.txt": " two"})
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "x")) == ['["back/a.txt","back/notes.txt"]', "one two"]


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ('COMPRESS ["none.txt"], "a.zip"', 3004),
        ('COMPRESS ["../a"], "a.zip"', 5004),
        ('COMPRESS [1], "a.zip"', 4002),
        ('EXTRACT "none.zip", "x"', 3004),
        ('WRITE "a.zip", "text"\nEXTRACT "a.zip", "x"', 3005),
        ('EXTRACT "evil.zip", "x"', 5004),
    ],
)
async def test_what_cannot_be_packed_is_an_error(world: World, statement: str, number: int) -> None:
    await world.deploy(start=statement)
    (world.folder / "bot.gbai" / "bot.gbdrive").mkdir(exist_ok=True)
    (world.folder / "bot.gbai" / "bot.gbdrive" / "evil.zip").write_bytes(packed({"../../evil": b"x"}))
    await world.activate()
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == number
