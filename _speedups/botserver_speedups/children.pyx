"""Sub-sessions. What `reference_areas.py` says, on sets of areas.

Theory of operation. Whatever runs works on `h.areas`. Entering a sub-session puts these aside into the set they belong
to and takes the child's in their place; leaving does the reverse. So nothing that reads or writes an area knows about
sub-sessions, and a session that has none pays nothing for them.
"""

from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memcmp, memcpy, memmove, memset

from botserver.errors import ScriptError
from botserver.limits import LARGE_OBJECT_BYTES
from botserver.limits import MERGED_HISTORIES as _MERGED_HISTORIES
from botserver.vm.snapshot import digest_of
from botserver.vm.values import SUB_SESSION_ID_PRICE, SUB_SESSION_PRICE

from botserver_speedups.failures cimport sentence

cdef int64_t LARGE = LARGE_OBJECT_BYTES
cdef bytes _NO_DIGEST = bytes(DIGEST_BYTES)
cdef int64_t _SET_PRICE = SUB_SESSION_PRICE
cdef int64_t _ID_PRICE = SUB_SESSION_ID_PRICE
cdef uint32_t MERGED_HISTORIES = _MERGED_HISTORIES


cdef bytes cell_digest(Cell* cell):
    """Computed once for each large object."""
    cdef bytes digest
    if cell.n_tree < LARGE:
        return digest_of(tree_of(cell)[: cell.n_tree])
    digest = digest_of_cell(cell)[:DIGEST_BYTES]
    if digest == _NO_DIGEST:
        digest = digest_of(tree_of(cell)[: cell.n_tree])
        memcpy(digest_of_cell(cell), <char*>digest, DIGEST_BYTES)
    return digest


# --- the tree ----------------------------------------------------------------------------------------------------

cdef Area* areas_of(Heap* h, AreaSet* areas) noexcept nogil:
    return &h.areas[0] if areas == NULL or areas == h.current else &areas.areas[0]


cdef void _exchange(Heap* h, AreaSet* target) noexcept nogil:
    cdef uint32_t which
    for which in range(AREAS):
        if which != MENU:
            h.current.areas[which] = h.areas[which]
            h.areas[which] = target.areas[which]
            memset(&target.areas[which], 0, sizeof(Area))
    h.current = target


cdef void enter_child(Heap* h, AreaSet* child) noexcept nogil:
    check(child.parent == h.current)
    _exchange(h, child)


cdef void leave_child(Heap* h) noexcept nogil:
    check(h.current.parent != NULL)
    _exchange(h, h.current.parent)


cdef void leave_children(Heap* h) noexcept nogil:
    if h.current != h.session:
        _exchange(h, h.session)


cdef void leave_for_handler(Heap* h) noexcept nogil:
    h.waiting = NULL if h.current == h.session else h.current
    leave_children(h)


cdef void return_from_handler(Heap* h) noexcept nogil:
    leave_children(h)
    if h.waiting != NULL:
        _exchange(h, h.waiting)
    h.waiting = NULL


cdef bint is_waited_in(Heap* h, AreaSet* child) noexcept nogil:
    cdef AreaSet* areas = h.waiting
    while areas != NULL and areas != child:
        areas = areas.parent
    return areas != NULL


cdef void _free_set(AreaSet* areas) noexcept nogil:
    """Recursion ends at the depth sub-sessions may have."""
    cdef uint32_t i
    for i in range(AREAS):
        clear_area(&areas.areas[i])
    clear_area(&areas.bases[VARIABLES])
    clear_area(&areas.bases[CONTEXTS])
    for i in range(areas.n_children):
        _free_set(areas.children[i])
    free(areas.children)
    free(areas.merged)
    free(areas)


cdef void free_children(Heap* h) noexcept nogil:
    if h.session != NULL:
        _free_set(h.session)
    h.session = NULL
    h.current = NULL


cdef AreaSet* session_set(Heap* h) except NULL:
    if h.session == NULL:
        h.session = <AreaSet*>calloc(1, sizeof(AreaSet))
        if h.session == NULL:
            raise MemoryError
        h.current = h.session
    return h.session


cdef AreaSet* new_child(AreaSet* parent, const char* child_id) except NULL:
    cdef AreaSet* child = <AreaSet*>calloc(1, sizeof(AreaSet))
    cdef AreaSet** children = <AreaSet**>realloc(parent.children, (parent.n_children + 1) * sizeof(AreaSet*))
    if children != NULL:
        parent.children = children
    if child == NULL or children == NULL:
        free(child)
        raise MemoryError
    child.parent = parent
    memcpy(child.id, child_id, ID_BYTES)
    children[parent.n_children] = child
    parent.n_children += 1
    return child


cdef int _add_ids(AreaSet* areas, list found) except -1:
    cdef uint32_t i
    for i in range(areas.n_children):
        found.append(areas.children[i].id[:ID_BYTES])
        _add_ids(areas.children[i], found)
    return 0


cdef list all_ids(Heap* h):
    cdef list found = []
    if h.session != NULL:
        _add_ids(h.session, found)
    return found


cdef AreaSet* _find_below(AreaSet* areas, const char* set_id) noexcept nogil:
    cdef AreaSet* found = NULL
    cdef uint32_t i
    for i in range(areas.n_children):
        if memcmp(areas.children[i].id, set_id, ID_BYTES) == 0:
            return areas.children[i]
        found = _find_below(areas.children[i], set_id)
        if found != NULL:
            return found
    return NULL


cdef AreaSet* find_set(Heap* h, bytes set_id) noexcept:
    return NULL if h.session == NULL else _find_below(h.session, set_id)


cdef AreaSet* find_child(Heap* h, bytes child_id) noexcept:
    cdef uint32_t i
    if h.current != NULL:
        for i in range(h.current.n_children):
            if memcmp(h.current.children[i].id, <const char*>child_id, ID_BYTES) == 0:
                return h.current.children[i]
    return NULL


cdef uint32_t depth_of(const AreaSet* areas) noexcept nogil:
    cdef uint32_t depth = 0
    while areas != NULL and areas.parent != NULL:
        depth += 1
        areas = areas.parent
    return depth


cdef uint32_t place_of(const AreaSet* child) noexcept nogil:
    cdef uint32_t place = 0
    while child.parent.children[place] != child:
        place += 1
    return place


cdef int64_t _cells_price(const Area* areas) noexcept nogil:
    cdef int64_t total = 0
    cdef uint32_t which
    for which in range(AREAS):
        if which != MENU:
            total += area_price(&areas[which])
    return total


cdef int64_t set_price(Heap* h, AreaSet* areas) noexcept nogil:
    cdef int64_t total = _cells_price(areas_of(h, areas)) + _ID_PRICE * areas.n_merged
    if areas.parent != NULL:
        total += _SET_PRICE + area_price(&areas.bases[VARIABLES]) + area_price(&areas.bases[CONTEXTS])
    return total


cdef int64_t tree_of_sets_price(Heap* h, AreaSet* areas) noexcept nogil:
    cdef int64_t total = set_price(h, areas)
    cdef uint32_t i
    for i in range(areas.n_children):
        total += tree_of_sets_price(h, areas.children[i])
    return total


# --- branching ---------------------------------------------------------------------------------------------------

cdef int64_t _base_price(const Area* area) noexcept nogil:
    cdef int64_t total = 0
    cdef uint32_t i
    for i in range(area.length):
        if area.cells[i] != NULL:
            total += cell_price(area.cells[i]) - area.cells[i].n_tree + BASE_DIGEST_BYTES
    return total


cdef int64_t branch_price(Heap* h) noexcept nogil:
    return (
        _SET_PRICE
        + _cells_price(h.areas)
        - area_price(&h.areas[SUGGESTIONS])
        + _base_price(&h.areas[VARIABLES])
        + _base_price(&h.areas[CONTEXTS])
    )


cdef int branch(Heap* h, bytes child_id) except -1:
    cdef AreaSet* child = new_child(h.current if h.current != NULL else session_set(h), child_id)
    cdef uint32_t which, i
    cdef Area* area
    cdef Cell* cell
    cdef Cell* copy
    cdef bytes digest
    for which in (VARIABLES, CONTEXTS, PROMPT, KBS, TOOLS):
        area = &h.areas[which]
        for i in range(area.length):
            cell = area.cells[i]
            if cell == NULL:
                continue
            if which == VARIABLES or which == CONTEXTS:
                digest = cell_digest(cell)
                if add_cell(&child.bases[which], name_of(cell), cell.n_name, digest, BASE_DIGEST_BYTES) == NULL:
                    raise MemoryError
            copy = add_cell(&child.areas[which], name_of(cell), cell.n_name, tree_of(cell), cell.n_tree)
            if copy == NULL:
                raise MemoryError
            if cell.n_tree >= LARGE:
                memcpy(digest_of_cell(copy), digest_of_cell(cell), DIGEST_BYTES)
    return 0


# --- merging -----------------------------------------------------------------------------------------------------

cdef bint _is_changed(const Area* base, Cell* cell) except -1:
    """Whether a sub-session made this entry or gave it another value since it was created."""
    cdef Cell* was = find_cell(base, name_of(cell), cell.n_name, cell.hash)
    cdef bytes digest
    if was == NULL:
        return True
    digest = cell_digest(cell)
    return memcmp(tree_of(was), <const char*>digest, BASE_DIGEST_BYTES) != 0


cdef inline Cell* _same(const Area* area, const Cell* cell) noexcept nogil:
    return find_cell(area, name_of(cell), cell.n_name, cell.hash)


cdef list _changes(Heap* h, AreaSet* child, uint32_t which, int64_t* bytes_more, int64_t* cells_more):
    """Places of the child's cells that its parent takes over, with what that adds to the parent."""
    cdef Area* mine = &h.areas[which]
    cdef Area* theirs = &child.areas[which]
    cdef list places = []
    cdef Cell* known
    cdef Cell* cell
    cdef uint32_t i
    for i in range(theirs.length):
        cell = theirs.cells[i]
        if cell == NULL:
            continue
        known = _same(mine, cell)
        if which == KBS or which == TOOLS:
            if known != NULL:
                continue
        elif not _is_changed(&child.bases[which], cell):
            continue
        places.append(i)
        bytes_more[0] += cell_price(cell)
        if known != NULL:
            bytes_more[0] += <int64_t>known.n_name - <int64_t>cell.n_name - cell_price(known)
        else:
            cells_more[0] += 1
    if which == VARIABLES or which == CONTEXTS:
        for i in range(child.bases[which].length):
            cell = child.bases[which].cells[i]
            known = _same(mine, cell)
            if known != NULL and _same(theirs, cell) == NULL:
                bytes_more[0] -= cell_price(known)
                cells_more[0] -= 1
    return places


cdef int _take_over(Heap* h, AreaSet* child, uint32_t which, list places) except -1:
    cdef Area* theirs = &child.areas[which]
    cdef Cell* cell
    cdef uint32_t i
    if which == VARIABLES or which == CONTEXTS:
        for i in range(child.bases[which].length):
            cell = child.bases[which].cells[i]
            if _same(theirs, cell) == NULL:
                remove_cell(h, which, name_of(cell), cell.n_name)
    for i in places:
        cell = theirs.cells[i]
        if put_counted_cell(h, which, name_of(cell), cell.n_name, tree_of(cell), cell.n_tree) < 0:
            raise MemoryError
    return 0


cdef int merge_child(Heap* h, AreaSet* child, int64_t max_kbs) except -1:
    cdef AreaSet* parent = child.parent
    cdef int64_t closed = tree_of_sets_price(h, child), change = 0, variables = 0, kbs = 0, others = 0
    cdef uint32_t n_merged = parent.n_merged + 1 + child.n_merged, dropped = 0
    cdef char* merged
    cdef list changed
    check(parent == h.current)
    changed = [
        _changes(h, child, VARIABLES, &change, &variables),
        _changes(h, child, CONTEXTS, &change, &others),
        _changes(h, child, KBS, &change, &kbs),
        _changes(h, child, TOOLS, &change, &others),
    ]
    if variables > 0 and h.areas[VARIABLES].count + variables > h.max_variables:
        raise ScriptError(9004, f"a session has at most {h.max_variables} variables")
    if kbs > 0 and h.areas[KBS].count + kbs > max_kbs:
        raise ScriptError(9003, f"a session has at most {max_kbs} active knowledge bases")
    if n_merged > MERGED_HISTORIES:
        dropped = n_merged - MERGED_HISTORIES
    change += _ID_PRICE * (<int64_t>n_merged - dropped - parent.n_merged) - closed
    if change > 0 and reserve_beside(h, change) < 0:
        raise ScriptError(h.error, sentence(h.what, h.first, h.second))
    merged = <char*>calloc(n_merged, ID_BYTES)
    if merged == NULL:
        raise MemoryError
    # From here on only the machine's memory can end.
    closed -= _ID_PRICE * (<int64_t>n_merged - dropped - parent.n_merged)
    h.cell_bytes -= closed
    h.others -= closed
    for which, places in zip((VARIABLES, CONTEXTS, KBS, TOOLS), changed):
        _take_over(h, child, which, places)
    if parent.n_merged > 0:
        memcpy(merged, parent.merged, parent.n_merged * ID_BYTES)
    memcpy(merged + parent.n_merged * ID_BYTES, child.id, ID_BYTES)
    if child.n_merged > 0:
        memcpy(merged + (parent.n_merged + 1) * ID_BYTES, child.merged, child.n_merged * ID_BYTES)
    memmove(merged, merged + dropped * ID_BYTES, (n_merged - dropped) * ID_BYTES)
    free(parent.merged)
    parent.merged = merged
    parent.n_merged = n_merged - dropped
    _unlink(child)
    _free_set(child)
    return 0


cdef void _unlink(AreaSet* child) noexcept nogil:
    cdef AreaSet* parent = child.parent
    cdef uint32_t place = place_of(child)
    parent.n_children -= 1
    memmove(
        &parent.children[place], &parent.children[place + 1], (parent.n_children - place) * sizeof(AreaSet*)
    )


cdef int discard_children(Heap* h) except -1:
    cdef int64_t price
    cdef AreaSet* child
    leave_children(h)
    while h.session != NULL and h.session.n_children > 0:
        child = h.session.children[h.session.n_children - 1]
        price = tree_of_sets_price(h, child)
        h.cell_bytes -= price
        h.others -= price
        _unlink(child)
        _free_set(child)
    return 0
