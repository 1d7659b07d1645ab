"""GET and SET of session variables and fields, to instructions.

What the text of a literal says is decided here. A computed operand is looked at when it runs, and never reaches a URL
or a file unless its literal beginning says so, or the package allows it: a user's answer must not choose one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from . import tree
from .builtins import BY_NAME as BUILTIN_NAMES
from .effects import BY_NAME as EFFECT_NAMES
from .emitter import Emitter, JumpLabel
from .opcodes import Op
from .session_fields import field_of, find_field, is_address, is_file, is_surely_file, split_scope, variable_of
from .source import Span

_SCOPES = ("session", "user", "bot")
_READS, _SETS, _SETS_FIELD = 0, 1, 2  # what $VARIABLE_OF is asked for


class Lower(Protocol):
    """What is needed of `Expressions`."""

    code: Emitter

    @property
    def parameters(self) -> Sequence[str]:
        """Names of the script's PARAMs."""
        ...

    @property
    def script_variables(self) -> Sequence[str]: ...
    def is_variable(self, name: tree.Name) -> bool: ...
    def consecutive(self, nodes: Sequence[tree.Expression]) -> int: ...
    def operand(self, node: tree.Expression) -> int: ...
    def into(self, node: tree.Expression, target: int) -> None: ...
    def builtin(self, name: str, arguments: Sequence[tree.Expression], target: int) -> None: ...
    def builtin_at(self, name: str, first: int, n: int) -> None: ...
    def effect(self, name: str, arguments: Sequence[tree.Expression], target: int) -> None: ...

    def get_address(self, operand: tree.Expression, target: int) -> None:
        """GET of a URL or a path of the platform."""
        ...


class SessionForms:
    """Compiles them with the help of `Expressions`."""

    def __init__(self, lower: Lower) -> None:
        self._lower = lower
        self._code = lower.code

    # --- fields --------------------------------------------------------------------------------------------------

    def field(self, field: str, target: int) -> None:
        self._lower.effect("session_get", [tree.Literal(Span(0, 1), field)], target)

    def get_field(self, operand: tree.Expression, target: int) -> None:
        """GET SESSION: a field, or the variable of that name."""
        if isinstance(operand, tree.Literal) and isinstance(operand.value, str):
            name = variable_of(operand.value)
            field = find_field(name)
            if field is not None:
                self.field(field, target)
            else:
                self._variable(tree.Literal(operand.span, name), target)
            return
        name_register, field_register = self._code.reserve(), self._code.reserve()
        self._lower.into(operand, name_register)
        self._code.emit(Op.MOVE, field_register, name_register)
        self._lower.builtin_at("$SESSION_FIELD", field_register, 1)
        self._field_or_variable(field_register, name_register, target)

    def member(self, scope: str, name: str, span: Span, target: int) -> None:
        """`session.x`, `user.x`, `bot.x` where the word is no variable."""
        if scope == "session":
            self.get_field(tree.Literal(span, name), target)
        else:
            self._get_literal(tree.Literal(span, f"{scope}.{name}"), target)

    def is_scope(self, node: tree.Expression) -> bool:
        """Whether a name means the session, the user or the bot as a map."""
        return isinstance(node, tree.Name) and node.folded in _SCOPES and not self._lower.is_variable(node)

    # --- what a session keeps ------------------------------------------------------------------------------------

    def special(self, special: str, operands: Sequence[tree.Expression], span: Span, target: int) -> None:
        """A form of SHOW IMAGE, DEBUG SHOW, REMEMBER, USE KB or USE TOOL."""

        def text(value: str | None) -> tree.Literal:
            return tree.Literal(span, value)

        match special.split():
            case ["use", "kb"]:
                self._checked("$USE_KB", operands, is_soft=True)
            case ["use", "tool"]:
                self._checked("$USE_TOOL", operands, is_soft=False)
            case ["image"]:
                first = self._code.reserve(2)
                self._lower.into(operands[0], first + 1)
                self._lower.into(operands[1] if len(operands) > 1 else text(""), first)
                self._lower.builtin_at("$IMAGE_SOURCE", first + 1, 1)
                self._code.emit(Op.EMIT, first, EFFECT_NAMES["image"].number, 2)
            case ["debug", what]:
                names = self._lower.script_variables if what == "VARIABLES" else None
                pairs = tuple((name, tree.Name(span, name)) for name in names or ())
                shown = text(None) if names is None else tree.MapOf(span, pairs)
                self._lower.effect("debug_show", [text(what), shown], target)
            case ["analytics", kind]:
                detail = operands[1] if len(operands) > 1 else text(None)
                if kind == "activity" and len(operands) > 1:
                    detail = tree.ArrayOf(span, tuple(operands[1:]))
                record = [text(kind), operands[0], detail]
                self._code.emit(Op.EMIT, self._lower.consecutive(record), EFFECT_NAMES["analytics"].number, 3)
            case ["remember"]:
                first = self._lower.consecutive([*operands[:2], operands[2] if len(operands) > 2 else text(None)])
                self._lower.builtin_at("$DURATION", first + 2, 1)
                self._code.emit(Op.EFFECT, first, EFFECT_NAMES["user_memory_set"].number, 3)

    def _checked(self, name: str, operands: Sequence[tree.Expression], is_soft: bool) -> None:
        """A built-in that gives null, or a sentence: for the log, or the message of the soft error 3004."""
        record = self._code.reserve(3)
        self._lower.into(operands[0], record + 1)
        self._lower.builtin_at(name, record + 1, 1)
        silent = JumpLabel()
        self._code.emit(Op.JUMP_NULL, record + 1, silent)
        if is_soft:
            self._code.emit(Op.MOVE, record, self._code.constant(3004))
            self._code.emit(Op.EFFECT, record, EFFECT_NAMES["soft_error"].number, 2)
        else:
            self._code.emit(Op.MOVE, record, self._code.constant("warn"))
            self._code.emit(Op.MOVE, record + 2, self._code.constant(None))
            self._code.emit(Op.EMIT, record, EFFECT_NAMES["log"].number, 3)
        self._code.place(silent)

    # --- GET -----------------------------------------------------------------------------------------------------

    def get(self, operands: tuple[tree.Expression, ...], target: int) -> None:
        first = operands[0]
        if len(operands) == 2:
            self._get_pair(first, operands[1], target)
        elif is_address(leading_text(first)):
            self._lower.get_address(first, target)
        elif isinstance(first, tree.Literal) and isinstance(first.value, str):
            self._get_literal(first, target)
        elif isinstance(first, tree.Member) and self.is_scope(first.base):
            self._lower.into(first, target)
        elif isinstance(first, tree.Name) and not self._lower.is_variable(first):
            self._variable(tree.Literal(first.span, first.name), target)
        else:
            self._get_computed(first, target)

    def _get_pair(self, scope: tree.Expression, key: tree.Expression, target: int) -> None:
        """`GET "config", key` and `GET "session", field`."""
        word = scope.value.strip().lower() if isinstance(scope, tree.Literal) and isinstance(scope.value, str) else ""
        if word == "session":
            self.get_field(key, target)
        elif word == "config":
            name = self._code.reserve()
            self._lower.into(tree.Binary(key.span, "&", tree.Literal(key.span, "config."), key), name)
            self._code.emit(Op.EFFECT, name, EFFECT_NAMES["session_get"].number, 1)
            self._code.emit(Op.MOVE, target, name)
        else:
            self._code.emit(Op.RAISE, 4002, self._code.text('GET takes two values only after "config" or "session"'))

    def _get_literal(self, operand: tree.Literal, target: int) -> None:
        text = str(operand.value).strip()
        field = field_of(text)
        scope, rest = split_scope(text)
        if field is not None:
            self.field(field, target)
        elif scope == "params":
            self.parameter(tree.Literal(operand.span, rest), target)
        elif scope:
            self._variable(tree.Literal(operand.span, variable_of(text)), target)
        elif (member := self._member_named(text, operand.span)) is not None:
            self._variable_or(operand, target, lambda value: self._member_or_file(member, operand, value))
        elif is_file(text):
            self._variable_or(operand, target, lambda value: self._lower.effect("file_read", [operand], value))
        else:
            self._variable(operand, target)

    def _member_or_file(self, member: tree.Member, operand: tree.Literal, target: int) -> None:
        """`hours = GET "hours.txt"` means the file although `hours` is a variable."""
        self._lower.into(member, target)
        if is_surely_file(str(operand.value)):
            self._unless_null(target, lambda: self._lower.effect("file_read", [operand], target))

    def _member_named(self, text: str, span: Span) -> tree.Member | None:
        """`lead.name` where lead is a script variable."""
        word, dot, rest = text.partition(".")
        base = tree.Name(span, word)
        if dot and rest.isidentifier() and self._lower.is_variable(base):
            return tree.Member(span, base, rest)
        return None

    def _get_computed(self, operand: tree.Expression, target: int) -> None:
        code, lower = self._code, self._lower
        name = code.reserve()
        lower.into(operand, name)
        if isinstance(operand, tree.Name):
            self._unless_null(name, lambda: code.emit(Op.MOVE, name, code.constant(operand.name)))
        if "/" in leading_text(operand):
            self._variable_or_file(name, target)
            return
        field = code.reserve()
        code.emit(Op.MOVE, field, name)
        lower.builtin_at("$GET_SOURCE", field, 1)
        file, other, end = JumpLabel(), JumpLabel(), JumpLabel()
        code.emit(Op.JUMP_EQ, field, code.constant(1), other)
        code.emit(Op.JUMP_EQ, field, code.constant(2), file)
        self._field_or_variable(field, name, target)
        code.emit(Op.JUMP, end)
        code.place(other)
        lower.get_address(tree.Held(operand.span, name), target)
        code.emit(Op.JUMP, end)
        code.place(file)
        self._variable_or_file(name, target)
        code.place(end)

    def _unless_null(self, register: int, otherwise: Callable[[], None]) -> None:
        """`otherwise` runs if the register is null."""
        known, missing = JumpLabel(), JumpLabel()
        self._code.emit(Op.JUMP_NULL, register, missing)
        self._code.emit(Op.JUMP, known)
        self._code.place(missing)
        otherwise()
        self._code.place(known)

    def _variable_or(self, name: tree.Expression, target: int, otherwise: Callable[[int], None]) -> None:
        """The variable of that name; if there is none, what `otherwise` puts into the register it is given."""
        value = self._code.reserve()
        self._variable(name, value)
        self._unless_null(value, lambda: otherwise(value))
        self._code.emit(Op.MOVE, target, value)

    def _variable_or_file(self, name: int, target: int) -> None:
        value = self._code.reserve()
        self._code.emit(Op.MOVE, value, name)
        self._lower.builtin_at("$GET_VARIABLE", value, 1)

        def read() -> None:
            self._code.emit(Op.MOVE, value, name)
            self._code.emit(Op.EFFECT, value, EFFECT_NAMES["file_read"].number, 1)

        self._unless_null(value, read)
        self._code.emit(Op.MOVE, target, value)

    def _field_or_variable(self, field: int, name: int, target: int) -> None:
        """The field whose name is in a register, or if that is null the variable."""
        code = self._code
        variable, end = JumpLabel(), JumpLabel()
        code.emit(Op.JUMP_NULL, field, variable)
        code.emit(Op.EFFECT, field, EFFECT_NAMES["session_get"].number, 1)
        code.emit(Op.MOVE, target, field)
        code.emit(Op.JUMP, end)
        code.place(variable)
        pair = code.reserve(2)
        code.emit(Op.MOVE, pair, name)
        code.emit(Op.MOVE, pair + 1, code.constant(_READS))
        self._lower.builtin_at("$VARIABLE_OF", pair, 2)
        self._lower.builtin_at("$GET_VARIABLE", pair, 1)
        code.emit(Op.MOVE, target, pair)
        code.place(end)

    def _variable(self, name: tree.Expression, target: int) -> None:
        self._lower.builtin("$GET_VARIABLE", [name], target)

    def parameter(self, name: tree.Expression, target: int) -> None:
        """GET TOOL PARAM: what a PARAM of this script, or a webhook's `params`, has under a name."""
        span = name.span
        params = tree.Name(span, "params")
        if self._lower.is_variable(params):
            self._lower.into(tree.Index(span, params, name), target)
            return
        pairs = tuple((parameter, tree.Name(span, parameter)) for parameter in self._lower.parameters)
        self._lower.into(tree.Index(span, tree.MapOf(span, pairs), name), target)

    # --- SET -----------------------------------------------------------------------------------------------------

    def set(self, name: tree.Expression, value: tree.Expression) -> None:
        """`SET name, value`; a bare name means its spelling."""
        if isinstance(name, tree.Name):
            name = tree.Literal(name.span, name.name)
        if isinstance(name, tree.Literal) and split_scope(str(name.value))[0] != "session":
            self._lower.builtin("$SET_VARIABLE", [name, value], self._code.reserve())
        else:
            self._set(name, value, _SETS)

    def set_field(self, name: tree.Expression, value: tree.Expression) -> None:
        """`SET SESSION name, value`."""
        self._set(name, value, _SETS_FIELD)

    def _set(self, name: tree.Expression, value: tree.Expression, mode: int) -> None:
        if isinstance(name, tree.Literal) and isinstance(name.value, str):
            plain = variable_of(name.value)
            field = find_field(plain)
            if field is None:
                self._lower.builtin("$SET_VARIABLE", [tree.Literal(name.span, plain), value], self._code.reserve())
            else:
                self._lower.into(value, self._code.reserve())
                self._code.emit(Op.RAISE, 5002, self._code.text(f"the session field {field} is read-only"))
            return
        pair = self._code.reserve(2)
        self._lower.into(name, pair)
        self._lower.into(value, pair + 1)
        self.set_register(pair, mode)

    def set_register(self, pair: int, mode: int = _SETS_FIELD) -> None:
        """The name in a register, the value in the next."""
        name = self._code.reserve(2)
        self._code.emit(Op.MOVE, name, pair)
        self._code.emit(Op.MOVE, name + 1, self._code.constant(mode))
        self._lower.builtin_at("$VARIABLE_OF", name, 2)
        self._code.emit(Op.MOVE, pair, name)
        self._code.emit(Op.BUILTIN, pair, BUILTIN_NAMES["$SET_VARIABLE"].number, 2)

    def store(self, target: tree.Member | tree.Index, value: int) -> None:
        """`session.x = value`, `session.x.y[1] = value`: the field is read, changed and written."""
        code, lower = self._code, self._lower
        steps: list[tree.Member | tree.Index] = [target]
        while not self.is_scope(steps[-1].base):
            base = steps[-1].base
            assert isinstance(base, tree.Member | tree.Index)
            steps.append(base)
        first = steps.pop()
        pair = code.reserve(2)
        lower.into(first.key if isinstance(first, tree.Index) else tree.Literal(first.span, first.name), pair)
        if not steps:
            code.emit(Op.MOVE, pair + 1, value)
        else:
            code.emit(Op.MOVE, pair + 1, pair)
            self._held_field(pair, pair + 1)
            code.emit(Op.ENSURE_MAP, pair + 1)
            container = pair + 1
            while len(steps) > 1:
                inner, step = code.reserve(), steps.pop()
                if isinstance(step, tree.Member):
                    code.emit(Op.MEMBER, inner, container, code.text(step.name))
                else:
                    code.emit(Op.INDEX, inner, container, lower.operand(step.key))
                container = inner
            last = steps.pop()
            if isinstance(last, tree.Member):
                code.emit(Op.SET_MEMBER, container, code.text(last.name), value)
            else:
                code.emit(Op.SET_INDEX, container, lower.operand(last.key), value)
        self.set_register(pair)

    def _held_field(self, name: int, target: int) -> None:
        """The field or variable whose name is in a register."""
        field = self._code.reserve()
        self._code.emit(Op.MOVE, field, name)
        self._lower.builtin_at("$SESSION_FIELD", field, 1)
        self._field_or_variable(field, name, target)


def leading_text(node: tree.Expression) -> str:
    """The text a value certainly begins with: of `"https://" + host`, `"/orders/${id}"`."""
    while isinstance(node, tree.Binary) and node.operator in ("+", "&"):
        node = node.left
    if isinstance(node, tree.Template):
        return node.parts[0].lstrip() if isinstance(node.parts[0], str) else ""
    return node.value.lstrip() if isinstance(node, tree.Literal) and isinstance(node.value, str) else ""
