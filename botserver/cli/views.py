"""How `play` shows a conversation: for people, or as JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, Protocol

from ..model import Activity, Role, SuggestionView
from ..session.turn import Ended, Turn
from ..session.values import to_json


class View(Protocol):
    def turn(self, turn: Turn, ended: Ended) -> None:
        """Show what a turn brought."""
        ...

    def stats(self, stats: dict[str, int]) -> None: ...

    def lines(self) -> Iterator[str]:
        """What the user says, line by line."""
        ...


def _typed_lines() -> Iterator[str]:
    """Standard input as text, whatever bytes it has."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")


def _show_logs(turn: Turn) -> None:
    for log in turn.logs:
        value = "" if log.value is None else " " + json.dumps(to_json(log.value), ensure_ascii=False)
        print(f"log {log.level}: {log.text}{value}", file=sys.stderr)


class JsonView:
    """One object a line, in the order things happen."""

    def turn(self, turn: Turn, ended: Ended) -> None:
        _show_logs(turn)
        for message in turn.messages:
            if message.role is Role.BOT:
                suggestions = [{"key": s.key, "label": s.label, "kind": s.kind} for s in message.suggestions]
                _write(type="message", text=message.text, suggestions=suggestions)
        if turn.fault is not None:
            fault = turn.fault
            _write(type="fault", code=fault.number, message=fault.message, script=fault.script, line=fault.line)
        elif turn.done is not None or ended.activity is Activity.ENDED:
            _write(type="result", value=to_json(turn.done.value) if turn.done is not None else None)
        elif ended.activity is Activity.WAITING_INPUT and ended.waiting_for is not None:
            _write(type="waiting", variable=ended.waiting_for.variable)
        sys.stdout.flush()

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

    def turn(self, turn: Turn, ended: Ended) -> None:
        _show_logs(turn)
        suggestions: tuple[SuggestionView, ...] = ()
        for message in turn.messages:
            if message.role is Role.BOT:
                print(message.text)
                suggestions = message.suggestions
        if ended.waiting_for is not None:
            suggestions = ended.waiting_for.options
        if self._is_terminal and suggestions:
            print("  ".join(f"[{suggestion.label}]" for suggestion in suggestions))
        sys.stdout.flush()
        if turn.fault is not None:
            fault = turn.fault
            print(f"{fault.script}:{fault.line}: error {fault.number}: {fault.message}", file=sys.stderr)
            for entry in fault.stack[1:]:
                print(f"  called from {entry.script}:{entry.line} {entry.procedure}".rstrip(), file=sys.stderr)

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
