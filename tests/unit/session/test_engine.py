"""Turns through the public surface: what is said, what is waited for, what a repeat gets."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from botserver.errors import RequestIdReused, SessionEnded, SessionNotFound
from botserver.ids import MessageId, new_session_id
from botserver.limits import REPLY_CHARS
from botserver.model import LOCAL, Activity, EndReason, Incoming, Role, Wait
from botserver.session.settings import SessionSettings
from tests.unit.session.world import World, seqs, texts

SCRIPT = "start.bas"
GREETER = """
TALK "What is your name?"
HEAR name
TALK "Hello ${name}"
"""
LOOP = """
FOR i = 1 TO 3
  HEAR answer
  TALK "${i}: ${answer}"
NEXT
TALK "done"
"""
COUNTER = """
n = GET BOT MEMORY "n"
IF n = "" THEN n = 0
SET BOT MEMORY "n", n + 1
TALK "${n + 1}"
"""


async def test_opening_a_session_runs_start_and_waits_for_the_user(world: World) -> None:
    await world.deploy(start=GREETER, config={"welcome-message": "Welcome!"})
    _, reply = await world.open()
    assert texts(reply) == ["Welcome!", "What is your name?"]
    assert (reply.first_seq, reply.last_seq, reply.revision) == (1, 2, 1)
    assert reply.activity is Activity.WAITING_INPUT
    assert reply.waiting_for is not None
    assert (reply.waiting_for.kind, reply.waiting_for.variable) == ("input", "name")


async def test_a_message_answers_the_pending_hear(world: World) -> None:
    await world.deploy(start=GREETER)
    session_id, _ = await world.open()
    reply = await world.say(session_id, "Ann")
    assert texts(reply) == ["Hello Ann"]
    assert reply.activity is Activity.IDLE
    assert await world.transcript(session_id) == ["bot: What is your name?", "user: Ann", "bot: Hello Ann"]


async def test_sequence_numbers_rise_by_one_over_all_messages(world: World) -> None:
    await world.deploy(start=LOOP)
    session_id, _ = await world.open()
    for text in ("a", "b", "c"):
        await world.say(session_id, text)
    page = await world.sessions.list_messages(LOCAL, session_id, 100, "")
    assert seqs(page.items) == list(range(1, 8))


async def test_a_conversation_goes_on_inside_its_loop_after_a_restart(world: World) -> None:
    await world.deploy(start=LOOP)
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "a")) == ["1: a"]
    await world.restart()
    assert texts(await world.say(session_id, "b")) == ["2: b"]
    await world.restart()
    assert texts(await world.say(session_id, "c")) == ["3: c", "done"]


async def test_free_conversation_gets_the_fallback_message(world: World) -> None:
    await world.deploy(start='TALK "hi"', config={"fallback-message": "Pardon?"})
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "hello")) == ["Pardon?"]


async def test_a_bot_without_start_script_is_idle(world: World) -> None:
    await world.deploy(other='TALK "never"')
    _, reply = await world.open()
    assert (texts(reply), reply.activity) == ([], Activity.IDLE)


# --- repeats


async def test_a_repeated_message_gets_the_first_reply_and_changes_nothing(world: World) -> None:
    await world.deploy(start=LOOP)
    session_id, _ = await world.open()
    first = await world.say(session_id, "a", "one")
    await world.say(session_id, "b", "two")
    assert await world.say(session_id, "a", "one") == first
    assert texts(await world.say(session_id, "c", "three")) == ["3: c", "done"]


async def test_a_repeat_after_a_restart_gets_the_first_reply(world: World) -> None:
    await world.deploy(start=LOOP)
    session_id, _ = await world.open()
    first = await world.say(session_id, "a", "one")
    await world.restart()
    assert await world.say(session_id, "a", "one") == first


async def test_simultaneous_repeats_run_one_turn(world: World) -> None:
    await world.deploy(start=LOOP)
    session_id, _ = await world.open()
    replies = await asyncio.gather(*(world.say(session_id, "a", "one") for _ in range(5)))
    assert all(reply == replies[0] for reply in replies)
    assert texts(await world.say(session_id, "b")) == ["2: b"]


async def test_a_message_id_with_another_content_is_refused(world: World) -> None:
    await world.deploy(start=LOOP)
    session_id, _ = await world.open()
    await world.say(session_id, "a", "one")
    with pytest.raises(RequestIdReused):
        await world.say(session_id, "b", "one")
    await world.restart()
    with pytest.raises(RequestIdReused):
        await world.say(session_id, "b", "one")


async def test_messages_at_once_are_taken_one_after_another(world: World) -> None:
    await world.deploy(start=LOOP)
    session_id, _ = await world.open()
    replies = await asyncio.gather(*(world.say(session_id, text) for text in "abc"))
    assert [texts(reply) for reply in replies] == [["1: a"], ["2: b"], ["3: c", "done"]]


async def test_a_caller_that_gives_up_does_not_stop_the_turn(world: World) -> None:
    await world.deploy(start=LOOP)
    session_id, _ = await world.open()
    task = asyncio.create_task(world.say(session_id, "a", "one"))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert texts(await world.say(session_id, "a", "one")) == ["1: a"]


# --- WAIT and timers


async def test_a_reply_that_grows_over_short_waits_settles_at_its_bound(world: World) -> None:
    script = "HEAR x\nWHILE LEN(x) < 400000\nx = x & x\nWEND\nFOR i = 1 TO 50\nTALK x\nWAIT 1\nNEXT"
    await world.deploy(start=script)
    session_id, _ = await world.open()
    reply = await world.settle(world.say(session_id, "0123456789"))
    assert reply.activity is Activity.WAITING_TIMER
    assert REPLY_CHARS < sum(map(len, texts(reply))) <= REPLY_CHARS + 1_000_000


async def test_a_settled_reply_spans_a_short_wait(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "a"\nWAIT 5\nTALK "b"\nHEAR y\nTALK "y=${y}"')
    session_id, _ = await world.open()
    reply = await world.settle(world.say(session_id, "go", "one"))
    assert (texts(reply), reply.activity, reply.revision) == (["a", "b"], Activity.WAITING_INPUT, 3)
    assert await world.say(session_id, "go", "one") == reply


async def test_a_turn_reply_ends_at_the_wait_and_stays_so(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "a"\nWAIT 5\nTALK "b"')
    session_id, _ = await world.open()
    reply = await world.say(session_id, "go", "one", Wait.TURN)
    assert (texts(reply), reply.activity) == (["a"], Activity.WAITING_TIMER)
    assert await world.say(session_id, "go", "one", Wait.TURN) == reply
    await world.pass_time(5)
    assert await world.say(session_id, "go", "one", Wait.TURN) == reply


async def test_a_message_during_a_wait_is_stored_and_answers_the_next_hear(world: World) -> None:
    await world.deploy(start='HEAR x\nWAIT 5\nTALK "ready"\nHEAR y\nTALK "y=${y}"')
    session_id, _ = await world.open()
    await world.say(session_id, "go", wait=Wait.TURN)
    waiting = asyncio.create_task(world.say(session_id, "early", "two"))
    await asyncio.sleep(0)
    await world.restart()
    await asyncio.gather(waiting, return_exceptions=True)
    await world.pass_time(5)
    assert texts(await world.say(session_id, "early", "two")) == ["y=early"]


async def test_a_wait_goes_on_after_a_restart(world: World) -> None:
    await world.deploy(start='TALK "a"\nWAIT 200\nTALK "b"')
    session_id, reply = await world.open()
    assert (texts(reply), reply.activity) == (["a"], Activity.WAITING_TIMER)
    await world.restart()
    await world.pass_time(199)
    assert await world.transcript(session_id) == ["bot: a"]
    await world.pass_time(1)
    assert await world.transcript(session_id) == ["bot: a", "bot: b"]


async def test_a_hear_that_nobody_answers_times_out_with_9006(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "never"', config={"hear-timeout-secs": "60", "error-message": "Sorry"})
    session_id, reply = await world.open()
    assert reply.waiting_for is not None
    assert reply.waiting_for.expires_at == world.clock.now_s() + 60
    await world.pass_time(60)
    assert await world.transcript(session_id) == ["bot: Sorry"]


async def test_an_accepted_message_is_answered_later(world: World) -> None:
    await world.deploy(start=LOOP)
    session_id, _ = await world.open()
    stub = await world.say(session_id, "a", "one", Wait.ACCEPTED)
    assert (stub.messages, stub.activity) == ((), Activity.RUNNING)
    assert texts(await world.say(session_id, "a", "one")) == ["1: a"]


async def test_an_accepted_message_survives_the_process(world: World) -> None:
    await world.deploy(start=LOOP)
    session_id, _ = await world.open()
    await world.say(session_id, "a", "one", Wait.ACCEPTED)
    world.boot()  # without closing the other: it died before it could do anything
    await world.activate()
    await world.pass_time(10)
    assert "bot: 1: a" in await world.transcript(session_id)


# --- suggestions


async def test_a_choice_gives_its_key_and_shows_its_label(world: World) -> None:
    await world.deploy(start='ADD SUGGESTION "s" AS "Small"\nTALK "Size?"\nHEAR size\nTALK "size=${size}"')
    session_id, reply = await world.open()
    assert [(each.key, each.label) for each in reply.messages[0].suggestions] == [("s", "Small")]
    assert texts(await world.choose(session_id, "s")) == ["size=s"]
    assert "user: Small" in await world.transcript(session_id)


async def test_a_typed_label_gives_the_key(world: World) -> None:
    await world.deploy(start='ADD SUGGESTION "s" AS "Small"\nTALK "Size?"\nHEAR size\nTALK "size=${size}"')
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, " sMALL ")) == ["size=s"]


async def test_an_unknown_choice_counts_as_text(world: World) -> None:
    await world.deploy(start='HEAR size\nTALK "size=${size}"')
    session_id, _ = await world.open()
    assert texts(await world.choose(session_id, "xl")) == ["size=xl"]


async def test_a_menu_is_offered_while_it_is_waited_for(world: World) -> None:
    await world.deploy(start='HEAR size AS "small", "large"\nTALK size')
    session_id, reply = await world.open()
    assert reply.waiting_for is not None
    assert [option.label for option in reply.waiting_for.options] == ["small", "large"]
    assert texts(await world.say(session_id, "2")) == ["large"]


# --- faults


async def test_a_fault_apologises_and_leaves_the_session_alive(world: World) -> None:
    await world.deploy(start='TALK "a"\nx = 1 / 0\nTALK "b"')
    session_id, reply = await world.open()
    assert texts(reply) == ["a", "Sorry, something went wrong."]
    assert reply.fault is not None
    assert (reply.fault.number, reply.fault.script, reply.fault.line) == (4003, SCRIPT, 2)
    assert reply.activity is Activity.IDLE
    assert (await world.say(session_id, "hello")).fault is None


async def test_endless_loops_end_with_9005_where_they_stand(world: World) -> None:
    await world.deploy(start="x = 0\nWHILE TRUE\n  x = x + 1\nWEND", config={"max-turn-steps": "100000"})
    _, reply = await world.open()
    assert reply.fault is not None
    assert (reply.fault.number, reply.fault.script) == (9005, SCRIPT)
    assert 2 <= reply.fault.line <= 4
    assert reply.usage.fuel == 100_000


async def test_too_much_memory_ends_the_session(world: World) -> None:
    await world.deploy(start='HEAR x\ns = "0123456789"\nWHILE TRUE\n  s = s + s\nWEND')
    session_id, _ = await world.open()
    reply = await world.say(session_id, "go", "one")
    assert (reply.activity, reply.end_reason) == (Activity.ENDED, EndReason.MEMORY_LIMIT)
    assert reply.fault is not None
    assert reply.fault.number == 9001
    assert await world.say(session_id, "go", "one") == reply
    with pytest.raises(SessionEnded):
        await world.say(session_id, "more")


async def test_a_broken_start_script_is_a_fault_of_the_turn(world: World) -> None:
    await world.deploy(start='TALK "a"\nIF THEN THEN\n')
    _, reply = await world.open()
    assert reply.fault is not None
    assert (reply.fault.number, reply.fault.script, reply.fault.line) == (9021, "start.bas", 2)


async def test_a_broken_script_that_is_run_is_a_fault_where_it_is_broken(world: World) -> None:
    await world.deploy(start='RUN "other"', other='TALK "a"\nIF THEN THEN\n')
    _, reply = await world.open()
    assert reply.fault is not None
    assert (reply.fault.number, reply.fault.script, reply.fault.line) == (9021, "other.bas", 2)
    assert [(entry.script, entry.line) for entry in reply.fault.stack] == [("other.bas", 2), ("start.bas", 1)]


async def test_a_script_is_named_without_its_folder(world: World) -> None:
    await world.deploy(start='RUN "tools/other.bas"', other="TALK 1")
    _, reply = await world.open()
    assert reply.fault is not None
    assert (reply.fault.number, reply.fault.message) == (
        5004, 'scripts are named without a folder: "other.bas", not "tools/other.bas"',
    )  # fmt: skip


async def test_a_missing_file_is_a_soft_error(world: World) -> None:
    await world.deploy(start='x = GET "data/none.txt"\nTALK (x IS NULL) & " " & ERR & " " & ERROR MESSAGE')
    assert texts((await world.open())[1]) == ["true 3004 no file data/none.txt"]


async def test_a_missing_file_is_an_error_inside_try(world: World) -> None:
    await world.deploy(start='TRY\n  x = GET "data/none.txt"\n  TALK "no"\nCATCH e\n  TALK e.code\nEND TRY')
    assert texts((await world.open())[1]) == ["3004"]


async def test_timestamp_counts_seconds_of_utc_whatever_the_zone_of_the_bot(world: World) -> None:
    await world.deploy(start="TALK TIMESTAMP()", config={"timezone": "America/Sao_Paulo"})
    assert texts((await world.open())[1]) == [str(int(world.clock.now_s()))]


# --- bot memory


async def test_counters_in_bot_memory_add_up_over_sessions_at_once(world: World) -> None:
    await world.deploy(start=COUNTER)
    opened = await asyncio.gather(*(world.open() for _ in range(20)))
    assert sorted(int(texts(reply)[0]) for _, reply in opened) == list(range(1, 21))


async def test_bot_memory_keeps_types_over_a_restart(world: World) -> None:
    await world.deploy(
        start='HEAR x\nIF x = "set" THEN\n  SET BOT MEMORY "v", [1, 2.5, "a", {b: TRUE}, TODAY()]\nELSE\n'
        '  v = GET BOT MEMORY "v"\n  TALK "${v}"\nEND IF'
    )
    setter, _ = await world.open()
    await world.say(setter, "set")
    await world.restart()
    getter, _ = await world.open()
    reply = await world.say(getter, "get")
    assert reply.fault is None
    assert texts(reply)[0] == '[1,2.5,"a",{"b":true},"2026-01-01"]'


# --- calls


async def test_a_call_gives_its_outcome_to_the_script(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "calling"\nr = CALL "/test/slow", 0, "done"\nTALK r')
    session_id, _ = await world.open()
    reply = await world.say(session_id, "go", "one")
    assert (texts(reply), reply.revision) == (["calling", "done"], 2)
    assert await world.say(session_id, "go", "one") == reply


async def test_an_unknown_service_raises_1404(world: World) -> None:
    await world.deploy(start='r = CALL "/no/such"\nTALK "never"')
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 1404


async def test_the_slow_service_exists_only_when_asked_for(tmp_path: Path) -> None:
    world = World(tmp_path, SessionSettings(worker_threads=1))
    try:
        await world.deploy(start='r = CALL "/test/slow", 0')
        _, reply = await world.open()
        assert reply.fault is not None
        assert reply.fault.number == 1404
    finally:
        await world.close()


async def test_a_call_whose_process_died_is_made_again_with_the_same_key(world: World) -> None:
    await world.deploy(start='HEAR x\nr = CALL "/test/slow", 300, "done"\nTALK r')
    session_id, _ = await world.open()
    waiting = asyncio.create_task(world.say(session_id, "slow", "one"))
    await world.called()
    await world.restart()
    await asyncio.gather(waiting, return_exceptions=True)
    world.clock.advance(31)
    rescue = asyncio.create_task(world.sessions.run_due())
    keys = await world.called(2)
    assert keys == [f"{session_id}/2/1"] * 2
    await world.sessions.close()
    await rescue


# --- GET SESSION


async def test_scripts_read_fields_of_their_session(world: World) -> None:
    script = """
HEAR x
TALK GET SESSION "channel"
TALK GET SESSION "last_message"
TALK GET SESSION "message_count"
TALK GET "bot.name"
TALK GET "config.theme"
TALK GET SESSION "token"
SET "rank", 7
TALK GET SESSION "rank"
h = GET SESSION "message_history"
TALK UBOUND(h)
"""
    await world.deploy(start=script, config={"bot-name": "Shop", "theme": "dark"})
    session_id, _ = await world.open(channel="web")
    reply = await world.say(session_id, "hi")
    assert reply.fault is None
    assert texts(reply)[:7] == ["web", "hi", "3", "Shop", "dark", "", "7"]


async def test_end_session_ends_it(world: World) -> None:
    await world.deploy(start='TALK "bye"\nEND SESSION\nTALK "never"')
    session_id, reply = await world.open()
    assert (texts(reply), reply.activity, reply.end_reason) == (["bye"], Activity.ENDED, EndReason.SCRIPT)
    with pytest.raises(SessionEnded):
        await world.say(session_id, "hello")


async def test_a_message_to_no_session_is_refused(world: World) -> None:
    with pytest.raises(SessionNotFound):
        await world.sessions.send_message(LOCAL, new_session_id(), Incoming(MessageId("m"), text="x"))


async def test_the_reply_holds_only_what_the_bot_said(world: World) -> None:
    await world.deploy(start=GREETER)
    session_id, _ = await world.open()
    reply = await world.say(session_id, "Ann")
    assert {message.role for message in reply.messages} == {Role.BOT}


# --- releases


async def test_a_suspended_script_goes_on_in_its_release_and_then_moves(world: World) -> None:
    await world.deploy(start='HEAR x\nTALK "old ${x}"\nHEAR y\nTALK "old ${y}"', config={"fallback-message": "old"})
    session_id, _ = await world.open()
    await world.deploy(start='TALK "new"', config={"fallback-message": "new"})
    assert texts(await world.say(session_id, "a")) == ["old a"]
    await world.restart()
    assert texts(await world.say(session_id, "b")) == ["old b"]
    assert texts(await world.say(session_id, "c")) == ["new"]
    _, reply = await world.open()
    assert texts(reply) == ["new"]


async def test_the_answer_to_a_password_is_not_stored(world: World) -> None:
    await world.deploy(start='HEAR secret AS PASSWORD\nTALK LEN(secret)\nTALK GET SESSION "last_message"')
    session_id, _ = await world.open()
    reply = await world.say(session_id, "open sesame")
    assert texts(reply) == ["11", "••••••••"]
    assert await world.transcript(session_id) == ["user: ••••••••", "bot: 11", "bot: ••••••••"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt-BR", "terça-feira 5 março, ter mar, R$ 3,50"),
        ("de", "Dienstag 5 März, Di Mär, € 3,50"),
        ("", "Tuesday 5 March, Tue Mar, $3.50"),
        ("xx", "Tuesday 5 March, Tue Mar, $3.50"),
    ],
)
async def test_format_speaks_the_language_of_the_bot(world: World, language: str, text: str) -> None:
    start = 'TALK FORMAT("2024-03-05", "dddd D MMMM, ddd MMM") & ", " & FORMAT(3.5, "currency")'
    await world.deploy(start=start, config={"language": language})
    _, reply = await world.open()
    assert [message.text for message in reply.messages] == [text]


async def test_a_timer_that_another_server_set_fires_here_too(world: World, tmp_path: Path) -> None:
    await world.deploy(start='HEAR x\nWAIT 100\nTALK "later"\nHEAR y')
    other = World(tmp_path, store=world.store)
    other.clock = world.clock
    await other.activate()
    session_id, _ = await other.open()
    await world.say(session_id, "a", wait=Wait.TURN)
    await other.pass_time(100.0)
    assert (await world.transcript(session_id))[-1] == "bot: later"
    await other.close()
