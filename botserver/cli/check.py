"""`botserver check PATH…`: every problem of scripts and packages, for people or as JSON lines."""

from __future__ import annotations

import argparse
import json
import os
from itertools import chain
from pathlib import Path

from ..language.cache import open_cache
from ..language.folders import SCRIPT_SUFFIX, find_packages
from ..language.source import ERROR, Diagnostic
from ..session.package_check import check_package
from .diagnostics import located
from .exits import FAULT, OK
from .progress import ProgressBar

_EXAMPLES = """\
examples:
  botserver check shop.gbai          a package
  botserver check bots/              all packages of a folder
  botserver check start.bas          a single script
  botserver check --json shop.gbai   one JSON object a diagnostic

The exit code is 1 if there is an error, 0 if there are only warnings or nothing.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="package, folder of packages, or script")
    parser.add_argument("--json", action="store_true", help="one object a diagnostic: file, line, column, …")


def run(arguments: argparse.Namespace) -> int:
    n_errors = n_warnings = n_scripts = 0
    cache = open_cache(os.environ)
    paths = list(chain.from_iterable(map(find_packages, arguments.paths)))
    with ProgressBar(sum(map(_count_scripts, paths))) as bar:
        for path in paths:
            package = check_package(path, bar.step, cache)
            n_scripts += len(package.programs) + len(package.broken)
            for diagnostic, for_people in located(package, path):
                n_errors += diagnostic.severity == ERROR
                n_warnings += diagnostic.severity != ERROR
                bar.print(_json(diagnostic) if arguments.json else for_people)
    if not arguments.json:
        print(f"{_count(n_scripts, 'script')}, {_count(n_errors, 'error')}, {_count(n_warnings, 'warning')}")
    return FAULT if n_errors else OK


def _count_scripts(path: Path) -> int:
    """About: some of them may not count."""
    return 1 if path.is_file() else sum(1 for file in path.rglob("*") if file.suffix.lower() == SCRIPT_SUFFIX)


def _json(diagnostic: Diagnostic) -> str:
    fields = ("file", "line", "column", "severity", "code", "message", "hint")
    return json.dumps({name: getattr(diagnostic, name) for name in fields}, ensure_ascii=False)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
