"""Keywords that write to others: mail, SMS, templates, social media, tasks."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Place
from .outside import MAIL, MESSENGER, SMS, SOCIAL, TASKS, form_of, outside

_PLATFORMS = ("INSTAGRAM", "FACEBOOK", "LINKEDIN", "TWITTER", "TIKTOK", "YOUTUBE")

KEYWORDS = (
    *(
        outside(
            words,
            MAIL,
            "Sends a mail. Without a subject it is the one of the bot's configuration.",
            f'{words} "ann@example.com", "Order", "It is on its way", ["bill.pdf"]',
            "to, body [ATTACHMENT file] [USING account]",
            "to, subject, body [ATTACHMENT file] [USING account]",
            "to, subject, body, attachments [USING account]",
        )
        for words in ("SEND MAIL", "SEND EMAIL")
    ),
    *(
        outside(
            words,
            MAIL,
            "Sends a mail; its parts may stand in any order.",
            f'{words} "ann@example.com" SUBJECT "Order" BODY "It is on its way"',
            "to [SUBJECT subject] [BODY body] [ATTACHMENT file] [USING account]",
            "to, body [ATTACHMENT file] [USING account]",
            "to, subject, body [ATTACHMENT file] [USING account]",
        )
        for words in ("SEND MAIL TO", "SEND EMAIL TO")
    ),
    Keyword(
        "BEGIN MAIL",
        Place.BLOCK,
        (Form((), Lowering.MISSING, MAIL, "outside", "BEGIN MAIL to … END MAIL"),),
        "A mail of several lines, until END MAIL; the first may be `Subject: …`. SEND MAIL in another form.",
        'BEGIN MAIL "ann@example.com"\nSubject: Your order\n\nIt is on its way.\nEND MAIL',
    ),
    outside(
        "CREATE DRAFT",
        MAIL,
        "Puts a mail into the drafts.",
        'CREATE DRAFT "ann@example.com", "Order", "It is on its way"',
        "to, subject, body [USING account]",
        "to, subject, body, attachments [USING account]",
    ),
    outside("USE ACCOUNT", MAIL, "The account of later mails.", 'USE ACCOUNT "sales@example.com"', "account"),
    outside("SEND SMS", SMS, "Sends a short message.", 'SEND SMS "+351911222333", "Ready"', "number, text"),
    outside("SMS", SMS, "Sends a short message.", 'SMS "+351911222333", "Ready"', "number, text"),
    Keyword(
        "SEND MESSAGE",
        Place.STATEMENT,
        (Form(("",), Lowering.EMIT, "talk", "emit", "SEND MESSAGE text"),),
        "Sends one bot message, as TALK does.",
        'SEND MESSAGE "Hello"',
    ),
    outside(
        "TALK TO",
        MESSENGER,
        "Sends a message to somebody else, `channel:address` or an address.",
        'TALK TO "whatsapp:+351911222333", "Ready"',
        "who, text",
        place=Place.STATEMENT,
    ),
    outside(
        "SEND TEMPLATE",
        MESSENGER,
        "Sends a message made of a template.",
        'SEND TEMPLATE "welcome", "email", "ann@example.com", {name: "Ann"}',
        "name, to",
        "to, name, variables",
        "name, channels, to, variables",
    ),
    outside(
        "SEND TEMPLATE TO",
        MESSENGER,
        "Sends a message made of a template.",
        'SEND TEMPLATE TO "ann@example.com", "welcome", {name: "Ann"}',
        "to, name",
        "to, name, variables",
    ),
    Keyword(
        "BROADCAST",
        Place.BOTH,
        (
            *(
                form_of("BROADCAST", usage, Lowering.MISSING, MESSENGER, "outside")
                for usage in ("text TO list", "text, list")
            ),
            form_of("BROADCAST", "value TO BOTS", Lowering.CALL, "effect bots_tell", "store"),
        ),
        "Sends a message to many. TO BOTS: the event broadcast, with the value as its data, to each bot of ADD BOT, in"
        ' the session where it works for this one; ON EVENT "broadcast" there hears it. Gives how many these are.',
        'n = BROADCAST "We are open" TO BOTS',
        errors=(
            "4004, 5001 for a bot that is no longer there, or no longer works with this one",
            "9011 for more than 10 sub-sessions and other bots",
            "9013 for a value of more than 16 KB",
        ),
    ),
    outside("PUBLISH", MESSENGER, "Publishes a text.", 'PUBLISH "We are open"', "text", "text TO channel"),
    outside(
        "POST TO",
        SOCIAL,
        "Publishes a picture with a text.",
        'POST TO "instagram" AT "2030-01-01 10:00" "cat.png", "Our cat"',
        "platform, media, caption",
        "platform media, caption",
        "platform AT time media, caption",
    ),
    *(
        outside(
            f"POST TO {platform}",
            SOCIAL,
            "Publishes a picture with a text.",
            f'POST TO {platform} "cat.png", "Our cat"',
            "media",
            "media, caption …",
        )
        for platform in _PLATFORMS
    ),
    *(
        outside(
            f"POST TO {platform} AT",
            SOCIAL,
            "Publishes a picture with a text at a time.",
            f'POST TO {platform} AT "2030-01-01 10:00" "cat.png", "Our cat"',
            "time media, caption",
            "time media caption",
            "time, media, caption …",
        )
        for platform in _PLATFORMS
    ),
    Keyword(
        "CREATE TASK",
        Place.BOTH,
        tuple(
            form_of("CREATE TASK", usage, Lowering.CALL, "task", "store")
            for usage in (
                "title",
                "title, description",
                "title, description, priority",
                "title, description, priority, assignee",
                "title, description, priority, assignee, due",
            )
        ),
        "A new row of the table tasks, with status open and created_at, for people or other scripts to do; gives its"
        " id. The other columns are title, description, priority, assignee, due_date, as given.",
        'CREATE TASK "Call Ann", "about the order", "high"',
        errors=("9008 for a row that is too large, or when the table is full",),
    ),
    outside("BOOK", TASKS, "Books an appointment.", 'BOOK "2030-01-01 10:00", "Haircut"', "time", "time, more …"),
    outside("ADD MEMBER", TASKS, "Adds somebody to a group.", 'ADD MEMBER "sales", "ann"', "group, user …"),
    outside("START MEET", MESSENGER, "Opens a meeting.", 'START MEET "support"', "", "room"),
)
