"""`botserver play`: one conversation in this process, without server or database file."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

from ..errors import ConfigError, ScriptError
from ..ids import SessionId
from ..language.cache import open_cache
from ..language.folders import find_packages
from ..language.package import Package, load_package
from ..language.source import ERROR
from ..model import SessionState, UserInfo
from ..outside.guard import parse_guard
from ..outside.http import HttpClient
from ..session.performers.http import HttpPerformer
from ..session.performers.outside import Caller, CallPerformer
from ..simulation import Simulation, Step
from ..vm.effects import Effect
from ..vm.values import HostValue
from .diagnostics import located
from .exits import FAULT, OK
from .views import JsonView, TextView, View
from .whom import Whom, add_whom_option, read_whom

_EXAMPLES = """\
examples:
  botserver play shop.gbai                      talk to the bot; end with Ctrl-D
  botserver play quiz.bas --var level=3         a single file; its variable level is 3
  botserver play shop.gbai --script refund      start another script than start.bas
  botserver play shop.gbai --as channel=whatsapp --as user=7
  printf 'Ann\\nyes\\n' | botserver play shop.gbai --json --stats

User lines come from standard input, bot messages go to standard output, LOG lines and faults to standard error.
WAIT takes no time. When the input ends, the time-out of a HEAR passes, and then the user ends the session.
The exit code is 1 if a script had a fault, else 0, also when the input ends while it waits.

With --json each line is one object; `type` is message, waiting, fault, result (the script's RETURN value) or stats:
vm_ns (time in the VM), fuel (steps), heap_bytes (memory of the session at the end), state_bytes (size it is stored in).
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("path", metavar="PACKAGE|FILE", type=Path, help="a package NAME.gbai, or one script")
    parser.add_argument("--script", metavar="NAME", help="script to start instead of start.bas")
    variable_help = "value of a PARAM of the script, else of a variable, as a line param-NAME of config.csv gives it"
    parser.add_argument("--var", metavar="NAME=VALUE", action="append", default=[], help=variable_help)
    add_whom_option(parser)
    calls_help = "make the HTTP calls of the script; without it they raise error 9012"
    parser.add_argument("--calls", action="store_true", help=calls_help)
    private_help = "networks, addresses and names in private networks that calls may reach, such as 127.0.0.1"
    parser.add_argument("--allow-private-hosts", metavar="LIST", default="", help=private_help)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--stats", action="store_true", help="last line: time, steps and bytes used")


def run(arguments: argparse.Namespace) -> int:
    paths = find_packages(arguments.path)
    if len(paths) > 1:
        raise ConfigError(f"{arguments.path} has several packages", hint=f"play one of them, such as {paths[0]}")
    package = load_package(paths[0], cache=open_cache(os.environ))
    for diagnostic, for_people in located(package, paths[0]):
        if diagnostic.severity == ERROR:
            print(for_people, file=sys.stderr)
    script = arguments.script or (arguments.path.stem if arguments.path.suffix.lower() == ".bas" else "start")
    if arguments.script:
        _check_script(package, script)
    show: View = JsonView() if arguments.json else TextView()
    http = _http_performer(arguments.allow_private_hosts) if arguments.calls else None
    whom = read_whom(arguments.whom)
    return asyncio.run(_Play(show, arguments.stats, http).hold(package, script, arguments.var, whom))


def _http_performer(private_hosts: str) -> HttpPerformer:
    try:
        guard = parse_guard(private_hosts)
    except ValueError as error:
        raise ConfigError(f"--allow-private-hosts {private_hosts!r} is not valid", hint=str(error)) from error

    async def open_client() -> HttpClient:
        from ..outside.client import PooledClient  # it takes 150 ms to import

        return PooledClient(guard)

    return HttpPerformer(open_client)


def _check_script(package: Package, name: str) -> None:
    names = sorted([*package.programs, *package.broken])
    if _folded(name) not in names:
        known = ", ".join(names) or "none"
        raise ConfigError(f"{package.name} has no script {name!r}", hint=f"its scripts are {known}")


def _folded(script: str) -> str:
    return script.strip().lower().removesuffix(".bas")


class _NoCalls:
    """Refuses calls: a script that is tried out must not order anything."""

    def refusal(self, effect: Effect, caller: Caller) -> ScriptError:
        return ScriptError(9012, f"{effect.arguments[0]} calls another server; start play with --calls for that")

    async def perform(self, effect: Effect, key: str, caller: Caller) -> HostValue:
        raise self.refusal(effect, caller)


class _Play:
    """One conversation, from its first message to its end."""

    def __init__(self, show: View, with_stats: bool, http: HttpPerformer | None) -> None:
        self._show = show
        self._http = http
        self._with_stats = with_stats
        self._fuel = 0
        self._vm_s = 0.0
        self._faulted = False
        self._is_over = False  # the script that was started, or the user's part

    async def hold(self, package: Package, script: str, variables: list[str], whom: Whom) -> int:
        """Play it; gives the exit code."""
        parameters, config = _bindings(package, script, variables)
        outside: dict[str, CallPerformer] = {"http": self._http or _NoCalls()}
        async with Simulation(self._hear, outside=outside) as simulation:
            await simulation.deploy(replace(package, config={**package.config, **config}))
            session_id = await simulation.open(
                package.name, script=script, parameters=parameters, channel=whom.channel, alias=whom.alias,
                user=UserInfo(**whom.user), metadata=whom.metadata,
            )  # fmt: skip
            for line in self._show.lines():
                await simulation.say(session_id, line)
                if (await simulation.row(session_id)).state is SessionState.ENDED:
                    break
            await simulation.finish(session_id)
            self._is_over = True
            stats = self._stats(simulation, session_id)
            await simulation.end(session_id)
            if self._with_stats:
                self._show.stats({"vm_ns": round(self._vm_s * 1e9), "fuel": self._fuel, **stats})
        if self._http is not None:
            await self._http.close()
        return FAULT if self._faulted else OK

    def _hear(self, step: Step) -> None:
        self._fuel += step.fuel
        self._vm_s += step.vm_s
        self._faulted = self._faulted or step.fault is not None or bool(step.handler_faults)
        has_result = self._show.step(step, with_result=not self._is_over)
        self._is_over = self._is_over or has_result

    def _stats(self, simulation: Simulation, session_id: SessionId) -> dict[str, int]:
        heap = simulation.heap(session_id)
        snapshot = heap.encode()
        state_bytes = len(snapshot.root) + sum(map(len, snapshot.large.values()))
        return {"heap_bytes": heap.memory().used, "state_bytes": state_bytes}


def _bindings(package: Package, script: str, variables: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """What `--var` gives: texts for the PARAMs of the script, and lines of config.csv for all other names."""
    program = package.programs.get(_folded(script))
    known = {parameter.name.lower() for parameter in program.parameters} if program is not None else set()
    parameters, config = {}, {}
    for variable in variables:
        name, separator, text = variable.partition("=")
        folded = name.strip().lower()
        if not separator or not folded:
            raise ConfigError(f"--var {variable!r} is not valid", hint="expected NAME=VALUE, such as level=3")
        if folded in known:
            parameters[folded] = text
        else:
            config[f"param-{folded}"] = text
    return parameters, config
