"""Writes the golden bundle of the current format, once: `python -m tests.golden.bundles.make v1`.

Bundles of a released format are never made again; a new format gets a file of its own, and the old ones must still be
taken in.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from botserver.model import LOCAL
from botserver.session.bundles import BundleKeys
from botserver.session.settings import SessionSettings
from tests.unit.session.world import World

KEY = b"golden bundles are signed so...."
SCRIPT = """\
SET "name", "Ann"
SET CONTEXT "about" AS "a visitor"
long = REPEAT("y", 5000)
SET "big", REPEAT("x", 6000)
total = 0
SCHEDULE IN 1 HOUR
  TALK "an hour later"
END SCHEDULE
FOR EACH item IN ["tea", "milk"]
  n = ask(item)
  total = total + n
NEXT
TALK "${GET "name"}: ${total}, ${LEN(long)}, ${LEN(GET "big")}"
HEAR done
FUNCTION ask(item)
  HEAR amount AS INTEGER WITH "How many ${item}?"
  RETURN amount
END FUNCTION
"""


async def main(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        keys = BundleKeys([KEY])
        world = World(Path(folder), SessionSettings(worker_threads=1, drain_s=0.0, bundle_keys=keys))
        files = {"bot.gbdrive/note.txt": "a file", "bot.gbot/templates/vip.csv": "kind,name,value\\nprompt,,Be kind\\n"}
        await world.deploy(start=SCRIPT, files=files, config={"param-tone": "warm"})
        session_id, _ = await world.open(labels={"kind": "golden"}, metadata={"n": 1})
        await world.say(session_id, "2")
        path.write_bytes(await world.sessions.exports.export_session(LOCAL, session_id))
        await world.close()


if __name__ == "__main__":
    target = Path(__file__).with_name(f"{sys.argv[1]}.bundle")
    if target.exists():
        raise SystemExit(f"{target} is released: it is never made again")
    asyncio.run(main(target))
