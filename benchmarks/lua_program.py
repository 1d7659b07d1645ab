"""Runs a Lua program given on standard input: a program for the peers' environment (peers.py), not ours.

Prints its CPU time in milliseconds, the lesser of two runs, and its result.
"""

from __future__ import annotations

import sys
import time

import lupa.lua54 as lupa

program = lupa.LuaRuntime().eval(f"function() {sys.stdin.read()} end")
spent_ms = []
result = None
for _ in range(2):
    began_s = time.process_time()
    result = program()
    spent_ms.append((time.process_time() - began_s) * 1e3)
print(min(spent_ms), result)
