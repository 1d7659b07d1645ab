"""Renders docs/protocol.md, the wire manual, from the comments of the .proto files.

The files are the source: what is said about a method, message or field is said there. This module only lays it out and
adds the flows as diagrams, which no single method could tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

_HEAD = """<!-- Made by tools/generate.py from proto/botserver/v1. Do not edit. -->
# Protocol

One gRPC service, package `botserver.v1`. The files in `proto/botserver/v1` are the contract; this page is made from
their comments. Any gRPC client can use it; `clients/python` does so with typed results, retries and a resuming watch.

    grpcurl -plaintext 127.0.0.1:50051 list botserver.v1.SessionService
    grpcurl -plaintext -d '{"bot": "orders"}' 127.0.0.1:50051 botserver.v1.SessionService/CreateSession

The server answers `grpc.health.v1.Health` and server reflection. Metadata it reads: `x-request-id`, which its log lines
repeat.
"""

_FLOWS = """
## Flows

### Open and talk

```mermaid
sequenceDiagram
    participant C as client
    participant S as server
    C->>S: CreateSession(bot, request_id)
    S-->>C: session, reply (what start.bas says)
    C->>S: SendMessage(session_id, message_id 1, text)
    S-->>C: reply (messages, activity, waiting_for)
    Note over C,S: the connection breaks before an answer
    C->>S: SendMessage(session_id, message_id 2, text)
    C->>S: SendMessage(session_id, message_id 2, text) again
    S-->>C: the one reply of message_id 2
```

A gateway that knows users by names of their own sends `open` instead of `session_id` and never keeps a session id.

### Watch and resume

```mermaid
sequenceDiagram
    participant C as client
    participant S as server
    C->>S: WatchSession(session_id, after_seq 0)
    S-->>C: events with seq 1, 2, 3
    Note over C,S: UNAVAILABLE: the stream breaks, or the server drains
    C->>S: WatchSession(session_id, after_seq 3)
    S-->>C: events with seq 4, 5
    S-->>C: ended
    Note over C,S: the stream ends with OK
```

### Converse

```mermaid
sequenceDiagram
    participant C as client
    participant S as server
    C->>S: Converse
    S-->>C: welcome: the bounds
    C->>S: messages of sessions a, b and c in one frame, subscribe d after_seq 7
    S-->>C: replies of a and c, pushes of d with seq 8, 9
    S-->>C: taken: b, which takes a while
    S-->>C: reply of b
    Note over C,S: whoever has nothing to say for 15 s sends an empty frame
    C->>S: message e1
    Note over C,S: the stream breaks
    C->>S: Converse on a new connection: message e1 again, subscribe d after_seq 9
    S-->>C: the one reply of e1, pushes of d from seq 10
    S-->>C: draining
    C->>S: message f1
    S-->>C: error of f1: UNAVAILABLE, DRAINING, to be sent elsewhere
    S-->>C: replies of what was taken
    Note over C,S: the stream ends with UNAVAILABLE, DRAINING
```

### Deliver

```mermaid
sequenceDiagram
    participant U as user
    participant G as gateway
    participant S as server
    G->>S: PullDeliveries(sms)
    U->>G: "hello" from +43 1
    G->>S: SendMessage(open: bot, sms, alias "+43 1", WAIT_ACCEPTED)
    S-->>G: delivery s/2 "Hi!"
    G->>U: "Hi!"
    G->>S: AckDelivery(s/2, SENT, external_id x-7)
    U->>G: the channel says x-7 was read
    G->>S: AckDelivery(sms, external_id x-7, READ)
    S-->>G: delivery s/3, which a script says an hour later
    Note over G: killed before it acknowledges
    Note over S: 30 seconds later
    S-->>G: delivery s/3 again, to whichever gateway pulls
```

### Handoff

```mermaid
sequenceDiagram
    participant C as client
    participant S as server
    participant A as agent
    A->>S: SetPresence(ann, ONLINE), again every 15 s
    A->>S: WatchDesk(ann)
    C->>S: SendMessage("a person, please")
    Note over S: the script transfers the session
    S-->>C: reply, ACTIVITY_HANDED_OVER
    S-->>A: offer
    A->>S: AcceptOffer(ann, offer_id)
    S-->>A: assigned, with what was said
    C->>S: SendMessage("hello?")
    S-->>A: message
    A->>S: ReplyToUser(ann, session_id, "Hello!")
    S-->>C: message of ROLE_AGENT, by WatchSession
    A->>S: ReturnSession(ann, session_id, RESOLVED, note)
    S-->>A: released
    Note over S: the script goes on with the outcome
```

### Drain

```mermaid
sequenceDiagram
    participant O as operator
    participant S as server
    participant C as client
    O->>S: SIGTERM
    S-->>C: health: NOT_SERVING
    C->>S: SendMessage
    S-->>C: UNAVAILABLE, DRAINING: send again elsewhere
    S-->>C: watch streams end: UNAVAILABLE, DRAINING
    S-->>C: running calls get their replies
    Note over S: nothing runs, the server exits
```
"""

_SCALARS = {
    FieldDescriptorProto.TYPE_STRING: "string",
    FieldDescriptorProto.TYPE_INT32: "int32",
    FieldDescriptorProto.TYPE_INT64: "int64",
    FieldDescriptorProto.TYPE_DOUBLE: "double",
    FieldDescriptorProto.TYPE_BOOL: "bool",
    FieldDescriptorProto.TYPE_BYTES: "bytes",
}

_ORDER = ("session.proto", "delivery.proto", "desk.proto", "event.proto", "error.proto")


class _File:
    """A file with its comments by descriptor path, as protoc records them."""

    def __init__(self, file: FileDescriptorProto) -> None:
        self.file = file
        self._comments = {tuple(place.path): place for place in file.source_code_info.location}

    def comment(self, *path: int) -> str:
        place = self._comments.get(path)
        return re.sub(r"^ ", "", place.leading_comments, flags=re.MULTILINE).strip() if place else ""

    def head(self) -> str:
        """The comment above `package`."""
        return self.comment(2)


def _paragraphs(text: str) -> str:
    """Joins the lines of a paragraph and sets its first word off when it is a heading such as `Statuses:`."""
    paragraphs = []
    for block in text.split("\n\n"):
        lines: list[str] = []
        for line in block.splitlines():
            if re.match(r"(Preconditions|Idempotency|Ordering|Statuses): ", line):
                word, rest = line.split(": ", 1)
                lines.append(f"- *{word}*: {rest}")
            elif lines:
                lines[-1] += " " + line
            else:
                lines.append(line)
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _type(field: FieldDescriptorProto, maps: dict[str, DescriptorProto]) -> str:
    if field.type_name in maps:
        key, value = maps[field.type_name].field
        return f"map<{_type(key, {})}, {_type(value, {})}>"
    if field.type_name:
        name = field.type_name.split(".")[-1]
        named = f"[{name}](#{name.lower()})" if field.type_name.startswith(".botserver.") else name
    else:
        named = _SCALARS[field.type]
    return f"repeated {named}" if field.label == FieldDescriptorProto.LABEL_REPEATED else named


def _message(source: _File, message: DescriptorProto, path: tuple[int, ...], scope: str) -> Iterator[str]:
    yield f"\n### {message.name}\n"
    yield _paragraphs(source.comment(*path))
    maps = {f"{scope}.{message.name}.{nested.name}": nested for nested in message.nested_type}
    if message.field:
        yield "\n| field | type | |\n|---|---|---|"
    for number, field in enumerate(message.field):
        note = _cell(source.comment(*path, 2, number))
        if field.HasField("oneof_index") and not field.proto3_optional:
            note = f"*one of `{message.oneof_decl[field.oneof_index].name}`*: {note}"
        yield f"| `{field.name}` | {_type(field, maps)} | {note} |"
    for number, oneof in enumerate(message.oneof_decl):
        said = source.comment(*path, 8, number)
        if said:
            yield f"\n`{oneof.name}`: {_cell(said)}"
    for number, enum in enumerate(message.enum_type):
        yield from _enum(source, enum, (*path, 4, number))


def _enum(source: _File, enum: EnumDescriptorProto, path: tuple[int, ...]) -> Iterator[str]:
    yield f"\n### {enum.name}\n"
    yield _paragraphs(source.comment(*path))
    yield "\n| value | number | |\n|---|---|---|"
    for number, value in enumerate(enum.value):
        yield f"| `{value.name}` | {value.number} | {_cell(source.comment(*path, 2, number))} |"


def _file(source: _File) -> Iterator[str]:
    name = source.file.name.rsplit("/", 1)[-1]
    scope = "." + source.file.package
    yield f"\n## {name}\n"
    yield _paragraphs(source.head())
    for number, service in enumerate(source.file.service):
        yield f"\n## {service.name}\n"
        yield _paragraphs(source.comment(6, number))
        for index, method in enumerate(service.method):
            asked = "stream of " if method.client_streaming else ""
            stream = "stream of " if method.server_streaming else ""
            names = [kind.split(".")[-1] for kind in (method.input_type, method.output_type)]
            linked = [f"[{kind}](#{kind.lower()})" for kind in names]
            yield f"\n### {method.name}\n"
            yield f"{asked}{linked[0]} → {stream}{linked[1]}\n"
            yield _paragraphs(source.comment(6, number, 2, index))
    if source.file.service:
        yield "\n## Messages of " + name
    for number, message in enumerate(source.file.message_type):
        yield from _message(source, message, (4, number), scope)
    for number, enum in enumerate(source.file.enum_type):
        yield from _enum(source, enum, (5, number))


def render(descriptors: FileDescriptorSet) -> str:
    """The whole page."""
    files = {file.name.rsplit("/", 1)[-1]: _File(file) for file in descriptors.file}
    names = [*_ORDER, *sorted(set(files) - set(_ORDER))]
    lines = [_HEAD + _FLOWS]
    for name in names:
        lines.extend(_file(files[name]))
    return "\n".join(lines) + "\n"
