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
