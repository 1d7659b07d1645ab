"""The short ways of the compiled loop do what the long ones do: after every slice, whatever its length, both VMs agree.

The loop joins instructions, keeps numbers inside them, and remembers where a member was; a slice may end between any
two instructions, and any value may come where a whole number usually is.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botserver.language.builtins import BY_NAME as BUILTINS
from botserver.language.compiler import compile_source
from botserver.language.opcodes import Op
from botserver.language.program import Constant, Instruction, LineMark, Procedure, Program
from botserver.language.verifier import verify
from botserver.limits import Limits
from botserver.vm.effects import Done, Failed, OutOfFuel, Stop

from .agreement import Pair
from .random_programs import FakeRelease

SHORT = r"""
--- joined with FOR
s = 0
a = []
FOR i = 5 TO -3 STEP -2
 a[i + 3] = TRUE
NEXT
FOR i = 1 TO 9
 s = s + i
NEXT
RETURN s
--- a counter that is no number
s = 0
FOR i = 1 TO 9
 i = "" + i
 s = s + i
NEXT
RETURN s
--- a counter at the largest number
FOR i = 9223372036854775800 TO 9223372036854775807 STEP 3
 n = n + i
NEXT
RETURN i
--- moves in a row
a = 1
b = 2
FOR i = 1 TO 3
 t = a
 a = b
 b = t
 c = t
 d = c
NEXT
RETURN [a, b, c, d]
--- calls
FUNCTION F(a, b, c)
 x = a
 y = x
 IF c THEN RETURN "text"
 RETURN a + b
END FUNCTION
r = F(1, 2)
s = F(r, r, TRUE)
t = F("a", s)
r = F(NULL)
RETURN [r, s, t]
--- a call too deep
FUNCTION F(n)
 m = F(n + 1)
 RETURN m
END FUNCTION
RETURN F(0)
--- numbers in instructions
n = 9223372036854775806
a = n + 1
a = a + 1
b = -n - 2
b = b - 1
c = n * 2
x = 1.5
d = [x + 1, x - 1, x * 2, "7" + 1, "7" - 1, "7" * 2, "7" MOD 4, -7 MOD 4, x MOD 1, NULL + 1, TRUE - 1]
z = -n - 2
RETURN [a, b, c, z MOD 10, 5000000000 MOD 7, d]
--- what cannot be subtracted
m = {a: 1}
RETURN m - 1
--- what cannot be multiplied
m = {a: 1}
RETURN m * 2
--- what has no remainder
RETURN "x" MOD 2
--- comparisons
n = 0
FOR EACH x IN [1, 2.5, "2", "b", NULL, TRUE, "", 3]
 IF x < 2 THEN n = n + 1
 IF x <= 2 THEN n = n + 10
 IF x > 2 THEN n = n + 100
 IF x >= 2 THEN n = n + 1000
 IF x = 2 THEN n = n + 10000
 IF x <> 2 THEN n = n + 100000
 DO
  n = n + 1
 LOOP UNTIL x >= 2 OR n > 3
NEXT
RETURN n
--- equal texts
t = "x"
FOR i = 1 TO 7
 t = t + t
 u = t + "y"
 IF t = u THEN n = 1
 IF t <> t THEN n = 2
 IF u = t + "y" THEN n = 3
 IF t = "xxxxxxxx" THEN m = i
NEXT
RETURN [n, m]
--- members of maps of many forms
r = []
FOR EACH m IN [{a: 1, b: 2}, {b: 3, a: 4}, {B: 5}, {}, {c: 6, longer_than_a_word: 7, b: 8}, [{b: 9}], "b"]
 r[UBOUND(r)] = m.b
 r[UBOUND(r)] = m["longer_than_a_word"]
NEXT
RETURN r
--- members that are set
FOR EACH m IN [{a: 1, b: 2}, {b: 3, a: 4}, {B: 5}, {}, {}]
 m.b = m.b + 1
 m.b = "text"
 m["n"] = 1
 m.n = 2
 k = "N"
 m[k] = m[k] + 1
 x = REMOVE(m, "b")
 m.b = m
NEXT
RETURN m.n
--- a member of an array
a = [1]
a.b = 2
RETURN a
--- an element of nothing
a = 1
a[1] = 2
RETURN a
--- arrays in place and not
a = []
b = []
FOR i = 0 TO 40
 a[i] = i
 IF i MOD 9 = 0 THEN b[i] = a[i]
 IF i MOD 7 = 0 THEN x = POP(a)
NEXT
a[90] = 1
a[91] = 2
RETURN [a, b]
--- texts joined in a row
t = ""
FOR i = -2 TO 120
 t = t + "item " + i + ";" + i / 4 + TRUE + NULL + "" + "äö😀" + t
 IF LEN(t) > 500 THEN t = RIGHT(t, 30)
NEXT
u = t & i & t
v = u & "" & [1, "x"] & t & {a: u}
w = 1 + 2 + "three" + 4 + 5 - 1
RETURN [t, u, v, w]
--- a text that is joined to itself
t = "x"
FOR i = 1 TO 6
 t = t + t + "a" + t + t
 u = t & "b" & t & u & "c"
NEXT
RETURN [t, u]
--- many texts in a row
a = 1
t = "0" + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a
u = a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a & a
RETURN [t, u, "${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}"]
--- choices and calls between joined texts
FUNCTION F(x)
 RETURN x + "!" + x
END FUNCTION
FOR i = 1 TO 4
 t = "a" + F(i) + IIF(i > 2, "b", "c") + F(t) + (i = 3 ? "d" : "e") + LEN(t) + "f"
NEXT
m = {}
m.t = "a" + i + "b"
RETURN [t, m, F("a" + i + "b" + i)]
--- joined texts that fail
a = []
FOR i = 1 TO 200
 a = [a]
NEXT
TRY
 t = "a" + i + a + "b"
CATCH e
 u = "caught " + e + "; " + t + "."
END TRY
t = "x" + i + "y" - 1
--- lengths
FOR EACH x IN ["", "a", "äöü", 12, 1.5, NULL, TRUE, [1, 2], {a: 1}]
 n = n + LEN(x) + LEN("" + x + x)
NEXT
t = "x"
FOR i = 1 TO 8
 t = t + t
 n = n + LEN(t)
NEXT
RETURN n
--- floats in order
big = 9007199254740993
near = 9007199254740992.0
r = []
FOR EACH x IN [near, big, -big, 0 - near, 1.5, 2, 2.0, -0.0, 40, SQR(2), "2", NULL]
 FOR EACH y IN [near, big, 2, 2.0, 0, 1.5]
  n = 0
  IF x < y THEN n = n + 1
  IF x <= y THEN n = n + 2
  IF NOT (x < y) THEN n = n + 4
  IF NOT (x <= y) THEN n = n + 8
  IF x < 2 THEN n = n + 16
  IF x <= 2 THEN n = n + 32
  IF NOT (x < 2) THEN n = n + 64
  IF NOT (x <= 2) THEN n = n + 128
  less = x < y
  most = x <= y
  r[UBOUND(r)] = [n, less, most]
 NEXT
NEXT
RETURN r
"""
PROGRAMS = dict(part.split("\n", 1) for part in SHORT.split("--- ")[1:])


def pair_of(basic: str, limits: Limits | None = None) -> Pair:
    program, problems = compile_source(basic, "short.bas")
    assert program is not None, problems
    pair = Pair(FakeRelease([program]), limits or Limits())
    pair.same(lambda heap: heap.start(program, [], {}))
    return pair


@pytest.mark.parametrize("fuel", [1, 2, 3, 5, 1_000_000])
@pytest.mark.parametrize("basic", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_program_stops_where_the_other_vm_stops(basic: str, fuel: int) -> None:
    pair = pair_of(basic)
    stop: Stop = OutOfFuel()
    while isinstance(stop, OutOfFuel):
        stop = pair.run(fuel, 7)
    assert isinstance(stop, Done | Failed)


@pytest.mark.parametrize(
    "between", ["", 't = "garbage " + i', "b[UBOUND(b)] = i"], ids=["alone", "garbage", "two arrays"]
)
def test_large_array_that_grows_pays_alike(between: str) -> None:
    pair = pair_of(f"a = []\nb = []\nFOR i = 0 TO 60000\n a[i] = i\n {between}\nNEXT\nRETURN UBOUND(a)")
    while isinstance(pair.run(20_000, 7), OutOfFuel):
        pass


@pytest.mark.parametrize("memory_bytes", [3_000, 20_000, 300_000])
@pytest.mark.parametrize("fuel", [3, 400])
def test_joined_texts_end_at_the_same_limit(memory_bytes: int, fuel: int) -> None:
    pair = pair_of(
        't = "ä"\nFOR i = 1 TO 500\n t = t + i + ";" + t + "."\n n = n + LEN("" + i + t)\nNEXT',
        Limits(memory_bytes=memory_bytes),
    )
    stop: Stop = OutOfFuel()
    while isinstance(stop, OutOfFuel):
        stop = pair.run(fuel, 7)
    assert isinstance(stop, Failed)
    assert stop.number == 9001


@pytest.mark.parametrize("between", ["", "a[i] = i"], ids=["alone", "beside an array"])
def test_large_texts_joined_in_a_row_pay_alike(between: str) -> None:
    pair = pair_of(
        f't = "€"\nFOR i = 0 TO 14\n t = t + t\nNEXT\na = []\n'
        f'FOR i = 0 TO 300\n u = t + i + ";" + "€" + i\n {between}\nNEXT\nRETURN LEN(u)'
    )
    while isinstance(pair.run(400_000, 7), OutOfFuel):
        pass


TEXTS: tuple[Constant, ...] = (None, True, 7, -(2**63), 0.5, "", "a", "äöü", "€" * 9, "x" * 70, "y" * 4090)


@given(st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_joins_in_any_order_agree(seed: int) -> None:
    """Chains that no compiler writes: with jumps into them, of what is no text, and to registers that others read."""
    random = Random(seed)
    n = 20

    def value() -> int:
        return random.choice([random.randrange(4), ~random.randrange(len(TEXTS))])

    code: list[Instruction] = [(Op.MOVE, register, value()) for register in range(3)]
    code.append((Op.NEW_ARRAY, 3, 0, 2) if random.random() < 0.5 else (Op.MOVE, 3, ~2))
    target = 0
    while len(code) < n:
        pick = random.random()
        if pick < 0.6:
            code.append((Op.ADD, target, target, value()))
        elif pick < 0.75:
            target = random.randrange(4)
            code.append((Op.ADD, target, value(), value()))
        elif pick < 0.85:
            code.append((Op.CONCAT, target, random.randrange(2), random.randrange(3)))
        elif pick < 0.9:
            code.append((Op.MOVE, random.randrange(4), value()))
        elif pick < 0.95:
            code.append((Op.JUMP_TRUE, value(), random.randrange(n)))
        else:
            code.append((Op.BUILTIN, target, BUILTINS["LEN"].number, 1))
    code.append((Op.RETURN, 0))
    script = Procedure("", 0, 4, ("a", "b", "c", "d"), tuple(code), (LineMark(0, 1, 1),))
    program = Program("short.bas", TEXTS, (script,))
    verify(program)
    pair = Pair(
        FakeRelease([program]), random.choice([Limits(memory_bytes=3_000), Limits(memory_bytes=30_000), Limits()])
    )
    pair.same(lambda heap: heap.start(program, [], {}))
    fuel = random.choice([1, 2, 3, 5, 40, 2_000])
    for _ in range(60):
        if not isinstance(pair.run(fuel, 7), OutOfFuel):
            break
