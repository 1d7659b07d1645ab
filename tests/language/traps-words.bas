' Which words are keywords where: at the start of a statement, in operand position, after SET and GET, as block words,
' as fields and keys, after AS, HEAR and WITH.
' --- statement words before an equals sign are variables
list = 1
TALK list                                           ' expect: 1
list += 2
TALK list                                           ' expect: 3
' --- statement words before a point or a bracket are variables
case.status = "x"
data = []
data[0] = 1
print?.x = 2
TALK case.status & data[0] & print.x                ' expect: x12
' --- statement words before a blank keep their meaning
TALK [1, 2]                                         ' expect: [1,2]
TALK .5                                             ' expect: 0.5
TALK [1, 2][1]                                      ' expect: 2
' --- statement words before a parenthesis keep their meaning
a = 1
b = 2
x = "p"
TALK (a + b)                                        ' expect: 3
PRINT (x)                                           ' expect: p
WAIT (2)                                            ' effect: wait 2
IF (a = 1) THEN TALK "if"                           ' expect: if
WHILE (a < 2)
  a = a + 1
WEND
RETURN (a)                                          ' result: 2
' --- a sub may not have the name of a statement word
SUB talk(x)                                         ' error: L107
END SUB
' --- operand words before an operator are variables
first = 1
list = 2
filter = TRUE
count = 3
x = first
total = list + 1
IF filter THEN TALK "filter"                        ' expect: filter
count = count + 1
TALK x & total & count                              ' expect: 134
' --- operand words nobody assigned are variables before an operator too
x = first
total = list + 1
IF filter THEN TALK "never"
TALK x IS NULL AND total = 1                        ' expect: true
' --- operand words before an operand are calls
rows = [7, 8]
x = first rows
y = LAST rows
z = FIRST [5, 6]
n = FORMAT 12.5
TALK x & y & z & n                                  ' expect: 78512.5
' --- operand words before a minus that clings to its number are calls
x = FORMAT -5
TALK x                                              ' expect: -5
' --- operand words with a parenthesis are ordinary calls
TALK FORMAT(5, "000") + FIRST([1, 2])               ' expect: 0051
' --- hear at the end of a statement asks
x = HEAR                                            ' hear: yes
TALK x                                              ' expect: yes
y = HEAR : TALK y                                   ' hear: no
' expect: no
' --- an operand word that is assigned is a variable before an infix word
first = 1
get = "abc"
find = [1]
save = 2
last = 3
IF first AND last THEN TALK "and"                   ' expect: and
IF get LIKE "a*" THEN TALK "like"                   ' expect: like
IF save IN find THEN TALK "in" ELSE TALK "not in"   ' expect: not in
IF find CONTAINS 1 THEN TALK "contains"             ' expect: contains
IF first IS NULL OR save IS NOT NULL THEN TALK "is" ' expect: is
TALK last MOD 2                                     ' expect: 1
' --- two quoted words are read as one by GET
SET "BOT MEMORY", 1
TALK GET "BOT MEMORY"                               ' expect: 1
TALK GET "SESSION"                                  ' expect:
' --- unquoted words after GET are its longer forms
SET BOT MEMORY "k", 5
TALK GET BOT MEMORY "k"                             ' expect: 5
TALK GET SESSION "channel"                          ' field: channel = "web"
' expect: web
' --- get of a session member
session.step = 4
TALK GET session.step                               ' expect: 4
TALK GET SESSION.step                               ' expect: 4
' --- get stops before a comparison and a default
SET "a", "b"
c = FALSE
IF GET "a" = "b" OR c THEN TALK "equal"             ' expect: equal
TALK (GET "missing" OR "none")                      ' expect: none
' --- set with a known second word
SET BOT MEMORY "m", 1
SET CONTEXT "n" AS "text"                           ' context: n = text
SET SESSION "s", 2                                  ' variable: s = 2
' --- set of a variable named like a second word
SET context = 1
SET session.x = 2                                   ' variable: x = 2
SET priority = 3
SET header = 4
SET schedule = 5
SET user = {name: "u"}
SET user.name = "v"
SET bot = 7
TALK context & priority & header & schedule & user.name & bot  ' expect: 1345v7
' --- set reads the first of comma and equals
SET "s", 1 = 1                                      ' variable: s = true
SET x = [1, 2]
TALK x                                              ' expect: [1,2]
SET "t" = "u"                                       ' variable: t = "u"
SET "n" + 1, 5                                      ' variable: n1 = 5
SET y.a = 1
TALK y.a                                            ' expect: 1
SET name, "Ann"                                     ' variable: name = "Ann"
' --- set inside update is no statement
INSERT "t", {id: "1", a: 1}
UPDATE "t" SET
  a = 2
  WHERE id = "1"
r = FIND "t"
TALK r.a                                            ' expect: 2
' --- block words are words only with the right successor
case = 1
FOR EACH case IN [{x: 1}, {x: 2}]
  TALK case.x                                       ' expect: 1 | 2
  case.x = 3
NEXT case
default = 5
else.x = 1
next = 2
step = 3
end = 4
TALK default & else.x & next & step & end           ' expect: 51234
FOR i = 1 TO 5 STEP step
NEXT
TALK i                                              ' expect: 7
' --- case with an operand or else, default alone
SELECT CASE 9
  CASE 1
    TALK "one"
  DEFAULT
    TALK "default"                                  ' expect: default
END SELECT
SELECT CASE "x"
  CASE [1], (2)
    TALK "list"
  CASE ELSE
    TALK "else"                                     ' expect: else
END SELECT
END
TALK "not reached"
' --- any word is a field a key a parameter and a loop variable
m = {from: 1, to: 2, case: 3}
m.type = "t"
m.next = {select: {end: 5}}
TALK m.from + m.to + m.case & m.type & m?.next.select.end     ' expect: 6t5
FOR EACH select IN [1]
  TALK select                                       ' expect: 1
NEXT select
FOR to = 1 TO 1
NEXT to
HEAR format                                         ' hear: f
TALK format                                         ' expect: f
' --- any word is a parameter
PARAM format AS STRING
PARAM case AS INTEGER
PARAM select AS STRING LIKE "x" DEFAULT "d"
PARAM to
TALK format & case & select                         ' param: format = "f" ' param: case = 5
' expect: f5d
' --- lower case words are fields too
with order
  type = "a"
  from = "b"
  select = 1
  for = 2
  1 = 3
end with
talk order                                          ' expect: {"type":"a","from":"b","select":1,"for":2,"1":3}
' --- as in its statements
SET CONTEXT "a" AS "b"                              ' context: a = b
ADD SUGGESTION "k" AS "Label"
TALK FORMAT 5 AS "000"                              ' expect: 005 ' buttons: k=Label
SAVE "t" WITH id AS "1", c AS 2
r = FIND "t"
TALK r.c                                            ' expect: 2
HEAR x AS INTEGER                                   ' hear: 5 ' options: k=Label
TALK x + 1                                          ' expect: 6 ' buttons: k=Label
' --- as is reserved outside members
as = 1                                              ' error: L103
' --- as is a member and a key
m = {as: 1}
WITH w
  as = 2
END WITH
TALK m.as + w.as                                    ' expect: 3
' --- hear with a type with options and with a variable
HEAR a AS INTEGER                                   ' hear: 1
HEAR b AS "x", "y"                                  ' hear: y
choices = ["p", "q"]
HEAR c AS choices                                   ' hear: Q
HEAR d AS MENU choices                              ' hear: 1
HEAR e AS MENU "r", "s"                             ' hear: s
HEAR f AS "done", *                                 ' hear: other
TALK a & b & c & d & e & f                          ' expect: 1yqpsother
' --- hear with a prompt that is an expression
n = "Ann"
HEAR a WITH "Hello " + n & "!"                      ' hear: x ' expect: Hello Ann!
HEAR b AS INTEGER WITH "How " + "many?" DEFAULT 3   ' hear: \s ' expect: How many?
HEAR c DEFAULT "none"                               ' hear: \s
TALK a & b & c                                      ' expect: x3none
' --- with alone opens a block, the others do not
WITH x
  a = 1
END WITH
SAVE "t" WITH id AS "1", a AS x.a
UPDATE "t" WITH a AS 2 WHERE id = "1"
r = FIND "t" WITH "a = 2"
MERGE "t" WITH [{id: "1", b: 3}] BY "id"
s = FIND "t"
TALK UBOUND(r) & s.b                                ' expect: 13
RETURN WITH a AS r.a, b AS s.b                      ' result: {"a": 2, "b": 3}
' --- the with of workflows opens no block
WITH OPTIMIZE FOR "cost"
WITH MAX_COST 5
TALK "reached"                             ' expect: reached
' --- a variable named like an operand word ends before a clause of the keyword around
list = [{n: 2}, {n: 1}]
x = SORT list BY n DESC
TALK x                                              ' expect: [{"n":2},{"n":1}]
x = AGGREGATE list SUM "n"
TALK x                                              ' expect: 3
first = 1
last = 5
SAVE "t", {id: 1, n: 1}
x = FIND "t" WHERE id = first ORDER BY id
TALK x.n                                            ' expect: 1
UPDATE "t" SET n = last WHERE id = first
x = FIND "t" WHERE id = first AND n = last LIMIT first
TALK x.n                                            ' expect: 5
' --- a table named like an operand word ends before a clause
list = "t"
SAVE list, {id: 1, n: 1}
x = FIND ALL list WHERE id = 1
y = FIND list ORDER BY id LIMIT 1
z = FIND list FIRST
TALK x.n & y.n & z.n                                ' expect: 111
merge = [{id: 1, n: 2}]
r = MERGE list WITH merge BY "id"
DELETE FROM list WHERE id = 1
TALK r.updated & COUNT(list)                        ' expect: 10
SAVE "filter", {id: 7}
x = FIND filter WHERE id = 7
TALK x.id                                           ' expect: 7
' --- an agent in a variable named like an operand word waits so long
list = "ann"
r = TRANSFER SESSION list TIMEOUT 5
TALK "${r.outcome} ${r.agent} ${r.waited_seconds}"  ' expect: resolved ann 5
' --- a column named like a keyword ends before its direction and its comparison
SAVE "t", [{id: 1, error: "x", err: NULL, copy: 1}, {id: 2, error: "", err: 5, copy: 2}]
x = FIND "t" ORDER BY copy DESC, error ASC LIMIT 1
TALK x.id                                           ' expect: 2
x = SORT x BY copy DESC
TALK x.id                                           ' expect: 2
x = FIND "t" WHERE error <> "" AND (err IS NULL OR err > 3)
TALK x.id                                           ' expect: 1
x = FIND "t" WHERE id = ERR + 1 AND NOT error = ""
TALK x.id                                           ' expect: 1
IF ERROR OR (ERR = 0 AND TRUE) THEN TALK "none"     ' expect: none
' --- variables named like clauses
HEAR default                                        ' hear: a
HEAR with AS INTEGER                                ' hear: 2
HEAR step WITH "how far?" DEFAULT 5                 ' hear: \s ' expect: how far?
to = ["b", "c"]
x = FIRST to
y = FORMAT step AS "00"
TALK default & with & x & y                         ' expect: a2b05
TALK to[0]                                          ' expect: b
context = [1]
SET context[0] = 3
TALK context                                        ' expect: [3]
' --- a HEAR needs a variable
HEAR WITH "who?"                                    ' error: L103
' --- each word of a call is a variable before an operator
get = 1
find = 2
llm = 3
post = 4
save = 5
call = 6
format = 7
merge = 8
new = 9
create = 10
select = 11
hear = 12
TALK get + find + llm + post + save + call + format + merge + new + create + select + hear    ' expect: 78
x = [get, find, {a: new, b: create, c: select}]
x.push(select)
TALK x                                              ' expect: [1,2,{"a":9,"b":10,"c":11},11]
IF new AND create THEN TALK "and"                   ' expect: and
IF call IS NOT NULL AND post LIKE "4" AND llm IN [3] AND merge MOD 2 = 0 THEN TALK "infix"    ' expect: infix
RETURN select                                       ' result: 11
' --- a loop over a member called do
m = {do: [1]}
FOR EACH x IN m.do DO
  TALK x                                            ' expect: 1
NEXT
WHILE m.do
  m.do = 0
WEND
TALK m.do                                           ' expect: 0
' --- an event named by a variable that is named like a clause
step = "paid"
default = {n: 1}
LOG SESSION step                                    ' record: session paid null
LOG SESSION step, default                           ' record: session paid {"n": 1}
