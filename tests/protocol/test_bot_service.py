"""BotService over the wire, through the Python client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botserver_client import AsyncBotserverClient, BotserverClient

from tests.live import ROOT, LiveServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(ROOT / "samples", "--ephemeral", folder=tmp_path_factory.mktemp("live")) as running:
        yield running


async def test_memory_is_written_read_listed_and_removed(server: LiveServer) -> None:
    async with AsyncBotserverClient(server.address) as client:
        written = await client.set_bot_memory("orders", "prices", {"tea": 2.5, "open": [True, None, 3]})
        assert (written.value, written.revision) == ({"tea": 2.5, "open": [True, None, 3]}, 1)
        assert await client.get_bot_memory("orders", "prices") == written
        assert [entry.key for entry in (await client.list_bot_memory("orders", prefix="pri")).items] == ["prices"]
        with pytest.raises(Exception, match="is at revision 1, not 7"):
            await client.set_bot_memory("orders", "prices", 1, expected_revision=7)
        await client.delete_bot_memory("orders", "prices", expected_revision=1)
        assert (await client.get_bot_memory("orders", "prices")).revision == 0


def test_bots_and_packages(server: LiveServer, tmp_path: Path) -> None:
    (tmp_path / "p.gbdialog").mkdir()
    (tmp_path / "p.gbdialog" / "start.bas").write_text("x = = 1")
    with BotserverClient(server.address) as client:
        assert {"orders", "quiz", "support"} <= {bot.bot for bot in client.list_bots().items}
        (problem,) = client.check_package("p", tmp_path)
        assert (problem.file, problem.line, problem.is_error) == ("p.gbdialog/start.bas", 1, True)


async def test_null_is_no_value(server: LiveServer) -> None:
    async with AsyncBotserverClient(server.address) as client:
        with pytest.raises(Exception, match="value: is missing"):
            await client.set_bot_memory("orders", "k", None)
