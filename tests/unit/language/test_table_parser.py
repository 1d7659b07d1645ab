"""The table driver makes the trees lark makes, and leaves errors to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lark import UnexpectedInput

from botserver.language.grammar import grammar
from botserver.language.lines import make_units
from botserver.language.markers import Terminal
from botserver.language.scanner import scan
from botserver.language.source import Problems, Source
from botserver.language.terminals import needs_value
from botserver.language.words import BROKEN

ROOT = Path(__file__).parents[3]
SCRIPTS = sorted([*(ROOT / "tests/language").glob("*.bas"), *(ROOT / "samples").glob("*/*/*.bas")])


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_trees_are_those_of_lark(path: Path) -> None:
    source = Source.of(path.read_text(encoding="utf-8"), path.name)
    problems = Problems(source)
    for unit in make_units(scan(source, problems, needs_value), problems):
        if unit.tokens[-1].type == BROKEN:
            continue
        tokens = [Terminal.of(tok) for tok in unit.tokens]
        try:
            expected = grammar().lark.parse(tokens)
        except UnexpectedInput as error:
            with pytest.raises(type(error)):
                grammar().parse(tokens)
        else:
            assert grammar().parse(tokens) == expected
