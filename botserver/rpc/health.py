"""grpc.health.v1: whether the server serves, asked once or watched.

The servicer of the grpc_health package writes to each watcher while it holds what a change of the status waits for: one
watcher that does not read would hold up the drain for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, TypeAlias

import grpc
from grpc_health.v1 import health_pb2

Response: TypeAlias = health_pb2.HealthCheckResponse


class Health:
    """Of the whole server, which is called "", and of each service; all of them have one status."""

    def __init__(self, services: Iterable[str]) -> None:
        self._services = frozenset(("", *services))
        self._is_serving = False
        self._changed = asyncio.Event()

    def tell(self, is_serving: bool) -> None:
        self._is_serving = is_serving
        self._changed.set()
        self._changed = asyncio.Event()

    def _status(self, service: str) -> int:
        if service not in self._services:
            return int(Response.SERVICE_UNKNOWN)
        return int(Response.SERVING if self._is_serving else Response.NOT_SERVING)

    async def Check(self, request: health_pb2.HealthCheckRequest, context: Any) -> Response:  # noqa: N802  # gRPC's name
        status = self._status(request.service)
        if status == Response.SERVICE_UNKNOWN:
            await context.abort(grpc.StatusCode.NOT_FOUND, "the server has no such service")
        return Response(status=status)

    async def List(self, request: health_pb2.HealthListRequest, context: Any) -> health_pb2.HealthListResponse:  # noqa: N802  # gRPC's name
        return health_pb2.HealthListResponse(
            statuses={service: Response(status=self._status(service)) for service in self._services}
        )

    async def Watch(self, request: health_pb2.HealthCheckRequest, context: Any) -> None:  # noqa: N802  # gRPC's name
        told: int | None = None
        while True:
            changed = self._changed
            if (status := self._status(request.service)) != told:
                told = status
                await context.write(Response(status=status))
            await changed.wait()
