"""Text, comparison and arithmetic on values. Iterative throughout: containers nest at most VALUE_DEPTH deep here."""

from libc.math cimport isinf, isnan
from libc.string cimport memcmp, memcpy

from botserver_speedups.failures cimport *

from botserver import limits

cdef enum:
    DEPTH = 128  # limits.VALUE_DEPTH; fixed size of the stacks below

cdef int64_t COMPARE_STEPS = limits.COMPARE_STEPS
cdef int64_t FIRST_DAY = -719162
cdef int64_t LAST_DAY = 2932896

if limits.VALUE_DEPTH != DEPTH:
    raise AssertionError("ops.pyx is compiled for another VALUE_DEPTH")


# --- text ------------------------------------------------------------------------------------------------------------

cdef inline void _two_digits(int64_t n, char* out) noexcept nogil:
    out[0] = <char>(48 + n // 10)
    out[1] = <char>(48 + n % 10)


cdef uint32_t _date_text(int64_t days, char* out) noexcept nogil:
    """Proleptic Gregorian, from days since 1970 (Howard Hinnant's days algorithm)."""
    cdef int64_t era, of_era, year, of_year, month_index, day, month
    days = min(max(days, FIRST_DAY), LAST_DAY) + 719468
    era = days // 146097
    of_era = days - era * 146097
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month_index = (5 * of_year + 2) // 153
    day = of_year - (153 * month_index + 2) // 5 + 1
    month = month_index + 3 if month_index < 10 else month_index - 9
    year += era * 400 + (1 if month <= 2 else 0)
    _two_digits(year // 100, out)
    _two_digits(year % 100, out + 2)
    out[4] = b"-"
    _two_digits(month, out + 5)
    out[7] = b"-"
    _two_digits(day, out + 8)
    return 10


cdef uint32_t _datetime_text(int64_t seconds, char separator, char* out) noexcept nogil:
    cdef int64_t days = floor_div(seconds, DAY)
    cdef int64_t second = seconds - days * DAY
    _date_text(days, out)
    out[10] = separator
    _two_digits(second // 3600, out + 11)
    out[13] = b":"
    _two_digits(second // 60 % 60, out + 14)
    out[16] = b":"
    _two_digits(second % 60, out + 17)
    return 19


cdef void scalar_text(const Heap* h, const Value* v, char* local, Text* out) noexcept nogil:
    cdef Str* s
    out.data = local
    if v.tag == T_STRING or v.tag == T_CONSTANT:
        s = str_of(h, v)
        out.data = text_of(s)
        out.n_bytes = s.n_bytes
        out.n_chars = s.n_chars
        return
    if v.tag == T_INT:
        out.n_bytes = format_int(v.v.i, local)
    elif v.tag == T_FLOAT:
        out.n_bytes = format_float(v.v.f, local)
    elif v.tag == T_TRUE:
        memcpy(local, b"true", 4)
        out.n_bytes = 4
    elif v.tag == T_FALSE:
        memcpy(local, b"false", 5)
        out.n_bytes = 5
    elif v.tag == T_DATETIME:
        out.n_bytes = _datetime_text(v.v.i, b" ", local)
    elif v.tag == T_DATE:
        out.n_bytes = _date_text(v.v.i, local)
    else:
        out.n_bytes = 0
    out.n_chars = out.n_bytes


cdef int _put_json_string(Buffer* out, const char* text, uint32_t n_bytes) noexcept nogil:
    cdef uint32_t start = 0, at
    cdef uint8_t c
    cdef char escape[6]
    if put_byte(out, b'"') < 0:
        return FAILED
    memcpy(escape, b"\\u00", 4)
    for at in range(n_bytes):
        c = <uint8_t>text[at]
        if c >= 0x20 and c != 0x22 and c != 0x5C:
            continue
        if put(out, text + start, at - start) < 0:
            return FAILED
        start = at + 1
        escape[1] = b"u"
        if c == 0x22 or c == 0x5C:
            escape[1] = <char>c
        elif c == 0x0A:
            escape[1] = b"n"
        elif c == 0x0D:
            escape[1] = b"r"
        elif c == 0x09:
            escape[1] = b"t"
        elif c == 0x08:
            escape[1] = b"b"
        elif c == 0x0C:
            escape[1] = b"f"
        else:
            escape[4] = <char>(48 + (c >> 4))
            escape[5] = <char>(48 + (c & 15) if (c & 15) < 10 else 87 + (c & 15))
        if put(out, escape, 6 if escape[1] == b"u" else 2) < 0:
            return FAILED
    if put(out, text + start, n_bytes - start) < 0:
        return FAILED
    return put_byte(out, b'"')


cdef int put_json_scalar(const Heap* h, const Value* v, Buffer* out) noexcept nogil:
    cdef char local[LOCAL_TEXT]
    cdef Text text
    if v.tag == T_NULL or (v.tag == T_FLOAT and (isnan(v.v.f) or isinf(v.v.f))):
        return put(out, b"null", 4)
    if v.tag == T_STRING:
        return _put_json_string(out, text_of(str_of(h, v)), str_of(h, v).n_bytes)
    if v.tag == T_DATETIME:
        local[0] = b'"'
        _datetime_text(v.v.i, b"T", local + 1)
        local[20] = b'"'
        return put(out, local, 21)
    if v.tag == T_DATE:
        local[0] = b'"'
        _date_text(v.v.i, local + 1)
        local[11] = b'"'
        return put(out, local, 12)
    scalar_text(h, v, local, &text)
    return put(out, text.data, text.n_bytes)


cdef int put_display(Heap* h, const Value* v, Buffer* out, int64_t budget, int64_t* price) noexcept nogil:
    cdef uint32_t objects[DEPTH]  # open containers and how many of their elements were written
    cdef uint32_t positions[DEPTH]
    cdef char local[LOCAL_TEXT]
    cdef Text text
    cdef uint32_t depth = 0, at
    cdef int64_t start = out.length, elements = 0
    cdef Array* array
    cdef Map* map
    cdef Str* key
    cdef const Value* item
    cdef bint opening = True
    if v.tag != T_ARRAY and v.tag != T_MAP:
        scalar_text(h, v, local, &text)
        if put(out, text.data, text.n_bytes) < 0:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        return 0
    item = v
    while True:
        if opening:
            if depth >= DEPTH:
                return too_deep(h, 0)
            if put_byte(out, b"[" if item.tag == T_ARRAY else <char>b"{") < 0:
                return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
            if out.length - start > budget:
                return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
            objects[depth] = item.v.o
            positions[depth] = 0
            depth += 1
            opening = False
        array = array_at(h, objects[depth - 1])
        map = <Map*>array
        at = positions[depth - 1]
        if at == array.length:  # `length` lies first in both
            if put_byte(out, b"]" if array.kind == T_ARRAY else <char>b"}") < 0:
                return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
            if out.length - start > budget:
                return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
            depth -= 1
            if depth == 0:
                break
            continue
        positions[depth - 1] = at + 1
        elements += 1
        if at > 0 and put_byte(out, b",") < 0:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        if array.kind == T_ARRAY:
            item = &items_of(h, array)[at]
        else:
            item = &entries_of(h, map)[at].value
            key = str_at(h, entries_of(h, map)[at].key)
            if _put_json_string(out, text_of(key), key.n_bytes) < 0 or put_byte(out, b":") < 0:
                return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        if out.length - start > budget:
            return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
        if item.tag == T_ARRAY or item.tag == T_MAP:
            opening = True
        else:
            if put_json_scalar(h, item, out) < 0:
                return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
            if out.length - start > budget:
                return fail(h, 9001, OUT_OF_MEMORY, 0, 0)
    price[0] += elements + (out.length - start) // 64
    return 0


# --- tests -----------------------------------------------------------------------------------------------------------

cdef bint is_word(const Str* s, const char* word, uint32_t n_bytes) noexcept nogil:
    """Whether the text is an ASCII word in any case."""
    cdef const char* text = text_of(s)
    cdef uint32_t i
    if s.n_bytes != n_bytes:
        return False
    for i in range(n_bytes):
        if (text[i] | 0x20) != word[i]:
            return False
    return True


cdef bint is_truthy_slow(const Heap* h, const Value* v) noexcept nogil:
    cdef Str* s
    if v.tag == T_FLOAT:
        return v.v.f != 0 and v.v.f == v.v.f
    if v.tag == T_STRING or v.tag == T_CONSTANT:
        s = str_of(h, v)
        if s.n_bytes == 0 or (s.n_bytes == 1 and text_of(s)[0] == b"0"):
            return False
        return not is_word(s, b"false", 5)
    if v.tag == T_ARRAY:
        return array_at(h, v.v.o).length > 0
    if v.tag == T_MAP:
        return map_at(h, v.v.o).length > 0
    return True


cdef bint is_blank(const Heap* h, const Value* v) noexcept nogil:
    cdef uint32_t start, end
    cdef Str* s
    if v.tag == T_NULL:
        return True
    if v.tag == T_STRING or v.tag == T_CONSTANT:
        s = str_of(h, v)
        trim_text(text_of(s), s.n_bytes, &start, &end)
        return start == end
    if v.tag == T_ARRAY:
        return array_at(h, v.v.o).length == 0
    if v.tag == T_MAP:
        return map_at(h, v.v.o).length == 0
    return False


# --- comparison ------------------------------------------------------------------------------------------------------

cdef inline int _sign(int64_t a, int64_t b) noexcept nogil:
    return -1 if a < b else (1 if a > b else 0)


cdef int _compare_mixed(int64_t i, double f) noexcept nogil:
    """Exactly; a conversion of the integer could round."""
    cdef int64_t whole
    if isnan(f):
        return UNORDERED
    if f >= 9.223372036854775808e18:
        return -1
    if f < -9.223372036854775808e18:
        return 1
    whole = <int64_t>f
    if i != whole:
        return _sign(i, whole)
    f -= <double>whole
    return -1 if f > 0 else (1 if f < 0 else 0)


cdef int compare_numbers(const Value* a, const Value* b) noexcept nogil:
    cdef int result
    if a.tag == T_FLOAT and b.tag == T_FLOAT:
        if isnan(a.v.f) or isnan(b.v.f):
            return UNORDERED
        return -1 if a.v.f < b.v.f else (1 if a.v.f > b.v.f else 0)
    if a.tag == T_FLOAT:
        result = _compare_mixed(b.v.i, a.v.f)
        return result if result == UNORDERED else -result
    if b.tag == T_FLOAT:
        return _compare_mixed(a.v.i, b.v.f)
    return _sign(a.v.i, b.v.i)


cdef inline bint _digits(const char* text, uint32_t end, uint32_t* at, uint32_t least, uint32_t most,
                         int64_t* value) noexcept nogil:
    cdef uint32_t n = 0
    value[0] = 0
    while n < most and at[0] < end and 48 <= text[at[0]] <= 57:
        value[0] = value[0] * 10 + (text[at[0]] - 48)
        at[0] += 1
        n += 1
    return n >= least


cdef inline int64_t _month_days(int64_t year, int64_t month) noexcept nogil:
    if month == 2:
        return 29 if (year % 4 == 0 and year % 100 != 0) or year % 400 == 0 else 28
    return 30 if month == 4 or month == 6 or month == 9 or month == 11 else 31


cdef int64_t _days_of(int64_t year, int64_t month, int64_t day) noexcept nogil:
    cdef int64_t y = year - 1 if month <= 2 else year
    cdef int64_t era = y // 400
    cdef int64_t of_era = y - era * 400
    cdef int64_t of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


cdef inline bint _is_space(char c) noexcept nogil:
    return c == 32 or 9 <= c <= 13


cdef bint _parse_instant(const Str* s, int64_t* seconds) noexcept nogil:
    """Unix seconds of a date string as `parse_date` in `botserver/vm/dates.py` reads it."""
    cdef const char* text = text_of(s)
    cdef uint32_t at, end, mark
    cdef int64_t first, second, third, year, month, day, hour = 0, minute = 0, moment = 0, offset = 0, zone_minutes
    cdef char sign
    cdef bint swapped = False
    trim_text(text, s.n_bytes, &at, &end)
    mark = at
    if not _digits(text, end, &at, 1, 4, &first):
        return False
    if at - mark == 4:
        if at == end or (text[at] != b"-" and text[at] != b"/"):
            return False
        at += 1
        if not _digits(text, end, &at, 1, 2, &second):
            return False
        if at == end or (text[at] != b"-" and text[at] != b"/"):
            return False
        at += 1
        if not _digits(text, end, &at, 1, 2, &third):
            return False
        year, month, day = first, second, third
    else:
        if at - mark > 2 or at == end or text[at] != b"/":
            return False
        at += 1
        if not _digits(text, end, &at, 1, 2, &second):
            return False
        if at == end or text[at] != b"/":
            return False
        at += 1
        if not _digits(text, end, &at, 4, 4, &third):
            return False
        year, month, day = third, second, first
        swapped = True
    if at < end:
        mark = at
        while at < end and (text[at] == b"T" or text[at] == b" "):
            at += 1
        if at == mark or not _digits(text, end, &at, 1, 2, &hour):
            return False
        if at == end or text[at] != b":":
            return False
        at += 1
        if not _digits(text, end, &at, 2, 2, &minute):
            return False
        if at < end and text[at] == b":":
            at += 1
            if not _digits(text, end, &at, 2, 2, &moment):
                return False
            if at < end and text[at] == b".":
                at += 1
                mark = at
                while at < end and 48 <= text[at] <= 57:
                    at += 1
                if at == mark:
                    return False
        while at < end and _is_space(text[at]):
            at += 1
        if at < end and text[at] == b"Z":
            at += 1
        elif at < end:
            sign = text[at]
            if sign != b"+" and sign != b"-":
                return False
            at += 1
            if not _digits(text, end, &at, 2, 2, &offset):
                return False
            if at < end and text[at] == b":":
                at += 1
            if not _digits(text, end, &at, 2, 2, &zone_minutes):
                return False
            offset = offset * 3600 + zone_minutes * 60
            if sign == b"-":
                offset = -offset
        if at != end or hour > 23 or minute > 59 or moment > 59:
            return False
    if year < 1:
        return False
    if not (1 <= month <= 12 and 1 <= day <= _month_days(year, month)):
        if not swapped:
            return False
        month, day = day, month
        if not (1 <= month <= 12 and 1 <= day <= _month_days(year, month)):
            return False
    seconds[0] = _days_of(year, month, day) * DAY + hour * 3600 + minute * 60 + moment - offset
    return True


cdef bint instant_of(const Heap* h, const Value* v, int64_t* seconds) noexcept nogil:
    if is_str(v):
        return _parse_instant(str_of(h, v), seconds)
    if is_date(v):
        seconds[0] = seconds_of(v)
        return True
    return False


cdef int _order(const Heap* h, const Value* a, const Value* b) noexcept nogil:
    """-1, 0 or 1 as numbers or dates, UNORDERED for pairs without an order. Not both strings."""
    cdef Value x, y
    cdef int64_t left, right
    if is_date(a) or is_date(b):
        if instant_of(h, a, &left) and instant_of(h, b, &right):
            return _sign(left, right)
        return UNORDERED
    if plain_number(a, &x) and plain_number(b, &y):
        return compare_numbers(&x, &y)
    if is_number(a) and is_str(b) and parse_number(text_of(str_of(h, b)), str_of(h, b).n_bytes, &y):
        return compare_numbers(a, &y)
    if is_number(b) and is_str(a) and parse_number(text_of(str_of(h, a)), str_of(h, a).n_bytes, &x):
        return compare_numbers(&x, b)
    return UNORDERED


cdef bint _scalar_equals(const Heap* h, const Value* a, const Value* b) noexcept nogil:
    cdef const Value* other
    cdef Str* s
    cdef Str* t
    if a.tag == T_NULL or b.tag == T_NULL:
        other = b if a.tag == T_NULL else a
        if is_str(other):
            return str_of(h, other).n_bytes == 0
        if other.tag == T_ARRAY:
            return array_at(h, other.v.o).length == 0
        return other.tag == T_NULL
    if is_str(a) and is_str(b):
        s = str_of(h, a)
        t = str_of(h, b)
        return s.n_bytes == t.n_bytes and memcmp(text_of(s), text_of(t), s.n_bytes) == 0
    if a.tag <= T_TRUE and is_str(b):
        s = str_of(h, b)
        return is_word(s, b"true", 4) if a.tag == T_TRUE else is_word(s, b"false", 5)
    if b.tag <= T_TRUE and is_str(a):
        s = str_of(h, a)
        return is_word(s, b"true", 4) if b.tag == T_TRUE else is_word(s, b"false", 5)
    return _order(h, a, b) == 0


cdef int64_t compare_price(const Heap* h, const Value* a, const Value* b) noexcept nogil:
    if is_str(a) and is_str(b):
        return min(str_of(h, a).n_bytes, str_of(h, b).n_bytes) // 64
    return 0


cdef inline bint _is_container(const Value* v) noexcept nogil:
    return v.tag == T_ARRAY or v.tag == T_MAP


cdef int equals(Heap* h, const Value* a, const Value* b, int64_t* price) noexcept nogil:
    # Open pairs: two containers of the same kind and length, and how many of their elements were compared.
    cdef uint32_t lefts[DEPTH + 1]
    cdef uint32_t rights[DEPTH + 1]
    cdef uint32_t positions[DEPTH + 1]
    cdef uint32_t depth = 0, at, i
    cdef int64_t steps = 0, scalar_price = 0
    cdef Array* x
    cdef Array* y
    cdef Entry* entry
    cdef Str* key
    if not (_is_container(a) and _is_container(b)):
        price[0] += compare_price(h, a, b)
        return _scalar_equals(h, a, b)
    while True:
        # `a` and `b` lie `depth` containers deep.
        steps += 1
        if steps + scalar_price > COMPARE_STEPS or depth > DEPTH:
            return too_deep(h, price[0] + steps + scalar_price)
        if a.tag == b.tag and _is_container(a):
            x = array_at(h, a.v.o)
            y = array_at(h, b.v.o)
            if x.length != y.length:
                price[0] += steps + scalar_price
                return 0
            if a.tag == T_MAP:
                entry = entries_of(h, <Map*>x)
                for i in range(x.length):
                    key = str_at(h, entry[i].key)
                    if find_entry(h, <Map*>y, text_of(key), key.n_bytes, str_hash(key)) == NULL:
                        price[0] += steps + scalar_price
                        return 0
            if x.length > 0:
                lefts[depth] = a.v.o
                rights[depth] = b.v.o
                positions[depth] = 0
                depth += 1
        else:
            scalar_price += compare_price(h, a, b)
            if not _scalar_equals(h, a, b):
                price[0] += steps + scalar_price
                return 0
        while depth > 0 and positions[depth - 1] == array_at(h, lefts[depth - 1]).length:
            depth -= 1
        if depth == 0:
            price[0] += steps + scalar_price
            return 1
        x = array_at(h, lefts[depth - 1])
        y = array_at(h, rights[depth - 1])
        at = positions[depth - 1]
        positions[depth - 1] = at + 1
        if x.kind == T_ARRAY:
            a = &items_of(h, x)[at]
            b = &items_of(h, y)[at]
        else:
            entry = &entries_of(h, <Map*>x)[at]
            key = str_at(h, entry.key)
            a = &entry.value
            b = &find_entry(h, <Map*>y, text_of(key), key.n_bytes, str_hash(key)).value


cdef bint is_less(const Heap* h, const Value* a, const Value* b, bint or_equal) noexcept nogil:
    cdef Str* s
    cdef Str* t
    cdef int order
    if is_str(a) and is_str(b):
        # Code point order is the byte order of UTF-8.
        s = str_of(h, a)
        t = str_of(h, b)
        order = memcmp(text_of(s), text_of(t), min(s.n_bytes, t.n_bytes))
        if order == 0:
            order = _sign(s.n_bytes, t.n_bytes)
        return order < 0 or (or_equal and order == 0)
    order = _order(h, a, b)
    return order == -1 or (or_equal and order == 0)


# --- numbers ---------------------------------------------------------------------------------------------------------

cdef bint as_number(const Heap* h, const Value* v, Value* out) noexcept nogil:
    if v.tag == T_INT or v.tag == T_FLOAT:
        out[0] = v[0]
    elif v.tag == T_NULL:
        set_int(out, 0)
    elif v.tag <= T_TRUE:
        set_int(out, v.tag == T_TRUE)
    elif is_str(v):
        return parse_number(text_of(str_of(h, v)), str_of(h, v).n_bytes, out)
    elif is_date(v):
        set_int(out, seconds_of(v))
    else:
        return False
    return True


cdef bint index_of(const Heap* h, const Value* key, int64_t* index) noexcept nogil:
    cdef Value number
    if is_str(key):
        if not parse_number(text_of(str_of(h, key)), str_of(h, key).n_bytes, &number):
            return False
    elif not plain_number(key, &number):
        return False
    if number.tag == T_INT:
        index[0] = number.v.i
        return True
    if -1e18 < number.v.f < 1e18:
        index[0] = <int64_t>number.v.f
        return True
    return False
