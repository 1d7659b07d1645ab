"""Doubles of services outside: they record what scripts ask for and give the answers a conversation file has."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..errors import ScriptError
from ..outside.http import HttpResponse
from ..session.outcomes import Outcome
from ..session.performers import http
from ..session.performers.outside import Caller
from ..session.performers.service import ServicePerformer
from ..session.values import from_json, to_json
from ..vm.effects import Effect
from ..vm.values import HostValue
from .chat import CallWanted
from .patterns import matches


class Doubles:
    """Answers the calls that are wanted, each once; any other one is refused as a server without that service does."""

    def __init__(self) -> None:
        self._wanted: list[CallWanted] = []
        self._without = ServicePerformer({})
        self.made: list[str] = []

    def want(self, calls: Sequence[CallWanted]) -> None:
        """What is wanted from now on; what was made before is forgotten."""
        self._wanted = list(calls)
        self.made = []

    def missing(self) -> list[CallWanted]:
        """What was wanted and not asked for."""
        return list(self._wanted)

    def refusal(self, effect: Effect, caller: Caller) -> ScriptError | None:
        """See `CallPerformer`."""
        unsendable = http.refusal(effect, caller) if effect.name == "http" else None
        if unsendable is not None or self._find(effect) is not None:
            return unsendable
        self.made.append(text_of(effect))
        return self._without.refusal(effect, caller)

    async def perform(self, effect: Effect, key: str, caller: Caller) -> HostValue | Outcome:
        """See `CallPerformer`."""
        wanted = self._find(effect)
        if wanted is None:  # it was asked for between two exchanges
            refused = self._without.refusal(effect, caller)
            assert refused is not None
            raise refused
        self.made.append(text_of(effect))
        self._wanted.remove(wanted)
        error = ScriptError(wanted.number, wanted.message) if wanted.number else None
        if effect.name == "http":
            return _answered(effect, wanted, error)
        if error is not None:
            raise error
        return from_json(wanted.value)

    def _find(self, effect: Effect) -> CallWanted | None:
        text = text_of(effect)
        return next((wanted for wanted in self._wanted if matches(wanted.pattern, text)), None)


def _answered(effect: Effect, wanted: CallWanted, error: ScriptError | None) -> HostValue | Outcome:
    """What a keyword of HTTP gives for the answer, as on the server."""
    words = str(effect.arguments[0])
    if error is not None:
        return http.failed(words, error)
    is_text = isinstance(wanted.value, str)
    body = wanted.value if is_text else json.dumps(wanted.value, ensure_ascii=False)
    headers = {"content-type": "text/plain" if is_text else "application/json"}
    response = HttpResponse(wanted.status or 200, headers, body.encode())
    return http.with_url(http.outcome_of(words, response, "the server"), words, str(effect.arguments[3]))


def text_of(effect: Effect) -> str:
    """A call as a script writes it, with the values of its operands as JSON."""
    if effect.name == "service_call":
        words, separators, values = "CALL", [""] + [","] * (len(effect.arguments) - 1), effect.arguments
    elif effect.name == "http":
        words, separators, values = str(effect.arguments[0]), str(effect.arguments[1]).split("\t"), effect.arguments[3:]
    else:
        words, separators, values = str(effect.arguments[0]), str(effect.arguments[2]).split("\t"), effect.arguments[3:]
    text = words
    for separator, value in zip(separators, values, strict=False):
        mark = separator if separator in ("", ",") else f" {separator.strip()}".rstrip()
        text += f"{mark} {json.dumps(to_json(value), ensure_ascii=False)}"
    return text
