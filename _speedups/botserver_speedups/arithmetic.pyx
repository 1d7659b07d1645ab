"""Arithmetic on numbers and dates. The twin of `botserver/vm/objects.py`."""

from libc.math cimport fmod, pow as c_pow, trunc

from botserver_speedups.failures cimport *
from botserver_speedups.wide cimport *


cdef inline double _real(const Value* v) noexcept nogil:
    return v.v.f if v.tag == T_FLOAT else <double>v.v.i


cdef inline int64_t _types(const Value* a, const Value* b) noexcept nogil:
    return a.tag | (b.tag << 8)


cdef int _shift_date(Heap* h, const Value* date, const Value* by, bint back, Value* out) noexcept nogil:
    cdef int64_t seconds, moved
    if by.tag == T_FLOAT:
        if not -1e15 < by.v.f < 1e15:
            return fail(h, 4003, DATE_OUT_OF_RANGE, 0, 0)
        seconds = <int64_t>by.v.f
    else:
        seconds = by.v.i
    if not -<int64_t>1000000000000000 < seconds < <int64_t>1000000000000000:
        return fail(h, 4003, DATE_OUT_OF_RANGE, 0, 0)
    if back:
        seconds = -seconds
    if add_overflows(seconds_of(date), seconds, &moved) or not -<int64_t>62135596800 <= moved <= <int64_t>253402300799:
        return fail(h, 4003, DATE_OUT_OF_RANGE, 0, 0)
    if date.tag == T_DATE and seconds % DAY == 0:
        out.tag = T_DATE
        out.v.i = floor_div(moved, DAY)
    else:
        out.tag = T_DATETIME
        out.v.i = moved
    return 0


cdef int _whole(Heap* h, const Value* v, int64_t* out) noexcept nogil:
    if v.tag == T_INT:
        out[0] = v.v.i
        return 0
    if not -9.223372036854775808e18 <= v.v.f < 9.223372036854775808e18:
        return fail(h, 4003, WHOLE_TOO_LARGE, 0, 0)
    out[0] = <int64_t>v.v.f
    return 0


cdef int _divide_whole(Heap* h, const Value* a, const Value* b, Value* out) noexcept nogil:
    cdef int64_t x, y
    cdef Value number
    if not as_number(h, a, &number):
        return fail(h, 4001, NEEDS_NUMBERS, SYMBOL_IDIV, _types(a, b))
    if _whole(h, &number, &x) < 0:
        return FAILED
    if not as_number(h, b, &number):
        return fail(h, 4001, NEEDS_NUMBERS, SYMBOL_IDIV, _types(a, b))
    if _whole(h, &number, &y) < 0:
        return FAILED
    if y == 0:
        return fail(h, 4003, DIVISION_BY_ZERO, 0, 0)
    if y == -1:
        if sub_overflows(0, x, &y):
            set_float(out, wide_sub(0, x))
        else:
            set_int(out, y)
        return 0
    set_int(out, x // y)
    return 0


cdef bint _whole_power(int64_t x, int64_t y, int64_t* result) noexcept nogil:
    """x to the y >= 0, False if it does not fit."""
    cdef int64_t i
    if -1 <= x <= 1:
        result[0] = 1 if y == 0 or x == 1 or (x == -1 and y % 2 == 0) else x
        return True
    if y >= 64:
        return False
    result[0] = 1
    for i in range(y):
        if mul_overflows(result[0], x, result):
            return False
    return True


cdef int _power(Heap* h, const Value* x, const Value* y, Value* out) noexcept nogil:
    cdef double base = _real(x), exponent = _real(y)
    cdef int64_t whole
    if base == 0 and exponent < 0:
        return fail(h, 4003, ZERO_TO_NEGATIVE, 0, 0)
    if x.tag == T_INT and y.tag == T_INT and y.v.i >= 0 and _whole_power(x.v.i, y.v.i, &whole):
        set_int(out, whole)
        return 0
    if base < 0 and exponent != trunc(exponent):
        return fail(h, 4003, NEGATIVE_TO_FRACTION, 0, 0)
    set_float(out, c_pow(base, exponent))
    return 0


cdef int arithmetic(Heap* h, Symbol symbol, const Value* a, const Value* b, Value* out) noexcept nogil:
    cdef Value x, y
    cdef int64_t whole
    if symbol == SYMBOL_IDIV:
        return _divide_whole(h, a, b, out)
    if symbol == SYMBOL_SUB and is_date(a):
        if is_date(b):
            if sub_overflows(seconds_of(a), seconds_of(b), &whole):
                set_float(out, wide_sub(seconds_of(a), seconds_of(b)))
            else:
                set_int(out, whole)
            return 0
        if not as_number(h, b, &y):
            return fail(h, 4001, NEEDS_NUMBERS, symbol, _types(a, b))
        return _shift_date(h, a, &y, True, out)
    if symbol == SYMBOL_ADD:
        if is_date(a) and not is_date(b):
            if not as_number(h, b, &y):
                return fail(h, 4001, NEEDS_NUMBERS, symbol, _types(a, b))
            return _shift_date(h, a, &y, False, out)
        if is_date(b) and not is_date(a):
            if not as_number(h, a, &x):
                return fail(h, 4001, NEEDS_NUMBERS, symbol, _types(a, b))
            return _shift_date(h, b, &x, False, out)
        if a.tag == T_MAP or b.tag == T_MAP or is_date(a):
            return fail(h, 4001, CANNOT_ADD, 0, _types(a, b))
    if not as_number(h, a, &x) or not as_number(h, b, &y):
        return fail(h, 4001, NEEDS_NUMBERS, symbol, _types(a, b))
    if symbol == SYMBOL_POW:
        return _power(h, &x, &y, out)
    if symbol == SYMBOL_DIV or symbol == SYMBOL_MOD:
        if _real(&y) == 0:
            return fail(h, 4003, DIVISION_BY_ZERO, 0, 0)
        if x.tag == T_INT and y.tag == T_INT:
            if symbol == SYMBOL_MOD:
                set_int(out, 0 if y.v.i == -1 else x.v.i % y.v.i)
            elif y.v.i == -1:
                if sub_overflows(0, x.v.i, &whole):
                    set_float(out, wide_sub(0, x.v.i))
                else:
                    set_int(out, whole)
            elif x.v.i % y.v.i == 0:
                set_int(out, x.v.i // y.v.i)
            else:
                set_float(out, <double>x.v.i / <double>y.v.i)
        elif symbol == SYMBOL_MOD:
            set_float(out, fmod(_real(&x), _real(&y)))
        else:
            set_float(out, _real(&x) / _real(&y))
        return 0
    if x.tag == T_INT and y.tag == T_INT:
        if symbol == SYMBOL_ADD:
            if add_overflows(x.v.i, y.v.i, &whole):
                set_float(out, wide_add(x.v.i, y.v.i))
                return 0
        elif symbol == SYMBOL_SUB:
            if sub_overflows(x.v.i, y.v.i, &whole):
                set_float(out, wide_sub(x.v.i, y.v.i))
                return 0
        elif mul_overflows(x.v.i, y.v.i, &whole):
            set_float(out, wide_mul(x.v.i, y.v.i))
            return 0
        set_int(out, whole)
        return 0
    if symbol == SYMBOL_ADD:
        set_float(out, _real(&x) + _real(&y))
    elif symbol == SYMBOL_SUB:
        set_float(out, _real(&x) - _real(&y))
    else:
        set_float(out, _real(&x) * _real(&y))
    return 0


cdef int negate(Heap* h, const Value* a, Value* out) noexcept nogil:
    cdef Value x
    cdef int64_t whole
    if not as_number(h, a, &x):
        return fail(h, 4001, NEEDS_ONE_NUMBER, a.tag, 0)
    if x.tag == T_FLOAT:
        set_float(out, -x.v.f)
    elif sub_overflows(0, x.v.i, &whole):
        set_float(out, wide_sub(0, x.v.i))
    else:
        set_int(out, whole)
    return 0
