"""FOR and FOR EACH. The caller's registers are changed only when nothing can fail any more."""

from libc.string cimport memcmp

from botserver_speedups.arithmetic cimport *
from botserver_speedups.failures cimport *


cdef inline bint _is_within(const Value* counter, const Value* last, const Value* step) noexcept nogil:
    cdef int order = compare_numbers(counter, last)
    if step.v.i > 0 if step.tag == T_INT else step.v.f > 0:
        return order == -1 or order == 0
    return order == 1 or order == 0


cdef int for_prep(Heap* h, Value* counter, Value* last, Value* step) noexcept nogil:
    """1 to go on into the body, 0 to leave."""
    cdef Value c, l, s
    if not as_number(h, counter, &c) or not as_number(h, last, &l) or not as_number(h, step, &s):
        return fail(h, 4001, NEEDS_NUMBERS, SYMBOL_FOR, counter.tag | (last.tag << 8))
    if s.v.i == 0 if s.tag == T_INT else s.v.f == 0:
        return fail(h, 4002, STEP_IS_ZERO, 0, 0)
    counter[0] = c
    last[0] = l
    step[0] = s
    return _is_within(counter, last, step)


cdef int for_loop(Heap* h, Value* counter, const Value* last, const Value* step) noexcept nogil:
    cdef Value c, l, s, moved
    if not as_number(h, counter, &c):
        return fail(h, 4001, NEEDS_NUMBERS, SYMBOL_FOR, counter.tag | (last.tag << 8))
    if not plain_number(last, &l) or not plain_number(step, &s):
        return fail(h, 4001, FOR_LOST_BOUNDS, 0, 0)
    if arithmetic(h, SYMBOL_ADD, &c, &s, &moved) < 0:
        return FAILED
    counter[0] = moved
    return _is_within(counter, &l, &s)


cdef int each_prep(Heap* h, Value* r, const Value* source) noexcept nogil:
    """1 if there is something to go over, 0 for null."""
    cdef uint32_t n, offset, i
    cdef Value owned = source[0]
    cdef Value* keys
    cdef Entry* entries
    cdef int status
    if source.tag == T_NULL:
        return 0
    if source.tag == T_ARRAY:
        n = array_at(h, source.v.o).length
        r[0] = owned
        set_int(&r[1], 0)
        set_int(&r[2], n)
        return 1
    if source.tag != T_MAP:
        return fail(h, 4001, EACH_NEEDS_CONTAINER, source.tag, 0)
    n = map_at(h, source.v.o).length
    status = pay(h, n)
    if status < 0 or reserve(h, array_price(n)) < 0:
        return status if status < 0 else FAILED
    offset = new_array(h, n)
    keys = items_of(h, array_at(h, offset))
    entries = entries_of(h, map_at(h, source.v.o))
    for i in range(n):
        set_object(&keys[i], T_STRING, entries[i].key)
    r[0] = source[0]
    set_int(&r[1], 0)
    set_object(&r[2], T_ARRAY, offset)
    return 1


cdef Entry* _exact_entry(Heap* h, const Map* map, Str* key) noexcept nogil:
    cdef Entry* entry = find_entry(h, map, text_of(key), key.n_bytes, str_hash(key))
    cdef Str* found
    if entry == NULL:
        return NULL
    found = str_at(h, entry.key)
    if found.n_bytes != key.n_bytes or memcmp(text_of(found), text_of(key), key.n_bytes) != 0:
        return NULL
    return entry


cdef int each_next(Heap* h, Value* r, Value* target) noexcept nogil:
    """1 with the next element in `target`, 0 at the end."""
    cdef int64_t index
    cdef uint32_t offset, key, word
    cdef Array* array
    cdef Entry* entry
    cdef Value value
    cdef Map* map
    if r[1].tag != T_INT or r[1].v.i < 0:
        return fail(h, 4001, EACH_LOST_PLACE, 0, 0)
    index = r[1].v.i
    if r[0].tag == T_ARRAY and r[2].tag == T_INT:
        if index >= r[2].v.i:
            return 0
        r[1].v.i = index + 1
        array = array_at(h, r[0].v.o)
        if index < array.length:
            target[0] = items_of(h, array)[index]
        else:
            set_null(target)
        return 1
    if r[0].tag != T_MAP or r[2].tag != T_ARRAY:
        return fail(h, 4001, EACH_LOST_PLACE, 0, 0)
    array = array_at(h, r[2].v.o)
    while index < array.length:
        value = items_of(h, array)[index]
        index += 1
        if value.tag != T_STRING or _exact_entry(h, map_at(h, r[0].v.o), str_of(h, &value)) == NULL:
            continue
        if reserve(h, map_price(2) + string_price(3) + string_price(5)) < 0:
            return FAILED
        key = items_of(h, array_at(h, r[2].v.o))[index - 1].v.o
        entry = _exact_entry(h, map_at(h, r[0].v.o), str_at(h, key))
        offset = new_map(h, 2)
        map = map_at(h, offset)
        set_object(&value, T_STRING, key)
        word = new_text(h, b"key", 3, 3)
        append_entry(h, map, word, str_hash(str_at(h, word)), &value)
        word = new_text(h, b"value", 5, 5)
        append_entry(h, map, word, str_hash(str_at(h, word)), &entry.value)
        r[1].v.i = index
        set_object(target, T_MAP, offset)
        return 1
    r[1].v.i = index
    return 0
