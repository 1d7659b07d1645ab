"""Elements and members of containers. Statuses as in heap.pxd."""

from botserver_speedups.ops cimport *

cdef enum:
    ARRAY_ITEMS = 1_000_001  # limits.ARRAY_ITEMS

# out := base.name. NEEDS_PYTHON for dates and JSON text.
cdef int read_member(Heap* h, const Value* base, const Str* name, Value* out) noexcept nogil

# out := base[key].
cdef int read_index(Heap* h, const Value* base, const Value* key, Value* out) noexcept nogil

cdef inline bint extends(const Heap* h, Array* array, int64_t index) noexcept nogil:
    """Makes `index` the last element if that costs nothing: it is the next one, and there is room."""
    if index != array.length or index >= array.capacity or index >= ARRAY_ITEMS:
        return False
    array.length += 1
    return True

# base[key] := value, which may be a constant and then is copied.
cdef int assign(Heap* h, const Value* base, const Value* key, const Value* value) noexcept nogil

# target := a map of n pairs.
cdef int new_map_of(Heap* h, Value* target, const Value* pairs, uint32_t n) noexcept nogil
