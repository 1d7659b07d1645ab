"""The stored form of programs: damaged bytes are told, and what the verifier proves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botserver.errors import ProgramCorrupt, ProgramTooNew
from botserver.language.compiler import compile_source
from botserver.language.opcodes import OPERANDS, Op
from botserver.language.program import Instruction, Program, decode_program
from botserver.language.traps import Guard, Traps
from botserver.language.verifier import verify

SCRIPT = """
FUNCTION area(w, h = 2)
  RETURN w * h
END FUNCTION
ON ERROR RESUME NEXT
TRY
  ON ERROR GOTO failed
FINALLY
  EXIT
END TRY
failed:
FOR EACH x IN [1, 2.5, "ä", NULL, TRUE]
  TALK "${x}: " & area(LEN(x))
NEXT
HEAR name AS "a", "b" DEFAULT "c"
SET BOT MEMORY "k", {a: name, b: -5}
RETURN GET "x"
"""


def compiled() -> Program:
    program, found = compile_source(SCRIPT, "a.bas")
    assert program is not None, found
    return program


def with_code(program: Program, *code: Instruction) -> Program:
    main = replace(program.procedures[0], code=code, marks=())
    return Program(program.file, program.constants, (main, *program.procedures[1:]))


def test_program_survives_its_encoding() -> None:
    program = compiled()
    again = decode_program(program.encoded)
    verify(again)
    assert again == program
    assert again.digest == program.digest


def test_every_truncation_is_damage() -> None:
    data = compiled().encoded
    for end in range(len(data)):
        with pytest.raises(ProgramCorrupt):
            decode_program(data[:end])


def test_bytes_after_the_end_are_damage() -> None:
    with pytest.raises(ProgramCorrupt):
        decode_program(compiled().encoded + b"\0")


def test_text_with_a_null_character_is_damage() -> None:
    program = replace(compiled(), constants=("a\0b",))
    with pytest.raises(ProgramCorrupt, match=r"U\+0000"):
        decode_program(program.encoded)


def test_newer_format_is_refused() -> None:
    data = bytearray(compiled().encoded)
    data[3] = 250
    with pytest.raises(ProgramTooNew):
        decode_program(bytes(data))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_changed_bytes_are_damage_or_another_valid_program(data: st.DataObject) -> None:
    encoded = bytearray(compiled().encoded)
    place = data.draw(st.integers(4, len(encoded) - 1))
    encoded[place] = data.draw(st.integers(0, 255))
    try:
        verify(decode_program(bytes(encoded)))
    except ProgramCorrupt:
        pass


@pytest.mark.parametrize("op", list(Op), ids=lambda op: op.name)
@pytest.mark.parametrize("wild", [-40_000, 40_000, 2**40])
def test_verifier_refuses_operands_out_of_range(op: Op, wild: int) -> None:
    program = compiled()
    operands = OPERANDS[op]
    if not operands:
        return
    bad = with_code(program, (op, *[wild] * len(operands)), (Op.END_RUN,))
    with pytest.raises(ProgramCorrupt):
        verify(bad)


def test_verifier_refuses_code_that_runs_off_its_end() -> None:
    with pytest.raises(ProgramCorrupt, match="runs off its end"):
        verify(with_code(compiled(), (Op.NOT, 0, 0)))


def test_verifier_refuses_an_unknown_opcode() -> None:
    with pytest.raises(ProgramCorrupt, match="opcode 200"):
        verify(with_code(compiled(), (200,), (Op.END_RUN,)))


def test_verifier_refuses_an_effect_as_output_record() -> None:
    with pytest.raises(ProgramCorrupt):
        verify(with_code(compiled(), (Op.EFFECT, 0, 0, 1), (Op.END_RUN,)))


@pytest.mark.parametrize(
    "traps",
    [
        Traps(catches=(Guard(2, 0), Guard(1, 0))),
        Traps(leaves=(Guard(0, 1), Guard(0, 2))),
        Traps(resumes=(Guard(40_000, 0),)),
        Traps(catches=(Guard(0, 40_000),)),
        Traps(catches=(Guard(0, -2),)),
        Traps(labels=(40_000,), armed=0),
        Traps(labels=(0,)),
        Traps(labels=(0,), armed=40_000),
        Traps(armed=0),
        Traps(armed=-2),
    ],
)
def test_verifier_refuses_traps_that_are_not_in_order_or_lead_nowhere(traps: Traps) -> None:
    program = compiled()
    main = replace(program.procedures[0], traps=traps)
    with pytest.raises(ProgramCorrupt):
        verify(replace(program, procedures=(main, *program.procedures[1:]), _encoded=b""))


@pytest.mark.parametrize("trap", [-2, -1, 0, 40_000])
def test_verifier_refuses_a_trap_register_that_is_a_variable_or_none(trap: int) -> None:
    with pytest.raises(ProgramCorrupt, match="trap register"):
        verify(replace(compiled(), trap=trap, _encoded=b""))


def test_line_of_an_instruction_is_found() -> None:
    main = compiled().procedures[0]
    lines = [main.line_at(pc).line for pc in range(len(main.code))]
    assert min(lines) == 5
    assert max(lines) == 17


def test_examples_and_descriptions_of_parameters_need_no_quotes() -> None:
    source = (
        "PARAM mail AS EMAIL LIKE ann@example.com DESCRIPTION Where to write\n"
        "PARAM call AS PHONE LIKE +1-555-0100 OPTIONAL\n"
        'PARAM note AS STRING LIKE "a, b" DESCRIPTION "two words"\n'
        "PARAM size AS NUMBER LIKE -2.5\n"
    )
    program, _ = compile_source(source, "a.bas")
    assert program is not None
    parameters = program.parameters
    assert [each.example for each in parameters] == ["ann@example.com", "+1-555-0100", "a, b", "-2.5"]
    assert [each.description for each in parameters] == ["Where to write", "", "two words", ""]
