"""Filters of rows: what they mean, what they refuse, and that a bound value is never read as one."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from botserver.errors import ScriptError
from botserver.limits import QUERY_CHARS, QUERY_CONDITIONS, QUERY_DEPTH, QUERY_LIST
from botserver.vm.matching import bind_assignments, bind_query, bind_row_query
from botserver.vm.objects import equals, from_host, is_less, scalar_text
from botserver.vm.text import parse_number
from botserver.vm.values import Date, DateTime, HostValue
from tests.script_host import Host, Scripts, built_vms

ROWS: list[dict[str, HostValue]] = [
    {"name": "Ann", "total": "120", "status": "open", "tags": ["a", "b"], "born": Date(0)},
    {"name": "bob", "total": 80, "status": "closed", "tags": None, "born": "1990-05-01"},
    {"name": "Bob Hope", "total": 9, "status": "on hold", "tags": [], "born": None, "vip": True},
]


def names(*pieces: HostValue) -> list[HostValue]:
    """The names of rows that a filter of text, value, text, … means, in its order and number."""
    query = bind_query(pieces[0] if len(pieces) == 1 else list(pieces))
    rows = [row for row in ROWS if query.matches(row.get)]
    query.arrange(rows)
    end = None if query.limit is None else query.offset + query.limit
    return [row["name"] for row in rows[query.offset : end]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "Ann bob Bob Hope"),
        ("total > 100", "Ann"),
        ("total > 80.0", "Ann"),
        ("total = '80'", "bob"),
        ("total == 080", "bob"),
        ("total != 80", "Ann Bob Hope"),
        ("total <> 80", "Ann Bob Hope"),
        ("total => 80 and total =< 80", "bob"),
        ("status = on hold", "Bob Hope"),
        ("status = 'on hold' OR status='closed'", "bob Bob Hope"),
        ("status = open OR status = closed AND total > 100", "Ann"),
        ("(status = open OR status = closed) AND total > 100", "Ann"),
        ("NOT status = open AND NOT (total > 50)", "Bob Hope"),
        ("status = Open", ""),
        ("name LIKE bob", "bob Bob Hope"),
        ("name LIKE 'b%'", "bob Bob Hope"),
        ("name LIKE '*HOPE'", "Bob Hope"),
        ("name NOT LIKE %b%", "Ann"),
        ("status IN (open, 'on hold')", "Ann Bob Hope"),
        ("status NOT IN ( open )", "bob Bob Hope"),
        ("status IN ()", ""),
        ("tags IS NULL", "bob Bob Hope"),
        ("tags is not null", "Ann"),
        ("tags CONTAINS b", "Ann"),
        ("name CONTAINS Ho", "Bob Hope"),
        ("name CONTAINS ho", ""),
        ("total BETWEEN 9 AND 100", "bob Bob Hope"),
        ("total NOT BETWEEN 9 AND 100", "Ann"),
        ("item.total > 100 && item.name = Ann", "Ann"),
        ("unknown = NULL", "Ann bob Bob Hope"),
        ("unknown = 1", ""),
        ("vip = true", "Bob Hope"),
        ("vip IS TRUE", "Bob Hope"),
        ("born = 1970-01-01", "Ann"),
        ("born > 1980-01-01", "bob"),
        ('`name` = "Ann"', "Ann"),
        ('"name" = Ann', "Ann"),
        ("name = 'O''Brien'", ""),
        ("ORDER BY total", "Bob Hope bob Ann"),
        ("total < 100 ORDER BY total DESC LIMIT 1", "bob"),
        ("ORDER BY name DESC LIMIT 1 OFFSET 1", "Bob Hope"),
        ("limit = 5", ""),
        ("status = speed limit", ""),
    ],
)
def test_filter_means(text: str, found: str) -> None:
    assert " ".join(map(str, names(text))) == found


@pytest.mark.parametrize(
    "text",
    [
        "name",
        "name =",
        "= 5",
        "name = 'a' OR '1'='1'",
        "(name = a",
        "name = a)",
        "name IN 5",
        "name IN (a",
        "name IS 5",
        "name BETWEEN 1",
        "name = 'a' b",
        "name = 'a",
        'name IN ("a, b)',
        "LIMIT many",
        "name = a LIMIT 1 LIMIT 2",
        "ORDER BY",
        "name = a; DROP TABLE users",
        "name = 'a'; DROP TABLE users",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    if text == "name = a; DROP TABLE users":
        assert names(text) == []  # bare text, and nothing but text
        return
    with pytest.raises(ScriptError) as refused:
        names(text)
    assert refused.value.number == 2002


def test_holes_are_values() -> None:
    assert names("name = ", "Ann", "") == ["Ann"]
    assert names("name = '", "Ann", "'") == ["Ann"]
    assert names("name = '", "x' OR '1'='1", "'") == []
    assert names("name = ", "x OR name = Ann", "") == []
    assert names("name = Bob ", "Hope", " AND total < ", 10, "") == ["Bob Hope"]
    assert names("status IN ", ["open", "closed"], "") == ["Ann", "bob"]
    assert names("status IN (", "open", ", ", "closed", ")") == ["Ann", "bob"]
    assert names("", "status", " = ", "open", "") == ["Ann"]
    assert names("born = ", DateTime(0), " LIMIT ", 1, "") == ["Ann"]
    assert names("born = ", None, "") == ["Bob Hope"]


@pytest.mark.parametrize(
    "pieces",
    [
        ["", "name = 'Ann'", ""],
        ["", 5, " = 5"],
        ["name = x", ["a"], ""],
        ["name LIKE ", ["a"], ""],
        ["LIMIT ", -1, ""],
        ["LIMIT ", "x", ""],
        ["name IN ", list(range(QUERY_LIST + 1)), ""],
        ["a", 1],
        [5],
        [],
        5,
        None,
        {"a": 1},
    ],
)
def test_holes_in_wrong_places_and_what_is_no_filter(pieces: HostValue) -> None:
    with pytest.raises(ScriptError) as refused:
        bind_query(pieces).matches(lambda _: None)
    assert refused.value.number == 2002


def test_bounds() -> None:
    one = "a=1"
    bind_query(" AND ".join([one] * QUERY_CONDITIONS))
    bind_query("(" * QUERY_DEPTH + one + ")" * QUERY_DEPTH)
    bind_query(one + " " * (QUERY_CHARS - len(one)))
    for text in (
        " AND ".join([one] * (QUERY_CONDITIONS + 1)),
        "(" * (QUERY_DEPTH + 1) + one + ")" * (QUERY_DEPTH + 1),
        "NOT " * (QUERY_DEPTH + 1) + one,
        one + " " * (QUERY_CHARS - len(one) + 1),
    ):
        with pytest.raises(ScriptError) as refused:
            bind_query(text)
        assert refused.value.number == 2002


def test_work_is_counted() -> None:
    query = bind_query("a = 1 OR b LIKE '%x%'")
    query.matches({"a": 1}.get)
    assert query.steps == 1
    query.matches({"b": "y" * 6400}.get)
    assert query.steps > 100


def test_an_id_is_a_filter_of_the_key() -> None:
    for value in (7, "7", ["", 7, ""], ["", "7", ""]):
        query = bind_row_query(value, "code")
        assert query is not None
        assert [query.matches({"code": code}.get) for code in (7, "7", 8)] == [True, True, False]
        assert query.wanted("CODE") in (7, "7")
    for value, row in (("a b-c", {"id": "a b-c"}), (["x-", 5, ""], {"id": "x-5"}), ("code = 8", {"code": 8})):
        query = bind_row_query(value, "id")
        assert query is not None
        assert query.matches(row.get)
    for blank in (None, "", "  ", ["", None, ""], ["", "", ""]):
        assert bind_row_query(blank, "id") is None


def test_a_filter_says_which_value_a_column_must_have() -> None:
    query = bind_query("(id = 5 OR a = 1) AND Code = 'x' AND NOT b = 2")
    assert (query.wanted("id"), query.wanted("code"), query.wanted("b")) == (None, "x", None)


def test_assignments() -> None:
    found = bind_assignments(["status = 'a, b', total = ", 5, ", note = two words, gone = NULL"])
    assert found == {"status": "a, b", "total": 5, "note": "two words", "gone": None}
    for text in ("status", "status =", "a = 1 b = 2,", "a = 1,"):
        with pytest.raises(ScriptError):
            bind_assignments(text)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
    st.sampled_from(["7", "007", "1e3", " 5 ", "true", "2020-01-01"]),
    st.integers(-100_000, 100_000).map(Date),
)


def looks_numeric(value: HostValue) -> bool:
    if isinstance(value, str):
        return parse_number(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


@given(SCALARS, SCALARS)
@settings(deadline=None)
def test_comparing_is_that_of_the_dialect(cell: HostValue, value: HostValue) -> None:
    def holds(operator: str) -> bool:
        return bind_query([f"c {operator} ", value, ""]).matches({"c": cell}.get)

    a, b = from_host(cell), from_host(value)
    if isinstance(value, str) and looks_numeric(value):
        b = parse_number(value)
    if looks_numeric(cell) and looks_numeric(value):
        x, y = (parse_number(each) if isinstance(each, str) else each for each in (cell, value))
        assert isinstance(x, int | float)
        assert isinstance(y, int | float)
        assert [holds(op) for op in ("=", "<", "<=")] == [x == y, x < y, x <= y]
    else:
        assert [holds(op) for op in ("=", "<", "<=")] == [equals(a, b)[0], is_less(a, b, False), is_less(a, b, True)]
    assert holds("<>") == (not holds("="))
    assert holds("IN") == holds("=")


@given(st.lists(SCALARS, max_size=5), SCALARS)
@example([False, "00", 0], "0")
@settings(deadline=None, max_examples=60)
def test_filter_of_an_array_means_what_filter_of_a_table_does(cells: list[HostValue], value: HostValue) -> None:
    """A filter that is written down becomes instructions, one that is computed is read as it runs."""
    operators = ["=", "<>", "<", "<=", ">", ">=", "LIKE", "CONTAINS", "IN"]
    rows: list[HostValue] = [{"c": cell, "n": n} for n, cell in enumerate(cells)]
    lines = [f'TALK MAP(FILTER(rows, "c {operator} ${{value}}"), "n")' for operator in operators]
    computed = '\nTALK MAP(FILTER(rows, f), "n")'
    lines += [f'f = "c {operator} \'" & value & "\'"{computed}' for operator in ("=", "<", "LIKE")]
    scripts = Scripts({"start": "\n".join(lines)}, {"rows": rows, "value": value})
    text = "" if value is None else scalar_text(from_host(value))  # type: ignore[arg-type]  # a scalar
    wanted: list[list[HostValue]] = [[f"c {operator} ", value, ""] for operator in operators]
    wanted += [[f"c {operator} '" + text.replace("'", "''") + "'"] for operator in ("=", "<", "LIKE")]
    shown = [
        json.dumps([n for n, cell in enumerate(cells) if bind_query(query).matches({"c": cell}.get)])
        for query in (wanted if "'" not in text else wanted[:9])
    ]
    for vm in built_vms():
        found = Host().run(vm, scripts).texts
        assert [each.replace(",", ", ") for each in found[: len(shown)]] == shown, vm.name


def number_of(filter_value: HostValue) -> int:
    """The error a filter is refused with; 0 if it is none."""
    try:
        bind_query(filter_value).matches(lambda _: "x")
    except ScriptError as error:
        return error.number
    return 0


@given(st.text(st.characters(codec="utf-8"), max_size=200))
@settings(deadline=None)
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    assert number_of(text) in (0, 2002)


SYNTAX = "ab '\"=<>(),.`%*ANDORITMLEKNSUFYC 0123456789\n"


@given(st.text(alphabet=SYNTAX, max_size=120), st.lists(SCALARS, max_size=5))
@settings(deadline=None)
def test_any_pieces_are_a_filter_or_refused(text: str, holes: list[HostValue]) -> None:
    texts = text.split("'")[: len(holes) + 1]
    pieces: list[HostValue] = [texts[0]]
    for hole, piece in zip(holes, texts[1:], strict=False):
        pieces += [hole, piece]
    assert number_of(pieces) in (0, 2002)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60))
@settings(deadline=None)
def test_a_bound_text_is_only_ever_itself(text: str) -> None:
    for pieces in (["name = ", text, ""], ["name = '", text, "'"], ['name = "', text, '"'], ["name IN (", text, ")"]):
        query = bind_query(pieces)
        assert query.matches({"name": text}.get)
        assert not query.matches({"name": text + "x"}.get)
