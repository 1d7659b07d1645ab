"""Keywords that read and write files of the bot."""

from __future__ import annotations

from .form import Place
from .outside import FILES, outside

KEYWORDS = (
    outside("READ", FILES, "The text of a file.", 'x = READ "notes.txt"', "file"),
    outside("WRITE", FILES, "Writes a value into a file.", 'WRITE "notes.txt", "hello"', "file, value"),
    outside("COPY", FILES, "Copies a file.", 'COPY "a.txt", "b.txt"', "file, file", "file TO file"),
    outside("MOVE", FILES, "Moves a file.", 'MOVE "a.txt", "old/a.txt"', "file, file", "file TO file"),
    outside("DELETE FILE", FILES, "Deletes a file.", 'DELETE FILE "a.txt"', "file"),
    outside("LIST", FILES, "The files of a folder.", 'x = LIST "invoices"', "folder"),
    outside("DIR", FILES, "The files of a folder.", 'x = DIR "invoices"', "folder"),
    outside(
        "UPLOAD",
        FILES,
        "Stores a file or value; gives a map with its url.",
        'x = UPLOAD "report" TO "reports/may.txt"',
        "value",
        "value TO file",
        "value, file",
    ),
    outside(
        "DOWNLOAD",
        FILES,
        "Fetches a file from a server.",
        'x = DOWNLOAD "https://example.com/a.pdf", "a.pdf"',
        "url",
        "url, file",
        "url TO file",
    ),
    outside("COMPRESS", FILES, "Packs files into one.", 'COMPRESS ["a.txt", "b.txt"], "all.zip"', "files, file"),
    outside(
        "EXTRACT",
        FILES,
        "Unpacks a file into a folder.",
        'EXTRACT "all.zip", "unpacked"',
        "file, folder",
        "file TO folder",
    ),
    outside(
        "GENERATE PDF",
        FILES,
        "Makes a PDF of a template and data.",
        'GENERATE PDF "invoice.html", {total: 5}, "invoice.pdf"',
        "template, data, file",
        "file WITH TEMPLATE template DATA data",
    ),
    outside("MERGE PDF", FILES, "Joins PDFs to one.", 'MERGE PDF ["a.pdf", "b.pdf"], "all.pdf"', "files, file"),
    outside(
        "SEND FILE",
        FILES,
        "Sends a file to the user.",
        'SEND FILE "menu.pdf", "Our menu"',
        "file",
        "file, caption",
        place=Place.STATEMENT,
    ),
    outside(
        "SEND FILE TO",
        FILES,
        "Sends a file to somebody.",
        'SEND FILE TO "+351911222333", "menu.pdf", "Our menu"',
        "who, file",
        "who, file, caption",
        place=Place.STATEMENT,
    ),
)
