"""Keywords about what happens without the user: handlers, events, timers."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Place
from .outside import MAIL, outside


def _block(words: str, doc: str, example: str) -> Keyword:
    return Keyword(words, Place.BLOCK, (), doc, example)


KEYWORDS = (
    Keyword(
        "PUBLISH EVENT",
        Place.STATEMENT,
        (
            Form(("",), Lowering.EFFECT, "publish", "store", "PUBLISH EVENT name", fixed=(None,)),
            Form(("", ","), Lowering.EFFECT, "publish", "store", "PUBLISH EVENT name, value"),
        ),
        "Runs the handlers of an event in this session, once this run waits or has ended.",
        'PUBLISH EVENT "paid", {order: 7}',
    ),
    Keyword(
        "TRIGGER",
        Place.STATEMENT,
        (Form(("", ","), Lowering.EFFECT, "publish", "store", "TRIGGER name, value"),),
        "The same as PUBLISH EVENT with a value.",
        'TRIGGER "paid", 7',
    ),
    Keyword(
        "WAIT FOR EVENT",
        Place.BOTH,
        (Form(("", "TIMEOUT"), Lowering.EFFECT, "wait_event", "park", "x = WAIT FOR EVENT name TIMEOUT seconds"),),
        "Waits until an event is published in this session: true, or false after so many seconds without it.",
        'PUBLISH EVENT "paid"\nok = WAIT FOR EVENT "paid" TIMEOUT 60\nTALK ok',
    ),
    Keyword(
        "WAIT FOR RESPONSE AS",
        Place.STATEMENT,
        # The parser makes a HEAR of it.
        (Form(("", "TIMEOUT"), Lowering.EFFECT, "hear_until", "park", "WAIT FOR RESPONSE AS x TIMEOUT seconds"),),
        "HEAR that waits so many seconds, at most 30 days: x is null if nobody answered.",
        'WAIT FOR RESPONSE AS note TIMEOUT 600\nIF ISNULL(note) THEN TALK "Then without a note."',
        errors=("4002 for a time outside 0 seconds to 30 days",),
    ),
    Keyword(
        "SEND TO SESSION",
        Place.STATEMENT,
        (Form(("", ","), Lowering.SPECIAL, "send", "store", "SEND TO SESSION session, text"),),
        "Sends a bot message to another session of the bot, once, when the turn is committed.",
        'SEND TO SESSION SESSION_ID, "Your order is ready"',
    ),
    _block(
        "ON SESSION END",
        "Runs once when the session ends, for whatever reason.",
        'ON SESSION END\nLOG "bye"\nEND ON',
    ),
    _block(
        "ON EVENT",
        "Runs when an event of that name is published; `event` is a map with name and data.",
        'ON EVENT "paid" DO\nTALK event.data\nEND ON',
    ),
    _block(
        "ON FORM SUBMIT",
        "Runs when a form is sent in; `fields` and `metadata` are maps.",
        'ON FORM SUBMIT "contact"\nTALK fields.name\nEND ON',
    ),
    _block(
        "ON",
        "Calls a SUB with the event when it is published.",
        'SUB paid(e)\nTALK e.data\nEND SUB\nON "paid" CALL paid',
    ),
    _block("END ON", "Closes ON … .", "ON SESSION END\nEND ON"),
    *(
        _block(
            f"ON {word} OF",
            f"Runs once for each row of a table of the bot that a script {did}, in the session whose turn does so, once"
            f" that run waits or has ended; {given}. Without END ON the rest of the file is the handler. What it writes"
            " to its table starts no handler.",
            f'ON {word} OF "orders"\nLOG {shown}\nEND ON',
        )
        for word, did, given, shown in (
            ("INSERT", "adds", "`row` is a map, `old_row` null", "row.id"),
            ("UPDATE", "changes", "`row` and `old_row` are maps", 'old_row.total & " > " & row.total'),
            ("DELETE", "deletes", "`old_row` is a map, `row` null", "old_row.id"),
        )
    ),
    _block(
        "SCHEDULE IN",
        "Runs a block later in this session, with a copy of the script variables.",
        'SCHEDULE IN 5 MINUTES DO\nTALK "Still there?"\nEND SCHEDULE',
    ),
    _block("END SCHEDULE", "Closes SCHEDULE IN.", "SCHEDULE IN 1 HOUR DO\nEND SCHEDULE"),
    outside(
        "ON EMAIL",
        MAIL,
        "Runs this script for a mail that comes in.",
        'ON EMAIL "help@example.com" FROM "ann@example.com" SUBJECT "order"',
        "address [FROM sender] [SUBJECT text]",
        place=Place.STATEMENT,
    ),
    Keyword(
        "ON CHANGE",
        Place.STATEMENT,
        (Form(("",), Lowering.SPECIAL, "change", "store", "ON CHANGE path"),),
        "Runs this script without a user once a file of the bot, or one in a folder of it, was written or deleted, by a"
        " script or with a new package; its first PARAM gets the path as written here. At its top, of a literal, it is"
        " a declaration and does nothing when run.",
        'ON CHANGE "prices.csv"',
        errors=("4002 for what is no path", "5004 for one outside the drive", "9008 for too many of a bot"),
    ),
)
