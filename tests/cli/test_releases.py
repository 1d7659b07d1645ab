"""`botserver deploy` and `botserver releases` against a live server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from botserver_client import BotserverClient

from tests.live import COMMAND, LiveServer, environment


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("served")
    write(folder / "other.gbai", "other")
    (folder / "keys").write_text("5c" * 32)
    with LiveServer(folder, "--ephemeral", "--bundle-keys", str(folder / "keys"), folder=folder) as running:
        yield running


def write(package: Path, text: str) -> None:
    script = package / f"{package.stem}.gbdialog" / "start.bas"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(f'TALK "{text}"\nHEAR x\n', encoding="utf-8")


def botserver(server: LiveServer, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        capture_output=True,
        text=True,
        env=environment(BOTSERVER_SERVER=server.address),
        timeout=60,
        check=False,
    )


def said_first(server: LiveServer, bot: str) -> str:
    with BotserverClient(server.address) as client:
        return client.create_session(bot)[1].text


def test_package_is_deployed_and_gone_back_from(server: LiveServer, tmp_path: Path) -> None:
    package = tmp_path / "shop.gbai"
    for text in ("one", "two"):
        write(package, text)
        run = botserver(server, "deploy", str(package), "--note", text)
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout.startswith("shop runs release ")
        assert said_first(server, "shop") == text
    lines = botserver(server, "releases", "list", "shop").stdout.splitlines()
    assert [line.split()[-1] for line in lines] == ["note", "two", "one"]
    assert "yes" in lines[1]
    run = botserver(server, "releases", "activate", "shop", "--previous")
    assert (run.returncode, said_first(server, "shop")) == (0, "one")
    newest = lines[1].split()[0]
    run = botserver(server, "releases", "activate", "shop", newest[:6], "--json")
    assert json.loads(run.stdout)["active"] is True
    assert said_first(server, "shop") == "two"


def test_deployment_without_activation_and_with_an_expectation(server: LiveServer, tmp_path: Path) -> None:
    package = tmp_path / "desk.gbai"
    write(package, "one")
    first = json.loads(botserver(server, "deploy", str(package), "--expect", "none", "--json").stdout)
    write(package, "two")
    run = botserver(server, "deploy", str(package), "--no-activate")
    assert "it is not active" in run.stdout
    assert said_first(server, "desk") == "one"
    write(package, "three")
    run = botserver(server, "deploy", str(package), "--expect", "none")
    assert (run.returncode, f"is {first['release']}, not none" in run.stderr) == (1, True)
    assert botserver(server, "deploy", str(package), "--expect", first["release"]).returncode == 0


def test_conversations_are_planned_and_moved(server: LiveServer, tmp_path: Path) -> None:
    package = tmp_path / "poll.gbai"
    script = package / "poll.gbdialog" / "start.bas"
    script.parent.mkdir(parents=True)
    script.write_text('HEAR a\nTALK "one"\nHEAR b\n')
    botserver(server, "deploy", str(package))
    with BotserverClient(server.address) as client:
        moves = client.create_session("poll")[0].session_id
        stays = client.create_session("poll")[0].session_id
        client.send_message(stays, "x")
    script.write_text('TALK "hello"\nHEAR a\nTALK "two"\n')
    botserver(server, "deploy", str(package))
    planned = botserver(server, "releases", "plan", "poll").stdout.splitlines()
    assert "start.bas:1 hear  -> line 2" in planned[0]
    assert moves in planned[0]
    assert "stays: point gone" in planned[1]
    assert stays in planned[1]
    checked = botserver(server, "releases", "migrate", "poll", "--check").stdout
    assert "1 would move, 1 stay, 0 move by themselves, 0 were busy" in checked
    lines = botserver(server, "releases", "migrate", "poll", "--json").stdout.splitlines()
    outcomes = {result["session_id"]: result["outcome"] for result in map(json.loads, lines)}
    assert outcomes == {moves: "moved", stays: "not_mapped"}
    with BotserverClient(server.address) as client:
        assert client.send_message(moves, "x").text == "two"


def test_package_with_a_mistake_is_shown_and_not_deployed(server: LiveServer, tmp_path: Path) -> None:
    package = tmp_path / "bad.gbai"
    write(package, "x")
    (package / "bad.gbdialog" / "other.bas").write_text("x = = 1\n")
    run = botserver(server, "deploy", str(package))
    assert run.returncode == 1
    assert "other.bas:1:5" in run.stderr
    assert "nothing was deployed" in run.stderr
    assert botserver(server, "releases", "list", "bad").returncode == 1


def test_unknown_releases_and_paths_are_told(server: LiveServer, tmp_path: Path) -> None:
    assert "no releases of other begin with 'zz'" in botserver(server, "releases", "activate", "other", "zz").stderr
    assert "no release before" in botserver(server, "releases", "activate", "other", "--previous").stderr
    assert botserver(server, "releases", "activate", "other").returncode == 1
    assert botserver(server, "deploy", str(tmp_path)).returncode == 2


def test_session_is_taken_to_another_server(server: LiveServer, tmp_path: Path) -> None:
    package = tmp_path / "trip.gbai"
    write(package, "one")
    script = package / "trip.gbdialog" / "start.bas"
    script.write_text('HEAR where\nHEAR when\nTALK "${where} on ${when}"\n')
    botserver(server, "deploy", str(package))
    with BotserverClient(server.address) as client:
        session_id = client.create_session("trip")[0].session_id
        client.send_message(session_id, "Rome")
    file = tmp_path / "trip.bundle"
    run = botserver(server, "sessions", "export", session_id, "-o", str(file))
    assert (run.returncode, f"{file} written" in run.stdout) == (0, True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "keys").write_text(f"{'00' * 32}\n{'5c' * 32}\n")
    with LiveServer(
        Path("off"), "--ephemeral", "--bundle-keys", str(tmp_path / "other" / "keys"), folder=tmp_path / "other"
    ) as other:
        opened = json.loads(botserver(other, "sessions", "import", str(file), "--json").stdout)
        assert (opened["bot"], opened["owner"]) == ("trip", "bot")
        with BotserverClient(other.address) as client:
            assert client.send_message(opened["session_id"], "Monday").text == "Rome on Monday"
        file.write_bytes(file.read_bytes()[:-1])
        run = botserver(other, "sessions", "import", str(file))
        assert (run.returncode, "checksum" in run.stderr) == (1, True)
        assert botserver(other, "sessions", "import", str(tmp_path / "absent")).returncode == 2


def test_server_without_a_key_says_so(tmp_path: Path) -> None:
    write(tmp_path / "a.gbai", "a")
    with LiveServer(tmp_path, "--ephemeral", folder=tmp_path) as plain, BotserverClient(plain.address) as client:
        session_id = client.create_session("a")[0].session_id
        run = botserver(plain, "sessions", "export", session_id)
        assert (run.returncode, "--bundle-keys" in run.stderr) == (1, True)
