"""Sessions that go to another server as bundles; and bundles that are none, or lie."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from botserver.errors import (
    BadBundle,
    BundleKeyMissing,
    CheckpointNotFound,
    ConfigError,
    LimitReached,
    NotAllowed,
    RequestIdReused,
    SessionEnded,
    SessionIdTaken,
    SessionNotFound,
    SnapshotTooNew,
)
from botserver.ids import CheckpointId, Digest, RequestId, SessionId, new_session_id
from botserver.model import LOCAL, Activity, Owner, Principal, SessionView, UserInfo
from botserver.session.bundles import Bundle, BundleKeys, content_digest, read_keys
from botserver.session.settings import SessionSettings
from tests.unit.session.people import online
from tests.unit.session.world import World, texts

KEYS = BundleKeys([b"k" * 32])
QUIZ = """\
SET "name", "Ann"
SET CONTEXT "about" AS "a visitor"
long = REPEAT("y", 6000)
SET "big", REPEAT("x", 9000)
score = 0
FOR EACH question IN ["one", "two", "three"]
  answer = ask(question)
  score = score + LEN(answer)
NEXT
TALK "${GET "name"} ${score} ${LEN(long)} ${LEN(GET "big")}"
HEAR done
FUNCTION ask(question)
  HEAR reply WITH "${question}?"
  RETURN reply
END FUNCTION
"""


def settings(keys: BundleKeys | None, folder: Path) -> SessionSettings:
    return SessionSettings(
        worker_threads=1, drain_s=0.0, test_performers=True, call_log=folder / "calls", bundle_keys=keys
    )


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path / "here", settings(KEYS, tmp_path / "here"))
    yield world
    await world.close()


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path / "there", settings(KEYS, tmp_path / "there"))
    world.clock.advance(1000)
    yield world
    await world.close()


async def exported(world: World, session_id: SessionId, **more: Any) -> bytes:
    return await world.sessions.exports.export_session(LOCAL, session_id, **more)


async def imported(world: World, bundle: bytes, **more: Any) -> SessionView:
    return await world.sessions.exports.import_session(LOCAL, bundle, **more)


async def quiz(world: World, *answers: str) -> SessionId:
    await world.deploy(start=QUIZ, files={"bot.gbdrive/a.txt": "file"})
    session_id, _ = await world.open(alias="me", user=UserInfo("u1", "Ann"), labels={"a": "b"}, metadata={"n": 1})
    for answer in answers:
        await world.say(session_id, answer)
    return session_id


# --- there and on


async def test_session_goes_on_on_another_server_that_knows_nothing_of_its_bot(here: World, there: World) -> None:
    session_id = await quiz(here, "a", "bb")
    view = await imported(there, await exported(here, session_id))
    assert texts(await there.say(view.session_id, "ccc")) == ["Ann 6 6000 9000"]
    assert texts(await here.say(session_id, "cccc")) == ["Ann 7 6000 9000"]
    full = await there.sessions.get_session(LOCAL, view.session_id, full=True)
    assert full.variables["name"] == "Ann"
    assert (await there.transcript(view.session_id))[:4] == ["bot: one?", "user: a", "bot: two?", "user: bb"]


async def test_documents_are_new_on_another_server(here: World, there: World) -> None:
    ask = 'HEAR x\nTALK KB DOCUMENTS COUNT & " " & KB DOCUMENTS ADDED SINCE 1'
    await here.deploy(start=ask, files={"bot.gbkb/manuals/a.md": "a"})
    here.clock.advance(2 * 86_400)
    there.clock.advance(2 * 86_400)
    session_id, _ = await here.open()
    view = await imported(there, await exported(here, session_id))
    assert texts(await here.say(session_id, "x")) == ["1 0"]
    assert texts(await there.say(view.session_id, "x")) == ["1 1"]


@pytest.mark.parametrize(
    "document", [None, [], ["0" * 64], ["0" * 64, -1], ["0" * 64, 2**40], ["", 1], ["x", 1], [1, 1]]
)
async def test_documents_of_a_bundle_are_checked(document: Any, here: World, there: World) -> None:
    await here.deploy(start="HEAR x\nTALK KB DOCUMENTS COUNT", files={"bot.gbkb/manuals/a.md": "a"})
    session_id, _ = await here.open()
    sound = KEYS.unseal(await exported(here, session_id))
    parts = json.loads(sound.manifest)
    parts["documents"]["manuals/a.md"] = document
    manifest = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    release = hashlib.blake2b(manifest, digest_size=32).hexdigest()
    with pytest.raises(BadBundle):
        await imported(there, KEYS.seal(replace(sound, manifest=manifest, about={**sound.about, "release": release})))


async def test_it_is_anonymous_and_belongs_to_the_bot(here: World, there: World) -> None:
    session_id = await quiz(here, "a")
    view = await imported(there, await exported(here, session_id))
    assert (view.user, view.alias, view.owner, view.activity) == (UserInfo(), "", Owner.BOT, Activity.WAITING_INPUT)
    assert (view.labels, view.metadata) == ({"a": "b"}, {"n": 1})
    assert view.session_id != session_id
    assert (await there.transcript(view.session_id))[-1].startswith(f"system: imported from {session_id}, revision 2")
    assert there.releases.bots() == []


async def test_same_session_gives_the_same_bytes(here: World) -> None:
    session_id = await quiz(here, "a")
    first = await exported(here, session_id)
    here.clock.advance(100)
    assert await exported(here, session_id) == first
    await here.say(session_id, "b")
    assert await exported(here, session_id) != first
    assert await exported(here, session_id, checkpoint_id=CheckpointId("t-2")) == first


async def test_checkpoint_is_exported_as_it_was(here: World, there: World) -> None:
    session_id = await quiz(here, "a", "b", "c")
    view = await imported(there, await exported(here, session_id, checkpoint_id=CheckpointId("t-2")))
    assert (await there.transcript(view.session_id))[:-1] == ["bot: one?", "user: a", "bot: two?"]
    assert texts(await there.say(view.session_id, "bb")) == ["three?"]


async def test_timers_begin_anew(here: World, there: World) -> None:
    await here.deploy(start='SCHEDULE IN 50 SECONDS\n  TALK "scheduled"\nEND SCHEDULE\nWAIT 100\nTALK "over"\nHEAR x')
    session_id, _ = await here.open()
    await here.pass_time(40)
    view = await imported(there, await exported(here, session_id))
    await there.pass_time(49)
    assert (await there.transcript(view.session_id))[1:] == []
    await there.pass_time(1)
    assert (await there.transcript(view.session_id))[1:] == ["bot: scheduled"]
    await there.pass_time(49)
    assert (await there.transcript(view.session_id))[2:] == []
    await there.pass_time(1)
    assert (await there.transcript(view.session_id))[2:] == ["bot: over"]


async def test_menu_choices_and_passwords_are_waited_for_as_before(here: World, there: World) -> None:
    await here.deploy(start='HEAR x AS MENU "Tea", "Milk"\nTALK x\nHEAR p AS PASSWORD\nTALK LEN(p)\nHEAR y')
    session_id, _ = await here.open()
    view = await imported(there, await exported(here, session_id))
    assert view.waiting_for is not None
    assert [option.label for option in view.waiting_for.options] == ["Tea", "Milk"]
    assert texts(await there.say(view.session_id, "tea")) == ["Tea"]
    view = await imported(here, await exported(there, view.session_id))
    assert texts(await here.say(view.session_id, "long secret")) == ["11"]
    assert "user: long secret" not in await here.transcript(view.session_id)


async def test_idle_session_moves_to_the_bot_it_finds(here: World, there: World) -> None:
    await here.deploy(start="TALK 1", config={"fallback-message": "old"})
    await there.deploy(start="TALK 2", config={"fallback-message": "new"})
    session_id, _ = await here.open()
    view = await imported(there, await exported(here, session_id))
    assert texts(await there.say(view.session_id, "x")) == ["new"]


async def test_session_with_the_desk_comes_back_to_its_bot(here: World, there: World) -> None:
    await here.deploy(start='r = TRANSFER SESSION ""\nTALK r.outcome\nHEAR x\nTALK "got ${x}"\nHEAR y')
    await online(here)
    session_id, _ = await here.open()
    assert (await here.sessions.get_session(LOCAL, session_id)).owner is not Owner.BOT
    view = await imported(there, await exported(here, session_id))
    assert view.owner is Owner.BOT
    await there.pass_time(0)
    await there.quiet()
    assert texts(await there.say(view.session_id, "a")) == ["got a"]


async def test_sub_session_that_talks_goes_along(here: World, there: World) -> None:
    await here.deploy(
        start='c = CREATE SUB SESSION\nr = RUN IN SESSION(c, "ask")\nTALK r\nHEAR x',
        ask='HEAR n WITH "name?"\nRETURN n',
    )
    session_id, _ = await here.open()
    view = await imported(there, await exported(here, session_id))
    assert texts(await there.say(view.session_id, "Ann")) == ["Ann"]


async def test_call_under_way_is_not_in_it(here: World, there: World) -> None:
    await here.deploy(start='HEAR x\nr = CALL "/test/slow", 300, 1\nTALK r\nHEAR y')
    session_id, _ = await here.open()
    turn = asyncio.ensure_future(here.say(session_id, "go"))
    await here.called()
    view = await imported(there, await exported(here, session_id))
    assert (view.activity, await there.transcript(view.session_id)) == (
        Activity.WAITING_INPUT,
        [f"system: imported from {session_id}, revision 1"],
    )
    turn.cancel()


async def test_repeated_import_opens_one_session(here: World, there: World) -> None:
    bundle = await exported(here, await quiz(here))
    request_id, wanted = RequestId("0b8f1c5e-1111-4222-8333-123456789abc"), new_session_id()
    first = await imported(there, bundle, new_id=wanted, request_id=request_id)
    assert first.session_id == wanted
    assert await imported(there, bundle, new_id=wanted, request_id=request_id) == first
    with pytest.raises(SessionIdTaken):
        await imported(there, bundle, new_id=wanted)
    with pytest.raises(RequestIdReused):
        await imported(there, bundle, request_id=request_id)


# --- refused


async def test_who_may_export_and_import(here: World, tmp_path: Path) -> None:
    session_id = await quiz(here)
    stranger = Principal("stranger")
    with pytest.raises(SessionNotFound):
        await here.sessions.exports.export_session(stranger, session_id)
    with pytest.raises(NotAllowed):
        await here.sessions.exports.import_session(stranger, await exported(here, session_id))
    with pytest.raises(CheckpointNotFound):
        await exported(here, session_id, checkpoint_id=CheckpointId("t-9"))
    await here.sessions.end_session(LOCAL, session_id)
    with pytest.raises(SessionEnded):
        await exported(here, session_id)
    without = World(tmp_path / "without", settings(None, tmp_path))
    with pytest.raises(BundleKeyMissing):
        await imported(without, b"")
    await without.close()


async def test_bundle_of_another_key_is_refused_and_a_second_key_accepted(here: World, tmp_path: Path) -> None:
    bundle = await exported(here, await quiz(here))
    with pytest.raises(BadBundle, match="key that this server does not have"):
        BundleKeys([b"o" * 32]).unseal(bundle)
    assert BundleKeys([b"o" * 32, b"k" * 32]).unseal(bundle) == KEYS.unseal(bundle)
    forged = KEYS.unseal(bundle)
    data = BundleKeys([b"o" * 32]).seal(forged)
    with pytest.raises(BadBundle, match="is not what was signed"):
        KEYS.unseal(data[:4] + bundle[4:12] + data[12:])


async def test_newer_bundle_is_told_so(here: World) -> None:
    bundle = bytearray(await exported(here, await quiz(here)))
    bundle[3] = 2
    with pytest.raises(SnapshotTooNew):
        await imported(here, bytes(bundle))


async def test_too_large_a_session_is_not_exported(here: World) -> None:
    await here.deploy(start="HEAR x", files={f"bot.gbdrive/{n}.bin": str(n) * 6_000_000 for n in range(3)})
    session_id, _ = await here.open()
    with pytest.raises(LimitReached):
        await exported(here, session_id)


async def test_flipped_and_cut_bundles_are_refused(here: World, there: World) -> None:
    bundle = await exported(here, await quiz(here, "a"))
    rng = random.Random(7)
    for _ in range(300):
        at = rng.randrange(len(bundle))
        for bad in (bundle[:at], bundle[:at] + bytes([bundle[at] ^ 1 << rng.randrange(8)]) + bundle[at + 1 :]):
            with pytest.raises((BadBundle, SnapshotTooNew)):
                await imported(there, bad)
    assert await there.store.count_open_sessions() == 0


async def test_changed_bundles_that_are_signed_are_refused_or_sound(here: World, there: World) -> None:
    """As if the signing server were taken over: whatever comes, it is BadBundle or a session that works."""
    sound = KEYS.unseal(await exported(here, await quiz(here, "a")))
    rng = random.Random(11)
    refused = 0
    for _ in range(400):
        try:
            view = await imported(there, KEYS.seal(_mutated(sound, rng)))
        except (BadBundle, SnapshotTooNew):
            refused += 1
            continue
        await there.say(view.session_id, "x")
    assert refused > 200


def _mutated(bundle: Bundle, rng: random.Random) -> Bundle:
    def flipped(data: bytes) -> bytes:
        at = rng.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]

    values: list[Any] = [None, -1, 2**70, "", "x" * 100_000, "\\0", [], {}, 1.5, True, "0" * 64, [["a"]], {"a": 1}]
    match rng.randrange(7):
        case 0:
            return replace(bundle, root=flipped(bundle.root))
        case 1:
            return replace(bundle, manifest=flipped(bundle.manifest))
        case 2:
            digest = rng.choice(sorted(bundle.content))
            changed = flipped(bundle.content[digest])
            return replace(bundle, content={**bundle.content, Digest(content_digest(changed)): changed})
        case 3:
            about = dict(bundle.about)
            about[rng.choice(sorted(about))] = rng.choice(values)
            return replace(bundle, about=about)
        case 4:
            messages = [dict(message) for message in bundle.messages]
            messages[0][rng.choice(sorted(messages[0]))] = rng.choice(values)
            return replace(bundle, messages=messages)
        case 5:
            parts = json.loads(bundle.manifest)
            parts[rng.choice(sorted(parts))] = rng.choice(values)
            return replace(bundle, manifest=json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode())
        case _:
            digest = rng.choice(sorted(bundle.large))
            return replace(bundle, large={each: data for each, data in bundle.large.items() if each != digest})


@pytest.mark.parametrize(
    "change",
    [
        {"activity": "idle"},
        {"activity": "waiting_timer"},
        {"waits_for": None},
        {"timer_s": -1.0},
        {"ttl_s": 0},
        {"ttl_s": 1e12},
        {"bot": "other"},
        {"release": "0" * 64},
        {"channel": "no channel"},
        {"labels": {str(n): "" for n in range(100)}},
        {"metadata": {"a": "x" * 100_000}},
        {"schedules": {"1": 1e9}},
        {"schedules": {"x": 1.0}},
        {"history": [["root", "text", 1.0]]},
        {"history_after": 99},
        {"origin": "x"},
        {"last_message": "a\0b"},
    ],
)
async def test_what_a_bundle_says_of_itself_is_checked(change: dict[str, Any], here: World, there: World) -> None:
    sound = KEYS.unseal(await exported(here, await quiz(here, "a")))
    with pytest.raises(BadBundle):
        await imported(there, KEYS.seal(replace(sound, about={**sound.about, **change})))
    assert await there.store.count_open_sessions() == 0


@pytest.mark.parametrize("value", ["\ud800", float("nan"), float("inf")])
async def test_text_and_numbers_that_cannot_be_written_are_refused(
    value: object, here: World, there: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = KEYS.unseal(await exported(here, await quiz(here, "a")))
    with monkeypatch.context() as patched:
        patched.setattr("botserver.session.bundles._json", lambda parts: json.dumps(parts, sort_keys=True).encode())
        bundle = KEYS.seal(replace(sound, about={**sound.about, "metadata": {"a": value}}))
    with pytest.raises(BadBundle):
        await imported(there, bundle)


@pytest.mark.parametrize("at", [-1.0, 1e18, -1e300])
async def test_times_that_no_calendar_has_are_refused(at: float, here: World, there: World) -> None:
    sound = KEYS.unseal(await exported(here, await quiz(here, "a")))
    messages = [{**sound.messages[0], "at": at}, *sound.messages[1:]]
    about = {**sound.about, "history": [["user", "text", at]]}
    for bad in (replace(sound, messages=messages), replace(sound, about=about)):
        with pytest.raises(BadBundle):
            await imported(there, KEYS.seal(bad))


async def test_programs_of_a_bundle_are_verified(here: World, there: World) -> None:
    sound = KEYS.unseal(await exported(here, await quiz(here, "a")))
    parts = json.loads(sound.manifest)
    (digest,) = parts["scripts"].values()
    program = bytearray(sound.content[Digest(bytes.fromhex(digest))])
    rng = random.Random(3)
    for _ in range(200):
        changed = bytearray(program)
        changed[rng.randrange(4, len(changed))] ^= rng.randrange(1, 256)
        data = bytes(changed)
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).replace(digest, content_digest(data).hex())
        content = {key: value for key, value in sound.content.items() if key.hex() != digest}
        bad = replace(sound, manifest=text.encode(), content={**content, content_digest(data): data})
        with pytest.raises(BadBundle):  # if not the program, then the release's name or the state's
            await imported(there, KEYS.seal(bad))


def test_keys_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# ours\n{'6b' * 32}  # newest\n\n{'00' * 32}\n")
    assert read_keys(path).seal(BUNDLE)[4:12] == KEYS.seal(BUNDLE)[4:12]
    for bad in ("", "6b" * 31, "zz" * 32, "\n".join(f"{n:064x}" for n in range(30))):
        path.write_text(bad)
        with pytest.raises(ConfigError):
            read_keys(path)
    with pytest.raises(ConfigError):
        read_keys(tmp_path / "absent")


BUNDLE = Bundle({}, b"", {}, b"", {}, [])


@pytest.mark.parametrize("says", ["invoice", "delegate"])
async def test_a_session_that_another_bot_works_for_goes_on_without_its_answer(
    here: World, there: World, says: str
) -> None:
    start = (
        'ADD BOT "clerk" WITH TRIGGER "invoice"\nHEAR x\n'
        'IF x = "delegate" THEN\ny = DELEGATE x TO BOT "clerk"\nTALK ISNULL(y)\nHEAR z\nEND IF'
    )
    for world in (here, there):
        await world.deploy("clerk", config={"works-with": "bot"}, start="HEAR x\nWAIT 100")
        await world.deploy(start=start)
    session_id, _ = await here.open()
    if says == "invoice":
        await here.say(session_id, "no more")
    sending = asyncio.ensure_future(here.say(session_id, says))
    await here.quiet()
    assert (await here.sessions.get_session(LOCAL, session_id)).activity is Activity.WAITING_TIMER
    view = await there.sessions.exports.import_session(
        LOCAL, await here.sessions.exports.export_session(LOCAL, session_id)
    )
    await there.pass_time(60.0)
    after = await there.sessions.get_session(LOCAL, view.session_id)
    assert after.activity is (Activity.IDLE if says == "invoice" else Activity.WAITING_INPUT)
    if says == "delegate":
        assert (await there.transcript(view.session_id))[-1] == "bot: true"
    await here.settle(sending, steps=90)
