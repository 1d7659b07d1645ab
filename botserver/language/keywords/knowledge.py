"""Keywords about knowledge: its statistics, web sites as knowledge, the catalogue of products."""

from __future__ import annotations

from .form import Keyword, Lowering, Operand, Place
from .outside import KNOWLEDGE, form_of, outside, stored

KEYWORDS = (
    outside(
        "USE WEBSITE",
        KNOWLEDGE,
        "Makes the pages of a web site known to the bot.",
        'USE WEBSITE "https://example.com" REFRESH "1d"',
        "url [REFRESH interval]",
        "url, interval",
        place=Place.STATEMENT,
    ),
    Keyword(
        "CLEAR WEBSITES",
        Place.STATEMENT,
        (form_of("CLEAR WEBSITES", "", Lowering.CALL, "nothing", "pure"),),
        "Forgets all web sites; without USE WEBSITE there are none.",
        "CLEAR WEBSITES",
    ),
    stored(
        "KB LIST COLLECTIONS",
        "kb_list",
        "The names of the knowledge bases of the package, as an array.",
        "x = KB LIST COLLECTIONS",
        "",
        operand=Operand.NONE,
    ),
    outside("THINK KB", KNOWLEDGE, "Searches the knowledge, and sums it up.", 'x = THINK KB "prices"', "question"),
    *(
        outside(words, KNOWLEDGE, doc, f"x = {words}", "", operand=Operand.NONE)
        for words, doc in (
            ("KB STATISTICS", "Counts of the knowledge of the bot."),
            ("KB DOCUMENTS COUNT", "How many documents the bot knows."),
            ("KB STORAGE SIZE", "How much room the knowledge takes."),
        )
    ),
    outside(
        "KB COLLECTION STATS",
        KNOWLEDGE,
        "Counts of one collection.",
        'x = KB COLLECTION STATS "manuals"',
        "collection",
    ),
    outside(
        "KB DOCUMENTS ADDED SINCE",
        KNOWLEDGE,
        "How many documents came in the last days.",
        "x = KB DOCUMENTS ADDED SINCE 7",
        "days",
    ),
    outside("REFRESH", KNOWLEDGE, "Reads something anew.", 'REFRESH "catalogue"', "name", place=Place.STATEMENT),
    stored(
        "SEARCH PRODUCTS",
        "products_search",
        "Rows of the table products, or else of the file products.csv, whose texts have words of the question, whole or"
        " as a beginning, in any case and without accents: those with most first, else in the order of the table; 10 of"
        " them, or as many as asked for, up to 100.",
        'x = SEARCH PRODUCTS "red shoes", 5',
        "question",
        "question, count",
        errors=("3004 without that table or file", "4002 for a count of less than one"),
    ),
    stored(
        "PRODUCT",
        "product_find",
        "The row of the table products, or else of the file products.csv, that has this id, as a map; null if there is"
        " none.",
        "x = PRODUCT 17",
        "id",
        errors=("3004 without that table or file",),
    ),
)
