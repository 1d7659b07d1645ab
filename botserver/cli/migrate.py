"""`botserver migrate [apply|status]`: the schema of a database, brought up to date or looked at."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path

from ..config import SETTINGS_FILE, load_settings
from .exits import OK

_EXAMPLES = """\
examples:
  botserver migrate --database postgresql://db/botserver           before servers of a new release start
  botserver migrate status --database postgresql://db/botserver    what it would do

`serve` makes the schema of an empty database itself, and brings a SQLite file up to date. On PostgreSQL, where servers
of the release before may be running, that is a step of its own. It goes forward only; several at once take turns.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("action", nargs="?", choices=("apply", "status"), default="apply", help="(default: apply)")
    parser.add_argument("--database", metavar="URL", help="where sessions are kept, as of serve")
    parser.add_argument(
        "--config", metavar="FILE", type=Path, help=f"settings file (default: {SETTINGS_FILE}, if there)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(arguments: argparse.Namespace) -> int:
    settings = load_settings({"database": arguments.database}, os.environ, arguments.config)
    from ..app import migrate

    status = migrate(settings, apply=arguments.action == "apply")
    if arguments.json:
        print(json.dumps(asdict(status)))
        return OK
    done = f"took steps {_numbers(status.applied)}" if status.applied else "is up to date"
    waiting = f"lacks steps {_numbers(status.pending)}" if status.pending else done
    print(f"{status.database} {waiting}")
    return OK


def _numbers(steps: tuple[int, ...]) -> str:
    return ", ".join(map(str, steps))
