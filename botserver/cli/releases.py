"""`botserver releases list|activate`: the releases of a running server's bots."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from botserver_client import BotserverClient, Release

from .exits import FAULT, OK
from .remote import add_server_option, exit_code, plain

_EXAMPLES = """\
examples:
  botserver releases list shop                 newest first, with the sessions in each
  botserver releases activate shop 3fa9c1      let new sessions begin in this one; the first digits are enough
  botserver releases activate shop --previous  go back to the one before
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    actions = parser.add_subparsers(dest="action", metavar="list|activate", required=True)
    listing = actions.add_parser("list", help="list the releases of a bot, newest first")
    activating = actions.add_parser("activate", help="let new sessions begin in a release, older or newer")
    for action in (listing, activating):
        action.add_argument("bot", metavar="BOT")
    activating.add_argument("release", metavar="RELEASE", nargs="?", help="its first digits")
    activating.add_argument("--previous", action="store_true", help="the one stored before the active one")
    for action in (listing, activating):
        add_server_option(action)
        action.add_argument("--json", action="store_true", help="one JSON object a release")


def run(arguments: argparse.Namespace) -> int:
    actions = {"list": _list, "activate": _activate}

    def act() -> int:
        with BotserverClient(arguments.server) as client:
            return actions[arguments.action](client, arguments)

    return exit_code(act)


def releases_of(client: BotserverClient, bot: str) -> Iterator[Release]:
    token = ""
    while True:
        page = client.list_releases(bot, page_token=token)
        yield from page
        token = page.next_page_token
        if not token:
            return


def find_release(client: BotserverClient, bot: str, digits: str) -> Release | None:
    """The release whose id begins so. None, and a sentence on standard error, if there is none or more than one."""
    found = [release for release in releases_of(client, bot) if digits and release.release.startswith(digits.lower())]
    if len(found) == 1:
        return found[0]
    print(f"botserver: {len(found) or 'no'} releases of {bot} begin with {digits!r}", file=sys.stderr)
    print(f"  try `botserver releases list {bot}`", file=sys.stderr)
    return None


def _list(client: BotserverClient, arguments: argparse.Namespace) -> int:
    if not arguments.json:
        print(f"{'release':12}  {'stored':19}  {'active':6}  {'sessions':>8}  {'pinned':>8}  note")
    for release in releases_of(client, arguments.bot):
        print(json.dumps(asdict(release), default=plain, ensure_ascii=False) if arguments.json else _line(release))
    return OK


def _line(release: Release) -> str:
    return (
        f"{release.release[:12]}  {release.create_time:%Y-%m-%d %H:%M:%S}  {'yes' if release.active else '':6}  "
        f"{release.open_sessions:8,}  {release.pinned_sessions:8,}  {release.note}"
    ).rstrip()


def _activate(client: BotserverClient, arguments: argparse.Namespace) -> int:
    if arguments.previous == (arguments.release is not None):
        print("botserver releases activate: give a RELEASE or --previous", file=sys.stderr)
        return FAULT
    expected = None
    if arguments.previous:
        stored = list(releases_of(client, arguments.bot))
        place = next((at for at, release in enumerate(stored) if release.active), None)
        if place is None or place + 1 == len(stored):
            print(f"botserver: {arguments.bot} has no release before the active one", file=sys.stderr)
            return FAULT
        wanted, expected = stored[place + 1], stored[place].release
    else:
        found = find_release(client, arguments.bot, arguments.release)
        if found is None:
            return FAULT
        wanted = found
    release = client.activate_release(arguments.bot, wanted.release, expected_active=expected)
    told = f"{release.bot} runs release {release.release} from now on"
    print(json.dumps(asdict(release), default=plain, ensure_ascii=False) if arguments.json else told)
    return OK
