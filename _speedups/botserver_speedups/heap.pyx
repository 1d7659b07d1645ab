"""Region, collection and containers.

Theory of operation. `held` is what the session pays for objects: `live`, the sum of prices reachable at the last
collection, and everything taken since. The region's `top` may be lower (a restored heap keeps its account but not its
garbage), never higher, so whatever fits the account fits the region. A collection copies what the registers reach
into a new region, breadth first: a copied object leaves its new offset behind, and the copies themselves are the
worklist, because each container is copied together with its block and can be walked by its header.
"""

from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memset

from botserver_speedups.failures cimport OUT_OF_MEMORY

cdef extern from *:
    """
    #if defined(__GLIBC__)
    #include <malloc.h>
    /* glibc raises this threshold by itself when a large block is freed; then heaps of megabytes would lie between
       small blocks, be copied when they grow, and not go back to the system. */
    static void keep_large_blocks_apart(void) { mallopt(M_MMAP_THRESHOLD, 1024 * 1024); }
    #else
    static void keep_large_blocks_apart(void) {}
    #endif
    """
    void keep_large_blocks_apart() nogil

cdef enum:
    FIRST_REGION = 512
    LARGEST_REGION = 0xFFFFFFF0

keep_large_blocks_apart()


cdef void init_heap(Heap* h, int64_t limit, int64_t session_price) noexcept nogil:
    memset(h, 0, sizeof(Heap))
    h.limit = limit
    h.others = session_price
    h.trigger = threshold(0)


cdef void free_heap(Heap* h) noexcept nogil:
    cdef uint32_t a, i
    for a in range(ALL_AREAS):
        for i in range(h.areas[a].length):
            free(h.areas[a].cells[i])
        free_store(&h.areas[a])
    free(h.base)
    free(h.spare)
    free(h.registers)
    free(h.frames)
    free(h.output.data)
    memset(h, 0, sizeof(Heap))


cdef int _resize(Heap* h, int64_t size) noexcept nogil:
    cdef char* base
    if size > <int64_t>LARGEST_REGION:
        return FAILED
    base = <char*>realloc(h.base, size if size > 0 else 1)
    if base == NULL:
        return FAILED
    h.base = base
    h.size = <uint32_t>size
    return 0


cdef int grow_region(Heap* h, int64_t n) noexcept nogil:
    cdef int64_t size
    if h.top + n <= h.size:
        return 0
    size = h.size + h.size // 2
    if size < FIRST_REGION:
        size = FIRST_REGION
    if size > h.limit:
        size = h.limit  # more is never asked for
    if size < h.top + n:
        size = padded(h.top + n)
    return _resize(h, size)


cdef int reserve_slowly(Heap* h, int64_t n) noexcept nogil:
    if n == 0:
        return 0
    if h.held + n > h.trigger or used(h) + n > h.limit:
        if collect(h) < 0:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        if used(h) + n > h.limit:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    if grow_region(h, n) < 0:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    return 0


cdef int reserve_beside(Heap* h, int64_t n) noexcept nogil:
    if used(h) + n <= h.limit:
        return 0
    if collect(h) < 0 or used(h) + n > h.limit:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    return 0


cdef inline uint32_t _forward(const Heap* h, uint32_t offset, char* to, uint32_t* top) noexcept nogil:
    """Where the object at `offset` goes; copies it if it was not yet."""
    cdef char* source = h.base + offset
    cdef Str* s = <Str*>source
    cdef uint32_t at = top[0]
    cdef uint32_t slots, block
    cdef Array* array
    cdef Map* map
    if s.kind & FORWARDED:
        return s.n_bytes
    if s.kind == T_STRING:
        block = <uint32_t>string_price(s.n_bytes)
        memcpy(to + at, source, block)
        top[0] += block
    elif s.kind == T_ARRAY:
        array = <Array*>(to + at)
        memcpy(array, source, sizeof(Array))
        slots = array.capacity
        memcpy(to + at + sizeof(Array), h.base + array.items, slots * sizeof(Value))
        array.items = at + sizeof(Array)
        top[0] += sizeof(Array) + slots * sizeof(Value)
    else:
        map = <Map*>(to + at)
        memcpy(map, source, sizeof(Map))
        slots = map.capacity
        memcpy(to + at + sizeof(Map), h.base + map.entries, slots * sizeof(Entry))
        map.entries = at + sizeof(Map)
        at = map.entries + slots * sizeof(Entry)
        memcpy(to + at, h.base + map.index, map.index_size * sizeof(uint32_t))
        map.index = at
        at = top[0]
        top[0] = map.index + map.index_size * sizeof(uint32_t)
    s.kind |= FORWARDED
    s.n_bytes = at
    return at


cdef inline void _settle_live(Heap* h) noexcept nogil:
    """All that lies in the region is reachable."""
    h.live = h.top
    h.held = h.top
    h.unmade = 0
    h.trigger = threshold(h.top)


cdef bint _is_all_live(Heap* h) noexcept nogil:
    """Whether copying would free nothing. Looked at when most of what was taken since the last collection are blocks
    of arrays that grew in place (`held` counts them, the region does not) and the region is large."""
    if h.size < LARGE_REGION or 4 * (h.held - h.unmade - h.top) < 3 * (h.held - h.live):
        return False
    return recount(h) == h.top


cdef int collect(Heap* h) noexcept nogil:
    cdef char* to = h.spare
    cdef uint32_t top = 0, scan = 0, i, to_size = h.spare_size
    cdef Value* v
    cdef Entry* entry
    cdef Array* array
    cdef Map* map
    if _is_all_live(h):
        _settle_live(h)
        return 0
    if to == NULL or to_size < h.top:
        drop_spare(h)
        to_size = h.top
        to = <char*>malloc(to_size if to_size > 0 else 1)
        if to == NULL:
            return FAILED
    h.spare = NULL
    for i in range(h.n_registers):
        v = &h.registers[i]
        if v.tag >= T_STRING:
            v.v.o = _forward(h, v.v.o, to, &top)
    while scan < top:
        array = <Array*>(to + scan)
        if array.kind == T_STRING:
            scan += <uint32_t>string_price((<Str*>array).n_bytes)
        elif array.kind == T_ARRAY:
            v = <Value*>(to + array.items)
            for i in range(array.length):
                if v[i].tag >= T_STRING:
                    v[i].v.o = _forward(h, v[i].v.o, to, &top)
            scan += sizeof(Array) + array.capacity * sizeof(Value)
        else:
            map = <Map*>array
            entry = <Entry*>(to + map.entries)
            for i in range(map.length):
                entry[i].key = _forward(h, entry[i].key, to, &top)
                if entry[i].value.tag >= T_STRING:
                    entry[i].value.v.o = _forward(h, entry[i].value.v.o, to, &top)
            scan += sizeof(Map) + map.capacity * sizeof(Entry) + map.index_size * sizeof(uint32_t)
    if h.size >= LARGE_REGION:
        h.spare = h.base
        h.spare_size = h.size
    else:
        free(h.base)
    h.base = to
    h.size = to_size
    h.top = top
    _settle_live(h)
    return 0


cdef int64_t recount(Heap* h) noexcept nogil:
    """By marking, so that it checks the collection and not itself. -1 if the machine has no memory left."""
    cdef uint32_t* stack = <uint32_t*>malloc((h.top // 8 + 1) * sizeof(uint32_t))
    cdef uint8_t* seen = <uint8_t*>calloc(h.top // 8 + 1, 1)
    cdef uint32_t n = 0, i, offset
    cdef int64_t total = 0
    cdef Array* array
    cdef Map* map
    cdef Entry* entry
    cdef Value* v
    if stack == NULL or seen == NULL:
        free(stack)
        free(seen)
        return -1
    for i in range(h.n_registers):
        if h.registers[i].tag >= T_STRING:
            _mark(h.registers[i].v.o, stack, &n, seen)
    while n > 0:
        n -= 1
        offset = stack[n]
        array = array_at(h, offset)
        if array.kind == T_STRING:
            total += string_price(str_at(h, offset).n_bytes)
        elif array.kind == T_ARRAY:
            total += array_price(array.length)
            v = items_of(h, array)
            for i in range(array.length):
                if v[i].tag >= T_STRING:
                    _mark(v[i].v.o, stack, &n, seen)
        else:
            map = map_at(h, offset)
            total += map_price(map.length)
            entry = entries_of(h, map)
            for i in range(map.length):
                _mark(entry[i].key, stack, &n, seen)
                if entry[i].value.tag >= T_STRING:
                    _mark(entry[i].value.v.o, stack, &n, seen)
    free(stack)
    free(seen)
    return total


cdef inline void _mark(uint32_t offset, uint32_t* stack, uint32_t* n, uint8_t* seen) noexcept nogil:
    if not seen[offset >> 3]:
        seen[offset >> 3] = 1
        stack[n[0]] = offset
        n[0] += 1


cdef void drop_spare(Heap* h) noexcept nogil:
    free(h.spare)
    h.spare = NULL
    h.spare_size = 0


cdef inline void _trim(Area* area) noexcept nogil:
    cdef AreaStore* store
    if area.length > 0 and store_of(area).size > area.length:
        store = <AreaStore*>realloc(store_of(area), sizeof(AreaStore) + area.length * sizeof(Cell*))
        if store != NULL:
            store.size = area.length
            area.cells = <Cell**>(store + 1)


cdef void shrink(Heap* h) noexcept nogil:
    cdef void* smaller
    cdef uint32_t a
    drop_spare(h)
    for a in range(ALL_AREAS):
        _trim(&h.areas[a])
    if h.size > h.top:
        _resize(h, h.top)
    if h.top == 0:
        free(h.base)
        h.base = NULL
        h.size = 0
    if h.registers_size > h.n_registers:
        smaller = realloc(h.registers, max(h.n_registers, 1) * sizeof(Value))
        if smaller != NULL:
            h.registers = <Value*>smaller
            h.registers_size = max(h.n_registers, 1)
    if h.frames_size > h.n_frames:
        smaller = realloc(h.frames, max(h.n_frames, 1) * sizeof(Frame))
        if smaller != NULL:
            h.frames = <Frame*>smaller
            h.frames_size = max(h.n_frames, 1)
    if h.output.length == 0:
        free(h.output.data)
        h.output.data = NULL
        h.output.size = 0


# --- containers --------------------------------------------------------------------------------------------------

cdef uint32_t new_array(Heap* h, uint32_t length) noexcept nogil:
    cdef uint32_t slots = capacity(length)
    cdef uint32_t offset = take(h, sizeof(Array) + slots * sizeof(Value))
    cdef Array* array = <Array*>(h.base + offset)
    array.length = length
    array.capacity = slots
    array.items = offset + sizeof(Array)
    array.kind = T_ARRAY
    memset(items_of(h, array), 0, slots * sizeof(Value))
    return offset


cdef uint32_t new_map(Heap* h, uint32_t expected) noexcept nogil:
    cdef uint32_t slots = capacity(expected)
    cdef uint32_t index = index_size(expected, slots)
    cdef uint32_t offset = take(h, sizeof(Map) + slots * sizeof(Entry) + index * sizeof(uint32_t))
    cdef Map* map = <Map*>(h.base + offset)
    map.length = 0
    map.capacity = slots
    map.entries = offset + sizeof(Map)
    map.kind = T_MAP
    map.index = <uint32_t>(map.entries + slots * sizeof(Entry))
    map.index_size = index
    map.unused = 0
    memset(h.base + map.entries, 0, slots * sizeof(Entry) + index * sizeof(uint32_t))
    return offset


cdef Entry* _probe(
    const Heap* h, const Map* map, const char* text, uint32_t n_bytes, uint32_t hash, bint exactly
) noexcept nogil:
    """Among the entries with this hash the one with this key, or unless `exactly` the first that folds to it."""
    cdef Entry* entries = entries_of(h, map)
    cdef Entry* found = NULL
    cdef uint32_t i = 0, mask = map.index_size - 1, at = hash & mask
    cdef uint32_t* index = <uint32_t*>(h.base + map.index)
    cdef Str* key
    while True:
        # Slots are filled in order of insertion, so the first found is the first inserted.
        if map.index_size == 0:
            if i == map.length:
                return found
            i += 1
        else:
            i = index[at]
            if i == 0:
                return found
            at = (at + 1) & mask
        if entries[i - 1].hash != hash:
            continue
        key = str_at(h, entries[i - 1].key)
        if key.n_bytes == n_bytes and memcmp(text_of(key), text, n_bytes) == 0:
            return &entries[i - 1]
        if found == NULL and not exactly and fold_equal(text_of(key), key.n_bytes, text, n_bytes):
            found = &entries[i - 1]


cdef Entry* find_entry(const Heap* h, const Map* map, const char* text, uint32_t n_bytes, uint32_t hash) noexcept nogil:
    cdef Entry* found = _probe(h, map, text, n_bytes, hash, False)
    cdef Entry* exact
    cdef Str* key
    if found == NULL:
        return NULL
    key = str_at(h, found.key)
    if key.n_bytes == n_bytes and memcmp(text_of(key), text, n_bytes) == 0:
        return found
    exact = _probe(h, map, text, n_bytes, spelling_hash(text, n_bytes), True)
    return exact if exact != NULL else found


cdef Entry* find_key(const Heap* h, const Map* map, Str* key) noexcept nogil:
    cdef Entry* entries = entries_of(h, map)
    cdef uint32_t hash = str_hash(key), i, at, mask
    cdef uint32_t* index
    if map.index_size == 0:
        for i in range(map.length):
            if entries[i].hash == hash:
                if same_text(str_at(h, entries[i].key), key):
                    return &entries[i]
                break
        else:
            return NULL
    else:
        index = <uint32_t*>(h.base + map.index)
        mask = map.index_size - 1
        at = hash & mask
        while True:
            i = index[at]
            if i == 0:
                return NULL
            if entries[i - 1].hash == hash:
                if same_text(str_at(h, entries[i - 1].key), key):
                    return &entries[i - 1]
                break
            at = (at + 1) & mask
    return find_entry(h, map, text_of(key), key.n_bytes, hash)  # another spelling


cdef void append_entry(Heap* h, Map* map, uint32_t key, uint32_t hash, const Value* value) noexcept nogil:
    cdef Entry* entry = &entries_of(h, map)[map.length]
    cdef uint32_t* index
    cdef uint32_t at
    check(map.length < map.capacity)
    entry.hash = hash
    entry.key = key
    entry.value = value[0]
    map.length += 1
    if map.index_size:
        index = <uint32_t*>(h.base + map.index)
        at = hash & (map.index_size - 1)
        while index[at] != 0:
            at = (at + 1) & (map.index_size - 1)
        index[at] = map.length


cdef int grow_buffer(Buffer* b, int64_t n) noexcept nogil:
    cdef int64_t size = max(b.length + n, b.size + b.size // 2)
    cdef char* data
    if size < 256:
        size = 256
    data = <char*>realloc(b.data, size)
    if data == NULL:
        return FAILED
    b.data = data
    b.size = size
    return 0


cdef int buffer_to(Heap* h, Value* target, int64_t price, Buffer* text) noexcept nogil:
    cdef int status = settle(h, price, string_price(text.length))
    if status == 0:
        set_object(
            target, T_STRING,
            new_text(h, text.data, <uint32_t>text.length, count_chars(text.data, <uint32_t>text.length)),
        )
    free(text.data)
    return status
