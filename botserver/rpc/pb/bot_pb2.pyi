import datetime

from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Bot(_message.Message):
    __slots__ = ("bot", "release")
    BOT_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    bot: str
    release: str
    def __init__(self, bot: _Optional[str] = ..., release: _Optional[str] = ...) -> None: ...

class Release(_message.Message):
    __slots__ = ("bot", "release", "create_time", "active", "activate_time", "note", "open_sessions", "pinned_sessions")
    BOT_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    ACTIVATE_TIME_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    OPEN_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    PINNED_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    bot: str
    release: str
    create_time: _timestamp_pb2.Timestamp
    active: bool
    activate_time: _timestamp_pb2.Timestamp
    note: str
    open_sessions: int
    pinned_sessions: int
    def __init__(self, bot: _Optional[str] = ..., release: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., active: _Optional[bool] = ..., activate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., note: _Optional[str] = ..., open_sessions: _Optional[int] = ..., pinned_sessions: _Optional[int] = ...) -> None: ...

class BotMemoryEntry(_message.Message):
    __slots__ = ("key", "value", "revision")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    key: str
    value: _struct_pb2.Value
    revision: int
    def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...

class PackageProblem(_message.Message):
    __slots__ = ("file", "line", "column", "severity", "code", "message", "hint")
    class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        SEVERITY_UNSPECIFIED: _ClassVar[PackageProblem.Severity]
        SEVERITY_ERROR: _ClassVar[PackageProblem.Severity]
        SEVERITY_WARNING: _ClassVar[PackageProblem.Severity]
    SEVERITY_UNSPECIFIED: PackageProblem.Severity
    SEVERITY_ERROR: PackageProblem.Severity
    SEVERITY_WARNING: PackageProblem.Severity
    FILE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    HINT_FIELD_NUMBER: _ClassVar[int]
    file: str
    line: int
    column: int
    severity: PackageProblem.Severity
    code: str
    message: str
    hint: str
    def __init__(self, file: _Optional[str] = ..., line: _Optional[int] = ..., column: _Optional[int] = ..., severity: _Optional[_Union[PackageProblem.Severity, str]] = ..., code: _Optional[str] = ..., message: _Optional[str] = ..., hint: _Optional[str] = ...) -> None: ...

class ListBotsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListBotsResponse(_message.Message):
    __slots__ = ("bots", "next_page_token")
    BOTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    bots: _containers.RepeatedCompositeFieldContainer[Bot]
    next_page_token: str
    def __init__(self, bots: _Optional[_Iterable[_Union[Bot, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetBotMemoryRequest(_message.Message):
    __slots__ = ("bot", "key")
    BOT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    bot: str
    key: str
    def __init__(self, bot: _Optional[str] = ..., key: _Optional[str] = ...) -> None: ...

class GetBotMemoryResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: BotMemoryEntry
    def __init__(self, entry: _Optional[_Union[BotMemoryEntry, _Mapping]] = ...) -> None: ...

class SetBotMemoryRequest(_message.Message):
    __slots__ = ("bot", "key", "value", "expected_revision", "request_id")
    BOT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    bot: str
    key: str
    value: _struct_pb2.Value
    expected_revision: int
    request_id: str
    def __init__(self, bot: _Optional[str] = ..., key: _Optional[str] = ..., value: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., expected_revision: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class SetBotMemoryResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: BotMemoryEntry
    def __init__(self, entry: _Optional[_Union[BotMemoryEntry, _Mapping]] = ...) -> None: ...

class DeleteBotMemoryRequest(_message.Message):
    __slots__ = ("bot", "key", "expected_revision", "request_id")
    BOT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    bot: str
    key: str
    expected_revision: int
    request_id: str
    def __init__(self, bot: _Optional[str] = ..., key: _Optional[str] = ..., expected_revision: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class DeleteBotMemoryResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListBotMemoryRequest(_message.Message):
    __slots__ = ("bot", "prefix", "page_size", "page_token")
    BOT_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    bot: str
    prefix: str
    page_size: int
    page_token: str
    def __init__(self, bot: _Optional[str] = ..., prefix: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListBotMemoryResponse(_message.Message):
    __slots__ = ("entries", "next_page_token")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[BotMemoryEntry]
    next_page_token: str
    def __init__(self, entries: _Optional[_Iterable[_Union[BotMemoryEntry, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CheckPackageRequest(_message.Message):
    __slots__ = ("name", "files")
    class FilesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: bytes
        def __init__(self, key: _Optional[str] = ..., value: _Optional[bytes] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    name: str
    files: _containers.ScalarMap[str, bytes]
    def __init__(self, name: _Optional[str] = ..., files: _Optional[_Mapping[str, bytes]] = ...) -> None: ...

class CheckPackageResponse(_message.Message):
    __slots__ = ("problems",)
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    problems: _containers.RepeatedCompositeFieldContainer[PackageProblem]
    def __init__(self, problems: _Optional[_Iterable[_Union[PackageProblem, _Mapping]]] = ...) -> None: ...

class DeployReleaseRequest(_message.Message):
    __slots__ = ("bot", "files", "activate", "expected_active", "note", "request_id")
    class FilesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: bytes
        def __init__(self, key: _Optional[str] = ..., value: _Optional[bytes] = ...) -> None: ...
    BOT_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    ACTIVATE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    bot: str
    files: _containers.ScalarMap[str, bytes]
    activate: bool
    expected_active: str
    note: str
    request_id: str
    def __init__(self, bot: _Optional[str] = ..., files: _Optional[_Mapping[str, bytes]] = ..., activate: _Optional[bool] = ..., expected_active: _Optional[str] = ..., note: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class DeployReleaseResponse(_message.Message):
    __slots__ = ("release", "warnings")
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    release: Release
    warnings: _containers.RepeatedCompositeFieldContainer[PackageProblem]
    def __init__(self, release: _Optional[_Union[Release, _Mapping]] = ..., warnings: _Optional[_Iterable[_Union[PackageProblem, _Mapping]]] = ...) -> None: ...

class ActivateReleaseRequest(_message.Message):
    __slots__ = ("bot", "release", "expected_active", "request_id")
    BOT_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    bot: str
    release: str
    expected_active: str
    request_id: str
    def __init__(self, bot: _Optional[str] = ..., release: _Optional[str] = ..., expected_active: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ActivateReleaseResponse(_message.Message):
    __slots__ = ("release",)
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    release: Release
    def __init__(self, release: _Optional[_Union[Release, _Mapping]] = ...) -> None: ...

class ListReleasesRequest(_message.Message):
    __slots__ = ("bot", "page_size", "page_token")
    BOT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    bot: str
    page_size: int
    page_token: str
    def __init__(self, bot: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListReleasesResponse(_message.Message):
    __slots__ = ("releases", "next_page_token")
    RELEASES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    releases: _containers.RepeatedCompositeFieldContainer[Release]
    next_page_token: str
    def __init__(self, releases: _Optional[_Iterable[_Union[Release, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WaitingPoint(_message.Message):
    __slots__ = ("script", "procedure", "line", "waits_for")
    SCRIPT_FIELD_NUMBER: _ClassVar[int]
    PROCEDURE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_FIELD_NUMBER: _ClassVar[int]
    script: str
    procedure: str
    line: int
    waits_for: str
    def __init__(self, script: _Optional[str] = ..., procedure: _Optional[str] = ..., line: _Optional[int] = ..., waits_for: _Optional[str] = ...) -> None: ...

class MigrationObstacle(_message.Message):
    __slots__ = ("kind", "detail", "at")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[MigrationObstacle.Kind]
        KIND_SCRIPT_GONE: _ClassVar[MigrationObstacle.Kind]
        KIND_PROCEDURE_GONE: _ClassVar[MigrationObstacle.Kind]
        KIND_POINT_GONE: _ClassVar[MigrationObstacle.Kind]
        KIND_AMBIGUOUS: _ClassVar[MigrationObstacle.Kind]
        KIND_SURROUNDINGS_CHANGED: _ClassVar[MigrationObstacle.Kind]
        KIND_VARIABLE_MISSING: _ClassVar[MigrationObstacle.Kind]
        KIND_TOO_LARGE: _ClassVar[MigrationObstacle.Kind]
    KIND_UNSPECIFIED: MigrationObstacle.Kind
    KIND_SCRIPT_GONE: MigrationObstacle.Kind
    KIND_PROCEDURE_GONE: MigrationObstacle.Kind
    KIND_POINT_GONE: MigrationObstacle.Kind
    KIND_AMBIGUOUS: MigrationObstacle.Kind
    KIND_SURROUNDINGS_CHANGED: MigrationObstacle.Kind
    KIND_VARIABLE_MISSING: MigrationObstacle.Kind
    KIND_TOO_LARGE: MigrationObstacle.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    kind: MigrationObstacle.Kind
    detail: str
    at: WaitingPoint
    def __init__(self, kind: _Optional[_Union[MigrationObstacle.Kind, str]] = ..., detail: _Optional[str] = ..., at: _Optional[_Union[WaitingPoint, _Mapping]] = ...) -> None: ...

class MigrationGroup(_message.Message):
    __slots__ = ("from_release", "at", "to", "obstacle", "sessions", "sample_session_ids")
    FROM_RELEASE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    OBSTACLE_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_SESSION_IDS_FIELD_NUMBER: _ClassVar[int]
    from_release: str
    at: WaitingPoint
    to: WaitingPoint
    obstacle: MigrationObstacle
    sessions: int
    sample_session_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, from_release: _Optional[str] = ..., at: _Optional[_Union[WaitingPoint, _Mapping]] = ..., to: _Optional[_Union[WaitingPoint, _Mapping]] = ..., obstacle: _Optional[_Union[MigrationObstacle, _Mapping]] = ..., sessions: _Optional[int] = ..., sample_session_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class PlanMigrationRequest(_message.Message):
    __slots__ = ("bot", "release", "from_release", "page_size", "page_token")
    BOT_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    FROM_RELEASE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    bot: str
    release: str
    from_release: str
    page_size: int
    page_token: str
    def __init__(self, bot: _Optional[str] = ..., release: _Optional[str] = ..., from_release: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class PlanMigrationResponse(_message.Message):
    __slots__ = ("groups", "idle_sessions", "busy_sessions", "next_page_token")
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    IDLE_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    BUSY_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[MigrationGroup]
    idle_sessions: int
    busy_sessions: int
    next_page_token: str
    def __init__(self, groups: _Optional[_Iterable[_Union[MigrationGroup, _Mapping]]] = ..., idle_sessions: _Optional[int] = ..., busy_sessions: _Optional[int] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class MigrateSessionsRequest(_message.Message):
    __slots__ = ("bot", "release", "from_release", "page_size", "page_token", "validate_only", "request_id")
    BOT_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    FROM_RELEASE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    bot: str
    release: str
    from_release: str
    page_size: int
    page_token: str
    validate_only: bool
    request_id: str
    def __init__(self, bot: _Optional[str] = ..., release: _Optional[str] = ..., from_release: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., validate_only: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class MigrationResult(_message.Message):
    __slots__ = ("session_id", "outcome", "obstacle")
    class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        OUTCOME_UNSPECIFIED: _ClassVar[MigrationResult.Outcome]
        OUTCOME_MOVED: _ClassVar[MigrationResult.Outcome]
        OUTCOME_NOT_MAPPED: _ClassVar[MigrationResult.Outcome]
        OUTCOME_IDLE: _ClassVar[MigrationResult.Outcome]
        OUTCOME_BUSY: _ClassVar[MigrationResult.Outcome]
    OUTCOME_UNSPECIFIED: MigrationResult.Outcome
    OUTCOME_MOVED: MigrationResult.Outcome
    OUTCOME_NOT_MAPPED: MigrationResult.Outcome
    OUTCOME_IDLE: MigrationResult.Outcome
    OUTCOME_BUSY: MigrationResult.Outcome
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    OBSTACLE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    outcome: MigrationResult.Outcome
    obstacle: MigrationObstacle
    def __init__(self, session_id: _Optional[str] = ..., outcome: _Optional[_Union[MigrationResult.Outcome, str]] = ..., obstacle: _Optional[_Union[MigrationObstacle, _Mapping]] = ...) -> None: ...

class MigrateSessionsResponse(_message.Message):
    __slots__ = ("results", "next_page_token")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[MigrationResult]
    next_page_token: str
    def __init__(self, results: _Optional[_Iterable[_Union[MigrationResult, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
