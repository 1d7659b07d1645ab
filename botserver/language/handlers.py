"""The handlers of a file: what each is called, what it is registered for, which variables must be kept for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..limits import HANDLERS
from . import tree
from .effects import BY_NAME as EFFECT_NAMES
from .expressions import Expressions
from .opcodes import Op
from .program import Handler, Procedure
from .resolver import Resolution, handler_name, walk
from .source import Problems

EVENT_KINDS = {
    "SESSION END": "session end",
    "EVENT": "event",
    "CALL": "event",
    "FORM SUBMIT": "form",
    "INSERT OF": "insert",
    "UPDATE OF": "update",
    "DELETE OF": "delete",
}
"""How the event of a handler begins; a blank and the name follow, but for the end of the session."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One handler. `event` is "" if its statement registers it. `procedure` is a key of `Resolution.procedures`."""

    key: str
    event: str
    procedure: str
    n_arguments: int


def find_handlers(script: tree.Script, resolution: Resolution, problems: Problems) -> dict[int, Entry]:
    """The handlers by the id of their statement, in order. A literal one at top level is known by its event: the last
    of two with the same event counts."""
    top_level = {id(statement) for statement in script.body}
    bodies = (script.body, *(procedure.body for procedure in (*script.procedures, *script.handlers)))
    nodes = [node for body in bodies for node in walk(body) if isinstance(node, tree.Handler)]
    found: dict[int, Entry] = {}
    declared: dict[str, tree.Handler] = {}
    for number, node in enumerate(nodes):
        procedure = _procedure_of(node, resolution, problems)
        if procedure is None:
            continue
        event = _literal_event(node) if id(node) in top_level else ""
        if event in declared:
            before = declared[event]
            problems.warning("L217", before.span, "a later handler of the same event replaces this one")
            del found[id(before)]
        if event:
            declared[event] = node
        n_arguments = len(resolution.procedures[procedure].parameters)
        if node.target is not None:
            n_arguments = min(n_arguments, 1)
        found[id(node)] = Entry(event or f"#{number}", event, procedure, n_arguments)
    if len(found) > HANDLERS:
        problems.error("L112", next(iter(nodes)).span, f"a script has at most {HANDLERS} handlers")
    return found


def _procedure_of(node: tree.Handler, resolution: Resolution, problems: Problems) -> str | None:
    if node.target is None:
        assert node.body is not None
        return handler_name(node.body)
    if node.target.folded in resolution.procedures:
        return node.target.folded
    problems.error("L104", node.target.span, f"no SUB {node.target.name}", "ON … CALL names a SUB of this file")
    return None


def _literal_event(node: tree.Handler) -> str:
    """What a handler with a literal argument is for; "" if that is known only at run time."""
    kind = EVENT_KINDS.get(node.kind, "")
    if not node.arguments:
        return kind
    name = node.arguments[0]
    if not kind or not isinstance(name, tree.Literal) or not isinstance(name.value, str) or not name.value.strip():
        return ""
    return f"{kind} {name.value.strip().lower()}"


def kept_registers(procedures: Sequence[Procedure], entries: Iterable[int]) -> tuple[int, ...]:
    """The script variables that procedures, and those they call, read; what has no name belongs to the run alone."""
    waiting, seen = list(entries), set(entries)
    read: set[int] = set()
    while waiting:
        for op, *operands in procedures[waiting.pop()].code:
            if op == Op.GET_SCRIPT and procedures[0].register_names[operands[1]]:
                read.add(operands[1])
            elif op == Op.CALL and operands[1] not in seen:
                seen.add(operands[1])
                waiting.append(operands[1])
    return tuple(sorted(read))


def emit_registration(node: tree.Handler, entry: Entry | None, lower: Expressions) -> None:
    """Register a handler, unless the beginning of the run did."""
    if entry is not None and node.kind == "SCHEDULE":
        _emit_schedule(node, entry, lower)
    elif entry is not None and not entry.event:
        kind = tree.Literal(node.span, EVENT_KINDS[node.kind])
        name = node.arguments[0] if node.arguments else tree.Literal(node.span, "")
        lower.builtin("$REGISTER", [kind, name, tree.Literal(node.span, entry.key)], lower.code.reserve())


def emit_entry(entry: Entry, lower: Expressions) -> Handler:
    """Where the run of a handler begins: beyond the end of the script."""
    code = lower.code
    handler = Handler(entry.key, entry.event, code.pc)
    first = code.reserve(max(entry.n_arguments, 1))
    code.emit(Op.CALL, first, lower.procedure_index(entry.procedure), entry.n_arguments)
    code.emit(Op.END_RUN)
    code.top = first
    return handler


def _emit_schedule(node: tree.Handler, entry: Entry, lower: Expressions) -> None:
    """A copy of the script variables is kept under a number; the host is told when."""
    code = lower.code
    first = code.reserve(2)
    lower.into(node.arguments[0], first)
    kept = code.reserve(2)
    code.emit(Op.MOVE, kept, first)
    lower.into(tree.Literal(node.span, entry.key), kept + 1)
    lower.builtin_at("$KEEP", kept, 2)
    code.emit(Op.MOVE, first + 1, kept)
    code.emit(Op.EFFECT, first, EFFECT_NAMES["schedule"].number, 2)
