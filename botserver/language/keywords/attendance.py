"""Keywords of human attendance: queues, conversations, attendants and what helps them.

Operands are divided by commas, or by TO or WITH as the sentence wants.
"""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Operand, Place
from .outside import MODEL, outside, stored

NOTICE_ERRORS = (
    "4004 for nobody's id",
    "4002 for no text",
    "9008 for more than 1000 characters",
    "9013 for more than 20 notices of a turn",
)

KEYWORDS = (
    Keyword(
        "GET AVAILABLE AGENT",
        Place.OPERAND,
        (Form((), Lowering.EFFECT, "agent_available", "store", "x = GET AVAILABLE AGENT"),),
        'The id of the agent who is online, has room and the fewest sessions; "" if there is none.',
        "x = GET AVAILABLE AGENT",
        operand=Operand.NONE,
    ),
    Keyword(
        "TRANSFER SESSION",
        Place.BOTH,
        (
            Form(
                ("",),
                Lowering.EFFECT,
                "transfer_wait",
                "park",
                "TRANSFER SESSION target",
                fixed=(None,),
                statement="transfer",
            ),
            Form(
                ("", "TIMEOUT"),
                Lowering.EFFECT,
                "transfer_wait",
                "park",
                "x = TRANSFER SESSION target TIMEOUT 60",
                statement="transfer",
            ),
        ),
        'Hands the session to an agent, a queue or a skill; "" is the bot\'s own queue. As a statement the script runs'
        " on to its next wait or end, and the event handoff_returned says how it went; with a result it waits until the"
        " agent is done.",
        "agent = GET AVAILABLE AGENT\nTRANSFER SESSION agent",
        errors=(
            "4002 for a time-out that is no number of seconds",
            "4004 for a name that is nobody's and no queue's",
            "5003 after another transfer of the same turn",
        ),
    ),
    Keyword(
        "TRANSFER TO HUMAN",
        Place.BOTH,
        tuple(
            Form(
                pattern,
                Lowering.EFFECT,
                "transfer_to_human",
                "store",
                f"x = TRANSFER TO HUMAN {operands}".rstrip(),
                fixed=(None,) * (3 - len(pattern)),
            )
            for pattern, operands in (
                ((), ""),
                (("",), "department"),
                (("", ","), "department, priority"),
                (("", ",", ","), "department, priority, text"),
            )
        ),
        "Hands the session to a person of a department as TRANSFER SESSION does, and says how that stands: a map of"
        " success, status, assigned_to_name, queue_position, estimated_wait_seconds.",
        'x = TRANSFER TO HUMAN "sales", "high", "wants a discount"',
        errors=(
            "4002 for a priority that is none",
            "5003 after another transfer of the same turn",
        ),
    ),
    stored(
        "GET QUEUE",
        "desk_queue",
        "Sessions that wait for an agent: a map of total, waiting, offered, and items, in the order they are offered:"
        " session_id, bot, channel, queue, priority, status, waiting_time_seconds,"
        " tags.",
        "x = GET QUEUE",
        "",
        operand=Operand.NONE,
    ),
    stored(
        "GET ATTENDANTS",
        "desk_agents",
        "The agents of the desk, or those who are online, busy, away or offline: maps of id, name, status,"
        " active_conversations, load, capacity, missed_offers, idle_seconds, queues, skills, languages.",
        'x = GET ATTENDANTS "online"',
        "",
        "status",
        errors=("4002 for a status that is none",),
    ),
    stored(
        "GET ATTENDANT STATS",
        "desk_agent",
        "The same map of one agent; null for nobody of that id.",
        'x = GET ATTENDANT STATS "ann"',
        "attendant",
    ),
    stored(
        "GET ATTENDANT STATUS",
        "desk_presence",
        'online, busy, away or offline; "" for nobody of that id.',
        'x = GET ATTENDANT STATUS "ann"',
        "attendant",
    ),
    stored(
        "ADD NOTE",
        "note_add",
        "A note about a session of the bot, for agents alone: users and scripts never see it. It is there with the"
        " turn, also before anybody attends.",
        'ADD NOTE SESSION_ID, "be kind"',
        "conversation, text",
        "conversation TO text",
        "conversation WITH text",
        place=Place.STATEMENT,
        errors=(
            "4004 for what is no session of the bot",
            "4002 for no text",
            "9008 for more than 4000 characters",
            "9013 for more than 20 notes of a turn",
        ),
        synonyms=("ADD NOTE TO",),
    ),
    stored(
        "ASSIGN CONVERSATION",
        "session_assign",
        "An agent gets a session of the bot: it is offered to them alone, once the turn is committed, whether it waits,"
        " somebody else has it, or its bot.",
        'ASSIGN CONVERSATION SESSION_ID TO "ann"',
        "conversation, attendant",
        "conversation TO attendant",
        "conversation WITH attendant",
        place=Place.STATEMENT,
        errors=(
            "4004 for what is no open session of the bot, or no agent",
            "5001 for another session, unless user_role is agent or system",
            "9013 for more than a session takes",
        ),
    ),
    stored(
        "RESOLVE CONVERSATION",
        "session_resolve",
        "People are done with a session of the bot, or no longer asked for: once the turn is committed it is its bot's"
        " again, which learns `resolved` and the result as the note. Nothing happens to one that its bot has.",
        'RESOLVE CONVERSATION SESSION_ID WITH "refunded"',
        "conversation",
        "conversation, result",
        "conversation WITH result",
        place=Place.STATEMENT,
        errors=(
            "4004 for what is no open session of the bot",
            "5001 for another session, unless user_role is agent or system",
            "9013 for more than a session takes",
        ),
    ),
    stored(
        "SET PRIORITY",
        "priority_set",
        "How urgent a session of the bot is: who is more urgent is offered to agents first. low, normal, high, urgent,"
        " or a number. It is set with the turn; nothing happens to a session that people neither have nor will get.",
        'SET PRIORITY SESSION_ID, "high"',
        "conversation, priority",
        "conversation TO priority",
        "conversation WITH priority",
        place=Place.STATEMENT,
        errors=(
            "4004 for what is no session of the bot",
            "4002 for a priority that is none",
            "5001 for another session, unless user_role is agent or system",
            "9013 for more than 50 sessions of a turn",
        ),
    ),
    stored(
        "TAG CONVERSATION",
        "tag_add",
        "A tag of a session of the bot, for agents and operators, with the turn; in any case it is the same one. The"
        " last 20 of a session are kept.",
        'TAG CONVERSATION SESSION_ID, "refund"',
        "conversation, tag",
        "conversation TO tag",
        "conversation WITH tag",
        place=Place.STATEMENT,
        errors=(
            "4004 for what is no session of the bot",
            "4002 for no text",
            "5001 for another session, unless user_role is agent or system",
            "9008 for more than 64 characters",
            "9013 for more than 50 tags of a turn",
        ),
    ),
    stored(
        "NOTIFY ATTENDANT",
        "notice_add",
        "Tells an agent something, with the turn and once, whatever they do; who is not there sees it when they come,"
        " within a week. Of what an agent has not seen the last 100 are kept.",
        'NOTIFY ATTENDANT "ann", "A customer waits"',
        "attendant, text",
        "attendant TO text",
        "attendant WITH text",
        place=Place.STATEMENT,
        errors=NOTICE_ERRORS,
    ),
    stored(
        "ESCALATE TO SUPERVISOR",
        "session_escalate",
        "Hands a session of the bot, without one the script's own, to the queue or else the skill `supervisor`, urgent,"
        " for a reason that the agent reads: its own as TRANSFER SESSION does, another one once the turn is committed,"
        " whether it waits, somebody has it, or its bot.",
        'ESCALATE TO SUPERVISOR SESSION_ID, "refund"',
        "",
        "conversation",
        "conversation, reason",
        "conversation WITH reason",
        place=Place.STATEMENT,
        errors=(
            "4004 for what is no open session of the bot, or where no agent has that queue or skill",
            "5001 for another session, unless user_role is agent or system",
            "5003 after another transfer of the same turn",
            "9013 for more than a session takes",
        ),
    ),
    *(
        outside(
            words,
            service,
            doc,
            example,
            f"{first}, {second}",
            f"{first} TO {second}",
            f"{first} WITH {second}",
        )
        for words, first, second, service, doc, example in (
            (
                "GET TIPS",
                "conversation",
                "text",
                MODEL,
                "Tips for whoever answers.",
                'x = GET TIPS SESSION_ID, "it broke"',
            ),
            (
                "POLISH MESSAGE",
                "text",
                "tone",
                MODEL,
                "A message in a better tone.",
                'x = POLISH MESSAGE "wait", "friendly"',
            ),
            (
                "ANALYZE SENTIMENT",
                "conversation",
                "text",
                MODEL,
                "The mood of a conversation.",
                'x = ANALYZE SENTIMENT SESSION_ID, "it broke"',
            ),
        )
    ),
    outside(
        "GET SMART REPLIES",
        MODEL,
        "Answers to choose from.",
        "x = GET SMART REPLIES SESSION_ID",
        "conversation",
    ),
    outside("GET SUMMARY", MODEL, "A conversation in short.", "x = GET SUMMARY SESSION_ID", "conversation"),
    stored(
        "GET CUSTOMER HISTORY",
        "customer_history",
        "The newest sessions of a user with this bot, 50 at most: maps of session_id, channel, status, created_at,"
        " last_activity_at, ended_at, end_reason, message_count.",
        "x = GET CUSTOMER HISTORY USER_ID",
        "user",
        errors=("5001 for another user than the session's, unless user_role is agent or system",),
    ),
)
