"""Keywords of workflows: steps that bots and people take, in order or side by side."""

from __future__ import annotations

from .form import Place
from .outside import WORKFLOWS, outside

_DOCS = (
    ("ORCHESTRATE WORKFLOW", "Starts a sequence of steps.", 'ORCHESTRATE WORKFLOW "onboarding"', ("name",)),
    ("STEP", "A step of a workflow; what it does stands behind the colon.", "STEP 1: TALK 1", ("number",)),
    (
        "BOT",
        "Lets a bot do a task; the result of step 1 is step_1.",
        'BOT "clerk" "check the form"',
        ("bot task", "bot, task"),
    ),
    (
        "HUMAN APPROVAL FROM",
        "Waits until a person agrees; indented lines TIMEOUT n and ON TIMEOUT: … may follow.",
        'HUMAN APPROVAL FROM "manager@example.com"',
        ("who [TIMEOUT seconds]",),
    ),
    ("TIMEOUT", "Seconds the step before waits.", "TIMEOUT 3600", ("seconds",)),
    ("ON TIMEOUT", "What the step before does when nobody answers, in words.", "ON TIMEOUT: escalate", ("text",)),
    ("PARALLEL", "Begins branches that run side by side.", "PARALLEL", ("",)),
    ("BRANCH", "One of the branches.", "BRANCH A: TALK 1", ("name",)),
    ("END PARALLEL", "Closes the branches.", "END PARALLEL", ("",)),
    ("DELAY", "Pauses the workflow, in seconds.", "DELAY 60", ("seconds",)),
    ("WITH OPTIMIZE FOR", "What the workflow should spare.", 'WITH OPTIMIZE FOR "cost"', ("goal",)),
    ("WITH MAX_COST", "What the workflow may cost.", "WITH MAX_COST 5", ("amount",)),
    ("WITH MAX_LATENCY", "Seconds the workflow may take.", "WITH MAX_LATENCY 30", ("seconds",)),
)

KEYWORDS = tuple(
    outside(
        words,
        WORKFLOWS,
        doc,
        example,
        *usages,
        place=Place.STATEMENT,
        synonyms=(words.replace("_", " "),) if "_" in words else (),
    )
    for words, doc, example, usages in _DOCS
)
