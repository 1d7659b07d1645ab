"""How long compiling takes: `python benchmarks/compiler.py [--json]`.

The script is made of the samples, with new names for the procedures of each copy, until it has 600 lines.

    cold_ms     the first script of a process: reading the parser's table included, imports not
    warm_ms     the same script in a process that has compiled before, median
    cached_ms   the same script out of the folder of compiled scripts, verified, median
    check_s     `botserver check` of a package of 150 scripts of 60 lines, a process, nothing cached
    check_again_s   the same with all of it cached

Times are of the CPU, for all but the checks.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from botserver.language.cache import ProgramCache
from botserver.language.compiler import compile_source

ROOT = Path(__file__).parents[1]
LINES = 600
SCRIPTS = 150
RUNS = 7


def long_script(n_lines: int) -> str:
    samples = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("samples/*.gbai/*.gbdialog/*.bas"))]
    lines: list[str] = []
    copy = 0
    while len(lines) < n_lines:
        for text in samples:
            copy += 1
            for name in set(re.findall(r"(?im)^\s*(?:SUB|FUNCTION)\s+(\w+)|^(\w+):\s*$", text)):
                word = "".join(name)
                text = re.sub(rf"(?i)\b{word}\b", f"{word}_{copy}", text)
            lines += text.splitlines()
            if len(lines) >= n_lines:
                break
    return "\n".join(lines)


def milliseconds(text: str, cache: ProgramCache | None = None) -> float:
    began_s = time.process_time()
    program = cache.compile(text, "long.bas").program if cache else compile_source(text, "long.bas")[0]
    spent_s = time.process_time() - began_s
    if program is None:
        raise SystemExit("the script does not compile")
    return spent_s * 1e3


def check_seconds(package: Path, cache: Path) -> float:
    began_s = time.perf_counter()
    command = [sys.executable, "-m", "botserver.cli", "check", str(package)]
    environment = {**os.environ, "BOTSERVER_CACHE": str(cache)}
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began_s


def measure() -> dict[str, float]:
    text = long_script(LINES)
    figures: dict[str, float] = {"lines": text.count("\n") + 1, "cold_ms": milliseconds(text)}
    figures["warm_ms"] = statistics.median(milliseconds(text) for _ in range(RUNS))
    with tempfile.TemporaryDirectory() as name:
        cache = ProgramCache(Path(name) / "programs")
        cache.compile(text, "long.bas")
        figures["cached_ms"] = statistics.median(milliseconds(text, cache) for _ in range(RUNS))
        package = Path(name) / "big.gbai"
        package.mkdir()
        short = long_script(60)
        for n in range(SCRIPTS):
            (package / f"s{n}.bas").write_text(f"' {n}\n{short}", encoding="utf-8")
        figures["check_s"] = check_seconds(package, Path(name) / "check")
        figures["check_again_s"] = check_seconds(package, Path(name) / "check")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="for programs")
    figures = measure()
    if parser.parse_args().json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:14} {value:10.2f}")


if __name__ == "__main__":
    main()
