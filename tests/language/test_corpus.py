"""Every program of the corpus, on both VMs, whole and in slices of one fuel, and copied at every suspension."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from botserver.language.compiler import compile_source
from botserver.language.source import ERROR, Diagnostic
from botserver.limits import Limits
from botserver.vm.effects import Done, Effect, Failed, LogLine, Suggestion, Suspended
from botserver.vm.values import Date, DateTime, HostValue
from tests.language.cases import Case, read_cases
from tests.script_host import Host, Scripts, Trace, Watch, built_vms

CORPUS = [case for path in sorted(Path(__file__).parent.glob("*.bas")) for case in read_cases(path)]
QUIET = ("hear", "session_get", "bot_memory_get", "bot_memory_set")
WATCHES = [Watch(slice_fuel=1), Watch(copies=True), Watch(slice_fuel=1, copies=True), Watch(slice_fuel=7)]


def case_id(case: Case) -> str:
    return f"{case.path.stem}-{case.name.replace(' ', '_')}"


def test_names_of_programs_are_unique() -> None:
    names = [case_id(case) for case in CORPUS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("case", CORPUS, ids=case_id)
def test_program_does_what_is_written_beside_it(case: Case) -> None:
    if diagnose(case):
        return
    parameters: dict[str, HostValue] = case.values("param")  # type: ignore[assignment]  # JSON is a host value
    scripts = Scripts(
        case.files, parameters, case.all("kb"), bool(case.all("dynamic")), case.named("stored"), case.templates()
    )
    fields, services = case.values("field"), case.values("service")
    host = Host(case.all("hear"), fields, {}, services, case.named("stored"))  # type: ignore[arg-type]  # likewise
    events = [(text.partition(" = ")[0], json.loads(text.partition(" = ")[2] or "[]")) for text in case.all("event")]
    host = replace(host, events=events)
    limits = replace(Limits(turn_fuel=60_000), **{name: int(value) for name, value in case.named("limit").items()})
    reference, *others = built_vms()
    trace = host.run(reference, scripts, limits)
    check(case, trace)
    for vm in (reference, *others):
        for watch in WATCHES if vm is reference else [Watch(), *WATCHES]:
            assert_same(trace, host.run(vm, scripts, limits, watch), f"{vm.name} {watch}")
        collected = host.run(vm, scripts, limits, Watch(slice_fuel=7, collects=True))
        assert (collected.messages, collected.logs, collected.effects) == (trace.messages, trace.logs, trace.effects)
        assert shown_end(collected) == shown_end(trace)


def assert_same(expected: Trace, found: Trace, mode: str) -> None:
    assert found.texts == expected.texts, mode
    assert found.messages == expected.messages, mode
    assert repr(found.logs) == repr(expected.logs), mode
    assert repr(found.records) == repr(expected.records), mode
    assert repr(found.effects) == repr(expected.effects), mode
    assert found.options == expected.options, mode
    assert shown_end(found) == shown_end(expected), mode
    assert found.handled == expected.handled, mode
    assert found.fuel == expected.fuel, mode
    assert found.memories == expected.memories, mode
    assert found.roots == expected.roots, mode
    assert repr(found.areas) == repr(expected.areas), mode


def shown_end(trace: Trace) -> str:
    return repr(trace.end)


# --- diagnostics -------------------------------------------------------------------------------------------------


def diagnose(case: Case) -> bool:
    """Compare diagnostics with the expected ones; whether there are errors."""
    found: dict[str, list[Diagnostic]] = {}
    for name, text in case.files.items():
        found[name] = compile_source(text, f"{name}.bas", case.values("param"))[1]
    wants_warnings = any(notice.severity == "warning" for notice in case.notices)
    got = [(name, item) for name, items in found.items() for item in items if item.severity == ERROR or wants_warnings]
    shown = "\n".join(item.render() for _, item in got)
    wanted = sorted(case.notices, key=lambda notice: (notice.file, notice.line, notice.first or 0, notice.code))
    got.sort(key=lambda pair: (pair[0], pair[1].line, pair[1].column, pair[1].code))
    places = [(notice.file, notice.severity, notice.line, notice.code) for notice in wanted]
    assert [(name, item.severity, item.line, item.code) for name, item in got] == places, shown
    for notice, (_, item) in zip(wanted, got, strict=True):
        if notice.first is not None:
            assert item.column == notice.first, item.render()
        if notice.last is not None:
            assert item.column + item.length - 1 == notice.last, item.render()
        assert notice.text in item.message, item.render()
        assert notice.hint in item.hint, item.render()
    return any(item.severity == ERROR for item in found["start"])


# --- what a run did ----------------------------------------------------------------------------------------------


def check(case: Case, trace: Trace) -> None:
    assert trace.texts == case.all("expect"), trace.end
    check_end(case, trace)
    assert trace.handled == case.all("handled")
    assert [as_log(line) for line in trace.logs] == case.all("log")
    assert [message.image for message in trace.messages if message.image] == case.all("image")
    assert [f"{record.kind} {record.name} {as_json(record.value)}" for record in trace.records] == case.all("record")
    if effects := case.all("effect"):
        assert [as_effect(effect) for effect in trace.effects if effect.name not in QUIET] == effects
    if options := case.all("options"):
        assert [as_buttons(shown) for shown in trace.options] == options
    for text in case.all("buttons"):
        index, _, buttons = text.partition(" ")
        assert as_buttons(trace.messages[int(index)].suggestions) == buttons
    assert trace.areas is not None
    for name, value in case.named("variable").items():
        assert as_json(trace.areas.variables.get(name)) == value
    for name, text in case.named("context").items():
        assert trace.areas.contexts.get(name) == text
    for text in case.all("active"):
        area, _, names = text.partition(" ")
        assert ", ".join(getattr(trace.areas, area)) == names
    prompt = case.one("prompt")
    assert prompt is None or trace.areas.prompt == prompt.replace("\\n", "\n")


def check_end(case: Case, trace: Trace) -> None:
    end = trace.end
    fault = case.one("fault")
    if fault is not None:
        assert isinstance(end, Failed), end
        number, _, text = fault.partition(" ")
        assert end.number == int(number), end
        assert text in end.message, end
        assert (end.stack[0].script, end.stack[0].line) == (f"{case.fault_file}.bas", case.fault_line), end
    elif (effect := case.one("ends")) is not None:
        assert isinstance(end, Suspended), end
        assert end.effect.name == effect
    else:
        assert isinstance(end, Done), end
    result = case.one("result")
    if result is not None:
        assert isinstance(end, Done)
        assert as_json(end.value) == result


def as_log(line: LogLine) -> str:
    text = line.text.replace("\n", "\\n")
    return f"{line.level} {text}" + (f" {as_json(line.value)}" if line.value is not None else "")


def as_effect(effect: Effect) -> str:
    return " ".join([effect.name, *map(as_json, effect.arguments)])


def as_buttons(suggestions: tuple[Suggestion, ...]) -> str:
    return ", ".join("=".join(filter(None, (item.key, item.label, item.kind))) for item in suggestions)


def as_json(value: object) -> str:
    match value:
        case Date() | DateTime():
            return f"{type(value).__name__}({value[0]})"
        case _:
            return json.dumps(value, ensure_ascii=False, default=repr)
