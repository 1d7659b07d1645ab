"""Requests made at random from the descriptors: whatever is asked, no answer is a mistake of the server's.

HOSTILE_REQUESTS makes it longer; HOSTILE_SEED repeats what was sent.
"""

from __future__ import annotations

import asyncio
import os
import random
import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any

import grpc
from botserver_client.pb import admin_pb2, bot_pb2, delivery_pb2, desk_pb2, session_pb2
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.struct_pb2 import Value
from grpc import aio

from botserver.app import running
from tests.faults.packages import write_bot
from tests.protocol.serving import settings_in

REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", "600"))
FILES = (admin_pb2, bot_pb2, delivery_pb2, desk_pb2, session_pb2)
SKIPPED = {"DrainServer"}  # it does what it says
OURS = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS, grpc.StatusCode.UNAVAILABLE}
NASTY = 0.05
TEXTS = [
    "",
    "x",
    "a" * 5_000,
    "\u202e",
    "\x00",
    "a\nb",
    "../../x",
    "%",
    "*",
    "1e400",
    "t-1",
    "\U0001f600" * 99,
    "bot = ",
]
WHOLE = [0, 1, -1, 100, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63)]
REAL = [0.0, -1.0, 1e300, float("nan"), float("inf")]
SANE = {"bot": ["shop"], "agent_id": ["ann", "bob"], "channel": ["sms", "api"], "queue": ["support"], "alias": ["+43"]}
BOT = 'SET "a", 1\nDO\nHEAR x\nTALK "got " & x\nLOOP'


class Sender:
    """Makes requests, and learns from responses what names there are."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.known: dict[str, list[Any]] = defaultdict(list, {name: list(values) for name, values in SANE.items()})

    def learn(self, response: Message) -> None:
        for field, value in response.ListFields():
            for each in value if isinstance(value, list) or hasattr(value, "append") else [value]:
                if isinstance(each, Message) and not field.message_type.GetOptions().map_entry:
                    self.learn(each)
                elif isinstance(each, str | bytes) and each:
                    name = field.name if isinstance(each, str) else "bytes"
                    self.known[name] = [*self.known[name][-20:], each]

    def scalar(self, field: FieldDescriptor) -> Any:
        is_nasty = self.dice.random() < NASTY
        if field.type == FieldDescriptor.TYPE_STRING:
            known = self.known[field.name.removeprefix("target_").removeprefix("source_").removeprefix("other_")]
            if field.name in ("request_id", "message_id"):
                return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
            return self.dice.choice(TEXTS if is_nasty or not known else known)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return self.dice.choice([b"", b"\xff" * 9, b'TALK "hi"\nHEAR x\n', *self.known["bytes"]])
        if field.type == FieldDescriptor.TYPE_ENUM:
            return 99 if is_nasty else self.dice.choice([value.number for value in field.enum_type.values])
        if field.type == FieldDescriptor.TYPE_BOOL:
            return self.dice.random() < 0.5
        if field.type in (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT):
            return self.dice.choice(REAL) if is_nasty else 50.0
        number = self.dice.choice(WHOLE) if is_nasty else self.dice.randrange(4)
        is_small = field.type in (FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_UINT32)
        is_unsigned = field.type in (FieldDescriptor.TYPE_UINT32, FieldDescriptor.TYPE_UINT64)
        return max(
            0 if is_unsigned else -(2**31 if is_small else 2**63), min(number, 2**31 - 1 if is_small else number)
        )

    def fill(self, message: Any, depth: int = 0) -> Any:
        if isinstance(message, Value):
            message.CopyFrom(self.dice.choice([Value(number_value=float("nan")), Value(string_value="\x00"), Value()]))
        elif isinstance(message, Duration):
            message.seconds = self.dice.choice(WHOLE) if self.dice.random() < NASTY else 600
        elif isinstance(message, FieldMask):
            message.paths.extend(self.dice.choices(["labels", "metadata", "user", "ttl", "user.name", "x", ""], k=2))
        else:
            for field in message.DESCRIPTOR.fields:
                oneof = field.containing_oneof
                is_named = field.name in self.known or field.name in ("session", "message", "request_id", "message_id")
                if self.dice.random() < ((NASTY if is_named else 0.5) if oneof is None else 0.6) or depth > 5:
                    continue
                self.put(message, field, depth)
        return message

    def put(self, message: Any, field: FieldDescriptor, depth: int) -> None:
        value = getattr(message, field.name)
        if field.type != FieldDescriptor.TYPE_MESSAGE:
            if hasattr(value, "extend"):
                value.extend(self.scalar(field) for _ in range(2))
            else:
                setattr(message, field.name, self.scalar(field))
        elif field.message_type.GetOptions().map_entry:
            key, inner = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
            for _ in range(self.dice.randrange(3)):
                if inner.type == FieldDescriptor.TYPE_MESSAGE:
                    self.fill(value[self.scalar(key)], depth + 1)
                else:
                    value[self.scalar(key)] = self.scalar(inner)
        elif hasattr(value, "add"):
            for _ in range(self.dice.randrange(3)):
                self.fill(value.add(), depth + 1)
        else:
            value.SetInParent()
            self.fill(value, depth + 1)

    async def send(self, channel: aio.Channel, method: MethodDescriptor) -> tuple[Message, aio.AioRpcError | None]:
        """The request, and what it was refused with."""
        request = self.fill(GetMessageClass(method.input_type)())
        path = f"/{method.containing_service.full_name}/{method.name}"
        read = GetMessageClass(method.output_type).FromString
        try:
            if method.client_streaming:
                make = channel.stream_stream(path, response_deserializer=read)
                await self.follow(make(iter([request.SerializeToString()]), timeout=5))
            elif method.server_streaming:
                await self.follow(
                    channel.unary_stream(path, response_deserializer=read)(request.SerializeToString(), timeout=5)
                )
            else:
                self.learn(
                    await channel.unary_unary(path, response_deserializer=read)(request.SerializeToString(), timeout=20)
                )
        except aio.AioRpcError as error:
            return request, error
        return request, None

    async def follow(self, stream: Any) -> None:
        """What a stream says at once."""
        try:
            async with asyncio.timeout(0.05):
                async for response in stream:
                    self.learn(response)
        except TimeoutError:
            stream.cancel()


async def test_no_request_is_a_mistake_of_the_server(tmp_path: Path) -> None:
    seed = int(os.environ.get("HOSTILE_SEED", random.randrange(2**32)))
    print(f"HOSTILE_SEED={seed}")
    sender = Sender(random.Random(seed))
    write_bot(tmp_path / "bots", "shop", {"start": BOT})
    methods = [
        method
        for file in FILES
        for service in file.DESCRIPTOR.services_by_name.values()
        for method in service.methods
        if method.name not in SKIPPED
    ]
    settings = settings_in(tmp_path, deliver=frozenset({"sms", "api"}))
    async with running(settings, asyncio.Event()) as (address, *_), aio.insecure_channel(address) as channel:
        served = 0
        for number in range(REQUESTS):
            create = session_pb2.DESCRIPTOR.services_by_name["SessionService"].methods_by_name["CreateSession"]
            method = create if number % 20 == 0 else sender.dice.choice(methods)
            request, error = await sender.send(channel, method)
            served += error is None
            assert error is None or error.code() not in OURS, (method.name, error, request)
        assert served > REQUESTS // 20
