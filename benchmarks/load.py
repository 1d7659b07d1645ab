"""Load over gRPC that servers and echoes take alike: messages of many sessions, by calls or on streams.

A closed loop sends the next message when the one before is answered. At a rate each session has its own times to
send; a message that its session could not send in time counts from the moment it should have been sent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

from grpc import aio

from botserver.ids import SessionId, new_session_id
from botserver.rpc.pb import session_pb2

METHOD = "/botserver.v1.SessionService/"
TIMEOUT_S = 60.0
Drive = Callable[[str, list[SessionId], int, str], Coroutine[None, None, None]]
"""Of an address, with sessions, so many messages, whose ids begin so."""
_APART = (("grpc.use_local_subchannel_pool", 1),)


def _channels(address: str, count: int) -> list[aio.Channel]:
    """Connections of their own."""
    return [aio.insecure_channel(address, options=_APART) for _ in range(count)]


async def _close(channels: list[aio.Channel]) -> None:
    await asyncio.gather(*(channel.close() for channel in channels))


def _sender(channel: aio.Channel) -> Any:
    return channel.unary_unary(METHOD + "SendMessage")


def _message(session_id: SessionId, message_id: str) -> bytes:
    request = session_pb2.SendMessageRequest(session_id=session_id, message_id=message_id, text="2 pizzas")
    return request.SerializeToString()


async def open_sessions(address: str, count: int, bot: str = "bench") -> tuple[list[SessionId], bytes]:
    """Sessions to talk to, and the bytes of a reply."""
    ids = [new_session_id() for _ in range(count)]
    async with aio.insecure_channel(address) as channel:
        create: Any = channel.unary_unary(METHOD + "CreateSession")

        async def create_some(own: list[SessionId]) -> None:
            for session_id in own:
                request = session_pb2.CreateSessionRequest(bot=bot, session_id=session_id, channel="api")
                await create(request.SerializeToString(), timeout=TIMEOUT_S)

        await asyncio.gather(*(create_some(ids[lane::16]) for lane in range(16)))
        return ids, await _sender(channel)(_message(ids[0], "first"), timeout=TIMEOUT_S)


def calls(lanes: int, connections: int = 1) -> Drive:
    """A closed loop of SendMessage. Each lane has sessions of its own: messages of a session take one connection."""

    async def drive(address: str, ids: list[SessionId], messages: int, label: str) -> None:
        channels = _channels(address, connections)

        async def talk(lane: int) -> None:
            send, own = _sender(channels[lane % connections]), ids[lane::lanes]
            for n in range(messages // lanes):
                await send(_message(own[n % len(own)], f"{label}-{n}"), timeout=TIMEOUT_S)

        await asyncio.gather(*(talk(lane) for lane in range(lanes)))
        await _close(channels)

    return drive


def frames(lanes: int, size: int) -> Drive:
    """Streams of Converse; on each, one frame of `size` messages of different sessions is out at a time."""

    async def drive(address: str, ids: list[SessionId], messages: int, label: str) -> None:
        async with aio.insecure_channel(address) as channel:
            start: Any = channel.stream_stream(METHOD + "Converse")

            async def talk(lane: int) -> None:
                stream = start()
                own = ids[lane * len(ids) // lanes : (lane + 1) * len(ids) // lanes]
                for at in range(0, messages // lanes, size):
                    frame = session_pb2.ConverseRequest()
                    for n in range(at, at + size):
                        frame.messages.add(
                            session_id=own[n % len(own)], message_id=f"{label}-{lane}-{n}", text="2 pizzas"
                        )
                    await stream.write(frame.SerializeToString())
                    left = size
                    while left:
                        left -= len(session_pb2.ConverseResponse.FromString(await stream.read()).replies)
                await stream.done_writing()
                while await stream.read() is not aio.EOF:
                    pass

            await asyncio.gather(*(talk(lane) for lane in range(lanes)))

    return drive


async def at_rate(
    address: str, ids: list[SessionId], per_second: float, seconds: float, label: str, connections: int = 4
) -> list[float]:
    """Seconds each answer took, of all sessions together `per_second` messages; each has a rhythm of its own."""
    channels = _channels(address, connections)
    period_s = len(ids) / per_second
    chance = Random(1)
    latencies: list[float] = []
    began_s = time.monotonic() + 0.1

    async def talk(number: int, session_id: SessionId, offset_s: float) -> None:
        send = _sender(channels[number % connections])
        at_s, n = began_s + offset_s, 0
        while at_s < began_s + seconds:
            if (early_s := at_s - time.monotonic()) > 0:
                await asyncio.sleep(early_s)
            await send(_message(session_id, f"{label}-{n}"), timeout=TIMEOUT_S)
            latencies.append(time.monotonic() - at_s)
            at_s, n = at_s + period_s, n + 1

    async with asyncio.TaskGroup() as street:
        for number, session_id in enumerate(ids):
            street.create_task(talk(number, session_id, period_s * chance.random()))
    await _close(channels)
    return latencies


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]
