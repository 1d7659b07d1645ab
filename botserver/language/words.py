"""Words and marks that the stages before the grammar tell apart: which open, join, compare, and what HEAR knows."""

from __future__ import annotations

from .scanner import Kind, Raw

OPENS = frozenset(("(", "[", "{", "#{"))
CLOSES = frozenset((")", "]", "}"))
CLOSED_BY = {"(": ")", "[": "]", "{": "}", "#{": "}"}
_ASSIGNS = frozenset(["=", "+=", "-=", "*=", "/=", "=="])
_BELONGS = frozenset([".", "?.", "["])
OP_ASSIGN = frozenset(["+=", "-=", "*=", "/="])
LITERALS = frozenset(["TRUE", "FALSE", "NULL", "NOTHING", "EMPTY", "NONE"])
INFIX = frozenset(["AND", "OR", "LIKE", "IN", "CONTAINS", "IS", "MOD", "XOR", "BETWEEN", "NOT", "STARTS", "ENDS"])
CLAUSES = frozenset(["AS", "TO", "WITH", "DEFAULT", "STEP", "THEN"])
RELATIONS = {"=": "EQ", "==": "EQ", "<>": "NE", "!=": "NE", "<": "LT", "<=": "LE", "=<": "LE", ">": "GT", ">=": "GE"}
RELATIONS["=>"] = "GE"
SCHEDULE_UNITS = {
    **dict.fromkeys(("SECOND", "SECONDS"), 1),
    **dict.fromkeys(("MINUTE", "MINUTES"), 60),
    **dict.fromkeys(("HOUR", "HOURS"), 3600),
}
"""Words after SCHEDULE IN n, and the seconds of each."""
BROKEN = "BROKEN"
"""Ends a statement whose problem is reported: only the block it may open or close still counts."""
MARKS = {
    BROKEN: BROKEN,
    **RELATIONS,
    "+": "PLUS",
    "-": "MINUS",
    "*": "STAR",
    "/": "SLASH",
    "\\": "BACKSLASH",
    "%": "MOD",
    "^": "CARET",
    "&": "AMP",
    "&&": "AND",
    "||": "OR",
    "!": "NOT",
    "?": "QUESTION",
    "??": "COALESCE",
    ".": "DOT",
    "?.": "DOT",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LBRACK",
    "]": "RBRACK",
    "{": "LBRACE",
    "#{": "LBRACE",
    "}": "RBRACE",
    ",": "COMMA",
    ";": "SEMICOLON",
}
HEAR_TYPES = {
    **dict.fromkeys(("STRING", "TEXT", "ANY"), "STRING"),
    **dict.fromkeys(("INTEGER", "INT"), "INTEGER"),
    **dict.fromkeys(("NUMBER", "FLOAT", "DECIMAL", "DOUBLE"), "NUMBER"),
    **dict.fromkeys(("MONEY", "CURRENCY", "AMOUNT"), "MONEY"),
    **dict.fromkeys(("BOOLEAN", "BOOL"), "BOOLEAN"),
    "DATE": "DATE",
    **dict.fromkeys(("HOUR", "TIME"), "HOUR"),
    "EMAIL": "EMAIL",
    "NAME": "NAME",
    **dict.fromkeys(("MOBILE", "PHONE", "TELEPHONE"), "MOBILE"),
    **dict.fromkeys(("ZIPCODE", "ZIP", "CEP", "POSTALCODE"), "ZIPCODE"),
    "CPF": "CPF",
    "CNPJ": "CNPJ",
    **dict.fromkeys(("LANGUAGE", "LANG"), "LANGUAGE"),
    **dict.fromkeys(("URL", "LINK"), "URL"),
    **dict.fromkeys(("UUID", "GUID"), "UUID"),
    **dict.fromkeys(("COLOR", "COLOUR"), "COLOR"),
    **dict.fromkeys(("CREDITCARD", "CARD"), "CREDITCARD"),
    **dict.fromkeys(("PASSWORD", "PASS", "SECRET"), "PASSWORD"),
}
"""Words after HEAR … AS, and the type each means. STRING takes any answer; the others are checked."""
BOUND_TYPES = {word: kind for word, kind in HEAR_TYPES.items() if kind in ("INTEGER", "NUMBER", "MONEY", "BOOLEAN")}
BOUND_TYPES |= {"OBJECT": "OBJECT", "ARRAY": "ARRAY"}
"""Types of PARAM whose text is converted when the script is given it; all others keep the text."""
_ATTACHMENTS = "a channel with attachments"
LATER_HEAR_TYPES = {
    **dict.fromkeys(("LOGIN", "AUTH"), "a sign-in service"),
    **dict.fromkeys(("FILE", "DOCUMENT", "DOC", "PDF"), _ATTACHMENTS),
    **dict.fromkeys(("IMAGE", "PHOTO", "PICTURE", "VIDEO"), _ATTACHMENTS),
    **dict.fromkeys(("AUDIO", "VOICE", "SOUND"), "a speech service"),
    **dict.fromkeys(("QRCODE", "QR"), "a media service"),
}
"""Types whose answers are no text, and what must be there to take them."""


def is_one(token: Raw, *texts: str) -> bool:
    return token.kind in (Kind.MARK, Kind.WORD) and token.text in texts


def starts_operand(after: Raw) -> bool:
    """Whether a token on the same line can begin an operand after a keyword."""
    if after.kind in (Kind.NUMBER, Kind.STRING):
        return True
    if after.kind is Kind.WORD:
        return after.text not in INFIX - {"NOT"} and after.text not in CLAUSES
    return after.text in ("[", "{", "#{", "(") or (after.text == "-" and after.blank_before)


def follows_variable(after: Raw) -> bool:
    """Whether the word before is a variable and no keyword: `list = 1`, `case.x`, `data[0]`. A blank before a point
    or bracket keeps the keyword: `TALK .name`, `TALK [1, 2]`."""
    return is_one(after, *_ASSIGNS) or (is_one(after, *_BELONGS) and not after.blank_before)
