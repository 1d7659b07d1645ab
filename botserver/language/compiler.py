"""Scripts to programs: statements to instructions, and the doors `compile_script` and `compile_source`.

Each problem of a file is reported; a file with errors gives no program. What comes out passes the verifier.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from ..limits import PROCEDURES, SOURCE_BYTES
from . import tree
from .blocks import build_script
from .declarations import Compiled, TableDeclaration
from .emitter import Constants, Emitter, JumpLabel, TooLarge
from .expressions import Expressions
from .handlers import Entry, emit_entry, emit_registration, find_handlers, kept_registers
from .hears import Hears
from .jumps import END_SCRIPT, RAISE_AGAIN, Finally, Jumps
from .lines import make_units
from .lint import lint
from .opcodes import Op
from .parser import parse_unit
from .program import Parameter, Procedure, Program
from .references import references_of
from .resolver import Resolution, Scope, base_of, grown_name, parameters_of, resolve, target_of_get, walk
from .scanner import scan
from .schedules import is_declaration, schedules_of
from .session_fields import SESSION_CONSTANTS
from .source import ERROR, Diagnostic, Problems, Source, Span
from .terminals import did_you_mean, needs_value
from .verifier import verify
from .words import BOUND_TYPES


def compile_source(text: str, file: str, injected: Collection[str] = ()) -> tuple[Program | None, list[Diagnostic]]:
    """Compile a script. `injected` are names the package gives values. None instead of a program if it has errors."""
    compiled = compile_script(text, file, injected)
    return compiled.program, compiled.diagnostics


def parse_source(
    source: Source, problems: Problems, tables: list[TableDeclaration] | None = None, injected: Collection[str] = ()
) -> tree.Script:
    """The tree of a script, of what of it can be read; `tables` gets those it declares. `injected` as above."""
    units = make_units(scan(source, problems, needs_value, [] if tables is None else tables), problems, injected)
    return build_script((parse_unit(unit, problems) for unit in units), problems)


def compile_script(text: str, file: str, injected: Collection[str] = ()) -> Compiled:
    """As `compile_source`, with what else its package wants to know."""
    source = Source.of(text, file)
    problems = Problems(source)
    if len(text.encode(errors="surrogatepass")) > SOURCE_BYTES:
        return Compiled(None, [Diagnostic(file, 1, 1, ERROR, "L112", f"a script has at most {SOURCE_BYTES} bytes")])
    tables: list[TableDeclaration] = []
    script = parse_source(source, problems, tables, injected)
    resolution = resolve(script, problems, injected)
    lint(script, problems)
    try:
        program = _compile(script, source, resolution, problems)
    except TooLarge as error:
        problems.error("L112", Span(0, 1), str(error))
        program = None
    if problems.has_errors or program is None:
        return Compiled(None, problems.all(), references_of(script, source))
    verify(program)
    schedules = schedules_of(script, source)
    return Compiled(program, problems.all(), references_of(script, source), tuple(tables), schedules)


def _compile(script: tree.Script, source: Source, resolution: Resolution, problems: Problems) -> Program:
    if len(resolution.procedures) >= PROCEDURES:
        raise TooLarge(f"a script has at most {PROCEDURES} procedures")
    constants = Constants()
    main = Emitter(source, constants, resolution.script.written)
    entries = find_handlers(script, resolution, problems)
    body = _Body(Expressions(main, resolution, problems, None), None, entries, resolution.script)
    parameters = parameters_of(script)
    body.bind(parameters)
    for name in resolution.early:
        body.lower.session.field(SESSION_CONSTANTS[name], resolution.script.names[name])
    body.declared = frozenset(id(node) for node in script.body if is_declaration(node))
    body.block(script.body)
    body.end()
    handlers = tuple(emit_entry(entry, body.lower) for entry in entries.values())
    procedures = [body.finish("", len(parameters))]
    for folded, procedure in resolution.procedures.items():
        scope = resolution.locals[folded]
        emitter = Emitter(source, constants, scope.written)
        inner = _Body(Expressions(emitter, resolution, problems, scope.names), procedure, entries, scope)
        inner.defaults()
        inner.block(procedure.body)
        inner.end()
        procedures.append(inner.finish(procedure.name.name, len(procedure.parameters)))
    # Scripts find each other by file name, whatever folder of the package they are in.
    name = PurePath(source.file).name
    tools = tuple(_parameter(parameter) for parameter in parameters)
    places = {name: index for index, name in enumerate(resolution.procedures, start=1)}
    kept = kept_registers(procedures, [places[entry.procedure] for entry in entries.values()])
    return Program(
        name,
        tuple(constants.values),
        tuple(procedures),
        _description(script),
        tools,
        handlers,
        kept,
        resolution.trap,
    )


def _description(script: tree.Script) -> str:
    """The first DESCRIPTION describes the script."""
    return next((node.text for node in walk(script.body) if isinstance(node, tree.Description)), "")


def _parameter(node: tree.Param) -> Parameter:
    return Parameter(
        node.name.name,
        node.type,
        node.is_optional,
        node.default is not None,
        node.description,
        node.example,
        node.values,
    )


@dataclass(slots=True)
class _Body:
    """Compiles the statements of one procedure, or of the script itself."""

    lower: Expressions
    procedure: tree.Subroutine | None
    entries: Mapping[int, Entry]
    """The handlers of the file by the id of their statement."""
    scope: Scope
    declared: frozenset[int] = frozenset()
    """Ids of statements that only declare something."""
    _jumps: Jumps = field(init=False)
    _hears: Hears = field(init=False)

    def __post_init__(self) -> None:
        self._jumps = Jumps(self._code, self.lower.problems)
        self._hears = Hears(self.lower, self.store)

    @property
    def _code(self) -> Emitter:
        return self.lower.code

    def end(self) -> None:
        """The end every path falls into."""
        self._jumps.resolve()
        self._return_default()

    def finish(self, name: str, n_parameters: int) -> Procedure:
        armed = self.scope.hidden if self._jumps.armed else -1
        return self._code.finish(name, n_parameters, self._jumps.armed, armed)

    def defaults(self) -> None:
        """Parameters that got nothing take their defaults."""
        if self.procedure is None:
            return
        for slot, parameter in enumerate(self.procedure.parameters):
            if parameter.default is not None:
                self._code.mark(parameter.name.span)
                missing, known = JumpLabel(), JumpLabel()
                self._code.emit(Op.JUMP_NULL, slot, missing)
                self._code.emit(Op.JUMP, known)
                self._code.place(missing)
                self.lower.into(parameter.default, slot)
                self._code.place(known)

    def bind(self, parameters: Sequence[tree.Param]) -> None:
        """Values the script was given get the type of their PARAM; missing ones their default."""
        code = self._code
        for slot, parameter in enumerate(parameters):
            code.mark(parameter.span)
            known = JumpLabel()
            kind = BOUND_TYPES.get(parameter.type)
            if parameter.default is None and kind is None:
                continue
            missing = JumpLabel()
            code.emit(Op.JUMP_NULL, slot, missing)
            if kind is not None:
                # Only text is converted; what has a type keeps it.
                first = code.reserve(2)
                kept = JumpLabel()
                code.emit(Op.MOVE, first, slot)
                self.lower.builtin_at("ISSTRING", first, 1)
                code.emit(Op.JUMP_FALSE, first, kept)
                code.emit(Op.MOVE, first, slot)
                code.emit(Op.MOVE, first + 1, code.constant(kind))
                self.lower.builtin_at("$BIND", first, 2)
                code.emit(Op.MOVE, slot, first)
                code.place(kept)
                code.top = first
            if parameter.default is not None:
                code.emit(Op.JUMP, known)
            code.place(missing)
            if parameter.default is not None:
                self.lower.into(parameter.default, slot)
            code.place(known)

    def _with(self, node: tree.With) -> None:
        """A new map in the variable, unless the body sets no field and there is a map to work on."""
        code = self._code
        made = code.reserve()
        sets = any(
            isinstance(inner, tree.Assign) and isinstance(base_of(inner.target), tree.WithMap)
            for inner in walk(node.body)
        )
        if sets:
            code.emit(Op.NEW_MAP, made, code.reserve(), 0)
        else:
            self.lower.into(node.name, made)
            code.emit(Op.ENSURE_MAP, made)
        code.top = made + 1
        self.store(node.name, made)
        self.lower.with_maps.append(made)
        construct = self._jumps.enter("WITH")
        self.block(node.body)
        self._jumps.leave(construct)
        self.lower.with_maps.pop()

    def _return_default(self) -> None:
        """The end of a procedure; a FUNCTION gives what was assigned to its name."""
        result = None
        if self.procedure is not None and self.procedure.is_function:
            result = self.lower.local_register(self.procedure.name)
        self._jumps.return_(lambda: self._code.constant(None) if result is None else result)

    # --- statements ----------------------------------------------------------------------------------------------

    def block(self, statements: Sequence[tree.Statement]) -> None:
        for statement in statements:
            top = self._code.top
            self._code.mark(statement.span)
            after = JumpLabel()
            before = self._on_failure(after)
            self._statement(statement)
            self._on_failure(before)
            self._code.place(after)
            self._code.top = top

    def _on_failure(self, label: JumpLabel | None) -> JumpLabel | None:
        """Where the next instructions lead when they fail under ON ERROR RESUME NEXT; gives what held before."""
        return self._code.resumes.set(label) if self.lower.resumes else None

    def _statement(self, node: tree.Statement) -> None:
        match node:
            case tree.Assign():
                self._assign(node)
            case tree.SetVariable(name=name, value=value):
                self.lower.session.set(name, value)
            case tree.Hear():
                self._hears.hear(node)
            case tree.Perform(call=tree.KeywordCall() as call) if id(node) in self.declared:
                self.lower.calls.warn_of_declaration(call)
            case tree.Perform(call=call):
                self._perform(call)
            case tree.Say(kind=kind, text=text):
                if kind == "TALK":
                    self.lower.emit_record("talk", [text])
                else:
                    self.lower.builtin("$SET_PROMPT", [text], self._code.reserve())
            case tree.If():
                self._if(node)
            case tree.Select():
                self._select(node)
            case tree.ForCount():
                self._for_count(node)
            case tree.ForEach():
                self._for_each(node)
            case tree.Loop():
                self._loop(node)
            case tree.Jump():
                self._jump(node)
            case tree.EndScript():
                self._code.emit(Op.END_RUN)
            case tree.Return(value=value):
                self._return(value)
            case tree.Goto():
                self._jumps.goto(node)
            case tree.Label():
                self._jumps.label(node)
            case tree.Try():
                self._try(node)
            case tree.Declare(kind=kind, items=items):
                for item in items:
                    self._declare(kind, item)
            case tree.OnError():
                self._on_error(node)
            case tree.With():
                self._with(node)
            case tree.Handler():
                emit_registration(node, self.entries.get(id(node)), self.lower)
            case tree.Broken() | tree.Param() | tree.Description():
                pass

    def _perform(self, call: tree.Expression) -> None:
        if isinstance(call, tree.Call) and not call.arguments and call.span == call.name.span:
            known = self.lower.is_procedure(call.name)
            if not known:
                self.lower.problems.error(
                    "L104",
                    call.span,
                    f'unknown keyword "{call.name.name}"',
                    did_you_mean([call.name.folded.upper()]) or "a bare name is a call of a SUB of that name",
                )
                return
        if isinstance(call, tree.KeywordCall) and call.keyword.words == "ERROR" and not call.operands:
            self.lower.problems.error("L103", call.span, "ERROR needs a number", "write ERROR number, message")
        grown = grown_name(call)
        into = target_of_get(call)
        if into is not None and isinstance(call, tree.KeywordCall):
            self._get_into(call, into)
        elif grown is None:
            self.lower.perform(call)
        else:
            self.store(grown, self.lower.operand(call))

    def _get_into(self, call: tree.KeywordCall, target: tree.Expression) -> None:
        """`GET s INTO x`"""
        if not isinstance(base_of(target), tree.Name):
            self.lower.problems.error("L103", target.span, "GET … INTO needs a variable", 'write GET "name" INTO x')
            return
        value = self._code.reserve()
        self.lower.session.get(call.operands[:1], value)
        self.store(target, value)

    def _return(self, value: tree.Expression | None) -> None:
        if value is None:
            self._return_default()
            return
        operand = self.lower.operand(value)
        if self.procedure is not None and not self.procedure.is_function:
            operand = self._code.constant(None)
        self._jumps.return_(lambda: operand)

    # --- assignment ----------------------------------------------------------------------------------------------

    def _assign(self, node: tree.Assign) -> None:
        value = node.value
        if node.operator:
            value = tree.Binary(node.span, node.operator, node.target, value)
        register = self.lower.local_register(node.target) if isinstance(node.target, tree.Name) else None
        if register is not None:
            self.lower.assign(value, register)
        else:
            self.store(node.target, self.lower.operand(value))

    def _declare(self, kind: str, item: tree.Declared) -> None:
        code, lower = self._code, self.lower
        if item.value is not None:
            self._assign(tree.Assign(item.name.span, item.name, "", item.value))
        if not item.is_array:
            return
        made = code.reserve()
        code.emit(Op.NEW_ARRAY, made, code.reserve(), 0)
        if item.size is not None:
            highest = lower.operand(item.size)
            last = code.reserve()
            code.emit(Op.MOVE, last, code.constant(None))
            if kind == "REDIM":
                new = JumpLabel()
                old = code.reserve(3)
                lower.into(item.name, old)
                code.emit(Op.JUMP_NULL, old, new)
                code.emit(Op.INDEX, last, old, highest)
                code.emit(Op.MOVE, old + 1, code.constant(0))
                code.emit(Op.ADD, old + 2, highest, code.constant(1))
                lower.builtin_at("SLICE", old, 3)
                code.emit(Op.MOVE, made, old)
                code.place(new)
            # An element beyond the end fills what is before it with null.
            code.emit(Op.SET_INDEX, made, highest, last)
        self.store(item.name, made)

    def store(self, target: tree.Expression, value: int) -> None:
        """Put a value operand where a path leads."""
        code = self._code
        match target:
            case tree.Name():
                register = self.lower.local_register(target)
                if register is None:
                    code.emit(Op.SET_SCRIPT, self.lower.script_register(target), value)
                elif register != value:
                    code.emit(Op.MOVE, register, value)
            case tree.Member() | tree.Index() if self.lower.session.is_scope(base_of(target)):
                self.lower.session.store(target, value)
            case tree.Member(base=base, name=name):
                code.emit(Op.SET_MEMBER, self._container(base, True), code.text(name), value)
            case tree.Index(base=base, key=key):
                is_name = isinstance(key, tree.Literal) and isinstance(key.value, str)
                container = self._container(base, is_name)
                code.emit(Op.SET_INDEX, container, self.lower.operand(key), value)
            case _:
                raise AssertionError("a target is a path")

    def _container(self, base: tree.Expression, makes_map: bool) -> int:
        """The container an element is stored in. A plain variable that is null becomes a map, if a name is stored."""
        code = self._code
        if not isinstance(base, tree.Name) or not makes_map:
            return self.lower.operand(base)
        register = self.lower.local_register(base)
        if register is not None:
            code.emit(Op.ENSURE_MAP, register)
            return register
        slot = self.lower.script_register(base)
        copy = code.reserve()
        code.emit(Op.GET_SCRIPT, copy, slot)
        code.emit(Op.ENSURE_MAP, copy)
        code.emit(Op.SET_SCRIPT, slot, copy)
        return copy

    # --- choices -------------------------------------------------------------------------------------------------

    def _if(self, node: tree.If) -> None:
        end = JumpLabel()
        last = len(node.branches) - 1
        for position, (condition, body) in enumerate(node.branches):
            otherwise = JumpLabel()
            self._code.mark(condition.span)
            before = self._on_failure(otherwise)
            self.lower.jump(condition, otherwise, False)
            self._on_failure(before)
            self.block(body)
            if position < last or node.otherwise:
                self._code.emit(Op.JUMP, end)
            self._code.place(otherwise)
        self.block(node.otherwise)
        self._code.place(end)

    def _select(self, node: tree.Select) -> None:
        code = self._code
        subject = code.reserve()
        self.lower.into(node.subject, subject)
        construct = self._jumps.enter("SELECT")
        bodies = []
        for span, items, _ in node.cases:
            label = JumpLabel()
            bodies.append(label)
            for item in items:
                code.mark(span)
                top = code.top
                other = JumpLabel()
                before = self._on_failure(other)
                self._case_item(item, subject, label)
                self._on_failure(before)
                code.place(other)
                code.top = top
        otherwise = JumpLabel()
        code.emit(Op.JUMP, otherwise)
        for label, (_, _, body) in zip(bodies, node.cases, strict=True):
            code.place(label)
            self.block(body)
            code.emit(Op.JUMP, construct.exit)
        code.place(otherwise)
        self.block(node.otherwise or ())
        self._jumps.leave(construct)

    def _case_item(self, item: tree.CaseItem, subject: int, label: JumpLabel) -> None:
        code, lower = self._code, self.lower
        if item.kind == "TO" and item.high is not None:
            no = JumpLabel()
            code.emit(Op.JUMP_NOT_LE, lower.operand(item.value), subject, no)
            code.emit(Op.JUMP_LE, subject, lower.operand(item.high), label)
            code.place(no)
            return
        value = lower.operand(item.value)
        match item.kind:
            case "=":
                code.emit(Op.JUMP_EQ, subject, value, label)
            case "<>":
                code.emit(Op.JUMP_NE, subject, value, label)
            case "<":
                code.emit(Op.JUMP_LT, subject, value, label)
            case "<=":
                code.emit(Op.JUMP_LE, subject, value, label)
            case ">":
                code.emit(Op.JUMP_LT, value, subject, label)
            case _:
                code.emit(Op.JUMP_LE, value, subject, label)

    # --- loops ---------------------------------------------------------------------------------------------------

    def _for_count(self, node: tree.ForCount) -> None:
        code, lower = self._code, self.lower
        own = lower.local_register(node.counter)
        counter = code.reserve() if own is None else own
        first, last, step = (code.reserve() for _ in range(3))
        lower.into(node.first, first)
        lower.into(node.last, last)
        lower.into(node.step or tree.Literal(node.span, 1), step)
        again, body = JumpLabel(), JumpLabel()
        construct = self._jumps.enter("FOR", again)
        skip, end = JumpLabel(), JumpLabel()
        # A bad bound leaves the counter as it was.
        code.emit(Op.FOR_PREP, first, last, step, skip)
        code.emit(Op.MOVE, counter, first)
        code.place(body)
        if own is None:
            code.emit(Op.SET_SCRIPT, lower.script_register(node.counter), counter)
        self.block(node.body)
        code.place(again)
        code.mark(node.span)
        if own is None:
            code.emit(Op.GET_SCRIPT, counter, lower.script_register(node.counter))
        code.emit(Op.FOR_LOOP, counter, last, step, body)
        code.emit(Op.JUMP, end)
        code.place(skip)
        code.emit(Op.MOVE, counter, first)
        code.place(end)
        if own is None:
            code.emit(Op.SET_SCRIPT, lower.script_register(node.counter), counter)
        self._jumps.leave(construct)

    def _for_each(self, node: tree.ForEach) -> None:
        code, lower = self._code, self.lower
        state = code.reserve(3)
        if node.limit is None:
            code.emit(Op.EACH_PREP, state, lower.operand(node.source), end := JumpLabel())
        else:
            limit = code.reserve(2)
            lower.into(node.source, limit)
            lower.into(tree.Literal(node.span, node.limit), limit + 1)
            lower.builtin_at("$TAKE", limit, 2)
            code.emit(Op.EACH_PREP, state, limit, end := JumpLabel())
        code.top = state + 3
        own = lower.local_register(node.item)
        item = code.reserve() if own is None else own
        again = JumpLabel()
        construct = self._jumps.enter("FOR", again)
        code.place(again)
        code.mark(node.span)
        code.emit(Op.EACH_NEXT, state, item, end)
        if own is None:
            code.emit(Op.SET_SCRIPT, lower.script_register(node.item), item)
        self.block(node.body)
        code.emit(Op.JUMP, again)
        code.place(end)
        self._jumps.leave(construct)

    def _loop(self, node: tree.Loop) -> None:
        """The test of a loop that tests first stands at its end, so a round costs one jump."""
        code = self._code
        body, again = JumpLabel(), JumpLabel()
        construct = self._jumps.enter(node.kind, again)
        if node.before is not None:
            code.emit(Op.JUMP, again)
        code.place(body)
        self.block(node.body)
        code.place(again)
        condition = node.before or node.after
        if condition is None:
            code.emit(Op.JUMP, body)
        else:
            code.mark(condition.span)
            before = self._on_failure(body if node.is_until else construct.exit)
            self.lower.jump(condition, body, not node.is_until)
            self._on_failure(before)
        self._jumps.leave(construct)

    # --- jumps ---------------------------------------------------------------------------------------------------

    def _jump(self, node: tree.Jump) -> None:
        if node.construct in ("SUB", "FUNCTION"):
            inside = self.procedure is not None and self.procedure.is_function == (node.construct == "FUNCTION")
            if not inside:
                self.lower.problems.error("L110", node.span, f"EXIT {node.construct} outside a {node.construct}")
            else:
                self._return_default()
            return
        self._jumps.jump(node)

    # --- errors --------------------------------------------------------------------------------------------------

    def _try(self, node: tree.Try) -> None:
        code = self._code
        end, caught, failed, left = (JumpLabel() for _ in range(4))
        last = None
        if node.last is not None:
            last = Finally(JumpLabel(), code.reserve(), code.reserve())
            code.emit(Op.MOVE, last.action, code.constant(None))
        after = last.enter if last else end
        catches = code.catches.set(caught if node.catch is not None else failed)
        leaves = code.leaves.set(left) if last else None
        self._part(node.body, last)
        code.catches.set(failed if last else catches)
        code.emit(Op.JUMP, after)
        if node.catch is not None:
            code.place(caught)
            if node.error is not None:
                self.store(node.error, self.lower.errors.last)
            self._part(node.catch, last)
            code.emit(Op.JUMP, after)
        code.catches.set(catches)
        if last and node.last is not None:
            code.leaves.set(leaves)
            code.place(failed)
            code.emit(Op.MOVE, last.value, self.lower.errors.last)
            code.emit(Op.MOVE, last.action, code.constant(RAISE_AGAIN))
            code.emit(Op.JUMP, last.enter)
            code.place(left)
            code.emit(Op.MOVE, last.action, code.constant(END_SCRIPT))
            code.place(last.enter)
            self._part(node.last, None)
            self._jumps.follow(last)
        code.place(end)

    def _part(self, body: Sequence[tree.Statement], last: Finally | None) -> None:
        construct = self._jumps.enter("TRY", None, last, body)
        self.block(body)
        self._jumps.leave(construct)

    def _on_error(self, node: tree.OnError) -> None:
        code, lower = self._code, self.lower
        if node.label:
            code.emit(Op.MOVE, self.scope.hidden, code.constant(self._jumps.arm(node)))
            # A number; what it replaces stays as its truth.
            state = code.reserve()
            code.emit(Op.MUL, state, lower.errors.state, code.constant(1))
            lower.errors.set_state(state)
            return
        if self.scope.hidden >= 0:
            code.emit(Op.MOVE, self.scope.hidden, code.constant(None))
        lower.errors.set_state(code.constant(True if node.resumes else None))
