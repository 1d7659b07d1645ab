"""Strings of LARGE_OBJECT_BYTES and more lie beside the root of a snapshot, named by their digests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from botserver.errors import BadSnapshot
from botserver.language.compiler import compile_source
from botserver.limits import LARGE_OBJECT_BYTES, Limits
from botserver.vm.effects import Done, Suspended
from botserver.vm.machine import Heap, Vm
from botserver.vm.snapshot import Snapshot, digest_of, seal, unseal
from tests.properties.agreement import COMPILED, REFERENCE
from tests.properties.random_programs import FakeRelease

LIMITS = Limits()
LARGE = "y" * LARGE_OBJECT_BYTES
both = pytest.mark.parametrize("vm", [COMPILED, REFERENCE], ids=["compiled", "reference"])


def parked(vm: Vm, script: str) -> tuple[FakeRelease, Heap]:
    program, _ = compile_source(script, "large.bas")
    assert program is not None
    release = FakeRelease([program])
    heap = vm.new_heap(release, LIMITS)
    heap.start(program, [], {})
    assert isinstance(heap.run(1_000_000, 0, 0), Suspended)
    heap.take_output()
    return release, heap


def answer(heap: Heap, text: str) -> object:
    heap.resume(text)
    return heap.run(1_000_000, 0, 0)


@both
def test_a_string_is_large_from_the_limit_on(vm: Vm) -> None:
    _, heap = parked(vm, f's = REPEAT("y", {LARGE_OBJECT_BYTES - 1})\nHEAR x')
    assert heap.encode().large == {}
    _, heap = parked(vm, f's = REPEAT("y", {LARGE_OBJECT_BYTES})\nHEAR x')
    snapshot = heap.encode()
    assert snapshot.large == {digest_of(LARGE.encode()): LARGE.encode()}
    assert len(snapshot.root) < 200


@both
def test_the_same_text_is_there_once_in_variables_keys_and_areas_of_strings(vm: Vm) -> None:
    script = f's = REPEAT("y", {LARGE_OBJECT_BYTES})\nm = {{a: s, b: [REPEAT("y", {LARGE_OBJECT_BYTES})]}}\nm[s] = 1\n'
    release, heap = parked(vm, script + "HEAR x\nRETURN (m.a = s) & m.b[0] & m[s]")
    snapshot = heap.encode()
    assert list(snapshot.large.values()) == [LARGE.encode()]
    again = vm.decode(snapshot, release, LIMITS)
    assert again.memory() == heap.memory()
    assert again.encode() == snapshot
    assert answer(again, "go") == Done(f"true{LARGE}1")


@both
def test_what_is_known_is_named_and_not_written(vm: Vm) -> None:
    script = f's = REPEAT("y", {LARGE_OBJECT_BYTES})\nSET "v", REPEAT("z", {LARGE_OBJECT_BYTES})\nHEAR x\n'
    release, heap = parked(vm, script + "t = s & x\nHEAR x")
    snapshot = heap.encode()
    assert len(snapshot.large) == 2
    assert heap.encode(frozenset(snapshot.digests)) == replace(snapshot, large={})
    again = vm.decode(snapshot, release, LIMITS)
    assert isinstance(answer(again, "more"), Suspended)
    grown = again.encode(frozenset(snapshot.digests))
    assert list(grown.large.values()) == [f"{LARGE}more".encode()]
    assert set(snapshot.digests) < set(grown.digests)


@both
def test_a_large_string_keeps_its_name_when_the_heap_is_collected(vm: Vm) -> None:
    script = f's = REPEAT("y", {LARGE_OBJECT_BYTES})\nHEAR x\nFOR i = 1 TO 20000\nt = "text " & i\nNEXT\nHEAR x'
    _, heap = parked(vm, script)
    before = heap.encode()
    assert isinstance(answer(heap, "go"), Suspended)
    assert heap.encode(frozenset(before.digests)).large == {}


def forged(snapshot: Snapshot, old: bytes, new: bytes) -> Snapshot:
    """With other bytes in the body."""
    body = unseal(snapshot.root, snapshot.digests)
    assert body.count(old) == 1
    return replace(snapshot, root=seal(body.replace(old, new), snapshot.digests))


def other(snapshot: Snapshot, *objects: bytes) -> Snapshot:
    """With other large objects."""
    large = {digest_of(data): data for data in objects}
    body = unseal(snapshot.root, snapshot.digests)
    return Snapshot(seal(body, tuple(large)), large, tuple(large))


@both
def test_what_is_not_what_its_name_says_is_refused(vm: Vm) -> None:
    release, heap = parked(vm, f's = REPEAT("y", {LARGE_OBJECT_BYTES})\nHEAR x')
    snapshot = heap.encode()
    (digest,) = snapshot.digests
    small, bad = b"y" * (LARGE_OBJECT_BYTES - 1), b"\xff" * LARGE_OBJECT_BYTES
    number = b"\x0b\x00"
    inline = b"\x07\x80\x20" + LARGE.encode()
    for damaged, why in [
        (replace(snapshot, large={}), "missing"),
        (replace(snapshot, large={digest: b"z" + LARGE.encode()[1:]}), "missing"),
        (replace(snapshot, digests=(digest_of(small),), large={digest_of(small): small}), "checksum"),
        (other(snapshot, small), "small"),
        (other(snapshot, bad), "UTF-8"),
        (other(snapshot), "fewer"),
        (other(snapshot, LARGE.encode(), bad), "more"),
        (forged(snapshot, number, b"\x0b\x01"), "not named"),
        (forged(snapshot, number, b"\x07\x00"), "not used"),
        (forged(snapshot, number, inline), "not beside"),
    ]:
        with pytest.raises(BadSnapshot, match=why):
            vm.decode(damaged, release, LIMITS)
