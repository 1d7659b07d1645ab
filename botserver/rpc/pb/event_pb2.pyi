import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_USER: _ClassVar[Role]
    ROLE_BOT: _ClassVar[Role]
    ROLE_AGENT: _ClassVar[Role]
    ROLE_SYSTEM: _ClassVar[Role]

class Activity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACTIVITY_UNSPECIFIED: _ClassVar[Activity]
    ACTIVITY_IDLE: _ClassVar[Activity]
    ACTIVITY_WAITING_INPUT: _ClassVar[Activity]
    ACTIVITY_WAITING_TIMER: _ClassVar[Activity]
    ACTIVITY_RUNNING: _ClassVar[Activity]
    ACTIVITY_ENDED: _ClassVar[Activity]
    ACTIVITY_HANDED_OVER: _ClassVar[Activity]

class EndReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    END_REASON_UNSPECIFIED: _ClassVar[EndReason]
    END_REASON_USER: _ClassVar[EndReason]
    END_REASON_TIMEOUT: _ClassVar[EndReason]
    END_REASON_MEMORY_LIMIT: _ClassVar[EndReason]
    END_REASON_SHUTDOWN: _ClassVar[EndReason]
    END_REASON_ERROR: _ClassVar[EndReason]
    END_REASON_SCRIPT: _ClassVar[EndReason]

class SessionOwner(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SESSION_OWNER_UNSPECIFIED: _ClassVar[SessionOwner]
    SESSION_OWNER_BOT: _ClassVar[SessionOwner]
    SESSION_OWNER_QUEUE: _ClassVar[SessionOwner]
    SESSION_OWNER_AGENT: _ClassVar[SessionOwner]
ROLE_UNSPECIFIED: Role
ROLE_USER: Role
ROLE_BOT: Role
ROLE_AGENT: Role
ROLE_SYSTEM: Role
ACTIVITY_UNSPECIFIED: Activity
ACTIVITY_IDLE: Activity
ACTIVITY_WAITING_INPUT: Activity
ACTIVITY_WAITING_TIMER: Activity
ACTIVITY_RUNNING: Activity
ACTIVITY_ENDED: Activity
ACTIVITY_HANDED_OVER: Activity
END_REASON_UNSPECIFIED: EndReason
END_REASON_USER: EndReason
END_REASON_TIMEOUT: EndReason
END_REASON_MEMORY_LIMIT: EndReason
END_REASON_SHUTDOWN: EndReason
END_REASON_ERROR: EndReason
END_REASON_SCRIPT: EndReason
SESSION_OWNER_UNSPECIFIED: SessionOwner
SESSION_OWNER_BOT: SessionOwner
SESSION_OWNER_QUEUE: SessionOwner
SESSION_OWNER_AGENT: SessionOwner

class Suggestion(_message.Message):
    __slots__ = ("key", "label", "kind")
    KEY_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    key: str
    label: str
    kind: str
    def __init__(self, key: _Optional[str] = ..., label: _Optional[str] = ..., kind: _Optional[str] = ...) -> None: ...

class Image(_message.Message):
    __slots__ = ("url", "path")
    URL_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    url: str
    path: str
    def __init__(self, url: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class Message(_message.Message):
    __slots__ = ("seq", "role", "text", "create_time", "suggestions", "message_id", "turn", "image", "author", "sub_session_id")
    SEQ_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    TURN_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    SUB_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    seq: int
    role: Role
    text: str
    create_time: _timestamp_pb2.Timestamp
    suggestions: _containers.RepeatedCompositeFieldContainer[Suggestion]
    message_id: str
    turn: int
    image: Image
    author: str
    sub_session_id: str
    def __init__(self, seq: _Optional[int] = ..., role: _Optional[_Union[Role, str]] = ..., text: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., suggestions: _Optional[_Iterable[_Union[Suggestion, _Mapping]]] = ..., message_id: _Optional[str] = ..., turn: _Optional[int] = ..., image: _Optional[_Union[Image, _Mapping]] = ..., author: _Optional[str] = ..., sub_session_id: _Optional[str] = ...) -> None: ...

class WaitingFor(_message.Message):
    __slots__ = ("kind", "variable", "type", "options", "expire_time", "sub_session_id")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[WaitingFor.Kind]
        KIND_INPUT: _ClassVar[WaitingFor.Kind]
        KIND_TIMER: _ClassVar[WaitingFor.Kind]
        KIND_AGENT: _ClassVar[WaitingFor.Kind]
        KIND_EVENT: _ClassVar[WaitingFor.Kind]
    KIND_UNSPECIFIED: WaitingFor.Kind
    KIND_INPUT: WaitingFor.Kind
    KIND_TIMER: WaitingFor.Kind
    KIND_AGENT: WaitingFor.Kind
    KIND_EVENT: WaitingFor.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    VARIABLE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    SUB_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    kind: WaitingFor.Kind
    variable: str
    type: str
    options: _containers.RepeatedCompositeFieldContainer[Suggestion]
    expire_time: _timestamp_pb2.Timestamp
    sub_session_id: str
    def __init__(self, kind: _Optional[_Union[WaitingFor.Kind, str]] = ..., variable: _Optional[str] = ..., type: _Optional[str] = ..., options: _Optional[_Iterable[_Union[Suggestion, _Mapping]]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sub_session_id: _Optional[str] = ...) -> None: ...

class StackEntry(_message.Message):
    __slots__ = ("script", "procedure", "line")
    SCRIPT_FIELD_NUMBER: _ClassVar[int]
    PROCEDURE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    script: str
    procedure: str
    line: int
    def __init__(self, script: _Optional[str] = ..., procedure: _Optional[str] = ..., line: _Optional[int] = ...) -> None: ...

class Fault(_message.Message):
    __slots__ = ("number", "message", "script", "line", "stack")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    STACK_FIELD_NUMBER: _ClassVar[int]
    number: int
    message: str
    script: str
    line: int
    stack: _containers.RepeatedCompositeFieldContainer[StackEntry]
    def __init__(self, number: _Optional[int] = ..., message: _Optional[str] = ..., script: _Optional[str] = ..., line: _Optional[int] = ..., stack: _Optional[_Iterable[_Union[StackEntry, _Mapping]]] = ...) -> None: ...

class Usage(_message.Message):
    __slots__ = ("fuel", "memory_bytes", "vm_ms", "total_ms")
    FUEL_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    VM_MS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_MS_FIELD_NUMBER: _ClassVar[int]
    fuel: int
    memory_bytes: int
    vm_ms: float
    total_ms: float
    def __init__(self, fuel: _Optional[int] = ..., memory_bytes: _Optional[int] = ..., vm_ms: _Optional[float] = ..., total_ms: _Optional[float] = ...) -> None: ...

class Reply(_message.Message):
    __slots__ = ("session_id", "messages", "first_seq", "last_seq", "activity", "waiting_for", "fault", "usage", "revision", "end_reason")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQ_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQ_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    WAITING_FOR_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    messages: _containers.RepeatedCompositeFieldContainer[Message]
    first_seq: int
    last_seq: int
    activity: Activity
    waiting_for: WaitingFor
    fault: Fault
    usage: Usage
    revision: int
    end_reason: EndReason
    def __init__(self, session_id: _Optional[str] = ..., messages: _Optional[_Iterable[_Union[Message, _Mapping]]] = ..., first_seq: _Optional[int] = ..., last_seq: _Optional[int] = ..., activity: _Optional[_Union[Activity, str]] = ..., waiting_for: _Optional[_Union[WaitingFor, _Mapping]] = ..., fault: _Optional[_Union[Fault, _Mapping]] = ..., usage: _Optional[_Union[Usage, _Mapping]] = ..., revision: _Optional[int] = ..., end_reason: _Optional[_Union[EndReason, str]] = ...) -> None: ...

class StateChange(_message.Message):
    __slots__ = ("activity", "revision", "waiting_for", "fault", "owner", "agent_name")
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    WAITING_FOR_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    activity: Activity
    revision: int
    waiting_for: WaitingFor
    fault: Fault
    owner: SessionOwner
    agent_name: str
    def __init__(self, activity: _Optional[_Union[Activity, str]] = ..., revision: _Optional[int] = ..., waiting_for: _Optional[_Union[WaitingFor, _Mapping]] = ..., fault: _Optional[_Union[Fault, _Mapping]] = ..., owner: _Optional[_Union[SessionOwner, str]] = ..., agent_name: _Optional[str] = ...) -> None: ...

class Gap(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Ended(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: EndReason
    def __init__(self, reason: _Optional[_Union[EndReason, str]] = ...) -> None: ...

class SessionEvent(_message.Message):
    __slots__ = ("seq", "message", "state", "gap", "ended")
    SEQ_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    seq: int
    message: Message
    state: StateChange
    gap: Gap
    ended: Ended
    def __init__(self, seq: _Optional[int] = ..., message: _Optional[_Union[Message, _Mapping]] = ..., state: _Optional[_Union[StateChange, _Mapping]] = ..., gap: _Optional[_Union[Gap, _Mapping]] = ..., ended: _Optional[_Union[Ended, _Mapping]] = ...) -> None: ...
