"""What is beyond all numbers, or is none, in every place a script can put it: it is kept, and can be read again."""

from __future__ import annotations

from pathlib import Path

from botserver.model import LOCAL
from botserver.session.bundles import BundleKeys
from botserver.session.settings import SessionSettings
from tests.unit.session.world import World, texts

SHOW = """
SUB show(value)
  text = ""
  FOR EACH each IN value.a
    text = text & each & " "
  NEXT
  TALK text & value.c.d & " " & value["$b"]
END SUB
"""
PUT = (
    """\
ON EVENT "noted" DO
  SET "event", event.data
END ON
beyond = VAL("1e308") * 10
odd = beyond - beyond
all = {a: [beyond, -beyond, odd], "$b": odd, c: {d: beyond}}
HEAR go
SET "x", all
SET BOT MEMORY "x", all
REMEMBER "x", all
CACHE SET "x", all
SAVE "rows", {id: odd, lookup: beyond, all: all}
SAVE "rows", beyond, {n: odd}
RECORD METRIC "order" WITH total = odd, items = beyond
LOG SESSION "x", all
PUBLISH EVENT "noted", all
child = CREATE SUB SESSION
RUN IN SESSION child, "ask", all
DO
  HEAR go
  CALL show(all)
  CALL show(GET "x")
  CALL show(GET "event")
  CALL show(GET BOT MEMORY "x")
  CALL show(RECALL "x")
  CALL show(CACHE GET "x")
  FOR EACH row IN FIND "rows"
    TALK row.id & " " & row.lookup & " " & row.n
    IF row.all <> NULL THEN
      CALL show(row.all)
    END IF
  NEXT
LOOP
"""
    + SHOW
)
ASK = "PARAM given\nHEAR more\nCALL show(given)\n" + SHOW
ALL = "Infinity -Infinity NaN Infinity NaN"


async def test_all_that_a_script_keeps_of_it_is_read_by_another_process_and_by_another_server(tmp_path: Path) -> None:
    keys = BundleKeys([b"k" * 32])
    here, there = (
        World(tmp_path / name, SessionSettings(worker_threads=1, drain_s=0.0, bundle_keys=keys))
        for name in ("here", "there")
    )
    await here.deploy(start=PUT, ask=ASK)
    session_id, _ = await here.open()
    first = await here.say(session_id, "go")
    assert (first.fault, texts(first)) == (None, [])
    await here.restart()
    bundle = await here.sessions.exports.export_session(LOCAL, session_id)
    assert texts(await here.say(session_id, "more")) == [ALL]
    shown = texts(await here.say(session_id, "go"))
    assert shown == [*[ALL] * 6, "NaN Infinity ", ALL, "Infinity  NaN"]
    await here.restart()
    assert texts(await here.say(session_id, "go")) == shown
    view = await there.sessions.exports.import_session(LOCAL, bundle)
    assert texts(await there.say(view.session_id, "more")) == [ALL]
    assert texts(await there.say(view.session_id, "go"))[:3] == shown[:3]
    await here.close()
    await there.close()
