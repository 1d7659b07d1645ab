"""Built-ins on text, and text that is joined. Reserving may collect, so texts are looked up again after it."""

from libc.stdlib cimport free
from libc.string cimport memcpy

from botserver_speedups.code cimport *
from botserver_speedups.named cimport *
from botserver_speedups.opcodes cimport *

cdef enum:
    PIECES = 16  # that are joined at once


cdef int _piece(Heap* h, Value* args, int64_t price, const Text* text, int64_t first, int64_t end) noexcept nogil:
    """args[0] := code points first .. end-1 of its own text, which is `text`."""
    cdef char local[LOCAL_TEXT]
    cdef Text again
    cdef uint32_t start, n_bytes, n_chars
    cdef int status
    first = min(first, <int64_t>text.n_chars)
    end = max(min(end, <int64_t>text.n_chars), first)
    start = bytes_of_chars(text, first)
    n_chars = <uint32_t>(end - first)
    if text.n_bytes == text.n_chars:
        n_bytes = n_chars
    else:
        n_bytes = byte_offset(text.data + start, text.n_bytes - start, n_chars)
    status = settle(h, price, string_price(n_bytes))
    if status < 0:
        return status
    scalar_text(h, &args[0], local, &again)
    set_object(&args[0], T_STRING, new_text(h, again.data + start, n_bytes, n_chars))
    return 0


cdef int call_len(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    if args[0].tag == T_ARRAY or args[0].tag == T_MAP:
        return give_int(h, args, price, array_at(h, args[0].v.o).length)
    scalar_text(h, &args[0], local, &text)
    return give_int(h, args, price, text.n_chars)


cdef int call_left(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef int64_t n
    if read_text_of(h, &args[0], NAME_LEFT, local, &text) < 0 or read_integer(h, &args[1], NAME_LEFT, &n) < 0:
        return FAILED
    return _piece(h, args, price, &text, 0, n)


cdef int call_right(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef int64_t n
    if read_text_of(h, &args[0], NAME_RIGHT, local, &text) < 0 or read_integer(h, &args[1], NAME_RIGHT, &n) < 0:
        return FAILED
    n = min(max(n, 0), <int64_t>text.n_chars)
    return _piece(h, args, price, &text, text.n_chars - n, text.n_chars)


cdef int call_mid(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef int64_t start, count, length
    if read_integer(h, &args[1], NAME_MID, &start) < 0:
        return FAILED
    if args[0].tag == T_ARRAY:
        length = array_at(h, args[0].v.o).length
        count = length
        if n > 2 and args[2].tag != T_NULL and read_integer(h, &args[2], NAME_MID, &count) < 0:
            return FAILED
        start = min(max(start, 0), length)
        return slice_of(h, args, price, start, min(max(count, 0), length - start))
    if read_text_of(h, &args[0], NAME_MID, local, &text) < 0:
        return FAILED
    count = text.n_chars
    if n > 2 and args[2].tag != T_NULL and read_integer(h, &args[2], NAME_MID, &count) < 0:
        return FAILED
    start = min(max(start, 1) - 1, <int64_t>text.n_chars)
    return _piece(h, args, price, &text, start, start + min(max(count, 0), <int64_t>text.n_chars))


cdef int call_instr(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef char local_part[LOCAL_TEXT]
    cdef Text text, part
    cdef int64_t start = 1
    cdef uint32_t begin
    cdef const char* found
    cdef const Value* operands = args
    if n == 3:
        if args[0].tag != T_INT and args[0].tag != T_FLOAT:
            return fail(h, 4001, BAD_INSTR_START, args[0].tag, 0)
        if read_integer(h, &args[0], NAME_INSTR, &start) < 0:
            return FAILED
        start = max(start, 1)
        operands = args + 1
    if read_text_of(h, &operands[0], NAME_INSTR, local, &text) < 0 or read_text_of(h, &operands[1], NAME_INSTR, local_part, &part) < 0:
        return FAILED
    if text.n_bytes == 0 or part.n_bytes == 0:
        return give_int(h, args, price, 0)
    begin = bytes_of_chars(&text, start - 1)
    found = find_text(text.data + begin, text.n_bytes - begin, &part)
    if found == NULL:
        return give_int(h, args, price, 0)
    if text.n_bytes == text.n_chars:
        return give_int(h, args, price, found - text.data + 1)
    return give_int(h, args, price, <int64_t>count_chars(text.data, <uint32_t>(found - text.data)) + 1)


cdef int call_change_case(Heap* h, Value* args, int64_t price, Name name, char first, char last, char change) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef uint32_t offset, i
    cdef char* out
    cdef char c
    cdef int status
    if read_text_of(h, &args[0], name, local, &text) < 0:
        return FAILED
    if text.n_bytes != text.n_chars:
        return NEEDS_PYTHON
    status = settle(h, price, string_price(text.n_bytes))
    if status < 0:
        return status
    scalar_text(h, &args[0], local, &text)
    offset = new_str(h, text.n_bytes, text.n_chars)
    out = text_of(str_at(h, offset))
    for i in range(text.n_bytes):
        c = text.data[i]
        out[i] = c ^ change if first <= c <= last else c
    set_object(&args[0], T_STRING, offset)
    return 0


cdef int call_trim(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef uint32_t start, end, n_chars
    cdef int status
    if read_text_of(h, &args[0], NAME_TRIM, local, &text) < 0:
        return FAILED
    trim_text(text.data, text.n_bytes, &start, &end)
    n_chars = end - start if text.n_bytes == text.n_chars else count_chars(text.data + start, end - start)
    status = settle(h, price, string_price(end - start))
    if status < 0:
        return status
    scalar_text(h, &args[0], local, &text)
    set_object(&args[0], T_STRING, new_text(h, text.data + start, end - start, n_chars))
    return 0


cdef int call_replace(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef char local_old[LOCAL_TEXT]
    cdef char local_new[LOCAL_TEXT]
    cdef Text text, old, new
    cdef int64_t count = 0, grown, n
    cdef const char* at
    cdef const char* found
    cdef char* out
    cdef uint32_t offset
    cdef int status
    if (
        read_text_of(h, &args[0], NAME_REPLACE, local, &text) < 0
        or read_text_of(h, &args[1], NAME_REPLACE, local_old, &old) < 0
        or read_text_of(h, &args[2], NAME_REPLACE, local_new, &new) < 0
    ):
        return FAILED
    if old.n_bytes > 0:
        at = text.data
        found = find_text(at, text.n_bytes, &old)
        while found != NULL:
            count += 1
            at = found + old.n_bytes
            found = find_text(at, text.data + text.n_bytes - at, &old)
    grown = text.n_bytes + count * (<int64_t>new.n_bytes - <int64_t>old.n_bytes)
    if old.n_bytes > 0 and grown > h.limit:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    status = settle(h, price, string_price(grown))
    if status < 0:
        return status
    scalar_text(h, &args[0], local, &text)
    scalar_text(h, &args[1], local_old, &old)
    scalar_text(h, &args[2], local_new, &new)
    offset = new_str(
        h, <uint32_t>grown, <uint32_t>(text.n_chars + count * (<int64_t>new.n_chars - <int64_t>old.n_chars))
    )
    out = text_of(str_at(h, offset))
    at = text.data
    while count > 0:
        found = find_text(at, text.data + text.n_bytes - at, &old)
        n = found - at
        memcpy(out, at, n)
        memcpy(out + n, new.data, new.n_bytes)
        out += n + new.n_bytes
        at = found + old.n_bytes
        count -= 1
    memcpy(out, at, text.data + text.n_bytes - at)
    set_object(&args[0], T_STRING, offset)
    return 0


cdef int64_t _next_piece(const Text* text, int64_t at, const Text* mark) noexcept nogil:
    """Bytes of the piece of a split text that begins at `at`."""
    cdef const char* found
    if mark.n_bytes == 0:
        return char_size(<uint8_t>text.data[at])
    found = find_text(text.data + at, text.n_bytes - at, mark)
    return found - (text.data + at) if found != NULL else text.n_bytes - at


cdef int call_split(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef char local_mark[LOCAL_TEXT]
    cdef Text text, mark
    cdef int64_t at = 0, n, need = 0
    cdef uint32_t count = 0, offset, piece, i, n_chars
    cdef Value* items
    cdef int status
    if read_text_of(h, &args[0], NAME_SPLIT, local, &text) < 0 or read_text_of(h, &args[1], NAME_SPLIT, local_mark, &mark) < 0:
        return FAILED
    if text.n_bytes > 0:
        while True:
            n = _next_piece(&text, at, &mark)
            need += string_price(n)
            count += 1
            at += n + mark.n_bytes
            # Behind a mark at the very end comes one more, empty piece.
            if at > text.n_bytes or (at == text.n_bytes and mark.n_bytes == 0):
                break
    status = settle(h, price, need + array_price(count))
    if status < 0:
        return status
    scalar_text(h, &args[0], local, &text)
    scalar_text(h, &args[1], local_mark, &mark)
    offset = new_array(h, count)
    items = items_of(h, array_at(h, offset))
    at = 0
    for i in range(count):
        n = _next_piece(&text, at, &mark)
        n_chars = <uint32_t>n
        if text.n_bytes != text.n_chars:
            n_chars = count_chars(text.data + at, <uint32_t>n)
        piece = new_text(h, text.data + at, <uint32_t>n, n_chars)
        set_object(&items[i], T_STRING, piece)
        at += n + mark.n_bytes
    set_object(&args[0], T_ARRAY, offset)
    return 0


cdef int call_join(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text mark
    cdef Buffer out
    cdef uint32_t i, length
    cdef Array* array
    cdef const Value* item
    mark.data = b","
    mark.n_bytes = 1
    if n > 1 and args[1].tag != T_NULL and read_text_of(h, &args[1], NAME_JOIN, local, &mark) < 0:
        return FAILED
    init_buffer(&out)
    if args[0].tag != T_NULL:
        if args[0].tag != T_ARRAY and args[0].tag != T_MAP:
            return fail(h, 4001, JOIN_NEEDS_ARRAY, args[0].tag, 0)
        array = array_at(h, args[0].v.o)
        length = array.length
        for i in range(length):
            item = &items_of(h, array)[i] if array.kind == T_ARRAY else &entries_of(h, <Map*>array)[i].value
            if i > 0 and put(&out, mark.data, mark.n_bytes) < 0:
                free(out.data)
                return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
            if put_display(h, item, &out, h.limit, &price) < 0:
                free(out.data)
                return FAILED
            if out.length > h.limit:
                free(out.data)
                return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    return buffer_to(h, &args[0], price, &out)


cdef int call_str(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef Buffer out
    if args[0].tag == T_ARRAY or args[0].tag == T_MAP:
        init_buffer(&out)
        if put_display(h, &args[0], &out, h.limit, &price) < 0:
            free(out.data)
            return FAILED
        return buffer_to(h, &args[0], price, &out)
    scalar_text(h, &args[0], local, &text)
    return _piece(h, args, price, &text, 0, text.n_chars)


cdef int _concatenate_run(Heap* h, Value* target, const Value* values, uint32_t n) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef Buffer buffer
    cdef int64_t size = 0, price = 0
    cdef uint32_t i, chars = 0, offset
    cdef char* out
    cdef int status
    for i in range(n):
        if values[i].tag == T_ARRAY or values[i].tag == T_MAP:
            init_buffer(&buffer)
            for i in range(n):
                if put_display(h, &values[i], &buffer, h.limit, &price) < 0:
                    free(buffer.data)
                    return FAILED
                if buffer.length > h.limit:
                    free(buffer.data)
                    return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
            price += buffer.length // 64 - string_price(buffer.length) // 64  # `settle` adds need // 64 for built-ins
            return buffer_to(h, target, price, &buffer)
        scalar_text(h, &values[i], local, &text)
        size += text.n_bytes
        chars += text.n_chars
        if size > h.limit:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    status = pay(h, size // 64)
    if status < 0 or reserve(h, string_price(size)) < 0:
        return status if status < 0 else FAILED
    offset = new_str(h, <uint32_t>size, chars)
    out = text_of(str_at(h, offset))
    for i in range(n):
        scalar_text(h, &values[i], local, &text)
        memcpy(out, text.data, text.n_bytes)
        out += text.n_bytes
    set_object(target, T_STRING, offset)
    return 0


cdef int concatenate(Heap* h, Value* target, const Value* first, const Value* second) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef char local_second[LOCAL_TEXT]
    cdef Text a, b
    cdef Buffer buffer
    cdef int64_t size, price = 0
    cdef uint32_t offset
    cdef char* out
    cdef int status
    if first.tag == T_ARRAY or first.tag == T_MAP or second.tag == T_ARRAY or second.tag == T_MAP:
        init_buffer(&buffer)
        status = put_display(h, first, &buffer, h.limit, &price)
        if status == 0:
            status = put_display(h, second, &buffer, h.limit, &price)
        if status == 0 and buffer.length > h.limit:
            status = fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        if status < 0:
            free(buffer.data)
            return status
        price += buffer.length // 64 - string_price(buffer.length) // 64
        return buffer_to(h, target, price, &buffer)
    scalar_text(h, first, local, &a)
    scalar_text(h, second, local_second, &b)
    size = <int64_t>a.n_bytes + b.n_bytes
    if size > h.limit:
        return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    status = pay(h, size // 64)
    if status < 0 or reserve(h, string_price(size)) < 0:
        return status if status < 0 else FAILED
    # Reserving may have moved the strings; texts of other values stay where they are.
    if is_str(first):
        a.data = text_of(str_of(h, first))
    if is_str(second):
        b.data = text_of(str_of(h, second))
    offset = new_str(h, <uint32_t>size, a.n_chars + b.n_chars)
    out = text_of(str_at(h, offset))
    memcpy(out, a.data, a.n_bytes)
    memcpy(out + a.n_bytes, b.data, b.n_bytes)
    set_object(target, T_STRING, offset)
    return 0


cdef inline void _read(const Heap* h, const Value* v, char* local, Text* out) noexcept nogil:
    """As `scalar_text`."""
    cdef const Str* s
    if is_str(v):
        s = str_of(h, v)
        out.data = text_of(s)
        out.n_bytes = s.n_bytes
        out.n_chars = s.n_chars
    elif v.tag == T_INT:
        out.data = int_text(v.v.i, local, &out.n_bytes)
        out.n_chars = out.n_bytes
    else:
        scalar_text(h, v, local, out)


cdef int join_texts(Heap* h, Value* r, const Value* k, const Instr* i) noexcept nogil:
    """What the instructions one by one would pay and hold is summed up; those that would end the slice, collect, fail
    or join a container are left for later, and if it is the first that one is carried out alone."""
    cdef char local[PIECES][LOCAL_TEXT]
    cdef Text pieces[PIECES]
    cdef const Value* v
    cdef bint is_run = i.op == OP_CONCAT
    cdef uint32_t first = <uint32_t>i.c if is_run else 2, end = min(first + <uint32_t>i.d, <uint32_t>PIECES)
    cdef uint32_t n = 0, n_joined = 0, size = 0, chars = 0, all_chars = 0, offset
    cdef int64_t room = min(h.trigger - h.held, h.limit - used(h)), left = h.left
    cdef int64_t grown = 0, cost, spent = 0, price, held = 0, last = 0
    cdef int done = 0, status
    cdef char* out
    while n < end:
        if n >= first:
            v = V(r, k, i[n - first + 1].c)
        elif is_run:
            v = R(r, i.b) + n
        else:
            v = V(r, k, i.c if n else i.b)
        if v.tag == T_ARRAY or v.tag == T_MAP:
            break
        _read(h, v, local[n], &pieces[n])
        grown += pieces[n].n_bytes
        all_chars += pieces[n].n_chars
        n += 1
        if n < first:
            continue
        cost = grown // 64 + (n > first)
        price = string_price(grown)
        if spent + cost > left or held + price > room:
            break
        spent += cost
        held += price
        last = price
        size = <uint32_t>grown
        chars = all_chars
        n_joined = n
        done += 1
    if done == 0:
        if is_run:
            status = _concatenate_run(h, &r[i.a], R(r, i.b), first)
        else:
            status = concatenate(h, &r[i.a], V(r, k, i.b), V(r, k, i.c))
        return status if status < 0 else 1
    if h.top + last > h.size:
        if grow_region(h, last) < 0:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        return join_texts(h, r, k, i)  # the texts lie elsewhere now
    h.left -= spent
    h.held += held - last
    h.unmade += held - last
    offset = new_str(h, size, chars)
    out = text_of(str_at(h, offset))
    for n in range(n_joined):
        copy_text(out, pieces[n].data, pieces[n].n_bytes)
        out += pieces[n].n_bytes
    set_object(&r[i.a], T_STRING, offset)
    return done
