"""Keywords about what the bot may use in a session: knowledge bases and tools."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Place

KEYWORDS = (
    Keyword(
        "USE KB",
        Place.STATEMENT,
        (Form(("",), Lowering.SPECIAL, "use kb", "pure", "USE KB name"),),
        "Makes a folder of the package's .gbkb known to the bot in this session.",
        'USE KB "manuals"',
        synonyms=("ADD KB",),
    ),
    Keyword(
        "CLEAR KB",
        Place.STATEMENT,
        (
            Form((), Lowering.BUILTIN, "$CLEAR_KB", "pure", "CLEAR KB"),
            Form(("",), Lowering.BUILTIN, "$CLEAR_KB", "pure", "CLEAR KB name"),
        ),
        "Takes one knowledge base, or without a name all of them, from the session.",
        'CLEAR KB "manuals"',
    ),
    Keyword(
        "CLEAR KB ALL",
        Place.STATEMENT,
        (Form((), Lowering.BUILTIN, "$CLEAR_KB", "pure", "CLEAR KB ALL"),),
        "Takes all knowledge bases from the session.",
        "CLEAR KB ALL",
    ),
    Keyword(
        "USE TOOL",
        Place.STATEMENT,
        (Form(("",), Lowering.SPECIAL, "use tool", "pure", "USE TOOL name"),),
        "Offers a script of the package to the model in free conversation.",
        'USE TOOL "order-status"',
        synonyms=("ADD TOOL",),
    ),
    Keyword(
        "CLEAR TOOL",
        Place.STATEMENT,
        (Form(("",), Lowering.BUILTIN, "$CLEAR_TOOL", "pure", "CLEAR TOOL name"),),
        "Offers a tool no longer.",
        'CLEAR TOOL "order-status"',
    ),
    Keyword(
        "CLEAR TOOLS",
        Place.STATEMENT,
        (Form((), Lowering.BUILTIN, "$CLEAR_TOOL", "pure", "CLEAR TOOLS"),),
        "Offers no tools any longer.",
        "CLEAR TOOLS",
    ),
)
