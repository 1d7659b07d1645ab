"""Connections to addresses the guard permits. A name is looked up once, and the connection is made to an address of
that answer: whatever the name means a moment later, nobody asks again. TLS and the Host header keep the name."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpcore2

from ..limits import (
    HTTP_ADDRESSES,
    HTTP_CONNECT_S,
    HTTP_RESOLVER_THREADS,
    HTTP_TAKEN_BYTES,
    HTTP_WIRE_BYTES,
)
from .guard import Guard, addresses_of, private_sentence
from .http import REFUSED, TOO_LARGE, UNKNOWN_HOST, HttpError

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a host, as text. Raises OSError if it has none."""


class SystemResolver:
    """Asks the system, on threads of its own: a name server that is silent must not hold up anybody else's threads."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(HTTP_RESOLVER_THREADS, thread_name_prefix="resolver")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await loop.run_in_executor(self._threads, ask)
        return [str(address[0]) for *_, address in found]

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Measured(httpcore2.AsyncNetworkStream):
    """A connection that is read a little at a time, and not for ever. Whoever answers chooses how: in chunks of a byte,
    or with interim answers without end. Taking those apart holds up everybody else."""

    def __init__(self, inner: httpcore2.AsyncNetworkStream) -> None:
        self._inner = inner
        self._read = 0  # since the last request

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - as the library's
        """Raises HttpError, or as the pool expects it."""
        data = await self._inner.read(min(max_bytes, HTTP_TAKEN_BYTES), timeout)
        self._read += len(data)
        if self._read > HTTP_WIRE_BYTES:
            raise HttpError(TOO_LARGE, f"an answer has more than {HTTP_WIRE_BYTES} bytes with what frames it")
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as the library's
        self._read = 0
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as the library's
    ) -> httpcore2.AsyncNetworkStream:
        return Measured(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """Where the pool gets its connections. `proxy` is the one place that is not asked about: the operator named it."""

    def __init__(self, guard: Guard, resolve: Resolve, proxy: tuple[str, int] | None = None) -> None:
        self._guard = guard
        self._resolve = resolve
        self._proxy = proxy
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Raises HttpError, or as the pool expects it."""
        if (host, port) == self._proxy:
            return Measured(await self._network.connect_tcp(host, port, timeout))
        try:
            async with asyncio.timeout(timeout or HTTP_CONNECT_S):
                return Measured(await self._connect(host, port))
        except TimeoutError:
            raise httpcore2.ConnectTimeout from None

    async def _connect(self, host: str, port: int) -> httpcore2.AsyncNetworkStream:
        try:
            found = addresses_of(await self._resolve(host, port))
        except (OSError, ValueError):  # UnicodeError is one
            found = []
        if not found:
            raise HttpError(UNKNOWN_HOST, f"no host {host}")
        permitted = [address for address in found if self._guard.permits(host, address)]
        if not permitted:
            raise HttpError(REFUSED, private_sentence(host))
        *others, last = permitted[:HTTP_ADDRESSES]
        for address in others:
            try:
                return await self._network.connect_tcp(str(address), port)
            except httpcore2.ConnectError:
                continue
        return await self._network.connect_tcp(str(last), port)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
