"""Lines a person types: in a terminal with completion and history, or from a pipe as they come."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

ReadLine = Callable[[], Awaitable[str | None]]
"""The next line; None at the end."""


def is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def in_terminal(words: list[str] | Callable[[], list[str]], talk: Callable[[ReadLine], Awaitable[int]]) -> int:
    """Run `talk` with lines of a prompt that completes to `words`; what it prints meanwhile stands above the prompt."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.patch_stdout import patch_stdout

    completer = WordCompleter(words, ignore_case=True, sentence=True)
    prompt: PromptSession[str] = PromptSession("> ", completer=completer, complete_while_typing=False)

    async def read_line() -> str | None:
        try:
            return await prompt.prompt_async()
        except (EOFError, KeyboardInterrupt):
            return None

    async def run() -> int:
        return await talk(read_line)

    with patch_stdout():
        return asyncio.run(run())


async def piped_line() -> str | None:
    data = await asyncio.to_thread(sys.stdin.buffer.readline)
    return data.decode("utf-8", errors="replace").rstrip("\r\n") if data else None
