"""Values and heap objects as C sees them, and their prices.

A Value is 16 bytes: a tag and a payload. Objects live in the region of one heap (see heap.pxd) and are referred to by
byte offset; their physical size is their price in `botserver/vm/values.py`. Constants of a program are values too:
their strings lie outside any heap, under T_CONSTANT, and never reach a register.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

cdef enum Tag:
    # 0 to 9 are the tags of the snapshot format as well, except that it has no mark for T_CONSTANT.
    T_NULL = 0
    T_FALSE = 1
    T_TRUE = 2
    T_INT = 3
    T_FLOAT = 4
    T_DATETIME = 5
    T_DATE = 6
    T_STRING = 7
    T_ARRAY = 8
    T_MAP = 9
    T_CONSTANT = 10

cdef enum:
    KIND_MASK = 0x0F
    FORWARDED = 0x80  # only during a collection: `first word` is the new offset
    NO_OBJECT = 0xFFFFFFFF
    LARGE_STRING = 4096  # limits.LARGE_OBJECT_BYTES
    STRING_DIGEST = 32

cdef union Payload:
    int64_t i
    double f
    uint32_t o  # offset of an object in the heap's region
    const Str* c  # T_CONSTANT

cdef struct Value:
    uint32_t tag
    Payload v

cdef struct Str:
    # 16 bytes, then n_bytes of UTF-8, padded to 8 with zeros, then of a large one its digest, zeros until it is asked for.
    uint32_t n_bytes
    uint32_t n_chars
    uint32_t hash  # of the folded text; 0 until asked for
    uint32_t kind

cdef struct Array:
    # 16 bytes; capacity values at offset `items`, those from `length` on are null.
    uint32_t length
    uint32_t capacity
    uint32_t items
    uint32_t kind

cdef struct Entry:
    uint32_t hash
    uint32_t key
    Value value

cdef struct Map:
    # 32 bytes; capacity entries in order of insertion, then index_size slots: entry + 1, 0 is free.
    uint32_t length
    uint32_t capacity
    uint32_t entries
    uint32_t kind
    uint32_t index
    uint32_t index_size
    uint64_t unused

cdef inline char* text_of(const Str* s) noexcept nogil:
    return <char*>s + sizeof(Str)

cdef inline bint same_text(const Str* a, const Str* b) noexcept nogil:
    """Word by word: the bytes behind a text up to the next 8 are zeros."""
    cdef const uint64_t* x = <const uint64_t*>text_of(a)
    cdef const uint64_t* y = <const uint64_t*>text_of(b)
    cdef uint32_t i
    if a.n_bytes != b.n_bytes:
        return False
    for i in range((a.n_bytes + 7) // 8):
        if x[i] != y[i]:
            return False
    return True

cdef inline bint is_ascii(const Str* s) noexcept nogil:
    return s.n_bytes == s.n_chars

cdef inline int64_t padded(int64_t n_bytes) noexcept nogil:
    return (n_bytes + 7) & ~<int64_t>7

cdef inline bint is_large(int64_t n_bytes) noexcept nogil:
    """Whether a string lies beside the root of a snapshot, named by its digest."""
    return n_bytes >= LARGE_STRING

cdef inline int64_t string_price(int64_t n_bytes) noexcept nogil:
    return 16 + padded(n_bytes) + (STRING_DIGEST if is_large(n_bytes) else 0)

cdef inline char* digest_of_str(const Str* s) noexcept nogil:
    """Of a large one."""
    return text_of(s) + padded(s.n_bytes)

cdef inline uint32_t next_capacity(uint32_t slots) noexcept nogil:
    """The capacity after `slots`."""
    if slots < 8:
        return slots + 4
    return (slots + slots // 2 + 3) & ~<uint32_t>3

cdef inline uint32_t capacity(uint32_t n) noexcept nogil:
    cdef uint32_t slots = 0
    while slots < n:
        slots = next_capacity(slots)
    return slots

cdef inline uint32_t index_size(uint32_t n, uint32_t slots) noexcept nogil:
    """Of a map with `n` keys and `slots` = capacity(n)."""
    cdef uint32_t size = 16
    if n <= 8:
        return 0
    while size < 2 * slots:
        size *= 2
    return size

cdef inline int64_t array_price(uint32_t n) noexcept nogil:
    return 16 + 16 * <int64_t>capacity(n)

cdef inline int64_t map_price(uint32_t n) noexcept nogil:
    cdef uint32_t slots = capacity(n)
    return 32 + 24 * <int64_t>slots + 4 * <int64_t>index_size(n, slots)

cdef inline bint is_collected_at_park(int64_t live, int64_t allocated) noexcept nogil:
    return live < 65536 or allocated > live // 8

cdef inline int64_t threshold(int64_t live) noexcept nogil:
    return 65536 + 2 * live

cdef inline void copy(Value* target, const Value* source) noexcept nogil:
    """Field by field: a 16-byte load right after a tag and a payload were stored stalls until both are in the cache."""
    target.tag = source.tag
    target.v.i = source.v.i

cdef inline void set_null(Value* r) noexcept nogil:
    r.tag = T_NULL
    r.v.i = 0

cdef inline void set_bool(Value* r, bint b) noexcept nogil:
    r.tag = T_TRUE if b else T_FALSE
    r.v.i = 0

cdef inline void set_int(Value* r, int64_t i) noexcept nogil:
    r.tag = T_INT
    r.v.i = i

cdef inline void set_float(Value* r, double f) noexcept nogil:
    r.tag = T_FLOAT
    r.v.f = f

cdef inline void set_object(Value* r, Tag tag, uint32_t offset) noexcept nogil:
    r.tag = tag
    r.v.i = 0
    r.v.o = offset

# --- text --------------------------------------------------------------------------------------------------------

cdef inline uint32_t char_size(uint8_t lead) noexcept nogil:
    """Bytes of the code point that begins with `lead`."""
    return 1 if lead < 0x80 else (2 if lead < 0xE0 else (3 if lead < 0xF0 else 4))

cdef inline uint32_t read_char(const char* text, uint32_t* at) noexcept nogil:
    """The code point at `at`, which moves behind it. `text` is valid UTF-8."""
    cdef const uint8_t* p = <const uint8_t*>text + at[0]
    if p[0] < 0x80:
        at[0] += 1
        return p[0]
    if p[0] < 0xE0:
        at[0] += 2
        return ((p[0] & 0x1F) << 6) | (p[1] & 0x3F)
    if p[0] < 0xF0:
        at[0] += 3
        return ((p[0] & 0x0F) << 12) | ((p[1] & 0x3F) << 6) | (p[2] & 0x3F)
    at[0] += 4
    return ((p[0] & 0x07) << 18) | ((p[1] & 0x3F) << 12) | ((p[2] & 0x3F) << 6) | (p[3] & 0x3F)

# The number of code points of valid text; the byte offset of code point `n`.
cdef uint32_t count_chars(const char* text, uint32_t n_bytes) noexcept nogil
cdef uint32_t byte_offset(const char* text, uint32_t n_bytes, uint32_t n) noexcept nogil

# Code points of untrusted bytes, or -1 if they are no UTF-8 or hold U+0000.
cdef int64_t check_text(const char* text, int64_t n_bytes) noexcept nogil

cdef uint32_t fold_char(uint32_t c) noexcept nogil
cdef uint32_t fold_hash(const char* text, uint32_t n_bytes) noexcept nogil
cdef uint32_t spelling_hash(const char* text, uint32_t n_bytes) noexcept nogil  # of the text as it is
cdef bint fold_equal(const char* a, uint32_t a_bytes, const char* b, uint32_t b_bytes) noexcept nogil

cdef inline uint32_t str_hash(Str* s) noexcept nogil:
    if s.hash == 0:
        s.hash = fold_hash(text_of(s), s.n_bytes)
    return s.hash

# --- numbers -----------------------------------------------------------------------------------------------------

cdef enum:
    NUMBER_CHARS = 40  # room for the decimal text of any number

cdef inline const char* int_text(int64_t i, char* room, uint32_t* length) noexcept nogil:
    """The display text, which ends where `room` of NUMBER_CHARS does."""
    cdef uint64_t rest = <uint64_t>i if i >= 0 else <uint64_t>0 - <uint64_t>i
    cdef char* end = room + NUMBER_CHARS
    cdef char* out = end
    while rest > 9:
        out -= 1
        out[0] = <char>(48 + rest % 10)
        rest //= 10
    out -= 1
    out[0] = <char>(48 + rest)
    if i < 0:
        out -= 1
        out[0] = b"-"
    length[0] = <uint32_t>(end - out)
    return out

# Both write the display text and return its length.
cdef uint32_t format_int(int64_t i, char* out) noexcept nogil
cdef uint32_t format_float(double f, char* out) noexcept nogil

# The number a whole text stands for, blanks around it ignored. False if it is not numeric.
cdef bint parse_number(const char* text, uint32_t n_bytes, Value* out) noexcept nogil

# Cuts blanks off both ends: `start` and `end` are byte offsets.
cdef void trim_text(const char* text, uint32_t n_bytes, uint32_t* start, uint32_t* end) noexcept nogil
