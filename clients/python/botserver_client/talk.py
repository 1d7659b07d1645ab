"""What a Converse stream is about, without a connection: what to send, what came, what to send again on the next one.

`aio.AsyncConversation` and `conversation.Conversation` move the frames; they tell `disconnected` when a stream ended,
and everything that was not answered goes out again on the next one, with the same ids and in the same order. Not safe
for several threads: its owner sees to that.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from google.rpc.status_pb2 import Status

from .calls import Call
from .errors import BotserverError, Unavailable, from_status
from .pb import session_pb2 as pb
from .results import Event, to_event

T = TypeVar("T")
Key = tuple[str, str]

EVENTS = 1_000
"""Events that wait to be read; beyond, sessions are watched again once there is room."""
REFUSALS = 8
"""A message that a busy server refused so often is given up."""


@dataclass(frozen=True, slots=True)
class SessionNews:
    """Something happened in a session you are subscribed to; or `error` says why you are no longer."""

    session_id: str
    event: Event | None = None
    error: BotserverError | None = None


class Ticket(Generic[T]):
    """A message until it is answered. `settle` gets the result or the error, once."""

    def __init__(self, call: Call[T], succeed: Callable[[T], None], fail: Callable[[BotserverError], None]) -> None:
        self.request: pb.SendMessageRequest = call.request  # type: ignore[assignment]  # calls of SendMessage have it
        self.key: Key = (self.request.session_id, self.request.message_id)
        self.succeed = succeed
        self.fail = fail
        self.refused = 0
        self.number = 0
        self._read = call.read

    def answer(self, response: pb.SendMessageResponse) -> None:
        self.succeed(self._read(response))


class Talk:
    """See the module."""

    def __init__(self) -> None:
        self.heartbeat_s = 15.0
        self.silence_s = 45.0
        self.is_paused = False
        """A server was busy: wait a moment before the next frame."""
        self._max_messages = 1  # until the server says more
        self._max_in_flight = 1
        self._max_changes = 100
        """Of subscriptions, in one frame."""
        self._window = 1
        """Messages out at once: halved when the server is busy, then one more with each answer."""
        self._is_draining = False
        self._added = 0
        self._waiting: deque[Ticket[Any]] = deque()
        self._out: OrderedDict[Key, deque[Ticket[Any]]] = OrderedDict()
        self._in_flight = 0
        self._cursors: dict[str, int] = {}
        self._subscribe: dict[str, None] = {}
        self._unsubscribe: dict[str, None] = {}
        self._held: dict[str, None] = {}
        self._events: deque[SessionNews] = deque()

    # --- what the user wants

    def add(self, ticket: Ticket[Any]) -> None:
        self._added += 1
        ticket.number = self._added
        self._waiting.append(ticket)

    def subscribe(self, session_id: str, after_seq: int) -> None:
        session_id = session_id.lower()
        self._cursors[session_id] = after_seq
        self._unsubscribe.pop(session_id, None)
        self._subscribe[session_id] = None

    def unsubscribe(self, session_id: str) -> None:
        session_id = session_id.lower()
        if self._cursors.pop(session_id, None) is not None:
            self._drop(session_id)
            self._unsubscribe[session_id] = None

    def next_event(self) -> SessionNews | None:
        """The next one, if one is there."""
        if not self._events:
            return None
        news = self._events.popleft()
        if self._held and len(self._events) <= EVENTS // 2:
            self._subscribe |= self._held
            self._held.clear()
        return news

    @property
    def has_events(self) -> bool:
        return bool(self._events)

    @property
    def unanswered(self) -> int:
        return len(self._waiting) + self._in_flight

    # --- the stream

    def next_frame(self) -> pb.ConverseRequest | None:
        """What is to be sent now; None if there is nothing."""
        if self._is_draining:
            return None
        frame = pb.ConverseRequest()
        while self._waiting and len(frame.messages) < self._max_messages and self._in_flight < self._window:
            ticket = self._waiting.popleft()
            frame.messages.append(ticket.request)
            self._out.setdefault(ticket.key, deque()).append(ticket)
            self._in_flight += 1
        for session_id in (*islice(self._unsubscribe, self._max_changes),):
            del self._unsubscribe[session_id]
            frame.unsubscribe.append(session_id)
        wanted = () if self._unsubscribe else islice(self._subscribe, self._max_changes)
        for session_id in (*wanted,):
            del self._subscribe[session_id]
            frame.subscribe.add(session_id=session_id, after_seq=self._cursors[session_id])
        return frame if frame.ListFields() else None

    def receive(self, frame: pb.ConverseResponse) -> None:
        """What came: answers go to their tickets, events wait to be read."""
        if frame.HasField("welcome"):
            self._max_messages = max(1, frame.welcome.max_messages)
            self._window = self._max_in_flight = max(1, frame.welcome.max_in_flight)
            self._max_changes = max(1, frame.welcome.max_subscriptions)
            self.heartbeat_s = frame.welcome.heartbeat.ToTimedelta().total_seconds() or self.heartbeat_s
            self.silence_s = frame.welcome.silence.ToTimedelta().total_seconds() or self.silence_s
        for reply in frame.replies:
            self._answered(reply)
        for push in frame.pushes:
            self._happened(push.session_id, to_event(push.event))
        for closed in frame.closed:
            self._closed(closed)
        if frame.HasField("draining"):
            self._is_draining = True

    def disconnected(self) -> None:
        """The stream is over: what was not answered goes out again, and subscriptions go on after what was seen."""
        self._again(ticket for tickets in self._out.values() for ticket in tickets)
        self._out.clear()
        self._in_flight = 0
        self._max_messages = self._max_in_flight = self._window = 1
        self._is_draining = False
        self._subscribe = {session_id: None for session_id in self._cursors if session_id not in self._held}
        self._unsubscribe.clear()

    def fail(self, error: BotserverError) -> None:
        """No stream will come any more."""
        self.disconnected()
        while self._waiting:
            self._waiting.popleft().fail(error)

    # --- what came

    def _answered(self, reply: pb.ConverseReply) -> None:
        key = (reply.session_id, reply.message_id)
        tickets = self._out.get(key)
        if not tickets:
            return
        ticket = tickets.popleft()
        if not tickets:
            del self._out[key]
        self._in_flight -= 1
        if reply.HasField("response"):
            self._window = min(self._window + 1, self._max_in_flight)
            ticket.answer(reply.response)
            return
        error = from_status(Status.FromString(reply.error.SerializeToString()))
        ticket.refused += 1
        if isinstance(error, Unavailable) and ticket.refused < REFUSALS:
            self._again((ticket,))  # the same id: nothing runs twice
            self._window = max(1, self._window // 2)
            self.is_paused = not self._is_draining
        else:
            ticket.fail(error)

    def _again(self, tickets: Iterable[Ticket[Any]]) -> None:
        """Let them wait where they were: in the order in which they were added."""
        self._waiting = deque(sorted((*self._waiting, *tickets), key=lambda ticket: ticket.number))

    def _happened(self, session_id: str, event: Event) -> None:
        if session_id not in self._cursors or session_id in self._held or session_id in self._subscribe:
            return  # unsubscribed, or it will come again
        cursor = self._cursors[session_id]
        if event.seq > cursor + (event.kind == "message") and event.kind != "gap":
            return  # of a subscription before this one: seqs rise by one
        if event.kind == "message" and event.seq <= cursor:
            return
        if len(self._events) >= EVENTS:
            self._held[session_id] = None
            self._unsubscribe[session_id] = None
            return
        self._cursors[session_id] = max(cursor, event.seq)
        self._events.append(SessionNews(session_id, event))
        if event.kind == "ended":
            del self._cursors[session_id]

    def _closed(self, closed: pb.SubscriptionClosed) -> None:
        session_id = closed.session_id
        if session_id not in self._cursors:
            return
        if not closed.HasField("error"):
            self._cursors.pop(session_id)
            return
        error = from_status(Status.FromString(closed.error.SerializeToString()))
        if isinstance(error, Unavailable):
            self._subscribe[session_id] = None
            self.is_paused = not self._is_draining
            return
        del self._cursors[session_id]
        self._drop(session_id)
        self._events.append(SessionNews(session_id, None, error))

    def _drop(self, session_id: str) -> None:
        self._subscribe.pop(session_id, None)
        self._held.pop(session_id, None)
