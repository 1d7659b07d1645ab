"""What a user may choose from, and what a choice means."""

from __future__ import annotations

from ..model import SuggestionView
from ..vm.effects import Suggestion
from .values import clean_text

TOOL, TEXT = "tool", "text"
"""Kinds of suggestions that run a script, and that send their key instead of their label."""
ACTIONS = frozenset(("phone", "url", "email", "location"))
"""Kinds that the channel carries out; the script gets their label."""
ANYTHING = "*"  # kind of the menu's entry that stands for any other text


def choose(text: str | None, choice: str | None, options: tuple[Suggestion, ...]) -> tuple[Suggestion | None, str]:
    """The option that a text or a choice means, and the text as the conversation shows it."""
    if choice is not None:
        for option in options:
            if option.key == choice:
                return option, _sent(option, option.label)
        text = choice
    shown = clean_text(text or "")
    folded = shown.strip().casefold()
    for option in options:
        if option.label.casefold() == folded and option.kind != ANYTHING:
            return option, _sent(option, shown)
    return None, shown


def _sent(option: Suggestion, shown: str) -> str:
    """What choosing an option says in the user's name."""
    return option.key if option.kind == TEXT else shown


def views_of(suggestions: tuple[Suggestion, ...]) -> tuple[SuggestionView, ...]:
    """As messages carry them."""
    return tuple([SuggestionView(each.key, each.label, each.kind) for each in suggestions if each.kind != ANYTHING])
