"""Servers of their own processes that benchmarks start: `botserver serve` and what it is compared to."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.live import COMMAND, ROOT, environment


class Server:
    """A process that says where it serves."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment())
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        match = re.search(r" on (\S+)$", line)
        if match is None:
            raise SystemExit(f"{' '.join(command)} said {line!r}")
        self.address = match[1]
        self._usage = psutil.Process(self.process.pid)

    def cpu_s(self) -> float:
        """Of the process and those it started."""
        return sum(cpu_s(process) for process in (self._usage, *self._usage.children(recursive=True)))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()


def cpu_s(process: psutil.Process) -> float:
    """Of a process, and of those it started that have ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


@contextmanager
def started(*command: str) -> Iterator[Server]:
    server = Server(command)
    try:
        yield server
    finally:
        server.stop()


def serving(packages: Path, database: Path | str, *options: str) -> list[str]:
    """The command of a `botserver serve` on a file or a PostgreSQL."""
    fixed = ("--listen", "127.0.0.1:0", "--metrics", "off", "--log-level", "error", "--no-reload")
    return [*COMMAND, "serve", str(packages), *fixed, "--database", str(database), *options]


def echo(reply: bytes) -> list[str]:
    return [sys.executable, "-m", "benchmarks.echo", reply.hex()]


READY = (sys.executable, "-m", "benchmarks.ready")
