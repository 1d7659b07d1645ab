"""Values on their way over the border between Python and a heap."""

from botserver_speedups.children cimport *
from botserver_speedups.hosts cimport *
from botserver_speedups.ops cimport *

cdef class Incoming:
    """Host values on their way in: encoded and measured, not yet built."""

    cdef Buffer trees
    cdef int64_t price
    cdef int64_t built
    cdef int add(self, object value) except -1
    cdef int build(self, Heap* h, Value* target) except -1

cdef int check_memory(int status) except -1
cdef tuple choices_of(Area* area)
cdef tuple names_of(Area* area)
cdef int fill_area(Area* area, object values) except -1
cdef str id_of(AreaSet* areas)
cdef str id_text(Heap* h, const Value* v)
cdef object to_host_value(Heap* h, const Value* v)
cdef str scalar_str(const Heap* h, const Value* v)
cdef object shallow(Heap* h, const Value* v, bint with_items)
cdef tuple suggestions_of(object choices)
