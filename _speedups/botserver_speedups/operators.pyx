"""Operators beyond the short ways of the loop: mixed numbers, text, arrays, dates, and everything that fails."""

from libc.string cimport memcpy

from botserver_speedups.arithmetic cimport *
from botserver_speedups.code cimport *
from botserver_speedups.failures cimport *
from botserver_speedups.opcodes cimport *
from botserver_speedups.texts cimport concatenate


cdef int _add_arrays(Heap* h, Value* target, const Value* a, const Value* b) noexcept nogil:
    """target := array a and the elements of array b, or b itself."""
    cdef uint32_t left = array_at(h, a.v.o).length
    cdef uint32_t right = array_at(h, b.v.o).length if b.tag == T_ARRAY else 1
    cdef uint32_t offset
    cdef Value* items
    cdef int status = pay(h, <int64_t>left + right)
    if status < 0 or reserve(h, array_price(left + right)) < 0:
        return status if status < 0 else FAILED
    offset = new_array(h, left + right)
    items = items_of(h, array_at(h, offset))
    memcpy(items, items_of(h, array_at(h, a.v.o)), left * sizeof(Value))
    if b.tag == T_ARRAY:
        memcpy(items + left, items_of(h, array_at(h, b.v.o)), right * sizeof(Value))
    else:
        items[left] = b[0]
    set_object(target, T_ARRAY, offset)
    return 0


cdef int _add(Heap* h, Value* target, const Value* a, const Value* b) noexcept nogil:
    cdef Value result
    if is_str(a) or is_str(b):
        return concatenate(h, target, a, b)
    if a.tag == T_ARRAY:
        return _add_arrays(h, target, a, b)
    if b.tag == T_ARRAY:
        return fail(h, 4001, CANNOT_ADD, 0, a.tag | (b.tag << 8))
    if arithmetic(h, SYMBOL_ADD, a, b, &result) < 0:
        return FAILED
    copy(target, &result)
    return 0


cdef inline Symbol _symbol(uint32_t op) noexcept nogil:
    if op == OP_SUB or op == OP_SUB_RR or op == OP_SUB_RI:
        return SYMBOL_SUB
    if op == OP_MUL or op == OP_MUL_RR or op == OP_MUL_RI:
        return SYMBOL_MUL
    if op == OP_DIV:
        return SYMBOL_DIV
    if op == OP_MOD or op == OP_MOD_RI:
        return SYMBOL_MOD
    return SYMBOL_IDIV if op == OP_IDIV else SYMBOL_POW


cdef int calculate(Heap* h, uint32_t op, Value* target, const Value* a, const Value* b) noexcept nogil:
    cdef Value result
    if op == OP_ADD or op == OP_ADD_RR or op == OP_ADD_RI or op == OP_ADD_RR_LOOP:
        return _add(h, target, a, b)
    if arithmetic(h, _symbol(op), a, b, &result) < 0:
        return FAILED
    copy(target, &result)
    return 0


# --- comparison --------------------------------------------------------------------------------------------------

cdef int are_equal(Heap* h, const Value* a, const Value* b) noexcept nogil:
    cdef int64_t price = 0
    cdef int same = equals(h, a, b, &price)
    cdef int status
    if same >= 0 and price > 0:
        status = pay(h, price)
        if status < 0:
            return status
    return same


cdef int are_in_order(Heap* h, const Value* a, const Value* b, bint or_equal) noexcept nogil:
    cdef int64_t price
    cdef int status
    if a.tag == T_FLOAT and b.tag == T_FLOAT:
        return a.v.f <= b.v.f if or_equal else a.v.f < b.v.f
    price = compare_price(h, a, b)
    if price > 0:
        status = pay(h, price)
        if status < 0:
            return status
    return is_less(h, a, b, or_equal)


cdef int jumps(Heap* h, uint32_t op, const Value* a, const Value* b) noexcept nogil:
    cdef int status
    if op == OP_JUMP_EQ or op == OP_JUMP_EQ_RR or op == OP_JUMP_EQ_RI:
        return are_equal(h, a, b)
    if op == OP_JUMP_NE or op == OP_JUMP_NE_RR or op == OP_JUMP_NE_RI:
        status = are_equal(h, a, b)
        return status if status < 0 else not status
    if op == OP_JUMP_LT or op == OP_JUMP_LT_RR or op == OP_JUMP_LT_RI:
        return are_in_order(h, a, b, False)
    if op == OP_JUMP_LE or op == OP_JUMP_LE_RR or op == OP_JUMP_LE_RI:
        return are_in_order(h, a, b, True)
    status = are_in_order(h, a, b, op == OP_JUMP_NOT_LE or op == OP_JUMP_NOT_LE_RR or op == OP_JUMP_NOT_LE_RI)
    return status if status < 0 else not status
