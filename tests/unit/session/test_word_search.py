"""Finding rows by the words of their texts."""

from __future__ import annotations

import pytest

from botserver.limits import SEARCH_WORDS
from botserver.session.word_search import WordSearch, plain_text


@pytest.mark.parametrize(
    ("wanted", "text", "score"),
    [
        ("red shoes", "Shoes, RED", 4),
        ("red shoes", "redwood shoe", 1),
        ("shoe", "shoes", 1),
        ("shoes", "shoe", 0),
        ("red red RED", "red", 2),
        ("acao", "Ação", 2),
        ("AÇÃO", "acao", 2),
        ("strasse", "Straße", 2),
        ("ﬁne", "fine", 2),
        ("", "anything", 0),
        ("- !", "- !", 0),
        ("5", "size 5", 2),
    ],
)
def test_score_counts_whole_words_twice_and_beginnings_once(wanted: str, text: str, score: int) -> None:
    assert WordSearch(wanted).score([text]) == score


def test_only_texts_are_looked_at() -> None:
    assert WordSearch("5 true a").score([5, True, None, ["a"], {"a": "a"}]) == 0
    assert WordSearch("red shoes").score(["red", 7, "shoes"]) == 4


def test_only_the_first_words_count() -> None:
    words = [f"w{n}x" for n in range(SEARCH_WORDS + 1)]
    search = WordSearch(" ".join(words))
    assert search.score([words[-2]]) == 2
    assert search.score([words[-1]]) == 0


def test_comparisons_are_counted() -> None:
    search = WordSearch("a b")
    search.score(["x y z"])
    assert search.steps == 1 + 3 + 2 * 3


def test_plain_text_has_no_case_and_no_accents() -> None:
    assert plain_text("Crème BRÛLÉE ŁÓDŹ") == "creme brulee łodz"
