"""The programs that ours are compared to, installed where they disturb nothing.

Those of PyPI stand pinned in peers.txt and live in build/peers, an environment of their own; it is made when it is
first needed and again when the list changes. Yabasic is Debian's: as root it is installed, else said to be missing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.live import ROOT

_LIST = Path(__file__).with_name("peers.txt")
_FOLDER = ROOT / "build/peers"


def python() -> str:
    """An interpreter that has them."""
    interpreter, done = _FOLDER / "bin/python", _FOLDER / "installed.txt"
    if not done.exists() or done.read_text() != _LIST.read_text():
        print("installing the peers into build/peers", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", _FOLDER], check=True)
        pip = [str(interpreter), "-m", "pip", "--disable-pip-version-check", "install", "-q", "-r", str(_LIST)]
        subprocess.run(pip, check=True, stdout=sys.stderr)
        done.write_text(_LIST.read_text())
    return str(interpreter)


def has_yabasic() -> bool:
    if shutil.which("yabasic") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing yabasic", file=sys.stderr, flush=True)
        install = ["apt-get", "install", "-y", "-qq", "yabasic"]
        if subprocess.run(install, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
            subprocess.run(["apt-get", "update", "-qq"], stdout=subprocess.DEVNULL, check=False)
            subprocess.run(install, stdout=subprocess.DEVNULL, check=False)
    if shutil.which("yabasic") is None:
        print("yabasic is missing; Debian: apt-get install -y yabasic", file=sys.stderr)
        return False
    return True


def versions() -> dict[str, str]:
    """Of what is installed."""
    lines = [line.split("==") for line in _LIST.read_text().splitlines() if "==" in line]
    found = {name.partition("[")[0]: number for name, number in lines}
    if shutil.which("yabasic"):
        shown = subprocess.run(["yabasic", "--version"], capture_output=True, text=True, check=False)
        numbers = re.findall(r"\d+(?:\.\d+)+", shown.stdout + shown.stderr)
        found["yabasic"] = numbers[0] if numbers else "unknown"
    return found
