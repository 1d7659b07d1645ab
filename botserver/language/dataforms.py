"""The forms of data keywords: operands and the words between them, as what the compiler lowers.

A statement such as `FIND t WHERE a = x ORDER BY b LIMIT 5` comes from the grammar as operands and separators. Here it
gets its one shape: table, filter, values. Columns become text, and what stands right of them stays an expression, bound
as a value when the statement runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from . import tree
from .source import Problems, Span

AGGREGATES = {
    "SUM": "SUM",
    "AVG": "AVG",
    "AVERAGE": "AVG",
    "COUNT": "COUNT",
    "MIN": "MIN",
    "MAX": "MAX",
}
"""Operations of AGGREGATE and PIVOT, and the built-in of each."""
FLAGS = frozenset(("FIRST", "ASC", "DESC"))
_TAIL = frozenset(("ORDER BY", "LIMIT", "OFFSET", "FIRST", "ASC", "DESC", ","))
_COMPARISONS = frozenset(("=", "<>", "<", "<=", ">", ">=", "LIKE", "CONTAINS", "IN"))
_COLUMN_HINT = "a condition is column, operator, value; write the column on the left"


@dataclass(frozen=True, slots=True)
class _Section:
    """A separator and the operand after it; flags have none."""

    word: str
    operand: tree.Expression | None


def shape_data(call: tree.KeywordCall, problems: Problems) -> tree.KeywordCall:
    """The call in its one shape, its action as the only separator; as it is if it is not written in any form."""
    sections = _sections(call)
    if not sections or sections[0].operand is None:
        return call
    if call.keyword.words in _COLLECTIONS:
        shape = _collection(call.keyword.words, sections[0].operand, sections[1:], call.span, problems)
        return call if shape is None else replace(call, separators=shape[:1], operands=shape[1])
    table, rest = _table(sections[0].operand), sections[1:]
    match call.keyword.words:
        case "FIND":
            shaped = _find(rest, call.span, problems)
        case "SAVE" | "INSERT" | "SAVE FROM UNSTRUCTURED":
            shaped = _save(call.keyword.words, rest, call.span)
        case "UPDATE":
            shaped = _update(rest, call.span, problems)
        case "DELETE" | "DELETE FROM":
            shaped = _delete(rest, problems)
        case _:
            shaped = _merge(sections[0].operand, rest)
            if shaped is not None and shaped[0] == "union":
                return replace(call, separators=("union",), operands=shaped[1])
    if shaped is None:
        return call
    return replace(call, separators=shaped[:1], operands=(table, *shaped[1]))


_Shape = tuple[str, tuple[tree.Expression, ...]]


def _sections(call: tree.KeywordCall) -> list[_Section]:
    operands = iter(call.operands)
    return [_Section(word, None if word in FLAGS else next(operands, None)) for word in call.separators]


# --- actions -----------------------------------------------------------------------------------------------------


def _find(rest: list[_Section], span: Span, problems: Problems) -> _Shape | None:
    query = _QueryText(span, problems)
    is_first = False
    operands = [section.operand for section in rest]
    match [section.word for section in rest]:
        case [","] | ["WITH"]:
            return "find", (as_filter(_given(operands[0])), tree.Literal(span, False))
        case [",", ","]:
            query.column(_given(operands[0]))
            query.text(" = ")
            query.value(_given(operands[1]))
            return "find", (query.node(), tree.Literal(span, False))
        case ["WHERE", *_]:
            query.condition(_given(operands[0]))
            rest = rest[1:]
        case _:
            pass
    clause = ""
    for section in rest:
        if section.word not in _TAIL or (section.word == "," and clause != "ORDER BY"):
            return None
        if section.word == "FIRST":
            is_first = True
        elif section.word in FLAGS:
            query.text(f" {section.word}")
        elif section.word in ("ORDER BY", ","):
            clause = "ORDER BY"
            query.text(f" {section.word} ")
            query.order(_given(section.operand))
        else:
            clause = section.word
            query.text(f" {section.word} ")
            query.value(_given(section.operand))
    return "find", (query.node(), tree.Literal(span, is_first))


def _save(words: str, rest: list[_Section], span: Span) -> _Shape | None:
    mode = {"SAVE": "save", "INSERT": "insert"}.get(words, "text")
    fields = _fields(rest, span)
    if fields is not None:
        values: list[tree.Expression] = [fields]
    else:
        values = [_given(section.operand) for section in rest]
        separators = [section.word for section in rest]
        if not values or separators[0] not in (",", "VALUES") or any(word != "," for word in separators[1:]):
            return None
        if mode == "text" and len(values) != 1:
            return None
    return "save", (_names(values, span), tree.ArrayOf(span, tuple(values)), tree.Literal(span, mode))


def _update(rest: list[_Section], span: Span, problems: Problems) -> _Shape | None:
    words = [section.word for section in rest]
    if words[:1] in (["SET"], ["WITH"]):
        if words[-1] != "WHERE":
            problems.error("L103", span, "UPDATE needs WHERE", "say which rows change: WHERE id = 5")
            return "update", (tree.Literal(span, ""), tree.Literal(span, None), tree.ArrayOf(span, ()))
        query = _QueryText(span, problems)
        query.condition(_given(rest[-1].operand))
        fields = _fields(rest[:-1], span)
        values: tree.Expression | None = fields or (rest[0].operand if len(rest) == 2 else None)
        if values is None:
            return None
        return "update", (query.node(), tree.Literal(span, None), tree.ArrayOf(span, (values,)))
    if len(words) < 2 or any(word != "," for word in words):
        return None
    operands = [_given(section.operand) for section in rest[1:]]
    columns = operands[::2]
    if len(operands) % 2 == 0 and all(_is_text(column) for column in columns):
        names: tree.Expression = tree.ArrayOf(span, tuple(columns))
        operands = operands[1::2]
    else:
        names = _names(operands, span)
        operands = [as_filter(operand) for operand in operands] if len(operands) == 1 else operands
    return "update", (as_filter(_given(rest[0].operand)), names, tree.ArrayOf(span, tuple(operands)))


def _delete(rest: list[_Section], problems: Problems) -> _Shape | None:
    if len(rest) != 1 or rest[0].operand is None:
        return None
    operand = rest[0].operand
    if rest[0].word == "WHERE":
        query = _QueryText(operand.span, problems)
        query.condition(operand)
        return "delete", (query.node(),)
    return "delete", (as_filter(operand),)


def _merge(first: tree.Expression, rest: list[_Section]) -> _Shape | None:
    operands = [_given(section.operand) for section in rest]
    match [section.word for section in rest]:
        case [","]:
            return "union", (first, operands[0])
        case [",", ","] | ["WITH", "BY"]:
            return "merge", (operands[0], spelled(operands[1]))
        case _:
            return None


# --- collections -------------------------------------------------------------------------------------------------


_COLLECTIONS = frozenset(("FILTER", "MAP", "AGGREGATE", "GROUP BY", "PIVOT", "JOIN", "FILL", "SORT"))


def _collection(
    words: str, first: tree.Expression, rest: list[_Section], span: Span, problems: Problems
) -> _Shape | None:
    operands = [_given(section.operand) for section in rest if section.word not in FLAGS]
    match words, [section.word for section in rest]:
        case "FILTER", [","]:
            return "filter", (first, as_filter(operands[0]))
        case "FILTER", ["WHERE"]:
            return "filter", (first, _where(operands[0], problems))
        case "MAP", [","]:
            return "map", (first, operands[0])
        case "AGGREGATE", words_between:
            return _aggregate(first, words_between, operands, span, problems)
        case "GROUP BY", [","]:
            return "group", (first, spelled(operands[0]))
        case "GROUP BY", ["BY"]:
            return "group", (first, spelled(operands[0]))
        case "PIVOT", [",", ","]:
            return "pivot", (first, spelled(operands[0]), spelled(operands[1]), tree.Literal(span, "SUM"))
        case "PIVOT", [",", ",", ",", *more] if more in ([], [","]):
            operation = _operation(operands[3]) if more else tree.Literal(span, "SUM")
            row, column, value = (spelled(operand) for operand in operands[:3])
            return "pivot", (first, row, value, operation, column)
        case "JOIN", [",", ","]:
            return "join", (first, operands[0], spelled(operands[1]))
        case "FILL", [","]:
            return "fill", (first, operands[0])
        case "SORT", ["BY", *direction] if direction in ([], ["ASC"], ["DESC"]):
            return "sort", (first, tree.Literal(span, (direction or ["ASC"])[0]), spelled(operands[0]))
        case _:
            return None


def _aggregate(
    first: tree.Expression, words: list[str], operands: list[tree.Expression], span: Span, problems: Problems
) -> _Shape | None:
    """`op, data, field[, cond]`, `data, op, field[, cond]`, `data OP field [WHERE cond]`."""
    if words[:1] != [","]:
        if words[:1] == [] or words[0] not in AGGREGATES or words[1:] not in ([], ["WHERE"]):
            return None
        operation: tree.Expression = tree.Literal(span, words[0])
        test = [_where(operand, problems) for operand in operands[1:]]
        return "aggregate", (operation, first, spelled(operands[0]), *test)
    if any(word != "," for word in words) or not 2 <= len(operands) <= 3:
        return None
    data, operation = operands[0], first
    if operation_name(first) is None and operation_name(operands[0]) is not None:
        data, operation = first, operands[0]
    tests = [as_filter(operand) for operand in operands[2:]]
    return "aggregate", (_operation(operation), data, spelled(operands[1]), *tests)


def operation_name(node: tree.Expression) -> str | None:
    """The operation that an operand names, as a word or as text."""
    text = node.name if isinstance(node, tree.Name) else node.value if isinstance(node, tree.Literal) else None
    name = text.strip().upper() if isinstance(text, str) else ""
    return name if name in AGGREGATES else None


def _operation(node: tree.Expression) -> tree.Expression:
    name = operation_name(node)
    return node if name is None else tree.Literal(node.span, name)


def _where(node: tree.Expression, problems: Problems) -> tree.Filter:
    query = _QueryText(node.span, problems)
    query.condition(node)
    return query.node()


def _given(operand: tree.Expression | None) -> tree.Expression:
    if operand is None:
        raise AssertionError("the grammar puts an operand after each separator")
    return operand


def _fields(rest: list[_Section], span: Span) -> tree.MapOf | None:
    """`WITH a AS x, b AS y` or `SET a = x, b = y` as a map."""
    names, values = rest[::2], rest[1::2]
    is_regular = len(names) == len(values) and all(section.word in ("=", "AS") for section in values)
    if not is_regular or not rest or names[0].word not in ("WITH", "SET") or any(n.word != "," for n in names[1:]):
        return None
    pairs: list[tuple[str, tree.Expression]] = []
    for name, value in zip(names, values, strict=True):
        text = _name_of(_given(name.operand))
        if text is None:
            return None
        pairs.append((text, _given(value.operand)))
    return tree.MapOf(span, tuple(pairs))


# --- names -------------------------------------------------------------------------------------------------------


def _name_of(node: tree.Expression) -> str | None:
    """What a value is called where it stands: a variable's name, the last name of a path, a text itself."""
    match node:
        case tree.Name(name=name) | tree.Member(name=name):
            return name
        case tree.Literal(value=str() as text):
            return text
        case _:
            return None


def _names(values: Sequence[tree.Expression], span: Span) -> tree.ArrayOf:
    """The column of each value: null where the spelling gives none."""
    names = [_name_of(value) if isinstance(value, tree.Name | tree.Member) else None for value in values]
    return tree.ArrayOf(span, tuple(tree.Literal(span, name) for name in names))


def spelled(node: tree.Expression) -> tree.Expression:
    """A name that means its own spelling, unless it is a variable."""
    path: list[str] = []
    base = node
    while isinstance(base, tree.Member):
        path.insert(0, base.name)
        base = base.base
    match base:
        case tree.Name(name=name):
            return tree.Spelled(node.span, node, ".".join((name, *path)))
        case tree.WithMap() if path:
            return tree.Literal(node.span, ".".join(path))
        case _:
            return node


def _table(node: tree.Expression) -> tree.Expression:
    if isinstance(node, tree.KeywordCall) and node.keyword.words == "REPORT":
        return spelled(tree.Name(node.span, "report"))  # a table may have that name
    return spelled(node)


# --- filters -----------------------------------------------------------------------------------------------------


def _is_text(node: tree.Expression) -> bool:
    return isinstance(node, tree.Template) or (isinstance(node, tree.Literal) and isinstance(node.value, str))


def as_filter(node: tree.Expression) -> tree.Expression:
    """A filter string with its holes bound as values; other expressions give their text when they are run."""
    match node:
        case tree.Literal(value=str() as text):
            return tree.Filter(node.span, (text,), ())
        case tree.Template(parts=parts):
            texts, holes = [""], list[tree.Expression]()
            for part in parts:
                if isinstance(part, str):
                    texts[-1] += part
                else:
                    holes.append(part)
                    texts.append("")
            return tree.Filter(node.span, tuple(texts), tuple(holes))
        case _:
            return node


class _QueryText:
    """Builds a filter: text, and expressions in the holes between."""

    def __init__(self, span: Span, problems: Problems) -> None:
        self._span = span
        self._problems = problems
        self._texts = [""]
        self._holes: list[tree.Expression] = []

    def text(self, text: str) -> None:
        self._texts[-1] += text

    def value(self, node: tree.Expression) -> None:
        self._holes.append(node)
        self._texts.append("")

    def node(self) -> tree.Filter:
        return tree.Filter(self._span, tuple(self._texts), tuple(self._holes))

    def column(self, node: tree.Expression) -> None:
        name = _column_of(node)
        if name is None:
            self.value(node)
        else:
            self.text(f"`{name}`")

    def order(self, node: tree.Expression) -> None:
        """A column, or text such as "total DESC"."""
        if isinstance(node, tree.Literal) and isinstance(node.value, str):
            column, _, direction = node.value.strip().rpartition(" ")
            if direction.upper() in ("ASC", "DESC") and column:
                self.text(f"`{column.strip().replace('`', '')}` {direction}")
                return
        self.column(node if _name_of(node) is None else tree.Name(node.span, str(_name_of(node))))

    def condition(self, node: tree.Expression) -> None:
        """An expression after WHERE."""
        match node:
            case tree.Binary(operator="AND" | "OR" as operator):
                self.text("(")
                for index, part in enumerate(operands_of(node)):
                    if index:
                        self.text(f" {operator} ")
                    self.condition(part)
                self.text(")")
            case tree.Unary(operator="NOT", operand=inner):
                self.text("NOT (")
                self.condition(inner)
                self.text(")")
            case tree.Binary(operator=operator, left=left, right=right):
                self._comparison(node, left, operator, right)
            case tree.Between(value=left, low=low, high=high):
                self._left(left)
                self.text(" BETWEEN ")
                self.value(low)
                self.text(" AND ")
                self.value(high)
            case tree.Test(operand=left, kind=kind, is_negated=is_negated):
                self._left(left)
                if kind == "NULL":
                    self.text(" IS NOT NULL" if is_negated else " IS NULL")
                else:
                    self.text(" <> ''" if is_negated else " = ''")
            case tree.Name():
                self._left(node)
                self.text(" IS TRUE")
            case _:
                self._wrong(node)

    def _comparison(self, node: tree.Binary, left: tree.Expression, operator: str, right: tree.Expression) -> None:
        plain = operator.removeprefix("NOT ")
        if plain not in _COMPARISONS:
            self._wrong(node)
            return
        self._left(left)
        self.text(f" {operator} ")
        self.value(right)

    def _left(self, node: tree.Expression) -> None:
        name = _column_of(node)
        if name is None:
            self._wrong(node)
        else:
            self.text(f"`{name}`")

    def _wrong(self, node: tree.Expression) -> None:
        self._problems.error("L103", node.span, "this is no condition on a column", _COLUMN_HINT)


def _column_of(node: tree.Expression) -> str | None:
    """The column a bare name means; of `item.price` and `orders.price` price."""
    match node:
        case tree.Name(name=name) | tree.Member(base=tree.Name(), name=name):
            return name
        case _:
            return None


def operands_of(node: tree.Binary) -> list[tree.Expression]:
    """The operands of `a AND b AND c`, from left to right."""
    found = [node.right]
    left = node.left
    while isinstance(left, tree.Binary) and left.operator == node.operator:
        found.append(left.right)
        left = left.left
    return [left, *reversed(found)]
