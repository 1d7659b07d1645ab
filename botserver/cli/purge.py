"""`botserver purge FILTER`: deletes the sessions of a running server that match, for good."""

from __future__ import annotations

import argparse
import json
import sys

from botserver_client import BotserverClient, Purged

from .exits import FAULT, OK, USAGE
from .progress import ProgressBar
from .remote import add_server_option, exit_code

_EXAMPLES = """\
examples:
  botserver purge 'user.user_id = "u-17"' --forget-users    all there is of a user
  botserver purge 'bot = "shop" AND update_time < "2026-01-31T00:00:00Z"' --dry-run
  botserver purge 'state = ENDED' --yes --json

Fields are bot, channel, alias, user.user_id, state (OPEN or ENDED) with =, and create_time, update_time with <; terms
are joined by AND, * means all. Sessions of all owners are meant. It may be interrupted and begun again.
"""
_BATCH = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("filter", metavar="FILTER", help="which sessions")
    parser.add_argument("--dry-run", action="store_true", help="only count; nothing is deleted")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--forget-users", action="store_true", help="also what bots remember of their users")
    add_server_option(parser)
    parser.add_argument("--json", action="store_true", help="the counts as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    def act() -> int:
        with BotserverClient(arguments.server) as client:
            return _purge(client, arguments)

    return exit_code(act)


def _purge(client: BotserverClient, arguments: argparse.Namespace) -> int:
    found = _match(client, arguments.filter)
    if arguments.dry_run or not found.sessions:
        _tell(found, arguments, "match; nothing was deleted")
        return OK
    if not arguments.yes:
        if not sys.stdin.isatty():
            print(f"botserver purge: {_counts(found)} match; give --yes to delete them", file=sys.stderr)
            return USAGE
        answer = input(f"Delete {_counts(found)} for good? Type their number of sessions to go on: ")
        if answer.strip().replace(",", "") != str(found.sessions):
            print("nothing was deleted")
            return FAULT
    done = Purged(0, 0, 0)
    with ProgressBar(found.sessions) as bar:
        while True:
            step = client.purge_sessions(
                arguments.filter, limit=_BATCH, forget_users=arguments.forget_users, page_token=done.next_page_token
            )
            done = _with(done, step, step.remaining)
            for _ in range(step.sessions):
                bar.step("sessions deleted")
            if not step.next_page_token:
                break
    _tell(done, arguments, "deleted")
    return OK


def _match(client: BotserverClient, where: str) -> Purged:
    """All that match, counted page by page."""
    found = client.purge_sessions(where, validate_only=True)
    while found.next_page_token:
        page = client.purge_sessions(where, validate_only=True, page_token=found.next_page_token)
        found = _with(found, page, found.remaining + page.remaining)
    return found


def _with(done: Purged, step: Purged, remaining: int) -> Purged:
    return Purged(done.sessions + step.sessions, done.messages + step.messages, remaining, step.next_page_token)


def _counts(purged: Purged) -> str:
    return f"{purged.sessions:,} sessions with {purged.messages:,} messages"


def _tell(purged: Purged, arguments: argparse.Namespace, what: str) -> None:
    figures = {"sessions": purged.sessions, "messages": purged.messages, "remaining": purged.remaining}
    print(json.dumps(figures) if arguments.json else f"{_counts(purged)} {what}")
