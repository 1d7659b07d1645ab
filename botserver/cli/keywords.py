"""`botserver keywords [NAME]`: the reference of the language, in a terminal or for programs."""

from __future__ import annotations

import argparse
import json

from ..errors import ConfigError
from ..language import reference
from .exits import OK

_EXAMPLES = """\
examples:
  botserver keywords                     everything, a line each
  botserver keywords set bot memory      one keyword
  botserver keywords round               or one function
  botserver keywords --json              one JSON object a keyword or function
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("name", metavar="NAME", nargs="*", help="words of a keyword, or name of a function")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(arguments: argparse.Namespace) -> int:
    wanted = list(reference.entries())
    name = " ".join(arguments.name)
    if name:
        found = reference.find(name)
        if not found:
            close = ", ".join(reference.close_to(name))
            hint = f"did you mean {close}?" if close else "`botserver keywords` lists all"
            raise ConfigError(f"no keyword or function {name!r}", hint=hint)
        wanted = [(family, entry) for family, entry in wanted if entry in found]
    if arguments.json:
        for family, entry in wanted:
            print(json.dumps(reference.data_of(entry, family), ensure_ascii=False))
    elif name:
        print("\n\n".join(reference.text_of(entry) for _, entry in wanted))
    else:
        _list(wanted)
    return OK


def _list(wanted: list[tuple[str, reference.Entry]]) -> None:
    before = ""
    for family, entry in wanted:
        if family != before:
            print(f"{family}:")
            before = family
        print(f"  {reference.name_of(entry):<28}{entry.doc}")
