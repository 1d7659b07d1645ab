"""Settings: which source wins, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from botserver.config import Address, Settings, load_settings
from botserver.errors import ConfigError
from botserver.limits import Retention


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(
    options: dict[str, object] | None = None, environment: dict[str, str] | None = None, file: Path | None = None
) -> tuple[str, str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(options or {}, environment or {}, file)
    return caught.value.message, caught.value.hint


def test_without_any_source_the_defaults_hold(folder: Path) -> None:
    assert load_settings({}, {}, None) == Settings()


def test_command_line_beats_environment_beats_file(folder: Path) -> None:
    (folder / "botserver.toml").write_text('listen = "127.0.0.1:1"\nmetrics = "127.0.0.1:1"\nlog-level = "error"\n')
    environment = {"BOTSERVER_LISTEN": "127.0.0.1:2", "BOTSERVER_METRICS": "127.0.0.1:2"}
    settings = load_settings({"listen": "127.0.0.1:3"}, environment, None)
    assert (settings.listen.port, settings.metrics, settings.log_level) == (3, Address("127.0.0.1", 2), "error")


def test_file_values_have_their_types(folder: Path) -> None:
    (folder / "x.toml").write_text('ephemeral = true\ndrain-s = 1.5\nmetrics = "off"\ndatabase = "sqlite:///d/b.db"\n')
    settings = load_settings({}, {}, folder / "x.toml")
    assert (settings.ephemeral, settings.drain_s, settings.metrics) == (True, 1.5, None)
    assert settings.database == Path("d/b.db")


@pytest.mark.parametrize(
    ("text", "path"),
    [("b.db", "b.db"), ("/var/b.db", "/var/b.db"), ("sqlite:///b.db", "b.db"), ("sqlite:////var/b.db", "/var/b.db")],
)
def test_database_is_a_url_or_a_path(folder: Path, text: str, path: str) -> None:
    assert load_settings({"database": text}, {}, None).database == Path(path)


def test_unknown_key_of_the_file_names_the_file_and_the_key_meant(folder: Path) -> None:
    (folder / "botserver.toml").write_text('lisen = "127.0.0.1:1"\n')
    assert refusal() == ("botserver.toml: no setting 'lisen'", "did you mean listen?")


def test_unknown_variable_names_the_one_meant(folder: Path) -> None:
    message, hint = refusal(environment={"BOTSERVER_DATABSE": "x"})
    assert "BOTSERVER_DATABSE" in message
    assert hint == "did you mean BOTSERVER_DATABASE?"


@pytest.mark.parametrize("text", ["50051", "localhost:", "localhost:99999", ":1", "localhost:x"])
def test_bad_address_tells_its_source_and_the_form_expected(folder: Path, text: str) -> None:
    message, hint = refusal({"listen": text})
    assert message == f"option --listen: {text!r} is not valid"
    assert "HOST:PORT" in hint


def test_bad_value_of_the_environment_names_the_variable(folder: Path) -> None:
    message, hint = refusal(environment={"BOTSERVER_LOG_LEVEL": "loud"})
    assert "BOTSERVER_LOG_LEVEL" in message
    assert "debug, info" in hint


def test_other_databases_are_refused_with_the_known_ones(folder: Path) -> None:
    hint = refusal({"database": "mysql://localhost/x"})[1]
    assert "sqlite:///" in hint
    assert "postgresql://" in hint


def test_a_server_is_shown_without_its_password(folder: Path) -> None:
    url = load_settings({"database": "postgresql://ann:secret@db:5432/bots"}, {}, None).database
    assert str(url) == "postgresql://db:5432/bots"


def test_missing_settings_file_is_refused_only_when_named(folder: Path) -> None:
    assert "no settings file" in refusal(file=folder / "absent.toml")[0]
    assert "no settings file" in refusal(environment={"BOTSERVER_CONFIG": "absent.toml"})[0]


def test_broken_settings_file_is_refused_with_its_line(folder: Path) -> None:
    (folder / "botserver.toml").write_text("listen = \n")
    assert "line 1" in refusal()[0]


def test_retention_is_what_the_settings_say(folder: Path) -> None:
    assert Settings().retention == Retention()
    options = {"keep_turns": "5", "keep_messages": "200", "keep_messages_days": "7", "keep_ended_days": "0.5"}
    kept = load_settings({**options, "keep_requests_days": "2", "keep_releases": "3"}, {}, None).retention
    assert kept == Retention(
        turns=5, messages=200, message_ids=2_000, messages_s=7 * 86_400.0, ended_s=43_200.0,
        request_ids_s=172_800.0, releases=3,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [("keep_turns", "0"), ("keep_turns", "1001"), ("keep_messages", "-1"), ("keep_messages", "many"),
     ("keep_ended_days", "0"), ("keep_ended_days", "x"), ("keep_releases", "1.5")],
)  # fmt: skip
def test_retention_that_cannot_be_is_refused(folder: Path, name: str, value: str) -> None:
    message, hint = refusal({name: value})
    assert "is not valid" in message
    assert hint.startswith("expected ")


def test_what_scripts_may_reach_is_read_from_a_list(folder: Path) -> None:
    settings = load_settings({"allow_private_hosts": "10.1.0.0/16, db.internal"}, {}, None)
    assert str(settings.allow_private_hosts) == "10.1.0.0/16, db.internal"
    assert str(load_settings({}, {"BOTSERVER_ALLOW_PRIVATE_HOSTS": "none"}, None).allow_private_hosts) == "none"
    _, hint = refusal({"allow_private_hosts": "10.1.0.0/99"})
    assert "10.1.0.0/16" in hint


def test_a_proxy_is_shown_without_its_password(folder: Path) -> None:
    settings = load_settings({"http_proxy": "http://ann:secret@proxy:3128"}, {}, None)
    assert str(settings.http_proxy) == "http://proxy:3128"
    assert load_settings({"http_proxy": "off"}, {}, None).http_proxy is None
    _, hint = refusal({"http_proxy": "socks5://proxy"})
    assert "http://HOST:3128" in hint
