"""What is written with every turn is put together by hand: it must be what `json` would write."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from hashlib import blake2b
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from botserver.errors import StackEntry
from botserver.ids import MessageId
from botserver.model import Activity, EndReason, Fault, SuggestionView, TurnUsage, WaitingFor
from botserver.session.content import digest_of
from botserver.session.records import (
    FinalReply,
    Handoff,
    Notes,
    OpenReply,
    ReplyRecord,
    decode_notes,
    decode_reply,
    decode_waiting,
    encode_waiting,
    waiting_parts,
)

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
COUNTS = st.integers(0, 2**53)
TIMES = st.integers(0, 10**12).map(lambda ms: ms / 1e3) | st.sampled_from((math.inf, -math.inf, 1e308))
"""Kept to the millisecond. None is beyond all numbers that should be, and such a one must be read all the same."""
OPTIONS = st.lists(st.builds(SuggestionView, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple)
WAITING = st.builds(
    WaitingFor, TEXTS, TEXTS.filter(bool), TEXTS, OPTIONS, st.none() | TIMES, st.booleans(), TEXTS
).filter(lambda waiting: waiting.kind != "timer")
FAULTS = st.builds(
    Fault, COUNTS, TEXTS, TEXTS, COUNTS, st.lists(st.builds(StackEntry, TEXTS, TEXTS, COUNTS), max_size=2).map(tuple)
)
USAGES = st.builds(TurnUsage, COUNTS, COUNTS, TIMES, TIMES)
RECORDS = st.builds(
    ReplyRecord,
    activity=st.sampled_from(Activity),
    revision=COUNTS,
    first_seq=COUNTS,
    last_seq=COUNTS,
    waiting_for=st.none() | WAITING,
    fault=st.none() | FAULTS,
    usage=USAGES,
    end_reason=st.none() | st.sampled_from(EndReason),
)
OPEN_REPLIES = st.builds(OpenReply, COUNTS, COUNTS, st.none() | FAULTS, USAGES, st.none() | RECORDS, COUNTS)
NOTES = st.builds(
    Notes,
    last_message=TEXTS,
    last_interaction=TEXTS,
    suggestion_key=TEXTS,
    heard=st.booleans(),
    quiet_since=TIMES,
    quiet_turns=COUNTS,
    wait_s=st.none() | TIMES,
    schedules=st.dictionaries(TEXTS, TIMES, max_size=2),
    held=st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple),
    fuel_last_turn=COUNTS,
    branched_from=TEXTS,
    stubbed=st.booleans(),
    imported=st.booleans(),
    history_after=COUNTS,
    restored_history=st.lists(st.tuples(TEXTS, TEXTS, TIMES), max_size=2).map(tuple),
    open_replies=st.dictionaries(TEXTS.map(MessageId), OPEN_REPLIES, max_size=2),
    active_at=TIMES,
    unattended=st.booleans(),
    resumed_by=st.none() | TEXTS.map(MessageId),
)


def written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(WAITING)
def test_a_waiting_point_is_written_as_json_would(waiting: WaitingFor) -> None:
    parts: dict[str, Any] = asdict(waiting)
    for name in ("is_optional", "address"):
        if not parts[name]:
            del parts[name]
    assert encode_waiting(waiting) == written(parts)
    assert waiting_parts(waiting) == json.loads(written(parts))
    assert decode_waiting(encode_waiting(waiting)) == waiting


@given(RECORDS, RECORDS)
def test_a_reply_is_read_as_it_was_written(turn: ReplyRecord, settled: ReplyRecord) -> None:
    reply = FinalReply(turn, settled)
    assert decode_reply(reply.encoded()) == reply
    assert decode_reply(FinalReply(settled, settled).encoded()) == FinalReply(settled, settled)


@given(NOTES)
def test_notes_are_read_as_they_were_written(notes: Notes) -> None:
    assert decode_notes(notes.encoded()) == notes


def test_what_is_no_number_is_read_as_none_is() -> None:
    notes = Notes(quiet_since=math.nan, wait_s=math.nan, schedules={"1": math.nan}, active_at=math.nan)
    notes = replace(notes, restored_history=(("user", "a", math.nan),), handoff=Handoff(wait_s=math.nan))
    assert repr(decode_notes(notes.encoded())) == repr(notes)
    record = ReplyRecord(Activity.IDLE, 1, usage=TurnUsage(1, 1, math.nan, math.nan))
    record = replace(record, waiting_for=WaitingFor("timer", expires_at=math.nan))
    assert repr(decode_reply(FinalReply(record, record).encoded()).turn) == repr(record)
    notes = Notes(open_replies={MessageId("m"): OpenReply(usage=record.usage, turn=record)})
    assert repr(decode_notes(notes.encoded())) == repr(notes)


def test_what_is_as_at_first_is_not_written() -> None:
    assert Notes().encoded() == b"{}"
    assert replace(Notes(), heard=True).encoded() == b'{"heard":true}'


# --- digests ------------------------------------------------------------------------------------------------------


@given(TEXTS, st.none() | TEXTS, st.none() | st.booleans() | st.integers() | st.dictionaries(TEXTS, TEXTS))
def test_what_was_digested_before_has_the_same_digest_now(text: str, choice: str | None, data: Any) -> None:
    parts = (text, choice, data)
    before = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    assert digest_of(*parts) == blake2b(before.encode(), digest_size=32).digest()
