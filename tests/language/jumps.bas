' --- goto forward and backward
n = 0
back:
n = n + 1
IF n < 3 THEN GOTO back
GOTO forward
TALK "skipped"
forward:
TALK n                ' expect: 3
' --- goto out of loops
FOR i = 1 TO 3
  FOR EACH x IN [1, 2]
    WHILE TRUE
      GOTO out
    WEND
  NEXT
NEXT
out:
TALK i & x            ' expect: 11
' --- goto into a for
GOTO inside           ' error: L109 would jump into a FOR
FOR i = 1 TO 2
inside:
NEXT
' --- goto into an if is allowed
GOTO inside
IF FALSE THEN
inside:
  TALK "in"           ' expect: in
END IF
' --- goto within a for
FOR i = 1 TO 2
  GOTO skip
  TALK "no"
skip:
  TALK i
NEXT
' expect: 1 | 2
' --- goto without label
GOTO nowhere          ' error: L109 @6-12 no label nowhere
' --- a label of another procedure
top:
SUB s
  GOTO top            ' error: L109
END SUB
' --- a label twice
a:
a:
' error 2: L107 @1
' --- the same label in a procedure
a:
SUB s
a:
  TALK "sub"
END SUB
s                     ' expect: sub
' --- exit ends the script
TALK "a"              ' expect: a
IF TRUE THEN EXIT
TALK "b"
' result: null
' --- end and stop
FUNCTION f
  END
END FUNCTION
TALK "a"              ' expect: a
x = f()
TALK "b"
' result: null
' --- stop in a loop of a procedure
SUB s
  FOR i = 1 TO 3
    STOP
  NEXT
END SUB
s
TALK "never"
' --- return at top level
TALK "a"              ' expect: a
RETURN {x: [1, 2]}
TALK "unreachable"
' result: {"x": [1, 2]}
' --- return without a value at top level
RETURN
' result: null
' --- return inside a loop at top level
FOR i = 1 TO 3
  IF i = 2 THEN RETURN i
NEXT
' result: 2
' --- return of a date
RETURN TODAY
' result: Date(19782)
' --- gosub is not supported
GOSUB sub1            ' error: L104 ' hint: SUB
