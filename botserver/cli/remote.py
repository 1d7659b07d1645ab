"""What commands share that talk to a running server."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import datetime

from botserver_client import BotserverError, DeadlineExceeded, Unavailable
from botserver_client.transport import DEFAULT_TARGET, checked_target

from .exits import FAULT, UNAVAILABLE

VARIABLE = "BOTSERVER_SERVER"


def add_server_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--server",
        metavar="HOST:PORT",
        type=_target,
        default=os.environ.get(VARIABLE, DEFAULT_TARGET),
        help=f"where the server listens (default: {VARIABLE} or {DEFAULT_TARGET})",
    )


def _target(text: str) -> str:
    try:
        return checked_target(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def plain(value: object) -> str:
    """What JSON has no word for, for `json.dumps`."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def exit_code(action: Callable[[], int]) -> int:
    """Run `action`; an error of the server becomes its words and an exit code."""
    try:
        return action()
    except BotserverError as error:
        print(f"botserver: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return UNAVAILABLE if isinstance(error, Unavailable | DeadlineExceeded) else FAULT
