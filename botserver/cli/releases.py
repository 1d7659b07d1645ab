"""`botserver releases list|activate|plan|migrate`: the releases of a running server's bots."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace

from botserver_client import BotserverClient, MigrationGroup, MigrationObstacle, Release, WaitingPoint

from .exits import FAULT, OK
from .progress import ProgressBar
from .remote import add_server_option, exit_code, plain

_EXAMPLES = """\
examples:
  botserver releases list shop                 newest first, with the sessions in each
  botserver releases activate shop 3fa9c1      let new sessions begin in this one; the first digits are enough
  botserver releases activate shop --previous  go back to the one before
  botserver releases plan shop                 where conversations in older releases would go on in the active one
  botserver releases migrate shop --check      the same for each of them; nothing is moved
  botserver releases migrate shop              move those that surely can
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    actions = parser.add_subparsers(dest="action", metavar="list|activate|plan|migrate", required=True)
    listing = actions.add_parser("list", help="list the releases of a bot, newest first")
    activating = actions.add_parser("activate", help="let new sessions begin in a release, older or newer")
    planning = actions.add_parser("plan", help="tell where conversations in other releases would go on in one")
    migrating = actions.add_parser("migrate", help="move the conversations in other releases that surely can")
    for action in (listing, activating, planning, migrating):
        action.add_argument("bot", metavar="BOT")
    for action in (planning, migrating):
        action.add_argument("--to", metavar="RELEASE", help="first digits of where to (default: the active release)")
        action.add_argument("--from", dest="source", metavar="RELEASE", help="only from this one")
    migrating.add_argument("--check", action="store_true", help="only tell what would become of each")
    activating.add_argument("release", metavar="RELEASE", nargs="?", help="its first digits")
    activating.add_argument("--previous", action="store_true", help="the one stored before the active one")
    for action, what in ((listing, "release"), (activating, "release"), (planning, "point"), (migrating, "session")):
        add_server_option(action)
        action.add_argument("--json", action="store_true", help=f"one JSON object a {what}")


def run(arguments: argparse.Namespace) -> int:
    actions = {"list": _list, "activate": _activate, "plan": _plan, "migrate": _migrate}

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


# --- migration ---------------------------------------------------------------------------------------------------


def _bounds(client: BotserverClient, arguments: argparse.Namespace) -> tuple[str, str, int] | None:
    """Where to, where from, and about how many sessions that is. None: one of them is not clear."""
    ids = []
    for digits in (arguments.to, arguments.source):
        found = None if digits is None else find_release(client, arguments.bot, digits)
        if digits is not None and found is None:
            return None
        ids.append("" if found is None else found.release)
    target, source = ids
    n_sessions = sum(
        release.open_sessions
        for release in releases_of(client, arguments.bot)
        if (release.release == source or not source) and release.release != target and (target or not release.active)
    )
    return target, source, n_sessions


def _plan(client: BotserverClient, arguments: argparse.Namespace) -> int:
    bounds = _bounds(client, arguments)
    if bounds is None:
        return FAULT
    target, source, n_sessions = bounds
    groups: dict[tuple[str, WaitingPoint, WaitingPoint | None, MigrationObstacle | None], MigrationGroup] = {}
    n_idle = n_busy = 0
    token = ""
    with ProgressBar(n_sessions) as bar:
        while True:
            page = client.plan_migration(arguments.bot, target, from_release=source, page_token=token)
            for group in page.groups:
                key = (group.from_release, group.at, group.to, group.obstacle)
                known = groups.get(key)
                n_before = 0 if known is None else known.sessions
                groups[key] = replace(known or group, sessions=n_before + group.sessions)
            n_idle, n_busy = n_idle + page.idle_sessions, n_busy + page.busy_sessions
            bar.step("planned", sum(group.sessions for group in page.groups) + page.idle_sessions + page.busy_sessions)
            token = page.next_page_token
            if not token:
                break
    for group in sorted(groups.values(), key=lambda group: (group.to is None, -group.sessions)):
        print(json.dumps(asdict(group), ensure_ascii=False) if arguments.json else _group_line(group))
    if not arguments.json:
        print(f"{n_idle:,} move by themselves with their next input; {n_busy:,} are busy now")
    return OK


def _group_line(group: MigrationGroup) -> str:
    fate = f"-> line {group.to.line}" if group.to is not None else f"stays: {_obstacle_words(group.obstacle)}"
    samples = ", ".join(group.sample_session_ids[:2])
    return f"{group.sessions:8,}  {group.from_release[:12]}  {_point_words(group.at)}  {fate}  (such as {samples})"


def _point_words(point: WaitingPoint) -> str:
    procedure = f" {point.procedure}" if point.procedure else ""
    return f"{point.script}:{point.line}{procedure} {point.waits_for}"


def _obstacle_words(obstacle: MigrationObstacle | None) -> str:
    if obstacle is None:
        return "unknown"
    words = obstacle.kind.replace("_", " ")
    return f"{words} ({obstacle.detail})" if obstacle.detail else words


def _migrate(client: BotserverClient, arguments: argparse.Namespace) -> int:
    bounds = _bounds(client, arguments)
    if bounds is None:
        return FAULT
    target, source, n_sessions = bounds
    counts: Counter[str] = Counter()
    token = ""
    with ProgressBar(n_sessions) as bar:
        while True:
            page = client.migrate_sessions(
                arguments.bot, target, from_release=source, validate_only=arguments.check, page_token=token
            )
            for result in page:
                counts[result.outcome] += 1
                if arguments.json:
                    bar.print(json.dumps(asdict(result), ensure_ascii=False))
                elif result.obstacle is not None:
                    where = _point_words(result.obstacle.at)
                    bar.print(f"{result.session_id} stays: {_obstacle_words(result.obstacle)} at {where}")
            bar.step("moved", len(page))
            token = page.next_page_token
            if not token:
                break
    if not arguments.json:
        moved = "would move" if arguments.check else "moved"
        print(
            f"{counts['moved']:,} {moved}, {counts['not_mapped']:,} stay, {counts['idle']:,} move by themselves, "
            f"{counts['busy']:,} were busy"
        )
    return OK
