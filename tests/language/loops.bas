' --- for counts up and down
FOR i = 1 TO 3
  TALK i
NEXT
' expect: 1 | 2 | 3
TALK i                ' expect: 4
FOR i = 3 TO 1 STEP -1 : TALK i : NEXT i
' expect: 3 | 2 | 1
TALK i                ' expect: 0
FOR i = 5 TO 1
  TALK "never"
NEXT
TALK i                ' expect: 5
FOR x = 0 TO 1 STEP 0.5
  TALK x
END FOR
' expect: 0 | 0.5 | 1
FOR i = "1" TO "2"
  TALK i
NEXT
' expect: 1 | 2
FOR i = 10 TO 10
  TALK i              ' expect: 10
NEXT
' --- bounds are evaluated once
n = 2
FOR i = 1 TO n
  n = 100
  TALK i
NEXT
' expect: 1 | 2
' --- a counter changed in the body goes on from there
FOR i = 1 TO 10
  TALK i
  IF i = 2 THEN i = 8
NEXT
' expect: 1 | 2 | 9 | 10
TALK i                ' expect: 11
' --- step zero
FOR i = 1 TO 2 STEP 0      ' fault: 4002
NEXT
' --- for over text that is no number
FOR i = "a" TO 3           ' fault: 4001
NEXT
' --- a counter made into text
FOR i = 1 TO 3             ' fault: 4001
  i = "x"
NEXT
' --- counting past the largest integer
n = 0
FOR i = 9223372036854775806 TO 9223372036854775807
  n = n + 1
  IF n > 5 THEN EXIT FOR
NEXT
TALK n & i            ' expect: 29.223372036854776e18
' --- for each over an array
FOR EACH x IN ["a", "b"]
  TALK x
NEXT x
' expect: a | b
TALK x                ' expect: b
FOR x IN [1, 2] DO
  TALK x
END FOR
' expect: 1 | 2
FOR EACH x IN [] : TALK "never" : NEXT
FOR EACH x IN NULL
  TALK "never"
NEXT
' --- first and last elements
a = [1, 2, 3, 4]
FOR EACH x IN a FIRST 2
  TALK x
NEXT
' expect: 1 | 2
FOR x IN a LAST 3 DO
  TALK x
NEXT
' expect: 2 | 3 | 4
FOR EACH x IN a LAST 9
  TALK x
NEXT
' expect: 1 | 2 | 3 | 4
last = [7]
FOR EACH x IN last
  TALK x              ' expect: 7
NEXT
' --- for each fixes the count and gives null for what is gone
a = [1, 2, 3]
FOR EACH x IN a
  a[UBOUND(a)] = "new"
  TALK x
NEXT
' expect: 1 | 2 | 3
TALK UBOUND(a)        ' expect: 6
' --- for each over a map
m = {b: 1, a: [2]}
FOR EACH e IN m
  TALK e.key & "=" & e.value
  m["z" & e.key] = 0
NEXT
' expect: b=1 | a=[2]
TALK m                ' expect: {"b":1,"a":[2],"zb":0,"za":0}
' --- for each over text
FOR EACH x IN "abc"   ' fault: 4001
NEXT
' --- for each over a number
FOR EACH x IN 5       ' fault: 4001
NEXT
' --- for each keeps its array when the variable changes
a = [1, 2]
FOR EACH x IN a
  a = "gone"
  TALK x
NEXT
' expect: 1 | 2
' --- nested loops with one variable name each
FOR i = 1 TO 2
  FOR EACH j IN ["a", "b"]
    TALK i & j
  NEXT j
NEXT i
' expect: 1a | 1b | 2a | 2b
' --- while
i = 0
WHILE i < 2
  i = i + 1
  TALK i
WEND
' expect: 1 | 2
WHILE i > 0 DO
  i = i - 1
END WHILE
TALK i                ' expect: 0
WHILE (FALSE)
WEND
' --- do in all forms
i = 0
DO WHILE i < 2
  i = i + 1
LOOP
TALK i                ' expect: 2
DO UNTIL i = 0
  i = i - 1
LOOP
TALK i                ' expect: 0
DO
  i = i + 1
LOOP WHILE i < 3
TALK i                ' expect: 3
DO
  i = i + 1
LOOP UNTIL i >= 3
TALK i                ' expect: 4
DO
  i = i - 1
  IF i < 0 THEN EXIT DO
LOOP
TALK i                ' expect: -1
' --- break and continue
FOR i = 1 TO 5
  IF i = 2 THEN CONTINUE
  IF i = 4 THEN BREAK
  TALK i
NEXT
' expect: 1 | 3
TALK i                ' expect: 4
FOR EACH x IN [1, 2, 3]
  IF x = 2 THEN CONTINUE FOR
  TALK x
NEXT
' expect: 1 | 3
i = 0
WHILE i < 3
  i = i + 1
  IF i = 2 THEN CONTINUE WHILE
  TALK i
WEND
' expect: 1 | 3
DO
  i = i - 1
  IF i = 1 THEN CONTINUE DO
  TALK i
LOOP WHILE i > 0
' expect: 2 | 0
' --- continue for inside an inner while continues the for
FOR i = 1 TO 3
  WHILE TRUE
    IF i = 2 THEN CONTINUE FOR
    TALK i
    EXIT WHILE
  WEND
NEXT
' expect: 1 | 3
' --- break inside select leaves the loop
FOR i = 1 TO 3
  SELECT CASE i
    CASE 2
      BREAK
  END SELECT
  TALK i              ' expect: 1
NEXT
' --- exit for from an inner loop of another kind
FOR i = 1 TO 3
  DO
    EXIT FOR
  LOOP
NEXT
TALK i                ' expect: 1
' --- loops in one line
FOR i = 1 TO 2 : FOR j = 1 TO 2 : TALK i & j : NEXT : NEXT
' expect: 11 | 12 | 21 | 22
IF TRUE THEN FOR i = 1 TO 2 : TALK i : NEXT
' expect: 1 | 2
' --- break outside a loop
BREAK                 ' error: L110
' --- continue outside a loop
CONTINUE              ' error: L110
' --- exit of what is not there
FOR i = 1 TO 2
  EXIT DO             ' error: L110 @3
NEXT
EXIT FOR              ' error: L110
EXIT SUB              ' error: L110
EXIT FUNCTION         ' error: L110
EXIT SELECT           ' error: L110
' --- a wrong name after next
FOR i = 1 TO 2
NEXT j                ' error: L106 @6 NEXT j closes FOR i
' --- two names after next
FOR i = 1 TO 2
NEXT i, j             ' error: L103
' --- a condition at both ends
DO WHILE TRUE         ' error: L106
LOOP UNTIL TRUE
' --- an endless loop runs out of steps
WHILE TRUE            ' fault: 9005
WEND
