"""`botserver purge` against a live server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from botserver_client import BotserverClient, InvalidRequest

from tests.faults.packages import write_bot
from tests.live import COMMAND, LiveServer, environment


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    write_bot(tmp_path / "bots", "a", {"start": 'TALK "hello"\nHEAR x\n'})
    with LiveServer(tmp_path / "bots", "--ephemeral", folder=tmp_path) as running:
        yield running


def purge(server: LiveServer, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "purge", *words],
        input="",
        capture_output=True,
        text=True,
        env=environment(BOTSERVER_SERVER=server.address),
        timeout=60,
        check=False,
    )


def test_it_counts_asks_and_deletes(server: LiveServer) -> None:
    with BotserverClient(server.address) as client:
        for _ in range(60):
            client.create_session("a")
        assert purge(server, "*", "--dry-run").stdout == "60 sessions with 60 messages match; nothing was deleted\n"
        asked = purge(server, 'bot = "a"')
        assert (asked.returncode, "give --yes" in asked.stderr) == (2, True)
        assert len(client.list_sessions(page_size=100).items) == 60
        done = purge(server, 'bot = "a" AND state = OPEN', "--yes", "--json")
        assert json.loads(done.stdout) == {"sessions": 60, "messages": 60, "remaining": 0}
        assert client.list_sessions().items == ()
        assert purge(server, "*", "--yes").stdout == "0 sessions with 0 messages match; nothing was deleted\n"


@pytest.mark.parametrize(
    "text",
    [
        *("", "bot", 'size = "1"', 'bot < "a"', 'create_time = "2026-01-01"', 'update_time < "soon"'),
        'bot = "a" OR bot = "b"',
    ],
)
def test_filter_that_means_nothing_deletes_nothing(server: LiveServer, text: str) -> None:
    with BotserverClient(server.address) as client:
        client.create_session("a")
        with pytest.raises(InvalidRequest):
            client.purge_sessions(text)
        assert purge(server, text, "--yes").returncode == 1
        assert client.purge_sessions('update_time < "2000-01-01"').remaining == 0
        assert len(client.list_sessions().items) == 1
