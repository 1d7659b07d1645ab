"""The settings of a server: defaults < settings file < environment < command line.

Every setting is one field of `Settings`; its metadata says what it means, and the file key, the environment variable
and the option are made from its name. A value that is wrong is refused with the place it came from; a name that does
not exist, with the one probably meant. What a bot's author sets is the package's config.csv, not this.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from . import limits
from .errors import ConfigError
from .outside.guard import Guard, parse_guard

SETTINGS_FILE = "botserver.toml"
ENVIRONMENT_PREFIX = "BOTSERVER_"
_DAY_S = 86_400.0

NOT_SETTINGS = frozenset(
    ENVIRONMENT_PREFIX + name for name in ("CONFIG", "VM", "DEBUG", "ASAN", "SERVER", "FAULT", "TEST_CALLS", "CACHE")
)
"""Variables with our prefix that mean something else: the settings file, VM and build, the clients' server, tests."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen. Port 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str) -> Address:
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdecimal() or int(port) > 65_535:
        raise ValueError("expected HOST:PORT, such as 127.0.0.1:50051")
    return Address(host, int(port))


def parse_metrics(text: str) -> Address | None:
    return None if text.lower() in ("off", "none", "") else parse_address(text)


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """Where a database server is. It may hold a password, so it is shown without one."""

    url: str

    def __str__(self) -> str:
        return re.sub(r"(?<=://)[^@/]*@", "", self.url)


def parse_database(text: str) -> Path | ServerUrl:
    """The file of `sqlite:///relative`, `sqlite:////absolute` or a plain path; or a PostgreSQL URL."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        path = text
    elif scheme == "sqlite":
        path = rest.removeprefix("/")
    elif scheme in ("postgresql", "postgres"):
        return ServerUrl(text)
    else:
        raise ValueError(f"no database {scheme!r}; expected sqlite:///FILE or postgresql://HOST/NAME")
    if not path or path.endswith("/"):
        raise ValueError("expected sqlite:///FILE, such as sqlite:///botserver.db")
    return Path(path).expanduser()


def parse_packages(text: str) -> Path | None:
    return None if text.lower() in ("off", "none") else Path(text)


def parse_redis(text: str) -> ServerUrl | None:
    if text.lower() in ("off", "none", ""):
        return None
    if text.partition("://")[0] not in ("redis", "rediss", "unix"):
        raise ValueError("expected redis://HOST:6379/0, or off")
    return ServerUrl(text)


def parse_proxy(text: str) -> ServerUrl | None:
    if text.lower() in ("off", "none", ""):
        return None
    if text.partition("://")[0] not in ("http", "https"):
        raise ValueError("expected http://HOST:3128, or off")
    return ServerUrl(text)


def parse_channels(text: str) -> frozenset[str]:
    names = frozenset(filter(None, (name.strip() for name in text.split(","))))
    for name in names:
        if len(name) > limits.CHANNEL_CHARS or not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
            raise ValueError("expected channels such as sms,whatsapp: lower-case letters, digits and dashes")
    return names


def parse_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise ValueError("expected seconds between 0 and 86400")
    return seconds


def a_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else least - 1
        if not least <= number <= most:
            raise ValueError(f"expected a whole number between {least} and {most}")
        return number

    return parse


def parse_days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = -1.0
    if not 0.01 <= days <= 36_500:
        raise ValueError("expected days between 0.01 and 36500")
    return days


def parse_bool(text: str) -> bool:
    word = text.lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off", ""):
        return False
    raise ValueError("expected true or false")


def one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"expected one of {', '.join(words)}")
        return text

    return parse


def _setting(default: Any, parse: Callable[[str], Any], sentence: str, placeholder: str = "") -> Any:
    return field(default=default, metadata={"parse": parse, "sentence": sentence, "placeholder": placeholder})


@dataclass(frozen=True, slots=True)
class Settings:
    """A server's settings. `packages` is the folder that holds the bots, or one package; None: bots are deployed."""

    packages: Path | None = _setting(
        Path(), parse_packages, "folder of bot packages (NAME.gbai), or one package; off for none", "FOLDER"
    )
    listen: Address = _setting(Address("127.0.0.1", 50_051), parse_address, "where gRPC listens", "HOST:PORT")
    database: Path | ServerUrl = _setting(Path("botserver.db"), parse_database, "where sessions are kept", "URL")
    redis: ServerUrl | None = _setting(
        None, parse_redis, "tells servers that share a database of each other's commits; off for none", "URL"
    )
    deliver: frozenset[str] = _setting(
        frozenset(), parse_channels, "channels whose messages gateways pull, such as sms,whatsapp", "CHANNELS"
    )
    ephemeral: bool = _setting(False, parse_bool, "keep sessions in memory only: all are lost at exit")
    metrics: Address | None = _setting(
        Address("127.0.0.1", 9464), parse_metrics, "where /metrics listens; off for none", "HOST:PORT"
    )
    bundle_keys: Path | None = _setting(
        None, Path, "keys for exported sessions: a file of lines of 64 hexadecimal digits", "FILE"
    )
    workers: int = _setting(1, a_number(1, 64), "server processes behind the one port; PostgreSQL only", "N")
    insecure: bool = _setting(False, parse_bool, "listen beyond this machine, although no caller is checked")
    log_format: str = _setting("auto", one_of("auto", "console", "json"), "auto: console on a terminal", "FORMAT")
    log_level: str = _setting("info", one_of("debug", "info", "warning", "error"), "least severe line", "LEVEL")
    reload: bool = _setting(True, parse_bool, "serve a package anew when its files change")
    keep_turns: int = _setting(
        limits.KEPT_TURNS, a_number(1, 1_000), "states of a session kept, to restore or branch from", "N"
    )
    keep_messages: int = _setting(
        limits.KEPT_MESSAGES, a_number(100, 1_000_000), "messages and replies of a session kept", "N"
    )
    keep_messages_days: float = _setting(
        limits.KEPT_MESSAGES_S / _DAY_S, parse_days, "messages, their ids and analytics are kept so long", "DAYS"
    )
    keep_ended_days: float = _setting(
        limits.ENDED_SESSION_S / _DAY_S, parse_days, "sessions that ended are kept so long", "DAYS"
    )
    keep_requests_days: float = _setting(
        limits.KEPT_REQUEST_IDS_S / _DAY_S, parse_days, "ids of requests are kept so long", "DAYS"
    )
    keep_releases: int = _setting(
        limits.KEPT_RELEASES, a_number(1, 1_000), "releases of a bot kept that nothing runs in", "N"
    )
    allow_private_hosts: Guard = _setting(
        Guard(), parse_guard, "networks, addresses and names in private networks that scripts may reach", "LIST"
    )
    http_proxy: ServerUrl | None = _setting(
        None, parse_proxy, "makes all HTTP connections of scripts; off for none", "URL"
    )
    messages_per_minute: int = _setting(
        0, a_number(0, limits.MESSAGES_PER_MINUTE), "take so many messages of a session in a minute; 0: any", "N"
    )
    drain_s: float = _setting(limits.DRAIN_S, parse_seconds, "wait so long for running turns at shutdown", "SECONDS")

    @property
    def retention(self) -> limits.Retention:
        """How long the store keeps things."""
        return limits.Retention(
            turns=self.keep_turns,
            messages=self.keep_messages,
            message_ids=self.keep_messages * (limits.KEPT_MESSAGE_IDS // limits.KEPT_MESSAGES),
            messages_s=self.keep_messages_days * _DAY_S,
            ended_s=self.keep_ended_days * _DAY_S,
            request_ids_s=self.keep_requests_days * _DAY_S,
            releases=self.keep_releases,
        )


def option_of(name: str) -> str:
    return "--" + name.replace("_", "-")


def variable_of(name: str) -> str:
    return ENVIRONMENT_PREFIX + name.upper()


def parser_of(name: str) -> Callable[[str], Any]:
    return {item.name: item.metadata["parse"] for item in fields(Settings)}[name]  # type: ignore[no-any-return]  # metadata


def load_settings(options: Mapping[str, Any], environment: Mapping[str, str], config_file: Path | None) -> Settings:
    """Settings of all sources. `options` are the command line's, by field name, absent or None where not given.

    Without `config_file`, BOTSERVER_CONFIG names it; else botserver.toml of the current folder is read if it is there.
    Raises ConfigError naming the source of what is wrong.
    """
    values = _from_file(config_file, environment) | _from_environment(environment)
    for name, given in options.items():
        if given is not None:
            values[name] = _parsed(name, str(given), "option " + option_of(name))
    return Settings(**values)


def _from_file(config_file: Path | None, environment: Mapping[str, str]) -> dict[str, Any]:
    named = config_file or (Path(environment["BOTSERVER_CONFIG"]) if environment.get("BOTSERVER_CONFIG") else None)
    path = named or Path(SETTINGS_FILE)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if named is None:
            return {}
        raise ConfigError(f"no settings file {path}", hint="give an existing file to --config") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}", hint="give a readable file to --config") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}", hint='a line looks like: listen = "127.0.0.1:50051"') from error
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in _NAMES:
            raise ConfigError(f"{path}: no setting {key!r}", hint=_did_you_mean(name, sorted(_NAMES)))
        if isinstance(value, dict | list):
            raise ConfigError(f"{path}: {key} is a table or list", hint="a setting is one value")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        values[name] = _parsed(name, text, f"{path}, {key}")
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith(ENVIRONMENT_PREFIX) or variable in NOT_SETTINGS:
            continue
        name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
        if name not in _NAMES:
            known = sorted(variable_of(name) for name in _NAMES)
            raise ConfigError(f"environment: no setting {variable}", hint=_did_you_mean(variable, known))
        values[name] = _parsed(name, text, f"environment variable {variable}")
    return values


def _parsed(name: str, text: str, source: str) -> Any:
    try:
        return parser_of(name)(text)
    except ValueError as error:
        raise ConfigError(f"{source}: {text!r} is not valid", hint=str(error)) from error


def _did_you_mean(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"settings are {', '.join(known)}"


_NAMES = frozenset(item.name for item in fields(Settings))
