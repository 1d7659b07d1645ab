"""A small world for tests of sessions: bots of a few lines, a database in memory, a clock turned by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from botserver.clock import ManualClock
from botserver.errors import ConfigError, StoreUnavailable
from botserver.ids import MessageId, SessionId
from botserver.language.package import load_package
from botserver.model import LOCAL, Incoming, JsonValue, Message, OpenRequest, OutsideEvent, OutsideKind, Reply, Wait
from botserver.session.releases import Releases
from botserver.session.sessions import Sessions
from botserver.session.settings import SessionSettings
from botserver.store.abc import Store
from botserver.store.sqlite import open_store
from botserver.vm.machine import Vm, choose_vm


def any_vm() -> Vm:
    """The compiled VM, or the reference where it was not built."""
    try:
        return choose_vm()
    except ConfigError:
        return choose_vm("reference")


def write_package(
    folder: Path, name: str, scripts: Mapping[str, str], config: Mapping[str, str], files: Mapping[str, str]
) -> Path:
    """A bot package of these scripts, and of other files by path."""
    package = folder / f"{name}.gbai"
    dialog, settings = package / f"{name}.gbdialog", package / f"{name}.gbot"
    dialog.mkdir(parents=True, exist_ok=True)
    settings.mkdir(parents=True, exist_ok=True)
    for script, text in scripts.items():
        (dialog / f"{script}.bas").write_text(text, encoding="utf-8")
    lines = "".join(f"{key},{value}\n" for key, value in config.items())
    (settings / "config.csv").write_text("name,value\n" + lines, encoding="utf-8")
    for path, text in files.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text, encoding="utf-8")
    return package


class FlakyStore:
    """A store whose calls can be counted and made to fail, before or after they did their work."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls = 0
        self.fail_at = 0
        self.fail_after_work = False
        self.is_down = False
        self.only = ""

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.store, name)
        if not asyncio.iscoroutinefunction(method) or name == "close":
            return method

        async def call(*arguments: Any, **named: Any) -> Any:
            if self.is_down:
                raise StoreUnavailable(what="switched off")
            fails = False
            if not self.only or self.only == name:
                self.calls += 1
                fails = self.calls == self.fail_at
            if fails and not self.fail_after_work:
                raise StoreUnavailable(what="before")
            result = await method(*arguments, **named)
            if fails:
                raise StoreUnavailable(what="after")
            return result

        return call


class World:
    """One process and its database; `restart` is another process on the same database."""

    def __init__(
        self, folder: Path, settings: SessionSettings | None = None, store: Store | None = None, **more: Any
    ) -> None:
        """`store` is a database that other worlds may have too; else it is this one's own, in memory. `more` are
        arguments of `Sessions`."""
        self._more = more
        self.folder = folder
        self.call_log = folder / "calls"
        self._settings = settings or SessionSettings(
            worker_threads=1, drain_s=0.0, test_performers=True, call_log=self.call_log
        )
        self._ids = 0
        self.vm = any_vm()
        self.clock = ManualClock()
        self.store = FlakyStore(store or open_store(None, self.clock))
        self._sessions: list[Sessions] = []
        self.boot()

    def boot(self) -> None:
        """A process that just started: nothing is hot."""
        self.releases = Releases(self.store)
        self.sessions = Sessions(self.store, self.releases, self.vm, self._settings, **self._more)
        self._sessions.append(self.sessions)

    async def restart(self) -> None:
        """Another process, with the packages as they are in the folder."""
        await self.sessions.close()
        self.boot()
        await self.activate()

    async def deploy(
        self,
        name: str = "bot",
        *,
        config: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        **scripts: str,
    ) -> None:
        write_package(self.folder, name, scripts, config or {}, files or {})
        await self.activate()

    async def activate(self) -> None:
        for path in sorted(self.folder.glob("*.gbai")):
            await self.releases.activate(load_package(path))

    async def open(self, bot: str = "bot", **more: Any) -> tuple[SessionId, Reply]:
        view, reply = await self.sessions.create_session(OpenRequest(bot, LOCAL, **more))
        return view.session_id, reply

    def message_id(self) -> MessageId:
        self._ids += 1
        return MessageId(f"m{self._ids}")

    async def say(self, session_id: SessionId, text: str, message_id: str = "", wait: Wait = Wait.SETTLED) -> Reply:
        incoming = Incoming(MessageId(message_id) if message_id else self.message_id(), text=text)
        return await self.sessions.send_message(LOCAL, session_id, incoming, wait)

    async def choose(self, session_id: SessionId, key: str) -> Reply:
        return await self.sessions.send_message(LOCAL, session_id, Incoming(self.message_id(), choice=key))

    async def happen(
        self, session_id: SessionId, name: str, data: JsonValue = None, kind: str = "event", **more: Any
    ) -> Reply:
        event = OutsideEvent(OutsideKind(kind), name, data, more.pop("metadata", {}))
        incoming = Incoming(MessageId(more.pop("message_id", "") or self.message_id()), event=event)
        return await self.sessions.send_message(LOCAL, session_id, incoming, **more)

    async def pass_time(self, seconds: float) -> None:
        """Let the clock go on and do what is due."""
        self.clock.advance(seconds)
        await self.sessions.run_due()

    async def quiet(self) -> None:
        """Wait until no session has work, however long threads take: all are parked, idle or ended."""
        await self.sessions.quiet()

    async def called(self, n: int = 1) -> list[str]:
        """The keys of the first `n` calls of `/test/slow`, once they were made; the turns stand at them."""
        async with asyncio.timeout(30):
            while len(keys := self.call_log.read_text().split() if self.call_log.exists() else []) < n:
                await asyncio.sleep(0.001)  # a commit on the writer's thread comes before each call
        return keys

    async def settle(self, awaitable: Awaitable[Reply], step_s: float = 1.0, steps: int = 60) -> Reply:
        """Wait for a reply while the clock goes on as far as it must; it stands still while anything runs."""
        task = asyncio.ensure_future(awaitable)
        for _ in range(steps):
            await self.quiet()
            await asyncio.sleep(0)  # the reply reaches its caller
            if task.done():
                return await task
            await self.pass_time(step_s)
        task.cancel()
        raise AssertionError("no reply")

    async def transcript(self, session_id: SessionId) -> list[str]:
        page = await self.sessions.list_messages(LOCAL, session_id, 500, "")
        return [f"{message.role}: {message.text}" for message in page.items]

    async def close(self) -> None:
        self.store.is_down = False
        for sessions in self._sessions:
            await sessions.close()
        await self.store.store.close()


def texts(reply: Reply) -> list[str]:
    return [message.text for message in reply.messages]


def seqs(messages: tuple[Message, ...]) -> list[int]:
    return [message.seq for message in messages]


Deploy = Callable[..., Awaitable[None]]
