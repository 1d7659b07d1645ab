"""Rules of the house that a linter does not know."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.sources import parse

ROOT = Path(__file__).parents[1]

LONGEST_FILE = 700
"""Lines; a longer file is one thing that is truly one, and stands here with its reason."""
LONG_FILES = {
    "botserver/vm/unicode_tables.py": "generated",
}
EMPTY_NAMES = re.compile(r"(^|/)(utils?|helpers?|common|managers?|misc)(\.py)?$")


def tracked(*patterns: str) -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = listing.stdout.split()
    if not names:  # an unpacked archive has no index
        names = [str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.rglob(pattern)]
        names = [name for name in names if not name.startswith((".venv", "build", "."))]
    return [name for name in names if (ROOT / name).is_file() and "_pb2" not in name]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


SOURCES = tracked("*.py", "*.pyx", "*.pxd")


@pytest.mark.parametrize("name", [name for name in SOURCES if name.endswith(".py")])
def test_module_says_what_it_is_for(name: str) -> None:
    tree = parse(ROOT / name)
    assert not tree.body or ast.get_docstring(tree), f"{name} has no docstring"


@pytest.mark.parametrize("name", SOURCES)
def test_todo_names_the_condition_under_which_it_is_due(name: str) -> None:
    for number, line in enumerate(read(name).splitlines(), 1):
        if name != "tests/test_style.py" and re.search(r"\b(TODO|FIXME|XXX)\b", line):
            assert re.search(r"TODO when \w+", line), f"{name}:{number}: {line.strip()}"


@pytest.mark.parametrize("name", SOURCES)
def test_file_is_one_thing(name: str) -> None:
    assert not EMPTY_NAMES.search(name), f"{name}: the name says nothing"
    if not any(name.startswith(prefix) for prefix in LONG_FILES):
        assert len(read(name).splitlines()) <= LONGEST_FILE, f"{name} is longer than {LONGEST_FILE} lines"


@pytest.mark.parametrize("name", SOURCES)
def test_suppression_has_a_reason_on_its_line(name: str) -> None:
    for number, line in enumerate(read(name).splitlines(), 1):
        match = re.search(r"#\s*(type: ignore(\[[^]]*\])?|noqa(: [A-Z0-9, ]+)?)(.*)$", line)
        if match and name != "tests/test_style.py":
            assert match[4].strip(), f"{name}:{number}: say why"
