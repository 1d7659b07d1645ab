"""How both clients reach a server: addresses, channel options, the published retry rules, and watching again."""

from __future__ import annotations

import json
import random
import time
from typing import Any

from google.protobuf.message import Message as Wire
from google.protobuf.message_factory import GetMessageClass

from .pb import admin_pb2, bot_pb2, delivery_pb2, desk_pb2, session_pb2

ADMIN = admin_pb2.DESCRIPTOR.services_by_name["AdminService"]
SERVICE = session_pb2.DESCRIPTOR.services_by_name["SessionService"]
BOTS = bot_pb2.DESCRIPTOR.services_by_name["BotService"]
DELIVERIES = delivery_pb2.DESCRIPTOR.services_by_name["DeliveryService"]
DESK = desk_pb2.DESCRIPTOR.services_by_name["DeskService"]

DEFAULT_TARGET = "127.0.0.1:50051"
DEFAULT_TIMEOUT_S = 60.0
GIVE_UP_AFTER_S = 300.0
"""A watch that cannot be resumed for this long raises Unavailable."""

SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": [{"service": service.full_name} for service in (SERVICE, DELIVERIES, DESK, BOTS, ADMIN)],
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "0.1s",
                "maxBackoff": "2s",
                "backoffMultiplier": 3,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}
"""The retry rules, for gRPC clients of any language. Safe because every mutation carries an id of its own."""

OPTIONS: list[tuple[str, Any]] = [
    ("grpc.service_config", json.dumps(SERVICE_CONFIG)),
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),  # a session in full view may be large
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.initial_reconnect_backoff_ms", 200),  # so that a restarted server is found within the retries of a call
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 3_000),
]

METHODS: dict[str, tuple[str, type[Wire]]] = {
    method.name: (f"/{service.full_name}/{method.name}", GetMessageClass(method.output_type))
    for service in (SERVICE, DELIVERIES, DESK, BOTS, ADMIN)
    for method in service.methods
}
"""Path and response class by method."""


def checked_target(target: str) -> str:
    """`target` itself; raises ValueError where gRPC would wait for a server that cannot be there."""
    if target.startswith(("http://", "https://")) or ":" not in target:
        raise ValueError(f"target {target!r} is not HOST:PORT, such as {DEFAULT_TARGET}")
    return target


class Patience:
    """How long a watch waits before it tries again, and when it gives up."""

    _FIRST_S = 0.2
    _LONGEST_S = 5.0
    _STEADY_S = 10.0

    def __init__(self, give_up_after_s: float) -> None:
        self._give_up_after_s = give_up_after_s
        self._pause_s = self._FIRST_S
        self._connected_at = self._good_at = time.monotonic()

    def connecting(self) -> None:
        self._connected_at = time.monotonic()

    def got_event(self) -> None:
        self._good_at = time.monotonic()
        self._pause_s = self._FIRST_S

    def pause_s(self) -> float | None:
        """Seconds to wait now that the stream broke; None to give up."""
        now = time.monotonic()
        if now - self._connected_at > self._STEADY_S:  # it stood long enough to have been a good one, if a silent one
            self._good_at = now
            self._pause_s = self._FIRST_S
        if now - self._good_at > self._give_up_after_s:
            return None
        pause_s = self._pause_s * random.uniform(0.8, 1.2)
        self._pause_s = min(self._pause_s * 2, self._LONGEST_S)
        return pause_s
