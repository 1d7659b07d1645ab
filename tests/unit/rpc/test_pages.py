"""Page tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botserver.errors import BadField, PageTokenMismatch
from botserver.limits import PAGE_SIZE, PAGE_SIZE_MAX
from botserver.rpc.pages import page_size, seal, unseal


@given(st.text(min_size=1, max_size=100), st.lists(st.text(max_size=10), max_size=3))
def test_token_gives_its_cursor_back(cursor: str, parameters: list[str]) -> None:
    assert unseal(seal(cursor, *parameters), *parameters) == cursor


@given(st.text(max_size=50))
def test_text_that_is_no_token_is_refused(token: str) -> None:
    if token:
        with pytest.raises(PageTokenMismatch):
            unseal(token, "list")


def test_parameters_do_not_run_together() -> None:
    with pytest.raises(PageTokenMismatch):
        unseal(seal("5", "ab", "c"), "a", "bc")


def test_last_page_has_no_token() -> None:
    assert seal("") == ""
    assert unseal("") == ""


def test_size_is_coerced() -> None:
    assert [page_size(asked) for asked in (0, 1, PAGE_SIZE_MAX, PAGE_SIZE_MAX + 1)] == [
        PAGE_SIZE,
        1,
        PAGE_SIZE_MAX,
        PAGE_SIZE_MAX,
    ]
    with pytest.raises(BadField):
        page_size(-1)
