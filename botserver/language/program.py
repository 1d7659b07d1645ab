"""The portable program: what a script compiles to, is stored as, and is named by.

A program is immutable and shared by all sessions that run it. Its name everywhere outside this process is its digest,
BLAKE2b-256 over the encoded bytes. A VM may translate it into whatever runs fastest, but never stores that form.

Encoded form, little-endian; `varint` is unsigned LEB128, `zigzag` a varint of (n << 1) ^ (n >> 63), `text` a varint
of bytes and UTF-8:

    "BSP" and one byte of version
    text file
    varint constants; each: tag 0 null, 1 false, 2 true, 3 zigzag integer, 4 float as 8 bytes, 5 text
    text description, varint parameters; each:
        text name, text type, byte (1 optional, 2 has a default), text description, text example,
        varint values; each text
    varint handlers; each: text key, text event, varint entry
    varint kept registers; each varint register
    varint trap register + 1, 0 for none
    varint procedures; each:
        text name, varint parameters, varint registers
        varint register names; each text ("" for a register without one); they name registers 0, 1, ..
        varint instructions; each: opcode byte and its operands, zigzag
        varint line marks; each: varint pc (difference to the mark before), varint line, varint column
        three tables of traps.py, catches, leaves, resumes; each:
            varint guards; each: varint pc (difference to the guard before), varint target + 1
        varint labels; each varint pc; varint armed register + 1

Procedure 0 is the script itself; its registers with names are the script variables, its parameters the PARAMs. The
entry of a handler is an instruction of procedure 0 that only a handler's run begins at: a CALL of its procedure, then
END_RUN.
"""

from __future__ import annotations

import bisect
import hashlib
import struct
from dataclasses import dataclass, field
from functools import cached_property

from ..errors import ProgramCorrupt, ProgramTooNew
from ..ids import Digest
from .opcodes import OPERANDS, Op
from .traps import NO_TRAPS, Guard, Traps

FORMAT_VERSION = 1
_MAGIC = b"BSP"

Constant = None | bool | int | float | str
Instruction = tuple[int, ...]
"""Opcode and operands: as many as `OPERANDS` has letters for it."""


@dataclass(frozen=True, slots=True)
class LineMark:
    """From instruction `pc` on, code comes from `line`, `column` (both from 1)."""

    pc: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A PARAM as whoever offers the script as a tool sees it. `values` are those it is restricted to."""

    name: str
    type: str
    is_optional: bool = False
    has_default: bool = False
    description: str = ""
    example: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handler:
    """What runs when something happens. `key` names it in the file; `event` is what a run of the file registers it for
    when it begins, "" if that is left to the statement; `entry` is where its run begins in procedure 0."""

    key: str
    event: str
    entry: int


@dataclass(frozen=True)
class Procedure:
    """One SUB, FUNCTION, or the script itself."""

    name: str
    n_parameters: int
    n_registers: int
    register_names: tuple[str, ...]
    code: tuple[Instruction, ...]
    marks: tuple[LineMark, ...]
    traps: Traps = NO_TRAPS

    def line_at(self, pc: int) -> LineMark:
        """Where instruction `pc` comes from."""
        at = bisect.bisect_right(self.marks, pc, key=lambda mark: mark.pc) - 1
        return self.marks[max(at, 0)] if self.marks else LineMark(0, 1, 1)


@dataclass(frozen=True)
class Program:
    """A compiled script. Equal digests mean equal programs."""

    file: str
    constants: tuple[Constant, ...]
    procedures: tuple[Procedure, ...]
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    handlers: tuple[Handler, ...] = ()
    kept: tuple[int, ...] = ()
    """Registers of the script variables that handlers read: they are kept when a run of the script ends."""
    trap: int = -1  # register of the script: the state of trapping, the one after it the last error; -1: traps nothing
    _encoded: bytes = field(default=b"", repr=False, compare=False)

    @cached_property
    def encoded(self) -> bytes:
        return self._encoded or _encode(self)

    def find_handler(self, key: str) -> Handler | None:
        return next((handler for handler in self.handlers if handler.key == key), None)

    def is_handler_entry(self, index: int, pc: int) -> bool:
        """Whether a run that stands at instruction `pc` of procedure `index` is a handler's: at its CALL or its end."""
        return index == 0 and any(pc - handler.entry in (0, 1) for handler in self.handlers)

    @cached_property
    def digest(self) -> Digest:
        return Digest(hashlib.blake2b(self.encoded, digest_size=32).digest())


def decode_program(data: bytes) -> Program:
    """The program of `data`. Raises ProgramCorrupt or ProgramTooNew; the result still needs the verifier."""
    reader = _Reader(data)
    if reader.take(3) != _MAGIC:
        raise ProgramCorrupt(what="it does not begin with BSP")
    version = reader.byte()
    if version > FORMAT_VERSION:
        raise ProgramTooNew(found=version, known=FORMAT_VERSION)
    file = reader.text()
    constants = tuple(_decode_constant(reader) for _ in range(reader.count()))
    description = reader.text()
    parameters = tuple(_decode_parameter(reader) for _ in range(reader.count()))
    handlers = tuple(Handler(reader.text(), reader.text(), reader.varint()) for _ in range(reader.count()))
    kept = tuple(reader.varint() for _ in range(reader.count()))
    trap = reader.varint() - 1
    procedures = tuple(_decode_procedure(reader) for _ in range(reader.count()))
    reader.finish()
    return Program(file, constants, procedures, description, parameters, handlers, kept, trap, bytes(data))


def _decode_parameter(reader: _Reader) -> Parameter:
    name, kind, flags = reader.text(), reader.text(), reader.byte()
    if flags > 3:
        raise ProgramCorrupt(what=f"parameter flags {flags}")
    description, example = reader.text(), reader.text()
    values = tuple(reader.text() for _ in range(reader.count()))
    return Parameter(name, kind, bool(flags & 1), bool(flags & 2), description, example, values)


def _decode_constant(reader: _Reader) -> Constant:
    tag = reader.byte()
    if tag == 0:
        return None
    if tag in (1, 2):
        return tag == 2
    if tag == 3:
        return reader.zigzag()
    if tag == 4:
        value: float = struct.unpack("<d", reader.take(8))[0]
        return value
    if tag == 5:
        return reader.text()
    raise ProgramCorrupt(what=f"constant with tag {tag}")


def _decode_procedure(reader: _Reader) -> Procedure:
    name = reader.text()
    n_parameters, n_registers = reader.varint(), reader.varint()
    names = tuple(reader.text() for _ in range(reader.count()))
    code = reader.instructions(reader.count())
    marks: list[LineMark] = []
    pc = 0
    numbers = iter(reader.varints(3 * reader.count()))
    for step, line, column in zip(numbers, numbers, numbers, strict=True):
        pc += step
        marks.append(LineMark(pc, line, column))
    catches, leaves, resumes = (_decode_guards(reader) for _ in range(3))
    labels = tuple(reader.varint() for _ in range(reader.count()))
    traps = Traps(catches, leaves, resumes, labels, reader.varint() - 1)
    return Procedure(name, n_parameters, n_registers, names, tuple(code), tuple(marks), traps)


def _decode_guards(reader: _Reader) -> tuple[Guard, ...]:
    guards: list[Guard] = []
    pc = 0
    for _ in range(reader.count()):
        pc += reader.varint()
        guards.append(Guard(pc, reader.varint() - 1))
    return tuple(guards)


_N_OPERANDS = {int(op): len(letters) for op, letters in OPERANDS.items()}


class _Reader:
    """Bounded reading of bytes that may come from anywhere."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, n: int) -> bytes:
        end = self._at + n
        if end > len(self._data):
            raise ProgramCorrupt(what="it ends too early")
        piece = self._data[self._at : end]
        self._at = end
        return piece

    def byte(self) -> int:
        return self.take(1)[0]

    def varint(self) -> int:
        if self._at < len(self._data) and (short := self._data[self._at]) < 0x80:
            self._at += 1
            return short
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 63:
                raise ProgramCorrupt(what="a number is too long")
        if value >= 2**64:
            raise ProgramCorrupt(what="a number is too large")
        return value

    def varints(self, n: int) -> list[int]:
        """`n` of them, the short ones without a call each."""
        data, at, end = self._data, self._at, len(self._data)
        numbers: list[int] = []
        for _ in range(n):
            if at < end and (short := data[at]) < 0x80:
                at += 1
                numbers.append(short)
            else:
                self._at = at
                numbers.append(self.varint())
                at = self._at
        self._at = at
        return numbers

    def zigzag(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def instructions(self, n: int) -> list[Instruction]:
        """`n` of them. Most operands are one byte or two, so they are read without a call each."""
        data, at, end = self._data, self._at, len(self._data)
        code: list[Instruction] = []
        for _ in range(n):
            op = data[at] if at < end else -1
            n_operands = _N_OPERANDS.get(op)
            if n_operands is None:
                raise ProgramCorrupt(what="it ends too early" if op < 0 else f"opcode {op}")
            at += 1
            instruction = [op]
            for _ in range(n_operands):
                if at < end and (short := data[at]) < 0x80:
                    at += 1
                    instruction.append((short >> 1) ^ -(short & 1))
                elif at + 1 < end and (high := data[at + 1]) < 0x80:
                    at += 2
                    value = short & 0x7F | high << 7
                    instruction.append((value >> 1) ^ -(value & 1))
                else:
                    self._at = at
                    instruction.append(self.zigzag())
                    at = self._at
            code.append(tuple(instruction))
        self._at = at
        return code

    def count(self) -> int:
        """A count of things of at least one byte each, so a forged one cannot ask for memory."""
        n = self.varint()
        if n > len(self._data) - self._at:
            raise ProgramCorrupt(what="a count exceeds the data")
        return n

    def text(self) -> str:
        try:
            text = self.take(self.varint()).decode()
        except UnicodeDecodeError:
            raise ProgramCorrupt(what="text is not UTF-8") from None
        if "\0" in text:
            raise ProgramCorrupt(what="text holds U+0000")
        return text

    def finish(self) -> None:
        if self._at != len(self._data):
            raise ProgramCorrupt(what="bytes follow the end")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value: int) -> bytes:
    return _varint((value << 1) ^ (value >> 63))


def _text(text: str) -> bytes:
    data = text.encode()
    return _varint(len(data)) + data


def _encode_constant(value: Constant) -> bytes:
    match value:
        case None:
            return b"\0"
        case bool():
            return b"\2" if value else b"\1"
        case int():
            return b"\3" + _zigzag(value)
        case float():
            return b"\4" + struct.pack("<d", value)
        case str():
            return b"\5" + _text(value)


def _encode(program: Program) -> bytes:
    out = [_MAGIC, bytes([FORMAT_VERSION]), _text(program.file), _varint(len(program.constants))]
    out += map(_encode_constant, program.constants)
    out += [_text(program.description), _varint(len(program.parameters))]
    for parameter in program.parameters:
        flags = (1 if parameter.is_optional else 0) | (2 if parameter.has_default else 0)
        out += [_text(parameter.name), _text(parameter.type), bytes([flags])]
        out += [_text(parameter.description), _text(parameter.example), _varint(len(parameter.values))]
        out += map(_text, parameter.values)
    out.append(_varint(len(program.handlers)))
    for handler in program.handlers:
        out += [_text(handler.key), _text(handler.event), _varint(handler.entry)]
    out.append(_varint(len(program.kept)))
    out += map(_varint, program.kept)
    out += [_varint(program.trap + 1), _varint(len(program.procedures))]
    for procedure in program.procedures:
        out += [_text(procedure.name), _varint(procedure.n_parameters), _varint(procedure.n_registers)]
        out.append(_varint(len(procedure.register_names)))
        out += map(_text, procedure.register_names)
        out.append(_varint(len(procedure.code)))
        for op, *operands in procedure.code:
            if len(operands) != len(OPERANDS[Op(op)]):
                raise AssertionError(f"{Op(op).name} with {len(operands)} operands")
            out.append(bytes([op]))
            out += map(_zigzag, operands)
        out.append(_varint(len(procedure.marks)))
        pc = 0
        for mark in procedure.marks:
            out += [_varint(mark.pc - pc), _varint(mark.line), _varint(mark.column)]
            pc = mark.pc
        for table in procedure.traps.tables:
            out.append(_varint(len(table)))
            pc = 0
            for guard in table:
                out += [_varint(guard.pc - pc), _varint(guard.target + 1)]
                pc = guard.pc
        out.append(_varint(len(procedure.traps.labels)))
        out += map(_varint, procedure.traps.labels)
        out.append(_varint(procedure.traps.armed + 1))
    return b"".join(out)
