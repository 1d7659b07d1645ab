"""Host values as trees, and back."""

from botserver_speedups.codec cimport *

# Appends the tree of a host value. OverflowError for integers beyond 64 bits and dates beyond years 1 to 9999.
cdef int put_host(object value, Buffer* out) except -1
cdef object host_of(const char* data, int64_t n)  # of a tree that is known to be right
