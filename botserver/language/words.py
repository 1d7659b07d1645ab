"""Words and marks that the stages before the grammar tell apart: which open, join, compare, and what HEAR knows."""

from __future__ import annotations

from .scanner import Kind, Raw

OPENS = frozenset(("(", "[", "{", "#{"))
CLOSES = frozenset((")", "]", "}"))
CLOSED_BY = {"(": ")", "[": "]", "{": "}", "#{": "}"}
NOT_A_KEYWORD_BEFORE = frozenset(["=", ".", "?.", "+=", "-=", "*=", "/=", "=="])
OP_ASSIGN = frozenset(["+=", "-=", "*=", "/="])
LITERALS = frozenset(["TRUE", "FALSE", "NULL", "NOTHING", "EMPTY", "NONE"])
INFIX = frozenset(["AND", "OR", "LIKE", "IN", "CONTAINS", "IS", "MOD", "XOR", "BETWEEN", "NOT", "STARTS", "ENDS"])
CLAUSES = frozenset(["AS", "TO", "WITH", "DEFAULT", "STEP", "THEN"])
RELATIONS = {"=": "EQ", "==": "EQ", "<>": "NE", "!=": "NE", "<": "LT", "<=": "LE", "=<": "LE", ">": "GT", ">=": "GE"}
RELATIONS["=>"] = "GE"
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
HEAR_TYPES = frozenset(["STRING", "TEXT", "ANY"])
LATER_HEAR_TYPES = frozenset(
    [
        "INTEGER",
        "INT",
        "NUMBER",
        "FLOAT",
        "DECIMAL",
        "DOUBLE",
        "MONEY",
        "CURRENCY",
        "AMOUNT",
        "BOOLEAN",
        "BOOL",
        "DATE",
        "HOUR",
        "TIME",
        "EMAIL",
        "NAME",
        "MOBILE",
        "PHONE",
        "TELEPHONE",
        "ZIPCODE",
        "ZIP",
        "CEP",
        "POSTALCODE",
        "CPF",
        "CNPJ",
        "LANGUAGE",
        "LANG",
        "URL",
        "LINK",
        "UUID",
        "GUID",
        "COLOR",
        "COLOUR",
        "CREDITCARD",
        "CARD",
        "PASSWORD",
        "PASS",
        "SECRET",
        "LOGIN",
        "AUTH",
        "FILE",
        "DOCUMENT",
        "DOC",
        "PDF",
        "IMAGE",
        "PHOTO",
        "PICTURE",
        "VIDEO",
        "AUDIO",
        "VOICE",
        "SOUND",
        "QRCODE",
        "QR",
    ]
)
"""Types of HEAR that scripts of the dialect use and this version does not know."""


def is_one(token: Raw, *texts: str) -> bool:
    return token.kind in (Kind.MARK, Kind.WORD) and token.text in texts


def starts_operand(after: Raw) -> bool:
    """Whether a token on the same line can begin an operand after a keyword."""
    if after.kind in (Kind.NUMBER, Kind.STRING):
        return True
    if after.kind is Kind.WORD:
        return after.text not in INFIX - {"NOT"} and after.text not in CLAUSES
    return after.text in ("[", "{", "#{", "(") or (after.text == "-" and after.blank_before)
