"""What scripts tell agents, until these have seen it."""

from __future__ import annotations

import uuid

from botserver.ids import AgentId, NoticeId
from botserver.limits import KEPT_NOTICES, NOTICE_KEPT_S
from botserver.store.abc import Lost, Store
from botserver.store.desk import NoticeWrite

from .backends import World
from .builders import BOT, PROGRAM, RELEASE, commit, started_session, try_commit, turn
from .spec_desk import ANN, BOB, online


def notice(text: str, agent_id: AgentId = ANN) -> NoticeWrite:
    return NoticeWrite(agent_id, NoticeId(str(uuid.uuid4())), text)


async def tell(store: Store, *texts: str, agent_id: AgentId = ANN, bot: str = BOT) -> list[NoticeId]:
    writes = [notice(text, agent_id) for text in texts]
    await commit(store, turn(await started_session(store, bot=bot), notices=writes))
    return [write.notice_id for write in writes]


async def texts_of(store: Store, agent_id: AgentId = ANN) -> list[str]:
    return [each.text for each in await store.list_notices("local", agent_id)]


async def unseen(store: Store, agent_id: AgentId = ANN) -> frozenset[NoticeId]:
    view = await store.read_desk("local", agent_id)
    assert view is not None
    return view.unseen


async def test_notices_come_with_the_turn_and_each_agent_has_their_own(world: World, store: Store) -> None:
    await online(store, ANN)
    row = await started_session(store)
    first, second, other = notice("één \U0001f600"), notice("second"), notice("for bob", BOB)
    await commit(store, turn(row, notices=[first, second, other]))
    found = await store.list_notices("local", ANN)
    assert [(each.notice_id, each.text) for each in found] == [
        (first.notice_id, "één \U0001f600"), (second.notice_id, "second"),
    ]  # fmt: skip
    assert [(each.bot, each.session_id, each.at) for each in found] == [
        (row.bot, row.session_id, world.clock.now_s())
    ] * 2
    assert await unseen(store) == {first.notice_id, second.notice_id}
    assert await texts_of(store, BOB) == ["for bob"]
    late = turn(row, notices=[notice("never")])
    assert isinstance(await try_commit(store, late), Lost)
    assert await unseen(store) == {first.notice_id, second.notice_id}
    assert await store.list_notices("other", ANN) == []


async def test_what_an_agent_has_seen_is_gone(store: Store) -> None:
    await online(store, ANN)
    first, second = await tell(store, "first", "second")
    for agent_id, principal in ((BOB, "local"), (ANN, "other")):
        await store.see_notices(principal, agent_id, [first])
    assert await texts_of(store) == ["first", "second"]
    for _ in range(2):
        await store.see_notices("local", ANN, [first, NoticeId("never")])
        assert await unseen(store) == {second}
        assert await texts_of(store) == ["second"]


async def test_of_an_agent_the_newest_are_kept(store: Store) -> None:
    await tell(store, "for bob", agent_id=BOB)
    await tell(store, *map(str, range(KEPT_NOTICES)))
    assert await texts_of(store) == [str(n) for n in range(KEPT_NOTICES)]
    await tell(store, "last")
    assert await texts_of(store) == [*(str(n) for n in range(1, KEPT_NOTICES)), "last"]
    assert await texts_of(store, BOB) == ["for bob"]


async def test_a_bot_that_tells_much_drives_out_nothing_of_another(store: Store) -> None:
    await store.put_release("another", RELEASE, b"manifest", {PROGRAM: b"program"})
    await tell(store, "of another", bot="another")
    await tell(store, *map(str, range(KEPT_NOTICES + 1)))
    assert await texts_of(store) == ["of another", *(str(n) for n in range(1, KEPT_NOTICES + 1))]


async def test_what_nobody_saw_in_a_week_is_forgotten(world: World, store: Store) -> None:
    await tell(store, "old")
    world.clock.advance(NOTICE_KEPT_S - 1)
    await tell(store, "new")
    while await store.sweep():
        pass
    assert await texts_of(store) == ["old", "new"]
    world.clock.advance(1)
    while await store.sweep():
        pass
    assert await texts_of(store) == ["new"]


async def test_notices_go_with_the_session_that_told_them(store: Store) -> None:
    await online(store, ANN)
    row = await started_session(store)
    await commit(store, turn(row, notices=[notice("about una")]))
    await store.delete_session(row.session_id)
    assert (await unseen(store), await texts_of(store)) == (frozenset(), [])
    while await store.clean_session(row.session_id):
        pass
    assert await store.find_session(row.session_id) is None
