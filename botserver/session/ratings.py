"""How sessions went: what users say of them, and what the runtime counts."""

from __future__ import annotations

import math

from ..errors import SessionNotFound
from ..ids import RequestId, SessionId
from ..model import EndReason, Principal, SessionMetrics, SessionState, SessionView
from ..store.abc import Known, SessionRow, Store
from ..store.analytics import AnalyticsEvent, AnalyticsSummary
from ..vm.machine import Areas
from ..vm.text import fold
from ..vm.values import HostValue
from .content import digest_of
from .lifecycle import first_response, session_request
from .values import clean_text, decode_value, encode_value
from .views import decode_session, session_view

_NORMAL_ENDS = frozenset((EndReason.SCRIPT, EndReason.USER))
_SATISFACTION = "satisfaction"


async def rate_session(
    store: Store,
    principal: Principal,
    session_id: SessionId,
    score: float,
    comment: str,
    request_id: RequestId | None,
) -> SessionView:
    """Add a rating to the analytics of a session; it runs beside turns. Raises SessionNotFound, RequestIdReused."""
    detail = encode_value({"score": score, "comment": clean_text(comment)})
    event = AnalyticsEvent("rating", _SATISFACTION, detail, store.now_s())
    request = session_request(principal.name, request_id, digest_of("rate", session_id, score, comment))
    result = await store.add_analytics(session_id, event, request)
    if result is None:
        raise SessionNotFound(session_id=session_id)
    if isinstance(result, Known):
        assert request_id is not None
        return decode_session(first_response(result, request_id))
    return session_view(result)


def metrics_of(row: SessionRow, areas: Areas, summary: AnalyticsSummary, now_s: float) -> SessionMetrics:
    rating = None if summary.rating is None else decode_value(summary.rating)
    given = rating.get("score") if isinstance(rating, dict) else None
    if given is None:
        given = next((value for name, value in areas.variables.items() if fold(name) == fold(_SATISFACTION)), None)
    return SessionMetrics(
        duration_s=max(0.0, (now_s if row.ended_at is None else row.ended_at) - row.created_at),
        messages=row.message_count,
        errors=summary.errors,
        milestones=summary.milestones,
        satisfaction=_number(given),
        is_completed=row.state is SessionState.ENDED and row.end_reason in _NORMAL_ENDS,
    )


def _number(value: HostValue) -> float | None:
    """Scripts may set anything."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
