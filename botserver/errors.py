"""Every error of the service, once.

One class per failure. A class carries a stable code, the gRPC status it becomes, the reason a client sees, whether
sending the same request again can help, and a hint that says what to do. Errors are raised with data; the class
writes the sentence. Two classes with one code are refused at import. This module imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any, ClassVar

_codes: dict[str, type[BotserverError]] = {}


class BotserverError(Exception):
    """The root. Families below it are abstract; only leaves are raised."""

    code: ClassVar[str] = ""
    status: ClassVar[str] = "INTERNAL"
    reason: ClassVar[str] = ""
    retry: ClassVar[bool] = False
    sentence: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            return
        if cls.code in _codes:
            raise TypeError(f"code {cls.code} is used by {_codes[cls.code].__name__} and {cls.__name__}")
        _codes[cls.code] = cls

    def __init__(self, **data: Any) -> None:
        if not self.code:
            raise TypeError(f"{type(self).__name__} is a family; raise one of its members")
        self.data = data
        if "{" in self.hint:
            self.hint = _write(self.hint, data)  # type: ignore[misc]  # a class default refined per instance
        super().__init__(_write(self.sentence, data))

    @property
    def message(self) -> str:
        return str(self.args[0])


def _write(sentence: str, data: dict[str, Any]) -> str:
    names = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    return sentence.format(**{name: data.get(name, "?") for name in names})


def all_errors() -> dict[str, type[BotserverError]]:
    """Every raisable class by its code, in order of definition."""
    return dict(_codes)


# --- scripts before they run -------------------------------------------------------------------------------------


class LanguageError(BotserverError):
    """A script is wrong; found before running. `diagnostics` lists every problem of the file."""

    status = "INVALID_ARGUMENT"
    reason = "SCRIPT_INVALID"


class ScriptInvalid(LanguageError):
    code = "L100"
    sentence = "{file}: {count} error(s), first: {first}"
    hint = "run `botserver check` on the file to see all of them"


class ProgramCorrupt(LanguageError):
    code = "L190"
    status = "DATA_LOSS"
    reason = "STATE_CORRUPT"
    sentence = "compiled program is damaged: {what}"
    hint = "compile the script again"


class ProgramTooNew(LanguageError):
    code = "L191"
    status = "FAILED_PRECONDITION"
    reason = "STATE_TOO_NEW"
    sentence = "compiled program has format {found}, this server reads up to {known}"
    hint = "run a newer botserver"


class BadPackage(LanguageError):
    code = "L180"
    sentence = "{path}: {what}"
    hint = "a package is a folder NAME.gbai with scripts in NAME.gbai/NAME.gbdialog/*.bas"


class PackageInvalid(LanguageError):
    """Scripts of a package do not compile. `problems` are file and text of each; the first are shown to clients."""

    code = "L182"
    sentence = "{count} error(s) in the package, first: {first}"
    hint = "CheckPackage or `botserver check` shows all of them"

    def __init__(self, problems: Sequence[tuple[str, str]] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(count=len(self.problems), first=" ".join(self.problems[0]) if self.problems else "unknown")


class BadConversation(LanguageError):
    """A conversation file for tests cannot be read."""

    code = "L181"
    sentence = "{file}:{line}: {what}"
    hint = "docs/testing.md describes conversation files"


# --- scripts while they run --------------------------------------------------------------------------------------


class ScriptError(BotserverError):
    """An error a script caused, with a number of the language's table. Ends the run unless trapped."""

    code = "S000"
    status = "FAILED_PRECONDITION"
    sentence = "error {number}: {what}"
    hint = "the fault names script and line"

    def __init__(self, number: int, what: str, origin: StackEntry | None = None, fuel: int = 0) -> None:
        """`origin` is where an error that is raised again came from. `fuel`: what the work in vain costs beyond the
        instruction, so that no script makes the machine work for nothing."""
        self.number = number
        super().__init__(number=number, what=what)
        self.what = what
        self.origin = origin
        self.fuel = fuel


# --- sessions ----------------------------------------------------------------------------------------------------


class SessionError(BotserverError):
    """The session cannot do this now."""

    status = "FAILED_PRECONDITION"


class SessionNotFound(SessionError):
    code = "C401"
    status = "NOT_FOUND"
    reason = "SESSION_NOT_FOUND"
    sentence = "no session {session_id}"
    hint = "check the id; sessions are deleted some time after they end"


class CheckpointNotFound(SessionError):
    code = "C402"
    status = "NOT_FOUND"
    reason = "CHECKPOINT_NOT_FOUND"
    sentence = "session {session_id} has no checkpoint {checkpoint_id}"
    hint = "list them with ListCheckpoints; automatic ones are kept for the last {kept} turns"


class BotNotFound(SessionError):
    code = "C403"
    status = "NOT_FOUND"
    reason = "BOT_NOT_FOUND"
    sentence = "no bot {bot!r}; this server serves {known}"
    hint = "put the package into the folder given to `botserver serve`"


class ReleaseNotFound(SessionError):
    code = "C405"
    status = "NOT_FOUND"
    reason = "RELEASE_NOT_FOUND"
    sentence = "bot {bot} has no release {release}"
    hint = "list them with ListReleases; those that nothing needs are deleted after a while"


class SessionEnded(SessionError):
    code = "C410"
    reason = "SESSION_ENDED"
    sentence = "session {session_id} has ended ({end_reason})"
    hint = "create a new session"


class MessageIdExpired(SessionError):
    code = "C411"
    reason = "MESSAGE_ID_EXPIRED"
    sentence = "message {message_id} was answered so long ago that its reply is gone"
    hint = "read the messages with ListMessages; send new text with a new message_id"


class SnapshotTooNew(SessionError):
    code = "C412"
    reason = "STATE_TOO_NEW"
    sentence = "stored state has format {found}, this server reads up to {known}"
    hint = "run a newer botserver"


class SessionIdTaken(SessionError):
    code = "C420"
    status = "ALREADY_EXISTS"
    reason = "SESSION_ID_TAKEN"
    sentence = "session {session_id} exists already"
    hint = "its id or alias was asked for: send another or none, or the first request's request_id to repeat it"


class RevisionMismatch(SessionError):
    code = "C430"
    status = "ABORTED"
    reason = "REVISION_MISMATCH"
    sentence = "session {session_id} is at revision {revision}, not {expected}"
    hint = "read the session and decide again"


class MemoryRevisionMismatch(SessionError):
    code = "C439"
    status = "ABORTED"
    reason = "REVISION_MISMATCH"
    sentence = "bot memory {what} is at revision {revision}, not {expected}"
    hint = "read the value and decide again"


class ReleaseMismatch(SessionError):
    code = "C432"
    status = "ABORTED"
    reason = "RELEASE_MISMATCH"
    sentence = "the active release of bot {bot} is {active}, not {expected}"
    hint = "list the releases and decide again"


class AgentNotFound(SessionError):
    code = "C404"
    status = "NOT_FOUND"
    reason = "AGENT_NOT_FOUND"
    sentence = "no agent, queue or skill {name!r}"
    hint = "list agents with ListAgents; an agent exists once SetPresence said what they do"


class OfferTaken(SessionError):
    code = "C431"
    status = "ABORTED"
    reason = "OFFER_TAKEN"
    sentence = "offer {offer_id} is over"
    hint = "somebody else was faster, or it expired; wait for the next offer"


class SessionHandedOver(SessionError):
    code = "C413"
    reason = "SESSION_HANDED_OVER"
    sentence = "session {session_id} is with the desk"
    hint = "bring it back to its bot first: ReturnSession, or TransferSession to the bot"


class SessionNotAssigned(SessionError):
    code = "C414"
    reason = "SESSION_NOT_ASSIGNED"
    sentence = "session {session_id} is not with agent {agent_id}"
    hint = "accept its offer first; it may have been returned or given to somebody else"


class MergeConflict(SessionError):
    code = "C415"
    reason = "MERGE_CONFLICT"
    sentence = "sessions {session_id} and {source_session_id} changed the same {conflicts} entries, the first {first}"
    hint = "look at them with validate_only, then say with `policy` whose values win"


class ChannelNotDelivered(SessionError):
    code = "C416"
    reason = "CHANNEL_NOT_DELIVERED"
    sentence = "channel {channel!r} is not delivered; those that are: {known}"
    hint = "start all servers with `--deliver CHANNEL`"


class DeliveryNotFound(SessionError):
    code = "C409"
    status = "NOT_FOUND"
    reason = "DELIVERY_NOT_FOUND"
    sentence = "no delivery {delivery}"
    hint = "check the id; deliveries go with their session, and after some time"


class BundleKeyMissing(SessionError):
    code = "C417"
    reason = "BUNDLE_KEY_MISSING"
    sentence = "this server has no key for bundles of sessions"
    hint = "the operator gives one with --bundle-keys FILE, the same on the servers that exchange sessions"


class LimitReached(SessionError):
    """`reason` is set per limit: SESSION_MEMORY_LIMIT, INBOX_FULL, SESSION_COUNT_LIMIT …"""

    code = "C440"
    status = "RESOURCE_EXHAUSTED"
    reason = "LIMIT_REACHED"
    sentence = "{limit} is {maximum} {unit}, {current} asked for"
    hint = "wait for running work to finish, or raise the limit in the settings"

    def __init__(self, reason: str, **data: Any) -> None:
        super().__init__(**data)
        self.reason = reason  # type: ignore[misc]  # a class default refined per instance


# --- storage -----------------------------------------------------------------------------------------------------


class StoreError(BotserverError):
    """Storage."""

    status = "UNAVAILABLE"


class StaleClaim(StoreError):
    code = "D501"
    status = "ABORTED"
    reason = "REVISION_MISMATCH"
    retry = True
    sentence = "session {session_id} was changed by another node"
    hint = "send the request again"


class StoreUnavailable(StoreError):
    code = "D502"
    reason = "STORE_UNAVAILABLE"
    retry = True
    sentence = "the database does not answer: {what}"
    hint = "retry with backoff; the operator should look at the database"


class StoredDataCorrupt(StoreError):
    code = "D503"
    status = "DATA_LOSS"
    reason = "STATE_CORRUPT"
    sentence = "stored {kind} is damaged: {what}"
    hint = "restore the session from a checkpoint"


class DatabaseTooNew(StoreError):
    code = "D504"
    status = "FAILED_PRECONDITION"
    reason = "STATE_TOO_NEW"
    sentence = "database {path} has schema {found}, this server knows up to {known}"
    hint = "run a newer botserver, or give another --database"


class DatabaseBehind(StoreError):
    code = "D508"
    status = "FAILED_PRECONDITION"
    reason = "STATE_TOO_OLD"
    sentence = "database {path} has schema {found}, this server needs {known}"
    hint = "run botserver migrate; servers that run go on meanwhile"


class DatabaseLocked(StoreError):
    code = "D505"
    sentence = "database {path} is in use by another process{owner}"
    hint = "with SQLite one process owns the file: stop the other server or give another --database"


class DatabaseUnusable(StoreError):
    code = "D506"
    sentence = "cannot open database {path}: {what}"
    hint = "check that the folder exists and is writable"


class ServersTooOld(StoreError):
    code = "D511"
    status = "FAILED_PRECONDITION"
    reason = "SERVERS_TOO_OLD"
    sentence = "bot {bot} uses what not every running server knows: {what}"
    hint = "finish the upgrade of all servers first"


# --- snapshots ---------------------------------------------------------------------------------------------------


class BadSnapshot(StoreError):
    """The one error of the snapshot reader, whatever is wrong with the bytes."""

    code = "D510"
    status = "DATA_LOSS"
    reason = "STATE_CORRUPT"
    sentence = "snapshot is damaged: {what}"
    hint = "restore the session from another checkpoint"


# --- callers -----------------------------------------------------------------------------------------------------


class AccessError(BotserverError):
    """Who are you, may you."""


class NotAllowed(AccessError):
    code = "A602"
    status = "PERMISSION_DENIED"
    reason = "SCOPE_MISSING"
    sentence = "{principal} may not {action}"
    hint = "ask the operator for the right"


class RequestError(BotserverError):
    """A malformed request; names the field."""

    status = "INVALID_ARGUMENT"


class BadField(RequestError):
    code = "R701"
    reason = "FIELD_INVALID"
    sentence = "{field}: {what}"
    hint = "correct the field and send again"

    def __init__(self, field: str, what: str, hint: str = "") -> None:
        super().__init__(field=field, what=what)
        if hint:
            self.hint = hint  # type: ignore[misc]  # a class default refined per instance


class BadBundle(RequestError):
    """The one error of taking in a session, whatever is wrong with its bundle."""

    code = "R704"
    reason = "BAD_BUNDLE"
    sentence = "{field}: it {what}"
    hint = "export the session again, from a server with the same bundle key"

    def __init__(self, what: str) -> None:
        super().__init__(field="bundle", what=what)


class RequestIdReused(RequestError):
    code = "R702"
    reason = "REQUEST_ID_REUSED"
    sentence = "{field} {value} was used before with another content"
    hint = "use a fresh id for a new request"


class PageTokenMismatch(RequestError):
    code = "R703"
    reason = "PAGE_TOKEN_MISMATCH"
    sentence = "page_token belongs to a list with other parameters"
    hint = "start again without page_token"


# --- the service itself ------------------------------------------------------------------------------------------


class ServiceError(BotserverError):
    """The process cannot serve now."""

    status = "UNAVAILABLE"


class Draining(ServiceError):
    code = "X901"
    reason = "DRAINING"
    retry = True
    sentence = "this server is shutting down"
    hint = "connect again; another server or the restarted one answers"


class Overloaded(ServiceError):
    code = "X902"
    reason = "OVERLOADED"
    retry = True
    sentence = "this server is at its limit: {what}"
    hint = "retry with backoff"


class ClientSilent(ServiceError):
    code = "X904"
    reason = "CLIENT_SILENT"
    retry = True
    sentence = "nothing came from the client for {seconds} s"
    hint = "send an empty frame when there is nothing else to send; `welcome` says how often"


class DeadlinePassed(ServiceError):
    code = "X903"
    status = "DEADLINE_EXCEEDED"
    reason = "DEADLINE_EXCEEDED"
    sentence = "the deadline passed; the turn goes on"
    hint = "send the same message_id again, or read the reply with WatchSession"


class InternalError(ServiceError):
    code = "X999"
    status = "INTERNAL"
    reason = "INTERNAL"
    sentence = "internal error, incident {incident}"
    hint = "report the incident id to the operator; the log has the details"


class ConfigError(BotserverError):
    """Start-up settings are wrong; the process exits with code 2."""

    code = "X910"
    status = "FAILED_PRECONDITION"
    sentence = "{what}"
    hint = "see `botserver serve --help`"

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what=what)
        if hint:
            self.hint = hint  # type: ignore[misc]  # a class default refined per instance


@dataclass(frozen=True, slots=True)
class StackEntry:
    """One line of a script stack, innermost first."""

    script: str
    procedure: str
    line: int
