' --- len
TALK LEN("häl😀"), LEN(""), LEN(NULL), LEN([1, 2]), LEN({a: 1}), LEN(1234), LEN(TODAY), LENGTH("ab")
' expect: 4 0 0 2 1 4 10 2
' --- left right and mid
TALK LEFT("héllo", 2) & "|" & LEFT("a", 9) & "|" & LEFT("a", -1) & "|" & LEFT("a", 0)      ' expect: hé|a||
TALK RIGHT("héllo", 2) & "|" & RIGHT("a", 9) & "|" & RIGHT("a", -1) & "|" & RIGHT("a", 0)  ' expect: lo|a||
TALK MID("hello", 2, 3) & "|" & MID("hello", 4) & "|" & MID("hello", 0, 2) & "|" & MID("hello", 9) & "|" & MID("hello", 2, -1)
' expect: ell|lo|he||
TALK MID([1, 2, 3, 4], 1, 2) & MID([1, 2], 1) & MID([1], 5) & MID([1, 2], -3, 1)      ' expect: [2,3][2][][1]
TALK LEFT(12345, 2), LEFT("abc", "2"), LEFT("abc", 1.9), LEFT(NULL, 1) & "."           ' expect: 12 ab a .
TALK LEFT("abc", NULL) & "."             ' expect: .
' --- left of an array
x = LEFT([1], 1)                         ' fault: 4001
' --- left with text as a number
x = LEFT("abc", "x")                     ' fault: 4001
' --- instr
TALK INSTR("hello", "l"), INSTR("hello", "L"), INSTR("", "a"), INSTR("a", ""), INSTR(4, "hello", "l"), INSTR(9, "a", "a")
' expect: 3 0 0 0 4 0
TALK INSTR(0, "abc", "a"), INSTR(2, "äbä", "ä"), INSTR("a5", 5)    ' expect: 1 3 2
' --- instr with a start that is no number
x = INSTR("a", "b", "c")                 ' fault: 4001
' --- case
TALK UCASE("straße"), UPPER("é"), LCASE("ÄÉ"), LOWERCASE("X"), UCASE(NULL) & "."    ' expect: STRASSE É äé x .
' --- trim
TALK "[" & TRIM("\t a b \n") & "]" & TRIM("\u00a0x\u3000")       ' expect: [a b]x
' --- replace
TALK REPLACE("aXbX", "X", "yy"), REPLACE("abc", "", "z"), REPLACE("aaa", "aa", "b"), REPLACE("abc", "b", NULL), REPLACE("Aa", "a", "")
' expect: ayybyy abc ba ac A
' --- split and join
TALK SPLIT("a,b,,c", ",") & SPLIT("abc", "") & SPLIT("", ",") & SPLIT(NULL, ",") & SPLIT("a", ",")
' expect: ["a","b","","c"]["a","b","c"][][]["a"]
TALK JOIN(["a", 1, NULL, TRUE]), JOIN([1, 2], " - "), JOIN([]) & ".", JOIN({x: 1, y: [2]}, ";"), JOIN(NULL) & "."
' expect: a,1,,true 1 - 2 . 1;[2] .
' --- join of text
x = JOIN("abc")                          ' fault: 4001
' --- val and str
TALK VAL("12abc"), VAL(" 3.50 "), VAL("-2e2x"), VAL("abc"), VAL(NULL), VAL(TRUE), VAL("5.0"), VAL(2.0), VAL(""), VAL(".5")
' expect: 12 3.5 -200 0 0 1 5 2 0 0.5
TALK STR(5) & STR(-5) & STR(1.50) & STR(NULL) & STR([1]) & CSTR(TRUE)     ' expect: 5-51.5[1]true
' --- val of an array
x = VAL([1])                             ' fault: 4001
' --- int round and abs
TALK INT(2.9), INT(-2.9), INT("3.7"), INT(NULL), FIX(-1.5), INT(1e300)   ' expect: 2 -2 3 0 -1 1e300
TALK ROUND(2.5), ROUND(-2.5), ROUND(1.005, 2), ROUND(1234.5, -2), ROUND(2.345, 2), ROUND(5), ROUND("1.5"), ROUND(0.5), ROUND(1.25, 1)
' expect: 3 -3 1.01 1200 2.35 5 2 1 1.3
TALK ROUND(15, -1), ROUND(-15, -1), ROUND(1e20), ROUND(2.5, 0), ROUND(3.14159, 20)   ' expect: 20 -20 1e20 3 3.14159
TALK ABS(-5), ABS(5.5), ABS("-3"), ABS(NULL), ABS(TRUE), ABS(-9223372036854775807 - 1)    ' expect: 5 5.5 3 0 1 9.223372036854776e18
' --- int of text
x = INT("x")                             ' fault: 4001
' --- random numbers
x = RND()
TALK x >= 0 AND x < 1 AND rnd >= 0       ' expect: true
FOR i = 1 TO 50
  a = RANDOM(3, 5)
  b = RANDOM(4)
  IF a < 3 OR a > 5 OR b < 0 OR b > 3 THEN TALK "outside"
NEXT
TALK RANDOM(7, 7), RANDOM(1), RANDOM() > 0, RANDOM(-5, -5)    ' expect: 7 0 true -5
' --- random of nothing
x = RANDOM(0)                            ' fault: 4002
' --- random of an empty range
x = RANDOM(5, 4)                         ' fault: 4002
' --- min and max
TALK MIN(3, 1, 2), MAX(3, 1, 2), MIN([5, 4]), MAX("b", "a"), MAX(2, "10"), MIN([]) IS NULL, MAX(1), MIN(NULL, 3)
' expect: 1 3 4 b 10 true 1 3
rows = [{p: 5}, {p: 2}, {}]
TALK MIN(rows, "p"), MAX(rows, "P")      ' expect: 2 5
' --- dates
TALK NOW(), NOW, TODAY(), TODAY, today   ' expect: 2024-02-29 12:34:56 2024-02-29 12:34:56 2024-02-29 2024-02-29 2024-02-29
a = NOW
HEAR x                                   ' hear: x
TALK NOW = a                             ' expect: true
' --- now as a variable
now = 5
TALK now, NOW() > TODAY                    ' expect: 5 true
' --- ubound
TALK UBOUND([]), UBOUND([1, 2]), UBOUND(NULL), UBOUND({a: 1}), UBOUND("abc"), UBOUND(5)    ' expect: 0 2 0 1 0 0
a = []
a[UBOUND(a)] = "x"
a[UBOUND(a)] = "y"
TALK a                                   ' expect: ["x","y"]
' --- iif
TALK IIF(1 > 0, "a", "b"), IIF("", "a", "b"), IIF(TRUE, 1), IIF(FALSE, 1) IS NULL, IF(0, 1, 2)    ' expect: a b 1 true 2
' --- iif evaluates both
x = IIF(TRUE, 1, 1 / 0)                  ' fault: 4003
' --- isnull and isempty
TALK ISNULL(NULL), ISNULL(""), ISNULL([]), IS_NULL(0)           ' expect: true false true false
TALK ISEMPTY(NULL), ISEMPTY("  "), ISEMPTY([]), ISEMPTY({}), IS_EMPTY(0), ISEMPTY(FALSE), ISEMPTY("x")
' expect: true true true true false false false
TALK ISNUMERIC(5), ISNUMERIC("5e3"), ISNUMERIC("5x"), ISNUMERIC(NULL), ISNUMERIC(TRUE), ISNUMERIC(" .5 "), ISNUMERIC("")
' expect: true true false false false true false
' --- array
TALK ARRAY() & ARRAY(1, [2])             ' expect: [][1,[2]]
' --- any case and a suffix
TALK left$("abc", 1) & Ucase$("x") & Str$(5)    ' expect: aX5
' --- methods
TALK "a-b".split("-").ubound(), " x ".trim().len(), [3, 1].max(), 2.5.round()
' expect: 2 1 3 3
' --- methods of numbers in parentheses
TALK (2.5).round(), "a,b".split(",")[1], {a: 1}.len(), "x".isempty()    ' expect: 3 b 1 false
