"""The compiler, loaded when a script is first compiled: a server that finds all scripts compiled starts without it."""

from __future__ import annotations

from collections.abc import Collection

from .declarations import Compiled


def compile_script(text: str, file: str, injected: Collection[str] = ()) -> Compiled:
    """As `compiler.compile_script`."""
    from . import compiler

    return compiler.compile_script(text, file, injected)
