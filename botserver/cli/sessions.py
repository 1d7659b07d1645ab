"""`botserver sessions list|show|end|diff|merge|export|import`: the sessions of a running server."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from botserver_client import AreaChange, BotserverClient, Message, Role, Session

from ..errors import ConfigError
from .exits import OK
from .messages import shown
from .remote import add_server_option, exit_code, plain

_EXAMPLES = """\
examples:
  botserver sessions list                        open sessions, newest first
  botserver sessions list --bot shop --all       of one bot, also those that ended
  botserver sessions show SESSION_ID             state, variables and last messages
  botserver sessions end SESSION_ID              end it as its user would
  botserver sessions diff SESSION_ID OTHER_ID    what they do not have alike
  botserver sessions merge SESSION_ID BRANCH_ID --check   what would be in conflict; nothing is changed
  botserver sessions export SESSION_ID -o one.bundle      take it to another server, with all it needs
  botserver sessions import one.bundle --server HOST:PORT
  botserver sessions list --json | jq -r .session_id
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    actions = parser.add_subparsers(dest="action", metavar="list|show|end|diff|merge|export|import", required=True)
    listing = actions.add_parser("list", help="list sessions, newest first")
    listing.add_argument("--bot", help="only of this bot")
    listing.add_argument("--all", action="store_true", help="also sessions that ended")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default: 50)")
    showing = actions.add_parser("show", help="show one session")
    showing.add_argument("session_id", metavar="SESSION_ID")
    showing.add_argument("--messages", type=int, default=10, metavar="N", help="last messages to show (default: 10)")
    ending = actions.add_parser("end", help="end sessions")
    ending.add_argument("session_ids", metavar="SESSION_ID", nargs="+")
    comparing = actions.add_parser("diff", help="tell in what two sessions differ")
    comparing.add_argument("session_id", metavar="SESSION_ID")
    comparing.add_argument("other_id", metavar="OTHER_ID")
    merging = actions.add_parser("merge", help="take over what a branch changed, or the session it is a branch of")
    merging.add_argument("session_id", metavar="SESSION_ID", help="what is merged into")
    merging.add_argument("source_id", metavar="SOURCE_ID", help="whose changes are taken over")
    merging.add_argument(
        "--policy",
        choices=("fail", "source", "target"),
        default="fail",
        help="who wins where both changed something (default: fail, and change nothing)",
    )
    merging.add_argument("--check", action="store_true", help="only tell the conflicts")
    exporting = actions.add_parser("export", help="write a session, with its release, into a signed file")
    exporting.add_argument("session_id", metavar="SESSION_ID")
    exporting.add_argument("-o", "--output", metavar="FILE", type=Path, help="(default: SESSION_ID.bundle)")
    exporting.add_argument("--checkpoint", default="", metavar="ID", help="as it was then (default: as it is)")
    importing = actions.add_parser("import", help="open a session from such a file")
    importing.add_argument("bundle", metavar="FILE", type=Path)
    for action in (listing, showing, ending, comparing, merging, exporting, importing):
        add_server_option(action)
        action.add_argument("--json", action="store_true", help="one JSON object a session")


def run(arguments: argparse.Namespace) -> int:
    actions = {
        "list": _list,
        "show": _show,
        "end": _end,
        "diff": _diff,
        "merge": _merge,
        "export": _export,
        "import": _import,
    }

    def act() -> int:
        with BotserverClient(arguments.server) as client:
            actions[arguments.action](client, arguments)
        return OK

    return exit_code(act)


def _list(client: BotserverClient, arguments: argparse.Namespace) -> None:
    terms = [] if arguments.all else ["state = OPEN"]
    if arguments.bot:
        terms.append(f"bot = {json.dumps(arguments.bot, ensure_ascii=False)}")
    left, token = max(arguments.limit, 0), ""
    if not arguments.json:
        print(f"{'session':36}  {'bot':16}  {'activity':14}  {'messages':>8}  {'memory':>9}  last change")
    while left:
        page = client.list_sessions(where=" AND ".join(terms), page_size=min(left, 500), page_token=token)
        for session in page:
            print(_as_json(session) if arguments.json else _line(session))
        left, token = left - len(page), page.next_page_token
        if not token:
            return


def _line(session: Session) -> str:
    return (
        f"{session.session_id}  {session.bot:16}  {session.activity:14}  {session.message_count:8}  "
        f"{session.memory_bytes:9,}  {session.update_time:%Y-%m-%d %H:%M:%S}"
    )


def _show(client: BotserverClient, arguments: argparse.Namespace) -> None:
    session = client.get_session(arguments.session_id, full=True)
    count = max(arguments.messages, 0)
    page = client.list_messages(arguments.session_id, newest_first=True, page_size=min(count, 500)) if count else ()
    messages = [*page][::-1]
    if arguments.json:
        print(_as_json(session, messages=[asdict(message) for message in messages]))
        return
    shown = {
        "session": session.session_id,
        "bot": f"{session.bot}, release {session.release[:12]}",
        "user": session.user.name or session.user.user_id or "anonymous",
        "channel": " ".join([session.channel, *session.aliases]),
        "state": f"{session.state}, {session.activity}, revision {session.revision}",
        "waiting for": _waiting(session),
        "created": f"{session.create_time:%Y-%m-%d %H:%M:%S}",
        "expires": f"{session.expire_time:%Y-%m-%d %H:%M:%S}",
        "memory": f"{session.memory_bytes:,} bytes",
        "messages": str(session.message_count),
    }
    for name, text in shown.items():
        if text:
            print(f"{name + ':':13}{text}")
    for name, value in session.variables.items():
        print(f'variable     "{name}" = {json.dumps(value, ensure_ascii=False)}')
    for name, text in session.contexts.items():
        print(f'context      "{name}" = {json.dumps(text, ensure_ascii=False)}')
    for kind, names in (("kbs", session.kbs), ("tools", session.tools), ("tags", session.tags)):
        if names:
            print(f"{kind + ':':13}{', '.join(names)}")
    for child in session.sub_sessions:
        below = "" if child.parent_id == session.session_id else f" of {child.parent_id}"
        active = ", talks with the user" if child.active else ""
        print(f"sub-session: {child.sub_session_id}{below}, {child.memory_bytes:,} bytes{active}")
    for message in messages:
        print(_said(message))


def _waiting(session: Session) -> str:
    waiting = session.waiting_for
    if waiting is None:
        return ""
    until = f" until {waiting.expire_time:%Y-%m-%d %H:%M:%S}" if waiting.expire_time else ""
    return " ".join(filter(None, [waiting.kind, waiting.variable])) + until


def _said(message: Message) -> str:
    sign = {Role.USER: ">", Role.SYSTEM: "-"}.get(message.role, "<")
    return f"{message.seq:5} {message.create_time:%H:%M:%S} {sign} {shown(message)}"


def _end(client: BotserverClient, arguments: argparse.Namespace) -> None:
    for session_id in arguments.session_ids:
        session = client.end_session(session_id)
        print(_as_json(session) if arguments.json else f"{session.session_id} ended ({session.end_reason})")


def _diff(client: BotserverClient, arguments: argparse.Namespace) -> None:
    for change in client.diff_sessions(arguments.session_id, arguments.other_id):
        print(json.dumps(asdict(change), ensure_ascii=False) if arguments.json else _difference(change))


def _merge(client: BotserverClient, arguments: argparse.Namespace) -> None:
    merge = client.merge_session(
        arguments.session_id, arguments.source_id, policy=arguments.policy, validate_only=arguments.check
    )
    if arguments.json:
        print(_as_json(merge.session, conflicts=[asdict(change) for change in merge.conflicts]))
        return
    for change in merge.conflicts:
        print(f"conflict: {_difference(change)}, at first {_shown(change.base)}")
    if arguments.check:
        print(f"{len(merge.conflicts)} in conflict; nothing was changed")
    else:
        print(f"{merge.session.session_id} merged, revision {merge.session.revision}")


def _export(client: BotserverClient, arguments: argparse.Namespace) -> None:
    bundle = client.export_session(arguments.session_id, checkpoint_id=arguments.checkpoint)
    path: Path = arguments.output or Path(f"{arguments.session_id}.bundle")
    try:
        path.write_bytes(bundle)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}", hint="give another file with -o") from error
    told = {"session_id": arguments.session_id, "file": str(path), "size_bytes": len(bundle)}
    print(json.dumps(told, ensure_ascii=False) if arguments.json else f"{path} written, {len(bundle):,} bytes")


def _import(client: BotserverClient, arguments: argparse.Namespace) -> None:
    path: Path = arguments.bundle
    try:
        bundle = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", hint="give what `export` wrote") from error
    session = client.import_session(bundle)
    print(_as_json(session) if arguments.json else f"{session.session_id} opened, bot {session.bot}")


def _difference(change: AreaChange) -> str:
    name = f' "{change.name}"' if change.name else ""
    return f"{change.area}{name}: {_shown(change.target)} here, {_shown(change.source)} there"


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _as_json(session: Session, **more: Any) -> str:
    return json.dumps(asdict(session) | more, ensure_ascii=False, default=plain)
