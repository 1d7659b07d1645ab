' --- catch gets message, code, line and file
TRY
  x = 1 / 0
  TALK "never"
CATCH e
  TALK e.message & "|" & e.code & "|" & e.line & "|" & e.file ' expect: division by zero|4003|2|start.bas
END TRY
TALK "on" ' expect: on

' --- catch without a name, and the words for the last error
TRY
  THROW "no stock"
CATCH
  TALK ERR & " " & ERROR MESSAGE & " " & ERROR ' expect: 4000 no stock true
END TRY
TALK ERR_NUMBER & " " & ERR_DESCRIPTION & " " & ERROR_MESSAGE ' expect: 4000 no stock no stock
CLEAR ERROR
TALK ERR & " [" & ERROR MESSAGE & "] " & ERROR ' expect: 0 [] false
IF ERROR THEN TALK "yes" ELSE TALK "no" ' expect: no

' --- throw of a map, of a number, of nothing, and again
TRY
  THROW {message: "bad id", code: 4004, extra: 1}
CATCH e
  TALK e ' expect: {"message":"bad id","code":4004,"line":2,"file":"start.bas"}
END TRY
TRY
  THROW {code: "E7"}
CATCH e
  TALK e.code & " " & e.message ' expect: 4000 {"code":"E7"}
END TRY
TRY
  THROW 12
CATCH e
  TALK e.code & " " & e.message ' expect: 4000 12
END TRY
TRY
  TRY
    THROW [1, {a: 2}]
  CATCH e
    TALK "inner" ' expect: inner
    THROW
  END TRY
CATCH e
  TALK e.code & " " & e.message & " " & e.line ' expect: 4000 [1,{"a":2}] 18
END TRY
TRY
  TRY
    THROW "deep"
  CATCH e
    THROW e
  END TRY
CATCH e
  TALK e.message & " " & e.line ' expect: deep 28
END TRY

' --- throw outside of try ends the script
THROW "it broke" ' fault: 4000 it broke

' --- a thrown code is the number of the fault
THROW {message: "gone", code: 4004} ' fault: 4004 gone

' --- an error thrown again keeps its line
TRY
  TALK "a" ' expect: a
  x = [] * 2
CATCH e
  TALK "b" ' expect: b
  THROW e
END TRY
' fault 3: 4001 needs numbers

' --- assert
ASSERT 1 < 2
ASSERT TRUE, f()
TRY
  ASSERT 2 < 1, "two is " & 2
CATCH e
  TALK e.code & " " & e.message ' expect: 4010 two is 2
END TRY
ASSERT "" ' fault: 4010 assertion failed
FUNCTION f()
  TALK "not evaluated"
END FUNCTION

' --- error as a statement raises a number
TRY
  ERROR 4004, "no such order"
CATCH e
  TALK e.code & " " & e.message ' expect: 4004 no such order
END TRY
TRY
  ERROR 9013
CATCH e
  TALK e.code & " " & e.message ' expect: 9013 error 9013
END TRY
ERROR 42, "own" ' fault: 42 own

' --- error needs a number that scripts may raise
FOR EACH n IN [9001, 9005, 0, -1, 10000, 1.5, "4004", TRUE]
  TRY
    ERROR n, "x"
  CATCH e
    TALK e.code ' expect: 4002 | 4002 | 4002 | 4002 | 4002 | 4002 | 4002 | 4002
  END TRY
NEXT
TRY
  THROW {message: "m", code: 9005}
CATCH e
  TALK e.code & e.message ' expect: 4000m
END TRY

' --- error and err as variables
error = 1
IF error THEN TALK "one " & error ' expect: one 1
err = {number: 3}
TALK err.number & err.code & "." ' expect: 3.

' --- error alone is no statement
ERROR ' error: L103 @1-5

' --- a message of an error is cut
TRY
  THROW REPEAT("ä", 5000)
CATCH e
  TALK LEN(e.message) & LEN(ERROR MESSAGE) ' expect: 40964096
END TRY

' --- what cannot be shown cannot be thrown
a = []
PUSH a, a
TRY
  THROW a
CATCH e
  TALK e.code ' expect: 4006
END TRY

' --- finally runs after success, after an error that was caught, and before one that was not
TRY
  TALK "a" ' expect: a
FINALLY
  TALK "b" ' expect: b
END TRY
TRY
  THROW "c"
CATCH e
  TALK e.message ' expect: c
FINALLY
  TALK "d" ' expect: d
END TRY
TRY
  TRY
    THROW "f"
  FINALLY
    TALK "e" ' expect: e
  END TRY
  TALK "never"
CATCH e
  TALK e.message & e.line ' expect: f15
END TRY
TRY
  TRY
    THROW 1
  CATCH e
    THROW "h"
  FINALLY
    TALK "g" ' expect: g
  END TRY
CATCH e
  TALK e.message ' expect: h
END TRY

' --- an error that finally let through keeps where it came from
TRY
  Fail()
FINALLY
  TALK "last" ' expect: last
  ok = 1 / 1
END TRY
SUB Fail
  x = 1 / 0
END SUB
' fault 8: 4003 division

' --- an error in finally replaces the one before
TRY
  TRY
    THROW "first"
  FINALLY
    THROW "second"
  END TRY
CATCH e
  TALK e.message ' expect: second
END TRY

' --- return out of try runs finally, whose own assignments come too late
TALK F() ' expect: in | out | 1
FUNCTION F()
  x = 1
  TRY
    TALK "in"
    RETURN x
  FINALLY
    x = 2
    TALK "out"
  END TRY
  TALK "never"
END FUNCTION

' --- result by name, and return through two finallys
TALK G() ' expect: b | c | 7
FUNCTION G()
  TRY
    TRY
      G = 7
      RETURN
    FINALLY
      TALK "b"
    END TRY
  FINALLY
    TALK "c"
  END TRY
END FUNCTION

' --- top level return
TRY
  RETURN {a: 1} ' result: {"a": 1}
FINALLY
  TALK "bye" ' expect: bye
END TRY

' --- break and continue through finally
FOR i = 1 TO 4
  TRY
    IF i = 2 THEN CONTINUE
    IF i = 4 THEN EXIT FOR
    TALK "i" & i ' expect: i1 | f1 | f2 | i3 | f3 | f4
  FINALLY
    TALK "f" & i
  END TRY
NEXT
WHILE TRUE
  TRY
    TRY
      BREAK
    CATCH e
      TALK "never"
    END TRY
  FINALLY
    TALK "w" ' expect: w
  END TRY
WEND
TALK i ' expect: 4

' --- a loop inside try is left without finally
TRY
  FOR i = 1 TO 3
    IF i = 2 THEN EXIT FOR
    TALK i ' expect: 1
  NEXT
  TALK "still in" ' expect: still in
FINALLY
  TALK "f" ' expect: f
END TRY

' --- goto out of try runs finally, within it does not
n = 0
again:
TRY
  n = n + 1
  GOTO inner
  TALK "never"
inner:
  TALK "n" & n ' expect: n1 | f | n2 | f | n3 | f
  IF n < 3 THEN GOTO again
FINALLY
  TALK "f"
END TRY

' --- goto out of catch back before the try
n = 0
retry:
n = n + 1
TRY
  IF n < 3 THEN THROW "not yet"
  TALK "done " & n ' expect: done 3
CATCH e
  GOTO retry
END TRY

' --- exit runs the finallys of all procedures around it
TRY
  Leave()
CATCH e
  TALK "never"
FINALLY
  TALK "outer" ' expect: inner | sub | outer
END TRY
TALK "never"
SUB Leave
  TRY
    TRY
      EXIT
    FINALLY
      TALK "inner"
    END TRY
  FINALLY
    TALK "sub"
  END TRY
END SUB

' --- exit in a script that was run ends that one alone, after its finally
TRY
  RUN "other"
FINALLY
  TALK "main" ' expect: other | main
END TRY
TALK "on" ' expect: on
' file: other
TRY
  END
FINALLY
  TALK "other"
END TRY

' --- finally may leave by itself, which forgets the error
FOR i = 1 TO 2
  TRY
    THROW "x"
  FINALLY
    CONTINUE FOR
  END TRY
  TALK "never"
NEXT
TALK Q() ' expect: 9
FUNCTION Q()
  TRY
    RETURN 8
  FINALLY
    RETURN 9
  END TRY
END FUNCTION

' --- the same try again in a loop begins anew
FOR i = 1 TO 3
  TRY
    IF i = 2 THEN THROW "two"
    TALK "ok" & i ' expect: ok1 | two | ok3
  CATCH e
    TALK e.message
  FINALLY
    done = i
  END TRY
NEXT
TALK done ' expect: 3

' --- try inside finally and catch
TRY
  THROW "a"
CATCH e
  TRY
    THROW "b"
  CATCH e2
    TALK e.message & e2.message ' expect: ab
  END TRY
FINALLY
  TRY
    THROW "c"
  CATCH e3
    TALK e3.message ' expect: c
  END TRY
END TRY

' --- errors of procedures and scripts come to the try around the call
TRY
  Deep(5)
CATCH e
  TALK e.message & " " & e.line & " " & e.file ' expect: bottom 14 start.bas
END TRY
TRY
  x = 1
  x = RUN "other", 2
CATCH e
  TALK x & " " & e.message & " " & e.line & " " & e.file ' expect: 1 division by zero 2 other.bas
END TRY
SUB Deep n
  IF n = 0 THEN
    THROW "bottom"
  END IF
  Deep(n - 1)
END SUB
' file: other
PARAM n AS INTEGER
RETURN n / 0

' --- too deep calls can be caught
TRY
  Down(1)
CATCH e
  TALK e.code & " " & ERR ' expect: 9007 9007
END TRY
SUB Down n
  Down(n + 1)
END SUB

' --- missing and broken scripts can be caught
TRY
  RUN "nowhere"
CATCH e
  TALK e.code ' expect: 3004
END TRY
TRY
  RUN "broken"
CATCH e
  TALK e.code ' expect: 9021
END TRY
' file: broken
TALK ( ' error: L103

' --- an unknown function can be caught
TRY
  x = Nope(1)
CATCH e
  TALK e.code & " " & e.message ' expect: 9020 unknown function Nope
END TRY

' --- hear inside try, with the state kept over the wait
TRY
  HEAR a AS INTEGER ' hear: 4
  TALK 8 / a ' expect: 2
  HEAR b ' hear: 0
  TALK 8 / b
CATCH e
  HEAR c ' hear: hm
  TALK e.message & c ' expect: division by zerohm
FINALLY
  HEAR d ' hear: end
  TALK d ' expect: end
END TRY

' --- a wait between an error and its finally keeps the error
TRY
  TRY
    THROW "kept"
  FINALLY
    HEAR x ' hear: go
  END TRY
CATCH e
  TALK e.message & x ' expect: keptgo
END TRY

' --- a failing call of a service
TRY
  x = 1
  x = CALL "/nowhere"
CATCH e
  TALK x & " " & e.code ' expect: 1 1404
END TRY

' --- resume next goes on with the next statement and keeps the target
ON ERROR RESUME NEXT
x = 5
x = 1 / 0
TALK x & " " & ERR ' expect: 5 4003
m = {a: 1}
m.a = [] * 2
TALK m.a & ERR ' expect: 14001
x = Half("no") + 1
TALK x ' expect: 1
TALK "ok" : TALK 1 / 0 : TALK "after" ' expect: ok | after
FUNCTION Half(n)
  h = n / 2
  RETURN h
END FUNCTION

' --- resume next is off by default and again after goto 0
ON ERROR RESUME NEXT
x = 1 / 0
ON ERROR GOTO 0
TALK ERR ' expect: 4003
x = 1 / 0 ' fault: 4003

' --- a procedure inherits resume next, and may set it
ON ERROR RESUME NEXT
Work()
ON ERROR GOTO 0
Quiet()
TALK "here " & (1 / 0)
TALK "end" ' expect: in 1 | in 3 | end
SUB Work
  TALK "in 1"
  TALK "in " & 2 / 0
  TALK "in 3"
END SUB
SUB Quiet
  ON ERROR RESUME NEXT
END SUB

' --- a procedure whose result fails gives null, its caller goes on
ON ERROR RESUME NEXT
x = 1
x = Fail()
TALK "[" & x & "]" ' expect: []
FUNCTION Fail()
  RETURN 1 / 0
END FUNCTION

' --- a condition that fails is false
ON ERROR RESUME NEXT
IF 1 / 0 THEN TALK "never" ELSE TALK "else" ' expect: else
IF 1 / 0 = 1 THEN
  TALK "never"
ELSE IF 1 / 0 > 2 OR TRUE THEN
  TALK "never"
ELSE IF TRUE THEN
  TALK "third" ' expect: third
END IF
WHILE 1 / 0
  TALK "never"
WEND
n = 0
DO
  n = n + 1
LOOP WHILE [] * 1 < n
TALK n ' expect: 1
n = 0
DO UNTIL n = 3 AND 1 / (n - 1) > 0
  n = n + 1
LOOP
TALK n ' expect: 3
SELECT CASE 5
CASE 1 / 0, 5
  TALK "five" ' expect: five
END SELECT
SELECT CASE 1 / 0
CASE 1
  TALK "never"
CASE ELSE
  TALK "never"
END SELECT
TALK "end" ' expect: end

' --- a for whose header fails is left out, and its counter stays
ON ERROR RESUME NEXT
i = 7
FOR i = 1 TO "x"
  TALK "never"
NEXT
TALK i & ERR ' expect: 74001
CLEAR ERROR
FOR i = 1 TO 3 STEP 0
  TALK "never"
NEXT
TALK i & ERR ' expect: 74002
FOR EACH x IN 5
  TALK "never"
NEXT
FOR i = 1 TO 3
  IF i = 2 THEN i = "two"
NEXT
TALK "left with " & i ' expect: left with two

' --- blocks inside resume next go on inside the block
ON ERROR RESUME NEXT
FOR i = 1 TO 2
  TALK "a" & i ' expect: a1 | b1 | a2 | b2
  x = 1 / 0
  TALK "b" & i
NEXT
WITH order
  item = "tea"
  price = [] * 2
  count = 3
END WITH
TALK order ' expect: {"item":"tea","count":3}

' --- a script that is run does not inherit trapping
ON ERROR RESUME NEXT
x = 1
x = RUN "other"
TALK x & " " & ERROR MESSAGE ' expect: begin | 1 division by zero
' file: other
TALK "begin"
TALK 1 / 0
TALK "never"

' --- the last error is the run's own
ON ERROR RESUME NEXT
x = 1 / 0
RUN "other"
TALK ERR ' expect: 0 | 4001 | 4003
' file: other
TALK ERR
ON ERROR RESUME NEXT
x = [] - 1
TALK ERR

' --- goto label leads to the label, and trapping is off then
ON ERROR GOTO failed
TALK "a" ' expect: a
x = 1 / 0
TALK "never"
failed:
TALK "failed " & ERR ' expect: failed 4003
x = 1 / 0 ' fault: 4003

' --- goto label can be armed again
n = 0
ON ERROR GOTO failed
work:
n = n + 1
IF n < 3 THEN x = 1 / 0
TALK "done" ' expect: again 1 | again 2 | done
EXIT
failed:
TALK "again " & n
ON ERROR GOTO failed
GOTO work

' --- goto label from a procedure it calls
ON ERROR GOTO failed
Deep(3)
TALK "never"
failed:
TALK ERROR MESSAGE & " at the top" ' expect: division by zero at the top
SUB Deep n
  IF n > 0 THEN Deep(n - 1)
  x = 1 / 0
END SUB

' --- a label of a procedure holds until the procedure ends
ON ERROR GOTO failed
Careful()
TALK "back" ' expect: caught in Careful | back
x = 1 / 0
TALK "never"
failed:
TALK "outer" ' expect: outer
SUB Careful
  ON ERROR GOTO mine
  x = 1 / 0
mine:
  TALK "caught in Careful"
  ON ERROR GOTO mine2
  RETURN
mine2:
END SUB

' --- goto 0 in a procedure is for the whole run
ON ERROR GOTO failed
Quiet()
x = 1 / 0 ' fault: 4003
failed:
SUB Quiet
  ON ERROR GOTO 0
END SUB

' --- resume next holds again when the procedure with the label ended
ON ERROR RESUME NEXT
Careful()
x = 1 / 0
TALK "went on" ' expect: went on
SUB Careful
  ON ERROR GOTO mine
  RETURN
mine:
END SUB

' --- a recursive procedure goes on in the innermost frame that armed
Deep(2)
SUB Deep n
  IF n = 1 THEN ON ERROR GOTO failed
  IF n > 0 THEN Deep(n - 1)
  IF n = 0 THEN x = 1 / 0
  RETURN
failed:
  TALK "at " & n ' expect: at 1
END SUB

' --- try comes before on error
ON ERROR RESUME NEXT
TRY
  x = 1 / 0
  TALK "never"
CATCH e
  TALK "caught" ' expect: caught
  x = 1 / 0
  TALK "went on" ' expect: went on
END TRY
ON ERROR GOTO failed
TRY
  Fail()
CATCH e
  TALK "caught again" ' expect: caught again
END TRY
Fail()
TALK "never"
failed:
TALK "label" ' expect: label
SUB Fail
  THROW "x"
END SUB

' --- on error goto wants a label outside of blocks
ON ERROR GOTO inside ' error: L109
FOR i = 1 TO 2
inside:
NEXT
ON ERROR GOTO nowhere ' error: L109
ON ERROR GOTO 5 ' error: L109

' --- no goto into try, catch, finally or with
GOTO a ' error: L109
GOTO b ' error: L109
GOTO c ' error: L109
GOTO d ' error: L109
TRY
a:
CATCH e
b:
  GOTO a ' error: L109
FINALLY
c:
END TRY
WITH x
  f = 1
d:
END WITH

' --- blocks that do not fit
TRY ' error: L106
  x = 1
END TRY
CATCH e ' error: L106
FINALLY ' error: L106
END TRY ' error: L106
TRY
FINALLY
CATCH ' error: L106
END TRY
TRY
CATCH
CATCH ' error: L106
END TRY
TRY 5 ' error: L103
CATCH
END TRY
TRY ' error: L105

' --- try, catch, finally and throw as names
try = 1
catch = 2
finally = 3
throw = [4]
m = {try: try, catch: catch, finally: finally, throw: throw[0], assert: 5}
TALK m ' expect: {"try":1,"catch":2,"finally":3,"throw":4,"assert":5}

' --- memory and fuel cannot be trapped
' limit: memory_bytes = 20000
TRY
  s = "x"
  WHILE TRUE
    s = s & s
  WEND ' fault 5: 9001
CATCH e
  TALK "never"
FINALLY
  TALK "never"
END TRY

' --- steps cannot be trapped
ON ERROR RESUME NEXT
WHILE TRUE
WEND ' fault 2: 9005

' --- errors cost steps
ON ERROR RESUME NEXT
WHILE TRUE
  x = 1 / 0
WEND ' fault 2: 9005

' --- too large a value can be trapped
TRY
  x = URLENCODE(REPEAT("x", 300000))
CATCH e
  TALK e.code ' expect: 9013
END TRY

' --- a menu that was asked for does not outlive the error
TRY
  HEAR x AS MENU "a", "b" WITH Fail()
CATCH e
  HEAR y ' hear: free
  TALK y ' expect: free
END TRY
FUNCTION Fail()
  THROW "x"
END FUNCTION

' --- a handler traps its own errors
ON EVENT "go"
  ON ERROR GOTO failed
  x = 1 / 0
  RETURN
failed:
  TRY
    THROW "b"
  CATCH e
    TALK e.message & ERR
  END TRY
END ON
TALK "ok" ' expect: ok
' --- CATCH names its variable as the last error is named
TRY
    x = 1 / 0
CATCH error
    TALK error.code & " " & error.message  ' expect: 4003 division by zero
END TRY
