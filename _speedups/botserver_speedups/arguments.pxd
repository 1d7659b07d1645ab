"""How built-ins on containers read their arguments. `number` is that of the built-in, for the message."""

from libc.math cimport isnan
from libc.stdint cimport int64_t, uint32_t

from botserver_speedups.failures cimport *
from botserver_speedups.ops cimport *

cdef struct Items:
    # Elements of an array, or none; moved by whatever reserves.
    Value* at
    uint32_t length

cdef inline int refuse_type(Heap* h, uint32_t number, Needed needed, const Value* v) noexcept nogil:
    return fail(h, 4001, BUILTIN_NEEDS, number, v.tag | (<int64_t>needed << 8))

cdef inline void read_items(const Heap* h, const Value* v, Items* out) noexcept nogil:
    """Of an array or null."""
    cdef Array* array
    out.at = NULL
    out.length = 0
    if v.tag == T_ARRAY:
        array = array_at(h, v.v.o)
        out.at = items_of(h, array)
        out.length = array.length

cdef inline int need_items(Heap* h, const Value* v, uint32_t number, Items* out) noexcept nogil:
    """An array; null is an empty one."""
    if v.tag != T_ARRAY and v.tag != T_NULL:
        return refuse_type(h, number, AN_ARRAY, v)
    read_items(h, v, out)
    return 0

cdef inline int need_map(Heap* h, const Value* v, uint32_t number, Map** out) noexcept nogil:
    """A map; NULL for null."""
    if v.tag != T_MAP and v.tag != T_NULL:
        return refuse_type(h, number, AN_OBJECT, v)
    out[0] = map_at(h, v.v.o) if v.tag == T_MAP else NULL
    return 0

cdef inline int need_text(Heap* h, const Value* v, uint32_t number, char* local, Text* out) noexcept nogil:
    if v.tag == T_ARRAY or v.tag == T_MAP:
        return refuse_type(h, number, A_TEXT, v)
    scalar_text(h, v, local, out)
    return 0

cdef inline int need_number(Heap* h, const Value* v, uint32_t number, Value* out) noexcept nogil:
    if v.tag == T_DATETIME or v.tag == T_DATE or not as_number(h, v, out):
        return refuse_type(h, number, A_NUMBER, v)
    return 0

cdef inline int need_integer(Heap* h, const Value* v, uint32_t number, int64_t* out) noexcept nogil:
    cdef Value read
    if need_number(h, v, number, &read) < 0:
        return FAILED
    if read.tag == T_INT:
        out[0] = read.v.i
    elif isnan(read.v.f):
        out[0] = 0
    else:
        out[0] = <int64_t>max(min(read.v.f, 9.2e18), -9.2e18)
    return 0

cdef inline int just(Heap* h, Value* args, int64_t price, const Value* value) noexcept nogil:
    """The result when nothing is built."""
    cdef Value owned = value[0]
    cdef int status = pay(h, price)
    if status == 0:
        args[0] = owned
    return status

cdef inline int just_int(Heap* h, Value* args, int64_t price, int64_t value) noexcept nogil:
    cdef int status = pay(h, price)
    if status == 0:
        set_int(&args[0], value)
    return status

cdef inline int just_bool(Heap* h, Value* args, int64_t price, bint value) noexcept nogil:
    cdef int status = pay(h, price)
    if status == 0:
        set_bool(&args[0], value)
    return status

cdef inline int just_null(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef int status = pay(h, price)
    if status == 0:
        set_null(&args[0])
    return status
