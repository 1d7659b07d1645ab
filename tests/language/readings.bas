' What the rules say where two of them could be read against each other.
' --- a star after a comma joins nothing
HEAR x AS "done", *                                 ' hear: anything
TALK x                                              ' expect: anything
' --- a dollar suffix before a bracket and a point
name$ = {a: "m"}
TALK name$.a & LEFT$("abc", 1) & UCASE$("x")        ' expect: maX
items$ = [1, 2]
TALK items$[1]                                      ' expect: 2
name$.b = 3
TALK name.b                                         ' expect: 3
' --- as is a key and a field
m = {as: 1, then: 2}
m.as = 3
WITH w
  as = 4
  .then = 5
END WITH
TALK m.as & m.then & w.as & w.then                  ' expect: 3245
' --- a description without quotes is the rest of the line
DESCRIPTION Books a table, for "two" ' or more
TALK "a"                                            ' expect: a
' --- a description in quotes ends with them
DESCRIPTION "Books" ' or more
TALK "a"                                            ' expect: a
' --- a description in single quotes
DESCRIPTION 'Books a table'
TALK "a"                                            ' expect: a
' --- calls may nest as deep as the limit and no deeper
TALK down(255)                                      ' expect: 255
TALK down(256)                                      ' fault 4: 9007
FUNCTION down(n)
  IF n > 0 THEN RETURN 1 + down(n - 1)
  RETURN 0
END FUNCTION
' --- a parameter shines through until it is assigned
SUB s(x)
  TALK x                                            ' expect: 1 | 2
  x = 2
  TALK x
END SUB
s(1)
' --- a session constant shines through until it is assigned
TALK channel                                        ' expect: web ' field: channel = "web"
channel = "mine"
TALK channel                                        ' expect: mine
' --- an injected value shines through until it is assigned
TALK color                                          ' param: color = "red" ' expect: red
color = "blue"
TALK color                                          ' expect: blue
' --- a function name that is a variable is null before
TALK today IS NULL                                  ' expect: true
today = 5
TALK today                                          ' expect: 5
' --- error as a variable
error = "mine"
TALK error                                          ' expect: mine
' --- exponents infinity and integral floats
TALK 1e15                                           ' expect: 1e15
TALK 1.5e-7                                         ' expect: 1.5e-7
TALK 1e308 * 10                                     ' expect: Infinity
TALK -1e308 * 10                                    ' expect: -Infinity
TALK {a: 2.0, b: "ä"}                               ' expect: {"a":2,"b":"ä"}
' --- rounding is of the shortest decimal text
TALK ROUND(1.005, 2)                                ' expect: 1.01
TALK FORMAT(1.005, "0.00")                          ' expect: 1.01
TALK FORMAT(1234.5, "n")                            ' expect: 1,234.50
' --- numeric texts count as numbers
TALK SQR("16") & ABS("-2")                          ' expect: 42
TALK SUM(["1", 2, "x"])                             ' expect: 3
TALK SQR("x")                                       ' fault 3: 4001
' --- plus of arrays maps and null
TALK [1] + NULL                                     ' expect: [1,null]
TRY
  x = 2 + [1]
CATCH e
  TALK e.code                                       ' expect: 4001
END TRY
TRY
  x = {a: 1} + 1
CATCH e
  TALK e.code                                       ' expect: 4001
END TRY
' --- equality of empty things and of maps
TALK "" = []                                        ' expect: false
TALK {a: 1, b: 2} = {b: 2, a: 1}                    ' expect: true
m = {Name: 1}
m.NAME = 2
TALK m                                              ' expect: {"Name":2}
TALK "" IS EMPTY                                    ' expect: true
TALK "  " IS EMPTY                                  ' expect: true
TALK 0 IS EMPTY                                     ' expect: false
TALK ISEMPTY([])                                    ' expect: true
TALK UCASE("ß")                                     ' expect: SS
' --- dates and their texts
TALK LEN(DATEVALUE("2025-01-02"))                   ' expect: 10
TALK DATEADD("2025-01-02", 1, "hour")               ' expect: 2025-01-02 01:00:00
TALK TYPEOF(CDATE("2025-01-02"))                    ' expect: date
' --- a counter changed in its loop goes on from there
FOR i = 1 TO 10
  IF i = 3 THEN i = 8
  TALK i                                            ' expect: 1 | 2 | 8 | 9 | 10
NEXT
' --- a dangling else belongs to the inner if
IF TRUE THEN IF FALSE THEN TALK "a" ELSE TALK "b"   ' expect: b
IF FALSE THEN IF FALSE THEN TALK "a" ELSE TALK "b"
' --- continue of an outer loop
FOR i = 1 TO 2
  WHILE TRUE
    TALK i                                          ' expect: 1 | 2
    CONTINUE FOR
  WEND
  TALK "never"
NEXT
' --- break outside a loop
BREAK                                               ' error: L110
CONTINUE                                            ' error: L110
' --- a map is gone over by the keys it had
m = {a: 1, b: 2, c: 3}
FOR EACH e IN m
  TALK e.key & e.value                              ' expect: a1 | c3
  REMOVE(m, "b")
  m.d = 4
NEXT
' --- try without catch
TRY
  TALK "a"                                          ' expect: a | b
FINALLY
  TALK "b"
END TRY
' --- an unclosed block is reported where it opens
TALK "a"
FOR i = 1 TO 2                                      ' error: L105
  TALK i
' --- handlers of an event run after the run that publishes
ON EVENT "e"
  TALK "handler"                                    ' expect: end | handler
END ON
PUBLISH EVENT "e"                                   ' event: event e = [{"name": "e", "data": null}] ' handled: done
TALK "end"
