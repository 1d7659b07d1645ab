"""DeskService over the real session layer: people who take sessions, talk to users and give the sessions back."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import botserver_client
import pytest
from botserver_client import (
    Activity,
    AgentState,
    AsyncBotserverClient,
    BotserverClient,
    DeskEvent,
    Owner,
    Role,
)
from botserver_client.pb import desk_pb2, session_pb2

from botserver.app import running
from botserver.config import Settings
from botserver.desk import HandoffOutcome
from botserver.limits import DESK_CURSORS, DESK_WATCHERS, HANDOFF_PRIORITY, HANDOFF_TEXT_CHARS
from tests.protocol.serving import settings_in

SCRIPT = """
TALK "How can I help?"
HEAR what
IF LEFT(what, 4) = "tag " THEN
    TAG CONVERSATION MID(what, 5), "Urgent"
    NOTIFY ATTENDANT "ann", "tagged"
    END SESSION
END IF
SET CONTEXT "topic" AS what
TAG CONVERSATION SESSION_ID, "asked"
result = TRANSFER SESSION "support"
TALK "Over: " + result.outcome + " " + result.note
HEAR more
TALK "The bot again: " + more
"""
ANN, BOB = "ann", "bob"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    dialog = tmp_path / "bots/help.gbai/help.gbdialog"
    dialog.mkdir(parents=True)
    (dialog / "start.bas").write_text(SCRIPT, encoding="utf-8")
    (dialog.parent / "help.gbot").mkdir()
    (dialog.parent / "help.gbot/config.csv").write_text("name,value\nhandoff-queue,support\n", encoding="utf-8")
    return settings_in(tmp_path)


@pytest.fixture
async def address(settings: Settings) -> AsyncIterator[str]:
    async with running(settings, asyncio.Event()) as (address, *_):
        yield address


@pytest.fixture
async def client(address: str) -> AsyncIterator[AsyncBotserverClient]:
    async with AsyncBotserverClient(address) as client:
        yield client


class Desk:
    """An agent's stream, read up to what is looked for."""

    def __init__(self, client: AsyncBotserverClient, agent_id: str) -> None:
        self.client = client
        self.agent_id = agent_id
        self._events = client.watch_desk(agent_id)
        self.seen: list[DeskEvent] = []

    async def next(self, kind: str) -> DeskEvent:
        """The next event of this kind; what comes before it is kept in `seen`."""
        async with asyncio.timeout(30):
            while True:
                event = await anext(self._events)
                self.seen.append(event)
                if event.kind == kind:
                    return event

    async def take(self) -> str:
        """Accept the next offer; gives the session."""
        offer = await self.next("offer")
        session = await self.client.accept_offer(self.agent_id, offer.offer_id)
        await self.next("assigned")
        return session.session_id

    async def close(self) -> None:
        await self._events.aclose()  # type: ignore[attr-defined]  # it is a generator


async def asking(client: AsyncBotserverClient, text: str = "my order") -> str:
    """A session that waits for an agent."""
    session, _ = await client.create_session("help", user=botserver_client.User(name="Una"))
    reply = await client.send_message(session.session_id, text)
    assert (reply.activity, reply.waiting_for and reply.waiting_for.kind) == (Activity.HANDED_OVER, "agent")
    return session.session_id


async def test_an_agent_takes_a_session_talks_and_gives_it_back(client: AsyncBotserverClient) -> None:
    agent = await client.set_presence(ANN, "online", name="Ann Agent", queues=["Support"], skills={"Orders": 3})
    assert (agent.state, agent.queues, agent.skills) == (AgentState.ONLINE, ("support",), {"orders": 3})
    desk = Desk(client, ANN)
    session_id = await asking(client)
    offer = await desk.next("offer")
    assert offer.item is not None
    assert offer.session is not None
    assert (offer.item.queue, offer.item.context["contexts"]) == ("support", {"topic": "my order"})
    assert (offer.session.user.name, [message.text for message in offer.messages]) == (
        "Una", ["How can I help?", "my order"],
    )  # fmt: skip
    session = await client.accept_offer(ANN, offer.offer_id)
    assert (session.owner, session.agent_id, session.activity) == (Owner.AGENT, ANN, Activity.HANDED_OVER)
    await desk.next("assigned")
    agents = await client.list_agents()
    assert [(one.agent_id, one.state, one.active_sessions) for one in agents] == [(ANN, AgentState.BUSY, 1)]

    reply = await client.send_message(session_id, "hello?")
    assert (reply.messages, reply.activity) == ((), Activity.HANDED_OVER)
    heard = await desk.next("message")
    assert heard.message is not None
    assert (heard.session_id, heard.message.text, heard.message.role) == (session_id, "hello?", Role.USER)
    said = await client.reply_to_user(ANN, session_id, "It is on its way.", message_id="r-1")
    assert (said.role, said.author) == (Role.AGENT, "Ann Agent")
    assert await client.reply_to_user(ANN, session_id, "It is on its way.", message_id="r-1") == said

    events = client.watch(session_id)
    standing = None
    async for event in events:
        if event.kind == "state":
            standing = (event.owner, event.agent_name)
            break
    assert standing == (Owner.AGENT, "Ann Agent")
    await events.aclose()  # type: ignore[attr-defined]  # it is a generator

    session = await client.return_session(ANN, session_id, "resolved", note="sent again")
    assert (session.owner, session.activity) == (Owner.BOT, Activity.WAITING_INPUT)
    await desk.next("released")
    messages = await client.list_messages(session_id)
    assert messages.items[-1].text == "Over: resolved sent again"
    assert (await client.send_message(session_id, "thanks")).text == "The bot again: thanks"
    assert [event.message.text for event in desk.seen if event.message] == ["hello?", "It is on its way."]
    await desk.close()


async def test_a_note_is_told_to_agents_and_to_nobody_else(client: AsyncBotserverClient) -> None:
    await client.set_presence(ANN, "online", name="Ann Agent", languages=["de"])
    await client.set_presence(BOB, "away", name="Bob")
    desk = Desk(client, ANN)
    session_id = await asking(client)
    request_id = str(uuid.uuid4())
    first = await client.add_note(BOB, session_id, "asked twice before", request_id=request_id)
    assert (first.author, first.text, first.note_id) == ("Bob", "asked twice before", request_id)
    assert await client.add_note(BOB, session_id, "asked twice before", request_id=request_id) == first
    with pytest.raises(botserver_client.InvalidRequest) as reused:
        await client.add_note(BOB, session_id, "another", request_id=request_id)
    assert reused.value.reason == "REQUEST_ID_REUSED"
    assert await desk.take() == session_id
    assigned = next(event for event in desk.seen if event.kind == "assigned")
    assert assigned.notes == (first,)
    second = await client.add_note(ANN, session_id, "n" * HANDOFF_TEXT_CHARS)
    told = await desk.next("note")
    assert (told.session_id, told.note) == (session_id, second)
    for agent_id, where in (("nobody", session_id), (ANN, str(uuid.uuid4()))):
        with pytest.raises(botserver_client.NotFound):
            await client.add_note(agent_id, where, "note")
    assert [message.text for message in await client.list_messages(session_id)] == ["How can I help?", "my order"]
    await client.return_session(ANN, session_id)
    await client.add_note(ANN, session_id, "wrapped up")
    await desk.close()


async def test_tags_are_told_to_agents_and_operators(client: AsyncBotserverClient) -> None:
    await client.set_presence(ANN, "online")
    session_id = await asking(client)
    assert [item.tags for item in await client.list_queue()] == [("asked",)]
    desk = Desk(client, ANN)
    await desk.take()
    offer, assigned = (next(event for event in desk.seen if event.kind == kind) for kind in ("offer", "assigned"))
    assert [event.item and event.item.tags for event in (offer, assigned)] == [("asked",)] * 2
    tagging, _ = await client.create_session("help", metadata={"user_role": "agent"})
    await client.send_message(tagging.session_id, f"tag {session_id}")
    told = await desk.next("tags")
    assert (told.session_id, told.tags) == (session_id, ("asked", "urgent"))
    assert (await client.get_session(session_id, full=True)).tags == ("asked", "urgent")
    assert (await client.get_session(session_id)).tags == ()
    await desk.close()


async def test_a_notice_is_told_until_it_was_seen(client: AsyncBotserverClient) -> None:
    await client.set_presence(ANN, "away")
    session, _ = await client.create_session("help")
    await client.send_message(session.session_id, f"tag {session.session_id}")
    desks = [Desk(client, ANN) for _ in range(2)]
    told = [await desk.next("notice") for desk in desks]
    notice = told[0].notice
    assert notice is not None
    assert told[1].notice == notice
    assert (notice.bot, notice.session_id, notice.text) == ("help", session.session_id, "tagged")
    for _ in range(2):
        await client.ack_notices(ANN, [notice.notice_id, str(uuid.uuid4())])
    again = Desk(client, ANN)
    await again.next("agent")
    other, _ = await client.create_session("help")
    await client.send_message(other.session_id, f"tag {other.session_id}")
    assert ((await again.next("notice")).notice or notice).session_id == other.session_id
    for desk in (*desks, again):
        await desk.close()


async def test_the_first_who_accepts_has_it(client: AsyncBotserverClient) -> None:
    await client.set_presence(ANN, "online")
    desk = Desk(client, ANN)
    await asking(client)
    offer = await desk.next("offer")
    answers = await asyncio.gather(
        *(client.accept_offer(ANN, offer.offer_id) for _ in range(3)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, botserver_client.Conflict)]
    assert len(refused) == 2
    assert {error.reason for error in refused} == {"OFFER_TAKEN"}
    await desk.close()


async def test_a_declined_offer_goes_to_somebody_else(client: AsyncBotserverClient) -> None:
    await client.set_presence(ANN, "online", capacity=5)
    await client.set_presence(BOB, "online")
    anns, bobs = Desk(client, ANN), Desk(client, BOB)
    session_id = await asking(client)
    offer = await anns.next("offer")
    await client.decline_offer(ANN, offer.offer_id)
    await anns.next("offer_closed")
    assert await bobs.take() == session_id
    await client.decline_offer(ANN, offer.offer_id)
    await anns.close()
    await bobs.close()


async def test_a_session_is_transferred_given_on_and_taken_back(client: AsyncBotserverClient) -> None:
    await client.set_presence(ANN, "online", queues=["support"])
    await client.set_presence(BOB, "online", skills={"billing": 4}, queues=["money"])
    anns, bobs = Desk(client, ANN), Desk(client, BOB)
    session, _ = await client.create_session("help")
    session_id = session.session_id
    session = await client.transfer_session(session_id, queue="", reason="angry", timeout=timedelta(minutes=5))
    assert (session.owner, session.activity) == (Owner.QUEUE, Activity.HANDED_OVER)
    (item,) = await client.list_queue()
    assert (item.session_id, item.reason, item.agent_id) == (session_id, "angry", ANN)
    assert await anns.take() == session_id
    await client.transfer_session(session_id, skills={"billing": 2})
    await anns.next("released")
    assert await bobs.take() == session_id
    assert list(await client.list_queue()) == []
    with pytest.raises(botserver_client.WrongState) as caught:
        await client.reply_to_user(ANN, session_id, "still me")
    assert caught.value.reason == "SESSION_NOT_ASSIGNED"
    session = await client.transfer_session(session_id, to_bot=True)
    assert (session.owner, session.activity) == (Owner.BOT, Activity.WAITING_INPUT)
    await bobs.next("released")
    await anns.close()
    await bobs.close()


async def test_a_session_ends_at_the_desk(client: AsyncBotserverClient) -> None:
    await client.set_presence(ANN, "online")
    desk = Desk(client, ANN)
    session_id = await asking(client)
    await desk.take()
    session = await client.return_session(ANN, session_id, "ended")
    assert session.activity is Activity.ENDED
    await desk.next("released")
    await desk.close()


async def test_restoring_is_refused_while_a_person_has_the_session(client: AsyncBotserverClient) -> None:
    await client.set_presence(ANN, "online")
    session_id = await asking(client)
    kept = await client.save_session(session_id)
    with pytest.raises(botserver_client.WrongState) as caught:
        await client.restore_session(session_id, kept.checkpoint_id)
    assert caught.value.reason == "SESSION_HANDED_OVER"


async def test_who_is_unknown_is_not_found(client: AsyncBotserverClient) -> None:
    session, _ = await client.create_session("help")
    attempts = [
        client.set_presence("nobody"),
        client.transfer_session(session.session_id, agent_id="nobody"),
        client.transfer_session(session.session_id, queue="nowhere"),
        client.transfer_session(session.session_id, skills={"magic": 1}),
    ]
    for attempt in attempts:
        with pytest.raises(botserver_client.NotFound) as caught:
            await attempt
        assert caught.value.reason == "AGENT_NOT_FOUND"
    with pytest.raises(botserver_client.NotFound):
        await anext(client.watch_desk("nobody"))


async def test_the_blocking_client_has_the_same_methods(client: AsyncBotserverClient, address: str) -> None:
    def act() -> list[str]:
        with BotserverClient(address) as blocking:
            blocking.set_presence(ANN, "away", languages=["de"])
            (agent,) = blocking.list_agents()
            kinds = [next(iter(blocking.watch_desk(ANN))).kind]
            return [agent.agent_id, agent.state, *agent.languages, *kinds]

    assert await asyncio.to_thread(act) == [ANN, "away", "de", "agent"]


_SESSION = "3f0b2a8e-9c1d-4b7a-8e55-0c4f6d2a1b90"
_AGENT = desk_pb2.Agent(agent_id=ANN, state=desk_pb2.AGENT_STATE_ONLINE)


def agent(**changes: Any) -> desk_pb2.SetPresenceRequest:
    request = desk_pb2.SetPresenceRequest(agent=_AGENT)
    request.agent.MergeFrom(desk_pb2.Agent(**changes))
    return request


MALFORMED = [
    ("SetPresence", desk_pb2.SetPresenceRequest(), "agent.agent_id"),
    ("SetPresence", agent(agent_id="a b"), "agent.agent_id"),
    ("SetPresence", agent(agent_id="a" * 65), "agent.agent_id"),
    ("SetPresence", agent(state=desk_pb2.AGENT_STATE_BUSY), "agent.state"),
    ("SetPresence", desk_pb2.SetPresenceRequest(agent={"agent_id": ANN, "name": "A"}), "agent.state"),
    ("SetPresence", agent(capacity=-1), "agent.capacity"),
    ("SetPresence", agent(capacity=float("nan")), "agent.capacity"),
    ("SetPresence", agent(capacity=1001), "agent.capacity"),
    ("SetPresence", agent(skills={"a": 6}), "agent.skills"),
    ("SetPresence", agent(skills={"a": 1, "A ": 2}), "agent.skills"),
    ("SetPresence", agent(queues=[""]), "agent.queues"),
    ("SetPresence", agent(queues=["q" * 256]), "agent.queues"),
    ("SetPresence", agent(queues=[str(n) for n in range(51)]), "agent.queues"),
    ("SetPresence", agent(name="n" * 256), "agent.name"),
    ("AcceptOffer", desk_pb2.AcceptOfferRequest(agent_id=ANN), "offer_id"),
    ("AcceptOffer", desk_pb2.AcceptOfferRequest(agent_id=ANN, offer_id=_SESSION, request_id="x"), "request_id"),
    ("DeclineOffer", desk_pb2.DeclineOfferRequest(agent_id=ANN, offer_id="x"), "offer_id"),
    ("ReplyToUser", desk_pb2.ReplyToUserRequest(agent_id=ANN, session_id=_SESSION, message_id="m"), "text"),
    ("ReplyToUser", desk_pb2.ReplyToUserRequest(agent_id=ANN, session_id=_SESSION, text="t"), "message_id"),
    ("ReplyToUser", desk_pb2.ReplyToUserRequest(agent_id=ANN, text="t", message_id="m"), "session_id"),
    ("ReplyToUser", desk_pb2.ReplyToUserRequest(
        agent_id=ANN, session_id=_SESSION, text="t" * 16_001, message_id="m"), "text"),
    ("AddNote", desk_pb2.AddNoteRequest(agent_id=ANN, session_id=_SESSION, text=" "), "text"),
    ("AddNote", desk_pb2.AddNoteRequest(agent_id=ANN, session_id=_SESSION, text="n" * 1001), "text"),
    ("AddNote", desk_pb2.AddNoteRequest(agent_id=ANN, text="n"), "session_id"),
    ("AddNote", desk_pb2.AddNoteRequest(agent_id=ANN, session_id=_SESSION, text="n", request_id="x"), "request_id"),
    ("AckNotices", desk_pb2.AckNoticesRequest(notice_ids=[_SESSION]), "agent_id"),
    ("AckNotices", desk_pb2.AckNoticesRequest(agent_id=ANN), "notice_ids"),
    ("AckNotices", desk_pb2.AckNoticesRequest(agent_id=ANN, notice_ids=["x"]), "notice_ids"),
    ("AckNotices", desk_pb2.AckNoticesRequest(agent_id=ANN, notice_ids=[_SESSION] * 101), "notice_ids"),
    ("ReturnSession", desk_pb2.ReturnSessionRequest(agent_id=ANN, session_id=_SESSION, outcome=9), "outcome"),
    ("ReturnSession", desk_pb2.ReturnSessionRequest(agent_id=ANN, session_id=_SESSION, note="n" * 1001), "note"),
    ("TransferSession", session_pb2.TransferSessionRequest(session_id=_SESSION), "target"),
    ("TransferSession", session_pb2.TransferSessionRequest(session_id=_SESSION, skills={}), "skills.levels"),
    ("TransferSession", session_pb2.TransferSessionRequest(session_id=_SESSION, queue="", priority=101), "priority"),
    ("TransferSession", session_pb2.TransferSessionRequest(session_id=_SESSION, queue="", priority=-101), "priority"),
    ("TransferSession", session_pb2.TransferSessionRequest(session_id=_SESSION, queue="", timeout={}), "timeout"),
    ("TransferSession", session_pb2.TransferSessionRequest(session_id=_SESSION, agent_id="é"), "agent_id"),
    ("ListAgents", desk_pb2.ListAgentsRequest(page_token="x"), "page_token"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "request_", "field"), MALFORMED, ids=lambda value: str(value)[:20])
async def test_a_malformed_request_names_its_field(
    client: AsyncBotserverClient, method: str, request_: Any, field: str
) -> None:
    with pytest.raises(botserver_client.InvalidRequest) as caught:
        await client._run(botserver_client.calls.Call(method, request_, lambda response: response))
    assert caught.value.metadata.get("field", "page_token") == field


async def test_priorities_and_cursors_at_their_limits_pass_and_one_past_them_are_refused(
    client: AsyncBotserverClient,
) -> None:
    await client.set_presence(ANN, "online")
    for priority in (HANDOFF_PRIORITY, -HANDOFF_PRIORITY):
        session, _ = await client.create_session("help")
        await client.transfer_session(session.session_id, queue="support", priority=priority)
        assert priority in [item.priority for item in (await client.list_queue()).items]
    cursors = {session.session_id[:-4] + f"{n:04x}": 1 for n in range(DESK_CURSORS)}
    full = client.watch_desk(ANN, cursors)
    assert (await anext(full)).agent is not None
    await full.aclose()
    with pytest.raises(botserver_client.InvalidRequest, match="at most 1000"):
        await anext(client.watch_desk(ANN, {**cursors, str(uuid.uuid4()): 1}))


async def test_streams_of_one_agent_are_bounded_and_free_again(client: AsyncBotserverClient) -> None:
    await client.set_presence(ANN, "online")
    desks = [Desk(client, ANN) for _ in range(DESK_WATCHERS)]
    for desk in desks:
        await desk.next("agent")
    with pytest.raises(botserver_client.LimitReached):
        await Desk(client, ANN).next("agent")
    await desks[0].close()
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(botserver_client.LimitReached):
                await Desk(client, ANN).next("agent")
                break
    for desk in desks[1:]:
        await desk.close()


def test_every_outcome_of_an_agent_has_a_word_on_the_wire() -> None:
    assert {f"RETURN_OUTCOME_{outcome.name}" for outcome in (HandoffOutcome.RESOLVED, HandoffOutcome.RETURNED)} <= set(
        desk_pb2.ReturnOutcome.keys()
    )
