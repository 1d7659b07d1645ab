"""What a host does to a session from outside, its areas written or its limit changed: both VMs take it alike."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from botserver.limits import Limits
from botserver.vm.effects import Done, Failed, OutOfFuel, Suggestion
from botserver.vm.machine import Areas
from botserver.vm.text import fold
from botserver.vm.values import HostValue

from .agreement import COMPILED, REFERENCE, Pair
from .random_programs import random_value
from .test_sub_sessions_agree import random_scripts

NAMES = ["a", "b", "Kk", "Straße", "x" * 200, "日本"]


def random_areas(random: Random) -> Areas:
    """What a host may write: names that differ beyond case, no null, no empty context."""
    texts = ["short", "y" * 900, "z" * 5_000, "😀"]
    values: dict[str, HostValue] = {}
    for name in random.sample(NAMES, random.randint(0, len(NAMES))):
        values[name] = random_value(random) or random.choice(texts)
    picks = [(random.choice(NAMES), random.choice(NAMES)) for _ in range(random.randint(0, 5))]
    suggestions = tuple(Suggestion(key, label, random.choice(["", "url"])) for key, label in dict.fromkeys(picks))
    return Areas(
        variables=values,
        contexts={name: random.choice(texts) for name in random.sample(NAMES, random.randint(0, 4))},
        prompt=random.choice(["", *texts]),
        suggestions=suggestions,
        menu=(),
        kbs=tuple(random.sample(NAMES, random.randint(0, 3))),
        tools=tuple(random.sample(NAMES, random.randint(0, 3))),
        handlers=(),
    )


def wait_somewhere(random: Random, pair: Pair) -> bool:
    """Run the first script until it waits; whether it does."""
    pair.same(lambda heap: heap.begin_turn())
    pair.same(lambda heap: heap.start(pair.release.find_script("s0"), [], {}))
    return _run(random, pair)


def _run(random: Random, pair: Pair) -> bool:
    while True:
        stop = pair.run(100_000, random.getrandbits(64))
        if isinstance(stop, OutOfFuel):
            pair.same(lambda heap: heap.fail(9005, "fuel"))
            return False
        pair.same(lambda heap: heap.take_output())
        return not isinstance(stop, Done | Failed)


def go_on(random: Random, pair: Pair) -> None:
    """Answer what is waited for, until the run ends."""
    for _ in range(20):
        if pair.same(lambda heap: heap.resume("an answer")) != "None":
            pair.same(lambda heap: heap.abandon())
            return
        if not _run(random, pair):
            return


@given(st.integers(0, 2**32), st.sampled_from([3_000, 20_000, 10_000_000]))
@settings(max_examples=40, deadline=None)
def test_areas_written_by_a_host_are_the_same_bytes_and_the_same_account(seed: int, memory_bytes: int) -> None:
    random = Random(seed)
    pair = Pair(random_scripts(random), Limits(memory_bytes=memory_bytes))
    waits = wait_somewhere(random, pair)
    for _ in range(4):
        areas = random_areas(random)
        address = random.choice(["", *(each.sub_session_id for each in pair.heaps[0].sub_sessions())])
        with_suggestions = random.random() < 0.5
        before = pair.heaps[0].areas(address)
        wrote = pair.same(lambda heap: heap.put_areas(areas, address, with_suggestions))  # noqa: B023 - called at once
        found = pair.heaps[0].areas(address)
        wanted = replace(
            areas,
            suggestions=areas.suggestions if with_suggestions else before.suggestions,
            menu=before.menu,
            handlers=before.handlers,
        )
        assert repr(found) == repr(before if wrote != "None" else wanted)
        assert len({fold(name) for name in found.variables}) == len(found.variables)
        pair.compare()
        pair.reload()
    if waits:
        go_on(random, pair)


@given(st.integers(0, 2**32), st.sampled_from([257, 1_000, 3_000, 8_000]))
@settings(max_examples=40, deadline=None)
def test_a_session_is_readable_after_its_limit_was_lowered(seed: int, memory_bytes: int) -> None:
    random = Random(seed)
    scripts = random_scripts(random)
    pair = Pair(scripts, Limits())
    if not wait_somewhere(random, pair):
        return
    snapshot = pair.snapshot()
    memory = pair.heaps[0].memory()
    pair.limits = Limits(memory_bytes=memory_bytes, variables=2, context_tokens=5, active_kbs=1)
    pair.heaps = (COMPILED.decode(snapshot, scripts, pair.limits), REFERENCE.decode(snapshot, scripts, pair.limits))
    assert pair.snapshot() == snapshot
    assert pair.same(lambda heap: heap.memory()) == repr(replace(memory, limit=memory_bytes))
    pair.most = memory.used
    pair.compare()
    go_on(random, pair)
    pair.same(lambda heap: heap.collect())
    pair.compare()
