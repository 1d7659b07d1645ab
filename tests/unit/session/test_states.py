"""SAVE and RESTORE SESSION STATE, session templates, DEBUG SHOW, soft errors."""

from __future__ import annotations

import json

import pytest

from botserver.model import LOCAL
from tests.unit.session.world import World, texts

FILES = {
    "bot.gbkb/faq/a.txt": "",
    "bot.gbkb/manuals/a.txt": "",
    "bot.gbot/templates/support.csv": (
        "kind,name,value\nkb,faq,\nkb,none,\ntool,order,\ntool,none,\ncontext,tone,kind\nvariable,level,3\n"
        "variable,Name,Bea\nsuggestion,1,One\nprompt,,Be kind\n"
    ),
}
FILL = (
    'SET "name", "Ann"\nSET "since", NOW()\nSET CONTEXT "tone" AS "calm"\n'
    "BEGIN SYSTEM PROMPT\nHelp\nEND SYSTEM PROMPT\n"
    'USE KB "faq"\nUSE TOOL "order"\nADD SUGGESTION "1" AS "One"\nADD SUGGESTION "Call" AS "phone"\nTALK "hello"\n'
)
ORDER = "PARAM id AS STRING"


async def test_a_state_goes_through_bot_memory_into_another_session(world: World) -> None:
    save = FILL + 'x = SAVE SESSION STATE\nSET BOT MEMORY "saved", x\n'
    save += "TALK x.kind & x.version & x.channel & x.session_id"
    load = 'SET "other", 1\nRESTORE SESSION STATE GET BOT MEMORY "saved"\nTALK session.message_history'
    await world.deploy(files=FILES, start="HEAR x\nRUN x", order=ORDER, save=save, load=load)
    first, _ = await world.open()
    reply = await world.say(first, "save")
    assert texts(reply)[-1] == f"session_state1api{first}"
    saved = await world.sessions.get_session(LOCAL, first, full=True)
    second, _ = await world.open()
    history = json.loads(texts(await world.say(second, "load"))[-1])
    assert [(entry["role"], entry["text"]) for entry in history] == [("user", "save"), ("bot", "hello")]
    found = await world.sessions.get_session(LOCAL, second, full=True)
    assert (found.variables, found.contexts, found.system_prompt) == (saved.variables, saved.contexts, "Help")
    assert (found.kbs, found.tools, found.suggestions) == (("faq",), ("order",), saved.suggestions)
    assert found.session_id == second


async def test_history_goes_on_after_a_restore(world: World) -> None:
    await world.deploy(start="TALK \"a\"\nx = SAVE SESSION STATE\nTALK \"b\"\nRESTORE SESSION STATE x\nHEAR y\n"
                       "FOR EACH m IN session.message_history\nTALK m.text\nNEXT")  # fmt: skip
    session_id, _ = await world.open()
    await world.restart()
    assert texts(await world.say(session_id, "hi")) == ["a", "hi"]


@pytest.mark.parametrize(
    "state",
    [
        "NULL", '""', "5", "{}", '{kind: "session_state"}', '{kind: "session_state", version: 2}',
        '{kind: "session_state", version: TRUE}', '{kind: "x", version: 1}',
        '{kind: "session_state", version: 1, variables: [1]}',
        '{kind: "session_state", version: 1, variables: {"": 1}}',
        '{kind: "session_state", version: 1, variables: {"a": 1, " A": 2}}',
        '{kind: "session_state", version: 1, contexts: {a: "x"}}',
        '{kind: "session_state", version: 1, contexts: [{name: "a", value: 5}]}',
        '{kind: "session_state", version: 1, system_prompt: 5}',
        '{kind: "session_state", version: 1, kbs: "faq"}',
        '{kind: "session_state", version: 1, tools: [5]}',
        '{kind: "session_state", version: 1, suggestions: [{key: "a", label: "b", kind: "magic"}]}',
        '{kind: "session_state", version: 1, history: [{role: "root", text: "x"}]}',
    ],
)  # fmt: skip
async def test_what_is_no_saved_state_changes_nothing(world: World, state: str) -> None:
    await world.deploy(files=FILES, order=ORDER, start=FILL + f"RESTORE SESSION STATE {state}")
    session_id, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 4007
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert (view.kbs, list(view.variables or ()), view.contexts) == (("faq",), ["name", "since"], {"tone": "calm"})


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ("x.variables.b = 1\nx.variables.c = 1", 9004),
        ('x.contexts[0].value = STRING(17, "x")', 9002),
        ('x.system_prompt = STRING(17, "x")', 9002),
        ('x.kbs = ["faq", "manuals"]', 9003),
        ('FOR i = 1 TO 51\nx.suggestions[i - 1] = {key: "k" & i, label: "l"}\nNEXT', 9009),
    ],
)
async def test_a_state_beyond_a_limit_changes_nothing(world: World, change: str, number: int) -> None:
    config = {"max-variables": "3", "context-size": "4", "max-active-kbs": "1"}
    start = FILL + f'x = SAVE SESSION STATE\n{change}\nSET "late", 1\nRESTORE SESSION STATE x'
    await world.deploy(files=FILES, order=ORDER, start=start, config=config)
    session_id, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == number, reply.fault
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert (view.kbs, list(view.variables or ())) == (("faq",), ["name", "since", "late"])
    assert view.contexts == {"tone": "calm"}


async def test_a_state_at_every_limit_is_restored(world: World) -> None:
    config = {"max-variables": "3", "context-size": "4", "max-active-kbs": "1"}
    change = (
        'x.variables.b = 1\nx.contexts[0].value = STRING(16, "x")\nx.system_prompt = STRING(16, "x")\n'
        'FOR i = 1 TO 50\nx.suggestions[i - 1] = {key: "k" & i, label: "l"}\nNEXT\n'
    )
    start = FILL + f"x = SAVE SESSION STATE\n{change}RESTORE SESSION STATE x\nTALK 1"
    await world.deploy(files=FILES, order=ORDER, start=start, config=config)
    session_id, reply = await world.open()
    assert reply.fault is None
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert (len(view.variables or ()), len(view.suggestions or ())) == (3, 50)


async def test_a_state_too_large_is_an_error_a_script_can_trap(world: World) -> None:
    start = (
        'FOR i = 1 TO 3\nSET "v" & i, STRING(12000, "x")\nNEXT\nTRY\nx = SAVE SESSION STATE\n'
        'CATCH e\nTALK e.code\nEND TRY\nTALK "on"'
    )
    await world.deploy(start=start, config={"session-memory-limit": "64k"})
    _, reply = await world.open()
    assert texts(reply) == ["9013", "on"]


async def test_what_the_package_has_no_more_is_left_out(world: World) -> None:
    start = (
        'x = SAVE SESSION STATE\nx.kbs = ["gone", "FAQ"]\nx.tools = ["gone", "order.bas"]\nRESTORE SESSION STATE x\n'
        'TALK "on"'
    )
    await world.deploy(files=FILES, order=ORDER, start=start)
    session_id, reply = await world.open()
    assert texts(reply) == ["on"]
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert (view.kbs, view.tools) == (("faq",), ("order",))


async def test_a_template_adds_to_what_is_there(world: World) -> None:
    start = 'SET "name", "Ann"\nSET CONTEXT "a" AS "b"\nUSE KB "manuals"\n'
    start += 'APPLY SESSION TEMPLATE "Support.csv"\nTALK (GET "level") + 1'
    await world.deploy(files=FILES, order=ORDER, start=start)
    session_id, reply = await world.open()
    assert texts(reply) == ["4"]
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert view.variables == {"name": "Bea", "level": 3}
    assert view.contexts == {"a": "b", "tone": "kind"}
    assert (view.kbs, view.tools, view.system_prompt) == (("manuals", "faq"), ("order",), "Be kind")
    assert [(each.key, each.label) for each in view.suggestions or ()] == [("1", "One")]


async def test_a_template_beyond_a_limit_adds_nothing(world: World) -> None:
    config = {"max-active-kbs": "1"}
    start = 'USE KB "manuals"\nAPPLY SESSION TEMPLATE "support"'
    await world.deploy(files=FILES, order=ORDER, start=start, config=config)
    session_id, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 9003
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert (view.variables, view.contexts, view.kbs) == ({}, {}, ("manuals",))


async def test_a_template_nobody_wrote(world: World) -> None:
    await world.deploy(start='APPLY SESSION TEMPLATE "none"')
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 3004


async def test_debug_output_goes_to_a_console(world: World) -> None:
    start = 'b = 2\na = [1.0, {x: NULL}]\nSET "z", 1\nSET "Y", TODAY()\n' + FILL.replace('TALK "hello"\n', "")
    start += "DEBUG SHOW VARIABLES\nDEBUG SHOW CONTEXT\nDEBUG SHOW SESSION\n"
    await world.deploy(files=FILES, order=ORDER, start=start)
    _, reply = await world.open(channel="console")
    variables, context, session = [text.split("\n") for text in texts(reply)]
    assert variables[0] == "VARIABLES"
    assert [line.split(" = ")[0] for line in variables[1:]] == ["name", "since", "Y", "z", "SCRIPT VARIABLES", "a", "b"]
    assert variables[-2:] == ['a = [1,{"x":null}]', "b = 2"]
    assert context == [
        "CONTEXT", 'system_prompt = "Help"', 'tone = "calm"', 'kbs = ["faq"]', 'tools = ["order"]',
    ]  # fmt: skip
    assert session[:3] == ["SESSION", f'id = "{reply.session_id}"', f'session_id = "{reply.session_id}"']
    assert not any(line.startswith("token") for line in session)
    assert 'channel = "console"' in session


async def test_debug_output_shows_no_register_of_the_trapping_of_errors(world: World) -> None:
    await world.deploy(start="b = 2\nON ERROR RESUME NEXT\nx = ERROR MESSAGE\nDEBUG SHOW VARIABLES")
    _, reply = await world.open(channel="console")
    assert texts(reply)[0].split("\n")[-3:] == ["SCRIPT VARIABLES", "b = 2", 'x = ""']


@pytest.mark.parametrize(("enabled", "said"), [("true", 1), ("false", 0)])
async def test_debug_output_reaches_other_users_only_when_it_is_enabled(world: World, enabled: str, said: int) -> None:
    await world.deploy(start="DEBUG SHOW CONTEXT", config={"debug-enabled": enabled})
    _, reply = await world.open()
    assert len(reply.messages) == said


async def test_a_missing_file_is_a_soft_error(world: World) -> None:
    await world.deploy(
        start='x = GET "none.txt"\nTALK (x IS NULL) & ERR\nx = GET "../secret.txt"\nTALK ERR\n'
        'TRY\nx = GET "a/b"\nCATCH e\nTALK e.code\nEND TRY'
    )
    _, reply = await world.open()
    assert texts(reply) == ["true3004", "5004", "3004"]
