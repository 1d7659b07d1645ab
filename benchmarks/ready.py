"""The whole of botserver.rpc over a session service that answers from memory: `python -m benchmarks.ready`.

What the wire costs without a turn behind it. Beside the bare echo it shows what botserver.rpc adds, beside
`botserver serve` what a turn and its commit add.
"""

from __future__ import annotations

import asyncio
from typing import Any

import uvloop

from botserver.app import tame_collector
from botserver.ids import SessionId
from botserver.model import (
    Activity,
    Incoming,
    Message,
    Principal,
    Reply,
    Role,
    SuggestionView,
    TurnUsage,
    Wait,
    WaitingFor,
)
from botserver.rpc.server import RpcServer, RpcSettings
from botserver.telemetry.logs import configure
from botserver.telemetry.metrics import Metrics

_BUTTONS = (SuggestionView("y", "Yes"), SuggestionView("n", "No"))
REPLY = Reply(
    SessionId("11111111-1111-4111-8111-111111111111"),
    (Message(8, Role.BOT, "You said 2 pizzas.", 1_767_225_600.5, _BUTTONS, turn=4),),
    8,
    8,
    Activity.WAITING_INPUT,
    4,
    WaitingFor("input", "answer", options=_BUTTONS),
    usage=TurnUsage(120, 900, 0.05, 0.4),
)


class ReadyReplies:
    """Only what the benchmark calls of a session service."""

    async def send_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> Reply:
        return REPLY

    def submit_message(
        self, principal: Principal, session_id: SessionId, incoming: Incoming, wait: Wait = Wait.SETTLED
    ) -> asyncio.Future[Reply]:
        future = asyncio.get_running_loop().create_future()
        future.set_result(REPLY)
        return future

    def __getattr__(self, name: str) -> Any:
        return None


async def serve() -> None:
    configure("json", "warning")
    server = RpcServer(ReadyReplies(), RpcSettings("127.0.0.1:0"), Metrics("benchmark"))
    address = await server.start()
    tame_collector()
    print("serving ready on", address, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve())
