"""Outcomes of outside calls survive the store."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from botserver.errors import StoredDataCorrupt
from botserver.limits import OUTCOME_QUICK_BYTES
from botserver.session import outcomes
from botserver.session.outcomes import Outcome, decode_outcome, read_outcome


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


@pytest.mark.parametrize(
    ("items", "is_here"), [((OUTCOME_QUICK_BYTES - 1) // 2 - 1, True), (OUTCOME_QUICK_BYTES, False)]
)
async def test_a_large_outcome_is_decoded_beside_the_event_loop(
    items: int, is_here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def decode(data: bytes, decode: Any = outcomes.decode_value) -> Any:
        threads.append(threading.current_thread())
        return decode(data)

    monkeypatch.setattr(outcomes, "decode_value", decode)
    outcome = Outcome([1] * items)
    assert await read_outcome(outcome.encoded()) == outcome
    assert [thread is threading.current_thread() for thread in threads] == [is_here]
