"""What a client sees of an error: one table from the classes of `errors` to `google.rpc.Status`.

A class carries its status and reason and hands them down; what else fits (which field, which limit, what was not
found, when to try again) is chosen by walking up the class's bases, so a new member of a family needs no entry here.
An error without a reason is not meant for clients: it leaves as an internal one, like any unexpected exception.
"""

from __future__ import annotations

from functools import singledispatch

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2 as details
from google.rpc.status_pb2 import Status

from ..errors import (
    BotNotFound,
    BotserverError,
    CheckpointNotFound,
    LimitReached,
    PackageInvalid,
    ReleaseNotFound,
    RequestError,
    SessionError,
    SessionNotFound,
)
from ..limits import ERROR_PROBLEMS, ERROR_VALUE_CHARS, RETRY_DELAY_S

DOMAIN = "botserver"
DETAILS_KEY = "grpc-status-details-bin"

PASSING_LIMITS = frozenset({"INBOX_FULL", "RATE_LIMIT"})
"""Limits that make room by themselves."""


def is_for_clients(error: BotserverError) -> bool:
    return bool(error.reason)


def code_of(error: BotserverError) -> grpc.StatusCode:
    return grpc.StatusCode[error.status]


def to_status(error: BotserverError) -> Status:
    """The status with exactly one ErrorInfo, then what else is known."""
    metadata = {name: _clip(str(value)) for name, value in error.data.items()}
    metadata |= {"code": error.code, "hint": _clip(error.hint)}
    info = details.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=metadata)
    status = Status(code=code_of(error).value[0], message=_clip(error.message))
    for detail in (info, *_more(error), *_retry(error)):
        packed = Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status


@singledispatch
def _more(error: BotserverError) -> list[Message]:
    """The detail that fits the class besides ErrorInfo and RetryInfo."""
    return []


@_more.register
def _(error: RequestError) -> list[Message]:
    field = str(error.data.get("field", "page_token"))
    description = _clip(f"{error.data.get('what', error.message)}; {error.hint}")
    return [details.BadRequest(field_violations=[{"field": field, "description": description}])]


@_more.register
def _(error: SessionError) -> list[Message]:
    if error.status != "FAILED_PRECONDITION":
        return []
    subject = _clip(str(error.data.get("session_id", "")))
    violation = {"type": error.reason, "subject": subject, "description": _clip(error.message)}
    return [details.PreconditionFailure(violations=[violation])]


@_more.register
def _(error: SessionNotFound) -> list[Message]:
    return _missing("session", error.data.get("session_id"), error)


@_more.register
def _(error: CheckpointNotFound) -> list[Message]:
    return _missing("checkpoint", error.data.get("checkpoint_id"), error)


@_more.register
def _(error: BotNotFound) -> list[Message]:
    return _missing("bot", error.data.get("bot"), error)


@_more.register
def _(error: ReleaseNotFound) -> list[Message]:
    return _missing("release", error.data.get("release"), error)


@_more.register
def _(error: PackageInvalid) -> list[Message]:
    violations = [
        {"field": f"files[{_clip(file)}]", "description": _clip(text)} for file, text in error.problems[:ERROR_PROBLEMS]
    ]
    return [details.BadRequest(field_violations=violations)] if violations else []


@_more.register
def _(error: LimitReached) -> list[Message]:
    subject = _clip(str(error.data.get("limit", "")))
    return [details.QuotaFailure(violations=[{"subject": subject, "description": _clip(error.message)}])]


def _missing(kind: str, name: object, error: BotserverError) -> list[Message]:
    described = {"resource_type": kind, "resource_name": _clip(str(name)), "description": _clip(error.message)}
    return [details.ResourceInfo(**described)]


def _retry(error: BotserverError) -> list[Message]:
    if not error.retry and error.reason not in PASSING_LIMITS:
        return []
    delay = Duration()
    delay.FromMilliseconds(int(RETRY_DELAY_S * 1000))
    return [details.RetryInfo(retry_delay=delay)]


def _clip(text: str) -> str:
    """Bounded, because all details travel in trailers that peers limit."""
    return text if len(text) <= ERROR_VALUE_CHARS else text[: ERROR_VALUE_CHARS - 1] + "…"
