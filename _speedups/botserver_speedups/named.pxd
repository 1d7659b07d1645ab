"""How built-ins whose messages name them read their arguments and give results. `name` is for the message."""

from libc.math cimport isnan
from libc.stdint cimport int64_t, uint32_t
from libc.string cimport memcpy

from botserver_speedups.failures cimport *
from botserver_speedups.ops cimport *

cdef extern from "string.h" nogil:
    void* memmem(const void* where, size_t n_where, const void* what, size_t n_what)

cdef inline int read_text_of(Heap* h, const Value* v, Name name, char* local, Text* out) noexcept nogil:
    if v.tag == T_ARRAY or v.tag == T_MAP:
        return fail(h, 4001, BUILTIN_NEEDS_TEXT, name, v.tag)
    scalar_text(h, v, local, out)
    return 0

cdef inline int read_number(Heap* h, const Value* v, Name name, Value* out) noexcept nogil:
    if v.tag == T_INT or v.tag == T_FLOAT:
        out[0] = v[0]
        return 0
    if v.tag == T_DATETIME or v.tag == T_DATE or not as_number(h, v, out):
        return fail(h, 4001, BUILTIN_NEEDS_NUMBER, name, v.tag)
    return 0

cdef inline int read_integer(Heap* h, const Value* v, Name name, int64_t* out) noexcept nogil:
    cdef Value number
    if read_number(h, v, name, &number) < 0:
        return FAILED
    if number.tag == T_INT:
        out[0] = number.v.i
    elif isnan(number.v.f):
        out[0] = 0
    else:
        out[0] = <int64_t>max(min(number.v.f, 9.2e18), -9.2e18)
    return 0

cdef inline uint32_t bytes_of_chars(const Text* text, int64_t chars) noexcept nogil:
    """Where code point `chars` begins."""
    if chars >= text.n_chars:
        return text.n_bytes
    if text.n_bytes == text.n_chars:
        return <uint32_t>chars
    return byte_offset(text.data, text.n_bytes, <uint32_t>chars)

cdef inline const char* find_text(const char* where, int64_t n_where, const Text* what) noexcept nogil:
    return <const char*>memmem(where, n_where, what.data, what.n_bytes)

cdef inline int give_int(Heap* h, Value* args, int64_t price, int64_t value) noexcept nogil:
    cdef int status = pay(h, price)
    if status == 0:
        set_int(&args[0], value)
    return status

cdef inline int give_bool(Heap* h, Value* args, int64_t price, bint value) noexcept nogil:
    cdef int status = pay(h, price)
    if status == 0:
        set_bool(&args[0], value)
    return status

cdef inline int give(Heap* h, Value* args, int64_t price, const Value* value) noexcept nogil:
    cdef int status = pay(h, price)
    if status == 0:
        args[0] = value[0]
    return status

cdef inline int slice_of(Heap* h, Value* args, int64_t price, int64_t first, int64_t count) noexcept nogil:
    """args[0] := elements first .. first+count-1 of the array it holds, which has them."""
    cdef int status = settle(h, price, array_price(<uint32_t>count))
    cdef uint32_t offset
    if status < 0:
        return status
    offset = new_array(h, <uint32_t>count)
    memcpy(
        items_of(h, array_at(h, offset)), items_of(h, array_at(h, args[0].v.o)) + first, count * sizeof(Value)
    )
    set_object(&args[0], T_ARRAY, offset)
    return 0
