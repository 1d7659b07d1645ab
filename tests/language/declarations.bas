' --- with makes a map of its lines
name = "Ann"
WITH order
    name = name              ' a field from the variable
    .count = 2
    total = .count * 3
    IF .total > 5 THEN big = TRUE
    FOR i = 1 TO 2
        last = i
    NEXT
    description = "d"
    items = []
    items[0] = "first"
    from = 1 : to = 2
END WITH
TALK order
' expect: {"name":"Ann","count":2,"total":6,"big":true,"last":2,"description":"d","items":["first"],"from":1,"to":2}
TALK name & i                ' expect: Ann3
' --- with makes a new map each time
WITH a
    x = 1
END WITH
b = a
WITH a
    y = 2
END WITH
TALK b, a                    ' expect: {"x":1} {"y":2}
' --- with reads the map that is there if it sets nothing
a = {n: 1}
WITH a
    TALK .n                  ' expect: 1
END WITH
WITH missing
    TALK .n                  ' expect:
END WITH
' --- with inside with, and with in a procedure
WITH outer
    x = 1
    WITH inner
        x = 2
    END WITH
    y = .x
END WITH
TALK outer, inner            ' expect: {"x":1,"y":1} {"x":2}
SUB Fill
    WITH outer
        z = 9
    END WITH
END SUB
Fill
TALK outer                   ' expect: {"z":9}
' --- a leading point outside with
x = .name                    ' error: L103 @5-5
' --- return with
FUNCTION Pair(a, b)
    RETURN WITH first AS a, second AS [b, b], to AS a + b
END FUNCTION
TALK Pair(1, 2)              ' expect: {"first":1,"second":[2,2],"to":3}
' --- return with at top level
RETURN WITH ok AS TRUE       ' result: {"ok": true}
' --- params are bound in order and get their types
x = RUN "tool", "5", "no"
TALK x                       ' expect: {"n":6,"smoke":false,"place":null}
TALK RUN "tool"              ' expect: {"n":2,"smoke":null,"place":null}
x = RUN "tool", 2.5, 0, 7
TALK x                       ' expect: {"n":3.5,"smoke":0,"place":7}
' file: tool
DESCRIPTION Books a table, don't worry
PARAM count AS INTEGER LIKE 3 DESCRIPTION "How many" DEFAULT 1   ' people
PARAM smoke AS BOOLEAN OPTIONAL
PARAM place AS "in", "out"
PARAM note AS "a note for the cook" REQUIRED
RETURN WITH n AS count + 1, smoke AS smoke, place AS place
' --- a value that is none
x = RUN "tool", "five"
' file: tool
PARAM count AS INTEGER       ' fault: 4002 INTEGER
' --- surplus values
x = RUN "tool", 1, 2         ' fault: 4002 at most 1
' file: tool
PARAM count
' --- a parameter is found by name
TALK size                    ' expect: 7
PARAM size AS NUMBER
' param: size = 7
' --- words of declarations are names elsewhere
description = 1
param = 2
TALK description + param     ' expect: 3
m = {param: 1, description: 2}
TALK m.param + m.description ' expect: 3
' --- a with that is not closed
WITH x                       ' error: L105 @1-6
y = 1
' --- a value that has a type keeps it
x = RUN "tool", [1, 2]
TALK x                       ' expect: [1,2]
x = RUN "tool", {a: 1}
TALK x.a                     ' expect: 1
' file: tool
PARAM count AS INTEGER DEFAULT 3
RETURN count

' --- dim of names, types and arrays
DIM a, b AS INTEGER, c(2) AS STRING, d()
TALK a & b & "." & c & d ' expect: .[null,null,null][]
c[2] = "x"
PUSH d, 1
TALK c & d ' expect: [null,null,"x"][1]
DIM e = 5, f(1 + 1)
TALK e & UBOUND(f) ' expect: 53
DIM x : x = 1 : TALK x ' expect: 1

' --- dim of a size that is none
TRY
  DIM a(-1)
CATCH e
  TALK e.code ' expect: 4005
END TRY
TRY
  DIM a(1000001)
CATCH e
  TALK e.code ' expect: 4005
END TRY
DIM a("x") ' fault: 4005

' --- redim keeps what fits
DIM a(2)
a[0] = "x"
a[2] = "z"
REDIM a(4)
TALK a ' expect: ["x",null,"z",null,null]
REDIM PRESERVE a(1), b(0)
TALK a & b ' expect: ["x",null][null]
n = 3
REDIM a(n)
TALK UBOUND(a) ' expect: 4

' --- names of a procedure that the script has too
t = 1
f()
g(2)
TALK t ' expect: 5 | 6 | 1
SUB f
  LOCAL t
  t = 5
  TALK t
END SUB
SUB g(n)
  DIM t = n * 3
  TALK t
END SUB

' --- constants
CONST rate = 0.5, name = "Ann"
TALK rate * 2 & name ' expect: 1Ann
show()
SUB show
  CONST rate = 2
  TALK rate & name ' expect: 2Ann
END SUB

' --- a constant is assigned once
CONST k = 5
k = 6 ' error: L107 k is a constant
k += 1 ' error: L107
FOR k = 1 TO 2 ' error: L107
NEXT
HEAR k ' error: L107
CONST k = 7 ' error: L107
SUB s
  k = 1 ' error: L107
END SUB
SUB own
  LOCAL k
  k = 1
END SUB

' --- declarations that are none
CONST k ' error: L103 CONST needs a value
REDIM x ' error: L103 REDIM needs a size
DIM ' error: L103
DIM 5 ' error: L103
DIM x(1) = 2 ' error: L103
GOSUB x ' error: L104 ' hint: SUB

' --- dim, local, const and redim as names
dim = 1
local = 2
const = 3
redim = [4]
TALK dim & local & const & redim[0] ' expect: 1234

' --- text for a param of objects and arrays is JSON
' file: tool
PARAM m AS OBJECT
PARAM a AS ARRAY
RETURN m.x & UBOUND(a) & TYPEOF(m) & TYPEOF(a)
' fault 2: 4002 no JSON array
' file: start
x = RUN "tool", "{\"x\": 5}", "[1, 2]" : TALK x ' expect: 52objectarray
x = RUN "tool", {x: 6}, [1] : TALK x ' expect: 61objectarray
x = RUN "tool" : TALK x ' expect: 0nullnull
FOR EACH bad IN ["[1]", "{", "", "null"]
  TRY
    RUN "tool", bad
  CATCH e
    TALK e.code ' expect: 4002 | 4002 | 4002 | 4002
  END TRY
NEXT
RUN "tool", NULL, "{}"
' --- two tools in a file are one script
PARAM a AS STRING
DESCRIPTION "first"
TALK a
RETURN a
PARAM b AS STRING
DESCRIPTION "second"                                ' warning: L205 second DESCRIPTION
TALK b                                              ' warning: L207
RETURN b
' expect:
' result: null
' --- examples and descriptions of PARAM without quotes
PARAM email AS EMAIL LIKE ann@example.com DESCRIPTION "Where to write"
PARAM phone AS PHONE LIKE +1-555-0100 OPTIONAL
PARAM site AS URL DESCRIPTION The site, if any LIKE https://example.com/a
TALK email & phone & site & "none"    ' expect: none
