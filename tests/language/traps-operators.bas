' Operators of several words, words with two meanings, and what stands in parentheses.
' --- the first in belongs to the loop
FOR EACH x IN [1 IN [1], 2 IN [1]]
  TALK x                                            ' expect: true | false
NEXT
FOR y IN ["a"]
  TALK y                                            ' expect: a
NEXT
' --- operators of two words
TALK 3 NOT IN [1, 2]                                ' expect: true
TALK "a" NOT LIKE "b*"                              ' expect: true
x = 1
TALK x IS NOT NULL                                  ' expect: true
TALK "abc" STARTS WITH "ab"                         ' expect: true
TALK "abc" ENDS WITH "ab"                           ' expect: false
starts = 1
ends = 2
TALK starts + ends                                  ' expect: 3
' --- error is an operand a variable and a statement word
ON ERROR RESUME NEXT
IF ERROR THEN TALK "no"
THROW "bad"
IF ERROR THEN TALK ERROR MESSAGE                    ' expect: bad
CLEAR ERROR
' --- error is a variable where it is assigned
error = 1
message = 2
TALK error + message                                ' expect: 3
' --- log is a statement and a function
LOG "x"                                             ' log: info x
LOG SESSION "e", "d"                                ' record: session e "d"
TALK LOG(1)                                         ' expect: 0
session = 1
LOG SESSION                                         ' log: info 1
' --- names that are keyword and function
a = [3, 1, 2]
TALK FIRST(a) & LAST(a) & MAX(a) & MIN(a) & SORT(a) ' expect: 3231[1,2,3]
x = FIRST a
y = LAST a
z = MAX 5, 9
w = MIN 5, 9
s = SORT a
f = FILTER a, item > 1
m = MAP a, item * 2
j = JOIN a
TALK x & y & z & w & s & f & m & j                  ' expect: 3295[1,2,3][3,2][6,2,4]3,1,2
TALK FILTER(a, item > 2) & MAP(a, item + 1) & JOIN(a, "-")    ' expect: [3][4,2,3]3-1-2
' --- first and last after the source of a loop
a = [1, 2, 3]
last = 2
FOR EACH x IN a LAST 2
  TALK x                                            ' expect: 2 | 3
NEXT
FOR EACH x IN a FIRST 1 DO
  TALK x                                            ' expect: 1
NEXT
FOR EACH x IN FIRST a, 2
  TALK x                                            ' expect: 1 | 2
NEXT
' --- format with its pattern after AS
a = 10
b = 2.5
TALK FORMAT (a - b) AS "0.00"                       ' expect: 7.50
TALK FORMAT(a - b) AS "0.00"                        ' expect: 7.50
TALK FORMAT a AS "000" + "!"                        ' expect: 010!
TALK FORMAT(a, "000")                               ' expect: 010
x = FORMAT a, "0.0"
TALK x                                              ' expect: 10.0
TALK FORMAT(a)                                      ' expect: 10
' --- if as a function
x = IF(1 = 1, "a", "b")
TALK x & IF(FALSE, 1, 2)                            ' expect: a2
IF (1 = 1) THEN TALK "statement"                    ' expect: statement
' --- header words inside data
WITH x
  description = "d"
  table = "t"
  param = 3
  webhook = 4
END WITH
TALK x                                              ' expect: {"description":"d","table":"t","param":3,"webhook":4}
TABLE things
  description string
  table text

  ' a comment
  param integer default 4
END TABLE
INSERT "things", {description: "D", table: "T"}
r = FIND "things"
TALK r.description & r.table                        ' expect: DT
' --- points and numbers
a = [{b: 1}]
row = {}
row["1"] = "one"
list = [{id: 5}]
TALK a[0].b & row.1 & list[0].id                    ' expect: 1one5
' --- a number has no members and two points are no number
x = 3.toString                                      ' error: L103
y = 1..2                                            ' error: L101
' --- session fields by name and by path
SET "session.x", 1                                  ' variable: x = 1
session.y = 2                                       ' variable: y = 2
TALK GET "session.y"                                ' expect: 2
TALK session.x                                      ' expect: 1
