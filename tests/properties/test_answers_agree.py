"""What an answer to an untyped HEAR gives: both VMs agree, whatever was suggested, in slices of any length."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from botserver.language.compiler import compile_source
from botserver.limits import Limits
from botserver.vm.effects import OutOfFuel, Suggestion
from botserver.vm.values import HostValue

from .agreement import Pair
from .random_programs import FakeRelease

PROGRAM, _ = compile_source("HEAR x\nRETURN x & x", "ask.bas")
TEXTS = st.text(alphabet=" aAbİßΣσς\u00a0\t*é€😀", max_size=9)
ANSWERS = st.one_of(TEXTS, st.none(), st.integers(-9, 9), st.just(["a"]))
SUGGESTIONS = st.builds(Suggestion, TEXTS, TEXTS, st.sampled_from(["", "tool", "*"]))


@given(st.lists(SUGGESTIONS, max_size=4), ANSWERS, st.integers(1, 200))
@example([Suggestion("y", "Yes")], " yES\n", 1)
@example([Suggestion("a" * 9_000, "b")], "B", 3)
@example([], "é" * 5_000, 7)
def test_both_vms_take_an_answer_alike(suggestions: list[Suggestion], answer: HostValue, fuel: int) -> None:
    assert PROGRAM is not None
    pair = Pair(FakeRelease([PROGRAM]), Limits(memory_bytes=100_000))
    pair.same(lambda heap: heap.start(PROGRAM, [], {}))
    pair.run(1_000, 1)
    fresh = replace(pair.heaps[0].areas(), suggestions=tuple(suggestions))
    pair.same(lambda heap: heap.put_areas(fresh, with_suggestions=True))
    pair.same(lambda heap: heap.resume(answer))
    for seed in range(100):
        if not isinstance(pair.run(fuel, seed), OutOfFuel):
            break
