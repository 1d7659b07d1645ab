from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class PurgeSessionsRequest(_message.Message):
    __slots__ = ("filter", "validate_only", "limit", "forget_users")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    FORGET_USERS_FIELD_NUMBER: _ClassVar[int]
    filter: str
    validate_only: bool
    limit: int
    forget_users: bool
    def __init__(self, filter: _Optional[str] = ..., validate_only: _Optional[bool] = ..., limit: _Optional[int] = ..., forget_users: _Optional[bool] = ...) -> None: ...

class PurgeSessionsResponse(_message.Message):
    __slots__ = ("session_count", "message_count", "remaining_count")
    SESSION_COUNT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    REMAINING_COUNT_FIELD_NUMBER: _ClassVar[int]
    session_count: int
    message_count: int
    remaining_count: int
    def __init__(self, session_count: _Optional[int] = ..., message_count: _Optional[int] = ..., remaining_count: _Optional[int] = ...) -> None: ...
