"""What a row of the keyword registry says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where a keyword may stand."""

    STATEMENT = "statement"
    OPERAND = "operand"
    BOTH = "both"
    BLOCK = "block"  # has a grammar rule of its own


class Operand(StrEnum):
    """How far the operand of a keyword in operand position reaches."""

    NONE = "none"  # it takes none
    CONCAT = "concat"  # up to comparison operators: takes + and &
    PRIMARY = "primary"  # one literal, name or parenthesis


class Lowering(StrEnum):
    """Which kind of instruction a form becomes; `Form.target` names the built-in or effect."""

    BUILTIN = "builtin"
    EFFECT = "effect"
    EMIT = "emit"
    SPECIAL = "special"  # the compiler has a method for it
    DATA = "data"  # dataforms.py reads its clauses
    CALL = "call"  # call_forms.py; the server has what it needs, and a name of the file goes before it
    MISSING = "missing"  # an outside service this server has no adapter for; `Form.target` says which


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a keyword.

    `pattern` is what stands between the operands: a tuple of separators, the first always "" (`("", "AS")` is
    `KEYWORD a AS b`, `("", " ")` is `KEYWORD a b`); () takes no operand. A word of `flags` has no operand after it.
    `is_open` lets the last separator repeat. `fixed` are constants appended to the arguments. `clauses` may follow the
    pattern, each at most once and in any order. `statement` is the target where nobody takes the result,
    if another one.
    """

    pattern: tuple[str, ...]
    lowering: Lowering
    target: str
    kind: str
    usage: str
    is_open: bool = False
    fixed: tuple[str | None, ...] = ()
    clauses: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword with its forms, a sentence for the reference, and an example that compiles."""

    words: str
    place: Place
    forms: tuple[Form, ...]
    doc: str
    example: str
    synonyms: tuple[str, ...] = ()
    operand: Operand = Operand.CONCAT
    errors: tuple[str, ...] = ()  # number and when, beside those any statement may raise
    takes_fields: bool = False  # what follows WITH is `name = value, …`, which makes one map

    @property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(words.split()) for words in (self.words, *self.synonyms))
