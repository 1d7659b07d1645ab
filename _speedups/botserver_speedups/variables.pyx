"""Built-ins on variables, contexts and the prompt of a session."""

from libc.stdlib cimport free

from botserver.limits import VARIABLE_NAME_CHARS

from botserver_speedups.areas cimport *
from botserver_speedups.codec cimport *
from botserver_speedups.named cimport *

cdef uint32_t _NAME_CHARS = VARIABLE_NAME_CHARS


cdef int _variable_name(Heap* h, const Value* v, char* local, Text* out) noexcept nogil:
    """A name, trimmed."""
    cdef uint32_t start, end
    if read_text_of(h, v, NAME_SET, local, out) < 0:
        return FAILED
    trim_text(out.data, out.n_bytes, &start, &end)
    out.data += start
    out.n_bytes = end - start
    out.n_chars = count_chars(out.data, out.n_bytes)
    if not 1 <= out.n_chars <= _NAME_CHARS:
        return fail(h, 4002, BAD_VARIABLE_NAME, out.n_chars, 0)
    return 0


cdef int call_set_variable(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text name
    cdef Buffer tree
    cdef int64_t size
    cdef Area* area = &h.areas[VARIABLES]
    cdef int status
    if _variable_name(h, &args[0], local, &name) < 0:
        return FAILED
    if args[1].tag == T_NULL:
        status = pay(h, price)
        if status == 0:
            remove_cell(h, VARIABLES, name.data, name.n_bytes)
            set_null(&args[0])
        return status
    if tree_size(h, &args[1], h.limit, &size, &price) < 0:
        return FAILED
    if size > h.limit:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    if area.count >= h.max_variables and (
        find_cell(area, name.data, name.n_bytes, fold_hash(name.data, name.n_bytes)) == NULL
    ):
        return fail(h, 9004, TOO_MANY_VARIABLES, h.max_variables, 0)
    status = pay(h, price)
    if status < 0:
        return status
    init_buffer(&tree)
    if grow_buffer(&tree, size) < 0:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    put_tree(h, &args[1], &tree)
    status = put_cell(h, VARIABLES, name.data, name.n_bytes, tree.data, tree.length)
    free(tree.data)
    if status == 0:
        set_null(&args[0])
    return status


cdef int call_get_variable(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text name
    cdef uint32_t start, end
    cdef Cell* cell = NULL
    cdef Value nothing
    cdef Reader r
    cdef int64_t need
    cdef int status
    if read_text_of(h, &args[0], NAME_GET, local, &name) < 0:
        return FAILED
    trim_text(name.data, name.n_bytes, &start, &end)
    name.data += start
    name.n_bytes = end - start
    if count_chars(name.data, name.n_bytes) <= _NAME_CHARS:
        cell = find_cell(&h.areas[VARIABLES], name.data, name.n_bytes, fold_hash(name.data, name.n_bytes))
    if cell == NULL:
        set_null(&nothing)
        return give(h, args, price, &nothing)
    need = tree_price(tree_of(cell), cell.n_tree)
    status = settle(h, price + cell.n_tree // 64, need)
    if status < 0:
        return status
    r.data = tree_of(cell)
    r.at = 0
    r.end = cell.n_tree
    r.bad = NULL
    read_value(&r, h, NULL, need, True, &args[0])
    return 0


cdef int _check_context(Heap* h, uint32_t n_chars) noexcept nogil:
    cdef int64_t tokens = (<int64_t>n_chars + 3) // 4
    if tokens > h.context_tokens:
        return fail(h, 9002, CONTEXT_TOO_LONG, h.context_tokens, tokens)
    return 0


cdef int _put_text_tree(Buffer* out, const char* text, int64_t n_bytes) noexcept nogil:
    if put_byte(out, T_STRING) < 0 or put_varint(out, n_bytes) < 0:
        return FAILED
    return put(out, text, n_bytes)


cdef int call_set_context(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text name
    cdef Buffer text, tree
    cdef int status
    init_buffer(&text)
    init_buffer(&tree)
    status = put_display(h, &args[1], &text, h.limit, &price)
    if status == 0:
        status = _variable_name(h, &args[0], local, &name)
    if status == 0 and text.length == 0:
        status = pay(h, price)
        if status == 0:
            remove_cell(h, CONTEXTS, name.data, name.n_bytes)
    elif status == 0:
        status = _check_context(h, count_chars(text.data, <uint32_t>text.length))
        if status == 0 and _put_text_tree(&tree, text.data, text.length) < 0:
            status = fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        if status == 0:
            status = pay(h, price + tree.length // 64)
        if status == 0:
            status = put_cell(h, CONTEXTS, name.data, name.n_bytes, tree.data, tree.length)
    free(text.data)
    free(tree.data)
    if status == 0:
        set_null(&args[0])
    return status


cdef int call_set_prompt(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef Buffer tree
    cdef Area fresh
    cdef int status
    if read_text_of(h, &args[0], NAME_PROMPT, local, &text) < 0 or _check_context(h, text.n_chars) < 0:
        return FAILED
    status = pay(h, price)
    if status < 0:
        return status
    init_buffer(&tree)
    fresh.cells = NULL
    fresh.length = fresh.count = 0
    if text.n_bytes > 0:
        if _put_text_tree(&tree, text.data, text.n_bytes) < 0 or add_cell(&fresh, b"", 0, tree.data, tree.length) == NULL:
            status = fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    free(tree.data)
    if status == 0:
        status = replace_area(h, PROMPT, &fresh)
    if status == 0:
        set_null(&args[0])
    return status
