"""The programs that are timed: the same algorithm in each language, as its users would write it.

Each gives one number, the same in all languages. Lua's are bodies of functions; Yabasic's end in `result` and have no
maps. EIGHT are those of the goals; MORE are there so that work on the eight shows what it does to others.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    name: str
    basic: str
    lua: str
    yabasic: str = ""
    """Empty where the language has no counterpart."""


EIGHT = (
    Case(
        "integer loop",
        """
s = 0
i = 0
WHILE i < 3000000
    s = s + i MOD 7
    i = i + 1
WEND
RETURN s
""",
        """
local s = 0
local i = 0
while i < 3000000 do
    s = s + i % 7
    i = i + 1
end
return s
""",
        """
s = 0
i = 0
while i < 3000000
    s = s + mod(i, 7)
    i = i + 1
wend
result = s
""",
    ),
    Case(
        "FOR loop",
        """
s = 0
FOR i = 1 TO 5000000
    s = s + i
NEXT
RETURN s
""",
        """
local s = 0
for i = 1, 5000000 do
    s = s + i
end
return s
""",
        """
s = 0
for i = 1 to 5000000
    s = s + i
next i
result = s
""",
    ),
    Case(
        "recursive fib",
        """
FUNCTION Fib(n)
    IF n < 2 THEN RETURN n
    RETURN Fib(n - 1) + Fib(n - 2)
END FUNCTION
RETURN Fib(27)
""",
        """
local function fib(n)
    if n < 2 then return n end
    return fib(n - 1) + fib(n - 2)
end
return fib(27)
""",
        """
sub fib(n)
    if n < 2 return n
    return fib(n - 1) + fib(n - 2)
end sub
result = fib(27)
""",
    ),
    Case(
        "string building",
        """
total = 0
FOR round = 1 TO 200
    text = ""
    FOR i = 1 TO 500
        text = text + "item " + i + ";"
    NEXT
    total = total + LEN(text)
NEXT
RETURN total
""",
        """
local total = 0
for round = 1, 200 do
    local text = ""
    for i = 1, 500 do
        text = text .. "item " .. i .. ";"
    end
    total = total + #text
end
return total
""",
        """
total = 0
for n = 1 to 200
    text$ = ""
    for i = 1 to 500
        text$ = text$ + "item " + str$(i) + ";"
    next i
    total = total + len(text$)
next n
result = total
""",
    ),
    Case(
        "sieve",
        """
n = 500000
sieve = []
FOR i = 0 TO n
    sieve[i] = TRUE
NEXT
count = 0
FOR i = 2 TO n
    IF sieve[i] THEN
        count = count + 1
        FOR j = i + i TO n STEP i
            sieve[j] = FALSE
        NEXT
    END IF
NEXT
RETURN count
""",
        """
local n = 500000
local sieve = {}
for i = 0, n do sieve[i] = true end
local count = 0
for i = 2, n do
    if sieve[i] then
        count = count + 1
        for j = i + i, n, i do sieve[j] = false end
    end
end
return count
""",
        """
n = 500000
dim sieve(n)
for i = 0 to n
    sieve(i) = 1
next i
count = 0
for i = 2 to n
    if sieve(i) then
        count = count + 1
        for j = i + i to n step i
            sieve(j) = 0
        next j
    end if
next i
result = count
""",
    ),
    Case(
        "map updates",
        """
counts = {}
FOR i = 1 TO 400000
    key = "word" + (i * 7919 MOD 1000)
    counts[key] = counts[key] + 1
NEXT
total = 0
FOR i = 0 TO 999
    total = total + counts["word" + i] * i
NEXT
RETURN total
""",
        """
local counts = {}
for i = 1, 400000 do
    local key = "word" .. (i * 7919 % 1000)
    counts[key] = (counts[key] or 0) + 1
end
local total = 0
for i = 0, 999 do
    total = total + counts["word" .. i] * i
end
return total
""",
    ),
    Case(
        "calls",
        """
FUNCTION Step(n, by)
    RETURN n + by
END FUNCTION
s = 0
FOR i = 1 TO 1500000
    s = Step(s, i)
NEXT
RETURN s
""",
        """
local function step(n, by)
    return n + by
end
local s = 0
for i = 1, 1500000 do
    s = step(s, i)
end
return s
""",
        """
sub advance(n, by)
    return n + by
end sub
s = 0
for i = 1 to 1500000
    s = advance(s, i)
next i
result = s
""",
    ),
    Case(
        "dialogue turn",  # twenty statements a turn
        """
state = "asking"
sum = 0
seen = 0
FOR turn = 1 TO 100000
    quantity = turn MOD 5 + 1
    price = 12.5
    total = quantity * price
    discount = 0
    IF total > 40 THEN discount = total / 10
    total = total - discount
    item = "pizzas"
    IF quantity = 1 THEN item = "pizza"
    order = quantity & " " & item
    IF state = "asking" THEN state = "ordering"
    reply = "You said " & order & "."
    IF turn MOD 10 = 0 THEN reply = reply & " Anything else?"
    confirmed = quantity < 4
    IF confirmed AND state = "ordering" THEN state = "paying"
    IF NOT confirmed THEN state = "asking"
    tries = 0
    IF state = "paying" THEN tries = 1
    sum = sum + total + tries
    seen = seen + LEN(reply)
    last = reply
NEXT
RETURN sum + seen
""",
        """
local state = "asking"
local sum = 0
local seen = 0
local last
for turn = 1, 100000 do
    local quantity = turn % 5 + 1
    local price = 12.5
    local total = quantity * price
    local discount = 0
    if total > 40 then discount = total / 10 end
    total = total - discount
    local item = "pizzas"
    if quantity == 1 then item = "pizza" end
    local order = quantity .. " " .. item
    if state == "asking" then state = "ordering" end
    local reply = "You said " .. order .. "."
    if turn % 10 == 0 then reply = reply .. " Anything else?" end
    local confirmed = quantity < 4
    if confirmed and state == "ordering" then state = "paying" end
    if not confirmed then state = "asking" end
    local tries = 0
    if state == "paying" then tries = 1 end
    sum = sum + total + tries
    seen = seen + #reply
    last = reply
end
return sum + seen
""",
        """
state$ = "asking"
sum = 0
seen = 0
for turn = 1 to 100000
    quantity = mod(turn, 5) + 1
    price = 12.5
    total = quantity * price
    discount = 0
    if total > 40 discount = total / 10
    total = total - discount
    item$ = "pizzas"
    if quantity = 1 item$ = "pizza"
    order$ = str$(quantity) + " " + item$
    if state$ = "asking" state$ = "ordering"
    reply$ = "You said " + order$ + "."
    if mod(turn, 10) = 0 reply$ = reply$ + " Anything else?"
    confirmed = quantity < 4
    if confirmed and state$ = "ordering" state$ = "paying"
    if not confirmed state$ = "asking"
    tries = 0
    if state$ = "paying" tries = 1
    sum = sum + total + tries
    seen = seen + len(reply$)
    last$ = reply$
next turn
result = sum + seen
""",
    ),
)

MORE = (
    Case(
        "float loop",
        """
x = 0.5
s = 0.0
FOR i = 1 TO 2000000
    x = 3.7 * x * (1.0 - x)
    s = s + x
NEXT
RETURN s
""",
        """
local x, s = 0.5, 0.0
for i = 1, 2000000 do
    x = 3.7 * x * (1.0 - x)
    s = s + x
end
return s
""",
    ),
    Case(
        "bubble sort",
        """
n = 800
a = []
seed = 42
FOR i = 0 TO n - 1
    seed = (seed * 1103515245 + 12345) MOD 2147483648
    a[i] = seed
NEXT
FOR i = 0 TO n - 2
    FOR j = 0 TO n - 2 - i
        IF a[j] > a[j + 1] THEN
            t = a[j]
            a[j] = a[j + 1]
            a[j + 1] = t
        END IF
    NEXT
NEXT
RETURN a[0] + a[n - 1]
""",
        """
local n = 800
local a = {}
local seed = 42
for i = 0, n - 1 do
    seed = (seed * 1103515245 + 12345) % 2147483648
    a[i] = seed
end
for i = 0, n - 2 do
    for j = 0, n - 2 - i do
        if a[j] > a[j + 1] then
            local t = a[j]
            a[j] = a[j + 1]
            a[j + 1] = t
        end
    end
end
return a[0] + a[n - 1]
""",
    ),
    Case(
        "string functions",
        """
line = "the quick brown fox jumps over the lazy dog"
total = 0
FOR i = 1 TO 60000
    upper = UCASE(line)
    at = INSTR(upper, "FOX")
    word = MID(upper, at, 3)
    other = REPLACE(line, "quick", "slow")
    IF LEFT(other, 3) = "the" AND RIGHT(word, 1) = "X" THEN total = total + LEN(other) + at
NEXT
RETURN total
""",
        """
local line = "the quick brown fox jumps over the lazy dog"
local total = 0
for i = 1, 60000 do
    local upper = string.upper(line)
    local at = string.find(upper, "FOX", 1, true)
    local word = string.sub(upper, at, at + 2)
    local other = string.gsub(line, "quick", "slow")
    if string.sub(other, 1, 3) == "the" and string.sub(word, -1) == "X" then total = total + #other + at end
end
return total
""",
    ),
)
