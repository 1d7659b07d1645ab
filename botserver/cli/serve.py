"""`botserver serve`: bots of a folder over gRPC, until a signal ends it."""

from __future__ import annotations

import argparse
import gc
import os
from dataclasses import fields
from pathlib import Path

from ..config import SETTINGS_FILE, Settings, load_settings, option_of, variable_of
from .exits import OK

_EXAMPLES = f"""\
examples:
  botserver serve                                the packages of this folder, on 127.0.0.1:50051
  botserver serve bots --database sqlite:////var/lib/botserver/bots.db
  botserver serve shop.gbai --ephemeral --listen 127.0.0.1:0
  BOTSERVER_LOG_FORMAT=json botserver serve bots

Each option can also be given in {SETTINGS_FILE} (such as `listen = "127.0.0.1:50051"`) or as a variable of the
environment (such as {variable_of("listen")}). The command line wins over the environment, that over the file.

SIGTERM or Ctrl-C ends the server when running turns are done; a second signal ends it at once. Nothing is lost.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    file_help = f"settings file (default: {SETTINGS_FILE}, if there)"
    parser.add_argument("--config", metavar="FILE", type=Path, help=file_help)
    for item in fields(Settings):
        sentence, placeholder = item.metadata["sentence"], item.metadata["placeholder"]
        if item.name == "packages":
            parser.add_argument("packages", nargs="?", metavar=placeholder, help=f"{sentence} (default: this folder)")
        elif item.type == "bool":
            parser.add_argument(
                option_of(item.name), action=argparse.BooleanOptionalAction, default=None, help=sentence
            )
        else:
            is_empty = item.default is None or item.default == frozenset()
            shown = "" if is_empty else f" (default: {item.default})"
            parser.add_argument(option_of(item.name), metavar=placeholder or None, help=sentence + shown)


def run(arguments: argparse.Namespace) -> int:
    options = {item.name: getattr(arguments, item.name) for item in fields(Settings)}
    settings = load_settings(options, os.environ, arguments.config)
    gc.disable()  # until all is loaded: nothing of it is garbage, and the collector would look through it often
    from ..app import serve

    if settings.workers > 1:
        from ..supervisor import supervise

        gc.enable()
        supervise(settings, _announce)
    else:
        serve(settings, _announce)
    return OK


def _announce(address: str, bots: list[str]) -> None:
    print(f"serving {', '.join(bots) or 'no bots'} on {address}", flush=True)
