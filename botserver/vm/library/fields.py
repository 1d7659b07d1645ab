"""Built-ins behind GET and SET: what a name that was computed means."""

from __future__ import annotations

from ...errors import ScriptError
from ...language.session_fields import field_of, find_field, is_address, is_file, split_scope, variable_of
from ..objects import Value
from ..plans import Function, Host, Plan, check_python_size, just, need_integer, need_text, text_plan

_ADDRESS, _FILE = 1, 2  # as session_forms.py compares


def _session_field(host: Host, args: list[Value]) -> Plan:
    """The field of the session that a name means, null if it means a variable."""
    field = find_field(variable_of(_name(args)))
    return just(None) if field is None else text_plan(field)


def _get_source(host: Host, args: list[Value]) -> Plan:
    """Where GET of a computed text looks: the field it names, 1 for a URL, 2 for a variable or else a file, null for a
    variable alone. A URL or file only if the package allows it."""
    text = _name(args)
    if host.is_get_dynamic and is_address(text):
        return just(_ADDRESS)
    if split_scope(text)[0]:
        field = field_of(text)
        return just(None) if field is None else text_plan(field)
    return just(_FILE if host.is_get_dynamic and is_file(text) else None)


def _variable_of(host: Host, args: list[Value]) -> Plan:
    """The variable a name means. The second argument is 0 to read it, 1 for SET, 2 for SET SESSION. Raises 5002 if
    that would write a field."""
    text = _name(args)
    plain = variable_of(text)
    mode = need_integer("SET", args[1])
    if (mode == 2 or (mode == 1 and plain is not text)) and find_field(plain) is not None:
        raise ScriptError(5002, f"the session field {find_field(plain)} is read-only")
    return text_plan(plain)


def _name(args: list[Value]) -> str:
    check_python_size("GET", args[:1])
    return need_text("GET", args[0])


FUNCTIONS: dict[str, Function] = {
    "$SESSION_FIELD": _session_field,
    "$GET_SOURCE": _get_source,
    "$VARIABLE_OF": _variable_of,
}
