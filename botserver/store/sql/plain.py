"""Plain turns: what most turns are, and what a database commits together by statements of its own. No claim, no end, no
change of release, nothing staged but bot memory. What is not plain, and what a database could not write as plain, goes
through `turns.commit_turns`, which also says why one is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from operator import attrgetter

from ..abc import TurnCommit

_PLAIN = frozenset(
    (
        *("session_id", "expected_revision", "standing", "state", "accept", "consumed", "messages", "memory"),
        *("replies", "fuel", "timer_in_s", "keep_timer", "touch", "deliver"),
    )
)
"""The fields of a plain commit; one that sets another is not plain."""

_OTHERS = {
    each.name: each.default if each.default_factory is dataclasses.MISSING else each.default_factory()
    for each in dataclasses.fields(TurnCommit)
    if each.name not in _PLAIN and each.name != "claim_s"
}
_DEFAULTS = tuple(_OTHERS.values())
_others_of = attrgetter(*_OTHERS)


def is_plain(commit: TurnCommit) -> bool:
    if commit.state is None or not commit.expected_revision >= 0:
        return False
    if commit.memory and any(write.read_version == 0 for write in commit.memory):
        return False  # of two that make a key, one must find out
    if len(commit.messages) > 1:
        for seq, message in enumerate(commit.messages, commit.messages[0].seq):
            if message.seq != seq:
                return False  # only the first is looked at later
    return bool(_others_of(commit) == _DEFAULTS)


def apart(commits: Sequence[TurnCommit]) -> list[int]:
    """Which of a batch may be tried together: the plain ones, of which no two write the same row. One that follows
    another of its session must wait for it, so it is none of them."""
    found: list[int] = []
    taken: set[str | tuple[str, str]] = set()
    for at, commit in enumerate(commits):
        free = commit.session_id not in taken
        taken.add(commit.session_id)
        for write in commit.memory:
            free = free and (write.bot, write.key) not in taken
            taken.add((write.bot, write.key))
        if free and is_plain(commit):
            found.append(at)
    return found
