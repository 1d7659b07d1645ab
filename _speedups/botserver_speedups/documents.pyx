"""Built-ins on JSON: a value as text, and what a path leads to in a value."""

from libc.stdlib cimport free

from botserver_speedups.arguments cimport *
from botserver_speedups.opcodes cimport *


cdef int to_json(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Buffer out
    cdef int status
    init_buffer(&out)
    if args[0].tag == T_ARRAY or args[0].tag == T_MAP:
        status = put_display(h, &args[0], &out, h.limit, &price)
    elif put_json_scalar(h, &args[0], &out) < 0 or out.length > h.limit:
        status = fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    else:
        status = 0
        price += out.length // 64
    if status < 0:
        free(out.data)
        return status
    return buffer_to(h, &args[0], price, &out)


cdef inline bint _parts_path(char c) noexcept nogil:
    return c == b"." or c == b"[" or c == b"]" or c == b'"' or c == b"'"


cdef int follow_path(Heap* h, Value* args, int64_t price) noexcept nogil:
    """JSON_GET of a container."""
    cdef char local[LOCAL_TEXT]
    cdef Text path
    cdef Value value = args[0], number
    cdef Array* array
    cdef Entry* entry
    cdef uint32_t at = 0, start, n
    cdef int64_t index
    cdef bint is_first = True
    if need_text(h, &args[1], B_JSON_GET, local, &path) < 0:
        return FAILED
    if is_str(&args[0]):
        return NEEDS_PYTHON
    while True:
        while at < path.n_bytes and _parts_path(path.data[at]):
            at += 1
        if at == path.n_bytes:
            return just(h, args, price, &value)
        start = at
        while at < path.n_bytes and not _parts_path(path.data[at]):
            at += 1
        n = at - start
        if is_first and n == 1 and path.data[start] == b"$":
            is_first = False
            continue
        is_first = False
        if value.tag == T_MAP:
            entry = find_entry(h, map_at(h, value.v.o), path.data + start, n, fold_hash(path.data + start, n))
            if entry == NULL:
                set_null(&value)
            else:
                value = entry.value
        elif value.tag == T_ARRAY:
            array = array_at(h, value.v.o)
            index = -1
            if parse_number(path.data + start, n, &number) and not index_of(h, &number, &index):
                index = -1
            if 0 <= index < array.length:
                value = items_of(h, array)[index]
            else:
                set_null(&value)
        else:
            return just_null(h, args, price)
