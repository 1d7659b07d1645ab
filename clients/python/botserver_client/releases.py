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


@dataclass(frozen=True, slots=True)
class WaitingPoint:
    """Where a script waits. `procedure` is empty for the script itself."""

    script: str
    procedure: str
    line: int
    waits_for: str


@dataclass(frozen=True, slots=True)
class MigrationObstacle:
    """Why a session cannot go on in another release: `kind` is script_gone, procedure_gone, point_gone, ambiguous,
    surroundings_changed, variable_missing or too_large; `at` is the frame it is about."""

    kind: str
    detail: str
    at: WaitingPoint


@dataclass(frozen=True, slots=True)
class MigrationGroup:
    """Sessions that wait at one point; `to` is where they would go on, or `obstacle` why they cannot."""

    from_release: str
    at: WaitingPoint
    to: WaitingPoint | None
    obstacle: MigrationObstacle | None
    sessions: int
    sample_session_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """Of one page of sessions."""

    groups: tuple[MigrationGroup, ...]
    idle_sessions: int
    busy_sessions: int
    next_page_token: str


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """What became of one session: moved, not_mapped, idle or busy."""

    session_id: str
    outcome: str
    obstacle: MigrationObstacle | None


def plan_migration(
    bot: str, release: str = "", *, from_release: str = "", page_size: int = 0, page_token: str = ""
) -> Call[MigrationPlan]:
    """Where sessions whose script waits in other releases would go on in this one, or in the active one.

    One page looks at some sessions; `next_page_token` leads to the others.
    """
    request = pb.PlanMigrationRequest(
        bot=bot, release=release, from_release=from_release, page_size=page_size, page_token=page_token
    )
    return Call("PlanMigration", request, _to_plan)


def migrate_sessions(
    bot: str,
    release: str = "",
    *,
    from_release: str = "",
    validate_only: bool = False,
    page_size: int = 0,
    page_token: str = "",
    request_id: str | None = None,
) -> Call[Page[MigrationResult]]:
    """Move the sessions of one page whose waiting points map; with `validate_only` only tell. A `request_id` of one's
    own makes the call safe to send again."""
    request = pb.MigrateSessionsRequest(
        bot=bot,
        release=release,
        from_release=from_release,
        page_size=page_size,
        page_token=page_token,
        validate_only=validate_only,
        request_id=request_id or fresh_id(),
    )
    return Call("MigrateSessions", request, page_of("results", _to_result))


def _to_plan(response: pb.PlanMigrationResponse) -> MigrationPlan:
    return MigrationPlan(
        tuple(map(_to_group, response.groups)),
        response.idle_sessions,
        response.busy_sessions,
        response.next_page_token,
    )


def _to_group(wire: pb.MigrationGroup) -> MigrationGroup:
    return MigrationGroup(
        wire.from_release,
        _to_point(wire.at),
        _to_point(wire.to) if wire.HasField("to") else None,
        _to_obstacle(wire.obstacle) if wire.HasField("obstacle") else None,
        wire.sessions,
        tuple(wire.sample_session_ids),
    )


def _to_result(wire: pb.MigrationResult) -> MigrationResult:
    outcome = pb.MigrationResult.Outcome.Name(wire.outcome).removeprefix("OUTCOME_").lower()
    obstacle = _to_obstacle(wire.obstacle) if wire.HasField("obstacle") else None
    return MigrationResult(wire.session_id, outcome, obstacle)


def _to_point(wire: pb.WaitingPoint) -> WaitingPoint:
    return WaitingPoint(wire.script, wire.procedure, wire.line, wire.waits_for)


def _to_obstacle(wire: pb.MigrationObstacle) -> MigrationObstacle:
    kind = pb.MigrationObstacle.Kind.Name(wire.kind).removeprefix("KIND_").lower()
    return MigrationObstacle(kind, wire.detail, _to_point(wire.at))


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
