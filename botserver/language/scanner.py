"""Text to raw tokens: words, numbers, strings with their interpolations, punctuation, newlines, BEGIN blocks.

The scanner knows what is text and what is not: comments, strings over several lines, raw blocks. It knows no keywords
beyond the few the dialect's comment rules name; words become keywords in `tokens.py`, where a whole logical line is in
view.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from ..limits import FAILED_HOLES, HOLE_CHARS, IDENTIFIER_CHARS, SOURCE_TOKENS, TABLE_NAME_CHARS
from .declarations import TableDeclaration
from .quotes import AFTER_QUOTED, CLAUSE_WORDS, OPERAND_AFTER, OPERAND_WORDS, OPERATOR_WORDS
from .source import Problems, Source, Span
from .suffixes import suffix_end
from .table_blocks import END, HEADER, read_table


class Kind(StrEnum):
    WORD = "word"
    NUMBER = "number"
    STRING = "string"
    MARK = "mark"  # operator or punctuation
    NEWLINE = "newline"
    BLOCK = "block"  # BEGIN … END, raw


@dataclass(frozen=True, slots=True)
class Text:
    """A literal piece of a string."""

    text: str


@dataclass(frozen=True, slots=True)
class Hole:
    """A `${…}` of a string: the tokens of its expression, and the characters as written."""

    tokens: tuple[Raw, ...]
    written: str


Part = Text | Hole


@dataclass(frozen=True, slots=True)
class Raw:
    """One raw token.

    `text` is the word in upper case, the mark, or a block's kind; `written` the characters of a word. `blank_before`
    says whether blanks or a line's beginning stand before it; `parts` are a string's or block's.
    """

    kind: Kind
    text: str
    span: Span
    blank_before: bool
    written: str = ""
    number: int | float = 0
    parts: tuple[Part, ...] = ()


NeedsValue = Callable[[tuple[str, ...]], bool | None]
"""Whether a value must follow upper-case words; None if they are no keyword."""
_KEYWORD_WORDS = 6  # of the longest keyword, and one more
_BEGIN = re.compile(r"BEGIN[ \t_]+(?:(TALK|SYSTEM[ \t_]+PROMPT)[ \t]*(?:'.*|//.*)?$|(MAIL)(?![\w.=]))", re.IGNORECASE)
_REM = re.compile(r"REM(?![\w$.=(\[])", re.IGNORECASE)
_SUBJECT = re.compile(r"[ \t]*Subject:[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)
_ON_TIMEOUT = re.compile(r"ON(?:[ \t]+|_)(TIMEOUT)[ \t]*:", re.IGNORECASE)
_RAW_SCHEDULE = re.compile(
    r"SET(?:[ \t]+|_)(SCHEDULE)[ \t]+"
    r"((?:[0-9*]|(?:every|at|weekdays|hourly|daily|weekly|monthly|yearly)(?![\w.(=])(?![ \t]*[=.(,]))[^\n'\"]*)",
    re.IGNORECASE,
)
_INDEX = re.compile(r"CREATE[ \t_]+(?:UNIQUE[ \t_]+)?INDEX(?![\w.=(])", re.IGNORECASE)
_COLUMNS = re.compile(r"\n[ \t]*(?=\()")
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]+|(?:[0-9]+(?:\.(?![.\w])|\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LINE_RESTS = re.compile(r"[ \t]*(?:\n|\Z|'|//)")
_NOT_A_NUMBER = re.compile(r"\w+|\.\.[\w.]*")
_MARKS = [
    "#{",
    "&&",
    "||",
    "==",
    "<>",
    "!=",
    "<=",
    ">=",
    "=<",
    "=>",
    "??",
    "?.",
    "+=",
    "-=",
    "*=",
    "/=",
    "+",
    "-",
    "*",
    "/",
    "\\",
    "%",
    "^",
    "&",
    "=",
    "<",
    ">",
    "!",
    "?",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    ";",
    "@",
]
_MARK = re.compile("|".join(re.escape(mark) for mark in sorted(_MARKS, key=len, reverse=True)))
_LOW_SURROGATE = re.compile(r"\\u(D[C-F][0-9A-F]{2})", re.IGNORECASE)
_PLAIN = {**dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‘’‚´`", "'"), **dict.fromkeys("–—−", "-"), "×": "*", "÷": "/",
          "≤": "<=", "≥": ">=", "≠": "<>", "…": "..."}  # fmt: skip
"""What word processors write for characters that mean something."""
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'", "$": "$"}
_OPENS = {"(": ")", "[": "]", "{": "}", "#{": "}"}
JOINING_MARKS = frozenset(
    [",", "+", "-", "*", "/", "&", "=", "==", "<>", "!=", "<", ">", "<=", ">=", "\\", "^", "&&", "||", "??"]
)
JOINING_WORDS = frozenset(["AND", "OR", "XOR", "LIKE", "CONTAINS", "IN"])
"""A newline after these does not end the statement."""


_SPLIT = "divide it into several scripts and RUN them"


def scan(
    source: Source,
    problems: Problems,
    needs_value: NeedsValue,
    tables: list[TableDeclaration] | None = None,
) -> list[Raw]:
    """All raw tokens of a source; a NEWLINE closes each line that has tokens. Problems are reported, never raised. None
    of a source with too many. `tables` gets the tables it declares."""
    scanner = _Scanner(source.text, problems, needs_value)
    scanner.run(0, len(source.text))
    if tables is not None:
        tables += scanner.tables
    return [] if scanner.is_full else scanner.tokens


class _Scanner:
    def __init__(self, text: str, problems: Problems, needs_value: NeedsValue) -> None:
        self._text = text
        self._problems = problems
        self._needs_value = needs_value
        self._depth = 0
        self._questions = 0  # that wait for their colon, outside brackets
        self._is_ternary = False  # whether the last colon outside brackets had one
        self._failed_holes = 0
        self._hole_tokens = 0
        self._line = (0, -1)  # a piece of a line that reaches to its end
        self.tokens: list[Raw] = []
        self.tables: list[TableDeclaration] = []

    def run(self, at: int, end: int, inner: bool = False) -> None:
        """Scan `at` to `end`. `inner`: an expression inside a string, where blocks and comments do not exist."""
        text = self._text
        line_start = not inner
        while at < end:
            ch = text[at]
            if ch == "\n":
                self._newline(at)
                at += 1
                line_start = not inner
                continue
            if ch in " \t\f\v\xa0":
                at += 1
                continue
            if line_start and ch in "BbTt" and (block := self._block(at) or self._table(at)) is not None:
                at = block
                continue
            if line_start and ch == "#" and text[at + 1 : at + 2] != "{":
                at = self._line_end(at)
                continue
            line_start = False
            at = self._token(at, end, inner)
            if self.is_full:
                place = self.tokens[-1].span if self.tokens else Span(0, 1)
                self._problems.error("L112", place, f"a script has at most {SOURCE_TOKENS:,} words and marks", _SPLIT)
                break
        if not inner:
            self._newline(end)

    def _newline(self, at: int) -> None:
        self._questions = 0
        if self.tokens and self.tokens[-1].kind is not Kind.NEWLINE:
            self._put(Kind.NEWLINE, "\n", at, at)

    def _put(self, kind: Kind, text: str, start: int, end: int, **more: object) -> None:
        before = self._text[start - 1] if start else "\n"
        self.tokens.append(Raw(kind, text, Span(start, end), before in " \t\n\f\v\xa0", **more))  # type: ignore[arg-type]  # fields of Raw

    def _line_end(self, at: int) -> int:
        # Asked often in one line, which may be the whole file.
        if not self._line[0] <= at <= self._line[1]:
            end = self._text.find("\n", at)
            self._line = (at, len(self._text) if end < 0 else end)
        return self._line[1]

    @property
    def _previous(self) -> Raw | None:
        return self.tokens[-1] if self.tokens and self.tokens[-1].kind is not Kind.NEWLINE else None

    @property
    def _at_statement(self) -> bool:
        previous = self._previous
        return previous is None or (previous.kind is Kind.MARK and previous.text == ":" and self._depth == 0)

    @property
    def _is_after_then(self) -> bool:
        previous = self._previous
        return previous is not None and previous.kind is Kind.WORD and previous.text in ("THEN", "ELSE")

    @property
    def is_full(self) -> bool:
        """Whether there are more tokens than a script may have, those of holes counted."""
        return len(self.tokens) + self._hole_tokens > SOURCE_TOKENS

    # --- tokens --------------------------------------------------------------------------------------------------

    def _token(self, at: int, end: int, inner: bool) -> int:
        text = self._text
        ch = text[at]
        if not inner and (after := self._comment(at)) is not None:
            return after
        if ch == '"' or (ch == "'" and (inner or self._opens_string(at))):
            return self._string(at, end)
        if ch == "_" and self._is_continuation(at):
            return self._line_end(at) + 1
        if ch.isalpha() or ch == "_":
            return self._word(at, end, inner)
        if ch.isascii() and (
            ch.isdecimal() or (ch == "." and text[at + 1 : at + 2].isdecimal() and not self._is_member(at))
        ):
            return self._number(at)
        if ch == "&" and self._wants_operand() and (found := re.compile(r"&[hH]([0-9A-Fa-f]+)").match(text, at)):
            self._put(Kind.NUMBER, found.group(), at, found.end(), number=_whole(int(found[1], 16)))
            return found.end()
        found = _MARK.match(text, at, end)
        if found is None:
            hint = f"write {_PLAIN[ch]} instead" if ch in _PLAIN else ""
            self._problems.error("L101", Span(at, at + 1), f"character {ch!r} has no meaning here", hint)
            return at + 1
        mark = found.group()
        if mark in _OPENS:
            self._depth += 1
        elif mark in ")]}":
            self._depth = max(self._depth - 1, 0)
        elif self._depth == 0 and mark == "?":
            self._questions += 1
        elif self._depth == 0 and mark == ":":
            self._is_ternary = self._questions > 0
            self._questions -= self._is_ternary
        self._put(Kind.MARK, mark, at, found.end())
        return found.end()

    def _comment(self, at: int) -> int | None:
        text = self._text
        ch = text[at]
        if ch == "'" and not self._opens_string(at):
            return self._line_end(at)
        if ch == "/" and text.startswith("//", at) and (self._at_statement or text[at - 1 : at] in (" ", "\t")):
            return self._line_end(at)
        if ch in "rR" and (self._at_statement or self._is_after_then) and (rem := _REM.match(text, at)) is not None:
            is_key = self._depth > 0 and text.startswith(":", rem.end())
            return None if is_key else self._line_end(at)
        return None

    def _is_continuation(self, at: int) -> bool:
        blank = self._text[at - 1 : at] in (" ", "\t")
        return blank and _LINE_RESTS.match(self._text, at + 1) is not None

    def _word(self, at: int, end: int, inner: bool) -> int:
        text = self._text
        stop = at + 1
        while stop < end and (text[stop].isalnum() or text[stop] == "_"):
            stop += 1
        written = text[at:stop]
        if len(written) > IDENTIFIER_CHARS:
            self._problems.error("L112", Span(at, stop), f"a name has at most {IDENTIFIER_CHARS} characters")
        stop = suffix_end(text, stop)
        starts = self._at_statement and not inner and self._depth == 0
        self._put(Kind.WORD, written.upper(), at, stop, written=written)
        if starts and written.upper() == "DESCRIPTION":
            return self._raw_description(stop)
        if starts and (found := _ON_TIMEOUT.match(text, at)) is not None:
            return self._raw_action(found)
        if starts and (found := _RAW_SCHEDULE.match(text, at)) is not None:
            return self._raw_schedule(found)
        if starts and (found := _INDEX.match(text, at)) is not None:
            return self._raw_index(found)
        return stop

    def _raw_schedule(self, found: re.Match[str]) -> int:
        """`SET SCHEDULE every day at 9am`: what stands without quotes is text, up to a comment."""
        self.tokens[-1] = replace(self.tokens[-1], text="SET", span=Span(found.start(), found.start() + 3))
        self._put(Kind.WORD, "SCHEDULE", found.start(1), found.end(1), written=found[1])
        self._refuse_nulls(found.start(2), found.end(2))
        self._put(Kind.STRING, "", found.start(2), found.end(2), parts=(Text(found[2].rstrip(" \t,")),))
        return found.end()

    def _raw_index(self, found: re.Match[str]) -> int:
        """`CREATE INDEX a ON t (b)`: SQL, to the end of the line in which its parentheses are closed."""
        words = found[0].replace("_", " ").split()
        self.tokens[-1] = replace(self.tokens[-1], text="CREATE", span=Span(found.start(), found.start() + 6))
        for word in words[1:]:
            self._put(Kind.WORD, word.upper(), found.start() + 6, found.end(), written=word)
        start, end = found.end(), self._line_end(found.end())
        if "(" not in self._text[start:end] and (goes_on := _COLUMNS.match(self._text, end)) is not None:
            end = self._line_end(goes_on.end())
        depth = self._text.count("(", start, end) - self._text.count(")", start, end)
        while depth > 0 and end < len(self._text) and end - start < HOLE_CHARS:
            end, before = self._line_end(end + 1), end
            depth += self._text.count("(", before, end) - self._text.count(")", before, end)
        self._refuse_nulls(start, end)
        text = self._text[start:end].strip(" \t")
        if text:
            self._put(Kind.STRING, "", start, end, parts=(Text(text),))
        return end

    def _raw_action(self, found: re.Match[str]) -> int:
        """`ON TIMEOUT: …` of a workflow: what stands behind the colon is text."""
        self.tokens[-1] = replace(self.tokens[-1], text="ON", span=Span(found.start(), found.start() + 2))
        self._put(Kind.WORD, "TIMEOUT", found.start(1), found.end(1), written=found[1])
        end = self._line_end(found.end())
        rest = self._text[found.end() : end].strip(" \t")
        self._refuse_nulls(found.end(), end)
        self._put(Kind.STRING, "", found.end() - 1, end, parts=(Text(rest),))
        return end

    def _raw_description(self, at: int) -> int:
        """DESCRIPTION without quotes: the rest of the line is its text."""
        end = self._line_end(at)
        rest = self._text[at:end].strip(" \t")
        if not rest or rest[0] in "\"'=.[(" or rest[:2] in ("+=", "-=", "*=", "/="):
            return at
        start = self._text.index(rest, at)
        self._refuse_nulls(start, start + len(rest))
        self._put(Kind.STRING, "", start, start + len(rest), parts=(Text(rest),))
        return end

    def _is_member(self, at: int) -> bool:
        """Whether the `.` at `at` follows an operand directly: `row.1`."""
        previous = self._previous
        return previous is not None and previous.span.end == at and _is_operand_end(previous)

    def _wants_operand(self) -> bool:
        previous = self._previous
        return previous is None or not _is_operand_end(previous) or self._awaits_operand(previous)

    def _number(self, at: int) -> int:
        text = self._text
        previous = self._previous
        if previous is not None and previous.text in (".", "?.") and previous.span.end == at:
            stop = at
            while stop < len(text) and (text[stop].isalnum() or text[stop] == "_"):
                stop += 1
            self._put(Kind.WORD, text[at:stop].upper(), at, stop, written=text[at:stop])
            return stop
        found = _NUMBER.match(text, at)
        if found is None:
            raise AssertionError("a digit begins a number")
        stop, digits = found.end(), found.group()
        tail = _NOT_A_NUMBER.match(text, stop)
        if tail is not None:
            self._problems.error("L101", Span(at, tail.end()), f"{text[at : tail.end()]!r} is not a number")
            stop = tail.end()
        if digits[:2] in ("0x", "0X"):
            value: int | float = _whole(int(digits[2:], 16))
        elif digits.isdigit():
            value = _whole(int(digits)) if len(digits) < 20 else float(digits)
        else:
            value = float(digits)
        self._put(Kind.NUMBER, digits, at, stop, number=value)
        return stop

    # --- strings -------------------------------------------------------------------------------------------------

    def _opens_string(self, at: int) -> bool:
        """Whether a `'` opens a string rather than a comment."""
        previous = self._previous or self._joined()
        if previous is None or not self._awaits_operand(previous):
            return False
        line_end = self._line_end(at)
        close = at + 1
        while close < line_end and self._text[close] != "'":
            close += 2 if self._text[close] == "\\" else 1
        if close >= line_end:
            return False
        after = AFTER_QUOTED.match(self._text, close + 1)
        return after is not None and (after[1] is None or after[1].upper() in CLAUSE_WORDS | OPERATOR_WORDS)

    def _joined(self) -> Raw | None:
        """The last token of the line before, if the statement goes on in this one."""
        if len(self.tokens) < 2:
            return None
        last = self.tokens[-2]
        is_open = self._depth > 0 or last.text in (JOINING_MARKS if last.kind is Kind.MARK else JOINING_WORDS)
        return last if is_open else None

    def _awaits_operand(self, previous: Raw) -> bool:
        if previous.kind is Kind.MARK:
            return previous.text in OPERAND_AFTER or (previous.text == ":" and (self._depth > 0 or self._is_ternary))
        if previous.kind is not Kind.WORD or (len(self.tokens) > 1 and self.tokens[-2].text in (".", "?.")):
            return False
        words: tuple[str, ...] = ()
        n_tokens = 0
        for token in self.tokens[: -_KEYWORD_WORDS - 2 : -1]:
            is_start = token.kind is not Kind.WORD and token.text in ("\n", ":")
            if words and (is_start or token.text in ("THEN", "ELSE")) and self._needs_value(words):
                return True
            if token.kind is not Kind.WORD:
                return False
            n_tokens += 1
            words = (token.text, *words)
            if "_" in token.text and self._needs_value(words) is None:
                words = (*token.text.split("_"), *words[1:])
                if n_tokens == 1 and words[-1] in OPERAND_WORDS and self._needs_value(words) is not None:
                    return True
            if token.text in OPERAND_WORDS and (len(words) == 1 or self._needs_value(words) is not None):
                return True
        return n_tokens == len(self.tokens) and self._needs_value(words) is True

    def _string(self, at: int, limit: int) -> int:
        text, quote = self._text, self._text[at]
        parts: list[Part] = []
        piece: list[str] = []
        i = at + 1
        while True:
            if i >= limit or (quote == "'" and text[i] == "\n"):
                line = text.count("\n", 0, at) + 1
                self._problems.error(
                    "L102", Span(at, at + 1), f"the string that opens in line {line} is never closed", 'add a closing "'
                )
                i = limit
                break
            ch = text[i]
            if ch == quote:
                if quote == '"' and text.startswith('""', i) and i + 1 < limit:
                    piece.append('"')
                    i += 2
                    continue
                i += 1
                break
            if ch == "\\" and i + 1 < limit:
                i = self._escape(i, piece)
            elif ch == "$" and text.startswith("${", i) and (end := self._hole_end(i + 2, limit)) is not None:
                if piece:
                    parts.append(Text("".join(piece)))
                    piece = []
                parts.append(self._hole(i, end))
                i = end + 1
            else:
                if ch == "\0":
                    self._problems.error("L101", Span(i, i + 1), "U+0000 cannot be in a string")
                if ch == "$" and text.startswith("${", i):
                    self._problems.warning("L204", Span(i, i + 2), "${ has no } in its line and stays as it is")
                piece.append(ch)
                i += 1
        if piece or not parts:
            parts.append(Text("".join(piece)))
        self._put(Kind.STRING, "", at, i, parts=tuple(parts))
        return i

    def _escape(self, at: int, piece: list[str]) -> int:
        text = self._text
        ch = text[at + 1]
        if ch in _ESCAPES:
            piece.append(_ESCAPES[ch])
            return at + 2
        found = re.compile(r"u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})").match(text, at + 1)
        if found is None:
            piece.append(text[at : at + 2])
            return at + 2
        code = int(found[1] or found[2], 16)
        pair = _LOW_SURROGATE.match(text, found.end()) if 0xD800 <= code < 0xDC00 else None
        if pair is not None:
            piece.append(chr(0x10000 + ((code - 0xD800) << 10) + (int(pair[1], 16) - 0xDC00)))
            return pair.end()
        if code == 0 or 0xD800 <= code <= 0xDFFF:
            self._problems.error("L101", Span(at, found.end()), f"U+{code:04X} cannot be in a string")
            code = 0xFFFD
        piece.append(chr(code))
        return found.end()

    def _hole_end(self, at: int, limit: int) -> int | None:
        """The offset of the `}` that closes a `${`, on the same line; quotes and brackets inside are skipped."""
        if self._failed_holes >= FAILED_HOLES or self.is_full:
            return None
        end = self._closing_brace(at, min(limit, at + HOLE_CHARS))
        self._failed_holes += end is None
        return end

    def _closing_brace(self, at: int, limit: int) -> int | None:
        text = self._text
        closers: list[str] = []
        while at < limit and text[at] != "\n":
            ch = text[at]
            if ch in "\"'":
                close = at + 1
                while close < limit and text[close] not in (ch, "\n"):
                    close += 2 if text[close] == "\\" else 1
                if close >= limit or text[close] == "\n":
                    return None
                at = close
            elif ch in "({[":
                closers.append({"(": ")", "{": "}", "[": "]"}[ch])
            elif ch in ")}]":
                if not closers:
                    return at if ch == "}" else None
                if closers.pop() != ch:
                    return None
            at += 1
        return None

    def _hole(self, at: int, end: int) -> Hole:
        inner = _Scanner(self._text, self._problems, self._needs_value)
        inner.run(at + 2, end, inner=True)
        self._hole_tokens += 1 + len(inner.tokens)
        return Hole(tuple(inner.tokens), self._text[at : end + 1])

    # --- raw blocks ----------------------------------------------------------------------------------------------

    def _block(self, at: int) -> int | None:
        """A BEGIN block that starts on this line; the offset after it."""
        begin = _BEGIN.match(self._text, at, self._line_end(at))
        if begin is None:
            return None
        kind = " ".join((begin[1] or begin[2]).upper().replace("_", " ").split())
        words = "[ \\t_]+".join(kind.split())
        end_line = re.compile(rf"^[ \t]*END[ \t_]+{words}[ \t]*$", re.IGNORECASE | re.MULTILINE)
        body_start = self._line_end(at) + 1
        found = end_line.search(self._text, min(body_start, len(self._text)))
        if found is None or body_start > len(self._text):
            self._problems.error("L105", Span(at, begin.end()), f"BEGIN {kind} has no END {kind}")
            return len(self._text)
        self._refuse_nulls(body_start, found.start())
        if kind == "MAIL":
            self._mail(begin, body_start, found.start())
        else:
            self._put(Kind.BLOCK, kind, at, found.end(), parts=self._block_parts(body_start, found.start()))
        return found.end()

    def _mail(self, begin: re.Match[str], start: int, end: int) -> None:
        """BEGIN MAIL to … END MAIL is SEND MAIL to, subject, body."""
        self._put(Kind.WORD, "SEND", begin.start(), begin.start(2), written=begin[0][:5])
        self._put(Kind.WORD, "MAIL", begin.start(2), begin.end(2), written=begin[2])
        at = begin.end()
        while at < start - 1:
            at = at + 1 if self._text[at] in " \t\f\v\xa0" else self._token(at, start - 1, inner=False)
        if self.tokens[-1].text == "MAIL" and self.tokens[-1].span.start == begin.start(2):
            sentence = "BEGIN MAIL needs an address"
            self._problems.error("L103", Span(*begin.span()), sentence, 'write BEGIN MAIL "ann@example.com"')
            del self.tokens[-2:]
            return
        first = start
        while first < end and not self._text[first : self._line_end(first)].strip():
            first = self._line_end(first) + 1
        subject = _SUBJECT.match(self._text, first, end)
        texts = [(start, end)] if subject is None else [subject.span(1), (min(subject.end() + 1, end), end)]
        for text_start, text_end in texts:
            self._put(Kind.MARK, ",", text_start, text_start)
            parts = self._block_parts(text_start, text_end) or (Text(""),)
            self._put(Kind.STRING, "", text_start, text_end, parts=parts)

    def _table(self, at: int) -> int | None:
        """A TABLE that starts on this line; the offset after it. It is a declaration and leaves no token."""
        header = HEADER.match(self._text, at, self._line_end(at))
        if header is None:
            return None
        body_start = min(header.end() + 1, len(self._text))
        found = END.search(self._text, body_start)
        if found is None:
            self._problems.error("L105", Span(at, header.end()), "TABLE has no END TABLE")
            return header.end()
        self._refuse_nulls(body_start, found.start())
        name = (header[1] or header[2]).strip()
        if not 1 <= len(name) <= TABLE_NAME_CHARS:
            sentence = f"the name of a table has 1 to {TABLE_NAME_CHARS} characters"
            self._problems.error("L112", Span(at, header.end()), sentence)
            return found.end()
        table = read_table(header, self._text[body_start : found.start()], body_start, self._problems)
        if table.connection or "." in table.name:
            sentence = f"table {table.name} is in another database; none is configured"
            self._problems.warning("L206", Span(at, header.end()), sentence, "using it raises error 9012")
        else:
            self.tables.append(table)
        return found.end()

    def _refuse_nulls(self, start: int, end: int) -> None:
        """Strings never hold U+0000, and neither may raw text that becomes one."""
        while (start := self._text.find("\0", start, end)) >= 0:
            self._problems.error("L101", Span(start, start + 1), "U+0000 cannot be in a string")
            start += 1

    def _block_parts(self, start: int, end: int) -> tuple[Part, ...]:
        """The body: outer blank lines dropped, common indentation removed, holes cut out."""
        lines: list[tuple[int, str]] = []
        at = start
        for line in self._text[start:end].split("\n"):
            lines.append((at, line))
            at += len(line) + 1
        if lines and not lines[-1][1].strip():
            lines.pop()
        while lines and not lines[0][1].strip():
            lines.pop(0)
        while lines and not lines[-1][1].strip():
            lines.pop()
        indents = [len(line) - len(line.lstrip(" \t")) for _, line in lines if line.strip()]
        indent = min(indents, default=0)
        parts: list[Part] = []
        piece: list[str] = []
        for number, (offset, line) in enumerate(lines):
            if number:
                piece.append("\n")
            line_end = offset + len(line)
            i = min(offset + indent, line_end) if line.strip() else line_end
            while i < line_end:
                if self._text.startswith("${", i) and (close := self._hole_end(i + 2, line_end)) is not None:
                    if piece:
                        parts.append(Text("".join(piece)))
                        piece = []
                    parts.append(self._hole(i, close))
                    i = close + 1
                else:
                    piece.append(self._text[i])
                    i += 1
        if piece:
            parts.append(Text("".join(piece)))
        return tuple(parts)


def _whole(value: int) -> int | float:
    if value < 2**63:
        return value
    return float(value) if value < 2**1023 else math.inf


def _is_operand_end(token: Raw) -> bool:
    return token.kind in (Kind.WORD, Kind.NUMBER, Kind.STRING) or token.text in (")", "]", "}")
