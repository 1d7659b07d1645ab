"""`python -m tests.fuzz`: many random scripts through the compiler, and what compiles through both VMs.

`--kind grammar` makes scripts of the registry's forms, `--kind mutation` changes scripts of the corpus. Each sample has
a seed of its own, printed with its text when it breaks something; `--seed` repeats a whole run.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random, SystemRandom
from types import FrameType

from tests.fuzz.grammar import random_script
from tests.fuzz.judge import Unsound, judge
from tests.fuzz.mutations import load_corpus, mutated

HANG_S = 20.0  # a sample that is not judged by then hangs; far above what a busy machine costs


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.split("\n\n")[1])
    parser.add_argument("--kind", choices=("grammar", "mutation"), action="append", help="one kind only")
    parser.add_argument("--inputs", type=int, default=100_000, help="samples of each kind")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(2**32))
    arguments = parser.parse_args()
    kinds = arguments.kind or ["grammar", "mutation"]
    return max(_run(kind, arguments.inputs, arguments.seed) for kind in kinds)


def maker(kind: str) -> Callable[[Random], str]:
    """What makes the samples of a kind."""
    if kind == "grammar":
        return random_script
    corpus = load_corpus()
    return lambda random: mutated(random, corpus)


def _run(kind: str, n: int, seed: int) -> int:
    print(f"{kind}: {n} inputs, --seed {seed}", flush=True)
    make = maker(kind)
    began_s = shown_s = time.monotonic()
    compiled = 0
    codes: Counter[str] = Counter()
    for i in range(1, n + 1):
        text = make(Random(f"{seed} {i}"))
        try:
            with _deadline(HANG_S):
                verdict = judge(text)
        except Exception as error:  # noqa: BLE001 - a fuzzer reports whatever comes out
            print(f"\nsample {i} of --seed {seed}: {error!r}\n{text!r}", flush=True)
            return 1
        compiled += verdict.compiles
        codes.update(verdict.codes)
        now_s = time.monotonic()
        if now_s - shown_s > (1 if sys.stderr.isatty() else 20) or i == n:
            shown_s = now_s
            rate = i / max(now_s - began_s, 1e-9)
            left_s = (n - i) / rate
            print(
                f"\r{i:>7}/{n}  {i / n:4.0%}  {rate:5.0f}/s  {compiled / i:4.0%} compile  {left_s:4.0f} s left ",
                end="",
                file=sys.stderr,
                flush=True,
            )
    print(file=sys.stderr)
    seen = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
    print(f"{kind}: no crash, no hang, every diagnostic has its place; {compiled} of {n} compile; {seen}")
    return 0


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    def expire(signum: int, frame: FrameType | None) -> None:
        raise Unsound(f"not done after {seconds:.0f} s")

    previous = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


if __name__ == "__main__":
    sys.exit(main())
