"""What scripts read of their session."""

from __future__ import annotations

import json

import pytest

from botserver.language.session_fields import SESSION_FIELDS
from botserver.model import LOCAL, Incoming, UserInfo
from tests.unit.session.world import World, texts

ANN = UserInfo("u1", "Ann", "ann@example.com", "+551199")
SAY = "HEAR x\nTALK GET SESSION x\n"


async def fields_of(world: World, *names: str, **opening: object) -> list[str]:
    """What GET SESSION says for each name, one turn each."""
    await world.deploy(start=SAY * len(names), config={"bot-name": "Shop", "language": "pt", "timezone": "UTC"})
    session_id, _ = await world.open(**opening)
    return [texts(await world.say(session_id, name))[0] for name in names]


async def test_fields_of_user_and_bot(world: World) -> None:
    names = ("user_id", "user_name", "user_email", "user_phone", "auth_level", "bot_id", "bot_name", "channel")
    assert await fields_of(world, *names, user=ANN, channel="web") == [
        "u1", "Ann", "ann@example.com", "+551199", "authenticated", "bot", "Shop", "web",
    ]  # fmt: skip


async def test_fields_nobody_knows_are_empty_texts(world: World) -> None:
    names = ("user_id", "user_role", "client_ip", "tenant", "subject", "token", "assigned_to", "parent_id", "page_url")
    assert await fields_of(world, *names) == [""] * len(names)


async def test_the_caller_says_who_passed_a_second_check(world: World) -> None:
    for metadata, level in (({"auth_level": "elevated"}, "elevated"), ({"auth_level": "root"}, "authenticated")):
        assert await fields_of(world, "auth_level", user=ANN, metadata=metadata) == [level]
    assert await fields_of(world, "auth_level", metadata={"auth_level": "elevated"}) == ["anonymous"]


async def test_the_channel_knows_more_than_the_configuration(world: World) -> None:
    metadata = {"user_role": "boss", "language": "de", "page_url": "https://x", "token": "secret", "user_phone": "1"}
    names = ("user_role", "language", "timezone", "page_url", "token", "user_phone")
    assert await fields_of(world, *names, metadata=metadata) == ["boss", "de", "UTC", "https://x", "", "1"]


async def test_times_and_counts(world: World) -> None:
    await world.deploy(start="HEAR x\nHEAR y\nTALK session.duration & ',' & session.message_count\n"
                       "TALK DATEDIFF(session.created_at, session.last_activity_at, 'second')\n"
                       "TALK session.created_at = session.start_time\nTALK session.status\n")  # fmt: skip
    session_id, _ = await world.open()
    world.clock.advance(10)
    await world.say(session_id, "a")
    world.clock.advance(5)
    assert texts(await world.say(session_id, "b")) == ["15,2", "15", "true", "active"]


async def test_the_latest_message_is_the_stored_one_when_a_timer_woke_the_script(world: World) -> None:
    await world.deploy(start="HEAR x\nWAIT 100\nTALK DATEDIFF(session.created_at, session.last_activity_at, 'second')")
    session_id, _ = await world.open()
    world.clock.advance(7)
    await world.say(session_id, "a")
    await world.pass_time(100)
    await world.quiet()
    assert (await world.transcript(session_id))[-1] == "bot: 7"


async def test_history_is_newest_last_and_bounded(world: World) -> None:
    script = "TALK 'hi'\nHEAR x\nTALK 'b'\nTALK session.message_history"
    await world.deploy(start=script, config={"message-history": "2"})
    session_id, _ = await world.open()
    history = json.loads(texts(await world.say(session_id, "a"))[-1])
    assert [(entry["role"], entry["text"]) for entry in history] == [("user", "a"), ("bot", "b")]


async def test_the_map_of_the_session_has_every_field_but_token_and_history(world: World) -> None:
    await world.deploy(start="TALK JOIN(KEYS(session), ' ')\nTALK JOIN(KEYS(user), ' ')\nTALK bot.id & bot.colour",
                       config={"bot-colour": "red"})  # fmt: skip
    _, reply = await world.open()
    hidden = {"token", "message_history"}
    assert texts(reply) == [
        " ".join(name for name in SESSION_FIELDS if name not in hidden), "id name email phone role message", "botred",
    ]  # fmt: skip


async def test_the_address_of_the_user(world: World) -> None:
    await world.deploy(start="HEAR x\nTALK FROM & '|' & user.message")
    session_id, _ = await world.open(channel="whatsapp", alias="+5511")
    assert texts(await world.say(session_id, "yo")) == ["+5511|yo"]


async def test_the_key_of_a_chosen_suggestion(world: World) -> None:
    script = 'ADD SUGGESTION "1" AS "One"\nHEAR x\nTALK x & session.suggestion_key & session.last_message'
    await world.deploy(start=script)
    session_id, _ = await world.open()
    reply = await world.sessions.send_message(LOCAL, session_id, Incoming(world.message_id(), choice="1"))
    assert texts(reply) == ["11One"]


async def test_files_of_the_package_are_read_as_text(world: World) -> None:
    files = {"bot.gbdrive/notes/a.txt": "\ufeffhällo", "bot.gbdata/t.csv": "id"}
    await world.deploy(
        files=files, start="TALK GET 'notes/a.txt'\nTALK GET 'T.csv'\nTALK (GET 'no.txt') IS NULL\nTALK 'on'"
    )
    _, reply = await world.open()
    assert texts(reply) == ["hällo", "id", "true", "on"]


async def test_a_file_too_large_for_the_session_is_an_error(world: World) -> None:
    await world.deploy(
        files={"bot.gbdrive/a.txt": "x" * 70_000}, start="TALK LEN(GET 'a.txt')", config={"session-memory-limit": "64k"}
    )
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 9013


@pytest.mark.parametrize(("text", "allowed"), [("true", True), ("YES", True), ("false", False), ("", False)])
async def test_a_package_says_whether_a_computed_text_may_be_a_file(world: World, text: str, allowed: bool) -> None:
    await world.deploy(
        files={"bot.gbdrive/a.txt": "A"}, config={"dynamic-get": text}, start="HEAR x\nTALK '[' & (GET x) & ']'"
    )
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "a.txt")) == ["[A]" if allowed else "[]"]


async def test_every_field_can_be_read(world: World) -> None:
    said = await fields_of(world, *SESSION_FIELDS, user=ANN)
    assert len(said) == len(SESSION_FIELDS)
