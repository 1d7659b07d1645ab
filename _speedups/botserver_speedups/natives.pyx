"""Built-ins one by one, in the order of the Python ones, then the table that finds them."""

from libc.math cimport isinf, isnan, trunc
from libc.string cimport memcmp, memcpy, strlen

from botserver.language.builtins import SPECS
from botserver.limits import BUILTIN_STEPS

from botserver_speedups.aggregates cimport call_aggregate
from botserver_speedups.areas cimport tree_of
from botserver_speedups.codec cimport Reader, read_byte, read_text
from botserver_speedups.containers cimport call_container
from botserver_speedups.named cimport *
from botserver_speedups.opcodes cimport *
from botserver_speedups.texts cimport *
from botserver_speedups.variables cimport *

cdef enum:
    MAX_BUILTINS = 256

cdef bint _scans[MAX_BUILTINS]
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


# --- HEAR ------------------------------------------------------------------------------------------------------------

cdef int _answer(Heap* h, Value* args, int64_t price) noexcept nogil:
    """The answer to an untyped HEAR: trimmed; a suggestion's key or label gives its key."""
    cdef Area* area = &h.areas[SUGGESTIONS]
    cdef Str* answer
    cdef const char* text
    cdef const char* parts[3]  # key, label, kind
    cdef uint32_t sizes[3]
    cdef uint32_t start, end, n_chars, i, part
    cdef Reader r
    cdef int status
    if not is_str(&args[0]):
        return NEEDS_PYTHON
    answer = str_of(h, &args[0])
    text = text_of(answer)
    trim_text(text, answer.n_bytes, &start, &end)
    for i in range(area.length):
        r.data = tree_of(area.cells[i])
        r.at = 2  # the tag of an array, and its length
        r.end = area.cells[i].n_tree
        r.bad = NULL
        for part in range(3):
            if read_byte(&r) < 0 or read_text(&r, &parts[part], &sizes[part], &n_chars) < 0:
                return NEEDS_PYTHON
        if sizes[2] == 1 and parts[2][0] == 42:  # "*": any other text
            continue
        if fold_equal(parts[1], sizes[1], text + start, end - start) or (
            fold_equal(parts[0], sizes[0], text + start, end - start)
        ):
            status = settle(h, price, string_price(sizes[0]))
            if status == 0:
                n_chars = count_chars(parts[0], sizes[0])
                set_object(&args[0], T_STRING, new_text(h, parts[0], sizes[0], n_chars))
            return status
    n_chars = end - start if answer.n_bytes == answer.n_chars else count_chars(text + start, end - start)
    status = settle(h, price, string_price(end - start))
    if status == 0:  # what was there may lie elsewhere now
        text = text_of(str_of(h, &args[0])) + start
        set_object(&args[0], T_STRING, new_text(h, text, end - start, n_chars))
    return status


# --- numbers ---------------------------------------------------------------------------------------------------------

cdef int _int(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Value number
    if read_number(h, &args[0], NAME_INT, &number) < 0:
        return FAILED
    if number.tag == T_FLOAT and not isnan(number.v.f) and not isinf(number.v.f):
        number.v.f = trunc(number.v.f)
        if -9.223372036854775808e18 <= number.v.f < 9.223372036854775808e18:
            set_int(&number, <int64_t>number.v.f)
    return give(h, args, price, &number)


cdef int _abs(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Value number
    if read_number(h, &args[0], NAME_ABS, &number) < 0:
        return FAILED
    if number.tag == T_FLOAT:
        number.v.f = abs(number.v.f)
    elif number.v.i < 0:
        if number.v.i == -<int64_t>0x7FFFFFFFFFFFFFFF - 1:
            set_float(&number, 9.223372036854775808e18)
        else:
            number.v.i = -number.v.i
    return give(h, args, price, &number)


cdef int _random(Heap* h, Value* args, uint32_t n) noexcept nogil:
    cdef int64_t low = 0, high = 0
    cdef uint64_t span, bits
    cdef int status
    if n == 0:
        return give_int(h, args, 0, <int64_t>(random_bits(h) >> 33))  # an unpriced instruction always goes through
    if n == 1:
        if read_integer(h, &args[0], NAME_RANDOM, &high) < 0:
            return FAILED
        if high < 1:
            return fail(h, 4002, RANDOM_OF_NOTHING, 0, 0)
        high -= 1
    elif read_integer(h, &args[0], NAME_RANDOM, &low) < 0 or read_integer(h, &args[1], NAME_RANDOM, &high) < 0:
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
        if read_text_of(h, &args[1], name, local, &field) < 0:
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
    return give(h, args, price + steps, &best)


# --- containers and operators ----------------------------------------------------------------------------------------

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
        return give_bool(h, args, price, False)
    if place.tag == T_ARRAY:
        for i in range(array_at(h, place.v.o).length):
            same = equals(h, &args[0], &items_of(h, array_at(h, place.v.o))[i], &steps)
            if same < 0:
                return FAILED
            if steps > STEPS:
                return too_far(h, B__IN)
            if same:
                return give_bool(h, args, price + steps, True)
        return give_bool(h, args, price + steps, False)
    if read_text_of(h, &args[0], NAME_IN, local, &text) < 0:
        return FAILED
    if place.tag == T_MAP:
        return give_bool(
            h, args, price,
            find_entry(h, map_at(h, place.v.o), text.data, text.n_bytes, fold_hash(text.data, text.n_bytes)) != NULL,
        )
    scalar_text(h, place, local_where, &where)
    return give_bool(h, args, price, text.n_bytes == 0 or find_text(where.data, where.n_bytes, &text) != NULL)


cdef int _at_end(Heap* h, Value* args, int64_t price, Name name, bint at_start) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef char local_part[LOCAL_TEXT]
    cdef Text text, part
    cdef const char* place
    if read_text_of(h, &args[0], name, local, &text) < 0 or read_text_of(h, &args[1], name, local_part, &part) < 0:
        return FAILED
    if part.n_bytes > text.n_bytes:
        return give_bool(h, args, price, False)
    place = text.data if at_start else text.data + text.n_bytes - part.n_bytes
    return give_bool(h, args, price, memcmp(place, part.data, part.n_bytes) == 0)


cdef int _take_elements(Heap* h, Value* args) noexcept nogil:
    cdef int64_t n, length
    if read_integer(h, &args[1], NAME_FIRST, &n) < 0:
        return FAILED
    if args[0].tag != T_ARRAY:
        return 0
    length = array_at(h, args[0].v.o).length
    if n >= 0:
        return slice_of(h, args, 0, 0, min(n, length))
    n = min(-n if n > -length else length, length)
    return slice_of(h, args, 0, length - n, n)


cdef int _is_numeric(Heap* h, Value* args, int64_t price) noexcept nogil:
    cdef Value number
    if is_str(&args[0]):
        return give_bool(h, args, price, as_number(h, &args[0], &number))
    return give_bool(h, args, price, args[0].tag == T_INT or args[0].tag == T_FLOAT)


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
    if read_integer(h, &args[0], NAME_CHOOSE, &place) < 0:
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


# --- dispatch --------------------------------------------------------------------------------------------------------

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
        return call_len(h, args, price)
    elif number == B_LEFT:
        return call_left(h, args, price)
    elif number == B_RIGHT:
        return call_right(h, args, price)
    elif number == B_MID:
        return call_mid(h, args, n, price)
    elif number == B_INSTR:
        return call_instr(h, args, n, price)
    elif number == B_UCASE:
        return call_change_case(h, args, price, NAME_UCASE, 97, 122, 32)
    elif number == B_LCASE:
        return call_change_case(h, args, price, NAME_LCASE, 65, 90, 32)
    elif number == B_TRIM:
        return call_trim(h, args, price)
    elif number == B_REPLACE:
        return call_replace(h, args, price)
    elif number == B_SPLIT:
        return call_split(h, args, price)
    elif number == B_JOIN:
        return call_join(h, args, n, price)
    elif number == B_STR:
        return call_str(h, args, price)
    elif number == B_FORMAT:
        if n < 2 or args[1].tag == T_NULL or args[0].tag == T_ARRAY or args[0].tag == T_MAP:
            return call_str(h, args, price)
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
        return give_bool(h, args, price, is_blank(h, &args[0]))
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
        return give_bool(h, args, price, is_truthy(h, &args[0]))
    elif number == B__ANSWER:
        return _answer(h, args, price)
    elif number == B__SET_VARIABLE:
        return call_set_variable(h, args, price)
    elif number == B__GET_VARIABLE:
        return call_get_variable(h, args, price)
    elif number == B__SET_CONTEXT:
        return call_set_context(h, args, price)
    elif number == B__SET_PROMPT:
        return call_set_prompt(h, args, price)
    status = call_container(h, number, args, n, price)
    return status if status != NEEDS_PYTHON else call_aggregate(h, number, args, n, price)
