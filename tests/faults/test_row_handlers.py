"""A server that is killed between what a script writes to a table and the handlers of those rows, or inside one: each
handler runs all the same, and once. Between them lie outside calls, so that they are not in one commit."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from botserver_client import Unavailable

from botserver.session.faultpoints import FaultPoint
from tests.faults.packages import write_bot
from tests.faults.test_effects import end_leases, until_served
from tests.faults.test_kill import hasty_client
from tests.live import LiveServer
from tests.servers import postgres

SCRIPT = """
PARAM looks
IF looks THEN
    log = FIND "log" ORDER BY id
    TALK COUNT("orders") & " " & (GET BOT MEMORY "n") & " " & JOIN(MAP(log, "id"), " ")
    EXIT
END IF

HEAR id
INSERT "orders", {id: id, n: 1}
got = CALL "/test/slow", 0.05, "wrote"
TALK got
UPDATE "orders" SET n = 2 WHERE id = id
DELETE FROM "orders" WHERE n = 2
HEAR more

SUB Once(what)
    SET BOT MEMORY "n", VAL(GET BOT MEMORY "n") + 1
    INSERT "log", {id: what}
END SUB

ON INSERT OF "orders"
    Once("inserted")
    got = CALL "/test/slow", 0.05, "inserted ${row.id}"
    TALK got
END ON
ON UPDATE OF "orders"
    Once("updated")
    TALK "updated ${old_row.n} ${row.n}"
END ON
ON DELETE OF "orders"
    got = CALL "/test/slow", 0.05, "deleted ${old_row.id}"
    TALK got
    Once("removed")
END ON
"""
SAID = ["wrote", "inserted tea", "updated 1 2", "deleted tea"]
CALLS = 3
BEFORE_THE_TURN = 1  # commit: the session is opened
DEATHS = [
    *((FaultPoint.BEFORE_COMMIT, BEFORE_THE_TURN + n) for n in range(1, CALLS + 2)),
    *((FaultPoint.AFTER_COMMIT, BEFORE_THE_TURN + n) for n in (1, CALLS + 1)),
    *((FaultPoint.DURING_CALL, n) for n in (2, CALLS)),
    *((FaultPoint.AFTER_OUTCOME, n) for n in (1, CALLS)),
]


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize(("point", "times"), DEATHS)
async def test_handlers_of_rows_run_once_wherever_the_server_is_killed(
    point: FaultPoint, times: int, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bot(tmp_path / "bots", "rows", {"start": SCRIPT})
    url = postgres().migrated_database() if database == "postgres" else None
    options = [] if url is None else ["--database", url]
    calls = tmp_path / "calls"
    server = LiveServer(tmp_path / "bots", "--no-reload", *options, folder=tmp_path, BOTSERVER_TEST_CALLS=str(calls))
    server.start(BOTSERVER_FAULT=f"{point}:{times}")
    try:
        async with hasty_client(server.address, monkeypatch) as client:
            session, _ = await client.create_session("rows")
            with pytest.raises(Unavailable):
                await client.send_message(session.session_id, "tea", message_id="m-1")
            assert await asyncio.to_thread(server.wait) == -9
            if url is not None:
                await end_leases(url)
            await asyncio.to_thread(server.start)
            await until_served(client)
            for _ in range(2):  # and however often it is asked for
                reply = await client.send_message(session.session_id, "tea", message_id="m-1")
                assert [message.text for message in reply.messages] == SAID
            _, look = await client.create_session("rows", params={"looks": True})
            assert look.text == "0 3 inserted removed updated"
        keys = calls.read_text().split()
        assert keys == sorted(keys)
        assert len(set(keys)) == CALLS
    finally:
        server.kill()
