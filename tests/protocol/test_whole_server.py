"""The wire over the real session layer and store: what no fake can promise."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import botserver_client
import pytest
from botserver_client import AsyncBotserverClient

from botserver.app import running
from botserver.config import Address, Settings
from tests.protocol.serving import settings_in
from tests.protocol.test_python_client import CLIENT, EXAMPLES

ROOT = Path(__file__).parents[2]
SCRIPT = """
TALK "Name?"
HEAR name
FOR i = 1 TO 100
    HEAR word
    IF word = "wait" THEN
        WAIT 0.2
    END IF
    IF word = "fault" THEN
        x = 1 / 0
    END IF
    TALK name + " said " + word + " at " + i
NEXT i
"""

SHOP = """
ON FORM SUBMIT "contact"
    TALK "Thank you, ${fields.name} on ${metadata.page}"
    SET "contact", fields.name
END ON
TALK "Please pay."
IF NOT WAIT FOR EVENT "paid" TIMEOUT 3600 THEN
    TALK "Too late."
END IF
sub = CREATE SUB SESSION
RUN IN SESSION sub, "ask"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    dialog = tmp_path / "bots/loop.gbai/loop.gbdialog"
    dialog.mkdir(parents=True)
    (dialog / "start.bas").write_text(SCRIPT, encoding="utf-8")
    shop = tmp_path / "bots/shop.gbai/shop.gbdialog"
    shop.mkdir(parents=True)
    (shop / "start.bas").write_text(SHOP, encoding="utf-8")
    (shop / "ask.bas").write_text('TALK "Your color?"\nHEAR color\nTALK color + " it is"', encoding="utf-8")
    return settings_in(tmp_path)


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[AsyncBotserverClient]:
    async with running(settings, asyncio.Event()) as (address, *_), AsyncBotserverClient(address) as client:
        yield client


async def talking(client: AsyncBotserverClient) -> str:
    session, _ = await client.create_session("loop")
    await client.send_message(session.session_id, "Ada")
    return session.session_id


async def test_repeat_gets_the_first_reply_and_another_text_is_refused(client):
    session_id = await talking(client)
    first = await client.send_message(session_id, "one", message_id="m")
    assert first.text == "Ada said one at 1"
    assert await client.send_message(session_id, "one", message_id="m") == first
    with pytest.raises(botserver_client.InvalidRequest) as caught:
        await client.send_message(session_id, "two", message_id="m")
    assert caught.value.reason == "REQUEST_ID_REUSED"
    assert (await client.send_message(session_id, "two")).text == "Ada said two at 2"


async def test_deadline_passes_and_the_turn_goes_on(client):
    session_id = await talking(client)
    with pytest.raises(botserver_client.DeadlineExceeded):
        await client.with_timeout(0.05).send_message(session_id, "wait", message_id="m")
    assert (await client.send_message(session_id, "wait", message_id="m")).text == "Ada said wait at 1"
    texts = [message.text for message in await client.list_messages(session_id)]
    assert texts.count("Ada said wait at 1") == texts.count("wait") == 1


async def test_accepted_returns_before_the_reply_which_comes_by_watch(client):
    session_id = await talking(client)
    seen = (await client.get_session(session_id)).last_seq
    accepted = await client.send_message(session_id, "wait", wait="accepted")
    assert accepted.messages == ()
    async for event in client.watch(session_id, seen):
        if event.message is not None and event.message.role is botserver_client.Role.BOT:
            assert event.message.text == "Ada said wait at 1"
            break


async def test_fault_is_part_of_an_ok_reply(client):
    session_id = await talking(client)
    reply = await client.send_message(session_id, "fault")
    assert reply.fault is not None
    assert (reply.fault.script.endswith("start.bas"), reply.fault.line) == (True, 10)
    assert reply.text


async def test_events_and_forms_come_beside_what_a_script_waits_for(client):
    session, reply = await client.connect_alias("shop", "ann", channel="web")
    assert (reply.text, reply.waiting_for.kind, reply.waiting_for.variable) == ("Please pay.", "event", "paid")
    assert reply.waiting_for.expire_time is not None
    early = asyncio.create_task(client.send_message(session.session_id, "green"))
    form = await client.submit_form(session.session_id, "Contact", {"name": "Ann"}, metadata={"page": "/cart"})
    assert form.text == "Thank you, Ann on /cart"
    assert (await client.connect_alias("shop", "ann", channel="web"))[1].messages == ()
    paid = await client.send_event(session.session_id, "paid", {"order": 7}, message_id="e")
    assert await client.send_event(session.session_id, "paid", {"order": 7}, message_id="e") == paid
    assert paid.text == "Your color?"
    (child,) = (await client.get_session(session.session_id, full=True)).sub_sessions
    assert paid.waiting_for.sub_session_id == child.sub_session_id
    assert (await early).text == "green it is"


async def test_create_is_repeated_by_request_id(client):
    request_id = "22222222-2222-4222-8222-222222222222"
    first, reply = await client.create_session("loop", request_id=request_id)
    again, same = await client.create_session("loop", request_id=request_id)
    assert (first.session_id, reply) == (again.session_id, same)
    with pytest.raises(botserver_client.InvalidRequest):
        await client.create_session("loop", channel="web", request_id=request_id)


async def test_callers_at_once_open_one_session_by_alias(client):
    answers = await asyncio.gather(*(client.send_to_alias("loop", "+43 1", str(n)) for n in range(8)))
    assert len({session.session_id for session, _ in answers}) == 1
    assert len(await client.list_sessions(where='alias = "+43 1"')) == 1


async def test_messages_page_through(client):
    session_id = await talking(client)
    for n in range(5):
        await client.send_message(session_id, str(n))
    for newest_first in (False, True):
        seqs: list[int] = []
        token = ""
        while True:
            page = await client.list_messages(session_id, newest_first=newest_first, page_size=4, page_token=token)
            seqs += [message.seq for message in page]
            token = page.next_page_token
            if not token:
                break
        assert seqs == sorted(range(1, 13), reverse=newest_first)


async def test_branch_and_restore_go_their_own_ways(client):
    session_id = await talking(client)
    kept = await client.save_session(session_id, "start")
    await client.send_message(session_id, "a")
    branch = await client.branch_session(session_id)
    assert (await client.send_message(branch.session_id, "b")).text == "Ada said b at 2"
    before = await client.get_session(session_id)
    restored = await client.restore_session(session_id, kept.checkpoint_id, expected_revision=before.revision)
    assert restored.revision > before.revision
    assert (await client.send_message(session_id, "c")).text == "Ada said c at 1"
    with pytest.raises(botserver_client.Conflict) as caught:
        await client.restore_session(session_id, kept.checkpoint_id, expected_revision=before.revision)
    assert caught.value.reason == "REVISION_MISMATCH"


async def test_conversation_and_watch_survive_a_restart(settings):
    async with running(settings, asyncio.Event()) as (address, *_):
        client = AsyncBotserverClient(address)
        session_id = await talking(client)
        first = await client.send_message(session_id, "one", message_id="m-1")
        heard: dict[int, str] = {}
        connected = asyncio.Event()

        async def listen() -> None:
            async for event in client.watch(session_id, first.last_seq - 1):
                connected.set()
                if event.message is not None:
                    heard[event.seq] = event.message.text

        listening = asyncio.ensure_future(listen())
        await connected.wait()
    port = int(address.rpartition(":")[2])
    async with running(replace(settings, listen=Address("127.0.0.1", port)), asyncio.Event()), client:
        assert await client.send_message(session_id, "one", message_id="m-1") == first
        assert (await client.send_message(session_id, "two")).text == "Ada said two at 2"
        await client.end_session(session_id)
        await listening
        assert list(heard.values()) == ["Ada said one at 1", "two", "Ada said two at 2"]


@pytest.mark.parametrize("example", EXAMPLES)
async def test_readme_example_of_the_client_runs_with_the_samples(example, tmp_path):
    settings = Settings(
        packages=ROOT / "samples", listen=Address("127.0.0.1", 0), ephemeral=True, metrics=None,
        deliver=frozenset({"sms"}),
    )  # fmt: skip
    async with running(settings, asyncio.Event()) as (address, *_):
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", example.replace("127.0.0.1:50051", address)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(CLIENT)},
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
