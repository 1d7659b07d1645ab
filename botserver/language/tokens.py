"""The terminals of a statement: words promoted to keywords, names, operators and virtual tokens.

All context-sensitivity of the dialect lives here and in `lines.py`, where a whole logical line with its brackets is in
view; the grammar over the result is plain LALR(1). Each statement becomes a list of terminals of `grammar.lark`.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .keywords import Keyword, Operand, Place, Separators, is_outside, separators, sequences, yields
from .scanner import Kind, Raw, Text
from .source import Problems, Span
from .words import (
    BROKEN,
    CLAUSES,
    CLOSES,
    HEAR_TYPES,
    INFIX,
    LATER_HEAR_TYPES,
    LITERALS,
    MARKS,
    OP_ASSIGN,
    OPENS,
    RELATIONS,
    SCHEDULE_UNITS,
    follows_variable,
    is_one,
    starts_operand,
)


@dataclass(frozen=True, slots=True)
class Tok:
    """A terminal: its name in the grammar, the raw token it starts with, and a keyword's registry row."""

    type: str
    raw: Raw
    span: Span
    keyword: Keyword | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Upper-case words a file assigns or takes as parameters, and those it declares as procedures: they win over
    keywords where both could be meant."""

    variables: frozenset[str] = frozenset()
    procedures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unit:
    """One statement's terminals, and the names of its file for the expressions inside its strings."""

    tokens: tuple[Tok, ...]
    names: Names = Names()

    @property
    def span(self) -> Span:
        return self.tokens[0].span.to(self.tokens[-1].span)


_PARAM_CLAUSES = ("LIKE", "DESCRIPTION", "DEFAULT", "OPTIONAL", "REQUIRED", "ENUM")
_BLOCK_NAMES = {
    "ELSE IF": "ELSEIF",
    "SELECT CASE": "SELECT",
    "SWITCH": "SELECT",
    "CASE ELSE": "CASE_ELSE",
    "DEFAULT": "CASE_ELSE",
    "END SWITCH": "END_SELECT",
    "ENDIF": "END_IF",
    "END FOR": "NEXT",
    "END WHILE": "WEND",
    "END": "EXIT",
    "STOP": "EXIT",
}
_BARE_BLOCKS = frozenset(
    [
        "ELSE",
        "END_IF",
        "END_WITH",
        "CASE_ELSE",
        "END_SELECT",
        "WEND",
        "DO",
        "LOOP",
        "EXIT",
        "EXIT_FOR",
        "EXIT_DO",
        "EXIT_WHILE",
        "EXIT_SELECT",
        "EXIT_SUB",
        "EXIT_FUNCTION",
        "BREAK",
        "CONTINUE",
        "CONTINUE_FOR",
        "CONTINUE_DO",
        "CONTINUE_WHILE",
        "END_SUB",
        "END_FUNCTION",
        "ON_SESSION_END",
        "END_ON",
        "END_SCHEDULE",
        "TRY",
        "FINALLY",
        "END_TRY",
        "ON_ERROR_RESUME_NEXT",
    ]
)
"""Block words that are keywords only when nothing follows them."""
_LOOP_HEADERS = frozenset(["WHILE", "DO_WHILE", "DO_UNTIL", "ON_EVENT", "ON_FORM_SUBMIT"])
"""Headers that a DO may end, which says nothing."""

_SEQUENCES = sequences()
_LONGEST = max(len(words) for words in _SEQUENCES)


def needs_value(words: tuple[str, ...]) -> bool | None:
    """Whether a value must follow a keyword; None if the upper-case words are none."""
    keyword = _SEQUENCES.get(words)
    return None if keyword is None else bool(keyword.forms) and all(form.pattern for form in keyword.forms)


def expression_tokens(tokens: Sequence[Raw], problems: Problems, names: Names) -> tuple[Tok, ...]:
    """The terminals of an expression inside a string."""
    return tuple(Promoter(tokens, problems, names).expression(0))


class Promoter:
    """Turns the raw tokens of one statement into terminals."""

    def __init__(self, tokens: Sequence[Raw], problems: Problems, names: Names) -> None:
        self._raw = list(tokens)
        self._problems = problems
        self._names = names
        self._variables = names.variables
        self._keywords: list[Keyword | None] = []

    # --- statement starts ----------------------------------------------------------------------------------------

    def statement(self) -> list[Tok]:
        first = self._raw[0]
        if first.kind is Kind.BLOCK:
            return [Tok("BLOCK_TEXT", first, first.span)]
        if first.kind is not Kind.WORD:
            mark = self._assignment_mark()
            return self.expression(0) if mark is None else self._assignment([], 0, mark)
        if self._has_spelled_words(first):
            self._split_underscores()
        assign = self._assignment_mark()
        keyword, length = self._keyword_at(0, (Place.STATEMENT, Place.BLOCK, Place.BOTH))
        # `card [0] = 1`: a keyword of a service does nothing with a comparison.
        is_path = assign is not None and length == 1 and keyword is not None and is_outside(keyword)
        if keyword is None or is_path or self._is_variable_start(length):
            if assign is not None:
                return self._assignment([], 0, assign)
            return self.expression(0) if self._is_call() else self._unknown()
        words = " ".join(raw.text for raw in self._raw[:length])
        head = self._merged(length)
        if keyword.place is not Place.BLOCK:
            return [replace(head, type="KW_STATEMENT", keyword=keyword), *self._operands(length, keyword)]
        name = _BLOCK_NAMES.get(words, _BLOCK_NAMES.get(keyword.words, keyword.words.replace(" ", "_")))
        return self._block(name, head, length, assign)

    def _merged(self, length: int) -> Tok:
        first, last = self._raw[0], self._raw[length - 1]
        return Tok("", first, first.span.to(last.span))

    def _has_spelled_words(self, first: Raw) -> bool:
        """`SET_BOT_MEMORY`: a keyword of several words, joined by underscores."""
        if "_" not in first.text or (first.text,) in _SEQUENCES or first.text in self._names.procedures:
            return False
        if len(self._raw) > 1 and follows_variable(self._raw[1]):
            return False
        words = tuple(first.text.split("_"))
        return any(words[:n] in _SEQUENCES for n in range(2, len(words) + 1)) and words in _SEQUENCES

    def _split_underscores(self) -> None:
        first = self._raw[0]
        words = [replace(first, text=word, written=word) for word in first.text.split("_")]
        self._raw[:1] = words

    def _keyword_at(self, at: int, places: tuple[Place, ...]) -> tuple[Keyword | None, int]:
        """The longest keyword at `at` and its number of words. `SEND MAIL to, …` is SEND MAIL: a keyword that needs a
        value gives way to a shorter one when none follows."""
        words: list[str] = []
        best: tuple[Keyword | None, int] = (None, 0)
        for raw in self._raw[at : at + _LONGEST]:
            if raw.kind is not Kind.WORD:
                break
            words.append(raw.text)
            keyword = _SEQUENCES.get(tuple(words))
            if keyword is None or keyword.place not in places:
                continue
            is_value = keyword.operand is Operand.NONE and Place.STATEMENT not in places
            if not is_value and self._is_assigned_after(at + len(words), words):
                continue
            if len(words) == 1 and words[0] in self._names.procedures and yields(keyword):
                continue
            end = at + len(words)
            is_second = best[1] > 1 or (best[1] == 1 and words[0] == "LOG")
            if is_second and not is_outside(keyword) and not self._begins_operand(end, keyword):
                continue  # `ADD SUGGESTION text AS "x"`
            if best[0] is None or not (self._lacks_operand(end, keyword) or self._has_operand(end, keyword)):
                best = (keyword, len(words))
        return best

    def _begins_operand(self, at: int, keyword: Keyword) -> bool:
        """Whether what a keyword needs follows it, and not the rest of an expression that its last word begins."""
        if any(not form.pattern for form in keyword.forms):
            return True
        if at >= len(self._raw) or is_one(self._raw[at], "AS", "(", "[", "+", "-"):
            return False
        return starts_operand(self._raw[at])

    def _has_operand(self, at: int, keyword: Keyword) -> bool:
        """`CLEAR KB all + "x"`: something follows a keyword that takes nothing."""
        return (
            keyword.place is Place.STATEMENT
            and not any(form.pattern for form in keyword.forms)
            and at < len(self._raw)
            and is_one(self._raw[at], "+", "&", ".", "[")
        )

    def _lacks_operand(self, at: int, keyword: Keyword) -> bool:
        if not is_outside(keyword) or any(not form.pattern for form in keyword.forms):
            return False
        if at >= len(self._raw):
            return True
        after = self._raw[at]
        return not starts_operand(after) and not is_one(after, "TO", "WITH", "DEFAULT", "STEP")

    def _is_assigned_after(self, at: int, words: list[str]) -> bool:
        """`SET context = 1` is an assignment, not SET CONTEXT; so is `SET session, 1` a SET."""
        marks = ("=", ".", ",") if words[0] == "SET" else ("=", ".")
        return len(words) > 1 and at < len(self._raw) and is_one(self._raw[at], *marks)

    def _is_variable_start(self, length: int) -> bool:
        """Whether a single word that is a keyword is a variable here: `list = 1`, `case.x = 2`, `data[0] = 1`."""
        if length != 1 or len(self._raw) < 2:
            return False
        return follows_variable(self._raw[1])

    def _assignment_mark(self) -> int | None:
        """The index of the `=` of an assignment: a path, then `=` or `+=`."""
        i = 1
        depth = 0
        if self._raw[0].kind is not Kind.WORD and not is_one(self._raw[0], "."):
            return None
        while i < len(self._raw):
            raw = self._raw[i]
            if is_one(raw, "["):
                depth += 1
            elif is_one(raw, "]"):
                depth -= 1
            elif depth == 0:
                if raw.kind is Kind.MARK and (raw.text == "=" or raw.text in OP_ASSIGN):
                    return i
                is_member = raw.kind is Kind.WORD and is_one(self._raw[i - 1], ".", "?.")
                if not is_member and not is_one(raw, ".", "?."):
                    return None
            i += 1
        return None

    def _is_call(self) -> bool:
        """A bare name, `f(…)` or `x.f(…)`."""
        if len(self._raw) == 1:
            return True
        return is_one(self._raw[1], "(", ".", "?.", "[")

    def _unknown(self) -> list[Tok]:
        """A statement that begins with words no keyword knows."""
        words: list[Raw] = []
        for raw in self._raw:
            if raw.kind is not Kind.WORD or (words and raw.text in INFIX | CLAUSES):
                break
            words.append(raw)
        after = self._raw[len(words)] if len(words) < len(self._raw) else None
        if len(words) == 1 and after is not None and (after.kind is Kind.MARK or after.text in INFIX):
            self._problems.error("L103", words[0].span, "a value alone is not a statement", "write name = value")
            return []
        self._problems.error(
            "L104",
            words[0].span.to(words[-1].span),
            f'unknown keyword "{" ".join(raw.written for raw in words)}"',
            self._hint_for(words),
        )
        return []

    def _hint_for(self, words: list[Raw]) -> str:
        """What was probably meant: a SUB of the file, else the keyword that resembles the words most."""
        procedures = self._names.procedures
        if words[0].text == "GOSUB":
            return "write a SUB, and CALL it"
        name = next(iter(difflib.get_close_matches(words[0].text, procedures, n=1, cutoff=0.75)), "")
        if words[0].text in procedures or (name and (words[0].text,) not in _SEQUENCES):
            written = words[0].written if words[0].text in procedures else name
            return f"to call a SUB, write CALL {written} …"
        return _did_you_mean([raw.text for raw in words]) or f"to call a SUB, write CALL {words[0].written} …"

    # --- statements with forms of their own ----------------------------------------------------------------------

    def _assignment(self, head: list[Tok], start: int, mark: int) -> list[Tok]:
        raw = self._raw
        target = self.expression(start, mark, is_target=True)
        operator = raw[mark]
        head += target
        head.append(Tok("ASSIGN" if operator.text == "=" else "OP_ASSIGN", operator, operator.span))
        value = mark + 1
        if self._is_sql(value):
            span = raw[value].span.to(raw[-1].span)
            sql = Raw(Kind.STRING, "", span, True, parts=(Text(" ".join(each.written for each in raw[value:])),))
            return [*head, Tok("KW_CONCAT", raw[value], span, _SEQUENCES[("QUERY",)]), Tok("STRING", sql, span)]
        if value < len(raw) and is_one(raw[value], "HEAR") and operator.text == "=":
            after = raw[value + 1] if value + 1 < len(raw) else None
            if after is None or starts_operand(after):
                head.append(Tok("HEAR_VALUE", raw[value], raw[value].span))
                return head + self.expression(value + 1)
        return head + self.expression(value)

    def _is_sql(self, at: int) -> bool:
        """`x = SELECT … FROM t`: the rest of the line is SQL."""
        words = [raw.text for raw in self._raw[at:] if raw.kind is Kind.WORD]
        return words[:1] == ["SELECT"] and is_one(self._raw[at], "SELECT") and "FROM" in words[1:]

    def _block(self, name: str, head: Tok, length: int, assign: int | None) -> list[Tok]:
        head = replace(head, type=name)
        rest = self._raw[length:]
        if name in _BARE_BLOCKS and rest:
            if assign is not None:
                return self._assignment([], 0, assign)
            if len(self._raw) > 1 and is_one(self._raw[1], "("):
                return self.expression(0)
            if name == "EXIT" and rest[0].kind is Kind.WORD:
                return self._unknown()
            written = " ".join(raw.text for raw in self._raw[:length])
            self._problems.error("L103", rest[0].span, f"nothing may follow {written}")
            return _broken(head)
        match name:
            case "LET" | "SET":
                return self._let(name, head)
            case "FOR" | "FOR_EACH":
                return self._for(name, head, length)
            case "NEXT" | "GOTO" | "CATCH" | "ON_ERROR_GOTO":
                return [head, *self.expression(length, is_target=True)]
            case "SUB" | "FUNCTION":
                return [head, *self._procedure_header(length)]
            case "DIM" | "LOCAL" | "REDIM" | "CONST":
                return [head, *self._declaration(length)]
            case "WITH":
                return [replace(head, type="WITH_BLOCK"), *self.expression(length, is_target=True)]
            case "PARAM":
                return [head, *self._param(length)]
            case "RETURN" if rest and is_one(rest[0], "WITH"):
                return [head, *self._return_with(length)]
            case "CASE":
                return [head, *self._case_items(length)]
            case "HEAR":
                return [head, *self._hear(length)]
            case "CALL":
                return self._call(head, length)
            case "ON":
                return [head, *self._on_call(length)]
            case "SCHEDULE_IN":
                return [head, *self._schedule(length)]
            case _ if name in _LOOP_HEADERS:
                end = len(self._raw) - 1 if is_one(self._raw[-1], "DO") else len(self._raw)
                return [head, *self.expression(length, end)]
            case _:
                return [head, *self.expression(length)]

    def _let(self, name: str, head: Tok) -> list[Tok]:
        """LET and SET: an assignment, or `SET "name", value`."""
        if name == "SET" and self._are_arguments(1, len(self._raw)):
            return [replace(head, type="SET_VARIABLE"), *self.expression(2, len(self._raw) - 1)]
        if len(self._raw) > 2 and self._raw[1].kind is Kind.WORD and self._raw[2].kind is not Kind.MARK:
            return self._unknown()
        depth = 0
        for i in range(1, len(self._raw)):
            raw = self._raw[i]
            if raw.kind is not Kind.MARK:
                continue
            depth += (raw.text in OPENS) - (raw.text in CLOSES)
            if depth == 0 and raw.text == "," and name == "SET":
                if self._commas(i) > 1:
                    update = _SEQUENCES[("UPDATE",)]
                    return [replace(head, type="KW_STATEMENT", keyword=update), *self.expression(1, keyword=update)]
                return [replace(head, type="SET_VARIABLE"), *self.expression(1)]
            if depth == 0 and raw.text == "=":
                if name == "SET" and self._raw[1].kind is Kind.STRING and i == 2:
                    mark = Tok("ASSIGN", raw, raw.span)
                    return [replace(head, type="SET_VARIABLE"), *self.expression(1, i), mark, *self.expression(i + 1)]
                return self._assignment([replace(head, type="LET" if name == "LET" else "SET_ASSIGN")], 1, i)
        what = 'SET needs "name", value or name = value' if name == "SET" else "LET needs name = value"
        self._problems.error("L103", head.span, what)
        return []

    def _commas(self, start: int) -> int:
        """Commas outside brackets from `start` on."""
        depth = count = 0
        for raw in self._raw[start:]:
            if raw.kind is Kind.MARK:
                depth += (raw.text in OPENS) - (raw.text in CLOSES)
                count += raw.text == "," and depth == 0
        return count

    def _for(self, name: str, head: Tok, length: int) -> list[Tok]:
        raw = self._raw
        end = len(raw) - 1 if is_one(raw[-1], "DO") else len(raw)
        if length >= end or raw[length].kind is not Kind.WORD:
            self._problems.error("L103", head.span, "FOR needs a variable", "write FOR i = 1 TO 10, or FOR EACH x IN e")
            return _broken(head)
        out = [self._name(raw[length])]
        after = raw[length + 1] if length + 1 < end else None
        if after is not None and is_one(after, "IN"):
            out.append(Tok("FOR_IN", after, after.span))
            limit: list[Tok] = []
            if end - 2 > length + 2 and is_one(raw[end - 2], "FIRST", "LAST") and raw[end - 1].kind is Kind.NUMBER:
                limit = [
                    Tok("EACH_LIMIT", raw[end - 2], raw[end - 2].span),
                    Tok("NUMBER", raw[end - 1], raw[end - 1].span),
                ]
                end -= 2
            return [replace(head, type="FOR_EACH"), *out, *self.expression(length + 2, end), *limit]
        if after is not None and is_one(after, "=") and name == "FOR":
            mark = Tok("ASSIGN", after, after.span)
            return [head, *out, mark, *self.expression(length + 2, end)]
        self._problems.error("L103", head.span, f"{name.replace('_', ' ')} needs IN or = after its variable")
        return _broken(head)

    def _declaration(self, length: int) -> list[Tok]:
        """`name(size) AS type = value, …`: words outside brackets and values are plain names."""
        raw, out, start, depth = self._raw, list[Tok](), length, 0
        for i in range(length, len(raw) + 1):
            if i < len(raw) and not (depth == 0 and is_one(raw[i], ",")):
                if raw[i].kind is Kind.MARK:
                    depth += (raw[i].text in OPENS) - (raw[i].text in CLOSES)
                continue
            value = next((at for at in range(start, i) if is_one(raw[at], "=")), i)
            out += self.expression(start, value, is_target=True)
            if value < i:
                out += [Tok("ASSIGN", raw[value], raw[value].span), *self.expression(value + 1, i)]
            if i < len(raw):
                out.append(Tok("COMMA", raw[i], raw[i].span))
            start = i + 1
        return out

    def _procedure_header(self, length: int) -> list[Tok]:
        out: list[Tok] = []
        for raw in self._raw[length:]:
            if raw.kind is Kind.WORD and raw.text == "AS":
                out.append(Tok("AS", raw, raw.span))
            elif raw.kind is Kind.WORD:
                is_value = out and out[-1].type == "ASSIGN" and raw.text in LITERALS
                out.append(Tok("LITERAL", raw, raw.span) if is_value else self._name(raw))
            elif is_one(raw, "="):
                out.append(Tok("ASSIGN", raw, raw.span))
            else:
                out += Promoter([raw], self._problems, Names()).expression(0)
        return out

    def _return_with(self, length: int) -> list[Tok]:
        """`name AS e, name AS e`: the words before AS are plain names."""
        raw = self._raw
        out = [Tok("WITH", raw[length], raw[length].span)]
        start = length + 1
        depth = 0
        for i in range(start, len(raw) + 1):
            if i == len(raw) or (depth == 0 and is_one(raw[i], ",")):
                if start < i:
                    out.append(self._name(raw[start]))
                    out += self.expression(start + 1, i, after_operand=True)
                if i < len(raw):
                    out.append(Tok("COMMA", raw[i], raw[i].span))
                start = i + 1
            elif raw[i].kind is Kind.MARK:
                depth += (raw[i].text in OPENS) - (raw[i].text in CLOSES)
        return out

    def _param(self, length: int) -> list[Tok]:
        """`name AS type` and the clauses in any order."""
        raw = self._raw
        out = [self._name(item) for item in raw[length : length + 1]]
        i = length + 1
        if i < len(raw) and is_one(raw[i], "AS"):
            out.append(Tok("AS", raw[i], raw[i].span))
            i += 1
            if i < len(raw) and raw[i].kind is Kind.WORD and raw[i].text not in _PARAM_CLAUSES:
                out.append(Tok("TYPE", raw[i], raw[i].span))
                i += 1
        while i < len(raw):
            end = i + 1
            depth = 0
            while end < len(raw) and not (depth == 0 and is_one(raw[end], *_PARAM_CLAUSES)):
                if raw[end].kind is Kind.MARK:
                    depth += (raw[end].text in OPENS) - (raw[end].text in CLOSES)
                end += 1
            if is_one(raw[i], *_PARAM_CLAUSES):
                out.append(Tok(raw[i].text, raw[i], raw[i].span))
                i += 1
            out += self.expression(i, end)
            i = end
        return out

    def _case_items(self, length: int) -> list[Tok]:
        raw = self._raw
        out: list[Tok] = []
        start, depth = length, 0
        for i in range(length, len(raw) + 1):
            at_end = i == len(raw)
            if not at_end and raw[i].kind is Kind.MARK:
                depth += (raw[i].text in OPENS) - (raw[i].text in CLOSES)
            if at_end or (depth == 0 and is_one(raw[i], ",")):
                if start < i and is_one(raw[start], "IS") and i > start + 1 and raw[start + 1].text in RELATIONS:
                    relation = raw[start + 1]
                    out.append(Tok("CASE_IS", raw[start], raw[start].span))
                    out.append(Tok(RELATIONS[relation.text], relation, relation.span))
                    out += self.expression(start + 2, i)
                else:
                    out += self.expression(start, i)
                if not at_end:
                    out.append(Tok("COMMA", raw[i], raw[i].span))
                start = i + 1
        return out

    def _hear(self, length: int) -> list[Tok]:
        raw = self._raw
        end = next(
            (
                i
                for i in range(length, len(raw))
                if is_one(raw[i], "AS", "WITH", "DEFAULT") and not is_one(raw[i - 1], ".", "?.")
            ),
            len(raw),
        )
        out = self.expression(length, end, is_target=True)
        if end < len(raw) and is_one(raw[end], "AS") and end + 1 < len(raw):
            out.append(Tok("AS", raw[end], raw[end].span))
            kind = raw[end + 1]
            end += 1
            after = raw[end + 1] if end + 1 < len(raw) else None
            if kind.kind is Kind.WORD and kind.text == "MENU" and after is not None and starts_operand(after):
                out.append(Tok("MENU", kind, kind.span))
                end += 1
            elif self._is_hear_type(kind, after):
                out.append(Tok("TYPE", kind, kind.span))
                end += 1
        is_clause = end < len(raw) and is_one(raw[end], "WITH", "DEFAULT")
        return out + self.expression(end, options=True, after_operand=is_clause)

    def _is_hear_type(self, kind: Raw, after: Raw | None) -> bool:
        if kind.kind is not Kind.WORD or not (after is None or is_one(after, "WITH", "DEFAULT")):
            return False
        return kind.text in HEAR_TYPES or kind.text in LATER_HEAR_TYPES or kind.text not in self._variables

    def _call(self, head: Tok, length: int) -> list[Tok]:
        raw = self._raw
        if length + 1 < len(raw) and raw[length].kind is Kind.WORD and starts_operand(raw[length + 1]):
            after = raw[length + 1]
            if not is_one(after, "(", "[") and not (after.kind is Kind.WORD and after.text in INFIX):
                return [replace(head, type="CALL_NAME"), self._name(raw[length]), *self.expression(length + 1)]
        if length < len(raw) and raw[length].kind is Kind.WORD:
            return [head, self._name(raw[length]), *self.expression(length + 1, after_operand=True)]
        return [head, *self.expression(length)]

    def _on_call(self, length: int) -> list[Tok]:
        """`ON e CALL name`."""
        raw = self._raw
        call = len(raw) - 2
        if call <= length or not is_one(raw[call], "CALL") or raw[call + 1].kind is not Kind.WORD:
            return self.expression(length)
        return [*self.expression(length, call), Tok("CALL", raw[call], raw[call].span), self._name(raw[call + 1])]

    def _schedule(self, length: int) -> list[Tok]:
        """`SCHEDULE IN n MINUTES DO`."""
        raw = self._raw
        unit = len(raw) - (2 if is_one(raw[-1], "DO") else 1)
        if unit <= length or not is_one(raw[unit], *SCHEDULE_UNITS):
            return self.expression(length)
        return [*self.expression(length, unit), Tok("UNIT", raw[unit], raw[unit].span)]

    def _operands(self, length: int, keyword: Keyword) -> list[Tok]:
        end = len(self._raw)
        if end > length and is_one(self._raw[-1], ";"):
            end -= 1
        if end > length and self._are_arguments(length, end):
            if keyword.words not in ("TALK", "PRINT") or not self._is_call_with_commas(length + 1):
                length, end = length + 1, end - 1
        elif end == length + 2 and is_one(self._raw[length], "(") and is_one(self._raw[length + 1], ")"):
            length = end
        elif keyword.words == "BRANCH" and end == length + 1 and self._raw[length].kind is Kind.WORD:
            name = self._raw[length]
            self._raw[length] = replace(name, kind=Kind.STRING, text="", parts=(Text(name.written),))
        return self.expression(length, end, keyword=keyword)

    def _is_call_with_commas(self, at: int) -> bool:
        """`TALK (RUN "x", 1)`: the parenthesis holds the call, and the comma is the call's."""
        keyword, length = self._keyword_at(at, (Place.OPERAND, Place.BOTH))
        after = self._raw[at + length]
        if keyword is None or is_one(after, "(") or not self._is_operand_keyword(at, length, keyword, after):
            return False
        return any("," in form.pattern for form in keyword.forms)

    def _are_arguments(self, start: int, end: int) -> bool:
        """Whether all from `start` to `end` is one parenthesis with a list in it: `SET CONTEXT("a", "b")`."""
        is_open = start < end and is_one(self._raw[start], "(")
        return is_open and self._closing(start) == end - 1 and self._has_comma(start, end)

    # --- expressions ---------------------------------------------------------------------------------------------

    @staticmethod
    def _name(raw: Raw) -> Tok:
        return Tok("NAME", raw, raw.span)

    def expression(
        self,
        start: int,
        end: int | None = None,
        is_target: bool = False,
        options: bool = False,
        after_operand: bool = False,
        keyword: Keyword | None = None,
    ) -> list[Tok]:
        """Terminals of raw tokens from `start` to `end`. `is_target`: words are plain names outside brackets;
        `options`: a `*` may be a menu option; `after_operand`: something that ends an operand stands before;
        `keyword`: whose operands these are."""
        raw = self._raw
        stop = len(raw) if end is None else end
        out: list[Tok] = []
        # One entry an open bracket: the bracket, and how many `?` and BETWEEN wait for their partner inside it.
        stack: list[list[object]] = [["", 0, 0]]
        # The keyword whose operands stand in each open bracket: its words divide them.
        self._keywords = [keyword]
        expects = not after_operand
        i = start
        while i < stop:
            token = raw[i]
            if token.kind is Kind.NUMBER:
                self._stand_beside(token, out, expects)
                out.append(Tok("NUMBER", token, token.span))
                expects, i = False, i + 1
            elif token.kind is Kind.STRING:
                self._stand_beside(token, out, expects)
                out.append(Tok("STRING", token, token.span))
                expects, i = False, i + 1
            elif token.kind is Kind.MARK:
                expects = self._mark(token, i, stop, out, stack, expects, options)
                i += 1
            elif token.kind is Kind.WORD:
                length, expects = self._word(i, stop, out, stack, expects, is_target and len(stack) == 1)
                i += length
            else:
                self._problems.error("L103", token.span, f"BEGIN {token.text} stands alone on its line")
                i += 1
        return out

    def _mark(
        self, token: Raw, i: int, stop: int, out: list[Tok], stack: list[list[object]], expects: bool, options: bool
    ) -> bool:
        """One punctuation mark. Returns whether an operand is expected after it."""
        text = token.text
        name = MARKS.get(text, "")
        if text in OPENS:
            stack.append([text, 0, 0])
            self._keywords.append(None)
            if text == "(" and out and out[-1].type in ("IN", "NOT_IN") and self._has_comma(i, stop):
                name = "LIST_OPEN"
        elif text in CLOSES:
            if len(stack) > 1:
                stack.pop()
                self._keywords.pop()
        elif text == "=" and not expects and self._divides(("=",)) and self._follows_field(out):
            name = "CLAUSE"
        elif text == "?":
            stack[-1][1] = int(str(stack[-1][1])) + 1
        elif text == ":":
            waiting = int(str(stack[-1][1]))
            if waiting:
                name = "TERN_COLON"
                stack[-1][1] = waiting - 1
            elif stack[-1][0] in ("{", "#{"):
                name = "MAP_COLON"
        elif text == "*" and options and out and out[-1].type in ("AS", "COMMA", "MENU"):
            out.append(Tok("OPTION_ANY", token, token.span))
            return False
        elif text == "." and expects:
            name = "WITH_DOT"
        elif text == "." and out and out[-1].type == "NUMBER" and not self._is_method(i):
            self._problems.error("L103", token.span, "a number has no members", "write name(number)")
        if not name:
            self._problems.error("L103", token.span, f"{text!r} has no meaning here")
            return expects
        out.append(Tok(name, token, token.span))
        return text not in CLOSES

    def _is_method(self, i: int) -> bool:
        return i + 2 < len(self._raw) and is_one(self._raw[i + 2], "(")

    def _has_comma(self, i: int, stop: int) -> bool:
        """Whether the parenthesis at `i` holds a list."""
        depth = 0
        for raw in self._raw[i:stop]:
            if raw.kind is not Kind.MARK:
                continue
            depth += (raw.text in OPENS) - (raw.text in CLOSES)
            if depth == 0:
                return False
            if depth == 1 and raw.text == ",":
                return True
        return False

    def _word(
        self, i: int, stop: int, out: list[Tok], stack: list[list[object]], expects: bool, is_target: bool
    ) -> tuple[int, bool]:
        """One word or keyword. Returns how many raw tokens it took, and whether an operand is expected after it."""
        token = self._raw[i]
        after = self._raw[i + 1] if i + 1 < stop else None
        is_key = stack[-1][0] in ("{", "#{") and after is not None and is_one(after, ":") and not stack[-1][1]
        is_plain = is_target and token.text not in ("AS", "THEN")
        is_field = expects and after is not None and is_one(after, "=", "AS") and self._begins_field(out)
        if (out and out[-1].type in ("DOT", "WITH_DOT")) or is_plain or (is_key and expects) or is_field:
            out.append(self._name(token))
            return 1, False
        clause = self._clause(i, stop, out, expects)
        if clause is not None:
            return clause
        if not expects and token.text not in INFIX | CLAUSES and self._is_juxtaposed():
            self._stand_beside(token, out, expects)
        elif not expects or token.text in ("AS", "THEN"):
            return self._infix(i, stop, out, stack)
        if token.text == "NOT":
            out.append(Tok("NOT", token, token.span))
            return 1, True
        if token.text in LITERALS and not (after is not None and is_one(after, ".", "(", "[")):
            out.append(Tok("LITERAL", token, token.span))
            return 1, False
        if "_" in token.text and self._is_spelled_operand(token):
            words = [replace(token, text=word) for word in token.text.split("_")]
            self._raw[i : i + 1] = words
            rest = self._raw[i + len(words) : min(stop + len(words) - 1, i + len(words) + 2)]
            inner = Promoter([*words, *rest], self._problems, self._names)
            self._raw[i : i + len(words)] = [token]
            keyword, length = inner._keyword_at(0, (Place.OPERAND, Place.BOTH))
            is_variable = token.text in self._variables and not (after is not None and is_one(after, "("))
            is_whole = keyword is not None and length == len(words) and not is_variable
            if keyword is not None and is_whole and inner._is_operand_keyword(0, length, keyword, after):
                return self._keyword(token, token.span, keyword, 1, after, out)
        keyword, length = self._keyword_at(i, (Place.OPERAND, Place.BOTH))
        if keyword is not None:
            last = self._raw[i + length - 1]
            following = self._raw[i + length] if i + length < stop else None
            if self._is_operand_keyword(i, length, keyword, following):
                return self._keyword(token, token.span.to(last.span), keyword, length, following, out)
        if token.text == "CALL" and after is not None and starts_operand(after) and "CALL" not in self._variables:
            return self._keyword(token, token.span, _SEQUENCES[("CALL",)], 1, after, out)
        out.append(self._name(token))
        return 1, False

    def _is_spelled_operand(self, token: Raw) -> bool:
        return tuple(token.text.split("_")) in _SEQUENCES and token.text not in self._names.procedures

    def _divides(self, words: tuple[str, ...]) -> bool:
        keyword = self._keywords[-1]
        return keyword is not None and words in separators(keyword).clauses

    def _begins_field(self, out: list[Tok]) -> bool:
        """Whether the name of a field comes next: `WITH type = 1, limit = 2`."""
        keyword = self._keywords[-1]
        if keyword is None or not keyword.takes_fields or not out:
            return False
        return out[-1].type == "COMMA" or (out[-1].type == "CLAUSE" and out[-1].raw.text in ("WITH", "SET"))

    def _follows_field(self, out: list[Tok]) -> bool:
        """Whether an `=` stands after the name of a field, and is no comparison."""
        keyword = self._keywords[-1]
        return keyword is None or not keyword.takes_fields or self._begins_field(out[:-1])

    def _is_juxtaposed(self) -> bool:
        keyword = self._keywords[-1]
        return keyword is not None and separators(keyword).is_juxtaposed

    def _stand_beside(self, token: Raw, out: list[Tok], expects: bool) -> None:
        """Two operands side by side: an empty separator between them, where the keyword allows it."""
        if not expects and self._is_juxtaposed():
            out.append(Tok("CLAUSE", replace(token, text=" "), token.span))

    def _clause(self, i: int, stop: int, out: list[Tok], expects: bool) -> tuple[int, bool] | None:
        """A word that divides the operands of the keyword around: `TO`, `WITH TEMPLATE`; also after a comma, as in
        `, ATTACHMENT f`."""
        keyword = self._keywords[-1]
        if keyword is None:
            return None
        known = separators(keyword)
        for length in range(min(known.longest, stop - i), 0, -1):
            raws = self._raw[i : i + length]
            if any(raw.kind is not Kind.WORD for raw in raws):
                continue
            words = tuple(raw.text for raw in raws)
            text = " ".join(words)
            after = self._raw[i + length] if i + length < stop else None
            has_operand = after is not None and (after.kind is not Kind.MARK or is_one(after, "[", "{", "#{", "(", "-"))
            has_operand = has_operand and not self._is_clause_at(i + length, stop, known)
            raw = replace(raws[0], text=text)
            span = raws[0].span.to(raws[-1].span)
            is_flag = words[-1] not in self._variables or not known.is_juxtaposed
            if not expects and text in known.flags and not has_operand and is_flag:
                out.append(Tok("FLAG", raw, span))
                return length, False
            if words not in known.clauses:
                continue
            if not expects:
                out.append(Tok("CLAUSE", raw, span))
                return length, True
            is_value = after is None or after.kind is Kind.MARK or not starts_operand(after)
            if out and out[-1].type == "COMMA" and not is_value:
                out[-1] = Tok("CLAUSE", raw, span)
                return length, True
        return None

    def _is_clause_at(self, at: int, stop: int, known: Separators) -> bool:
        """Whether a word at `at` divides operands: `DESC LIMIT 5`."""
        words = [raw.text for raw in self._raw[at : min(at + known.longest, stop)] if raw.kind is Kind.WORD]
        return any(
            tuple(words[:n]) in known.clauses or words[:n] in ([flag] for flag in known.flags)
            for n in range(1, len(words) + 1)
        )

    def _keyword(
        self, token: Raw, span: Span, keyword: Keyword, length: int, after: Raw | None, out: list[Tok]
    ) -> tuple[int, bool]:
        """A keyword in operand position. Before a parenthesis it is an ordinary call: what follows stays outside."""
        takes_none = length > 1 or "_" in token.text
        if keyword.words == "FORMAT":
            kind = "KW_FORMAT"
        elif keyword.operand is Operand.NONE or (takes_none and _stands_alone(keyword, after)):
            kind = "KW_NONE"
        elif after is not None and is_one(after, "("):
            kind = "KW_CALL"
        else:
            kind = "KW_CONCAT" if keyword.operand is Operand.CONCAT else "KW_PRIMARY"
        if kind == "KW_CONCAT" and separators(keyword).longest and self._keywords[-1] is None:
            self._keywords[-1] = keyword
        out.append(Tok(kind, token, span, keyword))
        return length, kind != "KW_NONE"

    def _is_operand_keyword(self, i: int, length: int, keyword: Keyword, after: Raw | None) -> bool:
        """Whether words that are a keyword are one here, and not variables or an ordinary call."""
        if keyword.operand is Operand.NONE:
            if length == 1 and self._raw[i].text in self._variables:
                return False
            return after is None or not starts_operand(after) or is_one(after, "(")
        if length > 1 and _stands_alone(keyword, after):
            return True
        if after is None or self._is_subtraction(i + length) or (is_one(after, "[") and not after.blank_before):
            return False
        if is_one(after, "("):
            if keyword.words != "FORMAT":
                return length > 1 or self._raw[i].text not in self._variables
            close = self._closing(i + length)
            return close is not None and close + 1 < len(self._raw) and is_one(self._raw[close + 1], "AS")
        if length == 1 and self._raw[i].text in self._variables and after.text in INFIX and after.kind is Kind.WORD:
            return False
        return starts_operand(after)

    def _is_subtraction(self, at: int) -> bool:
        """`word - x`, as against `WORD -x`."""
        if not is_one(self._raw[at], "-") or at + 1 >= len(self._raw):
            return False
        return self._raw[at + 1].blank_before

    def _closing(self, at: int) -> int | None:
        depth = 0
        for i in range(at, len(self._raw)):
            raw = self._raw[i]
            if raw.kind is Kind.MARK:
                depth += (raw.text in OPENS) - (raw.text in CLOSES)
                if depth == 0:
                    return i
        return None

    def _infix(self, i: int, stop: int, out: list[Tok], stack: list[list[object]]) -> tuple[int, bool]:
        """A word after an operand: an operator of one or more words, or a clause word."""
        raw = self._raw
        words = [item.text if item.kind is Kind.WORD else "" for item in raw[i : min(i + 3, stop)]] + ["", ""]
        first, second, third = words[:3]
        name, length, expects = first, 1, True
        match first:
            case "AND" if int(str(stack[-1][2])):
                stack[-1][2] = int(str(stack[-1][2])) - 1
                name = "BETWEEN_AND"
            case "BETWEEN":
                stack[-1][2] = int(str(stack[-1][2])) + 1
            case "NOT" if second in ("IN", "LIKE"):
                name, length = f"NOT_{second}", 2
            case "STARTS" | "ENDS" if second == "WITH":
                name, length = f"{first}_WITH", 2
            case "IS" if second == "NOT" and third in ("NULL", "EMPTY", "NOTHING", "NONE"):
                name, length, expects = f"IS_NOT_{'EMPTY' if third == 'EMPTY' else 'NULL'}", 3, False
            case "IS" if second in ("NULL", "EMPTY", "NOTHING", "NONE"):
                name, length, expects = f"IS_{'EMPTY' if second == 'EMPTY' else 'NULL'}", 2, False
            case "AND" | "OR" | "XOR" | "MOD" | "LIKE" | "IN" | "CONTAINS":
                pass
            case _ if first in CLAUSES:
                pass
            case _:
                name, expects = "NAME", False
        last = raw[i + length - 1]
        out.append(Tok(name, raw[i], raw[i].span.to(last.span)))
        return length, expects


def _stands_alone(keyword: Keyword, after: Raw | None) -> bool:
    """Whether a keyword that may stand without a value does so here."""
    return any(not form.pattern for form in keyword.forms) and (after is None or not starts_operand(after))


def _broken(head: Tok) -> list[Tok]:
    return [head, replace(head, type=BROKEN)]


def _did_you_mean(words: list[str]) -> str:
    """The keyword that unknown words resemble most."""
    known = {" ".join(spelling): None for spelling in _SEQUENCES}
    for n in range(min(len(words), _LONGEST), 0, -1):
        close = difflib.get_close_matches(" ".join(words[:n]), known, n=1, cutoff=0.75)
        if close:
            return f"did you mean {close[0]}?"
    return ""
