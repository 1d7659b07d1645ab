"""Expressions to instructions.

`operand` gives a value operand (a register or a constant), `into` puts the value into a given register, `jump` goes to
a label when a condition is true or false. Evaluation is left to right.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from . import tree
from .builtins import BY_NAME as BUILTIN_NAMES
from .builtins import SPECS, SYNONYMS, BuiltinSpec, find_builtin
from .call_forms import CallForms
from .collection_forms import CollectionForms
from .dataforms import operands_of
from .effects import BY_NAME as EFFECT_NAMES
from .emitter import Emitter, JumpLabel
from .error_words import ErrorWords
from .keywords import Form, Lowering
from .merge_report import MergeReport
from .opcodes import Op
from .queries import BadQuery, parse_query
from .resolver import BARE_FUNCTIONS, ITEM, Resolution, base_name, walk
from .session_fields import SESSION_CONSTANTS
from .session_forms import SessionForms
from .source import Problems, Span
from .special_forms import SpecialForms

_ARITHMETIC = {
    "+": Op.ADD,
    "-": Op.SUB,
    "*": Op.MUL,
    "/": Op.DIV,
    "\\": Op.IDIV,
    "MOD": Op.MOD,
    "^": Op.POW,
}
_COMPARISONS = {"=": Op.EQ, "<>": Op.NE, "<": Op.LT, "<=": Op.LE}
_SWAPPED = {">": "<", ">=": "<="}
_JUMP_TRUE = {"=": Op.JUMP_EQ, "<>": Op.JUMP_NE, "<": Op.JUMP_LT, "<=": Op.JUMP_LE}
_JUMP_FALSE = {"=": Op.JUMP_NE, "<>": Op.JUMP_EQ, "<": Op.JUMP_NOT_LT, "<=": Op.JUMP_NOT_LE}
_WORD_OPERATORS = {
    "XOR": "$XOR",
    "LIKE": "$LIKE",
    "IN": "$IN",
    "CONTAINS": "$IN",
    "STARTS WITH": "$STARTS",
    "ENDS WITH": "$ENDS",
}


_DATA_EFFECTS = {
    "find": "rows_find",
    "save": "rows_save",
    "update": "rows_update",
    "delete": "rows_delete",
    "merge": "rows_merge",
}
"""The effects of data keywords that have one, by their shape."""


class Expressions:
    """Compiles the expressions of one procedure."""

    def __init__(
        self, emitter: Emitter, resolution: Resolution, problems: Problems, local: dict[str, int] | None
    ) -> None:
        """`local` are the registers of a procedure's names; None for the script itself."""
        self.code = emitter
        self.problems = problems
        self._resolution = resolution
        self._local = local
        self.with_maps: list[int] = []  # registers of the maps of the WITH blocks around, innermost last
        self.session = SessionForms(self)
        self.collections = CollectionForms(self)
        self.items: list[int] = []  # registers of the elements FILTER and MAP are at, innermost last
        self.calls = CallForms(self, resolution.headers, local is None)
        self.errors = ErrorWords(self, resolution.trap, local is None)
        self.report = MergeReport(emitter, resolution.report, local is None)
        self._specials = SpecialForms(self)
        self._procedures = {name: index for index, name in enumerate(resolution.procedures, start=1)}

    # --- names ---------------------------------------------------------------------------------------------------

    def local_register(self, name: tree.Name) -> int | None:
        """The register of a variable that lives in this frame."""
        if self.items and name.folded == ITEM:
            return self.items[-1]
        if self._local is None:
            return self._resolution.script.names.get(name.folded)
        return self._local.get(name.folded)

    def script_register(self, name: tree.Name) -> int:
        """The register of a script variable seen from a procedure."""
        return self._resolution.script.names[name.folded]

    @property
    def parameters(self) -> Sequence[str]:
        return self._resolution.parameters

    @property
    def resumes(self) -> bool:
        """Whether the file has ON ERROR RESUME NEXT."""
        return self._resolution.resumes

    @property
    def script_variables(self) -> Sequence[str]:
        """Names of the variables of the script, as written."""
        return [name for name in self._resolution.script.written if name]

    def is_variable(self, name: tree.Name) -> bool:
        """Whether the file gives the name a value, or the package does; one that is only read is none."""
        local, names = self._local or {}, self._resolution
        return name.folded in local or (name.folded in names.script.names and name.folded not in names.unset)

    # --- the three ways to compile an expression -----------------------------------------------------------------

    def operand(self, node: tree.Expression) -> int:
        """A value operand. May reserve a temporary."""
        if isinstance(node, tree.Literal):
            return self.code.constant(node.value)
        if isinstance(node, tree.Name):
            register = self.local_register(node)
            if register is not None:
                return register
        if isinstance(node, tree.WithMap):
            return self._with_map(node)
        if isinstance(node, tree.Held):
            return node.register
        target = self.code.reserve()
        self.into(node, target)
        return target

    def into(self, node: tree.Expression, target: int) -> None:
        """The value of `node` in register `target`, which nothing inside `node` needs any more."""
        top = self.code.top
        self._into(node, target)
        self.code.top = top

    def assign(self, node: tree.Expression, register: int) -> None:
        """The value of `node` in the register of a variable, which `node` may read until it is complete.

        Text that is joined in several steps is moved there when it is complete too: steps that write over what the one
        before them made are taken at once by the compiled VM.
        """
        is_early = isinstance(node, tree.Choice | tree.KeywordCall | tree.Method) or (
            isinstance(node, tree.Binary) and (node.operator in ("AND", "OR", "??") or node.operator in _WORD_OPERATORS)
        )
        if is_early or _joins_text(node) or (isinstance(node, tree.Call) and not self._is_moved_at_last(node)):
            top = self.code.top
            temporary = self.code.reserve()
            self.into(node, temporary)
            self.code.emit(Op.MOVE, register, temporary)
            self.code.top = top
        else:
            self.into(node, register)

    def _is_moved_at_last(self, node: tree.Call) -> bool:
        """Whether the call is one instruction on registers of its own, from which its result is moved."""
        name = node.name
        if name.folded in self._resolution.procedures:
            return True
        spec = find_builtin(name.name)
        return spec is not None and spec.name != "COUNT" and not self.is_variable(name)

    def jump(self, node: tree.Expression, label: JumpLabel, when: bool) -> None:
        """To `label` if the truth of `node` is `when`."""
        top = self.code.top
        match node:
            case tree.Literal(value=value) if not isinstance(value, str):
                if bool(value) == when and value == value:
                    self.code.emit(Op.JUMP, label)
            case tree.Unary(operator="NOT", operand=inner):
                self.jump(inner, label, not when)
            case tree.Binary(operator="AND" | "OR" as operator):
                *before, last = operands_of(node)
                skip = JumpLabel() if (operator == "AND") == when else label
                for operand in before:
                    self.jump(operand, skip, when if skip is label else not when)
                self.jump(last, label, when)
                if skip is not label:
                    self.code.place(skip)
            case tree.Binary(operator=operator) if operator in _JUMP_TRUE or operator in _SWAPPED:
                name, a, b = self._comparison(node)
                self.code.emit((_JUMP_TRUE if when else _JUMP_FALSE)[name], a, b, label)
            case _:
                value_operand = self.operand(node)
                self.code.emit(Op.JUMP_TRUE if when else Op.JUMP_FALSE, value_operand, label)
        self.code.top = top

    def consecutive(self, nodes: Sequence[tree.Expression]) -> int:
        """The values in a row of fresh temporaries; the first one's number."""
        first = self.code.reserve(len(nodes)) if nodes else self.code.top
        for offset, node in enumerate(nodes):
            self.into(node, first + offset)
        return first

    def _arguments(self, nodes: Sequence[tree.Expression], target: int) -> int:
        """The values in a row that begins at `target` if it is the last temporary; the first one's number, where the
        result will be."""
        n = max(len(nodes), 1)
        is_last = self.code.is_temporary(target) and target == self.code.top - 1
        first = target if is_last else self.code.reserve()
        self.code.reserve(n - 1)
        for offset, node in enumerate(nodes):
            self.into(node, first + offset)
        return first

    # --- by kind of node -----------------------------------------------------------------------------------------

    def _into(self, node: tree.Expression, target: int) -> None:
        code = self.code
        match node:
            case tree.Literal(value=value):
                code.emit(Op.MOVE, target, code.constant(value))
            case tree.Name():
                self._name(node, target)
            case tree.WithMap():
                code.emit(Op.MOVE, target, self._with_map(node))
            case tree.Template(parts=parts):
                self._template(parts, node.span, target)
            case tree.Unary(operator=operator, operand=inner):
                value_operand = self.operand(inner)
                if operator == "NOT":
                    code.emit(Op.NOT, target, value_operand)
                elif operator == "-":
                    code.emit(Op.NEG, target, value_operand)
                else:
                    code.emit(Op.MUL, target, value_operand, code.constant(1))
            case tree.Binary():
                self._binary(node, target)
            case tree.Between(value=value_node, low=low, high=high):
                self._between(value_node, low, high, target)
            case tree.Test(operand=inner, kind=kind, is_negated=is_negated):
                self.builtin("ISNULL" if kind == "NULL" else "ISEMPTY", [inner], target)
                if is_negated:
                    code.emit(Op.NOT, target, target)
            case tree.Choice(condition=condition, when_true=when_true, when_false=when_false):
                otherwise, end = JumpLabel(), JumpLabel()
                self.jump(condition, otherwise, False)
                self.into(when_true, target)
                code.emit(Op.JUMP, end)
                code.place(otherwise)
                self.into(when_false, target)
                code.place(end)
            case tree.Index(base=tree.Name(folded="session") as base, key=key) if self.session.is_scope(base):
                self.session.get_field(key, target)
            case tree.Index(base=base, key=key):
                a, b = self._pair(base, key)
                code.emit(Op.INDEX, target, a, b)
            case tree.Member(base=base, name=name):
                self._member(base, name, target)
            case tree.ArrayOf(items=items):
                first = self.consecutive(items)
                code.emit(Op.NEW_ARRAY, target, first, len(items))
            case tree.MapOf(pairs=pairs):
                flat: list[tree.Expression] = []
                for written, item in pairs:
                    flat += [tree.Literal(node.span, written) if isinstance(written, str) else written, item]
                first = self.consecutive(flat)
                code.emit(Op.NEW_MAP, target, first, len(pairs))
            case tree.Call():
                self._call(node, target)
            case tree.Method():
                self._method(node, target)
            case tree.KeywordCall():
                self.keyword(node, target)
            case tree.Filter():
                self._filter(node, target)
            case tree.Held(register=register):
                code.emit(Op.MOVE, target, register)
            case tree.Intern(name=name, arguments=arguments):
                self.builtin(name, arguments, target)
            case tree.Spelled(path=path, text=text):
                root = base_name(path)
                is_path = root is not None and self.is_variable(root)
                self._into(path if is_path else tree.Literal(node.span, text), target)

    def _filter(self, node: tree.Filter, target: int) -> None:
        """Text, or an array of text, value, text, …; what cannot be read is told now, and raised when it runs."""
        try:
            parse_query(node.texts)
        except BadQuery as error:
            self.problems.warning("L207", node.span, str(error), "running it raises error 2002")
        pieces: list[tree.Expression] = [tree.Literal(node.span, node.texts[0])]
        for hole, text in zip(node.holes, node.texts[1:], strict=True):
            pieces += [hole, tree.Literal(node.span, text)]
        self._into(pieces[0] if len(pieces) == 1 else tree.ArrayOf(node.span, tuple(pieces)), target)

    def _with_map(self, node: tree.WithMap) -> int:
        if not self.with_maps:
            self.problems.error("L103", node.span, "this is a field of WITH, and no WITH is around", "write x.name")
            return self.code.constant(None)
        return self.with_maps[-1]

    def _name(self, node: tree.Name, target: int) -> None:
        register = self.local_register(node)
        if register is not None:
            self.code.emit(Op.MOVE, target, register)
        elif node.folded in self._resolution.script.names:
            self.code.emit(Op.GET_SCRIPT, target, self.script_register(node))
        elif node.folded in SESSION_CONSTANTS:
            self.session.field(SESSION_CONSTANTS[node.folded], target)
        elif node.folded in BARE_FUNCTIONS:
            self.builtin(node.name, [], target)
        else:
            raise AssertionError(f"{node.name} was not resolved")

    def _template(self, parts: Sequence[str | tree.Expression], span: Span, target: int) -> None:
        nodes = [tree.Literal(span, part) if isinstance(part, str) else part for part in parts]
        if len(nodes) == 2 and any(isinstance(part, str) for part in parts):
            # Text on one side makes ADD a concatenation, without copying the constant first.
            a, b = self._pair(*nodes)
            self.code.emit(Op.ADD, target, a, b)
        else:
            self.code.emit(Op.CONCAT, target, self.consecutive(nodes), len(nodes))

    def _pair(self, left: tree.Expression, right: tree.Expression) -> tuple[int, int]:
        """Operands of two expressions; a variable on the left is read before the right one runs."""
        a = self.operand(left)
        is_variable = isinstance(left, tree.Name) and a >= 0 and self.local_register(left) == a
        if is_variable and any(self._may_assign(node) for node in walk(right)):
            copy = self.code.reserve()
            self.code.emit(Op.MOVE, copy, a)
            a = copy
        return a, self.operand(right)

    def _may_assign(self, node: object) -> bool:
        """Whether evaluating it may give a variable of this frame another value; built-ins do not."""
        if isinstance(node, tree.Call):
            return node.name.folded in self._resolution.procedures
        return isinstance(node, tree.KeywordCall)

    def _comparison(self, node: tree.Binary) -> tuple[str, int, int]:
        a, b = self._pair(node.left, node.right)
        if node.operator in _SWAPPED:
            return _SWAPPED[node.operator], b, a
        return node.operator, a, b

    def _binary(self, node: tree.Binary, target: int) -> None:
        code, operator = self.code, node.operator
        if operator in _ARITHMETIC or operator == "&":
            self._chain(node, target)
        elif operator in _COMPARISONS or operator in _SWAPPED:
            name, a, b = self._comparison(node)
            code.emit(_COMPARISONS[name], target, a, b)
        elif operator in ("AND", "OR"):
            end = JumpLabel()
            *before, last = operands_of(node)
            for operand in before:
                self.into(operand, target)
                code.emit(Op.JUMP_FALSE if operator == "AND" else Op.JUMP_TRUE, target, end)
            self.into(last, target)
            code.place(end)
        elif operator == "??":
            otherwise, end = JumpLabel(), JumpLabel()
            self.into(node.left, target)
            code.emit(Op.JUMP_NULL, target, otherwise)
            code.emit(Op.JUMP, end)
            code.place(otherwise)
            self.into(node.right, target)
            code.place(end)
        else:
            self._word_operator(node, target)

    def _chain(self, node: tree.Binary, target: int) -> None:
        """`a + b - c & d` without recursion to the left: scripts join texts of any number of pieces.

        All links but the last go to one temporary, which is `target` unless that is a variable.
        """
        code = self.code
        links = _links(node)
        is_own = len(links) == 1 or code.is_temporary(target)
        result = target if is_own else code.reserve()
        top = code.top
        was_text = False
        for position, (link, is_text) in enumerate(links):
            into = target if link is node else result
            if link.operator == "&" and not (was_text or _is_text(link.left) or _is_text(link.right)):
                first = code.reserve(2)
                if position:
                    code.emit(Op.MOVE, first, result)
                else:
                    self.into(link.left, first)
                self.into(link.right, first + 1)
                code.emit(Op.CONCAT, into, first, 2)
            else:
                a, b = (result, self.operand(link.right)) if position else self._pair(link.left, link.right)
                code.emit(_ARITHMETIC.get(link.operator, Op.ADD), into, a, b)
            was_text = is_text
            code.top = top

    def _word_operator(self, node: tree.Binary, target: int) -> None:
        operator = node.operator.removeprefix("NOT ")
        sides = [node.left, node.right]
        if operator == "CONTAINS":
            first = self.code.reserve(2)
            self.into(node.left, first + 1)
            self.into(node.right, first)
            self._emit_builtin(BUILTIN_NAMES["$IN"], first, 2, target)
        else:
            self.builtin(_WORD_OPERATORS[operator], sides, target)
        if operator != node.operator:
            self.code.emit(Op.NOT, target, target)

    def _between(self, value: tree.Expression, low: tree.Expression, high: tree.Expression, target: int) -> None:
        subject = self.code.reserve()
        self.into(value, subject)
        result = self.code.reserve()
        end = JumpLabel()
        self.code.emit(Op.LE, result, self.operand(low), subject)
        self.code.emit(Op.JUMP_FALSE, result, end)
        self.code.emit(Op.LE, result, subject, self.operand(high))
        self.code.place(end)
        self.code.emit(Op.MOVE, target, result)

    def _member(self, base: tree.Expression, name: str, target: int) -> None:
        if isinstance(base, tree.Name) and self.session.is_scope(base):
            self.session.member(base.folded, name, base.span, target)
            return
        self.code.emit(Op.MEMBER, target, self.operand(base), self.code.text(name))

    # --- calls ---------------------------------------------------------------------------------------------------

    def builtin(self, name: str, arguments: Sequence[tree.Expression], target: int) -> None:
        """A built-in of the compiler's own choice."""
        spec = BUILTIN_NAMES.get(name) or find_builtin(name)
        if spec is None:
            raise AssertionError(f"{name} is a built-in")
        first = self.consecutive(arguments) if arguments else self.code.reserve()
        self._emit_builtin(spec, first, len(arguments), target)

    def builtin_at(self, name: str, first: int, n: int) -> None:
        """A built-in whose arguments already stand in registers; its result replaces the first."""
        self.code.emit(Op.BUILTIN, first, BUILTIN_NAMES[name].number, n)

    def procedure_index(self, folded: str) -> int:
        return self._procedures[folded]

    def is_procedure(self, name: tree.Name) -> bool:
        return name.folded in self._procedures

    def _emit_builtin(self, spec: BuiltinSpec, first: int, n: int, target: int) -> None:
        self.code.emit(Op.BUILTIN, first, spec.number, n)
        if target != first:
            self.code.emit(Op.MOVE, target, first)

    def effect(self, name: str, arguments: Sequence[tree.Expression], target: int) -> None:
        first = self.consecutive(arguments) if arguments else self.code.reserve()
        self.code.emit(Op.EFFECT, first, EFFECT_NAMES[name].number, len(arguments))
        if target != first:
            self.code.emit(Op.MOVE, target, first)

    def perform(self, node: tree.Expression) -> None:
        """An expression for what it does; its value is dropped."""
        target = self.code.reserve()
        if isinstance(node, tree.KeywordCall):
            top = self.code.top
            self.keyword(node, target, is_statement=True)
            self.code.top = top
        else:
            self.into(node, target)

    def _call(self, node: tree.Call, target: int) -> None:
        name = node.name
        if name.folded in self._resolution.procedures:
            self.call_procedure(node, target)
            return
        spec = find_builtin(name.name)
        may_index = self.is_variable(name) and len(node.arguments) == 1
        if spec is not None and may_index and spec.takes(1):
            self._index_or_builtin(spec, node, target)
        elif may_index:
            self._into(tree.Index(node.span, name, node.arguments[0]), target)
        elif spec is not None:
            self._checked_builtin(spec, name, node.arguments, target)
        else:
            self.unknown_function(name)

    def _index_or_builtin(self, spec: BuiltinSpec, node: tree.Call, target: int) -> None:
        """`hour(x)` where hour is a variable too: an element if it holds an array, else the function."""
        otherwise, end = JumpLabel(), JumpLabel()
        is_array = self.code.reserve()
        self.builtin("ISARRAY", [node.name], is_array)
        self.code.emit(Op.JUMP_FALSE, is_array, otherwise)
        self._into(tree.Index(node.span, node.name, node.arguments[0]), target)
        self.code.emit(Op.JUMP, end)
        self.code.place(otherwise)
        self._checked_builtin(spec, node.name, node.arguments, target)
        self.code.place(end)

    def call_procedure(self, node: tree.Call, target: int) -> None:
        procedure = self._resolution.procedures[node.name.folded]
        n = len(procedure.parameters)
        if len(node.arguments) > n:
            self.problems.error(
                "L108", node.span, f"{node.name.name} takes at most {n} values, got {len(node.arguments)}"
            )
            return
        first = self._arguments(node.arguments, target)
        self.code.emit(Op.CALL, first, self._procedures[node.name.folded], len(node.arguments))
        if target != first:
            self.code.emit(Op.MOVE, target, first)

    def _checked_builtin(
        self, spec: BuiltinSpec, name: tree.Name, arguments: Sequence[tree.Expression], target: int
    ) -> None:
        n, low, high = len(arguments), spec.min_arguments, spec.max_arguments
        if not spec.takes(n):
            wanted = f"{low}" if low == high else f"at least {low}" if high is None else f"{low} to {high}"
            self.problems.error("L108", name.span, f"{name.name} takes {wanted} values, got {n}")
            return
        if spec.name == "COUNT" and n == 1:
            self.collections.count(arguments[0], target)
            return
        first = self._arguments(arguments, target)
        self._emit_builtin(spec, first, n, target)

    def unknown_function(self, name: tree.Name) -> None:
        known = [spec.name for spec in SPECS if spec.is_callable]
        known += [*SYNONYMS, *(item.name.name.upper() for item in self._resolution.procedures.values())]
        close = difflib.get_close_matches(name.name.upper(), known, n=1)
        hint = f"did you mean {close[0]}?" if close else "declare it with FUNCTION"
        self.problems.warning("L201", name.span, f"unknown function {name.name}", hint)
        self.code.emit(Op.RAISE, 9020, self.code.text(f"unknown function {name.name}"))

    def _method(self, node: tree.Method, target: int) -> None:
        spec = find_builtin(node.name.name)
        if spec is None:
            self.unknown_function(node.name)
        else:
            self._checked_builtin(spec, node.name, (node.base, *node.arguments), target)

    # --- keywords ------------------------------------------------------------------------------------------------

    def keyword(self, node: tree.KeywordCall, target: int, is_statement: bool = False) -> None:
        """A keyword of the registry, by the form its operands are written in."""
        if node.keyword.words == "CALL":
            self._call_other(node, target)
            return
        if node.separators and node.keyword.forms[0].lowering is Lowering.DATA and node.separators[0]:
            self._data(node, target)
            return
        form = _find_form(node)
        if form is None:
            hint = "write " + "; ".join(form.usage for form in node.keyword.forms)
            if not is_statement and 0 < len(node.operands) < min(len(form.pattern) for form in node.keyword.forms):
                hint += "; as a part of a statement it takes one value, with parentheses round it more"
            self.problems.error("L103", node.span, f"{node.keyword.words} is not written so", hint)
            return
        operands = [*node.operands, *(tree.Literal(node.span, value) for value in form.fixed)]
        match form.lowering:
            case Lowering.BUILTIN:
                self.builtin(form.target, operands, target)
            case Lowering.EFFECT:
                name = form.statement if is_statement and form.statement else form.target
                self.effect(name, operands, target)
            case Lowering.EMIT:
                self.emit_record(form.target, operands)
            case Lowering.SPECIAL:
                self._specials.compile(form.target, node, target)
            case Lowering.CALL:
                self.calls.lower(form.target, node, target)
            case Lowering.MISSING:
                self.calls.missing(node.keyword.words, form.target, node.separators, operands, node.span, target)

    def _data(self, node: tree.KeywordCall, target: int) -> None:
        """A data keyword in the shape dataforms.py gave it."""
        action = node.separators[0]
        if action == "merge" and self.report.is_used:
            table, *rest = node.operands
            held = tree.Held(node.span, self.code.reserve())
            self.into(table, held.register)
            self.effect("rows_merge", [held, *rest], target)
            self.report.add(held.register, target)
        elif action in _DATA_EFFECTS:
            self.effect(_DATA_EFFECTS[action], node.operands, target)
        elif action != "union":
            self.collections.lower(action, node.operands, target)
        else:
            first = self.code.reserve()
            self.builtin("CONCAT", node.operands, first)
            self.builtin_at("UNIQUE", first, 1)
            self.code.emit(Op.MOVE, target, first)

    def get_address(self, operand: tree.Expression, target: int) -> None:
        """GET of a URL or a path of the platform."""
        self.calls.call("GET", ("",), [operand], target)

    def emit_record(self, name: str, operands: Sequence[tree.Expression]) -> None:
        first = self.consecutive(operands)
        self.code.emit(Op.EMIT, first, EFFECT_NAMES[name].number, len(operands))

    def run(self, operands: Sequence[tree.Expression], target: int) -> None:
        """RUN of a script, its name first."""
        first = self.consecutive(operands)
        self.code.emit(Op.RUN, first, len(operands) - 1)
        if target != first:
            self.code.emit(Op.MOVE, target, first)

    def _call_other(self, node: tree.KeywordCall, target: int) -> None:
        """CALL of a procedure, a script or a platform service."""
        first, *rest = node.operands
        if isinstance(first, tree.Name):
            first = tree.Call(first.span, first, tuple(rest))
            rest = []
        if isinstance(first, tree.Call):
            if first.name.folded in self._resolution.procedures:
                self.call_procedure(first, target)
            else:
                self.run([tree.Literal(first.span, first.name.name), *first.arguments], target)
        elif isinstance(first, tree.Literal) and isinstance(first.value, str) and first.value.startswith("/"):
            self.effect("service_call", [first, *rest], target)
        elif isinstance(first, tree.Literal | tree.Template):
            self.run([first, *rest], target)
        else:
            self.problems.error(
                "L103", node.span, "CALL needs a procedure, a script or a service", 'write CALL "x.bas"'
            )


def _is_text(node: tree.Expression) -> bool:
    return isinstance(node, tree.Template) or (isinstance(node, tree.Literal) and isinstance(node.value, str))


def _links(node: tree.Binary) -> list[tuple[tree.Binary, bool]]:
    """The operators of a chain in the order they are carried out, each with whether what it gives is text for sure."""
    chain = [node]
    while isinstance(chain[-1].left, tree.Binary) and chain[-1].left.operator in (*_ARITHMETIC, "&"):
        chain.append(chain[-1].left)
    links: list[tuple[tree.Binary, bool]] = []
    is_text = False
    for link in reversed(chain):
        sides = is_text or _is_text(link.left) or _is_text(link.right)
        is_text = link.operator == "&" or (link.operator == "+" and sides)
        links.append((link, is_text))
    return links


def _joins_text(node: tree.Expression) -> bool:
    """Whether its last two steps join text."""
    if not isinstance(node, tree.Binary) or node.operator not in ("+", "&"):
        return False
    return [is_text for _, is_text in _links(node)[-2:]] == [True, True]


def _find_form(node: tree.KeywordCall) -> Form | None:
    for form in node.keyword.forms:
        if form.lowering is Lowering.DATA:
            continue
        if form.pattern == node.separators:
            return form
        n = len(form.pattern)
        rest = node.separators[n:]
        is_known = len(set(rest)) == len(rest) and set(rest) <= set(form.clauses)
        if form.clauses and node.separators[:n] == form.pattern and is_known:
            return form
        if form.is_open and len(node.separators) > len(form.pattern):
            padded = (*form.pattern, *form.pattern[-1:] * (len(node.separators) - len(form.pattern)))
            if padded == node.separators:
                return form
    return None
