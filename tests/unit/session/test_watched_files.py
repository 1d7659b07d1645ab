"""ON CHANGE: scripts that run without a user when a file of their bot changes."""

from __future__ import annotations

import pytest

from botserver.limits import FILE_PATH_CHARS, TIMETABLE_GAP_S, TIMETABLES, TURN_TIMETABLES
from botserver.model import LOCAL
from botserver.session.service import SessionFilter

from .world import World, texts

WRITE = 'PARAM path\nPARAM text\nWRITE path, text\nTALK "written"'
SHOW = 'TALK GET BOT MEMORY "seen"'
NOTE = 'SET BOT MEMORY "seen", (GET BOT MEMORY "seen") & path & "=" & READ("{file}") & ";"'


async def write(world: World, path: str, text: str) -> None:
    _, reply = await world.open(parameters={"path": path, "text": text}, script="write")
    assert texts(reply) == ["written"]


async def seen(world: World) -> str:
    _, reply = await world.open(script="show")
    return texts(reply)[0]


async def pass_time(world: World, seconds: float) -> None:
    await world.pass_time(seconds)
    await world.quiet()


async def deploy(world: World, **scripts: str) -> None:
    await world.deploy(write=WRITE, show=SHOW, **scripts)


def watcher(file: str) -> str:
    return f'PARAM path\nON CHANGE "{file}"\n' + NOTE.replace("{file}", file)


async def test_script_runs_once_after_each_change_and_is_given_the_path(world: World) -> None:
    await deploy(world, import_prices=watcher("Prices.csv"))
    await pass_time(world, 3600)
    assert await seen(world) == ""
    await write(world, "prices.csv", "5")
    await pass_time(world, 0)
    assert await seen(world) == "Prices.csv=5;"
    await write(world, "other.csv", "6")
    await pass_time(world, 3600)
    assert await seen(world) == "Prices.csv=5;"
    await write(world, "PRICES.CSV", "7")
    await pass_time(world, 0)
    assert await seen(world) == "Prices.csv=5;Prices.csv=7;"


async def test_changes_that_come_close_together_are_seen_by_one_run(world: World) -> None:
    await deploy(world, watch=watcher("a.txt"))
    await write(world, "a.txt", "1")
    await pass_time(world, 0)
    for text in ("2", "3", "4"):
        await write(world, "a.txt", text)
    await pass_time(world, TIMETABLE_GAP_S - 1)
    assert await seen(world) == "a.txt=1;"
    await pass_time(world, 1)
    assert await seen(world) == "a.txt=1;a.txt=4;"


async def test_folder_is_watched_with_all_that_is_in_it(world: World) -> None:
    await deploy(world, watch='PARAM path\nON CHANGE "in"\nSET BOT MEMORY "seen", UBOUND(LIST "in")')
    await write(world, "in/a/b.txt", "1")
    await pass_time(world, 0)
    assert await seen(world) == "1"


async def test_run_that_writes_what_it_watches_does_not_run_again(world: World) -> None:
    await deploy(world, watch='PARAM path\nON CHANGE "a.txt"\nWRITE "a.txt", READ("a.txt") & "!"')
    await write(world, "a.txt", "1")
    for _ in range(5):
        await pass_time(world, TIMETABLE_GAP_S)
    page = await world.sessions.list_sessions(LOCAL, SessionFilter(channel="schedule"), 100, "", "create_time")
    assert len(page.items) == 1


async def test_scripts_that_write_what_the_other_watches_do_not_run_for_ever(world: World) -> None:
    other = {"a": "b", "b": "a"}
    scripts = {name: f'ON CHANGE "{name}.txt"\nWRITE "{to}.txt", NOW()' for name, to in other.items()}
    await deploy(world, **scripts)
    await write(world, "a.txt", "1")
    for _ in range(5):
        await pass_time(world, TIMETABLE_GAP_S)
    page = await world.sessions.list_sessions(LOCAL, SessionFilter(channel="schedule"), 100, "", "create_time")
    assert len(page.items) == 1


async def test_change_while_the_run_before_goes_on_is_seen_by_another(world: World) -> None:
    await deploy(world, watch=watcher("a.txt") + "\nWAIT 60")
    await write(world, "a.txt", "1")
    await pass_time(world, 0)
    await pass_time(world, 20)
    await write(world, "a.txt", "2")
    await pass_time(world, 20)
    assert await seen(world) == "a.txt=1;"
    await pass_time(world, 20)
    await pass_time(world, 10)
    assert await seen(world) == "a.txt=1;a.txt=2;"


async def test_change_is_seen_by_the_next_process(world: World) -> None:
    await deploy(world, watch=watcher("a.txt"))
    await write(world, "a.txt", "1")
    await world.restart()
    await pass_time(world, 0)
    assert await seen(world) == "a.txt=1;"


async def test_package_with_other_content_is_a_change(world: World) -> None:
    scripts = {"write": WRITE, "show": SHOW, "watch": watcher("a.txt")}
    await world.deploy(files={"bot.gbdrive/a.txt": "1"}, **scripts)
    await pass_time(world, 60)
    assert await seen(world) == ""
    await world.deploy(files={"bot.gbdrive/a.txt": "1", "bot.gbdrive/b.txt": "1"}, **scripts)
    await pass_time(world, 60)
    assert await seen(world) == ""
    await world.deploy(files={"bot.gbdrive/a.txt": "2"}, **scripts)
    await pass_time(world, 0)
    assert await seen(world) == "a.txt=2;"


async def test_script_asks_for_it_where_the_path_is_computed_and_ends_it(world: World) -> None:
    await deploy(
        world,
        watch='PARAM path\nIF path = "" THEN\nfile = "a" & ".txt"\nON CHANGE file\nELSE\n'
        + NOTE.replace("{file}", "a.txt")
        + "\nEND IF",
        stop='SET SCHEDULE NULL, "watch.bas"',
    )
    await write(world, "a.txt", "0")
    await world.open(script="watch")
    await world.open(script="watch")
    await write(world, "a.txt", "1")
    await pass_time(world, 0)
    assert await seen(world) == "a.txt=1;"
    await world.open(script="stop")
    await write(world, "a.txt", "2")
    await pass_time(world, 60)
    assert await seen(world) == "a.txt=1;"


@pytest.mark.parametrize(
    ("path", "number"),
    [("1", 4002), ('""', 4002), ('"../a"', 5004), ('"/etc"', 5004), (f'REPEAT("a", {FILE_PATH_CHARS + 1})', 4002)],
)
async def test_what_is_no_path_of_the_drive_is_refused(world: World, path: str, number: int) -> None:
    await deploy(world, start=f"p = {path}\nON CHANGE p")
    _, reply = await world.open()
    assert reply.fault is not None
    assert reply.fault.number == number


@pytest.mark.parametrize(("most", "file", "number"), [(TIMETABLES, '"f" & i', 9008), (TURN_TIMETABLES, '"f"', 9013)])
async def test_bot_has_so_many_and_a_turn_asks_so_often(world: World, most: int, file: str, number: int) -> None:
    await deploy(world, start=f'FOR i = 1 TO {most}\nON CHANGE {file}\nNEXT\nTALK "all"\nmore = "more"\nON CHANGE more')
    _, reply = await world.open()
    assert texts(reply)[0] == "all"
    assert reply.fault is not None
    assert reply.fault.number == number
