"""HTTP over a bounded pool of connections. Loads the library, so whoever wants it is the only one who imports it.

One exchange is a walk over at most HTTP_REDIRECTS redirects. Each hop connects under the guard, holds a share of its
host, and is counted while it is read: an answer that is too large ends when it becomes so, packed or not. Nothing is
sent twice: who repeats a call does so with its idempotency key. There are no cookies, proxies of the environment are
not asked, and certificates are verified.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import re
import socket
import ssl
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote

import httpcore2
import httpx2

from ..limits import (
    HTTP_BOT_CALLS,
    HTTP_BUFFERED_BYTES,
    HTTP_CALLS,
    HTTP_CHUNKS,
    HTTP_CONNECT_S,
    HTTP_HOST_CALLS,
    HTTP_IDLE_CONNECTIONS,
    HTTP_IDLE_S,
    HTTP_REDIRECTS,
    HTTP_RESPONSE_BYTES,
    HTTP_URL_CHARS,
)
from .guard import Address, Guard, private_sentence
from .http import (
    BAD_ADDRESS,
    BAD_ANSWER,
    OVERLOADED,
    REDIRECTED_TOO_OFTEN,
    REFUSED,
    TIMED_OUT,
    TOO_LARGE,
    UNREACHED,
    HttpError,
    HttpRequest,
    HttpResponse,
)
from .network import GuardedNetwork, Resolve, SystemResolver
from .slots import Slots

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_UNPACKED = "gzip, deflate"

# What these say of requests and answers may hold secrets.
for _name in ("httpcore2", "httpx2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class PooledClient:
    """Meets `http.HttpClient`. Belongs to one event loop."""

    def __init__(
        self,
        guard: Guard,
        proxy: str | None = None,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`proxy` is the URL of one that makes all connections; it then decides what a name means, and the guard sees
        literal addresses only."""
        self._resolver = None if resolve is not None else SystemResolver()
        self._guard = guard
        self._bots, self._hosts = Slots(HTTP_BOT_CALLS), Slots(HTTP_HOST_CALLS)
        self._buffered = 0
        through, place = _proxy_of(proxy)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls or ssl.create_default_context(),
            proxy=through,
            max_connections=HTTP_CALLS,
            max_keepalive_connections=HTTP_IDLE_CONNECTIONS,
            keepalive_expiry=HTTP_IDLE_S,
            network_backend=GuardedNetwork(guard, resolve or self._resolver or SystemResolver(), place),
        )
        self._is_direct = through is None

    async def close(self) -> None:
        if self._resolver is not None:
            self._resolver.close()
        await self._pool.aclose()

    async def send(self, request: HttpRequest, bot: str, timeout_s: float) -> HttpResponse:
        """See `http.HttpClient`."""
        url = _parse(request.url)
        try:
            async with asyncio.timeout(timeout_s), self._bots.one(bot):
                return await self._follow(url, request, timeout_s)
        except TimeoutError:
            raise HttpError(TIMED_OUT, f"{url.host} did not answer within {timeout_s:g} seconds") from None

    async def _follow(self, url: httpx2.URL, request: HttpRequest, timeout_s: float) -> HttpResponse:
        method, body, headers = request.method, request.body, dict(request.headers)
        own = _with_credentials(url, request.own_headers)
        for _ in range(HTTP_REDIRECTS + 1):
            async with self._hosts.one(f"{url.host}:{_port(url)}"):
                found = await self._exchange(method, url, _merged(headers, own), body, timeout_s)
            if isinstance(found, HttpResponse):
                return found
            status, place = found
            target = _joined(url, place)
            if url.scheme == "https" and target.scheme == "http":
                raise HttpError(REFUSED, f"{url.host} redirects to a connection that is not encrypted")
            if _origin(url) != _origin(target):
                own = {}
            if status == 303 or (status in (301, 302) and method == "POST"):
                method, body = "GET", b""
                headers, own = _without_body(headers), _without_body(own)
            url = target
        raise HttpError(REDIRECTED_TOO_OFTEN, f"{url.host} is reached by more than {HTTP_REDIRECTS} redirects")

    async def _exchange(
        self, method: str, url: httpx2.URL, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> HttpResponse | tuple[int, str]:
        """One hop: the answer, or the status and place of a redirect."""
        if not self._is_direct:
            self._check_literal(url)
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        # The whole has one limit, kept by `send`; a connection has its own, so that another address may be tried.
        limits = {"connect": min(HTTP_CONNECT_S, timeout_s), "read": timeout_s, "write": timeout_s, "pool": timeout_s}
        content = body if body or method not in ("GET", "DELETE") else None
        with _named_errors(url.host):
            async with self._pool.stream(
                method,
                target,
                headers=[(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
                content=content,
                extensions={"timeout": limits},
            ) as response:
                found = _headers_of(response)
                if response.status in (301, 302, 303, 307, 308) and found.get("location"):
                    return response.status, found["location"]
                return HttpResponse(response.status, found, await self._read(response, found, url.host))

    async def _read(self, response: httpcore2.Response, headers: Mapping[str, str], host: str) -> bytes:
        unpack = _unpacker(headers.get("content-encoding", ""), host)
        body = bytearray()
        n_raw = n_chunks = 0
        try:
            async for chunk in response.aiter_stream():
                n_raw += len(chunk)
                n_chunks += 1
                if n_chunks > HTTP_CHUNKS:
                    raise HttpError(TOO_LARGE, f"{host} answered in more than {HTTP_CHUNKS} chunks")
                piece = unpack.decompress(chunk, HTTP_RESPONSE_BYTES + 1 - len(body)) if unpack else chunk
                self._buffered += len(piece)
                body += piece
                if len(body) > HTTP_RESPONSE_BYTES or n_raw > HTTP_RESPONSE_BYTES:
                    raise HttpError(TOO_LARGE, f"{host} answered with more than {HTTP_RESPONSE_BYTES} bytes")
                if self._buffered > HTTP_BUFFERED_BYTES:
                    raise HttpError(OVERLOADED, "too many large answers at once; try again")
            if unpack is not None and not unpack.eof and n_raw:
                raise HttpError(BAD_ANSWER, f"the answer of {host} is cut off")
            if unpack is not None and unpack.unused_data.startswith(b"\x1f\x8b"):
                raise HttpError(BAD_ANSWER, f"the answer of {host} is packed in more than one piece")
        except zlib.error:
            raise HttpError(BAD_ANSWER, f"the answer of {host} cannot be unpacked") from None
        finally:
            self._buffered -= len(body)
        return bytes(body)

    def _check_literal(self, url: httpx2.URL) -> None:
        """Behind a proxy: a host that is an address is known before the proxy is asked."""
        address = _literal(url.host)
        if address is not None and not self._guard.permits(url.host, address):
            raise HttpError(REFUSED, private_sentence(url.host))


# --- URLs --------------------------------------------------------------------------------------------------------


def _parse(text: str) -> httpx2.URL:
    """Raises HttpError."""
    text = text.strip()
    if len(text) > HTTP_URL_CHARS:
        raise HttpError(BAD_ADDRESS, f"a URL has at most {HTTP_URL_CHARS} characters")
    try:
        url = httpx2.URL(re.sub(r"[\x00-\x1f\x7f]", lambda found: f"%{ord(found[0]):02X}", text))
    except (httpx2.InvalidURL, ValueError):
        raise HttpError(BAD_ADDRESS, "the text is no URL") from None
    if url.scheme not in _PORTS:
        raise HttpError(BAD_ADDRESS, "a URL begins with http:// or https://")
    if not _HOST.fullmatch(url.raw_host.decode("ascii", "replace")) or not 0 < _port(url) < 65_536:
        raise HttpError(BAD_ADDRESS, "the URL names no host")
    return url


def _joined(url: httpx2.URL, place: str) -> httpx2.URL:
    try:
        return _parse(str(url.join(place)))
    except (httpx2.InvalidURL, ValueError):
        raise HttpError(BAD_ANSWER, f"{url.host} redirects to what is no URL") from None


def _port(url: httpx2.URL) -> int:
    return _PORTS[url.scheme] if url.port is None else url.port


def _origin(url: httpx2.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, _port(url)


def _literal(host: str) -> Address | None:
    """The address that a host is written as, in any of the forms a system takes for one."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return ip_address(socket.inet_aton(host))
    except OSError:
        return None


def _proxy_of(text: str | None) -> tuple[httpcore2.Proxy | None, tuple[str, int] | None]:
    """A proxy, and where it is."""
    if text is None:
        return None, None
    url = _parse(text)
    bare = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=_port(url), target=b"/")
    name, password = unquote(url.username), unquote(url.password)
    return httpcore2.Proxy(bare, auth=(name, password) if name else None), (url.host, _port(url))


# --- headers -----------------------------------------------------------------------------------------------------


def _merged(headers: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """A script's headers replace ours of the same name."""
    found = {"accept-encoding": _UNPACKED}
    for each in (headers, own):
        found |= {name.lower(): value for name, value in each.items()}
    return found


def _with_credentials(url: httpx2.URL, own: Mapping[str, str]) -> dict[str, str]:
    """What a URL has before its host is sent as a header, and nowhere else."""
    found = {name.lower(): value for name, value in own.items()}
    if url.userinfo:
        both = f"{unquote(url.username)}:{unquote(url.password)}".encode()
        found.setdefault("authorization", "Basic " + base64.b64encode(both).decode())
    return found


def _without_body(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.lower().startswith("content-")}


def _headers_of(response: httpcore2.Response) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _unpacker(encoding: str, host: str) -> Any:
    """None for an answer that is not packed."""
    word = encoding.strip().lower()
    if word in ("", "identity"):
        return None
    if word in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(zlib.MAX_WBITS | 32)
    raise HttpError(BAD_ANSWER, f"the answer of {host} is packed in a way nobody asked for")


# --- errors ------------------------------------------------------------------------------------------------------


@contextmanager
def _named_errors(host: str) -> Iterator[None]:
    """What the library raises, as HttpError."""
    try:
        yield
    except httpcore2.TimeoutException:
        raise HttpError(TIMED_OUT, f"{host} did not answer in time") from None
    except httpcore2.ConnectError as error:
        if _is_untrusted(error):
            raise HttpError(UNREACHED, f"the certificate of {host} is not trusted") from None
        raise HttpError(UNREACHED, f"{host} cannot be reached") from None
    except httpcore2.LocalProtocolError:
        raise HttpError(BAD_ADDRESS, "the request cannot be sent as it is") from None
    except httpcore2.RemoteProtocolError as error:
        if "disconnected" in str(error):
            raise HttpError(UNREACHED, f"{host} closed the connection") from None
        raise HttpError(BAD_ANSWER, f"the answer of {host} is cut off or no HTTP") from None
    except (httpcore2.NetworkError, httpcore2.ProxyError):
        raise HttpError(UNREACHED, f"the connection to {host} broke") from None


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
