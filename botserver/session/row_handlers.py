"""ON INSERT OF, ON UPDATE OF, ON DELETE OF: the handlers of rows run in the turn that wrote these, as those of events
do, once for each row. So they are committed with what they are about, or, if the turn begins again, not at all.

A session that ends drops what was published; what happened to rows it still handles, before its end handlers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..vm.values import HostValue
from .agenda import Agenda
from .tables import Definition, Row

_KINDS = ("insert ", "update ", "delete ")
"""How the texts of their events begin; the stored name of the table follows."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a statement did to a row: the values of its columns afterwards and before."""

    kind: str
    table: str
    definition: Definition
    new: Mapping[str, HostValue] | None
    old: Mapping[str, HostValue] | None

    @property
    def event(self) -> str:
        return f"{self.kind} {self.table}"

    def given(self) -> HostValue:
        """What a handler gets: row and old_row."""
        rows = (self.new, self.old)
        return [None if values is None else Row(self.definition, dict(values)).shown() for values in rows]


def is_of_rows(text: str) -> bool:
    """Whether an event is a change of a row."""
    return text.startswith(_KINDS)


def events_of(
    agenda: Agenda, changes: Sequence[RowChange], is_handled: Callable[[str], bool]
) -> list[tuple[str, HostValue]]:
    """The events of changes that have a handler. A handler of a table starts none by what it does there."""
    current = "" if agenda.current is None else agenda.current.handler.event
    own = current.partition(" ")[2] if is_of_rows(current) else ""
    handled: dict[str, bool] = {}
    found: list[tuple[str, HostValue]] = []
    for change in changes:
        text = change.event
        if text not in handled:
            handled[text] = change.table != own and is_handled(text)
        if handled[text]:
            found.append((text, change.given()))
    return found
