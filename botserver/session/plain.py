"""What runs most turns, where it is built: a user answers a HEAR, the script says something and waits in HEAR again.

`_speedups/botserver_speedups/plain.pyx` does in one go what `turn.py` and `commits.py` do in steps. The engine asks it
for each message that nothing stands before, and does by itself what is not plain, or turns out not to be.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Protocol

from ..model import Reply
from ..store.abc import Committed, TurnCommit
from .commits import Begin
from .hot import Hot
from .journal import Ran
from .records import UserInput
from .turn import Begun


class PlainTurn(Ran, Protocol):
    """One that ran to its end."""

    @property
    def commit(self) -> TurnCommit: ...
    @property
    def reply(self) -> Reply:
        """What those get who wait for it, once the commit was made."""
        ...

    @property
    def began_s(self) -> float: ...

    def committed(self, done: Committed) -> Hot:
        """It was: the session as it is then."""
        ...


class Plain(Protocol):
    def is_plain(self, hot: Hot, user_input: UserInput) -> bool:
        """Whether the message can be given to `answer` by the short way."""
        ...

    def answer(
        self, hot: Hot, begin: Begin, now_s: Callable[[], float], grow: Callable[[int], None], delivers: bool
    ) -> PlainTurn | Begun:
        """Run the script with the message: to the end of the turn, or of its first slice if it is not plain. `grow` is
        told the size of the heap and may raise; `delivers` says that the channel has a gateway. When it raises the heap
        is as no commit left it."""
        ...


def load() -> Plain | None:
    """None where nothing compiled is at hand; the reference VM does without."""
    try:
        found: Plain = importlib.import_module("botserver_speedups.plain")
    except ModuleNotFoundError as error:
        if error.name not in ("botserver_speedups", "botserver_speedups.plain"):
            raise
        return None
    return found
