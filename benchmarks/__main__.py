"""All figures at once: `python -m benchmarks [--json FILE]`. A table on standard output, the same as JSON in FILE.

Each benchmark is a process of its own. Figures of one run belong together; do not compare them over machines or days.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SUITES = {
    "vm": "programs against Lua 5.4 and Yabasic",
    "engine": "durable turns in process beside the raw floor of the database and beside LangGraph",
    "wire": "messages over gRPC beside a bare echo",
    "fairness": "what hostile sessions do to others beside a process that burns as much",
    "store": "turns a second of the embedded store alone",
    "node": "what a message costs a server and a PostgreSQL, and leaves behind",
    "untouched": "turns, saves and branches of sessions that hold 8 MB",
    "compiler": "compiling, loading from the cache, checking 150 scripts",
}


def run(suite: str) -> Any:
    command = [sys.executable, "-m", f"benchmarks.{suite}", "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def flatten(value: object, name: str = "") -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return [row for key, item in value.items() for row in flatten(item, f"{name}.{key}" if name else str(key))]
    if isinstance(value, list):
        return [row for index, item in enumerate(value) for row in flatten(item, f"{name}.{index}")]
    return [(name, round(value, 3) if isinstance(value, float) else value)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--only", choices=SUITES, help="one benchmark")
    options = parser.parse_args()
    figures: dict[str, Any] = {}
    for suite, title in SUITES.items():
        if options.only and suite != options.only:
            continue
        print(f"{suite}: {title}", flush=True)
        figures[suite] = run(suite)
        for name, figure in flatten(figures[suite]):
            print(f"    {name:44} {figure}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
