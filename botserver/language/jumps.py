"""Where EXIT, CONTINUE, GOTO and RETURN of one procedure go, through the FINALLYs on their way.

A FINALLY is compiled once. What leaves its TRY notes in a register how it goes on, and jumps there; behind the FINALLY
the noted one is taken up again, from one level further out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from . import tree
from .emitter import Emitter, JumpLabel
from .opcodes import Op
from .resolver import walk
from .source import Problems, Span


@dataclass(slots=True)
class Finally:
    """A FINALLY under way. Register `action` says what follows it: null the next statement, 0 the error of register
    `value` again, 1 the end of the script, 2 and more the ways out that were noted."""

    enter: JumpLabel
    action: int
    value: int
    exits: list[Callable[[], None]] = field(default_factory=list)


RAISE_AGAIN, END_SCRIPT, _FIRST_EXIT = 0, 1, 2


@dataclass(slots=True)
class Construct:
    """An open loop, SELECT, WITH or part of TRY. `last` is the FINALLY that runs when it is left, `labels` are the
    labels inside it."""

    kind: str
    exit: JumpLabel
    again: JumpLabel | None
    number: int
    last: Finally | None = None
    labels: frozenset[str] = frozenset()


@dataclass(slots=True)
class _LabelUse:
    """A GOTO before all labels are known. `inside` are the blocks around it that may not be entered from outside."""

    span: Span
    name: str
    label: JumpLabel
    inside: tuple[int, ...]


_CLOSED = frozenset(("FOR", "WITH", "TRY"))
"""Constructs that no GOTO enters from outside."""


class Jumps:
    """The jumps of one procedure."""

    def __init__(self, code: Emitter, problems: Problems) -> None:
        self._code = code
        self._problems = problems
        self._open: list[Construct] = []
        self._constructs = 0
        self._labels: dict[str, tuple[JumpLabel, tuple[int, ...]]] = {}
        self._uses: list[_LabelUse] = []
        self.armed: list[JumpLabel] = []  # targets of ON ERROR GOTO

    def enter(
        self, kind: str, again: JumpLabel | None = None, last: Finally | None = None, body: object = ()
    ) -> Construct:
        self._constructs += 1
        labels = frozenset(node.name for node in walk(body) if isinstance(node, tree.Label)) if last else frozenset()
        construct = Construct(kind, JumpLabel(), again, self._constructs, last, labels)
        self._open.append(construct)
        return construct

    def leave(self, construct: Construct) -> None:
        self._open.pop()
        self._code.place(construct.exit)

    # --- through FINALLY -----------------------------------------------------------------------------------------

    def _way_out(self, depth: int) -> Finally | None:
        """The FINALLY to run first on the way to where only `depth` constructs are open."""
        return next((construct.last for construct in reversed(self._open[depth:]) if construct.last), None)

    def _through(self, last: Finally, then: Callable[[], None]) -> None:
        last.exits.append(then)
        number = _FIRST_EXIT + len(last.exits) - 1
        self._code.emit(Op.MOVE, last.action, self._code.constant(number))
        self._code.emit(Op.JUMP, last.enter)

    def follow(self, last: Finally) -> None:
        """The code behind a FINALLY: go on as noted."""
        code = self._code
        end = JumpLabel()
        code.emit(Op.JUMP_NULL, last.action, end)

        def end_script() -> None:
            code.emit(Op.END_RUN)

        def raise_again() -> None:
            code.emit(Op.THROW, code.constant(None), last.value)

        for number, then in enumerate((raise_again, end_script, *last.exits), RAISE_AGAIN):
            other = JumpLabel()
            code.emit(Op.JUMP_NE, last.action, code.constant(number), other)
            then()
            code.place(other)
        code.place(end)

    def return_(self, make_value: Callable[[], int]) -> None:
        """Leave the procedure. The value is made at once; a FINALLY does not change it."""
        last = self._way_out(0)
        value = make_value()
        if last is None:
            self._code.emit(Op.RETURN, value)
            return
        kept = last.value
        self._code.emit(Op.MOVE, kept, value)
        self._through(last, lambda: self.return_(lambda: kept))

    # --- loops ---------------------------------------------------------------------------------------------------

    def jump(self, node: tree.Jump) -> None:
        """EXIT, BREAK or CONTINUE of a construct."""
        for depth in range(len(self._open) - 1, -1, -1):
            construct = self._open[depth]
            is_loop = construct.kind not in ("SELECT", "WITH", "TRY")
            target = construct.exit if node.action == "exit" else construct.again
            if (construct.kind == node.construct if node.construct else is_loop) and target is not None:
                self._go(target, depth)
                return
        word = "BREAK" if node.action == "exit" and not node.construct else node.action.upper()
        where = node.construct or "a loop"
        self._problems.error("L110", node.span, f"{word} {node.construct}".rstrip() + f" outside {where}")

    def _go(self, target: JumpLabel, depth: int) -> None:
        last = self._way_out(depth + 1)
        if last is None:
            self._code.emit(Op.JUMP, target)
        else:
            self._through(last, lambda: self._go(target, depth))

    # --- labels --------------------------------------------------------------------------------------------------

    def label(self, node: tree.Label) -> None:
        if node.name in self._labels:
            self._problems.error("L107", node.span, f"label {node.name} is declared twice")
            return
        self._labels[node.name] = (JumpLabel(), self._inside())
        self._code.place(self._labels[node.name][0])

    def goto(self, node: tree.Goto) -> None:
        innermost = next((item for item in reversed(self._open) if item.last is not None), None)
        if innermost is not None and innermost.last is not None and node.label not in innermost.labels:
            self._through(innermost.last, lambda: self.goto(node))
            return
        self._code.emit(Op.JUMP, self._use(node.span, node.label, self._inside()))

    def arm(self, node: tree.OnError) -> int:
        """The number of the label that ON ERROR GOTO names."""
        self.armed.append(self._use(node.span, node.label, ()))
        return len(self.armed) - 1

    def _use(self, span: Span, name: str, inside: tuple[int, ...]) -> JumpLabel:
        label = JumpLabel()
        self._uses.append(_LabelUse(span, name, label, inside))
        return label

    def _inside(self) -> tuple[int, ...]:
        return tuple(construct.number for construct in self._open if construct.kind in _CLOSED)

    def resolve(self) -> None:
        """All labels are known now."""
        for use in self._uses:
            if use.name not in self._labels:
                self._problems.error(
                    "L109",
                    use.span,
                    f"no label {use.name} in this procedure",
                    f"write {use.name}: on a line of its own",
                )
                continue
            label, inside = self._labels[use.name]
            if inside != use.inside[: len(inside)]:
                self._problems.error("L109", use.span, f"GOTO {use.name} would jump into a FOR, WITH or TRY")
            use.label.pc = label.pc
