"""How a script is laid out changes nothing: case, comments, blank lines, line ends, underscores, broken lines.

Scripts of the packages are written again in other layouts by their own tokens, and compile to the same instructions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from botserver.language.compiler import compile_source
from botserver.language.lines import make_units
from botserver.language.program import Program
from botserver.language.scanner import Kind, Raw, scan
from botserver.language.source import Problems, Source
from botserver.language.terminals import needs_value

FOLDERS = [Path(__file__).parents[1] / "packages", Path(__file__).parents[2] / "samples"]
SCRIPTS = sorted(path for folder in FOLDERS for path in folder.rglob("*.bas"))[::3]
Edit = tuple[int, int, str]


def tokens_of(text: str) -> tuple[list[Raw], Problems]:
    problems = Problems(Source.of(text, "start.bas"))
    return scan(problems.source, problems, needs_value), problems


def edited(text: str, edits: list[Edit]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def words_in(text: str, change: Callable[[str], str]) -> str:
    words = [token.span for token in tokens_of(text)[0] if token.kind is Kind.WORD]
    return edited(text, [(span.start, span.end, change(text[span.start : span.end])) for span in words])


def ends_line(token: Raw, after: Raw, text: str) -> bool:
    """Whether a comment may follow: not behind a block, nor behind text without quotes."""
    is_raw = token.kind is Kind.STRING and text[token.span.end - 1] not in "\"'"
    return after.kind is Kind.NEWLINE and token.kind is not Kind.BLOCK and not is_raw


def with_comments(text: str) -> str:
    tokens, _ = tokens_of(text)
    pairs = pairwise(tokens)
    notes = [(a.span.end, a.span.end, " ' a note: don't, \"x\" // end") for a, b in pairs if ends_line(a, b, text)]
    return edited(text, notes)


def with_lines_between(text: str) -> str:
    tokens, _ = tokens_of(text)
    ends = [a.span.end for a, b in pairwise(tokens) if b.kind is Kind.NEWLINE]
    places = [place for place in (text.find("\n", end) for end in ends) if place >= 0]
    return edited(text, [(at, at, "\n\t ' IF x THEN\n\n  # more\n // yet\nREM more") for at in places])


def with_carriage_returns(text: str) -> str:
    return "\ufeff" + text.replace("\n", "\r\n")


def with_underscores(text: str) -> str:
    tokens, problems = tokens_of(text)
    edits: list[Edit] = []
    for unit in make_units(tokens, problems):
        for tok in unit.tokens:
            written = text[tok.span.start : tok.span.end]
            is_block = tok.type.startswith(
                ("END_", "EXIT_", "ELSEIF", "FOR_EACH", "SELECT", "DO_", "LOOP_", "CASE_ELSE")
            )
            words = written.split(" ")
            if (tok.keyword or is_block) and len(words) > 1 and all(word.isalpha() for word in words):
                edits.append((tok.span.start, tok.span.end, "_".join(words)))
    return edited(text, edits)


def with_broken_lines(text: str) -> str:
    tokens, _ = tokens_of(text)
    pairs = pairwise(tokens)
    commas = [a.span.end for a, b in pairs if a.text == "," and a.kind is Kind.MARK and b.text not in ("*", "\n")]
    return edited(text, [(at, at, " ' why\n\n    ") for at in commas])


LAYOUTS = {
    "lower case": lambda text: words_in(text, str.lower),
    "upper case": lambda text: words_in(text, str.upper),
    "comments": with_comments,
    "lines between": with_lines_between,
    "carriage returns": with_carriage_returns,
    "underscores": with_underscores,
    "broken lines": with_broken_lines,
}


def compiled(text: str) -> Program:
    program, found = compile_source(text, "start.bas")
    assert program is not None, found[0].render(Source.of(text, "start.bas"))
    return program


@cache
def program_of(text: str) -> Program | None:
    return compile_source(text, "start.bas")[0]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_changes_no_instruction(layout: str) -> None:
    for path in SCRIPTS:
        text = Source.of(path.read_text(encoding="utf-8"), path.name).text
        program = program_of(text)
        if program is None:
            continue
        other = compiled(LAYOUTS[layout](text))
        if layout in ("comments", "lines between", "carriage returns"):
            assert [part.code for part in other.procedures] == [part.code for part in program.procedures], path
        else:  # names of other case may share a constant
            assert [len(part.code) for part in other.procedures] == [len(part.code) for part in program.procedures], (
                path
            )
