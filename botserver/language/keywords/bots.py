"""Keywords for several bots that work together."""

from __future__ import annotations

from .form import Keyword, Lowering, Place
from .outside import BOT_TIMES, BOT_TOOLS, MODEL, form_of, outside, stored

_SHARED = "5001 for a bot that does not share its memory with this one"

_PARTNER = (
    "4002 for a bot that is this one",
    "4004 for a bot that is not there",
    "5001 for one that does not work with this one",
    "9012 in a branch that is a trial",
)
_TRIGGERS = "[WITH TRIGGER words] [TRIGGER ON words] [WITH TRIGGER ON words]"
_TOOLS = "[WITH TOOLS tools] [TOOLS tools]"
_TIMES = "[WITH SCHEDULE cron] [SCHEDULE cron]"

KEYWORDS = (
    Keyword(
        "ADD BOT",
        Place.STATEMENT,
        (
            form_of("ADD BOT", f"bot {_TRIGGERS}", Lowering.CALL, "effect bot_add", "store"),
            form_of("ADD BOT", f"bot {_TRIGGERS} {_TOOLS}", Lowering.MISSING, BOT_TOOLS, "outside"),
            form_of("ADD BOT", f"bot {_TRIGGERS} {_TOOLS} {_TIMES}", Lowering.MISSING, BOT_TIMES, "outside"),
        ),
        "Lets another bot of the server take part, whose config.csv names this one in works-with. What the user says"
        " while no script waits for it goes to the first bot with a trigger in it, words with commas between those that"
        " stand alone, and that bot's answer is said. Again for a bot that takes part: with other triggers.",
        'ADD BOT "billing" WITH TRIGGER "invoice, payment"',
        errors=(
            *_PARTNER,
            "9011 for more than 10 bots",
            "9013 for more than 20 triggers, or one of more than 100 characters",
        ),
    ),
    stored(
        "REMOVE BOT",
        "bot_remove",
        "Lets another bot leave; nothing happens if it does not take part.",
        'REMOVE BOT "billing"',
        "bot",
        place=Place.STATEMENT,
    ),
    stored("LIST BOTS", "bots_list", "The bots that take part: maps of name, triggers.", "x = LIST BOTS", ""),
    Keyword(
        "DELEGATE",
        Place.BOTH,
        tuple(
            form_of("DELEGATE", usage, Lowering.CALL, "effect delegate", "park")
            for usage in ("task TO BOT bot [TIMEOUT seconds]", "task TO bot [TIMEOUT seconds]")
        ),
        "Gives a task to another bot of the server, whose config.csv names this one in works-with, and waits for what"
        " it says: until it waits for input or ends, or so many seconds, 30 without TIMEOUT; null if that is not"
        " enough.",
        'x = DELEGATE "check the invoice" TO BOT "billing" TIMEOUT 30',
        errors=(
            *_PARTNER,
            "4002 for a time outside 0 seconds to 1 day",
            "5003 in a handler",
            "9011 for more than 10 sub-sessions and other bots, or bots that ask bots more than 3 deep",
            "9013 for a task or an answer of more than 64000 characters",
            "1500 if the other bot's script fails, or its session ends before it comes to the question",
        ),
    ),
    Keyword(
        "TRANSFER CONVERSATION TO",
        Place.STATEMENT,
        (form_of("TRANSFER CONVERSATION TO", "bot", Lowering.CALL, "effect hand_on", "park"),),
        "Ends the script and hands the conversation on to another bot of the server, whose config.csv names this one in"
        " works-with: the session goes on as one of that bot, from its welcome message and start.bas, with the"
        " session's variables and contexts.",
        'TRANSFER CONVERSATION TO "billing"',
        errors=(
            *_PARTNER,
            "5003 in a handler, in a run by the clock, in a session that works for another bot or is handed to people",
            "9007 for the fourth time before the user speaks again",
        ),
    ),
    outside(
        "BOT REFLECTION",
        MODEL,
        "Lets the bot judge its answers, which takes a language model.",
        "BOT REFLECTION TRUE",
        "mode",
        place=Place.STATEMENT,
    ),
    stored(
        "BOT SHARE MEMORY",
        "bot_memory_share",
        "Copies an entry of bot memory to another bot of the server, whose config.csv names this one in"
        " memory-shared-with.",
        'BOT SHARE MEMORY "prices" WITH "billing"',
        "key WITH bot",
        place=Place.STATEMENT,
        errors=(_SHARED, "4002 for a bot that is this one"),
    ),
    stored(
        "BOT SYNC MEMORY FROM",
        "bot_memory_sync",
        "Takes all that another bot of the server keeps in its memory, over what this one has under the same keys.",
        'BOT SYNC MEMORY FROM "billing"',
        "bot",
        place=Place.STATEMENT,
        errors=(_SHARED, "9013 for more than 1000 values or 4 MB"),
    ),
)
