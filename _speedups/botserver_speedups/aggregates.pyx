"""SORT, UNIQUE, and what sums numbers up. Sums run from the first element to the last, so that they round alike."""

from libc.math cimport sqrt
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcmp, memcpy

from botserver.limits import BUILTIN_STEPS

from botserver_speedups.arguments cimport *
from botserver_speedups.arithmetic cimport *
from botserver_speedups.opcodes cimport *

cdef int64_t STEPS = BUILTIN_STEPS


# --- order -------------------------------------------------------------------------------------------------------

cdef struct Key:
    Value value
    uint32_t rank
    uint32_t place  # of the element in its array


cdef inline uint32_t _rank(const Value* v) noexcept nogil:
    """Numbers and booleans, NaN, dates, texts, containers, nulls."""
    if v.tag == T_FLOAT and v.v.f != v.v.f:
        return 1
    if T_FALSE <= v.tag <= T_FLOAT:
        return 0
    if v.tag == T_DATETIME or v.tag == T_DATE:
        return 2
    if v.tag == T_STRING:
        return 3
    return 4 if v.tag != T_NULL else 5


cdef bint _is_before(const Heap* h, const Key* a, const Key* b) noexcept nogil:
    cdef Value x, y
    cdef int64_t left, right
    if a.rank != b.rank:
        return a.rank < b.rank
    if a.rank == 0:
        plain_number(&a.value, &x)
        plain_number(&b.value, &y)
        return compare_numbers(&x, &y) < 0
    if a.rank == 2:
        return instant_of(h, &a.value, &left) and instant_of(h, &b.value, &right) and left < right
    return a.rank == 3 and is_less(h, &a.value, &b.value, False)


cdef Key* _merge_sort(const Heap* h, Key* keys, Key* spare, uint32_t n, bint is_descending) noexcept nogil:
    """Stable either way. Returns which of the two holds the result."""
    cdef Key* other
    cdef int64_t width = 1, start, middle, end, i, j, at
    while width < n:
        start = 0
        while start < n:
            middle = min(start + width, <int64_t>n)
            end = min(start + 2 * width, <int64_t>n)
            i = start
            j = middle
            for at in range(start, end):
                if i < middle and (j == end or not (
                    _is_before(h, &keys[i], &keys[j]) if is_descending else _is_before(h, &keys[j], &keys[i])
                )):
                    spare[at] = keys[i]
                    i += 1
                else:
                    spare[at] = keys[j]
                    j += 1
            start = end
        other = keys
        keys = spare
        spare = other
        width *= 2
    return keys


cdef inline int64_t _levels(uint32_t n) noexcept nogil:
    cdef int64_t levels = 0
    while n > 0:
        levels += 1
        n >>= 1
    return levels


# --- elements and their fields -----------------------------------------------------------------------------------

cdef struct Field:
    # The part of each element that counts: its field `text`, or all of it.
    bint is_given
    uint32_t hash
    Text text
    Value nothing


cdef int _need_field(
    Heap* h, uint32_t number, const Value* args, uint32_t n, uint32_t at, char* local, Field* field
) noexcept nogil:
    field.is_given = at < n and args[at].tag != T_NULL
    set_null(&field.nothing)
    if not field.is_given:
        return 0
    if need_text(h, &args[at], number, local, &field.text) < 0:
        return FAILED
    field.hash = fold_hash(field.text.data, field.text.n_bytes)
    return 0


cdef const Value* _field_of(const Heap* h, const Value* item, const Field* field) noexcept nogil:
    cdef Entry* entry = NULL
    if not field.is_given:
        return item
    if item.tag == T_MAP:
        entry = find_entry(h, map_at(h, item.v.o), field.text.data, field.text.n_bytes, field.hash)
    return &entry.value if entry != NULL else &field.nothing


# --- SORT --------------------------------------------------------------------------------------------------------

cdef int _read_order(Heap* h, const Value* args, uint32_t n, bint* is_descending) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef uint32_t start, end
    is_descending[0] = False
    if n < 2:
        return 0
    if need_text(h, &args[1], B_SORT, local, &text) < 0:
        return FAILED
    trim_text(text.data, text.n_bytes, &start, &end)
    if start == end:
        return 0
    is_descending[0] = fold_equal(text.data + start, end - start, b"desc", 4)
    if not is_descending[0] and not fold_equal(text.data + start, end - start, b"asc", 3):
        return fail(h, 4002, SORT_ORDER, 0, 0)
    return 0


cdef int _sort(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Field field
    cdef Items items
    cdef Key* keys
    cdef Key* sorted_keys
    cdef Value* out
    cdef const Value* value
    cdef int64_t size = 0, steps
    cdef uint32_t i, offset
    cdef bint is_descending
    cdef int status
    if (
        need_items(h, &args[0], B_SORT, &items) < 0
        or _read_order(h, args, n, &is_descending) < 0
        or _need_field(h, B_SORT, args, n, 2, local, &field) < 0
    ):
        return FAILED
    for i in range(items.length):
        value = _field_of(h, &items.at[i], &field)
        if is_str(value):
            size += str_of(h, value).n_bytes
    steps = _levels(items.length) * (items.length + size // 64)
    if steps > STEPS:
        return too_far(h, B_SORT)
    keys = <Key*>malloc((2 * <size_t>items.length + 1) * sizeof(Key))
    if keys == NULL:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    status = settle(h, price + steps, array_price(items.length))
    if status < 0:
        free(keys)
        return status
    read_items(h, &args[0], &items)
    if field.is_given:
        scalar_text(h, &args[2], local, &field.text)
    for i in range(items.length):
        keys[i].value = _field_of(h, &items.at[i], &field)[0]
        keys[i].rank = _rank(&keys[i].value)
        keys[i].place = i
    sorted_keys = _merge_sort(h, keys, keys + items.length, items.length, is_descending)
    offset = new_array(h, items.length)
    out = items_of(h, array_at(h, offset))
    for i in range(items.length):
        out[i] = items.at[sorted_keys[i].place]
    free(keys)
    set_object(&args[0], T_ARRAY, offset)
    return 0


# --- UNIQUE ------------------------------------------------------------------------------------------------------

cdef enum Kind:
    # Values that are equal by `=` are of one kind and have the same code; texts of one group are all equal.
    KIND_NULL
    KIND_NUMBER
    KIND_NAN
    KIND_DATE
    KIND_TEXT
    KIND_ARRAY
    KIND_MAP


cdef struct Kept:
    uint32_t kind
    uint32_t place  # in the array gone over
    uint64_t code
    uint32_t next  # of the same group: number + 1
    uint32_t last  # of the group, kept at its first


cdef uint64_t _code_of_number(const Value* v) noexcept nogil:
    cdef double f = v.v.f if v.tag == T_FLOAT else <double>v.v.i
    cdef uint64_t code
    f += 0.0  # -0.0 and 0.0 are equal
    memcpy(&code, &f, sizeof(code))
    return code


cdef void _group(const Heap* h, const Value* v, Kept* out) noexcept nogil:
    cdef Value number
    cdef Str* s
    cdef int64_t seconds
    out.code = 0
    if plain_number(v, &number):
        out.kind = KIND_NAN if number.tag == T_FLOAT and number.v.f != number.v.f else KIND_NUMBER
        if out.kind == KIND_NUMBER:
            out.code = _code_of_number(&number)
    elif is_str(v):
        s = str_of(h, v)
        if s.n_bytes == 0:
            out.kind = KIND_NULL
            return
        out.kind = KIND_NUMBER
        if parse_number(text_of(s), s.n_bytes, &number):
            out.code = _code_of_number(&number)
        elif is_word(s, b"true", 4) or is_word(s, b"false", 5):
            set_int(&number, s.n_bytes == 4)
            out.code = _code_of_number(&number)
        elif instant_of(h, v, &seconds):
            out.kind = KIND_DATE
            out.code = <uint64_t>seconds
        else:
            out.kind = KIND_TEXT
            out.code = spelling_hash(text_of(s), s.n_bytes)
    elif instant_of(h, v, &seconds):
        out.kind = KIND_DATE
        out.code = <uint64_t>seconds
    elif v.tag == T_ARRAY or v.tag == T_MAP:
        out.code = array_at(h, v.v.o).length  # `length` lies first in maps too
        out.kind = KIND_MAP if v.tag == T_MAP else (KIND_ARRAY if out.code > 0 else KIND_NULL)
    else:
        out.kind = KIND_NULL


cdef inline bint _same_text(const Heap* h, const Value* a, const Value* b) noexcept nogil:
    cdef Str* s = str_of(h, a)
    cdef Str* t = str_of(h, b)
    return s.n_bytes == t.n_bytes and memcmp(text_of(s), text_of(t), s.n_bytes) == 0


cdef uint32_t* _slot_of(
    const Heap* h, const Items* items, const Kept* kept, uint32_t* slots, uint32_t mask, const Kept* wanted
) noexcept nogil:
    """Where the group of `wanted` begins, or would."""
    cdef uint64_t hash = (wanted.code ^ wanted.kind) * <uint64_t>0x9E3779B97F4A7C15
    cdef uint32_t at = <uint32_t>(hash >> 32) & mask
    cdef const Kept* first
    while slots[at] != 0:
        first = &kept[slots[at] - 1]
        if first.kind == wanted.kind and first.code == wanted.code and (
            wanted.kind != KIND_TEXT or _same_text(h, &items.at[first.place], &items.at[wanted.place])
        ):
            break
        at = (at + 1) & mask
    return &slots[at]


cdef int _keep_first(
    Heap* h, const Items* items, Kept* kept, uint32_t* slots, uint32_t mask, uint32_t* count, int64_t* steps
) noexcept nogil:
    """Fills `kept` with the elements that are equal to none before them."""
    cdef uint32_t i, other
    cdef uint32_t* slot
    cdef Kept* fresh
    cdef int same
    count[0] = 0
    for i in range(items.length):
        fresh = &kept[count[0]]
        fresh.place = i
        fresh.next = 0
        _group(h, &items.at[i], fresh)
        if is_str(&items.at[i]):
            steps[0] += str_of(h, &items.at[i]).n_bytes // 64
        slot = _slot_of(h, items, kept, slots, mask, fresh)
        same = slot[0] != 0 and fresh.kind == KIND_TEXT
        other = slot[0] if fresh.kind != KIND_TEXT else 0
        while other != 0 and not same:
            steps[0] += 1
            same = equals(h, &items.at[i], &items.at[kept[other - 1].place], steps)
            if same < 0:
                return FAILED
            if steps[0] > STEPS:
                return too_far(h, B_UNIQUE)
            other = kept[other - 1].next
        if steps[0] > STEPS:
            return too_far(h, B_UNIQUE)
        if same:
            continue
        count[0] += 1
        if slot[0] == 0:
            slot[0] = count[0]
        else:
            kept[kept[slot[0] - 1].last - 1].next = count[0]
        kept[slot[0] - 1].last = count[0]
    return 0


cdef int _unique(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Items items
    cdef Kept* kept
    cdef uint32_t* slots
    cdef Value* out
    cdef uint32_t size = 16, count = 0, i, offset
    cdef int64_t steps = 0
    cdef int status
    if need_items(h, &args[0], B_UNIQUE, &items) < 0:
        return FAILED
    while size < 2 * items.length:
        size *= 2
    kept = <Kept*>malloc((<size_t>items.length + 1) * sizeof(Kept))
    slots = <uint32_t*>calloc(size, sizeof(uint32_t))
    if kept == NULL or slots == NULL:
        status = fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    else:
        status = _keep_first(h, &items, kept, slots, size - 1, &count, &steps)
    if status == 0:
        status = settle(h, price + steps, array_price(count))
    if status == 0:
        read_items(h, &args[0], &items)
        offset = new_array(h, count)
        out = items_of(h, array_at(h, offset))
        for i in range(count):
            out[i] = items.at[kept[i].place]
        set_object(&args[0], T_ARRAY, offset)
    free(kept)
    free(slots)
    return status


# --- numbers -----------------------------------------------------------------------------------------------------

cdef inline double _real(const Value* v) noexcept nogil:
    return v.v.f if v.tag == T_FLOAT else <double>v.v.i


cdef int _numeric(Heap* h, uint32_t number, const Value* v, Value* out, int64_t* steps) noexcept nogil:
    """Whether a value is a number or a text that is one."""
    if v.tag == T_INT or v.tag == T_FLOAT:
        out[0] = v[0]
        return 1
    if not is_str(v):
        return 0
    steps[0] += str_of(h, v).n_bytes // 64
    if steps[0] > STEPS:
        return too_far(h, number)
    return parse_number(text_of(str_of(h, v)), str_of(h, v).n_bytes, out)


cdef int _sum(Heap* h, uint32_t number, Value* args, uint32_t n, int64_t price) noexcept nogil:
    """SUM, AVG and STDEV."""
    cdef char local[LOCAL_TEXT]
    cdef Field field
    cdef Items items
    cdef Value total, item, result
    cdef int64_t count = 0, steps = 0, ignored = 0
    cdef double mean, distance, squares = 0
    cdef uint32_t i
    cdef int found
    if need_items(h, &args[0], number, &items) < 0 or _need_field(h, number, args, n, 1, local, &field) < 0:
        return FAILED
    set_int(&total, 0)
    for i in range(items.length):
        found = _numeric(h, number, _field_of(h, &items.at[i], &field), &item, &steps)
        if found < 0:
            return FAILED
        if found:
            count += 1
            arithmetic(h, SYMBOL_ADD, &total, &item, &result)
            total = result
    if count == 0 or (number == B_STDEV and count < 2):
        set_int(&total, 0)
    elif number == B_AVG:
        set_int(&item, count)
        arithmetic(h, SYMBOL_DIV, &total, &item, &result)
        total = result
    elif number == B_STDEV:
        mean = _real(&total) / <double>count
        for i in range(items.length):
            if _numeric(h, number, _field_of(h, &items.at[i], &field), &item, &ignored) > 0:
                distance = _real(&item) - mean
                squares += distance * distance
        set_float(&total, sqrt(squares / <double>(count - 1)))
    return just(h, args, price + steps, &total)


cdef int _median(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Field field
    cdef Items items
    cdef Key* keys
    cdef Key* ordered
    cdef Value total, half
    cdef int64_t steps = 0
    cdef uint32_t i, count = 0
    cdef int found, status
    if need_items(h, &args[0], B_MEDIAN, &items) < 0 or _need_field(h, B_MEDIAN, args, n, 1, local, &field) < 0:
        return FAILED
    keys = <Key*>malloc((2 * <size_t>items.length + 1) * sizeof(Key))
    if keys == NULL:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    for i in range(items.length):
        found = _numeric(h, B_MEDIAN, _field_of(h, &items.at[i], &field), &keys[count].value, &steps)
        if found < 0:
            free(keys)
            return FAILED
        if found:
            keys[count].rank = _rank(&keys[count].value)
            count += 1
    steps += _levels(count) * count
    status = too_far(h, B_MEDIAN) if steps > STEPS else pay(h, price + steps)
    if status == 0:
        set_int(&total, 0)
        if count > 0:
            ordered = _merge_sort(h, keys, keys + items.length, count, False)
            total = ordered[count // 2].value
            if count % 2 == 0:
                arithmetic(h, SYMBOL_ADD, &ordered[count // 2 - 1].value, &ordered[count // 2].value, &half)
                set_int(&total, 2)
                arithmetic(h, SYMBOL_DIV, &half, &total, &keys[0].value)
                total = keys[0].value
        args[0] = total
    free(keys)
    return status


# --- dispatch ----------------------------------------------------------------------------------------------------

cdef int call_aggregate(Heap* h, uint32_t number, Value* args, uint32_t n, int64_t price) noexcept nogil:
    if number == B_SORT:
        return _sort(h, args, n, price)
    elif number == B_UNIQUE:
        return _unique(h, args, price)
    elif number == B_SUM or number == B_AVG or number == B_STDEV:
        return _sum(h, number, args, n, price)
    elif number == B_MEDIAN:
        return _median(h, args, n, price)
    return NEEDS_PYTHON
