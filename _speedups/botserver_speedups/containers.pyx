"""Arrays and maps: changed in place, or made anew with shared elements."""

from libc.math cimport floor, isfinite
from libc.stdlib cimport free
from libc.string cimport memcpy, memmove, memset

from botserver.limits import ARRAY_ITEMS as _ARRAY_ITEMS
from botserver.limits import BUILTIN_STEPS, VALUE_DEPTH

from botserver_speedups.arguments cimport *
from botserver_speedups.documents cimport *
from botserver_speedups.opcodes cimport *

cdef enum:
    DEPTH = 128  # limits.VALUE_DEPTH

cdef int64_t ARRAY_ITEMS = _ARRAY_ITEMS
cdef int64_t STEPS = BUILTIN_STEPS

if VALUE_DEPTH != DEPTH:
    raise AssertionError("containers.pyx is compiled for another VALUE_DEPTH")


# --- arrays changed in place -----------------------------------------------------------------------------------------

cdef void _shorten(Heap* h, Array* array, uint32_t length) noexcept nogil:
    """Elements from `length` on go; the array is as if it had never been longer."""
    memset(items_of(h, array) + length, 0, (array.length - length) * sizeof(Value))
    array.length = length
    array.capacity = capacity(length)


cdef int _insert(Heap* h, uint32_t number, Value* args, uint32_t n) noexcept nogil:
    """PUSH and UNSHIFT of n - 1 values."""
    cdef uint32_t count = n - 1, length, slots, offset
    cdef int64_t total, need = 0, price = count
    cdef bint at_front = number == B_UNSHIFT
    cdef Array* array
    cdef Value* items
    cdef int status
    if args[0].tag == T_NULL:
        status = settle(h, price, array_price(count))
        if status < 0:
            return status
        offset = new_array(h, count)
        memcpy(items_of(h, array_at(h, offset)), args + 1, count * sizeof(Value))
        set_object(&args[0], T_ARRAY, offset)
        return 0
    if args[0].tag != T_ARRAY:
        return refuse_type(h, number, AN_ARRAY, &args[0])
    array = array_at(h, args[0].v.o)
    length = array.length
    total = <int64_t>length + count
    if total > ARRAY_ITEMS:
        return fail(h, 4005, INDEX_OUT_OF_RANGE, total - 1, 0)
    slots = array.capacity
    if total > slots:
        slots = capacity(<uint32_t>total)
        need = 16 * <int64_t>slots
    if need > 0 or at_front:
        price += length
    status = settle(h, price, need)
    if status < 0:
        return status
    array = array_at(h, args[0].v.o)
    if need > 0:
        offset = take(h, need)
        items = <Value*>(h.base + offset)
        memcpy(items, items_of(h, array), length * sizeof(Value))
        memset(items + length, 0, (slots - length) * sizeof(Value))
        array.items = offset
        array.capacity = slots
    items = items_of(h, array)
    if at_front:
        memmove(items + count, items, length * sizeof(Value))
        memcpy(items, args + 1, count * sizeof(Value))
    else:
        memcpy(items + length, args + 1, count * sizeof(Value))
    array.length = <uint32_t>total
    return 0


cdef int _remove_end(Heap* h, uint32_t number, Value* args) noexcept nogil:
    """POP and SHIFT."""
    cdef Items items
    cdef Value removed
    cdef int status
    if need_items(h, &args[0], number, &items) < 0:
        return FAILED
    if items.length == 0:
        return just_null(h, args, 0)
    status = pay(h, items.length if number == B_SHIFT else 0)
    if status < 0:
        return status
    if number == B_SHIFT:
        removed = items.at[0]
        memmove(items.at, items.at + 1, (items.length - 1) * sizeof(Value))
    else:
        removed = items.at[items.length - 1]
    _shorten(h, array_at(h, args[0].v.o), items.length - 1)
    args[0] = removed
    return 0


cdef inline int64_t _position(int64_t index, int64_t length) noexcept nogil:
    """Where an index that may count from the end lies, kept within the array."""
    return max(index + length, 0) if index < 0 else min(index, length)


cdef int _splice(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Items items
    cdef int64_t start, count
    cdef uint32_t offset
    cdef int status
    if (
        need_items(h, &args[0], B_SPLICE, &items) < 0
        or need_integer(h, &args[1], B_SPLICE, &start) < 0
        or need_integer(h, &args[2], B_SPLICE, &count) < 0
    ):
        return FAILED
    start = _position(start, items.length)
    count = min(max(count, 0), items.length - start)
    status = settle(h, price, array_price(<uint32_t>count))
    if status < 0:
        return status
    offset = new_array(h, <uint32_t>count)
    if args[0].tag == T_ARRAY:
        read_items(h, &args[0], &items)
        memcpy(items_of(h, array_at(h, offset)), items.at + start, count * sizeof(Value))
        memmove(items.at + start, items.at + start + count, (items.length - start - count) * sizeof(Value))
        _shorten(h, array_at(h, args[0].v.o), <uint32_t>(items.length - count))
    set_object(&args[0], T_ARRAY, offset)
    return 0


# --- arrays made anew ------------------------------------------------------------------------------------------------

cdef int _part(Heap* h, Value* args, int64_t price, int64_t first, int64_t count) noexcept nogil:
    """args[0] := elements first .. first+count-1 of the array or null it holds, which has them."""
    cdef Items items
    cdef uint32_t offset
    cdef int status = settle(h, price, array_price(<uint32_t>count))
    if status < 0:
        return status
    offset = new_array(h, <uint32_t>count)
    if count > 0:
        read_items(h, &args[0], &items)
        memcpy(items_of(h, array_at(h, offset)), items.at + first, count * sizeof(Value))
    set_object(&args[0], T_ARRAY, offset)
    return 0


cdef int _cut(Heap* h, uint32_t number, Value* args, uint32_t n, int64_t price) noexcept nogil:
    """SLICE, TAKE, DROP and TAIL."""
    cdef Items items
    cdef int64_t start = 1, end
    if need_items(h, &args[0], number, &items) < 0:
        return FAILED
    if n > 1 and need_integer(h, &args[1], number, &start) < 0:
        return FAILED
    end = items.length
    if number == B_SLICE:
        start = _position(start, items.length)
        if n > 2 and args[2].tag != T_NULL:
            if need_integer(h, &args[2], number, &end) < 0:
                return FAILED
            end = _position(end, items.length)
    elif number == B_TAKE:
        end = min(max(start, 0), end)
        start = 0
    else:
        start = min(max(start, 0), end)
    return _part(h, args, price, start, max(end - start, 0))


cdef int _end(Heap* h, uint32_t number, Value* args, uint32_t n) noexcept nogil:
    """FIRST and LAST of an array."""
    cdef Items items
    cdef int64_t count
    if args[0].tag != T_NULL and args[0].tag != T_ARRAY and args[0].tag != T_MAP:
        return NEEDS_PYTHON
    if need_items(h, &args[0], number, &items) < 0:
        return FAILED
    if n < 2 or args[1].tag == T_NULL:
        if items.length == 0:
            return just_null(h, args, 0)
        return just(h, args, 0, &items.at[items.length - 1 if number == B_LAST else 0])
    if need_integer(h, &args[1], number, &count) < 0:
        return FAILED
    count = min(max(count, 0), items.length)
    return _part(h, args, 0, items.length - count if number == B_LAST else 0, count)


cdef inline double _real(const Value* v) noexcept nogil:
    return v.v.f if v.tag == T_FLOAT else <double>v.v.i


cdef int _range(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef Value first, last, step
    cdef uint64_t count = 0
    cdef double places
    cdef bint is_whole
    cdef uint32_t offset, i
    cdef Value* items
    cdef int status
    if need_number(h, &args[0], B_RANGE, &first) < 0 or need_number(h, &args[1], B_RANGE, &last) < 0:
        return FAILED
    set_int(&step, 1)
    if n > 2 and args[2].tag != T_NULL and need_number(h, &args[2], B_RANGE, &step) < 0:
        return FAILED
    if _real(&step) == 0:
        return fail(h, 4002, STEP_IS_ZERO, 0, 0)
    if not (isfinite(_real(&first)) and isfinite(_real(&last)) and isfinite(_real(&step))):
        return fail(h, 4002, RANGE_WITHOUT_END, 0, 0)
    is_whole = first.tag == T_INT and last.tag == T_INT and step.tag == T_INT
    if is_whole:
        if step.v.i > 0 and last.v.i >= first.v.i:
            count = (<uint64_t>last.v.i - <uint64_t>first.v.i) // <uint64_t>step.v.i
            count = min(count, <uint64_t>h.limit) + 1
        elif step.v.i < 0 and last.v.i <= first.v.i:
            count = (<uint64_t>first.v.i - <uint64_t>last.v.i) // (<uint64_t>0 - <uint64_t>step.v.i)
            count = min(count, <uint64_t>h.limit) + 1
    else:
        # Half the error of a step written in decimals must not cost the last element.
        places = (_real(&last) - _real(&first)) / _real(&step) + 1e-9
        if not places < 0:
            count = <uint64_t>floor(min(places, 1e15)) + 1
    if 16 * <int64_t>count > h.limit:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    status = settle(h, price + <int64_t>count, array_price(<uint32_t>count))
    if status < 0:
        return status
    offset = new_array(h, <uint32_t>count)
    items = items_of(h, array_at(h, offset))
    for i in range(<uint32_t>count):
        if is_whole:
            set_int(&items[i], <int64_t>(<uint64_t>first.v.i + i * <uint64_t>step.v.i))
        else:
            set_float(&items[i], _real(&first) + <double>i * _real(&step))
    set_object(&args[0], T_ARRAY, offset)
    return 0


cdef int _chunk(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Items items
    cdef int64_t size, need
    cdef uint32_t count, rest, length, i, offset, piece
    cdef Value* chunks
    cdef int status
    if need_items(h, &args[0], B_CHUNK, &items) < 0 or need_integer(h, &args[1], B_CHUNK, &size) < 0:
        return FAILED
    if size < 1:
        return fail(h, 4002, CHUNK_SIZE, 0, 0)
    length = <uint32_t>min(size, <int64_t>max(items.length, 1))
    count = items.length // length
    rest = items.length - count * length
    need = count * array_price(length)
    if rest > 0:
        need += array_price(rest)
        count += 1
    status = settle(h, price, need + array_price(count))
    if status < 0:
        return status
    read_items(h, &args[0], &items)
    offset = new_array(h, count)
    for i in range(count):
        size = min(length, items.length - i * length)
        piece = new_array(h, <uint32_t>size)
        memcpy(items_of(h, array_at(h, piece)), items.at + i * length, size * sizeof(Value))
        chunks = items_of(h, array_at(h, offset))
        set_object(&chunks[i], T_ARRAY, piece)
    set_object(&args[0], T_ARRAY, offset)
    return 0


cdef int _concat(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef Items items
    cdef int64_t total = 0
    cdef uint32_t i, offset
    cdef Value* out
    cdef int status
    for i in range(n):
        if need_items(h, &args[i], B_CONCAT, &items) < 0:
            return FAILED
        total += items.length
    if 16 * total > h.limit:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    status = settle(h, price, array_price(<uint32_t>total))
    if status < 0:
        return status
    offset = new_array(h, <uint32_t>total)
    out = items_of(h, array_at(h, offset))
    for i in range(n):
        read_items(h, &args[i], &items)
        if items.length > 0:
            memcpy(out, items.at, items.length * sizeof(Value))
            out += items.length
    set_object(&args[0], T_ARRAY, offset)
    return 0


cdef int _reverse(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef Items items
    cdef uint32_t offset, i, at, size
    cdef Value* out
    cdef char* end
    cdef int status
    if args[0].tag == T_NULL or args[0].tag == T_ARRAY:
        read_items(h, &args[0], &items)
        status = settle(h, price, array_price(items.length))
        if status < 0:
            return status
        read_items(h, &args[0], &items)
        offset = new_array(h, items.length)
        out = items_of(h, array_at(h, offset))
        for i in range(items.length):
            out[i] = items.at[items.length - 1 - i]
        set_object(&args[0], T_ARRAY, offset)
        return 0
    if need_text(h, &args[0], B_REVERSE, local, &text) < 0:
        return FAILED
    status = settle(h, price, string_price(text.n_bytes))
    if status < 0:
        return status
    scalar_text(h, &args[0], local, &text)
    offset = new_str(h, text.n_bytes, text.n_chars)
    end = text_of(str_at(h, offset)) + text.n_bytes
    at = 0
    while at < text.n_bytes:
        size = char_size(<uint8_t>text.data[at])
        end -= size
        memcpy(end, text.data + at, size)
        at += size
    set_object(&args[0], T_STRING, offset)
    return 0


cdef int _leaves(Heap* h, const Value* root, Value* out, int64_t* count, int64_t* steps) noexcept nogil:
    """Counts the elements of nested arrays, and writes them unless `out` is NULL."""
    cdef uint32_t objects[DEPTH]
    cdef uint32_t positions[DEPTH]
    cdef uint32_t depth = 1
    cdef Array* array
    cdef Value* item
    count[0] = 0
    steps[0] = 0
    objects[0] = root.v.o
    positions[0] = 0
    while depth > 0:
        array = array_at(h, objects[depth - 1])
        if positions[depth - 1] == array.length:
            depth -= 1
            continue
        item = &items_of(h, array)[positions[depth - 1]]
        positions[depth - 1] += 1
        steps[0] += 1
        if steps[0] > STEPS:
            return too_far(h, B_FLATTEN)
        if item.tag == T_ARRAY:
            if depth >= DEPTH:
                return too_deep(h, steps[0])
            objects[depth] = item.v.o
            positions[depth] = 0
            depth += 1
            continue
        if out != NULL:
            out[count[0]] = item[0]
        count[0] += 1
        if 16 * count[0] > h.limit:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    return 0


cdef int _flatten(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Items items
    cdef int64_t count = 0, steps = 0
    cdef uint32_t offset
    cdef int status
    if need_items(h, &args[0], B_FLATTEN, &items) < 0:
        return FAILED
    if items.length == 0:
        return _part(h, args, price, 0, 0)
    if _leaves(h, &args[0], NULL, &count, &steps) < 0:
        return FAILED
    status = settle(h, price + steps, array_price(<uint32_t>count))
    if status < 0:
        return status
    offset = new_array(h, <uint32_t>count)
    _leaves(h, &args[0], items_of(h, array_at(h, offset)), &count, &steps)
    set_object(&args[0], T_ARRAY, offset)
    return 0


# --- looking into containers -----------------------------------------------------------------------------------------

cdef int _search(Heap* h, uint32_t number, Value* args, int64_t price) noexcept nogil:
    """INDEX_OF, LAST_INDEX_OF, and CONTAINS of an array."""
    cdef Items items
    cdef uint32_t i, place
    cdef int64_t found = -1, steps = 0
    cdef int same
    if need_items(h, &args[0], number, &items) < 0:
        return FAILED
    for i in range(items.length):
        place = items.length - 1 - i if number == B_LAST_INDEX_OF else i
        same = equals(h, &args[1], &items.at[place], &steps)
        if same < 0:
            return FAILED
        if steps > STEPS:
            return too_far(h, number)
        if same:
            found = place
            break
    if number == B_CONTAINS:
        return just_bool(h, args, price + steps, found >= 0)
    return just_int(h, args, price + steps, found)


cdef extern from "string.h" nogil:
    void* memmem(const void* where, size_t n_where, const void* what, size_t n_what)


cdef int _contains(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef char local_where[LOCAL_TEXT]
    cdef Text text, where
    if args[0].tag == T_NULL or args[0].tag == T_ARRAY:
        return _search(h, B_CONTAINS, args, price)
    if need_text(h, &args[1], B_CONTAINS, local, &text) < 0:
        return FAILED
    if args[0].tag == T_MAP:
        return just_bool(
            h, args, price,
            find_entry(h, map_at(h, args[0].v.o), text.data, text.n_bytes, fold_hash(text.data, text.n_bytes)) != NULL,
        )
    scalar_text(h, &args[0], local_where, &where)
    return just_bool(
        h, args, price, text.n_bytes == 0 or memmem(where.data, where.n_bytes, text.data, text.n_bytes) != NULL
    )


cdef int _count(Heap* h, Value* args) noexcept nogil:
    cdef Items items
    if args[0].tag == T_MAP:
        return just_int(h, args, 0, map_at(h, args[0].v.o).length)
    if need_items(h, &args[0], B_COUNT, &items) < 0:
        return FAILED
    return just_int(h, args, 0, items.length)


# --- maps ------------------------------------------------------------------------------------------------------------

cdef int _list(Heap* h, uint32_t number, Value* args, int64_t price) noexcept nogil:
    """KEYS and VALUES."""
    cdef Map* map
    cdef uint32_t length = 0, offset, i
    cdef Value* out
    cdef Entry* entries
    cdef int status
    if need_map(h, &args[0], number, &map) < 0:
        return FAILED
    if map != NULL:
        length = map.length
    status = settle(h, price, array_price(length))
    if status < 0:
        return status
    offset = new_array(h, length)
    out = items_of(h, array_at(h, offset))
    if length > 0:
        entries = entries_of(h, map_at(h, args[0].v.o))
        for i in range(length):
            if number == B_KEYS:
                set_object(&out[i], T_STRING, entries[i].key)
            else:
                out[i] = entries[i].value
    set_object(&args[0], T_ARRAY, offset)
    return 0


cdef int _find(Heap* h, uint32_t number, Value* args, Entry** entry) noexcept nogil:
    """The entry of args[0] with the key args[1], or NULL."""
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef Map* map
    entry[0] = NULL
    if need_map(h, &args[0], number, &map) < 0 or need_text(h, &args[1], number, local, &text) < 0:
        return FAILED
    if map != NULL:
        entry[0] = find_entry(h, map, text.data, text.n_bytes, fold_hash(text.data, text.n_bytes))
    return 0


cdef void _enter_all(Heap* h, Map* map) noexcept nogil:
    """Builds the index anew."""
    cdef Entry* entries = entries_of(h, map)
    cdef uint32_t* places = <uint32_t*>(h.base + map.index)
    cdef uint32_t i, at
    memset(places, 0, map.index_size * sizeof(uint32_t))
    if map.index_size == 0:
        return
    for i in range(map.length):
        at = entries[i].hash & (map.index_size - 1)
        while places[at] != 0:
            at = (at + 1) & (map.index_size - 1)
        places[at] = i + 1


cdef int _remove(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Entry* entry
    cdef Entry* entries
    cdef Map* map
    cdef Str* key
    cdef Str* other
    cdef Value removed
    cdef uint32_t i
    cdef int status
    if _find(h, B_REMOVE, args, &entry) < 0:
        return FAILED
    status = pay(h, price)
    if status < 0:
        return status
    if entry == NULL:
        set_null(&args[0])
        return 0
    map = map_at(h, args[0].v.o)
    entries = entries_of(h, map)
    removed = entry.value
    key = str_at(h, entry.key)
    i = <uint32_t>(entry - entries)
    map.length -= 1
    memmove(entry, entry + 1, (map.length - i) * sizeof(Entry))
    memset(&entries[map.length], 0, sizeof(Entry))
    map.capacity = capacity(map.length)
    map.index_size = index_size(map.length, map.capacity)
    # The first of several spellings is the one found by the folded key; see `append_entry`.
    for i in range(map.length):
        other = str_at(h, entries[i].key)
        if fold_equal(text_of(other), other.n_bytes, text_of(key), key.n_bytes):
            entries[i].hash = str_hash(key)
            break
    _enter_all(h, map)
    args[0] = removed
    return 0


cdef int _merge(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Map* left
    cdef Map* right
    cdef Map* map
    cdef Entry* entries
    cdef Entry* known
    cdef Str* key
    cdef uint32_t i, length = 0, offset
    cdef int status
    if need_map(h, &args[0], B_MERGEMAP, &left) < 0 or need_map(h, &args[1], B_MERGEMAP, &right) < 0:
        return FAILED
    if left != NULL:
        length = left.length
    if right != NULL:
        entries = entries_of(h, right)
        for i in range(right.length):
            key = str_at(h, entries[i].key)
            # Of several spellings only the first comes in with the hash of the folded key.
            if entries[i].hash == str_hash(key) and (
                left == NULL or find_entry(h, left, text_of(key), key.n_bytes, str_hash(key)) == NULL
            ):
                length += 1
    status = settle(h, price, map_price(length))
    if status < 0:
        return status
    offset = new_map(h, length)
    map = map_at(h, offset)
    if args[0].tag == T_MAP:
        left = map_at(h, args[0].v.o)
        map.length = left.length
        memcpy(entries_of(h, map), entries_of(h, left), left.length * sizeof(Entry))
        _enter_all(h, map)
    if args[1].tag == T_MAP:
        right = map_at(h, args[1].v.o)
        entries = entries_of(h, right)
        for i in range(right.length):
            key = str_at(h, entries[i].key)
            known = find_entry(h, map, text_of(key), key.n_bytes, str_hash(key))
            if known != NULL:
                known.value = entries[i].value
            else:
                append_entry(h, map, entries[i].key, str_hash(key), &entries[i].value)
    set_object(&args[0], T_MAP, offset)
    return 0


# --- dispatch --------------------------------------------------------------------------------------------------------

cdef int call_container(Heap* h, uint32_t number, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef Entry* entry
    if number == B_PUSH or number == B_UNSHIFT:
        return _insert(h, number, args, n)
    elif number == B_POP or number == B_SHIFT:
        return _remove_end(h, number, args)
    elif number == B_SPLICE:
        return _splice(h, args, price)
    elif number == B_RANGE:
        return _range(h, args, n, price)
    elif number == B_SLICE or number == B_TAKE or number == B_DROP or number == B_TAIL:
        return _cut(h, number, args, n, price)
    elif number == B_FIRST or number == B_LAST:
        return _end(h, number, args, n)
    elif number == B_CHUNK:
        return _chunk(h, args, price)
    elif number == B_CONCAT:
        return _concat(h, args, n, price)
    elif number == B_REVERSE:
        return _reverse(h, args, price)
    elif number == B_FLATTEN:
        return _flatten(h, args, price)
    elif number == B_CONTAINS:
        return _contains(h, args, price)
    elif number == B_INDEX_OF or number == B_LAST_INDEX_OF:
        return _search(h, number, args, price)
    elif number == B_LBOUND:
        return just_int(h, args, price, 0)
    elif number == B_COUNT:
        return _count(h, args)
    elif number == B_KEYS or number == B_VALUES:
        return _list(h, number, args, price)
    elif number == B_HAS:
        return FAILED if _find(h, number, args, &entry) < 0 else just_bool(h, args, price, entry != NULL)
    elif number == B_REMOVE:
        return _remove(h, args, price)
    elif number == B_MERGEMAP:
        return _merge(h, args, price)
    elif number == B_TOJSON:
        return to_json(h, args, price)
    elif number == B_PARSEJSON:
        return NEEDS_PYTHON if is_str(&args[0]) else just(h, args, price, &args[0])
    elif number == B_JSON_GET:
        return follow_path(h, args, price)
    return NEEDS_PYTHON
