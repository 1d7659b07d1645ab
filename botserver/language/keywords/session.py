"""Keywords about the session: variables, contexts, other scripts, its end."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Operand, Place

KEYWORDS = (
    Keyword(
        "GET",
        Place.BOTH,
        (
            Form(("",), Lowering.SPECIAL, "get", "pure", 'x = GET "name"'),
            Form(("", ","), Lowering.SPECIAL, "get", "store", 'x = GET "config", "key"'),
            Form(("",), Lowering.SPECIAL, "get", "store", 'x = GET "folder/file.txt"'),
            Form(("",), Lowering.SPECIAL, "get", "call", 'x = GET "https://example.com/orders"'),
            Form(("", "INTO"), Lowering.SPECIAL, "get", "pure", 'GET "name" INTO x'),
        ),
        "A session variable, `session.x`, `user.x`, `bot.x`, `config.x`, the text of a file, or what a server has at a "
        "URL (JSON as a value, else text); null without any. A computed text names a variable, unless its beginning "
        "is written.",
        'x = GET "name"',
    ),
    Keyword(
        "GET SESSION",
        Place.OPERAND,
        (
            Form(("",), Lowering.SPECIAL, "get field", "store", "x = GET SESSION field"),
            Form(("", ","), Lowering.EFFECT, "session_read", "store", "x = GET SESSION session, field"),
        ),
        "A field of the session, such as id, channel, user_name, message_count; else its variable of that name. With "
        "an id before it, of another session of the bot; null if there is none.",
        'x = GET SESSION "channel"',
        errors=("5001 for another session, unless user_role is agent or system",),
        operand=Operand.PRIMARY,
    ),
    Keyword(
        "SET SESSION",
        Place.STATEMENT,
        (
            Form(("", ","), Lowering.SPECIAL, "set field", "pure", "SET SESSION field, value"),
            Form(("", ",", ","), Lowering.EFFECT, "session_write", "store", "SET SESSION session, field, value"),
        ),
        "Sets a field of the session's own, which is its variable of that name. Built-in fields raise error 5002. With "
        "an id before it, of another session of the bot, once, when the turn is committed.",
        'SET SESSION "satisfaction", 5',
        errors=(
            "5001 for another session, unless user_role is agent or system",
            "4004 for one that is not open",
        ),
    ),
    Keyword(
        "GET TOOL PARAM",
        Place.OPERAND,
        (Form(("",), Lowering.SPECIAL, "parameter", "pure", "x = GET TOOL PARAM name"),),
        "The value a PARAM of this script was given, by its name.",
        'x = GET TOOL PARAM "id"',
    ),
    Keyword(
        "SET CONTEXT",
        Place.STATEMENT,
        (
            Form(("",), Lowering.SPECIAL, "context", "pure", "SET CONTEXT text"),
            Form(("", ","), Lowering.BUILTIN, "$SET_CONTEXT", "pure", "SET CONTEXT name, text"),
            Form(("", "AS"), Lowering.BUILTIN, "$SET_CONTEXT", "pure", "SET CONTEXT name AS text"),
        ),
        "Gives the bot a named text to know; null or an empty text removes it.",
        'SET CONTEXT "profile" AS "Premium customer"',
        errors=("9002 for more tokens than context-size",),
    ),
    Keyword(
        "CLEAR CONTEXT",
        Place.STATEMENT,
        (
            Form((), Lowering.BUILTIN, "$CLEAR_CONTEXTS", "pure", "CLEAR CONTEXT"),
            Form(("",), Lowering.BUILTIN, "$SET_CONTEXT", "pure", "CLEAR CONTEXT name", fixed=(None,)),
        ),
        "Removes one named text, or all of them.",
        'CLEAR CONTEXT "profile"',
    ),
    Keyword(
        "SAVE SESSION STATE",
        Place.OPERAND,
        (Form((), Lowering.EFFECT, "state_save", "store", "x = SAVE SESSION STATE"),),
        "A map of what the session keeps: variables, contexts, prompt, knowledge bases, tools, suggestions, history.",
        "x = SAVE SESSION STATE",
        operand=Operand.NONE,
        errors=("9013 if it does not fit into the session's memory",),
    ),
    Keyword(
        "RESTORE SESSION STATE",
        Place.STATEMENT,
        (Form(("",), Lowering.EFFECT, "state_restore", "store", "RESTORE SESSION STATE state"),),
        "Gives the session what was saved, all of it or nothing. What the package has no more is left out.",
        "x = SAVE SESSION STATE\nRESTORE SESSION STATE x",
        errors=("4007 for what is no saved state", "9002, 9003, 9004, 9009 for more than the session may have"),
    ),
    Keyword(
        "APPLY SESSION TEMPLATE",
        Place.STATEMENT,
        (Form(("",), Lowering.EFFECT, "template_apply", "store", "APPLY SESSION TEMPLATE name"),),
        "Adds what a template of the package lists: knowledge bases, tools, contexts, variables, suggestions, prompt.",
        'APPLY SESSION TEMPLATE "support_agent"',
        errors=("3004 for a template the package does not have",),
    ),
    *(
        Keyword(
            f"DEBUG SHOW {what}",
            Place.STATEMENT,
            (Form((), Lowering.SPECIAL, f"debug {what}", "store", f"DEBUG SHOW {what}"),),
            f"Writes {shown} to the log, and to the user on a console or with `debug-enabled`.",
            f"DEBUG SHOW {what}",
        )
        for what, shown in (
            ("SESSION", "all fields of the session"),
            ("CONTEXT", "prompt, contexts, knowledge bases and tools"),
            ("VARIABLES", "session variables and script variables"),
        )
    ),
    Keyword(
        "IS NUMERIC",
        Place.OPERAND,
        (Form(("",), Lowering.BUILTIN, "ISNUMERIC", "pure", "IS NUMERIC value"),),
        "Whether a value is a number, or a text that is one.",
        'x = IS NUMERIC "12"',
        operand=Operand.PRIMARY,
    ),
    Keyword(
        "RUN",
        Place.BOTH,
        (
            Form(("",), Lowering.SPECIAL, "run", "pure", "RUN script"),
            Form(("", ","), Lowering.SPECIAL, "run", "pure", "x = RUN script, value …", is_open=True),
        ),
        "Runs another script of the package and waits for its result.",
        'RUN "other.bas"',
        errors=("3004 without that script", "5004 for a path", "9007 more than 16 deep", "9021 if it did not compile"),
    ),
    Keyword(
        "CREATE SUB SESSION",
        Place.OPERAND,
        (Form((), Lowering.BUILTIN, "$CREATE_SUB_SESSION", "pure", "x = CREATE SUB SESSION"),),
        "The id of a new sub-session, which begins with copies of this session's variables, contexts, prompt, KBs and "
        "tools.",
        "child = CREATE SUB SESSION",
        operand=Operand.NONE,
    ),
    Keyword(
        "RUN IN SESSION",
        Place.BOTH,
        (
            Form(("", ","), Lowering.SPECIAL, "run in", "pure", "RUN IN SESSION child, script"),
            Form(
                ("", ",", ","),
                Lowering.SPECIAL,
                "run in",
                "pure",
                "x = RUN IN SESSION child, script, value …",
                is_open=True,
            ),
        ),
        "Runs a script inside a sub-session, which talks with the user until it ends, and waits for its result.",
        'child = CREATE SUB SESSION\nRUN IN SESSION child, "other.bas"',
    ),
    Keyword(
        "MERGE SESSION",
        Place.STATEMENT,
        (Form(("",), Lowering.BUILTIN, "$MERGE_SESSION", "pure", "MERGE SESSION child"),),
        "Takes over what a sub-session changed in its variables and contexts, its KBs, tools and history; closes it.",
        "child = CREATE SUB SESSION\nMERGE SESSION child",
    ),
    Keyword(
        "END SESSION",
        Place.STATEMENT,
        (Form((), Lowering.EFFECT, "end_session", "park", "END SESSION"),),
        "Ends the session.",
        "END SESSION",
    ),
)
