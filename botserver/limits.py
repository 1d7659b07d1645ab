"""Every number that bounds something, once: unit, default, configuration key and source.

`Limits` are the ones a bot's config.csv or the operator may change; the constants are fixed because both VMs, stored
state or the wire depend on them. This module imports nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB

# --- language: what a file may hold ------------------------------------------------------------------------------

SOURCE_BYTES = 2 * MIB  # one script file
IDENTIFIER_CHARS = 255  # dialect, "Identifiers"
REGISTERS = 32_000  # of one procedure; an instruction names a register in 16 bits
CONSTANTS = 32_000  # of one program
INSTRUCTIONS = 1_000_000  # of one procedure
PROCEDURES = 4_000  # of one program
HANDLERS = 200  # of one program, and registered in one session
NESTING_DEPTH = 100  # brackets, blocks, expressions inside each other in source; the compiler recurses over them
HOLE_CHARS = 4_000  # of one `${…}` in a string
FAILED_HOLES = 1_000  # of one file; a `${` after so many that never close is text, unread
STATEMENT_TOKENS = 50_000  # of one statement
SOURCE_TOKENS = 100_000  # words, marks, numbers and strings of one script; compiling takes about 20 µs each
DIAGNOSTICS = 200  # errors of one file that are reported; what comes after them is not read
NAME_HINTS = 20  # names of one file for which a similar one is looked for
PACKAGE_SCRIPTS = 5_000  # of one bot
PACKAGE_BYTES = 64 * MIB  # all scripts of one bot
CHECKED_FILES = 2_000  # of one CheckPackage
CACHED_PROGRAMS = 5_000  # entries of the folder of compiled scripts; the oldest go first
PROGRAM_QUICK_BYTES = 16 * KIB  # a larger program from the store is read on a thread: some 250 us a kilobyte
PACKAGE_KBS = 1_000  # knowledge bases of one bot
PACKAGE_DOCUMENTS = 2_000  # of all knowledge bases of one bot, where scripts ask for them
PACKAGE_DOCUMENT_BYTES = 64 * MIB  # one of them
PACKAGE_DOCUMENTS_BYTES = 512 * MIB  # all of them: each is read through, when the package is
PACKAGE_FILES = 2_000  # in drive and data folders of one bot
PACKAGE_FILE_BYTES = 8 * MIB  # one of them
PACKAGE_FILES_BYTES = 64 * MIB  # all of them
TEMPLATES = 100  # session templates of one bot
TEMPLATE_BYTES = 64 * KIB  # one session template
RESTORED_HISTORY_CHARS = 64_000  # of the texts that RESTORE SESSION STATE brings into the history; older ones go
TEMPLATE_ROWS = 500  # of one session template

# --- VM ----------------------------------------------------------------------------------------------------------

CALL_DEPTH = 256  # procedure frames of one run; dialect, "Procedures"
RUN_DEPTH = 16  # scripts run by scripts; dialect, RUN
SUB_SESSIONS = 10  # live children of a session or sub-session: error 9011 beyond; dialect, CREATE SUB SESSION
SUB_SESSION_DEPTH = 3  # sub-sessions inside each other: error 9011 beyond; dialect, CREATE SUB SESSION
MERGED_HISTORIES = 100  # merged sub-sessions whose messages a history still shows; older ones fall out of it
VALUE_DEPTH = 128  # containers inside containers when copied, compared or shown: error 4006 beyond
TOO_DEEP_FUEL = 10_000  # fuel of an error 4006: what was gone over before it showed
COMPARE_STEPS = 1_000_000  # element pairs one comparison may look at: error 4006 beyond
BUILTIN_STEPS = 8_388_608  # elements or 64 bytes of text one built-in may go over, about 0.1 s: error 4002 beyond
ARRAY_ITEMS = 1_000_001  # highest index is 1,000,000; dialect, "Indexing and members"
STRING_BYTES = 64 * MIB  # one string; the session limit normally comes first
LIKE_PATTERN_BYTES = 1_024  # of a pattern with wildcards: error 4002 beyond
CODE_DIGITS = 64  # of GENERATE CODE: error 4002 beyond
MAPPED_FIELDS = 1_000  # of one MAP: error 4002 beyond
PYTHON_BUILTIN_BYTES = 256 * KIB  # arguments of a built-in that needs Python
VARIABLE_NAME_CHARS = 255  # SET name
SUGGESTIONS = 50  # dialect, ADD SUGGESTION: error 9009 beyond
IMAGE_SOURCE_CHARS = 2_000  # URL or path of SHOW IMAGE: error 4002 beyond
SUGGESTION_CHARS = 1_000  # label or value of one suggestion
END_FUEL = 1_000_000  # of all end handlers of a session together; dialect, "Session end"
END_MEMORY_BYTES = 64 * KIB  # beyond the session's limit, for its end handlers; dialect, "Session end"
END_CALLS_S = 10.0  # of all outside calls of end handlers together; dialect, "Session end"
HAND_ONS = 3  # of a conversation from bot to bot before its user speaks again: error 9007 beyond
BOT_TRIGGERS = 20  # words and phrases of one bot of ADD BOT: error 9013 beyond
TRIGGER_CHARS = 100  # of one of them, likewise
DELEGATE_S = 30.0  # DELEGATE waits for an answer, if it does not say how long; clients wait for 60 s
DELEGATE_MAX_S = 86_400.0  # what its TIMEOUT may ask for: error 4002 beyond
DELEGATE_CHARS = 64_000  # of what another bot is asked: error 9013 beyond
ANSWER_CHARS = 64_000  # of what it answers: error 9013 for who asked beyond
ANSWER_MESSAGES = 1_000  # of that, likewise
SENDS = 50  # messages to other sessions, and variables set there, in one turn
NEIGHBOURS_READ = 50  # other sessions a turn may look at: error 9013 beyond; each may have to be read whole
EVENTS = 100  # published in one turn
EVENT_BYTES = 16 * KIB  # encoded data of one event
HELD_EVENTS = 20  # events from outside that wait while people have the session: fault 9013 beyond
EVENT_HOPS = 8  # handlers that publish for handlers that publish
EVENT_WAIT_S = 30 * 86_400.0  # longest WAIT FOR EVENT or RESPONSE
EVENT_CHARS = 255  # name of an event or form
SCHEDULES = 20  # of one session that are still to come
SCHEDULE_S = 30 * 86_400.0  # longest SCHEDULE IN
TIMETABLE_CHARS = 255  # text of SET SCHEDULE: error 4002 beyond
TIMETABLE_YEARS = 30  # a cron that comes only after so long never comes: error 4002
TIMETABLE_GAP_S = 10.0  # between two runs of one SET SCHEDULE; times in between are left out
TIMETABLE_LATE_S = 60.0  # a single time that is over for longer when it is asked for is not taken
TIMETABLES = 100  # repeated ones of SET SCHEDULE of one bot: error 9008 beyond
TIMETABLES_ONCE = 10_000  # single ones that are to come, or were less than TIMETABLE_KEPT_S ago: error 9008 beyond
TIMETABLE_BOTS = 1_000  # bots that one look at what is due names
TURN_TIMETABLES = 200  # SET SCHEDULE of one turn: error 9013 beyond
TIMETABLE_KEPT_S = 86_400.0  # a single time that was is remembered for this long, so that asking again changes nothing
TIMETABLE_BYTES = 16 * KIB  # encoded values for the script
SCHEDULED_KEPT_S = 86_400.0  # an ended session of a scheduled run is deleted this long after its end
SCHEDULED_RUN_S = 86_400.0  # life of the session of a scheduled run: it waits no longer
OUTPUT_BYTES = 1 * MIB  # output of one turn: error 9013 beyond
OUTPUT_RECORDS = 1_000  # messages and log lines of one turn: error 9013 beyond
ERROR_MESSAGE_CHARS = 4_096  # of one script error; dialect, "Errors"
TRAP_FUEL = 20  # of one trapped error, beside one for each frame looked at: Python looks for where it leads
WAIT_S = 300.0  # WAIT is cut to this; dialect, WAIT
LARGE_OBJECT_BYTES = 4 * KIB  # a cell or string of this size and more is stored once, by digest
BOT_MEMORY_VALUE_BYTES = 1 * MIB  # dialect, bot memory: error 9008 beyond
BOT_MEMORY_KEY_CHARS = 255
USER_MEMORY_KEYS = 1_000  # of a user's memory, and as many facts: error 9008 beyond
MEMORY_TAKEN_KEYS = 1_000  # that BOT SYNC MEMORY takes of another bot: error 9013 beyond
MEMORY_TAKEN_BYTES = 4 * MIB  # encoded values of them, likewise
CACHE_KEYS = 1_000  # values that CACHE SET keeps of a bot; those whose time is over first go first
CACHE_BYTES = 16 * MIB  # encoded values of all of them, likewise
CACHE_VALUE_BYTES = 64 * KIB  # one of them: error 9008 beyond
CACHE_DEFAULT_S = 3_600.0  # a value of CACHE SET without a time
USER_MEMORY_MAX_S = 3_650 * 86_400.0  # the longest expiry of REMEMBER: error 4002 beyond
METRICS_READ = 10_000  # measurements one QUERY METRICS looks at: error 9013 beyond
METRICS_QUERIES = 20  # of one turn: error 9013 beyond
KEPT_ANALYTICS = 10_000  # entries of LOG SESSION and its like of a session; the oldest go
EXPIRED_MEMORY_S = 86_400  # what is kept of a user goes this long after it expired or was deleted
QUERY_CHARS = 8_000  # of one filter of rows, without the values bound to it: error 2002 beyond
QUERY_CONDITIONS = 200  # of one filter
QUERY_DEPTH = 20  # parentheses and NOT inside each other in a filter
QUERY_LIST = 10_000  # values of one IN: error 2002 beyond
SLICE_FUEL = 20_000  # of one `run` on the event loop, about 0.2 ms of compiled code; benchmarks/vm.py
WORKER_SLICE_FUEL = 400_000  # of the first `run` on a worker thread, about 4 ms; each one after it has twice as much
WORKER_NICENESS = 5  # of worker threads over that of the event loop, on Linux: a third of its weight
WORKER_SLICE_FUEL_MAX = 16 * WORKER_SLICE_FUEL  # up to this, between two looks at the stop flag

# --- sessions ----------------------------------------------------------------------------------------------------

KEPT_TURNS = 20  # automatic checkpoints of a session
NAMED_CHECKPOINTS = 50  # of a session
KEPT_MESSAGES = 10_000  # stored messages of a session
KEPT_MESSAGES_S = 400 * 86_400
KEPT_REQUEST_IDS_S = 24 * 3600
ENDED_SESSION_S = 30 * 86_400  # an ended session and its messages are deleted this long after its end
MESSAGE_CHARS = 16_000  # text of one user message
INBOX_INPUTS = 100  # accepted inputs of one session that wait
WAITING_CALLERS = 64  # RPCs that wait for one session
LABELS = 32
LABEL_CHARS = 255
METADATA_BYTES = 16 * KIB
PAGE_SIZE = 50  # default page
PAGE_SIZE_MAX = 500
PURGE_SESSIONS = 100  # deleted by one PurgeSessions, if it says no number
PURGE_COUNTED = 10_000  # sessions that one call counts
PURGED_AT_ONCE = 8  # of these side by side
PAGE_CHARS = 4_000_000  # texts of one page of messages; a page that would pass it ends there, with one at least
WATCHERS_PER_SESSION = 16
CLAIM_S = 15.0  # a claim not renewed for this long may be taken by another node
CLAIM_RENEW_S = 5.0
TIMERS_AFTER_INPUT = 100  # timers that `play` lets pass once its input ended
TIMERLESS_TURNS = 1_000  # turns of a session without user input in one hour
INPUT_GRACE_S = 5.0  # the node that accepted an input has this long to run it before others may
CLEANUP_ROWS = 500  # rows one step of cleaning up deletes, so that no turn waits long behind it
KEPT_MESSAGE_IDS = 10 * KEPT_MESSAGES  # of a session; beyond the replies kept, an id still refuses a late repeat
RELOAD_DEBOUNCE_MS = 400  # changes of files this close together make one release
DRAIN_S = 20.0  # a shutting down server waits this long for running turns
HOT_BYTES = 512 * MIB  # heaps of all sessions in this process; settings: hot_bytes
HOT_SESSIONS = 100_000  # sessions in this process's cache; settings: hot_sessions
UNPACKED_SESSIONS = 1_000  # of these, those that were used last are kept as heaps; small ones beyond are packed
PACKED_SESSION_BYTES = 16 * KIB  # a session that accounts for more stays a heap: packing costs some 1 µs a 100 bytes
OPEN_SESSIONS = 1_000_000  # open sessions of one server; settings: open_sessions
SESSION_MEMORY_MAX = 256 * MIB  # what session-memory-limit may ask for
TURN_FUEL_MAX = 2_000_000_000  # what max-turn-steps may ask for
SESSION_TIMEOUT_MAX_S = 400 * 86_400.0  # what session-timeout and ttl may ask for
LOADED_RELEASES = 200  # releases in this process's cache
KEPT_RELEASES = 10  # the last used ones of a bot, to go back to; others go once nothing names them
KEPT_RELEASE_S = 3_600.0  # and not before they were out of use for this long
RELEASES_DROPPED = 20  # releases of a bot that one step of cleaning up deletes
SESSIONS_COUNTED = 10_000  # of a release in a list; more are not counted
NODE_BEAT_S = 5.0  # a process says so often that it lives and what it reads
NODE_LEASE_S = 20.0  # one that did not say so for this long counts as gone
BUNDLE_BYTES = 15 * MIB  # of an exported session; it fits a request
BUNDLE_MESSAGES = 1_000  # the newest ones, in a bundle
BUNDLE_CHARS = 1_000_000  # of their texts, about
BUNDLE_KEYS = 20  # that a server accepts
MIGRATION_SAMPLES = 5  # sessions that a plan names for each waiting point
MIGRATIONS_AT_ONCE = 16  # sessions of a page that are planned or moved at the same time
MIGRATION_ROOT_BYTES = 16 * KIB  # a larger root is read on a thread: some 50 us a kilobyte
MIGRATION_PAGE = 200  # sessions one call plans or moves
ACTIVE_PAGE = 200  # changes of active releases read at once
REPLY_CHARS = 2_000_000  # texts of one reply over several turns; past it the reply settles at the end of a turn
SHORT_WAIT_S = 30.0  # SendMessage waits for WAITs up to this; a longer one settles the session
STORE_EFFECTS = 10_000  # reads and writes of our own store in one turn
TURN_ATTEMPTS = 8  # a turn that loses races is run again this often, then its caller decides
MEMORY_ATTEMPTS = 200  # a turn whose bot memory moved is run again this often
COMMIT_BATCH = 256  # turns that share one transaction
WATCH_EVENTS = 256  # events kept for one slow watcher before it reads from the store again
DUE_BATCH = 200  # due rows taken at once
DUE_LEASE_S = 10.0  # a due row that was taken comes back after this, if it is still there; then a dead taker's work
SWEEP_S = 600.0  # between two looks at request ids and releases nobody needs
OPEN_COUNT_S = 1.0  # open sessions are counted at most this often
CELLS_KEPT_S = 600  # a large object stays in Redis for this long
MESSAGES_PER_MINUTE = 1_000_000  # what messages_per_minute may be; its default is no limit
RATE_LOOK_UPS = 100  # of repeats of a session past its limit in a minute; the next are refused without a look
RATE_TOLD_EVERY_S = 1.0  # servers tell each other how much a session talks this often
RATE_TOLD_FROM = 0.25  # of the limit, taken by one server: below it, it tells nobody
CELLS_TIMEOUT_S = 0.25  # Redis is waited for this long before the database is asked
CELLS_AWAY_S = 5.0  # and is then not asked for this long
CELLS_WAITING_BYTES = 16 * MIB  # large objects on their way to Redis; what comes beyond is not sent
SIGNALS_WAITING = 10_000  # sessions to tell other processes of while the messenger is slow; more are not told
FOLLOW_POLL_S = 0.5  # the longest a caller here waits for what another process committed, where no signal comes
DUE_POLL_S = 1.0  # the longest pause between two looks at due rows
SERVICE_ARGUMENT_BYTES = 1 * MIB  # encoded arguments of one outside call

# --- files of bots -----------------------------------------------------------------------------------------------

FILE_BYTES = 1 * MIB  # of one file that a script writes: error 3005 beyond
FILES = 2_000  # that scripts of one bot write, marks of deleted ones included: error 3005 beyond
FILES_BYTES = 64 * MIB  # of all of them
CUSTOMER_SESSIONS = 50  # that GET CUSTOMER HISTORY shows
CHART_POINTS = 100  # numbers of one CHART: error 4002 beyond
QR_CODE_BYTES = 400  # of the text in a QR code: error 9008 beyond; more modules are hard to read
CHART_LABEL_CHARS = 40  # of a name in a chart; the rest is left out
DESK_SHOWN = 500  # sessions and agents of a desk that a script sees at once
ZIP_FILES = 500  # that EXTRACT takes out of one file: error 9013 beyond
TURN_FILE_BYTES = 8 * MIB  # that one turn writes: error 9013 beyond
FILE_PATH_CHARS = 255  # error 4002 beyond
LISTED_FILES = 2_000  # of one LIST or DIR: error 9013 beyond

# --- outside calls -----------------------------------------------------------------------------------------------

OUTCOME_QUICK = 2_000  # values, and 64 characters of texts, of an outcome that is encoded at once; others on a thread
OUTCOME_QUICK_BYTES = 16 * KIB  # of a recorded one that is decoded at once: some 70 us a kilobyte, at worst
TURN_CALLS = 1_000  # of one turn: error 9013 beyond; each costs two commits
HTTP_TIMEOUT_S = 30.0  # of one call, redirects and waiting for a connection included; dialect, "HTTP"
HTTP_TIMEOUT_MAX_S = 300.0  # what http-timeout-secs may ask for
HTTP_CONNECT_S = 10.0  # looking up a name and connecting to one of its addresses, TLS included
HTTP_ADDRESSES = 4  # of one name that are tried
HTTP_REDIRECTS = 5  # of one call: error 1508 beyond
HTTP_RESPONSE_BYTES = 2 * MIB  # of one answer, unpacked: error 9013 beyond
HTTP_WIRE_BYTES = HTTP_RESPONSE_BYTES + 512 * KIB  # of one answer with what frames it: error 9013 beyond
HTTP_CHUNKS = 32_768  # of one answer: error 9013 beyond; each costs some 8 us
HTTP_TAKEN_BYTES = 8 * KIB  # from a connection at once; the smallest chunks of so many cost 10 ms
HTTP_READ_BYTES = 16 * KIB  # a larger answer becomes a value on a thread: others need not wait for that
HTTP_BUFFERED_BYTES = 64 * MIB  # of all answers this process is reading: error 1503 beyond
HTTP_CALLS = 100  # connections of this process; more calls wait for one
HTTP_BOT_CALLS = 16  # calls of one bot under way in this process; more wait
HTTP_HOST_CALLS = 16  # calls to one host and port under way in this process; more wait
HTTP_IDLE_CONNECTIONS = 20  # kept open for the next call
HTTP_IDLE_S = 15.0  # for so long
HTTP_RESOLVER_THREADS = 16  # names that are looked up at once
HTTP_HEADERS = 50  # of SET HEADER in one run: error 4002 beyond
HTTP_HEADER_BYTES = 16 * KIB  # of their names and values
HTTP_URL_CHARS = 8_000

WORKER_PAUSE_S = 0.5  # before a worker that died is started again; doubled each time
WORKER_PAUSE_MAX_S = 30.0  # at most
WORKER_CALM_S = 60.0  # a worker that lived so long counts as sound again
WORKER_STOP_S = 10.0  # beyond the drain, before a worker that does not end is killed
SCRAPE_S = 2.0  # a worker that does not tell its metrics in this time is left out

# --- desk --------------------------------------------------------------------------------------------------------

AGENT_LEASE_S = 45.0  # presence not renewed for this long is over; agents renew it every AGENT_HEARTBEAT_S
AGENT_HEARTBEAT_S = 15.0
AGENT_GRACE_S = 60.0  # an agent whose presence is over keeps their sessions for this long
OFFER_S = 25.0  # time to accept an offer
OFFERS_MISSED = 2  # offers in a row that time out make an agent away
EXCLUDED_S = 60.0  # an agent who declined or missed an offer is not offered the same again for this long
RELAX_LEVEL_S = 60.0  # who waited for this long is offered to any level of a wanted skill
RELAX_SKILLS_S = 180.0  # and after this long to any agent of the queue
HANDOFF_WAIT_S = 600.0  # a session nobody takes goes back to its bot; config: handoff-timeout-secs
HANDOFF_WAIT_MAX_S = 86_400.0  # what TIMEOUT and handoff-timeout-secs may ask for
QUEUE_ITEMS = 1_000  # sessions of one principal that wait for an agent
DESK_AGENTS = 10_000  # agents of one principal that are known
AGENT_KEPT_S = 30 * 86_400.0  # an agent not seen for this long is forgotten
AGENT_NAMES = 50  # skills, queues or languages of one agent; skills of one demand
AGENT_CAPACITY = 1_000.0
SKILL_LEVELS = 5
DESK_MATCHES = 200  # waiting sessions one look at the queue may offer
NOTE_CHARS = 4_000  # of a note that a script adds: error 9008 beyond
TURN_NOTES = 20  # that one turn adds: error 9013 beyond
TURN_PRIORITIES = 50  # sessions of which one turn sets the priority: error 9013 beyond
TAG_CHARS = 64  # of a tag: error 9008 beyond
TURN_TAGS = 50  # that one turn adds: error 9013 beyond
KEPT_TAGS = 20  # of one session; the oldest go
NOTICE_CHARS = 1_000  # of what NOTIFY ATTENDANT tells an agent: error 9008 beyond
TURN_NOTICES = 20  # of one turn: error 9013 beyond
KEPT_NOTICES = 100  # of one bot that an agent has not seen; the oldest go
NOTICE_KEPT_S = 7 * 86_400.0  # not seen for this long it is forgotten
KEPT_NOTES = 100  # of agents about one session; the oldest go
LANGUAGE_CHARS = 35  # of a language tag; what is longer is none
KEPT_HANDOFFS = 20  # closed ones of a session
HANDOFF_CONTEXT_BYTES = 64 * KIB  # of what an agent is told of a session beside its messages
HANDOFF_TEXT_CHARS = 1_000  # reason of a handing over, note of its return
DESK_HISTORY = 50  # messages an agent is shown of a session that is offered or assigned
HANDOFF_PRIORITY = 100  # the highest; the lowest is as far below 0
HANDOFF_TRANSCRIPT = 50  # newest messages of user and agent that `handoff_returned` brings, as far as EVENT_BYTES reach
DESK_WATCHERS = 8  # WatchDesk streams of one agent in one process: RATE_LIMIT beyond
DESK_CURSORS = 1_000  # sessions a WatchDesk stream may go on with

# --- deliveries --------------------------------------------------------------------------------------------------

KEPT_DELIVERIES = 2 * OUTPUT_RECORDS  # of a session's last messages, waiting or not: a turn's, and as many before
KEPT_DELIVERIES_S = 30 * 86_400.0  # of all sessions
DELIVERY_LEASE_S = 30.0  # not acknowledged for this long it is given out again; PullDeliveries may ask for another
DELIVERY_LEASE_MAX_S = 3_600.0
DELIVERY_ATTEMPTS = 50  # a delivery given out this often without an acknowledgement has failed
DELIVERIES_OUTSTANDING = 100  # not acknowledged, of one PullDeliveries, unless it asks for fewer or more
DELIVERIES_OUTSTANDING_MAX = 1_000
DELIVERIES_OF_SESSION = 20  # given out at once, so that one talkative session does not fill a gateway
DELIVERY_PULLERS = 64  # PullDeliveries streams of one channel in this process
EXTERNAL_ID_CHARS = 255  # a channel's own id of a message

# --- tables of bots ----------------------------------------------------------------------------------------------

TABLES = 200  # of one bot: error 9008 beyond
TABLE_NAME_CHARS = 255
TABLE_COLUMNS = 200  # of one table
COLUMN_CHARS = 255  # of a column's name
TABLE_ROWS = 100_000  # of one table: error 9008 beyond
TABLE_BYTES = 64 * MIB  # of all rows of one table
ROW_BYTES = 256 * KIB  # of one row: error 9008 beyond
ROW_KEY_CHARS = 255  # of the value rows are known by
FIND_ROWS = 10_000  # rows of one FIND: error 9013 beyond
FIND_BYTES = 8 * MIB  # stored size of the rows of one FIND: error 9013 beyond
SEARCH_WORDS = 20  # of what SEARCH PRODUCTS looks for; the first count
SEARCH_RESULTS = 10  # rows of SEARCH PRODUCTS that does not say how many
SEARCH_RESULTS_MAX = 100  # and when it asks for more
TURN_ROWS_READ = 200_000  # rows one turn may look at, by all its reads: error 9013 beyond
TURN_QUERY_STEPS = 2_000_000  # comparisons filters of one turn may make, of some 0.5 us: error 9013 beyond
TURN_ROWS_WRITTEN = 10_000  # rows one turn may write: error 9013 beyond
TURN_WRITTEN_BYTES = 16 * MIB  # of those rows
TABLE_FILE_BYTES = 4 * MIB  # of a file of the package that is a table: error 3005 beyond
TABLE_FILES_BYTES = 64 * MIB  # of all of them that a process keeps read
ROW_PAGE = 200  # rows read at once, between two looks at other sessions
ROW_PAGE_BYTES = 1 * MIB

# --- wire --------------------------------------------------------------------------------------------------------

RPC_BYTES = 4 * MIB  # one request; the largest valid one is far smaller and is refused with a reason
RPC_LARGE_BYTES = 16 * MIB  # one request that carries a package or a bundle
RPC_CALLS = 4_000  # calls under way in this process, beyond it OVERLOADED
RPC_STREAMS = 10_000  # watch streams of this process, beyond it OVERLOADED
RPC_STREAMS_PER_CONNECTION = 4_000  # HTTP/2 streams; a client that wants more waits
RPC_OPEN = 20_000  # calls and streams, also those whose request did not come (16 KB each), beyond it OVERLOADED
RPC_PENDING = RPC_CALLS + RPC_STREAMS  # calls that wait for a busy event loop; gRPC tells those beyond CANCELLED
CONVERSE_MESSAGES = 64  # of one frame of Converse; those beyond are refused
CONVERSE_IN_FLIGHT = 256  # messages of one stream whose reply was not written
CONVERSE_SUBSCRIPTIONS = 1_000  # of one stream; those of a process are bounded by RPC_STREAMS
CONVERSE_FRAME_CHARS = 500_000  # texts of one frame of replies and events; one that would pass it ends there
CONVERSE_WAITING_CHARS = 4_000_000  # texts of replies that wait for a client that does not read; then OVERLOADED
CONVERSE_PUSHES = 256  # events of one stream that wait to be written; then watching stands still
CONVERSE_TAKEN_S = 0.25  # a message not answered for this long is named in `taken`
HEARTBEAT_S = 15.0  # either side of a Converse stream that has sent nothing for so long sends an empty frame
SILENCE_S = 45.0  # a Converse stream on which nothing came for so long is ended
LINGER_S = 45.0  # a stream that was ended while its client did not read is cut off then
RPC_DEADLINE_S = 120.0  # of a call whose client states none
KEEPALIVE_S = 30.0  # silence after which either side pings
KEEPALIVE_TIMEOUT_S = 20.0  # a ping without an answer for this long ends the connection
PING_INTERVAL_S = 10.0  # a client that pings an idle connection more often is cut off
RETRY_DELAY_S = 0.5  # RetryInfo of errors that pass by themselves
PARAMS_BYTES = 64 * KIB  # params of CreateSession
RATING_SCORE = 100  # the best score; the worst is 0
RATING_COMMENT_CHARS = 2_000
FIELD_CHARS = 255  # bot, alias, user fields and other names in requests
CHANNEL_CHARS = 32
FILTER_CHARS = 2_000
PAGE_TOKEN_CHARS = 1_000
ERROR_PROBLEMS = 8  # mistakes of a package in an error; trailers share 8 KiB
ERROR_VALUE_CHARS = 300  # one value in the metadata of an error; trailers share 8 KiB


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the store keeps what is not needed to go on. Of one session where no time is named."""

    turns: int = KEPT_TURNS
    checkpoints: int = NAMED_CHECKPOINTS
    messages: int = KEPT_MESSAGES  # and replies of so many inputs
    message_ids: int = KEPT_MESSAGE_IDS
    messages_s: float = KEPT_MESSAGES_S
    ended_s: float = ENDED_SESSION_S
    request_ids_s: float = KEPT_REQUEST_IDS_S
    deliveries: int = KEPT_DELIVERIES
    deliveries_s: float = KEPT_DELIVERIES_S  # of all sessions
    releases: int = KEPT_RELEASES  # of one bot
    release_s: float = KEPT_RELEASE_S

    @property
    def planned(self) -> str:
        """What the next cleaning of a session is planned by, to be compared."""
        return f"{self.messages_s:.0f} {self.ended_s:.0f}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a bot's config.csv may set; keys in comments."""

    memory_bytes: int = 10 * MIB  # session-memory-limit; mission, "Resource Constraints"
    variables: int = 100  # max-variables; mission
    context_tokens: int = 4096  # context-size; mission
    active_kbs: int = 10  # max-active-kbs; mission
    history_messages: int = 50  # message-history; mission
    turn_fuel: int = 20_000_000  # max-turn-steps; dialect, "Loops"
    session_timeout_s: float = 30 * 86_400.0  # session-timeout; mission, "30-day default"
    hear_timeout_s: float | None = None  # hear-timeout-secs
    resume_after_s: float = 1_800.0  # resume-after; dialect, "Sessions and channels"
