"""What a session remembers of the other bots it works with, as data beside its state; a part of its notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..ids import MessageId, SessionId
from ..immutable import dataclass


@dataclass(frozen=True, slots=True)
class Asking:
    """The question another bot works at. With `is_users` it is what the user said, and no script waits for it."""

    question: MessageId
    bot: str
    is_users: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The question a session works at, for the session `by`, until it waits for input again. What it says after
    `after_seq` is its answer; `fault` is the number of the error it met since, 0 for none."""

    by: SessionId
    question: MessageId
    after_seq: int
    fault: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """A bot that takes part; what the user says with one of its triggers in it goes to that bot."""

    bot: str
    triggers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherBots:
    """`works_for` is the session of another bot that opened this one, "" for a user's own; `works_for_bot` the bot that
    session was handed on to before, "" if it still was its first one's. `members` are the bots that take part, in the
    order they came. `going_to` is the bot that has the conversation from the next turn on, `handed_on` how often it was
    handed on since the user last spoke. `broken_by` is the number of the error that ended the scripts of a session that
    works for another before it was asked, 0 for none."""

    works_for: SessionId = SessionId("")
    works_for_bot: str = ""
    asking: Asking | None = None
    asked: Asked | None = None
    members: tuple[Member, ...] = ()
    going_to: str = ""
    handed_on: int = 0
    broken_by: int = 0

    def parts(self) -> dict[str, Any]:
        """As JSON takes it, without what is as always."""
        return {name: value for name, value in asdict(self).items() if value}


NONE = OtherBots()


def other_bots_of(parts: Mapping[str, Any]) -> OtherBots:
    """Raises TypeError for what a newer server wrote."""
    asking, asked = parts.get("asking"), parts.get("asked")
    return OtherBots(
        **{
            **parts,
            "asking": None if asking is None else Asking(**asking),
            "asked": None if asked is None else Asked(**asked),
            "members": tuple(Member(each["bot"], tuple(each["triggers"])) for each in parts.get("members", ())),
        }
    )
