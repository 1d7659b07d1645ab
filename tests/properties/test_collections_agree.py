"""Built-ins on arrays and maps do the same in both VMs: results, errors, memory and fuel, through fuel 1."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from botserver.language.builtins import BY_NAME
from botserver.language.opcodes import Op
from botserver.language.program import Instruction, Procedure, Program
from botserver.limits import Limits
from botserver.vm.effects import Done
from botserver.vm.values import HostValue

from .agreement import Pair
from .random_programs import FakeRelease
from .test_values_agree import SPELLINGS, TEXTS, VALUES, call, outcome

ELEMENTS = st.one_of(VALUES, st.integers(0, 3), st.sampled_from(["", "1", "true", "b", "B", "2024-01-01", "1.0"]))


@given(st.lists(ELEMENTS, max_size=12), ELEMENTS, st.integers(-4, 14), st.integers(-4, 14))
@settings(max_examples=200, deadline=None)
@example(["x" * 64], "x" * 64, 0, 0)
def test_collections(array: list[HostValue], value: HostValue, i: int, j: int) -> None:
    for name in ("SORT", "UNIQUE", "FLATTEN", "REVERSE", "FIRST", "LAST", "TAIL", "TOJSON", "SUM", "AVG", "STDEV",
                 "MEDIAN", "COUNT"):  # fmt: skip
        outcome(call(name, 1), array)
        outcome(call(name, 1), value)
    for name in ("CONTAINS", "INDEX_OF", "LAST_INDEX_OF", "CONCAT", "TAKE", "DROP", "CHUNK", "FIRST", "LAST", "SUM"):
        outcome(call(name, 2), array, value)
        outcome(call(name, 2), array, i)
    outcome(call("SLICE", 3), array, i, j)
    outcome(call("RANGE", 2), value, i)
    outcome(call("SORT", 2), array, "desc")
    outcome(call("JSON_GET", 2), value, "$.a[0]['b']")
    change = ("PUSH", "UNSHIFT")
    for name, extra in [*((name, (value, i)) for name in change), ("POP", ()), ("SHIFT", ()), ("SPLICE", (i, j))]:
        outcome(
            ((Op.MOVE, 5, 0), (Op.BUILTIN, 0, BY_NAME[name].number, 1 + len(extra)), (Op.MOVE, 6, 0),
             (Op.NEW_ARRAY, 0, 5, 2), (Op.RETURN, 0)),
            array,
            *extra,
        )  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["PUSH", "UNSHIFT", "POP", "SHIFT", "SPLICE"])), max_size=60)
)
@settings(max_examples=100, deadline=None)
def test_arrays_grow_and_shrink_alike(steps: list[tuple[int, str]]) -> None:
    code: list[Instruction] = []
    for number, name in steps:
        code += [(Op.MOVE, 2, 0), (Op.MOVE, 3, ~number), (Op.MOVE, 4, ~2)]
        code.append((Op.BUILTIN, 2, BY_NAME[name].number, BY_NAME[name].min_arguments))
    main = Procedure("", 1, 8, ("array",), (*code, (Op.RETURN, 0)), ())
    program = Program("array.bas", tuple(range(41)), (main,))
    pair = Pair(FakeRelease([program]), Limits())
    pair.same(lambda heap: heap.start(program, [list(range(9))], {}))
    while not isinstance(pair.run(1, 7), Done):
        pass


@given(st.lists(st.tuples(TEXTS, ELEMENTS), max_size=12), st.sampled_from(["a", "1", "name"]))
@settings(max_examples=100, deadline=None)
def test_fields_of_records(pairs: list[tuple[str, HostValue]], field: str) -> None:
    records: list[HostValue] = [{field.upper() if len(key) % 2 else field: value} for key, value in pairs]
    for name in ("SUM", "AVG", "STDEV", "MEDIAN", "MIN", "MAX"):
        outcome(call(name, 2), records, field)
    for order in ("desc", " Asc ", None):
        outcome(call("SORT", 3), records, order, field)


@given(TEXTS, ELEMENTS)
@settings(max_examples=100, deadline=None)
def test_json_reads_back(text: str, value: HostValue) -> None:
    outcome(call("PARSEJSON", 1), text)
    outcome(((Op.BUILTIN, 0, BY_NAME["TOJSON"].number, 1), *call("PARSEJSON", 1)), [value, {text: value}])
    outcome(((Op.BUILTIN, 0, BY_NAME["TOJSON"].number, 1), *call("JSON_GET", 2)), {text: value}, text)


@given(st.dictionaries(SPELLINGS, st.integers(0, 9), max_size=40))
@settings(max_examples=100, deadline=None)
def test_maps_with_several_spellings_of_a_key(table: dict[str, int]) -> None:
    host: HostValue = dict(table)
    other: HostValue = dict(reversed(table.items()))
    outcome(call("MERGEMAP", 2), host, other)
    outcome(call("KEYS", 1), host)
    outcome(call("VALUES", 1), host)


@given(st.dictionaries(SPELLINGS, st.integers(0, 9), max_size=40), st.lists(SPELLINGS, max_size=30))
@settings(max_examples=200, deadline=None)
def test_keys_taken_out_of_maps(table: dict[str, int], keys: list[str]) -> None:
    """One after the other; each time another spelling is looked for, and in the end one key is put back."""
    host: HostValue = dict(table)
    code: list[Instruction] = [(Op.NEW_ARRAY, 1, 1, 0)]
    for at, _ in enumerate(keys):
        code += [(Op.MOVE, 2, 0), (Op.MOVE, 3, ~at), (Op.BUILTIN, 2, BY_NAME["REMOVE"].number, 2)]
        code += [(Op.ADD, 1, 1, 2), (Op.INDEX, 4, 0, ~at), (Op.ADD, 1, 1, 4)]
    if keys:
        code.append((Op.SET_INDEX, 0, ~0, ~0))
    code += [(Op.NEW_ARRAY, 0, 0, 2), (Op.RETURN, 0)]
    main = Procedure("", 1, 8, ("table",), tuple(code), ())
    program = Program("remove.bas", tuple(keys), (main,))
    pair = Pair(FakeRelease([program]), Limits())
    pair.same(lambda heap: heap.start(program, [host], {}))
    while not isinstance(pair.run(1, 7), Done):
        pass
