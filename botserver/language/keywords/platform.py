"""Keywords of the platform around bots: links, metrics, cache, sites."""

from __future__ import annotations

from .attendance import NOTICE_ERRORS
from .form import Form, Keyword, Lowering, Place
from .outside import DATABASE, LINKS, SANDBOX, SITES, USERS, form_of, outside, stored

KEYWORDS = (
    Keyword(
        "ALLOW ROLE",
        Place.STATEMENT,
        (Form(("",), Lowering.SPECIAL, "allow role", "store", "ALLOW ROLE role"),),
        "The rest runs only for users of a role; for others it raises 5001.",
        'ALLOW ROLE "manager"',
    ),
    Keyword(
        "GENERATE CODE",
        Place.OPERAND,
        (Form(("",), Lowering.BUILTIN, "$GENERATE_CODE", "pure", "GENERATE CODE digits"),),
        "A random code of that many digits.",
        "x = GENERATE CODE 6",
        errors=("4002 for less than one digit, or too many",),
    ),
    outside(
        "GENERATE SECURE LINK",
        LINKS,
        "A link that stops working after some time.",
        'x = GENERATE SECURE LINK "contract.pdf" EXPIRES 7 DAYS',
        "path",
        "path EXPIRES n DAYS",
        "path EXPIRES n HOURS",
        "path EXPIRES n MINUTES",
    ),
    outside(
        "CREATE SITE",
        SITES,
        "Makes a web site.",
        'CREATE SITE "shop", "blue", "A shop for tea"',
        "name",
        "name, template …",
    ),
    Keyword(
        "QUERY METRICS",
        Place.BOTH,
        (form_of("QUERY METRICS", "name FOR period [BY unit] [OFFSET count]", Lowering.CALL, "metrics", "store"),),
        "What RECORD METRIC stored in the sessions of the bot that are kept, added up: a map for each minute, hour,"
        " day, week, month or year that has any, or without BY one map; of period, count, value (that field's sum, or"
        " the count) and the other fields that are numbers. OFFSET 1 is the same time before.",
        'x = QUERY METRICS "orders" FOR "30d" BY "day"',
        errors=("4002 for a period, unit or count that is none", "9013 for more than 10000 measurements"),
    ),
    Keyword(
        "RECORD METRIC",
        Place.STATEMENT,
        (
            Form(("",), Lowering.SPECIAL, "analytics metric", "emit", "RECORD METRIC name"),
            Form(
                ("", "WITH"),
                Lowering.SPECIAL,
                "analytics metric",
                "emit",
                "RECORD METRIC name WITH field = value, …",
            ),
        ),
        "Adds a measurement to the session's analytics, stored with the turn.",
        'RECORD METRIC "order" WITH total = 12.5, items = 3',
        takes_fields=True,
    ),
    Keyword(
        "LOG ACTIVITY",
        Place.STATEMENT,
        (
            Form(("",), Lowering.SPECIAL, "analytics activity", "emit", "LOG ACTIVITY text"),
            Form(("", ","), Lowering.SPECIAL, "analytics activity", "emit", "LOG ACTIVITY text, value …", is_open=True),
        ),
        "Adds what happened, with an array of the values, to the session's analytics, stored with the turn.",
        'LOG ACTIVITY "order placed", 3',
    ),
    Keyword(
        "CACHE SET",
        Place.STATEMENT,
        tuple(
            form_of("CACHE SET", usage, Lowering.CALL, "cache set", "store")
            for usage in ("key, value", "key, value, duration")
        ),
        'Keeps a value for all sessions of the bot, for so long: "10 minutes" or seconds, an hour without; null drops'
        " it. When the cache is full, what would end first goes.",
        'CACHE SET "rate", 5.2, "10 minutes"',
        errors=(
            "4002 for a key without text or of more than 255 characters, or for a duration that is none",
            "9008 for a value of more than 64 KB",
        ),
    ),
    stored(
        "CACHE GET",
        "cache_get",
        "What CACHE SET keeps; null when there is none or its time is over.",
        'x = CACHE GET "rate"',
        "key",
        place=Place.OPERAND,
        errors=("4002 for a key without text or of more than 255 characters",),
    ),
    stored(
        "NOTIFY AGENT",
        "notice_add",
        "The same as NOTIFY ATTENDANT; of a map or an array its text.",
        'NOTIFY AGENT "ann" WITH {order: 1}',
        "agent WITH value",
        "agent, value",
        place=Place.STATEMENT,
        errors=NOTICE_ERRORS,
    ),
    *(
        Keyword(
            words,
            Place.STATEMENT,
            (Form(("",), Lowering.SPECIAL, "ignore", "pure", f"{words} {operand}"),),
            "Understood for scripts that have it, and without effect: nothing here depends on it.",
            f"{words} {example}",
        )
        for words, operand, example in (("SET PAGE MODE", "mode", '"text"'), ("SET MAX LINES", "count", "100"))
    ),
    outside("SET USER", USERS, "The user scripts work for.", 'SET USER "user-1"', "user", place=Place.STATEMENT),
    *(
        outside(f"RUN {language}", SANDBOX, f"Runs a program in {name} and gives what it prints.", example, "program")
        for language, name, example in (
            ("PYTHON", "Python", 'x = RUN PYTHON "print(1)"'),
            ("JAVASCRIPT", "JavaScript", 'x = RUN JAVASCRIPT "console.log(1)"'),
            ("BASH", "Bash", 'x = RUN BASH "ls"'),
        )
    ),
    outside(
        "CREATE INDEX",
        DATABASE,
        "Makes a table quick to search.",
        "CREATE INDEX by_name ON customers (name)",
        "definition",
        place=Place.STATEMENT,
        synonyms=("CREATE UNIQUE INDEX",),
    ),
)
