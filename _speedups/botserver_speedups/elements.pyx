"""Elements and members: reading, writing and making arrays and maps.

A reservation may move every object; nothing of one is kept across it.
"""

from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

from botserver import limits

from botserver_speedups.failures cimport *
from botserver_speedups.frames cimport *

cdef enum:
    MEMBER_DEPTH = 128  # limits.VALUE_DEPTH

cdef int64_t PYTHON_BYTES = limits.PYTHON_BUILTIN_BYTES

if limits.VALUE_DEPTH != MEMBER_DEPTH or limits.ARRAY_ITEMS != ARRAY_ITEMS:
    raise AssertionError("elements.pyx is compiled for other limits")


cdef int _key_text(Heap* h, const Value* key, char* local, Text* out) noexcept nogil:
    if key.tag == T_ARRAY or key.tag == T_MAP:
        return fail(h, 4001, KEY_IS_TEXT, key.tag, 0)
    scalar_text(h, key, local, out)
    return 0


cdef inline uint32_t _key_hash(Heap* h, const Value* key, const Text* text) noexcept nogil:
    if is_str(key):
        return str_hash(str_of(h, key))
    return fold_hash(text.data, text.n_bytes)


cdef bint _is_size_name(const Str* name) noexcept nogil:
    cdef const char* text = text_of(name)
    return (
        fold_equal(text, name.n_bytes, b"length", 6)
        or fold_equal(text, name.n_bytes, b"count", 5)
        or fold_equal(text, name.n_bytes, b"size", 4)
    )


cdef bint _may_hold_json(const Str* s) noexcept nogil:
    cdef uint32_t start, end
    if s.n_bytes > PYTHON_BYTES:
        return False
    trim_text(text_of(s), s.n_bytes, &start, &end)
    return start < end and text_of(s)[start] in b"{[`"


cdef int read_member(Heap* h, const Value* base, const Str* name, Value* out) noexcept nogil:
    """out := base.name. NEEDS_PYTHON for dates and JSON text."""
    cdef uint32_t i
    cdef Array* array
    cdef Entry* entry
    if base.tag == T_MAP:
        entry = find_key(h, map_at(h, base.v.o), <Str*>name)
        if entry == NULL:
            set_null(out)
        else:
            copy(out, &entry.value)
        return 0
    if base.tag == T_ARRAY:
        if _is_size_name(name):
            set_int(out, array_at(h, base.v.o).length)
            return 0
        for i in range(MEMBER_DEPTH):
            if base.tag != T_ARRAY:
                return read_member(h, base, name, out) if base.tag == T_MAP else _read_scalar_member(h, base, name, out)
            array = array_at(h, base.v.o)
            if array.length == 0:
                break
            base = items_of(h, array)
        else:
            if base.tag != T_ARRAY:
                return read_member(h, base, name, out) if base.tag == T_MAP else _read_scalar_member(h, base, name, out)
        set_null(out)
        return 0
    return _read_scalar_member(h, base, name, out)


cdef int _read_scalar_member(Heap* h, const Value* base, const Str* name, Value* out) noexcept nogil:
    if is_str(base):
        if fold_equal(text_of(name), name.n_bytes, b"length", 6):
            set_int(out, str_of(h, base).n_chars)
            return 0
        if _may_hold_json(str_of(h, base)):
            return NEEDS_PYTHON
    elif base.tag == T_DATETIME or base.tag == T_DATE:
        return NEEDS_PYTHON
    set_null(out)
    return 0


cdef int _read_char(Heap* h, const Value* base, int64_t index, Value* out) noexcept nogil:
    cdef Str* s = str_of(h, base)
    cdef uint32_t at, n
    cdef uint32_t offset
    cdef char piece[4]
    if index < 0 or index >= s.n_chars:
        set_null(out)
        return 0
    at = <uint32_t>index if is_ascii(s) else byte_offset(text_of(s), s.n_bytes, <uint32_t>index)
    n = char_size(<uint8_t>text_of(s)[at])
    memcpy(piece, text_of(s) + at, n)
    if reserve(h, string_price(n)) < 0:
        return FAILED
    offset = new_text(h, piece, n, 1)
    set_object(out, T_STRING, offset)
    return 0


cdef int read_index(Heap* h, const Value* base, const Value* key, Value* out) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef Entry* entry
    cdef int64_t index
    if base.tag == T_MAP:
        if is_str(key):
            return read_member(h, base, str_of(h, key), out)
        if _key_text(h, key, local, &text) < 0:
            return FAILED
        entry = find_entry(h, map_at(h, base.v.o), text.data, text.n_bytes, fold_hash(text.data, text.n_bytes))
        if entry == NULL:
            set_null(out)
        else:
            copy(out, &entry.value)
        return 0
    if base.tag == T_ARRAY:
        if index_of(h, key, &index):
            if 0 <= index < array_at(h, base.v.o).length:
                out[0] = items_of(h, array_at(h, base.v.o))[index]
            else:
                set_null(out)
            return 0
    elif is_str(base) and index_of(h, key, &index):
        return _read_char(h, base, index, out)
    if is_str(key):
        return read_member(h, base, str_of(h, key), out)
    set_null(out)
    return 0


cdef int _set_item(Heap* h, const Value* base, const Value* key, const Value* value) noexcept nogil:
    """An array element."""
    cdef Array* array = array_at(h, base.v.o)
    cdef int64_t index, need = copy_need(value), price = 0
    cdef uint32_t slots, offset, length = array.length
    cdef int status
    cdef bint grows = False
    cdef Value* items
    if key.tag == T_INT:
        index = key.v.i
    elif not index_of(h, key, &index):
        return fail(h, 4005, INDEX_IS_NUMBER, 0, 0)
    if index < 0 or index >= ARRAY_ITEMS:
        return fail(h, 4005, INDEX_OUT_OF_RANGE, index, 0)
    slots = array.capacity
    if index >= length:
        if index >= slots:
            slots = capacity(<uint32_t>index + 1)
            need += 16 * <int64_t>slots
            price = length
            grows = True
        price += index - length
    if price > 0:
        status = pay(h, price)
        if status < 0:
            return status
    if need > 0:
        if reserve(h, need) < 0:
            return FAILED
        array = array_at(h, base.v.o)
    if index >= length:
        if grows and array.items + array.capacity * sizeof(Value) == h.top:
            # It pays the same as one that moves; what it leaves behind it takes again.
            h.top = array.items + slots * <uint32_t>sizeof(Value)
            h.held += slots * <int64_t>sizeof(Value)
            items = items_of(h, array)
            memset(items + length, 0, (slots - length) * sizeof(Value))
            array.capacity = slots
        elif grows:
            offset = take(h, 16 * <int64_t>slots)
            items = <Value*>(h.base + offset)
            memcpy(items, items_of(h, array), length * sizeof(Value))
            memset(items + length, 0, (slots - length) * sizeof(Value))
            array.items = offset
            array.capacity = slots
        array.length = <uint32_t>index + 1
    own(h, value, &items_of(h, array)[index])
    return 0


cdef void _grow_map(Heap* h, Map* map, uint32_t slots, uint32_t index) noexcept nogil:
    """Moves the entries into `slots` and the index, if it changes, into `index` slots; both are reserved."""
    cdef uint32_t offset, i, at
    cdef Entry* entries
    cdef uint32_t* places
    offset = take(h, 24 * <int64_t>slots)
    entries = <Entry*>(h.base + offset)
    memcpy(entries, entries_of(h, map), map.length * sizeof(Entry))
    memset(entries + map.length, 0, (slots - map.length) * sizeof(Entry))
    map.entries = offset
    map.capacity = slots
    if index == map.index_size:
        return
    map.index = take(h, 4 * <int64_t>index)
    map.index_size = index
    places = <uint32_t*>(h.base + map.index)
    memset(places, 0, index * sizeof(uint32_t))
    for i in range(map.length):
        at = entries[i].hash & (index - 1)
        while places[at] != 0:
            at = (at + 1) & (index - 1)
        places[at] = i + 1


cdef int _set_key(Heap* h, const Value* base, const Value* key, const Value* value) noexcept nogil:
    """A map entry. A key that is no string in the heap becomes one."""
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef Map* map = map_at(h, base.v.o)
    cdef Entry* entry
    cdef int64_t need = copy_need(value), price = 0
    cdef uint32_t hash, n = map.length, slots = map.capacity, index = map.index_size, offset
    cdef Value owned
    cdef int status
    if _key_text(h, key, local, &text) < 0:
        return FAILED
    hash = _key_hash(h, key, &text)
    if is_str(key):
        entry = find_key(h, map, str_of(h, key))
    else:
        entry = find_entry(h, map, text.data, text.n_bytes, hash)
    if entry != NULL:
        if value.tag != T_CONSTANT:
            copy(&entry.value, value)
            return 0
        if reserve(h, need) < 0:
            return FAILED
        scalar_text(h, key, local, &text)
        entry = find_entry(h, map_at(h, base.v.o), text.data, text.n_bytes, hash)
        own(h, value, &entry.value)
        return 0
    if key.tag != T_STRING:
        need += string_price(text.n_bytes)
    if n == slots:
        slots = capacity(n + 1)
        index = index_size(n + 1, slots)
        need += 24 * <int64_t>slots
        if index != map.index_size:
            need += 4 * <int64_t>index
        price = n
        status = pay(h, price)
        if status < 0:
            return status
    if need > 0:
        if reserve(h, need) < 0:
            return FAILED
        map = map_at(h, base.v.o)
    if n == map.capacity:
        _grow_map(h, map, slots, index)
    if key.tag == T_STRING:
        offset = key.v.o
    else:
        scalar_text(h, key, local, &text)
        offset = new_text(h, text.data, text.n_bytes, text.n_chars)
        str_at(h, offset).hash = hash
    own(h, value, &owned)
    append_entry(h, map, offset, hash, &owned)
    return 0


cdef int assign(Heap* h, const Value* base, const Value* key, const Value* value) noexcept nogil:
    if base.tag == T_ARRAY:
        return _set_item(h, base, key, value)
    if base.tag == T_MAP:
        return _set_key(h, base, key, value)
    return fail(h, 4005, NO_TARGET, base.tag, 0)


cdef int new_map_of(Heap* h, Value* target, const Value* pairs, uint32_t n) noexcept nogil:
    """target := a map of n pairs; a key given twice keeps its first spelling and last value."""
    cdef char local[LOCAL_TEXT]
    cdef char local_other[LOCAL_TEXT]
    cdef Text text, other
    cdef uint32_t size = 16, i, at, k, unique = 0, offset, key
    cdef uint32_t* table
    cdef uint32_t* hashes
    cdef uint32_t* owners  # the first pair with the same key
    cdef int64_t need = 0
    cdef Map* map
    cdef int status
    while size < 2 * n:
        size *= 2
    table = <uint32_t*>calloc(size + 2 * n, sizeof(uint32_t))
    if table == NULL:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    hashes = table + size
    owners = hashes + n
    for i in range(n):
        if _key_text(h, &pairs[2 * i], local, &text) < 0:
            free(table)
            return FAILED
        hashes[i] = _key_hash(h, &pairs[2 * i], &text)
        owners[i] = i
        at = hashes[i] & (size - 1)
        while table[at] != 0:
            k = table[at] - 1
            if hashes[k] == hashes[i]:
                scalar_text(h, &pairs[2 * k], local_other, &other)
                if fold_equal(text.data, text.n_bytes, other.data, other.n_bytes):
                    owners[i] = k
                    break
            at = (at + 1) & (size - 1)
        if owners[i] == i:
            table[at] = i + 1
            unique += 1
            if pairs[2 * i].tag != T_STRING:
                need += string_price(text.n_bytes)
    status = pay(h, n)
    if status == 0:
        status = reserve(h, need + map_price(unique))
    if status < 0:
        free(table)
        return status
    offset = new_map(h, unique)
    map = map_at(h, offset)
    for i in range(n):
        if owners[i] != i:
            scalar_text(h, &pairs[2 * owners[i]], local, &text)
            find_entry(h, map, text.data, text.n_bytes, hashes[i]).value = pairs[2 * i + 1]
            continue
        if pairs[2 * i].tag == T_STRING:
            key = pairs[2 * i].v.o
        else:
            scalar_text(h, &pairs[2 * i], local, &text)
            key = new_text(h, text.data, text.n_bytes, text.n_chars)
            str_at(h, key).hash = hashes[i]
        append_entry(h, map, key, hashes[i], &pairs[2 * i + 1])
    set_object(target, T_MAP, offset)
    free(table)
    return 0
