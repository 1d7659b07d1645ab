"""Functions of texts. Positions count from 1, in code points."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote, unquote_to_bytes

from ...errors import ScriptError
from ...limits import CODE_DIGITS
from ..objects import Str, Value, out_of_memory
from ..plans import Function, Host, Plan, check_python_size, just, need_integer, need_text, text_plan
from ..text import BLANKS, upper
from ..values import string_price

LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def _find_last(host: Host, args: list[Value]) -> Plan:
    text, part = need_text("INSTRREV", args[0]), need_text("INSTRREV", args[1])
    return just(text.rfind(part) + 1 if part else 0)


def _capitalize(host: Host, args: list[Value]) -> Plan:
    text = need_text("CAPITALIZE", args[0])
    return text_plan(upper(text[:1]) + text[1:])


def _trim_left(host: Host, args: list[Value]) -> Plan:
    return text_plan(need_text("LTRIM", args[0]).lstrip(BLANKS))


def _trim_right(host: Host, args: list[Value]) -> Plan:
    return text_plan(need_text("RTRIM", args[0]).rstrip(BLANKS))


def _repeated(host: Host, text: str, count: int) -> Plan:
    size = len(text.encode()) * max(count, 0)
    if size > host.text_budget:
        raise out_of_memory()
    return Plan(lambda: Str(text * count if size else ""), string_price(size))


def _string(host: Host, args: list[Value]) -> Plan:
    """The first character of the second argument, as often as the first says."""
    return _repeated(host, need_text("STRING", args[1])[:1], need_integer("STRING", args[0]))


def _space(host: Host, args: list[Value]) -> Plan:
    return _repeated(host, " ", need_integer("SPACE", args[0]))


def _repeat(host: Host, args: list[Value]) -> Plan:
    return _repeated(host, need_text("REPEAT", args[0]), need_integer("REPEAT", args[1]))


def _code_point(host: Host, args: list[Value]) -> Plan:
    text = need_text("ASC", args[0])
    if not text:
        raise ScriptError(4002, "ASC needs at least one character")
    return just(ord(text[0]))


def _character(host: Host, args: list[Value]) -> Plan:
    code = need_integer("CHR", args[0])
    if not 1 <= code <= LAST_CODE_POINT or code in _SURROGATES:
        raise ScriptError(4002, f"CHR has no character {code}")
    return text_plan(chr(code))


def _before(host: Host, args: list[Value]) -> Plan:
    text, mark = need_text("EXTRACT_BEFORE", args[0]), need_text("EXTRACT_BEFORE", args[1])
    at = text.find(mark) if mark else -1
    return text_plan(text if at < 0 else text[:at])


def _after(host: Host, args: list[Value]) -> Plan:
    text, mark = need_text("EXTRACT_AFTER", args[0]), need_text("EXTRACT_AFTER", args[1])
    at = text.find(mark) if mark else -1
    return text_plan("" if at < 0 else text[at + len(mark) :])


def _between(host: Host, args: list[Value]) -> Plan:
    text, opening, closing = (need_text("EXTRACT_BETWEEN", value) for value in args)
    start = text.find(opening) if opening else -1
    if start < 0 or not closing:
        return text_plan("")
    start += len(opening)
    end = text.find(closing, start)
    return text_plan("" if end < 0 else text[start:end])


def _url_encode(host: Host, args: list[Value]) -> Plan:
    check_python_size("URLENCODE", args)
    return text_plan(quote(need_text("URLENCODE", args[0]), safe=""))


def _url_decode(host: Host, args: list[Value]) -> Plan:
    """`+` is a blank, as in forms. What is not UTF-8 becomes U+FFFD, and so does U+0000."""
    check_python_size("URLDECODE", args)
    text = need_text("URLDECODE", args[0]).replace("+", " ")
    return text_plan(unquote_to_bytes(text).decode(errors="replace").replace("\0", "\ufffd"))


def _base64(host: Host, args: list[Value]) -> Plan:
    data = need_text("BASE64", args[0]).encode()
    if 2 * len(data) > host.text_budget:
        raise out_of_memory()
    return text_plan(b64encode(data).decode())


def _generate_code(host: Host, args: list[Value]) -> Plan:
    """That many random digits."""
    n = need_integer("GENERATE CODE", args[0])
    if not 1 <= n <= CODE_DIGITS:
        raise ScriptError(4002, f"GENERATE CODE makes 1 to {CODE_DIGITS} digits")
    return Plan(lambda: Str("".join(str(host.random_bits() % 10) for _ in range(n))), string_price(n))


FUNCTIONS: dict[str, Function] = {
    "$GENERATE_CODE": _generate_code,
    "INSTRREV": _find_last,
    "CAPITALIZE": _capitalize,
    "LTRIM": _trim_left,
    "RTRIM": _trim_right,
    "STRING": _string,
    "SPACE": _space,
    "REPEAT": _repeat,
    "ASC": _code_point,
    "CHR": _character,
    "EXTRACT_BEFORE": _before,
    "EXTRACT_AFTER": _after,
    "EXTRACT_BETWEEN": _between,
    "URLENCODE": _url_encode,
    "URLDECODE": _url_decode,
    "BASE64": _base64,
}
