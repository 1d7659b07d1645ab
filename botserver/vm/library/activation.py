"""Built-ins behind USE KB, USE TOOL and their CLEARs: which knowledge and tools a session has."""

from __future__ import annotations

from ...errors import ScriptError
from ..objects import Value
from ..plans import Function, Host, Plan, just, need_text, text_plan
from ..text import fold, trim

_KB_SUFFIX = ".gbkb"
_SCRIPT_SUFFIX = ".bas"
_SHOWN_CHARS = 200  # of a name nobody knows, in a message


def _named(keyword: str, value: Value, suffix: str) -> str:
    name = trim(need_text(keyword, value))
    return trim(name[: -len(suffix)]) if fold(name).endswith(suffix) else name


def _use_kb(host: Host, args: list[Value]) -> Plan:
    """Null, or what is wrong with the name: no such knowledge base. Raises 9003."""
    name = _named("USE KB", args[0], _KB_SUFFIX)
    known = host.find_kb(name)
    if known is None:
        return text_plan(f'no knowledge base "{name[:_SHOWN_CHARS]}"')
    active = host.active("kbs")
    if known in active:
        return just(None)
    if len(active) >= host.max_kbs:
        raise ScriptError(9003, f"a session has at most {host.max_kbs} active knowledge bases")
    return host.set_active("kbs", [*active, known])


def _use_tool(host: Host, args: list[Value]) -> Plan:
    """Null, or what is wrong with the name: no such tool."""
    name = _named("USE TOOL", args[0], _SCRIPT_SUFFIX)
    known = host.find_tool(name)
    if known is None:
        return text_plan(f'no tool "{name[:_SHOWN_CHARS]}": it is not offered')
    active = host.active("tools")
    return just(None) if known in active else host.set_active("tools", [*active, known])


def _clear(area: str, keyword: str, suffix: str) -> Function:
    """Without a name all of them; a name that is not there changes nothing."""

    def function(host: Host, args: list[Value]) -> Plan:
        if not args:
            return host.set_active(area, [])
        name = fold(_named(keyword, args[0], suffix))
        return host.set_active(area, [known for known in host.active(area) if fold(known) != name])

    return function


FUNCTIONS: dict[str, Function] = {
    "$USE_KB": _use_kb,
    "$CLEAR_KB": _clear("kbs", "CLEAR KB", _KB_SUFFIX),
    "$USE_TOOL": _use_tool,
    "$CLEAR_TOOL": _clear("tools", "CLEAR TOOL", _SCRIPT_SUFFIX),
}
