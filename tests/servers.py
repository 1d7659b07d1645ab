"""Private servers for tests: a PostgreSQL cluster and a Redis on sockets of their own, started once a test process.

They may be stopped and killed. As root they run as another user, as PostgreSQL wants it.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path

import psycopg
import redis

from botserver.store.postgres.schema import migrate

_FAST = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",  # a killed process loses nothing by it, only a dead machine
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "max_wal_size": "512MB",
}
_DURABLE = _FAST | {"fsync": "on", "full_page_writes": "on", "max_wal_size": "4GB"}


class MissingServer(Exception):
    """The program of a server is not installed."""


def _program(name: str, package: str) -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    for folder in (*folders, *map(Path, os.environ.get("PATH", "").split(":"))):
        if (folder / name).is_file():
            return folder / name
    raise MissingServer(f"{name} is not installed; Debian: apt-get install -y {package}")


def postgres_version() -> str:
    shown = subprocess.run(
        [_program("postgres", "postgresql"), "--version"], capture_output=True, text=True, check=True
    )
    return shown.stdout.split()[2]


class PostgresServer:
    """A cluster in a folder, reached through a socket there. A `durable` one outlives the machine's crash too."""

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="botserver-pg-"))
        self._user: str | None = None
        if os.geteuid() == 0:
            self._user = next(name for name in ("postgres", "nobody") if _has_user(name))
            shutil.chown(self.folder, self._user)
        self._process: subprocess.Popen[bytes] | None = None
        self._migrated = ""  # the name of the database that is copied
        self._run(_program("initdb", "postgresql"), "-D", str(self._data), "-A", "trust", "-U", "test", "-N",
                  "--no-instructions", "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
        settings = {**(_DURABLE if durable else _FAST), "unix_socket_directories": f"'{self.folder}'"}
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _as_user(self, *command: str | Path) -> list[str]:
        """By a program instead of Popen's `user`, which forks, and gRPC's threads do not survive that."""
        change = [] if self._user is None else ["setpriv", f"--reuid={self._user}", "--clear-groups", "--"]
        return [*change, *map(str, command)]

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(self._as_user(*command), cwd="/", capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._as_user(_program("postgres", "postgresql"), "-D", self._data), cwd="/", stdout=log, stderr=log
            )
        for _ in range(600):
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not start: " + (self.folder / "log").read_text()[-2000:])

    @property
    def pid(self) -> int:
        """Of the process that the others of the cluster belong to."""
        assert self._process is not None
        return self._process.pid

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: shut down and cut connections. SIGQUIT: at once, as after a crash."""
        if self._process is not None:
            self.go_on()
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def stand_still(self) -> None:
        """Stop all its processes where they are: connections stay open, and nothing is answered."""
        os.kill(self.pid, signal.SIGSTOP)  # first, so that there are no more of them
        for pid in self._children():
            os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        for pid in (*self._children(), self.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def _children(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def close(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://test@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The URL of an empty database. It stays until the cluster goes: dropping one costs a checkpoint."""
        return self.url(self._create("template1"))

    def migrated_database(self) -> str:
        """The URL of a database that has the schema: a copy, which is made faster than the schema."""
        if not self._migrated:
            name = self._create("template1")
            migrate(self.url(name), name)
            self._migrated = name
        return self.url(self._create(self._migrated))

    def _create(self, template: str) -> str:
        name = f"t{uuid.uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name


class RedisServer:
    """A Redis in a folder, reached through a socket there. It keeps nothing on disk."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="botserver-redis-"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder}/redis.sock"

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = _program("redis-server", "redis-server")
        settings = {"port": "0", "unixsocket": str(self.folder / "redis.sock"), "save": "", "appendonly": "no"}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([program, *options], cwd=self.folder, stdout=log, stderr=log)
        client = redis.Redis.from_url(self.url)
        for _ in range(600):
            with suppress(redis.ConnectionError):
                client.ping()
                client.close()
                return
            time.sleep(0.05)
        raise RuntimeError("Redis does not start: " + (self.folder / "log").read_text()[-2000:])

    def stand_still(self) -> None:
        """Connections stay open and new ones are taken, and nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(60)
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@cache
def postgres() -> PostgresServer:
    """The cluster of this test process, which ends with it. Raises MissingServer."""
    server = PostgresServer()
    server.start()
    atexit.register(server.close)
    return server


@cache
def redis_server() -> RedisServer:
    """The Redis of this test process, which ends with it. Raises MissingServer."""
    server = RedisServer()
    server.start()
    atexit.register(server.close)
    return server
