"""A plain turn from its message to its commit: a user answers a HEAR, the script says something and waits in HEAR again.

Theory of operation
-------------------
What a turn does, and what it commits, is said in `botserver/session/turn.py` and `commits.py`; here is the same for the
turns that most are, in one go and without what only others need. `is_plain` looks at how a session stands before its
script runs, `answer` runs it. Where the script then does anything else than talk and wait, `answer` gives what it has so
far as `Begun`, and the turn goes on there. A property test compares both ways, commit by commit.
"""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free
from libc.stdio cimport snprintf
from libc.stdlib cimport free
from libc.string cimport memchr, memcpy, strlen

from dataclasses import fields
from random import getrandbits
from time import perf_counter

from botserver.errors import ScriptError
from botserver.immutable import changed
from botserver.language import effects
from botserver.limits import SLICE_FUEL
from botserver.model import (
    Activity,
    Incoming as PyIncoming,
    Message,
    Owner,
    Reply,
    Role,
    SessionState,
    SuggestionView,
    TurnUsage,
    WaitingFor,
)
from botserver.session.choices import ACTIONS, ANYTHING, choose
from botserver.session.commits import Begin
from botserver.session.hot import Hot
from botserver.session.records import Notes, UserInput, encode_waiting
from botserver.session.turn import Begun
from botserver.session.values import clean_text
from botserver.store.abc import Acceptance, Committed, SessionRow, Standing, State as StoredState, TurnCommit
from botserver.vm.effects import Effect, OutOfFuel, Suspended
from botserver.vm.snapshot import Snapshot

from botserver_speedups.codec cimport *
from botserver_speedups.opcodes cimport E_IMAGE, E_TALK
from botserver_speedups.slots cimport offset_of_slot, slot
from botserver_speedups.state cimport *

cdef extern from "Python.h":
    char* PyOS_double_to_string(double value, char format, int digits, int flags, int* kind) except NULL
    const char* PyUnicode_AsUTF8AndSize(object text, Py_ssize_t* size) except NULL
    bint PyUnicode_IS_ASCII(object text) noexcept

cdef object _WAITING_INPUT = Activity.WAITING_INPUT
cdef object _BOT = Owner.BOT
cdef object _OPEN = SessionState.OPEN
cdef object _USER = Role.USER
cdef object _BY_BOT = Role.BOT
cdef int64_t _HEAR = effects.HEAR
cdef int64_t _SLICE = SLICE_FUEL


if len(fields(Notes)) != 21:
    raise AssertionError("plain.pyx is written for other notes")


cdef Py_ssize_t _of(object cls, str name) except -1:
    cdef Py_ssize_t offset = offset_of_slot(cls.__dict__[name])
    if offset < 0:
        raise TypeError(f"{cls.__name__} has no slot for {name}")
    return offset


# Where fields lie: looking one up by its name takes a hundred instructions, and a turn does it as often.
cdef Py_ssize_t HOT_ROW = _of(Hot, "row")
cdef Py_ssize_t HOT_NOTES = _of(Hot, "notes")
cdef Py_ssize_t HOT_RELEASE = _of(Hot, "release")
cdef Py_ssize_t HOT_HEAP = _of(Hot, "heap")
cdef Py_ssize_t HOT_LARGE = _of(Hot, "large")
cdef Py_ssize_t HOT_CLAIMED = _of(Hot, "claimed")
cdef Py_ssize_t ROW_SESSION_ID = _of(SessionRow, "session_id")
cdef Py_ssize_t ROW_STATE = _of(SessionRow, "state")
cdef Py_ssize_t ROW_STANDING = _of(SessionRow, "standing")
cdef Py_ssize_t ROW_REVISION = _of(SessionRow, "revision")
cdef Py_ssize_t ROW_ACCEPTED = _of(SessionRow, "accepted")
cdef Py_ssize_t ROW_CONSUMED = _of(SessionRow, "consumed")
cdef Py_ssize_t ROW_LAST_SEQ = _of(SessionRow, "last_seq")
cdef Py_ssize_t ROW_MESSAGES = _of(SessionRow, "message_count")
cdef Py_ssize_t ROW_FUEL = _of(SessionRow, "fuel_total")
cdef Py_ssize_t ROW_CLAIM = _of(SessionRow, "claim_expires_at")
cdef Py_ssize_t STANDING_ACTIVITY = _of(Standing, "activity")
cdef Py_ssize_t STANDING_WAITING = _of(Standing, "waiting_for")
cdef Py_ssize_t STANDING_OWNER = _of(Standing, "owner")
cdef Py_ssize_t NOTES_LAST_MESSAGE = _of(Notes, "last_message")
cdef Py_ssize_t NOTES_LAST_INTERACTION = _of(Notes, "last_interaction")
cdef Py_ssize_t NOTES_SCHEDULES = _of(Notes, "schedules")
cdef Py_ssize_t NOTES_HELD = _of(Notes, "held")
cdef Py_ssize_t NOTES_BRANCHED_FROM = _of(Notes, "branched_from")
cdef Py_ssize_t NOTES_STUBBED = _of(Notes, "stubbed")
cdef Py_ssize_t NOTES_IMPORTED = _of(Notes, "imported")
cdef Py_ssize_t NOTES_HISTORY = _of(Notes, "restored_history")
cdef Py_ssize_t NOTES_HISTORY_AFTER = _of(Notes, "history_after")
cdef Py_ssize_t NOTES_OPEN_REPLIES = _of(Notes, "open_replies")
cdef Py_ssize_t NOTES_HANDOFF = _of(Notes, "handoff")
cdef Py_ssize_t NOTES_UNATTENDED = _of(Notes, "unattended")
cdef Py_ssize_t NOTES_RESUMED_BY = _of(Notes, "resumed_by")
cdef Py_ssize_t NOTES_BOTS = _of(Notes, "bots")
cdef Py_ssize_t INPUT_INCOMING = _of(UserInput, "incoming")
cdef Py_ssize_t INPUT_OPENING = _of(UserInput, "opening")
cdef Py_ssize_t INPUT_ASKED_BY = _of(UserInput, "asked_by")
cdef Py_ssize_t INCOMING_TEXT = _of(PyIncoming, "text")
cdef Py_ssize_t INCOMING_CHOICE = _of(PyIncoming, "choice")
cdef Py_ssize_t INCOMING_EVENT = _of(PyIncoming, "event")
cdef Py_ssize_t BEGIN_CAUSE = _of(Begin, "cause")
cdef Py_ssize_t BEGIN_ACCEPT = _of(Begin, "accept")
cdef Py_ssize_t ACCEPTANCE_ID = _of(Acceptance, "message_id")
cdef Py_ssize_t MESSAGE_TEXT = _of(Message, "text")
cdef Py_ssize_t MESSAGE_SEQ = _of(Message, "seq")
cdef Py_ssize_t MESSAGE_TURN = _of(Message, "turn")
cdef Py_ssize_t SUSPENDED_EFFECT = _of(Suspended, "effect")
cdef Py_ssize_t EFFECT_NUMBER = _of(Effect, "number")
cdef Py_ssize_t EFFECT_ARGUMENTS = _of(Effect, "arguments")
cdef Py_ssize_t SNAPSHOT_ROOT = _of(Snapshot, "root")
cdef Py_ssize_t SNAPSHOT_LARGE = _of(Snapshot, "large")
cdef Py_ssize_t SNAPSHOT_DIGESTS = _of(Snapshot, "digests")
cdef Py_ssize_t COMMITTED_REVISION = _of(Committed, "revision")
cdef Py_ssize_t COMMITTED_EPOCH = _of(Committed, "epoch")
cdef Py_ssize_t COMMITTED_ACCEPTED = _of(Committed, "accepted")
cdef Py_ssize_t COMMITTED_UPDATED_AT = _of(Committed, "updated_at")
cdef Py_ssize_t COMMITTED_EXPIRES_AT = _of(Committed, "expires_at")
cdef Py_ssize_t COMMITTED_TIMER_AT = _of(Committed, "timer_at")

cdef enum:
    KEPT_PLACES = 1_000  # of waiting, and as many suggestions
    KEPT_BYTES = 1_000  # the largest of each

cdef dict _views = {}
"""Suggestions as messages carry them, by their trees; None is one that stands for any other text."""
cdef dict _places = {}
"""Waiting points without a time-out, and their texts, by variable, type and the trees of what may be chosen. Most
sessions of a bot wait at the same few."""


def is_plain(hot, user_input):
    """Whether a message that nothing stands before may be answered here: nothing but its script has a part in it."""
    row, notes, heap = slot(hot, HOT_ROW), slot(hot, HOT_NOTES), slot(hot, HOT_HEAP)
    standing, incoming = slot(row, ROW_STANDING), slot(user_input, INPUT_INCOMING)
    return (
        slot(standing, STANDING_ACTIVITY) is _WAITING_INPUT
        and slot(row, ROW_ACCEPTED) == slot(row, ROW_CONSUMED)
        and slot(row, ROW_CLAIM) is None
        and slot(hot, HOT_CLAIMED) is None
        and slot(row, ROW_STATE) is _OPEN
        and slot(standing, STANDING_OWNER) is _BOT
        and slot(incoming, INCOMING_EVENT) is None
        and not slot(user_input, INPUT_OPENING)
        and slot(user_input, INPUT_ASKED_BY) is None
        and slot(notes, NOTES_HANDOFF) is None
        and slot(notes, NOTES_BOTS) is None
        and slot(notes, NOTES_RESUMED_BY) is None
        and not slot(notes, NOTES_UNATTENDED)
        and not slot(notes, NOTES_SCHEDULES)
        and not slot(notes, NOTES_OPEN_REPLIES)
        and isinstance(heap, State)
        and _is_at_home(<State>heap)
        and not slot(hot, HOT_RELEASE).config.random_seed
        and "PASSWORD" not in <str>slot(standing, STANDING_WAITING)
    )


cdef bint _is_at_home(State heap) noexcept:
    """Whether no sub-session runs or waits."""
    return heap.h.current == NULL or heap.h.current.parent == NULL


@cython.final
cdef class PlainTurn:
    """One that ran: what it commits, and what is told when it was. To a journal it is a turn."""

    cdef readonly object session_id
    cdef readonly object commit
    cdef readonly object reply
    cdef readonly State heap
    cdef readonly object release
    cdef readonly object fuel
    cdef readonly double began_s
    cdef readonly double vm_s
    cdef object hot
    cdef object standing
    cdef object notes
    cdef object digests
    cdef int64_t said  # messages

    logs = ()
    analytics = ()
    handler_faults = ()
    fault = None
    done = None
    fuel_counted = 0

    @property
    def number(self):
        return self.commit.expected_revision + 1

    def committed(self, done):
        """It was: the session stands so now."""
        hot, row = self.hot, slot(self.hot, HOT_ROW)
        hot.row = changed(
            row,
            standing=self.standing,
            revision=slot(done, COMMITTED_REVISION),
            epoch=slot(done, COMMITTED_EPOCH),
            accepted=slot(done, COMMITTED_ACCEPTED),
            consumed=<int64_t>slot(row, ROW_ACCEPTED) + 1,
            last_seq=<int64_t>slot(row, ROW_LAST_SEQ) + self.said,
            message_count=<int64_t>slot(row, ROW_MESSAGES) + self.said,
            fuel_total=slot(row, ROW_FUEL) + self.fuel,
            updated_at=slot(done, COMMITTED_UPDATED_AT),
            expires_at=slot(done, COMMITTED_EXPIRES_AT),
            timer_at=slot(done, COMMITTED_TIMER_AT),
        )
        hot.notes = self.notes
        hot.large = frozenset(self.digests)
        return hot


def answer(hot, begin, now_s, grow, bint delivers):
    """Give the message to the script and let it run: PlainTurn, or the Begun of any other turn. `now_s` tells the time,
    `grow` is told the size of the heap; `delivers` says that the channel has a gateway. What it raises leaves the heap
    as no commit has it."""
    cdef State heap = slot(hot, HOT_HEAP)
    cdef Heap* h = &heap.h
    cdef double began_s = perf_counter()
    cdef double at_s = now_s()
    cdef double ran_s, vm_s
    cdef int64_t fuel
    cdef str text, given, key = ""
    row, notes, acceptance = slot(hot, HOT_ROW), slot(hot, HOT_NOTES), slot(begin, BEGIN_ACCEPT)
    incoming = slot(slot(begin, BEGIN_CAUSE), INPUT_INCOMING)
    text = slot(incoming, INCOMING_TEXT)
    choice = slot(incoming, INCOMING_CHOICE)
    if choice is None and text is not None and _is_no_choice(h, text):
        given = text
    else:
        chosen, text = choose(text, choice, heap.options())
        given = text
        if chosen is not None:
            key = chosen.key
            if chosen.kind not in ACTIONS:
                given = key
    heard = Message(
        <int64_t>slot(row, ROW_LAST_SEQ) + 1, _USER, text, at_s, (), slot(acceptance, ACCEPTANCE_ID),
        <int64_t>slot(row, ROW_REVISION) + 1,
    )
    heap.begin_turn()
    try:
        heap.resume(given)
    except ScriptError as error:
        heap.resume_error(error.number, error.what)
    config = slot(hot, HOT_RELEASE).config
    fuel = config.limits.turn_fuel
    offset_s = 0 if config.zone is None else config.utc_offset_s(at_s)
    seed, language = getrandbits(64), config.language
    ran_s = perf_counter()
    stop = heap.run(min(fuel, _SLICE), <int64_t>at_s + <int64_t>offset_s, seed, offset_s, language)
    vm_s = perf_counter() - ran_s
    grow(used(h))
    if isinstance(stop, Suspended) and _is_at_home(heap):
        effect = slot(stop, SUSPENDED_EFFECT)
        if <int64_t>slot(effect, EFFECT_NUMBER) == _HEAR:
            now = now_s()
            messages = _said(h, heard, now)
            if messages is not None:
                arguments = slot(effect, EFFECT_ARGUMENTS)
                return _ended(hot, acceptance, arguments, messages, key, at_s, now, began_s, vm_s, delivers)
    if isinstance(stop, OutOfFuel) and heap.fuel_used < fuel:
        stop = None
    notes = changed(
        notes,
        last_interaction=slot(notes, NOTES_LAST_MESSAGE) or slot(notes, NOTES_LAST_INTERACTION),
        last_message=text,
        suggestion_key=key,
        heard=True,
        quiet_since=at_s,
        quiet_turns=0,
    )
    return Begun(stop, notes, heard, (<int64_t>at_s + <int64_t>offset_s, seed, offset_s, language), vm_s, began_s)


cdef bint _is_no_choice(Heap* h, str text) except -1:
    """Whether it is plain to see that `choose` finds no option for a text, and has nothing to clean in it."""
    cdef Area* area = &h.areas[MENU if h.areas[MENU].count > 0 else SUGGESTIONS]
    cdef Reader r
    cdef Py_ssize_t size = 0, start = 0, at
    cdef const char* data
    cdef const char* label
    cdef uint32_t n_bytes, n_chars, i
    if not PyUnicode_IS_ASCII(text):
        return False
    data = PyUnicode_AsUTF8AndSize(text, &size)
    if memchr(data, 0, size) != NULL:
        return False
    while start < size and _is_blank(data[start]):
        start += 1
    while size > start and _is_blank(data[size - 1]):
        size -= 1
    for i in range(area.length):
        r.data = tree_of(area.cells[i])
        r.at = 2  # the tag of an array, and its length
        r.end = area.cells[i].n_tree
        r.bad = NULL
        for _ in range(2):  # the key, then the label
            read_byte(&r)
            if read_text(&r, &label, &n_bytes, &n_chars) < 0:
                return False
        if n_bytes != n_chars:  # it may fold to ASCII
            return False
        if n_bytes == size - start:
            at = 0
            while at < n_bytes and _lower(label[at]) == _lower(data[start + at]):
                at += 1
            if at == n_bytes:
                return False
    return True


cdef inline bint _is_blank(char c) noexcept:
    """As `str.strip` has it."""
    return c == 32 or 9 <= c <= 13 or 28 <= c <= 31


cdef inline char _lower(char c) noexcept:
    return c + 32 if 65 <= c <= 90 else c


cdef object _ended(
    object hot, object acceptance, tuple arguments, list messages, str key, double at_s, double now_s, double began_s,
    double vm_s, bint delivers
):
    """The script waits in HEAR again."""
    cdef State heap = slot(hot, HOT_HEAP)
    cdef int64_t first_seq = 0, last_seq = 0, said = len(messages)
    cdef int64_t memory_bytes, vm_us, total_us, before_seq, revision
    cdef str text, before_text, waiting_text
    cdef bint is_common
    cdef PlainTurn turn = PlainTurn.__new__(PlainTurn)
    row, notes, release = slot(hot, HOT_ROW), slot(hot, HOT_NOTES), slot(hot, HOT_RELEASE)
    timeout_s = release.config.limits.hear_timeout_s
    waiting, waiting_text = _waiting(&heap.h, arguments, None if timeout_s is None else now_s + <double>timeout_s)
    snapshot = heap.encode(slot(hot, HOT_LARGE))
    fuel, memory_bytes = heap.fuel_used, used(&heap.h)
    vm_us = <int64_t>(vm_s * 1e6)
    total_us = <int64_t>((<double>perf_counter() - began_s) * 1e6)
    usage = TurnUsage(fuel, memory_bytes, vm_us / 1e3, total_us / 1e3)
    before_seq, revision = slot(row, ROW_LAST_SEQ), slot(row, ROW_REVISION)
    if said > 1:
        first_seq, last_seq = before_seq + 2, before_seq + said
    text = slot(messages[0], MESSAGE_TEXT)
    before_text = slot(notes, NOTES_LAST_MESSAGE) or slot(notes, NOTES_LAST_INTERACTION)
    turn.notes = Notes(
        text, before_text, key, True, at_s, 0, timeout_s, slot(notes, NOTES_SCHEDULES), slot(notes, NOTES_HELD), fuel,
        slot(notes, NOTES_BRANCHED_FROM), slot(notes, NOTES_STUBBED), slot(notes, NOTES_IMPORTED),
        slot(notes, NOTES_HISTORY), slot(notes, NOTES_HISTORY_AFTER), {}, None, now_s,
    )
    is_common = not (
        slot(notes, NOTES_BRANCHED_FROM) or slot(notes, NOTES_STUBBED) or slot(notes, NOTES_IMPORTED)
        or slot(notes, NOTES_HELD) or slot(notes, NOTES_HISTORY) or slot(notes, NOTES_HISTORY_AFTER)
    )
    if is_common:
        extra = _encoded(text, before_text, key, at_s, timeout_s, fuel, now_s)
    else:
        extra = turn.notes.encoded()
    turn.standing = Standing(release.release_id, _WAITING_INPUT, waiting_text, memory_bytes, _BOT, extra)
    turn.session_id = session_id = slot(row, ROW_SESSION_ID)
    turn.digests = slot(snapshot, SNAPSHOT_DIGESTS)
    turn.hot, turn.heap, turn.release, turn.fuel, turn.said = hot, heap, release, fuel, said
    turn.began_s, turn.vm_s = began_s, vm_s
    turn.reply = Reply(
        session_id, tuple(messages[1:]), first_seq, last_seq, _WAITING_INPUT, revision + 1, waiting, None, usage
    )
    turn.commit = TurnCommit(
        session_id=session_id,
        expected_revision=revision,
        standing=turn.standing,
        state=StoredState(slot(snapshot, SNAPSHOT_ROOT), turn.digests),
        new_large=slot(snapshot, SNAPSHOT_LARGE),
        accept=acceptance,
        messages=tuple(messages),
        replies={
            slot(acceptance, ACCEPTANCE_ID): _record(
                revision + 1, first_seq, last_seq, waiting_text, fuel, memory_bytes, vm_us, total_us
            )
        },
        fuel=fuel,
        timer_in_s=timeout_s,
        deliver=delivers and turn.notes.speaks_to_user,
    )
    return turn


# --- what the script said --------------------------------------------------------------------------------------------

cdef list _said(Heap* h, object heard, object at_s):
    """The turn's messages, and the output is taken; None, and it is not, if there is more than talk in it."""
    cdef Reader r
    cdef uint64_t kind, n
    cdef uint32_t i
    cdef int64_t seq = slot(heard, MESSAGE_SEQ)
    cdef list messages = [heard]
    revision = slot(heard, MESSAGE_TURN)
    r.data = h.output.data
    r.at = 0
    r.end = h.output.length
    r.bad = NULL
    for i in range(h.n_output):
        read_varint(&r, &kind)
        if read_byte(&r) or not (kind == E_TALK or kind == E_IMAGE):
            return None
        image, text = block_of(&r).decode(), block_of(&r).decode()
        read_varint(&r, &n)
        seq += 1
        messages.append(Message(seq, _BY_BOT, text, at_s, _views_of(&r, n), None, revision, "", "", image))
    drop_output(h)
    return messages


cdef tuple _views_of(Reader* r, uint64_t n):
    """Of the suggestions whose trees are next."""
    cdef list views = []
    while n > 0:
        n -= 1
        view = _view_of(block_of(r))
        if view is not None:
            views.append(view)
    return tuple(views)


cdef object _view_of(bytes tree):
    if tree in _views:
        return _views[tree]
    key, label, kind = host_of(tree, len(tree))
    view = None if kind == ANYTHING else SuggestionView(key, label, kind)
    if len(tree) <= KEPT_BYTES:
        if len(_views) >= KEPT_PLACES:
            _views.clear()
        _views[tree] = view
    return view


cdef tuple _waiting(Heap* h, tuple arguments, object expires_at):
    """Where the script waits, and the text of that."""
    cdef Area* area = &h.areas[MENU if h.areas[MENU].count > 0 else SUGGESTIONS]
    cdef int64_t size = 0
    cdef uint32_t i
    cdef char* at
    cdef bytes trees
    for i in range(area.length):
        size += area.cells[i].n_tree
    variable, word = arguments
    place = None
    if size <= KEPT_BYTES and expires_at is None:
        trees = PyBytes_FromStringAndSize(NULL, size)
        at = PyBytes_AS_STRING(trees)
        for i in range(area.length):
            memcpy(at, tree_of(area.cells[i]), area.cells[i].n_tree)
            at += area.cells[i].n_tree
        place = (variable, word, trees)
        if place in _places:
            return <tuple>_places[place]
    views = []
    for i in range(area.length):
        view = _view_of(tree_of(area.cells[i])[: area.cells[i].n_tree])
        if view is not None:
            views.append(view)
    waiting = WaitingFor("input", str(variable), str(word), tuple(views), expires_at)
    found = (waiting, encode_waiting(waiting))
    if place is not None:
        if len(_places) >= KEPT_PLACES:
            _places.clear()
        _places[place] = found
    return found


# --- texts -----------------------------------------------------------------------------------------------------------

cdef int _put_word(Buffer* out, const char* word) except -1:
    return check_memory(put(out, word, <int64_t>strlen(word)))


cdef int _put_whole(Buffer* out, uint64_t number) except -1:
    cdef char digits[20]
    cdef int at = 20
    while True:
        at -= 1
        digits[at] = <char>(48 + number % 10)
        number //= 10
        if number == 0:
            return check_memory(put(out, digits + at, 20 - at))


cdef int _put_ms(Buffer* out, uint64_t span_us) except -1:
    """Milliseconds, with three digits."""
    cdef char digits[4]
    _put_whole(out, span_us // 1000)
    digits[0] = c"."
    digits[1] = <char>(48 + span_us // 100 % 10)
    digits[2] = <char>(48 + span_us // 10 % 10)
    digits[3] = <char>(48 + span_us % 10)
    return check_memory(put(out, digits, 4))


cdef int _put_rounded(Buffer* out, double number) except -1:
    """To three digits."""
    cdef char* digits = PyOS_double_to_string(number, c"f", 3, 0, NULL)
    try:
        return _put_word(out, digits)
    finally:
        PyMem_Free(digits)


cdef int _put_text(Buffer* out, str text) except -1:
    cdef Py_ssize_t size = 0
    cdef const char* data = PyUnicode_AsUTF8AndSize(text, &size)
    return check_memory(put(out, data, size))


cdef int _put_quoted(Buffer* out, str text) except -1:
    """As JSON has it."""
    cdef Py_ssize_t size = 0, at = 0, begin = 0
    cdef const char* data = PyUnicode_AsUTF8AndSize(text, &size)
    cdef char escape[8]
    check_memory(put_byte(out, c'"'))
    for at in range(size):
        if data[at] == c'"' or data[at] == c"\\" or <unsigned char>data[at] < 32:
            check_memory(put(out, data + begin, at - begin))
            begin = at + 1
            snprintf(escape, sizeof(escape), _ESCAPES[<unsigned char>data[at]], <int>data[at])
            _put_word(out, escape)
    check_memory(put(out, data + begin, size - begin))
    return check_memory(put_byte(out, c'"'))


cdef const char* _ESCAPES[128]
for _code in range(128):
    _ESCAPES[_code] = b"\\u%04x"
_ESCAPES[c'"'] = b'\\"'
_ESCAPES[c"\\"] = b"\\\\"
_ESCAPES[c"\n"] = b"\\n"
_ESCAPES[c"\r"] = b"\\r"
_ESCAPES[c"\t"] = b"\\t"
_ESCAPES[c"\f"] = b"\\f"
_ESCAPES[c"\b"] = b"\\b"


cdef bytes _record(
    uint64_t revision, uint64_t first_seq, uint64_t last_seq, str waiting_text, uint64_t fuel, uint64_t memory_bytes,
    uint64_t vm_us, uint64_t total_us
):
    """As `FinalReply.encoded` writes it."""
    cdef Buffer out
    init_buffer(&out)
    try:
        _put_word(&out, b'{"settled":{"activity":"waiting_input","revision":')
        _put_whole(&out, revision)
        _put_word(&out, b',"first_seq":')
        _put_whole(&out, first_seq)
        _put_word(&out, b',"last_seq":')
        _put_whole(&out, last_seq)
        _put_word(&out, b',"waiting_for":')
        _put_text(&out, waiting_text)
        _put_word(&out, b',"fault":null,"usage":{"fuel":')
        _put_whole(&out, fuel)
        _put_word(&out, b',"memory_bytes":')
        _put_whole(&out, memory_bytes)
        _put_word(&out, b',"vm_ms":')
        _put_ms(&out, vm_us)
        _put_word(&out, b',"total_ms":')
        _put_ms(&out, total_us)
        _put_word(&out, b'},"end_reason":null}}')
        return out.data[: out.length]
    finally:
        free(out.data)


cdef bytes _encoded(
    str last_message, str last_interaction, str key, double quiet_since, object wait_s, uint64_t fuel, double active_at
):
    """As `Notes.encoded` writes them, where all others are as at first."""
    cdef Buffer out
    init_buffer(&out)
    try:
        _put_word(&out, b"{")
        if last_message:
            _put_word(&out, b'"last_message":')
            _put_quoted(&out, last_message)
            _put_word(&out, b",")
        if last_interaction:
            _put_word(&out, b'"last_interaction":')
            _put_quoted(&out, last_interaction)
            _put_word(&out, b",")
        if key:
            _put_word(&out, b'"suggestion_key":')
            _put_quoted(&out, key)
            _put_word(&out, b",")
        _put_word(&out, b'"heard":true')
        if quiet_since != 0:
            _put_word(&out, b',"quiet_since":')
            _put_rounded(&out, quiet_since)
        if wait_s is not None:
            _put_word(&out, b',"wait_s":')
            _put_rounded(&out, wait_s)
        if fuel != 0:
            _put_word(&out, b',"fuel_last_turn":')
            _put_whole(&out, fuel)
        if active_at != 0:
            _put_word(&out, b',"active_at":')
            _put_rounded(&out, active_at)
        _put_word(&out, b"}")
        return out.data[: out.length]
    finally:
        free(out.data)
