"""A message as a terminal shows it."""

from __future__ import annotations

from typing import Protocol


class Shown(Protocol):
    """Of the service itself or of its client."""

    @property
    def text(self) -> str: ...
    @property
    def image(self) -> str: ...


def shown(message: Shown) -> str:
    """The text; before it, in brackets, where its image is."""
    return f"[image {message.image}] {message.text}".rstrip() if message.image else message.text
