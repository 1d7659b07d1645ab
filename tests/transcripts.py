"""Scripted conversations: a small text format, read here and played by tests through `play` and a live server.

    ' a comment
    What the bot says, word for word
    | the next line of the same message
    [Yes] [No]                     what the user may press now
    > what the user says
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Exchange:
    """What the user said (None: the conversation opens) and what the bot is expected to say then."""

    said: str | None
    messages: list[str] = field(default_factory=list)
    options: list[str] | None = None


def parse(text: str) -> list[Exchange]:
    exchanges = [Exchange(None)]
    for line in text.splitlines():
        now = exchanges[-1]
        if line.startswith("'") or not line.strip():
            continue
        if line.startswith(">"):
            exchanges.append(Exchange(line[1:].strip()))
        elif line.startswith("|"):
            now.messages[-1] += "\n" + line[1:].removeprefix(" ")
        elif re.fullmatch(r"(\[[^\]]*\] ?)+", line.strip()):
            now.options = re.findall(r"\[([^\]]*)\]", line)
        else:
            now.messages.append(line)
    return exchanges


def load(path: Path) -> list[Exchange]:
    return parse(path.read_text(encoding="utf-8"))
