"""`botserver new NAME`: the folder of a new bot, small enough to be read in a minute."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from ..errors import ConfigError
from .exits import OK

_EXAMPLES = """\
examples:
  botserver new shop                 makes shop.gbai in this folder
  botserver new shop --in bots       makes bots/shop.gbai
"""

_START = """\
' Runs when a conversation begins. Try it: botserver play {name}.gbai
TALK "Hello! I am {name}."
HEAR name WITH "What is your name?"
SET "name", name

DO
    HEAR wish AS MENU "Tell me the time", "Count my visits", "Bye" WITH "What shall I do, ${{name}}?"
    SELECT CASE wish
        CASE "Tell me the time"
            TALK "It is ${{FORMAT(NOW(), "HH:mm")}}."
        CASE "Count my visits"
            CountVisit(name)
    END SELECT
LOOP UNTIL wish = "Bye"
TALK "Good bye, ${{name}}."

' Bot memory is shared by all conversations of this bot and survives restarts.
SUB CountVisit(who)
    visits = VAL(GET BOT MEMORY "visits") + 1
    SET BOT MEMORY "visits", visits
    TALK "Visit number ${{visits}}, and it is yours, ${{who}}."
END SUB
"""

_CHAT = """\
' What should happen, played by: botserver test {name}.gbai
Hello! I am {name}.
What is your name?
> Ann
What shall I do, Ann?
[Tell me the time] [Count my visits] [Bye]
> count
Visit number 1, and it is yours, Ann.
What shall I do, Ann?
> Tell me the time
It is {{time}}.
...
> [Bye]
Good bye, Ann.
"""

_CONFIG = """\
name,value
bot-name,{name}
error-message,"Sorry, something went wrong."
fallback-message,"I did not understand that."
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("name", metavar="NAME", help="letters, digits, - and _; begins with a letter")
    parser.add_argument("--in", dest="folder", type=Path, default=Path(), help="where to make it (default: here)")


def run(arguments: argparse.Namespace) -> int:
    name = arguments.name.removesuffix(".gbai")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,63}", name):
        raise ConfigError(f"{name!r} cannot be the name of a bot", hint="use letters, digits, - and _, such as shop-2")
    package = arguments.folder / f"{name}.gbai"
    files = {
        package / f"{name}.gbdialog" / "start.bas": _START.format(name=name),
        package / f"{name}.gbot" / "config.csv": _CONFIG.format(name=name),
        package / "tests" / "visit.chat": _CHAT.format(name=name),
    }
    try:
        package.mkdir(parents=True)
        for path, text in files.items():
            path.parent.mkdir()
            path.write_text(text, encoding="utf-8")
    except FileExistsError:
        raise ConfigError(f"{package} exists already", hint="choose another name, or remove it") from None
    except OSError as error:
        hint = "check that the folder is writable"
        raise ConfigError(f"cannot make {package}: {error.strerror}", hint=hint) from error
    for path in files:
        print(path)
    print(f"\ntry it:   botserver play {package}")
    print(f"test it:  botserver test {package}\nserve it: botserver serve {package}")
    return OK
