"""The instructions of the reference VM that stay in their frame: values, arithmetic, jumps, loops, members, built-ins,
output. Each computes its price and the bytes it needs, pays, reserves, and only then changes anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ScriptError
from ..language.effects import IMAGE, LOG, TALK
from ..language.opcodes import Op
from ..language.program import Instruction
from ..limits import OUTPUT_BYTES, OUTPUT_RECORDS, PYTHON_BUILTIN_BYTES
from . import objects
from .builtins import BUILTINS, input_price
from .effects import AnalyticsRecord, LogLine, OutputRecord, Talk
from .members import array_slot, key_text, no_target, read_index, read_member
from .objects import Array, Map, Str, Value, from_host, out_of_memory, to_host, tree_size
from .reference_codec import Frame
from .reference_keeping import Keeping, suggestions_of
from .tree import price_of
from .values import OUTPUT_PRICE, HostValue, array_price, capacity, index_size, map_price, string_price


class Instructions(Keeping):
    """`_execute` does one; those of a family have a method of its own."""

    def _execute(self, frame: Frame, op: Op, operands: Instruction) -> int | None:
        """An instruction that stays in its frame. Returns where to go on, None for the next instruction."""
        registers = frame.registers

        def value(position: int) -> Value:
            return self._value(frame, operands[position])

        match op:
            case Op.MOVE:
                source = value(1)
                self._pay(0)
                self._reserve(self._copy_need(source))
                registers[operands[0]] = self._owned(source)
            case Op.GET_SCRIPT:
                self._pay(0)
                registers[operands[0]] = self._script_registers()[operands[1]]
            case Op.SET_SCRIPT:
                source = value(1)
                self._pay(0)
                self._reserve(self._copy_need(source))
                self._script_registers()[operands[0]] = self._owned(source)
            case Op.ADD:
                self._add(registers, operands[0], value(1), value(2))
            case Op.SUB | Op.MUL | Op.DIV | Op.IDIV | Op.MOD | Op.POW:
                result = _ARITHMETIC[op](value(1), value(2))
                self._pay(0)
                registers[operands[0]] = result
            case Op.NEG:
                negative = objects.negate(value(1))
                self._pay(0)
                registers[operands[0]] = negative
            case Op.CONCAT:
                self._concat(registers, operands[0], registers[operands[1] : operands[1] + operands[2]])
            case Op.NOT:
                self._pay(0)
                registers[operands[0]] = not objects.is_truthy(value(1))
            case Op.EQ | Op.NE | Op.LT | Op.LE:
                registers[operands[0]] = self._compare(op, value(1), value(2))
            case Op.JUMP:
                self._pay(0)
                return operands[0]
            case Op.JUMP_TRUE | Op.JUMP_FALSE:
                self._pay(0)
                return operands[1] if objects.is_truthy(value(0)) == (op is Op.JUMP_TRUE) else None
            case Op.JUMP_NULL:
                self._pay(0)
                return operands[1] if value(0) is None else None
            case Op.JUMP_EQ | Op.JUMP_NE | Op.JUMP_LT | Op.JUMP_LE:
                return operands[2] if self._compare(_JUMPS[op], value(0), value(1)) else None
            case Op.JUMP_NOT_LT | Op.JUMP_NOT_LE:
                return None if self._compare(_JUMPS[op], value(0), value(1)) else operands[2]
            case Op.FOR_PREP:
                return self._for_prep(registers, operands)
            case Op.FOR_LOOP:
                return self._for_loop(registers, operands)
            case Op.EACH_PREP:
                return self._each_prep(registers, operands[0], value(1), operands[2])
            case Op.EACH_NEXT:
                return self._each_next(registers, operands)
            case Op.NEW_ARRAY:
                items = registers[operands[1] : operands[1] + operands[2]]
                self._pay(len(items))
                self._reserve(array_price(len(items)))
                registers[operands[0]] = Array(items)
            case Op.NEW_MAP:
                self._new_map(registers, operands[0], registers[operands[1] : operands[1] + 2 * operands[2]])
            case Op.INDEX:
                found = read_index(value(1), value(2))
                self._pay(0)
                registers[operands[0]] = self._taken(found)
            case Op.MEMBER:
                found = read_member(value(1), self._constant_text(frame, operands[2]))
                self._pay(0)
                registers[operands[0]] = self._taken(found)
            case Op.SET_INDEX:
                self._set_index(value(0), value(1), value(2))
            case Op.SET_MEMBER:
                base = value(0)
                if not isinstance(base, Map):
                    raise no_target(base)
                self._set_key(base, Str(self._constant_text(frame, operands[1]), constant=True), value(2))
            case Op.ENSURE_MAP:
                self._pay(0)
                if registers[operands[0]] is None:
                    self._reserve(map_price(0))
                    registers[operands[0]] = Map()
            case Op.BUILTIN:
                self._builtin(registers, *operands)
            case Op.EMIT:
                self._emit(registers, *operands)
            case _:
                raise AssertionError(f"{op.name} is not of this kind")
        return None

    def _value(self, frame: Frame, operand: int) -> Value:
        if operand >= 0:
            return frame.registers[operand]
        constant = frame.program.constants[~operand]
        return Str(constant, constant=True) if isinstance(constant, str) else constant

    @staticmethod
    def _constant_text(frame: Frame, index: int) -> str:
        constant = frame.program.constants[index]
        if not isinstance(constant, str):
            raise AssertionError("the verifier lets only text through")
        return constant

    @staticmethod
    def _copy_need(value: Value) -> int:
        """Bytes of copying a constant into the heap; other values are shared."""
        return value.price if isinstance(value, Str) and value.constant else 0

    @staticmethod
    def _owned(value: Value) -> Value:
        return Str(value.text) if isinstance(value, Str) and value.constant else value

    def _script_registers(self) -> list[Value]:
        return self._script_frame().registers

    # --- values ------------------------------------------------------------------------------------------------------

    def _add(self, registers: list[Value], target: int, a: Value, b: Value) -> None:
        if isinstance(a, Str) or isinstance(b, Str):
            self._concat(registers, target, [a, b])
            return
        if isinstance(a, Array):
            joined = a.items + (b.items if isinstance(b, Array) else [b])
            self._pay(len(joined))
            self._reserve(array_price(len(joined)))
            registers[target] = Array(joined)
            return
        if isinstance(b, Array):
            raise ScriptError(4001, f'"+" cannot add {objects.type_name(a)} and array')
        result = objects.add_numbers(a, b)
        self._pay(0)
        registers[target] = result

    def _concat(self, registers: list[Value], target: int, values: Sequence[Value]) -> None:
        price = size = 0
        pieces: list[str] = []
        for value in values:
            piece, cost = objects.text_of(value, self.text_budget)
            price += cost
            size += len(piece.encode())
            if size > self.text_budget:
                raise out_of_memory()
            pieces.append(piece)
        self._pay(price + size // 64)
        self._reserve(string_price(size))
        registers[target] = Str("".join(pieces))

    def _compare(self, op: Op, a: Value, b: Value) -> bool:
        if op in (Op.EQ, Op.NE):
            same, price = objects.equals(a, b)
            self._pay(price)
            return same == (op is Op.EQ)
        self._pay(objects.compare_price(a, b))
        return objects.is_less(a, b, or_equal=op is Op.LE)

    # --- loops -------------------------------------------------------------------------------------------------------

    def _for_prep(self, registers: list[Value], operands: Instruction) -> int | None:
        a, b, c, end = operands
        counter, last, step = (objects.number_of(registers[r], "FOR", registers[a], registers[b]) for r in (a, b, c))
        if step == 0:
            raise ScriptError(4002, "STEP is zero")
        self._pay(0)
        registers[a], registers[b], registers[c] = counter, last, step
        return None if _is_within(counter, last, step) else end

    def _for_loop(self, registers: list[Value], operands: Instruction) -> int | None:
        a, b, c, body = operands
        last, step = registers[b], registers[c]
        counter = objects.number_of(registers[a], "FOR", registers[a], last)
        if not isinstance(last, int | float) or not isinstance(step, int | float):
            raise ScriptError(4001, "FOR lost its bounds")
        moved = objects.add_numbers(counter, step)
        self._pay(0)
        registers[a] = moved
        if not isinstance(moved, int | float):
            raise AssertionError("numbers add to a number")
        return body if _is_within(moved, last, step) else None

    def _each_prep(self, registers: list[Value], a: int, source: Value, end: int) -> int | None:
        match source:
            case None:
                self._pay(0)
                return end
            case Array(items=items):
                self._pay(0)
                registers[a : a + 3] = [source, 0, len(items)]
            case Map(entries=entries):
                self._pay(len(entries))
                self._reserve(array_price(len(entries)))
                registers[a : a + 3] = [source, 0, Array([key for key, _ in entries.values()])]
            case _:
                raise ScriptError(4001, f"FOR EACH needs an array or map, got {objects.type_name(source)}")
        return None

    def _each_next(self, registers: list[Value], operands: Instruction) -> int | None:
        a, target, end = operands
        source, index, bound = registers[a : a + 3]
        if not isinstance(index, int) or isinstance(index, bool) or index < 0:
            raise ScriptError(4001, "FOR EACH lost its place")
        if isinstance(source, Array) and isinstance(bound, int) and not isinstance(bound, bool):
            self._pay(0)
            if index >= bound:
                return end
            registers[a + 1] = index + 1
            registers[target] = source.items[index] if index < len(source.items) else None
            return None
        if not isinstance(source, Map) or not isinstance(bound, Array):
            raise ScriptError(4001, "FOR EACH lost its place")
        self._pay(0)
        while index < len(bound.items):
            key = bound.items[index]
            index += 1
            if isinstance(key, Str) and key.text in source.entries:
                self._reserve(map_price(2) + string_price(3) + string_price(5))
                entry = Map()
                entry.insert(Str("key"), key)
                entry.insert(Str("value"), source.entries[key.text][1])
                registers[a + 1] = index
                registers[target] = entry
                return None
        registers[a + 1] = index
        return end

    # --- maps and members --------------------------------------------------------------------------------------------

    def _new_map(self, registers: list[Value], target: int, pairs: list[Value]) -> None:
        result = Map()
        need = 0
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            text = key_text(key)
            known = result.find(text)
            if known is not None:
                result.replace(known, value)
                continue
            if not isinstance(key, Str):
                key = Str(text)
                need += key.price
            result.insert(key, value)
        self._pay(len(pairs) // 2)
        self._reserve(need + result.price)
        registers[target] = result

    def _taken(self, found: Value | HostValue) -> Value:
        """A read element: shared if it is an object, copied in if it was taken out of text or a date."""
        if isinstance(found, str | list | dict):
            self._reserve(price_of(found))
            return from_host(found)
        return found

    def _set_index(self, base: Value, key: Value, value: Value) -> None:
        if isinstance(base, Map):
            text = key_text(key)
            self._set_key(base, key if isinstance(key, Str) else Str(text, constant=True), value)
            return
        if not isinstance(base, Array):
            raise no_target(base)
        index, length = array_slot(key), len(base.items)
        need, price = self._copy_need(value), 0
        if index >= length and capacity(index + 1) != capacity(length):
            need += 16 * capacity(index + 1)
            price = length
        self._pay(price + max(index - length, 0))
        self._reserve(need)
        if index >= length:
            base.items.extend([None] * (index + 1 - length))
        base.items[index] = self._owned(value)

    def _set_key(self, base: Map, key: Str, value: Value) -> None:
        known = base.find(key.text)
        need, price = self._copy_need(value), 0
        if known is None:
            n = len(base.entries)
            need += self._copy_need(key)
            if capacity(n + 1) != capacity(n):
                need += 24 * capacity(n + 1)
                price = n
            if index_size(n + 1) != index_size(n):
                need += 4 * index_size(n + 1)
                price = n
        self._pay(price)
        self._reserve(need)
        if known is not None:
            base.replace(known, self._owned(value))
        else:
            base.insert(Str(key.text) if key.constant else key, self._owned(value))

    # --- built-ins and output ----------------------------------------------------------------------------------------

    def _builtin(self, registers: list[Value], a: int, number: int, n: int) -> None:
        builtin = BUILTINS[number]
        arguments = registers[a : a + n]
        price = self._tree_price(builtin.name, arguments) if builtin.reads_trees else 0
        price += input_price(arguments) if builtin.scans else 0
        try:
            plan = builtin.function(self, arguments)
        except ScriptError as error:
            error.fuel += price
            raise
        self._pay(price + plan.price + plan.need // 64)
        self._grow(plan.beside)
        self._cell_bytes += plan.beside
        try:
            self._reserve(plan.need)
        except ScriptError:
            self._cell_bytes -= plan.beside
            raise
        registers[a] = plan.make()

    @staticmethod
    def _tree_price(name: str, arguments: list[Value]) -> int:
        """Fuel for looking into arguments at any depth. Raises 9013."""
        total = price = 0
        for argument in arguments:
            size, cost = tree_size(argument, PYTHON_BUILTIN_BYTES)
            total += size
            price += cost
            if total > PYTHON_BUILTIN_BYTES:
                fuel = PYTHON_BUILTIN_BYTES // 64
                what = f"an argument of {name} is larger than {PYTHON_BUILTIN_BYTES} bytes"
                raise ScriptError(9013, what, fuel=fuel)
        return price

    def _emit(self, registers: list[Value], a: int, number: int, n: int) -> None:
        arguments = registers[a : a + n]
        record: OutputRecord
        if number in (TALK, IMAGE):
            text, price = objects.text_of(arguments[0], self.text_budget)
            source = "" if number == TALK else objects.text_of(arguments[1], self.text_budget)[0]
            cells = self._menu or self._areas.suggestions
            size = OUTPUT_PRICE + len(text.encode()) + len(source.encode()) + sum(len(cell.data) for cell in cells)
            record = Talk(text, suggestions_of(cells), self._areas.id, source)
        else:
            text, price = objects.text_of(arguments[1], self.text_budget)
            head = objects.text_of(arguments[0], self.text_budget)[0]
            detail_size, detail_price = tree_size(arguments[2], OUTPUT_BYTES)
            size = OUTPUT_PRICE + len(text.encode()) + len(head.encode()) + detail_size
            price += detail_price
            detail = to_host(arguments[2]) if size <= OUTPUT_BYTES else None
            record = LogLine(head, text, detail) if number == LOG else AnalyticsRecord(head, text, detail)
        if self._turn_output_bytes + size > OUTPUT_BYTES or self._turn_output_records >= OUTPUT_RECORDS:
            raise ScriptError(
                9013, f"the output of a turn is at most {OUTPUT_BYTES} bytes and {OUTPUT_RECORDS} messages"
            )
        self._pay(price + size // 64)
        self._grow(size)
        self._output_bytes += size
        self._turn_output_bytes += size
        self._turn_output_records += 1
        self._output.append(record)


def _is_within(counter: int | float, last: int | float, step: int | float) -> bool:
    return counter <= last if step > 0 else counter >= last


_ARITHMETIC = {
    Op.SUB: objects.subtract,
    Op.MUL: objects.multiply,
    Op.DIV: objects.divide,
    Op.IDIV: objects.divide_whole,
    Op.MOD: objects.modulo,
    Op.POW: objects.power,
}

_JUMPS = {
    Op.JUMP_EQ: Op.EQ,
    Op.JUMP_NE: Op.NE,
    Op.JUMP_LT: Op.LT,
    Op.JUMP_LE: Op.LE,
    Op.JUMP_NOT_LT: Op.LT,
    Op.JUMP_NOT_LE: Op.LE,
}
