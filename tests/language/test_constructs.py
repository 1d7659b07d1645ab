"""Each construct every bot relies on has a program in the corpus that uses it well, and one in which it fails.

A construct is a pattern for the lines it stands in. It is used well by a program without error that expects something;
it fails where an error of the compiler or a fault stands on such a line.
"""

from __future__ import annotations

import re

import pytest

from tests.language.cases import Case
from tests.language.test_corpus import CORPUS

FUNCTIONS = (
    "LEN LEFT RIGHT MID INSTR UCASE LCASE TRIM REPLACE SPLIT JOIN VAL STR INT ROUND ABS RND RANDOM MIN MAX NOW TODAY "
    "UBOUND FORMAT IIF ISNULL ISEMPTY"
)
CONSTRUCTS = {
    "comment": r"(^|\s)('|REM\b|//|#) ?\w",
    "string": r'"',
    "string over lines": r'^[^"]*"[^"]*$',
    "escape": r"\\[ntr\\\"'ux$]",
    "interpolation": r"\$\{",
    "number": r"\b\d+\.?\d*([eE]|\b)",
    "array": r"\[.*\]|\[$",
    "map": r"#?\{\s*\w+\s*:",
    "+": r" \+ ",
    "-": r" - ",
    "*": r" \* ",
    "/": r" / ",
    "\\": r" \\ ",
    "MOD": r"\bMOD\b| % ",
    "^": r" \^ ",
    "&": r" & ",
    "sign": r"[(=] ?-\w|TALK -\w",
    "=": r"IF .* = |TALK .* = ",
    "<>": r"<>|!=",
    "<": r" < | <= ",
    ">": r" > | >= ",
    "AND": r"\bAND\b|&&",
    "OR": r"\bOR\b|\|\|",
    "XOR": r"\bXOR\b",
    "NOT": r"\bNOT\b|!\w",
    "LIKE": r"\bLIKE\b",
    "IN": r"\w IN [\[(\w\"]",
    "CONTAINS": r"\bCONTAINS\b",
    "STARTS WITH": r"STARTS WITH",
    "ENDS WITH": r"ENDS WITH",
    "BETWEEN": r"\bBETWEEN\b",
    "IS NULL": r"IS (NOT )?NULL",
    "??": r"\?\?",
    "?:": r" \? .* : ",
    "?.": r"\?\.",
    "member": r"\w\.[a-z]",
    "index": r"\w\[",
    "method": r"\w\.\w+\(",
    "call": r"\w\(",
    "assignment": r"^\s*\w+ = ",
    "LET": r"\bLET \w+ =",
    "SET x =": r"\bSET [a-z.]+ =",
    "IF": r"\bIF\b.*\bTHEN\b",
    "ELSE": r"^\s*ELSE\b|THEN .* ELSE ",
    "ELSE IF": r"ELSE ?IF",
    "END IF": r"END ?IF",
    "SELECT CASE": r"SELECT CASE",
    "SWITCH": r"^SWITCH",
    "CASE": r"^\s*CASE ",
    "CASE ELSE": r"CASE ELSE|^\s*DEFAULT",
    "FOR": r"\bFOR \w+ = ",
    "STEP": r"\bSTEP\b",
    "FOR EACH": r"\bFOR EACH\b|\bFOR \w+ IN\b",
    "NEXT": r"\bNEXT\b|\bEND FOR\b",
    "WHILE": r"^\s*WHILE\b",
    "WEND": r"^\s*(WEND|END WHILE)\b",
    "DO": r"^\s*DO\b",
    "LOOP": r"\bLOOP\b",
    "EXIT": r"^(EXIT|END|STOP)\b|THEN (EXIT|END|STOP)\b(?! \w)",
    "EXIT loop": r"\bEXIT (FOR|DO|WHILE)",
    "EXIT SELECT": r"EXIT SELECT",
    "EXIT SUB": r"EXIT (SUB|FUNCTION)",
    "BREAK": r"\bBREAK\b",
    "CONTINUE": r"\bCONTINUE\b",
    "GOTO": r"\bGOTO\b",
    "label": r"^\w+:( |$)",
    "SUB": r"^\s*SUB\b",
    "FUNCTION": r"^\s*FUNCTION\b",
    "CALL": r"\bCALL\b",
    "RETURN": r"\bRETURN\b",
    "PARAM": r"^PARAM\b",
    "DESCRIPTION": r"^DESCRIPTION\b",
    "TALK": r"\bTALK\b",
    "PRINT": r"\bPRINT\b",
    "HEAR": r"\bHEAR\b",
    "HEAR WITH": r"\bHEAR\b.*\bWITH\b",
    "HEAR DEFAULT": r"\bHEAR\b.*\bDEFAULT\b",
    "HEAR options": r"HEAR \w+ AS (\"|MENU)",
    "WAIT": r"\bWAIT\b",
    'SET "s", v': r"\bSET \"[\w ]*\", ",
    'GET "s"': r"\bGET \"",
    "SET BOT MEMORY": r"SET BOT MEMORY",
    "GET BOT MEMORY": r"GET BOT MEMORY",
    "SET CONTEXT": r"SET CONTEXT .* AS ",
    "LLM": r"\bLLM\b",
    "GET SESSION": r"GET SESSION\b",
    "SET SESSION": r"SET SESSION\b",
    "ADD SUGGESTION": r"ADD SUGGESTION",
    "CLEAR SUGGESTIONS": r"CLEAR SUGGESTIONS?",
    "SHOW IMAGE": r"SHOW IMAGE",
    "USE KB": r"USE KB",
    "CLEAR KB": r"CLEAR KB",
    "CLEAR KB ALL": r"CLEAR KB ALL",
    "USE TOOL": r"USE TOOL",
    "ADD TOOL": r"ADD TOOL",
    "CLEAR TOOLS": r"CLEAR TOOLS",
    "RUN": r"\bRUN \"",
    "SAVE SESSION STATE": r"SAVE SESSION STATE",
    "RESTORE SESSION STATE": r"RESTORE SESSION STATE",
    "LOG": r"\bLOG(_\w+)? (\"|\w)",
    "LOG SESSION": r"LOG SESSION",
    "ON SESSION END": r"ON SESSION END",
    "SESSION_ID": r"SESSION_ID",
    "TRANSFER SESSION": r"TRANSFER SESSION",
    "GET AVAILABLE AGENT": r"GET AVAILABLE AGENT",
    "DEBUG SHOW SESSION": r"DEBUG SHOW SESSION",
    "DEBUG SHOW CONTEXT": r"DEBUG SHOW CONTEXT",
    "DEBUG SHOW VARIABLES": r"DEBUG SHOW VARIABLES",
    "CREATE SUB SESSION": r"CREATE SUB SESSION",
    "RUN IN SESSION": r"RUN IN SESSION",
    "MERGE SESSION": r"MERGE SESSION",
    "APPLY SESSION TEMPLATE": r"APPLY SESSION TEMPLATE",
    "SEND TO SESSION": r"SEND TO SESSION",
    **{f"{name}(…)": rf"(?i)\b{name}\b" for name in FUNCTIONS.split()},
}
TYPES = (
    "STRING INTEGER NUMBER MONEY BOOLEAN DATE HOUR EMAIL NAME MOBILE ZIPCODE CPF CNPJ LANGUAGE URL UUID COLOR "
    "CREDITCARD PASSWORD"
)
"""Of HEAR. A program in which one fails gives an answer that is refused, or takes the DEFAULT."""
NEVER_FAILS = {
    "SESSION_ID": "reading a constant cannot fail",
}
"""Constructs in which nothing can be wrong, with the reason."""


def uses_well(case: Case, pattern: re.Pattern[str]) -> bool:
    is_right = not any(notice.severity == "error" for notice in case.notices) and case.one("fault") is None
    expects = [kind for kind, _ in case.expected if kind not in ("hear", "param", "field", "limit", "kb", "stored")]
    return is_right and bool(expects) and any(pattern.search(line) for line in case.files["start"].split("\n"))


def fails_in(case: Case, pattern: re.Pattern[str]) -> bool:
    places = [(notice.file, notice.line) for notice in case.notices if notice.severity == "error"]
    if case.one("fault") is not None:
        places.append((case.fault_file, case.fault_line))
    return any(pattern.search(case.files[file].split("\n")[line - 1]) for file, line in places)


def answers(case: Case) -> list[tuple[str, int]]:
    """The lines of a program, and how many answers stand beside each."""
    return [(line, line.partition("' hear:")[2].count(" | ") + 1) for line in case.files["start"].split("\n")]


@pytest.mark.parametrize("kind", TYPES.split())
def test_type_of_hear_takes_and_refuses_answers(kind: str) -> None:
    asked = re.compile(rf"HEAR \w+ AS {kind}\b")
    programs = [case for case in CORPUS if uses_well(case, asked)]
    found = [
        line for case in programs for line, n in answers(case) if asked.search(line) and (n > 1 or "DEFAULT" in line)
    ]
    assert programs
    assert found


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_construct_is_used_well_by_a_program(construct: str) -> None:
    pattern = re.compile(CONSTRUCTS[construct])
    assert [case.name for case in CORPUS if uses_well(case, pattern)]


@pytest.mark.parametrize("construct", [name for name in CONSTRUCTS if name not in NEVER_FAILS])
def test_construct_fails_in_a_program(construct: str) -> None:
    pattern = re.compile(CONSTRUCTS[construct])
    assert [case.name for case in CORPUS if fails_in(case, pattern)]
