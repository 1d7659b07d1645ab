' Statements laid out in the ways authors do: on one line, over many, with comments between.
' --- blocks on one line
SUB one(a, b) : TALK a & b : END SUB
one(1, 2)
FUNCTION two(x) : RETURN x * 2 : END FUNCTION ' twice
TALK two(4)
i = 0
DO : i = i + 1 : LOOP UNTIL i > 5
TALK i
WHILE i < 9 : i = i + 1 : WEND
TALK i
SELECT CASE i : CASE 9 : TALK "nine" : CASE ELSE : TALK "other" : END SELECT
IF TRUE THEN x = 1 : y = 2 ELSE z = 3 : w = 4
TALK x & y & z & w
IF TRUE THEN IF FALSE THEN TALK "a" ELSE TALK "b" ELSE TALK "c"
IF FALSE THEN IF FALSE THEN TALK "a" ELSE TALK "b" ELSE TALK "c"
' expect: 12 | 8 | 6 | 9 | nine | 12 | b | c
' --- paths of members and elements
m = {a: {b: [{c: 1}]}}
m["a"].b[0].c = 5
m.a.b.push({c: 6})
m["a"]["b"][1].c += 1
TALK m.a.b[0].c & m.a.b[1].c                        ' expect: 57
SET m.a.b[0].c = 8
SET m["z"] = 9
TALK m.a.b[0].c & m.z                               ' expect: 89
INSERT "t", {id: "1", k: "v"}
TALK FIND("t", "id = 1")[0].k                       ' expect: v
TALK (FIND "t", "id = 1").k                         ' expect: v
SET "obj", {q: [7]}
TALK GET("obj").q[0]                                ' expect: 7
i = 1
a = [4, 5, 6]
TALK a[i-1] & a[i -1] & a[i - 1] & a[-1]            ' expect: 444
TALK i-1 & i -1 & i - 1                             ' expect: 000
' --- quotes inside quotes
TALK """quoted"""                                   ' expect: "quoted"
TALK """"                                           ' expect: "
TALK "C:\\"                                         ' expect: C:\\
TALK 'He said "hi"' & "it's"
' expect: He said "hi"it's
x = "a" 'comment with "quotes"'
TALK x                                              ' expect: a
v = 3.14159
TALK "${FORMAT v AS "0.00"} ${FORMAT(v, "0.0")}"    ' expect: 3.14 3.1
TALK "${[1, 2][1]}${ {a: "}"}.a }"                  ' expect: 2}
TALK "a${1}b${"c" + 'd'}e"                          ' expect: a1bcde
s = "line ""one""
line '${v}' // not a comment
  # nor this"
TALK s                                              ' expect: line "one"\nline '3.14159' // not a comment\n  # nor this
' --- labels named like keywords
GOTO next
TALK "no"
next: ' here
TALK "a"                                            ' expect: a
GOTO error
end:
TALK "c"                                            ' expect: b | c
EXIT
error:
TALK "b"
GOTO end
' --- values of SET
SET "a b", 1                                        ' variable: a b = 1
SET "k", {a: 1, b: [2, 3]}                          ' variable: k = {"a": 1, "b": [2, 3]}
SET "f", MAX(1, 2)                                  ' variable: f = 2
SET "g", GET "f"                                    ' variable: g = 2
SET "e", "a" = "b"                                  ' variable: e = false
SET "m" , IIF(1 = 1, "x", "y") & "z"                ' variable: m = "xz"
SET n = "a" = "a"
TALK n                                              ' expect: true
SET "ml", "two
lines"                                              ' variable: ml = "two\nlines"
' --- values over lines inside WITH
WITH o
  list = [
    1,
    2 ' two
  ]
  map = {
    a: 1,
    # a comment
    b: 2
  }
  text = "x" +
    "y"
  rows = FIND "t", "a = 1"
  long = IIF(TRUE,
    "yes",
    "no")
  prompt = "several
lines"
END WITH
TALK o
' expect: {"list":[1,2],"map":{"a":1,"b":2},"text":"xy","rows":[],"long":"yes","prompt":"several\\nlines"}
' --- several declarations in a line
DIM a(2), b AS STRING, c
DIM d AS INTEGER = 5
CONST E1 = 1, E2 = E1 + 1
TALK UBOUND(a) & d & E2                             ' expect: 352
LET p = 1 : q = 2
TALK p + q                                          ' expect: 3
REDIM a(4)
TALK UBOUND(a)                                      ' expect: 5
' --- sources of loops
INSERT "t", {id: "1", n: 2}
INSERT "t", {id: "2", n: 1}
FOR EACH row IN FIND "t" WHERE n > 0 ORDER BY n DO
  TALK row.id                                       ' expect: 2 | 1
NEXT row
FOR EACH row IN FIND "t", "n = 1"
  TALK row.id                                       ' expect: 2
END FOR
FOR EACH x IN GET "missing"
  TALK "no"
NEXT
FOR EACH w IN SPLIT("a,b", ",") : TALK w : NEXT     ' expect: a | b
FOR EACH x IN [
  1,
  2
]
  TALK x                                            ' expect: 1 | 2
NEXT
FOR i = UBOUND([1, 2]) TO 1 STEP -1 : TALK i : NEXT i   ' expect: 2 | 1
FOR EACH k IN KEYS({a: 1}) : TALK k : NEXT          ' expect: a
' --- conditions of several operators
x = "apple"
y = NULL
IF x LIKE "%pp%" AND x NOT LIKE "b*" AND NOT (x = "b" OR y IS NOT NULL) THEN TALK "1"   ' expect: 1
IF NOT y THEN TALK "2"                              ' expect: 2
IF (x = "apple" AND y = "") OR FALSE THEN TALK "3"  ' expect: 3
IF x <> "" AND x != "z" AND LEN(x) >= 5 THEN TALK "4"   ' expect: 4
IF NOT x CONTAINS "q" THEN TALK "5"                 ' expect: 5
IF x STARTS WITH "ap" = TRUE THEN TALK "6"
' error 8: L103
' --- comments wherever they may stand
' one
REM two
// three
# four
   ' five
x = [ ' six
  ' seven
  1, // eight
  # nine
  2 ' ten
  REM eleven
] ' twelve
IF x[0] = 1 THEN ' thirteen
  ' fourteen
  TALK "a" ' fifteen                                ' expect: a
ELSE // sixteen
END IF ' seventeen
SELECT CASE 1 ' eighteen
  REM nineteen
  // twenty
  CASE 1 ' twenty-one
    TALK "b" : REM more                             ' expect: b
END SELECT
FUNCTION f( ' a
  p, ' b
  q ' c
) ' d
  RETURN p ' e
END FUNCTION ' f
TALK f(1, ' g
  2) ' h
' expect: 1
WITH o ' i
  ' j
  a = 1 ' k
END WITH ' l
TALK o.a                                            ' expect: 1
' --- types of HEAR in lower case
hear x as integer                                   ' hear: 5
hear y as menu "a", "b"                             ' hear: B
hear z as "p","q"                                   ' hear: q
talk x & y & z                                      ' expect: 5bq
' --- comparisons and ternaries
a = 1
b = 1
r = a = b ? "same" : "other"
TALK r                                              ' expect: same
q = a = 2 OR b = 1
TALK q                                              ' expect: true
s = a > 0 ? b > 1 ? "x" : "y" : "z"
TALK s                                              ' expect: y
t = {k: a = b ? [1] : {z: 2}}
TALK t.k                                            ' expect: [1]
TALK (a = b) & (a ? 1 : 2)                          ' expect: true1
PRINT a ? "yes" : "no"                              ' expect: yes
TALK a > 0 AND b > 0 ? "both" : "no"                ' expect: both
' --- an assigned word before a clinging minus
first = 5
last = 7
x = first -1
y = last -x
TALK x & y                                          ' expect: 43
' --- PARAM with its clauses in any order
PARAM a
PARAM b AS STRING LIKE "x" DESCRIPTION "with 'quotes', and commas" DEFAULT "d" OPTIONAL
PARAM c AS "one", "two", "three" DESCRIPTION "which"
PARAM d AS "a text that describes"
PARAM e AS INTEGER ENUM [1, 2] REQUIRED
PARAM f AS DATE DEFAULT NOW() 'when
PARAM g AS NUMBER LIKE 1.5 _
  DESCRIPTION "goes on" _
  DEFAULT -1
PARAM h AS string default 'single' ' note
PARAM i AS WIDGET
TALK a & b & c & d & e & g & h                      ' expect: d-1single
' --- two tools in a file
PARAM a AS STRING
DESCRIPTION "first"
TALK "one"                                          ' expect: one
RETURN a
PARAM b AS STRING
PARAM a AS INTEGER
DESCRIPTION "second"
TALK "two"
' --- keyword calls as conditions and elements
SET "a", "A"
SET "n", 5
IF GET "n" > 3 THEN TALK "big"                      ' expect: big
IF (GET "n") + 1 = 6 THEN TALK "six"                ' expect: six
WHILE GET "n" > 3
  SET "n", GET("n") - 1
WEND
x = [GET "a", GET "n"]
TALK x                                              ' expect: ["A",3]
TALK "v: " + GET "a"                                ' expect: v: A
TALK UCASE(GET "a") & LCASE(GET "a")                ' expect: Aa
y = GET "a" ? "t" : "f"
TALK y                                              ' expect: t
z = GET "missing" ?? "none"
TALK z                                              ' expect: none
SELECT CASE GET "a"
  CASE "A"
    TALK "case"                                     ' expect: case
END SELECT
' --- keywords without effect
SET PAGE MODE "auto"
SET MAX LINES 100
max = 5
SET max = 6
TALK max                                            ' expect: 6
' --- parentheses after LOG SESSION
LOG SESSION("milestone", "paid")                    ' record: session milestone "paid"
LOG_SESSION("a", "b")                               ' record: session a "b"
LOG ACTIVITY("order", 3)                            ' record: activity order [3]
LOG session
' log: info {"id":"the session"}
' --- keys over lines named like words that begin a statement
m = {
  name: "n",
  description: "d",
  param: 1,
  table: 2,
  rem: 3,
  on: 4,
  set: 5,
  create: 6,
  begin: 7,
  talk: 8,
  end: 9,
  if: 10
}
TALK m
' expect: {"name":"n","description":"d","param":1,"table":2,"rem":3,"on":4,"set":5,"create":6,"begin":7,"talk":8,"end":9,"if":10}
description = "q"
x = [
  description,
  description & "!",
  LEN(
    description
  )
]
TALK x                                              ' expect: ["q","q!",1]
s = IIF(TRUE,
  description,
  "no")
TALK s                                              ' expect: q
' --- single quotes after words joined by underscores
add_suggestion 'key' as 'Label'
SELECT_CASE 'x'
  CASE 'x'
    set_context 'a' as 'b'                          ' context: a = b
END_SELECT
INSERT_INTO "t"
  VALUES {id: "1"}
r = FIND_ALL "t"
  WHERE id = "1"
TALK UBOUND(r)                                      ' expect: 1 ' buttons: key=Label
' --- operators after single quoted strings
c = 'a' != 'b'
TALK c                                              ' expect: true
TALK 'a' = 'b' ? 'same' : 'other';
' expect: other
x = 'a,b'.split(',')
TALK x[1]                                           ' expect: b
TALK 'abc'[0] & 'abc'.len()
' expect: a3
y = '' ?? 'b'
TALK '7' % 4 & '9' \ 2 & '2' ^ 3
' expect: 348
z = '5' || 'x'
TALK z                                              ' expect: 5
' --- talk without a text
TALK : TALK "a"
TALK 'no text
' expect:
' expect: a
' expect:
' --- branches of one line with clauses of their own
a = TRUE
IF a THEN SET CONTEXT "x" AS "y" ELSE CLEAR CONTEXT          ' context: x = y
IF NOT a THEN HEAR x AS INTEGER ELSE HEAR x AS "a", "b"      ' hear: b
IF a THEN ADD SUGGESTION "k" AS "l" : TALK x ELSE RETURN
' expect: b
CLEAR SUGGESTIONS
IF a THEN SAVE "t" WITH id AS "1", b AS 2 ELSE DELETE FROM "t" WHERE id = "1"
IF a THEN UPDATE "t" SET b = 3 WHERE id = "1" ELSE TALK "no"
IF NOT a THEN TALK "no" ELSE r = FIND "t" WHERE b = 3 ORDER BY id LIMIT 1
TALK r.b                                                     ' expect: 3
IF a THEN FOR EACH y IN [1, 2] : TALK y : NEXT ELSE TALK "no"
' expect: 1 | 2
IF a THEN x = a ? 1 : 2 ELSE x = 3
IF a THEN m = {a: 1, else: 2, then: 3} ELSE m = {}
TALK x & m.else & m.then                                     ' expect: 123
IF a THEN LOG SESSION "e", "d" ELSE LOG "c"                  ' record: session e "d"
IF NOT a THEN USE KB "x" ELSE CLEAR KB
IF NOT a THEN USE KB "x" ELSE CLEAR KB ALL
IF a THEN x = GET "b" ELSE x = GET "c"
IF a THEN TALK "t" ELSE ' nothing                            ' expect: t
IF a THEN m.else = 5 ELSE m.else = 6
TALK m.else                                                  ' expect: 5
SELECT CASE 1
  CASE 1: IF a THEN TALK "x" ELSE TALK "y"                   ' expect: x
END SELECT
IF a THEN TRY : THROW "q" : CATCH e : TALK e.message : END TRY   ' expect: q
IF a THEN WITH w : k = 1 : END WITH
TALK w.k                                                     ' expect: 1
IF a THEN RETURN WITH a AS 1, b AS "x" ELSE RETURN
' result: {"a": 1, "b": "x"}
' --- comments after THEN and ELSE of blocks
IF TRUE THEN REM why
  TALK "a"                                                   ' expect: a
ELSE REM why not
  TALK "b"
END IF : REM done
' --- while and until with words
i = 0
DO UNTIL i >= 2 OR FALSE
  i += 1
  IF i = 1 THEN CONTINUE DO
LOOP
TALK i                                                       ' expect: 2
DO WHILE NOT i = 4 : i = i + 1 : LOOP
TALK i                                                       ' expect: 4
DO
  i = i - 1
  IF i < 2 THEN EXIT DO
LOOP WHILE i > 0 AND TRUE
TALK i                                                       ' expect: 1
' --- exits out of nested constructs
FOR i = 1 TO 3
  SELECT CASE i
    CASE 2
      EXIT FOR
    CASE ELSE
      WHILE TRUE
        EXIT WHILE
      WEND
  END SELECT
  TALK i                                                     ' expect: 1
NEXT
FUNCTION find_it(list, x)
  FOR EACH v IN list
    IF v = x THEN RETURN "found"
  NEXT
  RETURN "none"
END FUNCTION
TALK find_it([1, 2], 2) & find_it([], 1)                     ' expect: foundnone
' --- recursion with containers and script variables
total = 0
walk({v: 1, kids: [{v: 2, kids: []}, {v: 3, kids: [{v: 4, kids: []}]}]})
TALK total                                                   ' expect: 10
SUB walk(node)
  total = total + node.v
  FOR EACH kid IN node.kids
    walk(kid)
  NEXT
END SUB
' --- a parameter named like a script variable is local
name = "outer"
s("inner")
TALK name                                                    ' expect: inner | outer
SUB s(name)
  TALK name
  name = "changed"
END SUB
' --- empty blocks
IF TRUE THEN
END IF
FOR i = 1 TO 2
NEXT
WITH x
END WITH
SELECT CASE 1
END SELECT
SUB idle
END SUB
idle
TALK x                                                       ' expect: {}
' --- only a comment
' nothing here
REM nor here
' result: null
' --- a filter over lines inside a string
rows = FIND "t", "a = 1
  AND b = 2"
TALK UBOUND(rows)                                            ' expect: 0
' --- where with odd columns
INSERT "t", {id: "1", order: 5, "from": "a", type: "x", date: "2025-01-02", "first name": "Z"}
type = "x"
order = 5
r = FIND "t" WHERE type = type AND order = order AND from = "a"
TALK UBOUND(r)                                               ' expect: 1
r = FIND "t" WHERE order >= 5 AND (type LIKE "x*" OR date IS NULL) AND NOT from = "b"
TALK UBOUND(r)                                               ' expect: 1
r = FIND "t" WHERE order IN (1, 5) AND order BETWEEN 1 AND 9 AND type CONTAINS "x"
TALK UBOUND(r) & r.date                                      ' expect: 12025-01-02
UPDATE "t" SET type = type & "!", order = order + 1 WHERE order = order
r = FIND "t", "order = ${order + 1} AND type = '${type}!'"
TALK r.type                                                  ' expect: x!
n = UPDATE "t", "id = 1", {order: 9}
TALK n                                                       ' expect: 1
d = DELETE FROM "t" WHERE order = 9
TALK d                                                       ' expect: 1
' --- interpolation in names of tables and columns
suffix = "x"
SAVE "t_${suffix}", {id: "1", "c_${suffix}": 5}
r = FIND "t_" + suffix
TALK r                                                       ' expect: [{"id":"1","c_x":5}]
' --- calls that go on in the next line
x = IIF(
  1 = 1,
  "yes", ' comment
  "no"
)
y = REPLACE(
  UCASE("abc"),
  "B",
  "-" &
  "-")
TALK x & y                                                   ' expect: yesA--C
' --- strings that look like code
TALK "IF x THEN TALK 'y' ELSE END IF : REM z // w # v"       ' expect: IF x THEN TALK 'y' ELSE END IF : REM z // w # v
TALK "a" & "'b' & " & 'c "d"'                                ' expect: a'b' & c "d"
' --- numbers at the end of lines and dots
a = [10, 20]
i = 0
TALK a[i].x IS NULL                                          ' expect: true
TALK 1.5 + .5                                                ' expect: 2
m = {"1": {"2": "q"}}
TALK m.1.2                                                   ' expect: q
' --- interpolation in keys
n = 2
f = {x: 1}
m = {"k${n}": 1, 'a ${n + 1} b': {"${n}": n}, "plain": 3, "${n}x": "${n}y", "\${n}": 4, "${ n": 5}
TALK m
' expect: {"k2":1,"a 3 b":{"2":2},"plain":3,"2x":"2y","${n}":4,"${ n":5}
TALK {"${f.x}": 1, "1": 2}                                   ' expect: {"1":2}
SUB s(p)
  TALK {"${p}": p}                                           ' expect: {"q":"q"}
END SUB
s("q")
