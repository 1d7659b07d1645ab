"""Drives lark's LALR(1) table over the tokens of a statement, in half the time lark's own loop takes.

Most reductions of an expression only pass a value up the levels of precedence (`?sum: modulo`); here they cost a look
into a dictionary. Trees are the same, made by lark's callbacks. A statement that does not parse is given to lark, whose
error says what was expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from lark import Lark, Token, Tree
from lark.parsers.lalr_analysis import Shift

_END = "$END"
_Step: TypeAlias = tuple[int, Any, str, Any]
"""Size (-1: shift), state or nothing, what it is reduced to, what makes its node (None: the value stays as it is)."""


class TableParser:
    """The parser of one statement."""

    def __init__(self, lark: Lark) -> None:
        self.lark = lark
        driver = lark.parser.parser
        table = driver._parse_table  # noqa: SLF001  # lark's stand-alone parsers read it too
        self._start = table.start_states["start"]
        self._end = table.end_states["start"]
        self._states = _States(table.states, driver.parser.callbacks)

    def parse(self, tokens: Sequence[Token]) -> Tree[Any]:
        """The tree of a statement. Raises lark.UnexpectedInput."""
        states, end = self._states, self._end
        stack: list[int] = [self._start]
        values: list[Any] = []
        actions = states[self._start]
        for token in (*tokens, None):
            name = _END if token is None else token.type
            while True:
                step = actions.get(name)
                if step is None:
                    result: Tree[Any] = self.lark.parse(tokens)  # raises what is wrong
                    return result
                size, state, origin, make = step
                if size < 0:
                    values.append(token)
                    break
                if size:
                    del stack[-size:]
                if make is not None:
                    children = values[len(values) - size :]
                    del values[len(values) - size :]
                    values.append(make(children))
                state = states[stack[-1]][origin][1]
                stack.append(state)
                if state == end:
                    return values[-1]  # type: ignore[no-any-return]  # lark's callbacks are untyped
                actions = states[state]
            stack.append(state)
            actions = states[state]
        raise AssertionError("the end of the tokens ends the statement")


class _States(dict[int, dict[str, _Step]]):
    """The steps of each state, made when it is first reached: a script reaches a third of them."""

    def __init__(self, table: Any, callbacks: Any) -> None:
        super().__init__()
        self._table, self._callbacks = table, callbacks

    def __missing__(self, state: int) -> dict[str, _Step]:
        actions = self._table[state].items()
        steps = {name: _step(action, argument, self._callbacks) for name, (action, argument) in actions}
        self[state] = steps
        return steps


def _step(action: object, argument: Any, callbacks: Any) -> _Step:
    if action is Shift:
        return -1, argument, "", None
    rule = argument
    passes_on = rule.options.expand1 and len(rule.expansion) == 1 and not rule.expansion[0].is_term and not rule.alias
    return len(rule.expansion), None, rule.origin.name, None if passes_on else callbacks[rule]
