"""What the parser hands on: statements, and the headers and ends of blocks that `blocks.py` puts together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from lark import Token

from . import tree
from .source import Span
from .terminals import Tok


@dataclass(frozen=True, slots=True)
class Marker:
    """The header or end of a block. `parts` depends on the kind; see `blocks.py`."""

    span: Span
    kind: str
    parts: tuple[Any, ...] = ()


Parsed: TypeAlias = "tree.Statement | Marker"


class Terminal(Token):
    """A lark token that carries ours."""

    tok: Tok

    @classmethod
    def of(cls, tok: Tok) -> Terminal:
        made = cls(tok.type, tok.raw.written or tok.raw.text)
        made.tok = tok
        return made


def event_kind(terminal: str) -> str:
    """`ON_FORM_SUBMIT` as FORM SUBMIT."""
    return terminal.removeprefix("ON_").replace("_", " ")
