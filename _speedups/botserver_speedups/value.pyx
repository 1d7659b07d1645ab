"""Text and numbers without Python: UTF-8, folding, decimal forms. The definition is `botserver/vm/text.py`."""

from libc.math cimport frexp, isinf, isnan
from libc.stdio cimport snprintf
from libc.stdlib cimport calloc, free, malloc, strtod
from libc.string cimport memcpy, memcmp

import os

from botserver.vm.text import BLANKS
from botserver.vm.unicode_tables import SIMPLE_LOWER

cdef enum:
    PAGES = 0x1100

cdef uint32_t* _folds[PAGES]  # by code point / 256: the 256 folded code points, or NULL where all fold to themselves
cdef uint64_t _hash_seed  # keys that collide cannot be prepared; the order of a map does not depend on hashes
cdef uint32_t _wide_blanks[64]
cdef uint32_t _n_wide_blanks = 0
cdef bint _ascii_blanks[128]


def _build_tables():
    global _hash_seed, _n_wide_blanks
    cdef uint32_t code, page, i
    for code, folded in SIMPLE_LOWER.items():
        page = code >> 8
        if _folds[page] == NULL:
            _folds[page] = <uint32_t*>calloc(256, sizeof(uint32_t))
            if _folds[page] == NULL:
                raise MemoryError
            for i in range(256):
                _folds[page][i] = (page << 8) | i
        _folds[page][code & 0xFF] = folded
    for blank in BLANKS:
        code = ord(blank)
        if code < 128:
            _ascii_blanks[code] = True
        else:
            _wide_blanks[_n_wide_blanks] = code
            _n_wide_blanks += 1
    _hash_seed = int.from_bytes(os.urandom(8), "little")


_build_tables()


cdef uint32_t count_chars(const char* text, uint32_t n_bytes) noexcept nogil:
    cdef uint32_t at, n = 0
    for at in range(n_bytes):
        n += (text[at] & 0xC0) != 0x80
    return n


cdef uint32_t byte_offset(const char* text, uint32_t n_bytes, uint32_t n) noexcept nogil:
    cdef uint32_t at = 0
    while n > 0 and at < n_bytes:
        at += char_size(<uint8_t>text[at])
        n -= 1
    return at


cdef int64_t check_text(const char* text, int64_t n_bytes) noexcept nogil:
    cdef int64_t at = 0, n = 0
    cdef uint32_t size, i, code
    cdef uint8_t lead
    while at < n_bytes:
        lead = <uint8_t>text[at]
        if lead < 0x80:
            if lead == 0:
                return -1
            at += 1
        else:
            if lead < 0xC2 or lead > 0xF4:
                return -1
            size = char_size(lead)
            if at + size > n_bytes:
                return -1
            code = lead & (0x7F >> size)
            for i in range(1, size):
                if (text[at + i] & 0xC0) != 0x80:
                    return -1
                code = (code << 6) | (text[at + i] & 0x3F)
            if (size == 3 and (code < 0x800 or 0xD800 <= code <= 0xDFFF)) or (
                size == 4 and not 0x10000 <= code <= 0x10FFFF
            ):
                return -1
            at += size
        n += 1
    return n


cdef uint32_t fold_char(uint32_t c) noexcept nogil:
    if c < 128:
        return c + 32 if 65 <= c <= 90 else c
    if c >= 0x110000 or _folds[c >> 8] == NULL:
        return c
    return _folds[c >> 8][c & 0xFF]


cdef inline uint32_t _write_char(uint32_t c, uint8_t* out) noexcept nogil:
    if c < 0x80:
        out[0] = <uint8_t>c
        return 1
    if c < 0x800:
        out[0] = <uint8_t>(0xC0 | (c >> 6))
        out[1] = <uint8_t>(0x80 | (c & 0x3F))
        return 2
    if c < 0x10000:
        out[0] = <uint8_t>(0xE0 | (c >> 12))
        out[1] = <uint8_t>(0x80 | ((c >> 6) & 0x3F))
        out[2] = <uint8_t>(0x80 | (c & 0x3F))
        return 3
    out[0] = <uint8_t>(0xF0 | (c >> 18))
    out[1] = <uint8_t>(0x80 | ((c >> 12) & 0x3F))
    out[2] = <uint8_t>(0x80 | ((c >> 6) & 0x3F))
    out[3] = <uint8_t>(0x80 | (c & 0x3F))
    return 4


cdef inline uint64_t _mix(uint64_t h, uint64_t word) noexcept nogil:
    h = (h ^ word) * <uint64_t>0x9E3779B97F4A7C15
    return h ^ (h >> 29)


cdef uint32_t fold_hash(const char* text, uint32_t n_bytes) noexcept nogil:
    """Of the folded UTF-8, eight bytes at a time; texts that fold to the same hash the same."""
    cdef uint64_t h = _hash_seed, word = 0, high
    cdef uint32_t at = 0, filled = 0, size, i
    cdef uint8_t piece[4]
    while at + 8 <= n_bytes:
        memcpy(&word, text + at, 8)
        if word & <uint64_t>0x8080808080808080:
            break
        # Of each byte: bit 7 of `high` is set iff it is A to Z.
        high = (word + <uint64_t>0x3F3F3F3F3F3F3F3F) & ~(word + <uint64_t>0x2525252525252525)
        h = _mix(h, word | ((high & <uint64_t>0x8080808080808080) >> 2))
        at += 8
    word = 0
    while at < n_bytes:
        size = _write_char(fold_char(read_char(text, &at)), piece)
        for i in range(size):
            word |= <uint64_t>piece[i] << (8 * filled)
            filled += 1
            if filled == 8:
                h = _mix(h, word)
                word = 0
                filled = 0
    if filled:
        h = _mix(h, word)
    h ^= h >> 32
    return <uint32_t>h if <uint32_t>h else 1


cdef uint32_t spelling_hash(const char* text, uint32_t n_bytes) noexcept nogil:
    cdef uint64_t h = _hash_seed ^ n_bytes, word
    cdef uint32_t at = 0
    while at < n_bytes:
        word = 0
        memcpy(&word, text + at, min(n_bytes - at, 8))
        h = _mix(h, word)
        at += 8
    return <uint32_t>(h ^ (h >> 32))


cdef bint fold_equal(const char* a, uint32_t a_bytes, const char* b, uint32_t b_bytes) noexcept nogil:
    cdef uint32_t i = 0, j = 0
    if a_bytes == b_bytes and memcmp(a, b, a_bytes) == 0:
        return True
    while i < a_bytes and j < b_bytes:
        if fold_char(read_char(a, &i)) != fold_char(read_char(b, &j)):
            return False
    return i == a_bytes and j == b_bytes


# --- numbers -----------------------------------------------------------------------------------------------------

cdef uint32_t format_int(int64_t i, char* out) noexcept nogil:
    cdef char room[NUMBER_CHARS]
    cdef uint32_t length
    cdef const char* text = int_text(i, room, &length)
    memcpy(out, text, length)
    return length


cdef int _digits_of(double f, char* digits, int* point) noexcept nogil:
    """The shortest digits that read back as `f` > 0, which is 0.digits * 10**point. Returns their number."""
    cdef char text[48]
    cdef int n, at, exponent, carry
    cdef int power
    # A text of up to 15 digits survives, so the nearest 15 digits are it; subnormal numbers are less exact than that.
    for n in range(15 if f >= 2.2250738585072014e-308 else 1, 18):
        snprintf(text, sizeof(text), "%.*e", n - 1, f)
        if n == 17 or strtod(text, NULL) == f:
            break
        if n == 16 and frexp(f, &power) == 0.5:
            # Above a power of two numbers lie twice as far apart as below: the nearest 16 digits may miss where the
            # next ones do not.
            carry = 16
            while carry > 0 and (carry == 1 or text[carry] == b"9"):
                if carry != 1:
                    text[carry] = b"0"
                carry -= 1
            text[carry] += 1
            if text[0] <= b"9" and strtod(text, NULL) == f:
                break
    digits[0] = text[0]
    for at in range(1, n):
        digits[at] = text[at + 1]
    at = n + 1 if n > 1 else 1
    at += 1  # behind the "e"
    carry = text[at] == b"-"
    at += 1
    exponent = 0
    while text[at] != 0:
        exponent = exponent * 10 + (text[at] - 48)
        at += 1
    point[0] = (-exponent if carry else exponent) + 1
    while n > 1 and digits[n - 1] == b"0":
        n -= 1
    return n


cdef uint32_t format_float(double f, char* out) noexcept nogil:
    cdef char digits[20]
    cdef int n, point, i, exponent
    cdef uint32_t at = 0
    if isnan(f):
        memcpy(out, b"NaN", 3)
        return 3
    if f == 0:
        out[0] = b"0"
        return 1
    if -1e15 < f < 1e15 and f == <double><int64_t>f:
        return format_int(<int64_t>f, out)
    if f < 0:
        out[0] = b"-"
        at = 1
        f = -f
    if isinf(f):
        memcpy(out + at, b"Infinity", 8)
        return at + 8
    n = _digits_of(f, digits, &point)
    if 1e-6 <= f < 1e15:
        if point <= 0:
            out[at] = b"0"
            out[at + 1] = b"."
            at += 2
            for i in range(-point):
                out[at] = b"0"
                at += 1
            memcpy(out + at, digits, n)
            return at + n
        for i in range(max(n, point)):
            if i == point:
                out[at] = b"."
                at += 1
            out[at] = digits[i] if i < n else <char>b"0"
            at += 1
        return at
    out[at] = digits[0]
    at += 1
    if n > 1:
        out[at] = b"."
        memcpy(out + at + 1, digits + 1, n - 1)
        at += n
    out[at] = b"e"
    at += 1
    return at + format_int(point - 1, out + at)


cdef inline bint _is_blank(uint32_t c) noexcept nogil:
    cdef uint32_t i
    if c < 128:
        return _ascii_blanks[c]
    for i in range(_n_wide_blanks):
        if _wide_blanks[i] == c:
            return True
    return False


cdef void trim_text(const char* text, uint32_t n_bytes, uint32_t* start, uint32_t* end) noexcept nogil:
    cdef uint32_t a = 0, b = n_bytes, at
    while a < n_bytes:
        at = a
        if not _is_blank(read_char(text, &at)):
            break
        a = at
    while b > a:
        at = b - 1
        while (text[at] & 0xC0) == 0x80:
            at -= 1
        n_bytes = at
        if not _is_blank(read_char(text, &at)):
            break
        b = n_bytes
    start[0] = a
    end[0] = b


cdef inline bint _is_digit(char c) noexcept nogil:
    return 48 <= c <= 57


cdef bint parse_number(const char* text, uint32_t n_bytes, Value* out) noexcept nogil:
    cdef uint32_t start, end, at, whole, fraction = 0
    cdef uint64_t value = 0
    cdef bint negative, integral = True
    cdef char local[64]
    cdef char* copy = local
    trim_text(text, n_bytes, &start, &end)
    at = start
    if at == end:
        return False
    negative = text[at] == b"-"
    if negative or text[at] == b"+":
        at += 1
    whole = at
    while at < end and _is_digit(text[at]):
        if at - whole < 19:
            value = value * 10 + <uint64_t>(text[at] - 48)
        at += 1
    whole = at - whole
    if at < end and text[at] == b".":
        integral = False
        at += 1
        fraction = at
        while at < end and _is_digit(text[at]):
            at += 1
        fraction = at - fraction
    if whole == 0 and fraction == 0:
        return False
    if at < end and (text[at] == b"e" or text[at] == b"E"):
        integral = False
        at += 1
        if at < end and (text[at] == b"+" or text[at] == b"-"):
            at += 1
        if at == end or not _is_digit(text[at]):
            return False
        while at < end and _is_digit(text[at]):
            at += 1
    if at != end:
        return False
    if integral and whole <= 19 and end - start <= 20:
        if value <= <uint64_t>0x7FFFFFFFFFFFFFFF:
            set_int(out, -<int64_t>value if negative else <int64_t>value)
            return True
        if negative and value == <uint64_t>1 << 63:
            set_int(out, -<int64_t>0x7FFFFFFFFFFFFFFF - 1)
            return True
    if integral and whole == 20 and end - start == 20 and text[start] == b"0":
        # Twenty digits with a leading zero still fit.
        return _parse_padded(text + start, out)
    if end - start >= sizeof(local):
        copy = <char*>malloc(end - start + 1)
        if copy == NULL:
            return False
    memcpy(copy, text + start, end - start)
    copy[end - start] = 0
    set_float(out, strtod(copy, NULL))
    if copy != local:
        free(copy)
    return True


cdef bint _parse_padded(const char* text, Value* out) noexcept nogil:
    """Of twenty digits, the first of which is 0."""
    cdef uint64_t value = 0
    cdef uint32_t i
    for i in range(1, 20):
        value = value * 10 + <uint64_t>(text[i] - 48)
    if value <= <uint64_t>0x7FFFFFFFFFFFFFFF:
        set_int(out, <int64_t>value)
    else:
        set_float(out, <double>value)
    return True
