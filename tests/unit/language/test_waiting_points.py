"""Waiting points are found again in another version of a script, or they are not: never guessed."""

from __future__ import annotations

import pytest

from botserver.language.compiler import compile_source
from botserver.language.opcodes import Op
from botserver.language.program import Program
from botserver.language.waiting_points import WAITING, NoPlace, Obstacle, Place, find_place


def program(text: str) -> Program:
    compiled, diagnostics = compile_source(text, "start.bas")
    assert compiled is not None, diagnostics
    return compiled


def points(compiled: Program) -> list[tuple[int, int]]:
    """Procedure and instruction of every waiting point, in order."""
    return [
        (index, pc)
        for index, procedure in enumerate(compiled.procedures)
        for pc, instruction in enumerate(procedure.code)
        if instruction[0] in WAITING
    ]


def mapped(old: str, new: str) -> list[int | Obstacle]:
    """For each point of the old version: its line in the new one, or why there is none."""
    before, after = program(old), program(new)
    found: list[int | Obstacle] = []
    for index, pc in points(before):
        place = find_place(before, index, pc, after)
        if isinstance(place, Place):
            line = after.procedures[place.index].line_at(place.pc).line
            found.append(line)
            op = after.procedures[place.index].code[place.pc][0]
            assert op == before.procedures[index].code[pc][0]
        else:
            found.append(place.obstacle)
    return found


def value_of(old: str, new: str, name: str) -> str | None:
    """The variable of the old version whose value the one of this name has at the first point of the new one."""
    before, after = program(old), program(new)
    index, pc = points(before)[0]
    place = find_place(before, index, pc, after)
    assert isinstance(place, Place)
    names = after.procedures[place.index].register_names
    sources = dict(place.registers)
    source = sources.get(names.index(name))
    return None if source is None else before.procedures[index].register_names[source]


def test_same_script_is_where_it_was() -> None:
    assert mapped("HEAR a\nHEAR a", "HEAR a\nHEAR a") == [1, 2]


def test_other_texts_and_numbers_leave_every_point_where_it_is() -> None:
    assert mapped('TALK "a"\nHEAR x\nTALK "b"\nHEAR x', 'TALK "c"\nHEAR x\nTALK "d"\nHEAR x') == [2, 4]


def test_lines_before_and_after_move_a_point() -> None:
    assert mapped("HEAR name\nTALK name", 'TALK "hi"\nTALK "there"\nHEAR name\nTALK "dear " + name') == [3]


def test_values_follow_their_names() -> None:
    old, new = "a = 1\nb = 2\nHEAR c\nTALK a + b", "z = 0\nb = 5\na = 6\nHEAR c\nTALK z * a + b"
    assert mapped(old, new.replace("z * ", "")) == [4]
    assert value_of(old, new.replace("z * ", ""), "a") == "a"
    assert value_of(old, new.replace("z * ", ""), "b") == "b"


def test_variable_that_the_new_code_reads_must_be_there() -> None:
    assert mapped("HEAR c\nTALK c", "total = 5\nHEAR c\nTALK total") == [Obstacle.VARIABLE_MISSING]
    assert mapped("HEAR c\nTALK c", "total = 5\nHEAR c\ntotal = 6\nTALK total") == [2]
    place = find_place(program("HEAR c"), 0, points(program("HEAR c"))[0][1], program("total = 5\nHEAR c\nTALK total"))
    assert place == NoPlace(Obstacle.VARIABLE_MISSING, "total")


def test_variable_that_only_a_procedure_or_a_handler_reads_counts_too() -> None:
    show = "\nSUB show\n  TALK total\nEND SUB"
    assert mapped("HEAR c", "total = 5\nHEAR c\nCALL show" + show)[0] is Obstacle.VARIABLE_MISSING


def test_question_that_is_gone_has_no_place() -> None:
    assert mapped("HEAR a\nHEAR b", "HEAR a") == [1, Obstacle.POINT_GONE]


def test_other_variable_or_type_is_another_question() -> None:
    assert mapped("HEAR a", "HEAR b") == [Obstacle.POINT_GONE]
    assert mapped("HEAR a AS EMAIL", "HEAR a AS INTEGER") == [Obstacle.POINT_GONE]
    assert mapped("HEAR a", "WAIT 5") == [Obstacle.POINT_GONE]


def test_points_that_are_alike_are_told_apart_by_what_stands_before_them() -> None:
    old = 'TALK "one"\nHEAR a\nTALK "two"\nHEAR a'
    assert mapped(old, "x = 1\n" + old) == [Obstacle.POINT_GONE, 5]
    assert mapped(old, 'TALK "one"\nHEAR a\nTALK "two"\nHEAR a\nHEAR b') == [2, 4]


def test_points_that_nothing_tells_apart_are_not_guessed() -> None:
    assert mapped("HEAR a\nHEAR a", "HEAR a\nHEAR a\nHEAR a") == [1, Obstacle.AMBIGUOUS]
    assert mapped("HEAR a\nHEAR a", "HEAR a\nTALK 1") == [1, Obstacle.POINT_GONE]


def test_point_moves_with_its_loop() -> None:
    loop = "FOR EACH item IN [1, 2, 3]\n  FOR n = 1 TO 3\n    HEAR answer\n  NEXT\nNEXT"
    assert mapped(loop, 'TALK "more"\nx = 3\nTALK x\n' + loop) == [6]


def test_point_does_not_go_into_a_loop_or_out_of_one() -> None:
    loop = "FOR EACH item IN [1, 2]\n  HEAR answer\nNEXT"
    assert mapped("HEAR answer\nTALK 1", loop) == [Obstacle.SURROUNDINGS_CHANGED]
    assert mapped(loop, "HEAR answer\nTALK 1") == [Obstacle.SURROUNDINGS_CHANGED]
    other = "FOR EACH other IN [1, 2]\n  HEAR answer\nNEXT"
    assert mapped(loop, "TALK 1\n" + other) == [Obstacle.SURROUNDINGS_CHANGED]


def test_half_done_expression_stays_with_its_call() -> None:
    ask = "\nFUNCTION ask(q)\n  HEAR z WITH q\n  RETURN z\nEND FUNCTION"
    both = 'x = ask("a") + ask("b")'
    assert mapped(both + ask, 'TALK "new"\n' + both + ask) == [2, 2, 4]
    assert mapped(both + ask, 'TALK 1\nx = ask("a") * ask("b")' + ask) == [
        2,
        Obstacle.SURROUNDINGS_CHANGED,
        4,
    ]


def test_procedure_is_found_by_its_name() -> None:
    old = "x = ask()\nFUNCTION ask()\n  HEAR z\n  RETURN z\nEND FUNCTION"
    moved = "SUB other\n  TALK 1\nEND SUB\n" + old
    assert mapped(old, moved) == [4, 6]
    assert mapped(old, old.replace("ask", "demand")) == [Obstacle.POINT_GONE, Obstacle.PROCEDURE_GONE]


def test_trapped_errors_stay_trapped() -> None:
    plain, trapping = "HEAR a\nTALK a", "ON ERROR RESUME NEXT\nHEAR a\nTALK a"
    assert mapped(plain, trapping) == [Obstacle.SURROUNDINGS_CHANGED]
    assert mapped(trapping, plain) == [Obstacle.SURROUNDINGS_CHANGED]
    assert mapped(trapping, "TALK 1\n" + trapping) == [3]
    caught = "TRY\n  HEAR a\nCATCH e\n  TALK e\nEND TRY"
    assert mapped(caught, "TALK 1\n" + caught) == [3]


@pytest.mark.parametrize("text", ["HEAR a", 'r = TRANSFER SESSION "desk"', 'RUN "other"', "WAIT 3"])
def test_every_kind_of_wait_is_a_point(text: str) -> None:
    assert mapped(text, "TALK 1\n" + text) == [2]
    assert {program(text).procedures[0].code[pc][0] for _, pc in points(program(text))} <= {Op.EFFECT, Op.RUN}
