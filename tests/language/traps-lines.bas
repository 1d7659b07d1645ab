' How lines and statements are cut: single-line IF, ELSE, assignments, expression statements, signs, colons, braces,
' comments, strings and lines that go on.
' --- a single line if ends with its line
IF 1 = 2 THEN TALK "a"
TALK "b"                                            ' expect: b
IF 1 = 1 THEN TALK "c" ELSE TALK "d"                ' expect: c
IF 1 = 2 THEN
  TALK "e"
END IF
IF 1 = 2 THEN TALK "f" ELSE IF 2 = 2 THEN TALK "g" ELSE TALK "h"    ' expect: g
IF 1 = 2 THEN
  TALK "i"
ELSE IF 2 = 2 THEN
  TALK "j"                                          ' expect: j
ENDIF
' --- a single line else if nests and needs no end
FOR i = 1 TO 4
  IF i = 1 THEN TALK "one" ELSE IF i = 2 THEN TALK "two" ELSE IF i = 3 THEN TALK "three" ELSE TALK "more"
NEXT
' expect: one | two | three | more
' --- a colon after else and case else
IF FALSE THEN
  TALK "no"
ELSE: TALK "colon"                                  ' expect: colon
END IF
IF FALSE THEN TALK "no" ELSE: TALK "inline"         ' expect: inline
SELECT CASE 1
CASE ELSE: TALK "case"                              ' expect: case
END SELECT
' --- the first equals assigns and the others compare
b = 3
c = 3
a = b = c
TALK a                                              ' expect: true
x.y = b = 4
TALK x.y                                            ' expect: false
a = b == c
TALK a                                              ' expect: true
' --- only calls are statements
FUNCTION f(x)
  TALK "f"                                          ' expect: f
END FUNCTION
SUB Greet
  TALK "hi"                                         ' expect: hi | hi
END SUB
a = []
f(1)
a.push(1)
Greet
Greet()
TALK a                                              ' expect: [1]
' --- a value alone is no statement
x + 1                                               ' error: L103
a.b                                                 ' error: L103
' --- a name alone that is no sub is unknown
x = 1
x                                                   ' error: L104
' --- subtraction with blanks or without
word = 7
x = 2
TALK word - x                                       ' expect: 5
TALK word-x                                         ' expect: 5
first = 9
TALK first - x & first-x                            ' expect: 77
' --- a question mark waits for its colon
c = TRUE
x = c ? "a" : "b" : TALK x                          ' expect: a
y = {k: c ? 1 : 2, l: 3}
TALK y.k + y.l                                      ' expect: 4
z = [c ? (c ? 1 : 2) : 3]
TALK z[0]                                           ' expect: 1
n = NULL
w = n ?? "d" : TALK w                               ' expect: d
v = n?.name : TALK v IS NULL                        ' expect: true
u = c ? c ? "x" : "y" : "z" : TALK u                ' expect: x
' --- braces open maps in operand position
m = {a: 1}
n = #{b: 2}
TALK {c: 3}.c & m.a & n.b                           ' expect: 312
' --- braces in blocks are text
BEGIN TALK
{a: 1} #{b} it's
END TALK
' expect: {a: 1} #{b} it's
' --- rem only where a statement may begin
TALK "x" : REM note                                 ' expect: x
remember = 1
remaining = 2
remark = 3
TALK remember + remaining + remark                  ' expect: 6
IF TRUE THEN ' why
  TALK "then"                                       ' expect: then
ELSE ' why not
  TALK "else"
END IF
y = LEN( ' the text
  "abc", ' a comma, and a comment
)                                                   ' error: L103
' --- comments inside lines that go on end nothing
PARAM a AS STRING ' the first
PARAM b AS STRING LIKE "x" ' the second
y = [ ' open
  1, ' one
  2 ' two
] ' closed
TALK y                                              ' expect: [1,2]
z = 1 + ' more
  2
TALK z                                              ' expect: 3
' --- words inside strings over several lines
x = "Dear you,
Don't worry.
REM this is text
IF it were THEN
# nor this // nor that"
TALK x                                              ' expect: Dear you,\nDon't worry.\nREM this is text\nIF it were THEN\n# nor this // nor that
' --- a quote that never closes
x = 1
TALK "open
TALK x
' error 2: L102
' --- continued update call and condition
INSERT "t", {id: "1"}
UPDATE t SET
  a = 1,
  b = 2
  WHERE id = "1"
CALL "other", 5,
  6
a = FALSE
IF a OR
   TRUE THEN
  TALK "or"                                         ' expect: 11 | or
END IF
' file: other
PARAM p AS INTEGER
PARAM q AS INTEGER
TALK p + q
' --- between takes its own and
x = 5
IF x BETWEEN 1 AND 5 AND x = 5 THEN TALK "in"       ' expect: in
IF x BETWEEN 1 AND 3 OR x BETWEEN 4 AND 6 THEN TALK "or"      ' expect: or
IF NOT x BETWEEN 6 AND 7 AND TRUE THEN TALK "not"   ' expect: not
TALK (x BETWEEN 1 AND 2) & (x BETWEEN (1 AND 3) AND 9)        ' expect: falsetrue
