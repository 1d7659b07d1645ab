"""What loops over rows ask: of filters that are computed, of field lists, of texts to be filled.

A filter and the values it is asked about come as whole trees; the VM bounds and prices those. Reading a filter anew for
each row takes some ten microseconds, and costs accordingly.
"""

from __future__ import annotations

import re

from ...errors import ScriptError
from ...limits import MAPPED_FIELDS
from ..likeness import is_like, like_work
from ..matching import BoundQuery, bind_query
from ..objects import Array, Map, Value, from_host, scalar_text, to_host
from ..plans import Function, Host, Plan, check_python_size, just, need_text
from ..text import fold
from ..tree import price_of
from ..values import HostValue

MATCH_PRICE = 500
_PLACE = re.compile(r"\{\{\s*([^{}]{1,255}?)\s*\}\}|\$\{\s*([^{}]{1,255}?)\s*\}")


def _query(value: Value) -> BoundQuery:
    return bind_query(to_host(value))


def _made(value: HostValue) -> Plan:
    return Plan(lambda: from_host(value), price_of(value), MATCH_PRICE)


def _columns(host: Host, args: list[Value]) -> Plan:
    return _made(list(_query(args[0]).columns))


def _match(host: Host, args: list[Value]) -> Plan:
    query = _query(args[0])
    values = to_host(args[1])
    if not isinstance(values, list) or len(values) != len(query.columns):
        raise ScriptError(2002, "the filter is asked about other columns")
    row = dict(zip(query.columns, values, strict=True))
    matched = query.matches(row.get)
    return Plan(lambda: matched, 0, MATCH_PRICE + query.steps)


def _order(host: Host, args: list[Value]) -> Plan:
    """What to sort by, least important first."""
    order = _query(args[0]).order
    parts: list[HostValue] = [
        {"column": column, "order": "DESC" if descends else "ASC"} for column, descends in reversed(order)
    ]
    return _made(parts)


def _limits(host: Host, args: list[Value]) -> Plan:
    """Where the rows wanted start and end; null is the end."""
    query = _query(args[0])
    return _made([query.offset, None if query.limit is None else query.offset + query.limit])


def _like(host: Host, args: list[Value]) -> Plan:
    """LIKE of filters: without `%` or `*` it means "contains"."""
    cell, pattern = args[0], need_text("LIKE", args[1])
    if cell is None or isinstance(cell, Array | Map):
        return just(False)
    text = scalar_text(cell)
    work = like_work(text, pattern)
    if "%" in pattern or "*" in pattern:
        matched = is_like(text, pattern)
    else:
        matched = fold(pattern) in fold(text)
    return Plan(lambda: matched, 0, work // 64)


def _map_fields(host: Host, args: list[Value]) -> Plan:
    """`a->b, c` as maps {from, to}; one bare field as its name."""
    check_python_size("MAP", args)
    text = need_text("MAP", args[0])
    fields: list[HostValue] = []
    parts = text.split(",")
    if len(parts) > MAPPED_FIELDS:
        raise ScriptError(4002, f"MAP takes at most {MAPPED_FIELDS} fields, got {len(parts)}")
    for part in parts:
        before, arrow, after = part.partition("->")
        before = _field_name(before)
        fields.append({"from": before, "to": _field_name(after) if arrow else before})
        if not before or (arrow and not after.strip()):
            raise ScriptError(4002, f"MAP needs fields such as a->b, c, not {text[:40]!r}")
    return _made(_field_name(text) if len(fields) == 1 and "->" not in text else fields)


def _field_name(text: str) -> str:
    name = text.strip()
    return name[5:] if name[:5].lower() == "item." else name


def _fill_parts(host: Host, args: list[Value]) -> Plan:
    """A text cut at its `{{field}}` and `${field}`: pieces of text, and fields as arrays of their name."""
    check_python_size("FILL", args)
    text = need_text("FILL", args[0])
    parts: list[HostValue] = []
    at = 0
    for found in _PLACE.finditer(text):
        if found.start() > at:
            parts.append(text[at : found.start()])
        parts.append([found[1] or found[2]])
        at = found.end()
    if at < len(text):
        parts.append(text[at:])
    return Plan(lambda: from_host(parts), price_of(parts), len(parts))


FUNCTIONS: dict[str, Function] = {
    "$FILTER_COLUMNS": _columns,
    "$FILTER_MATCH": _match,
    "$FILTER_ORDER": _order,
    "$FILTER_LIMITS": _limits,
    "$FILTER_LIKE": _like,
    "$MAP_FIELDS": _map_fields,
    "$FILL_PARTS": _fill_parts,
}
