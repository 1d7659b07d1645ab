"""Keywords that keep values beyond the session: of the bot, and of the user."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Operand, Place

_KEY = "4002 for a key without text or of more than 255 characters"
_VALUE = "9008 for a value of more than 1 MB"
_COUNT = "9008 for more than 1000 keys of one user"

KEYWORDS = (
    Keyword(
        "SET BOT MEMORY",
        Place.STATEMENT,
        (
            Form(("", ","), Lowering.EFFECT, "bot_memory_set", "store", "SET BOT MEMORY key, value"),
            Form(("", "AS"), Lowering.EFFECT, "bot_memory_set", "store", "SET BOT MEMORY key AS value"),
        ),
        "Stores a value for the bot, shared by all its sessions; null deletes it.",
        'SET BOT MEMORY "company", "ACME"',
        errors=(_KEY, _VALUE),
    ),
    Keyword(
        "GET BOT MEMORY",
        Place.OPERAND,
        (Form(("",), Lowering.EFFECT, "bot_memory_get", "store", "x = GET BOT MEMORY key"),),
        'A value of the bot, or "" when there is none.',
        'x = GET BOT MEMORY "company"',
    ),
    Keyword(
        "CLEAR BOT MEMORY",
        Place.STATEMENT,
        (Form(("",), Lowering.EFFECT, "bot_memory_set", "store", "CLEAR BOT MEMORY key", fixed=(None,)),),
        "Deletes a value of the bot.",
        'CLEAR BOT MEMORY "company"',
        errors=(_KEY,),
    ),
    Keyword(
        "SET USER MEMORY",
        Place.STATEMENT,
        (
            Form(("", ","), Lowering.SPECIAL, "remember", "store", "SET USER MEMORY key, value"),
            Form(("", "AS"), Lowering.SPECIAL, "remember", "store", "SET USER MEMORY key AS value"),
        ),
        "Keeps a value of this user for all bots; null deletes it. Of an anonymous user it is kept by the channel's "
        "address, else as long as the session.",
        'SET USER MEMORY "size", "L"',
        errors=(_KEY, _VALUE, _COUNT),
    ),
    Keyword(
        "GET USER MEMORY",
        Place.OPERAND,
        (Form(("",), Lowering.EFFECT, "user_memory_get", "store", "x = GET USER MEMORY key"),),
        'A value of the user, or "" when there is none.',
        'x = GET USER MEMORY "size"',
        errors=(_KEY,),
    ),
    Keyword(
        "CLEAR USER MEMORY",
        Place.STATEMENT,
        (
            Form((), Lowering.EFFECT, "user_memory_clear", "store", "CLEAR USER MEMORY", fixed=(None,)),
            Form(("",), Lowering.EFFECT, "user_memory_clear", "store", "CLEAR USER MEMORY key"),
        ),
        "Deletes one value of the user, or without a key all of them and all facts.",
        'CLEAR USER MEMORY "size"',
        errors=(_KEY,),
    ),
    Keyword(
        "REMEMBER",
        Place.STATEMENT,
        (
            Form(("", ","), Lowering.SPECIAL, "remember", "store", "REMEMBER key, value"),
            Form(("", ",", ","), Lowering.SPECIAL, "remember", "store", "REMEMBER key, value, duration"),
            Form(("", "="), Lowering.SPECIAL, "remember", "store", "REMEMBER key = value"),
        ),
        'Keeps a value of this user as SET USER MEMORY does; with a duration, "30 days" or seconds, only so long.',
        'REMEMBER "size", "L", "30 days"',
        errors=(_KEY, "4002 for a duration that is none, or of more than 3650 days", _VALUE, _COUNT),
    ),
    Keyword(
        "RECALL",
        Place.OPERAND,
        (Form(("",), Lowering.EFFECT, "user_memory_get", "store", "x = RECALL key"),),
        "The same as GET USER MEMORY.",
        'x = RECALL "size"',
        errors=(_KEY,),
    ),
    Keyword(
        "SET USER FACT",
        Place.STATEMENT,
        (
            Form(("", ","), Lowering.EFFECT, "user_fact_set", "store", "SET USER FACT name, value"),
            Form(("", "AS"), Lowering.EFFECT, "user_fact_set", "store", "SET USER FACT name AS value"),
        ),
        "Keeps a fact about this user for all bots; null deletes it.",
        'SET USER FACT "city", "Recife"',
        errors=(_KEY, _VALUE, _COUNT),
    ),
    Keyword(
        "USER FACTS",
        Place.OPERAND,
        (Form((), Lowering.EFFECT, "user_facts", "store", "x = USER FACTS()"),),
        "All facts about the user as a map.",
        "x = USER FACTS()",
        operand=Operand.NONE,
    ),
)
