"""Reading our own sources as trees."""

from __future__ import annotations

import ast
import gc
from pathlib import Path


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file. Without the garbage collector: CPython 3.11 counts its recursion wrongly when a
    finalizer of what other tests left runs in the middle (SystemError "AST constructor recursion depth mismatch")."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    finally:
        if was_enabled:
            gc.enable()
