"""Values as bytes, in and out: trees (areas, effects, output, host values) and the graph of a snapshot.

The form is described in `botserver/vm/snapshot.py`. The reader trusts nothing. Explicit stacks throughout.
"""

cimport cython

from libc.stdint cimport int64_t, uint32_t, uint64_t, uint8_t

from botserver_speedups.heap cimport *

cdef struct Reader:
    const char* data
    int64_t at
    int64_t end
    const char* bad  # what is wrong, NULL while nothing is

cdef struct LargeObject:
    const char* data  # NULL if it is not at hand
    int64_t size
    const char* digest

cdef struct LargeObjects:
    # Those a snapshot names, in order of first use; the first `used` were.
    LargeObject* objects
    uint32_t count
    uint32_t used

cdef struct Numbers:
    # Objects of a snapshot's graph. Writing: number + 1 by offset / 8. Reading: offset by number.
    uint32_t* table
    uint32_t count
    uint32_t size
    # Where large strings lie; NULL: with the others. Writing: the `Beside` of the snapshot.
    LargeObjects* large
    void* beside

# --- trees -------------------------------------------------------------------------------------------------------

# Encoded size and price; counts no further than just past `budget`. FAILED with 4006.
cdef int tree_size(Heap* h, const Value* v, int64_t budget, int64_t* size, int64_t* price) noexcept nogil

# Of a value that `tree_size` accepted.
cdef int put_tree(const Heap* h, const Value* v, Buffer* out) noexcept nogil

# Heap bytes of a tree that is known to be right.
cdef int64_t tree_price(const char* data, int64_t n) noexcept nogil

# Builds the value of a tree in reserved bytes. With `numbers` also tags 10 and 11 are read, and depth is unlimited.
# FAILED with `r.bad`. `room` is what it may take: never more is taken, whatever the bytes say.
cdef int read_value(Reader* r, Heap* h, Numbers* numbers, int64_t room, bint is_tree, Value* out) noexcept nogil

# Whether the bytes are one tree and nothing else. FAILED with `r.bad`.
cdef int check_tree(const char* data, int64_t n, Reader* r) noexcept nogil

# Writes a value of the graph.
cdef int put_value(const Heap* h, const Value* v, Numbers* numbers, Buffer* out) noexcept nogil

cdef inline void init_numbers(Numbers* numbers) noexcept nogil:
    numbers.table = NULL
    numbers.count = numbers.size = 0
    numbers.large = NULL
    numbers.beside = NULL

@cython.final
cdef class Beside:
    """The large objects of a snapshot that is being written."""
    cdef readonly dict places  # number by digest, in order of first use
    cdef readonly dict new  # bytes by digest, of those that are not known already
    cdef object known
    cdef uint32_t place(self, bytes digest, const char* data, int64_t size) except? 0xFFFFFFFF
    cdef uint32_t place_of_str(self, Str* s) except? 0xFFFFFFFF

# The next use of a large object: NULL and `r.bad` unless it is at hand and this long.
cdef LargeObject* use_large(Reader* r, LargeObjects* large, uint64_t number, uint64_t size) noexcept nogil

# --- pieces ------------------------------------------------------------------------------------------------------

cdef int put_varint(Buffer* out, uint64_t value) noexcept nogil
cdef int refuse(Reader* r, const char* what) noexcept nogil
cdef int read_byte(Reader* r) noexcept nogil  # FAILED at the end
cdef int read_varint(Reader* r, uint64_t* out) noexcept nogil
cdef int read_count(Reader* r, int64_t item_bytes, uint32_t* out) noexcept nogil
cdef int read_text(Reader* r, const char** text, uint32_t* n_bytes, uint32_t* n_chars) noexcept nogil
cdef int read_bytes(Reader* r, int64_t n, const char** data) noexcept nogil

cdef inline uint64_t zigzag(int64_t i) noexcept nogil:
    return (<uint64_t>i << 1) ^ <uint64_t>(i >> 63)

# Numbers, booleans, null and dates; what is read is within its range.
cdef int put_scalar(const Value* v, Buffer* out) noexcept nogil
cdef int read_scalar(Reader* r, int tag, Value* out) noexcept nogil
cdef bint is_within_years(int tag, int64_t value) noexcept nogil
