"""Whether a history of requests and replies can have come from sessions that lose, double and reorder nothing.

The checker knows no script. It needs of a session only that each message changes one number, by one, and that the
reply names the number it made: then "exactly once, in order" is visible from outside, as in a register that only
counts. What it looks at is what clients saw: when each request left, when its reply was there, and what it said. Times
are of one clock, that of the clients.

    one reply       requests with one message id have one reply, however often and wherever they were sent
    once            two messages never have one number, and the numbers of a session have no gap once it is at rest
    order           a message sent after another was answered has the higher number, the higher revision and higher seqs
    kept            what is stored is each answered message, with its reply behind it, in the order of the numbers
    notes           what was sent to another session is there, once, in the order it was sent in
    timers          each timer that was set fired, once
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

Stored = tuple[int, str, str]
"""Seq, who said it (`user`, or what the session said: `bot`), text."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was answered. `number` is what the message made of the number of its session."""

    session_id: str
    message_id: str
    sent_at_s: float
    answered_at_s: float
    number: int
    revision: int
    replies: tuple[tuple[int, str], ...]
    """Seq and text of each message of the reply."""


@dataclass(slots=True)
class History:
    """What clients saw. `stored` is each session's record once nothing moves any more: what users said as their
    message id."""

    exchanges: list[Exchange] = field(default_factory=list)
    stored: dict[str, Sequence[Stored]] = field(default_factory=dict)
    notes: list[tuple[str, int, str]] = field(default_factory=list)
    """Sender, number of the message that sent it, receiver."""
    timers: list[tuple[str, int]] = field(default_factory=list)
    """Session, number of the message that set it."""


def violations(history: History) -> list[str]:
    """What cannot be, in words; empty if all is well."""
    by_session: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in history.exchanges:
        by_session[exchange.session_id].append(exchange)
    found: list[str] = []
    for session_id, exchanges in by_session.items():
        first = _first_replies(exchanges)
        found += _different_replies(exchanges, first)
        found += _numbers(session_id, first.values())
        found += _order(first.values())
        found += _kept(session_id, first, history.stored.get(session_id, ()))
    found += _notes(history)
    found += _timers(history)
    return found


def _first_replies(exchanges: Iterable[Exchange]) -> dict[str, Exchange]:
    """Each message as it was first sent and first answered."""
    first: dict[str, Exchange] = {}
    for one in sorted(exchanges, key=lambda one: one.answered_at_s):
        known = first.setdefault(one.message_id, one)
        if one.sent_at_s < known.sent_at_s:
            first[one.message_id] = replace(known, sent_at_s=one.sent_at_s)
    return first


def _different_replies(exchanges: Iterable[Exchange], first: dict[str, Exchange]) -> Iterator[str]:
    for one in exchanges:
        other = first[one.message_id]
        if (one.number, one.revision, one.replies) != (other.number, other.revision, other.replies):
            yield f"{one.session_id}: {one.message_id} was answered with {one.replies} and with {other.replies}"


def _numbers(session_id: str, answered: Iterable[Exchange]) -> Iterator[str]:
    numbers = Counter(exchange.number for exchange in answered)
    for number, n_messages in numbers.items():
        if n_messages > 1:
            yield f"{session_id}: {n_messages} messages have number {number}"
    if missing := set(range(1, max(numbers) + 1)) - set(numbers):
        yield f"{session_id}: no message has number {sorted(missing)}"


def _order(answered: Collection[Exchange]) -> Iterator[str]:
    """What was answered before a message left stands before it."""
    by_answer = sorted(answered, key=lambda one: one.answered_at_s)
    n_before, before = 0, None
    for later in sorted(answered, key=lambda one: one.sent_at_s):
        while n_before < len(by_answer) and by_answer[n_before].answered_at_s < later.sent_at_s:
            found = by_answer[n_before]
            before = found if before is None or found.number > before.number else before
            n_before += 1
        if before is None:
            continue
        where = f"{later.session_id}: {later.message_id}, sent after {before.message_id} was answered,"
        if later.number <= before.number:
            yield f"{where} has number {later.number}, the other {before.number}"
        elif later.revision <= before.revision:
            yield f"{where} has revision {later.revision}, the other {before.revision}"
        elif later.replies and before.replies and later.replies[0][0] <= before.replies[-1][0]:
            yield f"{where} has seq {later.replies[0][0]}, the other {before.replies[-1][0]}"


def _kept(session_id: str, first: dict[str, Exchange], stored: Sequence[Stored]) -> Iterator[str]:
    for (before, _, _), (after, _, _) in pairwise(stored):
        if after != before + 1:
            yield f"{session_id}: seq {after} follows {before}"
    said = [text for _, who, text in stored if who == "user"]
    by_number = [one.message_id for one in sorted(first.values(), key=lambda one: one.number)]
    if said != by_number:
        yield f"{session_id}: stored are the messages {said}, answered were {by_number}"
    texts = {seq: text for seq, who, text in stored if who == "bot"}
    asked = {text: seq for seq, who, text in stored if who == "user"}
    for one in first.values():
        for seq, text in one.replies:
            if (kept := texts.get(seq)) != text:
                yield f"{session_id}: {one.message_id} was answered with {text!r}, stored at {seq} is {kept!r}"
            elif seq <= asked.get(one.message_id, 0):
                yield f"{session_id}: the reply at {seq} stands before {one.message_id}"


def _arrived(history: History, word: str) -> Iterator[tuple[str, list[str]]]:
    """Receiver and words of each stored text that begins with `word`."""
    for session_id, stored in history.stored.items():
        for _, who, text in stored:
            if who == "bot" and text.startswith(f"{word} "):
                yield session_id, text.split()[1:]


def _notes(history: History) -> Iterator[str]:
    arrived = [(sender, int(number), receiver) for receiver, (sender, number) in _arrived(history, "note")]
    yield from _differences("note", history.notes, arrived)
    last: dict[tuple[str, str], int] = {}
    for sender, number, receiver in arrived:
        if number < last.get((sender, receiver), 0):
            yield f"{receiver}: note {number} of {sender} came after a later one"
        last[sender, receiver] = number


def _timers(history: History) -> Iterator[str]:
    fired = [(session_id, int(number)) for session_id, (number,) in _arrived(history, "timer")]
    yield from _differences("timer", history.timers, fired)


def _differences(what: str, wanted: Sequence[tuple[object, ...]], found: Sequence[tuple[object, ...]]) -> Iterator[str]:
    expected, seen = Counter(wanted), Counter(found)
    for key in expected | seen:
        if expected[key] != seen[key]:
            yield f"{what} {key}: {expected[key]} were sent, {seen[key]} arrived"
