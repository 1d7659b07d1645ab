"""What operators do with values: text, comparison, arithmetic. The twin of `botserver/vm/objects.py`.

Nothing here moves the heap.
"""

from libc.stdint cimport int64_t, uint32_t

from botserver_speedups.heap cimport *

cdef struct Text:
    const char* data
    uint32_t n_bytes
    uint32_t n_chars

cdef enum:
    LOCAL_TEXT = 48  # room for the text of any value that is neither string nor container

cdef enum:
    UNORDERED = 2

cdef enum:
    DAY = 86400

cdef inline int64_t floor_div(int64_t a, int64_t b) noexcept nogil:
    return a // b - (1 if a % b < 0 else 0)

cdef inline bint is_date(const Value* v) noexcept nogil:
    return v.tag == T_DATETIME or v.tag == T_DATE

cdef inline int64_t seconds_of(const Value* v) noexcept nogil:
    if v.tag == T_DATE:
        return min(max(v.v.i, -<int64_t>100000000000000), <int64_t>100000000000000) * DAY
    return v.v.i

# Display text of a scalar; it lies in `local`, the heap or a constant.
cdef void scalar_text(const Heap* h, const Value* v, char* local, Text* out) noexcept nogil

# Appends display text; `price` grows by its price. At most `budget` bytes for one text. FAILED with 4006 or 9001.
cdef int put_display(Heap* h, const Value* v, Buffer* out, int64_t budget, int64_t* price) noexcept nogil

# Appends a value that is no container as JSON. FAILED without an error if the machine has no memory left.
cdef int put_json_scalar(const Heap* h, const Value* v, Buffer* out) noexcept nogil

# Whether the text is an ASCII word in any case; `word` is in lower case.
cdef bint is_word(const Str* s, const char* word, uint32_t n_bytes) noexcept nogil

# Unix seconds of a date or a text that is one.
cdef bint instant_of(const Heap* h, const Value* v, int64_t* seconds) noexcept nogil

cdef bint is_truthy_slow(const Heap* h, const Value* v) noexcept nogil

cdef inline bint is_truthy(const Heap* h, const Value* v) noexcept nogil:
    if v.tag <= T_TRUE:
        return v.tag == T_TRUE
    if v.tag == T_INT:
        return v.v.i != 0
    return is_truthy_slow(h, v)

cdef bint is_blank(const Heap* h, const Value* v) noexcept nogil

# 1, 0 or FAILED with 4006; `price` grows by the price.
cdef int equals(Heap* h, const Value* a, const Value* b, int64_t* price) noexcept nogil
cdef bint is_less(const Heap* h, const Value* a, const Value* b, bint or_equal) noexcept nogil
cdef int compare_numbers(const Value* a, const Value* b) noexcept nogil  # -1, 0, 1; UNORDERED for NaN
cdef int64_t compare_price(const Heap* h, const Value* a, const Value* b) noexcept nogil

cdef inline bint is_number(const Value* v) noexcept nogil:
    return v.tag == T_INT or v.tag == T_FLOAT

cdef inline bint plain_number(const Value* v, Value* out) noexcept nogil:
    """A number or boolean as a number; False for all else."""
    if v.tag == T_TRUE or v.tag == T_FALSE:
        set_int(out, v.tag == T_TRUE)
        return True
    out[0] = v[0]
    return is_number(v)

# Also null, dates and numeric text.
cdef bint as_number(const Heap* h, const Value* v, Value* out) noexcept nogil

# An array index; False if the key is none.
cdef bint index_of(const Heap* h, const Value* key, int64_t* index) noexcept nogil
