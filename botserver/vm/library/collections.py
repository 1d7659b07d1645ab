"""Built-ins on arrays and maps, aggregates and JSON.

Arrays and maps are references: a new container shares the elements of the old one. What compares elements counts its
steps and gives up past BUILTIN_STEPS, because shared objects make a small heap a long way to go.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence

from ...errors import ScriptError
from ...limits import ARRAY_ITEMS, PYTHON_BUILTIN_BYTES, VALUE_DEPTH
from ..dates import parse_date, seconds_of
from ..members import load_json, parse_json
from ..objects import (
    Array,
    Map,
    Str,
    Value,
    add_numbers,
    divide,
    equals,
    from_host,
    index_of,
    json_text,
    out_of_memory,
    scalar_text,
    to_host,
    too_deep,
    type_name,
)
from ..plans import Function, Host, Plan, at, check_steps, just, need_integer, need_number, need_text, text_plan
from ..text import BLANKS, fold, parse_number, trim
from ..tree import price_of
from ..values import Date, DateTime, array_price, capacity, map_price


def _wrong_type(name: str, wanted: str, value: Value) -> ScriptError:
    return ScriptError(4001, f"{name} needs {wanted}, got {type_name(value)}")


def _items(name: str, value: Value) -> list[Value]:
    """An array parameter; null is an empty one."""
    if value is None:
        return []
    if not isinstance(value, Array):
        raise _wrong_type(name, "an array", value)
    return value.items


def _map(name: str, value: Value) -> Map:
    """A map parameter; null is an empty one."""
    if value is None:
        return Map()
    if not isinstance(value, Map):
        raise _wrong_type(name, "an object", value)
    return value


def _new_array(items: list[Value]) -> Plan:
    return Plan(lambda: Array(items), array_price(len(items)))


# --- arrays changed in place -------------------------------------------------------------------------------------


def _insert(name: str, at_front: bool) -> Function:
    """PUSH and UNSHIFT; null gives a new array, which the statement forms assign."""

    def function(host: Host, args: list[Value]) -> Plan:
        array, values = args[0], args[1:]
        if array is None:
            plan = _new_array(values)
            plan.price = len(values)
            return plan
        items = _items(name, array)
        n = len(items)
        total = n + len(values)
        if total > ARRAY_ITEMS:
            raise ScriptError(4005, f"array index {total - 1} is outside 0 to {ARRAY_ITEMS - 1}")
        grows = capacity(total) > capacity(n)

        def make() -> Value:
            place = 0 if at_front else n
            items[place:place] = values
            return array

        moved = n if grows or at_front else 0
        return Plan(make, 16 * capacity(total) if grows else 0, len(values) + moved)

    return function


def _pop(host: Host, args: list[Value]) -> Plan:
    items = _items("POP", args[0])
    return Plan(items.pop) if items else just(None)


def _shift(host: Host, args: list[Value]) -> Plan:
    items = _items("SHIFT", args[0])
    return Plan(lambda: items.pop(0), 0, len(items)) if items else just(None)


def _splice(host: Host, args: list[Value]) -> Plan:
    items = _items("SPLICE", args[0])
    start = _position(need_integer("SPLICE", args[1]), len(items))
    count = min(max(need_integer("SPLICE", args[2]), 0), len(items) - start)
    removed = items[start : start + count]

    def make() -> Value:
        del items[start : start + count]
        return Array(removed)

    return Plan(make, array_price(count))


def _position(index: int, length: int) -> int:
    """Where an index that may count from the end lies, kept within the array."""
    return max(index + length, 0) if index < 0 else min(index, length)


# --- arrays made from arrays -------------------------------------------------------------------------------------


def _range(host: Host, args: list[Value]) -> Plan:
    first, last = need_number("RANGE", args[0]), need_number("RANGE", args[1])
    step = need_number("RANGE", args[2]) if len(args) > 2 and args[2] is not None else 1
    if step == 0:
        raise ScriptError(4002, "STEP is zero")
    if not all(math.isfinite(number) for number in (first, last, step)):
        raise ScriptError(4002, "RANGE needs finite numbers")
    if isinstance(first, int) and isinstance(last, int) and isinstance(step, int):
        n = max((last - first) // step + 1, 0)
        _check_room(host, n)
        return _range_plan(n, lambda index: first + index * step)
    begin, by = float(first), float(step)
    # Half the error of a step written in decimals must not cost the last element: RANGE(0, 0.3, 0.1) has four.
    places = (float(last) - begin) / by + 1e-9
    n = 0 if places < 0 else int(min(places, 1e15)) + 1
    _check_room(host, n)
    return _range_plan(n, lambda index: begin + float(index) * by)


def _range_plan(n: int, element: Callable[[int], Value]) -> Plan:
    return Plan(lambda: Array([element(index) for index in range(n)]), array_price(n), n)


def _check_room(host: Host, n: int) -> None:
    """Raises 9001 if an array of `n` elements cannot fit, before anything is counted out."""
    if 16 * n > host.text_budget:
        raise out_of_memory()


def _slice(host: Host, args: list[Value]) -> Plan:
    items = _items("SLICE", args[0])
    start = _position(need_integer("SLICE", args[1]), len(items))
    end = at(args, 2)
    return _new_array(items[start : len(items) if end is None else _position(need_integer("SLICE", end), len(items))])


def _take(host: Host, args: list[Value]) -> Plan:
    return _new_array(_items("TAKE", args[0])[: max(need_integer("TAKE", args[1]), 0)])


def _drop(host: Host, args: list[Value]) -> Plan:
    return _new_array(_items("DROP", args[0])[max(need_integer("DROP", args[1]), 0) :])


def _tail(host: Host, args: list[Value]) -> Plan:
    return _new_array(_items("TAIL", args[0])[1:])


def _end(name: str, is_last: bool) -> Function:
    """FIRST and LAST: an element or n of them; of text its first or last word."""

    def function(host: Host, args: list[Value]) -> Plan:
        value, count = args[0], at(args, 1)
        if value is not None and not isinstance(value, Array | Map):
            return _word(scalar_text(value), is_last)
        items = _items(name, value)
        if count is None:
            return just(items[-1 if is_last else 0] if items else None)
        n = min(max(need_integer(name, count), 0), len(items))
        return _new_array(items[len(items) - n :] if is_last else items[:n])

    return function


def _word(text: str, is_last: bool) -> Plan:
    price = len(text.encode()) // 64
    text = trim(text)
    if is_last:
        word = text[max(text.rfind(blank) for blank in BLANKS) + 1 :]
    else:
        word = text[: min((place for blank in BLANKS if (place := text.find(blank)) >= 0), default=len(text))]
    plan = text_plan(word)
    plan.price = price
    return plan


def _chunk(host: Host, args: list[Value]) -> Plan:
    items, size = _items("CHUNK", args[0]), need_integer("CHUNK", args[1])
    if size < 1:
        raise ScriptError(4002, "CHUNK needs a size of at least 1")
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    need = array_price(len(chunks)) + sum(array_price(len(chunk)) for chunk in chunks)
    return Plan(lambda: Array([Array(chunk) for chunk in chunks]), need)


def _concat(host: Host, args: list[Value]) -> Plan:
    parts = [_items("CONCAT", value) for value in args]
    _check_room(host, sum(len(part) for part in parts))
    return _new_array([item for part in parts for item in part])


def _reverse(host: Host, args: list[Value]) -> Plan:
    if args[0] is None or isinstance(args[0], Array):
        return _new_array(_items("REVERSE", args[0])[::-1])
    return text_plan(need_text("REVERSE", args[0])[::-1])


def _flatten(host: Host, args: list[Value]) -> Plan:
    out: list[Value] = []
    steps = 0
    stack = [iter(_items("FLATTEN", args[0]))]
    while stack:
        for item in stack[-1]:
            steps += 1
            check_steps("FLATTEN", steps)
            if isinstance(item, Array):
                if len(stack) >= VALUE_DEPTH:
                    raise too_deep(steps)
                stack.append(iter(item.items))
                break
            out.append(item)
            _check_room(host, len(out))
        else:
            stack.pop()
    plan = _new_array(out)
    plan.price = steps
    return plan


def _sort(host: Host, args: list[Value]) -> Plan:
    """SORT(a[, "ASC" or "DESC"[, field]]): stable; the field is that of maps, others have none."""
    items = _items("SORT", args[0])
    order = fold(trim(need_text("SORT", at(args, 1))))
    if order not in ("", "asc", "desc"):
        raise ScriptError(4002, "SORT goes ASC or DESC")
    keys = _fields("SORT", items, at(args, 2))
    size = sum(key.size for key in keys if isinstance(key, Str))
    price = len(keys).bit_length() * (len(keys) + size // 64)
    check_steps("SORT", price)

    def make() -> Value:
        ranks = [_rank(key) for key in keys]
        places = sorted(range(len(items)), key=ranks.__getitem__, reverse=order == "desc")
        return Array([items[place] for place in places])

    return Plan(make, array_price(len(items)), price)


def _rank(value: Value) -> tuple[int, int | float | str]:
    """The order of SORT: numbers and booleans, NaN, dates, texts, containers, nulls."""
    match value:
        case bool() | int() | float():
            return (1, 0) if value != value else (0, value)
        case Date() | DateTime():
            return 2, seconds_of(value)
        case Str(text=text):
            return 3, text
        case None:
            return 5, 0
        case _:
            return 4, 0


def _fields(name: str, items: list[Value], field: Value) -> list[Value]:
    """The elements, or with a field what each has there: null for those that are no maps."""
    if field is None:
        return items
    wanted = need_text(name, field)
    return [item.get(wanted) if isinstance(item, Map) else None for item in items]


def _unique(host: Host, args: list[Value]) -> Plan:
    """The first of those that are equal by `=`."""
    kept: list[Value] = []
    groups: dict[tuple[str, object], list[Value]] = {}
    price = 0
    for item in _items("UNIQUE", args[0]):
        if isinstance(item, Str):
            price += item.size // 64
        kind, key = _group(item)
        group = groups.setdefault((kind, key), [])
        if kind == "text":
            is_known = bool(group)
        else:
            is_known = False
            for other in group:
                price += 1
                is_known, cost = equals(item, other, price)
                price += cost
                check_steps("UNIQUE", price)
                if is_known:
                    break
        check_steps("UNIQUE", price)
        if not is_known:
            group.append(item)
            kept.append(item)
    plan = _new_array(kept)
    plan.price = price
    return plan


def _group(value: Value) -> tuple[str, object]:
    """Values that are equal by `=` share a group; those of a "text" group are all equal."""
    match value:
        case None:
            return "null", 0
        case bool() | int() | float():
            return ("NaN", 0) if value != value else ("number", float(value))
        case Str(text=text):
            if not text:
                return "null", 0
            number = parse_number(text)
            if number is not None:
                return "number", float(number)
            word = text.lower() if len(text) <= 5 else ""
            if word in ("true", "false"):
                return "number", float(word == "true")
            date = parse_date(text)
            return ("date", seconds_of(date)) if date is not None else ("text", text)
        case Date() | DateTime():
            return "date", seconds_of(value)
        case Array(items=items):
            return ("array", len(items)) if items else ("null", 0)
        case Map(entries=entries):
            return "object", len(entries)


# --- looking into containers -------------------------------------------------------------------------------------


def _contains(host: Host, args: list[Value]) -> Plan:
    where, wanted = args
    match where:
        case None:
            return just(False)
        case Array(items=items):
            return _search("CONTAINS", items, wanted, lambda place: place is not None)
        case Map():
            return just(where.find(need_text("CONTAINS", wanted)) is not None)
        case scalar:
            return just(need_text("CONTAINS", wanted) in scalar_text(scalar))


def _search(
    name: str, items: Sequence[Value], wanted: Value, result: Callable[[int | None], Value], is_last: bool = False
) -> Plan:
    """`result` of the first or last place that is equal to `wanted`."""
    price = 0
    found = None
    for place in range(len(items) - 1, -1, -1) if is_last else range(len(items)):
        same, cost = equals(wanted, items[place], price)
        price += cost
        check_steps(name, price)
        if same:
            found = place
            break
    value = result(found)
    return Plan(lambda: value, 0, price)


def _index(name: str, is_last: bool) -> Function:
    def function(host: Host, args: list[Value]) -> Plan:
        items = _items(name, args[0])
        return _search(name, items, args[1], lambda place: -1 if place is None else place, is_last)

    return function


def _lbound(host: Host, args: list[Value]) -> Plan:
    return just(0)


def _count(host: Host, args: list[Value]) -> Plan:
    if isinstance(args[0], Map):
        return just(len(args[0].entries))
    return just(len(_items("COUNT", args[0])))


# --- maps --------------------------------------------------------------------------------------------------------


def _keys(host: Host, args: list[Value]) -> Plan:
    return _new_array([key for key, _ in _map("KEYS", args[0]).entries.values()])


def _values(host: Host, args: list[Value]) -> Plan:
    return _new_array([item for _, item in _map("VALUES", args[0]).entries.values()])


def _has(host: Host, args: list[Value]) -> Plan:
    return just(_map("HAS", args[0]).find(need_text("HAS", args[1])) is not None)


def _remove(host: Host, args: list[Value]) -> Plan:
    """Takes a key out of a map; gives the value it had."""
    target = _map("REMOVE", args[0])
    found = target.find(need_text("REMOVE", args[1]))
    return just(None) if found is None else Plan(lambda: target.remove(found))


def _merge_map(host: Host, args: list[Value]) -> Plan:
    """A new map: the entries of the first, then those of the second, whose values win."""
    left, right = _map("MERGEMAP", args[0]), _map("MERGEMAP", args[1])
    result = Map()
    for key, item in left.entries.values():
        result.insert(key, item)
    for key, item in right.entries.values():
        known = result.find(key.text)
        if known is None:
            result.insert(key, item)
        else:
            result.replace(known, item)
    return Plan(lambda: result, map_price(len(result.entries)))


# --- aggregates --------------------------------------------------------------------------------------------------


def _numbers(name: str, args: list[Value]) -> tuple[list[int | float], int]:
    """The numeric elements, or fields of elements, and the price of reading texts."""
    numbers: list[int | float] = []
    price = 0
    for value in _fields(name, _items(name, args[0]), at(args, 1)):
        match value:
            case bool():
                pass
            case int() | float():
                numbers.append(value)
            case Str(text=text, size=size):
                price += size // 64
                check_steps(name, price)
                number = parse_number(text)
                if number is not None:
                    numbers.append(number)
            case _:
                pass
    return numbers, price


def _aggregate(name: str, compute: Callable[[list[int | float]], Value]) -> Function:
    def function(host: Host, args: list[Value]) -> Plan:
        numbers, price = _numbers(name, args)
        result = compute(numbers) if numbers else 0
        return Plan(lambda: result, 0, price)

    return function


def _sum(numbers: list[int | float]) -> Value:
    total: Value = 0
    for number in numbers:
        total = add_numbers(total, number)
    return total


def _average(numbers: list[int | float]) -> Value:
    return divide(_sum(numbers), len(numbers))


def _deviation(numbers: list[int | float]) -> Value:
    """Of a sample; 0 for less than two numbers."""
    n = len(numbers)
    total = _sum(numbers)
    if n < 2 or not isinstance(total, int | float):
        return 0
    mean = float(total) / n
    squares = 0.0
    for number in numbers:
        distance = float(number) - mean
        squares += distance * distance
    return math.sqrt(squares / (n - 1))


def _median(host: Host, args: list[Value]) -> Plan:
    numbers, price = _numbers("MEDIAN", args)
    n = len(numbers)
    price += n.bit_length() * n
    check_steps("MEDIAN", price)

    def make() -> Value:
        if not n:
            return 0
        ordered = sorted(numbers, key=_rank)
        return ordered[n // 2] if n % 2 else divide(add_numbers(ordered[n // 2 - 1], ordered[n // 2]), 2)

    return Plan(make, 0, price)


# --- JSON --------------------------------------------------------------------------------------------------------


def _to_json(host: Host, args: list[Value]) -> Plan:
    text, price = json_text(args[0], host.text_budget)
    plan = text_plan(text)
    plan.price = price
    return plan


def _checked_text(name: str, value: Str) -> str:
    if value.size > PYTHON_BUILTIN_BYTES:
        raise ScriptError(9013, f"an argument of {name} is larger than {PYTHON_BUILTIN_BYTES} bytes")
    return value.text


def _parse_json(host: Host, args: list[Value]) -> Plan:
    if not isinstance(args[0], Str):
        return just(args[0])
    try:
        value = load_json(_checked_text("PARSEJSON", args[0]))
    except ValueError:
        raise ScriptError(4008, "PARSEJSON needs JSON text") from None
    return Plan(lambda: from_host(value), price_of(value))


def _json_get(host: Host, args: list[Value]) -> Plan:
    """What a path like `a.b[0].c` leads to in a container or in JSON text; null where there is nothing."""
    path = need_text("JSON_GET", args[1])
    if not isinstance(args[0], Str):
        return just(_follow(args[0], path))
    value = parse_json(_checked_text("JSON_GET", args[0]))
    found = to_host(_follow(from_host(value), path))
    return Plan(lambda: from_host(found), price_of(found))


def _follow(value: Value, path: str) -> Value:
    for part in _parts(path):
        match value:
            case Map():
                value = value.get(part)
            case Array(items=items):
                index = index_of(Str(part))
                value = items[index] if index is not None and 0 <= index < len(items) else None
            case _:
                return None
    return value


def _parts(path: str) -> Iterator[str]:
    parts = (part for part in re.split(r"""[.\[\]"']+""", path) if part)
    return (part for place, part in enumerate(parts) if place or part != "$")


FUNCTIONS: dict[str, Function] = {
    "PUSH": _insert("PUSH", at_front=False),
    "POP": _pop,
    "SHIFT": _shift,
    "UNSHIFT": _insert("UNSHIFT", at_front=True),
    "RANGE": _range,
    "SLICE": _slice,
    "SPLICE": _splice,
    "SORT": _sort,
    "REVERSE": _reverse,
    "UNIQUE": _unique,
    "FLATTEN": _flatten,
    "CONCAT": _concat,
    "CONTAINS": _contains,
    "INDEX_OF": _index("INDEX_OF", is_last=False),
    "LAST_INDEX_OF": _index("LAST_INDEX_OF", is_last=True),
    "FIRST": _end("FIRST", is_last=False),
    "LAST": _end("LAST", is_last=True),
    "TAKE": _take,
    "DROP": _drop,
    "TAIL": _tail,
    "CHUNK": _chunk,
    "LBOUND": _lbound,
    "KEYS": _keys,
    "VALUES": _values,
    "HAS": _has,
    "REMOVE": _remove,
    "MERGEMAP": _merge_map,
    "TOJSON": _to_json,
    "PARSEJSON": _parse_json,
    "JSON_GET": _json_get,
    "SUM": _aggregate("SUM", _sum),
    "AVG": _aggregate("AVG", _average),
    "COUNT": _count,
    "STDEV": _aggregate("STDEV", _deviation),
    "MEDIAN": _median,
}
