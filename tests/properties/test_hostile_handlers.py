"""What a snapshot says about handlers may be forged: it is read with care, by both VMs alike."""

from __future__ import annotations

import pytest

from botserver.errors import BadSnapshot
from botserver.language.compiler import compile_source
from botserver.language.opcodes import Op
from botserver.limits import Limits
from botserver.vm.effects import Suspended
from botserver.vm.machine import Vm
from botserver.vm.snapshot import Snapshot, seal, unseal

from .agreement import COMPILED, REFERENCE
from .random_programs import FakeRelease

LIMITS = Limits()
HANDLER = b"\x01\x01e\x00\x0a\x08\x03\x07\x01f\x07\x00\x07\x01f"
KEPT = b"\x01\x01f\x00\x07\x09\x01\x07\x01a\x08\x00"

pytestmark = pytest.mark.parametrize("vm", [COMPILED, REFERENCE], ids=["compiled", "reference"])


def waiting(vm: Vm, source: str, *, handles: bool = False) -> tuple[FakeRelease, bytes]:
    """A release of one script, and the body of a session in which it waits, or its handler in an outside call."""
    program, _ = compile_source(source, "ask.bas")
    assert program is not None
    release = FakeRelease([program])
    heap = vm.new_heap(release, LIMITS)
    heap.start(program, [], {})
    assert isinstance(heap.run(1_000, 0, 0), Suspended)
    if handles:
        (found,) = heap.handlers()
        heap.start_handler(program, found.key, [None], found.kept)
        assert isinstance(heap.run(1_000, 0, 0), Suspended)
    return release, unseal(heap.encode().root)


def is_read(vm: Vm, body: bytes, release: FakeRelease) -> bool:
    try:
        vm.decode(Snapshot(seal(body), {}), release, LIMITS)
    except BadSnapshot:
        return False
    return True


@pytest.mark.parametrize(
    ("handlers", "kept", "accepted"),
    [
        (HANDLER, KEPT, True),
        (HANDLER, b"\0", True),
        (b"\x02" + 2 * HANDLER[1:], KEPT, False),  # one script twice for an event
        (b"\x01\x00" + HANDLER[3:], KEPT, False),  # no event
        (b"\x01\x01e\x00\x07\x08\x02\x07\x01f\x07\x00", KEPT, False),  # no place of its variables
        (HANDLER, b"\x01\x01f\x00\x01\x00", False),  # no map
        (HANDLER, b"\x01\x01f\x00\x07\x09\x01\x03\x01a\x08\x00", False),  # a key that is no text
        (HANDLER, b"\x01\x01f\x00\x07\x09\x01\x07\x01a\x0a\x05", False),  # an object nobody saw
        (HANDLER, b"\x01\x01f\x00\x07\x09\x01\x07\x01a\x0a\x00", True),  # a cycle
        (HANDLER, b"\x02" + 2 * KEPT[1:], False),  # twice
        (HANDLER, b"\x01\x00" + KEPT[3:], False),  # no name
    ],
)
def test_what_is_kept_for_handlers_is_sound_or_refused(vm: Vm, handlers: bytes, kept: bytes, accepted: bool) -> None:
    release, body = waiting(vm, "HEAR y")
    assert body.endswith(b"\0\0")
    assert is_read(vm, body[:-2] + handlers + kept, release) == accepted


def test_only_a_handler_runs_over_a_script_that_waits(vm: Vm) -> None:
    release, body = waiting(vm, 'HEAR y\nON EVENT "a"\nx = CALL "/s"\nEND ON\nx = CALL "/s"', handles=True)
    (program,) = release.programs
    assert vm.decode(Snapshot(seal(body), {}), release, LIMITS).is_handling
    code = program.procedures[0].code
    entry, effects = program.handlers[0].entry, [pc for pc, each in enumerate(code) if each[0] == Op.EFFECT]
    assert body.count(bytes([0, 0, entry])) == 1
    assert not is_read(vm, body.replace(bytes([0, 0, entry]), bytes([0, 0, effects[-1]])), release)


def test_a_handler_runs_only_over_a_script_that_waits_for_somebody(vm: Vm) -> None:
    release, body = waiting(vm, 'HEAR y\nON EVENT "a"\nx = CALL "/s"\nEND ON\nx = CALL "/s"', handles=True)
    (program,) = release.programs
    effects = [pc for pc, each in enumerate(program.procedures[0].code) if each[0] == Op.EFFECT]
    assert body.count(bytes([0, 0, effects[0]])) == 1
    assert not is_read(vm, body.replace(bytes([0, 0, effects[0]]), bytes([0, 0, effects[-1]])), release)
