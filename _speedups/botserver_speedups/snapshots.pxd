"""The body of snapshots: a whole heap as bytes and back. `botserver/vm/snapshot.py` describes the form."""

from botserver_speedups.code cimport Code
from botserver_speedups.codec cimport *

# The sealed snapshot of an idle or suspended heap.
cdef object encode_heap(Heap* h, uint64_t fuel_used, object known)

# Fills a fresh heap and returns the Codes its frames need. Raises BadSnapshot; the heap is then only fit to be freed.
cdef list decode_heap(Heap* h, object snapshot, object release, uint64_t* fuel_used)
