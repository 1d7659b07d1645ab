import datetime

from . import error_pb2 as _error_pb2
from . import event_pb2 as _event_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SessionState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SESSION_STATE_UNSPECIFIED: _ClassVar[SessionState]
    SESSION_STATE_OPEN: _ClassVar[SessionState]
    SESSION_STATE_ENDED: _ClassVar[SessionState]

class SessionView(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SESSION_VIEW_UNSPECIFIED: _ClassVar[SessionView]
    SESSION_VIEW_BASIC: _ClassVar[SessionView]
    SESSION_VIEW_FULL: _ClassVar[SessionView]

class Wait(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WAIT_UNSPECIFIED: _ClassVar[Wait]
    WAIT_SETTLED: _ClassVar[Wait]
    WAIT_TURN: _ClassVar[Wait]
    WAIT_ACCEPTED: _ClassVar[Wait]

class MergePolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MERGE_POLICY_UNSPECIFIED: _ClassVar[MergePolicy]
    MERGE_POLICY_FAIL: _ClassVar[MergePolicy]
    MERGE_POLICY_SOURCE: _ClassVar[MergePolicy]
    MERGE_POLICY_TARGET: _ClassVar[MergePolicy]
SESSION_STATE_UNSPECIFIED: SessionState
SESSION_STATE_OPEN: SessionState
SESSION_STATE_ENDED: SessionState
SESSION_VIEW_UNSPECIFIED: SessionView
SESSION_VIEW_BASIC: SessionView
SESSION_VIEW_FULL: SessionView
WAIT_UNSPECIFIED: Wait
WAIT_SETTLED: Wait
WAIT_TURN: Wait
WAIT_ACCEPTED: Wait
MERGE_POLICY_UNSPECIFIED: MergePolicy
MERGE_POLICY_FAIL: MergePolicy
MERGE_POLICY_SOURCE: MergePolicy
MERGE_POLICY_TARGET: MergePolicy

class User(_message.Message):
    __slots__ = ("user_id", "name", "email", "phone")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    name: str
    email: str
    phone: str
    def __init__(self, user_id: _Optional[str] = ..., name: _Optional[str] = ..., email: _Optional[str] = ..., phone: _Optional[str] = ...) -> None: ...

class Session(_message.Message):
    __slots__ = ("session_id", "bot", "release", "user", "channel", "aliases", "state", "end_reason", "owner", "activity", "waiting_for", "revision", "create_time", "update_time", "expire_time", "end_time", "message_count", "last_seq", "memory_bytes", "labels", "metadata", "ttl", "variables", "contexts", "suggestions", "system_prompt", "agent_id", "kbs", "tools", "sub_sessions", "parent_id", "effects_stubbed", "metrics", "tags")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class ContextsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    BOT_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    WAITING_FOR_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQ_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    VARIABLES_FIELD_NUMBER: _ClassVar[int]
    CONTEXTS_FIELD_NUMBER: _ClassVar[int]
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_PROMPT_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    KBS_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    SUB_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTS_STUBBED_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    bot: str
    release: str
    user: User
    channel: str
    aliases: _containers.RepeatedScalarFieldContainer[str]
    state: SessionState
    end_reason: _event_pb2.EndReason
    owner: _event_pb2.SessionOwner
    activity: _event_pb2.Activity
    waiting_for: _event_pb2.WaitingFor
    revision: int
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    message_count: int
    last_seq: int
    memory_bytes: int
    labels: _containers.ScalarMap[str, str]
    metadata: _struct_pb2.Struct
    ttl: _duration_pb2.Duration
    variables: _struct_pb2.Struct
    contexts: _containers.ScalarMap[str, str]
    suggestions: _containers.RepeatedCompositeFieldContainer[_event_pb2.Suggestion]
    system_prompt: str
    agent_id: str
    kbs: _containers.RepeatedScalarFieldContainer[str]
    tools: _containers.RepeatedScalarFieldContainer[str]
    sub_sessions: _containers.RepeatedCompositeFieldContainer[SubSession]
    parent_id: str
    effects_stubbed: bool
    metrics: SessionMetrics
    tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, session_id: _Optional[str] = ..., bot: _Optional[str] = ..., release: _Optional[str] = ..., user: _Optional[_Union[User, _Mapping]] = ..., channel: _Optional[str] = ..., aliases: _Optional[_Iterable[str]] = ..., state: _Optional[_Union[SessionState, str]] = ..., end_reason: _Optional[_Union[_event_pb2.EndReason, str]] = ..., owner: _Optional[_Union[_event_pb2.SessionOwner, str]] = ..., activity: _Optional[_Union[_event_pb2.Activity, str]] = ..., waiting_for: _Optional[_Union[_event_pb2.WaitingFor, _Mapping]] = ..., revision: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., message_count: _Optional[int] = ..., last_seq: _Optional[int] = ..., memory_bytes: _Optional[int] = ..., labels: _Optional[_Mapping[str, str]] = ..., metadata: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., variables: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., contexts: _Optional[_Mapping[str, str]] = ..., suggestions: _Optional[_Iterable[_Union[_event_pb2.Suggestion, _Mapping]]] = ..., system_prompt: _Optional[str] = ..., agent_id: _Optional[str] = ..., kbs: _Optional[_Iterable[str]] = ..., tools: _Optional[_Iterable[str]] = ..., sub_sessions: _Optional[_Iterable[_Union[SubSession, _Mapping]]] = ..., parent_id: _Optional[str] = ..., effects_stubbed: _Optional[bool] = ..., metrics: _Optional[_Union[SessionMetrics, _Mapping]] = ..., tags: _Optional[_Iterable[str]] = ...) -> None: ...

class SessionMetrics(_message.Message):
    __slots__ = ("duration", "messages", "errors", "milestones", "satisfaction", "completed")
    DURATION_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    MILESTONES_FIELD_NUMBER: _ClassVar[int]
    SATISFACTION_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    duration: _duration_pb2.Duration
    messages: int
    errors: int
    milestones: int
    satisfaction: float
    completed: bool
    def __init__(self, duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., messages: _Optional[int] = ..., errors: _Optional[int] = ..., milestones: _Optional[int] = ..., satisfaction: _Optional[float] = ..., completed: _Optional[bool] = ...) -> None: ...

class SubSession(_message.Message):
    __slots__ = ("sub_session_id", "parent_id", "memory_bytes", "active")
    SUB_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    sub_session_id: str
    parent_id: str
    memory_bytes: int
    active: bool
    def __init__(self, sub_session_id: _Optional[str] = ..., parent_id: _Optional[str] = ..., memory_bytes: _Optional[int] = ..., active: _Optional[bool] = ...) -> None: ...

class Checkpoint(_message.Message):
    __slots__ = ("checkpoint_id", "session_id", "label", "revision", "create_time", "size_bytes", "activity")
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    checkpoint_id: str
    session_id: str
    label: str
    revision: int
    create_time: _timestamp_pb2.Timestamp
    size_bytes: int
    activity: _event_pb2.Activity
    def __init__(self, checkpoint_id: _Optional[str] = ..., session_id: _Optional[str] = ..., label: _Optional[str] = ..., revision: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., size_bytes: _Optional[int] = ..., activity: _Optional[_Union[_event_pb2.Activity, str]] = ...) -> None: ...

class CreateSessionRequest(_message.Message):
    __slots__ = ("bot", "session_id", "user", "channel", "alias", "ttl", "params", "metadata", "labels", "request_id")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    BOT_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    bot: str
    session_id: str
    user: User
    channel: str
    alias: str
    ttl: _duration_pb2.Duration
    params: _struct_pb2.Struct
    metadata: _struct_pb2.Struct
    labels: _containers.ScalarMap[str, str]
    request_id: str
    def __init__(self, bot: _Optional[str] = ..., session_id: _Optional[str] = ..., user: _Optional[_Union[User, _Mapping]] = ..., channel: _Optional[str] = ..., alias: _Optional[str] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., params: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., metadata: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateSessionResponse(_message.Message):
    __slots__ = ("session", "reply")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    REPLY_FIELD_NUMBER: _ClassVar[int]
    session: Session
    reply: _event_pb2.Reply
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ..., reply: _Optional[_Union[_event_pb2.Reply, _Mapping]] = ...) -> None: ...

class GetSessionRequest(_message.Message):
    __slots__ = ("session_id", "view")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    view: SessionView
    def __init__(self, session_id: _Optional[str] = ..., view: _Optional[_Union[SessionView, str]] = ...) -> None: ...

class GetSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class ListSessionsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "filter", "order_by", "view")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    filter: str
    order_by: str
    view: SessionView
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., filter: _Optional[str] = ..., order_by: _Optional[str] = ..., view: _Optional[_Union[SessionView, str]] = ...) -> None: ...

class ListSessionsResponse(_message.Message):
    __slots__ = ("sessions", "next_page_token")
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    sessions: _containers.RepeatedCompositeFieldContainer[Session]
    next_page_token: str
    def __init__(self, sessions: _Optional[_Iterable[_Union[Session, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateSessionRequest(_message.Message):
    __slots__ = ("session", "update_mask", "expected_revision", "request_id")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session: Session
    update_mask: _field_mask_pb2.FieldMask
    expected_revision: int
    request_id: str
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., expected_revision: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class UpdateSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class EndSessionRequest(_message.Message):
    __slots__ = ("session_id", "request_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    request_id: str
    def __init__(self, session_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class EndSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class DeleteSessionRequest(_message.Message):
    __slots__ = ("session_id", "request_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    request_id: str
    def __init__(self, session_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class DeleteSessionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OpenSession(_message.Message):
    __slots__ = ("bot", "user", "channel", "alias", "ttl", "params", "metadata", "labels")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    BOT_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    bot: str
    user: User
    channel: str
    alias: str
    ttl: _duration_pb2.Duration
    params: _struct_pb2.Struct
    metadata: _struct_pb2.Struct
    labels: _containers.ScalarMap[str, str]
    def __init__(self, bot: _Optional[str] = ..., user: _Optional[_Union[User, _Mapping]] = ..., channel: _Optional[str] = ..., alias: _Optional[str] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., params: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., metadata: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ...) -> None: ...

class SendMessageRequest(_message.Message):
    __slots__ = ("session_id", "open", "message_id", "text", "choice", "event", "wait")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CHOICE_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    open: OpenSession
    message_id: str
    text: str
    choice: str
    event: InputEvent
    wait: Wait
    def __init__(self, session_id: _Optional[str] = ..., open: _Optional[_Union[OpenSession, _Mapping]] = ..., message_id: _Optional[str] = ..., text: _Optional[str] = ..., choice: _Optional[str] = ..., event: _Optional[_Union[InputEvent, _Mapping]] = ..., wait: _Optional[_Union[Wait, str]] = ...) -> None: ...

class InputEvent(_message.Message):
    __slots__ = ("name", "form", "connect", "data", "fields", "metadata")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    CONNECT_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    name: str
    form: str
    connect: Connect
    data: _struct_pb2.Value
    fields: _struct_pb2.Struct
    metadata: _struct_pb2.Struct
    def __init__(self, name: _Optional[str] = ..., form: _Optional[str] = ..., connect: _Optional[_Union[Connect, _Mapping]] = ..., data: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., fields: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., metadata: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class Connect(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SendMessageResponse(_message.Message):
    __slots__ = ("reply", "session")
    REPLY_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    reply: _event_pb2.Reply
    session: Session
    def __init__(self, reply: _Optional[_Union[_event_pb2.Reply, _Mapping]] = ..., session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class StreamMessageRequest(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: SendMessageRequest
    def __init__(self, message: _Optional[_Union[SendMessageRequest, _Mapping]] = ...) -> None: ...

class StreamMessageResponse(_message.Message):
    __slots__ = ("message", "result")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    message: _event_pb2.Message
    result: SendMessageResponse
    def __init__(self, message: _Optional[_Union[_event_pb2.Message, _Mapping]] = ..., result: _Optional[_Union[SendMessageResponse, _Mapping]] = ...) -> None: ...

class Subscription(_message.Message):
    __slots__ = ("session_id", "after_seq")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQ_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    after_seq: int
    def __init__(self, session_id: _Optional[str] = ..., after_seq: _Optional[int] = ...) -> None: ...

class ConverseRequest(_message.Message):
    __slots__ = ("messages", "subscribe", "unsubscribe")
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBE_FIELD_NUMBER: _ClassVar[int]
    UNSUBSCRIBE_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[SendMessageRequest]
    subscribe: _containers.RepeatedCompositeFieldContainer[Subscription]
    unsubscribe: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, messages: _Optional[_Iterable[_Union[SendMessageRequest, _Mapping]]] = ..., subscribe: _Optional[_Iterable[_Union[Subscription, _Mapping]]] = ..., unsubscribe: _Optional[_Iterable[str]] = ...) -> None: ...

class ConverseWelcome(_message.Message):
    __slots__ = ("max_messages", "max_in_flight", "max_subscriptions", "heartbeat", "silence")
    MAX_MESSAGES_FIELD_NUMBER: _ClassVar[int]
    MAX_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    MAX_SUBSCRIPTIONS_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    SILENCE_FIELD_NUMBER: _ClassVar[int]
    max_messages: int
    max_in_flight: int
    max_subscriptions: int
    heartbeat: _duration_pb2.Duration
    silence: _duration_pb2.Duration
    def __init__(self, max_messages: _Optional[int] = ..., max_in_flight: _Optional[int] = ..., max_subscriptions: _Optional[int] = ..., heartbeat: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., silence: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class MessageRef(_message.Message):
    __slots__ = ("session_id", "message_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    message_id: str
    def __init__(self, session_id: _Optional[str] = ..., message_id: _Optional[str] = ...) -> None: ...

class ConverseReply(_message.Message):
    __slots__ = ("session_id", "message_id", "response", "error")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    message_id: str
    response: SendMessageResponse
    error: _error_pb2.ErrorStatus
    def __init__(self, session_id: _Optional[str] = ..., message_id: _Optional[str] = ..., response: _Optional[_Union[SendMessageResponse, _Mapping]] = ..., error: _Optional[_Union[_error_pb2.ErrorStatus, _Mapping]] = ...) -> None: ...

class ConversePush(_message.Message):
    __slots__ = ("session_id", "event")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    event: _event_pb2.SessionEvent
    def __init__(self, session_id: _Optional[str] = ..., event: _Optional[_Union[_event_pb2.SessionEvent, _Mapping]] = ...) -> None: ...

class SubscriptionClosed(_message.Message):
    __slots__ = ("session_id", "error")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    error: _error_pb2.ErrorStatus
    def __init__(self, session_id: _Optional[str] = ..., error: _Optional[_Union[_error_pb2.ErrorStatus, _Mapping]] = ...) -> None: ...

class ConverseDraining(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ConverseResponse(_message.Message):
    __slots__ = ("replies", "pushes", "taken", "closed", "welcome", "draining")
    REPLIES_FIELD_NUMBER: _ClassVar[int]
    PUSHES_FIELD_NUMBER: _ClassVar[int]
    TAKEN_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    replies: _containers.RepeatedCompositeFieldContainer[ConverseReply]
    pushes: _containers.RepeatedCompositeFieldContainer[ConversePush]
    taken: _containers.RepeatedCompositeFieldContainer[MessageRef]
    closed: _containers.RepeatedCompositeFieldContainer[SubscriptionClosed]
    welcome: ConverseWelcome
    draining: ConverseDraining
    def __init__(self, replies: _Optional[_Iterable[_Union[ConverseReply, _Mapping]]] = ..., pushes: _Optional[_Iterable[_Union[ConversePush, _Mapping]]] = ..., taken: _Optional[_Iterable[_Union[MessageRef, _Mapping]]] = ..., closed: _Optional[_Iterable[_Union[SubscriptionClosed, _Mapping]]] = ..., welcome: _Optional[_Union[ConverseWelcome, _Mapping]] = ..., draining: _Optional[_Union[ConverseDraining, _Mapping]] = ...) -> None: ...

class WatchSessionRequest(_message.Message):
    __slots__ = ("session_id", "after_seq")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQ_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    after_seq: int
    def __init__(self, session_id: _Optional[str] = ..., after_seq: _Optional[int] = ...) -> None: ...

class WatchSessionResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _event_pb2.SessionEvent
    def __init__(self, event: _Optional[_Union[_event_pb2.SessionEvent, _Mapping]] = ...) -> None: ...

class ListMessagesRequest(_message.Message):
    __slots__ = ("session_id", "page_size", "page_token", "order_by")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    page_size: int
    page_token: str
    order_by: str
    def __init__(self, session_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., order_by: _Optional[str] = ...) -> None: ...

class ListMessagesResponse(_message.Message):
    __slots__ = ("messages", "next_page_token")
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[_event_pb2.Message]
    next_page_token: str
    def __init__(self, messages: _Optional[_Iterable[_Union[_event_pb2.Message, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class SaveSessionRequest(_message.Message):
    __slots__ = ("session_id", "label", "request_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    label: str
    request_id: str
    def __init__(self, session_id: _Optional[str] = ..., label: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class SaveSessionResponse(_message.Message):
    __slots__ = ("checkpoint",)
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    checkpoint: Checkpoint
    def __init__(self, checkpoint: _Optional[_Union[Checkpoint, _Mapping]] = ...) -> None: ...

class RestoreSessionRequest(_message.Message):
    __slots__ = ("session_id", "checkpoint_id", "expected_revision", "request_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    checkpoint_id: str
    expected_revision: int
    request_id: str
    def __init__(self, session_id: _Optional[str] = ..., checkpoint_id: _Optional[str] = ..., expected_revision: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class RestoreSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class BranchSessionRequest(_message.Message):
    __slots__ = ("session_id", "checkpoint_id", "turn", "new_session_id", "request_id", "as_sub_session", "stub_effects")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    TURN_FIELD_NUMBER: _ClassVar[int]
    NEW_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    AS_SUB_SESSION_FIELD_NUMBER: _ClassVar[int]
    STUB_EFFECTS_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    checkpoint_id: str
    turn: int
    new_session_id: str
    request_id: str
    as_sub_session: bool
    stub_effects: bool
    def __init__(self, session_id: _Optional[str] = ..., checkpoint_id: _Optional[str] = ..., turn: _Optional[int] = ..., new_session_id: _Optional[str] = ..., request_id: _Optional[str] = ..., as_sub_session: _Optional[bool] = ..., stub_effects: _Optional[bool] = ...) -> None: ...

class BranchSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class ExportSessionRequest(_message.Message):
    __slots__ = ("session_id", "checkpoint_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    checkpoint_id: str
    def __init__(self, session_id: _Optional[str] = ..., checkpoint_id: _Optional[str] = ...) -> None: ...

class ExportSessionResponse(_message.Message):
    __slots__ = ("bundle",)
    BUNDLE_FIELD_NUMBER: _ClassVar[int]
    bundle: bytes
    def __init__(self, bundle: _Optional[bytes] = ...) -> None: ...

class ImportSessionRequest(_message.Message):
    __slots__ = ("bundle", "new_session_id", "request_id")
    BUNDLE_FIELD_NUMBER: _ClassVar[int]
    NEW_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    bundle: bytes
    new_session_id: str
    request_id: str
    def __init__(self, bundle: _Optional[bytes] = ..., new_session_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ImportSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class ListCheckpointsRequest(_message.Message):
    __slots__ = ("session_id", "page_size", "page_token")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    page_size: int
    page_token: str
    def __init__(self, session_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCheckpointsResponse(_message.Message):
    __slots__ = ("checkpoints", "next_page_token")
    CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    checkpoints: _containers.RepeatedCompositeFieldContainer[Checkpoint]
    next_page_token: str
    def __init__(self, checkpoints: _Optional[_Iterable[_Union[Checkpoint, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteCheckpointRequest(_message.Message):
    __slots__ = ("session_id", "checkpoint_id", "request_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    checkpoint_id: str
    request_id: str
    def __init__(self, session_id: _Optional[str] = ..., checkpoint_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class DeleteCheckpointResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WantedSkills(_message.Message):
    __slots__ = ("levels", "queue")
    class LevelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    levels: _containers.ScalarMap[str, int]
    queue: str
    def __init__(self, levels: _Optional[_Mapping[str, int]] = ..., queue: _Optional[str] = ...) -> None: ...

class OwnBot(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class TransferSessionRequest(_message.Message):
    __slots__ = ("session_id", "agent_id", "queue", "skills", "bot", "reason", "timeout", "priority", "expected_revision", "request_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    SKILLS_FIELD_NUMBER: _ClassVar[int]
    BOT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    agent_id: str
    queue: str
    skills: WantedSkills
    bot: OwnBot
    reason: str
    timeout: _duration_pb2.Duration
    priority: int
    expected_revision: int
    request_id: str
    def __init__(self, session_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., queue: _Optional[str] = ..., skills: _Optional[_Union[WantedSkills, _Mapping]] = ..., bot: _Optional[_Union[OwnBot, _Mapping]] = ..., reason: _Optional[str] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., priority: _Optional[int] = ..., expected_revision: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class TransferSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class AreaChange(_message.Message):
    __slots__ = ("area", "name", "target", "source", "base")
    AREA_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    area: str
    name: str
    target: _struct_pb2.Value
    source: _struct_pb2.Value
    base: _struct_pb2.Value
    def __init__(self, area: _Optional[str] = ..., name: _Optional[str] = ..., target: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., source: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., base: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ...) -> None: ...

class MergeSessionRequest(_message.Message):
    __slots__ = ("session_id", "source_session_id", "policy", "validate_only", "expected_revision", "request_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    source_session_id: str
    policy: MergePolicy
    validate_only: bool
    expected_revision: int
    request_id: str
    def __init__(self, session_id: _Optional[str] = ..., source_session_id: _Optional[str] = ..., policy: _Optional[_Union[MergePolicy, str]] = ..., validate_only: _Optional[bool] = ..., expected_revision: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class MergeSessionResponse(_message.Message):
    __slots__ = ("session", "conflicts")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    CONFLICTS_FIELD_NUMBER: _ClassVar[int]
    session: Session
    conflicts: _containers.RepeatedCompositeFieldContainer[AreaChange]
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ..., conflicts: _Optional[_Iterable[_Union[AreaChange, _Mapping]]] = ...) -> None: ...

class DiffSessionRequest(_message.Message):
    __slots__ = ("session_id", "other_session_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    OTHER_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    other_session_id: str
    def __init__(self, session_id: _Optional[str] = ..., other_session_id: _Optional[str] = ...) -> None: ...

class DiffSessionResponse(_message.Message):
    __slots__ = ("differences",)
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    differences: _containers.RepeatedCompositeFieldContainer[AreaChange]
    def __init__(self, differences: _Optional[_Iterable[_Union[AreaChange, _Mapping]]] = ...) -> None: ...

class SendToSessionRequest(_message.Message):
    __slots__ = ("target_session_id", "message", "message_id")
    TARGET_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    target_session_id: str
    message: str
    message_id: str
    def __init__(self, target_session_id: _Optional[str] = ..., message: _Optional[str] = ..., message_id: _Optional[str] = ...) -> None: ...

class SendToSessionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ApplyTemplateRequest(_message.Message):
    __slots__ = ("session_id", "name", "request_id", "expected_revision")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    name: str
    request_id: str
    expected_revision: int
    def __init__(self, session_id: _Optional[str] = ..., name: _Optional[str] = ..., request_id: _Optional[str] = ..., expected_revision: _Optional[int] = ...) -> None: ...

class ApplyTemplateResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class RateSessionRequest(_message.Message):
    __slots__ = ("session_id", "score", "comment", "request_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    score: float
    comment: str
    request_id: str
    def __init__(self, session_id: _Optional[str] = ..., score: _Optional[float] = ..., comment: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class RateSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class GetUsageRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class VariableUsage(_message.Message):
    __slots__ = ("name", "bytes")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    name: str
    bytes: int
    def __init__(self, name: _Optional[str] = ..., bytes: _Optional[int] = ...) -> None: ...

class GetUsageResponse(_message.Message):
    __slots__ = ("memory_used_bytes", "memory_limit_bytes", "bytes_by_area", "largest_variables", "state_bytes", "fuel_last_turn", "fuel_total")
    class BytesByAreaEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    MEMORY_USED_BYTES_FIELD_NUMBER: _ClassVar[int]
    MEMORY_LIMIT_BYTES_FIELD_NUMBER: _ClassVar[int]
    BYTES_BY_AREA_FIELD_NUMBER: _ClassVar[int]
    LARGEST_VARIABLES_FIELD_NUMBER: _ClassVar[int]
    STATE_BYTES_FIELD_NUMBER: _ClassVar[int]
    FUEL_LAST_TURN_FIELD_NUMBER: _ClassVar[int]
    FUEL_TOTAL_FIELD_NUMBER: _ClassVar[int]
    memory_used_bytes: int
    memory_limit_bytes: int
    bytes_by_area: _containers.ScalarMap[str, int]
    largest_variables: _containers.RepeatedCompositeFieldContainer[VariableUsage]
    state_bytes: int
    fuel_last_turn: int
    fuel_total: int
    def __init__(self, memory_used_bytes: _Optional[int] = ..., memory_limit_bytes: _Optional[int] = ..., bytes_by_area: _Optional[_Mapping[str, int]] = ..., largest_variables: _Optional[_Iterable[_Union[VariableUsage, _Mapping]]] = ..., state_bytes: _Optional[int] = ..., fuel_last_turn: _Optional[int] = ..., fuel_total: _Optional[int] = ...) -> None: ...
