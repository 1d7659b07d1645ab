"""Values as documents: CSV, XML and YAML. They read whole trees, which the VM bounds and prices."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator

from ...errors import ScriptError
from ...limits import PYTHON_BUILTIN_BYTES
from ..objects import Array, Map, Value, scalar_text, text_of
from ..plans import Function, Host, Plan, text_plan

_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML_MARKS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./@ -]*\Z")
_YAML_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


def _document(name: str, pieces: Callable[[Value], Iterator[str]]) -> Function:
    def function(host: Host, args: list[Value]) -> Plan:
        out: list[str] = []
        size = 0
        for piece in pieces(args[0]):
            size += len(piece)
            if size > PYTHON_BUILTIN_BYTES:
                raise ScriptError(
                    9013, f"the result of {name} is larger than {PYTHON_BUILTIN_BYTES} characters", fuel=len(out)
                )
            out.append(piece)
        plan = text_plan("".join(out))
        plan.price = len(out)
        return plan

    return function


def _shown(value: Value) -> str:
    return text_of(value, PYTHON_BUILTIN_BYTES)[0]


# --- CSV ---------------------------------------------------------------------------------------------------------


def _csv(value: Value) -> Iterator[str]:
    """Maps are rows under a header of all their keys, arrays rows without one, anything else a row of one cell."""
    rows = value.items if isinstance(value, Array) else [] if value is None else [value]
    columns: dict[str, None] = {}
    known = Map()
    for row in rows:
        if isinstance(row, Map):
            for key, _ in row.entries.values():
                if known.find(key.text) is None:
                    known.insert(key, None)
                    columns[key.text] = None
    lines = 0
    if columns:
        yield from _line((_quoted(name) for name in columns), lines)
        lines = 1
    for row in rows:
        cells = map(row.get, columns) if isinstance(row, Map) else row.items if isinstance(row, Array) else [row]
        yield from _line((_quoted(_shown(cell)) for cell in cells), lines)
        lines += 1


def _line(cells: Iterable[str], number: int) -> Iterator[str]:
    if number:
        yield "\n"
    for place, cell in enumerate(cells):
        yield f",{cell}" if place else cell


def _quoted(text: str) -> str:
    if any(mark in text for mark in ',"\n\r') or text != text.strip(" "):
        return '"' + text.replace('"', '""') + '"'
    return text


# --- XML ---------------------------------------------------------------------------------------------------------


def _xml(value: Value) -> Iterator[str]:
    yield from _element("root", "", value)


def _element(name: str, key: str, value: Value) -> Iterator[str]:
    """An array is one element for each of its own, inside of `item`s where it has no name."""
    if not _XML_NAME.match(name):
        name, key = "entry", f' key="{_escaped(name)}"'
    match value:
        case None:
            yield f"<{name}{key}/>"
        case Map(entries=entries):
            yield f"<{name}{key}>"
            for label, item in entries.values():
                if isinstance(item, Array) and item.items:
                    for each in item.items:
                        yield from _element(label.text, "", each)
                else:
                    yield from _element(label.text, "", item)
            yield f"</{name}>"
        case Array(items=items):
            yield f"<{name}{key}>"
            for each in items:
                yield from _element("item", "", each)
            yield f"</{name}>"
        case scalar:
            yield f"<{name}{key}>{_escaped(scalar_text(scalar))}</{name}>"


def _escaped(text: str) -> str:
    text = _NOT_XML.sub("\ufffd", text)
    return re.sub('[&<>"\r]', lambda found: _XML_MARKS[found[0]], text)


# --- YAML --------------------------------------------------------------------------------------------------------


def _yaml(value: Value) -> Iterator[str]:
    if _is_flat(value):
        yield _yaml_scalar(value)
    else:
        yield from _block(value, 0, "")


def _is_flat(value: Value) -> bool:
    match value:
        case Array(items=items):
            return not items
        case Map(entries=entries):
            return not entries
        case _:
            return True


def _block(value: Value, depth: int, start: str) -> Iterator[str]:
    """The lines of an array or map that is not empty; the first begins with `start` in place of a new line."""
    indent = "\n" + "  " * depth
    entries: list[tuple[str, Value]] = []
    match value:
        case Array(items=items):
            entries = [("- ", item) for item in items]
        case Map():
            entries = [(f"{_yaml_text(key.text)}:", item) for key, item in value.entries.values()]
        case _:
            pass
    for place, (label, item) in enumerate(entries):
        yield (indent if place else start) + label
        if label == "- ":
            yield from [_yaml_scalar(item)] if _is_flat(item) else _block(item, depth + 1, "")
        elif _is_flat(item):
            yield " " + _yaml_scalar(item)
        else:
            yield from _block(item, depth + 1, indent + "  ")


def _yaml_scalar(value: Value) -> str:
    match value:
        case None:
            return "null"
        case Array():
            return "[]"
        case Map():
            return "{}"
        case float() if value != value:
            return ".nan"
        case float() if value in (float("inf"), float("-inf")):
            return ".inf" if value > 0 else "-.inf"
        case bool() | int() | float():
            return scalar_text(value)
        case scalar:
            return _yaml_text(scalar_text(scalar))


def _yaml_text(text: str) -> str:
    if _PLAIN.match(text) and not text.endswith(" ") and text.lower() not in _YAML_WORDS:
        return text
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


FUNCTIONS: dict[str, Function] = {
    "CSV": _document("CSV", _csv),
    "XML": _document("XML", _xml),
    "TOYAML": _document("TOYAML", _yaml),
}
