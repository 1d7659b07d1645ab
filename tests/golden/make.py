"""Writes the golden files of the current formats, once: `python tests/golden/make.py tests/golden/v1`.

Files of a released format are never made again; a new format gets a folder of its own, and the old ones must still be
read. The folder holds the program, the root and the large objects of a snapshot in the middle of the conversation, and
what is said from there on.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from botserver.language.compiler import compile_source
from botserver.limits import Limits
from botserver.vm.effects import Suspended
from botserver.vm.machine import choose_vm
from tests.golden.conversation import ANSWERS, talk
from tests.one_script import OneScript

SNAPSHOT_AFTER = 2


def main(folder: Path) -> None:
    source = Path(__file__).with_name("orders.bas")
    program, diagnostics = compile_source(source.read_text(encoding="utf-8"), source.name)
    if program is None:
        raise SystemExit("\n".join(map(str, diagnostics)))
    heap = choose_vm("reference").new_heap(OneScript(program), Limits())
    heap.start(program, [], {})
    said, stop = talk(heap, ANSWERS[:SNAPSHOT_AFTER])
    if not isinstance(stop, Suspended):
        raise SystemExit(f"the conversation stopped with {stop}")
    snapshot = heap.encode()
    folder.mkdir()
    (folder / "program").write_bytes(program.encoded)
    (folder / "root").write_bytes(snapshot.root)
    for number, data in enumerate(snapshot.large.values()):
        (folder / f"large-{number}").write_bytes(data)
    used = heap.memory().used
    heap.resume(ANSWERS[SNAPSHOT_AFTER])
    rest, stop = talk(heap, ANSWERS[SNAPSHOT_AFTER + 1 :])
    expected = {"answers": ANSWERS[SNAPSHOT_AFTER:], "messages": rest, "memory_used": used, "fuel": heap.fuel_used}
    (folder / "expected.json").write_text(json.dumps(expected, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(*said, *rest, stop, sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
