"""Any text compiles or says why not and where, in bounded time; what compiles does the same on both VMs. The short form
of `make fuzz`."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botserver.language.source import Diagnostic, Source
from tests.fuzz.grammar import random_script
from tests.fuzz.judge import Unsound, check_position, judge
from tests.fuzz.mutations import load_corpus, mutated

CORPUS = load_corpus()


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_scripts_made_of_the_registry_are_sound(seed: int) -> None:
    judge(random_script(Random(seed)))


@given(st.integers(0, 2**32))
@settings(max_examples=120, deadline=None)
def test_changed_scripts_are_sound(seed: int) -> None:
    judge(mutated(Random(seed), CORPUS))


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_is_sound(text: str) -> None:
    judge(text)


def test_halves_of_pairs_in_a_source_become_the_replacement_character() -> None:
    assert judge('TALK "\ud800" \' \udfff').compiles
    assert Source.of("a\ud800b", "a.bas").text == "a\ufffdb"


def test_made_scripts_mostly_reach_the_vms() -> None:
    verdicts = [judge(random_script(Random(seed)), runs=False) for seed in range(60)]
    assert sum(verdict.compiles for verdict in verdicts) > 15


@pytest.mark.parametrize(("line", "column"), [(0, 1), (3, 1), (1, 0), (1, 5)])
def test_the_judge_refuses_a_diagnostic_outside_its_file(line: int, column: int) -> None:
    with pytest.raises(Unsound):
        check_position(Diagnostic("a.bas", line, column, "error", "L103", "words"), Source.of("abc\nd", "a.bas"))
