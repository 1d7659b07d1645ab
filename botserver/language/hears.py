"""HEAR to instructions: prompt, menu, checked types, three tries, default."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import tree
from .builtins import BY_NAME as BUILTIN_NAMES
from .effects import BY_NAME as EFFECT_NAMES
from .emitter import JumpLabel
from .expressions import Expressions
from .opcodes import Op
from .words import LATER_HEAR_TYPES

_HEAR_TRIES = 3


class Hears:
    """Compiles the HEARs of one procedure. `store` puts a value where a path leads."""

    def __init__(self, lower: Expressions, store: Callable[[tree.Expression, int], None]) -> None:
        self._lower = lower
        self._code = lower.code
        self._store = store

    def hear(self, node: tree.Hear) -> None:
        code, lower = self._code, self._lower
        answer = code.reserve()
        if node.seconds is not None:
            self._hear_until(node, node.seconds, answer)
        elif node.options is not None:
            self._hear_menu(node, node.options, answer)
        elif node.type in LATER_HEAR_TYPES:
            self._prompt(node)
            lower.calls.missing(f"HEAR AS {node.type}", LATER_HEAR_TYPES[node.type], (), (), node.span, answer)
        elif node.type in ("", "STRING"):
            self._prompt(node)
            self._hear_once(node, "STRING", answer)
            lower.builtin_at("$ANSWER", answer, 1)
            if node.default is not None:
                done = JumpLabel()
                code.emit(Op.JUMP_NE, answer, code.constant(""), done)
                lower.into(node.default, answer)
                code.place(done)
        else:
            self._hear_typed(node, answer)
        self._store(node.target, answer)

    def _prompt(self, node: tree.Hear) -> None:
        if node.prompt is not None:
            self._lower.builtin_at("$MAY_HEAR", self._code.reserve(), 0)
            self._lower.emit_record("talk", [node.prompt])

    def _hear_once(self, node: tree.Hear, kind: str, answer: int) -> None:
        name = tree.Literal(node.span, _path_text(node.target))
        first = self._lower.consecutive([name, tree.Literal(node.span, kind)])
        self._code.emit(Op.EFFECT, first, EFFECT_NAMES["hear"].number, 2)
        self._code.emit(Op.MOVE, answer, first)
        self._code.top = first

    def _hear_until(self, node: tree.Hear, seconds: tree.Expression, answer: int) -> None:
        code, lower = self._code, self._lower
        first = lower.consecutive([tree.Literal(node.span, _path_text(node.target)), seconds])
        code.emit(Op.EFFECT, first, EFFECT_NAMES["hear_until"].number, 2)
        code.emit(Op.MOVE, answer, first)
        code.top = first
        late = JumpLabel()
        code.emit(Op.JUMP_NULL, answer, late)
        lower.builtin_at("$ANSWER", answer, 1)
        code.place(late)

    def _hear_menu(self, node: tree.Hear, options: Sequence[tree.Expression], answer: int) -> None:
        """The options are suggestions while the HEAR waits."""
        code, lower = self._code, self._lower
        menu = code.reserve(2)
        is_list = len(options) == 1 and not isinstance(options[0], tree.Literal | tree.Template)
        lower.into(options[0] if is_list else tree.ArrayOf(node.span, tuple(options)), menu)
        lower.into(tree.Literal(node.span, node.is_open), menu + 1)
        # The prompt is made before: what it calls may ask by a menu of its own.
        prompt = None if node.prompt is None else lower.consecutive([node.prompt])
        code.emit(Op.BUILTIN, menu, BUILTIN_NAMES["$SET_MENU"].number, 2)
        if prompt is not None:
            code.emit(Op.EMIT, prompt, EFFECT_NAMES["talk"].number, 1)
        code.top = menu
        self._tries(
            node,
            "MENU",
            answer,
            lambda: lower.builtin_at("$MATCH_MENU", answer, 1),
            lambda text: lower.builtin_at("$MENU_TEXT", text, 0),
        )
        lower.builtin_at("$CLEAR_MENU", code.reserve(), 0)

    def _hear_typed(self, node: tree.Hear, answer: int) -> None:
        code, lower = self._code, self._lower
        kind = tree.Literal(node.span, node.type)

        def check() -> None:
            first = code.reserve(2)
            code.emit(Op.MOVE, first, answer)
            lower.builtin_at("$ANSWER", first, 1)
            lower.into(kind, first + 1)
            lower.builtin_at("$READ_ANSWER", first, 2)
            code.emit(Op.MOVE, answer, first)
            code.top = first

        def complain(text: int) -> None:
            lower.into(kind, text)
            lower.builtin_at("$ANSWER_TEXT", text, 1)

        self._prompt(node)
        self._tries(node, node.type, answer, check, complain)

    def _tries(
        self,
        node: tree.Hear,
        kind: str,
        answer: int,
        check: Callable[[], None],
        complain: Callable[[int], None],
    ) -> None:
        """Ask up to three times. `check` turns the answer into its value or null, `complain` makes the text that asks
        again in a register. A blank answer takes the default, and so does the third wrong one."""
        code, lower = self._code, self._lower
        tries = code.reserve()
        code.emit(Op.MOVE, tries, code.constant(0))
        again, wrong, done, give_up = JumpLabel(), JumpLabel(), JumpLabel(), JumpLabel()
        code.place(again)
        self._hear_once(node, kind, answer)
        if node.default is not None:
            blank = code.reserve()
            code.emit(Op.MOVE, blank, answer)
            lower.builtin_at("ISEMPTY", blank, 1)
            code.emit(Op.JUMP_TRUE, blank, give_up)
        check()
        code.emit(Op.JUMP_NULL, answer, wrong)
        code.emit(Op.JUMP, done)
        code.place(wrong)
        code.emit(Op.ADD, tries, tries, code.constant(1))
        code.emit(Op.JUMP_NOT_LT, tries, code.constant(_HEAR_TRIES), give_up)
        retry = code.reserve()
        complain(retry)
        code.emit(Op.EMIT, retry, EFFECT_NAMES["talk"].number, 1)
        code.emit(Op.JUMP, again)
        code.place(give_up)
        if kind == "MENU":  # the default may ask something itself
            lower.builtin_at("$CLEAR_MENU", code.reserve(), 0)
        lower.into(node.default or tree.Literal(node.span, ""), answer)
        code.place(done)


def _path_text(target: tree.Expression) -> str:
    """A path as the author wrote it, for `waiting_for`."""
    match target:
        case tree.Name(name=name):
            return name
        case tree.Member(base=base, name=name):
            return f"{_path_text(base)}.{name}"
        case tree.Index(base=base):
            return f"{_path_text(base)}[]"
        case _:
            return ""
