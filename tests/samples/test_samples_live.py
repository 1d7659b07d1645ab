"""The sample bots say the same words through a live server, and show the buttons their conversations name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botserver_client import Activity, AsyncBotserverClient, Reply

from botserver.testing.chat import Exchange, Say, Switch, load
from botserver.testing.patterns import compare
from tests.live import ROOT, LiveServer

SAMPLES = ROOT / "samples"


def is_typed(chat: Path) -> bool:
    """Whether it is one session with a user who types, and nobody else."""
    opening, *exchanges = load(chat).exchanges
    is_plain = isinstance(opening.action, Switch) and not opening.action.settings
    return is_plain and all(isinstance(exchange.action, Say) and not exchange.calls for exchange in exchanges)


CHATS = list(filter(is_typed, sorted(SAMPLES.glob("*.gbai/tests/*.chat"))))


def test_each_sample_that_asks_no_other_server_is_played() -> None:
    alone = {chat.parents[1] for chat in SAMPLES.glob("*.gbai/tests/*.chat") if "@call GET" not in chat.read_text()}
    assert {chat.parents[1] for chat in CHATS} == alone


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("live")
    with LiveServer(SAMPLES, "--ephemeral", folder=folder) as running:
        yield running


def check(exchange: Exchange, reply: Reply) -> None:
    assert compare(exchange.messages, [message.text for message in reply.messages]) is None
    if exchange.options is not None:
        options = reply.waiting_for.options if reply.waiting_for else reply.suggestions
        assert [option.label for option in options] == exchange.options[1]


@pytest.mark.parametrize("chat", CHATS, ids=lambda path: f"{path.parents[1].stem}-{path.stem}")
async def test_sample_holds_its_conversation(chat: Path, server: LiveServer) -> None:
    opening, *exchanges = load(chat).exchanges
    async with AsyncBotserverClient(server.address) as client:
        session, reply = await client.create_session(chat.parents[1].stem)
        check(opening, reply)
        for exchange in exchanges:
            assert isinstance(exchange.action, Say)
            reply = await client.send_message(session.session_id, exchange.action.text)
            check(exchange, reply)
        assert reply.activity in (Activity.IDLE, Activity.ENDED)
