"""Type suffixes of names: `total%`, `price#`. A suffix means nothing; `%`, `&` and `!` may also be operators."""

from __future__ import annotations

import re

_SUFFIX = re.compile(
    r"""
    \$ (?![\w"{])
    | \# (?![\w"'\[{])
    | (?! != | && | &[ \t]*(?:'|//|\r?\n[ \t]*["'(\d]) )   # these join two operands
      [%!&] [ \t]* (?:
        \Z | [\r\n)\]},:;'=<>*/\\^%?|] | &(?![hH][0-9A-Fa-f]) | !=
        | (?: THEN | AS | AND | OR | XOR | MOD ) (?!\w)
        | [+-] (?=[ \t])
      )
    | [%!] (?: [+-] | [ \t]+ (?:
        TO | STEP | IN | IS | LIKE | NOT[ \t]+(?:IN|LIKE) | BETWEEN | CONTAINS | STARTS | ENDS | DO | WITH | DEFAULT
      ) (?!\w) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A suffix and what must follow it: nothing that begins an operand."""


def suffix_end(text: str, at: int) -> int:
    """Where the suffix of a name that ends at `at` ends; `at` if it has none."""
    return at + 1 if _SUFFIX.match(text, at) else at
