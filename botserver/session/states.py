"""What a session keeps, as data: saved and restored by scripts, added to by templates, shown to authors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ..errors import ScriptError
from ..language.assets import TemplateRow
from ..limits import RESTORED_HISTORY_CHARS, SUGGESTION_CHARS, SUGGESTIONS, VARIABLE_NAME_CHARS, Limits
from ..vm.effects import Suggestion
from ..vm.formats import display
from ..vm.machine import Areas, Release
from ..vm.text import fold, trim
from ..vm.values import DateTime, HostValue
from .settings import typed
from .values import to_json

_KIND, _VERSION = "session_state", 1
_BUTTON_KINDS = frozenset(("", "phone", "url", "email", "location", "reply", "tool", "text"))
_ROLES = frozenset(("user", "bot", "agent"))

Said = tuple[str, str, float]


def is_speaker(role: object) -> bool:
    """Whether it may say something in a history."""
    return role in _ROLES


"""Role, text, and when: seconds as the bot's wall clock counts them, 0 if nobody knows."""


def saved_state(areas: Areas, fields: Mapping[str, HostValue], history: HostValue) -> HostValue:
    """What SAVE SESSION STATE gives. `fields` say whose it is."""
    return {
        "kind": _KIND,
        "version": _VERSION,
        **fields,
        "variables": dict(areas.variables),
        "contexts": [{"name": name, "value": text} for name, text in areas.contexts.items()],
        "system_prompt": areas.prompt,
        "kbs": list(areas.kbs),
        "tools": list(areas.tools),
        "suggestions": [{"key": each.key, "label": each.label, "kind": each.kind} for each in areas.suggestions],
        "history": history,
    }


def restored_state(
    state: HostValue, known: Areas, release: Release, limits: Limits
) -> tuple[Areas, tuple[Said, ...], list[str]]:
    """The areas and the history a saved state means, and the names that were left out because the package has them no
    more. Raises 4007 for what is no saved state, and 9002, 9003, 9004, 9009 for more than a session may have."""
    if not isinstance(state, dict) or state.get("kind") != _KIND:
        raise _bad("it was not made by SAVE SESSION STATE")
    version = state.get("version")
    if isinstance(version, bool) or version != _VERSION:
        raise _bad(f"its version is not {_VERSION}")
    left_out: list[str] = []
    kbs = _names(state, "kbs", release.find_kb, left_out)
    tools = _names(state, "tools", release.find_tool, left_out)
    areas = replace(
        known,
        variables=_variables(state),
        contexts=_contexts(state),
        prompt=_text(state.get("system_prompt", ""), "its prompt"),
        suggestions=_suggestions(state),
        kbs=kbs,
        tools=tools,
    )
    check_limits(areas, limits)
    return areas, _history(state, limits), left_out


def templated(areas: Areas, rows: Sequence[TemplateRow], release: Release, limits: Limits) -> tuple[Areas, list[str]]:
    """The areas with what a template adds, and the names the package does not have. Raises as `restored_state`."""
    variables, contexts, prompt = dict(areas.variables), dict(areas.contexts), areas.prompt
    kbs, tools, suggestions, missing = list(areas.kbs), list(areas.tools), list(areas.suggestions), list[str]()
    for row in rows:
        match row.kind:
            case "kb" | "tool":
                name = trim(row.name)
                found = release.find_kb(name) if row.kind == "kb" else release.find_tool(name)
                active = kbs if row.kind == "kb" else tools
                if found is None:
                    missing.append(f"{row.kind} {name}")
                elif found not in active:
                    active.append(found)
            case "variable":
                _put(variables, row.name, typed(row.value))
            case "context":
                _put(contexts, row.name or "default", row.value or None)
            case "suggestion":
                added = Suggestion(row.name, row.value or row.name)
                if all((each.key, each.label) != (added.key, added.label) for each in suggestions):
                    suggestions.append(added)
            case _:
                prompt = row.value
    result = replace(
        areas,
        variables=variables,
        contexts=contexts,
        prompt=prompt,
        kbs=tuple(kbs),
        tools=tuple(tools),
        suggestions=tuple(suggestions),
    )
    check_limits(result, limits)
    return result, missing


def _put(area: dict[str, HostValue] | dict[str, str], name: str, value: HostValue) -> None:
    """As SET does: a name keeps its first spelling, null removes."""
    trimmed = trim(name)
    if not 1 <= len(trimmed) <= VARIABLE_NAME_CHARS:
        raise ScriptError(4002, f"a name has 1 to {VARIABLE_NAME_CHARS} characters")
    entries: dict[str, HostValue] = area  # type: ignore[assignment]  # contexts get texts only
    known = next((key for key in entries if fold(key) == fold(trimmed)), trimmed)
    if value is None:
        entries.pop(known, None)
    else:
        entries[known] = value


def check_limits(areas: Areas, limits: Limits) -> None:
    """Raises ScriptError if there is more than a session may have, memory aside."""
    if len(areas.variables) > limits.variables:
        raise ScriptError(9004, f"a session has at most {limits.variables} variables")
    for text in (areas.prompt, *areas.contexts.values()):
        if (len(text) + 3) // 4 > limits.context_tokens:
            raise ScriptError(9002, f"a context has at most {limits.context_tokens} tokens")
    if len(areas.kbs) > limits.active_kbs:
        raise ScriptError(9003, f"a session has at most {limits.active_kbs} active knowledge bases")
    if len(areas.suggestions) > SUGGESTIONS:
        raise ScriptError(9009, f"a session has at most {SUGGESTIONS} suggestions")
    if any(len(each.label) > SUGGESTION_CHARS or len(each.key) > SUGGESTION_CHARS for each in areas.suggestions):
        raise ScriptError(4002, f"a suggestion has at most {SUGGESTION_CHARS} characters")


# --- reading a saved state ---------------------------------------------------------------------------------------


def _bad(what: str) -> ScriptError:
    return ScriptError(4007, f"that is no saved state of a session: {what}")


def _text(value: HostValue, what: str) -> str:
    if not isinstance(value, str):
        raise _bad(f"{what} is no text")
    return value


def _maps(state: dict[str, HostValue], part: str) -> Iterable[dict[str, HostValue]]:
    entries = state.get(part, [])
    if not isinstance(entries, list):
        raise _bad(f"{part} is no array")
    for entry in entries:
        if not isinstance(entry, dict):
            raise _bad(f"an entry of {part} is no map")
        yield entry


def _checked_name(name: HostValue, taken: set[str], part: str) -> str:
    trimmed = trim(_text(name, f"a name in {part}"))
    if not 1 <= len(trimmed) <= VARIABLE_NAME_CHARS or fold(trimmed) in taken:
        raise _bad(f"{part} has a name that is empty, too long or there twice")
    taken.add(fold(trimmed))
    return trimmed


def _variables(state: dict[str, HostValue]) -> dict[str, HostValue]:
    found = state.get("variables", {})
    if not isinstance(found, dict):
        raise _bad("variables is no map")
    taken: set[str] = set()
    return {_checked_name(name, taken, "variables"): value for name, value in found.items() if value is not None}


def _contexts(state: dict[str, HostValue]) -> dict[str, str]:
    taken: set[str] = set()
    found = {
        _checked_name(entry.get("name"), taken, "contexts"): _text(entry.get("value"), "a context")
        for entry in _maps(state, "contexts")
    }
    return {name: text for name, text in found.items() if text}


def _names(
    state: dict[str, HostValue], part: str, find: Callable[[str], str | None], left_out: list[str]
) -> tuple[str, ...]:
    entries = state.get(part, [])
    if not isinstance(entries, list):
        raise _bad(f"{part} is no array")
    found: dict[str, None] = {}
    for entry in entries:
        name = _text(entry, f"a name in {part}")
        known = find(name)
        if known is None:
            left_out.append(f"{part.removesuffix('s')} {name[:VARIABLE_NAME_CHARS]}")
        else:
            found[known] = None
    return tuple(found)


def _suggestions(state: dict[str, HostValue]) -> tuple[Suggestion, ...]:
    found: dict[tuple[str, str], Suggestion] = {}
    for entry in _maps(state, "suggestions"):
        parts = ("key", "label", "kind")
        key, label, kind = (_text(entry.get(part, ""), f"the {part} of a suggestion") for part in parts)
        if kind not in _BUTTON_KINDS:
            raise _bad("a suggestion has an unknown kind")
        found.setdefault((key, label), Suggestion(key, label, kind))
    return tuple(found.values())


def _history(state: dict[str, HostValue], limits: Limits) -> tuple[Said, ...]:
    """The newest messages that may be seen and are kept."""
    said: list[Said] = []
    for entry in _maps(state, "history"):
        role, at = _text(entry.get("role"), "a role"), entry.get("at")
        if role not in _ROLES:
            raise _bad("history has an unknown role")
        said.append((role, _text(entry.get("text"), "a message"), float(at.seconds) if isinstance(at, DateTime) else 0))
    kept: list[Said] = []
    chars = 0
    for each in reversed(said[-limits.history_messages :]):
        chars += len(each[1])
        if chars > RESTORED_HISTORY_CHARS:
            break
        kept.append(each)
    return tuple(reversed(kept))


# --- shown to authors --------------------------------------------------------------------------------------------


def context_lines(areas: Areas) -> list[str]:
    lines = ["CONTEXT", f"system_prompt = {shown_json(areas.prompt)}"]
    lines += [f"{name} = {shown_json(text)}" for name, text in areas.contexts.items()]
    return [*lines, f"kbs = {shown_json(list(areas.kbs))}", f"tools = {shown_json(list(areas.tools))}"]


def variable_lines(areas: Areas, script: Mapping[str, HostValue]) -> list[str]:
    def sorted_lines(values: Mapping[str, HostValue]) -> list[str]:
        return [f"{name} = {shown_json(values[name])}" for name in sorted(values, key=lambda name: (fold(name), name))]

    return ["VARIABLES", *sorted_lines(areas.variables), "SCRIPT VARIABLES", *sorted_lines(script)]


def shown_text(value: HostValue) -> str:
    """Display text of any value, as TALK has it."""
    return shown_json(value) if isinstance(value, dict | list) else display(value)


def shown_json(value: HostValue) -> str:
    """Compact JSON as scripts show it: a float without a fraction is written without a point."""

    def plain(item: object) -> object:
        match item:
            case float() if item == item and abs(item) < 1e15 and item == int(item):
                return int(item)
            case list():
                return [plain(each) for each in item]
            case dict():
                return {key: plain(each) for key, each in item.items()}
            case _:
                return item

    return json.dumps(plain(to_json(value)), ensure_ascii=False, separators=(",", ":"))
