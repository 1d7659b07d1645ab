"""Session areas: ordered cells of a name and an encoded tree, counted in the heap's account."""

from libc.stdint cimport int64_t, uint32_t

from botserver_speedups.heap cimport *

cdef enum:
    DIGEST_BYTES = 32

cdef inline char* name_of(const Cell* cell) noexcept nogil:
    return <char*>cell + sizeof(Cell)

cdef inline char* tree_of(const Cell* cell) noexcept nogil:
    return <char*>cell + sizeof(Cell) + cell.n_name

cdef inline char* digest_of_cell(const Cell* cell) noexcept nogil:
    """Of a large object's cell."""
    return <char*>cell + sizeof(Cell) + cell.n_name + cell.n_tree

cdef Cell* find_cell(const Area* area, const char* name, uint32_t n_name, uint32_t hash) noexcept nogil

# All of these may collect (not `remove_cell` and `add_cell`). FAILED and error 9001 if the account does not allow it.

# Sets the cell of a name; one that is there keeps its spelling and place.
cdef int put_cell(
    Heap* h, uint32_t which, const char* name, uint32_t n_name, const char* tree, int64_t n_tree
) noexcept nogil

# The same, for the bytes of which the caller made room.
cdef int put_counted_cell(
    Heap* h, uint32_t which, const char* name, uint32_t n_name, const char* tree, int64_t n_tree
) noexcept nogil
cdef void remove_cell(Heap* h, uint32_t which, const char* name, uint32_t n_name) noexcept nogil

# Puts `source`, whose cells were made with `add_cell`, in place of an area. Takes its cells even on failure.
cdef int replace_area(Heap* h, uint32_t which, Area* source) noexcept nogil

# Appends without a look at names and account.
cdef Cell* add_cell(
    Area* area, const char* name, uint32_t n_name, const char* tree, int64_t n_tree
) noexcept nogil
cdef int64_t cell_price(const Cell* cell) noexcept nogil
cdef int64_t area_price(const Area* area) noexcept nogil
cdef void clear_area(Area* area) noexcept nogil
cdef void drop_menu(Heap* h) noexcept nogil
