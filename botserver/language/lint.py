"""What a script surely does not mean: statements nothing reaches, parameters nobody reads. Warnings only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

from . import tree
from .keywords import takes_table
from .resolver import assigned_names, parameters_of, walk
from .source import Problems, Span

_ENDS = (tree.Return, tree.EndScript, tree.Goto, tree.Jump)
_ENDING_KEYWORDS = frozenset(("END SESSION", "THROW"))
_GIVE_TEXT = frozenset(("GET BOT MEMORY", "GET USER MEMORY", "RECALL"))
_NAMES_A_FILE = re.compile(r"[/.:]")
"""GET of a path, a URL or a field of something, which may be written in parts."""
_SENTENCE = re.compile(r"[\s,!?]")
_HAVE_KEYS = _GIVE_TEXT | {"GET", "CACHE GET"}
_DECLARATIONS = (tree.Param, tree.Description, tree.Handler)
"""They count wherever they stand."""


def lint(script: tree.Script, problems: Problems) -> None:
    """Report L205, L207 to L210 and L212 of a file."""
    for node in [node for node in script.body if isinstance(node, tree.Description)][1:]:
        sentence = "a second DESCRIPTION; the first one says what the script does"
        problems.warning("L205", node.span, sentence, "a file is one script: put the next one into a file of its own")
    procedures = (*script.procedures, *script.handlers)
    _check_memory((script.body, procedures), problems)
    _check_tables(script, problems)
    # Under ON ERROR RESUME NEXT a THROW leads to what follows it.
    if not any(isinstance(node, tree.OnError) and node.resumes for node in walk((script.body, procedures))):
        for block in _blocks((script.body, procedures)):
            _check_reached(block, problems)
    parameters = parameters_of(script)
    if parameters:
        # The name a PARAM declares is among the names once, whether it is read or not.
        count = Counter(node.folded for node in walk((script.body, procedures)) if isinstance(node, tree.Name))
        for parameter in parameters:
            if count[parameter.name.folded] < 2:
                problems.warning("L208", parameter.name.span, f"PARAM {parameter.name.name} is never read")
    for procedure in script.procedures:
        if not procedure.parameters:
            continue
        inside = (procedure.body, tuple(each.default for each in procedure.parameters))
        read = {node.folded for node in walk(inside) if isinstance(node, tree.Name)}
        for each in procedure.parameters:
            if each.name.folded not in read:
                sentence = f"parameter {each.name.name} of {procedure.name.name} is never read"
                problems.warning("L208", each.name.span, sentence)


def _check_memory(everything: object, problems: Problems) -> None:
    """Report a number added to what memory gives, which is "" before anything was kept, so that + joins texts, and
    asking whether it is null, which it never is."""
    nodes = list(walk(everything))
    read: dict[str, str] = {}
    otherwise: set[str] = set()
    for node in nodes:
        if not isinstance(node, tree.Assign) or not isinstance(node.target, tree.Name):
            continue
        value, name = node.value, node.target.folded
        if isinstance(value, tree.KeywordCall) and value.keyword.words in _GIVE_TEXT:
            read[name] = value.keyword.words
        elif not _adds_to(value, name):
            otherwise.add(name)  # such as 0 where nothing was kept
    for node in nodes:
        if isinstance(node, tree.KeywordCall) and node.keyword.words in _HAVE_KEYS:
            _check_key(node, problems)
        if isinstance(node, tree.Test) and node.kind == "NULL":
            words = _text_giver(node.operand, read, otherwise)
            if words is not None:
                sentence = f'{words} gives "" where nothing was kept, which is not null'
                problems.warning("L210", node.span, sentence, "ask with IS EMPTY")
        if isinstance(node, tree.Binary) and node.operator == "+":
            sides: tuple[tuple[object, object], ...] = ((node.left, node.right), (node.right, node.left))
            for side, other in sides:
                if not isinstance(side, tree.Name) or not _is_number(other):
                    continue
                if side.folded in read and side.folded not in otherwise:
                    what = f'{read[side.folded]} gives "" before anything was kept, and "" + 1 is "1"'
                    problems.warning("L209", node.span, what, f"write VAL({side.name})")


def _check_key(call: tree.KeywordCall, problems: Problems) -> None:
    """Report `GET BOT MEMORY "visits" + 1` and `TALK "Hi " + GET "name" + "!"`: the keyword takes what + and & join, so
    what was meant for the value belongs to the key. A key that a script makes begins with a text and goes on with a
    value; it is not all written down, and has no sentence in it."""
    first, *others = _joined(call.operands[0]) if call.operands else (None,)
    if not others or not isinstance(first, tree.Literal) or not isinstance(first.value, str):
        return
    words, text = call.keyword.words, first.value
    if words == "GET" and _NAMES_A_FILE.search(text):
        return
    texts = [str(each.value) for each in others if isinstance(each, tree.Literal)]
    if len(texts) == len(others):
        what = f'this asks for the key "{text}{"".join(texts)}"'
    elif any(_SENTENCE.search(each) for each in texts):
        what = "what is joined here belongs to the key"
    else:
        return
    adds = len(others) == 1 and _is_number(others[0])
    value = f'VAL({words} "{text}")' if adds else f'({words} "{text}")'
    problems.warning("L209", call.span, what, f"to {'add to' if adds else 'join'} the value write {value} + …")


def _joined(node: object) -> list[object]:
    """What + and & join, from left to right."""
    found: list[object] = []
    while isinstance(node, tree.Binary) and node.operator in ("+", "&"):
        found.append(node.right)
        node = node.left
    return [node, *reversed(found)]


def _check_tables(script: tree.Script, problems: Problems) -> None:
    """Report `orders = FIND orders`: a name that is assigned in the file is a variable, here one that only ever holds
    rows."""
    everything = (*script.body, *script.procedures, *script.handlers)
    nodes = list(walk(everything))
    rows = Counter(
        node.target.folded
        for node in nodes
        if isinstance(node, tree.Assign) and isinstance(node.target, tree.Name) and _is_find(node.value)
    )
    if not rows:
        return
    given = Counter(name.folded for name in assigned_names(script.body))
    for procedure in (*script.procedures, *script.handlers):
        given.update(name.folded for name in assigned_names(procedure.body))
    given.update(parameter.name.folded for parameter in parameters_of(script))
    for node in nodes:
        if not isinstance(node, tree.KeywordCall) or not takes_table(node.keyword) or not node.operands:
            continue
        if node.keyword.words == "MERGE":  # of two arrays too
            continue
        table = node.operands[0]
        if isinstance(table, tree.Spelled) and isinstance(table.path, tree.Name):
            name = table.path
            if 0 < given[name.folded] == rows[name.folded]:
                what = f"{name.name} is a variable of this file and holds rows, not the name of a table"
                problems.warning("L212", name.span, what, f'write "{name.name}" for the table')


def _is_find(node: object) -> bool:
    return isinstance(node, tree.KeywordCall) and node.keyword.words == "FIND"


def _text_giver(node: object, read: dict[str, str], otherwise: set[str]) -> str | None:
    """The keyword whose value this is, or what a name was given by it alone."""
    if isinstance(node, tree.KeywordCall):
        return node.keyword.words if node.keyword.words in _GIVE_TEXT else None
    if isinstance(node, tree.Name) and node.folded not in otherwise:
        return read.get(node.folded)
    return None


def _adds_to(value: object, name: str) -> bool:
    """Whether it is `name + …`."""
    return isinstance(value, tree.Binary) and isinstance(value.left, tree.Name) and value.left.folded == name


def _is_number(node: object) -> bool:
    return isinstance(node, tree.Literal) and type(node.value) in (int, float)


def _check_reached(block: tuple[object, ...], problems: Problems) -> None:
    """Report the first statement of a block that nothing leads to."""
    ends = False
    for statement in block:
        if isinstance(statement, _DECLARATIONS):
            continue
        if ends and not isinstance(statement, tree.Label):  # a GOTO leads to a label
            span = getattr(statement, "span", None)
            if isinstance(span, Span):
                problems.warning("L207", span, "nothing leads here", "what stands before it always goes elsewhere")
            return
        ends = _ends(statement)


def _ends(statement: object) -> bool:
    """Whether what follows a statement in its block is not reached through it."""
    match statement:
        case tree.If(branches=branches, otherwise=otherwise):
            return all(_block_ends(body) for _, body in branches) and _block_ends(otherwise)
        case tree.Perform(call=tree.KeywordCall(keyword=keyword, operands=(_, *_))) if keyword.words == "ERROR":
            return True
        case tree.Perform(call=tree.KeywordCall(keyword=keyword)):
            return keyword.words in _ENDING_KEYWORDS
        case _:
            return isinstance(statement, _ENDS)


def _block_ends(body: tuple[object, ...]) -> bool:
    """Whether the end of a block is not reached."""
    ends = False
    for statement in body:
        ends = _ends(statement) or (ends and not isinstance(statement, tree.Label))
    return ends


def _blocks(node: object) -> Iterator[tuple[object, ...]]:
    """Every sequence of statements below a node."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            if any(_ends(each) for each in item):
                yield item
            stack.extend(item)
        elif is_dataclass(item):
            stack.extend(getattr(item, name) for name in _nested(item.__class__))


@cache
def _nested(kind: type) -> tuple[str, ...]:
    """Fields that may hold statements."""
    return tuple(
        part.name for part in fields(kind) if any(word in str(part.type) for word in ("Statement", "Subroutine"))
    )
