"""`botserver bench`: how fast a running server answers, and how many at once."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ConfigError
from .exits import FAULT, OK
from .remote import add_server_option, exit_code

if TYPE_CHECKING:
    from .load import Figures, Load, Plan

_PERCENTS = (50.0, 90.0, 99.0, 99.9, 100.0)
_LOOK_S = 0.5
_MOST_SESSIONS = 100_000
_EXAMPLES = """\
examples:
  botserver bench orders                                  50 sessions, each says the next thing when it was answered
  botserver bench orders --rate 500 --duration 60         500 messages a second, whatever the server does
  botserver bench orders --scenario orders.gbai/tests/two.chat --plot two.png
  botserver bench orders --json figures.json

With --rate an answer's time counts from when its message should have been sent, so that a stall shows as what users
would have waited. What users say is taken from a conversation file: its lines that begin with `> `. At its end each
goes on in a session of its own. The exit code is 1 if a message failed or was not sent in time.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument("bot", help="the bot to talk to")
    add_server_option(parser)
    parser.add_argument("--sessions", metavar="N", type=_count, default=50, help="users at once (default: 50)")
    parser.add_argument("--rate", metavar="PER_S", type=_positive, help="messages a second, instead of a closed loop")
    parser.add_argument("--duration", metavar="S", type=_positive, default=10.0, help="seconds (default: 10)")
    parser.add_argument("--warm-up", metavar="S", type=_span, default=2.0, help="seconds before (default: 2)")
    parser.add_argument(
        "--scenario", metavar="FILE", type=Path, help="what users say (default: hello, again and again)"
    )
    parser.add_argument("--connections", metavar="N", type=_count, default=4, help="to the server (default: 4)")
    parser.add_argument("--timeout", metavar="S", type=_positive, default=30.0, help="of one message (default: 30)")
    parser.add_argument(
        "--json", metavar="FILE", type=Path, help="write the figures there as JSON; - is standard output"
    )
    parser.add_argument("--plot", metavar="FILE", type=Path, help="draw times and rates over the run, as PNG or SVG")


def run(arguments: argparse.Namespace) -> int:
    for module in ("hdrh.histogram", *(("matplotlib.figure",) if arguments.plot else ())):
        _check_installed(module)
    _check_places(arguments)
    from .load import Plan, read_words

    words = read_words(arguments.scenario) if arguments.scenario else ["hello"] * 100
    plan = Plan(arguments.bot, words, arguments.sessions, arguments.duration, arguments.warm_up, arguments.rate)
    return exit_code(lambda: asyncio.run(_bench(arguments, plan)))


async def _bench(arguments: argparse.Namespace, plan: Plan) -> int:
    from botserver_client import AsyncBotserverClient

    from .load import Load

    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(AsyncBotserverClient(arguments.server, timeout_s=arguments.timeout))
            for _ in range(min(arguments.connections, plan.sessions))
        ]
        load = Load(plan, clients)
        looking = asyncio.create_task(_look_on(load))
        try:
            await load.run()
        finally:
            looking.cancel()
            _clear()
    figures = _as_json(plan, load.figures)
    if arguments.plot:
        _plot(load.figures, arguments.plot)
    text = json.dumps(figures, indent=2)
    if str(arguments.json) == "-":
        print(text)
    else:
        if arguments.json:
            arguments.json.write_text(text + "\n", encoding="utf-8")
        _print(plan, load.figures)
    return FAULT if load.figures.failures or load.figures.unsent else OK


# --- while it runs -----------------------------------------------------------------------------------------------


async def _look_on(load: Load) -> None:
    if not sys.stderr.isatty():
        return
    while True:
        await asyncio.sleep(_LOOK_S)
        figures = load.figures
        if not figures.began_at_s:
            line = f"{figures.opened} sessions opened, warming up"
        else:
            rate = figures.seconds[-2].answered if len(figures.seconds) > 1 else figures.answered
            line = f"{len(figures.seconds)} of {load.plan.duration_s:g} s, {rate}/s, {load.under_way} under way"
            line += f", p99 {figures.percentile_ms(99):.1f} ms, {figures.failures.total()} failed"
        _clear()
        print(line, end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


# --- afterwards --------------------------------------------------------------------------------------------------


def _as_json(plan: Plan, figures: Figures) -> dict[str, object]:
    return {
        "bot": plan.bot,
        "sessions": plan.sessions,
        "rate": plan.rate,
        "duration_s": plan.duration_s,
        "answered": figures.answered,
        "answered_per_s": figures.answered / plan.duration_s,
        "sessions_opened": figures.opened,
        "unsent": figures.unsent,
        "failures": dict(figures.failures),
        "faults": {str(number): count for number, count in figures.faults.items()},
        "latency_ms": {f"p{percent:g}": figures.percentile_ms(percent) for percent in _PERCENTS},
        "seconds": [
            {
                "answered": second.answered,
                "failed": second.failed,
                "p50_ms": second.times.get_value_at_percentile(50) / 1e3,
                "p99_ms": second.times.get_value_at_percentile(99) / 1e3,
            }
            for second in figures.seconds
        ],
    }


def _print(plan: Plan, figures: Figures) -> None:
    asked = "closed loop" if plan.rate is None else f"{plan.rate:g} messages a second"
    print(f"{plan.bot}: {plan.sessions} sessions, {asked}, {plan.duration_s:g} s")
    print(f"  answered  {figures.answered}  {figures.answered / plan.duration_s:.1f}/s")
    for percent in _PERCENTS:
        name = "longest" if percent == 100 else f"p{percent:g}"
        print(f"  {name:8}  {figures.percentile_ms(percent):.1f} ms")
    if figures.unsent:
        print(f"  unsent    {figures.unsent}  no session was free: more --sessions, or a lower --rate")
    for reason, count in figures.failures.most_common():
        print(f"  failed    {count}  {reason}")
    for number, count in figures.faults.most_common():
        print(f"  fault     {count}  script error {number}")


def _plot(figures: Figures, path: Path) -> None:
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(9, 6), layout="constrained")
    rates, times = drawing.subplots(2, 1, sharex=True)
    at = range(len(figures.seconds))
    rates.plot(at, [second.answered for second in figures.seconds], label="answered")
    rates.plot(at, [second.failed for second in figures.seconds], label="failed")
    rates.set_ylabel("messages a second")
    for percent in (50, 99):
        values = [second.times.get_value_at_percentile(percent) / 1e3 for second in figures.seconds]
        times.plot(at, values, label=f"p{percent}")
    times.set_ylabel("milliseconds")
    times.set_yscale("log")
    times.set_xlabel("seconds")
    for axes in (rates, times):
        axes.legend()
        axes.grid(visible=True, alpha=0.3)
    drawing.savefig(path)


# --- arguments ---------------------------------------------------------------------------------------------------


def _check_installed(module: str) -> None:
    try:
        importlib.import_module(module)
    except ImportError as error:
        hint = "pip install 'botserver[bench]'"
        raise ConfigError(f"bench needs {module.partition('.')[0]}, which is not installed", hint=hint) from error


def _check_places(arguments: argparse.Namespace) -> None:
    """Before the run: what cannot be written afterwards would be lost."""
    if arguments.plot and arguments.plot.suffix not in (".png", ".svg"):
        raise ConfigError(f"{arguments.plot} is no picture", hint="its name ends in .png or .svg")
    for path in (arguments.plot, arguments.json):
        if path and not path.parent.is_dir():
            raise ConfigError(f"{path} cannot be written", hint=f"the folder {path.parent} is not there")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_SESSIONS:
        raise argparse.ArgumentTypeError(f"expected 1 to {_MOST_SESSIONS}, got {text!r}")
    return int(text)


def _span(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1_000_000:
        raise argparse.ArgumentTypeError(f"expected a number of 0 and more, got {text!r}")
    return value


def _positive(text: str) -> float:
    value = _span(text)
    if value == 0:
        raise argparse.ArgumentTypeError("expected a number above 0")
    return value
