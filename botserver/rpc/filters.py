"""`filter` and `order_by` of lists: the small set of fields the .proto documents, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from ..errors import BadField
from ..limits import FILTER_CHARS
from ..model import SessionState
from ..session.admin import PurgeFilter
from ..session.service import SessionFilter

_TERM = re.compile(r'([A-Za-z_.]+)\s*(=|<)\s*("(?:[^"\\]|\\.)*"|[^\s"()=<]+)')
_AND = re.compile(r"\s+AND\s+(?=\S)")

_FIELDS = {"bot": "bot", "channel": "channel", "alias": "alias", "user.user_id": "user_id", "state": "state"}
_TIMES = ("create_time", "update_time")
_STATES = {"OPEN": SessionState.OPEN, "ENDED": SessionState.ENDED}
_EXAMPLE = 'write it like: bot = "order" AND state = OPEN'


def parse_filter(text: str) -> SessionFilter:
    """Terms `field = value` joined by AND. Raises BadField that quotes what was not understood."""
    found = _terms(text, ())
    return SessionFilter(state=_state(found), **{_FIELDS[name]: value for name, value in found.items()})


def parse_purge(text: str) -> PurgeFilter:
    """The same, with `create_time < time` and `update_time < time`; `*` means all. Raises BadField."""
    if text.strip() == "*":
        return PurgeFilter()
    if not text.strip():
        raise BadField("filter", "is empty", hint="say which sessions are meant; * means all")
    found = _terms(text, _TIMES)
    state = _state(found)
    created, updated = (_seconds(name, found.pop(name, None)) for name in _TIMES)
    fields = {_FIELDS[name]: value for name, value in found.items()}
    return PurgeFilter(
        fields.get("bot"), fields.get("channel"), fields.get("alias"), fields.get("user_id"), state, created, updated
    )


def _terms(text: str, times: Sequence[str]) -> dict[str, str]:
    """The values of all terms by field; those of `times` are compared with <."""
    if len(text) > FILTER_CHARS:
        raise BadField("filter", f"has {len(text)} characters, at most {FILTER_CHARS}")
    if "\0" in text:
        raise BadField("filter", "holds the character U+0000", hint="leave it out")
    found: dict[str, str] = {}
    text = text.strip()
    at = 0
    while at < len(text):
        term = _TERM.match(text, at)
        if term is None:
            raise BadField("filter", f"cannot read {text[at : at + 40]!r}", hint=_EXAMPLE)
        name, sign, value = term[1], term[2], term[3]
        if name not in _FIELDS and name not in times:
            raise BadField("filter", f"has no field {name!r}", hint=f"fields are {', '.join((*_FIELDS, *times))}")
        if sign != ("<" if name in times else "="):
            raise BadField("filter", f"cannot compare {name} with {sign}", hint=_EXAMPLE)
        if name in found:
            raise BadField("filter", f"names {name} twice", hint="a field has one value")
        found[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
        at = term.end()
        if at < len(text):
            joined = _AND.match(text, at)
            if joined is None:
                raise BadField("filter", f"expected AND and a term after {name}", hint=_EXAMPLE)
            at = joined.end()
    return found


def _state(found: dict[str, str]) -> SessionState | None:
    state = found.pop("state", None)
    if state is not None and state not in _STATES:
        raise BadField("filter", f"has no state {state!r}", hint="states are OPEN and ENDED")
    return None if state is None else _STATES[state]


def _seconds(name: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None:
        raise BadField("filter", f"has {name} of {text[:40]!r}", hint='a time such as "2026-01-31T00:00:00Z"')
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def parse_order(text: str, fields: tuple[str, ...], default: str) -> str:
    """`field` or `field desc` in one spelling. Raises BadField."""
    words = text.split()
    if not words:
        return default
    if words[0] not in fields or words[1:] not in ([], ["asc"], ["desc"]):
        allowed = " or ".join(fields)
        raise BadField("order_by", f"cannot order by {text[:40]!r}", hint=f"{allowed}, with desc or without")
    return f"{words[0]} desc" if words[1:] == ["desc"] else words[0]
