"""What the built-in functions do. Their names, numbers and arity are in `language/builtins.py`.

A built-in computes a `Plan` and changes nothing (`plans.py`). The price is one per element or 64 bytes of text it
reads (if it `scans`), plus one per 64 bytes it builds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import ScriptError
from ..language.builtins import READS_TREES, SPECS
from ..limits import (
    IMAGE_SOURCE_CHARS,
    SCHEDULE_S,
    SUGGESTION_CHARS,
    SUGGESTIONS,
    VARIABLE_NAME_CHARS,
    WAIT_S,
)
from .answers import ERROR_TEXTS, read_answer
from .formats import fill_placeholders, format_value, has_placeholders, round_half_away
from .handlers import SESSION_END, WAITS_NOT, event_text
from .library import activation, children, collections, conversions, dates, documents, fields, numbers, queries, texts
from .likeness import is_like, like_work
from .members import load_json
from .objects import (
    Array,
    Map,
    Str,
    Value,
    compare_price,
    equals,
    from_host,
    is_blank,
    is_less,
    is_truthy,
    out_of_memory,
    scalar_text,
    text_of,
    type_name,
)
from .plans import (
    Function,
    Host,
    Plan,
    at,
    check_python_size,
    check_steps,
    just,
    need_integer,
    need_number,
    need_text,
    text_plan,
)
from .text import fold, lower, parse_leading_number, parse_number, trim, upper
from .tree import price_of
from .values import INT_MAX, INT_MIN, Date, DateTime, array_price, string_price


@dataclass(frozen=True, slots=True)
class Builtin:
    """A row of the table with its definition. `scans`: inputs are priced by size."""

    number: int
    name: str
    scans: bool
    function: Function
    reads_trees: bool


def input_price(arguments: Sequence[Value]) -> int:
    """Fuel for reading the arguments: 64 bytes of text or one element each."""
    total = 0
    for value in arguments:
        match value:
            case Str(size=size):
                total += size // 64
            case Array(items=items):
                total += len(items)
            case Map(entries=entries):
                total += len(entries)
            case _:
                pass
    return total


# --- text --------------------------------------------------------------------------------------------------------


def _len(host: Host, args: list[Value]) -> Plan:
    match args[0]:
        case None:
            return just(0)
        case Array(items=items):
            return just(len(items))
        case Map(entries=entries):
            return just(len(entries))
        case scalar:
            return just(len(scalar_text(scalar)))


def _left(host: Host, args: list[Value]) -> Plan:
    text, n = need_text("LEFT", args[0]), need_integer("LEFT", args[1])
    return text_plan(text[: max(n, 0)])


def _right(host: Host, args: list[Value]) -> Plan:
    text, n = need_text("RIGHT", args[0]), need_integer("RIGHT", args[1])
    return text_plan(text[max(len(text) - n, 0) :] if n > 0 else "")


def _mid(host: Host, args: list[Value]) -> Plan:
    start = need_integer("MID", args[1])
    if isinstance(args[0], Array):
        items = args[0].items
        first = max(start, 0)
        count = len(items) if at(args, 2) is None else need_integer("MID", args[2])
        piece = items[first : first + max(count, 0)]
        return Plan(lambda: Array(list(piece)), array_price(len(piece)))
    text = need_text("MID", args[0])
    first = max(start, 1) - 1
    count = len(text) if at(args, 2) is None else need_integer("MID", args[2])
    return text_plan(text[first : first + max(count, 0)])


def _instr(host: Host, args: list[Value]) -> Plan:
    start = 1
    if len(args) == 3:
        if isinstance(args[0], bool) or not isinstance(args[0], int | float):
            raise ScriptError(4001, f"INSTR needs a number as start, got {type_name(args[0])}")
        start = max(need_integer("INSTR", args[0]), 1)
        args = args[1:]
    text, part = need_text("INSTR", args[0]), need_text("INSTR", args[1])
    if not text or not part:
        return just(0)
    return just(text.find(part, min(start - 1, len(text))) + 1)


def _upper(host: Host, args: list[Value]) -> Plan:
    return text_plan(upper(need_text("UCASE", args[0])))


def _lower(host: Host, args: list[Value]) -> Plan:
    return text_plan(lower(need_text("LCASE", args[0])))


def _trim(host: Host, args: list[Value]) -> Plan:
    return text_plan(trim(need_text("TRIM", args[0])))


def _replace(host: Host, args: list[Value]) -> Plan:
    text, old, new = (need_text("REPLACE", value) for value in args)
    if not old:
        return text_plan(text)
    grown = len(text.encode()) + text.count(old) * (len(new.encode()) - len(old.encode()))
    if grown > host.text_budget:
        raise out_of_memory()
    return text_plan(text.replace(old, new))


def _split(host: Host, args: list[Value]) -> Plan:
    text, mark = need_text("SPLIT", args[0]), need_text("SPLIT", args[1])
    pieces = [] if not text else list(text) if not mark else text.split(mark)
    need = array_price(len(pieces)) + sum(string_price(len(piece.encode())) for piece in pieces)
    return Plan(lambda: Array([Str(piece) for piece in pieces]), need)


def _join(host: Host, args: list[Value]) -> Plan:
    mark = "," if at(args, 1) is None else need_text("JOIN", args[1])
    match args[0]:
        case None:
            return text_plan("")
        case Array(items=items):
            values = items
        case Map(entries=entries):
            values = [item for _, item in entries.values()]
        case _:
            raise ScriptError(4001, f"JOIN needs an array, got {type_name(args[0])}")
    price = size = 0
    pieces: list[str] = []
    for index, value in enumerate(values):
        piece, cost = text_of(value, host.text_budget)
        price += cost
        size += len(piece.encode()) + (len(mark.encode()) if index else 0)
        if size > host.text_budget:
            raise out_of_memory()
        pieces.append(piece)
    plan = text_plan(mark.join(pieces))
    plan.price = price
    return plan


def _val(host: Host, args: list[Value]) -> Plan:
    value = args[0]
    if isinstance(value, bool):
        return just(int(value))
    if not isinstance(value, int | float):
        value = parse_leading_number(need_text("VAL", value)) or 0
    if isinstance(value, float) and value == value and -9e15 <= value <= 9e15 and value == int(value):
        value = int(value)
    return just(value)


def _str(host: Host, args: list[Value]) -> Plan:
    text, price = text_of(args[0], host.text_budget)
    plan = text_plan(text)
    plan.price = price
    return plan


def _format(host: Host, args: list[Value]) -> Plan:
    pattern = args[1] if len(args) > 1 else None
    value = args[0]
    plain = value.text if isinstance(value, Str) else value
    if pattern is None or isinstance(plain, Array | Map):
        return _str(host, args[:1])
    check_python_size("FORMAT", args)
    if has_placeholders(plain):
        result = fill_placeholders(str(plain), [need_text("FORMAT", arg) for arg in args[1:]])
    elif len(args) > 2:
        raise ScriptError(4002, "FORMAT takes more than one value only for a text with {0}, {1}")
    else:
        result = format_value(plain, need_text("FORMAT", pattern), host.language)
    return text_plan(result)


# --- numbers -----------------------------------------------------------------------------------------------------


def _int(host: Host, args: list[Value]) -> Plan:
    number = need_number("INT", args[0])
    if isinstance(number, float):
        if number != number or number in (float("inf"), float("-inf")):
            return just(number)
        whole = int(number)
        return just(whole if INT_MIN <= whole <= INT_MAX else float(whole))
    return just(number)


def _round(host: Host, args: list[Value]) -> Plan:
    digits = need_integer("ROUND", args[1]) if len(args) > 1 else 0
    return just(round_half_away(need_number("ROUND", args[0]), min(max(digits, -400), 400)))


def _abs(host: Host, args: list[Value]) -> Plan:
    number = abs(need_number("ABS", args[0]))
    return just(float(number) if isinstance(number, int) and number > INT_MAX else number)


def _rnd(host: Host, args: list[Value]) -> Plan:
    return Plan(lambda: (host.random_bits() >> 11) * 2.0**-53)


def _random(host: Host, args: list[Value]) -> Plan:
    if not args:
        return Plan(lambda: host.random_bits() >> 33)
    low = 0 if len(args) == 1 else need_integer("RANDOM", args[0])
    high = need_integer("RANDOM", args[0]) - 1 if len(args) == 1 else need_integer("RANDOM", args[1])
    if high < low:
        raise ScriptError(4002, "RANDOM has no number to choose from")
    return Plan(lambda: low + host.random_bits() % (high - low + 1))


def _extreme(name: str, wants_less: bool) -> Function:
    def function(host: Host, args: list[Value]) -> Plan:
        values = args
        if isinstance(args[0], Array):
            values = args[0].items
            if len(args) > 1:
                field = need_text(name, args[1])
                values = [item.get(field) if isinstance(item, Map) else None for item in values]
        best: Value = None
        price = 0
        for value in values:
            price += compare_price(value, best)
            check_steps(name, price)
            if best is None or (is_less(value, best, False) if wants_less else is_less(best, value, False)):
                best = value
        return Plan(lambda: best, 0, price)

    return function


# --- dates -------------------------------------------------------------------------------------------------------


def _now(host: Host, args: list[Value]) -> Plan:
    return just(DateTime(host.now_s))


def _today(host: Host, args: list[Value]) -> Plan:
    return just(Date(host.now_s // 86_400))


# --- containers and tests ----------------------------------------------------------------------------------------


def _ubound(host: Host, args: list[Value]) -> Plan:
    match args[0]:
        case Array(items=items):
            return just(len(items))
        case Map(entries=entries):
            return just(len(entries))
        case _:
            return just(0)


def _iif(host: Host, args: list[Value]) -> Plan:
    return just(at(args, 1) if is_truthy(args[0]) else at(args, 2))


def _is_null(host: Host, args: list[Value]) -> Plan:
    value = args[0]
    return just(value is None or (isinstance(value, Array) and not value.items))


def _is_empty(host: Host, args: list[Value]) -> Plan:
    return just(is_blank(args[0]))


def _is_numeric(host: Host, args: list[Value]) -> Plan:
    value = args[0]
    if isinstance(value, Str):
        return just(parse_number(value.text) is not None)
    return just(isinstance(value, int | float) and not isinstance(value, bool))


def _array(host: Host, args: list[Value]) -> Plan:
    return Plan(lambda: Array(list(args)), array_price(len(args)))


# --- operators ---------------------------------------------------------------------------------------------------


def _xor(host: Host, args: list[Value]) -> Plan:
    return just(is_truthy(args[0]) != is_truthy(args[1]))


def _in(host: Host, args: list[Value]) -> Plan:
    """`a IN b`; CONTAINS is the same with the operands exchanged."""
    wanted, where = args
    match where:
        case None:
            return just(False)
        case Array(items=items):
            price = 0
            for item in items:
                same, cost = equals(wanted, item, price)
                price += cost
                check_steps("IN", price)
                if same:
                    return Plan(lambda: True, 0, price)
            return Plan(lambda: False, 0, price)
        case Map():
            return just(where.find(need_text("IN", wanted)) is not None)
        case scalar:
            return just(need_text("IN", wanted) in scalar_text(scalar))


def _starts(host: Host, args: list[Value]) -> Plan:
    return just(need_text("STARTS WITH", args[0]).startswith(need_text("STARTS WITH", args[1])))


def _ends(host: Host, args: list[Value]) -> Plan:
    return just(need_text("ENDS WITH", args[0]).endswith(need_text("ENDS WITH", args[1])))


def _like(host: Host, args: list[Value]) -> Plan:
    text, pattern = need_text("LIKE", args[0]), need_text("LIKE", args[1])
    work = like_work(text, pattern)
    matched = is_like(text, pattern)
    return Plan(lambda: matched, 0, work // 64)


# --- keywords of the session -------------------------------------------------------------------------------------


def _variable_name(value: Value) -> str:
    name = trim(need_text("SET", value))
    if not 1 <= len(name) <= VARIABLE_NAME_CHARS:
        raise ScriptError(4002, f"a variable name has 1 to {VARIABLE_NAME_CHARS} characters, got {len(name)}")
    return name


def _set_variable(host: Host, args: list[Value]) -> Plan:
    return host.set_variable(_variable_name(args[0]), args[1])


def _get_variable(host: Host, args: list[Value]) -> Plan:
    name = trim(need_text("GET", args[0]))
    return host.get_variable(name) if len(name) <= VARIABLE_NAME_CHARS else just(None)


def _set_context(host: Host, args: list[Value]) -> Plan:
    text, price = text_of(args[1], host.text_budget)
    plan = host.set_context(_variable_name(args[0]), text)
    plan.price += price
    return plan


def _set_prompt(host: Host, args: list[Value]) -> Plan:
    return host.set_prompt(need_text("SYSTEM PROMPT", args[0]))


def _clear_contexts(host: Host, args: list[Value]) -> Plan:
    return host.clear_contexts()


def _image_source(host: Host, args: list[Value]) -> Plan:
    """A URL as it is, or the path of a file of the package. Raises 3004 if there is none."""
    source = trim(need_text("SHOW IMAGE", args[0]))
    if len(source) > IMAGE_SOURCE_CHARS:
        raise ScriptError(4002, f"the source of an image has at most {IMAGE_SOURCE_CHARS} characters")
    if not lower(source).startswith(("http://", "https://")) and not host.has_file(source):
        raise ScriptError(3004, f'no image "{source[:200]}" in the package')
    return text_plan(source)


def _suggestion_text(value: Value) -> str:
    text = need_text("ADD SUGGESTION", value)
    if len(text) > SUGGESTION_CHARS:
        raise ScriptError(4002, f"a suggestion has at most {SUGGESTION_CHARS} characters, got {len(text)}")
    return text


_KINDS = ("phone", "url", "email", "location", "reply")
"""What ADD SUGGESTION a AS b may say of the button; "tool" and "text" have forms of their own."""


def _suggest(host: Host, args: list[Value]) -> Plan:
    """key, label, kind. With kind "?" (ADD SUGGESTION a AS b) the second may turn out to be an action kind."""
    key, label, kind = (_suggestion_text(value) for value in args)
    if kind == "?":
        action = lower(label)
        key, label, kind = (key, key, action) if action in _KINDS else (key, label, "")
    present = host.suggestions()
    if any(key == known[0] and label == known[1] for known in present):
        return just(None)
    if len(present) >= SUGGESTIONS:
        raise ScriptError(9009, f"a session has at most {SUGGESTIONS} suggestions")
    return host.add_suggestion(key, label, kind)


def _clear_suggestions(host: Host, args: list[Value]) -> Plan:
    return host.clear_suggestions()


def _may_hear(host: Host, args: list[Value]) -> Plan:
    """Raises 5003 where nobody can answer, before anything is said."""
    if host.is_handling:
        raise ScriptError(5003, WAITS_NOT)
    return just(None)


def _set_menu(host: Host, args: list[Value]) -> Plan:
    """options (an array, or one text), and whether other text is accepted."""
    if host.is_handling:
        raise ScriptError(5003, WAITS_NOT)
    values = args[0].items if isinstance(args[0], Array) else [] if args[0] is None else [args[0]]
    options = list(dict.fromkeys(_suggestion_text(value) for value in values))
    if len(options) > SUGGESTIONS:
        raise ScriptError(9009, f"a menu has at most {SUGGESTIONS} options")
    if not options and not is_truthy(args[1]):
        raise ScriptError(4002, "a menu needs an option to choose")
    return host.set_menu(options, is_truthy(args[1]))


def _clear_menu(host: Host, args: list[Value]) -> Plan:
    return host.clear_menu()


def _answer(host: Host, args: list[Value]) -> Plan:
    """The answer to an untyped HEAR: trimmed; a suggestion's key or label gives its key."""
    text = trim(need_text("HEAR", args[0]))
    folded = fold(text)
    for key, label, _ in host.suggestions():
        if folded in (fold(label), fold(key)):
            return text_plan(key)
    return text_plan(text)


def _match_menu(host: Host, args: list[Value]) -> Plan:
    """The option an answer means: exact, any case, its number, a unique prefix, a unique part; null if none."""
    text = trim(need_text("HEAR", args[0]))
    menu = host.menu()
    options = [label for _, label, kind in menu if kind != "*"]
    found = _option_of(text, options)
    if found is None and text and len(options) < len(menu):
        found = text
    return just(None) if found is None else text_plan(found)


def _option_of(text: str, options: Sequence[str]) -> str | None:
    if text in options:
        return text
    folded = fold(text)
    if not folded:
        return None
    same = [option for option in options if fold(option) == folded]
    if same:
        return same[0]
    if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= len(options):
        return options[int(text) - 1]
    for fits in (str.startswith, str.__contains__):
        near = [option for option in options if fits(fold(option), folded)]
        if len(near) == 1:
            return near[0]
        if near:
            return None
    return None


def _read_answer(host: Host, args: list[Value]) -> Plan:
    """text, type: the value of an answer of that type, null if it is none."""
    text, kind = need_text("HEAR", args[0]), _answer_type(args[1])
    check_python_size("HEAR", args)
    value = read_answer(kind, text, host.now_s)
    return text_plan(value) if isinstance(value, str) else just(value)


def _bind(host: Host, args: list[Value]) -> Plan:
    """value, type: text given for a PARAM of a checked type as HEAR would read it, for OBJECT and ARRAY as JSON. Raises
    4002 if it is none."""
    value = args[0]
    if isinstance(value, Array | Map):
        raise ScriptError(4001, f"PARAM needs text, got {type_name(value)}")
    if not isinstance(value, Str):
        return just(value)
    check_python_size("PARAM", args)
    kind = need_text("PARAM", args[1])
    if kind in ("OBJECT", "ARRAY"):
        return _bind_json(kind, value.text)
    bound = read_answer(_answer_type(args[1]), value.text, host.now_s)
    if bound is None:
        raise ScriptError(4002, f"a value given to the script is no {kind}")
    return text_plan(bound) if isinstance(bound, str) else just(bound)


def _bind_json(kind: str, text: str) -> Plan:
    try:
        value = load_json(text)
    except ValueError:
        value = None
    if not isinstance(value, dict if kind == "OBJECT" else list):
        raise ScriptError(4002, f"a value given to the script is no JSON {kind.lower()}")
    return Plan(lambda: from_host(value), price_of(value))


def _answer_text(host: Host, args: list[Value]) -> Plan:
    """What is said after an answer that is not of the type."""
    return text_plan(ERROR_TEXTS[_answer_type(args[0])])


def _answer_type(value: Value) -> str:
    kind = need_text("HEAR", value)
    if kind not in ERROR_TEXTS:
        raise ScriptError(4002, f"HEAR knows no type {kind[:40]}")
    return kind


def _menu_text(host: Host, args: list[Value]) -> Plan:
    """What is said after an answer that fits no option."""
    options = [label for _, label, kind in host.menu() if kind != "*"]
    return text_plan(f"Please choose one of: {', '.join(options)}.")


def _wait_seconds(host: Host, args: list[Value]) -> Plan:
    value = args[0]
    seconds = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if isinstance(value, Str):
        seconds = parse_number(value.text)
    if seconds is None or not seconds >= 0:
        raise ScriptError(4002, "WAIT needs a number of seconds, zero or more")
    return just(min(seconds, WAIT_S))


def _register(host: Host, args: list[Value]) -> Plan:
    """kind of event, name, key of the handler: from now on the handler runs for that event."""
    kind, name, key = (need_text("ON", value) for value in args)
    return host.register(kind if kind == SESSION_END else event_text(kind, name), key)


def _keep(host: Host, args: list[Value]) -> Plan:
    """seconds, key of the handler: a copy of the script variables for a handler that runs later. Gives its number."""
    seconds = need_number("SCHEDULE IN", args[0])
    if not 0 <= seconds <= SCHEDULE_S:
        raise ScriptError(4002, f"SCHEDULE IN takes 0 to {SCHEDULE_S:.0f} seconds")
    return host.keep(need_text("SCHEDULE", args[1]))


def _take(host: Host, args: list[Value]) -> Plan:
    """The first n elements (n > 0) or the last -n: what FOR EACH … FIRST n and LAST n go over."""
    n = need_integer("FIRST", args[1])
    if not isinstance(args[0], Array):
        return just(args[0])
    items = args[0].items[:n] if n >= 0 else args[0].items[n:]
    return Plan(lambda: Array(list(items)), array_price(len(items)))


_FUNCTIONS: dict[str, Function] = {
    "LEN": _len,
    "LEFT": _left,
    "RIGHT": _right,
    "MID": _mid,
    "INSTR": _instr,
    "UCASE": _upper,
    "LCASE": _lower,
    "TRIM": _trim,
    "REPLACE": _replace,
    "SPLIT": _split,
    "JOIN": _join,
    "VAL": _val,
    "STR": _str,
    "FORMAT": _format,
    "INT": _int,
    "ROUND": _round,
    "ABS": _abs,
    "RND": _rnd,
    "RANDOM": _random,
    "MIN": _extreme("MIN", True),
    "MAX": _extreme("MAX", False),
    "NOW": _now,
    "TODAY": _today,
    "UBOUND": _ubound,
    "IIF": _iif,
    "ISNULL": _is_null,
    "ISEMPTY": _is_empty,
    "ISNUMERIC": _is_numeric,
    "ARRAY": _array,
    "$XOR": _xor,
    "$IN": _in,
    "$STARTS": _starts,
    "$ENDS": _ends,
    "$LIKE": _like,
    "$SET_VARIABLE": _set_variable,
    "$GET_VARIABLE": _get_variable,
    "$SET_CONTEXT": _set_context,
    "$SET_PROMPT": _set_prompt,
    "$CLEAR_CONTEXTS": _clear_contexts,
    "$IMAGE_SOURCE": _image_source,
    "$SUGGEST": _suggest,
    "$CLEAR_SUGGESTIONS": _clear_suggestions,
    "$MAY_HEAR": _may_hear,
    "$SET_MENU": _set_menu,
    "$CLEAR_MENU": _clear_menu,
    "$ANSWER": _answer,
    "$MATCH_MENU": _match_menu,
    "$MENU_TEXT": _menu_text,
    "$WAIT_SECONDS": _wait_seconds,
    "$TAKE": _take,
    "$READ_ANSWER": _read_answer,
    "$ANSWER_TEXT": _answer_text,
    **texts.FUNCTIONS,
    **numbers.FUNCTIONS,
    **dates.FUNCTIONS,
    **conversions.FUNCTIONS,
    "$BIND": _bind,
    **collections.FUNCTIONS,
    **queries.FUNCTIONS,
    **documents.FUNCTIONS,
    **activation.FUNCTIONS,
    **children.FUNCTIONS,
    **fields.FUNCTIONS,
    "$REGISTER": _register,
    "$KEEP": _keep,
}

BUILTINS: tuple[Builtin, ...] = tuple(
    Builtin(row.number, row.name, row.scans, _FUNCTIONS[row.name], row.name in READS_TREES) for row in SPECS
)
"""By number, as programs name them."""

if len(_FUNCTIONS) != len(SPECS):
    raise AssertionError("every built-in has a row in language/builtins.py")
