"""Bytes of values. Sizes are checked before anything is built, and nothing is built that the account has no room for."""

cimport cython

from libc.math cimport isnan
from libc.stdlib cimport free, qsort, realloc
from libc.string cimport memcmp, memcpy

from botserver.limits import LARGE_OBJECT_BYTES, VALUE_DEPTH
from botserver.vm.snapshot import digest_of
from botserver.vm.values import FIRST_DAY, FIRST_SECOND, LAST_DAY, LAST_SECOND

from botserver_speedups.failures cimport OUT_OF_MEMORY, too_deep

cdef enum:
    DEPTH = 128  # limits.VALUE_DEPTH
    REFERENCE = 10  # tag of an object seen before
    LARGE = 11  # tag of a string that lies beside the root

if VALUE_DEPTH != DEPTH:
    raise AssertionError("codec.pyx is compiled for another VALUE_DEPTH")
if LARGE_OBJECT_BYTES != LARGE_STRING:
    raise AssertionError("value.pxd is compiled for another LARGE_OBJECT_BYTES")

cdef int64_t _FIRST_DAY = FIRST_DAY
cdef int64_t _LAST_DAY = LAST_DAY
cdef int64_t _FIRST_SECOND = FIRST_SECOND
cdef int64_t _LAST_SECOND = LAST_SECOND
cdef bytes _NO_DIGEST = bytes(STRING_DIGEST)
cdef const char* NAN_BYTES = b"\x00\x00\x00\x00\x00\x00\xf8\x7f"


# --- writing ---------------------------------------------------------------------------------------------------------

cdef int put_varint(Buffer* out, uint64_t value) noexcept nogil:
    cdef char piece[10]
    cdef int n = 0
    while value >= 0x80:
        piece[n] = <char>(value & 0x7F | 0x80)
        value >>= 7
        n += 1
    piece[n] = <char>value
    return put(out, piece, n + 1)


cdef inline int64_t _varint_size(uint64_t value) noexcept nogil:
    cdef int64_t n = 1
    while value >= 0x80:
        value >>= 7
        n += 1
    return n


cdef inline int64_t _scalar_size(const Value* v) noexcept nogil:
    if v.tag <= T_TRUE:
        return 1
    if v.tag == T_FLOAT:
        return 9
    return 1 + _varint_size(zigzag(v.v.i))


cdef int put_scalar(const Value* v, Buffer* out) noexcept nogil:
    if put_byte(out, <char>v.tag) < 0:
        return FAILED
    if v.tag <= T_TRUE:
        return 0
    if v.tag == T_FLOAT:
        return put(out, NAN_BYTES if isnan(v.v.f) else <const char*>&v.v.f, 8)
    return put_varint(out, zigzag(v.v.i))


cdef inline int _put_str(const Str* s, Buffer* out) noexcept nogil:
    if put_byte(out, T_STRING) < 0 or put_varint(out, s.n_bytes) < 0:
        return FAILED
    return put(out, text_of(s), s.n_bytes)


cdef int tree_size(Heap* h, const Value* v, int64_t budget, int64_t* size, int64_t* price) noexcept nogil:
    cdef uint32_t objects[DEPTH]
    cdef uint32_t positions[DEPTH]
    cdef uint32_t depth = 0, at, n
    cdef int64_t total = 0, elements = 0
    cdef Array* array
    cdef Entry* entry
    while total <= budget:
        if is_str(v):
            n = str_of(h, v).n_bytes
            total += 1 + _varint_size(n) + n
        elif v.tag < T_STRING:
            total += _scalar_size(v)
        else:
            if depth >= DEPTH:
                return too_deep(h, 0)
            n = array_at(h, v.v.o).length  # `length` lies first in maps too
            total += 1 + _varint_size(n)
            elements += n
            objects[depth] = v.v.o
            positions[depth] = 0
            depth += 1
        while depth > 0 and positions[depth - 1] == array_at(h, objects[depth - 1]).length:
            depth -= 1
        if depth == 0 or total > budget:
            break
        array = array_at(h, objects[depth - 1])
        at = positions[depth - 1]
        positions[depth - 1] = at + 1
        if array.kind == T_ARRAY:
            v = &items_of(h, array)[at]
        else:
            entry = &entries_of(h, <Map*>array)[at]
            n = str_at(h, entry.key).n_bytes
            total += 1 + _varint_size(n) + n
            v = &entry.value
    size[0] = total
    price[0] += elements + total // 64
    return 0


cdef int put_tree(const Heap* h, const Value* v, Buffer* out) noexcept nogil:
    cdef uint32_t objects[DEPTH]
    cdef uint32_t positions[DEPTH]
    cdef uint32_t depth = 0, at
    cdef Array* array
    cdef Entry* entry
    while True:
        if is_str(v):
            if _put_str(str_of(h, v), out) < 0:
                return FAILED
        elif v.tag < T_STRING:
            if put_scalar(v, out) < 0:
                return FAILED
        else:
            array = array_at(h, v.v.o)
            if put_byte(out, <char>v.tag) < 0 or put_varint(out, array.length) < 0:
                return FAILED
            objects[depth] = v.v.o
            positions[depth] = 0
            depth += 1
        while depth > 0 and positions[depth - 1] == array_at(h, objects[depth - 1]).length:
            depth -= 1
        if depth == 0:
            return 0
        array = array_at(h, objects[depth - 1])
        at = positions[depth - 1]
        positions[depth - 1] = at + 1
        if array.kind == T_ARRAY:
            v = &items_of(h, array)[at]
        else:
            entry = &entries_of(h, <Map*>array)[at]
            if _put_str(str_at(h, entry.key), out) < 0:
                return FAILED
            v = &entry.value


@cython.final
cdef class Beside:
    def __cinit__(self, known):
        self.places = {}
        self.new = {}
        self.known = known

    cdef uint32_t place(self, bytes digest, const char* data, int64_t size) except? 0xFFFFFFFF:
        """The number of a large object."""
        number = self.places.get(digest)
        if number is None:
            number = self.places[digest] = len(self.places)
            if digest not in self.known:
                self.new[digest] = data[:size]
        return number

    cdef uint32_t place_of_str(self, Str* s) except? 0xFFFFFFFF:
        """The same of a large string, whose digest is computed once."""
        cdef char* at = digest_of_str(s)
        cdef bytes digest = at[:STRING_DIGEST]
        cdef bytes text
        if digest == _NO_DIGEST:
            text = text_of(s)[: s.n_bytes]
            digest = digest_of(text)
            memcpy(at, <const char*>digest, STRING_DIGEST)
            if digest not in self.places and digest not in self.known:
                self.new[digest] = text
        return self.place(digest, text_of(s), s.n_bytes)


cdef int _put_large(const Str* s, void* beside, Buffer* out) noexcept with gil:
    try:
        if put_byte(out, LARGE) < 0:
            return FAILED
        return put_varint(out, (<Beside>beside).place_of_str(<Str*>s))
    except MemoryError:
        return FAILED


cdef struct Writing:
    uint32_t offset
    uint32_t position


cdef inline int _put_object(const Heap* h, uint32_t offset, Numbers* numbers, Buffer* out, Buffer* stack) noexcept nogil:
    """A string or container, or the number it has."""
    cdef uint32_t* number = &numbers.table[offset >> 3]
    cdef Array* array = array_at(h, offset)
    cdef Writing fresh
    if number[0] != 0:
        if put_byte(out, REFERENCE) < 0:
            return FAILED
        return put_varint(out, number[0] - 1)
    numbers.count += 1
    number[0] = numbers.count
    if array.kind == T_STRING:
        if numbers.beside != NULL and is_large((<Str*>array).n_bytes):
            return _put_large(<Str*>array, numbers.beside, out)
        return _put_str(<Str*>array, out)
    if put_byte(out, <char>array.kind) < 0 or put_varint(out, array.length) < 0:
        return FAILED
    fresh.offset = offset
    fresh.position = 0
    return put(stack, <char*>&fresh, sizeof(Writing))


cdef int put_value(const Heap* h, const Value* v, Numbers* numbers, Buffer* out) noexcept nogil:
    cdef Buffer stack
    cdef Writing* top
    cdef Array* array
    cdef Entry* entry
    cdef uint32_t at
    cdef int status
    if v.tag < T_STRING:
        return put_scalar(v, out)
    stack.data = NULL
    stack.length = 0
    stack.size = 0
    status = _put_object(h, v.v.o, numbers, out, &stack)
    while status == 0 and stack.length > 0:
        top = <Writing*>(stack.data + stack.length) - 1
        array = array_at(h, top.offset)
        at = top.position
        if at == array.length:
            stack.length -= sizeof(Writing)
            continue
        top.position = at + 1
        if array.kind == T_ARRAY:
            v = &items_of(h, array)[at]
        else:
            entry = &entries_of(h, <Map*>array)[at]
            if _put_object(h, entry.key, numbers, out, &stack) < 0:
                status = FAILED
                break
            v = &entry.value
        if v.tag < T_STRING:
            status = put_scalar(v, out)
        else:
            status = _put_object(h, v.v.o, numbers, out, &stack)
    free(stack.data)
    return status


# --- reading ---------------------------------------------------------------------------------------------------------

cdef int refuse(Reader* r, const char* what) noexcept nogil:
    if r.bad == NULL:
        r.bad = what
    return FAILED


cdef int read_byte(Reader* r) noexcept nogil:
    if r.at >= r.end:
        return refuse(r, b"it ends too early")
    r.at += 1
    return <uint8_t>r.data[r.at - 1]


cdef int read_varint(Reader* r, uint64_t* out) noexcept nogil:
    cdef uint64_t value = 0
    cdef int shift = 0, byte
    while True:
        byte = read_byte(r)
        if byte < 0:
            return FAILED
        if shift == 63 and byte > 1:
            return refuse(r, b"a number is too large" if byte < 0x80 else b"a number is too long")
        value |= <uint64_t>(byte & 0x7F) << shift
        if byte < 0x80:
            if byte == 0 and shift:
                return refuse(r, b"a number is not in its shortest form")
            out[0] = value
            return 0
        shift += 7


cdef int read_count(Reader* r, int64_t item_bytes, uint32_t* out) noexcept nogil:
    cdef uint64_t n
    if read_varint(r, &n) < 0:
        return FAILED
    if n > <uint64_t>((r.end - r.at) // item_bytes) or n > <uint64_t>0x7FFFFFFF:
        return refuse(r, b"a count exceeds the data")
    out[0] = <uint32_t>n
    return 0


cdef int read_bytes(Reader* r, int64_t n, const char** data) noexcept nogil:
    if n < 0 or n > r.end - r.at:
        return refuse(r, b"it ends too early")
    data[0] = r.data + r.at
    r.at += n
    return 0


cdef int read_text(Reader* r, const char** text, uint32_t* n_bytes, uint32_t* n_chars) noexcept nogil:
    cdef uint64_t n
    cdef int64_t chars
    if read_varint(r, &n) < 0:
        return FAILED
    if n > <uint64_t>(r.end - r.at) or n > <uint64_t>0x7FFFFFFF:
        return refuse(r, b"it ends too early")
    text[0] = r.data + r.at
    r.at += <int64_t>n
    chars = check_text(text[0], <int64_t>n)
    if chars < 0:
        return refuse(r, b"text is not UTF-8 or holds U+0000")
    n_bytes[0] = <uint32_t>n
    n_chars[0] = <uint32_t>chars
    return 0


cdef bint is_within_years(int tag, int64_t value) noexcept nogil:
    """Whether a value that may be a date lies in years 1 to 9999."""
    if tag == T_DATETIME:
        return _FIRST_SECOND <= value <= _LAST_SECOND
    return tag != T_DATE or _FIRST_DAY <= value <= _LAST_DAY


cdef int read_scalar(Reader* r, int tag, Value* out) noexcept nogil:
    cdef uint64_t number
    cdef const char* data
    out.tag = tag
    out.v.i = 0
    if tag <= T_TRUE:
        return 0
    if tag == T_FLOAT:
        if read_bytes(r, 8, &data) < 0:
            return FAILED
        memcpy(&out.v.f, data, 8)
        if isnan(out.v.f) and memcmp(data, NAN_BYTES, 8) != 0:
            return refuse(r, b"a NaN is not in its one form")
        return 0
    if tag > T_DATE:
        return refuse(r, b"an unknown tag")
    if read_varint(r, &number) < 0:
        return FAILED
    out.v.i = <int64_t>((number >> 1) ^ (0 - (number & 1)))
    if not is_within_years(tag, out.v.i):
        return refuse(r, b"a date is out of range")
    return 0


cdef struct Open:
    # A container whose values are being read.
    uint32_t offset
    uint32_t missing
    uint32_t key  # of a map: the key whose value comes next, or NO_OBJECT
    uint32_t hash  # to enter that key with
    uint32_t kind


cdef inline int _room_for(Reader* r, Heap* h, int64_t n, int64_t* room) noexcept nogil:
    room[0] -= n
    if room[0] < 0:
        return refuse(r, b"its account is less than its content")
    if grow_region(h, n) < 0:
        return refuse(r, b"it does not fit into memory")
    return 0


cdef int _number(Reader* r, Numbers* numbers, uint32_t offset) noexcept nogil:
    cdef uint32_t* table
    cdef uint32_t size
    if numbers == NULL:
        return 0
    if numbers.count == numbers.size:
        size = numbers.size * 2 + 16
        table = <uint32_t*>realloc(numbers.table, size * sizeof(uint32_t))
        if table == NULL:
            return refuse(r, b"it does not fit into memory")
        numbers.table = table
        numbers.size = size
    numbers.table[numbers.count] = offset
    numbers.count += 1
    return 0


cdef int _read_string(Reader* r, Heap* h, Numbers* numbers, int64_t* room, uint32_t* offset) noexcept nogil:
    cdef const char* text
    cdef uint32_t n_bytes, n_chars
    if read_text(r, &text, &n_bytes, &n_chars) < 0 or _room_for(r, h, string_price(n_bytes), room) < 0:
        return FAILED
    if numbers != NULL and numbers.large != NULL and is_large(n_bytes):
        return refuse(r, b"a large string is not beside the root")
    offset[0] = new_text(h, text, n_bytes, n_chars)
    return _number(r, numbers, offset[0])


cdef LargeObject* use_large(Reader* r, LargeObjects* large, uint64_t number, uint64_t size) noexcept nogil:
    if number >= large.count:
        refuse(r, b"a large object that is not named")
        return NULL
    if number > large.used:
        refuse(r, b"large objects are not in order of use")
        return NULL
    if large.objects[number].data == NULL or (size > 0 and <uint64_t>large.objects[number].size != size):
        refuse(r, b"a large object is missing")
        return NULL
    if number == large.used:
        large.used += 1
    return &large.objects[number]


cdef int _read_large(Reader* r, Heap* h, Numbers* numbers, int64_t* room, uint32_t* offset) noexcept nogil:
    cdef uint64_t number
    cdef LargeObject* found
    cdef int64_t n_chars
    if read_varint(r, &number) < 0:
        return FAILED
    found = use_large(r, numbers.large, number, 0)
    if found == NULL:
        return FAILED
    if not is_large(found.size):
        return refuse(r, b"a large object is small")
    n_chars = check_text(found.data, found.size)
    if n_chars < 0:
        return refuse(r, b"text is not UTF-8 or holds U+0000")
    if _room_for(r, h, string_price(found.size), room) < 0:
        return FAILED
    offset[0] = new_text(h, found.data, <uint32_t>found.size, <uint32_t>n_chars)
    memcpy(digest_of_str(str_at(h, offset[0])), found.digest, STRING_DIGEST)
    return _number(r, numbers, offset[0])


cdef int _read_reference(Reader* r, Numbers* numbers, uint32_t* offset) noexcept nogil:
    cdef uint64_t number
    if read_varint(r, &number) < 0:
        return FAILED
    if number >= numbers.count:
        return refuse(r, b"a reference to an object that was not seen")
    offset[0] = numbers.table[number]
    return 0


cdef int _read_key(Reader* r, Heap* h, Numbers* numbers, int64_t* room, Open* top) noexcept nogil:
    cdef int tag = read_byte(r)
    cdef Entry* known
    cdef Str* key
    cdef Str* other
    if tag < 0:
        return FAILED
    if tag == T_STRING:
        if _read_string(r, h, numbers, room, &top.key) < 0:
            return FAILED
    elif tag == REFERENCE and numbers != NULL:
        if _read_reference(r, numbers, &top.key) < 0:
            return FAILED
    elif tag == LARGE and numbers != NULL and numbers.large != NULL:
        if _read_large(r, h, numbers, room, &top.key) < 0:
            return FAILED
    else:
        return refuse(r, b"a map key is not text")
    key = str_at(h, top.key)
    if key.kind != T_STRING:
        return refuse(r, b"a map key is not text")
    top.hash = str_hash(key)
    known = find_entry(h, map_at(h, top.offset), text_of(key), key.n_bytes, top.hash)
    if known != NULL:
        top.hash = spelling_hash(text_of(key), key.n_bytes)
        other = str_at(h, known.key)
        if other.n_bytes == key.n_bytes and memcmp(text_of(other), text_of(key), key.n_bytes) == 0:
            return refuse(r, b"a map has a key twice")
    return 0


cdef int _read_container(Reader* r, Heap* h, Numbers* numbers, int64_t* room, int tag, Open* fresh) noexcept nogil:
    cdef int64_t item_bytes = 1 if tag == T_ARRAY else (3 if numbers == NULL else 2)
    cdef uint32_t n
    if read_count(r, item_bytes, &n) < 0:
        return FAILED
    if _room_for(r, h, array_price(n) if tag == T_ARRAY else map_price(n), room) < 0:
        return FAILED
    fresh.offset = new_array(h, n) if tag == T_ARRAY else new_map(h, n)
    fresh.missing = n
    fresh.key = NO_OBJECT
    fresh.kind = tag
    return _number(r, numbers, fresh.offset)


cdef int read_value(Reader* r, Heap* h, Numbers* numbers, int64_t room, bint is_tree, Value* out) noexcept nogil:
    cdef Buffer stack
    cdef Open* top
    cdef Open fresh
    cdef Value value
    cdef Array* array
    cdef int tag, status = 0
    cdef uint32_t offset
    cdef bint opens
    stack.data = NULL
    stack.length = 0
    stack.size = 0
    while True:
        top = <Open*>(stack.data + stack.length) - 1 if stack.length > 0 else NULL
        if top != NULL and top.kind == T_MAP and top.key == NO_OBJECT:
            if _read_key(r, h, numbers, &room, top) < 0:
                status = FAILED
                break
        tag = read_byte(r)
        opens = tag == T_ARRAY or tag == T_MAP
        if tag < 0:
            status = FAILED
        elif tag == T_STRING:
            status = _read_string(r, h, numbers, &room, &offset)
            set_object(&value, T_STRING, offset)
        elif opens:
            if is_tree and stack.length >= DEPTH * <int64_t>sizeof(Open):
                status = refuse(r, b"a tree is nested too deeply")
            else:
                status = _read_container(r, h, numbers, &room, tag, &fresh)
                set_object(&value, <Tag>tag, fresh.offset)
        elif tag == REFERENCE and numbers != NULL:
            status = _read_reference(r, numbers, &offset)
            if status == 0:
                set_object(&value, <Tag>array_at(h, offset).kind, offset)
        elif tag == LARGE and numbers != NULL and numbers.large != NULL:
            status = _read_large(r, h, numbers, &room, &offset)
            set_object(&value, T_STRING, offset)
        else:
            status = read_scalar(r, tag, &value)
        if status < 0:
            break
        if top == NULL:
            out[0] = value
        elif top.kind == T_ARRAY:
            array = array_at(h, top.offset)
            items_of(h, array)[array.length - top.missing] = value
            top.missing -= 1
        else:
            append_entry(h, map_at(h, top.offset), top.key, top.hash, &value)
            top.key = NO_OBJECT
            top.missing -= 1
        if opens and fresh.missing > 0:
            if put(&stack, <char*>&fresh, sizeof(Open)) < 0:
                status = refuse(r, b"it does not fit into memory")
                break
            continue
        while stack.length > 0 and (<Open*>(stack.data + stack.length) - 1).missing == 0:
            stack.length -= sizeof(Open)
        if stack.length == 0:
            break
    free(stack.data)
    return status


cdef struct Key:
    const char* text
    uint64_t n_bytes


cdef int _order_of_keys(const void* a, const void* b) noexcept nogil:
    cdef const Key* x = <const Key*>a
    cdef const Key* y = <const Key*>b
    if x.n_bytes != y.n_bytes:
        return -1 if x.n_bytes < y.n_bytes else 1
    return memcmp(x.text, y.text, x.n_bytes)


cdef int _check_keys(Reader* r, Buffer* keys, int64_t start) noexcept nogil:
    """No key of the map that ends twice; `keys` from `start` on are its own."""
    cdef Key* key = <Key*>(keys.data + start)
    cdef int64_t n = (keys.length - start) // <int64_t>sizeof(Key), i
    qsort(key, n, sizeof(Key), _order_of_keys)
    for i in range(1, n):
        if _order_of_keys(&key[i - 1], &key[i]) == 0:
            return refuse(r, b"a map has a key twice")
    keys.length = start
    return 0


cdef int check_tree(const char* data, int64_t n, Reader* r) noexcept nogil:
    cdef uint32_t missing[DEPTH]
    cdef int64_t key_start[DEPTH]  # -1 for an array
    cdef uint32_t depth = 0, count, n_chars
    cdef Buffer keys
    cdef Key key
    cdef Value scalar
    cdef int tag, status = 0
    r.data = data
    r.at = 0
    r.end = n
    r.bad = NULL
    keys.data = NULL
    keys.length = 0
    keys.size = 0
    while status == 0:
        if depth > 0 and key_start[depth - 1] >= 0:
            if read_byte(r) != T_STRING:
                status = refuse(r, b"a map key is not text")
                break
            if read_text(r, &key.text, &count, &n_chars) < 0:
                status = FAILED
                break
            key.n_bytes = count
            if put(&keys, <char*>&key, sizeof(Key)) < 0:
                status = refuse(r, b"it does not fit into memory")
                break
        tag = read_byte(r)
        count = 0
        if tag < 0:
            status = FAILED
        elif tag == T_STRING:
            status = read_text(r, &key.text, &count, &n_chars)
            count = 0
        elif tag == T_ARRAY or tag == T_MAP:
            if depth >= DEPTH:
                status = refuse(r, b"a tree is nested too deeply")
            else:
                status = read_count(r, 1 if tag == T_ARRAY else 3, &count)
        else:
            status = read_scalar(r, tag, &scalar)
        if status < 0:
            break
        if depth > 0:
            missing[depth - 1] -= 1
        if count > 0:
            missing[depth] = count
            key_start[depth] = keys.length if tag == T_MAP else -1
            depth += 1
        while status == 0 and depth > 0 and missing[depth - 1] == 0:
            depth -= 1
            if key_start[depth] >= 0:
                status = _check_keys(r, &keys, key_start[depth])
        if depth == 0:
            break
    free(keys.data)
    if status == 0 and r.at != r.end:
        status = refuse(r, b"bytes follow the end")
    return status


cdef int64_t tree_price(const char* data, int64_t n) noexcept nogil:
    cdef Reader r
    cdef int64_t total = 0
    cdef uint64_t number
    cdef int tag
    r.data = data
    r.at = 0
    r.end = n
    r.bad = NULL
    while r.at < n:
        tag = read_byte(&r)
        if tag == T_FLOAT:
            r.at += 8
        elif tag > T_TRUE:
            if read_varint(&r, &number) < 0:
                break
            if tag == T_STRING:
                total += string_price(<int64_t>number)
                r.at += <int64_t>number
            elif tag == T_ARRAY:
                total += array_price(<uint32_t>number)
            elif tag == T_MAP:
                total += map_price(<uint32_t>number)
    return total
