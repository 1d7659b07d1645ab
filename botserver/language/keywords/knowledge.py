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
    stored(
        "KB STATISTICS",
        "kb_statistics",
        "A map of the documents in the package's knowledge bases: total_collections, total_documents,"
        " total_size_bytes, total_disk_size_mb, documents_added_last_week, documents_added_last_month, and collections,"
        " an array of what KB COLLECTION STATS gives.",
        "x = KB STATISTICS",
        "",
        operand=Operand.NONE,
    ),
    stored(
        "KB DOCUMENTS COUNT",
        "kb_documents",
        "How many documents there are in the package's knowledge bases, 2000 at most.",
        "x = KB DOCUMENTS COUNT",
        "",
        operand=Operand.NONE,
    ),
    stored(
        "KB STORAGE SIZE",
        "kb_size",
        "The size of these documents in megabytes, such as 0.125.",
        "x = KB STORAGE SIZE",
        "",
        operand=Operand.NONE,
    ),
    stored(
        "KB COLLECTION STATS",
        "kb_collection",
        "A map of one knowledge base, in any case: name, count of its documents, size_bytes, disk_size_mb, last_added:"
        " when the newest came, or null.",
        'x = KB COLLECTION STATS "manuals"',
        "collection",
        errors=("3004 for one the package does not have",),
    ),
    stored(
        "KB DOCUMENTS ADDED SINCE",
        "kb_added",
        "How many of the documents came, or changed, in the last days: with the deployment of a release that the one"
        " before did not have them in.",
        "x = KB DOCUMENTS ADDED SINCE 7",
        "days",
        errors=("4002 for what is no number of days",),
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
