"""Functions of texts: what they undo of each other, and how large results may become."""

from __future__ import annotations

import base64
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botserver.errors import ScriptError
from botserver.limits import PYTHON_BUILTIN_BYTES
from botserver.vm.values import string_price

from .calls import call, plan_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(TEXTS)
def test_encoded_urls_decode_to_the_same_text(text: str) -> None:
    encoded = call("URLENCODE", text)
    assert isinstance(encoded, str)
    assert encoded.isascii()
    assert not set(encoded) & set(" &=+?/#\"'<>")
    assert call("URLDECODE", encoded) == text
    assert call("URLDECODE", urllib.parse.urlencode({"": text})[1:]) == text


@given(TEXTS)
def test_decoding_gives_no_text_that_a_script_cannot_hold(text: str) -> None:
    decoded = call("URLDECODE", text + "%00%ed%a0%80%")
    assert isinstance(decoded, str)
    assert "\0" not in decoded
    decoded.encode()


@given(TEXTS)
def test_base64_is_of_utf8(text: str) -> None:
    encoded = call("BASE64", text)
    assert isinstance(encoded, str)
    assert base64.b64decode(encoded, validate=True).decode() == text


@given(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
def test_asc_undoes_chr(character: str) -> None:
    assert call("CHR", ord(character)) == character
    assert call("ASC", character + "rest") == ord(character)


@given(TEXTS, st.text("ab;", min_size=1, max_size=2))
def test_before_and_after_are_the_pieces_around_the_first_mark(text: str, mark: str) -> None:
    before, found, after = text.partition(mark)
    assert call("EXTRACT_BEFORE", text, mark) == before
    assert call("EXTRACT_AFTER", text, mark) == after
    assert call("EXTRACT_BETWEEN", f"<{text}", "<", mark) == (before if found else "")


@given(TEXTS, st.text("ab", max_size=2))
def test_instrrev_is_the_last_place(text: str, part: str) -> None:
    place = call("INSTRREV", text, part)
    assert isinstance(place, int)
    assert place == 0 if not part or part not in text else text[place - 1 :].startswith(part)
    assert part == "" or part not in text[place:][len(part) - 1 :] or place == 0


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("REPEAT", ("é", 500_001)),
        ("STRING", (1_000_001, "x")),
        ("SPACE", (1_000_001,)),
        ("BASE64", ("x" * 600_000,)),
    ],
)
def test_text_larger_than_the_session_may_have_is_never_built(name: str, arguments: tuple[str | int, ...]) -> None:
    with pytest.raises(ScriptError) as caught:
        plan_of(name, *arguments)
    assert caught.value.number == 9001


@pytest.mark.parametrize(
    ("name", "arguments", "size"),
    [("REPEAT", ("é", 500_000), 1_000_000), ("STRING", (1_000_000, "x"), 1_000_000), ("SPACE", (7,), 7)],
)
def test_repeated_text_is_reserved_before_it_is_built(name: str, arguments: tuple[str | int, ...], size: int) -> None:
    plan = plan_of(name, *arguments)
    assert plan.need == string_price(size)


@pytest.mark.parametrize("name", ["URLENCODE", "URLDECODE"])
def test_slow_functions_take_no_large_texts(name: str) -> None:
    assert call(name, "x" * PYTHON_BUILTIN_BYTES) == "x" * PYTHON_BUILTIN_BYTES
    with pytest.raises(ScriptError) as caught:
        plan_of(name, "x" * (PYTHON_BUILTIN_BYTES + 1))
    assert caught.value.number == 9013
