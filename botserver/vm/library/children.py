"""Built-ins behind CREATE SUB SESSION and MERGE SESSION, and what a value says about which sub-session is meant."""

from __future__ import annotations

from ...errors import ScriptError
from ...limits import SUB_SESSION_DEPTH, SUB_SESSIONS
from ..objects import Str, Value
from ..plans import Function, Host, Plan

_ID_BYTES = 100  # a longer text is no id


def sub_session_id(value: Value) -> str:
    """The id a value names, lower case; empty for what can be none."""
    return value.text.strip().lower() if isinstance(value, Str) and value.size <= _ID_BYTES else ""


def unknown_sub_session(sub_session_id: str) -> ScriptError:
    shown = f'"{sub_session_id}"' if sub_session_id else "this"
    return ScriptError(4004, f"{shown} is not a live sub-session of this session")


def waited_in(sub_session_id: str) -> ScriptError:
    return ScriptError(4004, f'a script waits in sub-session "{sub_session_id}"')


def check_room(n_children: int, depth: int) -> None:
    """Raises 9011 unless a session with so many children at this depth may get one more."""
    if n_children >= SUB_SESSIONS:
        raise ScriptError(9011, f"a session has at most {SUB_SESSIONS} live sub-sessions")
    if depth >= SUB_SESSION_DEPTH:
        raise ScriptError(9011, f"sub-sessions are at most {SUB_SESSION_DEPTH} deep")


def _create(host: Host, args: list[Value]) -> Plan:
    return host.create_sub_session()


def _merge(host: Host, args: list[Value]) -> Plan:
    return host.merge_sub_session(sub_session_id(args[0]))


FUNCTIONS: dict[str, Function] = {
    "$CREATE_SUB_SESSION": _create,
    "$MERGE_SESSION": _merge,
}
