"""Scripts that call a server on a real port, on each database: what they get, and what becomes of a call whose process,
claim, session or time ends."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from botserver.clock import ManualClock
from botserver.errors import BotserverError
from botserver.ids import SessionId
from botserver.model import LOCAL, Activity, EventKind, SessionState, Wait
from botserver.outside.client import PooledClient
from botserver.outside.guard import parse_guard
from botserver.outside.http import HttpClient
from botserver.session.performers.http import HttpPerformer
from botserver.session.settings import SessionSettings
from botserver.store.abc import Store
from botserver.store.postgres import open_store as open_postgres
from botserver.store.sqlite import open_store as open_sqlite
from botserver.telemetry.metrics import Metrics
from tests.outside.double import Held, HttpDouble, redirect, reply
from tests.servers import postgres
from tests.unit.session.world import World, texts

Make = Callable[[], Awaitable[World]]


async def open_client() -> HttpClient:
    return PooledClient(parse_guard("127.0.0.1"))


@pytest.fixture
async def double() -> AsyncIterator[HttpDouble]:
    async with HttpDouble() as double:
        double.answers["/json"] = reply({"price": 3, "tags": ["a"]})
        yield double


@pytest.fixture(params=["sqlite", "postgres"])
async def make(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Make]:
    """Makes processes that share a database; on SQLite there is one."""
    clock = ManualClock()
    url = postgres().migrated_database() if request.param == "postgres" else ""
    worlds: list[tuple[World, HttpPerformer]] = []

    async def make() -> World:
        store: Store = await open_postgres(url, clock, threads=2) if url else open_sqlite(None, clock)
        http = HttpPerformer(open_client)
        settings = SessionSettings(worker_threads=1, drain_s=0.0)
        world = World(tmp_path, settings, store, outside={"http": http}, observer=Metrics("test"))
        world.clock = clock
        worlds.append((world, http))
        return world

    yield make
    for world, http in worlds:
        await world.close()
        await http.close()


@pytest.fixture
async def world(make: Make) -> World:
    return await make()


async def run(world: World, script: str, config: dict[str, str] | None = None) -> list[str]:
    """What a script says."""
    await world.deploy(start="HEAR go\n" + script, config=config or {})
    session_id, _ = await world.open()
    reply = await world.say(session_id, "go")
    return texts(reply) + [f"fault {reply.fault.number}" for _ in [0] if reply.fault is not None]


# --- what scripts get


async def test_get_gives_json_as_a_value_and_anything_else_as_text(world: World, double: HttpDouble) -> None:
    double.answers["/text"] = reply(b"just text")
    double.answers["/untyped"] = reply(b' {"a": 1}')
    double.answers["/bad"] = reply(b'{"a": NaN}')
    double.answers["/latin"] = reply("é".encode("latin-1"), content_type="text/plain; charset=ISO-8859-1")
    double.answers["/null"] = reply(None)
    double.answers["/empty"] = reply(b"", 204)
    base = double.url()
    assert await run(
        world,
        f'x = GET "{base}json"\nTALK x.price & x.tags[0]\nTALK GET "{base}text"\nx = GET "{base}untyped"\nTALK x.a\n'
        f'TALK GET "{base}bad"\nTALK GET "{base}latin"\nTALK (GET "{base}null") IS NULL\nTALK LEN(GET "{base}empty")',
    ) == ["3a", "just text", "1", '{"a": NaN}', "é", "true", "0"]


async def test_a_failed_get_is_null_and_leaves_its_error(world: World, double: HttpDouble) -> None:
    assert await run(
        world,
        f'x = GET "{double.url("/missing")}"\nTALK (x IS NULL) & " " & ERROR MESSAGE\n'
        f'x = GET "http://10.0.0.1/"\nTALK (x IS NULL) & " " & ERROR MESSAGE\nCLEAR ERROR\n'
        f'x = GET "{double.url("/json")}"\nIF NOT ERROR THEN TALK x.price',
    ) == [
        f"true 127.0.0.1:{double.port} answered with status 404",
        "true 10.0.0.1 is in a private network, which this server does not let scripts reach",
        "3",
    ]


async def test_post_sends_values_as_json_and_gets_a_map_with_its_status(world: World, double: HttpDouble) -> None:
    double.answers["/made"] = reply({"id": 7, "Status": "new"}, 201, x_place="/made/7")
    double.answers["/list"] = reply([1, 2])
    base = double.url()
    assert await run(
        world,
        f'x = POST "{base}made", {{item: "tea", at: TODAY(), n: NULL}}\nTALK x.id & x.Status & x.data.id\n'
        f'TALK x.headers["x-place"]\ny = PUT "{base}list", "a=1"\nTALK y.status & y.data[1]\n'
        f'PATCH "{base}list", [1]\nz = DELETE HTTP "{base}list"\nTALK z.status\nPOST "{base}list"',
    ) == ["7new7", "/made/7", "2002", "200"]
    bodies = [(asked.method, asked.headers.get("content-type"), asked.body) for asked in double.asked]
    assert json.loads(bodies[0][2]) == {"item": "tea", "at": "2026-01-01", "n": None}
    assert bodies[0][1] == "application/json"
    assert bodies[1:] == [
        ("PUT", "text/plain; charset=utf-8", b"a=1"), ("PATCH", "application/json", b"[1]"), ("DELETE", None, b""),
        ("POST", None, b""),
    ]  # fmt: skip


async def test_a_refused_post_gives_the_answer_it_got(world: World, double: HttpDouble) -> None:
    double.answers["/full"] = reply({"reason": "full"}, 409)
    script = f'x = POST "{double.url("/full")}", {{a: 1}}\nTALK x.status & x.reason & ERROR'
    assert await run(world, script) == ["409fulltrue"]


async def test_inside_try_a_failure_is_raised(world: World, double: HttpDouble) -> None:
    script = f'TRY\nx = POST "{double.url("/gone")}", 1\nTALK "not here"\nCATCH e\nTALK e.code\nEND TRY'
    assert await run(world, script) == ["1404"]


async def test_graphql_gives_data_and_errors_and_raises_failures(world: World, double: HttpDouble) -> None:
    double.answers["/q"] = [reply({"data": {"me": 1}}), reply(b"oops"), reply({"errors": []}, 500)]
    url = double.url("/q")
    script = f'x = GRAPHQL "{url}", "{{me}}", {{a: 1}}\nTALK x.data.me & (x.errors IS NULL)\n'
    script += f'TRY\nx = GRAPHQL "{url}", "{{me}}"\nCATCH e\nTALK e.code\nEND TRY\nx = GRAPHQL "{url}", "{{me}}"'
    assert await run(world, script) == ["1true", "4008", "Sorry, something went wrong.", "fault 1500"]
    assert json.loads(double.asked[0].body) == {"query": "{me}", "variables": {"a": 1}}


async def test_webhook_post_sends_a_map(world: World, double: HttpDouble) -> None:
    double.answers["/hook"] = reply(b"thanks")
    assert await run(world, f'WEBHOOK POST "{double.url("/hook")}" WITH {{id: 1}}\nTALK "on"') == ["on"]
    assert (double.asked[0].method, double.asked[0].body) == ("POST", b'{"id":1}')


async def test_paths_stand_under_the_base_of_the_bot(world: World, double: HttpDouble) -> None:
    double.answers["/v1/orders"] = reply(5)
    base = {"api-base-url": double.url("/v1/")}
    assert await run(world, 'TALK GET "/orders"\nx = POST "/orders", {a: 1}\nTALK x.data', base) == ["5", "5"]
    assert await run(world, 'x = GET "/orders"') == ["Sorry, something went wrong.", "fault 1404"]


async def test_headers_of_the_run_are_sent_and_no_others(world: World, double: HttpDouble) -> None:
    script = 'SET HEADER "Authorization", "Bearer " & "x"\nSET HEADER "Content-Type", "text/csv"\n'
    script += f'SET HEADER "X-Gone", "1"\nSET HEADER "x-gone", NULL\nPOST "{double.url("/json")}", "a;b"\n'
    script += f'CLEAR HEADERS\nx = GET "{double.url("/json")}"\nTALK x.price'
    assert await run(world, script) == ["3"]
    first, second = (asked.headers for asked in double.asked)
    assert (first["authorization"], first["content-type"], first.get("x-gone")) == ("Bearer x", "text/csv", None)
    assert "authorization" not in second


@pytest.mark.parametrize(
    ("name", "value"),
    [("X", '"a" & CHR(13) & CHR(10) & "Y: b"'), ("X Y", '"a"'), ("", '"a"'), ("X", 'CHR(8364)'), ("Host", '"evil"'),
     ("Content-Length", "5"), ("Transfer-Encoding", '"chunked"'), ("Idempotency-Key", '"mine"'), ("X:", '"a"')],
)  # fmt: skip
async def test_what_is_no_header_of_a_script_is_refused_and_nothing_is_sent(
    world: World, double: HttpDouble, name: str, value: str
) -> None:
    script = f'SET HEADER "{name}", {value}\nTRY\nx = GET "{double.url("/json")}"\nCATCH e\nTALK e.code\nEND TRY'
    assert await run(world, script) == ["4002"]
    assert double.asked == []


async def test_headers_have_a_limit(world: World, double: HttpDouble) -> None:
    script = 'FOR i = 1 TO {n}\nSET HEADER "X-" & i, i\nNEXT\nTRY\nx = GET "' + double.url("/json")
    script += '"\nTALK x.price\nCATCH e\nTALK e.code\nEND TRY'
    assert await run(world, script.replace("{n}", "50")) == ["3"]
    assert await run(world, script.replace("{n}", "51")) == ["4002"]


async def test_a_url_may_hold_any_text(world: World, double: HttpDouble) -> None:
    double.answers["/f"] = reply(b"ok")
    script = f'q = "a b" & CHR(10) & "ä&x=" & CHR(0x1F600)\nTALK GET "{double.url("/f")}?q=" & q'
    assert await run(world, script) == ["ok"]
    assert double.asked[0].path == "/f?q=a%20b%0A%C3%A4&x=%F0%9F%98%80"


async def test_a_redirect_to_a_private_network_is_not_followed(world: World, double: HttpDouble) -> None:
    double.answers["/"] = redirect("http://169.254.169.254/latest/meta-data/")
    script = f'x = GET "{double.url()}"\nTALK (x IS NULL) & ERROR MESSAGE'
    (said,) = await run(world, script)
    assert said.startswith("true169.254.169.254 is in a private network")


# --- limits


async def test_an_answer_that_is_too_large_is_raised_and_the_session_goes_on(world: World, double: HttpDouble) -> None:
    double.answers["/large"] = reply(b"x" * 3_000_000)
    script = f'TRY\nx = GET "{double.url("/large")}"\nCATCH e\nTALK e.code\nEND TRY\n'
    script += f'x = GET "{double.url("/json")}"\nTALK x.price'
    assert await run(world, script) == ["9013", "3"]


async def test_an_answer_that_does_not_fit_into_the_session_is_raised(world: World, double: HttpDouble) -> None:
    double.answers["/large"] = reply(list(range(50_000)))
    script = f'TRY\nx = GET "{double.url("/large")}"\nCATCH e\nTALK e.code\nEND TRY\nTALK "on"'
    assert await run(world, script, {"session-memory-limit": "200KB"}) == ["9013", "on"]


@pytest.mark.parametrize(("depth", "code"), [(128, "on"), (129, "4006"), (480, "4006"), (100_000, "4006")])
async def test_an_answer_nested_too_deeply_is_an_error_of_the_script(
    world: World, double: HttpDouble, depth: int, code: str
) -> None:
    double.answers["/list"] = reply(b"[" * depth + b"]" * depth)
    double.answers["/map"] = reply(b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1))
    for path in ("/list", "/map"):
        script = f'TRY\nx = GET "{double.url(path)}"\nTALK "on"\nCATCH e\nTALK e.code\nEND TRY'
        assert await run(world, script) == [code]


@pytest.mark.parametrize("digits", [20, 400, 4_300, 5_000])
async def test_a_number_beyond_all_bounds_is_no_error_of_ours(world: World, double: HttpDouble, digits: int) -> None:
    double.answers["/n"] = reply(b'{"n": -' + b"9" * digits + b"}")
    assert await run(world, f'x = GET "{double.url("/n")}"\nTALK (x IS NULL) & "on"') == ["falseon"]


async def test_a_large_answer_does_not_keep_others_waiting(world: World, double: HttpDouble) -> None:
    double.answers["/many"] = reply([[]] * 400_000)
    running = asyncio.create_task(run(world, f'x = GET "{double.url("/many")}"'))
    longest_s = 0.0
    while not running.done():
        before_s = time.thread_time()  # what other processes take does not count
        await asyncio.sleep(0)
        longest_s = max(longest_s, time.thread_time() - before_s)
    assert (await running)[-1:] == ["fault 9013"]
    assert longest_s < 0.3


async def test_the_time_out_of_the_bot_counts(world: World, double: HttpDouble) -> None:
    slow = Held(reply(b"late"))
    double.answers["/slow"] = slow
    script = f'x = GET "{double.url("/slow")}"\nTALK (x IS NULL) & ERROR MESSAGE'
    said = await run(world, script, {"http-timeout-secs": "0.2"})
    assert said == ["true127.0.0.1 did not answer within 0.2 seconds"]
    await asyncio.wait_for(double.gone.wait(), 10)
    slow.go.set()
    assert await run(world, script, {"http-timeout-secs": "20"}) == ["false"]


async def test_calls_of_one_turn_have_a_limit(
    world: World, double: HttpDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botserver.session.attempts.TURN_CALLS", 5)
    get = f'x = GET "{double.url("/json")}"\n'
    said = await run(world, f"FOR i = 1 TO 5\n{get}NEXT\nTALK x.price\nTRY\n{get}CATCH e\nTALK e.code\nEND TRY")
    assert said == ["3", "9013"]
    assert len(double.asked) == 5


async def test_a_download_is_a_file_with_all_its_bytes(world: World, double: HttpDouble) -> None:
    double.answers["/logo.png"] = reply(bytes(range(256)), content_type="image/png")
    double.answers["/large"] = reply(b"x" * 1_500_000)
    url = double.url("/logo.png")
    said = await run(
        world,
        f'SET HEADER "A", "b"\nx = DOWNLOAD "{url}", "img/logo.png"\nTALK x.size & x.type & x.path\n'
        f'TALK LIST("img")[0].size\nx = DOWNLOAD "{double.url("/none")}"\nTALK (x IS NULL) & ERR\n'
        f'x = DOWNLOAD "{double.url("/large")}"\nTALK (x IS NULL) & ERR',
    )
    assert said == ["256image/pngimg/logo.png", "256", "true1404", "true3005"]
    assert await world.store.store.read_file("bot", "img/logo.png") == bytes(range(256))
    assert double.asked[0].headers["a"] == "b"


# --- what others see meanwhile


async def test_what_was_said_before_a_slow_call_is_there_while_it_runs(world: World, double: HttpDouble) -> None:
    held = Held(reply(b"done"))
    double.answers["/slow"] = held
    await world.deploy(start=f'HEAR go\nTALK "one moment"\nTALK GET "{double.url("/slow")}"')
    session_id, _ = await world.open()
    stream = world.sessions.watch_session(LOCAL, session_id, 0)
    assert (await stream.__anext__()).kind is EventKind.STATE
    saying = asyncio.create_task(world.say(session_id, "go"))
    heard: list[str] = []
    async for event in stream:
        if event.kind is EventKind.MESSAGE and event.message is not None:
            heard.append(event.message.text)
        if len(heard) == 2:
            break
    assert heard == ["go", "one moment"]
    await held.came.wait()
    assert not saying.done()
    held.go.set()
    assert texts(await saying) == ["one moment", "done"]


async def test_log_and_metrics_hear_of_calls_and_no_text_of_them(world: World, double: HttpDouble) -> None:
    with capture_logs() as lines:
        await run(
            world,
            f'SET HEADER "A", "secret"\nx = POST "{double.url("/json")}?t=secret", "secret"\nPOST "http://secret.invalid/"',
        )
    calls = [line for line in lines if line["event"] == "outside call"]
    assert [(line["family"], line["outcome"], line["number"]) for line in calls] == [
        ("http", "ok", 0), ("http", "unknown_host", 1002),
    ]  # fmt: skip
    assert calls[0]["key"] == double.keys[0]
    assert "secret" not in str(calls)


# --- ends of calls


async def test_a_call_of_a_dead_process_is_made_again_once_with_its_key(make: Make, double: HttpDouble) -> None:
    """Nothing else happens twice: what was said and stored before the call stays as it was."""
    world = await make()
    held = Held(reply({"n": 1}))
    double.answers["/slow"] = [held, reply({"n": 2})]
    await world.deploy(
        start='HEAR go\nSET BOT MEMORY "n", VAL(GET BOT MEMORY "n") + 1\nTALK "before"\n'
        f'SET HEADER "A", "b"\nx = POST "{double.url("/slow")}", {{a: 1}}\n'
        'TALK x.n & GET BOT MEMORY "n"\nHEAR more'
    )
    session_id, _ = await world.open()
    saying = asyncio.create_task(world.say(session_id, "go", "m1"))
    await held.came.wait()
    await world.restart()
    await asyncio.gather(saying, return_exceptions=True)
    await world.pass_time(31)
    await world.quiet()
    assert double.keys == [f"{session_id}/2/1"] * 2
    assert double.asked[0].headers == double.asked[1].headers
    assert double.asked[0].body == double.asked[1].body
    assert await world.transcript(session_id) == ["user: go", "bot: before", "bot: 21"]
    assert texts(await world.say(session_id, "go", "m1")) == ["before", "21"]


async def test_an_outcome_that_was_recorded_is_not_asked_for_again(make: Make, double: HttpDouble) -> None:
    world = await make()
    await world.deploy(start=f'HEAR go\nx = GET "{double.url("/json")}"\nTALK x.price\nHEAR more')
    session_id, _ = await world.open()
    with pytest.raises(BotserverError):
        await asyncio.wait_for(lose_database_after_call(world, session_id), 30)
    await world.restart()
    await world.pass_time(31)
    await world.quiet()
    assert len(double.asked) == 1
    assert await world.transcript(session_id) == ["user: go", "bot: 3"]


async def lose_database_after_call(world: World, session_id: SessionId) -> None:
    """The database goes away right after the outcome was recorded."""
    record = world.store.store.record_outcome

    async def record_and_lose(*arguments: Any) -> bool:
        done = await record(*arguments)
        world.store.is_down = True
        return done

    world.store.store.record_outcome = record_and_lose  # type: ignore[method-assign]  # the database goes away
    try:
        await world.say(session_id, "go", "m1")
    finally:
        world.store.store.record_outcome = record  # type: ignore[method-assign]  # and comes back
        world.store.is_down = False


async def test_a_call_ends_with_its_session(world: World, double: HttpDouble) -> None:
    held = Held(reply(b"late"))
    double.answers["/slow"] = held
    await world.deploy(start=f'ON SESSION END\nTALK "bye"\nEND ON\nHEAR go\nTALK GET "{double.url("/slow")}"')
    session_id, _ = await world.open()
    saying = asyncio.create_task(world.say(session_id, "go"))
    await held.came.wait()
    view = await world.sessions.end_session(LOCAL, session_id)
    assert view.state is SessionState.ENDED
    await asyncio.wait_for(double.gone.wait(), 10)
    await saying
    assert await world.transcript(session_id) == ["user: go", "bot: bye"]


async def test_calls_of_end_handlers_have_their_time(
    world: World, double: HttpDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botserver.session.agenda.END_CALLS_S", 0.2)
    double.answers["/slow"] = Held(reply(b"late"))
    script = f'ON SESSION END\nx = GET "{double.url("/json")}"\nTALK x.price\nx = GET "{double.url("/slow")}"\n'
    await world.deploy(start=script + 'TALK "never"\nEND ON\nHEAR go')
    session_id, _ = await world.open()
    await world.sessions.end_session(LOCAL, session_id)
    await asyncio.wait_for(double.gone.wait(), 10)
    assert (await world.transcript(session_id))[:1] == ["bot: 3"]


async def test_a_process_that_stops_cuts_its_calls_off_and_the_next_makes_them_again(
    make: Make, double: HttpDouble
) -> None:
    world = await make()
    held = Held(reply(b"never"))
    double.answers["/slow"] = [held, reply(b"done")]
    await world.deploy(start=f'HEAR go\nTALK GET "{double.url("/slow")}"')
    session_id, _ = await world.open()
    saying = asyncio.create_task(world.say(session_id, "go"))
    await held.came.wait()
    await world.sessions.drain()
    await world.restart()
    await asyncio.wait_for(double.gone.wait(), 10)
    await asyncio.gather(saying, return_exceptions=True)
    await world.pass_time(31)
    await world.quiet()
    assert (await world.transcript(session_id))[1:] == ["bot: done"]
    assert len(set(double.keys)) == 1


async def test_two_nodes_share_calls_and_who_lost_the_claim_writes_nothing(tmp_path: Path, double: HttpDouble) -> None:
    """The first node stands still for longer than its claim lives; a second makes the call again and goes on."""
    url, clock = postgres().migrated_database(), ManualClock()
    nodes = []
    for _ in range(2):
        settings = SessionSettings(worker_threads=1, drain_s=0.0, claim_renew_s=3600.0)  # renews nothing: stands still
        http = HttpPerformer(open_client)
        node = World(tmp_path, settings, await open_postgres(url, clock, threads=2), outside={"http": http})
        node.clock = clock
        nodes.append((node, http))
    (first, _), (second, _) = nodes
    held = Held(reply(b"from the first"))
    double.answers["/slow"] = [held, reply(b"from the second")]
    await first.deploy(start=f'HEAR go\nTALK "before"\nTALK GET "{double.url("/slow")}"\nHEAR more\nTALK more')
    await second.activate()
    session_id, _ = await first.open()
    saying = asyncio.create_task(first.say(session_id, "go", "m1", Wait.TURN))
    await held.came.wait()
    clock.advance(31)
    await second.sessions.run_due()
    await second.quiet()
    said = ["user: go", "bot: before", "bot: from the second"]
    assert await second.transcript(session_id) == said
    held.go.set()
    async with asyncio.timeout(30):
        while not saying.done():
            await first.sessions.look_elsewhere()
            await asyncio.sleep(0.001)
    assert texts(await saying) == ["before", "from the second"]
    assert await first.transcript(session_id) == said
    assert double.keys == [f"{session_id}/2/1"] * 2
    assert texts(await first.say(session_id, "on", "m2")) == ["on"]
    view = await first.sessions.get_session(LOCAL, session_id)
    assert view.activity is Activity.IDLE
    for node, http in nodes:
        await node.close()
        await http.close()


async def test_keys_count_the_calls_of_a_turn(world: World, double: HttpDouble) -> None:
    get = f'x = GET "{double.url("/json")}"\n'
    await world.deploy(start=f"HEAR a\n{get}{get}HEAR b\n{get}TALK x.price")
    session_id, _ = await world.open()
    await world.say(session_id, "1")
    await world.say(session_id, "2")
    assert double.keys == [f"{session_id}/2/1", f"{session_id}/2/2", f"{session_id}/3/1"]


async def test_calls_of_many_sessions_run_side_by_side(world: World, double: HttpDouble) -> None:
    held = Held(reply(b"done"))
    double.answers["/slow"] = held
    await world.deploy(start=f'HEAR go\nTALK GET "{double.url("/slow")}"')
    opened = [await world.open() for _ in range(10)]
    saying: Sequence[asyncio.Task[Any]] = [asyncio.create_task(world.say(session_id, "go")) for session_id, _ in opened]
    async with asyncio.timeout(30):
        while double.open_now < 10:
            await asyncio.sleep(0.001)
    held.go.set()
    assert [texts(reply) for reply in await asyncio.gather(*saying)] == [["done"]] * 10
