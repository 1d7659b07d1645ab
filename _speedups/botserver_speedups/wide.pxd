"""Integers beyond 64 bits for the moment an operation overflows. Cython has no overflow-checked arithmetic in C."""

from libc.stdint cimport int64_t

cdef extern from *:
    """
    #include <stdint.h>
    static inline int add_overflows(int64_t a, int64_t b, int64_t *r) { return __builtin_add_overflow(a, b, r); }
    static inline int sub_overflows(int64_t a, int64_t b, int64_t *r) { return __builtin_sub_overflow(a, b, r); }
    static inline int mul_overflows(int64_t a, int64_t b, int64_t *r) { return __builtin_mul_overflow(a, b, r); }
    /* Of the exact result, rounded once. */
    static inline double wide_add(int64_t a, int64_t b) { return (double)((__int128)a + b); }
    static inline double wide_sub(int64_t a, int64_t b) { return (double)((__int128)a - b); }
    static inline double wide_mul(int64_t a, int64_t b) { return (double)((__int128)a * b); }
    """
    bint add_overflows(int64_t a, int64_t b, int64_t* result) noexcept nogil
    bint sub_overflows(int64_t a, int64_t b, int64_t* result) noexcept nogil
    bint mul_overflows(int64_t a, int64_t b, int64_t* result) noexcept nogil
    double wide_add(int64_t a, int64_t b) noexcept nogil
    double wide_sub(int64_t a, int64_t b) noexcept nogil
    double wide_mul(int64_t a, int64_t b) noexcept nogil
