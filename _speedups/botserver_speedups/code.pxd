"""Programs in the form the loop runs: fixed-size instructions, constants as values. Made once per Program, never stored."""

from botserver_speedups.heap cimport *

cdef enum Special:
    # Opcodes of the translated form alone: what an instruction becomes whose operands allow a shorter way. The
    # letters are those of registers (R), whole numbers that lie in the instruction (I), and constants (K).
    OP_MOVE_R = 64  # R[a] := R(b)
    OP_MOVE_K  # R[a] := K(b), which is no text
    OP_ADD_RR
    OP_ADD_RI  # the number is in `d`, as in the next ones
    OP_SUB_RR
    OP_SUB_RI
    OP_MUL_RR
    OP_MUL_RI
    OP_MOD_RI  # of a positive number
    OP_JUMP_LT_RR
    OP_JUMP_LT_RI  # the number is in `a`, as in the others
    OP_JUMP_LE_RR
    OP_JUMP_LE_RI
    OP_JUMP_NOT_LT_RR
    OP_JUMP_NOT_LT_RI
    OP_JUMP_NOT_LE_RR
    OP_JUMP_NOT_LE_RI
    OP_JUMP_EQ_RR
    OP_JUMP_EQ_RI
    OP_JUMP_NE_RR
    OP_JUMP_NE_RI
    OP_INDEX_RR
    OP_JOIN  # an ADD one side of which is a constant text
    OP_LEN  # the built-in
    OP_SET_INDEX_RRR
    OP_SET_INDEX_RRK  # K is no text
    # Joined with the next instruction; each still costs its own fuel.
    OP_MOVE_R_R
    OP_ADD_RR_LOOP
    OP_SET_INDEX_LOOP  # RRR or RRK
    LAST_SPECIAL

cdef class Code:
    cdef readonly object program
    cdef Procedure* procedures
    cdef uint32_t n_procedures
    cdef Value* constants
    cdef uint32_t n_constants

cdef Code code_of(object program)

cdef inline const Value* V(const Value* r, const Value* k, int32_t operand) noexcept nogil:
    """A register (operand >= 0) or constant."""
    return <const Value*>(<const char*>(r if operand >= 0 else k) + operand)

cdef inline Value* R(const Value* r, int32_t operand) noexcept nogil:
    """A register."""
    return <Value*>(<const char*>r + operand)
