"""A gRPC server of one event loop: it listens, finds the method of a call, and stops.

It has what grpc.aio's server has as far as we use it, on the same core, and takes a call of one request a quarter of
the CPU: docs/decisions/wire.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import grpc
from grpc._cython import cygrpc  # type: ignore[attr-defined]  # the stubs have only what is public

from ..errors import Overloaded
from ..limits import RPC_OPEN
from .calls import Begin, ServerCall, of_handler
from .completions import Completions

CALLS_ASKED = 128  # new calls that gRPC may hand over in one pass of the event loop


class GrpcServer:
    """To be made and used on one event loop: methods and ports first, then `start`, then `stop`."""

    def __init__(self, options: Sequence[tuple[str, Any]], max_calls: int = RPC_OPEN) -> None:
        self._loop = asyncio.get_running_loop()
        self._completions = Completions(self._loop)
        self._server = cygrpc.Server(tuple(options), False)
        self._server.register_completion_queue(self._completions.queue)
        self._max_calls = max_calls
        self._methods: dict[bytes, Begin] = {}
        self._is_started = False
        self._stopping: asyncio.Task[None] | None = None

    def add_methods(self, service: str, methods: Mapping[str, Begin]) -> None:
        for name, begin in methods.items():
            self._methods[f"/{service}/{name}".encode()] = begin

    def add_registered_method_handlers(
        self, service: str, handlers: Mapping[str, grpc.RpcMethodHandler[Any, Any]]
    ) -> None:
        """What generated code adds."""
        self.add_methods(service, {name: of_handler(handler) for name, handler in handlers.items()})

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        """Generated code adds the same methods in this way too."""

    def add_insecure_port(self, address: str) -> int:
        """The port that was bound. Raises RuntimeError if none could be."""
        port: int = self._server.add_http2_port(address.encode())
        if port == 0:
            raise RuntimeError(f"gRPC cannot bind {address}")
        return port

    def start(self) -> None:
        self._server.start()
        self._is_started = True
        for _ in range(CALLS_ASKED):
            self._ask()
        self._completions.start()

    async def stop(self, grace_s: float) -> None:
        """Take no new calls; those under way have `grace_s` to end, then they are cut off. Idempotent; once begun it
        goes on when who waits for it is cancelled."""
        if not self._is_started:
            return
        if self._stopping is None:
            self._stopping = self._loop.create_task(self._stop(grace_s))
        await asyncio.shield(self._stopping)

    async def _stop(self, grace_s: float) -> None:
        shut_down = self._loop.create_future()
        self._server.shutdown(self._completions.queue, lambda event: shut_down.set_result(None))
        cutting = self._loop.call_later(grace_s, self._server.cancel_all_calls)
        await shut_down
        cutting.cancel()
        self._server.destroy()
        await self._completions.close()

    def _ask(self) -> None:
        queue = self._completions.queue
        self._server.request_call(queue, queue, self._called)

    def _called(self, event: Any) -> None:
        if not event.success or self._completions.is_closed:  # the server shuts down
            return
        if self._stopping is None:
            self._ask()
        call = ServerCall(event, self._completions)
        begin = self._methods.get(event.call_details.method)
        if self._completions.open_calls > self._max_calls:
            call.refuse(Overloaded(what=f"{self._max_calls} calls open"))
        elif begin is None:
            call.end(grpc.StatusCode.UNIMPLEMENTED, "the server has no such method")
        else:
            begin(call)
