"""Load on a server: sessions that talk, and how long each answer took. Prints nothing.

Closed loop: each session says the next thing when it was answered, so a slow server is asked less. With a rate,
messages have fixed times and go to whichever session is free; what comes late because the server, or all sessions,
were busy counts from the moment it should have been sent. Otherwise a stall would be measured by the few messages
that happened to be under way (coordinated omission).
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from botserver_client import Activity, AsyncBotserverClient, BotserverError, Reply
from hdrh.histogram import HdrHistogram

from ..errors import ConfigError

_LONGEST_US = 3_600_000_000
_DIGITS = 3  # significant ones of a time
_NOBODY_FREE_S = 0.01


@dataclass(frozen=True, slots=True)
class Plan:
    """`rate` None is a closed loop. `words` are what each session says; at their end it begins anew in a session of its
    own."""

    bot: str
    words: Sequence[str]
    sessions: int
    duration_s: float
    warm_up_s: float = 0.0
    rate: float | None = None


def _histogram() -> HdrHistogram:
    return HdrHistogram(1, _LONGEST_US, _DIGITS)


@dataclass(slots=True)
class Second:
    """What was answered in one second."""

    answered: int = 0
    failed: int = 0
    times: HdrHistogram = field(default_factory=_histogram)


@dataclass(slots=True)
class Figures:
    """Of the time after the warm-up. `failures` by reason, `faults` by the number of the script error."""

    began_at_s: float = 0.0
    answered: int = 0
    opened: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    faults: Counter[int] = field(default_factory=Counter)
    times: HdrHistogram = field(default_factory=_histogram)
    seconds: list[Second] = field(default_factory=list)
    unsent: int = 0
    """Messages whose time had come and that no session was free to send before the end."""

    def second(self) -> Second:
        number = max(0, int(time.monotonic() - self.began_at_s))
        while len(self.seconds) <= number:
            self.seconds.append(Second())
        return self.seconds[number]

    def percentile_ms(self, percent: float) -> float:
        return float(self.times.get_value_at_percentile(percent)) / 1e3


def read_words(path: Path) -> list[str]:
    """What the user says in a conversation file: its lines that begin with `> `. Raises ConfigError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"scenario {path} cannot be read", hint="it is a text file in UTF-8") from error
    words = [line[2:].strip() for line in lines if line.startswith("> ")]
    if not words:
        raise ConfigError(f"scenario {path} says nothing", hint="a line such as `> two pizzas` is what a user says")
    return words


class Load:
    """One run. `figures` may be looked at meanwhile."""

    def __init__(self, plan: Plan, clients: Sequence[AsyncBotserverClient]) -> None:
        self._plan = plan
        self._users = [_User(self, clients[number % len(clients)]) for number in range(plan.sessions)]
        self.figures = Figures()
        self.under_way = 0
        self._counts = False

    async def run(self) -> None:
        """Opens the sessions, warms up, measures. Raises BotserverError if no session can be opened."""
        await asyncio.gather(*(user.open() for user in self._users))
        drive = self._at_a_rate if self._plan.rate is not None else self._closed_loop
        if self._plan.warm_up_s:
            await drive(self._plan.warm_up_s)
        self._counts = True
        self.figures.began_at_s = time.monotonic()
        await drive(self._plan.duration_s)

    async def _closed_loop(self, span_s: float) -> None:
        end_s = time.monotonic() + span_s

        async def talk(user: _User) -> None:
            while time.monotonic() < end_s:
                await user.say(time.monotonic())

        await asyncio.gather(*(talk(user) for user in self._users))

    async def _at_a_rate(self, span_s: float) -> None:
        assert self._plan.rate is not None
        free: asyncio.Queue[_User] = asyncio.Queue()
        for user in self._users:
            free.put_nowait(user)
        began_s = time.monotonic()
        n_messages = int(span_s * self._plan.rate)

        async def say(user: _User, at_s: float) -> None:
            await user.say(at_s)
            free.put_nowait(user)

        async with asyncio.TaskGroup() as talk:
            for number in range(n_messages):
                at_s = began_s + number / self._plan.rate
                if (early_s := at_s - time.monotonic()) > 0:
                    await asyncio.sleep(early_s)
                try:
                    async with asyncio.timeout(max(_NOBODY_FREE_S, began_s + span_s - time.monotonic())):
                        user = await free.get()
                except TimeoutError:
                    if self._counts:
                        self.figures.unsent += n_messages - number
                    return
                talk.create_task(say(user, at_s))

    def answered(self, at_s: float, reply: Reply) -> None:
        if not self._counts:
            return
        took_us = max(1, int((time.monotonic() - at_s) * 1e6))
        second = self.figures.second()
        second.answered += 1
        self.figures.answered += 1
        for times in (second.times, self.figures.times):
            times.record_value(min(took_us, _LONGEST_US))
        if reply.fault is not None:
            self.figures.faults[reply.fault.number] += 1

    def failed(self, error: BotserverError) -> None:
        if self._counts:
            self.figures.failures[error.reason or error.status] += 1
            self.figures.second().failed += 1

    @property
    def plan(self) -> Plan:
        return self._plan


class _User:
    """Somebody who talks in one session after the other."""

    def __init__(self, load: Load, client: AsyncBotserverClient) -> None:
        self._load = load
        self._client = client
        self._session_id = ""
        self._position = 0

    async def open(self) -> Reply:
        session, reply = await self._client.create_session(self._load.plan.bot)
        self._session_id = "" if reply.activity is Activity.ENDED else session.session_id
        self._position = 0
        self._load.figures.opened += 1
        return reply

    async def say(self, at_s: float) -> None:
        """The next thing, which should have been said at `at_s`. A failure is counted, not raised."""
        words = self._load.plan.words
        self._load.under_way += 1
        try:
            begins = self._position == len(words) or not self._session_id
            opening = await self.open() if begins else None
            if opening is not None and not self._session_id:
                reply = opening  # the bot asked nothing
            else:
                self._position += 1
                reply = await self._client.send_message(self._session_id, words[self._position - 1])
        except BotserverError as error:
            self._load.failed(error)
            self._session_id = ""
        else:
            self._load.answered(at_s, reply)
            if reply.activity is Activity.ENDED:
                self._session_id = ""
        finally:
            self._load.under_way -= 1
