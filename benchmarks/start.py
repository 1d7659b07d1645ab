"""How long `botserver serve` takes until its health says that it serves.

    python -m benchmarks.start [--starts 5] [--json]

Twenty packages of together 150 scripts are made of the samples, each script different. The server is started as a
process on a new SQLite file, without compiled scripts, then on the files it left behind, several times. Time runs from
the start of the process to the first answer SERVING of the health service.

    cold_s      the first start: everything is compiled
    warm_s      later ones, median
    …_cpu_s     what of it the server spent on its processor
    empty_s     a server of one package with one script, median: what a process takes whatever it serves
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import grpc
import psutil
from grpc_health.v1 import health_pb2, health_pb2_grpc

from .compiler import ROOT, long_script

PACKAGES = 20
SCRIPTS = 150
LINES = 60
STARTS = 5
PATIENCE_S = 60.0


def make_packages(folder: Path, n_packages: int = PACKAGES, n_scripts: int = SCRIPTS, lines: int = LINES) -> Path:
    """A folder of packages, whose scripts share no line of code that a cache could know."""
    text = long_script(lines)
    for n in range(n_scripts):
        package = folder / f"bot{n % n_packages}.gbai"
        dialog = package / f"bot{n % n_packages}.gbdialog"
        dialog.mkdir(parents=True, exist_ok=True)
        script = "start" if n < n_packages else f"script{n}"
        (dialog / f"{script}.bas").write_text(f'mark = "script {n}"\n{text}\n', encoding="utf-8")
    return folder


def start(packages: Path, state: Path) -> tuple[float, float]:
    """Seconds, and those of the processor, until a server says it serves."""
    port = _free_port()
    address = f"127.0.0.1:{port}"
    options = ["--listen", address, "--metrics", "off", "--database", f"sqlite:///{state}/bots.db"]
    command = [sys.executable, "-m", "botserver.cli", "serve", str(packages), *options]
    environment = {**os.environ, "BOTSERVER_CACHE": str(state / "cache"), "PYTHONPATH": str(ROOT)}
    began_s = time.perf_counter()
    with (state / "server.log").open("ab") as log:
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, env=environment, cwd=state)
    try:
        _wait_until_serving(server, port, began_s)
        took_s = time.perf_counter() - began_s
        spent = psutil.Process(server.pid).cpu_times()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    return took_s, spent.user + spent.system


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_serving(server: subprocess.Popen[bytes], port: int, began_s: float) -> None:
    while True:
        if server.poll() is not None or time.perf_counter() - began_s > PATIENCE_S:
            raise SystemExit("the server does not serve")
        try:  # by hand: a gRPC channel that was refused waits for a second
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except ConnectionRefusedError:
            time.sleep(0.005)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        check = health_pb2_grpc.HealthStub(channel).Check
        while check(health_pb2.HealthCheckRequest()).status != health_pb2.HealthCheckResponse.SERVING:
            time.sleep(0.005)


def measure(starts: int = STARTS) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        full, small = Path(name) / "full", Path(name) / "small"
        for state in (full, small):
            state.mkdir()
        packages = make_packages(full / "bots")
        one = make_packages(small / "bots", 1, 1)
        cold_s, cold_cpu_s = start(packages, full)
        warm = [start(packages, full) for _ in range(starts)]
        start(one, small)
        empty = [start(one, small) for _ in range(starts)]
    return {
        "cold_s": cold_s,
        "cold_cpu_s": cold_cpu_s,
        "warm_s": statistics.median(took_s for took_s, _ in warm),
        "warm_cpu_s": statistics.median(spent_s for _, spent_s in warm),
        "empty_s": statistics.median(took_s for took_s, _ in empty),
        "empty_cpu_s": statistics.median(spent_s for _, spent_s in empty),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=STARTS, help="warm ones")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    figures = measure(options.starts)
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:14} {figure:8.2f}")


if __name__ == "__main__":
    main()
