"""Releases in BotService: shapes checked, the service of deployments called, results translated."""

from __future__ import annotations

import re

from ..errors import BadField
from ..ids import ReleaseId
from ..limits import PAGE_SIZE_MAX
from ..model import LOCAL
from ..session.deployments import DeploymentService, ReleaseView
from ..session.package_files import Problem, is_error
from . import checks, pages
from .pb import bot_pb2 as pb
from .translate import write_time

_RELEASE = re.compile(r"[0-9a-f]{64}\Z")


class ReleaseServicer:
    """The methods by their names in bot.proto."""

    def __init__(self, deployments: DeploymentService) -> None:
        self._deployments = deployments

    async def deploy_release(self, request: pb.DeployReleaseRequest) -> pb.DeployReleaseResponse:
        view, warnings = await self._deployments.deploy_release(
            LOCAL,
            checks.name(request.bot, "bot", hint="the package's name, such as shop"),
            dict(request.files),
            request.activate,
            expected_active=_expected(request),
            note=checks.short(request.note, "note"),
            request_id=checks.request_id(request.request_id),
        )
        return pb.DeployReleaseResponse(release=_from_view(view), warnings=map(from_problem, warnings))

    async def activate_release(self, request: pb.ActivateReleaseRequest) -> pb.ActivateReleaseResponse:
        view = await self._deployments.activate_release(
            LOCAL,
            checks.name(request.bot, "bot", hint="name the bot"),
            release_id(request.release, "release"),
            expected_active=_expected(request),
            request_id=checks.request_id(request.request_id),
        )
        return pb.ActivateReleaseResponse(release=_from_view(view))

    async def list_releases(self, request: pb.ListReleasesRequest) -> pb.ListReleasesResponse:
        page = await self._deployments.list_releases(
            LOCAL,
            checks.name(request.bot, "bot", hint="name the bot"),
            pages.page_size(request.page_size, PAGE_SIZE_MAX),
            pages.unseal(request.page_token, "releases", request.bot),
        )
        return pb.ListReleasesResponse(
            releases=map(_from_view, page.items),
            next_page_token=pages.seal(page.next_token, "releases", request.bot),
        )


def release_id(text: str, field: str) -> ReleaseId:
    if _RELEASE.match(text):
        return ReleaseId(text)
    what = f"{text[:80]!r} is no release" if text else "is missing"
    raise BadField(field, what, hint="64 hexadecimal digits; list them with ListReleases")


def _expected(request: pb.DeployReleaseRequest | pb.ActivateReleaseRequest) -> str | None:
    if not request.HasField("expected_active"):
        return None
    return release_id(request.expected_active, "expected_active") if request.expected_active else ""


def _from_view(view: ReleaseView) -> pb.Release:
    row = view.row
    wire = pb.Release(
        bot=view.bot,
        release=row.release,
        active=row.is_active,
        note=row.note,
        open_sessions=row.n_sessions,
        pinned_sessions=row.n_waiting,
    )
    write_time(wire.create_time, row.created_at)
    if row.activated_at is not None:
        write_time(wire.activate_time, row.activated_at)
    return wire


def from_problem(found: Problem) -> pb.PackageProblem:
    return pb.PackageProblem(
        file=found.file,
        line=found.line,
        column=found.column,
        severity=pb.PackageProblem.SEVERITY_ERROR if is_error(found) else pb.PackageProblem.SEVERITY_WARNING,
        code=found.code,
        message=found.message,
        hint=found.hint,
    )
