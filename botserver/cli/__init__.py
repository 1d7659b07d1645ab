"""The command `botserver`: finds the subcommand, loads its module only, turns errors into sentences and exit codes.

One module per command; each has `add_arguments(parser)` and `run(arguments) -> int`. A command's own imports stay in
its module, so `botserver --help` and `botserver play` start without gRPC or a database.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from .. import __version__
from ..errors import BotserverError
from .exits import EXIT_CODES, INTERRUPTED, OK, USAGE, exit_code_of

COMMANDS = {
    "new": "make the folder of a new bot",
    "serve": "serve bots over gRPC",
    "migrate": "bring the schema of a database up to date",
    "chat": "talk to a bot of a running server",
    "desk": "be the human agent that bots hand sessions to",
    "check": "show every problem of scripts and packages",
    "play": "hold one conversation in this process, without a server",
    "test": "play the conversation files of packages",
    "lsp": "help editors with scripts: the language server",
    "keywords": "explain the keywords and functions of the language",
    "sessions": "list, show and end sessions of a running server",
    "server": "look into a running server, or send it away",
    "purge": "delete sessions of a running server for good",
    "deploy": "give a package to a running server as a new release",
    "bench": "measure how fast a running server answers",
    "releases": "list, activate and migrate between the releases of a bot",
    "disassemble": "show the program a script compiles to",
}

_EXAMPLES = """\
examples:
  botserver new shop                 make shop.gbai with a first script
  botserver play shop.gbai           talk to it right here
  botserver serve .                  serve all bots of this folder
  botserver chat shop                talk to it through the server
"""


class _Parser(argparse.ArgumentParser):
    """argparse with our exit code for wrong usage and a suggestion for a mistyped command."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}", file=sys.stderr)
        print(f"  try `{self.prog} --help`", file=sys.stderr)
        raise SystemExit(USAGE)


def _parser(command: str | None) -> argparse.ArgumentParser:
    codes = "exit codes:\n" + "".join(f"  {code:<3}  {meaning}\n" for code, meaning in EXIT_CODES.items())
    parser = _Parser(
        prog="botserver",
        description="A session service for chat bots: scripts in, durable conversations out.",
        epilog=_EXAMPLES + "\n" + codes,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"botserver {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, summary in COMMANDS.items():
        subparser = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == command:
            importlib.import_module(f".{name}", __name__).add_arguments(subparser)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; gives the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    command = next((word for word in words if not word.startswith("-")), None)
    if command is not None and command not in COMMANDS:
        close = difflib.get_close_matches(command, COMMANDS, n=1)
        print(f"botserver: no command {command!r}", file=sys.stderr)
        print(f"  did you mean {close[0]}?" if close else "  try `botserver --help`", file=sys.stderr)
        return USAGE
    try:
        parser = _parser(command)
    except BotserverError as error:  # the command cannot run here at all
        report(error)
        return exit_code_of(error)
    try:
        arguments = parser.parse_args(words)
    except SystemExit as stop:
        return int(stop.code or OK)
    if arguments.command is None:
        parser.print_help()
        return USAGE
    try:
        code: int = importlib.import_module(f".{arguments.command}", __name__).run(arguments)
        sys.stdout.flush()
    except BotserverError as error:
        report(error)
        return exit_code_of(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    return code


def report(error: BotserverError) -> None:
    """Say on standard error what is wrong and what to do."""
    print(f"botserver: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"  {error.hint}", file=sys.stderr)
