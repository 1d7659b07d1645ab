"""FILTER, MAP, GROUP BY and the other keywords on arrays of maps, to loops of plain instructions.

So they share the elements they choose, cost what they do, can stop in any slice, and are the same in both VMs without
a line in either. A filter that is written down becomes comparisons; one that is computed is asked row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from . import tree
from .dataforms import AGGREGATES, operation_name
from .emitter import Emitter, JumpLabel
from .keywords.outside import FILES
from .opcodes import Op
from .queries import All as Every
from .queries import AnyOf as Some
from .queries import BadQuery, Column, Compare, Condition, Not, Operand, Query, parse_query
from .resolver import ITEM, uses_item
from .source import Problems, Span

Body = Callable[[int, JumpLabel], None]
"""Compiles what happens with the element in a register; the label goes on with the next one."""


class Lower(Protocol):
    """What is needed of `Expressions`."""

    code: Emitter
    problems: Problems
    items: list[int]

    def is_variable(self, name: tree.Name) -> bool: ...
    def into(self, node: tree.Expression, target: int) -> None: ...
    def jump(self, node: tree.Expression, label: JumpLabel, when: bool) -> None: ...
    def builtin(self, name: str, arguments: Sequence[tree.Expression], target: int) -> None: ...
    def effect(self, name: str, arguments: Sequence[tree.Expression], target: int) -> None: ...


class CollectionForms:
    """Compiles them with the help of `Expressions`."""

    def __init__(self, lower: Lower) -> None:
        self._lower = lower
        self._code = lower.code

    def lower(self, action: str, operands: Sequence[tree.Expression], target: int) -> None:
        """A keyword in the shape dataforms.py gave it."""
        match action, operands:
            case "filter", (data, test):
                self._filter(data, test, target)
            case "map", (data, shape):
                self._map(data, shape, target)
            case "aggregate", (operation, data, field, *test):
                self._aggregate(operation, data, field, test, target)
            case "group", (data, field):
                self._code.emit(Op.MOVE, target, self._grouped(self._rows(data), self._held(field)).register)
            case "pivot", (data, row, value, operation, *column):
                self._pivot(data, row, value, operation, column, target)
            case "join", (left, right, key):
                self._join(left, right, key, target)
            case "fill", (first, second):
                self._fill(first, second, target)
            case "sort", (data, order, field):
                self._lower.builtin("SORT", [self._rows(data), order, field], target)
            case _:
                raise AssertionError(f"no collection keyword {action}")

    # --- pieces --------------------------------------------------------------------------------------------------

    def _held(self, node: tree.Expression) -> tree.Held:
        """The value of an expression, kept in a register of its own."""
        register = self._code.reserve()
        self._lower.into(node, register)
        return tree.Held(node.span, register)

    def _new_array(self, span: Span) -> tree.Held:
        return self._held(tree.ArrayOf(span, ()))

    def _call(self, name: str, *arguments: tree.Expression) -> tree.Held:
        register = self._code.reserve()
        self._lower.builtin(name, arguments, register)
        return tree.Held(arguments[0].span, register)

    def _push(self, array: tree.Held, value: tree.Expression) -> None:
        top = self._code.top
        self._lower.builtin("PUSH", [array, value], self._code.reserve())
        self._code.top = top

    def _set(self, target: tree.Held, key: tree.Expression, value: tree.Expression) -> None:
        top = self._code.top
        held = self._held(key), self._held(value)
        self._code.emit(Op.SET_INDEX, target.register, held[0].register, held[1].register)
        self._code.top = top

    def _each(self, source: tree.Expression, body: Body) -> None:
        code = self._code
        top = code.top
        state = code.reserve(3)
        item, held = code.reserve(), self._held(source)
        again, end = JumpLabel(), JumpLabel()
        code.emit(Op.EACH_PREP, state, held.register, end)
        code.place(again)
        code.emit(Op.EACH_NEXT, state, item, end)
        inner = code.top
        body(item, again)
        code.top = inner
        code.emit(Op.JUMP, again)
        code.place(end)
        code.top = top

    def _unless(self, condition: tree.Expression, action: Callable[[], None], when: bool = True) -> None:
        """`action`, unless the truth of `condition` is `when`."""
        done = JumpLabel()
        self._lower.jump(condition, done, when)
        action()
        self._code.place(done)

    def _rows(self, node: tree.Expression) -> tree.Held:
        """The elements a keyword works on; text is the name of a table, whose rows they are."""
        rows = self._held(node)
        if not isinstance(node, tree.ArrayOf):
            self._unless(self._call("ISSTRING", rows), lambda: self._find(rows), when=False)
        return rows

    def _find(self, name: tree.Held) -> None:
        everything = (tree.Literal(name.span, ""), tree.Literal(name.span, False))
        self._lower.effect("rows_find", (name, *everything), name.register)

    def count(self, node: tree.Expression, target: int) -> None:
        """COUNT of one value: of text the rows of that table."""
        value = self._held(node)
        table, end = JumpLabel(), JumpLabel()
        self._lower.jump(self._call("ISSTRING", value), table, True)
        self._lower.builtin("COUNT", [value], target)
        self._code.emit(Op.JUMP, end)
        self._code.place(table)
        self._lower.effect("rows_count", [value], target)
        self._code.place(end)

    def _field(self, row: tree.Expression, name: tree.Expression) -> tree.Expression:
        """An element's value of a field; for `item` the element itself if it is no map."""
        if isinstance(name, tree.Literal) and isinstance(name.value, str):
            member = tree.Member(row.span, row, name.value)
            if name.value.lower() != ITEM:
                return member
            is_map = tree.Intern(row.span, "ISOBJECT", (row,))
            return tree.Choice(row.span, is_map, member, row)
        return tree.Index(row.span, row, name)

    def _cell(self, row: tree.Held, name: tree.Held) -> tree.Expression:
        """As `_field`, of a name known when it runs."""
        is_item = tree.Binary(row.span, "=", name, tree.Literal(row.span, ITEM))
        is_map = tree.Intern(row.span, "ISOBJECT", (row,))
        wants_whole = tree.Binary(row.span, "AND", is_item, tree.Unary(row.span, "NOT", is_map))
        return tree.Choice(row.span, wants_whole, row, tree.Index(row.span, row, name))

    # --- filters -------------------------------------------------------------------------------------------------

    def _filter(self, data: tree.Expression, test: tree.Expression, target: int) -> None:
        """The elements for which a test holds, as a new array."""
        self._code.emit(Op.MOVE, target, self._filtered(self._rows(data), test).register)

    def _filtered(self, rows: tree.Held, test: tree.Expression) -> tree.Held:
        result = self._new_array(test.span)
        if uses_item(test):
            self._each(rows, lambda item, again: self._keep_if(test, item, again, result))
            return result
        if isinstance(test, tree.Filter):
            return self._by_query(rows, test, result)
        return self._by_text(rows, test, result)

    def _keep_if(self, test: tree.Expression, item: int, again: JumpLabel, result: tree.Held) -> None:
        self._lower.items.append(item)
        self._lower.jump(test, again, False)
        self._lower.items.pop()
        self._push(result, tree.Held(test.span, item))

    def _by_query(self, rows: tree.Held, written: tree.Filter, result: tree.Held) -> tree.Held:
        """By a filter whose text is known: its comparisons, with the values bound before the loop."""
        try:
            query = parse_query(written.texts)
        except BadQuery as error:
            self._lower.problems.warning("L207", written.span, str(error), "running it raises error 2002")
            self._code.emit(Op.RAISE, 2002, self._code.text(str(error)))
            return result
        holes = [self._held(hole) for hole in written.holes]
        bound = _Bound(self, written.span, holes)
        condition = None if query.condition is None else bound.prepare(query.condition)

        def body(item: int, again: JumpLabel) -> None:
            held = tree.Held(written.span, item)
            if condition is not None:
                self._lower.jump(condition(held), again, False)
            self._push(result, held)

        self._each(rows, body)
        return self._arranged(result, query, bound)

    def _arranged(self, result: tree.Held, query: Query, bound: _Bound) -> tree.Held:
        for part in reversed(query.order):
            order = tree.Literal(result.span, "DESC" if part.descends else "ASC")
            result = self._call("SORT", result, order, bound.column(part.column))
        if query.offset is not None:
            result = self._call("DROP", result, bound.value(query.offset))
        if query.limit is not None:
            result = self._call("TAKE", result, bound.value(query.limit))
        return result

    def _by_text(self, rows: tree.Held, text: tree.Expression, result: tree.Held) -> tree.Held:
        """By a filter that is computed: its columns are read of each element and asked about."""
        query = self._held(text)
        columns = self._call("$FILTER_COLUMNS", query)

        def body(item: int, again: JumpLabel) -> None:
            row = tree.Held(text.span, item)
            values = self._new_array(text.span)
            self._each(columns, lambda name, _: self._push(values, self._cell(row, tree.Held(row.span, name))))
            self._lower.jump(self._call("$FILTER_MATCH", query, values), again, False)
            self._push(result, row)

        self._each(rows, body)

        def sort(item: int, again: JumpLabel) -> None:
            part = tree.Held(text.span, item)
            order, column = (tree.Member(text.span, part, name) for name in ("order", "column"))
            self._code.emit(Op.MOVE, result.register, self._call("SORT", result, order, column).register)

        self._each(self._call("$FILTER_ORDER", query), sort)
        limits = self._call("$FILTER_LIMITS", query)
        start, end = (tree.Index(text.span, limits, tree.Literal(text.span, place)) for place in (0, 1))
        return self._call("SLICE", result, start, end)

    # --- the others ----------------------------------------------------------------------------------------------

    def _map(self, data: tree.Expression, shape: tree.Expression, target: int) -> None:
        """Each element by an expression over `item`, or by text: `a->b, c`, or one field."""
        rows, result = self._rows(data), self._new_array(data.span)
        if uses_item(shape):

            def by_expression(item: int, again: JumpLabel) -> None:
                self._lower.items.append(item)
                self._push(result, shape)
                self._lower.items.pop()

            self._each(rows, by_expression)
        else:
            fields = self._call("$MAP_FIELDS", self._held(shape))

            def by_fields(item: int, again: JumpLabel) -> None:
                row = tree.Held(shape.span, item)
                several = JumpLabel()
                self._lower.jump(self._call("ISARRAY", fields), several, True)
                self._push(result, tree.Index(shape.span, row, fields))
                self._code.emit(Op.JUMP, again)
                self._code.place(several)
                made = self._held(tree.MapOf(shape.span, ()))

                def put(pair: int, _: JumpLabel) -> None:
                    held = tree.Held(shape.span, pair)
                    before, after = (tree.Member(shape.span, held, name) for name in ("from", "to"))
                    self._set(made, after, tree.Index(shape.span, row, before))

                self._each(fields, put)
                self._push(result, made)

            self._each(rows, by_fields)
        self._code.emit(Op.MOVE, target, result.register)

    def _aggregate(
        self,
        operation: tree.Expression,
        data: tree.Expression,
        field: tree.Expression,
        test: Sequence[tree.Expression],
        target: int,
    ) -> None:
        """SUM, AVG, COUNT, MIN or MAX of a field, of the elements for which the test holds if there is one."""
        rows = self._rows(data)
        if test:
            rows = self._filtered(rows, test[0])
        self._apply(operation, rows, field, target)

    def _apply(self, operation: tree.Expression, rows: tree.Held, field: tree.Expression, target: int) -> None:
        name = operation_name(operation)
        if name is not None:
            self._lower.builtin(AGGREGATES[name], [rows, field], target)
            return
        wanted, end = self._call("UCASE", operation), JumpLabel()
        for spelling, builtin in AGGREGATES.items():

            def apply(builtin: str = builtin) -> None:
                self._lower.builtin(builtin, [rows, field], target)
                self._code.emit(Op.JUMP, end)

            self._unless(tree.Binary(rows.span, "=", wanted, tree.Literal(rows.span, spelling)), apply, when=False)
        self._code.emit(Op.RAISE, 4002, self._code.text("AGGREGATE knows SUM, AVG, COUNT, MIN and MAX"))
        self._code.place(end)

    def _grouped(self, rows: tree.Expression, field: tree.Expression) -> tree.Held:
        groups = self._held(tree.MapOf(rows.span, ()))

        def body(item: int, again: JumpLabel) -> None:
            row = tree.Held(rows.span, item)
            key = self._call("STR", tree.Index(rows.span, row, field))
            group = self._held(tree.Index(rows.span, groups, key))
            known = JumpLabel()
            self._lower.jump(self._call("ISARRAY", group), known, True)
            self._lower.into(tree.ArrayOf(rows.span, ()), group.register)
            self._set(groups, key, group)
            self._code.place(known)
            self._push(group, row)

        self._each(rows, body)
        return groups

    def _pivot(
        self,
        data: tree.Expression,
        row: tree.Expression,
        value: tree.Expression,
        operation: tree.Expression,
        column: Sequence[tree.Expression],
        target: int,
    ) -> None:
        """A map a value of `row`: its sum of `value`, or one sum for each value of `column`."""
        span = data.span
        rows, row_field, value_field = self._rows(data), self._held(row), self._held(value)
        column_field = self._held(column[0]) if column else None
        result = self._new_array(span)

        def body(item: int, again: JumpLabel) -> None:
            group = tree.Member(span, tree.Held(span, item), "value")
            first = tree.Index(span, group, tree.Literal(span, 0))
            made = self._held(tree.MapOf(span, ()))
            self._set(made, row_field, tree.Index(span, first, row_field))
            if column_field is None:
                self._sum_into(made, value_field, self._held(group), value_field, operation)
            else:

                def cell(part: int, _: JumpLabel) -> None:
                    key, rows = (tree.Member(span, tree.Held(span, part), name) for name in ("key", "value"))
                    self._sum_into(made, key, self._held(rows), value_field, operation)

                self._each(self._grouped(group, column_field), cell)
            self._push(result, made)

        self._each(self._grouped(rows, row_field), body)
        self._code.emit(Op.MOVE, target, result.register)

    def _sum_into(
        self, made: tree.Held, key: tree.Expression, rows: tree.Held, field: tree.Held, operation: tree.Expression
    ) -> None:
        total = self._code.reserve()
        self._apply(operation, rows, field, total)
        self._set(made, key, tree.Held(rows.span, total))

    def _join(self, left: tree.Expression, right: tree.Expression, key: tree.Expression, target: int) -> None:
        """The pairs of elements that have the same key, as one map each; the left one's fields win."""
        span = left.span
        lefts, rights, field = self._rows(left), self._rows(right), self._held(key)
        groups = self._grouped(rights, field)
        result = self._new_array(span)

        def body(item: int, again: JumpLabel) -> None:
            row = tree.Held(span, item)
            text = self._call("STR", tree.Index(span, row, field))

            def pair(other: int, _: JumpLabel) -> None:
                both = self._call("MERGEMAP", tree.Held(span, other), row)
                self._push(result, self._call("MERGEMAP", row, both))

            self._each(tree.Index(span, groups, text), pair)

        self._each(lefts, body)
        self._code.emit(Op.MOVE, target, result.register)

    def _fill(self, first: tree.Expression, second: tree.Expression, target: int) -> None:
        """A map a row, with `{{field}}` and `${field}` in the texts of a template filled."""
        span = first.span
        template, data = self._held(first), self._held(second)

        def exchange() -> None:
            spare = self._held(template)
            self._code.emit(Op.MOVE, template.register, data.register)
            self._code.emit(Op.MOVE, data.register, spare.register)

        self._unless(self._call("ISARRAY", template), exchange, when=False)
        self._unless(self._call("ISOBJECT", template), lambda: self._fill_file(template, data))
        self._unless(self._call("ISARRAY", data), lambda: self._lower.into(tree.ArrayOf(span, (data,)), data.register))
        result = self._new_array(span)

        def body(item: int, again: JumpLabel) -> None:
            row, made = tree.Held(span, item), self._held(tree.MapOf(span, ()))

            def entry(part: int, _: JumpLabel) -> None:
                key, text = (self._held(tree.Member(span, tree.Held(span, part), name)) for name in ("key", "value"))
                self._unless(self._call("ISSTRING", text), lambda: self._fill_text(row, text), when=False)
                self._set(made, key, text)

            self._each(template, entry)
            self._push(result, made)

        self._each(data, body)
        self._code.emit(Op.MOVE, target, result.register)

    def _fill_file(self, template: tree.Held, data: tree.Held) -> None:
        """A template that is no map is a file: filling it makes a document."""
        asked = [tree.Literal(template.span, text) for text in ("FILL", FILES, "\t,")]
        self._lower.effect("outside", [*asked, template, data], self._code.reserve())

    def _fill_text(self, row: tree.Held, text: tree.Held) -> None:
        pieces = self._new_array(text.span)

        def body(part: int, again: JumpLabel) -> None:
            piece, is_text = tree.Held(text.span, part), JumpLabel()
            done = JumpLabel()
            self._lower.jump(self._call("ISSTRING", piece), is_text, True)
            name = tree.Index(text.span, piece, tree.Literal(text.span, 0))
            self._push(pieces, tree.Index(text.span, row, name))
            self._code.emit(Op.JUMP, done)
            self._code.place(is_text)
            self._push(pieces, piece)
            self._code.place(done)

        self._each(self._call("$FILL_PARTS", text), body)
        self._lower.builtin("JOIN", [pieces, tree.Literal(text.span, "")], text.register)

    # --- for _Bound

    def held(self, node: tree.Expression) -> tree.Held:
        return self._held(node)

    def numeric(self, node: tree.Expression) -> tree.Held:
        """A value before a loop; what looks like a number is one."""
        value = self._held(node)
        self._unless(
            self._call("ISNUMERIC", value), lambda: self._lower.builtin("VAL", [value], value.register), when=False
        )
        return value

    def listed(self, node: tree.Expression) -> tree.Held:
        """An array before a loop; of one value that. What looks like a number in it is one."""
        value, numbers = self._held(node), self._new_array(node.span)
        self._unless(
            self._call("ISARRAY", value), lambda: self._lower.into(tree.ArrayOf(node.span, (value,)), value.register)
        )
        self._each(value, lambda item, _: self._push(numbers, self.numeric(tree.Held(node.span, item))))
        return numbers

    def field(self, row: tree.Expression, name: tree.Expression) -> tree.Expression:
        return self._field(row, name)


class _Bound:
    """A parsed filter as an expression over a row, its values in registers."""

    def __init__(self, forms: CollectionForms, span: Span, holes: Sequence[tree.Held]) -> None:
        self._forms = forms
        self._span = span
        self._holes = holes

    def column(self, column: Column) -> tree.Expression:
        return self._holes[column] if isinstance(column, int) else tree.Literal(self._span, column)

    def value(self, operand: Operand) -> tree.Expression:
        match operand.pieces:
            case ():
                return tree.Literal(self._span, None)
            case (int(hole),):
                return self._holes[hole]
            case pieces:
                parts = [self._holes[piece] if isinstance(piece, int) else piece for piece in pieces]
                if all(isinstance(part, str) for part in parts):
                    return tree.Literal(self._span, "".join(map(str, parts)))
                return tree.Template(self._span, tuple(parts))

    def prepare(self, condition: Condition) -> Callable[[tree.Held], tree.Expression]:
        """Puts the values into registers; gives the condition on a row."""
        span = self._span
        match condition:
            case Not(inner=inner):
                negated = self.prepare(inner)
                return lambda row: tree.Unary(span, "NOT", negated(row))
            case Every(parts=parts) | Some(parts=parts):
                operator = "AND" if isinstance(condition, Every) else "OR"
                prepared = [self.prepare(part) for part in parts]
                return lambda row: _joined(span, operator, [part(row) for part in prepared])
            case Compare():
                test = self._test(condition)
                column = self.column(condition.column)
                return lambda row: test(self._forms.field(row, column))

    def _test(self, condition: Compare) -> Callable[[tree.Expression], tree.Expression]:
        span, operands = self._span, [self.value(operand) for operand in condition.operands]
        match condition.operator:
            case "NULL":
                return lambda cell: tree.Test(span, cell, "NULL", False)
            case "TRUE":
                return lambda cell: cell
            case "BETWEEN":
                low, high = (self._forms.numeric(operand) for operand in operands)
                return lambda cell: tree.Between(span, cell, low, high)
            case "IN":
                if len(operands) == 1:
                    values = self._forms.listed(operands[0])
                else:
                    numbers = tuple(self._forms.numeric(operand) for operand in operands)
                    values = self._forms.held(tree.ArrayOf(span, numbers))
                return lambda cell: tree.Binary(span, "IN", cell, values)
            case "CONTAINS":
                part = self._forms.held(operands[0])
                return lambda cell: tree.Binary(span, "CONTAINS", cell, part)
            case "LIKE":
                pattern = self._forms.held(operands[0])
                return lambda cell: tree.Intern(span, "$FILTER_LIKE", (cell, pattern))
            case operator:
                value = self._forms.numeric(operands[0])
                return lambda cell: tree.Binary(span, operator, cell, value)


def _joined(span: Span, operator: str, parts: Sequence[tree.Expression]) -> tree.Expression:
    result = parts[0]
    for part in parts[1:]:
        result = tree.Binary(span, operator, result, part)
    return result
