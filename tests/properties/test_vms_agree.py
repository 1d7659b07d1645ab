"""The compiled VM does exactly what the reference VM does: messages, values, errors, bytes, fuel and memory."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from botserver.language.verifier import verify

from .agreement import Pair, converse, random_limits
from .random_programs import random_release


@given(st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_random_programs_run_alike_at_any_fuel_and_through_snapshots(seed: int) -> None:
    random = Random(seed)
    release = random_release(random)
    for program in release.programs:
        verify(program)
    converse(random, Pair(release, random_limits(random)))
