"""The checker of histories accepts what can be, and sees each thing that cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.history import Exchange, History, violations


def answered(number: int, at_s: float, took_s: float = 0.5, message_id: str = "") -> Exchange:
    """Message `number` of session s: it and its reply are stored at 2 * number - 1 and 2 * number."""
    message_id = message_id or f"m{number}"
    return Exchange("s", message_id, at_s, at_s + took_s, number, number + 1, ((2 * number, f"{number} said"),))


def talk() -> History:
    """Three messages one after the other, the second sent twice, a note to another session and a timer."""
    stored = []
    for number in (1, 2, 3):
        stored += [(2 * number - 1, "user", f"m{number}"), (2 * number, "bot", f"{number} said")]
    exchanges = [answered(1, 1.0), answered(2, 2.0), answered(2, 2.1, 2.0), answered(3, 5.0)]
    return History(
        exchanges,
        {"s": [*stored, (7, "bot", "timer 2")], "t": [(1, "bot", "note s 1"), (2, "bot", "note s 3")]},
        [("s", 1, "t"), ("s", 3, "t")],
        [("s", 2)],
    )


def test_what_can_be_is_accepted() -> None:
    assert violations(talk()) == []


def test_messages_that_overlap_may_come_in_either_order() -> None:
    history = talk()
    history.exchanges[0] = replace(history.exchanges[0], sent_at_s=2.2, answered_at_s=2.3)
    assert violations(history) == []


def _a_second_reply(history: History) -> None:
    history.exchanges[2] = replace(history.exchanges[2], replies=((4, "two said"),))


def _done_twice(history: History) -> None:
    history.exchanges[3] = replace(history.exchanges[3], number=4)


def _one_number_for_two(history: History) -> None:
    history.exchanges[3] = replace(history.exchanges[3], number=2)


def _an_older_state(history: History) -> None:
    history.exchanges[3] = replace(history.exchanges[3], sent_at_s=0.1, answered_at_s=0.2)


def _a_revision_that_falls(history: History) -> None:
    history.exchanges[3] = replace(history.exchanges[3], revision=3)


def _a_seq_that_falls(history: History) -> None:
    history.exchanges[3] = replace(history.exchanges[3], replies=((4, "2 said"),))


def _a_lost_message(history: History) -> None:
    stored = list(history.stored["s"])
    history.stored["s"] = [*stored[:2], *((seq - 2, who, text) for seq, who, text in stored[4:])]


def _a_lost_reply(history: History) -> None:
    stored = list(history.stored["s"])
    history.stored["s"] = [*stored[:3], *((seq - 1, who, text) for seq, who, text in stored[4:])]


def _a_hole_in_what_is_stored(history: History) -> None:
    history.stored["s"] = [one for one in history.stored["s"] if one[0] != 7] + [(8, "bot", "timer 2")]


def _a_message_nobody_sent(history: History) -> None:
    history.stored["s"] = [*history.stored["s"], (8, "user", "m9")]


def _stored_in_another_order(history: History) -> None:
    stored = list(history.stored["s"])
    stored[0], stored[2] = (1, "user", "m2"), (3, "user", "m1")
    history.stored["s"] = stored


def _a_reply_before_its_message(history: History) -> None:
    history.stored["s"] = [(1, "bot", "1 said"), (2, "user", "m1"), *history.stored["s"][2:]]
    history.exchanges[0] = replace(history.exchanges[0], replies=((1, "1 said"),))


def _a_session_without_its_store(history: History) -> None:
    del history.stored["s"]


def _a_lost_note(history: History) -> None:
    history.stored["t"] = history.stored["t"][:1]


def _a_doubled_note(history: History) -> None:
    history.stored["t"] = [*history.stored["t"], (3, "bot", "note s 3")]


def _notes_in_another_order(history: History) -> None:
    history.stored["t"] = [(1, "bot", "note s 3"), (2, "bot", "note s 1")]


def _a_timer_that_never_fired(history: History) -> None:
    history.timers.append(("s", 3))


def _a_timer_that_fired_twice(history: History) -> None:
    history.stored["s"] = [*history.stored["s"], (8, "bot", "timer 2")]


PLANTED: list[tuple[Callable[[History], None], str]] = [
    (_a_second_reply, "m2 was answered with"),
    (_done_twice, "no message has number [3]"),
    (_one_number_for_two, "2 messages have number 2"),
    (_an_older_state, "m1, sent after m3 was answered, has number 1"),
    (_a_revision_that_falls, "has revision 3"),
    (_a_seq_that_falls, "has seq 4"),
    (_a_lost_message, "stored are the messages ['m1', 'm3']"),
    (_a_lost_reply, "m2 was answered with '2 said', stored at 4 is None"),
    (_a_hole_in_what_is_stored, "seq 8 follows 6"),
    (_a_message_nobody_sent, "stored are the messages ['m1', 'm2', 'm3', 'm9']"),
    (_stored_in_another_order, "stored are the messages ['m2', 'm1', 'm3']"),
    (_a_reply_before_its_message, "the reply at 1 stands before m1"),
    (_a_session_without_its_store, "stored are the messages []"),
    (_a_lost_note, "note ('s', 3, 't'): 1 were sent, 0 arrived"),
    (_a_doubled_note, "note ('s', 3, 't'): 1 were sent, 2 arrived"),
    (_notes_in_another_order, "note 1 of s came after a later one"),
    (_a_timer_that_never_fired, "timer ('s', 3): 1 were sent, 0 arrived"),
    (_a_timer_that_fired_twice, "timer ('s', 2): 1 were sent, 2 arrived"),
]


@pytest.mark.parametrize(("plant", "words"), PLANTED, ids=[plant.__name__[1:] for plant, _ in PLANTED])
def test_what_cannot_be_is_seen(plant: Callable[[History], None], words: str) -> None:
    history = talk()
    plant(history)
    assert any(words in found for found in violations(history)), violations(history)
