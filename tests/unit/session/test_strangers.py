"""Somebody else's sessions, bots and desk: whatever a stranger calls, they learn nothing and change nothing."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from botserver.desk import HandoffOutcome
from botserver.errors import DeliveryNotFound, LimitReached, NotAllowed, SessionNotFound
from botserver.ids import CheckpointId, MessageId, RequestId
from botserver.model import LOCAL, Incoming, OpenRequest, Page, Principal, Wait
from botserver.session.bots import Bots
from botserver.session.delivery_service import Acknowledgement
from botserver.session.deployments import Deployments
from botserver.session.desk_service import HandoffRequest
from botserver.session.operating import ServerFacts
from botserver.session.service import SessionFilter
from botserver.session.settings import SessionSettings
from botserver.store.deliveries import DeliveryStatus
from botserver.store.queries import PurgeQuery

from .world import World

MALLORY = Principal("mallory")
OPEN = OpenRequest("bot", MALLORY, alias="mine")
REFUSED = (NotAllowed, SessionNotFound, DeliveryNotFound)
NOTHING = {"list_sessions": Page((), ""), "resolve_alias": None}
"""What these answer to somebody who has nothing."""
FACTS = ServerFacts("1", "node", 0.0, "compiled", "memory", lambda: None, 1.0)


def services(world: World) -> list[Any]:
    sessions = world.sessions
    return [
        sessions, sessions.desks, sessions.deliveries, sessions.exports, sessions.migrations, sessions.admin,
        sessions.operating(FACTS), Bots(world.store, world.releases), Deployments(world.store, world.releases),
    ]  # fmt: skip


def calls(service: Any) -> Iterator[tuple[str, Any]]:
    """The methods that are told who calls."""
    for name, method in inspect.getmembers(service, inspect.ismethod):
        first = next(iter(inspect.signature(method).parameters), "")
        if not name.startswith("_") and first in ("principal", "request"):
            yield name, method


async def outcome(method: Any, arguments: dict[str, Any]) -> Any:
    """What a call of any kind gives, or the first thing of its stream."""
    found = method(**arguments)
    if inspect.isasyncgen(found):
        try:
            return await anext(found)
        finally:
            await found.aclose()
    return await found if inspect.isawaitable(found) else found


async def test_stranger_is_refused_by_every_method(world: World) -> None:
    await world.deploy(start='SET "secret", 1\nHEAR x\nTALK x')
    session_id, _ = await world.open()
    other_id, _ = await world.open()
    given: dict[str, Any] = {
        "principal": MALLORY, "request": OPEN, "session_id": session_id, "source_session_id": other_id,
        "other_session_id": other_id, "incoming": Incoming(MessageId("m"), text="x"), "wait": Wait.SETTLED,
        "text": "x", "message_id": MessageId("m"), "after_seq": 0, "page_size": 10, "page_token": "",
        "where": SessionFilter(), "order_by": "create_time desc",
        "change": None, "checkpoint_id": CheckpointId("t-1"), "bot": "bot", "key": "k", "value": 1, "prefix": "",
        "name": "x", "files": {"bot.gbdialog/start.bas": b"TALK 1"}, "channel": "sms", "outstanding": 1,
        "lease_s": 30.0, "seq": 1, "acknowledgement": Acknowledgement(DeliveryStatus.SENT, "e-1"),
        "alias": "a", "activate": True, "release": None, "notice_ids": [],
        "from_release": None, "agent_id": "ann", "profile": None, "cursors": {}, "offer_id": "o", "queue": None,
        "outcome": HandoffOutcome.RETURNED, "bundle": b"BSX", "query": PurgeQuery(), "limit": 1,
        "validate_only": True, "forget_users": False, "score": 50.0, "comment": "", "policy": None,
        "request_id": RequestId(str(uuid.uuid4())), "label": "", "expected_revision": None, "note": "",
        "template": "x", "source_id": other_id, "new_id": None, "newest_first": False, "full": True,
    }  # fmt: skip
    asked = 0
    for service in services(world):
        for name, method in calls(service):
            parameters = inspect.signature(method).parameters
            needed = {each for each, what in parameters.items() if what.default is what.empty}
            arguments = {each: given[each] for each in parameters if each in needed or each in ("full", "request_id")}
            if name == "transfer_session":
                arguments["request"] = HandoffRequest(None)
            asked += 1
            if name in NOTHING:
                assert await outcome(method, arguments) == NOTHING[name]
                continue
            with pytest.raises(REFUSED):
                await outcome(method, arguments)
    assert asked > 50
    assert (await world.sessions.get_session(LOCAL, session_id, full=True)).revision == 1
    assert (await world.say(session_id, "still here")).messages[0].text == "still here"


async def test_what_strangers_send_counts_for_no_session(tmp_path: Path) -> None:
    world = World(tmp_path, SessionSettings(worker_threads=1, drain_s=0.0, messages_per_minute=2))
    await world.deploy(start="DO\nHEAR x\nTALK x\nLOOP")
    session_id, _ = await world.open()
    for number in range(3):
        with pytest.raises(SessionNotFound):
            await world.sessions.submit_message(
                MALLORY, session_id, Incoming(MessageId(f"s{number}"), text="x"), Wait.SETTLED
            )
    for word in ("one", "two"):
        assert (await world.say(session_id, word)).messages[0].text == word
    with pytest.raises(LimitReached):
        await world.say(session_id, "three")
    await world.close()
