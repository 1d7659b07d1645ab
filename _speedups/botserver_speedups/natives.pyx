"""Built-ins one by one, in the order of the Python ones, then the table that finds them."""

from libc.math cimport isinf, isnan, trunc
from libc.stdlib cimport free
from libc.string cimport memcmp, memcpy, strlen

from botserver.language.builtins import SPECS
from botserver.limits import BUILTIN_STEPS, VARIABLE_NAME_CHARS

from botserver_speedups.aggregates cimport call_aggregate
from botserver_speedups.areas cimport *
from botserver_speedups.codec cimport *
from botserver_speedups.containers cimport call_container
from botserver_speedups.failures cimport *
from botserver_speedups.opcodes cimport *

cdef extern from "string.h" nogil:
    void* memmem(const void* where, size_t n_where, const void* what, size_t n_what)

cdef enum:
    MAX_BUILTINS = 256

cdef bint _scans[MAX_BUILTINS]
cdef uint32_t _NAME_CHARS = VARIABLE_NAME_CHARS
cdef int64_t STEPS = BUILTIN_STEPS

for _spec in SPECS:
    _scans[_spec.number] = _spec.scans


cdef int64_t input_price(const Heap* h, const Value* args, uint32_t n) noexcept nogil:
    cdef int64_t total = 0
    cdef uint32_t i
    for i in range(n):
        if is_str(&args[i]):
            total += str_of(h, &args[i]).n_bytes // 64
        elif args[i].tag == T_ARRAY or args[i].tag == T_MAP:
            total += array_at(h, args[i].v.o).length  # `length` lies first in maps too
    return total


cdef uint64_t random_bits(Heap* h) noexcept nogil:
    """SplitMix64."""
    cdef uint64_t z
    h.random += <uint64_t>0x9E3779B97F4A7C15
    z = h.random
    z = (z ^ (z >> 30)) * <uint64_t>0xBF58476D1CE4E5B9
    z = (z ^ (z >> 27)) * <uint64_t>0x94D049BB133111EB
    return z ^ (z >> 31)


cdef inline int _text(Heap* h, const Value* v, Name name, char* local, Text* out) noexcept nogil:
    if v.tag == T_ARRAY or v.tag == T_MAP:
        return fail(h, 4001, BUILTIN_NEEDS_TEXT, name, v.tag)
    scalar_text(h, v, local, out)
    return 0


cdef inline int _number(Heap* h, const Value* v, Name name, Value* out) noexcept nogil:
    if v.tag == T_INT or v.tag == T_FLOAT:
        out[0] = v[0]
        return 0
    if v.tag == T_DATETIME or v.tag == T_DATE or not as_number(h, v, out):
        return fail(h, 4001, BUILTIN_NEEDS_NUMBER, name, v.tag)
    return 0


cdef inline int _integer(Heap* h, const Value* v, Name name, int64_t* out) noexcept nogil:
    cdef Value number
    if _number(h, v, name, &number) < 0:
        return FAILED
    if number.tag == T_INT:
        out[0] = number.v.i
    elif isnan(number.v.f):
        out[0] = 0
    else:
        out[0] = <int64_t>max(min(number.v.f, 9.2e18), -9.2e18)
    return 0


cdef inline uint32_t _bytes_of_chars(const Text* text, int64_t chars) noexcept nogil:
    """Where code point `chars` begins."""
    if chars >= text.n_chars:
        return text.n_bytes
    if text.n_bytes == text.n_chars:
        return <uint32_t>chars
    return byte_offset(text.data, text.n_bytes, <uint32_t>chars)


cdef inline const char* _find(const char* where, int64_t n_where, const Text* what) noexcept nogil:
    return <const char*>memmem(where, n_where, what.data, what.n_bytes)


cdef int _piece(Heap* h, Value* args, int64_t price, const Text* text, int64_t first, int64_t end) noexcept nogil:
    """args[0] := code points first .. end-1 of its own text, which is `text`."""
    cdef char local[LOCAL_TEXT]
    cdef Text again
    cdef uint32_t start, n_bytes, n_chars
    cdef int status
    first = min(first, <int64_t>text.n_chars)
    end = max(min(end, <int64_t>text.n_chars), first)
    start = _bytes_of_chars(text, first)
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


cdef int _just_int(Heap* h, Value* args, int64_t price, int64_t value) noexcept nogil:
    cdef int status = pay(h, price)
    if status == 0:
        set_int(&args[0], value)
    return status


cdef int _just_bool(Heap* h, Value* args, int64_t price, bint value) noexcept nogil:
    cdef int status = pay(h, price)
    if status == 0:
        set_bool(&args[0], value)
    return status


cdef int _just(Heap* h, Value* args, int64_t price, const Value* value) noexcept nogil:
    cdef int status = pay(h, price)
    if status == 0:
        args[0] = value[0]
    return status


# --- text --------------------------------------------------------------------------------------------------------

cdef int _len(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    if args[0].tag == T_ARRAY or args[0].tag == T_MAP:
        return _just_int(h, args, price, array_at(h, args[0].v.o).length)
    scalar_text(h, &args[0], local, &text)
    return _just_int(h, args, price, text.n_chars)


cdef int _left(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef int64_t n
    if _text(h, &args[0], NAME_LEFT, local, &text) < 0 or _integer(h, &args[1], NAME_LEFT, &n) < 0:
        return FAILED
    return _piece(h, args, price, &text, 0, n)


cdef int _right(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef int64_t n
    if _text(h, &args[0], NAME_RIGHT, local, &text) < 0 or _integer(h, &args[1], NAME_RIGHT, &n) < 0:
        return FAILED
    n = min(max(n, 0), <int64_t>text.n_chars)
    return _piece(h, args, price, &text, text.n_chars - n, text.n_chars)


cdef int _mid(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef int64_t start, count, length
    if _integer(h, &args[1], NAME_MID, &start) < 0:
        return FAILED
    if args[0].tag == T_ARRAY:
        length = array_at(h, args[0].v.o).length
        count = length
        if n > 2 and args[2].tag != T_NULL and _integer(h, &args[2], NAME_MID, &count) < 0:
            return FAILED
        start = min(max(start, 0), length)
        return _slice(h, args, price, start, min(max(count, 0), length - start))
    if _text(h, &args[0], NAME_MID, local, &text) < 0:
        return FAILED
    count = text.n_chars
    if n > 2 and args[2].tag != T_NULL and _integer(h, &args[2], NAME_MID, &count) < 0:
        return FAILED
    start = min(max(start, 1) - 1, <int64_t>text.n_chars)
    return _piece(h, args, price, &text, start, start + min(max(count, 0), <int64_t>text.n_chars))


cdef int _slice(Heap* h, Value* args, int64_t price, int64_t first, int64_t count) noexcept nogil:
    """args[0] := elements first .. first+count-1 of the array it holds, which has them."""
    cdef int status = settle(h, price, array_price(<uint32_t>count))
    cdef uint32_t offset
    if status < 0:
        return status
    offset = new_array(h, <uint32_t>count)
    memcpy(
        items_of(h, array_at(h, offset)), items_of(h, array_at(h, args[0].v.o)) + first, count * sizeof(Value)
    )
    set_object(&args[0], T_ARRAY, offset)
    return 0


cdef int _instr(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil:
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
        if _integer(h, &args[0], NAME_INSTR, &start) < 0:
            return FAILED
        start = max(start, 1)
        operands = args + 1
    if _text(h, &operands[0], NAME_INSTR, local, &text) < 0 or _text(h, &operands[1], NAME_INSTR, local_part, &part) < 0:
        return FAILED
    if text.n_bytes == 0 or part.n_bytes == 0:
        return _just_int(h, args, price, 0)
    begin = _bytes_of_chars(&text, start - 1)
    found = _find(text.data + begin, text.n_bytes - begin, &part)
    if found == NULL:
        return _just_int(h, args, price, 0)
    if text.n_bytes == text.n_chars:
        return _just_int(h, args, price, found - text.data + 1)
    return _just_int(h, args, price, <int64_t>count_chars(text.data, <uint32_t>(found - text.data)) + 1)


cdef int _change_case(Heap* h, Value* args, int64_t price, Name name, char first, char last, char change) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef uint32_t offset, i
    cdef char* out
    cdef char c
    cdef int status
    if _text(h, &args[0], name, local, &text) < 0:
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


cdef int _trim(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef uint32_t start, end, n_chars
    cdef int status
    if _text(h, &args[0], NAME_TRIM, local, &text) < 0:
        return FAILED
    trim_text(text.data, text.n_bytes, &start, &end)
    n_chars = end - start if text.n_bytes == text.n_chars else count_chars(text.data + start, end - start)
    status = settle(h, price, string_price(end - start))
    if status < 0:
        return status
    scalar_text(h, &args[0], local, &text)
    set_object(&args[0], T_STRING, new_text(h, text.data + start, end - start, n_chars))
    return 0


cdef int _replace(Heap* h, Value* args, int64_t price) noexcept nogil:
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
        _text(h, &args[0], NAME_REPLACE, local, &text) < 0
        or _text(h, &args[1], NAME_REPLACE, local_old, &old) < 0
        or _text(h, &args[2], NAME_REPLACE, local_new, &new) < 0
    ):
        return FAILED
    if old.n_bytes > 0:
        at = text.data
        found = _find(at, text.n_bytes, &old)
        while found != NULL:
            count += 1
            at = found + old.n_bytes
            found = _find(at, text.data + text.n_bytes - at, &old)
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
        found = _find(at, text.data + text.n_bytes - at, &old)
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
    found = _find(text.data + at, text.n_bytes - at, mark)
    return found - (text.data + at) if found != NULL else text.n_bytes - at


cdef int _split(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef char local_mark[LOCAL_TEXT]
    cdef Text text, mark
    cdef int64_t at = 0, n, need = 0
    cdef uint32_t count = 0, offset, piece, i, n_chars
    cdef Value* items
    cdef int status
    if _text(h, &args[0], NAME_SPLIT, local, &text) < 0 or _text(h, &args[1], NAME_SPLIT, local_mark, &mark) < 0:
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


cdef int _join(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text mark
    cdef Buffer out
    cdef uint32_t i, length
    cdef Array* array
    cdef const Value* item
    mark.data = b","
    mark.n_bytes = 1
    if n > 1 and args[1].tag != T_NULL and _text(h, &args[1], NAME_JOIN, local, &mark) < 0:
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


cdef int _str(Heap* h, Value* args, int64_t price) noexcept nogil:
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


cdef int concatenate_run(Heap* h, Value* target, const Value* values, uint32_t n) noexcept nogil:
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


# --- numbers -----------------------------------------------------------------------------------------------------

cdef int _int(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Value number
    if _number(h, &args[0], NAME_INT, &number) < 0:
        return FAILED
    if number.tag == T_FLOAT and not isnan(number.v.f) and not isinf(number.v.f):
        number.v.f = trunc(number.v.f)
        if -9.223372036854775808e18 <= number.v.f < 9.223372036854775808e18:
            set_int(&number, <int64_t>number.v.f)
    return _just(h, args, price, &number)


cdef int _abs(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Value number
    if _number(h, &args[0], NAME_ABS, &number) < 0:
        return FAILED
    if number.tag == T_FLOAT:
        number.v.f = abs(number.v.f)
    elif number.v.i < 0:
        if number.v.i == -<int64_t>0x7FFFFFFFFFFFFFFF - 1:
            set_float(&number, 9.223372036854775808e18)
        else:
            number.v.i = -number.v.i
    return _just(h, args, price, &number)


cdef int _random(Heap* h, Value* args, uint32_t n) noexcept nogil:
    cdef int64_t low = 0, high = 0
    cdef uint64_t span, bits
    cdef int status
    if n == 0:
        return _just_int(h, args, 0, <int64_t>(random_bits(h) >> 33))  # an unpriced instruction always goes through
    if n == 1:
        if _integer(h, &args[0], NAME_RANDOM, &high) < 0:
            return FAILED
        if high < 1:
            return fail(h, 4002, RANDOM_OF_NOTHING, 0, 0)
        high -= 1
    elif _integer(h, &args[0], NAME_RANDOM, &low) < 0 or _integer(h, &args[1], NAME_RANDOM, &high) < 0:
        return FAILED
    if high < low:
        return fail(h, 4002, RANDOM_OF_NOTHING, 0, 0)
    span = <uint64_t>high - <uint64_t>low + 1
    status = pay(h, 0)
    if status < 0:
        return status
    bits = random_bits(h)
    set_int(&args[0], <int64_t>(<uint64_t>low + (bits % span if span != 0 else bits)))
    return 0


cdef int _extreme(Heap* h, Value* args, uint32_t n, int64_t price, Name name, bint wants_less) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text field
    cdef Value best
    cdef const Value* item
    cdef Entry* entry
    cdef Value nothing
    cdef uint32_t i, hash = 0, length = n
    cdef int64_t steps = 0
    cdef bint in_array = args[0].tag == T_ARRAY, has_field = in_array and n > 1
    set_null(&best)
    set_null(&nothing)
    if in_array:
        length = array_at(h, args[0].v.o).length
    if has_field:
        if _text(h, &args[1], name, local, &field) < 0:
            return FAILED
        hash = fold_hash(field.data, field.n_bytes)
    for i in range(length):
        item = &items_of(h, array_at(h, args[0].v.o))[i] if in_array else &args[i]
        if has_field:
            entry = NULL
            if item.tag == T_MAP:
                entry = find_entry(h, map_at(h, item.v.o), field.data, field.n_bytes, hash)
            item = &entry.value if entry != NULL else &nothing
        steps += compare_price(h, item, &best)
        if steps > STEPS:
            return too_far(h, B_MIN if wants_less else B_MAX)
        if best.tag == T_NULL or (is_less(h, item, &best, False) if wants_less else is_less(h, &best, item, False)):
            best = item[0]
    return _just(h, args, price + steps, &best)


# --- containers and operators ------------------------------------------------------------------------------------

cdef int _array(Heap* h, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef int status = settle(h, price, array_price(n))
    cdef uint32_t offset
    if status < 0:
        return status
    offset = new_array(h, n)
    memcpy(items_of(h, array_at(h, offset)), args, n * sizeof(Value))
    set_object(&args[0], T_ARRAY, offset)
    return 0


cdef int _in(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef char local_where[LOCAL_TEXT]
    cdef Text text, where
    cdef const Value* place = &args[1]
    cdef uint32_t i
    cdef int64_t steps = 0
    cdef int same
    if place.tag == T_NULL:
        return _just_bool(h, args, price, False)
    if place.tag == T_ARRAY:
        for i in range(array_at(h, place.v.o).length):
            same = equals(h, &args[0], &items_of(h, array_at(h, place.v.o))[i], &steps)
            if same < 0:
                return FAILED
            if steps > STEPS:
                return too_far(h, B__IN)
            if same:
                return _just_bool(h, args, price + steps, True)
        return _just_bool(h, args, price + steps, False)
    if _text(h, &args[0], NAME_IN, local, &text) < 0:
        return FAILED
    if place.tag == T_MAP:
        return _just_bool(
            h, args, price,
            find_entry(h, map_at(h, place.v.o), text.data, text.n_bytes, fold_hash(text.data, text.n_bytes)) != NULL,
        )
    scalar_text(h, place, local_where, &where)
    return _just_bool(h, args, price, text.n_bytes == 0 or _find(where.data, where.n_bytes, &text) != NULL)


cdef int _at_end(Heap* h, Value* args, int64_t price, Name name, bint at_start) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef char local_part[LOCAL_TEXT]
    cdef Text text, part
    cdef const char* place
    if _text(h, &args[0], name, local, &text) < 0 or _text(h, &args[1], name, local_part, &part) < 0:
        return FAILED
    if part.n_bytes > text.n_bytes:
        return _just_bool(h, args, price, False)
    place = text.data if at_start else text.data + text.n_bytes - part.n_bytes
    return _just_bool(h, args, price, memcmp(place, part.data, part.n_bytes) == 0)


cdef int _take_elements(Heap* h, Value* args) noexcept nogil:
    cdef int64_t n, length
    if _integer(h, &args[1], NAME_FIRST, &n) < 0:
        return FAILED
    if args[0].tag != T_ARRAY:
        return 0
    length = array_at(h, args[0].v.o).length
    if n >= 0:
        return _slice(h, args, 0, 0, min(n, length))
    n = min(-n if n > -length else length, length)
    return _slice(h, args, 0, length - n, n)


cdef int _is_numeric(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Value number
    if is_str(&args[0]):
        return _just_bool(h, args, price, as_number(h, &args[0], &number))
    return _just_bool(h, args, price, args[0].tag == T_INT or args[0].tag == T_FLOAT)


cdef int _first_present(Heap* h, Value* args, uint32_t n) noexcept nogil:
    """args[0] := the first that is neither null nor "", the last if none is."""
    cdef uint32_t i
    for i in range(n):
        if i == n - 1 or not (args[i].tag == T_NULL or (is_str(&args[i]) and str_of(h, &args[i]).n_bytes == 0)):
            args[0] = args[i]
            break
    return 0


cdef int _choose(Heap* h, Value* args, uint32_t n) noexcept nogil:
    cdef int64_t place
    if _integer(h, &args[0], NAME_CHOOSE, &place) < 0:
        return FAILED
    if 1 <= place < n:
        args[0] = args[place]
    else:
        set_null(&args[0])
    return 0


cdef int _type_of(Heap* h, Value* args) noexcept nogil:
    cdef const char* name = b"string"
    cdef uint32_t length
    cdef int status
    if args[0].tag == T_NULL:
        name = b"null"
    elif args[0].tag == T_FALSE or args[0].tag == T_TRUE:
        name = b"boolean"
    elif args[0].tag == T_INT:
        name = b"integer"
    elif args[0].tag == T_FLOAT:
        name = b"float"
    elif args[0].tag == T_DATETIME:
        name = b"datetime"
    elif args[0].tag == T_DATE:
        name = b"date"
    elif args[0].tag == T_ARRAY:
        name = b"array"
    elif args[0].tag == T_MAP:
        name = b"object"
    length = <uint32_t>strlen(name)
    status = settle(h, 0, string_price(length))
    if status == 0:
        set_object(&args[0], T_STRING, new_text(h, name, length, length))
    return status


# --- session areas -----------------------------------------------------------------------------------------------

cdef int _variable_name(Heap* h, const Value* v, char* local, Text* out) noexcept nogil:
    """A name, trimmed."""
    cdef uint32_t start, end
    if _text(h, v, NAME_SET, local, out) < 0:
        return FAILED
    trim_text(out.data, out.n_bytes, &start, &end)
    out.data += start
    out.n_bytes = end - start
    out.n_chars = count_chars(out.data, out.n_bytes)
    if not 1 <= out.n_chars <= _NAME_CHARS:
        return fail(h, 4002, BAD_VARIABLE_NAME, out.n_chars, 0)
    return 0


cdef int _set_variable(Heap* h, Value* args, int64_t price) noexcept nogil:
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


cdef int _get_variable(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text name
    cdef uint32_t start, end
    cdef Cell* cell = NULL
    cdef Value nothing
    cdef Reader r
    cdef int64_t need
    cdef int status
    if _text(h, &args[0], NAME_GET, local, &name) < 0:
        return FAILED
    trim_text(name.data, name.n_bytes, &start, &end)
    name.data += start
    name.n_bytes = end - start
    if count_chars(name.data, name.n_bytes) <= _NAME_CHARS:
        cell = find_cell(&h.areas[VARIABLES], name.data, name.n_bytes, fold_hash(name.data, name.n_bytes))
    if cell == NULL:
        set_null(&nothing)
        return _just(h, args, price, &nothing)
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


cdef int _set_context(Heap* h, Value* args, int64_t price) noexcept nogil:
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


cdef int _set_prompt(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef Buffer tree
    cdef Area fresh
    cdef int status
    if _text(h, &args[0], NAME_PROMPT, local, &text) < 0 or _check_context(h, text.n_chars) < 0:
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


# --- dispatch ----------------------------------------------------------------------------------------------------

cdef int call_native(Heap* h, uint32_t number, Value* args, uint32_t n) noexcept nogil:
    cdef int64_t price = input_price(h, args, n) if _scans[number] else 0
    cdef int64_t left = h.left
    cdef int status = _call(h, number, args, n, price)
    if status == FAILED and h.left == left:
        h.wasted += <uint32_t>price  # what it read is charged although it comes to nothing
    return status


cdef int _call(Heap* h, uint32_t number, Value* args, uint32_t n, int64_t price) noexcept nogil:
    cdef Value value
    cdef int status
    if number == B_LEN:
        return _len(h, args, price)
    elif number == B_LEFT:
        return _left(h, args, price)
    elif number == B_RIGHT:
        return _right(h, args, price)
    elif number == B_MID:
        return _mid(h, args, n, price)
    elif number == B_INSTR:
        return _instr(h, args, n, price)
    elif number == B_UCASE:
        return _change_case(h, args, price, NAME_UCASE, 97, 122, 32)
    elif number == B_LCASE:
        return _change_case(h, args, price, NAME_LCASE, 65, 90, 32)
    elif number == B_TRIM:
        return _trim(h, args, price)
    elif number == B_REPLACE:
        return _replace(h, args, price)
    elif number == B_SPLIT:
        return _split(h, args, price)
    elif number == B_JOIN:
        return _join(h, args, n, price)
    elif number == B_STR:
        return _str(h, args, price)
    elif number == B_FORMAT:
        if n < 2 or args[1].tag == T_NULL or args[0].tag == T_ARRAY or args[0].tag == T_MAP:
            return _str(h, args, price)
        return NEEDS_PYTHON
    elif number == B_INT:
        return _int(h, args, price)
    elif number == B_ABS:
        return _abs(h, args, price)
    elif number == B_RND:
        set_float(&args[0], <double>(random_bits(h) >> 11) * 1.1102230246251565e-16)
        return 0
    elif number == B_RANDOM:
        return _random(h, args, n)
    elif number == B_MIN:
        return _extreme(h, args, n, price, NAME_MIN, True)
    elif number == B_MAX:
        return _extreme(h, args, n, price, NAME_MAX, False)
    elif number == B_NOW:
        args[0].tag = T_DATETIME
        args[0].v.i = h.now_s
        return 0
    elif number == B_TODAY:
        args[0].tag = T_DATE
        args[0].v.i = h.now_s // 86400 - (1 if h.now_s % 86400 < 0 else 0)
        return 0
    elif number == B_UBOUND:
        if args[0].tag == T_ARRAY or args[0].tag == T_MAP:
            set_int(&args[0], array_at(h, args[0].v.o).length)
        else:
            set_int(&args[0], 0)
        return 0
    elif number == B_IIF:
        set_null(&value)
        if is_truthy(h, &args[0]):
            value = args[1]
        elif n > 2:
            value = args[2]
        args[0] = value
        return 0
    elif number == B_ISNULL:
        set_bool(&args[0], args[0].tag == T_NULL or (
            args[0].tag == T_ARRAY and array_at(h, args[0].v.o).length == 0
        ))
        return 0
    elif number == B_ISEMPTY:
        return _just_bool(h, args, price, is_blank(h, &args[0]))
    elif number == B_ISNUMERIC:
        return _is_numeric(h, args, price)
    elif number == B_ARRAY:
        return _array(h, args, n, price)
    elif number == B__XOR:
        set_bool(&args[0], is_truthy(h, &args[0]) != is_truthy(h, &args[1]))
        return 0
    elif number == B__IN:
        return _in(h, args, price)
    elif number == B__STARTS:
        return _at_end(h, args, price, NAME_STARTS, True)
    elif number == B__ENDS:
        return _at_end(h, args, price, NAME_ENDS, False)
    elif number == B__TAKE:
        return _take_elements(h, args)
    elif number == B_NVL or number == B_COALESCE:
        return _first_present(h, args, n)
    elif number == B_CHOOSE:
        return _choose(h, args, n)
    elif number == B_TYPEOF:
        return _type_of(h, args)
    elif number == B_ISARRAY:
        set_bool(&args[0], args[0].tag == T_ARRAY)
        return 0
    elif number == B_ISOBJECT:
        set_bool(&args[0], args[0].tag == T_MAP)
        return 0
    elif number == B_ISSTRING:
        set_bool(&args[0], is_str(&args[0]))
        return 0
    elif number == B_ISNUMBER:
        set_bool(&args[0], args[0].tag == T_INT or args[0].tag == T_FLOAT)
        return 0
    elif number == B_ISBOOL:
        set_bool(&args[0], args[0].tag == T_TRUE or args[0].tag == T_FALSE)
        return 0
    elif number == B_CBOOL and not is_str(&args[0]):
        return _just_bool(h, args, price, is_truthy(h, &args[0]))
    elif number == B__SET_VARIABLE:
        return _set_variable(h, args, price)
    elif number == B__GET_VARIABLE:
        return _get_variable(h, args, price)
    elif number == B__SET_CONTEXT:
        return _set_context(h, args, price)
    elif number == B__SET_PROMPT:
        return _set_prompt(h, args, price)
    status = call_container(h, number, args, n, price)
    return status if status != NEEDS_PYTHON else call_aggregate(h, number, args, n, price)
