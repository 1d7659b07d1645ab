"""What stands round a `'` that opens a string rather than a comment."""

from __future__ import annotations

import re

OPERAND_AFTER = frozenset(
    [
        "+",
        "-",
        "*",
        "/",
        "\\",
        "%",
        "^",
        "&",
        "=",
        "==",
        "<>",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "=<",
        "=>",
        "&&",
        "||",
        "!",
        "?",
        "??",
        "(",
        "[",
        "{",
        "#{",
        ",",
        "+=",
        "-=",
        "*=",
        "/=",
    ]
)

OPERAND_WORDS = frozenset(
    [
        "TALK",
        "PRINT",
        "SAVE",
        "FIND",
        "GET",
        "POST",
        "LLM",
        "CASE",
        "LIKE",
        "AS",
        "WITH",
        "DEFAULT",
        "DESCRIPTION",
        "SEND",
        "WRITE",
        "UPDATE",
        "INSERT",
        "INTO",
        "DELETE",
        "WHERE",
        "BY",
        "AND",
        "OR",
        "XOR",
        "NOT",
        "IN",
        "CONTAINS",
        "MOD",
        "LOG",
        "IF",
        "ELSEIF",
        "WHILE",
        "UNTIL",
        "SET",
        "SWITCH",
    ]
)

CLAUSE_WORDS = frozenset(
    [
        "THEN",
        "ELSE",
        "TO",
        "AS",
        "WITH",
        "DEFAULT",
        "BY",
        "FROM",
        "WHERE",
        "ORDER",
        "LIMIT",
        "SET",
        "VALUES",
        "DO",
        "TIMEOUT",
        "SUBJECT",
        "BODY",
        "ATTACHMENT",
        "USING",
    ]
)

OPERATOR_WORDS = frozenset(
    ["AND", "OR", "XOR", "LIKE", "IN", "CONTAINS", "MOD", "IS", "NOT", "BETWEEN", "STARTS", "ENDS"]
)

AFTER_QUOTED = re.compile(r"[.\[]|[ \t]*(?:$|\n|[,;)\]}:+\-*/\\%^&|=<>!?']|//|([A-Za-z]+)\b)")
