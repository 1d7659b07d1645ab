"""BotService over the wire, through the Python client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botserver_client import AsyncBotserverClient, BotserverClient, Conflict, InvalidRequest, LimitReached, NotFound

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


async def test_release_is_deployed_listed_and_gone_back_from(server: LiveServer) -> None:
    async with AsyncBotserverClient(server.address) as client:
        releases = []
        for text in ("one", "two"):
            files = {"tea.gbdialog/start.bas": f'TALK "{text}"\nHEAR x'.encode()}
            release, warnings = await client.deploy_release("tea", files, note=text)
            assert (release.active, warnings) == (True, [])
            releases.append(release)
        assert "tea" in {bot.bot for bot in (await client.list_bots()).items}
        _, reply = await client.create_session("tea")
        assert reply.text == "two"
        back = await client.activate_release("tea", releases[0].release, expected_active=releases[1].release)
        assert back.active
        _, reply = await client.create_session("tea")
        assert reply.text == "one"
        page = await client.list_releases("tea", page_size=1)
        more = await client.list_releases("tea", page_size=1, page_token=page.next_page_token)
        listed = [(each.note, each.active, each.pinned_sessions) for each in (*page, *more)]
        assert listed == [("two", False, 1), ("one", True, 1)]
        with pytest.raises(Conflict, match="the active release of bot tea is"):
            await client.activate_release("tea", releases[1].release, expected_active="")
        with pytest.raises(NotFound) as caught:
            await client.activate_release("tea", "0" * 64)
        assert caught.value.reason == "RELEASE_NOT_FOUND"


async def test_package_with_mistakes_is_refused_with_their_places(server: LiveServer) -> None:
    files = {f"bad.gbdialog/s{number}.bas": b"x = = 1" for number in range(50)}
    async with AsyncBotserverClient(server.address) as client:
        with pytest.raises(InvalidRequest) as caught:
            await client.deploy_release("bad", files)
        assert caught.value.reason == "SCRIPT_INVALID"
        assert caught.value.metadata["count"] == "50"
        assert caught.value.fields[0] == "files[bad.gbdialog/s0.bas]"
        with pytest.raises(NotFound):
            await client.list_releases("bad")


async def test_requests_have_a_bound_of_their_own_for_packages(server: LiveServer) -> None:
    async with AsyncBotserverClient(server.address) as client:
        start = {"big.gbdialog/start.bas": b"TALK 1"}
        await client.deploy_release("big", {**start, "big.gbdrive/a.bin": b"x" * (6 << 20)})
        with pytest.raises(LimitReached):
            await client.deploy_release("big", {**start, "big.gbdrive/a.bin": b"x" * (17 << 20)})
