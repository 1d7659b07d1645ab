"""Host values as trees, and back."""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdlib cimport free

from botserver.vm.values import Date, DateTime


cdef int _check(int status) except -1:
    if status < 0:
        raise MemoryError
    return 0


cdef int _put_host_text(str text, Buffer* out) except -1:
    cdef bytes data = text.encode()
    _check(put_byte(out, T_STRING))
    _check(put_varint(out, len(data)))
    _check(put(out, <char*>data, len(data)))
    return 0


cdef int _put_host_int(int tag, object number, Buffer* out) except -1:
    cdef int64_t value = number
    if not is_within_years(tag, value):
        raise OverflowError("a date outside years 1 to 9999")
    _check(put_byte(out, <char>tag))
    _check(put_varint(out, zigzag(value)))
    return 0


cdef int put_host(object value, Buffer* out) except -1:
    cdef list stack = [value]
    cdef Value number
    while stack:
        item = stack.pop()
        if item is None:
            _check(put_byte(out, T_NULL))
        elif item is True or item is False:
            _check(put_byte(out, T_TRUE if item else T_FALSE))
        elif isinstance(item, str):
            _put_host_text(str(item), out)
        elif isinstance(item, int):
            _put_host_int(T_INT, item, out)
        elif isinstance(item, float):
            set_float(&number, item)
            _check(put_scalar(&number, out))
        elif isinstance(item, DateTime):
            _put_host_int(T_DATETIME, item.seconds, out)
        elif isinstance(item, Date):
            _put_host_int(T_DATE, item.days, out)
        elif isinstance(item, list):
            _check(put_byte(out, T_ARRAY))
            _check(put_varint(out, len(item)))
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            _check(put_byte(out, T_MAP))
            _check(put_varint(out, len(item)))
            for key, child in reversed(item.items()):
                stack.append(child)
                stack.append(key)
        else:
            raise TypeError(f"{type(item).__name__} is not a host value")
    return 0


cdef object _host_scalar(Reader* r, int tag):
    cdef Value v
    cdef const char* text
    cdef uint32_t n_bytes, n_chars
    if tag == T_STRING:
        if read_text(r, &text, &n_bytes, &n_chars) < 0:
            raise AssertionError("a tree of ours is damaged")
        return PyUnicode_DecodeUTF8(text, n_bytes, NULL)
    if read_scalar(r, tag, &v) < 0:
        raise AssertionError("a tree of ours is damaged")
    if tag == T_NULL:
        return None
    if tag == T_FALSE:
        return False
    if tag == T_TRUE:
        return True
    if tag == T_INT:
        return v.v.i
    if tag == T_FLOAT:
        return v.v.f
    return DateTime(v.v.i) if tag == T_DATETIME else Date(v.v.i)


cdef object host_of(const char* data, int64_t n):
    cdef Reader r
    cdef uint64_t count
    cdef list stack = []
    cdef int64_t missing = 1
    cdef int tag
    cdef list root = []
    container = root
    r.data = data
    r.at = 0
    r.end = n
    r.bad = NULL
    while True:
        key = None
        if isinstance(container, dict):
            read_byte(&r)
            key = _host_scalar(&r, T_STRING)
        tag = read_byte(&r)
        fresh = None
        count = 0
        if tag == T_ARRAY or tag == T_MAP:
            read_varint(&r, &count)
            fresh = [] if tag == T_ARRAY else {}
            value = fresh
        else:
            value = _host_scalar(&r, tag)
        if key is None:
            (<list>container).append(value)
        else:
            (<dict>container)[key] = value
        missing -= 1
        if count > 0:
            stack.append((container, missing))
            container = fresh
            missing = <int64_t>count
            continue
        while missing == 0:
            if not stack:
                return root[0]
            container, missing = stack.pop()
