"""Cells of session areas. An area is a list with holes and, above a few cells, an index; both are packed when half of
the places are holes, so every operation is constant time on average."""

from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcpy, memset

from botserver.limits import LARGE_OBJECT_BYTES
from botserver.vm.values import CELL_PRICE

from botserver_speedups.failures cimport OUT_OF_MEMORY

cdef int64_t _LARGE = LARGE_OBJECT_BYTES
cdef int64_t _PRICE = CELL_PRICE

cdef enum:
    INDEXED_FROM = 12  # cells; fewer are found by walking


cdef inline int64_t _price(const Cell* cell) noexcept nogil:
    return _PRICE + cell.n_name + cell.n_tree


cdef int64_t cell_price(const Cell* cell) noexcept nogil:
    return _price(cell)


cdef int64_t area_price(const Area* area) noexcept nogil:
    cdef int64_t total = 0
    cdef uint32_t i
    for i in range(area.length):
        if area.cells[i] != NULL:
            total += _price(area.cells[i])
    return total


cdef inline bint _is_named(const Cell* cell, const char* name, uint32_t n_name, uint32_t hash) noexcept nogil:
    return cell != NULL and cell.hash == hash and fold_equal(name_of(cell), cell.n_name, name, n_name)


cdef uint32_t _place_of(const Area* area, const char* name, uint32_t n_name, uint32_t hash) noexcept nogil:
    """Of the cell with that name, or NO_OBJECT."""
    cdef AreaStore* store
    cdef uint32_t at, i
    if area.length == 0:
        return NO_OBJECT
    store = store_of(area)
    if store.index_size == 0:
        for i in range(area.length):
            if _is_named(area.cells[i], name, n_name, hash):
                return i
        return NO_OBJECT
    at = hash & (store.index_size - 1)
    while store.index[at] != 0:
        i = store.index[at] - 1
        if _is_named(area.cells[i], name, n_name, hash):
            return i
        at = (at + 1) & (store.index_size - 1)
    return NO_OBJECT


cdef Cell* find_cell(const Area* area, const char* name, uint32_t n_name, uint32_t hash) noexcept nogil:
    cdef uint32_t place = _place_of(area, name, n_name, hash)
    return NULL if place == NO_OBJECT else area.cells[place]


cdef inline void _enter(Area* area, uint32_t place) noexcept nogil:
    cdef AreaStore* store = store_of(area)
    cdef uint32_t at = area.cells[place].hash & (store.index_size - 1)
    while store.index[at] != 0:
        at = (at + 1) & (store.index_size - 1)
    store.index[at] = place + 1


cdef void _pack(Area* area) noexcept nogil:
    """Closes the holes and makes the index anew for at least one more cell. The area has room for cells."""
    cdef AreaStore* store = store_of(area)
    cdef uint32_t i, n = 0, size = 32
    for i in range(area.length):
        if area.cells[i] != NULL:
            area.cells[n] = area.cells[i]
            n += 1
    area.length = n
    free(store.index)
    store.index = NULL
    store.index_size = 0
    if n + 1 < INDEXED_FROM:
        return
    while size < 4 * n:
        size *= 2
    store.index = <uint32_t*>calloc(size, sizeof(uint32_t))
    if store.index == NULL:
        return  # slower, not wrong
    store.index_size = size
    for i in range(n):
        _enter(area, i)


cdef Cell* _new_cell(const char* name, uint32_t n_name, const char* tree, int64_t n_tree) noexcept nogil:
    cdef Cell* cell = <Cell*>malloc(sizeof(Cell) + n_name + n_tree + (DIGEST_BYTES if n_tree >= _LARGE else 0))
    if cell == NULL:
        return NULL
    cell.n_name = n_name
    cell.n_tree = <uint32_t>n_tree
    cell.hash = fold_hash(name, n_name)
    memcpy(name_of(cell), name, n_name)
    memcpy(tree_of(cell), tree, n_tree)
    if n_tree >= _LARGE:
        memset(digest_of_cell(cell), 0, DIGEST_BYTES)
    return cell


cdef Cell* add_cell(
    Area* area, const char* name, uint32_t n_name, const char* tree, int64_t n_tree
) noexcept nogil:
    cdef Cell* cell = _new_cell(name, n_name, tree, n_tree)
    if cell == NULL:
        return NULL
    if _append(area, cell) < 0:
        free(cell)
        return NULL
    return cell


cdef int _append(Area* area, Cell* cell) noexcept nogil:
    cdef AreaStore* store = NULL
    cdef uint32_t size = 0
    if area.cells != NULL:
        store = store_of(area)
        size = store.size
    if area.length == size:
        if area.length > 2 * area.count:
            _pack(area)
        else:
            size += size // 2 + 2
            store = <AreaStore*>realloc(store, sizeof(AreaStore) + size * sizeof(Cell*))
            if store == NULL:
                return FAILED
            if area.cells == NULL:
                store.index = NULL
                store.index_size = 0
            store.size = size
            area.cells = <Cell**>(store + 1)
    area.cells[area.length] = cell
    area.length += 1
    area.count += 1
    if store.index_size:
        if 2 * area.length > store.index_size:
            _pack(area)
        else:
            _enter(area, area.length - 1)
    elif area.length >= INDEXED_FROM:
        _pack(area)
    return 0


cdef int put_cell(
    Heap* h, uint32_t which, const char* name, uint32_t n_name, const char* tree, int64_t n_tree
) noexcept nogil:
    return _put(h, which, name, n_name, tree, n_tree, False)


cdef int put_counted_cell(
    Heap* h, uint32_t which, const char* name, uint32_t n_name, const char* tree, int64_t n_tree
) noexcept nogil:
    return _put(h, which, name, n_name, tree, n_tree, True)


cdef inline int _put(
    Heap* h, uint32_t which, const char* name, uint32_t n_name, const char* tree, int64_t n_tree, bint has_room
) noexcept nogil:
    cdef Area* area = &h.areas[which]
    cdef uint32_t place = _place_of(area, name, n_name, fold_hash(name, n_name))
    cdef Cell* cell
    cdef Cell* known = NULL
    cdef int64_t change
    if place != NO_OBJECT:
        known = area.cells[place]
        name = name_of(known)
        n_name = known.n_name
    # `name` may lie in the region, which a collection below would free: copy first.
    cell = _new_cell(name, n_name, tree, n_tree)
    if cell == NULL:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    change = _price(cell) - (_price(known) if known != NULL else 0)
    if change > 0 and not has_room and reserve_beside(h, change) < 0:
        free(cell)
        return FAILED
    if known != NULL:
        area.cells[place] = cell
        free(known)
    elif _append(area, cell) < 0:
        free(cell)
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    h.cell_bytes += change
    h.others += change
    return 0


cdef void remove_cell(Heap* h, uint32_t which, const char* name, uint32_t n_name) noexcept nogil:
    cdef Area* area = &h.areas[which]
    cdef uint32_t place = _place_of(area, name, n_name, fold_hash(name, n_name))
    cdef int64_t price
    if place == NO_OBJECT:
        return
    price = _price(area.cells[place])
    h.cell_bytes -= price
    h.others -= price
    free(area.cells[place])
    area.cells[place] = NULL
    area.count -= 1
    if area.length > 8 and area.length > 2 * area.count:
        _pack(area)


cdef void clear_area(Area* area) noexcept nogil:
    cdef uint32_t i
    for i in range(area.length):
        free(area.cells[i])
    free_store(area)
    memset(area, 0, sizeof(Area))


cdef int replace_area(Heap* h, uint32_t which, Area* source) noexcept nogil:
    cdef int64_t change = area_price(source) - area_price(&h.areas[which])
    if change > 0 and reserve_beside(h, change) < 0:
        clear_area(source)
        return FAILED
    clear_area(&h.areas[which])
    h.areas[which] = source[0]
    memset(source, 0, sizeof(Area))
    h.cell_bytes += change
    h.others += change
    return 0


cdef void drop_menu(Heap* h) noexcept nogil:
    cdef int64_t price = area_price(&h.areas[MENU])
    clear_area(&h.areas[MENU])
    h.cell_bytes -= price
    h.others -= price
