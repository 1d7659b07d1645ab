"""Nobody makes the VM or a durable turn slower without noticing: machine instructions, which no other work disturbs.

The bounds leave room for other compilers, Python versions and libraries. Who makes something faster lowers its bound.
"""

from __future__ import annotations

import os
import shutil

import pytest

from benchmarks.instructions import count

BOUNDS = {
    "recursive fib": 176,  # millions
    "string building": 386,
    "sieve": 270,
    "dialogue turn": 235,
    "turn, alone": 825,  # thousands
    "turn, sixteen at once": 380,
}
"""About 1.25 times what GCC 12 and CPython 3.11 need for a program, 1.3 times for a turn."""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(
    shutil.which("valgrind") is None and not os.environ.get("CI"),
    reason="valgrind is missing; Debian: apt-get install -y valgrind",
)
def test_programs_and_turns_take_no_more_instructions_than_they_did() -> None:
    found = count()
    print(found)
    assert found.keys() == BOUNDS.keys()
    assert {name: figure for name, figure in found.items() if figure > BOUNDS[name]} == {}
