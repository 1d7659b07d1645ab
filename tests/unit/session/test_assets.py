"""Files and templates of a package, as a release holds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from botserver.errors import ScriptError, StoredDataCorrupt
from botserver.ids import Digest
from botserver.language.assets import TemplateRow
from botserver.limits import KEPT_RELEASE_S, KEPT_RELEASES
from botserver.session.assets import PackageFile
from tests.unit.session.world import World

FILES = {
    "bot.gbdrive/img/Logo.png": "drive",
    "bot.gbdrive/both.csv": "from drive",
    "bot.gbdata/both.csv": "from data",
    "bot.gbdata/only.txt": "data",
    "bot.gbot/templates/Support.csv": "kind,name,value\nkb,faq,\nprompt,,Be kind\n",
    "secret.txt": "no",
}


async def test_files_are_read_from_any_process_by_path_or_another_spelling(world: World) -> None:
    await world.deploy(files=FILES, start="TALK 1")
    release_id = world.releases.active("bot").release_id
    world.boot()
    release = await world.releases.load("bot", release_id)
    for path in ("img/Logo.png", "IMG\\logo.PNG", " ./img//Logo.png "):
        file = release.find_file(path)
        assert file is not None
        assert await world.releases.read_file(file) == b"drive"
    both = [release.find_file("both.csv"), release.find_file("both.csv", ("gbdata", "gbdrive"))]
    assert [await world.releases.read_file(file) for file in both if file] == [b"from drive", b"from data"]
    assert release.find_file("secret.txt") is release.find_file("img") is release.find_file("") is None
    assert release.find_template(" SUPPORT.csv") == (
        TemplateRow("kb", "faq", ""),
        TemplateRow("prompt", "", "Be kind"),
    )
    assert release.find_template("none") is None


@pytest.mark.parametrize("path", ["../secret.txt", "img/../../secret.txt", "/etc/passwd", "C:/x", "\\x"])
async def test_a_path_stays_in_the_package(world: World, path: str) -> None:
    await world.deploy(files=FILES, start="TALK 1")
    with pytest.raises(ScriptError, match="leaves the package") as caught:
        world.releases.active("bot").find_file(path)
    assert caught.value.number == 5004


async def test_a_changed_file_makes_another_release(world: World) -> None:
    await world.deploy(files=FILES, start="TALK 1")
    first = world.releases.active("bot").release_id
    await world.deploy(files={**FILES, "bot.gbdata/only.txt": "new"}, start="TALK 1")
    assert world.releases.active("bot").release_id != first


async def test_a_file_that_is_gone_from_the_store_is_reported(world: World) -> None:
    with pytest.raises(StoredDataCorrupt, match="package file"):
        await world.releases.read_file(PackageFile(Digest(b"x" * 32), 1))


async def test_a_release_goes_with_its_files(world: World, tmp_path: Path) -> None:
    await world.deploy(files=FILES, start="TALK 1")
    file = world.releases.active("bot").find_file("only.txt")
    assert file is not None
    for number in range(KEPT_RELEASES):
        world.clock.advance(KEPT_RELEASE_S)
        await world.deploy(files={**FILES, "bot.gbdata/only.txt": f"new {number}"}, start="TALK 1")
    assert await world.releases.read_file(file) == b"data"
    world.clock.advance(KEPT_RELEASE_S)
    await world.releases.forget_unused()
    with pytest.raises(StoredDataCorrupt):
        await world.releases.read_file(file)
