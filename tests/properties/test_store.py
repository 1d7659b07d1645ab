"""A store under random operations equals a dictionary."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from botserver.clock import ManualClock
from botserver.ids import Digest, MessageId, ReleaseId, SessionId, new_session_id
from botserver.limits import INBOX_INPUTS
from botserver.model import Activity, EndReason, Message, Role
from botserver.store.abc import (
    Acceptance,
    Committed,
    Known,
    Lost,
    MemoryMoved,
    MemoryWrite,
    Opened,
    Opening,
    PendingCall,
    Repeat,
    Standing,
    State,
    Store,
    TurnCommit,
)
from botserver.store.sqlite import open_store

CLAIM_S = 30.0
STANDING = Standing(ReleaseId("r"), Activity.IDLE)


@dataclass
class Model:
    """What one session should be."""

    session_id: SessionId
    revision: int = 0
    epoch: int = 0
    accepted: int = 0
    consumed: int = 0
    state: bytes | None = None
    claim_expires_at: float | None = None
    ended: bool = False
    texts: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """Ids of the inputs that are accepted and not consumed, in order."""
    replies: dict[str, bytes | None] = field(default_factory=dict)


Operation = tuple[str, int, int, bool]
OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["turn", "turn", "short", "accept", "accept", "advance", "call", "take", "outcome", "time", "end"]
        ),
        st.integers(0, 1),  # session
        st.integers(0, 3),  # message id, or how wrong the fences are
        st.booleans(),  # with the right fences
    ),
    max_size=40,
)


class Run:
    def __init__(self, store: Store, clock: ManualClock) -> None:
        self.store = store
        self.clock = clock
        self.models: list[Model] = []
        self.memory: tuple[int, bytes] = (0, b"")

    async def begin(self) -> None:
        await self.store.put_release("b", STANDING.release, b"", {})
        for _ in range(2):
            result = await self.store.open_session(Opening(new_session_id(), "b", "p", STANDING, "c", 1e9))
            assert isinstance(result, Opened)
            self.models.append(Model(result.row.session_id))

    async def step(self, operation: Operation) -> None:
        kind, session, number, right = operation
        model = self.models[session]
        match kind:
            case "time":
                self.clock.advance(CLAIM_S / 2)
            case "accept":
                await self.accept(model, MessageId(f"m{number}"))
            case "advance":
                await self.advance(model, number, right)
            case "take":
                await self.take(model)
            case "outcome":
                epoch = model.epoch - (0 if right else 1)
                done = await self.store.record_outcome(model.session_id, epoch, b"o")
                assert done == (right and model.claim_expires_at is not None)
            case _:
                await self.commit(model, kind, number, right)

    async def accept(self, model: Model, message_id: MessageId) -> None:
        if model.ended or model.accepted - model.consumed >= INBOX_INPUTS:
            return
        result = await self.store.accept_input(model.session_id, "m", message_id, Digest(b"d"), b"")
        if message_id in model.replies:
            assert result == known(model, message_id)
            return
        model.accepted += 1
        model.waiting.append(message_id)
        model.replies[message_id] = None
        assert result == model.accepted

    async def advance(self, model: Model, number: int, right: bool) -> None:
        revision = model.revision - (0 if right else 1)
        message_id = MessageId(f"m{number}")
        done = await self.store.advance_input(model.session_id, message_id, revision)
        is_free = right and not model.ended and model.claim_expires_at is None
        assert done == (is_free and message_id in model.waiting)
        if done:
            model.waiting.remove(message_id)
            model.waiting.insert(0, message_id)

    async def take(self, model: Model) -> None:
        taken = await self.store.take_claim(model.session_id, CLAIM_S)
        is_free = model.claim_expires_at is not None and model.claim_expires_at <= self.clock.now_s()
        assert (taken is not None) == is_free
        if is_free:
            model.epoch += 1
            model.claim_expires_at = self.clock.now_s() + CLAIM_S

    async def commit(self, model: Model, kind: str, number: int, right: bool) -> None:
        message_id = MessageId(f"m{number}")
        version, value = self.memory
        state = b"%d after %s" % (model.revision, kind.encode())
        commit = TurnCommit(
            model.session_id,
            expected_revision=model.revision - (0 if right else number),
            standing=STANDING,
            state=State(state),
            expected_epoch=None if model.claim_expires_at is None else model.epoch - (number == 3 and not right),
            accept=Acceptance(message_id, Digest(b"d")) if kind == "short" else None,
            consumed=None if kind in ("short", "end") else model.accepted,
            messages=[Message(len(model.texts) + 1, Role.BOT, kind, 1.0)],
            memory=[MemoryWrite("b", "k", value + b"x", version - (number == 2 and not right and version > 0))],
            replies={message_id: state},
            call=PendingCall("k", 1, b"") if kind == "call" else None,
            claim_s=CLAIM_S,
            end_reason=EndReason.USER if kind == "end" else None,
        )
        (result,) = await self.store.commit_turns([commit])
        loses = (
            model.ended
            or commit.expected_revision != model.revision
            or (model.claim_expires_at is not None and commit.expected_epoch != model.epoch)
            or (kind == "short" and model.accepted != model.consumed)
        )
        moved = commit.memory[0].read_version != version
        if kind == "short" and message_id in model.replies:
            assert result == known(model, message_id) or (moved and not loses and isinstance(result, MemoryMoved))
        elif loses:
            assert isinstance(result, Lost)
        elif moved:
            assert isinstance(result, MemoryMoved)
        else:
            assert isinstance(result, Committed), result
            self.written(model, kind, message_id, state)

    def written(self, model: Model, kind: str, message_id: MessageId, state: bytes) -> None:
        self.memory = (self.memory[0] + 1, self.memory[1] + b"x")
        if kind == "short":
            model.accepted += 1
            model.replies[message_id] = None
        model.consumed, model.waiting = model.accepted, []
        if message_id in model.replies and model.replies[message_id] is None:
            model.replies[message_id] = state
        model.texts.append(kind)
        model.claim_expires_at = None
        if kind == "call":
            model.epoch += 1
            model.claim_expires_at = self.clock.now_s() + CLAIM_S
        else:
            model.revision += 1
            model.state = state
        model.ended = kind == "end"

    async def check(self) -> None:
        for model in self.models:
            loaded = await self.store.load_session(model.session_id)
            assert loaded is not None
            row = loaded.row
            assert (row.revision, row.epoch, row.accepted, row.consumed, row.claim_expires_at) == (
                model.revision,
                model.epoch,
                model.accepted,
                model.consumed,
                model.claim_expires_at,
            )
            assert loaded.state == (None if model.state is None else State(model.state))
            assert (loaded.claimed is None) == (model.claim_expires_at is None)
            waiting = list(zip(range(model.consumed + 1, model.accepted + 1), model.waiting, strict=True))
            assert [(i.number, i.message_id) for i in loaded.inputs] == waiting
            assert [m.text for m in await self.store.list_messages(model.session_id, 100)] == model.texts
            for message_id in model.replies:
                assert await self.store.find_message(model.session_id, MessageId(message_id)) == known(
                    model, message_id
                )
        value = await self.store.read_memory("b", "k")
        assert ((value.version, value.value) if value else (0, b"")) == self.memory


def known(model: Model, message_id: str) -> Known:
    reply = model.replies[message_id]
    return Known(Repeat.PENDING) if reply is None else Known(Repeat.SETTLED, reply)


@given(OPERATIONS)
@settings(max_examples=150, deadline=None)
def test_a_store_under_random_operations_equals_a_dictionary(operations: list[Operation]) -> None:
    async def run() -> None:
        clock = ManualClock()
        store = open_store(None, clock)
        try:
            run = Run(store, clock)
            await run.begin()
            for operation in operations:
                await run.step(operation)
            await run.check()
        finally:
            await store.close()

    asyncio.run(run())
