"""Raw tokens to statements: logical lines, and the statements on them.

A logical line may go on over several lines of text. A single-line IF becomes the statements IF, its branches, ELSE and
END_IF, so blocks have one form.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from ..limits import NESTING_DEPTH, STATEMENT_TOKENS
from .keywords import Operand
from .scanner import JOINING_MARKS, JOINING_WORDS, Kind, Raw
from .source import Problems
from .terminals import SEQUENCES, Names, Tok, Unit
from .tokens import Promoter
from .words import BROKEN, CLOSED_BY, CLOSES, INFIX, OPENS, follows_variable, is_one

_STATEMENT_WORDS = frozenset(
    ["TALK", "PRINT", "HEAR", "SET", "LET", "WAIT", "RETURN", "EXIT", "GOTO", "CALL", "RUN", "LOG", "BREAK", "CONTINUE"]
)
"""Words that show where the THEN of an IF is missing."""


_DATA_WORDS = frozenset(["FIND", "SAVE", "INSERT", "UPDATE", "DELETE", "MERGE", "AGGREGATE", "FILTER", "SELECT"])
_DATA_WORDS |= {"FIND_ALL", "INSERT_INTO", "DELETE_FROM"}
_DATA_ENDS = frozenset(["WHERE", "VALUES", "WITH", "BY"])
_DATA_STARTS = frozenset(
    [("WHERE",), ("ORDER", "BY"), ("GROUP", "BY"), ("LIMIT",), ("OFFSET",), ("VALUES",), ("+",), ("&",)]
)
"""A newline after the first of these, or before the second, does not end a data statement."""


_VALUE_WORDS = frozenset(
    words[0] for words, keyword in SEQUENCES.items() if keyword.operand is Operand.NONE and len(words) == 1
)
"""Keywords that are a value by themselves, and so may be the names of variables."""


def make_units(tokens: Sequence[Raw], problems: Problems, injected: Collection[str] = ()) -> list[Unit]:
    """All statements of a file in order. `injected` are names the package gives values."""
    lines = list(_logical_lines(tokens, problems))
    variables = _assigned_names(lines) | {name.upper() for name in injected} & _VALUE_WORDS
    if not any(is_one(token, "MERGE") for line in lines for token in line) and not any(map(_is_reset, lines)):
        variables |= {"REPORT"}  # there is nothing to report: it is what a caller may have given
    names = Names(variables, _procedure_names(lines))
    units: list[Unit] = []
    for line in lines:
        if problems.are_too_many:
            break
        if len(line) > STATEMENT_TOKENS:
            problems.error("L112", line[0].span, f"a statement has at most {STATEMENT_TOKENS} words and marks")
        elif (deep := _too_deep(line)) is not None:
            problems.error("L112", deep.span, f"brackets are nested more than {NESTING_DEPTH} deep")
        else:
            units += _Line(line, problems, names).units()
    return units


def _is_reset(line: Sequence[Raw]) -> bool:
    return any(is_one(token, "RESET") and is_one(after, "REPORT") for token, after in pairwise(line))


def _too_deep(line: Sequence[Raw]) -> Raw | None:
    """The bracket that opens too deep inside others."""
    depth = 0
    for token in line:
        if token.kind is Kind.MARK:
            depth += (token.text in OPENS) - (token.text in CLOSES)
            if depth > NESTING_DEPTH:
                return token
    return None


# --- logical lines -----------------------------------------------------------------------------------------------


def _logical_lines(tokens: Sequence[Raw], problems: Problems) -> Iterable[list[Raw]]:
    closed = _closed_brackets(tokens)
    line: list[Raw] = []
    close = -1  # where the outermost open bracket closes
    for i, token in enumerate(tokens):
        if token.kind is not Kind.NEWLINE:
            if line and is_one(line[-1], BROKEN):
                continue
            if i > close and token.kind is Kind.MARK and token.text in OPENS:
                close = closed.get(i, -1)
                if close < 0:
                    # The statement ends with its line, the rest of the file is read as usual.
                    problems.error("L103", token.span, f"{token.text!r} is never closed")
                    token = replace(token, text=BROKEN)
            line.append(token)
        elif line and i > close and not _joins(line) and not _goes_on(line, tokens[i + 1 : i + 3]):
            yield line
            line = []
    if line:
        yield line


def _closed_brackets(tokens: Sequence[Raw]) -> dict[int, int]:
    """The places of brackets that open, and where each closes."""
    opened: dict[str, list[int]] = {")": [], "]": [], "}": []}
    closed: dict[int, int] = {}
    for i, token in enumerate(tokens):
        if token.kind is not Kind.MARK:
            continue
        if token.text in OPENS:
            opened[CLOSED_BY[token.text]].append(i)
        elif token.text in CLOSES and opened[token.text]:
            closed[opened[token.text].pop()] = i
    return closed


def _joins(line: list[Raw]) -> bool:
    """Whether a newline after these tokens does not end the statement."""
    last = line[-1]
    if last.kind is Kind.WORD:
        return last.text in JOINING_WORDS and _is_after_operand(line)
    if last.kind is not Kind.MARK or last.text not in JOINING_MARKS:
        return False
    return not (last.text == "*" and len(line) > 1 and is_one(line[-2], ","))


def _is_after_operand(line: list[Raw]) -> bool:
    """Whether the last word may join two operands, and is none itself: `x = values`, `SELECT CASE by`."""
    before = line[-2] if len(line) > 1 else None
    if before is None or is_one(before, "CASE", "AS"):
        return False
    return before.kind is not Kind.MARK or before.text in CLOSES


def _goes_on(line: list[Raw], following: Sequence[Raw]) -> bool:
    """Whether a data statement goes on in the next line, or its last word says so."""
    if not any(token.kind is Kind.WORD and token.text in _DATA_WORDS for token in line):
        return False
    last = line[-1]
    is_word = last.kind is Kind.WORD and _is_after_operand(line)
    if is_word and (last.text in _DATA_ENDS or (last.text == "SET" and is_one(line[0], "UPDATE"))):
        return True
    words = tuple(token.text for token in following)
    if words[:1] == ("SET",) and _is_bare_update(line):
        return True
    is_variable = len(following) > 1 and follows_variable(following[1])
    return (words[:1] in _DATA_STARTS or words in _DATA_STARTS) and not is_variable


def _is_bare_update(line: list[Raw]) -> bool:
    """`UPDATE orders`, whose SET must be in the next line."""
    if len(line) < 2 or not is_one(line[0], "UPDATE") or follows_variable(line[1]):
        return False
    return not any(is_one(token, "SET", "WITH", ",") for token in line)


def _assigned_names(lines: Iterable[list[Raw]]) -> frozenset[str]:
    """Upper-case words that statements assign to, so that they are variables where they could be keywords."""
    names: set[str] = set()
    for line in lines:
        for before, token, after in zip([None, *line], line, [*line[1:], None], strict=False):
            if token.kind is not Kind.WORD or (after is None and before is None):
                continue
            starts = before is None or is_one(before, ":", "THEN", "ELSE", "LET", "SET", "FOR", "EACH", "HEAR")
            if starts and after is not None and is_one(after, "=", "IN"):
                names.add(token.text)
            if before is not None and is_one(before, "EACH", "HEAR", "DIM", "LOCAL", "CONST", "REDIM", "CATCH"):
                names.add(token.text)
        if is_one(line[0], "PARAM"):
            names.update(token.text for token in line[1:2])
        elif is_one(line[0], "SUB", "FUNCTION"):
            names.update(token.text for token in line[2:] if token.kind is Kind.WORD)
    return frozenset(names)


def _procedure_names(lines: Iterable[list[Raw]]) -> frozenset[str]:
    """Upper-case names of the procedures of a file."""
    return frozenset(
        line[1].text
        for line in lines
        if len(line) > 1 and is_one(line[0], "SUB", "FUNCTION") and line[1].kind is Kind.WORD
    )


# --- statements of a line ----------------------------------------------------------------------------------------


class _Line:
    """Cuts one logical line into statements."""

    def __init__(self, tokens: list[Raw], problems: Problems, names: Names) -> None:
        self._tokens = tokens
        self._problems = problems
        self._names = names
        self._at = 0
        self._depth = 0  # of single-line IFs
        self._units: list[Unit] = []

    def units(self) -> list[Unit]:
        tokens = self._tokens
        if len(tokens) == 2 and self._is_label():
            self._add([Tok("LABEL", tokens[0], tokens[0].span)])
            return self._units
        while self._at < len(tokens):
            self._statement(is_inline=False)
        return self._units

    def _is_label(self) -> bool:
        word, colon = self._tokens
        is_adjacent = word.kind is Kind.WORD and is_one(colon, ":") and not colon.blank_before
        return is_adjacent and word.text not in ("ELSE", "DEFAULT")

    def _add(self, tokens: list[Tok]) -> None:
        if tokens:
            self._units.append(Unit(tuple(tokens), self._names))

    def _statement(self, is_inline: bool) -> None:
        """The statement at `_at`, with the branches of a single-line IF. Stops before an ELSE of an outer one."""
        tokens, start = self._tokens, self._at
        if is_one(tokens[start], ":", ";"):
            self._at += 1
            return
        if self._begins_if(start):
            self._if(is_inline)
            return
        if self._is_else(start) and not is_inline and not self._begins_if(start + 1):
            self._take(start, start + 1)
            return
        end = self._end(start, is_inline)
        self._take(start, end)

    def _take(self, start: int, end: int) -> None:
        self._at = end
        if end < len(self._tokens) and is_one(self._tokens[end], ":"):
            self._at += 1
        if end > start:
            self._add(Promoter(self._tokens[start:end], self._problems, self._names).statement())

    def _begins_if(self, at: int) -> bool:
        tokens = self._tokens
        if at >= len(tokens) or not is_one(tokens[at], "IF", "ELSEIF"):
            return False
        return at + 1 < len(tokens) and not follows_variable(tokens[at + 1])

    def _is_else(self, at: int) -> bool:
        """Whether ELSE stands at `at`, and no variable of that name: `else.x = 1`."""
        tokens = self._tokens
        if at >= len(tokens) or tokens[at].kind is not Kind.WORD or tokens[at].text != "ELSE":
            return False
        return at + 1 == len(tokens) or not follows_variable(tokens[at + 1])

    def _is_case_else(self, at: int, start: int) -> bool:
        return at == start + 1 and is_one(self._tokens[start], "CASE")

    def _end(self, start: int, is_inline: bool) -> int:
        """Where the statement that begins at `start` ends: `:` outside brackets and `?:`, or ELSE of a line IF."""
        depth = questions = 0
        for i in range(start, len(self._tokens)):
            token = self._tokens[i]
            ends = is_inline and depth == 0 and i > start and self._is_else(i)
            if ends and not is_one(self._tokens[i - 1], ".", "?.") and not self._is_case_else(i, start):
                return i
            if token.kind is not Kind.MARK:
                continue
            if token.text in OPENS:
                depth += 1
            elif token.text in CLOSES:
                depth -= 1
            elif token.text == "?" and depth == 0:
                questions += 1
            elif token.text == ":" and depth == 0:
                if questions:
                    questions -= 1
                else:
                    return i
            elif token.text == ";" and depth == 0 and self._ends_statement(i + 1, is_inline):
                return i
        return len(self._tokens)

    def _ends_statement(self, at: int, is_inline: bool) -> bool:
        """Whether nothing of a statement stands at `at`, so that a `;` before it means nothing."""
        return at >= len(self._tokens) or is_one(self._tokens[at], ":", ";") or (is_inline and self._is_else(at))

    def _if(self, is_inline: bool) -> None:
        """IF, ELSE IF or ELSEIF with its condition; for a single-line IF also its branches and END_IF."""
        tokens, start = self._tokens, self._at
        is_elseif = is_one(tokens[start], "ELSEIF")
        condition_end = self._find_then(start + 1)
        if condition_end is None:
            end = self._end(start, is_inline)
            statement = self._find_statement(start + 2, end)
            if statement is not None:
                self._problems.error("L103", statement.span, f"THEN is missing before {statement.written}")
                self._at = len(tokens)
                return
            self._problems.warning("L203", tokens[start].span, "IF without THEN", "write THEN after the condition")
            self._take(start, end)
            return
        after = condition_end + 1
        if self._depth >= NESTING_DEPTH:
            self._problems.error("L112", tokens[start].span, f"IFs are nested more than {NESTING_DEPTH} deep")
            self._at = len(tokens)
            return
        self._take(start, after)
        if is_elseif or (after >= len(tokens) and not is_inline):
            return
        self._depth += 1
        self._branch()
        if self._is_else(self._at):
            word = tokens[self._at]
            self._at += 1
            self._add([Tok("ELSE", word, word.span)])
            self._branch()
        self._depth -= 1
        last = tokens[-1]
        self._add([Tok("END_IF", last, last.span)])

    def _find_statement(self, start: int, end: int) -> Raw | None:
        """The first word that begins a statement right after an operand: `IF x = 1 TALK "a"`."""
        for before, token in pairwise(self._tokens[start - 1 : end]):
            is_keyword_here = token.kind is Kind.WORD and token.text in _STATEMENT_WORDS
            if is_keyword_here and (before.kind is not Kind.MARK or before.text in CLOSES) and before.text not in INFIX:
                return token
        return None

    def _branch(self) -> None:
        """The statements of a single-line branch: up to ELSE or the end of the line."""
        while self._at < len(self._tokens) and not self._is_else(self._at):
            self._statement(is_inline=True)

    def _find_then(self, start: int) -> int | None:
        depth = 0
        for i in range(start, self._end(start, is_inline=False)):
            token = self._tokens[i]
            if token.kind is Kind.MARK:
                depth += (token.text in OPENS) - (token.text in CLOSES)
            elif is_one(token, "THEN") and depth == 0 and not is_one(self._tokens[i - 1], ".", "?."):
                return i
        return None
