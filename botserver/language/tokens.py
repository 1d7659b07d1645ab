"""The terminals of a statement: words promoted to keywords, names, operators and virtual tokens.

All context-sensitivity of the dialect lives here and in `lines.py`, where a whole logical line with its brackets is in
view; the grammar over the result is plain LALR(1). Each statement becomes a list of terminals of `grammar.lark`.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

from .builtins import find_builtin
from .keywords import Keyword, Place, is_outside
from .phrases import Phrases
from .scanner import Kind, Raw, Text
from .terminals import LONGEST, SEQUENCES, Names, Tok, did_you_mean, taken_by_nothing
from .words import (
    BROKEN,
    CLAUSES,
    CLOSES,
    HEAR_TYPES,
    INFIX,
    LATER_HEAR_TYPES,
    LITERALS,
    OP_ASSIGN,
    OPENS,
    RELATIONS,
    SCHEDULE_UNITS,
    follows_variable,
    is_one,
    starts_operand,
)

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


class Promoter(Phrases):
    """Turns the raw tokens of one statement into terminals."""

    # --- statement starts ----------------------------------------------------------------------------------------

    def statement(self) -> list[Tok]:
        first = self._raw[0]
        if first.kind is Kind.BLOCK:
            return [Tok("BLOCK_TEXT", first, first.span)]
        if self._is_field_only(first):
            point = Tok("WITH_DOT", first, first.span)
            field = self._name(replace(first, written=first.written or first.text))
            return [point, field, Tok("ASSIGN", self._raw[1], self._raw[1].span), *self.expression(2)]
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

    def _is_field_only(self, first: Raw) -> bool:
        """`1 = x`, `as = x`: only a field of WITH can have that name."""
        if len(self._raw) < 2 or not is_one(self._raw[1], "="):
            return False
        return first.text.isdecimal() if first.kind is Kind.NUMBER else is_one(first, "AS", "THEN")

    def _merged(self, length: int) -> Tok:
        first, last = self._raw[0], self._raw[length - 1]
        return Tok("", first, first.span.to(last.span))

    def _has_spelled_words(self, first: Raw) -> bool:
        """`SET_BOT_MEMORY`: a keyword of several words, joined by underscores."""
        if "_" not in first.text or (first.text,) in SEQUENCES or first.text in self._names.procedures:
            return False
        if len(self._raw) > 1 and follows_variable(self._raw[1]):
            return False
        words = tuple(first.text.split("_"))
        return any(words[:n] in SEQUENCES for n in range(2, len(words) + 1)) and words in SEQUENCES

    def _split_underscores(self) -> None:
        first = self._raw[0]
        words = [replace(first, text=word, written=word) for word in first.text.split("_")]
        self._raw[:1] = words

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
        if after is not None and is_one(after, BROKEN):  # `f(1, 2`: reported where the bracket opens
            return _broken(Tok("NAME", words[0], words[0].span))
        if len(words) == 1 and after is not None and (after.kind is Kind.MARK or after.text in INFIX):
            name, step = words[0].written, self._raw[1:3]
            counts = len(step) == 2 and step[0].text == step[1].text and is_one(step[0], "+", "-")
            hint = f"write {name} = {name} {step[0].text} 1" if counts else "write name = value"
            self._problems.error("L103", words[0].span, "a value alone is not a statement", hint)
            return []
        if (valued := self._valued(words)) is not None:
            n, form = valued
            span = words[0].span.to(words[n - 1].span)
            name = " ".join(raw.written for raw in words[:n])
            self._problems.error("L103", span, *taken_by_nothing(name, form))
            return []
        self._problems.error(
            "L104",
            words[0].span.to(words[-1].span),
            f'unknown keyword "{" ".join(raw.written for raw in words)}"',
            self._hint_for(words),
        )
        return []

    def _valued(self, words: list[Raw]) -> tuple[int, str] | None:
        """How many words name what only gives a value, and how it is written. None if there are none, or none may
        follow."""
        if words[0].text in self._names.procedures:
            return None
        for n in range(min(len(words), LONGEST), 0, -1):
            if n < len(words) and not self._may_be_value(words[n]):
                continue
            keyword = SEQUENCES.get(tuple(raw.text for raw in words[:n]))
            if keyword is not None and keyword.place is Place.OPERAND:
                return n, f"{keyword.words} …"
            if keyword is None and n == 1 and find_builtin(words[0].text) is not None:
                return n, f"{words[0].text}(…)"
        return None

    def _may_be_value(self, raw: Raw) -> bool:
        is_keyword = len(raw.written) > 1 and raw.written.isupper()
        return not is_keyword or raw.text in self._names.variables or find_builtin(raw.text) is not None

    def _hint_for(self, words: list[Raw]) -> str:
        """What was probably meant: a SUB of the file, else the keyword that resembles the words most."""
        procedures = self._names.procedures
        if words[0].text == "GOSUB":
            return "write a SUB, and CALL it"
        name = next(iter(difflib.get_close_matches(words[0].text, procedures, n=1, cutoff=0.75)), "")
        if words[0].text in procedures or (name and (words[0].text,) not in SEQUENCES):
            written = words[0].written if words[0].text in procedures else name
            return f"to call a SUB, write CALL {written} …"
        return did_you_mean([raw.text for raw in words]) or f"to call a SUB, write CALL {words[0].written} …"

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
            return [*head, Tok("KW_CONCAT", raw[value], span, SEQUENCES[("QUERY",)]), Tok("STRING", sql, span)]
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
                end = self._header_end()
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
                    update = SEQUENCES[("UPDATE",)]
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
        end = self._header_end()
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
            clause = raw[i].text if is_one(raw[i], *_PARAM_CLAUSES) else ""
            if clause:
                out.append(Tok(clause, raw[i], raw[i].span))
                i += 1
            is_bare = i < end and not (end == i + 1 and raw[i].kind in (Kind.STRING, Kind.NUMBER))
            is_text = is_bare and clause in ("LIKE", "DESCRIPTION")
            out += [_bare_text(raw[i:end])] if is_text else self.expression(i, end)
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

    def _header_end(self) -> int:
        """Where the header of a loop ends: a DO at its end says nothing, but `x.do` is a member."""
        n = len(self._raw)
        return n - 1 if is_one(self._raw[-1], "DO") and not is_one(self._raw[-2], ".", "?.") else n

    def _hear(self, length: int) -> list[Tok]:
        raw = self._raw
        ends = [i for i in range(length, len(raw)) if is_one(raw[i], "AS", "WITH", "DEFAULT")]
        ends = [i for i in ends if not is_one(raw[i - 1], ".", "?.")]
        if ends and ends[0] == length and not is_one(raw[length], "AS") and self._ends_name(length + 1):
            del ends[0]  # `HEAR default`: a variable
        end = ends[0] if ends else len(raw)
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

    def _ends_name(self, at: int) -> bool:
        return at == len(self._raw) or is_one(self._raw[at], "AS", "WITH", "DEFAULT", ".", "[")

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
        if keyword.words == "GET":  # of two values only where the first says of what
            return [part.text.lower() for part in after.parts if isinstance(part, Text)] in (["config"], ["session"])
        return any("," in form.pattern for form in keyword.forms)

    def _are_arguments(self, start: int, end: int) -> bool:
        """Whether all from `start` to `end` is one parenthesis with a list in it: `SET CONTEXT("a", "b")`."""
        is_open = start < end and is_one(self._raw[start], "(")
        return is_open and self._closing(start) == end - 1 and self._has_comma(start, end)


def _broken(head: Tok) -> list[Tok]:
    return [head, replace(head, type=BROKEN)]


def _bare_text(raw: Sequence[Raw]) -> Tok:
    """Text that stands without quotes, as in `PARAM email AS EMAIL LIKE ann@example.com`."""
    pieces: list[str] = []
    for token in raw:
        is_apart = token.blank_before and pieces
        quoted = "".join(part.text if isinstance(part, Text) else part.written for part in token.parts)
        pieces.append((" " if is_apart else "") + (quoted or token.written or token.text))
    span = raw[0].span.to(raw[-1].span)
    return Tok("STRING", Raw(Kind.STRING, "", span, True, parts=(Text("".join(pieces)),)), span)
