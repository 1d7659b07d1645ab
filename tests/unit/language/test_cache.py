"""Compiled scripts in a folder: the same as compiled anew, and nothing a stranger wrote is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from botserver.language import cache as module
from botserver.language.cache import ProgramCache, open_cache
from botserver.language.compiler import compile_script
from botserver.language.declarations import Compiled

TEXT = 'RUN "other"\nTALK nobody\nTALK fee\nx = 1'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were really compiled."""
    names: list[str] = []

    def compile_and_tell(text: str, file: str, injected: object = ()) -> Compiled:
        names.append(file)
        return compile_script(text, file, injected)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(module, "compile_script", compile_and_tell)
    return names


def entry(folder: Path) -> Path:
    (found,) = folder.glob("*.bsc")
    return found


TABLE = "TABLE orders\n  id integer key\n  name string(40) DEFAULT 'none'\nEND TABLE\nTALK 1"


@pytest.mark.parametrize("text", [TEXT, TABLE, "TALK (1", ""])
def test_second_time_is_the_same_and_nothing_is_compiled(text: str, folder: Path, compiled: list[str]) -> None:
    first = ProgramCache(folder).compile(text, "dir/start.bas", {"fee"})
    again = ProgramCache(folder).compile(text, "dir/start.bas", {"fee"})
    assert compiled == ["dir/start.bas"]
    assert again == first
    if first.program is not None and again.program is not None:
        assert again.program.digest == first.program.digest


def test_other_text_name_or_injected_names_are_another_entry(folder: Path, compiled: list[str]) -> None:
    cache = ProgramCache(folder)
    cache.compile(TEXT, "a.bas")
    cache.compile(TEXT + " ", "a.bas")
    cache.compile(TEXT, "b.bas")
    cache.compile(TEXT, "a.bas", ["fee"])
    assert len(compiled) == 4


@pytest.mark.parametrize("at", [0, 3, 10, 40, 60, -1])
def test_changed_entry_is_compiled_anew(at: int, folder: Path, compiled: list[str]) -> None:
    ProgramCache(folder).compile(TEXT, "a.bas")
    data = bytearray(entry(folder).read_bytes())
    data[at] ^= 1
    entry(folder).write_bytes(data)
    ProgramCache(folder).compile(TEXT, "a.bas")
    assert compiled == ["a.bas"] * 2


def test_entry_with_a_right_digest_and_a_wrong_program_is_compiled_anew(folder: Path, compiled: list[str]) -> None:
    cache = ProgramCache(folder)
    first = cache.compile(TEXT, "a.bas")
    assert first.program is not None
    path = entry(folder)
    broken = bytes(first.program.encoded)
    for n in range(4, len(broken)):
        forged = broken[:n] + bytes([broken[n] ^ 0x55]) + broken[n + 1 :]
        program = type(first.program)(
            first.program.file, first.program.constants, first.program.procedures, _encoded=forged
        )
        path.write_bytes(module._encode(Compiled(program, [], ())))
        found = cache.compile(TEXT, "a.bas")
        assert found.program is not None
        assert found.program.file == "a.bas"


def test_program_of_another_script_is_not_taken(folder: Path, compiled: list[str]) -> None:
    cache = ProgramCache(folder)
    cache.compile(TEXT, "a.bas")
    entry(folder).write_bytes(module._encode(compile_script(TEXT, "b.bas")))
    assert cache.compile(TEXT, "a.bas").program == compile_script(TEXT, "a.bas").program
    assert compiled == ["a.bas"] * 2


def test_folder_or_entry_that_others_can_write_is_not_used(folder: Path, compiled: list[str]) -> None:
    cache = ProgramCache(folder)
    cache.compile(TEXT, "a.bas")
    entry(folder).chmod(0o666)
    cache.compile(TEXT, "a.bas")
    assert len(compiled) == 2
    folder.chmod(0o777)
    cache.compile("TALK 2", "b.bas")
    assert len(list(folder.glob("*.bsc"))) == 1


def test_folder_that_cannot_be_made_is_an_empty_cache(tmp_path: Path, compiled: list[str]) -> None:
    (tmp_path / "file").write_text("x")
    cache = ProgramCache(tmp_path / "file" / "cache")
    assert cache.compile(TEXT, "a.bas").program is not None
    assert cache.compile(TEXT, "a.bas").program is not None
    assert len(compiled) == 2


def test_oldest_entries_go_when_there_are_too_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CACHED_PROGRAMS", 5)
    for n in range(9):
        ProgramCache(folder).compile(f"TALK {n}", "a.bas")
    assert len(list(folder.glob("*.bsc"))) == 5


def test_place_of_the_cache(tmp_path: Path) -> None:
    assert open_cache({"BOTSERVER_CACHE": "off"}) is None
    for environment in ({"BOTSERVER_CACHE": str(tmp_path / "a")}, {"XDG_CACHE_HOME": str(tmp_path / "b")}):
        found = open_cache(environment)
        assert found is not None
        found.compile("TALK 1", "a.bas")
    folders = {path.parent.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.bsc")}
    assert folders == {"a", "b/botserver"}
