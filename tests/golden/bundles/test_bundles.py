"""Bundles of every released format are taken in, and the conversation goes on as it would have then."""

from __future__ import annotations

from pathlib import Path

import pytest

from botserver.model import LOCAL
from botserver.session.bundles import BundleKeys
from botserver.session.settings import SessionSettings
from tests.golden.bundles.make import KEY
from tests.unit.session.world import World, texts

BUNDLES = sorted(Path(__file__).parent.glob("*.bundle"))


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
async def test_bundle_of_an_old_format_goes_on(path: Path, tmp_path: Path) -> None:
    world = World(tmp_path, SessionSettings(worker_threads=1, drain_s=0.0, bundle_keys=BundleKeys([KEY])))
    view = await world.sessions.exports.import_session(LOCAL, path.read_bytes())
    assert (view.labels, view.metadata) == ({"kind": "golden"}, {"n": 1})
    assert (await world.transcript(view.session_id))[:-1] == ["bot: How many tea?", "user: 2", "bot: How many milk?"]
    assert texts(await world.say(view.session_id, "3")) == ["Ann: 5, 5000, 6000"]
    await world.pass_time(3600)
    await world.quiet()
    assert (await world.transcript(view.session_id))[-1] == "bot: an hour later"
    await world.close()


def test_there_are_golden_bundles() -> None:
    assert BUNDLES
