"""What operators ask of one server: what it is, what bounds it, how a session stands inside, and to go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..errors import BotNotFound, SessionNotFound
from ..ids import SessionId
from ..model import Principal, SessionView
from ..store.abc import Loaded
from .access import check_may_operate
from .attempts import Machinery
from .limit_list import LimitView, bot_limits, server_limits
from .views import session_view


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a server knows of itself from the start. `drain` lets it shut down; `drain_s` is how long it waits then."""

    version: str
    node: str
    started_at: float
    vm: str
    database: str
    drain: Callable[[], None]
    drain_s: float


@dataclass(frozen=True, slots=True)
class ServerView:
    facts: ServerFacts
    is_draining: bool
    bots: tuple[tuple[str, str], ...]
    """Names and active releases."""
    delivery_channels: tuple[str, ...]
    open_sessions: int
    running_sessions: int
    hot_sessions: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """A session and what is under way in it. `is_hot` and `is_running` are of this process."""

    session: SessionView
    loaded: Loaded
    is_hot: bool
    is_running: bool


class OperatingService(Protocol):
    """What AdminService of the wire asks of one server. Raises NotAllowed."""

    async def get_info(self, principal: Principal) -> ServerView: ...

    def get_limits(self, principal: Principal, bot: str = "") -> tuple[LimitView, ...]:
        """Of the server, or of a bot. Raises BotNotFound."""
        ...

    async def inspect_session(self, principal: Principal, session_id: SessionId) -> Inspection:
        """Of any owner. Raises SessionNotFound."""
        ...

    def drain(self, principal: Principal) -> ServerFacts:
        """Let the server shut down; returns at once."""
        ...


class Operating:
    """Meets `OperatingService`."""

    def __init__(self, machinery: Machinery, facts: ServerFacts, is_draining: Callable[[], bool]) -> None:
        self._machinery = machinery
        self._facts = facts
        self._is_draining = is_draining
        self._drains = False

    async def get_info(self, principal: Principal) -> ServerView:
        check_may_operate(principal)
        parts = self._machinery
        active = ((bot, parts.releases.find_active(bot)) for bot in parts.releases.bots())
        return ServerView(
            self._facts,
            is_draining=self._drains or self._is_draining(),
            bots=tuple((bot, release.release_id) for bot, release in active if release is not None),
            delivery_channels=tuple(sorted(parts.settings.delivery_channels)),
            open_sessions=await parts.store.count_open_sessions(),
            running_sessions=len(parts.lanes),
            hot_sessions=len(parts.hot),
        )

    def get_limits(self, principal: Principal, bot: str = "") -> tuple[LimitView, ...]:
        check_may_operate(principal)
        if not bot:
            return server_limits()
        release = self._machinery.releases.find_active(bot)
        if release is None:
            raise BotNotFound(bot=bot, known=", ".join(self._machinery.releases.bots()) or "none")
        return bot_limits(release.config.limits)

    async def inspect_session(self, principal: Principal, session_id: SessionId) -> Inspection:
        check_may_operate(principal)
        loaded = await self._machinery.store.load_session(session_id)
        if loaded is None:
            raise SessionNotFound(session_id=session_id)
        return Inspection(
            session_view(loaded.row),
            loaded,
            is_hot=self._machinery.hot.peek(session_id) is not None,
            is_running=session_id in self._machinery.lanes,
        )

    def drain(self, principal: Principal) -> ServerFacts:
        check_may_operate(principal)
        self._drains = True
        self._facts.drain()
        return self._facts
