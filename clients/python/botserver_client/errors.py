"""What a call raises: one class for each family of reasons, with everything the server said.

`reason` is the server's word (SESSION_NOT_FOUND, INBOX_FULL …), `metadata` repeats every value of the message, `hint`
says what to do. `retryable` tells whether sending the same call again, with the same ids, can help; the client has then
already tried as often as the published rules allow.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import grpc
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status

_DETAILS_KEY = "grpc-status-details-bin"
_DOMAIN = "botserver"


class BotserverError(Exception):
    """A call was refused or failed. `status` is the gRPC status, such as NOT_FOUND."""

    def __init__(
        self,
        message: str,
        status: str = "UNKNOWN",
        reason: str = "",
        metadata: dict[str, str] | None = None,
        hint: str = "",
        retry_after_s: float | None = None,
        fields: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.reason = reason
        self.metadata = metadata or {}
        self.hint = hint
        self.retry_after_s = retry_after_s
        self.fields = fields

    @property
    def code(self) -> str:
        """The server's stable number of the error, such as C401; empty if the transport failed."""
        return self.metadata.get("code", "")

    @property
    def retryable(self) -> bool:
        return self.status == "UNAVAILABLE" or self.retry_after_s is not None

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class InvalidRequest(BotserverError):
    """INVALID_ARGUMENT: `fields` names what is wrong."""


class NotFound(BotserverError):
    """NOT_FOUND: no such session, checkpoint or bot."""


class AlreadyExists(BotserverError):
    """ALREADY_EXISTS: the session id is in use."""


class WrongState(BotserverError):
    """FAILED_PRECONDITION: the session has ended, the message id is too old …"""


class Conflict(BotserverError):
    """ABORTED: the session is at another revision. Read it and decide again."""


class LimitReached(BotserverError):
    """RESOURCE_EXHAUSTED: `metadata` names the limit."""


class NotAllowed(BotserverError):
    """PERMISSION_DENIED or UNAUTHENTICATED."""


class Unavailable(BotserverError):
    """UNAVAILABLE: the server cannot be reached, drains, or is overloaded. Send again with the same ids."""


class DeadlineExceeded(BotserverError):
    """DEADLINE_EXCEEDED: the turn goes on. Send the same message_id again to get its reply."""


class ServerError(BotserverError):
    """INTERNAL, DATA_LOSS and what no server of ours sends. `metadata` may name an incident for its operator."""


_FAMILIES: dict[str, type[BotserverError]] = {
    "INVALID_ARGUMENT": InvalidRequest,
    "NOT_FOUND": NotFound,
    "ALREADY_EXISTS": AlreadyExists,
    "FAILED_PRECONDITION": WrongState,
    "ABORTED": Conflict,
    "RESOURCE_EXHAUSTED": LimitReached,
    "PERMISSION_DENIED": NotAllowed,
    "UNAUTHENTICATED": NotAllowed,
    "UNAVAILABLE": Unavailable,
    "DEADLINE_EXCEEDED": DeadlineExceeded,
}


class Failure(Protocol):
    """What grpc's errors, of both kinds of channels, tell."""

    def code(self) -> grpc.StatusCode: ...

    def details(self) -> str | None: ...

    def trailing_metadata(self) -> Iterable[tuple[str, Any]] | None: ...


def from_failure(failure: Failure, target: str) -> BotserverError:
    """The typed error of a failed call to `target`."""
    status = failure.code().name
    family = _FAMILIES.get(status, ServerError)
    packed = next((value for key, value in failure.trailing_metadata() or () if key == _DETAILS_KEY), None)
    if packed is None:
        return _of_transport(family, status, failure.details() or status, target)
    return _of_server(family, status, Status.FromString(packed))


def from_status(rich: Status) -> BotserverError:
    """The typed error of one message of a stream."""
    status = next((code.name for code in grpc.StatusCode if code.value[0] == rich.code), "UNKNOWN")
    return _of_server(_FAMILIES.get(status, ServerError), status, rich)


def _of_server(family: type[BotserverError], status: str, rich: Status) -> BotserverError:
    info = error_details_pb2.ErrorInfo()
    retry = error_details_pb2.RetryInfo()
    request = error_details_pb2.BadRequest()
    retry_after_s = None
    for detail in rich.details:
        if detail.Unpack(retry):
            retry_after_s = retry.retry_delay.ToTimedelta().total_seconds()
        elif not detail.Unpack(request):
            detail.Unpack(info)
    metadata = dict(info.metadata) if info.domain == _DOMAIN else {}
    return family(
        rich.message,
        status=status,
        reason=info.reason,
        metadata=metadata,
        hint=metadata.get("hint", ""),
        retry_after_s=retry_after_s,
        fields=tuple(violation.field for violation in request.field_violations),
    )


def _of_transport(family: type[BotserverError], status: str, words: str, target: str) -> BotserverError:
    if family is Unavailable:
        hint = "is the server running, and is this its address? `botserver serve` starts one"
        return Unavailable(f"cannot reach {target}: {words}", status=status, hint=hint)
    if family is DeadlineExceeded:
        hint = "what it began goes on: call again with the same message_id or request_id, or more time (with_timeout)"
        return DeadlineExceeded(f"no answer from {target} in time", status=status, hint=hint)
    return family(words, status=status)
