"""The instruction set of portable programs: the only list of opcodes.

A program runs on registers. Each procedure owns `n_registers` of them; register 0 is its first parameter. An operand
is a small integer whose meaning its letter gives:

    R  a register of the frame, written (or changed in place)
    r  a register of the frame, read as the first of a run of registers
    V  a value, read: n >= 0 is register n, n < 0 is constant ~n
    K  a string constant, as its index
    G  a register of the script's own (outermost) frame: a script variable seen from a procedure
    J  a jump target: index of an instruction in the same procedure
    N  a count
    P  a procedure, as its index in the program
    B  a built-in function, as its number in `vm/builtins.py`
    E  an effect, as its number in `language/effects.py`

Every instruction costs one fuel, charged before it runs; built-ins and some others (marked +) add a price that
depends on the size of what they touch, charged before they start. A string constant has no price; an instruction that
puts one into a register or container copies it into the heap first, and that copy has the price of its value.

The compiler, the verifier, the disassembler and both VMs are driven by this table. Numbers are stored in programs:
never renumber, only append.
"""

from __future__ import annotations

from enum import IntEnum


class Op(IntEnum):
    """Opcode numbers. The comment beside each is its definition."""

    MOVE = 0  # R[a] := V(b)
    GET_SCRIPT = 1  # R[a] := G[b]
    SET_SCRIPT = 2  # G[a] := V(b)

    ADD = 3  # R[a] := V(b) + V(c)       + numbers, text or arrays; dialect "Arithmetic"
    SUB = 4  # R[a] := V(b) - V(c)
    MUL = 5  # R[a] := V(b) * V(c)
    DIV = 6  # R[a] := V(b) / V(c)
    IDIV = 7  # R[a] := V(b) \ V(c)
    MOD = 8  # R[a] := V(b) MOD V(c)
    POW = 9  # R[a] := V(b) ^ V(c)
    NEG = 10  # R[a] := -V(b)
    CONCAT = 11  # R[a] := text of r[b] .. r[b+c-1], joined   +

    NOT = 12  # R[a] := NOT V(b)
    EQ = 13  # R[a] := V(b) = V(c)
    NE = 14  # R[a] := V(b) <> V(c)
    LT = 15  # R[a] := V(b) < V(c)
    LE = 16  # R[a] := V(b) <= V(c)

    JUMP = 17  # to a
    JUMP_TRUE = 18  # if V(a) is truthy to b
    JUMP_FALSE = 19  # if V(a) is not truthy to b
    JUMP_NULL = 20  # if V(a) is null itself to b
    JUMP_EQ = 21  # if V(a) = V(b) to c
    JUMP_NE = 22  # if V(a) <> V(b) to c
    JUMP_LT = 23  # if V(a) < V(b) to c
    JUMP_LE = 24  # if V(a) <= V(b) to c
    JUMP_NOT_LT = 25  # unless V(a) < V(b) to c
    JUMP_NOT_LE = 26  # unless V(a) <= V(b) to c

    FOR_PREP = 27  # R[a] counter, R[b] limit, R[c] step become numbers; if the counter is beyond, to d
    FOR_LOOP = 28  # R[a] := R[a] + R[c]; if R[a] is not beyond R[b], to d
    EACH_PREP = 29  # R[a] := what V(b) iterates, R[a+1] := 0, R[a+2] := count or keys; null to c   +
    EACH_NEXT = 30  # if R[a..a+2] is exhausted to c, else R[b] := next element

    NEW_ARRAY = 31  # R[a] := array of r[b] .. r[b+c-1]   +
    NEW_MAP = 32  # R[a] := map of c pairs key, value in r[b] .. r[b+2c-1]   +
    INDEX = 33  # R[a] := V(b)[V(c)]
    MEMBER = 34  # R[a] := V(b).K[c]
    SET_INDEX = 35  # V(a)[V(b)] := V(c)   +
    SET_MEMBER = 36  # V(a).K[b] := V(c)   +
    ENSURE_MAP = 37  # if R[a] is null: R[a] := empty map

    CALL = 38  # procedure b with c arguments in r[a] ..; its result goes to R[a]
    RETURN = 39  # V(a) from the procedure, or from the script
    RUN = 40  # the script named by R[a] with b arguments in r[a+1] ..; its result goes to R[a]
    END_RUN = 41  # end the script with result null, whatever procedure this is, after the FINALLYs around
    BUILTIN = 42  # R[a] := built-in b of c arguments in r[a] ..   +
    EFFECT = 43  # suspend with effect b and c arguments in r[a] ..; the outcome goes to R[a]
    EMIT = 44  # output record of effect b with c arguments in r[a] ..   +
    RAISE = 45  # error N[a] with message K[b]
    RUN_IN = 46  # the script named by R[a+1] in the sub-session R[a], with b arguments in r[a+2] ..; result to R[a]
    THROW = 47  # error V(a), 4000 if null, with message V(b); V(b) may be an error as CATCH gives it


OPERANDS: dict[Op, str] = {
    Op.MOVE: "RV",
    Op.GET_SCRIPT: "RG",
    Op.SET_SCRIPT: "GV",
    Op.ADD: "RVV",
    Op.SUB: "RVV",
    Op.MUL: "RVV",
    Op.DIV: "RVV",
    Op.IDIV: "RVV",
    Op.MOD: "RVV",
    Op.POW: "RVV",
    Op.NEG: "RV",
    Op.CONCAT: "RrN",
    Op.NOT: "RV",
    Op.EQ: "RVV",
    Op.NE: "RVV",
    Op.LT: "RVV",
    Op.LE: "RVV",
    Op.JUMP: "J",
    Op.JUMP_TRUE: "VJ",
    Op.JUMP_FALSE: "VJ",
    Op.JUMP_NULL: "VJ",
    Op.JUMP_EQ: "VVJ",
    Op.JUMP_NE: "VVJ",
    Op.JUMP_LT: "VVJ",
    Op.JUMP_LE: "VVJ",
    Op.JUMP_NOT_LT: "VVJ",
    Op.JUMP_NOT_LE: "VVJ",
    Op.FOR_PREP: "RRRJ",
    Op.FOR_LOOP: "RRRJ",
    Op.EACH_PREP: "RVJ",
    Op.EACH_NEXT: "RRJ",
    Op.NEW_ARRAY: "RrN",
    Op.NEW_MAP: "RrN",
    Op.INDEX: "RVV",
    Op.MEMBER: "RVK",
    Op.SET_INDEX: "VVV",
    Op.SET_MEMBER: "VKV",
    Op.ENSURE_MAP: "R",
    Op.CALL: "RPN",
    Op.RETURN: "V",
    Op.RUN: "RN",
    Op.END_RUN: "",
    Op.BUILTIN: "RBN",
    Op.EFFECT: "REN",
    Op.EMIT: "REN",
    Op.RAISE: "NK",
    Op.RUN_IN: "RN",
    Op.THROW: "VV",
}

ENDS_FLOW = frozenset({Op.JUMP, Op.RETURN, Op.END_RUN, Op.RAISE, Op.THROW})
"""After these the next instruction is reached only by a jump."""

if set(OPERANDS) != set(Op):
    raise AssertionError("every opcode has a row in OPERANDS")
