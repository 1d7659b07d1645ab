"""The client's end of a Converse stream without a connection: what goes out, in what order, and again."""

from __future__ import annotations

from typing import Any

import pytest
from botserver_client import calls
from botserver_client.errors import BotserverError, NotFound, Unavailable
from botserver_client.pb import session_pb2 as pb
from botserver_client.talk import EVENTS, REFUSALS, SessionNews, Talk, Ticket

A, B = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
MISSING = "33333333-3333-4333-8333-333333333333"


class Line:
    """A talk and what became of its messages."""

    def __init__(self, max_messages: int = 4, max_in_flight: int = 8) -> None:
        self.talk = Talk()
        self.results: dict[str, Any] = {}
        self._bounds = {"max_messages": max_messages, "max_in_flight": max_in_flight, "max_subscriptions": 100}
        self.welcome()

    def welcome(self) -> None:
        self.talk.receive(pb.ConverseResponse(welcome=self._bounds))

    def add(self, *message_ids: str, session_id: str = A) -> None:
        for message_id in message_ids:

            def done(result: Any, message_id: str = message_id) -> None:
                assert message_id not in self.results
                self.results[message_id] = result

            self.talk.add(Ticket(calls.send_message(session_id, "x", message_id=message_id), done, done))

    def sent(self) -> list[str]:
        frame = self.talk.next_frame()
        return [] if frame is None else [message.message_id for message in frame.messages]

    def answer(self, *message_ids: str, session_id: str = A) -> None:
        replies = [
            {"session_id": session_id, "message_id": each, "response": {"reply": {"session_id": session_id}}}
            for each in message_ids
        ]
        self.talk.receive(pb.ConverseResponse(replies=replies))

    def refuse(self, *message_ids: str, code: int = 14) -> None:
        replies = [{"session_id": A, "message_id": each, "error": {"code": code}} for each in message_ids]
        self.talk.receive(pb.ConverseResponse(replies=replies))

    def push(self, session_id: str, *seqs: int) -> None:
        pushes = [
            {"session_id": session_id, "event": {"seq": seq, "message": {"seq": seq, "text": f"{seq}"}}} for seq in seqs
        ]
        self.talk.receive(pb.ConverseResponse(pushes=pushes))

    def close(self, session_id: str, code: int = 0) -> None:
        closed: dict[str, Any] = {"session_id": session_id}
        if code:
            closed["error"] = {"code": code}
        self.talk.receive(pb.ConverseResponse(closed=[closed]))

    def events(self) -> list[SessionNews]:
        found = []
        while (news := self.talk.next_event()) is not None:
            found.append(news)
        return found

    def subscriptions(self) -> list[tuple[str, int]]:
        frame = self.talk.next_frame()
        return [] if frame is None else [(each.session_id, each.after_seq) for each in frame.subscribe]


def test_messages_share_frames_within_the_bounds_of_the_server() -> None:
    line = Line(max_messages=4, max_in_flight=6)
    line.add(*"abcdefgh")
    assert (line.sent(), line.sent(), line.sent()) == (["a", "b", "c", "d"], ["e", "f"], [])
    line.answer("b", "e")
    assert line.sent() == ["g", "h"]
    assert set(line.results) == {"b", "e"}


def test_before_the_server_said_its_bounds_one_message_is_sent() -> None:
    line = Line()
    line.talk = Talk()
    line.add(*"ab")
    assert (line.sent(), line.sent()) == (["a"], [])


def test_what_was_not_answered_goes_out_again_in_its_order_before_what_is_new() -> None:
    line = Line()
    line.add(*"abcd")
    line.sent()
    line.add("e")
    line.answer("b")
    line.talk.disconnected()
    line.welcome()
    assert (line.sent(), line.sent()) == (["a", "c", "d", "e"], [])
    assert line.talk.unanswered == 4


def test_refused_for_the_moment_goes_out_again_in_its_order() -> None:
    line = Line()
    line.add(*"abc")
    line.sent()
    line.refuse("a", "b")
    assert line.talk.is_paused
    line.add("d")
    assert line.sent() == ["a"]  # fewer at once, since the server is busy
    line.answer("c")
    assert line.sent() == ["b", "d"]
    assert set(line.results) == {"c"}


def test_refused_too_often_is_given_up() -> None:
    line = Line()
    line.add("a")
    for _ in range(REFUSALS):
        assert line.sent() == ["a"]
        line.refuse("a")
    assert isinstance(line.results["a"], Unavailable)


def test_error_of_one_message_is_its_own() -> None:
    line = Line()
    line.add(*"ab")
    line.sent()
    line.refuse("a", code=5)
    line.answer("b")
    assert isinstance(line.results["a"], NotFound)
    assert not isinstance(line.results["b"], BotserverError)


def test_nothing_is_sent_to_a_server_that_drains() -> None:
    line = Line()
    line.add("a")
    line.sent()
    line.talk.receive(pb.ConverseResponse(draining={}))
    line.add("b")
    assert line.sent() == []
    line.answer("a")
    line.refuse("b")  # nobody asked: ignored
    line.talk.disconnected()
    line.welcome()
    assert line.sent() == ["b"]


def test_same_message_twice_gets_both_answers() -> None:
    talk, answers = Talk(), []
    for _ in range(2):
        talk.add(Ticket(calls.send_message(A, "x", message_id="m"), answers.append, answers.append))
    talk.receive(pb.ConverseResponse(welcome={"max_messages": 2, "max_in_flight": 2}))
    talk.next_frame()
    reply = {"session_id": A, "message_id": "m", "response": {}}
    talk.receive(pb.ConverseResponse(replies=[reply, reply]))
    assert len(answers) == 2


def test_failure_of_the_conversation_is_told_to_all_who_wait() -> None:
    line = Line()
    line.add(*"abcdef")
    line.sent()
    line.talk.fail(Unavailable("gone"))
    assert set(line.results) == set("abcdef")


def test_subscription_goes_on_after_what_was_seen() -> None:
    line = Line()
    line.talk.subscribe(A, 3)
    assert line.subscriptions() == [(A, 3)]
    line.push(A, 4, 5)
    line.talk.disconnected()
    assert line.subscriptions() == [(A, 5)]
    line.push(A, 5, 6)  # the server never repeats; a client may still not be told twice
    assert [news.event.seq for news in line.events() if news.event] == [4, 5, 6]


def test_events_of_an_earlier_subscription_are_not_mistaken_for_the_next() -> None:
    line = Line()
    line.talk.subscribe(A, 0)
    line.subscriptions()
    line.push(A, 1)
    line.talk.subscribe(A, 1)
    line.push(A, 2)  # not asked for anew so far
    line.subscriptions()
    line.push(A, 3)  # still of the first one
    line.push(A, 2, 3, 4)
    assert [news.event.seq for news in line.events() if news.event] == [1, 2, 3, 4]


def test_subscriptions_go_out_as_many_at_a_time_as_the_server_takes() -> None:
    line = Line()
    line.talk.receive(pb.ConverseResponse(welcome={"max_messages": 4, "max_in_flight": 8, "max_subscriptions": 2}))
    for session_id in (A, B, MISSING):
        line.talk.subscribe(session_id, 0)
    assert line.subscriptions() == [(A, 0), (B, 0)]
    assert line.subscriptions() == [(MISSING, 0)]
    assert line.talk.next_frame() is None


def test_gap_moves_the_cursor() -> None:
    line = Line()
    line.talk.subscribe(A, 0)
    line.subscriptions()
    line.talk.receive(pb.ConverseResponse(pushes=[{"session_id": A, "event": {"seq": 90, "gap": {}}}]))
    line.push(A, 91)
    assert [news.event.seq for news in line.events() if news.event] == [90, 91]


def test_events_nobody_reads_are_bounded_and_come_all_the_same() -> None:
    line = Line()
    line.talk.subscribe(A, 0)
    line.subscriptions()
    line.push(A, *range(1, EVENTS + 11))
    frame = line.talk.next_frame()
    assert frame is not None
    assert list(frame.unsubscribe) == [A]
    for seq in range(1, EVENTS + 1):
        news = line.talk.next_event()
        assert news is not None
        assert news.event is not None
        assert news.event.seq == seq
    assert line.talk.next_event() is None
    assert line.subscriptions() == [(A, EVENTS)]
    line.push(A, EVENTS + 1)
    assert [news.event.seq for news in line.events() if news.event] == [EVENTS + 1]


def test_unsubscribed_session_is_told_of_no_more() -> None:
    line = Line()
    line.talk.subscribe(A, 0)
    line.subscriptions()
    line.talk.unsubscribe(A)
    line.push(A, 1)
    frame = line.talk.next_frame()
    assert frame is not None
    assert list(frame.unsubscribe) == [A]
    assert line.events() == []
    line.talk.disconnected()
    assert line.subscriptions() == []


@pytest.mark.parametrize(("code", "again"), [(5, False), (14, True)])
def test_subscription_the_server_closed_says_why_or_begins_again(code: int, again: bool) -> None:
    line = Line()
    line.talk.subscribe(A, 7)
    line.subscriptions()
    line.close(A, code)
    assert line.subscriptions() == ([(A, 7)] if again else [])
    assert [news.error is not None for news in line.events()] == ([] if again else [True])


def test_subscription_ends_with_its_session() -> None:
    line = Line()
    line.talk.subscribe(A, 0)
    line.subscriptions()
    line.talk.receive(pb.ConverseResponse(pushes=[{"session_id": A, "event": {"seq": 0, "ended": {}}}]))
    line.close(A)
    assert [news.event.kind for news in line.events() if news.event] == ["ended"]
    line.talk.disconnected()
    assert line.subscriptions() == []
