"""Outcomes of outside calls survive the store."""

from __future__ import annotations

import pytest

from botserver.errors import StoredDataCorrupt
from botserver.session.outcomes import Outcome, decode_outcome


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(None),
        Outcome({"a": [1, "\n"]}),
        Outcome(number=1001, message="no answer\nin time"),
        Outcome({"status": 404, "data": "\n"}, 1404, "not\nfound", is_soft=True),
        Outcome(None, 3004, "missing", is_soft=True),
    ],
)
def test_outcome_survives_its_encoding(outcome: Outcome) -> None:
    assert decode_outcome(outcome.encoded()) == outcome


@pytest.mark.parametrize("data", [b"e", b"e[1]", b"s[1001, 2", b"e{}"])
def test_damaged_outcome_is_told(data: bytes) -> None:
    with pytest.raises(StoredDataCorrupt):
        decode_outcome(data)
