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
from libc.string cimport memcpy, strlen

from random import getrandbits
from time import perf_counter

from botserver.errors import ScriptError
from botserver.immutable import changed
from botserver.language import effects
from botserver.limits import SLICE_FUEL
from botserver.model import Activity, Message, Owner, Reply, Role, SessionState, SuggestionView, TurnUsage, WaitingFor
from botserver.session.choices import ACTIONS, ANYTHING, choose
from botserver.session.records import Notes, encode_waiting
from botserver.session.turn import Begun
from botserver.session.values import clean_text
from botserver.store.abc import Standing, State as StoredState, TurnCommit
from botserver.vm.effects import OutOfFuel, Suspended

from botserver_speedups.codec cimport *
from botserver_speedups.opcodes cimport E_IMAGE, E_TALK
from botserver_speedups.state cimport *

cdef extern from "Python.h":
    char* PyOS_double_to_string(double value, char format, int digits, int flags, int* kind) except NULL
    const char* PyUnicode_AsUTF8AndSize(object text, Py_ssize_t* size) except NULL

cdef object _WAITING_INPUT = Activity.WAITING_INPUT
cdef object _BOT = Owner.BOT
cdef object _OPEN = SessionState.OPEN
cdef object _USER = Role.USER
cdef object _BY_BOT = Role.BOT
cdef int64_t _HEAR = effects.HEAR
cdef int64_t _SLICE = SLICE_FUEL

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
    row, notes = hot.row, hot.notes
    standing, incoming = row.standing, user_input.incoming
    return (
        standing.activity is _WAITING_INPUT
        and row.accepted == row.consumed
        and row.claim_expires_at is None
        and hot.claimed is None
        and row.state is _OPEN
        and standing.owner is _BOT
        and incoming.event is None
        and not user_input.opening
        and user_input.asked_by is None
        and notes.handoff is None
        and notes.bots is None
        and notes.resumed_by is None
        and not notes.unattended
        and not notes.schedules
        and not notes.open_replies
        and isinstance(hot.heap, State)
        and _is_at_home(<State>hot.heap)
        and not hot.release.config.random_seed
        and "PASSWORD" not in <str>standing.waiting_for
    )


cdef bint _is_at_home(State heap) noexcept:
    """Whether no sub-session runs or waits."""
    return heap.h.current == NULL or heap.h.current.parent == NULL


@cython.final
cdef class PlainTurn:
    """One that ran: what it commits, and what is told when it was. To a journal it is a turn."""

    cdef readonly object commit
    cdef readonly object reply
    cdef readonly State heap
    cdef readonly object release
    cdef readonly double vm_s
    cdef object hot
    cdef object notes

    logs = ()
    analytics = ()
    handler_faults = ()
    fault = None
    done = None
    fuel_counted = 0

    @property
    def session_id(self):
        return self.commit.session_id

    @property
    def number(self):
        return self.commit.expected_revision + 1

    def committed(self, done):
        """It was: the session stands so now."""
        hot, commit = self.hot, self.commit
        row = hot.row
        said = len(commit.messages)
        hot.row = changed(
            row,
            standing=commit.standing,
            revision=done.revision,
            epoch=done.epoch,
            accepted=done.accepted,
            consumed=row.accepted + 1,
            last_seq=row.last_seq + said,
            message_count=row.message_count + said,
            fuel_total=row.fuel_total + commit.fuel,
            updated_at=done.updated_at,
            expires_at=done.expires_at,
            timer_at=done.timer_at,
        )
        hot.notes = self.notes
        hot.large = frozenset(commit.state.large)
        return hot


def answer(hot, begin, now_s, grow, bint delivers):
    """Give the message to the script and let it run: PlainTurn, or the Begun of any other turn. `now_s` tells the time,
    `grow` is told the size of the heap; `delivers` says that the channel has a gateway. What it raises leaves the heap
    as no commit has it."""
    cdef State heap = hot.heap
    cdef Heap* h = &heap.h
    cdef double began_s = perf_counter()
    cdef double at_s = now_s()
    cdef double ran_s, vm_s
    cdef int64_t fuel
    row, notes, incoming = hot.row, hot.notes, begin.cause.incoming
    key = ""
    if incoming.choice is None and h.areas[MENU].count == 0 and h.areas[SUGGESTIONS].count == 0:
        given = text = clean_text(incoming.text or "")
    else:
        chosen, text = choose(incoming.text, incoming.choice, heap.options())
        given = text
        if chosen is not None:
            key = chosen.key
            if chosen.kind not in ACTIONS:
                given = key
    heard = Message(row.last_seq + 1, _USER, text, at_s, (), begin.message_id, row.revision + 1)
    heap.begin_turn()
    try:
        heap.resume(given)
    except ScriptError as error:
        heap.resume_error(error.number, error.what)
    config = hot.release.config
    fuel = config.limits.turn_fuel
    offset_s = config.utc_offset_s(at_s)
    entry = (<int64_t>at_s + offset_s, getrandbits(64), offset_s, config.language)
    ran_s = perf_counter()
    stop = heap.run(min(fuel, _SLICE), entry[0], entry[1], offset_s, entry[3])
    vm_s = perf_counter() - ran_s
    grow(used(h))
    if isinstance(stop, Suspended) and stop.effect.number == _HEAR and _is_at_home(heap):
        messages = _said(h, row, now_s(), heard)
        if messages is not None:
            return _ended(hot, begin, stop.effect, messages, key, at_s, now_s(), began_s, vm_s, delivers)
    if isinstance(stop, OutOfFuel) and heap.fuel_used < fuel:
        stop = None
    notes = changed(
        notes,
        last_interaction=notes.last_message or notes.last_interaction,
        last_message=text,
        suggestion_key=key,
        heard=True,
        quiet_since=at_s,
        quiet_turns=0,
    )
    return Begun(stop, notes, heard, entry, vm_s, began_s)


cdef object _ended(
    object hot, object begin, object effect, list messages, str key, double at_s, double now_s, double began_s,
    double vm_s, bint delivers
):
    """The script waits in HEAR again."""
    cdef State heap = hot.heap
    cdef int64_t first_seq = 0, last_seq = 0
    row, before, release = hot.row, hot.notes, hot.release
    timeout_s = release.config.limits.hear_timeout_s
    waiting, waiting_text = _waiting(&heap.h, effect.arguments, None if timeout_s is None else now_s + timeout_s)
    snapshot = heap.encode(hot.large)
    fuel, memory_bytes = heap.fuel_used, used(&heap.h)
    usage = TurnUsage(fuel, memory_bytes, _ms(vm_s), _ms(<double>perf_counter() - began_s))
    if len(messages) > 1:
        first_seq, last_seq = row.last_seq + 2, row.last_seq + len(messages)
    notes = Notes(
        messages[0].text, before.last_message or before.last_interaction, key, True, at_s, 0, timeout_s, before.schedules,
        before.held, fuel, before.branched_from, before.stubbed, before.imported, before.restored_history,
        before.history_after, {}, None, now_s,
    )
    turn = <PlainTurn>PlainTurn.__new__(PlainTurn)
    turn.hot, turn.heap, turn.release, turn.notes, turn.vm_s = hot, heap, release, notes, vm_s
    message_id = begin.message_id
    turn.reply = Reply(
        row.session_id, tuple(messages[1:]), first_seq, last_seq, _WAITING_INPUT, row.revision + 1, waiting, None, usage
    )
    turn.commit = TurnCommit(
        session_id=row.session_id,
        expected_revision=row.revision,
        standing=Standing(release.release_id, _WAITING_INPUT, waiting_text, memory_bytes, _BOT, _encoded(notes)),
        state=StoredState(snapshot.root, snapshot.digests),
        new_large=snapshot.large,
        accept=begin.accept,
        messages=tuple(messages),
        replies={message_id: _record(turn.reply, waiting_text)},
        fuel=fuel,
        timer_in_s=timeout_s,
        deliver=delivers and notes.speaks_to_user,
    )
    return turn


cdef double _ms(double span_s) noexcept:
    """To the microsecond, as replies keep it."""
    return <int64_t>(span_s * 1e6) / 1e3


# --- what the script said --------------------------------------------------------------------------------------------

cdef list _said(Heap* h, object row, object now_s, object heard):
    """The turn's messages, and the output is taken; None, and it is not, if there is more than talk in it."""
    cdef Reader r
    cdef uint64_t kind, n
    cdef uint32_t i
    cdef int64_t seq = row.last_seq + 1
    cdef list messages = [heard]
    revision = heard.turn
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
        messages.append(Message(seq, _BY_BOT, text, now_s, _views_of(&r, n), None, revision, "", "", image))
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


cdef int _put_whole(Buffer* out, int64_t number) except -1:
    cdef char digits[24]
    return check_memory(put(out, digits, snprintf(digits, sizeof(digits), b"%lld", <long long>number)))


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


cdef bytes _record(object reply, str waiting_text):
    """As `FinalReply.encoded` writes it."""
    cdef Buffer out
    init_buffer(&out)
    usage = reply.usage
    try:
        _put_word(&out, b'{"settled":{"activity":"waiting_input","revision":')
        _put_whole(&out, reply.revision)
        _put_word(&out, b',"first_seq":')
        _put_whole(&out, reply.first_seq)
        _put_word(&out, b',"last_seq":')
        _put_whole(&out, reply.last_seq)
        _put_word(&out, b',"waiting_for":')
        _put_text(&out, waiting_text)
        _put_word(&out, b',"fault":null,"usage":{"fuel":')
        _put_whole(&out, usage.fuel)
        _put_word(&out, b',"memory_bytes":')
        _put_whole(&out, usage.memory_bytes)
        _put_word(&out, b',"vm_ms":')
        _put_rounded(&out, usage.vm_ms)
        _put_word(&out, b',"total_ms":')
        _put_rounded(&out, usage.total_ms)
        _put_word(&out, b'},"end_reason":null}}')
        return out.data[: out.length]
    finally:
        free(out.data)


cdef bytes _encoded(object notes):
    """As `Notes.encoded` writes them."""
    cdef Buffer out
    if (
        notes.held
        or notes.branched_from
        or notes.stubbed
        or notes.imported
        or notes.restored_history
        or notes.history_after
    ):
        return notes.encoded()
    init_buffer(&out)
    try:
        _put_word(&out, b"{")
        if notes.last_message:
            _put_word(&out, b'"last_message":')
            _put_quoted(&out, notes.last_message)
            _put_word(&out, b",")
        if notes.last_interaction:
            _put_word(&out, b'"last_interaction":')
            _put_quoted(&out, notes.last_interaction)
            _put_word(&out, b",")
        if notes.suggestion_key:
            _put_word(&out, b'"suggestion_key":')
            _put_quoted(&out, notes.suggestion_key)
            _put_word(&out, b",")
        _put_word(&out, b'"heard":true')
        if notes.quiet_since:
            _put_word(&out, b',"quiet_since":')
            _put_rounded(&out, notes.quiet_since)
        if notes.wait_s is not None:
            _put_word(&out, b',"wait_s":')
            _put_rounded(&out, notes.wait_s)
        if notes.fuel_last_turn:
            _put_word(&out, b',"fuel_last_turn":')
            _put_whole(&out, notes.fuel_last_turn)
        if notes.active_at:
            _put_word(&out, b',"active_at":')
            _put_rounded(&out, notes.active_at)
        _put_word(&out, b"}")
        return out.data[: out.length]
    finally:
        free(out.data)
