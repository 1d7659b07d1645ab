"""Arithmetic on numbers and dates. Nothing here moves the heap. FAILED with the error of the script."""

from botserver_speedups.ops cimport *

cdef enum Symbol:
    SYMBOL_ADD = 0
    SYMBOL_SUB = 1
    SYMBOL_MUL = 2
    SYMBOL_DIV = 3
    SYMBOL_IDIV = 4
    SYMBOL_MOD = 5
    SYMBOL_POW = 6
    SYMBOL_FOR = 7

cdef int arithmetic(Heap* h, Symbol symbol, const Value* a, const Value* b, Value* out) noexcept nogil
cdef int negate(Heap* h, const Value* a, Value* out) noexcept nogil
