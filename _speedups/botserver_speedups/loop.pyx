"""The loop and the instructions on elements and members.

An instruction happens whole or not at all: it plans, pays, reserves, and only then changes registers. `ip` and the
register window are locals, loaded by `load` and stored into the frame in one place, at the end. A call may move the
registers, a reservation the objects; nothing of either is kept across.
"""

from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memcpy, memset

from botserver import limits
from botserver.vm import values

from botserver_speedups.areas cimport *
from botserver_speedups.children cimport ID_BYTES, leave_child
from botserver_speedups.codec cimport *
from botserver_speedups.failures cimport *
from botserver_speedups.opcodes cimport *
from botserver_speedups.wide cimport *

cdef enum:
    CALL_DEPTH = 256
    MEMBER_DEPTH = 128  # limits.VALUE_DEPTH
    OUTPUT_PRICE = 32

cdef int64_t ARRAY_ITEMS = limits.ARRAY_ITEMS
cdef int64_t OUTPUT_BYTES = limits.OUTPUT_BYTES
cdef uint32_t OUTPUT_RECORDS = limits.OUTPUT_RECORDS
cdef int64_t PYTHON_BYTES = limits.PYTHON_BUILTIN_BYTES

if limits.CALL_DEPTH != CALL_DEPTH or limits.VALUE_DEPTH != MEMBER_DEPTH or values.OUTPUT_PRICE != OUTPUT_PRICE:
    raise AssertionError("loop.pyx is compiled for other limits")
if values.frame_price(3) != 48 + 16 * 3:
    raise AssertionError("loop.pxd is compiled for another frame price")


# --- frames ------------------------------------------------------------------------------------------------------

cdef inline void _clear(Value* registers, uint32_t n) noexcept nogil:
    cdef uint32_t i
    for i in range(n):
        registers[i].tag = T_NULL
        registers[i].v.i = 0


cdef int _grow_stack(Heap* h, uint32_t n) noexcept nogil:
    """Room for one more frame and `n` more registers."""
    cdef uint32_t size
    cdef void* larger
    if h.n_registers + n > h.registers_size:
        size = max(h.n_registers + n, h.registers_size + h.registers_size // 2)
        larger = realloc(h.registers, size * sizeof(Value))
        if larger == NULL:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        h.registers = <Value*>larger
        h.registers_size = size
    if h.n_frames == h.frames_size:
        size = h.frames_size + h.frames_size // 2 + 1
        larger = realloc(h.frames, size * sizeof(Frame))
        if larger == NULL:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        h.frames = <Frame*>larger
        h.frames_size = size
    return 0


cdef inline int _push(Heap* h, Procedure* procedure, bint is_script) noexcept nogil:
    cdef Frame* frame
    cdef Frame* caller
    cdef int64_t price = frame_price(procedure)
    if h.n_registers + procedure.n_registers > h.registers_size or h.n_frames == h.frames_size:
        if _grow_stack(h, procedure.n_registers) < 0:
            return FAILED
    frame = &h.frames[h.n_frames]
    frame.procedure = procedure
    frame.pc = 0
    frame.base = h.n_registers
    frame.enters = 0
    if is_script:
        frame.script_base = frame.base
        frame.depth = 0
        frame.runs = h.frames[h.n_frames - 1].runs + 1 if h.n_frames > 0 else 1
    else:
        caller = frame - 1
        frame.script_base = caller.script_base
        frame.depth = caller.depth + 1
        frame.runs = caller.runs
    h.n_frames += 1
    h.n_registers += procedure.n_registers
    h.frame_bytes += price
    h.others += price
    return 0


cdef int push_frame(Heap* h, Procedure* procedure, bint is_script) noexcept nogil:
    if _push(h, procedure, is_script) < 0:
        return FAILED
    _clear(h.registers + h.frames[h.n_frames - 1].base, procedure.n_registers)
    return 0


cdef inline void _pop(Heap* h) noexcept nogil:
    cdef Frame* frame
    cdef int64_t price
    h.n_frames -= 1
    frame = &h.frames[h.n_frames]
    price = frame_price(frame.procedure)
    h.n_registers = frame.base
    h.frame_bytes -= price
    h.others -= price
    if frame.enters:
        leave_child(h)


cdef void pop_frame(Heap* h) noexcept nogil:
    _pop(h)


cdef void clear_from(Heap* h, Frame* frame, uint32_t a) noexcept nogil:
    _clear(h.registers + frame.base + a, frame.procedure.n_registers - a)


# --- constants ---------------------------------------------------------------------------------------------------

cdef inline int64_t _copy_need(const Value* v) noexcept nogil:
    """Bytes of copying a constant into the heap; other values are shared."""
    return string_price(v.v.c.n_bytes) if v.tag == T_CONSTANT else 0


cdef void own(Heap* h, const Value* source, Value* target) noexcept nogil:
    _own(h, source, target)


cdef inline void _own(Heap* h, const Value* source, Value* target) noexcept nogil:
    """target := source; a string constant is copied into reserved bytes."""
    cdef uint32_t offset
    cdef const Str* s
    if source.tag == T_CONSTANT:
        s = source.v.c
        offset = new_text(h, text_of(s), s.n_bytes, s.n_chars)
        str_at(h, offset).hash = s.hash
        set_object(target, T_STRING, offset)
    else:
        copy(target, source)


cdef int _move_constant(Heap* h, Value* target, const Value* source) noexcept nogil:
    if reserve(h, string_price(source.v.c.n_bytes)) < 0:
        return FAILED
    _own(h, source, target)
    return 0


# --- elements and members ----------------------------------------------------------------------------------------

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
        entry = find_entry(h, map_at(h, base.v.o), text_of(name), name.n_bytes, str_hash(<Str*>name))
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


cdef int _read_index(Heap* h, const Value* base, const Value* key, Value* out) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef Entry* entry
    cdef int64_t index
    if base.tag == T_MAP:
        if _key_text(h, key, local, &text) < 0:
            return FAILED
        entry = find_entry(h, map_at(h, base.v.o), text.data, text.n_bytes, _key_hash(h, key, &text))
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
    cdef int64_t index, need = _copy_need(value), price = 0
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
        if grows:
            offset = take(h, 16 * <int64_t>slots)
            items = <Value*>(h.base + offset)
            memcpy(items, items_of(h, array), length * sizeof(Value))
            memset(items + length, 0, (slots - length) * sizeof(Value))
            array.items = offset
            array.capacity = slots
        array.length = <uint32_t>index + 1
    _own(h, value, &items_of(h, array)[index])
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
    cdef int64_t need = _copy_need(value), price = 0
    cdef uint32_t hash, n = map.length, slots = map.capacity, index = map.index_size, offset
    cdef Value owned
    cdef int status
    if _key_text(h, key, local, &text) < 0:
        return FAILED
    hash = _key_hash(h, key, &text)
    entry = find_entry(h, map, text.data, text.n_bytes, hash)
    if entry != NULL:
        if value.tag != T_CONSTANT:
            copy(&entry.value, value)
            return 0
        if reserve(h, need) < 0:
            return FAILED
        scalar_text(h, key, local, &text)
        entry = find_entry(h, map_at(h, base.v.o), text.data, text.n_bytes, hash)
        _own(h, value, &entry.value)
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
    _own(h, value, &owned)
    append_entry(h, map, offset, hash, &owned)
    return 0


cdef int _new_map(Heap* h, Value* target, const Value* pairs, uint32_t n) noexcept nogil:
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


cdef int _add_slowly(Heap* h, Value* target, const Value* a, const Value* b) noexcept nogil:
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


# --- loops -------------------------------------------------------------------------------------------------------

cdef inline bint _is_within(const Value* counter, const Value* last, const Value* step) noexcept nogil:
    cdef int order = compare_numbers(counter, last)
    if step.v.i > 0 if step.tag == T_INT else step.v.f > 0:
        return order == -1 or order == 0
    return order == 1 or order == 0


cdef int _for_prep(Heap* h, Value* counter, Value* last, Value* step) noexcept nogil:
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


cdef int _for_loop(Heap* h, Value* counter, const Value* last, const Value* step) noexcept nogil:
    cdef Value c, l, s, moved
    if not as_number(h, counter, &c):
        return fail(h, 4001, NEEDS_NUMBERS, SYMBOL_FOR, counter.tag | (last.tag << 8))
    if not plain_number(last, &l) or not plain_number(step, &s):
        return fail(h, 4001, FOR_LOST_BOUNDS, 0, 0)
    if arithmetic(h, SYMBOL_ADD, &c, &s, &moved) < 0:
        return FAILED
    counter[0] = moved
    return _is_within(counter, &l, &s)


cdef int _each_prep(Heap* h, Value* r, const Value* source) noexcept nogil:
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


cdef int _each_next(Heap* h, Value* r, Value* target) noexcept nogil:
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


# --- output ------------------------------------------------------------------------------------------------------

cdef int _put_block(Buffer* out, const char* data, int64_t n) noexcept nogil:
    if put_varint(out, <uint64_t>n) < 0:
        return FAILED
    return put(out, data, n)


cdef int _emit(Heap* h, const Value* args, uint32_t number) noexcept nogil:
    """Appends a record to the output: the effect, whether a sub-session speaks and then its id, a head, a text; of a
    message then its suggestions (count, trees), of others a tree. The head of a message is empty or the source of its
    image."""
    cdef Buffer text, head, tree
    cdef Area* area = &h.areas[MENU if h.areas[MENU].count > 0 else SUGGESTIONS]
    cdef bint is_message = number == E_TALK or number == E_IMAGE
    cdef bint in_child = h.current != NULL and h.current.parent != NULL
    cdef int64_t size, price = 0, ignored = 0, detail = 0, start
    cdef uint32_t i
    cdef int status
    text.data = head.data = tree.data = NULL
    text.length = text.size = head.length = head.size = tree.length = tree.size = 0
    status = put_display(h, &args[0] if is_message else &args[1], &text, h.limit, &price)
    if status == 0 and number != E_TALK:
        status = put_display(h, &args[1] if is_message else &args[0], &head, h.limit, &ignored)
    size = OUTPUT_PRICE + text.length + head.length
    if status == 0 and is_message:
        for i in range(area.length):
            size += area.cells[i].n_tree
    elif status == 0:
        status = tree_size(h, &args[2], OUTPUT_BYTES, &detail, &price)
        size += detail
    if status == 0 and (
        h.turn_output_bytes + size > OUTPUT_BYTES or h.turn_output_records >= OUTPUT_RECORDS
    ):
        status = fail(h, 9013, OUTPUT_TOO_LARGE, 0, 0)
    if status == 0:
        status = pay(h, price + size // 64)
    if status == 0:
        status = reserve_beside(h, size)
    if status == 0:
        start = h.output.length
        status = put_varint(&h.output, number)
        status |= put_byte(&h.output, 1 if in_child else 0)
        if in_child:
            status |= put(&h.output, h.current.id, ID_BYTES)
        status |= _put_block(&h.output, head.data, head.length)
        status |= _put_block(&h.output, text.data, text.length)
        if is_message:
            status |= put_varint(&h.output, area.count)
            for i in range(area.length):
                status |= _put_block(&h.output, tree_of(area.cells[i]), area.cells[i].n_tree)
        else:
            status |= put_tree(h, &args[2], &tree)
            status |= _put_block(&h.output, tree.data, tree.length)
        if status < 0:
            h.output.length = start
            status = fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        else:
            h.n_output += 1
            h.output_bytes += size
            h.others += size
            h.turn_output_bytes += size
            h.turn_output_records += 1
    free(text.data)
    free(head.data)
    free(tree.data)
    return status


# --- the loop ----------------------------------------------------------------------------------------------------

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
            status = _move_constant(h, &r[i.a], x)
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
            status = _add_slowly(h, &r[i.a], x, y)
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
            status = _for_loop(h, w, x, y)
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
            status = _read_index(h, x, y, &value)
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
                status = _set_item(h, x, y, w)
                left = h.left
            elif x.tag == T_MAP:
                h.left = left
                status = _set_key(h, x, y, V(r, k, i.d))
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
                elif _push(h, callee, False) < 0:
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
                _own(h, x, &value)
            if status == 0:
                _pop(h)
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
                _pop(h)
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
                status = _set_key(h, x, k + i.c, V(r, k, i.d))
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
            status = _move_constant(h, w, x)
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
            status = _for_prep(h, &r[i.a], &r[i.b], &r[i.c])
            if status >= 0:
                if status == 0:
                    ip = code + i.d
                continue
        elif op == OP_EACH_PREP:
            h.left = left
            status = _each_prep(h, &r[i.a], V(r, k, i.b))
            left = h.left
            if status >= 0:
                if status == 0:
                    ip = code + i.c
                continue
        elif op == OP_EACH_NEXT:
            status = _each_next(h, &r[i.a], &r[i.b])
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
            status = _new_map(h, &r[i.a], &r[i.b], i.c)
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
            status = _emit(h, &r[i.a], i.b)
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
