"""A release of one program, for heaps in tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from botserver.errors import ScriptError
from botserver.ids import Digest
from botserver.language.program import Program
from botserver.vm.values import HostValue


@dataclass
class OneScript:
    program: Program
    parameters: Mapping[str, HostValue] = field(default_factory=dict)

    is_get_dynamic: bool = False

    def find_script(self, name: str) -> Program:
        raise ScriptError(3004, f"no script {name}")

    def find_program(self, digest: Digest) -> Program | None:
        return self.program if digest == self.program.digest else None

    def has_file(self, path: str) -> bool:
        return False

    def find_kb(self, name: str) -> str | None:
        return None

    def find_tool(self, name: str) -> str | None:
        return None
