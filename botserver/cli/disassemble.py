"""`botserver disassemble`: the portable program a script compiles to, instruction by instruction."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..errors import ConfigError
from ..language.disassembler import disassemble
from ..language.folders import find_packages
from ..language.package import load_package
from .diagnostics import located
from .exits import FAULT, OK

_EXAMPLES = """\
examples:
  botserver disassemble start.bas
  botserver disassemble shop.gbai                   all scripts of a package
  botserver disassemble shop.gbai --script receipt  one of them
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("path", metavar="PACKAGE|FILE", type=Path, help="a package NAME.gbai, or one script")
    parser.add_argument("--script", metavar="NAME", help="only this script of the package")


def run(arguments: argparse.Namespace) -> int:
    code = OK
    for path in find_packages(arguments.path):
        package = load_package(path)
        wanted = arguments.script.lower().removesuffix(".bas") if arguments.script else None
        names = sorted([*package.programs, *package.broken])
        if wanted is not None and wanted not in names:
            raise ConfigError(f"{package.name} has no script {arguments.script!r}", hint=f"it has {', '.join(names)}")
        for name in names if wanted is None else [wanted]:
            if name in package.programs:
                print(disassemble(package.programs[name]))
                continue
            code = FAULT
            broken = [problem.file for problem in package.broken[name]]
            for problem, for_people in located(package, path):
                if any(problem.file.endswith(file) for file in broken):
                    print(for_people, file=sys.stderr)
    return code
