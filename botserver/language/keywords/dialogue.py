"""Keywords that speak with the user or the log."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Operand, Place

_SUGGESTIONS = "9009 for more than 50 suggestions"

KEYWORDS = (
    Keyword(
        "TALK",
        Place.STATEMENT,
        (
            Form((), Lowering.EMIT, "talk", "emit", "TALK", fixed=("",)),
            Form(("",), Lowering.EMIT, "talk", "emit", "TALK text"),
            Form(("", ","), Lowering.SPECIAL, "print", "emit", "TALK text, text …", is_open=True),
        ),
        "Sends one bot message.",
        'TALK "Hello"',
    ),
    Keyword(
        "PRINT",
        Place.STATEMENT,
        (
            Form((), Lowering.EMIT, "talk", "emit", "PRINT", fixed=("",)),
            Form(("",), Lowering.EMIT, "talk", "emit", "PRINT text"),
            Form(("", ","), Lowering.SPECIAL, "print", "emit", "PRINT text, text …", is_open=True),
        ),
        "Sends one bot message; several texts are joined with a blank.",
        'PRINT "a", 1',
    ),
    Keyword(
        "WAIT",
        Place.STATEMENT,
        (Form(("",), Lowering.SPECIAL, "wait", "park", "WAIT seconds"),),
        "Pauses the script, at most 300 seconds. Messages that come meanwhile are queued.",
        "WAIT 2",
        errors=("4002 for a negative span, or what is no number",),
    ),
    Keyword(
        "LOG",
        Place.STATEMENT,
        (
            Form(("",), Lowering.SPECIAL, "log info", "emit", "LOG text"),
            Form(("", ","), Lowering.SPECIAL, "log info", "emit", "LOG text, value"),
        ),
        "Writes a line to the technical log, with the session's id.",
        'LOG "order placed", 3',
        synonyms=("LOG_INFO",),
    ),
    *(
        Keyword(
            f"LOG_{level.upper()}",
            Place.STATEMENT,
            (
                Form(("",), Lowering.SPECIAL, f"log {level}", "emit", f"LOG_{level.upper()} text"),
                Form(("", ","), Lowering.SPECIAL, f"log {level}", "emit", f"LOG_{level.upper()} text, value"),
            ),
            f"Writes a line of level {level} to the technical log.",
            f'LOG_{level.upper()} "text"',
        )
        for level in ("warn", "error", "debug")
    ),
    Keyword(
        "LOG SESSION",
        Place.STATEMENT,
        (
            Form(("",), Lowering.SPECIAL, "analytics session", "emit", "LOG SESSION event"),
            Form(("", ","), Lowering.SPECIAL, "analytics session", "emit", "LOG SESSION event, detail"),
        ),
        "Adds an event to the session's analytics, stored with the turn.",
        'LOG SESSION "milestone", "order_completed"',
    ),
    Keyword(
        "ADD SUGGESTION",
        Place.STATEMENT,
        (
            Form(("",), Lowering.SPECIAL, "suggest", "pure", "ADD SUGGESTION text"),
            Form(("", "AS"), Lowering.BUILTIN, "$SUGGEST", "pure", "ADD SUGGESTION key AS label", fixed=("?",)),
            Form(("", ","), Lowering.SPECIAL, "suggest pair", "pure", "ADD SUGGESTION label, value"),
        ),
        "Adds a button that goes out with every message until CLEAR SUGGESTIONS.",
        'ADD SUGGESTION "1" AS "Order a pizza"',
        errors=(_SUGGESTIONS, "4002 for a label or value of more than 1000 characters"),
    ),
    Keyword(
        "ADD SUGGESTION TOOL",
        Place.STATEMENT,
        (
            Form(
                ("", "AS"),
                Lowering.BUILTIN,
                "$SUGGEST",
                "pure",
                "ADD SUGGESTION TOOL script AS label",
                fixed=("tool",),
            ),
        ),
        "Adds a button that runs a script of the package when nothing else is waiting.",
        'ADD SUGGESTION TOOL "order-status" AS "Where is my order?"',
        errors=(_SUGGESTIONS,),
    ),
    Keyword(
        "ADD SUGGESTION TEXT",
        Place.STATEMENT,
        (
            Form(
                ("", "AS"),
                Lowering.BUILTIN,
                "$SUGGEST",
                "pure",
                "ADD SUGGESTION TEXT text AS label",
                fixed=("text",),
            ),
        ),
        "Adds a button that sends a text in the user's name.",
        'ADD SUGGESTION TEXT "I want to order a pizza" AS "Pizza"',
        errors=(_SUGGESTIONS,),
    ),
    Keyword(
        "CLEAR SUGGESTIONS",
        Place.STATEMENT,
        (Form((), Lowering.BUILTIN, "$CLEAR_SUGGESTIONS", "pure", "CLEAR SUGGESTIONS"),),
        "Removes all suggestions.",
        "CLEAR SUGGESTIONS",
        synonyms=("CLEAR SUGGESTION",),
    ),
    Keyword(
        "SHOW IMAGE",
        Place.STATEMENT,
        (
            Form(("",), Lowering.SPECIAL, "image", "emit", "SHOW IMAGE source"),
            Form(("", ","), Lowering.SPECIAL, "image", "emit", "SHOW IMAGE source, caption"),
        ),
        "Sends an image: a URL, or a file of the package.",
        'SHOW IMAGE "https://example.com/menu.png", "Our menu"',
        errors=("3004 for a file the package does not have",),
    ),
    Keyword(
        "FORMAT",
        Place.OPERAND,
        (
            Form(("",), Lowering.BUILTIN, "FORMAT", "pure", "FORMAT value"),
            Form(("", "AS"), Lowering.BUILTIN, "FORMAT", "pure", "FORMAT value AS pattern"),
            Form(("", ","), Lowering.BUILTIN, "FORMAT", "pure", "FORMAT value, pattern"),
        ),
        "Text of a value by a pattern.",
        'x = FORMAT 1234.5 AS "#,##0.00"',
    ),
    *(
        Keyword(
            words,
            Place.OPERAND,
            (Form((), Lowering.SPECIAL, target, "pure", words),),
            doc,
            f"x = {words}",
            operand=Operand.NONE,
        )
        for words, target, doc in (
            ("NEW ARRAY", "new array", "An empty array."),
            ("NEW OBJECT", "new map", "An empty map."),
            ("CREATE OBJECT", "new map", "An empty map."),
        )
    ),
)
