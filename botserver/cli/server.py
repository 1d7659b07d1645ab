"""`botserver server info|limits|inspect|drain`: what an operator asks of a running server."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

from botserver_client import BotserverClient

from .exits import OK
from .remote import add_server_option, exit_code, plain

_EXAMPLES = """\
examples:
  botserver server info                   which server answers, and how much it has to do
  botserver server limits                 what bounds it
  botserver server limits --bot shop      what bounds a bot, and the keys of config.csv that change it
  botserver server inspect SESSION_ID     what waits and what is under way in a session; nothing of what was said
  botserver server drain                  shut it down as SIGTERM does
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    actions = parser.add_subparsers(dest="action", metavar="info|limits|inspect|drain", required=True)
    actions.add_parser("info", help="which server answers, and how much it has to do")
    limiting = actions.add_parser("limits", help="what bounds the server, or a bot")
    limiting.add_argument("--bot", default="", help="of this bot (default: of the server)")
    inspecting = actions.add_parser("inspect", help="how a session stands inside")
    inspecting.add_argument("session_id", metavar="SESSION_ID")
    actions.add_parser("drain", help="shut the server down: it finishes what is under way")
    for action in actions.choices.values():
        add_server_option(action)
        action.add_argument("--json", action="store_true", help="the same as JSON")


def run(arguments: argparse.Namespace) -> int:
    actions = {"info": _info, "limits": _limits, "inspect": _inspect, "drain": _drain}

    def act() -> int:
        with BotserverClient(arguments.server) as client:
            actions[arguments.action](client, arguments)
        return OK

    return exit_code(act)


def _info(client: BotserverClient, arguments: argparse.Namespace) -> None:
    info = client.get_server_info()
    if arguments.json:
        print(json.dumps(asdict(info), default=plain))
        return
    print(f"botserver {info.version} at {info.node}{', which shuts down' if info.draining else ''}")
    bots = ", ".join(f"{bot.bot} ({bot.release[:12]})" for bot in info.bots) or "none"
    _table(
        ("started", plain(info.start_time)),
        ("database", info.database),
        ("vm", info.vm),
        ("bots", bots),
        ("delivered channels", ", ".join(info.delivery_channels) or "none"),
        ("sessions open", f"{info.open_sessions:,}"),
        ("running here", f"{info.running_sessions:,}"),
        ("cached here", f"{info.hot_sessions:,}"),
    )


def _limits(client: BotserverClient, arguments: argparse.Namespace) -> None:
    for limit in client.get_limits(arguments.bot):
        if arguments.json:
            print(json.dumps(asdict(limit)))
            continue
        value = f"{limit.value:,g} {limit.unit}".rstrip() if limit.value < 1e6 else f"{limit.value:,.0f} {limit.unit}"
        print(f"{limit.name:32} {value:>24}  {limit.config_key or limit.description}".rstrip())


def _inspect(client: BotserverClient, arguments: argparse.Namespace) -> None:
    found = client.inspect_session(arguments.session_id)
    if arguments.json:
        print(json.dumps(asdict(found), default=plain))
        return
    session = found.session
    print(f"{session.session_id} of {session.bot}, {session.state}, {session.activity}, owner {found.owner_principal}")
    rows = [
        ("revision, epoch", f"{session.revision}, {found.epoch}"),
        ("inputs", f"{found.consumed} of {found.accepted} given to the script"),
        *(("waits", f"{number} {kind} {message_id}") for number, kind, message_id in found.waiting),
        *(("no final reply", message_id) for message_id in found.unsettled_message_ids),
        ("state", f"{found.state_bytes:,} bytes and {found.large_objects} large objects"),
        ("fuel", f"{found.fuel_total:,} steps so far"),
        ("in this process", "runs now" if found.is_running else "cached" if found.is_hot else "no"),
    ]
    if found.call is not None:
        outcome = "outcome stored" if found.call.has_outcome else "no outcome so far"
        rows.append(("call", f"{found.call.key}, {outcome}, claimed until {plain(found.call.claim_expire_time)}"))
    if found.timer_time is not None:
        rows.append(("goes on by itself", plain(found.timer_time)))
    if found.family != session.session_id:
        rows.append(("branched from", found.family))
    _table(*rows)


def _drain(client: BotserverClient, arguments: argparse.Namespace) -> None:
    grace_s = client.drain_server().total_seconds()
    if arguments.json:
        print(json.dumps({"grace_s": grace_s}))
    else:
        print(f"it shuts down; what is under way has {grace_s:g} seconds")


def _table(*rows: Sequence[str]) -> None:
    for name, value in rows:
        print(f"  {name:20} {value}")
