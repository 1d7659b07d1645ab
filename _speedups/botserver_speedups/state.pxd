"""What the state of a session holds beside its frames: account, handlers, areas, output."""

from botserver_speedups.border cimport *
from botserver_speedups.code cimport Code

cdef bytes block_of(Reader* r)  # of the output: the next of what `output.pyx` wrote as one
cdef void drop_output(Heap* h) noexcept nogil  # what a run said was read

cdef class State:
    """The part of a heap that is there whether a script runs or not; see `machine.Heap`."""

    cdef Heap h
    cdef object release
    cdef object limits
    cdef object codes  # the Code of the frames, or a list of several
    cdef str language

    cdef int hold(self, Code code) except -1
    cdef object error_left(self)
    cdef int check_host_size(self, int64_t n) except -1
    cdef int reserve_bytes(self, int64_t n) except -1
    cdef int make_room(self, int64_t beside, int64_t n) except -1
    cdef int reserve_frame(self, Procedure* procedure, int64_t n) except -1
    cdef int replace_handlers(self, object registrations) except -1
    cdef int register_script(self, object program) except -1
    cdef int put_kept(self, bytes name, bytes data) except -2
    cdef bytes variables_of(self, object program, Value* registers)
    cdef object replace_choices(self, uint32_t which, object choices)
    cdef object replace_names(self, uint32_t which, object names)
    cdef AreaSet* child_named(self, str child_id) except NULL
    cdef Area* _areas_at(self, object address) except NULL
