"""Who performs outside calls: one performer a family, found by the name of the effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ...errors import ScriptError
from ...vm.effects import Effect
from ...vm.values import HostValue
from ..outcomes import Outcome
from ..settings import BotConfig


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a call is made: the bot, as the release of the turn has it."""

    bot: str
    config: BotConfig


class CallPerformer(Protocol):
    """Carries out outside calls."""

    def refusal(self, effect: Effect, caller: Caller) -> ScriptError | None:
        """Why a call cannot be made at all; known before anything leaves the process."""
        ...

    async def perform(self, effect: Effect, key: str, caller: Caller) -> HostValue | Outcome:
        """What the call gives; an Outcome is a value with a soft error. Raises ScriptError."""
        ...


class Families:
    """Gives each call to the performer of its effect, all others to `otherwise`."""

    def __init__(self, families: Mapping[str, CallPerformer], otherwise: CallPerformer) -> None:
        self._families = dict(families)
        self._otherwise = otherwise

    def refusal(self, effect: Effect, caller: Caller) -> ScriptError | None:
        return self._of(effect).refusal(effect, caller)

    async def perform(self, effect: Effect, key: str, caller: Caller) -> HostValue | Outcome:
        return await self._of(effect).perform(effect, key, caller)

    def _of(self, effect: Effect) -> CallPerformer:
        return self._families.get(effect.name, self._otherwise)
