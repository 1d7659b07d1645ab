' --- soft keywords as variables
list = 1
case = 2
data = [3]
name = 4
error = 5
next = 6
step = 7
to = 8
talk = 9
print = 10
wait = 11
get = 12
run = 13
call = 14
do = 15
loop = 16
end = 17
exit = 18
stop = 19
default = 20
each = 21
in = 22
TALK list + case + data[0] + name + error           ' expect: 15
TALK next + step + talk + print + wait              ' expect: 43
TALK get + run + call + do + loop + end + exit      ' expect: 105
TALK stop + default + each                          ' expect: 60
' --- members of variables named like keywords
case.status = "x"
list.len = 3
talk.a = 1
if.x = 5
TALK case.status & list.len & talk.a & if.x         ' expect: x315
' --- assignment to an element of a variable named like a keyword
data = []
data[0] = 1
print = {}
print["k"] = 2
wait = [1]
wait[0] += 4
TALK data & print & wait                            ' expect: [1]{"k":2}[5]
' --- a blank keeps the keyword before a bracket
TALK [1, 2]                                         ' expect: [1,2]
PRINT [3]                                           ' expect: [3]
' --- keywords as loop variables parameters and fields
FOR EACH case IN [{type: "a", end: 1}]
  TALK case.type & case.end                         ' expect: a1
NEXT case
FOR next = 1 TO 2
NEXT next
FOR EACH name IN ["n"] : TALK name : NEXT           ' expect: n
FOR step = 1 TO 3 STEP 2 : TALK step : NEXT         ' expect: 1 | 3
m = {from: 1, to: 2, step: 3, then: 4, and: 5, or: 6, not: 7, null: 8, true: 9, as: 10}
TALK m.from + m.to + m.step + m.then + m.and + m.or + m.not + m.null + m.true + m.as    ' expect: 55
TALK m.else IS NULL                                 ' expect: true
' --- count and total style accumulators
count = 0
count = count + 1
total = count
total += count * 2
TALK total & count                                  ' expect: 31
' --- promotion in operand position needs an operand
SET "a", 1
format = 2
run = 3
x = format
y = run + 1
IF format THEN TALK x & y                           ' expect: 24
z = format AND run
TALK z                                              ' expect: 3
' --- unary minus and subtraction
word = 5
x = 2
TALK word - x & word-x & word -x                    ' expect: 333
TALK - word                                         ' expect: -5
TALK -word ^ 2                                      ' expect: -25
' --- assign once then compare
a = b = 3
TALK a                                              ' expect: false
b = 3
a = b = 3
TALK a                                              ' expect: true
a = (b = 4)
TALK a                                              ' expect: false
m = {k: b = 3}
TALK m.k                                            ' expect: true
' --- only calls are statements
a = [1]
a.len()
UCASE("x")
' --- a colon after else and case
IF FALSE THEN
ELSE:
  TALK "e"                                          ' expect: e
END IF
SELECT CASE 1
  CASE 1: TALK "one" : TALK "still one"             ' expect: one | still one
  CASE ELSE: TALK "else"
END SELECT
' --- ternary and colons
x = 1
y = x = 1 ? "a" : "b" : TALK y                      ' expect: a
TALK {k: x ? 1 : 2, l: [x ? {m: 3} : 4]}            ' expect: {"k":1,"l":[{"m":3}]}
CALL s(x ? 1 : 2) : TALK "after"                    ' expect: 1 | after
SUB s(v)
  TALK v
END SUB
' --- labels and single words
GOTO talk
TALK "skipped"
talk:
TALK "a" : EXIT
' expect: a
' --- a label needs its colon at once
x : TALK 1                                          ' error: L104
' --- the first in of for each
FOR EACH x IN [2 IN [1, 2], 3 IN [1]]
  TALK x
NEXT
' expect: true | false
' --- stars at the end of a list do not join
HEAR x AS "done", *                                 ' hear: q
TALK x                                              ' expect: q
' --- a star as an operator joins
x = 2 *
  3
TALK x                                              ' expect: 6
' --- the function if in operand position
x = IF(1 = 1, "a", "b")
TALK IF(FALSE, 1, 2) & x                            ' expect: 2a
IF (1 = 1) THEN TALK "statement"                    ' expect: statement
IF (1 = 1) AND (2 = 2) THEN TALK "both"             ' expect: both
' --- while and return with parentheses
i = 0
WHILE (i < 1) AND TRUE
  i = i + 1
WEND
FUNCTION f
  RETURN (1) + (2)
END FUNCTION
TALK f()                                            ' expect: 3
' --- log of a number in operand position is no statement
TALK LOG(1)                                         ' expect: 0
' --- calls of names and of files
SUB s(x)
  TALK x
END SUB
CALL s "text"                                       ' expect: text
CALL "other", 5
' fault 5: 4002
' file: other
TALK 1
' --- as is reserved
as = 1                                              ' error: L103
' --- then without a blank
IF 1=1 THEN TALK"tight"                             ' expect: tight
TALK"also"                                          ' expect: also
x=-1
TALK x                                              ' expect: -1
TALK 1-1                                            ' expect: 0
TALK 5MOD 3
' error 6: L101 @6 | L103 @11
' --- number then keyword in a header
FOR i = 1 TO 2 STEP 1 : NEXT
TALK i                                              ' expect: 3
' --- a statement after then on the next line
IF TRUE THEN _
  TALK "joined"                                     ' expect: joined
TALK "next"                                         ' expect: next
' --- comments in joined lines
x = [ ' first
  "a'b", ' it is a comment
  'c', // more
  REM
]
TALK UBOUND(x)                                      ' expect: 2
' --- comments after brackets that are open
f = LEN( ' why
  "abc" ' because
)
TALK f                                              ' expect: 3
' --- strings with apostrophes and comments with quotes
TALK "it's" ' that's "right"
' expect: it's
x = "a" ' say "hi
TALK x                                              ' expect: a
TALK "a" & 'b' & "c" ' 'd'
' expect: abc
' --- rem inside strings and words
TALK "REM x" : REM comment : TALK "never"
' expect: REM x
' --- nested quotes in holes
m = {k: {j: "deep"}}
TALK "${m["k"]["j"]} ${UCASE("a" & "b")} ${'q' & "r"}"    ' expect: deep AB qr
TALK "a ${IIF(1 = 1, "}", "{")} b"                  ' expect: a } b
' --- a parameter of a procedure named like a session constant
SUB s(user)
  TALK user & user.name                             ' expect: {"name":"Ann"}Ann
END SUB
s({name: "Ann"})
' --- keywords in lower and mixed case
for each X in [1] : talk x : next                   ' expect: 1
if true then : talk "t" : else : talk "f"           ' expect: t
do while false : loop
select case 1 : case 1 : talk "c" : end select      ' expect: c
' --- a for each named first or last
first = [1, 2]
last = 5
FOR EACH x IN first : TALK x : NEXT                 ' expect: 1 | 2
TALK last                                           ' expect: 5
' --- names that begin with keywords
talked = 1
format_x = 2
endpoint = 3
forx = 4
iffy = 5
TALK talked + format_x + endpoint + forx + iffy     ' expect: 15
' --- a sub named with an underscore
SUB get_name
  TALK "sub"                                        ' expect: sub | sub
END SUB
get_name
get_name()
' --- method calls as statements on chains
m = {list: [3, 1]}
m.list.len()
m["list"].max()
TALK m.list.max()                                   ' expect: 3
