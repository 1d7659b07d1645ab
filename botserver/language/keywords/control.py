"""Keywords with grammar rules of their own: control flow, procedures, assignment."""

from __future__ import annotations

from .form import Keyword, Place


def _block(words: str, doc: str, example: str, *synonyms: str) -> Keyword:
    return Keyword(words, Place.BLOCK, (), doc, example, synonyms)


KEYWORDS = (
    _block("IF", "Runs statements when a condition holds.", 'IF 1 < 2 THEN TALK "yes"'),
    _block("ELSE", "What runs when no condition before it held.", 'IF FALSE THEN\nELSE\nTALK "no"\nEND IF'),
    _block("ELSE IF", "The next condition of an IF.", "IF FALSE THEN\nELSE IF TRUE THEN\nEND IF", "ELSEIF"),
    _block("END IF", "Closes IF.", "IF TRUE THEN\nEND IF", "ENDIF"),
    _block("SELECT CASE", "Chooses by value.", "SELECT CASE 1\nCASE 1\nEND SELECT", "SELECT", "SWITCH"),
    _block("CASE", "A choice of SELECT: values, `a TO b`, `IS < e`.", "SELECT CASE 5\nCASE 1 TO 9\nEND SELECT"),
    _block("CASE ELSE", "What runs when no CASE fits.", "SELECT CASE 1\nCASE ELSE\nEND SELECT", "DEFAULT"),
    _block("END SELECT", "Closes SELECT or SWITCH.", "SELECT CASE 1\nCASE 1\nEND SELECT", "END SWITCH"),
    _block("FOR EACH", "Goes over the elements of an array or the entries of a map.", "FOR EACH x IN [1]\nNEXT"),
    _block("FOR", "Counts, or goes over elements with IN.", "FOR i = 1 TO 3\nNEXT i"),
    _block("NEXT", "Closes FOR and FOR EACH.", "FOR i = 1 TO 3\nNEXT", "END FOR"),
    _block("WHILE", "Repeats while a condition holds.", "WHILE FALSE\nWEND"),
    _block("WEND", "Closes WHILE.", "WHILE FALSE\nWEND", "END WHILE"),
    _block("DO", "Repeats until its LOOP condition or EXIT DO.", "DO\nEXIT DO\nLOOP"),
    _block("DO WHILE", "Repeats while a condition holds, tested first.", "DO WHILE FALSE\nLOOP"),
    _block("DO UNTIL", "Repeats until a condition holds, tested first.", "DO UNTIL TRUE\nLOOP"),
    _block("LOOP", "Closes DO.", "DO\nEXIT DO\nLOOP"),
    _block("LOOP WHILE", "Closes DO: again while a condition holds.", "DO\nLOOP WHILE FALSE"),
    _block("LOOP UNTIL", "Closes DO: again until a condition holds.", "DO\nLOOP UNTIL TRUE"),
    _block("EXIT FOR", "Leaves the innermost FOR.", "FOR i = 1 TO 3\nEXIT FOR\nNEXT"),
    _block("EXIT DO", "Leaves the innermost DO.", "DO\nEXIT DO\nLOOP"),
    _block("EXIT WHILE", "Leaves the innermost WHILE.", "WHILE TRUE\nEXIT WHILE\nWEND"),
    _block("EXIT SELECT", "Leaves the innermost SELECT.", "SELECT CASE 1\nCASE 1\nEXIT SELECT\nEND SELECT"),
    _block("EXIT SUB", "Leaves a SUB.", "SUB s\nEXIT SUB\nEND SUB"),
    _block("EXIT FUNCTION", "Leaves a FUNCTION.", "FUNCTION f\nEXIT FUNCTION\nEND FUNCTION"),
    _block("EXIT", "Ends the script.", "EXIT"),
    _block("END", "Ends the script.", "END"),
    _block("STOP", "Ends the script.", "STOP"),
    _block("BREAK", "Leaves the innermost loop.", "WHILE TRUE\nBREAK\nWEND"),
    _block("CONTINUE", "Goes on with the next round of the innermost loop.", "FOR i = 1 TO 3\nCONTINUE\nNEXT"),
    _block("CONTINUE FOR", "Goes on with the next round of FOR.", "FOR i = 1 TO 3\nCONTINUE FOR\nNEXT"),
    _block("CONTINUE DO", "Goes on with the next round of DO.", "DO WHILE FALSE\nCONTINUE DO\nLOOP"),
    _block("CONTINUE WHILE", "Goes on with the next round of WHILE.", "WHILE FALSE\nCONTINUE WHILE\nWEND"),
    _block("RETURN", "Leaves a procedure, or ends the script, with a value.", "RETURN 1"),
    _block("GOTO", "Goes on at a label of the same procedure.", "again:\nIF FALSE THEN GOTO again"),
    _block("SUB", "Begins a procedure without result.", "SUB Greet(who)\nTALK who\nEND SUB"),
    _block("END SUB", "Closes SUB.", "SUB s\nEND SUB"),
    _block("FUNCTION", "Begins a procedure with a result.", "FUNCTION Area(w, h)\nRETURN w * h\nEND FUNCTION"),
    _block("END FUNCTION", "Closes FUNCTION.", "FUNCTION f\nRETURN 1\nEND FUNCTION"),
    _block("CALL", "Calls a procedure, or runs another script.", "SUB s\nEND SUB\nCALL s"),
    _block("LET", "Assigns.", "LET x = 1"),
    _block("SET", 'Assigns, or stores a session variable: `SET "name", value`.', 'SET "name", "Ada"'),
    _block("BEGIN TALK", "A message of several lines, until END TALK.", "BEGIN TALK\nHello\nEND TALK"),
    _block(
        "BEGIN SYSTEM PROMPT",
        "The prompt of the bot, until END SYSTEM PROMPT.",
        "BEGIN SYSTEM PROMPT\nBe kind.\nEND SYSTEM PROMPT",
    ),
    _block("WITH", "Makes a map; each line sets a field of it.", "WITH order\nitem = 1\n.count = 2\nEND WITH"),
    _block("END WITH", "Closes WITH.", "WITH x\na = 1\nEND WITH"),
    _block("TRY", "Runs statements whose errors CATCH gets.", "TRY\nTHROW 1\nCATCH e\nTALK e.message\nEND TRY"),
    _block("CATCH", "What runs after an error in TRY; `e` has message, code, line and file.", "TRY\nCATCH e\nEND TRY"),
    _block("FINALLY", "What runs at the end of TRY in any case.", "TRY\nFINALLY\nEND TRY"),
    _block("END TRY", "Closes TRY.", "TRY\nCATCH\nEND TRY"),
    _block("ON ERROR RESUME NEXT", "From here on, a statement that fails is skipped.", "ON ERROR RESUME NEXT"),
    _block(
        "ON ERROR GOTO",
        "From here on, an error leads to a label; `ON ERROR GOTO 0` ends that.",
        "ON ERROR GOTO failed\nfailed:",
    ),
    _block("PARAM", "Declares a value the script is given.", "PARAM count AS INTEGER LIKE 3 DEFAULT 1\nRETURN count"),
    _block("DESCRIPTION", "Says what the script does, for whoever offers it as a tool.", 'DESCRIPTION "Books a table"'),
    _block("HEAR", 'Waits for the user: `HEAR x`, `HEAR x AS "a", "b"`, `HEAR x WITH prompt`.', "HEAR name"),
)
