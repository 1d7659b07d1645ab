"""Operators on any values. Statuses as in heap.pxd; `op` is an Opcode or a Special."""

from botserver_speedups.ops cimport *

# target := a op b.
cdef int calculate(Heap* h, uint32_t op, Value* target, const Value* a, const Value* b) noexcept nogil

# 1, 0 or a negative status.
cdef int are_equal(Heap* h, const Value* a, const Value* b) noexcept nogil
cdef int are_in_order(Heap* h, const Value* a, const Value* b, bint or_equal) noexcept nogil

# Whether the conditional jump `op` is taken: 1, 0 or a negative status.
cdef int jumps(Heap* h, uint32_t op, const Value* a, const Value* b) noexcept nogil
