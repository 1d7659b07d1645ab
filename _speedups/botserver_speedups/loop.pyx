"""The loop.

An instruction happens whole or not at all: it plans, pays, reserves, and only then changes registers. `i`, the next
instruction, and the register window are locals; `i` is stored into the frame in one place, at the end. A call may move
the registers, a reservation the objects; nothing of either is kept across.

What is common and short is here; an instruction that needs a longer way leaves the switch with a mark in `status` or
calls it. What every instruction pays is what most of them cost, so look at the machine code after a change: an
instruction on whole numbers takes about 20 of the machine's, 7 of them to charge fuel and to find its place.
"""

from libc.stdint cimport int16_t
from libc.string cimport memcpy

from botserver import limits

from botserver_speedups.arithmetic cimport *
from botserver_speedups.code cimport *
from botserver_speedups.elements cimport *
from botserver_speedups.failures cimport *
from botserver_speedups.frames cimport *
from botserver_speedups.iteration cimport *
from botserver_speedups.natives cimport *
from botserver_speedups.opcodes cimport *
from botserver_speedups.operators cimport *
from botserver_speedups.output cimport emit
from botserver_speedups.shorts cimport *
from botserver_speedups.texts cimport join_texts

cdef extern from *:
    """
    #define BOTSERVER_PIN(counter) __asm__("" : "+r"(counter))
    #ifdef BOTSERVER_DEBUG
    #define BOTSERVER_CHECKED 1
    #define BOTSERVER_NEVER() BOTSERVER_CHECK(0)
    #else
    #define BOTSERVER_CHECKED 0
    #define BOTSERVER_NEVER() __builtin_unreachable()
    #endif
    """
    bint CHECKED "BOTSERVER_CHECKED"
    void never "BOTSERVER_NEVER" () noexcept nogil  # so that the switch needs no bounds
    void pin "BOTSERVER_PIN" (int64_t counter) noexcept nogil  # lest the loop keeps what it was before, for this alone

cdef enum:
    CALL_DEPTH = 256
    CHEAP_TEXT = 64  # comparing with or measuring a shorter one costs no fuel of its own

cdef enum:
    # Beside the statuses of heap.pxd: what is left to do to the instruction.
    CALCULATE = 1
    COMPARE = 2
    ASSIGN = 3
    ADD = 4
    JOIN = 5

if limits.CALL_DEPTH != CALL_DEPTH:
    raise AssertionError("loop.pyx is compiled for another CALL_DEPTH")


cdef Status run_fast(Heap* h) noexcept nogil:
    cdef Frame* frame = &h.frames[h.n_frames - 1]
    cdef Procedure* procedure = frame.procedure
    cdef Procedure* callee
    cdef const Value* k = procedure.constants_end
    cdef Value* r = h.registers + frame.base
    cdef Value* w
    cdef Instr* i = procedure.code + frame.pc
    cdef int64_t left = h.left, whole
    cdef const Value* x
    cdef const Value* y
    cdef Value value
    cdef Array* array
    cdef Entry* entry
    cdef const Str* name
    cdef uint32_t a, n, at
    cdef uint16_t op
    cdef int status
    cdef Status stop
    while True:
        if unlikely(left <= 0):
            stop = STOP_FUEL
            break
        left -= 1
        if CHECKED:
            check(procedure.code <= i < procedure.code + procedure.n_code and k == procedure.constants_end)
            check(r == h.registers + frame.base and frame == &h.frames[h.n_frames - 1])
        op = i.op
        if op == OP_MOVE_R:
            copy(&r[i.a], R(r, i.b))
            i += 1
            continue
        elif op == OP_MOVE_K:
            copy(&r[i.a], <const Value*>(<const char*>k + i.b))
            i += 1
            continue
        elif op == OP_MOVE_R_R:
            copy(&r[i.a], R(r, i.b))
            i += 1
            if likely(left > 0):
                left -= 1
                copy(&r[i.a], R(r, i.b))
                i += 1
            continue
        elif op == OP_MOVE:
            x = V(r, k, i.b)
            if likely(fits(h, string_price(x.v.c.n_bytes))):
                own(h, x, &r[i.a])
                i += 1
                continue
            status = move_constant(h, &r[i.a], x)
        elif op == OP_ADD_RR:
            if likely(added(&r[i.a], R(r, i.b), R(r, i.c))):
                i += 1
                continue
            status = ADD
        elif op == OP_ADD_RR_LOOP:
            if likely(added(&r[i.a], R(r, i.b), R(r, i.c))):
                i += 1
                if likely(left > 0) and likely(loops(r, &i)):
                    left -= 1
                continue
            status = CALCULATE
        elif op == OP_ADD_RI:
            x = R(r, i.b)
            if likely(x.tag == T_INT and not add_overflows(x.v.i, i.d, &whole)):
                set_int(&r[i.a], whole)
                i += 1
                continue
            status = CALCULATE
        elif op == OP_ADD:
            if likely(added(&r[i.a], V(r, k, i.b), V(r, k, i.c))):
                i += 1
                continue
            status = ADD
        elif op == OP_JOIN or op == OP_CONCAT:
            status = JOIN
        elif op == OP_SUB_RR:
            if likely(subtracted(&r[i.a], R(r, i.b), R(r, i.c))):
                i += 1
                continue
            status = CALCULATE
        elif op == OP_SUB_RI:
            x = R(r, i.b)
            if likely(x.tag == T_INT and not sub_overflows(x.v.i, i.d, &whole)):
                set_int(&r[i.a], whole)
                i += 1
                continue
            status = CALCULATE
        elif op == OP_SUB:
            if likely(subtracted(&r[i.a], V(r, k, i.b), V(r, k, i.c))):
                i += 1
                continue
            status = CALCULATE
        elif op == OP_MUL_RR:
            if likely(multiplied(&r[i.a], R(r, i.b), R(r, i.c))):
                i += 1
                continue
            status = CALCULATE
        elif op == OP_MUL_RI:
            x = R(r, i.b)
            if likely(x.tag == T_INT and not mul_overflows(x.v.i, i.d, &whole)):
                set_int(&r[i.a], whole)
                i += 1
                continue
            status = CALCULATE
        elif op == OP_MUL:
            if likely(multiplied(&r[i.a], V(r, k, i.b), V(r, k, i.c))):
                i += 1
                continue
            status = CALCULATE
        elif op == OP_DIV:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if both_real(x, y) and as_double(y) != 0:
                set_float(&r[i.a], as_double(x) / as_double(y))
                i += 1
                continue
            status = CALCULATE
        elif op == OP_MOD_RI:
            x = R(r, i.b)
            if likely(x.tag == T_INT):
                set_int(&r[i.a], remainder(x.v.i, i.d))
                i += 1
                continue
            status = CALCULATE
        elif op == OP_MOD:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if both_int(x, y) and y.v.i > 0:
                set_int(&r[i.a], remainder(x.v.i, y.v.i))
                i += 1
                continue
            status = CALCULATE
        elif op == OP_IDIV:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if both_int(x, y) and y.v.i > 0:
                set_int(&r[i.a], x.v.i // y.v.i)
                i += 1
                continue
            status = CALCULATE
        elif op == OP_POW:
            status = CALCULATE
        elif op == OP_FOR_LOOP:
            if likely(loops(r, &i)):
                continue
            status = for_loop(h, &r[i.a], R(r, i.b), R(r, i.c))
            if status >= 0:
                i = target(i, i.d) if status else i + 1
                continue
        elif op == OP_JUMP:
            i = target(i, i.b)
            continue
        elif op == OP_JUMP_NOT_LT_RI:
            x = R(r, i.b)
            if likely(x.tag == T_INT):
                if x.v.i < <int16_t>i.a:
                    i += 1
                    continue
                i = target(i, i.d)
                continue
            if x.tag == T_FLOAT:
                i = i + 1 if x.v.f < <int16_t>i.a else target(i, i.d)
                continue
            status = COMPARE
        elif op == OP_JUMP_NOT_LE_RI:
            x = R(r, i.b)
            if likely(x.tag == T_INT):
                if x.v.i <= <int16_t>i.a:
                    i += 1
                    continue
                i = target(i, i.d)
                continue
            if x.tag == T_FLOAT:
                i = i + 1 if x.v.f <= <int16_t>i.a else target(i, i.d)
                continue
            status = COMPARE
        elif op == OP_JUMP_LT_RI:
            x = R(r, i.b)
            if likely(x.tag == T_INT):
                if x.v.i < <int16_t>i.a:
                    i = target(i, i.d)
                    continue
                i += 1
                continue
            if x.tag == T_FLOAT:
                i = target(i, i.d) if x.v.f < <int16_t>i.a else i + 1
                continue
            status = COMPARE
        elif op == OP_JUMP_LE_RI:
            x = R(r, i.b)
            if likely(x.tag == T_INT):
                if x.v.i <= <int16_t>i.a:
                    i = target(i, i.d)
                    continue
                i += 1
                continue
            if x.tag == T_FLOAT:
                i = target(i, i.d) if x.v.f <= <int16_t>i.a else i + 1
                continue
            status = COMPARE
        elif op == OP_JUMP_NOT_LT_RR or op == OP_JUMP_NOT_LT:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if likely(both_int(x, y)):
                if x.v.i < y.v.i:
                    i += 1
                    continue
                i = target(i, i.d)
                continue
            if in_float_order(x, y):
                i = i + 1 if as_double(x) < as_double(y) else target(i, i.d)
                continue
            status = COMPARE
        elif op == OP_JUMP_NOT_LE_RR or op == OP_JUMP_NOT_LE:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if likely(both_int(x, y)):
                if x.v.i <= y.v.i:
                    i += 1
                    continue
                i = target(i, i.d)
                continue
            if in_float_order(x, y):
                i = i + 1 if as_double(x) <= as_double(y) else target(i, i.d)
                continue
            status = COMPARE
        elif op == OP_JUMP_LT_RR or op == OP_JUMP_LT:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if likely(both_int(x, y)):
                if x.v.i < y.v.i:
                    i = target(i, i.d)
                    continue
                i += 1
                continue
            if in_float_order(x, y):
                i = target(i, i.d) if as_double(x) < as_double(y) else i + 1
                continue
            status = COMPARE
        elif op == OP_JUMP_LE_RR or op == OP_JUMP_LE:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if likely(both_int(x, y)):
                if x.v.i <= y.v.i:
                    i = target(i, i.d)
                    continue
                i += 1
                continue
            if in_float_order(x, y):
                i = target(i, i.d) if as_double(x) <= as_double(y) else i + 1
                continue
            status = COMPARE
        elif op == OP_JUMP_EQ_RI:
            x = R(r, i.b)
            if likely(x.tag == T_INT):
                if x.v.i == <int16_t>i.a:
                    i = target(i, i.d)
                    continue
                i += 1
                continue
            status = COMPARE
        elif op == OP_JUMP_NE_RI:
            x = R(r, i.b)
            if likely(x.tag == T_INT):
                if x.v.i != <int16_t>i.a:
                    i = target(i, i.d)
                    continue
                i += 1
                continue
            status = COMPARE
        elif op == OP_JUMP_EQ_RR or op == OP_JUMP_EQ or op == OP_JUMP_NE_RR or op == OP_JUMP_NE:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if likely(both_int(x, y)):
                if (x.v.i == y.v.i) == (op == OP_JUMP_EQ_RR or op == OP_JUMP_EQ):
                    i = target(i, i.d)
                    continue
                i += 1
                continue
            if is_str(x) and is_str(y) and str_of(h, x).n_bytes < CHEAP_TEXT:
                if same_text(str_of(h, x), str_of(h, y)) == (op == OP_JUMP_EQ_RR or op == OP_JUMP_EQ):
                    i = target(i, i.d)
                    continue
                i += 1
                continue
            status = COMPARE
        elif op == OP_JUMP_TRUE:
            if is_truthy(h, V(r, k, i.b)):
                i = target(i, i.c)
                continue
            i += 1
            continue
        elif op == OP_JUMP_FALSE:
            if is_truthy(h, V(r, k, i.b)):
                i += 1
                continue
            i = target(i, i.c)
            continue
        elif op == OP_JUMP_NULL:
            i = target(i, i.c) if V(r, k, i.b).tag == T_NULL else i + 1
            continue
        elif op == OP_INDEX_RR or op == OP_INDEX:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if likely(x.tag == T_ARRAY and y.tag == T_INT):
                array = array_at(h, x.v.o)
                if <uint64_t>y.v.i < array.length:
                    copy(&r[i.a], &items_of(h, array)[y.v.i])
                else:
                    set_null(&r[i.a])
                i += 1
                continue
            if x.tag == T_MAP and is_str(y):
                entry = find_key(h, map_at(h, x.v.o), str_of(h, y))
                if entry == NULL:
                    set_null(&r[i.a])
                else:
                    copy(&r[i.a], &entry.value)
                i += 1
                continue
            status = read_index(h, x, y, &value)
            if status == 0:
                copy(&r[i.a], &value)
        elif op == OP_SET_INDEX_LOOP:
            x = R(r, i.b)
            y = R(r, i.c)
            w = <Value*>V(r, k, i.d)
            if likely(x.tag == T_ARRAY and y.tag == T_INT):
                array = array_at(h, x.v.o)
                if likely(<uint64_t>y.v.i < array.length) or extends(h, array, y.v.i):
                    copy(&items_of(h, array)[y.v.i], w)
                    i += 1
                    if likely(left > 0) and likely(loops(r, &i)):
                        left -= 1
                    continue
            status = ASSIGN
        elif op == OP_SET_INDEX_RRR or op == OP_SET_INDEX_RRK or op == OP_SET_INDEX:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            w = <Value*>V(r, k, i.d)
            if x.tag == T_ARRAY and y.tag == T_INT:
                array = array_at(h, x.v.o)
                if likely(w.tag != T_CONSTANT and (<uint64_t>y.v.i < array.length or extends(h, array, y.v.i))):
                    copy(&items_of(h, array)[y.v.i], w)
                    i += 1
                    continue
            elif x.tag == T_MAP and is_str(y) and w.tag != T_CONSTANT:
                entry = find_key(h, map_at(h, x.v.o), str_of(h, y))
                if likely(entry != NULL):
                    copy(&entry.value, w)
                    i += 1
                    continue
            status = ASSIGN
        elif op == OP_CALL:
            callee = procedure.siblings + i.b
            frame.pc = <uint32_t>(i - procedure.code)
            if unlikely(frame.depth >= CALL_DEPTH):
                status = fail(h, 9007, CALLS_TOO_DEEP, 0, 0)
            elif unlikely(used(h) + callee.price > h.limit) and reserve_beside(h, callee.price) < 0:
                status = FAILED
            elif unlikely(not has_room(h, callee)) and grow_stack(h, callee.n_registers) < 0:
                status = FAILED
            else:
                frame = push_call(h, callee)
                w = h.registers + frame.base
                x = w
                r = w - procedure.n_registers + i.a  # the caller's window lies right before
                n = i.c
                while n > 0:
                    copy(w, r)
                    set_null(r)
                    w += 1
                    r += 1
                    n -= 1
                while r != x:
                    set_null(r)
                    r += 1
                clear(w, callee.n_registers - i.c)
                procedure = callee
                i = callee.code
                continue
        elif op == OP_RETURN:
            x = V(r, k, i.b)
            if unlikely(x.tag == T_CONSTANT):
                if frame.depth > 0 or not (h.n_frames == h.base_frame + 1 or procedure.keeps):
                    if reserve(h, string_price(x.v.c.n_bytes)) < 0:
                        stop = STOP_FAILED
                        break
                    own(h, x, &value)
                    x = &value
            if likely(frame.depth > 0):
                frame = pop_call(h, frame)
            elif h.n_frames == h.base_frame + 1 or procedure.keeps:
                stop = STOP_PYTHON
                break
            else:
                pop(h)
                frame -= 1
                k = frame.procedure.constants_end
            procedure = frame.procedure
            r = h.registers + frame.base
            i = procedure.code + frame.pc
            copy(&r[i.a], x)
            if i.d and left > 0:  # joined with a MOVE
                left -= 1
                copy(&r[i.d - 1], x)
                i += 1
            i += 1
            continue
        elif op == OP_END_RUN:
            n = frame.depth
            if n + 1 == h.n_frames - h.base_frame or h.frames[h.n_frames - 1 - n].procedure.keeps or i.b:
                stop = STOP_PYTHON
                break
            for at in range(n + 1):
                pop(h)
            frame = &h.frames[h.n_frames - 1]
            procedure = frame.procedure
            k = procedure.constants_end
            r = h.registers + frame.base
            i = procedure.code + frame.pc
            set_null(&r[i.a])
            i += 1
            continue
        elif op == OP_LEN:
            w = &r[i.a]
            if w.tag == T_STRING and str_of(h, w).n_bytes < CHEAP_TEXT:
                set_int(w, str_of(h, w).n_chars)
                i += 1
                continue
            h.left = left
            status = call_native(h, B_LEN, w, 1)
            left = h.left
        elif op == OP_BUILTIN:
            h.left = left
            status = call_native(h, i.b, &r[i.a], i.c)
            left = h.left
        elif op == OP_MEMBER:
            x = V(r, k, i.b)
            name = V(r, k, i.c).v.c
            if likely(x.tag == T_MAP):
                entry = entry_at(h, map_at(h, x.v.o), name, i.d)
                if unlikely(entry == NULL):
                    entry = find_key(h, map_at(h, x.v.o), <Str*>name)
                    if entry == NULL:
                        set_null(&r[i.a])
                        i += 1
                        continue
                    i.d = <int32_t>(entry - entries_of(h, map_at(h, x.v.o)))
                copy(&r[i.a], &entry.value)
                i += 1
                continue
            status = read_member(h, x, name, &value)
            if status == 0:
                copy(&r[i.a], &value)
        elif op == OP_SET_MEMBER:
            x = V(r, k, i.b)
            y = V(r, k, i.d)
            if unlikely(x.tag != T_MAP):
                status = fail(h, 4005, NO_TARGET, x.tag, 0)
            else:
                name = V(r, k, i.c).v.c
                entry = entry_at(h, map_at(h, x.v.o), name, i.a)
                if unlikely(entry == NULL):
                    entry = find_key(h, map_at(h, x.v.o), <Str*>name)
                    if entry != NULL:
                        i.a = <uint16_t>(entry - entries_of(h, map_at(h, x.v.o)))
                if likely(entry != NULL and y.tag != T_CONSTANT):
                    copy(&entry.value, y)
                    i += 1
                    continue
                status = ASSIGN
        elif op == OP_GET_SCRIPT:
            copy(&r[i.a], R(h.registers + frame.script_base, i.b))
            i += 1
            continue
        elif op == OP_SET_SCRIPT:
            x = V(r, k, i.b)
            w = h.registers + frame.script_base + i.a
            if x.tag != T_CONSTANT:
                copy(w, x)
                i += 1
                continue
            status = move_constant(h, w, x)
        elif op == OP_NEG:
            status = negate(h, V(r, k, i.b), &value)
            if status == 0:
                copy(&r[i.a], &value)
        elif op == OP_NOT:
            set_bool(&r[i.a], not is_truthy(h, V(r, k, i.b)))
            status = 0
        elif op == OP_EQ or op == OP_NE:
            h.left = left
            status = are_equal(h, V(r, k, i.b), V(r, k, i.c))
            left = h.left
            if status >= 0:
                set_bool(&r[i.a], status == (op == OP_EQ))
                status = 0
        elif op == OP_LT or op == OP_LE:
            x = V(r, k, i.b)
            y = V(r, k, i.c)
            if likely(both_int(x, y)):
                set_bool(&r[i.a], x.v.i < y.v.i or (op == OP_LE and x.v.i == y.v.i))
                i += 1
                continue
            h.left = left
            status = are_in_order(h, x, y, op == OP_LE)
            left = h.left
            if status >= 0:
                set_bool(&r[i.a], status)
                status = 0
        elif op == OP_FOR_PREP:
            status = for_prep(h, &r[i.a], R(r, i.b), R(r, i.c))
            if status >= 0:
                i = i + 1 if status else target(i, i.d)
                continue
        elif op == OP_EACH_PREP:
            h.left = left
            status = each_prep(h, &r[i.a], V(r, k, i.b))
            left = h.left
            if status >= 0:
                i = i + 1 if status else target(i, i.c)
                continue
        elif op == OP_EACH_NEXT:
            status = each_next(h, &r[i.a], R(r, i.b))
            if status >= 0:
                i = i + 1 if status else target(i, i.c)
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
                memcpy(items_of(h, array_at(h, at)), R(r, i.b), n * sizeof(Value))
                set_object(&r[i.a], T_ARRAY, at)
        elif op == OP_NEW_MAP:
            h.left = left
            status = new_map_of(h, &r[i.a], R(r, i.b), i.c)
            left = h.left
        elif op == OP_ENSURE_MAP:
            if r[i.a].tag != T_NULL:
                i += 1
                continue
            status = reserve(h, map_price(0))
            if status == 0:
                set_object(&r[i.a], T_MAP, new_map(h, 0))
        elif op == OP_EMIT:
            h.left = left
            status = emit(h, &r[i.a], i.b)
            left = h.left
        elif op == OP_RUN or op == OP_RUN_IN or op == OP_EFFECT or op == OP_RAISE or op == OP_THROW:
            status = NEEDS_PYTHON
        else:
            never()
        if status > 0:
            h.left = left
            if status == JOIN or (status == ADD and (is_str(V(r, k, i.b)) or is_str(V(r, k, i.c)))):
                status = join_texts(h, r, k, i)
                left = h.left
                if status > 0:
                    i += status
                    continue
            elif status == CALCULATE or status == ADD:
                status = calculate(h, i.op, &r[i.a], V(r, k, i.b), V(r, k, i.c))
                left = h.left
            elif status == COMPARE:
                status = jumps(h, i.op, V(r, k, i.b), V(r, k, i.c))
                left = h.left
                if status >= 0:
                    i = target(i, i.d) if status else i + 1
                    continue
            else:
                status = assign(h, V(r, k, i.b), V(r, k, i.c), V(r, k, i.d))
                left = h.left
        if status == 0:
            i += 1
            continue
        if status == SLICE_ENDED:
            pin(left)
            left += 1
            stop = STOP_FUEL
        elif status == NEEDS_PYTHON:
            stop = STOP_PYTHON
        else:
            stop = STOP_FAILED
        break
    h.left = left
    h.frames[h.n_frames - 1].pc = <uint32_t>(i - procedure.code)
    return stop
