' Every way to write a statement, next to each other.
' --- names and values of session keywords
n = "x"
SET CONTEXT n AS "v" + n                            ' context: x = vx
SET CONTEXT "a" & n AS "b" & n                      ' context: ax = bx
SET CONTEXT "k", "l" & n                            ' context: k = lx
SET CONTEXT "only"                                  ' context: default = only
SET "v" & n, [1, 2]                                 ' variable: vx = [1, 2]
SET n, 5                                            ' variable: n = 5
SET SESSION "f" & n, 6                              ' variable: fx = 6
SET "session.g", 7                                  ' variable: g = 7
session.h = 8                                       ' variable: h = 8
SET SESSION "list", {a: [1]}                        ' variable: list = {"a": [1]}
TALK GET SESSION "h" & GET "g"                      ' expect: 87
TALK session.list.a[0] & GET "session.h"            ' expect: 18
x = GET "v" + n
TALK x[1]                                           ' expect: 2
role = GET role
TALK role IS NULL                                   ' expect: true
GET "vx" INTO y
TALK y                                              ' expect: [1,2]
SET BOT MEMORY "b" & n AS {q: 1}
m = GET BOT MEMORY "bx"
TALK m.q                                            ' expect: 1
CLEAR BOT MEMORY "bx"
TALK (GET BOT MEMORY "bx") = ""                     ' expect: true
IF GET BOT MEMORY "bx" = "" THEN TALK "empty"       ' expect: empty
LOG "text", {a: 1}                                  ' log: info text {"a": 1}
LOG "one " & n                                      ' log: info one x
LOG_INFO "i"                                        ' log: info i
LOG_WARN "w"                                        ' log: warn w
LOG_ERROR "e"                                       ' log: error e
LOG_DEBUG "d"                                       ' log: debug d
LOG SESSION "milestone", "done " & n                ' record: session milestone "done x"
' --- forms of suggestions
a = "k"
b = "Label " & a
ADD SUGGESTION a AS b
ADD SUGGESTION "p" & a AS "P"
ADD SUGGESTION "label", "value"
ADD SUGGESTION "Call" AS "phone"
ADD SUGGESTION TOOL "t" AS "Tool"
ADD SUGGESTION TEXT "t" AS "Text"
ADD SUGGESTION "plain"
TALK "x"
' expect: x ' buttons: k=Label k, pk=P, value=label, Call=Call=phone, t=Tool=tool, t=Text=text, plain=plain
CLEAR SUGGESTION
TALK "y"                                            ' expect: y
' --- forms of HEAR
HEAR a WITH "A " + "b" & "c"                        ' hear: 1 ' expect: A bc
HEAR b AS INTEGER WITH "n?" DEFAULT 2 + 3           ' hear: \s ' expect: n?
HEAR c.d AS NAME                                    ' hear: ann lee
x = HEAR "prompt " & a                              ' hear: z ' expect: prompt 1
HEAR y AS "Say something"                           ' hear: any ' expect: Say something
TALK a & b & c.d & x & y                            ' expect: 15Ann Leezany
' --- menus of HEAR
opts = ["Red", "Green"]
HEAR a AS MENU opts                                 ' hear: gr ' options: Red=Red, Green=Green
HEAR b AS opts                                      ' hear: 1 ' options: Red=Red, Green=Green
HEAR c AS "Red", "Green" WITH "Which?" DEFAULT "Red"    ' hear: \s ' options: Red=Red, Green=Green ' expect: Which?
HEAR d AS MENU "x", "y" WITH "Pick"                 ' hear: y ' options: x=x, y=y ' expect: Pick
HEAR e AS "x",
  "y"                                               ' hear: x ' options: x=x, y=y
TALK a & b & c & d & e                              ' expect: GreenRedRedyx
' --- forms of PRINT
PRINT "a"; "b", 3                                   ' expect: a b 3
PRINT "a";                                          ' expect: a
PRINT 1 + 2; " x"                                   ' expect: 3  x
TALK "a", "b"                                       ' expect: a b
TALK                                                ' expect:
TALK ""                                             ' expect:
PRINT                                               ' expect:
' --- forms of RUN and CALL
r = RUN "other", 1, "b"
TALK r                                              ' expect: 1b
RUN "other.bas", 2, "c"
x = (RUN "other", 3, "d")
TALK x                                              ' expect: 3d
y = RUN "oth" & "er"
TALK y                                              ' expect:
z = CALL "other.bas", 5,
  "e"
TALK z                                              ' expect: 5e
TALK RUN("other", 6, "f")                           ' expect: 6f
m = {a: RUN "other", b: 2}
TALK m.b                                            ' expect: 2
IF RUN "other" = "" THEN TALK "empty"               ' expect: empty
CALL other 7, "g"
CALL other(8, "h")
t = other
' file: other
PARAM p
PARAM q
RETURN p & q
' --- forms of procedures
CALL Greet "Bob", "y"
CALL Greet("Cy", "z")
Greet("Di")
CALL Hello
Hello
Hello()
TALK Twice(4) & Vb(2)
' expect: Bob y | Cy z | Di d | hello | hello | hello | 83
SUB Greet name AS STRING, other = "d"
  TALK name & " " & other
END SUB
SUB Hello()
  TALK "hello"
END SUB
FUNCTION Twice(n AS INTEGER = 1) AS INTEGER
  RETURN n * 2
END FUNCTION
FUNCTION Vb(n)
  Vb = n + 1
END FUNCTION
' --- forms of errors
TRY
  THROW {message: "m", code: 7}
CATCH e
  TALK e.code & e.message & e.line                  ' expect: 7m2
FINALLY
  TALK "f"                                          ' expect: f
END TRY
ON ERROR RESUME NEXT
x = 1 / 0
IF ERROR THEN TALK ERR & " " & ERROR MESSAGE
' expect: 4003 division by zero
CLEAR ERROR
TALK ERR_NUMBER & ERR_DESCRIPTION                   ' expect: 0
IF 1 / 0 THEN TALK "no" ELSE TALK "cond"            ' expect: cond
ON ERROR GOTO 0
ON ERROR GOTO failed
ASSERT 1 = 2, "why"
TALK "skipped"
failed:
TALK ERR & ERROR MESSAGE                            ' expect: 4010why
ERROR 42, "mine"                                    ' fault: 42 mine
' --- blocks inside WITH
WITH order
  item = "a"
  .count = 2
  total = .count * 3
  IF .count > 1 THEN
    big = TRUE
  ELSE
    big = FALSE
  END IF
  FOR EACH x IN ["k"]
    tags = [x]
  NEXT
  item.sub = 1
END WITH
' fault 13: 4005
' --- text is no field of WITH
item = "outer"
WITH order
  item = item
  name = "n" & item
  type = .item & "!"
  "quoted"
END WITH
' error 6: L103
' --- nested WITH blocks
WITH a
  x = 1
  WITH b
    y = 2
  END WITH
  z = b
END WITH
TALK a & b                                          ' expect: {"x":1,"z":{"y":2}}{"y":2}
l = {items: [1]}
WITH l
  .items.push(2)
END WITH
TALK l                                              ' expect: {"items":[1,2]}
' --- forms of SELECT
SELECT CASE 7
  ' comment
  CASE IS < 5, IS > 100
    TALK "out"
  CASE 1 TO 3, 7
    TALK "in"                                       ' expect: in
    EXIT SELECT
    TALK "no"
END SELECT
SWITCH "b"
  CASE "a", "b":
    TALK "ab"                                       ' expect: ab
  DEFAULT:
    TALK "d"
END SWITCH
SELECT "q"
  DEFAULT
    TALK "def"                                      ' expect: def
  CASE "r"
    TALK "r"
END SELECT
SELECT CASE TRUE
  CASE 1 > 2: TALK "no"
  ELSE
    TALK "else"                                     ' expect: else
END SELECT
