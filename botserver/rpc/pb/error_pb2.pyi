from google.protobuf import any_pb2 as _any_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_FIELD_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_REQUEST_ID_REUSED: _ClassVar[ErrorReason]
    ERROR_REASON_PAGE_TOKEN_MISMATCH: _ClassVar[ErrorReason]
    ERROR_REASON_SCRIPT_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_BAD_BUNDLE: _ClassVar[ErrorReason]
    ERROR_REASON_SESSION_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_CHECKPOINT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_BOT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_AGENT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_RELEASE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_DELIVERY_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_SESSION_ID_TAKEN: _ClassVar[ErrorReason]
    ERROR_REASON_SESSION_ENDED: _ClassVar[ErrorReason]
    ERROR_REASON_MESSAGE_ID_EXPIRED: _ClassVar[ErrorReason]
    ERROR_REASON_STATE_TOO_NEW: _ClassVar[ErrorReason]
    ERROR_REASON_SESSION_HANDED_OVER: _ClassVar[ErrorReason]
    ERROR_REASON_SESSION_NOT_ASSIGNED: _ClassVar[ErrorReason]
    ERROR_REASON_MERGE_CONFLICT: _ClassVar[ErrorReason]
    ERROR_REASON_CHANNEL_NOT_DELIVERED: _ClassVar[ErrorReason]
    ERROR_REASON_BUNDLE_KEY_MISSING: _ClassVar[ErrorReason]
    ERROR_REASON_SERVERS_TOO_OLD: _ClassVar[ErrorReason]
    ERROR_REASON_STATE_TOO_OLD: _ClassVar[ErrorReason]
    ERROR_REASON_REVISION_MISMATCH: _ClassVar[ErrorReason]
    ERROR_REASON_OFFER_TAKEN: _ClassVar[ErrorReason]
    ERROR_REASON_RELEASE_MISMATCH: _ClassVar[ErrorReason]
    ERROR_REASON_SESSION_MEMORY_LIMIT: _ClassVar[ErrorReason]
    ERROR_REASON_VARIABLE_LIMIT: _ClassVar[ErrorReason]
    ERROR_REASON_FUEL_LIMIT: _ClassVar[ErrorReason]
    ERROR_REASON_INBOX_FULL: _ClassVar[ErrorReason]
    ERROR_REASON_SESSION_COUNT_LIMIT: _ClassVar[ErrorReason]
    ERROR_REASON_LIMIT_REACHED: _ClassVar[ErrorReason]
    ERROR_REASON_SCOPE_MISSING: _ClassVar[ErrorReason]
    ERROR_REASON_STORE_UNAVAILABLE: _ClassVar[ErrorReason]
    ERROR_REASON_DRAINING: _ClassVar[ErrorReason]
    ERROR_REASON_OVERLOADED: _ClassVar[ErrorReason]
    ERROR_REASON_CLIENT_SILENT: _ClassVar[ErrorReason]
    ERROR_REASON_DEADLINE_EXCEEDED: _ClassVar[ErrorReason]
    ERROR_REASON_STATE_CORRUPT: _ClassVar[ErrorReason]
    ERROR_REASON_INTERNAL: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_FIELD_INVALID: ErrorReason
ERROR_REASON_REQUEST_ID_REUSED: ErrorReason
ERROR_REASON_PAGE_TOKEN_MISMATCH: ErrorReason
ERROR_REASON_SCRIPT_INVALID: ErrorReason
ERROR_REASON_BAD_BUNDLE: ErrorReason
ERROR_REASON_SESSION_NOT_FOUND: ErrorReason
ERROR_REASON_CHECKPOINT_NOT_FOUND: ErrorReason
ERROR_REASON_BOT_NOT_FOUND: ErrorReason
ERROR_REASON_AGENT_NOT_FOUND: ErrorReason
ERROR_REASON_RELEASE_NOT_FOUND: ErrorReason
ERROR_REASON_DELIVERY_NOT_FOUND: ErrorReason
ERROR_REASON_SESSION_ID_TAKEN: ErrorReason
ERROR_REASON_SESSION_ENDED: ErrorReason
ERROR_REASON_MESSAGE_ID_EXPIRED: ErrorReason
ERROR_REASON_STATE_TOO_NEW: ErrorReason
ERROR_REASON_SESSION_HANDED_OVER: ErrorReason
ERROR_REASON_SESSION_NOT_ASSIGNED: ErrorReason
ERROR_REASON_MERGE_CONFLICT: ErrorReason
ERROR_REASON_CHANNEL_NOT_DELIVERED: ErrorReason
ERROR_REASON_BUNDLE_KEY_MISSING: ErrorReason
ERROR_REASON_SERVERS_TOO_OLD: ErrorReason
ERROR_REASON_STATE_TOO_OLD: ErrorReason
ERROR_REASON_REVISION_MISMATCH: ErrorReason
ERROR_REASON_OFFER_TAKEN: ErrorReason
ERROR_REASON_RELEASE_MISMATCH: ErrorReason
ERROR_REASON_SESSION_MEMORY_LIMIT: ErrorReason
ERROR_REASON_VARIABLE_LIMIT: ErrorReason
ERROR_REASON_FUEL_LIMIT: ErrorReason
ERROR_REASON_INBOX_FULL: ErrorReason
ERROR_REASON_SESSION_COUNT_LIMIT: ErrorReason
ERROR_REASON_LIMIT_REACHED: ErrorReason
ERROR_REASON_SCOPE_MISSING: ErrorReason
ERROR_REASON_STORE_UNAVAILABLE: ErrorReason
ERROR_REASON_DRAINING: ErrorReason
ERROR_REASON_OVERLOADED: ErrorReason
ERROR_REASON_CLIENT_SILENT: ErrorReason
ERROR_REASON_DEADLINE_EXCEEDED: ErrorReason
ERROR_REASON_STATE_CORRUPT: ErrorReason
ERROR_REASON_INTERNAL: ErrorReason

class ErrorStatus(_message.Message):
    __slots__ = ("code", "message", "details")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    code: int
    message: str
    details: _containers.RepeatedCompositeFieldContainer[_any_pb2.Any]
    def __init__(self, code: _Optional[int] = ..., message: _Optional[str] = ..., details: _Optional[_Iterable[_Union[_any_pb2.Any, _Mapping]]] = ...) -> None: ...
