"""What comes out of compiling a script beside its program. Data alone: who only loads programs needs no compiler."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .program import Program
from .source import Diagnostic


class Wanted(StrEnum):
    """What is named; the value is the word for it in a message."""

    SCRIPT = "script"
    TOOL = "tool"
    KB = "knowledge base"
    TEMPLATE = "template"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Reference:
    """A name of something in the package, and where it stands."""

    wanted: Wanted
    name: str
    line: int
    column: int
    length: int

    @property
    def key(self) -> str | None:
        """The name as the package has it, lower case; None if it is an address, or of a place outside."""
        name = self.name.lower()
        match self.wanted:
            case Wanted.SCRIPT | Wanted.TOOL:
                return name.removesuffix(".bas")
            case Wanted.KB:
                return name.removesuffix(".gbkb").strip()
            case Wanted.TEMPLATE:
                return name.removesuffix(".csv")
            case Wanted.FILE:
                parts = name.replace("\\", "/").split("/")
                is_address = "://" in name or name.startswith("data:") or ".." in parts
                return None if is_address else "/".join(part for part in parts if part not in ("", "."))


@dataclass(frozen=True, slots=True)
class ColumnDeclaration:
    """`default` None: none, or none that is a plain value. `rest` is what follows the type, as written."""

    name: str
    type: str
    default: str | int | float | bool | None = None
    rest: str = ""


@dataclass(frozen=True, slots=True)
class TableDeclaration:
    """A table. `key` names its key column, "" if it has none; `connection` its database, "" if that is the bot's."""

    name: str
    columns: tuple[ColumnDeclaration, ...]
    key: str = ""
    connection: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleDeclaration:
    """The text of one, as written, and where it stands."""

    text: str
    line: int
    column: int
    length: int
    is_path: bool = False
    """It is the path of an ON CHANGE, else the time of a SET SCHEDULE."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled script. `program` is None if it has errors; `references` are what it names of its package,
    `tables` and `schedules` what it declares."""

    program: Program | None
    diagnostics: list[Diagnostic]
    references: tuple[Reference, ...] = ()
    tables: tuple[TableDeclaration, ...] = ()
    schedules: tuple[ScheduleDeclaration, ...] = ()
