"""The syntax tree: what the parser builds and the compiler walks. Plain data with spans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from .keywords import Keyword
from .source import Span


@dataclass(frozen=True, slots=True)
class Literal:
    span: Span
    value: None | bool | int | float | str


@dataclass(frozen=True, slots=True)
class Template:
    """A string with holes: pieces of text and expressions, joined."""

    span: Span
    parts: tuple[str | Expression, ...]


@dataclass(frozen=True, slots=True)
class Name:
    span: Span
    name: str  # as written

    @property
    def folded(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class WithMap:
    """The map of the innermost WITH around."""

    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    span: Span
    operator: str  # - + NOT
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """`operator` is a mark or an upper-case word: + - * / \\ MOD ^ & = <> < <= > >= LIKE IN CONTAINS …"""

    span: Span
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Between:
    span: Span
    value: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class Test:
    """`x IS NULL` and its like. `kind` is NULL or EMPTY."""

    span: Span
    operand: Expression
    kind: str
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """`c ? a : b`."""

    span: Span
    condition: Expression
    when_true: Expression
    when_false: Expression


@dataclass(frozen=True, slots=True)
class Index:
    span: Span
    base: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Member:
    span: Span
    base: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """`name(a, b)`: a procedure of the file, a built-in, or an indexed variable."""

    span: Span
    name: Name
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """`x.name(a)`: the built-in `name` with x as first argument."""

    span: Span
    base: Expression
    name: Name
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ArrayOf:
    span: Span
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class MapOf:
    span: Span
    pairs: tuple[tuple[str | Template, Expression], ...]


@dataclass(frozen=True, slots=True)
class KeywordCall:
    """A keyword of the registry with its operands, as statement or operand. `separators[i]` stands before operand i;
    the first is ""."""

    span: Span
    keyword: Keyword
    separators: tuple[str, ...]
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of rows: pieces of text with an expression between each two, bound as values."""

    span: Span
    texts: tuple[str, ...]
    holes: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Spelled:
    """A path that means its text, as the name of a table does, unless its first name is a variable of the file."""

    span: Span
    path: Expression
    text: str


@dataclass(frozen=True, slots=True)
class Held:
    """A value the compiler keeps in a register."""

    span: Span
    register: int


@dataclass(frozen=True, slots=True)
class Intern:
    """A call of a built-in that the compiler chose, whatever procedures the file has."""

    span: Span
    name: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = (
    "Literal | Template | Name | WithMap | Unary | Binary | Between | Test | Choice | Index | Member | Call | Method"
    " | ArrayOf | MapOf | KeywordCall | Filter | Spelled | Held | Intern"
)
Target: TypeAlias = "Name | Index | Member"


# --- statements --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assign:
    """`target = value`; `operator` is one of + - * / for `+=` and its like, else empty."""

    span: Span
    target: Target
    operator: str
    value: Expression


@dataclass(frozen=True, slots=True)
class SetVariable:
    """`SET "name", value`. A bare name means its spelling."""

    span: Span
    name: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class Hear:
    """HEAR in all its forms. `options` None: no menu; `prompt` is sent first. After `seconds` the answer is null."""

    span: Span
    target: Target
    type: str = ""
    options: tuple[Expression, ...] | None = None
    is_open: bool = False
    prompt: Expression | None = None
    default: Expression | None = None
    seconds: Expression | None = None


@dataclass(frozen=True, slots=True)
class Perform:
    """An expression run for what it does: a call or a keyword."""

    span: Span
    call: Expression


@dataclass(frozen=True, slots=True)
class Declared:
    """One name of a declaration. `size` is the highest index of an array, None for an empty one."""

    name: Name
    is_array: bool = False
    size: Expression | None = None
    value: Expression | None = None


@dataclass(frozen=True, slots=True)
class Declare:
    """DIM, LOCAL, CONST and REDIM."""

    span: Span
    kind: str
    items: tuple[Declared, ...]


@dataclass(frozen=True, slots=True)
class With:
    """WITH name … END WITH. Assignments to plain names in the body have become members of `WithMap`."""

    span: Span
    name: Name
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Param:
    """A PARAM declaration. `values` are those it is restricted to."""

    span: Span
    name: Name
    type: str = "STRING"
    description: str = ""
    example: str = ""
    values: tuple[str, ...] = ()
    default: Expression | None = None
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Description:
    """What the script does, for whoever offers it as a tool."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Say:
    """BEGIN TALK and BEGIN SYSTEM PROMPT. `kind` is TALK or SYSTEM PROMPT."""

    span: Span
    kind: str
    text: Expression


@dataclass(frozen=True, slots=True)
class If:
    span: Span
    branches: tuple[tuple[Expression, tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class CaseItem:
    """One item of a CASE. `kind` is "=", "TO" or a comparison operator."""

    kind: str
    value: Expression
    high: Expression | None = None


@dataclass(frozen=True, slots=True)
class Select:
    span: Span
    subject: Expression
    cases: tuple[tuple[Span, tuple[CaseItem, ...], tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...] | None


@dataclass(frozen=True, slots=True)
class ForCount:
    span: Span
    counter: Name
    first: Expression
    last: Expression
    step: Expression | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ForEach:
    """`limit` is FIRST n as n, LAST n as -n."""

    span: Span
    item: Name
    source: Expression
    limit: int | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """WHILE and DO. `before` and `after` are conditions to go on, or with `is_until` to stop."""

    span: Span
    kind: str  # WHILE or DO
    before: Expression | None
    after: Expression | None
    body: tuple[Statement, ...]
    is_until: bool = False


@dataclass(frozen=True, slots=True)
class Jump:
    """EXIT FOR, BREAK, CONTINUE DO … `action` is exit or continue; `construct` FOR, DO, WHILE, SELECT, SUB, FUNCTION
    or "" for the innermost loop."""

    span: Span
    action: str
    construct: str


@dataclass(frozen=True, slots=True)
class EndScript:
    span: Span


@dataclass(frozen=True, slots=True)
class Return:
    span: Span
    value: Expression | None


@dataclass(frozen=True, slots=True)
class Try:
    """`catch` and `last` (FINALLY) are None where they are missing; `error` is the variable of CATCH."""

    span: Span
    body: tuple[Statement, ...]
    error: Name | None
    catch: tuple[Statement, ...] | None
    last: tuple[Statement, ...] | None


@dataclass(frozen=True, slots=True)
class OnError:
    """`label`: ON ERROR GOTO; else `resumes` says whether it is RESUME NEXT or GOTO 0."""

    span: Span
    label: str = ""
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class Goto:
    span: Span
    label: str


@dataclass(frozen=True, slots=True)
class Label:
    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Handler:
    """What registers a handler: ON … END ON, ON "event" CALL name, SCHEDULE IN … END SCHEDULE. `body` is the place of
    its block in `Script.handlers`; a CALL has `target` instead."""

    span: Span
    kind: str  # SESSION END, EVENT, FORM SUBMIT, CALL, SCHEDULE, or INSERT OF and its like
    arguments: tuple[Expression, ...]
    body: int | None = None
    target: Name | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that did not parse; its problem is reported."""

    span: Span


Statement: TypeAlias = (
    "Assign | SetVariable | Hear | Perform | Say | If | Select | ForCount | ForEach | Loop | Jump | EndScript | Return"
    " | Goto | Label | Broken | With | Param | Description | Try | OnError | Declare | Handler"
)


@dataclass(frozen=True, slots=True)
class Parameter:
    name: Name
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Subroutine:
    """A SUB or FUNCTION."""

    span: Span
    name: Name
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    is_function: bool


@dataclass(frozen=True, slots=True)
class Script:
    """A file. `handlers` are the blocks of its ON and SCHEDULE statements, as procedures."""

    body: tuple[Statement, ...]
    procedures: tuple[Subroutine, ...] = field(default=())
    handlers: tuple[Subroutine, ...] = field(default=())
