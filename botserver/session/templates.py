"""Applying a session template from outside a script: one commit, in the session's lane and between turns."""

from __future__ import annotations

from ..errors import BadField, LimitReached, RevisionMismatch, ScriptError, StaleClaim
from ..ids import SessionId
from ..language.assets import TemplateRow
from ..limits import SUGGESTIONS, TURN_ATTEMPTS
from ..model import SessionState, SessionView
from ..store.abc import Request, SessionRow
from ..vm.machine import Areas
from .attempts import Machinery, ended_error
from .lifecycle import Lifecycle
from .merges import areas_draft, put_areas
from .releases import LoadedRelease
from .states import templated
from .views import decode_session, session_view


async def apply_template(
    machinery: Machinery,
    lifecycle: Lifecycle,
    session_id: SessionId,
    name: str,
    expected_revision: int | None,
    request: Request[SessionRow] | None,
) -> SessionView:
    """Add what the template of that name says; the script goes on waiting as it did.

    Raises BadField, LimitReached, SessionEnded, RevisionMismatch; then nothing changed.
    """
    for _ in range(TURN_ATTEMPTS):
        hot = await machinery.hot.take(session_id)
        if hot.claimed is not None:
            raise StaleClaim(session_id=session_id)  # another process makes an outside call for it
        machinery.hot.put(hot)
        row = hot.row
        if row.state is SessionState.ENDED:
            raise ended_error(row)
        if expected_revision not in (None, row.revision):
            raise RevisionMismatch(session_id=session_id, revision=row.revision, expected=expected_revision)
        rows = hot.release.find_template(name)
        if rows is None:
            known = ", ".join(sorted(hot.release.assets.templates)) or "none"
            raise BadField("name", f"no session template {name!r}", hint=f"the package of {row.bot} has: {known}")
        areas, missing = _templated(hot.heap.areas(""), rows, hot.release, name)
        machinery.hot.drop(session_id)  # from here on its heap is not what is committed
        put_areas(hot.heap, areas, with_suggestions=True)
        text = f"session template {name} applied" + (f", without {', '.join(missing)}" if missing else "")
        marker = lifecycle.marker(row.last_seq + 1, text, row.revision + 1)
        written = await lifecycle.write(row, areas_draft(hot, marker, request), request)
        if isinstance(written, SessionRow):
            return session_view(written)
        if written is not None:
            return decode_session(written)
    raise StaleClaim(session_id=session_id)


def _templated(
    areas: Areas, rows: tuple[TemplateRow, ...], release: LoadedRelease, name: str
) -> tuple[Areas, list[str]]:
    limits = release.config.limits
    try:
        return templated(areas, rows, release, limits)
    except ScriptError as error:
        reached = {
            9002: ("CONTEXT_TOKEN_LIMIT", "context of a session", limits.context_tokens, "tokens"),
            9003: ("KB_LIMIT", "active knowledge bases of a session", limits.active_kbs, "active knowledge bases"),
            9004: ("VARIABLE_LIMIT", "variables of a session", limits.variables, "variables"),
            9009: ("LIMIT_REACHED", "suggestions of a session", SUGGESTIONS, "suggestions"),
        }.get(error.number)
        if reached is None:
            raise BadField("name", f"session template {name!r} cannot be applied: {error.what}") from error
        reason, limit, maximum, unit = reached
        raise LimitReached(reason, limit=limit, maximum=maximum, unit=unit, current=f"more than {maximum}") from error
