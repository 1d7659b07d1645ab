"""The short ways of the compiled loop do what the long ones do: after every slice, whatever its length, both VMs agree.

The loop joins instructions, keeps numbers inside them, and remembers where a member was; a slice may end between any
two instructions, and any value may come where a whole number usually is.
"""

from __future__ import annotations

import pytest

from botserver.language.compiler import compile_source
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
"""
PROGRAMS = dict(part.split("\n", 1) for part in SHORT.split("--- ")[1:])


def pair_of(basic: str) -> Pair:
    program, problems = compile_source(basic, "short.bas")
    assert program is not None, problems
    pair = Pair(FakeRelease([program]), Limits())
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
