"""A server that cannot start says what is wrong and what to do, with the exit code the manual promises."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
from pathlib import Path

from botserver_client import BotserverClient

from tests.live import COMMAND, LiveServer, environment


def package(folder: Path, name: str = "shop", script: str = 'TALK "hello"\n') -> Path:
    scripts = folder / f"{name}.gbai" / f"{name}.gbdialog"
    scripts.mkdir(parents=True)
    (scripts / "start.bas").write_text(script, encoding="utf-8")
    return folder / f"{name}.gbai"


def refused(folder: Path, *options: str) -> tuple[int, str]:
    """Exit code and words of a server that does not start."""
    run = subprocess.run(
        [*COMMAND, "serve", "--listen", "127.0.0.1:0", "--metrics", "off", *options],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(),
        timeout=60,
        check=False,
    )
    return run.returncode, run.stderr


def test_port_in_use_names_the_port_and_the_option(tmp_path: Path) -> None:
    package(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        code, words = refused(tmp_path, "--listen", listen)
    assert code == 2
    assert listen in words
    assert "--listen" in words


def test_metrics_port_in_use_names_its_option(tmp_path: Path) -> None:
    package(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        code, words = refused(tmp_path, "--metrics", listen)
    assert code == 2
    assert listen in words
    assert "--metrics" in words


def test_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    code, words = refused(tmp_path, "bots")
    assert code == 2
    assert "bots: no such file or folder" in words


def test_folder_without_packages_says_what_a_package_is(tmp_path: Path) -> None:
    code, words = refused(tmp_path)
    assert code == 2
    assert "NAME.gbai" in words


def test_second_server_on_one_database_is_refused(tmp_path: Path) -> None:
    package(tmp_path)
    with LiveServer(tmp_path, folder=tmp_path):
        code, words = refused(tmp_path)
    assert code == 3
    assert "in use by another process" in words


def test_database_of_a_newer_release_is_refused_untouched(tmp_path: Path) -> None:
    package(tmp_path)
    with LiveServer(tmp_path, folder=tmp_path) as server:
        server.terminate()
    with sqlite3.connect(tmp_path / "botserver.db") as database:
        database.execute("PRAGMA user_version = 9999")
    database.close()
    code, words = refused(tmp_path)
    assert code == 3
    assert "9999" in words
    assert "newer botserver" in words


def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    package(tmp_path)
    (tmp_path / "botserver.db").write_text("dear diary " * 1000)
    code, words = refused(tmp_path)
    assert code == 3
    assert "botserver.db" in words


def test_folder_of_the_database_that_is_not_there_is_refused(tmp_path: Path) -> None:
    package(tmp_path)
    code, words = refused(tmp_path, "--database", "sqlite:///absent/bots.db")
    assert code == 3
    assert "folder exists and is writable" in words


def test_unwritable_folder_of_the_database_is_refused(tmp_path: Path) -> None:
    package(tmp_path)
    code, words = refused(tmp_path, "--database", "/proc/bots.db")  # even root may not write there
    assert code == 3
    assert "writable" in words


def test_address_beyond_this_machine_needs_insecure(tmp_path: Path) -> None:
    package(tmp_path)
    code, words = refused(tmp_path, "--listen", "0.0.0.0:0")
    assert code == 2
    assert "--insecure" in words


def test_misspelled_setting_is_refused_with_the_one_meant(tmp_path: Path) -> None:
    package(tmp_path)
    (tmp_path / "botserver.toml").write_text('lisen = "127.0.0.1:1"\n')
    code, words = refused(tmp_path)
    assert code == 2
    assert "did you mean listen?" in words


def test_broken_script_does_not_stop_the_good_ones(tmp_path: Path) -> None:
    package(tmp_path, "good")
    package(tmp_path, "bad", 'IF 1 THEN\nTALK "never closed"\n')
    with LiveServer(tmp_path, folder=tmp_path) as server:
        assert server.bots == ["bad", "good"]
        assert "start.bas:" in server.log()


def test_sigterm_ends_it_with_code_0(tmp_path: Path) -> None:
    package(tmp_path)
    with LiveServer(tmp_path, folder=tmp_path) as server:
        assert server.terminate() == 0


def test_server_without_a_folder_serves_what_was_deployed_over_restarts(tmp_path: Path) -> None:
    files = {"tea.gbdialog/start.bas": b'TALK "tea?"\nHEAR x'}
    with LiveServer(Path("off"), folder=tmp_path) as server:
        with BotserverClient(server.address) as client:
            assert list(client.list_bots()) == []
            client.deploy_release("tea", files)
        server.kill()
        server.start()
        with BotserverClient(server.address) as client:
            assert client.create_session("tea")[1].text == "tea?"
