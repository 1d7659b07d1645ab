"""The form of the corpus: many small programs a file, what they must do written as comments beside the line.

A line `' --- name` begins a program. In it, wherever a comment may stand, and several on one line:

    ' expect: text        the next message; `expect: a | b` are two; \\n \\t \\s (a blank) are escapes
    ' hear: text          what the user says at the next HEAR (`|` as above)
    ' fault: 4003 text    the script ends here with this error; its message contains text, if given
    ' result: json        the value the script returns
    ' ends: hear          the script stays suspended at this effect when the answers run out
    ' log: level text     the next log line, with its value as JSON if it has one
    ' effect: name json   the next effect other than hear, session_get and bot memory, with its arguments
    ' options: key=label  what the user may choose at the next HEAR; kinds as key=label=kind
    ' buttons: key=label  what goes out with the message expected last
    ' variable: n = json  a session variable at the end; `context: n = text` and `prompt: text` likewise
    ' error: L103 @5-9 text    a diagnostic of this line, columns 5 to 9 marked; `error 7: …` is of line 7
    ' warning: L202 @5-9 text  likewise; `hint: text` belongs to the diagnostic before it
    ' file: name          the lines that follow are the script name.bas of the same package
    ' param: name = json  an injected value; `field: name = json` a session field; `limit: name = number` a limit
    ' event: text = json  happens after the script ended or waits: an event as vm/handlers.py names it, what its
                          handlers are given (an array); `handled: done` or `handled: 5003` is how each one ends
    ' service: /p = json  what a platform service returns; `service: POST https://h/p = json` what a request gives
    ' image: source       the image of the next message that has one; `record: kind name json` the next for analytics
    ' kb: name            a knowledge base of the package; `stored: path = text` a file of it
    ' template: name = kind,name,value  a row of a session template
    ' dynamic: true       GET of a computed text may mean a URL or a file
    ' active: kbs a, b    what is in use at the end: `kbs` or `tools`, then the names

A program with an error is not run. Warnings that are not listed do not matter unless one of the program is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from botserver.language.assets import TemplateRow

_DIRECTIVE = re.compile(
    r"'\s?(expect|hear|fault|result|ends|log|effect|options|buttons|variable|context|prompt|error|warning|hint|file"
    r"|param|field|limit|service|kb|active|image|record|stored|dynamic|event|handled|template)(?: (\d+))?:(?=\s|$)"
)
_ESCAPES = {r"\n": "\n", r"\t": "\t", r"\s": " ", r"\\": "\\"}
_NOTICE = re.compile(r"(L\d{3})(?: @(\d+)(?:-(\d+))?)?(?: (.*))?$")


@dataclass
class Notice:
    """An expected diagnostic."""

    file: str
    severity: str
    line: int
    code: str
    first: int | None
    last: int | None
    text: str
    hint: str = ""


@dataclass
class Case:
    """One program of the corpus."""

    name: str
    path: Path
    line: int
    files: dict[str, str] = field(default_factory=dict)
    expected: list[tuple[str, str]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    fault_line: int = 0
    fault_file: str = "start"

    def all(self, kind: str) -> list[str]:
        return [text for found, text in self.expected if found == kind]

    def one(self, kind: str) -> str | None:
        found = self.all(kind)
        return found[-1] if found else None

    def named(self, kind: str) -> dict[str, str]:
        return {name.strip(): text.strip() for name, _, text in (line.partition("=") for line in self.all(kind))}

    def templates(self) -> dict[str, tuple[TemplateRow, ...]]:
        found: dict[str, tuple[TemplateRow, ...]] = {}
        for line in self.all("template"):
            name, _, row = (part.strip() for part in line.partition("="))
            found[name] = (*found.get(name, ()), TemplateRow(*[*row.split(",", 2), "", ""][:3]))
        return found

    def values(self, kind: str) -> dict[str, object]:
        return {name: json.loads(text) for name, text in self.named(kind).items()}


def read_cases(path: Path) -> Iterator[Case]:
    """The programs of a corpus file."""
    lines = path.read_text(encoding="utf-8").split("\n")
    starts = [number for number, line in enumerate(lines) if line.startswith("' ---")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        name = lines[start][5:].strip() or f"line {start + 1}"
        yield _case(Case(name, path, start + 1), lines[start + 1 : end])


def _case(case: Case, lines: list[str]) -> Case:
    file, text, number = "start", [], 0
    for line in lines:
        found = list(_DIRECTIVE.finditer(line))
        if found and found[0][1] == "file":
            case.files[file] = "\n".join(text) + "\n"
            file, text, number = line[found[0].end() :].strip(), [], 0
            continue
        number += 1
        text.append(line)
        for directive, after in zip(found, [*found[1:], None], strict=False):
            content = line[directive.end() : after.start() if after else len(line)].strip()
            _add(case, file, number, directive[1], directive[2], content)
    case.files[file] = "\n".join(text) + "\n"
    return case


def _add(case: Case, file: str, number: int, kind: str, at: str | None, content: str) -> None:
    if kind in ("error", "warning"):
        for piece in content.split(" | "):
            notice = _NOTICE.match(piece)
            assert notice, f"{case.path.name}:{case.line + number}: {piece!r} is not a diagnostic"
            first, last = (int(notice[n]) if notice[n] else None for n in (2, 3))
            line = int(at) if at else number
            case.notices.append(Notice(file, kind, line, notice[1], first, last, notice[4] or ""))
    elif kind == "hint":
        case.notices[-1].hint = content
    elif kind == "fault":
        case.expected.append((kind, content))
        case.fault_line, case.fault_file = int(at) if at else number, file
    elif kind in ("expect", "hear", "handled"):
        for piece in content.split(" | "):
            case.expected.append((kind, re.sub(r"\\[nts\\]", lambda found: _ESCAPES[found[0]], piece.strip())))
    elif kind == "buttons":
        case.expected.append((kind, f"{len(case.all('expect')) - 1} {content}"))
    else:
        case.expected.append((kind, content))
