"""Typed HEAR: what answers each type accepts and what they become (dialect, "HEAR").

Pure functions of the user's text. None means the answer is not of the type; the user is told `ERROR_TEXTS[type]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from .colors import COLORS
from .dates import MONTHS
from .formats import round_half_away
from .languages import LANGUAGES
from .text import fold, lower, trim, upper
from .values import INT_MAX, INT_MIN

AnswerValue: TypeAlias = "bool | int | float | str | None"

ERROR_TEXTS = {
    "INTEGER": "Please enter a whole number.",
    "NUMBER": "Please enter a number.",
    "MONEY": "Please enter an amount, such as 12.50.",
    "BOOLEAN": "Please answer yes or no.",
    "DATE": "Please enter a date, such as 25/12/2024.",
    "HOUR": "Please enter a time, such as 14:30.",
    "EMAIL": "Please enter an e-mail address, such as name@example.com.",
    "NAME": "Please enter a name of 2 to 100 letters.",
    "MOBILE": "Please enter a phone number of 10 to 15 digits.",
    "ZIPCODE": "Please enter a postal code.",
    "CPF": "Please enter a valid CPF of 11 digits.",
    "CNPJ": "Please enter a valid CNPJ of 14 digits.",
    "LANGUAGE": "Please enter a language, such as English or pt.",
    "URL": "Please enter a web address, such as https://example.com.",
    "UUID": "Please enter a UUID.",
    "COLOR": "Please enter a colour, such as red or #FF0000.",
    "CREDITCARD": "Please enter a valid card number.",
    "PASSWORD": "Please enter a password of at least 8 characters.",
}
"""What is said after an answer that does not fit."""

MIN_PASSWORD_CHARS = 8
_YES = frozenset(("yes", "y", "true", "1", "sim", "s", "si", "sí", "oui", "ja", "da", "ok", "yeah", "yep", "sure"))
_CONSENT = frozenset(("confirm", "confirmed", "accept", "agree", "agreed"))
_NO = frozenset(("no", "n", "false", "0", "não", "nao", "non", "nein", "net", "nope"))
_REFUSAL = frozenset(("cancel", "deny", "denied", "reject", "declined", "disagree"))
_DAYS = {"today": 0, "hoje": 0, "tomorrow": 1, "amanhã": 1, "amanha": 1, "yesterday": -1, "ontem": -1}
_INTEGER = re.compile(r"([+-]?)(\d{1,3}(?:([,. ])\d{3})(?:\3\d{3})*|\d+)\Z", re.ASCII)
_EMAIL = re.compile(r"[^\s@\"'<>(),;:]{1,64}@(?:[^\s@.,;:<>()]+\.)+[^\s@.,;:<>()]{1,63}\Z")
_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap]\.?m\.?)?\Z", re.IGNORECASE | re.ASCII)
_NUMERIC_DATE = re.compile(r"(?:(\d{4})[-/](\d{1,2})[-/](\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}))\Z", re.ASCII)
_WORD_DATE = re.compile(r"(?:(\d{1,2})\.?\s+([a-z]+)\.?,?\s+(\d{4})|([a-z]+)\.?\s+(\d{1,2}),?\s+(\d{4}))\Z", re.ASCII)
_URL = re.compile(r"https?://(?:[^\s/?#.]+\.)+[^\s/?#.]{2,}(?:[/?#]\S*)?\Z", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)\Z", re.ASCII)
_UK_CODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\Z", re.ASCII)


def read_answer(kind: str, text: str, now_s: int) -> AnswerValue:
    """The value of an answer of a type (a key of ERROR_TEXTS), None if it is none. `now_s`: the bot's wall clock."""
    text = trim(text)
    if not text:
        return None
    if kind == "DATE":
        return _date(text, now_s)
    return _READERS[kind](text)


# --- numbers -----------------------------------------------------------------------------------------------------


def _integer(text: str) -> int | None:
    found = _INTEGER.match(text)
    if found is None:
        return None
    digits = re.sub(r"[,. ]", "", found[2])
    if len(digits) > 19:
        return None
    value = int(found[1] + digits)
    return value if INT_MIN <= value <= INT_MAX else None


def _number(text: str) -> int | float | None:
    exact = _decimal(text.replace(" ", ""))
    if exact is None:
        return None
    if exact == exact.to_integral_value() and INT_MIN <= exact <= INT_MAX:
        return int(exact)
    return float(exact)


def _decimal(text: str) -> Decimal | None:
    """`.` or `,` as decimal mark; with both, the last one is it and the other groups thousands."""
    sign = "-" if text.startswith("-") else ""
    text = text.removeprefix(sign or "+")
    comma, dot = text.rfind(","), text.rfind(".")
    mark = max(comma, dot)
    if comma >= 0 and dot >= 0:
        whole, fraction = text[:mark], text[mark + 1 :]
        groups = whole.split("." if mark == comma else ",")
        if not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]):
            return None
        whole = "".join(groups)
    elif mark >= 0:
        whole, fraction = text[:mark], text[mark + 1 :]
    else:
        whole, fraction = text, ""
    digits = whole + fraction
    if not digits or not digits.isascii() or not digits.isdigit() or len(digits) > 40:
        return None
    return Decimal(f"{sign}{whole or '0'}.{fraction or '0'}")


def _money(text: str) -> int | float | None:
    exact = _decimal(re.sub(r"^(?:R\$|[$€£¥])\s*|\s*[€£¥$]$", "", text, flags=re.IGNORECASE).replace(" ", ""))
    if exact is None or exact < 0:
        return None
    value = float(exact)
    return round_half_away(int(exact) if exact == int(exact) and exact <= INT_MAX else value, 2)


def _boolean(text: str) -> bool | None:
    word = lower(text)
    if word in _YES or word in _CONSENT:
        return True
    return False if word in _NO or word in _REFUSAL else None


# --- dates -------------------------------------------------------------------------------------------------------


def _date(text: str, now_s: int) -> str | None:
    word = lower(text)
    if word in _DAYS:
        today = datetime.fromtimestamp(now_s, UTC).date()
        return (today + timedelta(days=_DAYS[word])).isoformat()
    found = _NUMERIC_DATE.match(word)
    if found is not None:
        if found[1]:
            return _iso(int(found[1]), int(found[2]), int(found[3]))
        first, second = int(found[4]), int(found[5])
        return _iso(int(found[6]), second, first) or _iso(int(found[6]), first, second)
    found = _WORD_DATE.match(word)
    if found is None:
        return None
    day, name, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    for number, month in enumerate(MONTHS, start=1):
        if len(name) >= 3 and month.lower().startswith(name):
            return _iso(int(year), number, int(day))
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _hour(text: str) -> str | None:
    found = _TIME.match(text)
    if found is None or (found[2] is None and found[3] is None):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3][0] in "pP" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


# --- people and places -------------------------------------------------------------------------------------------


def _email(text: str) -> str | None:
    if ".." in text or text.startswith(".") or ".@" in text or len(text) > 254:
        return None
    return lower(text) if _EMAIL.match(text) else None


def _name(text: str) -> str | None:
    if not 2 <= len(text) <= 100 or not all(ch.isalpha() or ch in " -'’" or _is_mark(ch) for ch in text):
        return None
    if not any(ch.isalpha() for ch in text):
        return None
    # A part after a hyphen or an apostrophe is a word too.
    parts = re.split(r"([ \-'’]+)", text)
    return "".join(upper(part[:1]) + lower(part[1:]) for part in parts)


def _is_mark(ch: str) -> bool:
    """Combining marks, as names in decomposed form carry them."""
    return "\u0300" <= ch <= "\u036f"


def _mobile(text: str) -> str | None:
    if not re.fullmatch(r"\+?[\d\s().\-/]+", text, re.ASCII):
        return None
    digits = re.sub(r"\D", "", text)
    if not 10 <= len(digits) <= 15:
        return None
    if len(digits) == 11:
        return f"({digits[:2]}) {digits[2:7]}-{digits[7:]}"
    if len(digits) == 10:
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return f"+{digits}"


def _zipcode(text: str) -> str | None:
    if _UK_CODE.match(upper(text)):
        return upper(text)
    digits = re.sub(r"[\s.\-]", "", text)
    if not digits.isascii() or not digits.isdigit():
        return None
    match len(digits):
        case 8:
            return f"{digits[:5]}-{digits[5:]}"
        case 5:
            return digits
        case 9:
            return f"{digits[:5]}-{digits[5:]}"
        case _:
            return None


def _cpf(text: str) -> str | None:
    digits = _plain_digits(text, 11)
    if digits is None:
        return None
    for n in (9, 10):
        total = sum(int(digit) * weight for digit, weight in zip(digits[:n], range(n + 1, 1, -1), strict=True))
        if int(digits[n]) != total * 10 % 11 % 10:
            return None
    return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"


def _cnpj(text: str) -> str | None:
    digits = _plain_digits(text, 14)
    if digits is None:
        return None
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    for n in (12, 13):
        total = sum(int(digit) * weight for digit, weight in zip(digits[:n], weights[13 - n :], strict=True))
        rest = total % 11
        if int(digits[n]) != (0 if rest < 2 else 11 - rest):
            return None
    return f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}/{digits[8:12]}-{digits[12:]}"


def _plain_digits(text: str, n: int) -> str | None:
    """`n` digits, not all equal, once marks are removed."""
    digits = re.sub(r"[\s.\-/]", "", text)
    right = len(digits) == n and digits.isascii() and digits.isdigit() and len(set(digits)) > 1
    return digits if right else None


def _language(text: str) -> str | None:
    return LANGUAGES.get(fold(text).partition("-")[0].partition("_")[0]) or LANGUAGES.get(fold(text))


# --- technical ---------------------------------------------------------------------------------------------------


def _url(text: str) -> str | None:
    address = text if re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE) else f"https://{text}"
    return address if len(address) <= 2048 and _URL.match(address) else None


def _uuid(text: str) -> str | None:
    word = lower(text).removeprefix("urn:uuid:").strip("{}")
    return word if _UUID.match(word) else None


def _color(text: str) -> str | None:
    word = lower(text)
    if word in COLORS:
        return COLORS[word]
    if re.fullmatch(r"#?[0-9a-f]{6}", word):
        return "#" + upper(word.removeprefix("#"))
    if re.fullmatch(r"#[0-9a-f]{3}", word):
        return "#" + "".join(upper(ch) * 2 for ch in word[1:])
    found = _RGB.match(word)
    if found is None or any(int(part) > 255 for part in found.groups()):
        return None
    return "#" + "".join(f"{int(part):02X}" for part in found.groups())


def _creditcard(text: str) -> str | None:
    digits = re.sub(r"[\s\-]", "", text)
    if not 13 <= len(digits) <= 19 or not digits.isascii() or not digits.isdigit() or len(set(digits)) == 1:
        return None
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    if sum(value - 9 if value > 9 else value for value in doubled) % 10:
        return None
    return f"{digits[:4]} **** **** {digits[-4:]}"


def _password(text: str) -> str | None:
    return text if len(text) >= MIN_PASSWORD_CHARS else None


_READERS: dict[str, Callable[[str], AnswerValue]] = {
    "INTEGER": _integer,
    "NUMBER": _number,
    "MONEY": _money,
    "BOOLEAN": _boolean,
    "HOUR": _hour,
    "EMAIL": _email,
    "NAME": _name,
    "MOBILE": _mobile,
    "ZIPCODE": _zipcode,
    "CPF": _cpf,
    "CNPJ": _cnpj,
    "LANGUAGE": _language,
    "URL": _url,
    "UUID": _uuid,
    "COLOR": _color,
    "CREDITCARD": _creditcard,
    "PASSWORD": _password,
}
