"""Migrations in BotService: shapes checked, the service of migrations called, results translated."""

from __future__ import annotations

from ..limits import MIGRATION_PAGE
from ..model import LOCAL
from ..session.migrations import MigrationGroup, MigrationResult, MigrationService, Obstructed, Outcome, Waits
from . import checks, pages
from .pb import bot_pb2 as pb
from .releases import release_id

_OUTCOMES = {
    Outcome.MOVED: pb.MigrationResult.OUTCOME_MOVED,
    Outcome.NOT_MAPPED: pb.MigrationResult.OUTCOME_NOT_MAPPED,
    Outcome.IDLE: pb.MigrationResult.OUTCOME_IDLE,
    Outcome.BUSY: pb.MigrationResult.OUTCOME_BUSY,
}


class MigrationServicer:
    """The methods by their names in bot.proto."""

    def __init__(self, migrations: MigrationService) -> None:
        self._migrations = migrations

    async def plan_migration(self, request: pb.PlanMigrationRequest) -> pb.PlanMigrationResponse:
        bound = ("migration plan", request.bot, request.release, request.from_release)
        plan = await self._migrations.plan(
            LOCAL,
            checks.name(request.bot, "bot", hint="name the bot"),
            release_id(request.release, "release") if request.release else None,
            release_id(request.from_release, "from_release") if request.from_release else None,
            _page_size(request.page_size),
            pages.unseal(request.page_token, *bound),
        )
        return pb.PlanMigrationResponse(
            groups=map(_from_group, plan.groups),
            idle_sessions=plan.n_idle,
            busy_sessions=plan.n_busy,
            next_page_token=pages.seal(plan.next_token, *bound),
        )

    async def migrate_sessions(self, request: pb.MigrateSessionsRequest) -> pb.MigrateSessionsResponse:
        bound = ("migration", request.bot, request.release, request.from_release)
        page = await self._migrations.migrate(
            LOCAL,
            checks.name(request.bot, "bot", hint="name the bot"),
            release_id(request.release, "release") if request.release else None,
            release_id(request.from_release, "from_release") if request.from_release else None,
            _page_size(request.page_size),
            pages.unseal(request.page_token, *bound),
            request.validate_only,
            checks.request_id(request.request_id),
        )
        return pb.MigrateSessionsResponse(
            results=map(_from_result, page.results), next_page_token=pages.seal(page.next_token, *bound)
        )


def _page_size(asked: int) -> int:
    return pages.page_size(asked or MIGRATION_PAGE, MIGRATION_PAGE)


def _from_group(group: MigrationGroup) -> pb.MigrationGroup:
    return pb.MigrationGroup(
        from_release=group.release,
        at=_from_waits(group.at),
        to=None if group.to is None else _from_waits(group.to),
        obstacle=None if group.obstacle is None else _from_obstacle(group.obstacle),
        sessions=group.n_sessions,
        sample_session_ids=group.samples,
    )


def _from_result(result: MigrationResult) -> pb.MigrationResult:
    return pb.MigrationResult(
        session_id=result.session_id,
        outcome=_OUTCOMES[result.outcome],
        obstacle=None if result.obstacle is None else _from_obstacle(result.obstacle),
    )


def _from_waits(point: Waits) -> pb.WaitingPoint:
    return pb.WaitingPoint(script=point.script, procedure=point.procedure, line=point.line, waits_for=point.waits_for)


def _from_obstacle(found: Obstructed) -> pb.MigrationObstacle:
    return pb.MigrationObstacle(
        kind=f"KIND_{found.why.obstacle.name}",
        detail=found.why.detail,
        at=_from_waits(found.at),
    )
