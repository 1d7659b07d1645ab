"""The numbered scripts that make the schema, forward only.

A script is for every database, unless one of the same name with `.postgres` before its ending stands beside it: that
is the same step there, where the two databases need other words for it.

A database notes each step it has taken. Steps it lacks are taken in order, each all or nothing; one that this server
does not know was made by a newer server, whose rows this one might misread.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ...errors import DatabaseBehind, DatabaseTooNew

FOLDER = Path(__file__).parent.parent / "migrations"


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """Numbers of steps: taken now, taken before, and still to take."""

    database: str
    applied: tuple[int, ...]
    known: tuple[int, ...]
    pending: tuple[int, ...]


def migrations(words: str = "") -> list[tuple[int, str]]:
    """Numbered scripts in order; `words` says whose are preferred."""
    steps = []
    for path in sorted(FOLDER.glob("*.sql")):
        if "." not in path.stem:
            own = path.with_suffix(f".{words}.sql")
            script = own if words and own.exists() else path
            steps.append((int(path.name[:4]), script.read_text(encoding="utf-8")))
    return steps


def steps_to_take(
    found: Collection[int], path: str, words: str = "", *, only_empty: bool = False
) -> list[tuple[int, str]]:
    """What a database lacks that has taken the steps `found`. Raises DatabaseTooNew, and with `only_empty`
    DatabaseBehind if it has taken some and not all."""
    steps = migrations(words)
    known = {number for number, _ in steps}
    if not known.issuperset(found):
        raise DatabaseTooNew(path=path, found=max(found), known=max(known))
    missing = [(number, script) for number, script in steps if number not in found]
    if only_empty and found and missing:
        raise DatabaseBehind(path=path, found=max(found), known=max(known))
    return missing


def status(path: str, applied: Collection[int], found: Collection[int]) -> SchemaStatus:
    """Of a database that took the steps `applied` just now and had taken `found` before."""
    have = {*applied, *found}
    pending = tuple(number for number, _ in migrations() if number not in have)
    return SchemaStatus(path, tuple(sorted(applied)), tuple(sorted(found)), pending)
