"""What a store promises about releases: kept with their programs, one of each bot active, forgotten when nothing names
them.

Each bot has at most one active release; sessions opened with `Opening.if_active` begin in no other, so a process that
has not heard of a change yet cannot begin one in a release that is no longer active. Changes of all bots are numbered
in the order in which they were committed: `list_active` gives those after the last one a process has seen.

A release is deleted by `drop_releases` only if no session, kept state or branch names it, it is not active, not among
the last `Retention.releases` of its bot, and was not used for `Retention.release_s`. So one that was stored a moment
ago, or replaced a moment ago, is there for whoever is about to name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol, TypeAlias

from ..ids import Digest, ReleaseId, SessionId
from .repeats import Known, Request


@dataclass(frozen=True, slots=True)
class ActiveRelease:
    """What sessions of a bot begin in. `release` None: in nothing, the bot was retired."""

    bot: str
    release: ReleaseId | None
    folder_release: ReleaseId | None  # the last one that came from a folder of packages
    version: int  # rises with every change, over all bots
    activated_at: float


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release as it is listed. `n_sessions` are open ones in it, `n_waiting` those of them whose script waits or
    runs; both are counted up to a bound."""

    release: ReleaseId
    created_at: float
    note: str
    is_active: bool
    activated_at: float | None  # of the active one
    n_sessions: int
    n_waiting: int


class Any(Enum):
    """See ANY."""

    ANY = "any"


ANY: Final = Any.ANY
"""Whatever release is active."""
Expected: TypeAlias = ReleaseId | None | Any


class FromFolder(Enum):
    """How a folder of packages activates a release."""

    CHANGED = "changed"  # its files changed while they were watched
    STARTED = "started"  # a process started: counts only if the folder has another release than it had last


@dataclass(frozen=True, slots=True)
class Activation:
    """A change of what is active. `release` None retires the bot."""

    bot: str
    release: ReleaseId | None
    expected: Expected = ANY
    folder: FromFolder | None = None


@dataclass(frozen=True, slots=True)
class OtherActive:
    """Another release is active than was expected; nothing was written."""

    active: ReleaseId | None


@dataclass(frozen=True, slots=True)
class NewRelease:
    """A release to store. `content` are its programs and files, by digest. Of `documents`, by path, one that is the
    same in the active release, or else in the one used last, has been there as long as it says there."""

    bot: str
    release: ReleaseId
    manifest: bytes
    content: Mapping[Digest, bytes]
    note: str = ""
    documents: Mapping[str, Digest] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pinned:
    """An open session of a bot, by the release it is in."""

    release: ReleaseId
    session_id: SessionId


class ReleaseStore(Protocol):
    async def put_release(
        self, bot: str, release: ReleaseId, manifest: bytes, programs: Mapping[Digest, bytes]
    ) -> None:
        """Store a release with all its programs and files, by digest; the same again changes nothing."""
        ...

    async def deploy_release(
        self, new: NewRelease, activation: Activation | None = None, request: Request[ReleaseRow] | None = None
    ) -> ReleaseRow | OtherActive | Known:
        """Store a release and, if asked, make it the active one: all or nothing."""
        ...

    async def activate_release(
        self, activation: Activation, request: Request[ReleaseRow] | None = None
    ) -> ReleaseRow | OtherActive | Known | None:
        """Change what is active. The release that is active then; None after retiring. Raises ReleaseNotFound."""
        ...

    async def get_release(self, bot: str, release: ReleaseId) -> bytes | None:
        """Its manifest."""
        ...

    async def document_times(self, bot: str, release: ReleaseId) -> Mapping[str, float]:
        """Since when the bot has each document of a release, by path."""
        ...

    async def get_program(self, digest: Digest) -> bytes | None:
        """A program or a file of a release."""
        ...

    async def find_active(self, bot: str) -> ActiveRelease | None:
        """None: the bot never had one."""
        ...

    async def list_active(self, after: int, limit: int) -> list[ActiveRelease]:
        """Those with a version above `after`, in order."""
        ...

    async def list_release_bots(self, after: str, limit: int) -> list[str]:
        """Bots that have releases and come after `after`, by name."""
        ...

    async def list_releases(self, bot: str, limit: int, after: tuple[float, ReleaseId] | None) -> list[ReleaseRow]:
        """Newest first; `after` is (created_at, release) of the last one already seen."""
        ...

    async def list_pinned(
        self, bot: str, limit: int, release: ReleaseId | None = None, after: Pinned | None = None
    ) -> list[Pinned]:
        """Open sessions of a bot in order of release and session id, of one release or of all."""
        ...

    async def lend_release(self, bot: str, release: ReleaseId, to: str) -> None:
        """Store a release of a bot for another one too, whose sessions may then run it. It is listed nowhere, and goes
        when none of them names it. Nothing happens if it is not stored."""
        ...

    async def drop_releases(self, bot: str) -> list[ReleaseId]:
        """One bounded step of deleting the releases of a bot that nothing needs, and the programs and files no release
        names. Returns what was deleted."""
        ...
