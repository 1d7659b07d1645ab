"""The terminals of an expression: keyword calls, operators of several words, names, and clauses between operands.

Where a word may be a keyword or a name, the tokens around it decide; inside brackets the same as outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .keywords import Keyword, Operand, Place, Separators, is_function, is_outside, separators, takes_table, yields
from .scanner import Kind, Raw
from .source import Problems, Span
from .terminals import LONGEST, SEQUENCES, Names, Tok
from .words import (
    CLAUSES,
    CLOSES,
    INFIX,
    LITERALS,
    MARKS,
    OPENS,
    RELATIONS,
    is_one,
    starts_operand,
)


def expression_tokens(tokens: Sequence[Raw], problems: Problems, names: Names) -> tuple[Tok, ...]:
    """The terminals of an expression inside a string."""
    return tuple(Phrases(tokens, problems, names).expression(0))


_OPERAND_TOKENS = 200
"""What is looked over to see where an operand ends; a longer one needs parentheses round its keyword."""
_OPENING = frozenset(("LPAR", "LBRACK", "LBRACE", "LIST_OPEN"))
_CLOSING = frozenset(("RPAR", "RBRACK", "RBRACE"))


class Phrases:
    """Reads the raw tokens of one statement as expressions."""

    def __init__(self, tokens: Sequence[Raw], problems: Problems, names: Names) -> None:
        self._raw = list(tokens)
        self._problems = problems
        self._names = names
        self._variables = names.variables
        self._keywords: list[Keyword | None] = [None]

    # --- keywords ------------------------------------------------------------------------------------------------

    def _keyword_at(self, at: int, places: tuple[Place, ...]) -> tuple[Keyword | None, int]:
        """The longest keyword at `at` and its number of words. `SEND MAIL to, …` is SEND MAIL: a keyword that needs a
        value gives way to a shorter one when none follows."""
        words: list[str] = []
        best: tuple[Keyword | None, int] = (None, 0)
        for raw in self._raw[at : at + LONGEST]:
            if raw.kind is not Kind.WORD:
                break
            words.append(raw.text)
            keyword = SEQUENCES.get(tuple(words))
            if keyword is None or keyword.place not in places:
                continue
            is_value = keyword.operand is Operand.NONE and Place.STATEMENT not in places
            if not is_value and self._is_assigned_after(at + len(words), words):
                continue
            if len(words) == 1 and words[0] in self._names.procedures and yields(keyword):
                continue
            end = at + len(words)
            if words[-1] == "ALL" and best[0] is keyword and not self._has_value(end):
                continue  # `FIND all`: a variable
            is_second = best[1] > 1 or (best[1] == 1 and words[0] == "LOG")
            if is_second and not is_outside(keyword) and not self._begins_operand(end, keyword):
                continue  # `ADD SUGGESTION text AS "x"`
            if best[0] is None or not (self._lacks_operand(end, keyword) or self._has_operand(end, keyword)):
                best = (keyword, len(words))
        return best

    def _has_value(self, at: int) -> bool:
        return at < len(self._raw) and starts_operand(self._raw[at])

    def _begins_operand(self, at: int, keyword: Keyword) -> bool:
        """Whether what a keyword needs follows it, and not the rest of an expression that its last word begins."""
        if any(not form.pattern for form in keyword.forms):
            return True
        if at >= len(self._raw) or is_one(self._raw[at], "AS", "[", "+", "-"):
            return False
        if is_one(self._raw[at], "("):  # `LOG SESSION("milestone", "paid")`
            return self._raw[0].text == "LOG" and self._raw[at - 1].text not in self._names.procedures
        is_clause = self._raw[at].text in CLAUSES  # `LOG SESSION step`: a variable named like one
        return starts_operand(self._raw[at]) or (is_clause and self._raw[at].text in self._variables)

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
        if len(words) == 1 or at == len(self._raw):
            return False
        after = self._raw[at]
        if words[-1] in self._variables and is_one(after, "[") and not after.blank_before:
            return True  # `TALK to[0]`
        return is_one(after, "=", ".") or (words[0] == "SET" and is_one(after, ","))

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
        # One entry an open bracket: the bracket, how many `?` and BETWEEN wait for their partner inside it, and whether
        # its commas part values, so that each may be a keyword with clauses of its own.
        stack: list[list[object]] = [["", 0, 0, False]]
        # The keyword whose operands stand in each open bracket: its words divide them.
        self._keywords = [keyword]
        expects = not after_operand
        i = start
        while i < stop:
            token = raw[i]
            if token.kind is Kind.NUMBER:
                is_field = expects and token.text.isdecimal() and self._is_field(i, stop, out)
                self._stand_beside(token, out, expects)
                name = self._name(replace(token, written=token.text))
                out.append(name if is_field else Tok("NUMBER", token, token.span))
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
            parts = text != "(" or (bool(out) and out[-1].type in ("NAME", "KW_CALL"))
            stack.append([text, 0, 0, parts])
            self._keywords.append(None)
            if text == "(" and out and out[-1].type in ("IN", "NOT_IN") and self._has_comma(i, stop):
                name = "LIST_OPEN"
        elif text in CLOSES:
            if len(stack) > 1:
                stack.pop()
                self._keywords.pop()
        elif text == "," and stack[-1][3]:
            self._keywords[-1] = None
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
        is_field = expects and self._is_field(i, stop, out)
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
            inner = Phrases([*words, *rest], self._problems, self._names)
            self._raw[i : i + len(words)] = [token]
            keyword, length = inner._keyword_at(0, (Place.OPERAND, Place.BOTH))
            is_variable = token.text in self._variables and not (after is not None and is_one(after, "("))
            is_whole = keyword is not None and length == len(words) and not is_variable
            if keyword is not None and is_whole and inner._is_operand_keyword(0, length, keyword, after):
                return self._keyword(token, token.span, keyword, 1, after, out, i + 1)
        keyword, length = self._keyword_at(i, (Place.OPERAND, Place.BOTH))
        if keyword is not None:
            last = self._raw[i + length - 1]
            following = self._raw[i + length] if i + length < stop else None
            if self._is_operand_keyword(i, length, keyword, following):
                return self._keyword(token, token.span.to(last.span), keyword, length, following, out, i + length)
        if token.text == "CALL" and after is not None and starts_operand(after) and "CALL" not in self._variables:
            return self._keyword(token, token.span, SEQUENCES[("CALL",)], 1, after, out)
        out.append(self._name(token))
        return 1, False

    def _is_spelled_operand(self, token: Raw) -> bool:
        return tuple(token.text.split("_")) in SEQUENCES and token.text not in self._names.procedures

    def _divides(self, words: tuple[str, ...]) -> bool:
        keyword = self._keywords[-1]
        return keyword is not None and words in separators(keyword).clauses

    def _is_field(self, i: int, stop: int, out: list[Tok]) -> bool:
        """Whether the token at `i` names a field: an `=` or AS follows it."""
        return i + 1 < stop and is_one(self._raw[i + 1], "=", "AS") and self._begins_field(out)

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
        if not expects and self._raw[i].text == "TIMEOUT" and _has_timed(out):
            out.append(Tok("CLAUSE", self._raw[i], self._raw[i].span))
            return 1, True
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
        self,
        token: Raw,
        span: Span,
        keyword: Keyword,
        length: int,
        after: Raw | None,
        out: list[Tok],
        at: int | None = None,
    ) -> tuple[int, bool]:
        """A keyword in operand position. Before a parenthesis it is an ordinary call: what follows stays outside. `at`
        is where its operand begins."""
        takes_none = length > 1 or "_" in token.text
        if keyword.words == "FORMAT":
            kind = "KW_FORMAT"
        elif keyword.operand is Operand.NONE or (takes_none and _stands_alone(keyword, after)):
            kind = "KW_NONE"
        elif after is not None and is_one(after, "("):
            kind = "KW_CALL"
        elif separators(keyword).clauses == {("TIMEOUT",)} and not separators(keyword).is_juxtaposed:
            kind = "KW_TIMED"  # its clause cannot be anybody else's, so it may stand in any expression
        elif keyword.operand is Operand.PRIMARY and at is not None and self._is_paired(at):
            kind = "KW_PAIR"
        else:
            kind = "KW_CONCAT" if keyword.operand is Operand.CONCAT else "KW_PRIMARY"
        if kind == "KW_CONCAT" and separators(keyword).longest and self._keywords[-1] is None:
            self._keywords[-1] = keyword
        out.append(Tok(kind, token, span, keyword))
        return length, kind != "KW_NONE"

    def _is_operand_keyword(self, i: int, length: int, keyword: Keyword, after: Raw | None) -> bool:
        """Whether words that are a keyword are one here, and not variables or an ordinary call."""
        if keyword.operand is Operand.NONE:
            if length == 1 and (self._raw[i].text in self._variables or self._is_column(i)):
                return False
            return after is None or not starts_operand(after) or is_one(after, "(")
        if length > 1 and _stands_alone(keyword, after):
            return True
        if after is None or self._is_subtraction(i + length) or (is_one(after, "[") and not after.blank_before):
            return False
        if is_one(after, "("):
            if is_function(keyword):
                return False
            if keyword.words != "FORMAT":
                return length > 1 or self._raw[i].text not in self._variables
            close = self._closing(i + length)
            return close is not None and close + 1 < len(self._raw) and is_one(self._raw[close + 1], "AS")
        is_infix = is_one(after, "-") or (after.kind is Kind.WORD and after.text in INFIX)
        if length == 1 and is_infix and self._raw[i].text in self._variables:
            return False
        if length == 1 and self._divides_at(i + 1, self._raw[i].text in self._variables):
            return False
        if is_one(after, "."):
            return after.blank_before and takes_table(keyword)
        if length > 1 or after.text in self._variables:
            return starts_operand(after) or self._is_named_like_clause(i + length)
        return starts_operand(after)

    def _is_column(self, i: int) -> bool:
        """Whether the word at `i` is compared in a condition on rows: `WHERE error <> ""`."""
        raw = self._raw
        is_compared = i + 1 < len(raw) and (raw[i + 1].text in RELATIONS or is_one(raw[i + 1], *INFIX - {"AND", "OR"}))
        if not is_compared or not is_one(raw[i - 1], "WHERE", "AND", "OR", "NOT", "("):
            return False
        return any(known is not None and ("WHERE",) in separators(known).clauses for known in self._keywords)

    def _divides_at(self, at: int, is_variable: bool) -> bool:
        """Whether what stands at `at` belongs to the keyword around, so that a name ends before it: `SORT list BY n`,
        `FIND list WHERE n = 1`. A word without operand behind it does so after a variable and after the column of an
        order: `FIND list FIRST`, `ORDER BY error DESC`."""
        keyword, words = self._keywords[-1], []
        if is_variable and is_one(self._raw[at], "TIMEOUT"):
            return self._has_value(at + 1)
        if keyword is None:
            return False
        known = separators(keyword)
        is_name = is_variable or is_one(self._raw[at - 2], "BY", ",")
        for raw in self._raw[at : at + known.longest]:
            if raw.kind is not Kind.WORD:
                break
            words.append(raw.text)
            if tuple(words) in known.clauses and self._has_value(at + len(words)):
                return True
            after = self._raw[at + len(words)] if at + len(words) < len(self._raw) else None
            if is_name and " ".join(words) in known.flags:
                return after is None or after.kind is Kind.WORD or is_one(after, ",")
        return False

    def _is_named_like_clause(self, at: int) -> bool:
        """`SEND MAIL to, subject, body`, `FIRST step`: the first operand is a variable named like a clause."""
        if not is_one(self._raw[at], "TO", "WITH", "DEFAULT", "STEP"):
            return False
        if self._raw[at].text in self._variables:
            return not self._has_value(at + 1)
        return at + 1 < len(self._raw) and is_one(self._raw[at + 1], ",", ".", "[")

    def _is_subtraction(self, at: int) -> bool:
        """`word - x`, as against `WORD -x`."""
        if not is_one(self._raw[at], "-") or at + 1 >= len(self._raw):
            return False
        return self._raw[at + 1].blank_before

    def _is_paired(self, at: int) -> bool:
        """Whether a comma follows the primary that begins at `at`, which is no text: `GET SESSION id, "field"`."""
        if at >= len(self._raw) or self._raw[at].kind is Kind.STRING or is_one(self._raw[at], "(", "["):
            return False
        depth = 0
        for raw in self._raw[at + 1 : at + _OPERAND_TOKENS]:
            if is_one(raw, "(", "["):
                depth += 1
            elif is_one(raw, ")", "]"):
                depth -= 1
                if depth < 0:
                    return False
            elif depth == 0 and not is_one(raw, ".") and not is_one(self._raw[at], "."):
                return is_one(raw, ",")
            at += 1
        return False

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


def _has_timed(out: list[Tok]) -> bool:
    """Whether a keyword call with a TIMEOUT to come is open, and no bracket since."""
    depth = 0
    for tok in reversed(out[-_OPERAND_TOKENS:]):
        if tok.type in _CLOSING:
            depth += 1
        elif tok.type in _OPENING:
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0 and (tok.type == "KW_TIMED" or (tok.type == "CLAUSE" and tok.raw.text == "TIMEOUT")):
            return tok.type == "KW_TIMED"
    return False


def _stands_alone(keyword: Keyword, after: Raw | None) -> bool:
    """Whether a keyword that may stand without a value does so here."""
    return any(not form.pattern for form in keyword.forms) and (after is None or not starts_operand(after))
