"""HTTP exchanges as data, and who performs them. Knows no library, so whoever only names them loads none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ..errors import ScriptError

REFUSED = 5001
"""What may not be reached; the number of the dialect's error table, as below."""
TIMED_OUT = 1001
UNKNOWN_HOST = 1002
UNREACHED = 1003
BAD_ANSWER = 1502
OVERLOADED = 1503
REDIRECTED_TOO_OFTEN = 1508
BAD_ADDRESS = 4002
TOO_LARGE = 9013


class HttpError(ScriptError):
    """An exchange that did not come about. Its sentence names at most the host: a URL may hold secrets."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What to send. `headers` are ours and go wherever a redirect leads; `own_headers` are the script's and go only to
    the origin it named."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    own_headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What came back. Names of headers are lower case, several values of one are joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpClient(Protocol):
    async def send(self, request: HttpRequest, bot: str, timeout_s: float) -> HttpResponse:
        """Perform an exchange, redirects included, in that time. `bot` is whose share of connections it takes. Raises
        HttpError. Cancelling it ends the connection."""
        ...

    async def close(self) -> None: ...
