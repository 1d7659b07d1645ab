"""Exporting a session as a bundle, and taking one in: anonymous, owned by the bot, with timers of its own.

What is exported is a parked state: never one in an outside call. What comes in may have been made by anybody who has a
key, in any state of mind: every length, name, program, price and waiting point is checked as if it were not signed, and
whatever is wrong, the error is BadBundle. Programs go through the verifier, the state through the reader of snapshots.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ..errors import (
    BadBundle,
    BadSnapshot,
    BundleKeyMissing,
    LimitReached,
    ProgramCorrupt,
    ProgramTooNew,
)
from ..ids import CheckpointId, Digest, RequestId, SessionId, is_session_id, new_session_id
from ..language.effects import DELEGATE, EFFECTS, HEAR, HEAR_UNTIL, TRANSFER_WAIT, WAIT, WAIT_EVENT
from ..language.program import Program, decode_program
from ..language.verifier import verify
from ..limits import (
    BUNDLE_BYTES,
    BUNDLE_CHARS,
    BUNDLE_MESSAGES,
    CHANNEL_CHARS,
    FIELD_CHARS,
    IMAGE_SOURCE_CHARS,
    LABELS,
    METADATA_BYTES,
    OUTPUT_BYTES,
    PACKAGE_DOCUMENT_BYTES,
    PACKAGE_DOCUMENTS,
    PACKAGE_FILE_BYTES,
    PACKAGE_FILES,
    PACKAGE_KBS,
    PACKAGE_SCRIPTS,
    RESTORED_HISTORY_CHARS,
    SCHEDULE_S,
    SCHEDULES,
    SESSION_TIMEOUT_MAX_S,
    SUGGESTION_CHARS,
    SUGGESTIONS,
    TEMPLATE_ROWS,
    TEMPLATES,
)
from ..model import Activity, Message, Principal, Role, SessionView, SuggestionView, WaitingFor
from ..store.abc import Opening, Standing, State
from ..store.releases import NewRelease
from ..vm.machine import Heap, Vm
from ..vm.migration import frames_of
from ..vm.snapshot import Snapshot
from ..vm.values import LAST_SECOND
from .access import check_may_manage, check_may_open
from .assets import assets_from
from .attempts import Machinery, ended_error
from .bundles import Bundle, BundleKeys, content_digest
from .choices import views_of
from .content import digest_of
from .formats import Formats
from .handoffs import without_desk
from .lifecycle import Lifecycle, checkpoint_missing, first_response, session_request, view_of_opened
from .reading import Readings
from .records import Notes, decode_waiting, encode_waiting
from .releases import LoadedRelease
from .states import is_speaker
from .views import decode_session

_CHANNEL = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{CHANNEL_CHARS - 1}}}\Z")
_WAITS = {
    HEAR: Activity.WAITING_INPUT,
    HEAR_UNTIL: Activity.WAITING_INPUT,
    WAIT: Activity.WAITING_TIMER,
    WAIT_EVENT: Activity.WAITING_TIMER,
    DELEGATE: Activity.WAITING_TIMER,
    TRANSFER_WAIT: Activity.HANDED_OVER,
}
"""What a session does whose script stands at an effect, without a desk."""


class ExportService(Protocol):
    """What SessionService of the wire asks for. Raises NotAllowed, BundleKeyMissing."""

    async def export_session(
        self, principal: Principal, session_id: SessionId, checkpoint_id: CheckpointId | None = None
    ) -> bytes:
        """The last parked state, or a kept one. Raises SessionNotFound, SessionEnded, CheckpointNotFound,
        LimitReached."""
        ...

    async def import_session(
        self,
        principal: Principal,
        bundle: bytes,
        new_id: SessionId | None = None,
        request_id: RequestId | None = None,
    ) -> SessionView:
        """Raises BadBundle, SnapshotTooNew, SessionIdTaken, LimitReached, RequestIdReused."""
        ...


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A bundle that was found to be sound."""

    release: LoadedRelease
    bundle: Bundle
    heap_bytes: int
    waiting_for: WaitingFor | None
    activity: Activity
    timer_in_s: float | None
    notes: Notes
    messages: tuple[Message, ...]
    channel: str
    ttl_s: float
    labels: dict[str, str]
    metadata: dict[str, Any]
    origin: str


class Exports:
    """Meets `ExportService`."""

    def __init__(
        self,
        machinery: Machinery,
        vm: Vm,
        readings: Readings,
        lifecycle: Lifecycle,
        keys: BundleKeys | None,
    ) -> None:
        self._machinery = machinery
        self._store = machinery.store
        self._vm = vm
        self._readings = readings
        self._lifecycle = lifecycle
        self._keys = keys

    async def export_session(
        self, principal: Principal, session_id: SessionId, checkpoint_id: CheckpointId | None = None
    ) -> bytes:
        row = await self._readings.row(principal, session_id)
        check_may_manage(principal)
        keys = self._checked_keys()
        checkpoint_id = checkpoint_id or CheckpointId(f"t-{row.revision}")
        kept = await self._store.load_checkpoint(session_id, checkpoint_id)
        if kept is None:
            raise checkpoint_missing(session_id, checkpoint_id)
        checkpoint, state = kept[0], self._machinery.releases.formats.newest(kept[1])
        if checkpoint.standing.activity is Activity.ENDED:
            raise ended_error(row)
        release = await self._machinery.releases.load(row.bot, checkpoint.standing.release)
        standing, notes, timer_in_s = without_desk(checkpoint.standing)
        waiting = decode_waiting(standing.waiting_for)
        newest = await self._store.list_messages(session_id, BUNDLE_MESSAGES, newest_first=True, max_chars=BUNDLE_CHARS)
        said = [message for message in reversed(newest) if message.turn <= checkpoint.revision]
        about = {
            "bot": release.bot,
            "release": standing.release,
            "origin": session_id,
            "revision": checkpoint.revision,
            "channel": row.channel,
            "ttl_s": row.ttl_s,
            "labels": row.labels,
            "metadata": row.metadata,
            "activity": standing.activity,
            "waits_for": None
            if waiting is None
            else {
                "kind": waiting.kind,
                "variable": waiting.variable,
                "type": waiting.type,
                "is_optional": waiting.is_optional,
            },
            "timer_s": timer_in_s,
            "last_message": notes.last_message,
            "last_interaction": notes.last_interaction,
            "suggestion_key": notes.suggestion_key,
            "heard": notes.heard,
            "schedules": {number: max(0.0, at_s - checkpoint.created_at) for number, at_s in notes.schedules.items()},
            "history": [list(each) for each in notes.restored_history],
            "history_after": min(max(0, notes.history_after - said[0].seq + 1), len(said)) if said else 0,
        }
        large = await self._store.load_large_objects(session_id, state.large)
        bundle = Bundle(
            about,
            release.manifest(),
            await self._content(release),
            state.root,
            {digest: large[digest] for digest in state.large},
            [_message_parts(message) for message in said],
        )
        data = await asyncio.to_thread(keys.seal, bundle)
        if len(data) > BUNDLE_BYTES:
            raise LimitReached(
                "LIMIT_REACHED", limit="size of a bundle", maximum=BUNDLE_BYTES, unit="bytes", current=len(data)
            )
        return data

    async def _content(self, release: LoadedRelease) -> dict[Digest, bytes]:
        content = {digest: program.encoded for digest, program in release.programs.items()}
        size = sum(map(len, content.values()))
        for file in release.assets.files.values():
            size += file.size_bytes
            if size > BUNDLE_BYTES:
                raise LimitReached(
                    "LIMIT_REACHED", limit="size of a bundle", maximum=BUNDLE_BYTES, unit="bytes", current=size
                )
            content[file.digest] = await self._machinery.releases.read_file(file)
        return content

    async def import_session(
        self,
        principal: Principal,
        bundle: bytes,
        new_id: SessionId | None = None,
        request_id: RequestId | None = None,
    ) -> SessionView:
        check_may_manage(principal)
        keys = self._checked_keys()
        digest = await asyncio.to_thread(content_digest, bundle)
        request = session_request(principal.name, request_id, digest_of("import", digest.hex(), new_id))
        if request is not None:
            known = await self._store.find_request(request.principal, request.request_id, request.content)
            if known is not None:
                return decode_session(first_response(known, request.request_id))
        now_s, formats = self._store.now_s(), self._machinery.releases.formats
        found = await asyncio.to_thread(lambda: _checked(keys.unseal(bundle), self._vm, formats, now_s))
        release = found.release
        check_may_open(principal, release.bot)
        self._machinery.releases.check_readable(release)
        await self._machinery.open_count.check()
        await self._store.deploy_release(
            NewRelease(
                release.bot,
                release.release_id,
                found.bundle.manifest,
                found.bundle.content,
                documents=release.assets.document_digests(),
            )
        )
        marker = self._lifecycle.marker(len(found.messages) + 1, f"imported from {found.origin}", 1)
        result = await self._store.open_session(
            Opening(
                session_id=new_id or new_session_id(),
                bot=release.bot,
                owner_principal=principal.name,
                standing=Standing(
                    release.release_id,
                    found.activity,
                    encode_waiting(found.waiting_for),
                    found.heap_bytes,
                    extra=found.notes.encoded(),
                ),
                channel=found.channel,
                ttl_s=found.ttl_s,
                labels=found.labels,
                metadata=found.metadata,
                state=formats.written(State(found.bundle.root, tuple(found.bundle.large))),
                large=found.bundle.large,
                timer_in_s=found.timer_in_s,
                messages=(*found.messages, marker),
                request=request,
            )
        )
        return view_of_opened(result, request, new_id)

    def _checked_keys(self) -> BundleKeys:
        if self._keys is None:
            raise BundleKeyMissing
        return self._keys


def _message_parts(message: Message) -> dict[str, Any]:
    return {
        "role": message.role,
        "text": message.text,
        "at": message.created_at,
        "suggestions": [[each.key, each.label, each.kind] for each in message.suggestions],
        "author": message.author,
        "address": message.address,
        "image": message.image,
    }


# --- checking ----------------------------------------------------------------------------------------------------


def _checked(bundle: Bundle, vm: Vm, formats: Formats, now_s: float) -> _Incoming:
    """Raises BadBundle, SnapshotTooNew; ProgramTooNew."""
    try:
        newest = formats.newest(State(bundle.root, tuple(bundle.large)))
        return _sound(replace(bundle, root=newest.root), vm, now_s)
    except BadSnapshot as error:
        raise BadBundle(f"has a damaged state: {error.message}") from error
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadBundle(f"says what makes no sense: {type(error).__name__} {error}"[:200]) from error


def _sound(bundle: Bundle, vm: Vm, now_s: float) -> _Incoming:
    about = _Fields(bundle.about)
    release = _release(bundle, about.text("bot", FIELD_CHARS), about.text("release", 64))
    limits = release.config.limits
    digests = tuple(bundle.large)
    heap = vm.decode(Snapshot(bundle.root, dict(bundle.large), digests), release, limits)
    frames = frames_of(bundle.root, digests, release)
    if heap.memory().used > limits.memory_bytes:
        raise BadBundle("has a state that is larger than the bot allows")
    activity = Activity.IDLE
    if frames:
        effect = frames[-1].procedure.code[frames[-1].pc][2]
        waits = _WAITS.get(EFFECTS[effect].number)
        if waits is None or heap.is_handling:
            raise BadBundle("does not wait for anything that may come")
        activity = waits
    if about.text("activity", FIELD_CHARS) != activity:
        raise BadBundle("does not wait for what it says")
    timer_s = about.span("timer_s", SESSION_TIMEOUT_MAX_S)
    if activity in (Activity.WAITING_TIMER, Activity.HANDED_OVER) and timer_s is None:
        raise BadBundle("waits for a time and does not say which")
    schedules = about.schedules()
    spans = [*schedules.values(), *([] if timer_s is None else [timer_s])]
    messages = tuple(_message(_Fields(each), seq, now_s) for seq, each in enumerate(bundle.messages, 1))
    if len(messages) > BUNDLE_MESSAGES:
        raise BadBundle(f"has more than {BUNDLE_MESSAGES} messages")
    notes = Notes(
        imported=True,
        last_message=about.text("last_message", OUTPUT_BYTES),
        last_interaction=about.text("last_interaction", OUTPUT_BYTES),
        suggestion_key=about.text("suggestion_key", SUGGESTION_CHARS),
        heard=about.flag("heard"),
        quiet_since=now_s,
        wait_s=timer_s,
        schedules={number: now_s + span_s for number, span_s in schedules.items()},
        restored_history=about.history(),
        history_after=about.count("history_after", len(messages)),
        active_at=now_s,
    )
    return _Incoming(
        release=release,
        bundle=bundle,
        heap_bytes=heap.memory().used,
        waiting_for=_waiting_for(bundle.about["waits_for"], activity, heap, timer_s, now_s),
        activity=activity,
        timer_in_s=min(spans, default=None),
        notes=notes,
        messages=messages,
        channel=about.matching("channel", _CHANNEL),
        ttl_s=about.ttl_s(),
        labels=about.labels(),
        metadata=about.metadata(),
        origin=f"{about.session_id('origin')}, revision {about.count('revision', 2**62)}",
    )


def _waiting_for(
    parts: object, activity: Activity, heap: Heap, timer_s: float | None, now_s: float
) -> WaitingFor | None:
    if parts is None:
        if activity in (Activity.WAITING_INPUT, Activity.WAITING_TIMER):
            raise BadBundle("does not say what it waits for")
        return None
    fields = _Fields(parts)
    kinds = {Activity.WAITING_INPUT: {"input"}, Activity.WAITING_TIMER: {"timer", "event"}}.get(activity, set())
    kind = fields.text("kind", FIELD_CHARS)
    if kind not in kinds:
        raise BadBundle("does not wait for what it says")
    is_input = kind == "input"
    return WaitingFor(
        kind,
        fields.text("variable", FIELD_CHARS),
        fields.text("type", FIELD_CHARS),
        views_of(heap.options()) if is_input else (),
        None if timer_s is None else now_s + timer_s,
        fields.flag("is_optional"),
        heap.address(),
    )


def _message(fields: _Fields, seq: int, now_s: float) -> Message:
    suggestions = fields.sequence("suggestions", SUGGESTIONS)
    views = []
    for each in suggestions:
        key, label, kind = (_text(part, SUGGESTION_CHARS) for part in _sequence(each, 3))
        views.append(SuggestionView(key, label, kind))
    address = fields.text("address", 36)
    if address and not is_session_id(address):
        raise BadBundle("has a message of a sub-session without an id")
    return Message(
        seq,
        Role(fields.text("role", FIELD_CHARS)),
        fields.text("text", OUTPUT_BYTES),
        min(fields.moment("at"), now_s),
        tuple(views),
        turn=1,
        author=fields.text("author", FIELD_CHARS),
        address=address,
        image=fields.text("image", IMAGE_SOURCE_CHARS),
    )


def _release(bundle: Bundle, bot: str, release_id: str) -> LoadedRelease:
    """The release of a bundle, if it holds all of it and nothing else."""
    parts = json.loads(bundle.manifest)
    fields = _Fields(parts)
    names = fields.mapping("scripts", PACKAGE_SCRIPTS)
    for texts in (fields.mapping("config", PACKAGE_FILES), names):
        for text in texts.values():
            _text(text, OUTPUT_BYTES)
    for where in fields.mapping("broken", PACKAGE_SCRIPTS).values():
        line, what = _sequence(where, 2)
        _text(what, OUTPUT_BYTES)
        if type(line) is not int or not 0 <= line < 2**31:
            raise BadBundle("has a script that is broken at no line")
    for kb in fields.sequence("kbs", PACKAGE_KBS):
        _text(kb, FIELD_CHARS)
    for document in fields.mapping("documents", PACKAGE_DOCUMENTS, optional=True).values():
        digest, size = _sequence(document, 2)
        if not _digest(digest) or type(size) is not int or not 0 <= size <= PACKAGE_DOCUMENT_BYTES:
            raise BadBundle("has a document without a digest or a size")
    for rows in fields.mapping("templates", TEMPLATES).values():
        if len(_sequence(rows)) > TEMPLATE_ROWS:
            raise BadBundle("has a template that is too long")
        for row in rows:
            for part in _sequence(row, 3):
                _text(part, OUTPUT_BYTES)
    for declared in ("schedules", "watched"):
        for texts in fields.mapping(declared, PACKAGE_SCRIPTS, optional=True).values():
            for text in _sequence(texts):
                _text(text, FIELD_CHARS * 4)
    files = fields.mapping("files", PACKAGE_FILES)
    used = {_digest(text) for text in names.values()}
    for file in files.values():
        digest, size = _sequence(file, 2)
        data = bundle.content.get(_digest(digest))
        if data is None or type(size) is not int or len(data) != size or size > PACKAGE_FILE_BYTES:
            raise BadBundle("has a package file that is missing or of another size")
        used.add(_digest(digest))
    if used != set(bundle.content):
        raise BadBundle("has programs or files that its release does not name, or lacks some")
    programs = {name: _program(bundle.content[_digest(text)]) for name, text in names.items()}
    release = LoadedRelease(bot, programs, parts["broken"], parts["config"], assets_from(parts))
    if release.manifest() != bundle.manifest or release.release_id != release_id:
        raise BadBundle("has a release that is not the one it names")
    return release


def _program(data: bytes) -> Program:
    try:
        program = decode_program(data)
        verify(program)
    except ProgramTooNew:
        raise
    except ProgramCorrupt as error:
        raise BadBundle(f"has a damaged program: {error.message}") from error
    return program


def _digest(text: object) -> Digest:
    return Digest(bytes.fromhex(_text(text, 64)))


def _text(value: object, most: int) -> str:
    if not isinstance(value, str) or len(value) > most or "\0" in value:
        raise BadBundle("has something else where a text belongs, or a text that is too long")
    return value


def _sequence(value: object, length: int | None = None) -> Sequence[Any]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise BadBundle("has something else where a list belongs")
    return value


class _Fields:
    """The fields of a map that came in. Every method raises BadBundle for one that is not what it must be."""

    def __init__(self, parts: object) -> None:
        if not isinstance(parts, dict):
            raise BadBundle("has something else where a map belongs")
        self._parts: dict[str, Any] = parts

    def text(self, name: str, most: int) -> str:
        return _text(self._parts[name], most)

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        text = self.text(name, FIELD_CHARS)
        if not pattern.match(text):
            raise BadBundle(f"has a {name} that is none")
        return text

    def session_id(self, name: str) -> str:
        text = self.text(name, 36)
        if not is_session_id(text):
            raise BadBundle(f"has an {name} that is no session id")
        return text

    def flag(self, name: str) -> bool:
        value = self._parts[name]
        if not isinstance(value, bool):
            raise BadBundle(f"has a {name} that is neither true nor false")
        return value

    def number(self, name: str) -> float:
        value = self._parts[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise BadBundle(f"has a {name} that is no number")
        return float(value)

    def moment(self, name: str) -> float:
        seconds = self.number(name)
        if not 0 <= seconds < LAST_SECOND:
            raise BadBundle(f"has a {name} that no calendar has")
        return seconds

    def count(self, name: str, most: int) -> int:
        value = self._parts[name]
        if type(value) is not int or not 0 <= value <= most:
            raise BadBundle(f"has a {name} that is no count")
        return value

    def span(self, name: str, most: float) -> float | None:
        if self._parts[name] is None:
            return None
        seconds = self.number(name)
        if not 0 <= seconds <= most:
            raise BadBundle(f"has a {name} that is too long")
        return seconds

    def sequence(self, name: str, most: int) -> Sequence[Any]:
        found = _sequence(self._parts[name])
        if len(found) > most:
            raise BadBundle(f"has too many {name}")
        return found

    def mapping(self, name: str, most: int, *, optional: bool = False) -> Mapping[str, Any]:
        found = self._parts.get(name, {}) if optional else self._parts[name]
        if not isinstance(found, dict) or len(found) > most:
            raise BadBundle(f"has no {name}, or too many")
        for key in found:
            _text(key, FIELD_CHARS * 4)
        return found

    def ttl_s(self) -> float:
        seconds = self.span("ttl_s", SESSION_TIMEOUT_MAX_S)
        if not seconds:
            raise BadBundle("has no life left")
        return seconds

    def labels(self) -> dict[str, str]:
        found = self.mapping("labels", LABELS)
        return {_text(key, FIELD_CHARS): _text(value, FIELD_CHARS) for key, value in found.items()}

    def metadata(self) -> dict[str, Any]:
        found = dict(self.mapping("metadata", METADATA_BYTES))
        text = json.dumps(found, ensure_ascii=False)
        if len(text.encode()) > 2 * METADATA_BYTES or "\\u0000" in text:
            raise BadBundle("has too much metadata")
        return found

    def schedules(self) -> dict[str, float]:
        found = self.mapping("schedules", SCHEDULES)
        spans = _Fields(found)
        return {number: spans.span(number, SCHEDULE_S) or 0.0 for number in found if str(int(number)) == number}

    def history(self) -> tuple[tuple[str, str, float], ...]:
        said = []
        chars = 0
        for each in self.sequence("history", BUNDLE_MESSAGES):
            role, text, at = _sequence(each, 3)
            if not is_speaker(role):
                raise BadBundle("has a history with an unknown speaker")
            chars += len(_text(text, OUTPUT_BYTES))
            said.append((str(role), str(text), _Fields({"at": at}).moment("at")))
        if chars > RESTORED_HISTORY_CHARS:
            raise BadBundle("has too long a history")
        return tuple(said)
