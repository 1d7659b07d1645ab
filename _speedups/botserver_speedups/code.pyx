"""Translation of portable programs.

Operands keep their order: if the first is a register written or a run of registers (R, G) it goes to `a`, the others
to `b`, `c`, `d`; otherwise all begin at `b`. In `a` a register is its number. Behind it registers and constants are
distances in bytes: n >= 0 from the first register, n < 0 back from the end of the constants, so that both are reached
by adding them to a base; and jump targets are distances in bytes from their instruction.

An instruction stays where it is, and its operands too: `_specialise` only names a shorter way to the same effect, and
puts numbers into fields that are free.
"""

from libc.stdint cimport int16_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

from botserver.language.opcodes import OPERANDS
from botserver.vm.values import frame_price

from botserver_speedups.opcodes cimport *

cdef enum:
    MOST_LINKS = 14

cdef char _letters[LAST_SPECIAL][5]

memset(_letters, 0, sizeof(_letters))
for _op, _operands in OPERANDS.items():
    for _place, _letter in enumerate(_operands):
        _letters[<int>_op][<int>_place] = ord(_letter)


cdef class Code:
    def __cinit__(self, program):
        self.program = program
        self.n_constants = len(program.constants)
        self.constants = <Value*>calloc(max(self.n_constants, 1), sizeof(Value))
        self.n_procedures = len(program.procedures)
        self.procedures = <Procedure*>calloc(max(self.n_procedures, 1), sizeof(Procedure))
        if self.constants == NULL or self.procedures == NULL:
            raise MemoryError
        for i, constant in enumerate(program.constants):
            _set_constant(&self.constants[self.n_constants - 1 - i], constant)
        has_leaves = any(procedure.traps.leaves for procedure in program.procedures)
        for i, procedure in enumerate(program.procedures):
            _translate(self, &self.procedures[i], procedure, i, has_leaves)
        self.procedures[0].keeps = len(program.handlers) > 0

    def __dealloc__(self):
        cdef uint32_t i
        if self.constants != NULL:
            for i in range(self.n_constants):
                if self.constants[i].tag == T_CONSTANT:
                    free(<void*>self.constants[i].v.c)
        if self.procedures != NULL:
            for i in range(self.n_procedures):
                free(self.procedures[i].code)
        free(self.constants)
        free(self.procedures)


cdef int _set_constant(Value* v, object constant) except -1:
    cdef Str* s
    cdef bytes data
    if constant is None:
        set_null(v)
    elif constant is True or constant is False:
        set_bool(v, constant)
    elif isinstance(constant, int):
        set_int(v, constant)
    elif isinstance(constant, float):
        set_float(v, constant)
    else:
        data = constant.encode()
        s = <Str*>calloc(1, string_price(len(data)))
        if s == NULL:
            raise MemoryError
        s.n_bytes = len(data)
        s.n_chars = len(constant)
        s.kind = T_STRING
        memcpy(text_of(s), <char*>data, len(data))
        s.hash = fold_hash(text_of(s), s.n_bytes)
        v.tag = T_CONSTANT
        v.v.c = s
    return 0


cdef int _translate(Code code, Procedure* p, object procedure, uint32_t index, bint has_leaves) except -1:
    cdef int32_t at
    p.n_code = len(procedure.code)
    p.code = <Instr*>calloc(max(p.n_code, 1), sizeof(Instr))
    if p.code == NULL:
        raise MemoryError
    p.constants_end = code.constants + code.n_constants
    p.n_registers = procedure.n_registers
    p.n_parameters = procedure.n_parameters
    p.index = index
    p.price = <uint32_t>frame_price(p.n_registers)
    p.siblings = code.procedures
    p.owner = <void*>code
    for at, instruction in enumerate(procedure.code):
        _place_operands(&p.code[at], instruction, at)
        if p.code[at].op == OP_END_RUN:
            p.code[at].b = has_leaves
        _specialise(&p.code[at], p.constants_end)
    for at in range(<int32_t>p.n_code - 1):
        _join(&p.code[at])
    for at in range(<int32_t>p.n_code):
        _chain(&p.code[at], p.n_code - at - 1)
    return 0


cdef int _place_operands(Instr* i, tuple instruction, int32_t at) except -1:
    cdef int32_t fields[4]
    cdef int32_t place, n
    cdef const char* letters
    i.op = instruction[0]
    letters = _letters[i.op]
    fields[0] = fields[1] = fields[2] = fields[3] = 0
    place = 0 if letters[0] == b"R" or letters[0] == b"G" else 1
    for n in range(1, len(instruction)):
        fields[place] = _field(letters[n - 1], instruction[n], at) if place > 0 else instruction[n]
        place += 1
    i.a, i.b, i.c, i.d = fields[0], fields[1], fields[2], fields[3]
    return 0


cdef inline int32_t _field(char letter, int32_t operand, int32_t at) noexcept:
    if letter == b"R" or letter == b"r" or letter == b"V" or letter == b"G":
        return operand * <int32_t>sizeof(Value)
    if letter == b"K":
        return ~operand * <int32_t>sizeof(Value)
    if letter == b"J":
        return (operand - at) * <int32_t>sizeof(Instr)
    return operand


cdef int _short(uint32_t op) noexcept:
    """The special form of a conditional jump on two registers; the next one compares with a number of 16 bits."""
    if op == OP_JUMP_LT:
        return OP_JUMP_LT_RR
    if op == OP_JUMP_LE:
        return OP_JUMP_LE_RR
    if op == OP_JUMP_NOT_LT:
        return OP_JUMP_NOT_LT_RR
    if op == OP_JUMP_NOT_LE:
        return OP_JUMP_NOT_LE_RR
    if op == OP_JUMP_EQ:
        return OP_JUMP_EQ_RR
    return OP_JUMP_NE_RR if op == OP_JUMP_NE else 0


cdef inline bint _is_text(const Value* constant, bint is_register) noexcept:
    return not is_register and constant.tag == T_CONSTANT


cdef void _specialise(Instr* i, const Value* k) noexcept:
    cdef const char* letters = _letters[i.op]
    cdef bint b_is_register = i.b >= 0, c_is_register = i.c >= 0
    cdef int64_t number = 0
    cdef bint has_number = False
    cdef const Value* constant
    if not c_is_register and letters[2 if letters[0] == b"R" or letters[0] == b"G" else 1] == b"V":
        constant = V(NULL, k, i.c)
        has_number = constant.tag == T_INT and -<int64_t>2147483647 <= constant.v.i <= 2147483647
        number = constant.v.i if has_number else 0
    if i.op == OP_ADD and (_is_text(V(NULL, k, i.b), b_is_register) or _is_text(V(NULL, k, i.c), c_is_register)):
        i.op = OP_JOIN
    elif i.op == OP_BUILTIN:
        if i.b == B_LEN and i.c == 1:
            i.op = OP_LEN
    elif i.op == OP_MOVE:
        if b_is_register:
            i.op = OP_MOVE_R
        elif V(NULL, k, i.b).tag != T_CONSTANT:
            i.op = OP_MOVE_K
    elif i.op == OP_SET_INDEX:
        if b_is_register and c_is_register:
            if i.d >= 0:
                i.op = OP_SET_INDEX_RRR
            elif V(NULL, k, i.d).tag != T_CONSTANT:
                i.op = OP_SET_INDEX_RRK
    elif not b_is_register:
        return
    elif _short(i.op) and c_is_register:
        i.op = _short(i.op)
    elif _short(i.op) and has_number and -32768 <= number <= 32767:
        i.op = _short(i.op) + 1
        i.a = <uint16_t><int16_t>number
    elif c_is_register:
        if i.op == OP_ADD:
            i.op = OP_ADD_RR
        elif i.op == OP_SUB:
            i.op = OP_SUB_RR
        elif i.op == OP_MUL:
            i.op = OP_MUL_RR
        elif i.op == OP_INDEX:
            i.op = OP_INDEX_RR
    elif has_number:
        if i.op == OP_ADD:
            i.op = OP_ADD_RI
            i.d = <int32_t>number
        elif i.op == OP_SUB:
            i.op = OP_SUB_RI
            i.d = <int32_t>number
        elif i.op == OP_MUL:
            i.op = OP_MUL_RI
            i.d = <int32_t>number
        elif i.op == OP_MOD and number > 0:
            i.op = OP_MOD_RI
            i.d = <int32_t>number


cdef void _join(Instr* i) noexcept:
    """With the next instruction, which stays where it is for whatever jumps to it or stops before it."""
    cdef Instr* following = i + 1
    if i.op == OP_CALL and following.op == OP_MOVE_R and following.b == i.a * <int32_t>sizeof(Value):
        i.d = following.a + 1
    elif following.op == OP_FOR_LOOP:
        if i.op == OP_ADD_RR:
            i.op = OP_ADD_RR_LOOP
        elif i.op == OP_SET_INDEX_RRR or i.op == OP_SET_INDEX_RRK:
            i.op = OP_SET_INDEX_LOOP
    elif i.op == OP_MOVE_R and following.op == OP_MOVE_R:
        i.op = OP_MOVE_R_R


cdef void _chain(Instr* i, uint32_t n_following) noexcept:
    """Says of an instruction that may make a text how many after it write over that with more behind it."""
    cdef Instr* link = i + 1
    cdef int32_t place = i.a * <int32_t>sizeof(Value)
    if i.op != OP_ADD and i.op != OP_ADD_RR and i.op != OP_JOIN and (i.op != OP_CONCAT or i.c == 0):
        return
    while n_following > 0 and i.d < MOST_LINKS:
        if link.op != OP_ADD and link.op != OP_ADD_RR and link.op != OP_ADD_RI and link.op != OP_JOIN:
            return
        if link.a != i.a or link.b != place or link.c == place:
            return
        i.d += 1
        link += 1
        n_following -= 1


cdef Code code_of(object program):
    """The translation, kept beside the program's other derived properties."""
    cdef Code code = program.__dict__.get("_compiled")
    if code is None:
        code = Code(program)
        program.__dict__["_compiled"] = code
    return code
