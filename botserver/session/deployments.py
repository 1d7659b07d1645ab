"""Deploying: a package as files becomes a release; which one is active; what releases there are.

A release is stored whole or not at all, and only if all its scripts compile: conversations that begin in it must not
find a script missing that was there before.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Protocol

from ..errors import BadField, BotNotFound, PackageInvalid, ReleaseMismatch, ReleaseNotFound
from ..ids import ReleaseId, RequestId
from ..language.source import Diagnostic
from ..model import Page, Principal
from ..store.abc import Known, Request, Store
from ..store.releases import ANY, Activation, Expected, OtherActive, ReleaseRow
from .access import check_may_manage
from .content import digest_of
from .declared_tables import ensure_tables
from .lifecycle import first_response
from .package_files import is_error, read_files
from .releases import Releases, new_release, release_of


@dataclass(frozen=True, slots=True)
class ReleaseView:
    bot: str
    row: ReleaseRow


class DeploymentService(Protocol):
    """What BotService of the wire asks for, as far as releases go. Raises NotAllowed, BadField, RequestIdReused.

    `expected_active` is the release that must be the active one, "" for none; None does not ask.
    """

    async def deploy_release(
        self,
        principal: Principal,
        bot: str,
        files: Mapping[str, bytes],
        activate: bool,
        expected_active: str | None = None,
        note: str = "",
        request_id: RequestId | None = None,
    ) -> tuple[ReleaseView, list[Diagnostic]]:
        """The release and what its author is warned of. Raises PackageInvalid, ReleaseMismatch."""
        ...

    async def activate_release(
        self,
        principal: Principal,
        bot: str,
        release: ReleaseId,
        expected_active: str | None = None,
        request_id: RequestId | None = None,
    ) -> ReleaseView:
        """Raises ReleaseNotFound, ReleaseMismatch."""
        ...

    async def list_releases(self, principal: Principal, bot: str, page_size: int, page_token: str) -> Page[ReleaseView]:
        """Raises BotNotFound."""
        ...


class Deployments:
    """Meets `DeploymentService`."""

    def __init__(self, store: Store, releases: Releases) -> None:
        self._store = store
        self._releases = releases

    async def deploy_release(
        self,
        principal: Principal,
        bot: str,
        files: Mapping[str, bytes],
        activate: bool,
        expected_active: str | None = None,
        note: str = "",
        request_id: RequestId | None = None,
    ) -> tuple[ReleaseView, list[Diagnostic]]:
        check_may_manage(principal)
        if expected_active is not None and not activate:
            raise BadField("expected_active", "is given, but the release is not to be activated", hint="set activate")
        package = await read_files(bot, files, "bot")
        problems = [found for found in package.diagnostics if is_error(found)]
        if problems:
            raise PackageInvalid(
                [(each.file, f"{each.line}:{each.column}: {each.code} {each.message}") for each in problems]
            )
        if not package.programs:
            raise BadField("files", "has no script", hint="scripts are in NAME.gbdialog/*.bas")
        release = await asyncio.to_thread(release_of, package)  # files of 64 MiB to hash
        name, release_id = release.bot, release.release_id
        request = self._request(principal, request_id, "deploy", name, release_id, activate, expected_active, note)
        if activate:
            self._releases.check_readable(release)
        await ensure_tables(self._store, name, package.tables.values())
        activation = Activation(name, release_id, _expected(expected_active)) if activate else None
        result = await self._store.deploy_release(new_release(package, release, note), activation, request)
        return await self._view(name, result, expected_active, request_id), package.diagnostics

    async def activate_release(
        self,
        principal: Principal,
        bot: str,
        release: ReleaseId,
        expected_active: str | None = None,
        request_id: RequestId | None = None,
    ) -> ReleaseView:
        check_may_manage(principal)
        request = self._request(principal, request_id, "activate", bot, release, expected_active)
        if await self._store.get_release(bot, release) is not None:
            loaded = await self._releases.load(bot, release)
            if loaded.bot != bot:  # lent for sessions that were handed on
                raise ReleaseNotFound(bot=bot, release=release)
            self._releases.check_readable(loaded)
        activation = Activation(bot, release, _expected(expected_active))
        result = await self._store.activate_release(activation, request)
        assert result is not None
        return await self._view(bot, result, expected_active, request_id)

    async def list_releases(self, principal: Principal, bot: str, page_size: int, page_token: str) -> Page[ReleaseView]:
        check_may_manage(principal)
        after = None
        if page_token:
            moment, release = json.loads(page_token)
            after = (float(moment), ReleaseId(release))
        rows = await self._store.list_releases(bot, page_size + 1, after)
        if not rows and after is None:
            await self._releases.refresh()
            raise BotNotFound(bot=bot, known=", ".join(self._releases.bots()) or "no bots")
        found = tuple(ReleaseView(bot, row) for row in rows[:page_size])
        last = found[-1].row if len(rows) > page_size else None
        return Page(found, "" if last is None else json.dumps([last.created_at, last.release]))

    async def _view(
        self, bot: str, result: ReleaseRow | OtherActive | Known, expected: str | None, request_id: RequestId | None
    ) -> ReleaseView:
        if isinstance(result, OtherActive):
            raise ReleaseMismatch(bot=bot, active=result.active or "none", expected=expected or "none")
        if isinstance(result, Known):
            assert request_id is not None
            parts = json.loads(first_response(result, request_id))
            result = ReleaseRow(**{**parts, "release": ReleaseId(parts["release"])})
        await self._releases.refresh()
        return ReleaseView(bot, result)

    def _request(
        self, principal: Principal, request_id: RequestId | None, *content: object
    ) -> Request[ReleaseRow] | None:
        if request_id is None:
            return None
        return Request(principal.name, request_id, digest_of(*content), _response)


def _expected(active: str | None) -> Expected:
    if active is None:
        return ANY
    return ReleaseId(active) if active else None


def _response(row: ReleaseRow) -> bytes:
    return json.dumps(asdict(row)).encode()
