"""Releases in the client: deploying a package, going back, what there is.

Each call is a function that makes the request and says how to read the response, as in `calls`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .bots import PackageProblem, files_of, to_problem
from .calls import Call, fresh_id, page_of
from .pb import bot_pb2 as pb
from .results import Page, time_of


@dataclass(frozen=True, slots=True)
class Release:
    """The programs, the configuration and the files of a bot at one moment.

    `open_sessions` are in it; `pinned_sessions` of them stay until their script has ended. Both are counted up to
    10,000.
    """

    bot: str
    release: str
    create_time: datetime
    active: bool
    activate_time: datetime | None
    note: str
    open_sessions: int
    pinned_sessions: int


def deploy_release(
    bot: str,
    files: Mapping[str, bytes] | Path,
    *,
    activate: bool = True,
    expected_active: str | None = None,
    note: str = "",
    request_id: str | None = None,
) -> Call[tuple[Release, list[PackageProblem]]]:
    """Store a package as a release, from its files by path or the folder that has them; new sessions begin in it unless
    `activate` is False. The release, and what its author is warned of.

    Raises InvalidRequest (SCRIPT_INVALID) if a script does not compile; with `expected_active`, Conflict if another
    release is active ("": if any is).
    """
    request = pb.DeployReleaseRequest(
        bot=bot,
        files=files_of(files),
        activate=activate,
        expected_active=expected_active,
        note=note,
        request_id=request_id or fresh_id(),
    )
    return Call(
        "DeployRelease",
        request,
        lambda response: (to_release(response.release), [to_problem(each) for each in response.warnings]),
    )


def activate_release(
    bot: str, release: str, *, expected_active: str | None = None, request_id: str | None = None
) -> Call[Release]:
    """Let new sessions begin in a stored release; going back is activating an older one."""
    request = pb.ActivateReleaseRequest(
        bot=bot, release=release, expected_active=expected_active, request_id=request_id or fresh_id()
    )
    return Call("ActivateRelease", request, lambda response: to_release(response.release))


def list_releases(bot: str, *, page_size: int = 0, page_token: str = "") -> Call[Page[Release]]:
    """The stored releases of a bot, newest first."""
    request = pb.ListReleasesRequest(bot=bot, page_size=page_size, page_token=page_token)
    return Call("ListReleases", request, page_of("releases", to_release))


def to_release(wire: pb.Release) -> Release:
    return Release(
        wire.bot,
        wire.release,
        time_of(wire.create_time),
        wire.active,
        time_of(wire.activate_time) if wire.HasField("activate_time") else None,
        wire.note,
        wire.open_sessions,
        wire.pinned_sessions,
    )
