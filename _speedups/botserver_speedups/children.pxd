"""Sub-sessions: sets of areas below the session's own."""

from libc.stdint cimport int64_t, uint32_t

from botserver_speedups.areas cimport *

cdef enum:
    ID_BYTES = 16
    BASE_DIGEST_BYTES = 16  # of a digest, enough to tell that a value changed

# The areas of a set, wherever they lie; NULL means the one the last frame runs in. MENU is not among them.
cdef Area* areas_of(Heap* h, AreaSet* areas) noexcept nogil

cdef void enter_child(Heap* h, AreaSet* child) noexcept nogil  # of the current set
cdef void leave_child(Heap* h) noexcept nogil
cdef void leave_children(Heap* h) noexcept nogil  # back to the session itself

# A handler runs in the session itself; the sub-session of the script that waits is entered again when it ended.
cdef void leave_for_handler(Heap* h) noexcept nogil
cdef void return_from_handler(Heap* h) noexcept nogil
cdef bint is_waited_in(Heap* h, AreaSet* child) noexcept nogil  # in it or below

cdef void free_children(Heap* h) noexcept nogil  # all sets; the heap is not used any more

cdef AreaSet* session_set(Heap* h) except NULL  # makes it
cdef AreaSet* new_child(AreaSet* parent, const char* child_id) except NULL
cdef list all_ids(Heap* h)  # of all live sub-sessions, parents before their children
cdef AreaSet* find_set(Heap* h, bytes set_id) noexcept  # NULL if there is none
cdef AreaSet* find_child(Heap* h, bytes child_id) noexcept  # of the current set
cdef uint32_t depth_of(const AreaSet* areas) noexcept nogil
cdef uint32_t place_of(const AreaSet* child) noexcept nogil
cdef int64_t set_price(Heap* h, AreaSet* areas) noexcept nogil  # without its children
cdef int64_t tree_of_sets_price(Heap* h, AreaSet* areas) noexcept nogil

cdef int64_t branch_price(Heap* h) noexcept nogil
cdef int branch(Heap* h, bytes child_id) except -1  # the caller has counted its price
cdef int merge_child(Heap* h, AreaSet* child, int64_t max_kbs) except -1
cdef int discard_children(Heap* h) except -1

cdef bytes cell_digest(Cell* cell)  # of its tree
