"""What the loop does on the spot: numbers of the two common kinds, and FOR."""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

from botserver_speedups.code cimport *
from botserver_speedups.wide cimport *

cdef extern from *:
    bint likely(bint condition) noexcept nogil
    bint unlikely(bint condition) noexcept nogil

cdef enum:
    EXACT = 9007199254740992  # up to here every whole number is a float too


cdef inline double as_double(const Value* v) noexcept nogil:
    return v.v.f if v.tag == T_FLOAT else <double>v.v.i

cdef inline bint both_int(const Value* a, const Value* b) noexcept nogil:
    return a.tag == T_INT and b.tag == T_INT

cdef inline bint both_real(const Value* a, const Value* b) noexcept nogil:
    """Numbers, at least one of which is a float."""
    return (a.tag == T_FLOAT and (b.tag == T_FLOAT or b.tag == T_INT)) or (a.tag == T_INT and b.tag == T_FLOAT)

cdef inline bint in_float_order(const Value* a, const Value* b) noexcept nogil:
    """Whether they are numbers that compare as floats do, at least one of which is a float."""
    if a.tag == T_FLOAT:
        return b.tag == T_FLOAT or (b.tag == T_INT and -<int64_t>EXACT <= b.v.i <= EXACT)
    return a.tag == T_INT and b.tag == T_FLOAT and -<int64_t>EXACT <= a.v.i <= EXACT

cdef inline Instr* target(Instr* i, int32_t distance) noexcept nogil:
    return <Instr*>(<char*>i + distance)

cdef inline int64_t remainder(int64_t x, int64_t y) noexcept nogil:
    """Of a positive y; several times faster in 32 bits."""
    if <uint64_t>(x | y) >> 32 == 0:
        return <uint32_t>x % <uint32_t>y
    return x % y

cdef inline bint added(Value* target, const Value* x, const Value* y) noexcept nogil:
    """target := x + y of numbers; False if there is more to it."""
    cdef int64_t whole
    if likely(both_int(x, y)):
        if unlikely(add_overflows(x.v.i, y.v.i, &whole)):
            return False
        set_int(target, whole)
        return True
    if not both_real(x, y):
        return False
    set_float(target, as_double(x) + as_double(y))
    return True

cdef inline bint subtracted(Value* target, const Value* x, const Value* y) noexcept nogil:
    """target := x - y of numbers; False if there is more to it."""
    cdef int64_t whole
    if likely(both_int(x, y)):
        if unlikely(sub_overflows(x.v.i, y.v.i, &whole)):
            return False
        set_int(target, whole)
        return True
    if not both_real(x, y):
        return False
    set_float(target, as_double(x) - as_double(y))
    return True

cdef inline bint multiplied(Value* target, const Value* x, const Value* y) noexcept nogil:
    """target := x * y of numbers; False if there is more to it."""
    cdef int64_t whole
    if likely(both_int(x, y)):
        if unlikely(mul_overflows(x.v.i, y.v.i, &whole)):
            return False
        set_int(target, whole)
        return True
    if not both_real(x, y):
        return False
    set_float(target, as_double(x) * as_double(y))
    return True

cdef inline bint loops(Value* r, Instr** i) noexcept nogil:
    """The FOR_LOOP at `i` on whole numbers; False if there is more to it."""
    cdef Instr* at = i[0]
    cdef Value* counter = r + at.a
    cdef const Value* last = R(r, at.b)
    cdef const Value* step = R(r, at.c)
    cdef int64_t whole
    if unlikely(not (counter.tag == T_INT and both_int(last, step)) or add_overflows(counter.v.i, step.v.i, &whole)):
        return False
    counter.v.i = whole
    if likely(step.v.i > 0):
        if likely(whole <= last.v.i):
            i[0] = target(at, at.d)
            return True
    elif whole >= last.v.i:
        i[0] = target(at, at.d)
        return True
    i[0] = at + 1
    return True
