"""Three-way merge of what two sessions keep beside their scripts, and their differences.

Variables, contexts and the prompt are compared entry by entry with what a branch began with: what only one side changed
is taken from it, what both changed alike is no conflict. Knowledge bases and tools are sets: what one side added is
added, what one side took away goes. Scripts, suggestions, sub-sessions and messages stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from ..model import Change, JsonValue, MergePolicy
from ..vm.machine import Areas
from ..vm.text import fold
from ..vm.values import HostValue
from .values import encode_value, to_json

V = TypeVar("V", bound=HostValue)


def merge_areas(base: Areas, target: Areas, source: Areas, policy: MergePolicy) -> tuple[Areas, tuple[Change, ...]]:
    """What the target becomes, and what both changed. Where the policy is to fail, the target keeps its values."""
    conflicts: list[Change] = []
    takes_source = policy is MergePolicy.SOURCE
    was, mine, theirs = ({"": areas.prompt} if areas.prompt else {} for areas in (base, target, source))
    merged = replace(
        target,
        variables=_merged("variables", base.variables, target.variables, source.variables, takes_source, conflicts),
        contexts=_merged("contexts", base.contexts, target.contexts, source.contexts, takes_source, conflicts),
        prompt=_merged("prompt", was, mine, theirs, takes_source, conflicts).get("", ""),
        kbs=_merged_names(base.kbs, target.kbs, source.kbs),
        tools=_merged_names(base.tools, target.tools, source.tools),
    )
    return merged, tuple(conflicts)


def _merged(
    area: str,
    base: Mapping[str, V],
    target: Mapping[str, V],
    source: Mapping[str, V],
    takes_source: bool,
    conflicts: list[Change],
) -> dict[str, V]:
    was, mine, theirs = _folded(base), _folded(target), _folded(source)
    result = dict(mine)
    for name in (*theirs, *(name for name in was if name not in theirs)):
        ours, new, old = mine.get(name), theirs.get(name), was.get(name)
        if _is_same(new, old) or _is_same(new, ours):
            continue
        if not _is_same(ours, old):
            conflicts.append(_change(area, new or ours or old, ours, new, old))
            if not takes_source:
                continue
        if new is None:
            result.pop(name, None)
        else:
            result[name] = (ours[0] if ours else new[0], new[1])
    return dict(result.values())


def differences(target: Areas, source: Areas) -> tuple[Change, ...]:
    """Every entry that is not the same in both."""
    found: list[Change] = []
    for area, (ours, theirs) in _pairs(target, source):
        mine, others = _folded(ours), _folded(theirs)
        for name in (*mine, *(name for name in others if name not in mine)):
            known, other = mine.get(name), others.get(name)
            if not _is_same(known, other):
                found.append(_change(area, known or other, known, other, None))
    return tuple(found)


def _pairs(a: Areas, b: Areas) -> Iterator[tuple[str, tuple[Mapping[str, HostValue], Mapping[str, HostValue]]]]:
    yield "variables", (a.variables, b.variables)
    yield "contexts", (a.contexts, b.contexts)
    yield "prompt", ({"": a.prompt} if a.prompt else {}, {"": b.prompt} if b.prompt else {})
    yield "kbs", (dict.fromkeys(a.kbs, True), dict.fromkeys(b.kbs, True))
    yield "tools", (dict.fromkeys(a.tools, True), dict.fromkeys(b.tools, True))
    yield "suggestions", (_buttons(a), _buttons(b))


def _buttons(areas: Areas) -> dict[str, HostValue]:
    return {item.label: [item.key, item.kind] for item in areas.suggestions}


def _folded(values: Mapping[str, V]) -> dict[str, tuple[str, V]]:
    return {fold(name): (name, value) for name, value in values.items()}


def _is_same(a: tuple[str, V] | None, b: tuple[str, V] | None) -> bool:
    if a is None or b is None:
        return a is b
    return encode_value(a[1]) == encode_value(b[1])


def _change(
    area: str,
    named: tuple[str, V] | None,
    target: tuple[str, V] | None,
    source: tuple[str, V] | None,
    base: tuple[str, V] | None,
) -> Change:
    def shown(entry: tuple[str, V] | None) -> JsonValue:
        return None if entry is None else to_json(entry[1])

    return Change(area, named[0] if named else "", shown(target), shown(source), shown(base))


def _merged_names(base: Sequence[str], target: Sequence[str], source: Sequence[str]) -> tuple[str, ...]:
    gone = set(base).difference(source)
    added = [name for name in source if name not in base and name not in target]
    return (*(name for name in target if name not in gone), *added)
