"""What the client says to arguments that cannot be sent; nothing is sent before they are right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botserver_client import AsyncBotserverClient, BotserverClient, User, calls, releases
from botserver_client.arguments import made

SESSION = "11111111-1111-4111-8111-111111111111"
NOBODY = "127.0.0.1:9"


@pytest.mark.parametrize(
    ("make", "arguments", "words"),
    [
        (calls.send_message, {"session_id": SESSION, "text": 5}, "send_message: text is int, not str | None"),
        (calls.get_session, {"session_id": User()}, "get_session: session_id is User, not str"),
        (
            calls.send_message,
            {"session_id": SESSION, "text": "x", "wait": "done"},
            "send_message: wait is 'done', not one of settled, turn, accepted",
        ),
        (calls.create_session, {"bot": "b", "ttl": 60}, "create_session: ttl is int, not timedelta | None"),
        (
            calls.create_session,
            {"bot": "b", "labels": {"a": 1}},
            "create_session: labels is dict[str, int], not Mapping[str, str] | None",
        ),
        (
            releases.deploy_release,
            {"bot": "b", "files": "folder"},
            "deploy_release: files is str, not Mapping[str, bytes] | Path",
        ),
        (calls.create_session, {"bot": "b", "params": {"day": datetime.now(UTC)}}, "params['day'] is not like JSON"),
        (calls.send_event, {"session_id": SESSION, "name": "paid", "data": {7: 1}}, "data is not like JSON"),
        (calls.get_session, {}, "missing 1 required positional argument: 'session_id'"),
    ],
)
def test_wrong_argument_is_named(make: Callable[..., Any], arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError) as caught:
        made(make, **arguments)
    assert words in str(caught.value)


@pytest.mark.parametrize("send", [calls.send_message, lambda *args, **more: calls.send_to_alias("b", *args, **more)])
def test_text_and_choice_are_not_sent_together(send: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="give text or choice, not both"):
        send(SESSION, "x", choice="y")


def test_both_clients_name_the_argument() -> None:
    async def awaited() -> None:
        async with AsyncBotserverClient(NOBODY) as client:
            with pytest.raises(TypeError, match="text is int"):
                await client.send_message(SESSION, 5)
            with pytest.raises(TypeError, match="after_seq is str"):
                client.watch(SESSION, "1")

    asyncio.run(awaited())
    with BotserverClient(NOBODY) as client, pytest.raises(TypeError, match="text is int"):
        client.send_message(SESSION, 5)


@pytest.mark.parametrize("target", ["http://127.0.0.1:50051", "https://bots.example", "localhost", ""])
@pytest.mark.parametrize("client", [BotserverClient, AsyncBotserverClient])
def test_address_that_cannot_be_one_is_refused(client: type, target: str) -> None:
    with pytest.raises(ValueError, match="is not HOST:PORT, such as"):
        client(target)


@pytest.mark.parametrize("target", ["[::1]:50051", "dns:///bots.example:443", "unix:/run/bots.sock"])
def test_addresses_of_grpc_are_taken(target: str) -> None:
    BotserverClient(target).close()


def test_user_is_given_as_object_or_by_names() -> None:
    expected = calls.create_session("b", user=User(name="Ann"), request_id="r").request
    assert calls.create_session("b", user={"name": "Ann"}, request_id="r").request == expected


def test_files_of_a_folder_are_taken(tmp_path: Path) -> None:
    (tmp_path / "a.bas").write_text("TALK 1")
    call = made(releases.deploy_release, "b", tmp_path)
    assert dict(call.request.files) == {"a.bas": b"TALK 1"}
