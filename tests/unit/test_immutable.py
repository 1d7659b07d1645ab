"""Values that are not guarded at run time compare and hash as if they were; a debug run guards them."""

from __future__ import annotations

import os
import subprocess
import sys

from botserver.model import SuggestionView

_WRITE = "from botserver.model import SuggestionView; SuggestionView('y', 'Yes', '').key = 'n'"


def test_values_with_the_same_fields_are_the_same() -> None:
    one, same, other = SuggestionView("y", "Yes"), SuggestionView("y", "Yes"), SuggestionView("n", "No")
    assert one == same != other
    assert {one, same, other} == {one, other}


def test_a_debug_run_guards_the_fields() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _WRITE],
        env={**os.environ, "BOTSERVER_DEBUG": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "FrozenInstanceError: cannot assign to field 'key'" in run.stderr
