"""`botserver deploy PACKAGE`: a package becomes a release of a running server's bot."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from botserver_client import BotserverClient, InvalidRequest, Release

from ..errors import BadPackage
from ..language.cache import open_cache
from ..language.folders import PACKAGE_SUFFIX, is_package
from ..language.source import ERROR
from ..session.package_check import check_package
from .diagnostics import located
from .exits import FAULT, OK
from .remote import add_server_option, exit_code, plain

_EXAMPLES = """\
examples:
  botserver deploy shop.gbai                  check it, store it, and let new sessions begin in it
  botserver deploy shop.gbai --no-activate    only store it; `botserver releases activate` does the rest
  botserver deploy shop.gbai --expect RELEASE_ID   only if nobody else deployed meanwhile

Conversations that are under way finish their script in the release they have.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("package", metavar="PACKAGE", type=Path, help=f"folder NAME{PACKAGE_SUFFIX}")
    parser.add_argument("--no-activate", action="store_true", help="store it, and leave the active release as it is")
    parser.add_argument("--expect", metavar="RELEASE", help="only if this release is active; 'none': if none is")
    parser.add_argument("--note", default="", metavar="TEXT", help="for whoever reads the list of releases")
    parser.add_argument("--json", action="store_true", help="one JSON object: the release")
    add_server_option(parser)


def run(arguments: argparse.Namespace) -> int:
    path: Path = arguments.package.resolve()
    if not is_package(path):
        raise BadPackage(path=arguments.package, what=f"no folder NAME{PACKAGE_SUFFIX}")
    package = check_package(path, cache=open_cache(os.environ))
    for diagnostic, for_people in located(package, arguments.package):
        if diagnostic.severity == ERROR or not arguments.json:
            print(for_people, file=sys.stderr)
    if package.broken:
        print("botserver: nothing was deployed: scripts do not compile", file=sys.stderr)
        return FAULT
    return exit_code(lambda: _deploy(package.name, path, arguments))


def _deploy(name: str, path: Path, arguments: argparse.Namespace) -> int:
    expected = None if arguments.expect is None else arguments.expect.replace("none", "")
    with BotserverClient(arguments.server) as client:
        try:
            release, _ = client.deploy_release(
                name, path, activate=not arguments.no_activate, expected_active=expected, note=arguments.note
            )
        except InvalidRequest as error:
            if error.reason == "SCRIPT_INVALID":  # what compiles here does not compile there: another version
                for problem in client.check_package(name, path):
                    print(f"{problem.file}:{problem.line}:{problem.column}: {problem.message}", file=sys.stderr)
            raise
    print(json.dumps(asdict(release), default=plain) if arguments.json else _told(release))
    return OK


def _told(release: Release) -> str:
    if release.active:
        return f"{release.bot} runs release {release.release} from now on"
    return f"{release.bot} has release {release.release}; it is not active"
