"""A `botserver serve` process of its own, for tests that kill, signal or misconfigure it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "botserver.cli"]


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without settings of a server, plus `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOTSERVER_")}
    kept |= {name: os.environ[name] for name in ("BOTSERVER_VM", "BOTSERVER_CACHE") if name in os.environ}
    paths = [str(ROOT), str(ROOT / "clients/python"), kept.get("PYTHONPATH", "")]
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, paths))} | extra


class LiveServer:
    """Starts with the block, on a port of the system's choice, and is killed at its end if it still runs."""

    def __init__(self, packages: Path, *options: str, folder: Path, **variables: str) -> None:
        self._command = [*COMMAND, "serve", str(packages), "--metrics", "off", *options]
        self._folder = folder
        self._environment = environment(**variables)
        self.address = "127.0.0.1:0"

    def __enter__(self) -> LiveServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self, **variables: str) -> None:
        """Returns when it serves, again at the address of the first time; raises AssertionError with its words if it
        does not."""
        with (self._folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self._command, "--listen", self.address],
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self._folder,
                env=self._environment | variables,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        match = re.fullmatch(r"serving (.*) on (\S+)\n", line)
        assert match, f"the server said {line!r} and {self.log()}"
        self.bots, self.address = match[1].split(", "), match[2]

    def log(self) -> str:
        return (self._folder / "server.log").read_text(encoding="utf-8")

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self._reap()

    def terminate(self) -> int:
        """SIGTERM; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def wait(self) -> int:
        """Until it ends by itself; gives the exit code."""
        return self._reap()

    def _reap(self) -> int:
        code = self.process.wait(timeout=60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code
