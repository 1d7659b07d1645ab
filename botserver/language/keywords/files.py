"""Keywords that read and write files of the bot."""

from __future__ import annotations

from .form import Keyword, Lowering, Place
from .outside import FILES, form_of, outside, stored

_MISSING = ("3004 without that file", "5004 for a path that leaves the drive")
_FULL = "3005 for a file that is too large, or when the drive is full"
_ALL = (*_MISSING, _FULL)
_TWO = ("file, file", "file TO file")
_LISTS = "What is in a folder: an array of maps of name, path, size, modified, is_dir."


KEYWORDS = (
    stored("READ", "file_text", "The text of a file.", 'x = READ "notes.txt"', "file", errors=_MISSING),
    stored(
        "WRITE",
        "file_write",
        "Writes a file with the turn: text as it is, rows in a .csv file as CSV, other arrays and maps as JSON.",
        'WRITE "hello.txt", "hello"',
        "file, value",
        errors=(_MISSING[1], _FULL),
    ),
    stored("COPY", "file_copy", "Copies a file.", 'COPY "notes.txt", "b.txt"', *_TWO, errors=_ALL),
    stored("MOVE", "file_move", "Moves a file.", 'MOVE "a.txt", "old/a.txt"', *_TWO, errors=_ALL),
    stored("DELETE FILE", "file_delete", "Deletes a file.", 'DELETE FILE "c.txt"', "file", errors=_MISSING),
    stored("LIST", "file_list", _LISTS, 'x = LIST "invoices"', "folder", errors=_MISSING),
    stored("DIR", "file_list", _LISTS, 'x = DIR "invoices"', "folder", errors=_MISSING),
    outside(
        "UPLOAD",
        FILES,
        "Stores a file or value; gives a map with its url.",
        'x = UPLOAD "report" TO "reports/may.txt"',
        "value",
        "value TO file",
        "value, file",
    ),
    Keyword(
        "DOWNLOAD",
        Place.BOTH,
        tuple(
            form_of("DOWNLOAD", usage, Lowering.CALL, "download", "call")
            for usage in ("url", "url, file", "url TO file")
        ),
        "Fetches a file from a server into the bot's drive; gives a map of its name, path, size, type and url.",
        'x = DOWNLOAD "https://example.com/a.pdf", "a.pdf"',
        errors=("1001 to 1003, 1400 to 1599, 3005 and 5001 as GET and WRITE: tested by the result", _MISSING[1]),
    ),
    stored(
        "COMPRESS",
        "file_pack",
        "Packs files into a ZIP file, each under its path, and gives the path of that.",
        'COMPRESS ["notes.txt"], "all.zip"',
        "files, file",
        errors=_ALL,
    ),
    stored(
        "EXTRACT",
        "file_unpack",
        "Unpacks a ZIP file into a folder, and gives an array of the paths.",
        'COMPRESS ["notes.txt"], "all.zip"\nEXTRACT "all.zip", "unpacked"',
        "file, folder",
        "file TO folder",
        errors=(*_ALL, "3005 for what is no ZIP file, or is locked"),
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
