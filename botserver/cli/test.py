"""`botserver test PACKAGE…`: plays the conversation files kept beside scripts, and reports like a test runner."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from ..errors import BadConversation, ConfigError
from ..language.cache import open_cache
from ..language.folders import PACKAGE_SUFFIX, find_packages
from ..language.package import Package, load_package
from ..language.source import ERROR
from ..testing.chat import load
from ..testing.player import Failure, play
from .diagnostics import located
from .exits import FAULT, OK

_EXAMPLES = """\
examples:
  botserver test shop.gbai                       all of shop.gbai/tests/*.chat
  botserver test bots/ -k refund                 of all packages those with "refund" in their path
  botserver test shop.gbai/tests/order.chat -v   one conversation, by name

A conversation file has what the user says (`> yes`), what the bot is expected to say, and directives: other sessions
(@session), time (@wait), the end (@end, @shutdown), human agents (@agent), services outside (@call), other bots (@bot),
and what must hold (@state @variable @memory @context @kbs @tools @tags @image @event @log @fault @result @ended).
docs/testing.md explains them.
Time is virtual, services outside are doubles, each file has a database of its own. The exit code is 1 if a conversation
went otherwise.
"""

_CHAT_SUFFIX = ".chat"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="package, folder of them, or .chat file")
    parser.add_argument("-k", metavar="TEXT", default="", help="only files with this text in their path")
    parser.add_argument("-v", "--verbose", action="store_true", help="a line a conversation")
    parser.add_argument("--json", action="store_true", help="one object a conversation, then a summary")
    parser.add_argument("--junit", metavar="FILE", type=Path, help="write a report in JUnit's XML")


@dataclass(frozen=True, slots=True)
class _Result:
    file: Path
    failure: Failure | None
    seconds: float


def run(arguments: argparse.Namespace) -> int:
    wanted = [(package, file) for package, file in _files(arguments.paths) if arguments.k in str(file)]
    if not wanted:
        raise ConfigError("no conversation to play", hint="they are files PACKAGE.gbai/tests/NAME.chat")
    began_s = time.perf_counter()
    results = []
    for result in _play_all(wanted):
        results.append(result)
        _show(result, arguments)
    seconds = time.perf_counter() - began_s
    failed = [result for result in results if result.failure is not None]
    if arguments.json:
        summary = {"type": "summary", "passed": len(results) - len(failed), "failed": len(failed)}
        print(json.dumps({**summary, "seconds": round(seconds, 3)}))
    else:
        _summarize(results, failed, seconds, arguments.verbose)
    if arguments.junit:
        _write_junit(arguments.junit, results, seconds)
    return FAULT if failed else OK


def _files(paths: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Each conversation file with its package."""
    for path in paths:
        if path.suffix.lower() == _CHAT_SUFFIX and path.is_file():
            packages = [parent for parent in path.absolute().parents if parent.suffix.lower() == PACKAGE_SUFFIX]
            if not packages:
                raise ConfigError(f"{path} is in no package", hint="keep it in PACKAGE.gbai/tests/")
            yield packages[0], path
            continue
        for package in find_packages(path):
            for file in sorted((package / "tests").rglob(f"*{_CHAT_SUFFIX}")) if package.is_dir() else ():
                yield package, file


def _play_all(wanted: list[tuple[Path, Path]]) -> Iterator[_Result]:
    packages: dict[Path, Package] = {}
    for path, file in wanted:
        _load_into(packages, path)
        began_s = time.perf_counter()
        try:
            conversation = load(file)
            others = [path.parent / name for _, name in conversation.others]
            for (line, name), other in zip(conversation.others, others, strict=True):
                if not other.is_dir():
                    raise BadConversation(file=file, line=line, what=f"there is no {name} beside {path.name}")
                _load_into(packages, other)
            failure = asyncio.run(play(conversation, packages[path], [packages[other] for other in others]))
        except BadConversation as error:
            failure = Failure(int(error.data["line"]), str(error.data["what"]))
        yield _Result(file, failure, time.perf_counter() - began_s)


def _load_into(packages: dict[Path, Package], path: Path) -> None:
    if path not in packages:
        packages[path] = load_package(path, cache=open_cache(os.environ))
        for diagnostic, for_people in located(packages[path], path):
            if diagnostic.severity == ERROR:
                print(for_people, file=sys.stderr)


# --- reports


def _show(result: _Result, arguments: argparse.Namespace) -> None:
    failure = result.failure
    if arguments.json:
        found = {"type": "conversation", "file": str(result.file), "passed": failure is None}
        if failure is not None:
            found |= {"line": failure.line, "message": failure.what, "details": list(failure.details)}
        print(json.dumps({**found, "seconds": round(result.seconds, 3)}, ensure_ascii=False))
    elif arguments.verbose:
        print(f"{result.file} {'passed' if failure is None else 'FAILED'} ({result.seconds:.2f} s)")
    else:
        print("." if failure is None else "F", end="")
    sys.stdout.flush()


def _summarize(results: list[_Result], failed: list[_Result], seconds: float, is_verbose: bool) -> None:
    if not is_verbose:
        print()
    for result in failed:
        assert result.failure is not None
        print(f"\n{result.file}:{result.failure.line}: {result.failure.what}")
        for line in result.failure.details:
            print(f"  {line}")
    n = len(results)
    words = f"{n} conversation{'' if n == 1 else 's'}, {len(failed) or 'none'} failed ({seconds:.2f} s)"
    print(f"\n{words}" if failed else words)


def _write_junit(path: Path, results: list[_Result], seconds: float) -> None:
    n_failed = sum(result.failure is not None for result in results)
    counts = {"tests": str(len(results)), "failures": str(n_failed), "time": f"{seconds:.3f}"}
    suite = ET.Element("testsuite", {"name": "botserver", **counts})
    for result in results:
        name = {"classname": result.file.parent.parent.stem, "name": result.file.stem, "file": str(result.file)}
        case = ET.SubElement(suite, "testcase", {**name, "time": f"{result.seconds:.3f}"})
        if result.failure is not None:
            message = f"line {result.failure.line}: {result.failure.what}"
            ET.SubElement(case, "failure", {"message": message}).text = "\n".join(result.failure.details)
    try:
        ET.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}", hint="give another file") from error
