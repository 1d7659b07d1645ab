"""Keywords on rows of tables. Their clauses are read by `language/dataforms.py`."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Operand, Place
from .outside import DATABASE, SYNCHRONIZER, form_of, outside, stored

_TAIL = ("ORDER BY", "LIMIT", "OFFSET")


def _data(
    words: str,
    doc: str,
    example: str,
    *usages: str,
    clauses: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
    takes_fields: bool = False,
    synonyms: tuple[str, ...] = (),
) -> Keyword:
    forms = tuple(
        Form(("",), Lowering.DATA, "", "store", f"{words} {usage}", clauses=clauses, flags=flags) for usage in usages
    )
    return Keyword(words, Place.BOTH, forms, doc, example, synonyms, takes_fields=takes_fields)


KEYWORDS = (
    Keyword(
        "TABLE",
        Place.BLOCK,
        (),
        "Declares a table of the bot up to END TABLE: a line a column, with its type; made when the package is loaded.",
        "TABLE orders\nid integer key\nitem string(40)\ntotal number(10,2) default 0\nEND TABLE",
    ),
    _data(
        "FIND",
        "The rows of a table that a filter means, as an array of maps; with FIRST one map or null.",
        'rows = FIND "orders", "status = open"',
        "table",
        "table, filter",
        "table, column, value",
        "table WITH filter",
        "table WHERE condition ORDER BY column LIMIT count OFFSET count FIRST",
        clauses=("WITH", "WHERE", *_TAIL),
        flags=("FIRST", "ASC", "DESC"),
        synonyms=("FIND ALL",),
    ),
    _data(
        "SAVE",
        "Writes a row: the one with that id, or a new one; gives the id. An array of maps is a row each.",
        'id = SAVE "orders", {item: "tea", total: 5}',
        "table, map",
        "table, id, map",
        "table, value, value …",
        "table WITH column AS value, …",
        clauses=("WITH", "AS"),
        takes_fields=True,
    ),
    _data(
        "INSERT",
        "Writes a new row and gives it; error 2003 if there is one with that id.",
        'row = INSERT "orders", {id: "o1", total: 5}',
        "table, map",
        "table, value …",
        "table VALUES map",
        "table WITH column = value, …",
        clauses=("WITH", "AS", "VALUES"),
        takes_fields=True,
        synonyms=("INSERT INTO",),
    ),
    _data(
        "UPDATE",
        "Changes the rows a filter means and gives their number.",
        'UPDATE "orders" SET status = "paid" WHERE id = "o1"',
        "table SET column = value, … WHERE condition",
        "table WITH column AS value, … WHERE condition",
        "table, filter, map",
        'table, filter, "column", value',
        "table, filter, value …",
        clauses=("WITH", "AS", "SET", "WHERE"),
        takes_fields=True,
    ),
    _data(
        "DELETE FROM",
        "Removes the rows a condition means and gives their number.",
        'DELETE FROM "orders" WHERE total = 0',
        "table WHERE condition",
        "table, filter",
        clauses=("WHERE",),
    ),
    Keyword(
        "DELETE",
        Place.BOTH,
        (
            Form(("", ","), Lowering.DATA, "", "store", "DELETE table, filter", clauses=("WHERE",)),
            Form(("",), Lowering.SPECIAL, "delete", "call", "DELETE url"),
            Form(("",), Lowering.SPECIAL, "delete", "store", "DELETE file"),
        ),
        "Removes the rows a filter means and gives their number. With one value: a file, or a resource at a URL.",
        'DELETE "orders", "total = 0"',
    ),
    _data(
        "MERGE",
        "Writes rows over those with the same key, the others as new ones; of two arrays their union.",
        'MERGE "customers" WITH [{email: "ann@example.com", name: "Ann"}] BY "email"',
        "table WITH rows BY key",
        "table, rows, key",
        "array, array",
        clauses=("WITH", "BY"),
    ),
    _data(
        "SAVE FROM UNSTRUCTURED",
        "Writes text that is JSON as rows; other text needs a language model.",
        'SAVE FROM UNSTRUCTURED "orders", TOJSON({item: "tea"})',
        "table, text",
    ),
    stored(
        "IMPORT",
        "rows_import",
        "Saves the rows of a .csv or .json file in a table, by default the one that is named as the file; gives their"
        " number. A row goes over the one with its id, as with SAVE.",
        'n = IMPORT "prices.csv", "prices"',
        "file",
        "file, table",
        errors=("3004 without that file", "3005 for a file that is no table", "4002 for a file of another kind"),
    ),
    Keyword(
        "EXPORT",
        Place.BOTH,
        (form_of("EXPORT", "table, file", Lowering.CALL, "export", "store"),),
        "Writes all rows of a table to a file, .csv or .json, and gives its path.",
        'EXPORT "orders", "orders.csv"',
        errors=("5004 for a path that leaves the drive", "3005 for rows that are too large for a file"),
    ),
    outside(
        "SYNCHRONIZE",
        SYNCHRONIZER,
        "Copies rows of another system into a table.",
        'SYNCHRONIZE "https://example.com/api", "orders", "id"',
        "url",
        "url, value …",
    ),
    outside("DETECT", DATABASE, "Looks for what is unusual in a table.", 'x = DETECT "orders"', "table"),
    Keyword(
        "REPORT",
        Place.OPERAND,
        (Form((), Lowering.SPECIAL, "report", "pure", "x = REPORT"),),
        "A line for each MERGE of this script since RESET REPORT: the table, and how many rows came and changed.",
        'MERGE "customers" WITH [{email: "ann@example.com"}] BY "email"\nTALK REPORT',
        operand=Operand.NONE,
    ),
    Keyword(
        "RESET REPORT",
        Place.STATEMENT,
        (Form((), Lowering.SPECIAL, "report reset", "pure", "RESET REPORT"),),
        "Begins a new report of MERGEs.",
        "RESET REPORT",
    ),
    Keyword(
        "JSON PARSE",
        Place.OPERAND,
        (Form(("",), Lowering.BUILTIN, "PARSEJSON", "pure", "JSON PARSE text"),),
        "The value of a JSON text; bad text raises 4008.",
        'x = JSON PARSE "[1, 2]"',
    ),
    outside("QUERY", DATABASE, "Sends SQL to a database; so does x = SELECT … FROM ….", 'x = QUERY "SELECT 1"', "sql"),
)
