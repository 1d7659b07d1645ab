"""What the script of one turn tells and orders at the desk, all of it staged for the turn's commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from ...store.abc import Store, TurnCommit
from ...vm.values import HostValue
from ..settings import BotConfig
from .about import About
from .notes import SessionNotes
from .notices import Notices
from .orders import Orders
from .priorities import Priorities
from .reach import Reach
from .sends import Sends
from .tags import SessionTags


@dataclass(frozen=True, slots=True)
class Attendance:
    notes: SessionNotes
    priorities: Priorities
    tags: SessionTags
    notices: Notices
    orders: Orders

    @property
    def effects(self) -> dict[str, Callable[[tuple[HostValue, ...]], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {
            **self.notes.effects, **self.priorities.effects, **self.tags.effects, **self.notices.effects,
            **self.orders.effects,
        }  # fmt: skip

    def written_with(self, commit: TurnCommit) -> TurnCommit:
        """The commit, with all that was staged but for orders, which are sent as messages are."""
        return replace(
            commit,
            notes=self.notes.writes(),
            priorities=self.priorities.writes(),
            tags=self.tags.writes(),
            notices=self.notices.writes(),
        )


def attendance_of(
    store: Store,
    reach: Reach,
    config: BotConfig,
    address: Callable[[], str],
    check_rights: Callable[[], None],
    sends: Sends,
) -> Attendance:
    """Of a turn that begins. `address` is the sub-session the script runs in, "" for none; `check_rights` raises
    ScriptError 5001 where other sessions are not the script's."""
    row = reach.row
    about = About(reach, row, address, check_rights)
    return Attendance(
        SessionNotes(about, config, reach.bot),
        Priorities(about),
        SessionTags(about),
        Notices(store, row.owner_principal),
        Orders(store, row, sends, check_rights),
    )
