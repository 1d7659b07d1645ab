"""Translation of portable programs.

Operands keep their order: if the first is a register written or a run of registers (R, G) it goes to `a`, the others
to `b`, `c`, `d`; otherwise all begin at `b`. A V operand n >= 0 is register n, n < 0 counts back from the end of the
constants, so that both are reached by adding it to a base; a K operand becomes such a V.
"""

from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy

from botserver.language.opcodes import OPERANDS, Op

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
    cdef Instr* instr
    p.n_code = len(procedure.code)
    p.code = <Instr*>calloc(max(p.n_code, 1), sizeof(Instr))
    if p.code == NULL:
        raise MemoryError
    p.constants_end = code.constants + code.n_constants
    p.n_registers = procedure.n_registers
    p.n_parameters = procedure.n_parameters
    p.index = index
    p.siblings = code.procedures
    p.owner = <void*>code
    for i, instruction in enumerate(procedure.code):
        instr = &p.code[i]
        instr.op = instruction[0]
        letters = OPERANDS[instruction[0]]
        operands = [~n if letter == "K" else n for n, letter in zip(instruction[1:], letters)]
        if not letters.startswith(("R", "G")):
            operands.insert(0, 0)
        if has_leaves and instruction[0] == Op.END_RUN:
            operands.append(1)
        operands += [0] * (4 - len(operands))
        instr.a, instr.b, instr.c, instr.d = operands
    return 0


cdef Code code_of(object program):
    """The translation, kept beside the program's other derived properties."""
    cdef Code code = program.__dict__.get("_compiled")
    if code is None:
        code = Code(program)
        program.__dict__["_compiled"] = code
    return code
