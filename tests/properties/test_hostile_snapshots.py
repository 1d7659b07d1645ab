"""A snapshot may come from a stranger: whatever its bytes, reading it gives a sound heap or BadSnapshot."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botserver.errors import BadSnapshot, SnapshotTooNew
from botserver.language.compiler import compile_source
from botserver.language.opcodes import Op
from botserver.limits import SUB_SESSION_DEPTH, SUB_SESSIONS, Limits
from botserver.vm.effects import Failed, Suspended
from botserver.vm.machine import Heap, Vm
from botserver.vm.snapshot import Snapshot, seal, unseal

from .agreement import COMPILED, REFERENCE, Pair, converse
from .random_programs import FakeRelease, random_release

LIMITS = Limits()
_NO_HANDLERS = b"\0\0"  # the last areas of a body


_ENOUGH = 5  # snapshots of one conversation


class _EnoughFound(Exception):
    """The conversation need not go on."""


def waiting_snapshots(seed: int) -> tuple[FakeRelease, list[Snapshot]]:
    """What a random conversation was put away as, the first times it waited."""
    random = Random(seed)
    release = random_release(random)
    found: list[Snapshot] = []

    def keep(snapshot: Snapshot) -> None:
        found.append(snapshot)
        if len(found) == _ENOUGH:
            raise _EnoughFound

    with suppress(_EnoughFound):
        converse(random, Pair(release, LIMITS), keep)
    return release, found


def try_decode(vm: Vm, snapshot: Snapshot, release: FakeRelease) -> Heap | None:
    try:
        return vm.decode(snapshot, release, LIMITS)
    except BadSnapshot:
        return None


@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_forged_bytes_with_right_checksum_are_read_alike_or_refused(seed: int, random: Random) -> None:
    release, snapshots = waiting_snapshots(seed)
    for snapshot in snapshots:
        body = unseal(snapshot.root, snapshot.digests)
        for _ in range(20):
            forged = replace(snapshot, root=seal(mutate(body, random), snapshot.digests))
            heaps = [try_decode(vm, forged, release) for vm in (COMPILED, REFERENCE)]
            assert (heaps[0] is None) == (heaps[1] is None)
            if heaps[0] is not None and heaps[1] is not None:
                run_on(heaps[0], heaps[1])


def run_on(compiled: Heap, reference: Heap) -> None:
    """A forged heap that was accepted behaves; both the same."""
    assert compiled.memory() == reference.memory()
    assert compiled.encode() == reference.encode()
    for _ in range(3):
        stops = []
        for heap in (compiled, reference):
            try:
                heap.resume("x")
            except RuntimeError:
                return
            stops.append(heap.run(2_000, 0, 0))
            heap.take_output()
        assert repr(stops[0]) == repr(stops[1])
        assert compiled.memory() == reference.memory()
        if not isinstance(stops[0], Suspended):
            return


def mutate(body: bytes, random: Random) -> bytes:
    data = bytearray(body)
    for _ in range(random.choice([1, 1, 1, 2, 5])):
        at = random.randrange(len(data))
        match random.randrange(5):
            case 0:
                data[at] = random.randrange(256)
            case 1:
                data[at] = random.choice([0, 1, 7, 8, 9, 10, 0x7F, 0x80, 0xFF])
            case 2:
                del data[at : at + random.randint(1, 4)]
            case 3:
                data[at:at] = bytes(random.randrange(12) for _ in range(random.randint(1, 4)))
            case _:
                other = random.randrange(len(data))
                data[at : at + 8] = data[other : other + 8]
        if not data:
            return b"\0"
    return bytes(data)


@pytest.fixture(scope="module")
def real() -> tuple[FakeRelease, Snapshot]:
    """A release and the longest snapshot of its conversations."""
    for seed in range(1_000):
        release, snapshots = waiting_snapshots(seed)
        for snapshot in snapshots:
            if 300 < len(snapshot.root) < 3_000:
                return release, snapshot
    raise AssertionError("no conversation waits with enough to say")


@pytest.mark.parametrize("vm", [COMPILED, REFERENCE], ids=["compiled", "reference"])
def test_every_truncation_is_refused(vm: Vm, real: tuple[FakeRelease, Snapshot]) -> None:
    release, snapshot = real
    body = unseal(snapshot.root, snapshot.digests)
    for end in range(len(body)):
        with pytest.raises(BadSnapshot):
            vm.decode(replace(snapshot, root=seal(body[:end], snapshot.digests)), release, LIMITS)
    for end in range(len(snapshot.root)):
        with pytest.raises(BadSnapshot):
            vm.decode(replace(snapshot, root=snapshot.root[:end]), release, LIMITS)


@pytest.mark.parametrize("vm", [COMPILED, REFERENCE], ids=["compiled", "reference"])
def test_every_flipped_bit_is_refused(vm: Vm, real: tuple[FakeRelease, Snapshot]) -> None:
    release, snapshot = real
    for at in range(len(snapshot.root)):
        for bit in range(8):
            root = bytearray(snapshot.root)
            root[at] ^= 1 << bit
            with pytest.raises((BadSnapshot, SnapshotTooNew)):
                vm.decode(replace(snapshot, root=bytes(root)), release, LIMITS)


@pytest.mark.parametrize("vm", [COMPILED, REFERENCE], ids=["compiled", "reference"])
def test_unknown_program_is_refused(vm: Vm, real: tuple[FakeRelease, Snapshot]) -> None:
    with pytest.raises(BadSnapshot, match="program"):
        vm.decode(real[1], FakeRelease(), LIMITS)


@pytest.mark.parametrize("vm", [COMPILED, REFERENCE], ids=["compiled", "reference"])
def test_a_loop_with_a_boolean_for_its_count_has_lost_its_place(vm: Vm) -> None:
    program, _ = compile_source("FOR EACH x IN [7, 8, 9]\n  HEAR y\nNEXT", "loop.bas")
    assert program is not None
    release = FakeRelease([program])
    heap = vm.new_heap(release, LIMITS)
    heap.start(program, [], {})
    assert isinstance(heap.run(1_000, 0, 0), Suspended)
    heap.take_output()
    body = unseal(heap.encode().root)
    index_and_count = b"\x03\x02\x03\x06"
    assert body.count(index_and_count) == 1
    forged = vm.decode(Snapshot(seal(body.replace(index_and_count, b"\x03\x02\x02")), {}), release, LIMITS)
    forged.resume("x")
    stop = forged.run(1_000, 0, 0)
    assert isinstance(stop, Failed)
    assert stop.number == 4001


@pytest.mark.parametrize("vm", [COMPILED, REFERENCE], ids=["compiled", "reference"])
@pytest.mark.parametrize(
    "cells",
    [
        b"\x01\x01a\x00\x01\x01",  # a value
        b"\x01\x00\x00\x01\x00",  # no name
        b"\x02\x01a\x00\x01\x00\x01A\x00\x01\x00",  # twice
        b"\x01\x01a\x00\x00",  # no tree
        b"\x01\x01a\x01\x80\x20\x00",  # a large object nobody names
    ],
)
@pytest.mark.parametrize("is_tool", [False, True])
def test_a_name_in_use_has_no_value_and_stands_once(vm: Vm, cells: bytes, is_tool: bool) -> None:
    program, _ = compile_source("HEAR y", "ask.bas")
    assert program is not None
    release = FakeRelease([program])
    heap = vm.new_heap(release, LIMITS)
    heap.start(program, [], {})
    assert isinstance(heap.run(1_000, 0, 0), Suspended)
    body = unseal(heap.encode().root)
    kbs, tools, rest = b"\0", b"\0", b"\0" + _NO_HANDLERS
    assert body.endswith(kbs + tools + rest)
    good = b"\x01\x01a\x00\x01\x00"
    for area, accepted in ((good, True), (cells, False)):
        forged = Snapshot(seal(body[:-5] + (kbs + area if is_tool else area + tools) + rest), {})
        assert (try_decode(vm, forged, release) is not None) == accepted


@pytest.mark.parametrize("vm", [COMPILED, REFERENCE], ids=["compiled", "reference"])
def test_an_armed_label_that_the_procedure_does_not_have_traps_nothing(vm: Vm) -> None:
    program, _ = compile_source("ON ERROR GOTO failed\nHEAR y\nx = 1 / 0\nfailed:\nTALK 1", "trap.bas")
    assert program is not None
    release = FakeRelease([program])
    heap = vm.new_heap(release, LIMITS)
    heap.start(program, [], {})
    assert isinstance(heap.run(1_000, 0, 0), Suspended)
    body = unseal(heap.encode().root)
    state_error_and_label = b"\x03\x00\x00\x03\x00"
    assert body.count(state_error_and_label) == 1
    forged = body.replace(state_error_and_label, b"\x03\x00\x00\x03\x08")
    heap = vm.decode(Snapshot(seal(forged), {}), release, LIMITS)
    heap.resume("x")
    stop = heap.run(1_000, 0, 0)
    assert isinstance(stop, Failed)
    assert stop.number == 4003


_CHILD = bytes(6) + b"\x40\0\x80" + bytes(7)  # an id of version 4
_OTHER = b"\1" + _CHILD[1:]
_EMPTY = bytes(6) + bytes(2) + b"\0"  # areas, bases, family


@pytest.mark.parametrize("vm", [COMPILED, REFERENCE], ids=["compiled", "reference"])
@pytest.mark.parametrize(
    ("family", "accepted"),
    [
        (b"\x02\0" + _CHILD + _EMPTY, True),
        (b"\x03\0" + _CHILD + _EMPTY + _OTHER + _EMPTY, True),
        (b"\x01\x01" + _CHILD, True),  # a merged one only
        (b"\x03\0" + _CHILD + _EMPTY + _CHILD + _EMPTY, False),  # twice
        (b"\x02\0" + _CHILD + _EMPTY[:-1] + b"\x02\0" + _CHILD + _EMPTY, False),  # inside itself
        (b"\x01\0", False),  # a family of nobody
        (b"\x02\0" + bytes(16) + _EMPTY, False),  # no version
        (b"\x01\x01" + bytes(16), False),
        (b"\x02\0" + _CHILD + bytes(6) + b"\x01\0" + bytes(16) + b"\0\0", False),  # a base without a name
        (b"\x02\0" + _CHILD + bytes(6) + b"\x02" + 2 * (b"\1a" + bytes(16)) + b"\0\0", False),  # twice
        (b"\x02\0" + _CHILD + bytes(6) + b"\x01\1a" + bytes(16) + b"\0\0", True),
        (b"\xff\xff\xff\x7f\0", False),
        (b"\x01\xff\xff\xff\x7f", False),
    ],
)
def test_a_forged_family_is_sound_or_refused(vm: Vm, family: bytes, accepted: bool) -> None:
    body, release = waiting_body("HEAR y")
    forged = Snapshot(seal(body[:-3] + family + _NO_HANDLERS), {})
    assert (try_decode(vm, forged, release) is not None) == accepted


@pytest.mark.parametrize("vm", [COMPILED, REFERENCE], ids=["compiled", "reference"])
@pytest.mark.parametrize(("children", "depth"), [(SUB_SESSIONS, 1), (0, SUB_SESSION_DEPTH)])
def test_a_forged_family_has_no_more_members_than_a_real_one(vm: Vm, children: int, depth: int) -> None:
    body, release = waiting_body("HEAR y")

    def family(children: int, depth: int) -> bytes:
        if not depth:
            return b"\0"
        members = [bytes([depth, n]) + _CHILD[2:] + bytes(8) + family(0, depth - 1) for n in range(max(children, 1))]
        return bytes([len(members) + 1, 0]) + b"".join(members)

    assert try_decode(vm, Snapshot(seal(body[:-3] + family(children, depth) + _NO_HANDLERS), {}), release) is not None
    wider = family(children + 1, depth) if children else family(0, depth + 1)
    assert try_decode(vm, Snapshot(seal(body[:-3] + wider + _NO_HANDLERS), {}), release) is None


@pytest.mark.parametrize("vm", [COMPILED, REFERENCE], ids=["compiled", "reference"])
def test_a_frame_runs_in_a_sub_session_that_is_there(vm: Vm) -> None:
    body, release = waiting_body('RUN IN SESSION CREATE SUB SESSION, "again"', "HEAR y")
    pc = [code[0] for code in release.programs[0].procedures[0].code].index(Op.RUN_IN)
    start = b"\1\2" + b"\0\0" + bytes([pc])  # waiting, frames; program, procedure, pc
    at = body.index(start) + len(start)
    assert body[at] == 0  # the place of the sub-session
    assert try_decode(vm, Snapshot(seal(body[:at] + b"\1" + body[at + 1 :]), {}), release) is None
    assert try_decode(vm, Snapshot(seal(body[:at] + body[at + 1 :]), {}), release) is None


def waiting_body(*texts: str) -> tuple[bytes, FakeRelease]:
    """The body of a session whose first script waits, and the release it is of."""
    programs = [compile_source(text, f"{name}.bas")[0] for name, text in zip(("first", "again"), texts, strict=False)]
    release = FakeRelease([program for program in programs if program is not None])
    heap = COMPILED.new_heap(release, LIMITS)
    heap.start(release.programs[0], [], {})
    assert isinstance(heap.run(1_000, 0, 0), Suspended)
    return unseal(heap.encode().root), release
