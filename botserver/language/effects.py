"""The effects a program may ask for: number, name, kind, arguments.

An effect is a request of a script to its host. Its kind says when the host acts (see docs/architecture.md):

    emit   appended to the turn's output, the script goes on
    store  the host reads or stages writes in our own database, the script goes on in the same turn
    call   the outside world, with a commit before and the outcome recorded after
    park   the script waits and the turn ends

Numbers are stored in programs and snapshots: never renumber, only append.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    EMIT = "emit"
    STORE = "store"
    CALL = "call"
    PARK = "park"


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """One effect. `arguments` names its arguments; a trailing `*` takes any number."""

    number: int
    name: str
    kind: Kind
    arguments: tuple[str, ...]

    @property
    def min_arguments(self) -> int:
        return len(self.arguments) - (1 if self.is_open else 0)

    @property
    def is_open(self) -> bool:
        return bool(self.arguments) and self.arguments[-1].endswith("*")


def _table(*rows: tuple[str, Kind, str]) -> tuple[EffectSpec, ...]:
    return tuple(
        EffectSpec(number, name, kind, tuple(arguments.split())) for number, (name, kind, arguments) in enumerate(rows)
    )


EFFECTS: tuple[EffectSpec, ...] = _table(
    # text: a bot message. Carries the menu if one is set, else the session's suggestions.
    ("talk", Kind.EMIT, "text"),
    # level: debug, info, warn or error; value: any, null when absent
    ("log", Kind.EMIT, "level text value"),
    # variable: name as written; type: upper-case word. Outcome: the user's text as it came.
    ("hear", Kind.PARK, "variable type"),
    # seconds: 0 to 300. Outcome: null.
    ("wait", Kind.PARK, "seconds"),
    # Outcome: the stored value, or "" when there is none.
    ("bot_memory_get", Kind.STORE, "key"),
    # value null deletes. Outcome: null.
    ("bot_memory_set", Kind.STORE, "key value"),
    # A field of session_fields.py, `user.x`, `bot.x` or `config.x`, or the map `session`, `user`, `bot`.
    ("session_get", Kind.STORE, "field"),
    # The session ends; the script does not go on. Outcome: none.
    ("end_session", Kind.PARK, ""),
    # CALL "/path": a platform service. Outcome: what it returns.
    ("service_call", Kind.CALL, "path arguments*"),
    # The text of a file of the bot. Outcome: the text, or null with the soft error 3004.
    ("file_read", Kind.STORE, "path"),
    # Outcome: the id of an agent who is free, or "".
    ("agent_available", Kind.STORE, ""),
    # The session is handed over when the turn ends. target: agent, queue or skill, "" the bot's own queue; timeout:
    # seconds to wait for an agent, null for the bot's setting. Outcome: null.
    ("transfer", Kind.STORE, "target timeout"),
    # The same, and the script waits until it is over. Outcome: map of outcome, agent, note, waited_seconds.
    ("transfer_wait", Kind.PARK, "target timeout"),
    # Rows of a table of the bot. filter: text, or an array of text, value, text, … whose values are bound. Outcome: an
    # array of maps; with `first` the first one or null.
    ("rows_find", Kind.STORE, "table filter first"),
    # Outcome: the number of rows.
    ("rows_count", Kind.STORE, "table"),
    # names: the column each value belongs to, null where only its place says; mode: save, insert or text (JSON).
    # Outcome: the id saved, of an array of rows an array of ids; of insert the row.
    ("rows_save", Kind.STORE, "table names values mode"),
    # names null: the one value is a map or text of assignments. Outcome: the number of rows changed.
    ("rows_update", Kind.STORE, "table filter names values"),
    # Outcome: the number of rows removed.
    ("rows_delete", Kind.STORE, "table filter"),
    # Outcome: {inserted, updated, total}.
    ("rows_merge", Kind.STORE, "table rows key"),
    # Memory of the user over all bots. Outcome: the value, or "" when there is none.
    ("user_memory_get", Kind.STORE, "key"),
    # value null deletes; seconds: how long it is kept, null for ever. Outcome: null.
    ("user_memory_set", Kind.STORE, "key value seconds"),
    # key null: all memory and facts of the user. Outcome: null.
    ("user_memory_clear", Kind.STORE, "key"),
    # value null deletes. Outcome: null.
    ("user_fact_set", Kind.STORE, "key value"),
    # Outcome: a map of all facts.
    ("user_facts", Kind.STORE, ""),
    # A keyword whose service outside is not there: its words, the service, the separators of its operands joined with
    # tabs, its operands. Outcome: what it returns; the server has none of them and gives an error.
    ("outside", Kind.CALL, "keyword service separators arguments*"),
    # An image with its caption, "" for none; source: a URL or the path of a package file. Carries suggestions as talk.
    ("image", Kind.EMIT, "caption source"),
    # For the analytics of the bot. kind: session, activity or metric; value: any.
    ("analytics", Kind.EMIT, "kind name value"),
    # A bot message for another session of the bot, with the turn's commit. Outcome: null.
    ("send", Kind.STORE, "session_id text"),
    # Handlers of the event run when the run that publishes it waits or ends. Outcome: null.
    ("publish", Kind.STORE, "name data"),
    # Outcome: true once the event is published, false after that many seconds without it.
    ("wait_event", Kind.PARK, "name seconds"),
    # A handler kept under that number runs after so many seconds. Outcome: null.
    ("schedule", Kind.STORE, "seconds number"),
    # The session is handed over when the turn ends. Outcome: map of success, status, assigned_to_name, queue_position,
    # estimated_wait_seconds.
    ("transfer_to_human", Kind.STORE, "department priority text"),
    # Outcome: a map of what the session keeps, as RESTORE SESSION STATE takes it.
    ("state_save", Kind.STORE, ""),
    # Outcome: null.
    ("state_restore", Kind.STORE, "state"),
    # Outcome: null.
    ("template_apply", Kind.STORE, "name"),
    # what: SESSION, CONTEXT or VARIABLES; variables: the script's, or null. Outcome: null.
    ("debug_show", Kind.STORE, "what variables"),
    # A failure that scripts test for: recorded, and raised only where they asked for it. Outcome: null.
    ("soft_error", Kind.STORE, "number message"),
    # variable: name as written. Outcome: the user's text as it came, null after that many seconds without one.
    ("hear_until", Kind.PARK, "variable seconds"),
    # A script of the bot runs by the clock. file: the script that asks; when: text or a date, null ends what was asked
    # for; the first argument is the script to run, else it is `file`, the others are its values. Outcome: null.
    ("schedule_set", Kind.STORE, "file when arguments*"),
    # A field or variable of another session of the bot. Outcome: its value, null if there is none or no such session.
    ("session_read", Kind.STORE, "session_id name"),
    # A variable of another session of the bot, with the turn's commit; value null removes it. Outcome: null.
    ("session_write", Kind.STORE, "session_id name value"),
    # A request to another server. keyword: GET, POST and so on; separators: of its operands, joined with tabs; headers:
    # a map, or null; arguments: the operands after the URL. Outcome: what the keyword gives; failures are soft errors.
    ("http", Kind.CALL, "keyword separators headers url arguments*"),
    # Files of the bot: of its package, or written by its scripts. Outcome: the text.
    ("file_text", Kind.STORE, "path"),
    # value: text, or what is written as JSON or CSV. Outcome: the path.
    ("file_write", Kind.STORE, "path value"),
    # Outcome: the path it has then.
    ("file_copy", Kind.STORE, "path target"),
    ("file_move", Kind.STORE, "path target"),
    # Outcome: null.
    ("file_delete", Kind.STORE, "path"),
    # Outcome: an array of maps of name, path, size, modified, is_dir.
    ("file_list", Kind.STORE, "path"),
    # What DOWNLOAD got of another server; path: where it goes, null for the name it has there. Outcome: a map of name,
    # path, size, type, url; null with a soft error where it does not fit.
    ("file_save", Kind.STORE, "download path"),
    # What the bot caches for some time. Outcome: the value, null when there is none.
    ("cache_get", Kind.STORE, "key"),
    # value null drops it; seconds: how long it is kept, null for the usual time. Outcome: null.
    ("cache_set", Kind.STORE, "key value seconds"),
    # A row of the table products by its key. Outcome: a map, null if there is none.
    ("product_find", Kind.STORE, "id"),
    # count: how many at most, if not the usual number. Outcome: an array of maps, best first.
    ("products_search", Kind.STORE, "text count*"),
    # The rows of a file into a table, without one that of its name. Outcome: the number of rows.
    ("rows_import", Kind.STORE, "file table*"),
    # Outcome: the path of the ZIP file.
    ("file_pack", Kind.STORE, "files path"),
    # Outcome: an array of the paths of what it held.
    ("file_unpack", Kind.STORE, "path folder"),
    # Sessions that wait for an agent. Outcome: a map of total, waiting, offered, items.
    ("desk_queue", Kind.STORE, ""),
    # status: only agents who are so. Outcome: an array of maps.
    ("desk_agents", Kind.STORE, "status*"),
    # Outcome: online, busy, away or offline, "" for nobody.
    ("desk_presence", Kind.STORE, "agent"),
    # Outcome: a map, null for nobody.
    ("desk_agent", Kind.STORE, "agent"),
    # What the bot keeps under that key goes to another bot, with the turn's commit. Outcome: null.
    ("bot_memory_share", Kind.STORE, "key bot"),
    # All that another bot keeps comes to this one. Outcome: how much it is.
    ("bot_memory_sync", Kind.STORE, "bot"),
    # What was measured under that name; unit: minute, hour, day, week, month, year or null; offset: so many times
    # seconds earlier, or null. Outcome: an array of maps of period, count, value and the fields that are numbers.
    ("metrics_query", Kind.STORE, "name seconds unit offset"),
    # A picture of numbers; title: what stands above it. Outcome: a map of name, path, size, type of the file.
    ("chart", Kind.STORE, "kind data title*"),
    # Outcome: the names of the package's knowledge bases.
    ("kb_list", Kind.STORE, ""),
    # Sessions of the bot with a user, newest first. Outcome: an array of maps.
    ("customer_history", Kind.STORE, "user"),
    # A note for agents about a session of the bot, with the turn's commit. Outcome: null.
    ("note_add", Kind.STORE, "session_id text"),
    # An agent gets a session of the bot, after the turn's commit. Outcome: null.
    ("session_assign", Kind.STORE, "session_id agent_id"),
    # People are done with a session of the bot, after the turn's commit. Outcome: null.
    ("session_resolve", Kind.STORE, "session_id result*"),
    # How urgent a session of the bot is at the desk, with the turn's commit. Outcome: null.
    ("priority_set", Kind.STORE, "session_id priority"),
    # A tag of a session of the bot, for agents and operators, with the turn's commit. Outcome: null.
    ("tag_add", Kind.STORE, "session_id tag"),
    # A notice for an agent, with the turn's commit. Outcome: null.
    ("notice_add", Kind.STORE, "agent_id text"),
    # A script runs without a user when a file of the bot changes. Outcome: null.
    ("change_watch", Kind.STORE, "file path"),
    # Supervisors get a session, the script's own without arguments, for a reason; own when the turn ends, another after
    # its commit. Outcome: null.
    ("session_escalate", Kind.STORE, "session_id_reason*"),
    # Another bot is told the text. timeout: seconds to wait for it. Outcome: what it says until it waits for input,
    # null if that takes longer.
    ("delegate", Kind.PARK, "text bot timeout*"),
    # The documents of the package's knowledge bases: a map of all, of one knowledge base; how many there are, how many
    # came in the last days, their size in megabytes. A release knows its documents if a program asks one of these.
    ("kb_statistics", Kind.STORE, ""),
    ("kb_collection", Kind.STORE, "name"),
    ("kb_documents", Kind.STORE, ""),
    ("kb_added", Kind.STORE, "days"),
    ("kb_size", Kind.STORE, ""),
    # Another bot takes part; triggers: words, with commas between them. Outcome: null.
    ("bot_add", Kind.STORE, "bot triggers*"),
    # Outcome: null.
    ("bot_remove", Kind.STORE, "bot"),
    # Outcome: an array of maps of name, triggers.
    ("bots_list", Kind.STORE, ""),
    # The bots that take part are told of the event broadcast, with the turn's commit. Outcome: how many they are.
    ("bots_tell", Kind.STORE, "data"),
    # A text as QR code. Outcome: a map of name, path, size, type of the file.
    ("qr_code", Kind.STORE, "text"),
    # Another bot has the session from the next turn on; the script does not go on. Outcome: none.
    ("hand_on", Kind.PARK, "bot"),
)

BY_NAME: dict[str, EffectSpec] = {effect.name: effect for effect in EFFECTS}

TALK = BY_NAME["talk"].number
LOG = BY_NAME["log"].number
IMAGE = BY_NAME["image"].number
ANALYTICS = BY_NAME["analytics"].number
HEAR = BY_NAME["hear"].number
HEAR_UNTIL = BY_NAME["hear_until"].number
WAIT = BY_NAME["wait"].number
END_SESSION = BY_NAME["end_session"].number
WAIT_EVENT = BY_NAME["wait_event"].number
HAND_ON = BY_NAME["hand_on"].number
DELEGATE = BY_NAME["delegate"].number
TRANSFER_WAIT = BY_NAME["transfer_wait"].number
