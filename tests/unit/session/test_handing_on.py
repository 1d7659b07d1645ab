"""TRANSFER CONVERSATION TO: a session that goes on as one of another bot."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from botserver.errors import ReleaseNotFound
from botserver.ids import CheckpointId, SessionId
from botserver.limits import HAND_ONS, INPUT_GRACE_S
from botserver.model import LOCAL, Activity, Incoming, OpenRequest, Owner, Reply, UserInfo, Wait
from botserver.session.deployments import Deployments
from botserver.session.engine import Engine
from botserver.session.observe import NoObserver
from botserver.session.sessions import Sessions
from botserver.session.settings import SessionSettings
from botserver.session.steps import Steps
from tests.unit.session.people import accept, online, owner
from tests.unit.session.test_delegating import world as world  # on every database
from tests.unit.session.world import World, texts

WORKS = {"works-with": "bot", "welcome-message": "Billing here."}
HANDS_ON = 'SET "customer", 7\nHEAR x\nTALK "one moment"\nTRANSFER CONVERSATION TO "Billing"\nTALK "never"'
BILLING = (
    'TALK "You said " & GET SESSION "last_interaction"\n'
    'DO\nHEAR x\nTALK BOT_ID & " " & (GET "customer") & " " & x\nLOOP'
)
AGENT = {"user_role": "agent"}
SAID = ["one moment", "Billing here.", "You said invoice"]


async def handed_on(
    world: World, billing: str = BILLING, front: str = HANDS_ON, **more: Any
) -> tuple[SessionId, Reply]:
    """A session that was handed on with its first message, and the reply."""
    await world.deploy("billing", config=WORKS, start=billing)
    await world.deploy(config={"works-with": "billing"}, start=front)
    session_id, _ = await world.open(**more)
    return session_id, await world.say(session_id, "invoice")


async def test_the_session_goes_on_with_the_start_of_the_other_bot(world: World) -> None:
    session_id, reply = await handed_on(world, channel="web", alias="ann")
    assert texts(reply) == SAID
    assert reply.activity is Activity.WAITING_INPUT
    await world.restart()
    assert texts(await world.say(session_id, "a")) == ["billing 7 a"]
    # The user's door stays: by the alias of the bot they came to, the same session.
    view, reply = await world.sessions.open_and_send(
        OpenRequest("bot", LOCAL, "web", "ann"), Incoming(world.message_id(), text="b")
    )
    assert (view.session_id, view.bot, texts(reply)) == (session_id, "bot", ["billing 7 b"])


async def test_what_the_other_bot_keeps_is_its_own(world: World) -> None:
    billing = (
        'SET BOT MEMORY "n", 5\nSAVE "bills", "b1", 9\nWRITE "note.txt", "x"\nCACHE SET "c", 1\n'
        'SET SCHEDULE "0 9 * * *", "start"\nHEAR x\nTALK COUNT("bills") & READ "note.txt"'
    )
    session_id, _ = await handed_on(world, billing)
    assert texts(await world.say(session_id, "x")) == ["1x"]
    for bot, there in (("billing", True), ("bot", False)):
        assert (await world.store.read_memory(bot, "n") is not None) is there
        assert (await world.store.find_table(bot, "bills") is not None) is there
        assert (await world.store.find_file(bot, "note.txt") is not None) is there
        assert (await world.store.count_timetables(bot, set())).repeated == there


async def test_a_note_for_people_is_the_bot_s_that_has_the_conversation(world: World) -> None:
    session_id, _ = await handed_on(world, 'ADD NOTE GET SESSION "session_id", "owes 9"\nHEAR x')
    (note,) = await world.store.list_notes(session_id, 0)
    assert (note.author, note.text) == ("billing", "owes 9")


async def test_what_was_the_first_bot_s_own_is_gone(world: World) -> None:
    front = (
        'USE TOOL "start"\nADD SUGGESTION "k" AS "a"\nADD BOT "billing" WITH TRIGGER "t"\nSUB bye\nEND SUB\n'
        'SCHEDULE IN 5 SECONDS DO\nTALK "late"\nEND SCHEDULE\nsub = CREATE SUB SESSION\n'
        'HEAR x\nTRANSFER CONVERSATION TO "billing"\n'
        'ON EVENT "e" DO\nTALK "front heard"\nEND ON\nON SESSION END\nTALK "front ends"\nEND ON'
    )
    session_id, _ = await handed_on(world, "HEAR x\nb = LIST BOTS\nTALK b", front)
    view = await world.sessions.get_session(LOCAL, session_id, full=True)
    assert (list(view.tools), list(view.suggestions), list(view.sub_sessions)) == ([], [], [])
    await world.pass_time(10.0)
    await world.happen(session_id, "e")
    assert texts(await world.say(session_id, "x")) == ["[]"]
    await world.sessions.end_session(LOCAL, session_id)
    assert (await world.transcript(session_id))[-1] == "bot: []"


async def test_who_worked_for_the_first_bot_does_not_work_for_the_other_one(world: World) -> None:
    remembers = 'told = "none"\nDO\nHEAR task\nTALK told\ntold = task\nLOOP'
    await world.deploy("clerk", config={"works-with": "bot; billing"}, start=remembers)
    billing = 'HEAR x\nTALK (DELEGATE "of billing" TO BOT "clerk")\nHEAR x\nTRANSFER CONVERSATION TO "bot"'
    front = 'TALK (DELEGATE "secret" TO BOT "clerk")\nHEAR x\nTRANSFER CONVERSATION TO "billing"'
    session_id, _ = await handed_on(world, billing, front)
    assert texts(await world.say(session_id, "x")) == ["none"]
    assert texts(await world.say(session_id, "x")) == ["secret"]  # the first bot has its own one again


async def test_errors_of_the_other_bot_are_told_as_its_own(world: World) -> None:
    told: list[tuple[object, ...]] = []
    observer = NoObserver()
    observer.fault = lambda *values: told.append(values)  # type: ignore[method-assign]  # a spy
    await world.sessions.close()
    world.sessions = Sessions(world.store, world.releases, world.vm, SessionSettings(drain_s=0.0), observer)
    with capture_logs() as logs:
        await handed_on(world, 'LOG "here"\nx = 1 / 0')
    assert [line["bot"] for line in logs if line["event"] in ("here", "script fault")] == ["billing", "billing"]
    assert told == [("billing", 4003)]
    await world.sessions.close()


async def test_the_other_bot_follows_its_own_releases(world: World) -> None:
    session_id, _ = await handed_on(world, "")
    assert texts(await world.say(session_id, "x")) == ["Sorry, I have no answer to that."]
    await world.deploy("billing", config={**WORKS, "fallback-message": "new"}, start="")
    await world.deploy(config={"fallback-message": "of the first bot"}, start="")
    assert texts(await world.say(session_id, "x")) == ["new"]


async def test_it_may_be_handed_back(world: World) -> None:
    back = 'TALK "billing"\nHEAR x\nTRANSFER CONVERSATION TO "bot"'
    front = 'TALK "front"\nHEAR x\nTRANSFER CONVERSATION TO "billing"'
    session_id, reply = await handed_on(world, back, front)
    assert texts(reply) == ["Billing here.", "billing"]
    assert texts(await world.say(session_id, "x")) == ["front"]
    assert texts(await world.say(session_id, "x")) == ["Billing here.", "billing"]


async def test_bots_that_hand_on_in_a_circle_end_in_an_error(world: World) -> None:
    await world.deploy("billing", config=WORKS, start='TRANSFER CONVERSATION TO "bot"')
    await world.deploy(
        config={"works-with": "billing"},
        start='HEAR x\nRUN "on"', on='TRANSFER CONVERSATION TO "billing"',
    )  # fmt: skip
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "x")) == ["Billing here."]  # bot waits again
    await world.deploy(config={"works-with": "billing"}, start='TRANSFER CONVERSATION TO "billing"')
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == 9007
    assert texts(reply).count("Billing here.") == (HAND_ONS + 1) // 2


async def test_messages_that_wait_are_the_other_bot_s(world: World) -> None:
    await world.deploy("billing", config=WORKS, start=BILLING)
    await world.deploy(start='HEAR x\nCALL "/test/slow", 0\nTRANSFER CONVERSATION TO "billing"')
    session_id, _ = await world.open()
    first = world.say(session_id, "a", "m1")
    second = world.say(session_id, "b", "m2")
    replies = [await world.settle(each) for each in (first, second)]
    assert texts(replies[1])[-1] == "billing  b"


async def test_people_get_a_session_that_was_handed_on(world: World) -> None:
    session_id, _ = await handed_on(world, 'HEAR x\nr = TRANSFER SESSION ""\nTALK r.outcome\nHEAR y')
    await online(world)
    await world.say(session_id, "x")
    await accept(world, session_id)
    assert (await owner(world, session_id))[0] is Owner.AGENT


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ('TRANSFER CONVERSATION TO "nobody"', 4004),
        ('TRANSFER CONVERSATION TO "closed"', 5001),
        ('TRANSFER CONVERSATION TO "bot"', 4002),
        ('TRANSFER SESSION ""\nTRANSFER CONVERSATION TO "billing"', 5003),
    ],
)
async def test_a_conversation_goes_only_where_it_may(world: World, statement: str, number: int) -> None:
    await world.deploy("closed", start="")
    _, reply = await handed_on(world, front=f"HEAR x\n{statement}")
    assert reply.fault is not None
    assert reply.fault.number == number


async def test_people_get_no_conversation_on_its_way_to_another_bot(world: World) -> None:
    front = (
        'HEAR x\nPUBLISH EVENT "e"\nTRANSFER CONVERSATION TO "billing"\n'
        'ON EVENT "e" DO\nTRY\nTRANSFER SESSION ""\nCATCH e\nTALK e.code\nEND TRY\nEND ON'
    )
    await online(world)
    session_id, reply = await handed_on(world, front=front)
    assert texts(reply) == ["5003", "Billing here.", "You said invoice"]
    assert texts(await world.say(session_id, "a")) == ["billing  a"]
    assert (await owner(world, session_id))[0] is Owner.BOT


async def test_a_bot_that_is_retired_on_the_way_leaves_an_apology(world: World) -> None:
    front = (
        'TALK "front"\nHEAR x\nPUBLISH EVENT "e"\nTRANSFER CONVERSATION TO "billing"\n'
        'ON EVENT "e" DO\nr = CALL "/test/slow", 0.1\nEND ON'
    )
    await world.deploy("billing", config=WORKS, start=BILLING)
    await world.deploy(config={"error-message": "sorry"}, start=front)
    session_id, _ = await world.open()
    saying = asyncio.ensure_future(world.say(session_id, "go"))
    await world.called()
    await world.releases.retire("billing")
    reply = await saying
    assert texts(reply) == ["sorry"]
    assert reply.fault is not None
    assert (reply.fault.number, reply.activity) == (4004, Activity.IDLE)
    await world.deploy("billing", config=WORKS, start=BILLING)
    assert texts(await world.say(session_id, "x")) == ["Sorry, I have no answer to that."]


async def test_a_state_of_before_is_the_first_bot_s_again(world: World) -> None:
    session_id, _ = await handed_on(world)
    await world.say(session_id, "a")
    await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-1"))
    assert texts(await world.say(session_id, "again")) == [*SAID[:2], "You said again"]
    checkpoints = await world.sessions.list_checkpoints(LOCAL, session_id, 20, "")
    assert len(checkpoints.items) > 3


async def test_a_lent_release_is_nobody_else_s(world: World) -> None:
    session_id, _ = await handed_on(world)
    lent = (await world.store.find_session(session_id)).standing.release
    deployments = Deployments(world.store, world.releases)
    listed = await deployments.list_releases(LOCAL, "bot", 10, "")
    assert lent not in [view.row.release for view in listed.items]
    with pytest.raises(ReleaseNotFound):
        await deployments.activate_release(LOCAL, "bot", lent)


async def test_commits_whose_answer_is_lost_hand_on_once(world: World) -> None:
    await world.deploy("billing", config=WORKS, start=BILLING)
    await world.deploy(start=HANDS_ON)
    for fails_at in (1, 2):
        for after_work in (False, True):
            session_id, _ = await world.open()
            world.store.only, world.store.calls = "commit_turns", 0
            world.store.fail_at, world.store.fail_after_work = fails_at, after_work
            assert texts(await world.settle(world.say(session_id, "invoice"))) == SAID
            world.store.fail_at = 0
            assert texts(await world.say(session_id, "a")) == ["billing 7 a"]


@pytest.mark.parametrize("as_branch", [True, False])
async def test_a_state_between_the_bots_is_idle(world: World, as_branch: bool) -> None:
    session_id, _ = await handed_on(world, BILLING)
    await world.say(session_id, "a")
    between = CheckpointId("t-2")
    if as_branch:
        session_id = (await world.sessions.branch_session(LOCAL, session_id, between)).session_id
    else:
        await world.sessions.restore_session(LOCAL, session_id, between)
    view = await world.sessions.get_session(LOCAL, session_id)
    assert view.activity is Activity.IDLE
    assert texts(await world.say(session_id, "x")) == ["Sorry, I have no answer to that."]
    view = await world.sessions.get_session(LOCAL, session_id)
    assert view.activity is Activity.IDLE
    assert view.release == world.releases.active("billing" if as_branch else "bot").release_id


async def test_a_state_from_before_that_is_restored_before_the_other_bot_began_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.deploy("billing", config=WORKS, start=BILLING)
    await world.deploy(start=HANDS_ON)
    session_id, _ = await world.open()

    def not_yet(*_: object) -> Steps[None]:
        yield from ()

    with monkeypatch.context() as patched:
        patched.setattr(Engine, "work_off", not_yet)  # as if its server died here
        assert texts(await world.say(session_id, "invoice", wait=Wait.TURN)) == ["one moment"]
        await world.sessions.restore_session(LOCAL, session_id, CheckpointId("t-1"))
    await world.pass_time(INPUT_GRACE_S)
    view = await world.sessions.get_session(LOCAL, session_id)
    assert view.activity is Activity.WAITING_INPUT
    assert texts(await world.say(session_id, "again")) == [SAID[0], SAID[1], "You said again"]


@pytest.mark.parametrize("bot", ["bot", "billing"])
@pytest.mark.parametrize(
    "statement",
    [
        'ADD NOTE id, "n"',
        'TAG CONVERSATION id, "t"',
        'SET PRIORITY id, "high"',
        'SEND TO SESSION id, "hello"',
        'SET SESSION id, "customer", 8',
        "RESOLVE CONVERSATION id",
    ],
)
async def test_a_bot_that_was_handed_a_conversation_writes_to_no_other(world: World, statement: str, bot: str) -> None:
    billing = f'HEAR id\nTRY\n{statement}\nTALK "done"\nCATCH e\nTALK e.code\nEND TRY\nHEAR x'
    session_id, _ = await handed_on(world, billing, metadata=AGENT)
    other_id, _ = await world.open(bot)
    assert texts(await world.say(session_id, other_id)) == ["4004"]


async def test_a_bot_that_was_handed_a_conversation_reads_no_other(world: World) -> None:
    reads = 'HEAR id\nTALK GET SESSION id, "customer"\nh = GET CUSTOMER HISTORY "ann"\nTALK LEN(h)\nHEAR x'
    session_id, _ = await handed_on(world, reads, metadata=AGENT)
    other_id, _ = await world.open(user=UserInfo("ann"))
    assert texts(await world.say(session_id, other_id)) == ["", "0"]


async def test_what_was_handed_on_is_not_read_by_the_first_bot(world: World) -> None:
    session_id, _ = await handed_on(world)
    await world.deploy(start='HEAR id\nTALK GET SESSION id, "customer"\nTALK GET SESSION id, "status"\nHEAR x')
    reader, _ = await world.open(metadata=AGENT)
    assert texts(await world.say(reader, session_id)) == ["", ""]
