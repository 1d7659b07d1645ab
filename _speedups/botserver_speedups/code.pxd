"""Programs in the form the loop runs: fixed-size instructions, constants as values. Made once per Program, never stored."""

from botserver_speedups.heap cimport *

cdef class Code:
    cdef readonly object program
    cdef Procedure* procedures
    cdef uint32_t n_procedures
    cdef Value* constants
    cdef uint32_t n_constants

cdef Code code_of(object program)
