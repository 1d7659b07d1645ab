' --- precedence from loose to tight
TALK FALSE OR TRUE AND FALSE           ' expect: false
TALK NOT 1 = 2                         ' expect: true
TALK NOT FALSE AND FALSE               ' expect: false
TALK 1 + 2 * 3 ^ 2                     ' expect: 19
TALK 10 - 2 - 3                        ' expect: 5
TALK 1 & 2 + 3                         ' expect: 15
TALK 7 + 10 MOD 4                      ' expect: 9
TALK 10 MOD 7 \ 2                      ' expect: 1
TALK 8 \ 2 * 2                         ' expect: 2
TALK 12 \ 5 / 2                        ' expect: 6
TALK 100 / 10 / 5                      ' expect: 2
TALK - 2 * 3                           ' expect: -6
TALK 2 ^ - 1 * 4                       ' expect: 2
TALK 2 * -3                            ' expect: -6
TALK 5 - -3                            ' expect: 8
TALK - -3                              ' expect: 3
TALK NULL ?? NULL ?? 3                 ' expect: 3
TALK NULL ?? 1 + 2                     ' expect: 3
TALK (NULL ?? 4) = 4                   ' expect: true
TALK NULL ?? 4 = 4                     ' expect: true
' --- comparisons do not chain
x = 1 < 2 < 3
' error 1: L103 @11
' --- equality does not chain in an expression
y = (1 = 1 = 1)
' error 1: L103 @12
' --- ternary
a = 5
TALK a > 3 ? "big" : "small"           ' expect: big
TALK FALSE ? 1 : TRUE ? 2 : 3          ' expect: 2
TALK TRUE ? FALSE ? 1 : 2 : 3          ' expect: 2
x = a = 5 ? {k: a ? 1 : 2} : 0
TALK x                                 ' expect: {"k":1}
TALK [a ? 1 : 2, a = 4 ? 1 : 2]        ' expect: [1,2]
b = a > 9 ? 1 : 0 : TALK b             ' expect: 0
c = TRUE OR FALSE ? "t" : "f"
TALK c                                 ' expect: t
' --- and and or give an operand
name = ""
TALK name OR "Unknown"                 ' expect: Unknown
TALK "x" OR "y"                        ' expect: x
TALK "x" AND "y"                       ' expect: y
TALK 0 AND 1 / 0                       ' expect: 0
TALK 1 OR 1 / 0                        ' expect: 1
TALK (NULL OR 0 OR "") & "."           ' expect: .
n = 5
n = n AND 7
TALK n                                 ' expect: 7
TALK TRUE XOR TRUE                     ' expect: false
TALK 1 XOR 0                           ' expect: true
TALK 1 OR 0 XOR 1                      ' expect: false
TALK NOT "x"                           ' expect: false
TALK NOT NOT 5                         ' expect: true
' --- like
TALK "Hello" LIKE "h*O"                ' expect: true
TALK "Hello" LIKE "hell"               ' expect: false
TALK "Hello" LIKE "HELLO"              ' expect: true
TALK "Hello" LIKE "h%"                 ' expect: true
TALK "cat" LIKE "c?t"                  ' expect: true
TALK "cat" LIKE "c_t"                  ' expect: true
TALK "a5" LIKE "a#"                    ' expect: true
TALK "ab" LIKE "a#"                    ' expect: false
TALK "a#b" LIKE "a#%"                  ' expect: true
TALK "a.b" LIKE "a.b"                  ' expect: true
TALK "axb" LIKE "a.b"                  ' expect: false
TALK "a\nb" LIKE "a*b"                 ' expect: true
TALK "abc" NOT LIKE "x*"               ' expect: true
TALK "abcabc" LIKE "*bc*bc"            ' expect: true
TALK "" LIKE "*"                       ' expect: true
TALK NULL LIKE "a"                     ' expect: false
TALK "ÄB" LIKE "äb"                    ' expect: true
' --- in
TALK 2 IN (1, 2, 3)                    ' expect: true
TALK 2 IN [1, 2]                       ' expect: true
TALK 9 IN (1, 2)                       ' expect: false
TALK 9 NOT IN (1, 2)                   ' expect: true
arr = ["a", "b"]
TALK "b" IN arr                        ' expect: true
TALK "B" IN arr                        ' expect: false
TALK "k" IN {K: 1}                     ' expect: true
TALK "ell" IN "Hello"                  ' expect: true
TALK 1 IN NULL                         ' expect: false
TALK "1" IN [1]                        ' expect: true
TALK 2 IN (2)                          ' expect: true
TALK 2 IN (arr)                        ' expect: false
TALK 3 IN (1, (3))                     ' expect: true
' --- contains
TALK "Hello" CONTAINS "ell"            ' expect: true
TALK "Hello" CONTAINS "ELL"            ' expect: false
TALK [1, 2] CONTAINS 2                 ' expect: true
TALK {a: 1} CONTAINS "A"               ' expect: true
TALK NULL CONTAINS "x"                 ' expect: false
TALK NOT "abc" CONTAINS "x"            ' expect: true
' --- contains evaluates its left side first
order = []
FUNCTION note(x, value)
  order[UBOUND(order)] = x
  RETURN value
END FUNCTION
TALK note("left", "abc") CONTAINS note("right", "b")   ' expect: true
TALK order                             ' expect: ["left","right"]
' --- starts and ends with
TALK "Hello" STARTS WITH "He"          ' expect: true
TALK "Hello" STARTS WITH "he"          ' expect: false
TALK "Hello" ENDS WITH "lo"            ' expect: true
starts = 1
ends = 2
TALK starts + ends                     ' expect: 3
' --- between
TALK 5 BETWEEN 1 AND 5                 ' expect: true
TALK 0 BETWEEN 1 AND 5                 ' expect: false
TALK 5 BETWEEN 1 AND 9 AND FALSE       ' expect: false
TALK 5 BETWEEN 1 + 1 AND 2 * 3 OR FALSE    ' expect: true
TALK NOT 5 BETWEEN 6 AND 7             ' expect: true
TALK "b" BETWEEN "a" AND "c"           ' expect: true
TALK 2 BETWEEN (1 AND 1) AND 3         ' expect: true
' --- is null and is empty
e = []
TALK NULL IS NULL                      ' expect: true
TALK e IS NULL                         ' expect: true
TALK "" IS NULL                        ' expect: false
TALK 0 IS NULL                         ' expect: false
TALK "" IS NOT NULL                    ' expect: true
TALK "  " IS EMPTY                     ' expect: true
TALK {} IS EMPTY                       ' expect: true
TALK 0 IS EMPTY                        ' expect: false
TALK FALSE IS NOT EMPTY                ' expect: true
TALK e IS NULL AND e IS EMPTY          ' expect: true
TALK IS NUMERIC("5")                   ' expect: true
TALK IS NUMERIC "x"                    ' expect: false
TALK IS_NUMERIC(" -1e3 ")              ' expect: true
' --- primaries
TALK NEW ARRAY                         ' expect: []
TALK NEW OBJECT                        ' expect: {}
x = CREATE OBJECT
x.a = 1
TALK x                                 ' expect: {"a":1}
TALK ARRAY(1, 2)                       ' expect: [1,2]
TALK [1, 2,]                           ' expect: [1,2]
TALK {a: 1, b: [2],}                   ' expect: {"a":1,"b":[2]}
TALK {}                                ' expect: {}
TALK {from: 1, to: 2, case: 3, "q r": 4, 5: 6}    ' expect: {"from":1,"to":2,"case":3,"q r":4,"5":6}
TALK (1 + 2) * 3                       ' expect: 9
TALK [[1, 2], [3]][0][1]               ' expect: 2
TALK {a: [5]}.a[0]                     ' expect: 5
TALK ([1, 2])[1]                       ' expect: 2
' --- a prefix call takes plus and stops before comparison
SET "ab", "v"
p = "a"
TALK GET p + "b"                       ' expect: v
IF GET "ab" = "v" OR FALSE THEN TALK "yes"   ' expect: yes
TALK (GET "missing" OR "none")         ' expect: none
TALK "<" + GET "a" & "b"               ' expect: <v
TALK GET SESSION "id" + "!"            ' expect: !
TALK GET("ab") + "!"                   ' expect: v!
x = [GET "ab", 1]
TALK x                                 ' expect: ["v",1]
y = {k: GET "ab", l: 2}
TALK y                                 ' expect: {"k":"v","l":2}
' --- a keyword assigned as a variable is one before a parenthesis too
get = [5]
TALK get(0)                            ' expect: 5
' --- operands are evaluated from left to right
order = ""
FUNCTION f(n)
  order = order + n
  RETURN n
END FUNCTION
x = f(1) + f(2) * f(3)
y = [f(4), f(5)]
z = {a: f(6), b: f(7)}
w = f(8) > f(9)
TALK order                             ' expect: 123456789
order = ""
x = [10, 20, 30]
x[f(1)] = f(2)
TALK order                             ' expect: 21
v = 1
FUNCTION bump()
  v = v + 1
  RETURN v
END FUNCTION
TALK v + bump()                        ' expect: 3
TALK v & bump() & v                    ' expect: 233
TALK v > bump()                        ' expect: false
' --- calls
FUNCTION both(a, b)
  RETURN [a, b]
END FUNCTION
TALK both(1)                           ' expect: [1,null]
TALK both(1, 2)                        ' expect: [1,2]
TALK both()                            ' expect: [null,null]
TALK both(1)[0]                        ' expect: 1
list = [7, 8]
TALK list(1)                           ' expect: 8
' --- too many values for a procedure
FUNCTION one(a)
END FUNCTION
x = one(1, 2)                          ' error: L108
' --- too many values for a built-in
x = LEN("a", "b")                      ' error: L108 @5-7 LEN takes 1 values, got 2
' --- too few values for a built-in
x = LEFT("a")                          ' error: L108
' --- an unknown function warns and fails when it is called
TALK "before"                          ' expect: before
x = Lne("abc")                         ' fault: 9020 ' warning: L201 @5-7 unknown function Lne ' hint: LEN
' --- an unknown method
x = "a".frobnicate()                   ' fault: 9020
' --- a chain of members indexes and calls
m = {a: [{b: {c: ["x", "deep"]}}]}
TALK m.a[0].b.c[1].ucase()             ' expect: DEEP
m.a[0].b.c[2] = "new"
m.a[1] = {z: 1}
TALK m.a[0].b["c"].length + m.a.length ' expect: 5
' --- calls over several lines
x = MAX(
  1,
  2
)
TALK x                                 ' expect: 2
' --- get of two values in parentheses
SET "a", "A"
TALK (GET "a", "b")                                 ' expect: A b
TALK (GET "config", "x")                            ' expect:
x = (GET "a", "b")                                  ' fault: 4002
' --- the largest and smallest without parentheses
a = 3
max = MAX a, 5
x = MIN [3, 1]
y = MAX [{n: 3}, {n: 9}], "n"
TALK max & x & y & (MAX a + 1, 2) & (MAX 3, 4)      ' expect: 51944
' --- a joined text reads its variable until it is complete
t = "x"
t = t + 1 + t & t + "y" & t
TALK t                                 ' expect: x1xxyx
t = "<" + t + ">" + LEN(t)
TALK t                                 ' expect: <x1xxyx>6
a = [t]
a[0] = a[0] + "," + a[0] + 2
TALK a[0]                              ' expect: <x1xxyx>6,<x1xxyx>62
' --- a joined text that fails leaves its variable
deep = []
FOR i = 1 TO 200
    deep = [deep]
NEXT
t = "before"
TRY
    t = t + " and " + deep + " after"
CATCH
    TALK t                             ' expect: before
END TRY
' --- a call may read and change the variable it is assigned to
FUNCTION Twice(text, more)
    s = "changed"
    RETURN text + more + text
END FUNCTION
s = "a"
s = Twice(s, "-" + s)
TALK s                                 ' expect: a-aa
s = s + Twice(s, Twice("b", LEN(s)))
TALK s                                 ' expect: a-aaa-aab4ba-aa
n = 3
n = n + LEN("" + n) + MAX(n, LEN(s), 2)
TALK n                                 ' expect: 19
' --- text and numbers in one chain
TALK 1 + 2 + "a" + 1 + 2               ' expect: 3a12
TALK 2 * 3 & "b" & 2 * 3 + 1           ' expect: 6b7
TALK "7" & "1" - 1                     ' expect: 70
x = "7" + "" - 3 & "c" & 1 - 1 & "d"
TALK x                                 ' expect: 4c0d
' --- a keyword with clauses may be one value of several
d = [{n: 1}, {n: 2}]
SAVE "t", [{id: 1, n: 5}, {id: 2, n: 7}]
FUNCTION f(a, b)
  RETURN UBOUND(a) & b
END FUNCTION
TALK UBOUND(FIND "t" WHERE n > 5 ORDER BY id) & FIRST(SORT d BY n DESC).n    ' expect: 12
TALK f(FIND "t" WHERE n = 5 OR n = 7 LIMIT 2, 8)    ' expect: 28
d.push(FIND "t" WHERE n = 5 FIRST)
TALK d.length & "${COUNT(FIND "t" WHERE n = 5)}"    ' expect: 31
TALK [SORT d BY n DESC, 9][1] & {a: SORT d BY n, b: AGGREGATE d SUM "n"}.b   ' expect: 98
CALL f(FIND "t" WHERE n = 5, 2)
' --- among other values a comma ends what a keyword takes
TALK f(FIND "t", "x")                               ' expect: 0x
FUNCTION f(a, b)
  RETURN UBOUND(a) & b
END FUNCTION
x = UBOUND(FIND "t" WHERE n > 5 ORDER BY id, n)     ' error: L108
