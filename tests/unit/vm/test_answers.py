"""What answers each HEAR type accepts: the edges that the corpus does not show."""

from __future__ import annotations

import pytest

from botserver.language.words import HEAR_TYPES
from botserver.vm.answers import ERROR_TEXTS, AnswerValue, read_answer

NOW_S = 1_767_225_600  # 2026-01-01


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("INTEGER", "9223372036854775807", 2**63 - 1),
        ("INTEGER", "-9223372036854775808", -(2**63)),
        ("INTEGER", "9223372036854775808", None),
        ("INTEGER", "1,234.567", None),
        ("INTEGER", "12,34", None),
        ("INTEGER", "٣", None),
        ("NUMBER", "1.234.567,5", 1234567.5),
        ("NUMBER", "1,2,3", None),
        ("NUMBER", "-0,5", -0.5),
        ("NUMBER", "1e5", None),
        ("NUMBER", ".", None),
        ("MONEY", "1,005", 1.01),
        ("MONEY", "12 €", 12),
        ("MONEY", "€", None),
        ("BOOLEAN", "YES", True),
        ("BOOLEAN", "Não", False),
        ("DATE", "31.12.2025", "2025-12-31"),
        ("DATE", "29/02/2025", None),
        ("DATE", "yesterday", "2025-12-31"),
        ("DATE", "1 sept 2025", "2025-09-01"),
        ("HOUR", "24:00", None),
        ("HOUR", "13:00 PM", None),
        ("HOUR", "7", None),
        ("EMAIL", "First.Last+tag@Example.ORG", "first.last+tag@example.org"),
        ("EMAIL", "a..b@c.de", None),
        ("EMAIL", "a@@b.co", None),
        ("NAME", "x", None),
        ("NAME", "élodie", "Élodie"),
        ("NAME", "R2 D2", None),
        ("NAME", "--", None),
        ("MOBILE", "123456789", None),
        ("MOBILE", "1234567890123456", None),
        ("MOBILE", "12345678901x", None),
        ("ZIPCODE", "1234", None),
        ("CNPJ", "11.222.333/0001-80", None),
        ("LANGUAGE", "klingon", None),
        ("URL", "javascript://x.y", None),
        ("URL", "two words.com", None),
        ("URL", "localhost", None),
        ("UUID", "550e8400e29b41d4a716446655440000", None),
        ("COLOR", "rgb(256,0,0)", None),
        ("COLOR", "ff8800", "#FF8800"),
        ("CREDITCARD", "0000000000000000", None),
        ("CREDITCARD", "378282246310005", "3782 **** **** 0005"),
        ("PASSWORD", "1234567", None),
        ("PASSWORD", "12345678", "12345678"),
    ],
)
def test_answer_is_read_or_refused(kind: str, text: str, value: AnswerValue) -> None:
    found = read_answer(kind, text, NOW_S)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("kind", sorted(ERROR_TEXTS))
def test_blank_is_never_an_answer(kind: str) -> None:
    assert read_answer(kind, " \t", NOW_S) is None


def test_every_type_of_the_language_is_read() -> None:
    assert set(HEAR_TYPES.values()) == {*ERROR_TEXTS, "STRING"}
