"""Rows of keywords that need a service outside, or yield to names of the file as those do, written as their usage.

The usage is the form: lower-case words are operands, upper-case words between them separators, `[WORD operand]` an
optional clause, a last upper-case word a flag, `…` repeats the last separator.
"""

from __future__ import annotations

import re

from .form import Form, Keyword, Lowering, Operand, Place

BOT_TIMES = "a scheduler for other bots"
BOT_TOOLS = "a language model that calls tools of other bots"
CALLERS = "a door for other servers"
DATABASE = "a database server"
FILES = "a file store"
HTTP = "an HTTP client"  # what `play` and tests do without
LEADS = "a lead service"
LINKS = "a link service"
KNOWLEDGE = "a knowledge index"
MAIL = "a mail service"
MEDIA = "a media service"
MODEL = "a language model"
PAGES = "a page reader"
SANDBOX = "a sandbox for programs"
SCHEDULER = "a scheduler for two times at once"
SITES = "a site service"
SMS = "an SMS service"
SOAP = "a SOAP client"
SOCIAL = "a social media service"
SYNCHRONIZER = "a synchronizer"
TASKS = "a task service"
MESSENGER = "a messaging service"
USERS = "a user directory"
WEATHER = "a weather service"
WORKFLOWS = "a workflow engine"


def refusal(words: str, service: str) -> tuple[int, str]:
    """The error of a keyword whose service is not there: its number and sentence."""
    return 9010 if service == MODEL else 9012, f"{words} needs {service}; none is configured"


_PART = re.compile(r"[A-Z][A-Z_]*|[a-z]+|[,=\[\]…]")


def outside(
    words: str,
    service: str,
    doc: str,
    example: str,
    *usages: str,
    place: Place = Place.BOTH,
    operand: Operand = Operand.CONCAT,
    synonyms: tuple[str, ...] = (),
) -> Keyword:
    """A keyword of which every form needs `service`. A usage leaves the keyword itself out."""
    forms = tuple(form_of(words, usage, Lowering.MISSING, service, "outside") for usage in usages)
    return Keyword(words, place, forms, doc, example, synonyms, operand)


def stored(
    words: str,
    effect: str,
    doc: str,
    example: str,
    *usages: str,
    place: Place = Place.BOTH,
    operand: Operand = Operand.CONCAT,
    errors: tuple[str, ...] = (),
    synonyms: tuple[str, ...] = (),
) -> Keyword:
    """A keyword of which every form is the same effect on our own store. As with those of services outside, a name of
    the file goes before it."""
    forms = tuple(form_of(words, usage, Lowering.CALL, f"effect {effect}", "store") for usage in usages)
    return Keyword(words, place, forms, doc, example, synonyms, operand, errors)


def form_of(words: str, usage: str, lowering: Lowering, target: str, kind: str) -> Form:
    """A form from its usage."""
    pattern: list[str] = []
    clauses: list[str] = []
    before = ""
    is_optional = is_open = False
    for part in _PART.findall(usage):
        if part in "[]":
            is_optional = part == "["
        elif part == "…":
            is_open = True
        elif not part.islower():
            before = f"{before} {part}".strip()
        else:
            if is_optional:
                clauses.append(before)
            else:
                pattern.append(before or (" " if pattern else ""))
            before = ""
    flags = (before,) if before not in ("", ",") else ()
    return Form(
        (*pattern, *flags),
        lowering,
        target,
        kind,
        f"{words} {usage}".rstrip(),
        is_open=is_open,
        clauses=tuple(clauses),
        flags=flags,
    )
