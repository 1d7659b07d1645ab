"""`converse` of both clients against a live server: many messages at once, events, restarts, a server that is busy."""

from __future__ import annotations

import asyncio
import threading

import pytest
from botserver_client import (
    AsyncBotserverClient,
    BotserverClient,
    DeadlineExceeded,
    InvalidRequest,
    NotFound,
    SessionNews,
    Unavailable,
)

from botserver import limits
from botserver.rpc.server import RpcServer, RpcSettings
from tests.protocol.fake_sessions import until

MISSING = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
async def client(address):
    async with AsyncBotserverClient(address) as client:
        yield client


async def opened(client) -> str:
    session, _ = await client.create_session("echo")
    return session.session_id


async def test_messages_of_many_sessions_get_their_replies(client, sessions):
    ids = [await opened(client) for _ in range(5)]
    async with client.converse() as talk:
        replies = await asyncio.gather(*(talk.send_message(each, f"{n}") for n in range(20) for each in ids))
    assert [reply.text for reply in replies] == [f"{n}" for n in range(20) for _ in ids]
    assert {reply.session_id for reply in replies} == set(ids)
    assert len({incoming.message_id for incoming in sessions.sent}) == 100


async def test_alias_is_found_or_opened(client):
    async with client.converse() as talk:
        first, reply = await talk.send_to_alias("echo", "+43 1", "hi")
        second, _ = await talk.send_to_alias("echo", "+43 1", "again")
    assert reply.text == "hi"
    assert first.session_id == second.session_id


async def test_whatever_a_session_can_be_sent_goes_over_the_stream(client):
    session_id = await opened(client)
    async with client.converse() as talk:
        assert (await talk.send_message(session_id, choice="y")).text == "chose y"
        assert "paid" in (await talk.send_event(session_id, "paid", {"by": "card"})).text
        assert "contact" in (await talk.submit_form(session_id, "contact", {"name": "Ada"})).text
        assert "connect" in (await talk.connect(session_id)).text


async def test_error_is_raised_where_its_message_was_sent(client):
    session_id = await opened(client)
    async with client.converse() as talk:
        missing, malformed, fine = await asyncio.gather(
            talk.send_message(MISSING, "x"),
            talk.send_message(session_id, "x", message_id="no good id"),
            talk.send_message(session_id, "fine"),
            return_exceptions=True,
        )
    assert isinstance(missing, NotFound)
    assert (missing.reason, missing.code) == ("SESSION_NOT_FOUND", "C401")
    assert isinstance(malformed, InvalidRequest)
    assert malformed.fields == ("message_id",)
    assert fine.text == "fine"


async def test_deadline_of_a_message_leaves_the_stream(client, sessions):
    session_id = await opened(client)
    async with client.with_timeout(0.1).converse() as talk:
        sessions.gate.clear()
        with pytest.raises(DeadlineExceeded):
            await talk.send_message(session_id, "slow", message_id="m")
        sessions.gate.set()
        assert (await talk.send_message(session_id, "slow", message_id="m")).text == "slow"


async def test_events_of_sessions_come_in_order(client):
    ids = [await opened(client) for _ in range(2)]
    heard: dict[str, list[str]] = {each: [] for each in ids}
    async with client.converse() as talk:
        for each in ids:
            talk.subscribe(each)
        for n in range(3):
            await asyncio.gather(*(talk.send_message(each, f"{n}") for each in ids))
        async for news in talk.events():
            if news.event is not None and news.event.message is not None:
                heard[news.session_id].append(news.event.message.text)
            if all(len(each) == 7 for each in heard.values()):
                break
    assert list(heard.values()) == [["Hello.", "0", "0", "1", "1", "2", "2"]] * 2


async def test_slow_reader_of_events_holds_up_no_reply_and_misses_nothing(client, monkeypatch):
    monkeypatch.setattr("botserver_client.talk.EVENTS", 10)
    session_id = await opened(client)
    heard: list[int] = []
    async with client.converse() as talk:
        talk.subscribe(session_id)
        for n in range(40):  # nobody reads an event meanwhile
            assert (await talk.send_message(session_id, f"{n}")).text == f"{n}"
        assert len(talk._talk._events) <= 10
        async for news in talk.events():
            if news.event is not None and news.event.message is not None:
                heard.append(news.event.seq)
            if heard[-1:] == [81]:
                break
    assert heard == list(range(1, 82))


async def test_subscription_that_is_refused_is_news(client):
    async with client.converse() as talk:
        talk.subscribe(MISSING)
        news: SessionNews = await anext(talk.events())
    assert (news.session_id, news.event) == (MISSING, None)
    assert isinstance(news.error, NotFound)


async def test_restart_loses_no_message_and_no_event(server, address, sessions, client):
    ids = [await opened(client) for _ in range(3)]
    heard: list[str] = []
    sessions.gate.clear()
    async with client.converse() as talk:
        talk.subscribe(ids[0], 1)

        async def listen() -> None:
            async for news in talk.events():
                message = news.event and news.event.message
                heard.extend([] if message is None else [f"{message.seq} {message.text}"])

        listening = asyncio.create_task(listen())
        before = [asyncio.create_task(talk.send_message(each, "before")) for each in ids]
        await until(lambda: sessions.waiting == 3)
        draining = asyncio.create_task(server.drain(grace_s=10))
        during = [asyncio.create_task(talk.send_message(each, "during")) for each in ids]
        await asyncio.sleep(0)
        sessions.gate.set()
        await draining
        await server.stop()
        successor = RpcServer(sessions, RpcSettings(listen=address))
        await successor.start()
        assert [reply.text for reply in await asyncio.gather(*before, *during)] == ["before"] * 3 + ["during"] * 3
        assert (await talk.send_message(ids[0], "after")).text == "after"
        await until(lambda: len(heard) >= 6)
        listening.cancel()
    assert heard == ["2 before", "3 before", "4 during", "5 during", "6 after", "7 after"]
    await successor.drain(grace_s=0)
    await successor.stop()


async def test_server_that_is_cut_off_is_asked_again_with_the_same_ids(server, address, sessions, client):
    session_id = await opened(client)
    sessions.gate.clear()
    async with client.converse() as talk:
        sending = asyncio.create_task(talk.send_message(session_id, "once"))
        await until(lambda: sessions.waiting)
        await server.stop()  # without a drain: the connection breaks
        successor = RpcServer(sessions, RpcSettings(listen=address))
        await successor.start()
        sessions.gate.set()
        assert (await sending).text == "once"
    assert {incoming.message_id for incoming in sessions.sent} == {sessions.sent[0].message_id}
    await successor.drain(grace_s=0)
    await successor.stop()


async def test_busy_server_is_asked_again(client, sessions, monkeypatch):
    session_id = await opened(client)
    monkeypatch.setattr("botserver_client.aio_conversation._PAUSE_S", 0.0)
    monkeypatch.setattr(limits, "CONVERSE_WAITING_CHARS", 2_000)
    async with client.converse() as talk:
        replies = await asyncio.gather(*(talk.send_message(session_id, "x" * 1_000) for _ in range(20)))
    assert {reply.text for reply in replies} == {"x" * 1_000}


async def test_nobody_there_is_told_in_the_end(unused_tcp_port):
    async with (
        AsyncBotserverClient(f"127.0.0.1:{unused_tcp_port}") as client,
        client.converse(give_up_after_s=0.1) as talk,
    ):
        with pytest.raises(Unavailable, match="cannot reach"):
            await talk.send_message(MISSING, "x")
        with pytest.raises(Unavailable):
            await talk.send_message(MISSING, "x")
        with pytest.raises(Unavailable):
            await anext(talk.events())


async def test_closed_conversation_says_so(client):
    session_id = await opened(client)
    async with client.converse() as talk:
        await talk.send_message(session_id, "x")
    with pytest.raises(Unavailable, match="closed"):
        await talk.send_message(session_id, "y")


async def test_conversation_outside_its_block_says_so(client):
    with pytest.raises(RuntimeError, match="async with"):
        await client.converse().send_message(MISSING, "x")


class TestSilence:
    @pytest.fixture
    def settings(self) -> RpcSettings:
        return RpcSettings(listen="127.0.0.1:0", heartbeat_s=0.05, silence_s=0.3)

    async def test_heartbeats_keep_a_silent_stream(self, client, server):
        session_id = await opened(client)
        async with client.converse() as talk:
            talk.subscribe(session_id)
            events = talk.events()
            for _ in range(2):
                await anext(events)
            streams = set(server._door._streams)
            silent = asyncio.create_task(anext(events))
            await asyncio.wait({silent}, timeout=0.6)
            assert set(server._door._streams) == streams
            silent.cancel()


# --- blocking


async def in_thread(work):
    return await asyncio.to_thread(work)


async def test_blocking_conversation_serves_many_threads(address):
    def work() -> list[str]:
        with BotserverClient(address) as client:
            ids = [client.create_session("echo")[0].session_id for _ in range(4)]
            with client.converse() as talk:
                found: list[str] = []
                threads = [
                    threading.Thread(target=lambda each=each: found.append(talk.send_message(each, each[:8]).text))
                    for each in ids
                ]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                futures = [talk.submit_message(ids[0], f"{n}") for n in range(10)]
                assert sorted(found) == sorted(each[:8] for each in ids)
                session, reply = talk.send_to_alias("echo", "a", "hi")
                assert (session.aliases, reply.text) == (("a",), "hi")
                with pytest.raises(NotFound):
                    talk.send_message(MISSING, "x")
                return [future.result(10).text for future in futures]

    assert await in_thread(work) == [f"{n}" for n in range(10)]


async def test_blocking_conversation_brings_events(address):
    def work() -> list[str]:
        with BotserverClient(address) as client:
            session, _ = client.create_session("echo")
            with client.converse() as talk:
                talk.subscribe(session.session_id)
                talk.send_message(session.session_id, "x")
                heard: list[str] = []
                for news in talk.events():
                    if news.event is not None and news.event.message is not None:
                        heard.append(news.event.message.text)
                    if len(heard) == 3:
                        return heard
        return []

    assert await in_thread(work) == ["Hello.", "x", "x"]


async def test_blocking_conversation_goes_on_after_a_restart(server, address, sessions):
    with BotserverClient(address) as client:
        session_id = (await in_thread(lambda: client.create_session("echo")))[0].session_id
        with client.converse() as talk:
            sessions.gate.clear()
            before = talk.submit_message(session_id, "before")
            await until(lambda: sessions.waiting)
            await server.stop()
            successor = RpcServer(sessions, RpcSettings(listen=address))
            await successor.start()
            sessions.gate.set()
            assert (await asyncio.wrap_future(before)).text == "before"
            await in_thread(lambda: talk.send_message(session_id, "after"))
            await successor.drain(grace_s=0)
            await successor.stop()
        with pytest.raises(Unavailable, match="closed"):
            talk.send_message(session_id, "x")
