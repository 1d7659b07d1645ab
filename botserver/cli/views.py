"""How `play` shows a conversation: for people, or as JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, Protocol

from ..model import Activity, Role, SuggestionView
from ..session.values import to_json
from ..simulation import Step
from .messages import shown


class View(Protocol):
    def step(self, step: Step, *, with_result: bool) -> bool:
        """Show what a commit brought, the result of the run that ended with it only if asked. Gives whether one did."""
        ...

    def stats(self, stats: dict[str, int]) -> None: ...

    def lines(self) -> Iterator[str]:
        """What the user says, line by line."""
        ...


def _typed_lines() -> Iterator[str]:
    """Standard input as text, whatever bytes it has."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")


def _show_logs(step: Step) -> None:
    for log in step.logs:
        value = "" if log.value is None else " " + json.dumps(to_json(log.value), ensure_ascii=False)
        print(f"log {log.level}: {log.text}{value}", file=sys.stderr)


_SPEAKERS = (Role.BOT, Role.AGENT)


def _is_end(step: Step) -> bool:
    """Whether a script came to its end: by itself, by a fault, or with the session."""
    return step.is_turn and (step.done is not None or step.fault is not None or step.activity is Activity.ENDED)


class JsonView:
    """One object a line, in the order things happen."""

    def step(self, step: Step, *, with_result: bool) -> bool:
        _show_logs(step)
        for message in step.messages:
            if message.role in _SPEAKERS:
                suggestions = [{"key": s.key, "label": s.label, "kind": s.kind} for s in message.suggestions]
                image = {"image": message.image} if message.image else {}
                _write(type="message", text=message.text, suggestions=suggestions, **image)
        is_end = _is_end(step)
        for fault in (step.fault, *step.handler_faults):
            if fault is not None:
                _write(type="fault", code=fault.number, message=fault.message, script=fault.script, line=fault.line)
        if step.fault is not None:
            pass  # there is no result
        elif is_end and with_result:
            _write(type="result", value=to_json(step.done.value) if step.done is not None else None)
        elif step.is_turn and step.activity is Activity.WAITING_INPUT and step.waiting_for is not None:
            _write(type="waiting", variable=step.waiting_for.variable)
        sys.stdout.flush()
        return is_end

    def stats(self, stats: dict[str, int]) -> None:
        _write(type="stats", **stats)

    def lines(self) -> Iterator[str]:
        return _typed_lines()


def _write(**fields: Any) -> None:
    print(json.dumps(fields, ensure_ascii=False))


class TextView:
    """Bot messages on standard output; on a terminal also what the user may choose from."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdin.isatty() and sys.stdout.isatty()

    def step(self, step: Step, *, with_result: bool) -> bool:
        _show_logs(step)
        suggestions: tuple[SuggestionView, ...] = ()
        for message in step.messages:
            if message.role in _SPEAKERS:
                print(shown(message))
                suggestions = message.suggestions
        if step.waiting_for is not None:
            suggestions = step.waiting_for.options
        if step.activity is Activity.ENDED:
            suggestions = ()
        if self._is_terminal and suggestions:
            print("  ".join(f"[{suggestion.label}]" for suggestion in suggestions))
        sys.stdout.flush()
        for fault in (step.fault, *step.handler_faults):
            if fault is not None:
                print(f"{fault.script}:{fault.line}: error {fault.number}: {fault.message}", file=sys.stderr)
                for entry in fault.stack[1:]:
                    print(f"  called from {entry.script}:{entry.line} {entry.procedure}".rstrip(), file=sys.stderr)
        return _is_end(step)

    def stats(self, stats: dict[str, int]) -> None:
        print(
            f"{stats['vm_ns'] / 1e6:,.3f} ms in the VM, {stats['fuel']:,} steps, {stats['heap_bytes']:,} bytes of "
            f"memory, {stats['state_bytes']:,} bytes stored",
            file=sys.stderr,
        )

    def lines(self) -> Iterator[str]:
        if not self._is_terminal:
            yield from _typed_lines()
            return
        import readline  # noqa: F401 - gives input() line editing and history

        while True:
            try:
                yield input("> ")
            except EOFError:
                print()
                return
