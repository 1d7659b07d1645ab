"""What a session keeps, in a heap of the reference VM: variables, contexts, suggestions, activations, handlers and
sub-sessions, as cells. Built-ins ask for them; what changes them is a plan, which is paid for before it is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import ScriptError
from ..language.program import Program
from .effects import Registration, Suggestion
from .handlers import next_schedule, registered, registered_script
from .library.children import check_room, unknown_sub_session, waited_in
from .machine import Areas, SubSession
from .objects import Map, Str, Value, from_host, out_of_memory, to_host, tree_size
from .plans import Plan, random_uuid
from .reference_account import Account
from .reference_areas import AreaSet, Cell
from .reference_codec import encode_graph
from .text import fold
from .tree import decode_tree, encode_tree, price_of
from .values import HostValue, string_price

RANDOM_MASK = 2**64 - 1  # of the state of random numbers


class Keeping(Account):
    """The areas of a session, as `builtins.Host` has them and for those who look at a heap from outside."""

    # --- of the turn -------------------------------------------------------------------------------------------------

    @property
    def now_s(self) -> int:
        return self._now_s

    @property
    def utc_offset_s(self) -> int:
        return self._utc_offset_s

    @property
    def language(self) -> str:
        return self._language

    @property
    def text_budget(self) -> int:
        return self._limits.memory_bytes

    def random_bits(self) -> int:
        """SplitMix64."""
        self._random = (self._random + 0x9E37_79B9_7F4A_7C15) & RANDOM_MASK
        z = self._random
        z = ((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9) & RANDOM_MASK
        z = ((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB) & RANDOM_MASK
        return z ^ (z >> 31)

    # --- variables and contexts --------------------------------------------------------------------------------------

    def get_variable(self, name: str) -> Plan:
        cell = self._areas.variables.get(fold(name))
        if cell is None:
            return Plan(lambda: None)
        value = decode_tree(cell.data)
        return Plan(lambda: from_host(value), price_of(value), len(cell.data) // 64)

    def set_variable(self, name: str, value: Value) -> Plan:
        folded = fold(name)
        known = self._areas.variables.get(folded)
        if value is None:
            return Plan(lambda: self._put(self._areas.variables, folded, None))
        size, price = tree_size(value, self.text_budget)
        if size > self.text_budget:
            raise out_of_memory()
        if known is None and len(self._areas.variables) >= self._limits.variables:
            raise ScriptError(9004, f"a session has at most {self._limits.variables} variables")
        cell = Cell(known.name if known else name, encode_tree(to_host(value)))
        return Plan(lambda: self._put(self._areas.variables, folded, cell), price=price)

    def _check_context(self, text: str) -> None:
        tokens = (len(text) + 3) // 4
        if tokens > self._limits.context_tokens:
            raise ScriptError(9002, f"a context has at most {self._limits.context_tokens} tokens, got {tokens}")

    def set_context(self, name: str, text: str) -> Plan:
        folded = fold(name)
        if not text:
            return Plan(lambda: self._put(self._areas.contexts, folded, None))
        self._check_context(text)
        known = self._areas.contexts.get(folded)
        cell = Cell(known.name if known else name, encode_tree(text))
        return Plan(lambda: self._put(self._areas.contexts, folded, cell), price=len(cell.data) // 64)

    def clear_contexts(self) -> Plan:
        def clear() -> None:
            self._cell_bytes -= sum(cell.price for cell in self._areas.contexts.values())
            self._areas.contexts = {}

        return Plan(clear)

    def set_prompt(self, text: str) -> Plan:
        self._check_context(text)
        cells = [Cell("", encode_tree(text))] if text else []
        return Plan(lambda: self._replace_cells("prompt", cells))

    def _put(self, area: dict[str, Cell], folded: str, cell: Cell | None) -> None:
        known = area.get(folded)
        change = (cell.price if cell else 0) - (known.price if known else 0)
        self._grow(change)
        self._cell_bytes += change
        if cell:
            area[folded] = cell
        elif known:
            del area[folded]

    def _replace_cells(self, area: str, cells: list[Cell]) -> None:
        owner = self if area.startswith("_") else self._areas
        known: list[Cell] = getattr(owner, area)
        change = sum(cell.price for cell in cells) - sum(cell.price for cell in known)
        self._grow(change)
        self._cell_bytes += change
        setattr(owner, area, cells)

    # --- suggestions and menu ----------------------------------------------------------------------------------------

    def suggestions(self) -> Sequence[tuple[str, str, str]]:
        return [(item.key, item.label, item.kind) for item in suggestions_of(self._areas.suggestions)]

    def add_suggestion(self, key: str, label: str, kind: str) -> Plan:
        cells = [*self._areas.suggestions, _suggestion_cell(key, label, kind)]
        return Plan(lambda: self._replace_cells("suggestions", cells))

    def clear_suggestions(self) -> Plan:
        return Plan(lambda: self._replace_cells("suggestions", []))

    def menu(self) -> Sequence[tuple[str, str, str]]:
        return [(item.key, item.label, item.kind) for item in _all_suggestions(self._menu)]

    def set_menu(self, options: Sequence[str], is_open: bool) -> Plan:
        cells = [_suggestion_cell(option, option, "") for option in options]
        if is_open:
            cells.append(_suggestion_cell("*", "*", "*"))
        return Plan(lambda: self._replace_cells("_menu", cells))

    def clear_menu(self) -> Plan:
        return Plan(lambda: self._replace_cells("_menu", []))

    def options(self) -> tuple[Suggestion, ...]:
        return suggestions_of(self._menu or self._areas.suggestions)

    # --- of the package ----------------------------------------------------------------------------------------------

    def has_file(self, path: str) -> bool:
        return self._release.has_file(path)

    @property
    def is_get_dynamic(self) -> bool:
        return self._release.is_get_dynamic

    @property
    def max_kbs(self) -> int:
        return self._limits.active_kbs

    def find_kb(self, name: str) -> str | None:
        return self._release.find_kb(name)

    def find_tool(self, name: str) -> str | None:
        return self._release.find_tool(name)

    def active(self, area: str) -> Sequence[str]:
        return [cell.name for cell in self._areas.cells(area)]

    def set_active(self, area: str, names: Sequence[str]) -> Plan:
        cells = [Cell(name, encode_tree(None)) for name in names]
        return Plan(lambda: self._replace_cells(area, cells), price=len(cells))

    # --- handlers ----------------------------------------------------------------------------------------------------

    def handlers(self) -> tuple[Registration, ...]:
        return tuple(_registration(cell) for cell in self._handlers)

    def forget(self, event: str) -> None:
        left = [cell for cell in self._handlers if cell.name != event]
        self._replace_cells("_handlers", left)
        self._put(self._kept, fold(event), None)

    def register(self, event: str, key: str) -> Plan:
        file = self._script_frame().program.file
        fresh = registered(self.handlers(), Registration(event, file, key, file))
        return Plan(lambda: self._replace_cells("_handlers", [_handler_cell(item) for item in fresh]))

    def keep(self, key: str) -> Plan:
        frame = self._script_frame()
        known = self.handlers()
        number, fresh = next_schedule(known, frame.program.file, key)
        cell = Cell(fresh.kept, self._variables_of(frame.program, frame.registers))

        def make() -> Value:
            self._put(self._kept, cell.name, cell)
            self._replace_cells("_handlers", [_handler_cell(item) for item in (*known, fresh)])
            return number

        return Plan(make, price=len(cell.data) // 64)

    def _register_script(self, program: Program) -> None:
        """A run of `program` begins: what it declares is registered, and its variables have a place."""
        if not program.handlers:
            return
        known = self.handlers()
        fresh = registered_script(known, program)
        if fresh != known:
            self._replace_cells("_handlers", [_handler_cell(item) for item in fresh])
        if fold(program.file) not in self._kept:
            nulls = self._variables_of(program, [None] * program.procedures[0].n_registers)
            self._put(self._kept, fold(program.file), Cell(program.file, nulls))

    @staticmethod
    def _variables_of(program: Program, registers: Sequence[Value]) -> bytes:
        stored = Map()
        for slot in program.kept:
            stored.insert(Str(program.procedures[0].register_names[slot]), registers[slot])
        return encode_graph(stored)

    # --- sub-sessions ------------------------------------------------------------------------------------------------

    def create_sub_session(self) -> Plan:
        parent = self._areas
        check_room(len(parent.children), parent.depth)
        price = parent.branch("").price

        def make() -> Value:
            child_id = random_uuid(self)
            while any(known.id == child_id for known in self._session.walk()):
                child_id = random_uuid(self)
            parent.children.append(parent.branch(child_id))
            return Str(child_id)

        return Plan(make, string_price(36), price // 64, price)

    def merge_sub_session(self, sub_session_id: str) -> Plan:
        child = self._child(sub_session_id)
        below = list(child.walk())
        if any(frame.enters in below for frame in self._frames[: self._base()]):
            raise waited_in(sub_session_id)
        closed = sum(each.price for each in child.walk())
        return Plan(lambda: self._merge(self._areas, child, closed), price=closed // 64)

    def _merge(self, parent: AreaSet, child: AreaSet, closed: int) -> None:
        merged = parent.merge(child)
        n, limit = len(merged.variables), self._limits.variables
        if n > limit and n > len(parent.variables):
            raise ScriptError(9004, f"a session has at most {limit} variables")
        n, limit = len(merged.kbs), self._limits.active_kbs
        if n > limit and n > len(parent.kbs):
            raise ScriptError(9003, f"a session has at most {limit} active knowledge bases")
        change = merged.price - parent.price - closed
        self._grow(change)
        self._cell_bytes += change
        parent.take_over(merged)

    def _child(self, child_id: str) -> AreaSet:
        child = self._areas.find_child(child_id)
        if child is None:
            raise unknown_sub_session(child_id)
        return child

    def address(self) -> str:
        return self._areas.id

    def histories(self) -> tuple[str, ...]:
        return (self._areas.id, *self._areas.merged)

    def sub_sessions(self) -> tuple[SubSession, ...]:
        return tuple(
            SubSession(child.id, child.parent.id, child.price)
            for child in self._session.walk()
            if child.parent is not None
        )

    def discard_sub_sessions(self) -> None:
        if self._frames:
            raise RuntimeError("sub-sessions are discarded from an idle heap")
        self._cell_bytes -= sum(child.price for child in self._session.walk() if child.parent is not None)
        self._session.children = []

    # --- reading and replacing ---------------------------------------------------------------------------------------

    def areas(self, address: str | None = None) -> Areas:
        areas = self._areas if address is None else self._find(address)
        return Areas(
            {cell.name: decode_tree(cell.data) for cell in areas.variables.values()},
            {cell.name: str(decode_tree(cell.data)) for cell in areas.contexts.values()},
            "".join(str(decode_tree(cell.data)) for cell in areas.prompt),
            suggestions_of(areas.suggestions),
            suggestions_of(self._menu),
            tuple(cell.name for cell in areas.kbs),
            tuple(cell.name for cell in areas.tools),
            self.handlers(),
        )

    def put_areas(self, areas: Areas, address: str = "", with_suggestions: bool = False) -> None:
        known = self._find(address)
        suggestions = [_suggestion_cell(each.key, each.label, each.kind) for each in areas.suggestions]
        fresh = AreaSet(
            variables=_named_cells(areas.variables),
            contexts=_named_cells(areas.contexts),
            prompt=[Cell("", encode_tree(areas.prompt))] if areas.prompt else [],
            suggestions=suggestions if with_suggestions else known.suggestions,
            kbs=[Cell(name, encode_tree(None)) for name in areas.kbs],
            tools=[Cell(name, encode_tree(None)) for name in areas.tools],
        )
        change = sum(cell.price for cell in fresh.own_cells()) - sum(cell.price for cell in known.own_cells())
        self._grow(change)
        self._cell_bytes += change
        known.variables, known.contexts, known.prompt = fresh.variables, fresh.contexts, fresh.prompt
        known.suggestions, known.kbs, known.tools = fresh.suggestions, fresh.kbs, fresh.tools

    def _find(self, address: str) -> AreaSet:
        for areas in self._session.walk():
            if areas.id == address:
                return areas
        raise KeyError(address)


def _named_cells(values: Mapping[str, HostValue]) -> dict[str, Cell]:
    return {fold(name): Cell(name, encode_tree(value)) for name, value in values.items()}


def _registration(cell: Cell) -> Registration:
    tree = decode_tree(cell.data)
    if not isinstance(tree, list):
        raise AssertionError("a handler is an array")
    return Registration(cell.name, *map(str, tree))


def _handler_cell(item: Registration) -> Cell:
    return Cell(item.event, encode_tree([item.file, item.key, item.kept]))


def _suggestion_cell(key: str, label: str, kind: str) -> Cell:
    return Cell(label, encode_tree([key, label, kind]))


def _all_suggestions(cells: Sequence[Cell]) -> tuple[Suggestion, ...]:
    found = []
    for cell in cells:
        tree = decode_tree(cell.data)
        if not isinstance(tree, list):
            raise AssertionError("a suggestion is an array")
        key, label, kind = (str(part) for part in tree)
        found.append(Suggestion(key, label, kind))
    return tuple(found)


def suggestions_of(cells: Sequence[Cell]) -> tuple[Suggestion, ...]:
    return tuple(item for item in _all_suggestions(cells) if item.kind != "*")
