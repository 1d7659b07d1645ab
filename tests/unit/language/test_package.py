"""Package folders and config.csv."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from botserver.errors import BadPackage
from botserver.language.package import load_package, parse_config


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_scripts_of_the_dialog_folder_come_before_those_beside_it(tmp_path: Path) -> None:
    package = tmp_path / "shop.gbai"
    write(package / "any.gbdialog" / "Start.BAS", 'TALK "dialog"')
    write(package / "any.gbdialog" / "sub" / "deep.bas", "TALK 1")
    write(package / "start.bas", "x = = 1")
    write(package / "beside.bas", "TALK 2")
    write(package / "any.gbdialog" / "notes.txt", "not a script")
    loaded = load_package(package)
    assert loaded.name == "shop"
    assert sorted(loaded.programs) == ["beside", "deep", "start"]
    assert not loaded.broken
    assert [(found.file, found.code, found.message) for found in loaded.diagnostics] == [
        ("start.bas", "L224", "is not read: any.gbdialog/Start.BAS has the same name")
    ]


def test_broken_script_leaves_the_others_whole(tmp_path: Path) -> None:
    package = tmp_path / "shop.gbai"
    write(package / "shop.gbdialog" / "good.bas", "TALK 1")
    write(package / "shop.gbdialog" / "bad.bas", "x = = 1")
    write(package / "shop.gbdialog" / "latin.bas", 'TALK 1\nTALK "\xe4'.encode("latin-1"))
    loaded = load_package(package)
    assert sorted(loaded.programs) == ["good"]
    assert [(item.code, item.line, item.column) for item in loaded.broken["latin"]] == [("L113", 2, 7)]
    assert loaded.broken["bad"][0].file == "shop.gbdialog/bad.bas"


def test_link_out_of_the_package_is_not_read(tmp_path: Path) -> None:
    package = tmp_path / "shop.gbai"
    write(tmp_path / "secret.bas", "x = = 1")
    write(package / "shop.gbdialog" / "good.bas", "TALK 1")
    (package / "shop.gbdialog" / "linked.bas").symlink_to(tmp_path / "secret.bas")
    loaded = load_package(package)
    assert (sorted(loaded.programs), loaded.broken) == (["good"], {})


def test_knowledge_bases_are_the_folders_of_gbkb(tmp_path: Path) -> None:
    package = tmp_path / "shop.gbai"
    write(package / "shop.gbkb" / "Manuals" / "a.txt", "")
    write(package / "shop.gbkb" / ".hidden" / "a.txt", "")
    write(package / "shop.gbkb" / "loose.txt", "")
    write(package / "z.gbkb" / "manuals" / "a.txt", "")
    write(package / "z.gbkb" / "faq" / "deep" / "a.txt", "")
    write(tmp_path / "secret" / "a.txt", "")
    (package / "z.gbkb" / "linked").symlink_to(tmp_path / "secret")
    assert load_package(package).kbs == ("Manuals", "faq")


def test_knowledge_bases_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botserver.language.assets.PACKAGE_KBS", 2)
    package = tmp_path / "shop.gbai"
    for name in ("a", "b"):
        write(package / "shop.gbkb" / name / "x", "")
    assert load_package(package).kbs == ("a", "b")
    write(package / "shop.gbkb" / "c" / "x", "")
    with pytest.raises(BadPackage, match="3 knowledge bases"):
        load_package(package)


def documented(folder: Path, script: str = "TALK KB DOCUMENTS COUNT") -> Path:
    package = folder / "shop.gbai"
    write(package / "shop.gbdialog" / "start.bas", script)
    write(package / "shop.gbkb" / "Manuals" / "a", "123")
    write(package / "shop.gbkb" / "Manuals" / "en" / "b", "1234")
    return package


def test_documents_are_the_files_of_the_knowledge_bases(tmp_path: Path) -> None:
    package = documented(tmp_path)
    for path in ("loose", ".hidden/a", "Manuals/.hidden", "Manuals/.git/a"):
        write(package / "shop.gbkb" / path, "no document")
    write(package / "z.gbkb" / "manuals" / "a", "a second of that name")
    write(package / "z.gbkb" / "manuals" / "c", "")
    write(tmp_path / "secret", "")
    (package / "shop.gbkb" / "Manuals" / "linked").symlink_to(tmp_path / "secret")
    documents = load_package(package).documents
    assert {path: each.size_bytes for path, each in documents.items()} == {
        "Manuals/a": 3, "Manuals/en/b": 4, "Manuals/c": 0,
    }  # fmt: skip
    assert documents["Manuals/a"].digest == hashlib.blake2b(b"123", digest_size=32).digest()


@pytest.mark.parametrize(
    ("script", "are_read"),
    [
        ('TALK KB LIST COLLECTIONS\nUSE KB "manuals"', False),
        ("FUNCTION Size()\nRETURN KB STORAGE SIZE\nEND FUNCTION\nTALK 1", True),
        ("x = KB STATISTICS", True),
        ('x = KB COLLECTION STATS "manuals"', True),
        ("x = KB DOCUMENTS ADDED SINCE 7", True),
    ],
)
def test_documents_are_read_only_for_scripts_that_ask(tmp_path: Path, script: str, are_read: bool) -> None:
    assert bool(load_package(documented(tmp_path, script)).documents) is are_read


@pytest.mark.parametrize(
    ("limit", "value"), [("PACKAGE_DOCUMENT_BYTES", 3), ("PACKAGE_DOCUMENTS_BYTES", 6), ("PACKAGE_DOCUMENTS", 1)]
)
def test_documents_that_are_too_much_are_left_out_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    package = documented(tmp_path)
    assert list(load_package(package).documents) == ["Manuals/a", "Manuals/en/b"]
    monkeypatch.setattr(f"botserver.language.knowledge.{limit}", value)
    loaded = load_package(package)
    assert list(loaded.documents) == ["Manuals/a"]
    assert [(item.file, item.code, item.severity) for item in loaded.diagnostics] == [
        ("shop.gbkb/Manuals/en/b", "L220", "warning")
    ]


def test_files_of_drive_and_data_are_part_of_a_package(tmp_path: Path) -> None:
    package = tmp_path / "shop.gbai"
    write(package / "shop.gbdrive" / "deep" / "a.txt", "a")
    write(package / "shop.gbdata" / "b.csv", "b")
    write(package / "shop.gbdrive" / ".git" / "c", "")
    write(package / "shop.gbdrive" / ".hidden", "")
    write(tmp_path / "secret.txt", "s")
    (package / "shop.gbdrive" / "linked.txt").symlink_to(tmp_path / "secret.txt")
    loaded = load_package(package)
    assert loaded.files == {"gbdrive/deep/a.txt": b"a", "gbdata/b.csv": b"b"}
    assert not loaded.diagnostics


@pytest.mark.parametrize(
    ("limit", "value", "kept"),
    [("PACKAGE_FILE_BYTES", 3, ["a"]), ("PACKAGE_FILES_BYTES", 6, ["a"]), ("PACKAGE_FILES", 1, ["a"])],
)
def test_files_that_are_too_much_are_left_out_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, kept: list[str]
) -> None:
    package = tmp_path / "shop.gbai"
    write(package / "shop.gbdrive" / "a", "123")
    write(package / "shop.gbdrive" / "b", "1234")
    assert list(load_package(package).files) == ["gbdrive/a", "gbdrive/b"]
    monkeypatch.setattr(f"botserver.language.assets.{limit}", value)
    loaded = load_package(package)
    assert list(loaded.files) == [f"gbdrive/{name}" for name in kept]
    assert [(item.file, item.code, item.severity) for item in loaded.diagnostics] == [
        ("shop.gbdrive/b", "L220", "warning")
    ]


def test_templates_are_rows_of_kind_name_and_value(tmp_path: Path) -> None:
    package = tmp_path / "shop.gbai"
    text = 'Kind, Name ,value\n# note\n\nKB,faq\ncontext,tone,"kind, calm"\nprompt,,Be kind\nsuggestion,1,One,x\n'
    write(package / "shop.gbot" / "templates" / "Support.csv", text)
    write(package / "shop.gbot" / "templates" / "notes.txt", "no")
    loaded = load_package(package)
    rows = [(row.kind, row.name, row.value) for row in loaded.templates["support"]]
    assert rows == [
        ("kb", "faq", ""), ("context", "tone", "kind, calm"), ("prompt", "", "Be kind"), ("suggestion", "1", "One"),
    ]  # fmt: skip
    assert list(loaded.templates) == ["support"]
    assert not loaded.diagnostics


def test_a_row_of_another_kind_is_reported_with_its_line(tmp_path: Path) -> None:
    package = tmp_path / "shop.gbai"
    write(package / "shop.gbot" / "templates" / "a.csv", 'kind,name,value\nkb,"f\naq",\nmagic,x,y\ntool,t,\n')
    loaded = load_package(package)
    assert [row.kind for row in loaded.templates["a"]] == ["kb", "tool"]
    assert [(item.line, item.code) for item in loaded.diagnostics] == [(4, "L120")]


def test_templates_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "shop.gbai"
    write(package / "shop.gbot" / "templates" / "a.csv", "kb,1,\nkb,2,\n")
    monkeypatch.setattr("botserver.language.assets.TEMPLATE_ROWS", 2)
    assert not load_package(package).diagnostics
    monkeypatch.setattr("botserver.language.assets.TEMPLATE_ROWS", 1)
    loaded = load_package(package)
    assert (len(loaded.templates["a"]), [item.line for item in loaded.diagnostics]) == (1, [2])
    monkeypatch.setattr("botserver.language.assets.TEMPLATE_BYTES", 5)
    loaded = load_package(package)
    assert (loaded.templates, [item.code for item in loaded.diagnostics]) == ({}, ["L120"])


def test_injected_values_are_known_names(tmp_path: Path) -> None:
    package = tmp_path / "shop.gbai"
    write(package / "shop.gbdialog" / "start.bas", "TALK fee & shop_name")
    write(package / "shop.gbot" / "config.csv", "name,value\nparam-fee,2\nparam-shop-name,Acme\n")
    assert not load_package(package).diagnostics


def test_single_file_is_its_own_package(tmp_path: Path) -> None:
    write(tmp_path / "Quiz.bas", "TALK 1")
    loaded = load_package(tmp_path / "Quiz.bas")
    assert (loaded.name, list(loaded.programs)) == ("Quiz", ["quiz"])


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadPackage):
        load_package(tmp_path / "missing.gbai")


def test_config_keeps_what_its_lines_say() -> None:
    text = (
        'name,value\n# comment\n\nBot Name,My, shop\nquoted,"a, ""b"""\n'
        "twice,1\nTWICE,2\nempty,\nno comma\n Session Timeout , 30 \n"
    )
    assert parse_config(text) == {
        "bot-name": "My, shop",
        "quoted": 'a, "b"',
        "twice": "2",
        "empty": "",
        "session-timeout": "30",
    }


def test_config_linked_from_outside_is_not_read(tmp_path: Path) -> None:
    package, outside = tmp_path / "shop.gbai", tmp_path / "outside.csv"
    write(package / "start.bas", "TALK 1")
    write(outside, "param-secret,42")
    (package / "config.csv").symlink_to(outside)
    (package / "shop.gbot").symlink_to(tmp_path)
    assert load_package(package).config == {}


def test_names_that_are_no_text_are_shown_with_replacements(tmp_path: Path) -> None:
    package = tmp_path / "shop.gbai"
    write(package / "start.bas", "TALK 1")
    write(Path(os.fsdecode(os.fsencode(package) + b"/caf\xe9.bas")), "x = = 1")
    loaded = load_package(package)
    assert sorted(loaded.programs) == ["start"]
    assert loaded.broken["caf\ufffd"][0].file == "caf\ufffd.bas"


def test_a_long_quoted_value_is_taken_as_it_is() -> None:
    assert parse_config('a,"' + "x" * 200_000 + '"') == {"a": "x" * 200_000}


def test_a_folder_that_cannot_be_read_is_an_error_of_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "shop.gbai" / "start.bas", "TALK 1")

    def refuse(path: Path) -> Iterator[Path]:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(BadPackage, match="Permission denied"):
        load_package(tmp_path / "shop.gbai")
