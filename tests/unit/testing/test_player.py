"""Conversation files, played: what passes, and what a failure says."""

from __future__ import annotations

from pathlib import Path

import pytest

from botserver.errors import BadConversation
from botserver.language.package import load_package
from botserver.testing.chat import parse
from botserver.testing.player import Failure, play
from tests.unit.session.world import write_package

ORDER = """
n = VAL(GET BOT MEMORY "orders") + 1
SET BOT MEMORY "orders", n
TALK "What do you want?"
HEAR what AS "tea", "coffee"
SET "drink", what
SET CONTEXT "wish" AS "wants ${what}"
LOG "order ${n}"
TALK "Order ${n}: ${what}"
RETURN n
"""


async def failure(folder: Path, chat: str, script: str = ORDER, **scripts: str) -> Failure | None:
    package = load_package(write_package(folder, "bot", {"start": script, **scripts}, {}, {}))
    conversation = parse(chat, Path("bot.chat"))
    return await play(conversation, package, [load_package(folder / name) for _, name in conversation.others])


async def passes(folder: Path, chat: str, script: str = ORDER, **scripts: str) -> None:
    assert await failure(folder, chat, script, **scripts) is None


async def test_conversation_that_goes_as_written_passes(tmp_path: Path) -> None:
    chat = """
' an order
What do you want?
[tea] [coffee]
@state waiting
> tea
Order {number}: tea
@variable drink = "tea"
@variable DRINK = tea
@memory orders = 1
@context wish = wants {word}
@log order 1
@result 1
@state idle
"""
    await passes(tmp_path, chat)


async def test_suggestion_is_chosen_by_its_label(tmp_path: Path) -> None:
    await passes(tmp_path, "...\n> [coffee]\nOrder 1: coffee")
    found = await failure(tmp_path, "...\n> [cola]")
    assert found == Failure(2, "there is no suggestion [cola]", ("there are [tea] [coffee]",))


async def test_failure_shows_line_and_diff(tmp_path: Path) -> None:
    found = await failure(tmp_path, "What do you want?\n> tea\nOrder 1: coffee\n")
    assert found == Failure(2, "the bot said something else", ("-    3 | Order 1: coffee", "+      | Order 1: tea"))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('@variable drink = "cola"', "another variable drink"),
        ("@memory orders = 2", "another memory orders"),
        ("@context wish = nothing", "another context wish"),
        ("@state waiting", "another state"),
        ("@ended user", "another ended"),
        ("@log nothing", "no such log line"),
        ("@result 7", "another result"),
        ("@fault 4003", "another fault"),
        ("[tea]", "other suggestions"),
        ("@event milestone = done", "no such event"),
        ("@kbs manuals", "another kbs"),
        ("@tools none\n@tools order", "another tools"),
        ("@tags none\n@tags vip", "another tags"),
    ],
)
async def test_check_that_does_not_hold_fails_at_its_line(line: str, what: str, tmp_path: Path) -> None:
    found = await failure(tmp_path, f"...\n> tea\n...\n{line}")
    assert found is not None
    assert (found.line, found.what) == (4 + line.count("\n"), what)


async def test_sessions_share_bot_memory(tmp_path: Path) -> None:
    ann = "@session ann name=Ann\n...\n> tea\nOrder 1: tea\n"
    await passes(tmp_path, ann + "@session bob\n...\n> tea\nOrder 2: tea\n@session ann\n@state idle")


async def test_settings_of_a_session_reach_the_script(tmp_path: Path) -> None:
    script = 'PARAM level AS INTEGER\nTALK CHANNEL + " " + USERNAME + " " + level + " " + GET SESSION "page_url"'
    chat = '@session ann channel=web name="Ann B" param.level=3 page_url=/a\nweb Ann B 3 /a'
    await passes(tmp_path, chat, script)
    await passes(tmp_path, "@session ann script=other\nother", other='TALK "other"')


async def test_a_user_may_have_passed_a_second_check(tmp_path: Path) -> None:
    chat = "@session ann user=7 auth_level=elevated\nelevated 7\n@session bea user=8\nauthenticated 8"
    await passes(tmp_path, chat, "TALK AUTH_LEVEL & ' ' & USER_ID")


async def test_events_images_knowledge_and_tools_are_seen(tmp_path: Path) -> None:
    script = """
SHOW IMAGE "https://example.com/a b.png", "Our house"
SHOW IMAGE "https://example.com/c.png"
LOG SESSION "milestone", "order_" & 7
LOG SESSION "error", {code: 3}
RECORD METRIC "order" WITH total = 12.5
USE TOOL "other"
SET "id", SESSION_ID
SET BOT MEMORY "who", SESSION_ID
RETURN SESSION_ID
"""
    chat = """
@image https://example.com/a%20b.png Our {word}
"""
    found = await failure(tmp_path, chat, script)
    assert found is not None
    assert found.details[1] == "+      | [image https://example.com/a b.png] Our house"
    chat = """
\\[image https://example.com/a b.png] Our {word}
@image https://example.com/c.png
@event MILESTONE = order_{number}
@event error = {"code": 3}
@event order = {"total": 12.5}
@kbs none
@tools other
@variable id = {id}
@memory who = {id}
@result {id}
"""
    await passes(tmp_path, chat, script, other='TALK "other"')
    found = await failure(tmp_path, "...\n@event order = 1", script, other="")
    assert found is not None
    assert found.details[1].endswith('milestone = "order_7", error = {"code": 3}, order = {"total": 12.5}')


async def test_lines_of_a_message_may_be_left_out(tmp_path: Path) -> None:
    script = "BEGIN TALK\none\ntwo\n\nfour\nEND TALK"
    await passes(tmp_path, "one\n| {lines}\n| four", script)
    assert await failure(tmp_path, "one\n| {any}\n| four", script) is not None


async def test_every_session_ends_when_the_server_stops(tmp_path: Path) -> None:
    script = "ON SESSION END\nSET BOT MEMORY USERNAME, end_reason\nEND ON\nHEAR x"
    chat = """
@session ann name=ann
@session bob name=bob
@shutdown
@ended shutdown
@memory ann = shutdown
@memory bob = shutdown
"""
    await passes(tmp_path, chat, script)


async def test_waits_pass_by_themselves_and_time_outs_with_wait(tmp_path: Path) -> None:
    script = 'TALK NOW()\nWAIT 60\nTALK "one"\nHEAR x'
    chat = "@config hear-timeout-secs = 30m\n@now 2026-03-01 09:30\n2026-03-01 09:30:00\none\n"
    chat += "@wait 29 minutes\n@state waiting\n@wait 1 minute\nSorry, something went wrong.\n@fault 9006"
    await passes(tmp_path, chat, script)


async def test_user_can_end_the_session(tmp_path: Path) -> None:
    await passes(tmp_path, "...\n@end\n@ended user\n@state ended")


async def test_fault_nobody_expected_fails(tmp_path: Path) -> None:
    found = await failure(tmp_path, "...", "TALK 1\nx = 1 / 0")
    assert found == Failure(1, "the script failed: start.bas:2: error 4003: division by zero")


async def test_fault_of_a_handler_fails_too_although_the_user_learns_nothing_of_it(tmp_path: Path) -> None:
    script = 'ON EVENT "a"\nx = 1 / 0\nEND ON\nPUBLISH EVENT "a"\nTALK 1'
    found = await failure(tmp_path, "1", script)
    assert found is not None
    assert found.what == "the script failed: start.bas:2: error 4003: division by zero"
    await passes(tmp_path, "1\n@fault 4003", script)


async def test_message_nobody_expected_fails_also_in_another_session(tmp_path: Path) -> None:
    found = await failure(tmp_path, "@state waiting")
    assert found is not None
    assert found.details == ("+      | What do you want?",)


async def test_service_outside_answers_as_written(tmp_path: Path) -> None:
    script = """
who = "ann@example.com"
SEND MAIL who, "Order", "Hello"
answer = POST "https://example.com/orders", {item: "tea"}
TALK answer.id
price = GET "https://example.com/prices"
"""
    chat = """
@call SEND MAIL "ann@example.com", {any}
@call POST "https://example.com/orders", {"item": "tea"} -> {"id": 7}
@call GET "https://example.com/{word}" -> !1503 no network
7
@log error 1503: no network
"""
    await passes(tmp_path, chat, script)


async def test_service_nobody_answers_is_missing_as_on_a_server(tmp_path: Path) -> None:
    await passes(tmp_path, "...\n@fault 9010", 'x = LLM "hi"')
    found = await failure(tmp_path, "@call SEND SMS {any}\nhi", 'TALK "hi"')
    assert found == Failure(1, "a service outside was not asked", ("-    1 | SEND SMS {any}",))


async def test_chance_is_the_same_every_time(tmp_path: Path) -> None:
    script = "TALK RANDOM(1, 1000000)"
    first = await failure(tmp_path, "0", script)
    assert first is not None
    assert await failure(tmp_path, "0", script) == first


async def test_messages_may_have_lines_marks_and_nothing(tmp_path: Path) -> None:
    script = 'BEGIN TALK\none\n\ntwo\nEND TALK\nTALK "> not said"\nTALK ""\nTALK "@home"'
    await passes(tmp_path, "one\n|\n| two\n\\> not said\n\\\n\\@home", script)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("@wait long", 1),
        ("a\n@nothing", 2),
        ("| more", 1),
        ("@session", 1),
        ("@variable x", 1),
        ("a\n@now 2026-01-01", 2),
        ("@now soon", 1),
        ('@session "a', 1),
        ("@call GET x -> {", 1),
        ("a\n@image", 2),
        ("a\n@state idel", 2),
        ("a\n@ended users", 2),
    ],
)
def test_file_that_cannot_be_read_names_the_line(text: str, line: int) -> None:
    with pytest.raises(BadConversation) as error:
        parse(text, Path("x.chat"))
    assert error.value.data["line"] == line


def test_a_directive_that_is_none_is_told_what_was_meant() -> None:
    with pytest.raises(BadConversation, match="did you mean @session"):
        parse("@sesion ann", Path("x.chat"))


async def test_a_test_that_would_test_nothing_fails(tmp_path: Path) -> None:
    found = await failure(tmp_path, "' only a comment")
    assert found is not None
    assert "nothing is said" in found.what
    found = await failure(tmp_path, "@config max-variables = many\n...")
    assert found is not None
    assert "max-variables counts as not set" in found.what
    await passes(tmp_path, "Hi\n@wait 2 weeks\n@state idle", 'TALK "Hi"')


# --- people

HANDOFF = """
TALK "What is it?"
HEAR what
HandoffToAgent()
FUNCTION HandoffToAgent()
    agent_id = GET AVAILABLE AGENT
    TRANSFER SESSION agent_id
    TALK "Connecting you to an agent..."
END FUNCTION
"""
AWAITED = """
HEAR what
r = TRANSFER SESSION "sales" TIMEOUT 300
TALK "${r.outcome} by ${r.agent}: ${r.note}."
HEAR more
"""


async def test_an_agent_answers_and_gives_the_session_back(tmp_path: Path) -> None:
    chat = """
@agent ann online name=Ann
What is it?
> my order
Connecting you to an agent...
@state transferred
> hello?
@agent ann accepts
> are you there?
@agent ann hears are you {word}?
@agent ann says Yes, I am.
Yes, I am.
@agent ann notes He is in a hurry
> good
> listen
@agent ann hears good
@agent ann hears listen
@wait 20 minutes
@state transferred
@agent ann resolves it was nothing
@state idle
> thanks
Sorry, I have no answer to that.
"""
    await passes(tmp_path, chat, HANDOFF)


async def test_agents_are_notified_whatever_sessions_they_have(tmp_path: Path) -> None:
    script = 'HEAR x\nNOTIFY ATTENDANT "ann", x\nNOTIFY ATTENDANT "ann", "second"\nTAG CONVERSATION SESSION_ID, "vip"'
    chat = """
@agent ann online
> a customer waits
@agent ann notified a {word} waits
@agent ann notified second
@tags vip
"""
    await passes(tmp_path, chat, script)
    for more in ("@agent ann notified second", "@agent bob notified {any}"):
        found = await failure(tmp_path, f"@agent ann online\n> one\n{more}", script)
        assert found is not None
        assert found.what.endswith("was told other things")


async def test_agents_hear_what_is_said_to_them_and_no_more(tmp_path: Path) -> None:
    chat = """
@agent ann online
What is it?
> my order
Connecting you to an agent...
@agent ann accepts
> are you there?
"""
    for more, what in (
        ("@agent ann hears my order", "ann heard something else"),
        ("@agent bob hears are you there?", "bob heard something else"),
        ("@agent ann hears are you there?\n@agent ann hears {any}", "ann heard something else"),
    ):
        found = await failure(tmp_path, chat + more, HANDOFF)
        assert found is not None
        assert found.what == what
    await passes(tmp_path, f"{chat}@agent ann resolves\n> thanks\n...\n@agent ann hears are you there?", HANDOFF)


async def test_agents_who_are_away_keep_their_queues(tmp_path: Path) -> None:
    away = "@agent ann away queue=sales\n> help\n@state transferred\n@wait 301 seconds\ntimeout by : .\n"
    await passes(tmp_path, away, AWAITED)
    gone = "@agent ann online queue=sales\n@agent ann offline\n> help\nno_agent by : .\n"
    await passes(tmp_path, gone, AWAITED)


async def test_agents_have_queues_and_skills_and_a_script_waits_for_them(tmp_path: Path) -> None:
    chat = """
@agent ann online queue=sales,support
@agent bob online queue=money skill=sales:2
> help
@agent bob says I am first
"""
    found = await failure(tmp_path, chat, AWAITED)
    assert found is not None
    assert (found.line, "is not with agent bob" in found.what) == (5, True)
    chat = """
@agent ann online queue=sales
> help
@agent bob accepts
"""
    found = await failure(tmp_path, chat, AWAITED)
    assert found is not None
    assert found.what == "bob is not offered the session"
    assert found.details[1].endswith("| ann")
    chat = """
@agent ann online queue=sales
> help
@agent ann accepts
@agent ann returns try again
returned by ann: try again.
@state waiting
"""
    await passes(tmp_path, chat, AWAITED)


async def test_agents_speak_languages(tmp_path: Path) -> None:
    chat = """
@agent ann online language=en,fr
@agent bob online language=de
@session una language=de-AT
> help
@agent bob accepts
@agent bob resolves
...
"""
    await passes(tmp_path, chat, AWAITED.replace('"sales"', '""'))


async def test_nobody_comes_in_time(tmp_path: Path) -> None:
    chat = """
@agent ann online queue=sales
@agent ann away name=Ann
> help
"""
    with pytest.raises(BadConversation, match="@agent NAME and one of online"):
        await passes(tmp_path, "@agent ann sleeps")
    found = await failure(tmp_path, chat, AWAITED)
    assert found is not None
    assert "4004" in found.what, "an agent who is away without her queues serves none by name"
    chat = """
@agent ann online queue=sales
> help
@agent ann declines
@wait 5 minutes
timeout by : .
"""
    await passes(tmp_path, chat, AWAITED)


async def test_events_and_forms_come_from_outside(tmp_path: Path) -> None:
    script = """
ON FORM SUBMIT "contact"
    TALK "thank you, " + fields.name
END ON
TALK "pay"
ok = WAIT FOR EVENT "paid" TIMEOUT 60
TALK "paid: " + ok
HEAR x
"""
    form = '@form Contact = {"name": "Ann"}\nthank you, Ann\n'
    await passes(tmp_path, f"pay\n{form}@happens paid\npaid: true\n@state waiting", script)
    await passes(tmp_path, f"pay\n{form}@wait 60 s\npaid: false\n@happens paid\n@state waiting", script)
    await passes(tmp_path, "pay\n> what the user says lets time pass\npaid: false\n@state idle", script)
    event = 'ON EVENT "paid"\nTALK event.data.order\nEND ON\nHEAR x'
    await passes(tmp_path, '@happens paid = {"order": 7}\n7\n@happens unknown\n@connect\n@state waiting', event)
    for wrong in ("@form contact", "@form contact = 7", "@happens", "@happens a = {"):
        with pytest.raises(BadConversation):
            await passes(tmp_path, wrong, event)


async def test_another_server_answers_with_a_status_and_the_script_gets_what_it_would_get(tmp_path: Path) -> None:
    script = """
SET HEADER "A", "b"
x = POST "https://example.com/orders", {item: "tea"}
TALK x.status & x.id & x.headers["content-type"]
x = POST "https://example.com/orders", {item: "tea"}
TALK x.status & x.reason & ERROR MESSAGE
x = GET "https://example.com/text"
TALK x
x = GET "https://example.com/gone"
TALK (x IS NULL) & ERR
WEBHOOK POST "https://example.com/hook" WITH {id: 1}
DELETE "https://example.com/orders/7"
"""
    chat = """
@call POST "https://example.com/orders", {"item": "tea"} -> status 201 {"id": 7}
@call POST "https://example.com/orders", {any} -> status 409 {"reason": "full"}
@call GET "https://example.com/text" -> status 200 "plain"
@call GET "https://example.com/gone" -> status 410
@call WEBHOOK POST "https://example.com/hook" WITH {"id": 1}
@call DELETE "https://example.com/orders/{number}" -> status 204
2017application/json
409fullthe server answered with status 409
plain
true1410
"""
    await passes(tmp_path, chat, script)


async def test_a_request_that_could_not_be_sent_fails_in_a_test_too(tmp_path: Path) -> None:
    script = 'SET HEADER "Host", "x"\nx = GET "https://example.com/"'
    await passes(tmp_path, "...\n@fault 4002", script)


async def test_what_a_bot_gives_is_the_result_of_its_step(tmp_path: Path) -> None:
    write_package(
        tmp_path, "clerk", {"start": 'TALK "hello"\nDO\nHEAR x\nWAIT 5\nTALK "fine " & x\nLOOP'},
        {"works-with": "bot"}, {},
    )  # fmt: skip
    script = 'STEP 2: BOT "clerk" "check"\nIF step_2 = "fine check" THEN TALK "ok: " + step_2\nDELAY 2\n'
    script += 'HEAR x\nTALK DELEGATED(x)\nFUNCTION DELEGATED(x)\ny = DELEGATE x TO BOT "clerk"\nRETURN y\nEND FUNCTION'
    await passes(tmp_path, "@bot clerk.gbai\nok: fine check\n> me\nfine me", script)


@pytest.mark.parametrize("line", ["@bot", "@bot clerk", "@bot ../clerk.gbai", "hello\n@bot clerk.gbai"])
def test_other_bots_are_packages_beside_this_one(line: str) -> None:
    with pytest.raises(BadConversation):
        parse(line, Path("bot.chat"))


async def test_what_several_bots_do_is_the_same_every_time(tmp_path: Path) -> None:
    write_package(tmp_path, "clerk", {"start": "DO\nHEAR x\nTALK RANDOM(1000000)\nLOOP"}, {"works-with": "bot"}, {})
    script = 'x = DELEGATE "a" TO BOT "clerk"\nTALK x'
    found = await failure(tmp_path, "@bot clerk.gbai\nnothing", script)
    assert found is not None
    assert await failure(tmp_path, "@bot clerk.gbai\nnothing", script) == found


async def test_a_download_is_answered_with_its_text(tmp_path: Path) -> None:
    script = 'x = DOWNLOAD "https://example.com/a.txt"\nTALK x.size & READ x\n'
    script += 'x = DOWNLOAD "https://example.com/b"\nTALK ERR'
    chat = '@call DOWNLOAD "https://example.com/a.txt" -> "text"\n@call DOWNLOAD {any} -> status 404\n4text\n1404'
    await passes(tmp_path, chat, script)
