import datetime

from . import bot_pb2 as _bot_pb2
from . import session_pb2 as _session_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PurgeSessionsRequest(_message.Message):
    __slots__ = ("filter", "validate_only", "limit", "forget_users", "page_token", "request_id")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    FORGET_USERS_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    filter: str
    validate_only: bool
    limit: int
    forget_users: bool
    page_token: str
    request_id: str
    def __init__(self, filter: _Optional[str] = ..., validate_only: _Optional[bool] = ..., limit: _Optional[int] = ..., forget_users: _Optional[bool] = ..., page_token: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class PurgeSessionsResponse(_message.Message):
    __slots__ = ("session_count", "message_count", "remaining_count", "next_page_token")
    SESSION_COUNT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    REMAINING_COUNT_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    session_count: int
    message_count: int
    remaining_count: int
    next_page_token: str
    def __init__(self, session_count: _Optional[int] = ..., message_count: _Optional[int] = ..., remaining_count: _Optional[int] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetServerInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerInfoResponse(_message.Message):
    __slots__ = ("version", "node", "start_time", "draining", "vm", "database", "bots", "delivery_channels", "open_sessions", "running_sessions", "hot_sessions")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    VM_FIELD_NUMBER: _ClassVar[int]
    DATABASE_FIELD_NUMBER: _ClassVar[int]
    BOTS_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    OPEN_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    RUNNING_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    HOT_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    version: str
    node: str
    start_time: _timestamp_pb2.Timestamp
    draining: bool
    vm: str
    database: str
    bots: _containers.RepeatedCompositeFieldContainer[_bot_pb2.Bot]
    delivery_channels: _containers.RepeatedScalarFieldContainer[str]
    open_sessions: int
    running_sessions: int
    hot_sessions: int
    def __init__(self, version: _Optional[str] = ..., node: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., draining: _Optional[bool] = ..., vm: _Optional[str] = ..., database: _Optional[str] = ..., bots: _Optional[_Iterable[_Union[_bot_pb2.Bot, _Mapping]]] = ..., delivery_channels: _Optional[_Iterable[str]] = ..., open_sessions: _Optional[int] = ..., running_sessions: _Optional[int] = ..., hot_sessions: _Optional[int] = ...) -> None: ...

class Limit(_message.Message):
    __slots__ = ("name", "value", "unit", "description", "config_key")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CONFIG_KEY_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: float
    unit: str
    description: str
    config_key: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[float] = ..., unit: _Optional[str] = ..., description: _Optional[str] = ..., config_key: _Optional[str] = ...) -> None: ...

class GetLimitsRequest(_message.Message):
    __slots__ = ("bot",)
    BOT_FIELD_NUMBER: _ClassVar[int]
    bot: str
    def __init__(self, bot: _Optional[str] = ...) -> None: ...

class GetLimitsResponse(_message.Message):
    __slots__ = ("limits",)
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    limits: _containers.RepeatedCompositeFieldContainer[Limit]
    def __init__(self, limits: _Optional[_Iterable[_Union[Limit, _Mapping]]] = ...) -> None: ...

class InspectSessionRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class WaitingInput(_message.Message):
    __slots__ = ("number", "kind", "message_id")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    number: int
    kind: str
    message_id: str
    def __init__(self, number: _Optional[int] = ..., kind: _Optional[str] = ..., message_id: _Optional[str] = ...) -> None: ...

class CallUnderWay(_message.Message):
    __slots__ = ("key", "claim_expire_time", "has_outcome", "argument_bytes")
    KEY_FIELD_NUMBER: _ClassVar[int]
    CLAIM_EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    HAS_OUTCOME_FIELD_NUMBER: _ClassVar[int]
    ARGUMENT_BYTES_FIELD_NUMBER: _ClassVar[int]
    key: str
    claim_expire_time: _timestamp_pb2.Timestamp
    has_outcome: bool
    argument_bytes: int
    def __init__(self, key: _Optional[str] = ..., claim_expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., has_outcome: _Optional[bool] = ..., argument_bytes: _Optional[int] = ...) -> None: ...

class InspectSessionResponse(_message.Message):
    __slots__ = ("session", "owner_principal", "epoch", "accepted", "consumed", "inputs", "unsettled_message_ids", "call", "timer_time", "state_bytes", "large_objects", "fuel_total", "is_hot", "is_running", "family")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    OWNER_PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    CONSUMED_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    UNSETTLED_MESSAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    TIMER_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_BYTES_FIELD_NUMBER: _ClassVar[int]
    LARGE_OBJECTS_FIELD_NUMBER: _ClassVar[int]
    FUEL_TOTAL_FIELD_NUMBER: _ClassVar[int]
    IS_HOT_FIELD_NUMBER: _ClassVar[int]
    IS_RUNNING_FIELD_NUMBER: _ClassVar[int]
    FAMILY_FIELD_NUMBER: _ClassVar[int]
    session: _session_pb2.Session
    owner_principal: str
    epoch: int
    accepted: int
    consumed: int
    inputs: _containers.RepeatedCompositeFieldContainer[WaitingInput]
    unsettled_message_ids: _containers.RepeatedScalarFieldContainer[str]
    call: CallUnderWay
    timer_time: _timestamp_pb2.Timestamp
    state_bytes: int
    large_objects: int
    fuel_total: int
    is_hot: bool
    is_running: bool
    family: str
    def __init__(self, session: _Optional[_Union[_session_pb2.Session, _Mapping]] = ..., owner_principal: _Optional[str] = ..., epoch: _Optional[int] = ..., accepted: _Optional[int] = ..., consumed: _Optional[int] = ..., inputs: _Optional[_Iterable[_Union[WaitingInput, _Mapping]]] = ..., unsettled_message_ids: _Optional[_Iterable[str]] = ..., call: _Optional[_Union[CallUnderWay, _Mapping]] = ..., timer_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state_bytes: _Optional[int] = ..., large_objects: _Optional[int] = ..., fuel_total: _Optional[int] = ..., is_hot: _Optional[bool] = ..., is_running: _Optional[bool] = ..., family: _Optional[str] = ...) -> None: ...

class DrainServerRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DrainServerResponse(_message.Message):
    __slots__ = ("node", "grace")
    NODE_FIELD_NUMBER: _ClassVar[int]
    GRACE_FIELD_NUMBER: _ClassVar[int]
    node: str
    grace: _duration_pb2.Duration
    def __init__(self, node: _Optional[str] = ..., grace: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
