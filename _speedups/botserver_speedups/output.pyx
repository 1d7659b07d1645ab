"""Records of output, as `vm.pyx` reads them."""

from libc.stdlib cimport free

from botserver import limits
from botserver.vm import values

from botserver_speedups.areas cimport *
from botserver_speedups.children cimport ID_BYTES
from botserver_speedups.codec cimport *
from botserver_speedups.failures cimport *
from botserver_speedups.opcodes cimport *
from botserver_speedups.ops cimport put_display

cdef enum:
    OUTPUT_PRICE = 32

cdef int64_t OUTPUT_BYTES = limits.OUTPUT_BYTES
cdef uint32_t OUTPUT_RECORDS = limits.OUTPUT_RECORDS

if values.OUTPUT_PRICE != OUTPUT_PRICE:
    raise AssertionError("output.pyx is compiled for another price")


cdef int _put_block(Buffer* out, const char* data, int64_t n) noexcept nogil:
    if put_varint(out, <uint64_t>n) < 0:
        return FAILED
    return put(out, data, n)


cdef int emit(Heap* h, const Value* args, uint32_t number) noexcept nogil:
    """Appends a record to the output: the effect, whether a sub-session speaks and then its id, a head, a text; of a
    message then its suggestions (count, trees), of others a tree. The head of a message is empty or the source of its
    image."""
    cdef Buffer text, head, tree
    cdef Area* area = &h.areas[MENU if h.areas[MENU].count > 0 else SUGGESTIONS]
    cdef bint is_message = number == E_TALK or number == E_IMAGE
    cdef bint in_child = h.current != NULL and h.current.parent != NULL
    cdef int64_t size, price = 0, ignored = 0, detail = 0, start
    cdef uint32_t i
    cdef int status
    text.data = head.data = tree.data = NULL
    text.length = text.size = head.length = head.size = tree.length = tree.size = 0
    status = put_display(h, &args[0] if is_message else &args[1], &text, h.limit, &price)
    if status == 0 and number != E_TALK:
        status = put_display(h, &args[1] if is_message else &args[0], &head, h.limit, &ignored)
    size = OUTPUT_PRICE + text.length + head.length
    if status == 0 and is_message:
        for i in range(area.length):
            size += area.cells[i].n_tree
    elif status == 0:
        status = tree_size(h, &args[2], OUTPUT_BYTES, &detail, &price)
        size += detail
    if status == 0 and (
        h.turn_output_bytes + size > OUTPUT_BYTES or h.turn_output_records >= OUTPUT_RECORDS
    ):
        status = fail(h, 9013, OUTPUT_TOO_LARGE, 0, 0)
    if status == 0:
        status = pay(h, price + size // 64)
    if status == 0:
        status = reserve_beside(h, size)
    if status == 0:
        start = h.output.length
        status = put_varint(&h.output, number)
        status |= put_byte(&h.output, 1 if in_child else 0)
        if in_child:
            status |= put(&h.output, h.current.id, ID_BYTES)
        status |= _put_block(&h.output, head.data, head.length)
        status |= _put_block(&h.output, text.data, text.length)
        if is_message:
            status |= put_varint(&h.output, area.count)
            for i in range(area.length):
                status |= _put_block(&h.output, tree_of(area.cells[i]), area.cells[i].n_tree)
        else:
            status |= put_tree(h, &args[2], &tree)
            status |= _put_block(&h.output, tree.data, tree.length)
        if status < 0:
            h.output.length = start
            status = fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        else:
            h.n_output += 1
            h.output_bytes += size
            h.others += size
            h.turn_output_bytes += size
            h.turn_output_records += 1
    free(text.data)
    free(head.data)
    free(tree.data)
    return status
