"""The heap of one session: region, registers, frames, areas, output, and the account of all of them.

Objects lie in one region, bump allocated, found by offset. Only `reserve` and what calls it may collect, and a
collection moves every object: an offset or pointer taken before must be read again from its register. Building runs
in two steps: measure, reserve once, then take pieces with `take`, which never moves anything.

Registers of all frames lie in one array, windows side by side; every register up to `n_registers` is a root.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free
from libc.string cimport memcmp, memcpy, memset

from botserver_speedups.value cimport *

cdef extern from *:
    """
    #ifdef BOTSERVER_DEBUG
    #include <stdio.h>
    #include <stdlib.h>
    #define BOTSERVER_CHECK(condition) do { if (!(condition)) { \
        fprintf(stderr, "%s:%d: %s\\n", __FILE__, __LINE__, #condition); abort(); } } while (0)
    #else
    #define BOTSERVER_CHECK(condition) ((void)0)
    #endif
    """
    void check "BOTSERVER_CHECK" (bint condition) noexcept nogil  # an invariant, looked at in debug builds only

cdef struct Instr:
    # As `code.pyx` lays them out.
    uint16_t op
    uint16_t a
    int32_t b
    int32_t c
    int32_t d

cdef struct Procedure:
    Instr* code
    const Value* constants_end  # constant k is constants_end[~k]
    uint32_t n_code
    uint32_t n_registers
    uint32_t n_parameters
    uint32_t index  # in its program
    uint32_t price  # of a frame
    uint32_t keeps  # whether it is a script with handlers, for which variables are kept when it ends
    Procedure* siblings  # the procedures of the program
    void* owner  # the Code that owns all this; the heap keeps it alive

cdef struct Frame:
    Procedure* procedure
    uint32_t pc
    uint32_t base  # first register
    uint32_t script_base  # first register of the script's frame
    uint16_t depth  # procedures called since the script began
    uint8_t runs  # scripts run, this one included
    uint8_t enters  # whether it began to run in a sub-session, which it leaves when it ends

cdef struct Buffer:
    char* data
    int64_t length
    int64_t size

cdef struct Cell:
    # Then name, then tree; for a tree of LARGE_OBJECT_BYTES and more its digest follows, zeros until it is asked for.
    uint32_t n_name
    uint32_t n_tree
    uint32_t hash  # of the folded name

cdef struct Area:
    # Most areas of most sessions are empty, so what only the others need lies in front of their cells.
    Cell** cells  # in order of insertion; NULL where one was removed
    uint32_t length  # places in use, holes included
    uint32_t count

cdef struct AreaStore:
    # In front of the cells of an area that has room for some.
    uint32_t* index  # by hash of the name: place + 1; only above a few cells
    uint32_t size  # cells there is room for
    uint32_t index_size

cdef enum:
    VARIABLES = 0
    CONTEXTS = 1
    PROMPT = 2
    SUGGESTIONS = 3
    MENU = 4
    KBS = 5
    TOOLS = 6
    AREAS = 7
    # Of the session as a whole, whichever sub-session runs.
    HANDLERS = 7
    KEPT = 8
    ALL_AREAS = 9

cdef struct AreaSet:
    # The areas of a session or sub-session (MENU is not among them), in a tree whose root is the session. The areas of
    # the one that the last frame runs in lie in the heap, and here is nothing meanwhile.
    Area areas[7]
    Area bases[2]  # of a sub-session: what VARIABLES and CONTEXTS were at first, trees replaced by digests
    AreaSet* parent
    AreaSet** children
    uint32_t n_children
    uint32_t n_merged
    char* merged  # ids of sub-sessions whose messages are part of its history, oldest first
    char id[16]

cdef struct Heap:
    char* base
    uint32_t top
    uint32_t size
    char* spare  # where the next collection of this run may copy to, or NULL
    uint32_t spare_size
    uint32_t wasted  # fuel of the work that came to nothing, beyond the one of the instruction
    int64_t live
    int64_t held  # live + allocated
    int64_t unmade  # of it since the last collection what texts cost that were joined further before they were made
    int64_t trigger  # threshold(live)
    int64_t others  # session, frames, cells and output
    int64_t limit
    int64_t cell_bytes
    int64_t output_bytes
    Value* registers
    uint32_t n_registers
    uint32_t registers_size
    Frame* frames
    uint32_t n_frames
    uint32_t frames_size
    Area areas[9]
    AreaSet* session  # NULL while it has no sub-sessions and merged none
    AreaSet* current  # the one whose areas are here; NULL together with `session`
    AreaSet* waiting  # the sub-session of the script that waits under a handler; NULL if there is none
    Buffer output
    uint32_t base_frame  # the first frame of the run on top: a handler's run stands over a script that waits
    uint32_t n_output
    uint32_t error  # number of the script error, 0 for none
    uint32_t what  # its message, see failures.py
    int64_t first  # numbers of the message
    int64_t second
    uint64_t random
    int64_t now_s
    int64_t utc_offset_s
    int64_t left  # fuel of this slice, after the one of the instruction under way
    int64_t slice  # fuel this slice began with
    int64_t turn_output_bytes
    uint32_t turn_output_records
    uint32_t max_variables
    int64_t context_tokens

cdef enum:
    # From here on a run keeps the region it left: fresh pages cost more than the copying. Copying so much and giving it
    # back takes long enough to let go of Python's lock meanwhile.
    LARGE_REGION = 262144

cdef enum:
    FAILED = -1  # `error` says why
    SLICE_ENDED = -2  # nothing happened; the instruction costs more than the slice has left
    NEEDS_PYTHON = -3  # nothing happened; `vm` has to carry out the instruction

cdef inline AreaStore* store_of(const Area* area) noexcept nogil:
    """Of an area whose `cells` is not NULL."""
    return <AreaStore*>area.cells - 1

cdef inline void free_store(Area* area) noexcept nogil:
    """The place for cells, not the cells."""
    if area.cells != NULL:
        free(store_of(area).index)
        free(store_of(area))

cdef inline int64_t used(const Heap* h) noexcept nogil:
    return h.held + h.others

# --- account and collection --------------------------------------------------------------------------------------

# Makes `n` bytes of objects fit, collecting by rule. FAILED and error 9001 if they do not.
cdef int reserve_slowly(Heap* h, int64_t n) noexcept nogil

cdef inline bint fits(const Heap* h, int64_t n) noexcept nogil:
    """Whether `n` bytes of objects can be taken as things are."""
    return h.held + n <= h.trigger and used(h) + n <= h.limit and h.top + n <= h.size

cdef inline int reserve(Heap* h, int64_t n) noexcept nogil:
    if fits(h, n):
        return 0
    return reserve_slowly(h, n)

# Makes `n` bytes beside the objects fit (frame, cell, output), collecting by rule. FAILED and error 9001 if not.
cdef int reserve_beside(Heap* h, int64_t n) noexcept nogil

# May collect whatever the account says. FAILED only if the machine has no memory left; then nothing changed.
cdef int collect(Heap* h) noexcept nogil
cdef int64_t recount(Heap* h) noexcept nogil

# Room in the region alone, whatever the account says. FAILED if the machine has no memory left.
cdef int grow_region(Heap* h, int64_t n) noexcept nogil

# Gives back what is allocated beyond need. Moves nothing.
cdef void shrink(Heap* h) noexcept nogil

# Gives back the spare region; a heap has one only while it runs.
cdef void drop_spare(Heap* h) noexcept nogil

cdef void init_heap(Heap* h, int64_t limit, int64_t session_price) noexcept nogil
cdef void free_heap(Heap* h) noexcept nogil

cdef inline int fail(Heap* h, uint32_t error, uint32_t what, int64_t first, int64_t second) noexcept nogil:
    h.error = error
    h.what = what
    h.first = first
    h.second = second
    return FAILED

cdef inline int pay(Heap* h, int64_t price) noexcept nogil:
    """Charges what the instruction costs beyond its one fuel; the first of a slice runs whatever it costs."""
    if price > h.left and h.left + 1 != h.slice:
        return SLICE_ENDED
    h.left -= price
    return 0

cdef inline int settle(Heap* h, int64_t price, int64_t need) noexcept nogil:
    """Pays a built-in, with what it builds, and reserves: what follows cannot fail."""
    cdef int status = pay(h, price + need // 64)
    if status < 0:
        return status
    return reserve(h, need) if need > 0 else 0

cdef inline uint32_t take(Heap* h, int64_t n) noexcept nogil:
    """`n` reserved bytes, as an offset."""
    cdef uint32_t offset = h.top
    check(n >= 0 and n % 8 == 0 and h.top + n <= h.size)
    h.top += <uint32_t>n
    h.held += n
    return offset

# --- objects -----------------------------------------------------------------------------------------------------

cdef inline Str* str_at(const Heap* h, uint32_t offset) noexcept nogil:
    check(offset < h.top and offset % 8 == 0 and (<Str*>(h.base + offset)).kind <= T_MAP)
    return <Str*>(h.base + offset)

cdef inline Array* array_at(const Heap* h, uint32_t offset) noexcept nogil:
    check(offset < h.top and offset % 8 == 0 and (<Str*>(h.base + offset)).kind <= T_MAP)
    return <Array*>(h.base + offset)

cdef inline Map* map_at(const Heap* h, uint32_t offset) noexcept nogil:
    check(offset < h.top and offset % 8 == 0 and (<Str*>(h.base + offset)).kind == T_MAP)
    return <Map*>(h.base + offset)

cdef inline Value* items_of(const Heap* h, const Array* array) noexcept nogil:
    return <Value*>(h.base + array.items)

cdef inline Entry* entries_of(const Heap* h, const Map* map) noexcept nogil:
    return <Entry*>(h.base + map.entries)

cdef inline bint is_str(const Value* v) noexcept nogil:
    return v.tag == T_STRING or v.tag == T_CONSTANT

cdef inline Str* str_of(const Heap* h, const Value* v) noexcept nogil:
    """Of a T_STRING or T_CONSTANT."""
    if v.tag == T_STRING:
        return <Str*>(h.base + v.v.o)
    return <Str*>v.v.c

# All of the following take reserved bytes and move nothing.

cdef inline uint32_t new_str(Heap* h, uint32_t n_bytes, uint32_t n_chars) noexcept nogil:
    """A string whose text the caller writes."""
    cdef uint32_t offset = take(h, string_price(n_bytes))
    cdef Str* s = <Str*>(h.base + offset)
    s.n_bytes = n_bytes
    s.n_chars = n_chars
    s.hash = 0
    s.kind = T_STRING
    if n_bytes & 7:
        (<uint64_t*>text_of(s))[n_bytes // 8] = 0
    if is_large(n_bytes):
        memset(digest_of_str(s), 0, STRING_DIGEST)
    return offset

cdef inline void copy_text(char* to, const char* text, uint32_t n) noexcept nogil:
    """As memcpy, which is a call; most texts are short."""
    cdef uint64_t first, last
    cdef uint32_t head, tail
    if n > 16:
        memcpy(to, text, n)
    elif n >= 8:
        memcpy(&first, text, 8)
        memcpy(&last, text + n - 8, 8)
        memcpy(to, &first, 8)
        memcpy(to + n - 8, &last, 8)
    elif n >= 4:
        memcpy(&head, text, 4)
        memcpy(&tail, text + n - 4, 4)
        memcpy(to, &head, 4)
        memcpy(to + n - 4, &tail, 4)
    elif n > 0:
        to[0] = text[0]
        to[n // 2] = text[n // 2]
        to[n - 1] = text[n - 1]

cdef inline uint32_t new_text(Heap* h, const char* text, uint32_t n_bytes, uint32_t n_chars) noexcept nogil:
    cdef uint32_t offset = new_str(h, n_bytes, n_chars)
    copy_text(text_of(str_at(h, offset)), text, n_bytes)  # nothing of an empty buffer, which has no address
    return offset

cdef uint32_t new_array(Heap* h, uint32_t length) noexcept nogil  # of nulls
cdef uint32_t new_map(Heap* h, uint32_t expected) noexcept nogil  # empty, with room for `expected` keys

# The entry `key` leads to: the exact spelling, else the first that folds to the same. NULL if there is none.
cdef Entry* find_entry(const Heap* h, const Map* map, const char* text, uint32_t n_bytes, uint32_t hash) noexcept nogil
cdef Entry* find_key(const Heap* h, const Map* map, Str* key) noexcept nogil

cdef inline Entry* entry_at(const Heap* h, const Map* map, const Str* key, uint32_t place) noexcept nogil:
    """The entry there if it has just this key, whose hash is known; else NULL."""
    cdef Entry* entry
    if place >= map.length:
        return NULL
    entry = entries_of(h, map) + place
    return entry if entry.hash == key.hash and same_text(str_at(h, entry.key), key) else NULL

# Appends a key that is not there in this spelling; the map has room for it. `hash` is of the folded key, or if another
# spelling is there already its `spelling_hash`: only host values and snapshots hold several spellings of a key, and
# thousands of them would otherwise lie in one chain.
cdef void append_entry(Heap* h, Map* map, uint32_t key, uint32_t hash, const Value* value) noexcept nogil

# --- buffers -----------------------------------------------------------------------------------------------------

cdef inline void init_buffer(Buffer* b) noexcept nogil:
    b.data = NULL
    b.length = 0
    b.size = 0

# Room for `n` more bytes. FAILED if the machine has no memory left.
cdef int grow_buffer(Buffer* b, int64_t n) noexcept nogil

# target := the text in a buffer, for which it pays and which is freed.
cdef int buffer_to(Heap* h, Value* target, int64_t price, Buffer* text) noexcept nogil

cdef inline int put(Buffer* b, const char* data, int64_t n) noexcept nogil:
    if n == 0:
        return 0  # `data` may be NULL then
    if b.length + n > b.size and grow_buffer(b, n) < 0:
        return FAILED
    memcpy(b.data + b.length, data, n)
    b.length += n
    return 0

cdef inline int put_byte(Buffer* b, char c) noexcept nogil:
    if b.length + 1 > b.size and grow_buffer(b, 1) < 0:
        return FAILED
    b.data[b.length] = c
    b.length += 1
    return 0
