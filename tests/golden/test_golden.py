"""Programs and snapshots of every released format are read, and the conversation goes on as it would have then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from botserver.language.program import decode_program
from botserver.language.verifier import verify
from botserver.limits import Limits
from botserver.vm.effects import Done
from botserver.vm.machine import choose_vm
from botserver.vm.snapshot import Snapshot, digest_of, programs_of
from tests.golden.conversation import talk
from tests.one_script import OneScript

FORMATS = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.json"))


@pytest.mark.parametrize("vm", ["reference", "compiled"])
@pytest.mark.parametrize("folder", FORMATS, ids=lambda folder: folder.name)
def test_conversation_of_an_old_format_goes_on(folder: Path, vm: str) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    program = decode_program((folder / "program").read_bytes())
    verify(program)
    root = (folder / "root").read_bytes()
    objects = [path.read_bytes() for path in sorted(folder.glob("large-*"))]
    large = {digest_of(data): data for data in objects}
    assert programs_of(root, tuple(large)) == (program.digest,)
    heap = choose_vm(vm).decode(Snapshot(root, large, tuple(large)), OneScript(program), Limits())
    assert heap.memory().used == expected["memory_used"]
    heap.resume(expected["answers"][0])
    said, stop = talk(heap, expected["answers"][1:])
    assert said == expected["messages"]
    assert stop == Done(6)
    assert heap.fuel_used == expected["fuel"]


def test_there_are_golden_files() -> None:
    assert FORMATS
