"""Keywords for several bots that work together."""

from __future__ import annotations

from .form import Place
from .outside import BOTS, outside

KEYWORDS = (
    outside(
        "ADD BOT",
        BOTS,
        "Lets another bot take part.",
        'ADD BOT "billing" WITH TRIGGER "invoice, payment"',
        "bot [WITH TRIGGER words] [TRIGGER ON words] [WITH TRIGGER ON words] [WITH TOOLS tools] [TOOLS tools]"
        " [WITH SCHEDULE cron] [SCHEDULE cron]",
    ),
    outside("REMOVE BOT", BOTS, "Lets another bot leave.", 'REMOVE BOT "billing"', "bot"),
    outside("LIST BOTS", BOTS, "The bots that take part.", "x = LIST BOTS", ""),
    outside(
        "DELEGATE",
        BOTS,
        "Gives a task to another bot and waits for its answer.",
        'x = DELEGATE "check the invoice" TO BOT "billing" TIMEOUT 30',
        "task TO BOT bot [TIMEOUT seconds]",
        "task TO bot [TIMEOUT seconds]",
    ),
    outside(
        "TRANSFER CONVERSATION TO",
        BOTS,
        "Hands the conversation to another bot and ends the script.",
        'TRANSFER CONVERSATION TO "billing"',
        "bot",
        place=Place.STATEMENT,
    ),
    outside(
        "BOT REFLECTION",
        BOTS,
        "Lets the bot judge its answers.",
        "BOT REFLECTION TRUE",
        "mode",
        place=Place.STATEMENT,
    ),
    outside(
        "BOT SHARE MEMORY",
        BOTS,
        "Copies an entry of bot memory to another bot.",
        'BOT SHARE MEMORY "prices" WITH "billing"',
        "key WITH bot",
        place=Place.STATEMENT,
    ),
    outside(
        "BOT SYNC MEMORY FROM",
        BOTS,
        "Takes the bot memory of another bot.",
        'BOT SYNC MEMORY FROM "billing"',
        "bot",
        place=Place.STATEMENT,
    ),
)
