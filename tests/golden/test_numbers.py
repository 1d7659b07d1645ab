"""What programs name by number keeps it: opcodes, built-ins and effects are only ever appended.

`numbers.json` holds their names as they stood when it was made; those that came later follow. Add them when a format is
released; change nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from botserver.language.builtins import SPECS
from botserver.language.effects import EFFECTS
from botserver.language.opcodes import Op

KNOWN = json.loads(Path(__file__).with_name("numbers.json").read_text(encoding="utf-8"))
NOW = {
    "opcodes": [op.name for op in Op],
    "builtins": [spec.name for spec in SPECS],
    "effects": [effect.name for effect in EFFECTS],
}


@pytest.mark.parametrize("kind", sorted(NOW))
def test_what_has_a_number_keeps_it(kind: str) -> None:
    assert NOW[kind][: len(KNOWN[kind])] == KNOWN[kind]
