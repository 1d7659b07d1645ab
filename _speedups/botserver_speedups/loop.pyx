"""The loop and the instructions on elements and members.

An instruction happens whole or not at all: it plans, pays, reserves, and only then changes registers. `ip` and the
register window are locals, loaded by `load` and stored into the frame in one place, at the end. A call may move the
registers, a reservation the objects; nothing of either is kept across.
"""

from libc.string cimport memcpy

from botserver import limits

from botserver_speedups.elements cimport *
from botserver_speedups.failures cimport *
from botserver_speedups.frames cimport *
from botserver_speedups.iteration cimport *
from botserver_speedups.natives cimport *
from botserver_speedups.opcodes cimport *
from botserver_speedups.output cimport emit
from botserver_speedups.wide cimport *

cdef enum:
    CALL_DEPTH = 256

if limits.CALL_DEPTH != CALL_DEPTH:
    raise AssertionError("loop.pyx is compiled for another CALL_DEPTH")


cdef inline double _as_double(const Value* v) noexcept nogil:
    return v.v.f if v.tag == T_FLOAT else <double>v.v.i


cdef inline bint _both_int(const Value* a, const Value* b) noexcept nogil:
    return ((a.tag ^ T_INT) | (b.tag ^ T_INT)) == 0


cdef inline bint _both_real(const Value* a, const Value* b) noexcept nogil:
    """Numbers, at least one of which is a float."""
    return (a.tag == T_FLOAT and (b.tag == T_FLOAT or b.tag == T_INT)) or (a.tag == T_INT and b.tag == T_FLOAT)


cdef inline int _arithmetic(Heap* h, Symbol symbol, const Value* a, const Value* b, Value* target) noexcept nogil:
    cdef Value result
    if arithmetic(h, symbol, a, b, &result) < 0:
        return FAILED
    copy(target, &result)
    return 0


cdef int _equal(Heap* h, const Value* a, const Value* b) noexcept nogil:
    """1, 0 or a negative status."""
    cdef int64_t price = 0
    cdef int same = equals(h, a, b, &price)
    cdef int status
    if same >= 0 and price > 0:
        status = pay(h, price)
        if status < 0:
            return status
    return same


cdef int _less(Heap* h, const Value* a, const Value* b, bint or_equal) noexcept nogil:
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


cdef Status run_fast(Heap* h) noexcept nogil:
    cdef Frame* frame = &h.frames[h.n_frames - 1]
    cdef Procedure* procedure = frame.procedure
    cdef Procedure* callee
    cdef Instr* code = procedure.code
    cdef const Value* k = procedure.constants_end
    cdef Value* r = h.registers + frame.base
    cdef Value* w
    cdef Instr* i
    cdef Instr* ip = code + frame.pc
    cdef int64_t left = h.left, whole, count
    cdef const Value* x
    cdef const Value* y
    cdef Value value
    cdef Array* array
    cdef uint32_t a, n, at
    cdef uint16_t op
    cdef int status
    cdef Status stop
    while True:
        if left <= 0:
            stop = STOP_FUEL
            break
        left -= 1
        i = ip
        check(code <= ip < code + procedure.n_code and k == procedure.constants_end)
        check(r == h.registers + frame.base and frame == &h.frames[h.n_frames - 1])
        ip += 1
        op = i.op
        status = 0
        if op == OP_MOVE:
            x = V(r, k, i.b)
            if x.tag != T_CONSTANT:
                copy(&r[i.a], x)
                continue
            status = move_constant(h, &r[i.a], x)
        elif op == OP_ADD:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if _both_int(x, y):
                if not add_overflows(x.v.i, y.v.i, &whole):
                    set_int(&r[i.a], whole)
                    continue
            elif x.tag == T_FLOAT and y.tag == T_FLOAT:
                set_float(&r[i.a], x.v.f + y.v.f)
                continue
            elif _both_real(x, y):
                set_float(&r[i.a], _as_double(x) + _as_double(y))
                continue
            h.left = left
            status = add_slowly(h, &r[i.a], x, y)
            left = h.left
        elif op == OP_SUB:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if _both_int(x, y):
                if not sub_overflows(x.v.i, y.v.i, &whole):
                    set_int(&r[i.a], whole)
                    continue
            elif x.tag == T_FLOAT and y.tag == T_FLOAT:
                set_float(&r[i.a], x.v.f - y.v.f)
                continue
            elif _both_real(x, y):
                set_float(&r[i.a], _as_double(x) - _as_double(y))
                continue
            status = _arithmetic(h, SYMBOL_SUB, x, y, &r[i.a])
        elif op == OP_MUL:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if _both_int(x, y):
                if not mul_overflows(x.v.i, y.v.i, &whole):
                    set_int(&r[i.a], whole)
                    continue
            elif x.tag == T_FLOAT and y.tag == T_FLOAT:
                set_float(&r[i.a], x.v.f * y.v.f)
                continue
            elif _both_real(x, y):
                set_float(&r[i.a], _as_double(x) * _as_double(y))
                continue
            status = _arithmetic(h, SYMBOL_MUL, x, y, &r[i.a])
        elif op == OP_FOR_LOOP:
            w = &r[i.a]
            x = &r[i.b]
            y = &r[i.c]
            if ((w.tag ^ T_INT) | (x.tag ^ T_INT) | (y.tag ^ T_INT)) == 0 and not add_overflows(w.v.i, y.v.i, &whole):
                w.v.i = whole
                if whole <= x.v.i if y.v.i > 0 else whole >= x.v.i:
                    ip = code + i.d
                continue
            status = for_loop(h, w, x, y)
            if status >= 0:
                if status:
                    ip = code + i.d
                continue
        elif op == OP_JUMP:
            ip = code + i.b
            continue
        elif op == OP_JUMP_NOT_LT:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if _both_int(x, y):
                if not x.v.i < y.v.i:
                    ip = code + i.d
                continue
            h.left = left
            status = _less(h, x, y, False)
            left = h.left
            if status >= 0:
                if not status:
                    ip = code + i.d
                continue
        elif op == OP_JUMP_LT:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if _both_int(x, y):
                if x.v.i < y.v.i:
                    ip = code + i.d
                continue
            h.left = left
            status = _less(h, x, y, False)
            left = h.left
            if status >= 0:
                if status:
                    ip = code + i.d
                continue
        elif op == OP_JUMP_NOT_LE:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if _both_int(x, y):
                if not x.v.i <= y.v.i:
                    ip = code + i.d
                continue
            h.left = left
            status = _less(h, x, y, True)
            left = h.left
            if status >= 0:
                if not status:
                    ip = code + i.d
                continue
        elif op == OP_JUMP_LE:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if _both_int(x, y):
                if x.v.i <= y.v.i:
                    ip = code + i.d
                continue
            h.left = left
            status = _less(h, x, y, True)
            left = h.left
            if status >= 0:
                if status:
                    ip = code + i.d
                continue
        elif op == OP_JUMP_EQ or op == OP_JUMP_NE:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if _both_int(x, y):
                if (x.v.i == y.v.i) == (op == OP_JUMP_EQ):
                    ip = code + i.d
                continue
            h.left = left
            status = _equal(h, x, y)
            left = h.left
            if status >= 0:
                if status == (op == OP_JUMP_EQ):
                    ip = code + i.d
                continue
        elif op == OP_JUMP_TRUE:
            if is_truthy(h, V(r, k, i.b)):
                ip = code + i.c
            continue
        elif op == OP_JUMP_FALSE:
            if not is_truthy(h, V(r, k, i.b)):
                ip = code + i.c
            continue
        elif op == OP_JUMP_NULL:
            if V(r, k, i.b).tag == T_NULL:
                ip = code + i.c
            continue
        elif op == OP_INDEX:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if x.tag == T_ARRAY and y.tag == T_INT:
                array = array_at(h, x.v.o)
                if <uint64_t>y.v.i < array.length:
                    copy(&r[i.a], &items_of(h, array)[y.v.i])
                else:
                    set_null(&r[i.a])
                continue
            status = read_index(h, x, y, &value)
            if status == 0:
                copy(&r[i.a], &value)
                continue
        elif op == OP_SET_INDEX:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if x.tag == T_ARRAY:
                array = array_at(h, x.v.o)
                w = <Value*>V(r, k, i.d)
                if y.tag == T_INT and <uint64_t>y.v.i < array.length and w.tag != T_CONSTANT:
                    copy(&items_of(h, array)[y.v.i], w)
                    continue
                h.left = left
                status = set_item(h, x, y, w)
                left = h.left
            elif x.tag == T_MAP:
                h.left = left
                status = set_key(h, x, y, V(r, k, i.d))
                left = h.left
            else:
                status = fail(h, 4005, NO_TARGET, x.tag, 0)
        elif op == OP_CALL:
            if frame.depth >= CALL_DEPTH:
                status = fail(h, 9007, CALLS_TOO_DEEP, 0, 0)
            else:
                callee = procedure.siblings + i.b
                n = i.c
                a = i.a
                at = procedure.n_registers
                frame.pc = <uint32_t>(i - code)
                if h.held + h.others + frame_price(callee) > h.limit and reserve_beside(h, frame_price(callee)) < 0:
                    status = FAILED
                elif push(h, callee, False) < 0:
                    status = FAILED
                else:
                    frame = &h.frames[h.n_frames - 1]
                    w = h.registers + frame.base
                    r = w - at  # the caller's window lies right before
                    x = r + a
                    for at in range(n):
                        copy(&w[at], &x[at])
                    for at in range(n, callee.n_registers):
                        w[at].tag = T_NULL
                        w[at].v.i = 0
                    for at in range(a, procedure.n_registers):
                        r[at].tag = T_NULL
                        r[at].v.i = 0
                    r = w
                    procedure = callee
                    code = procedure.code
                    ip = code
                    continue
        elif op == OP_RETURN:
            x = V(r, k, i.b)
            if h.n_frames == h.base_frame + 1 or procedure.keeps:
                stop = STOP_PYTHON
                ip = i
                break
            if x.tag != T_CONSTANT:
                copy(&value, x)
            elif reserve(h, string_price(x.v.c.n_bytes)) < 0:
                status = FAILED
            else:
                own(h, x, &value)
            if status == 0:
                pop(h)
                frame = &h.frames[h.n_frames - 1]
                procedure = frame.procedure
                code = procedure.code
                k = procedure.constants_end
                r = h.registers + frame.base
                ip = code + frame.pc
                copy(&r[ip.a], &value)
                ip += 1
                continue
        elif op == OP_END_RUN:
            n = frame.depth
            if n + 1 == h.n_frames - h.base_frame or h.frames[h.n_frames - 1 - n].procedure.keeps or i.b:
                stop = STOP_PYTHON
                ip = i
                break
            for at in range(n + 1):
                pop(h)
            frame = &h.frames[h.n_frames - 1]
            procedure = frame.procedure
            code = procedure.code
            k = procedure.constants_end
            r = h.registers + frame.base
            ip = code + frame.pc
            set_null(&r[ip.a])
            ip += 1
            continue
        elif op == OP_BUILTIN:
            h.left = left
            status = call_native(h, i.b, &r[i.a], i.c)
            left = h.left
        elif op == OP_MEMBER:
            status = read_member(h, V(r, k, i.b), (<const Value*>k + i.c).v.c, &value)
            if status == 0:
                copy(&r[i.a], &value)
                continue
        elif op == OP_SET_MEMBER:
            x = V(r, k, i.b)
            if x.tag != T_MAP:
                status = fail(h, 4005, NO_TARGET, x.tag, 0)
            else:
                h.left = left
                status = set_key(h, x, k + i.c, V(r, k, i.d))
                left = h.left
        elif op == OP_GET_SCRIPT:
            copy(&r[i.a], h.registers + frame.script_base + i.b)
            continue
        elif op == OP_SET_SCRIPT:
            x = V(r, k, i.b)
            w = h.registers + frame.script_base + i.a
            if x.tag != T_CONSTANT:
                copy(w, x)
                continue
            status = move_constant(h, w, x)
        elif op == OP_DIV:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if _both_real(x, y) and _as_double(y) != 0:
                set_float(&r[i.a], _as_double(x) / _as_double(y))
                continue
            status = _arithmetic(h, SYMBOL_DIV, x, y, &r[i.a])
        elif op == OP_MOD:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if _both_int(x, y) and y.v.i > 0:
                if <uint64_t>(x.v.i | y.v.i) >> 32 == 0:
                    set_int(&r[i.a], <uint32_t>x.v.i % <uint32_t>y.v.i)  # several times faster than in 64 bits
                else:
                    set_int(&r[i.a], x.v.i % y.v.i)
                continue
            status = _arithmetic(h, SYMBOL_MOD, x, y, &r[i.a])
        elif op == OP_IDIV:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if _both_int(x, y) and y.v.i > 0:
                set_int(&r[i.a], x.v.i // y.v.i)
                continue
            status = _arithmetic(h, SYMBOL_IDIV, x, y, &r[i.a])
        elif op == OP_POW:
            status = _arithmetic(h, SYMBOL_POW, V(r, k, i.b), V(r, k, i.c), &r[i.a])
        elif op == OP_NEG:
            status = negate(h, V(r, k, i.b), &value)
            if status == 0:
                copy(&r[i.a], &value)
                continue
        elif op == OP_CONCAT:
            h.left = left
            status = concatenate_run(h, &r[i.a], &r[i.b], i.c)
            left = h.left
        elif op == OP_NOT:
            set_bool(&r[i.a], not is_truthy(h, V(r, k, i.b)))
            continue
        elif op == OP_EQ or op == OP_NE:
            h.left = left
            status = _equal(h, V(r, k, i.b), V(r, k, i.c))
            left = h.left
            if status >= 0:
                set_bool(&r[i.a], status == (op == OP_EQ))
                continue
        elif op == OP_LT or op == OP_LE:
            h.left = left
            status = _less(h, V(r, k, i.b), V(r, k, i.c), op == OP_LE)
            left = h.left
            if status >= 0:
                set_bool(&r[i.a], status)
                continue
        elif op == OP_FOR_PREP:
            status = for_prep(h, &r[i.a], &r[i.b], &r[i.c])
            if status >= 0:
                if status == 0:
                    ip = code + i.d
                continue
        elif op == OP_EACH_PREP:
            h.left = left
            status = each_prep(h, &r[i.a], V(r, k, i.b))
            left = h.left
            if status >= 0:
                if status == 0:
                    ip = code + i.c
                continue
        elif op == OP_EACH_NEXT:
            status = each_next(h, &r[i.a], &r[i.b])
            if status >= 0:
                if status == 0:
                    ip = code + i.c
                continue
        elif op == OP_NEW_ARRAY:
            n = i.c
            h.left = left
            status = pay(h, n)
            left = h.left
            if status == 0 and reserve(h, array_price(n)) < 0:
                status = FAILED
            if status == 0:
                at = new_array(h, n)
                memcpy(items_of(h, array_at(h, at)), &r[i.b], n * sizeof(Value))
                set_object(&r[i.a], T_ARRAY, at)
                continue
        elif op == OP_NEW_MAP:
            h.left = left
            status = new_map_of(h, &r[i.a], &r[i.b], i.c)
            left = h.left
        elif op == OP_ENSURE_MAP:
            if r[i.a].tag != T_NULL:
                continue
            status = reserve(h, map_price(0))
            if status == 0:
                set_object(&r[i.a], T_MAP, new_map(h, 0))
                continue
        elif op == OP_EMIT:
            h.left = left
            status = emit(h, &r[i.a], i.b)
            left = h.left
        else:
            # RUN, RUN_IN, EFFECT, RAISE, THROW
            status = NEEDS_PYTHON
        if status == 0:
            continue
        ip = i
        if status == SLICE_ENDED:
            left += 1
            stop = STOP_FUEL
        elif status == NEEDS_PYTHON:
            stop = STOP_PYTHON
        else:
            stop = STOP_FAILED
        break
    h.left = left
    h.frames[h.n_frames - 1].pc = <uint32_t>(ip - code)
    return stop
