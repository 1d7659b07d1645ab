"""Keywords of workflows: steps that bots and people take, in order or side by side."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Place
from .outside import WORKFLOWS, form_of, outside

_SPARES = "What the workflow {}, for services that can tell; no effect on what the server does itself."
_DOCS = (
    (
        "HUMAN APPROVAL FROM",
        "Waits until a person agrees; indented lines TIMEOUT n and ON TIMEOUT: … may follow.",
        'HUMAN APPROVAL FROM "manager@example.com"',
        ("who [TIMEOUT seconds]",),
    ),
    ("TIMEOUT", "Seconds the step before waits.", "TIMEOUT 3600", ("seconds",)),
    ("ON TIMEOUT", "What the step before does when nobody answers, in words.", "ON TIMEOUT: escalate", ("text",)),
)

_NOTHING = (
    ("PARALLEL", "Begins branches that do not wait for each other; here they run one after the other.", "PARALLEL", ""),
    ("BRANCH", "One of the branches; what it does stands behind the colon.", "BRANCH A: TALK 1", "name"),
    ("END PARALLEL", "Closes the branches.", "END PARALLEL", ""),
    ("WITH OPTIMIZE FOR", _SPARES.format("should spare"), 'WITH OPTIMIZE FOR "cost"', "goal"),
    ("WITH MAX_COST", _SPARES.format("may cost"), "WITH MAX_COST 5", "amount"),
    ("WITH MAX_LATENCY", _SPARES.format("may take"), "WITH MAX_LATENCY 30", "seconds"),
)

KEYWORDS = (
    Keyword(
        "ORCHESTRATE WORKFLOW",
        Place.STATEMENT,
        (Form(("",), Lowering.SPECIAL, "analytics activity", "emit", "ORCHESTRATE WORKFLOW name"),),
        "Begins a sequence of steps; its name goes to the analytics. What the steps do is up to them.",
        'ORCHESTRATE WORKFLOW "onboarding"',
    ),
    Keyword(
        "STEP",
        Place.STATEMENT,
        (Form(("",), Lowering.SPECIAL, "step", "pure", "STEP number: …"),),
        "A step of a workflow; what it does stands behind the colon. What BOT gives in step 1 is step_1.",
        "STEP 1: TALK 1",
    ),
    Keyword(
        "DELAY",
        Place.STATEMENT,
        (Form(("",), Lowering.SPECIAL, "wait", "park", "DELAY seconds"),),
        "Pauses the workflow, as WAIT does.",
        "DELAY 60",
    ),
    *(
        Keyword(
            words,
            Place.STATEMENT,
            (form_of(words, usage, Lowering.CALL, "nothing", "pure"),),
            doc,
            example,
            synonyms=(words.replace("_", " "),) if "_" in words else (),
        )
        for words, doc, example, usage in _NOTHING
    ),
    Keyword(
        "BOT",
        Place.STATEMENT,
        tuple(form_of("BOT", usage, Lowering.CALL, "ask bot", "park") for usage in ("bot task", "bot, task")),
        "DELEGATE with the bot first, as a step: what it gives to step 1 is step_1.",
        'STEP 1: BOT "billing" "check the form"',
        errors=("those of DELEGATE",),
    ),
    *(outside(words, WORKFLOWS, doc, example, *usages, place=Place.STATEMENT) for words, doc, example, usages in _DOCS),
)
