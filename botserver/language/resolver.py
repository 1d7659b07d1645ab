"""Which name means what: locals, script variables, session constants, procedures. Structural name errors.

A name assigned at top level is a script variable everywhere in the file. A name assigned in a procedure only is local
to the call. A name that is only read is a session constant, a built-in without arguments, or a script variable that
nobody assigns: null, unless the package injects it.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from ..limits import NAME_HINTS
from . import tree
from .builtins import find_builtin
from .keywords import errors, find_keyword, yields
from .session_fields import SESSION_CONSTANTS
from .source import Problems, Source, Span

_HEADER_WORDS = frozenset(("SET HEADER", "CLEAR HEADERS"))
_ERROR_WORDS = frozenset(keyword.words for keyword in errors.KEYWORDS)

BARE_FUNCTIONS = frozenset(("now", "today", "time", "hour", "timestamp", "rnd", "pi", "uuid", "guid"))
"""Built-ins that may be written without parentheses."""


@dataclass(slots=True)
class Scope:
    """The registers with names of one procedure, parameters first. `hidden` is the one that says which label of
    ON ERROR GOTO is armed; -1: there is none."""

    names: dict[str, int] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    hidden: int = -1

    def add(self, name: str) -> int:
        folded = name.lower()
        if folded not in self.names:
            self.names[folded] = len(self.written)
            self.written.append(name)
        return self.names[folded]

    def hide(self) -> int:
        """A register without a name, kept over waits."""
        self.written.append("")
        return len(self.written) - 1


@dataclass(slots=True)
class Resolution:
    """What the compiler needs to know of names. `early` are session constants that may be read before the file
    assigns them. `trap` is the register of the state of trapping, the last error is in the one after it; -1: the file
    traps no error."""

    script: Scope
    locals: dict[str, Scope]
    procedures: dict[str, tree.Subroutine]
    early: list[str]
    parameters: list[str]
    unset: frozenset[str] = frozenset()  # names of the script that the file only reads
    trap: int = -1
    report: int = -1  # the register of what MERGEs did; -1: the file has no REPORT
    resumes: bool = False  # the file has ON ERROR RESUME NEXT
    headers: int = -1  # the register of the headers that SET HEADER makes; -1: the file sets none


def resolve(script: tree.Script, problems: Problems, injected: Collection[str] = ()) -> Resolution:
    """Resolve the names of a file. `injected` are names the package gives a value (`param-*`)."""
    procedures: dict[str, tree.Subroutine] = {}
    for procedure in script.procedures:
        if not procedure.name.name:  # its header did not parse
            continue
        if procedure.name.folded in procedures:
            problems.error("L107", procedure.name.span, f"procedure {procedure.name.name} is declared twice")
        elif (keyword := find_keyword((procedure.name.name.upper(),))) is not None and not yields(keyword):
            problems.error("L107", procedure.name.span, f"{procedure.name.name} is a keyword")
        procedures.setdefault(procedure.name.folded, procedure)
    procedures |= {handler_name(number): handler for number, handler in enumerate(script.handlers)}
    top = Scope()
    for parameter in parameters_of(script, problems):
        top.add(parameter.name.name)
    for name in assigned_names(script.body):
        top.add(name.name)
    set_from = _set_from(script.body)
    first_set = _first_assignments(script.body)
    scopes = {folded: _local_scope(procedure, top, problems) for folded, procedure in procedures.items()}
    reads = list(_reads(script.body))
    n_main = len(reads)
    for folded, procedure in procedures.items():
        local = scopes[folded].names
        inside = (*procedure.parameters, *procedure.body)
        reads += [name for name in _reads(inside) if name.folded not in local]
    injected = {*injected, *_webhook_names(script)}
    given = {*injected, *(parameter.name.folded for parameter in parameters_of(script))}
    early: dict[str, None] = {}
    unset: set[str] = set()
    n_hints = 0
    for position, name in enumerate(reads):
        folded = name.folded
        if folded in top.names:
            is_set = position < n_main and name.span.start >= set_from.get(folded, math.inf)
            if folded in SESSION_CONSTANTS and not is_set and folded not in given:
                early[folded] = None
            if folded in BARE_FUNCTIONS and position < n_main and name.span.end <= first_set.get(folded, 0):
                hint = f"{name.name}() is the function"
                problems.warning("L202", name.span, f"{name.name} is a variable here and not assigned yet", hint)
            continue
        if folded not in injected:
            if folded in SESSION_CONSTANTS or folded in BARE_FUNCTIONS:
                continue
            n_hints += 1
            close: list[str] = []
            if n_hints <= NAME_HINTS:
                close = difflib.get_close_matches(folded, {*top.names, *SESSION_CONSTANTS, *injected}, n=1)
            hint = f"did you mean {close[0]}?" if close else "it reads as null"
            hint = _slip(name, problems.source) or hint
            problems.warning("L202", name.span, f"{name.name} is never assigned", hint)
            unset.add(folded)
        top.add(name.name)
    parameters = [parameter.name.name for parameter in parameters_of(script)]
    _check_constants(script.body, {}, problems)
    constants = {
        item.name.folded: item.name
        for node in walk(script.body)
        if isinstance(node, tree.Declare) and node.kind == "CONST"
        for item in node.items
    }
    for folded, procedure in procedures.items():
        outer = {name: found for name, found in constants.items() if name not in scopes[folded].names}
        _check_constants(procedure.body, outer, problems)
    resolution = Resolution(top, scopes, procedures, list(early), parameters, frozenset(unset))
    if any(isinstance(node, tree.KeywordCall) and node.keyword.words in _REPORTS for node in walk(script)):
        resolution.report = top.hide()
    handlers = [node for node in walk(script) if isinstance(node, tree.OnError | tree.Try)]
    words = {node.keyword.words for node in walk(script) if isinstance(node, tree.KeywordCall)}
    if words & _HEADER_WORDS:
        resolution.headers = top.hide()
    if handlers or words & _ERROR_WORDS:
        resolution.trap = top.hide()
        top.hide()
        if _has_label(script.body):
            top.hidden = top.hide()
        for folded, procedure in procedures.items():
            if _has_label(procedure.body):
                scopes[folded].hidden = scopes[folded].hide()
        resolution.resumes = any(isinstance(node, tree.OnError) and node.resumes for node in handlers)
    return resolution


_REPORTS = ("REPORT", "RESET REPORT")


def _slip(name: tree.Name, source: Source) -> str:
    """What a name that nobody assigns was probably meant to be, by what is written around it."""
    if source.text[name.span.end :][:4].lower() == ".bas":
        return f'a script is named in quotes: "{name.name}.bas"'
    before = source.text[: name.span.start].rsplit("\n", 1)[-1]
    if re.search(rf"\b{re.escape(name.name)}\s*=\s*$", before, re.IGNORECASE):
        return "right of = it is a variable of the script, not the column"
    return ""


def _check_constants(body: tuple[tree.Statement, ...], constants: dict[str, tree.Name], problems: Problems) -> None:
    """Report assignments to names that CONST declares, in this scope or around it."""
    own: dict[str, tree.Name] = {}
    for node in walk(body):
        if isinstance(node, tree.Declare) and node.kind == "CONST":
            for item in node.items:
                own.setdefault(item.name.folded, item.name)
    known = {**constants, **own}
    for name in assigned_names(body):
        if name.folded in known and name is not known[name.folded]:
            problems.error("L107", name.span, f"{name.name} is a constant", "CONST names are assigned once")


def _has_label(body: tuple[tree.Statement, ...]) -> bool:
    return any(isinstance(node, tree.OnError) and node.label for node in walk(body))


def handler_name(number: int) -> str:
    """What the procedure of a handler's block is called; no name of a file can have a blank."""
    return f"handler {number}"


def parameters_of(script: tree.Script, problems: Problems | None = None) -> list[tree.Param]:
    """The PARAM declarations of a file, the first of each name."""
    found: dict[str, tree.Param] = {}
    for node in walk(script.body):
        if isinstance(node, tree.Param):
            if problems is not None and node.name.folded in found:
                problems.warning("L205", node.span, f"PARAM {node.name.name} is declared twice; the first one counts")
            found.setdefault(node.name.folded, node)
    return list(found.values())


def _set_from(body: tuple[tree.Statement, ...]) -> dict[str, float]:
    """The offsets from which names are certainly assigned, as far as the order of plain statements tells."""
    if any(isinstance(node, tree.Goto) for node in walk(body)):
        return {}
    found: dict[str, float] = {}
    for statement in body:
        if isinstance(statement, tree.Assign) and isinstance(statement.target, tree.Name) and not statement.operator:
            found.setdefault(statement.target.folded, statement.span.end)
    return found


def _first_assignments(body: tuple[tree.Statement, ...]) -> dict[str, int]:
    """Where the text of a file assigns names first."""
    found: dict[str, int] = {}
    for name in assigned_names(body):
        found[name.folded] = min(name.span.start, found.get(name.folded, name.span.start))
    return found


def _local_scope(procedure: tree.Subroutine, top: Scope, problems: Problems) -> Scope:
    scope = Scope()
    for parameter in procedure.parameters:
        if parameter.name.folded in scope.names:
            problems.error("L107", parameter.name.span, f"parameter {parameter.name.name} is declared twice")
        scope.add(parameter.name.name)
    for node in walk(procedure.body):
        if isinstance(node, tree.Declare) and node.kind != "REDIM":
            for item in node.items:
                scope.add(item.name.name)
    for name in assigned_names(procedure.body):
        if name.folded not in top.names:
            scope.add(name.name)
    return scope


@cache
def _parts(kind: type) -> Callable[[object], tuple[Any, ...]] | None:
    """Reads the fields of a node that may hold nodes, last one first; None of what is no node."""
    if not is_dataclass(kind) or kind is Span:
        return None
    names = [part.name for part in reversed(fields(kind)) if part.name != "span" and part.type not in _PLAIN]
    if kind is tree.KeywordCall:
        names = ["operands"]
    match names:
        case []:
            return lambda node: ()
        case [name]:
            return lambda node: (getattr(node, name),)
        case _:
            return attrgetter(*names)


_PLAIN = ("str", "bool", "int", "int | None", "str | None", "tuple[str, ...]")
"""Types of fields that hold no nodes, as written."""


def walk(node: object) -> Iterator[object]:
    """A node and everything below it, in order of the text as far as the tree keeps it."""
    stack: list[Any] = [node]
    while stack:
        item = stack.pop()
        if item.__class__ is tuple:
            stack += item[::-1]
        elif (parts := _parts(item.__class__)) is not None:
            yield item
            stack += parts(item)


ITEM = "item"
"""What FILTER and MAP call the element they are at."""


def _is_item(node: object) -> bool:
    return isinstance(node, tree.Name) and node.folded == ITEM


def uses_item(node: tree.Expression) -> bool:
    """Whether an operand is an expression over `item`, and no text."""
    if isinstance(node, tree.Template | tree.Literal | tree.Filter):
        return False
    return any(_is_item(part) for part in walk(node))


def _webhook_names(script: tree.Script) -> frozenset[str]:
    """What a script that other servers call is given: names it reads and never assigns."""
    for node in script.body:
        match node:
            case tree.Perform(call=tree.KeywordCall(keyword=keyword)) if keyword.words == "WEBHOOK":
                return frozenset(("params", "body", "headers", "method", "path"))
    return frozenset()


def base_of(target: tree.Expression) -> tree.Expression:
    """What a path begins with."""
    while isinstance(target, tree.Member | tree.Index):
        target = target.base
    return target


def base_name(target: tree.Expression) -> tree.Name | None:
    """The variable a path begins with."""
    base = base_of(target)
    return base if isinstance(base, tree.Name) else None


def grown_name(call: tree.Expression) -> tree.Name | None:
    """The variable that a statement puts elements into: it becomes an array if it is null."""
    match call:
        case tree.KeywordCall(keyword=keyword, operands=(tree.Name() as target, *_)) if keyword.words in _GROWING:
            return target
        case tree.Call(name=name, arguments=(tree.Name() as target, *_)) if _grows(name):
            return target
        case tree.Method(name=name, base=tree.Name() as target) if _grows(name):
            return target
        case _:
            return None


def target_of_get(call: tree.Expression) -> tree.Expression | None:
    """Where `GET s INTO x` puts its value."""
    match call:
        case tree.KeywordCall(keyword=keyword, separators=("", "INTO"), operands=(_, target)) if keyword.words == "GET":
            return target
        case _:
            return None


_GROWING = ("PUSH", "UNSHIFT")


def _grows(name: tree.Name) -> bool:
    spec = find_builtin(name.name)
    return spec is not None and spec.name in _GROWING


def assigned_names(body: tuple[tree.Statement, ...]) -> Iterator[tree.Name]:
    """The names that statements give values to, as often as they do."""
    for node in walk(body):
        match node:
            case tree.Assign(target=target) | tree.Hear(target=target):
                name = base_name(target)
                # `session.x = 1` writes a field of the session; only `session = …` makes a variable.
                if name is not None and (name is target or name.folded != "session"):
                    yield name
            case tree.ForCount(counter=name) | tree.ForEach(item=name) | tree.With(name=name):
                yield name
            case tree.Try(error=tree.Name() as name):
                yield name
            case tree.Declared(name=name):
                yield name
            case tree.Perform(call=call):
                name = grown_name(call) or base_name(target_of_get(call) or call)
                if name is not None:
                    yield name
            case _:
                pass


def _reads(body: tuple[tree.Statement | tree.Parameter, ...]) -> Iterator[tree.Name]:
    """Names that are read: all but assignment targets themselves and names of calls."""
    skip: set[int] = set()
    for node in walk(body):
        match node:
            case tree.Assign(target=tree.Name() as target, operator="") | tree.Hear(target=tree.Name() as target):
                skip.add(id(target))
            case tree.ForCount(counter=target) | tree.ForEach(item=target):
                skip.add(id(target))
            case tree.With(name=target) | tree.Param(name=target) | tree.Try(error=tree.Name() as target):
                skip.add(id(target))
            case tree.Declared(name=target):
                skip.add(id(target))
            case tree.Call(name=target) | tree.Method(name=target):
                skip.add(id(target))
            case tree.SetVariable(name=tree.Name() as target) | tree.Handler(target=tree.Name() as target):
                skip.add(id(target))
            case tree.Spelled(path=path):
                skip.add(id(base_name(path)))
            case tree.KeywordCall(separators=("filter" | "map",), operands=(_, test)) if uses_item(test):
                skip |= {id(part) for part in walk(test) if _is_item(part)}
            case tree.KeywordCall(keyword=keyword, operands=(tree.Name() as target, *_)) if keyword.words in (
                "CALL",
                "GET",
            ):
                skip.add(id(target))
            case tree.Name() if id(node) not in skip:
                yield node
            case _:
                pass
