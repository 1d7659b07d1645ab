"""Whom a conversation in the terminal is with: `--as channel=web --as user=7`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..errors import ConfigError

_USER_FIELDS = {"user": "user_id", "name": "name", "email": "email", "phone": "phone"}


@dataclass(frozen=True, slots=True)
class Whom:
    """Fields of the user by their names in requests, and what the channel says."""

    channel: str = "console"
    alias: str = ""
    user: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)


def add_whom_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as",
        dest="whom",
        metavar="FIELD=VALUE",
        action="append",
        default=[],
        help="whom the bot talks with: channel, alias, user (an id), name, email, phone; any other field is what the "
        "channel says, such as page_url=/shop",
    )


def read_whom(pairs: Iterable[str]) -> Whom:
    """Raises ConfigError."""
    channel, alias = "console", ""
    user: dict[str, str] = {}
    metadata: dict[str, str] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        name = name.strip().lower()
        if not separator or not name:
            raise ConfigError(f"--as {pair!r} is not valid", hint="expected FIELD=VALUE, such as channel=web")
        if name == "channel":
            channel = value
        elif name == "alias":
            alias = value
        elif name in _USER_FIELDS:
            user[_USER_FIELDS[name]] = value
        else:
            metadata[name] = value
    return Whom(channel, alias, user, metadata)
