' --- run gives the result of the other script
x = RUN "other.bas"
TALK x                       ' expect: inside | {"a":1}
RUN "other"
TALK RUN "OTHER.BAS"         ' expect: inside | inside | {"a":1}
CALL "other.bas"
r = CALL "other"
TALK r                       ' expect: inside | inside | {"a":1}
CALL other                   ' expect: inside
' file: other
TALK "inside"
RETURN {a: 1}
' --- run has script variables of its own
x = 1
RUN "other"
TALK x                       ' expect: true | 1
' file: other
TALK x IS NULL
x = 2
' --- hear in the other script suspends both
x = "mine"
TALK RUN "other"
TALK x                       ' hear: Ann ' expect: Name? | Hi Ann | mine
' file: other
SUB ask
  HEAR n WITH "Name?"
END SUB
n = ""
ask
RETURN "Hi " & n
' --- end and exit leave only the script that was run
TALK RUN "other" IS NULL     ' expect: true
TALK "on"                    ' expect: on
' file: other
SUB s
  EXIT
END SUB
s
TALK "never"
' --- a fault inside is the fault of the run
RUN "other"
TALK "never"
' file: other
x = 1 / 0                    ' fault: 4003
' --- a script that is missing
RUN "nothing"                ' fault: 3004
' --- a path that leaves the package
RUN "../other"               ' fault: 5004
' --- a script that did not compile
RUN "broken"                 ' fault: 9021
' file: broken
x =
' error 1: L103
' --- scripts run each other at most 16 deep
RUN "other"
' file: other
n = VAL(GET "n") + 1
SET "n", n
TALK n
IF n < 16 THEN RUN "other"
' expect: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16
' --- but not 17
RUN "other"
' file: other
n = VAL(GET "n") + 1
SET "n", n
RUN "other"                  ' fault: 9007
' --- values for a script without parameters
RUN "other", 1               ' fault: 4002
' file: other
TALK "x"
' --- injected values in the other script
' param: fee = 2
fee = 3
RUN "other"                  ' expect: 2
' file: other
TALK fee
' --- procedures of the other script are its own
FUNCTION f
  RETURN "mine"
END FUNCTION
TALK RUN("other") & f()      ' expect: theirsmine
' file: other
FUNCTION f
  RETURN "theirs"
END FUNCTION
RETURN f()
' --- run of null
RUN NULL                     ' fault: 3004
' --- run inside an expression
TALK 1 + LEN(RUN "other")    ' expect: 4
' file: other
RETURN "abc"
' --- a call with a comma stands in the parenthesis of talk
TALK (RUN "other", 1)        ' expect: 1
TALK (RUN("other", 2), 3)    ' expect: 2 3
TALK (4, RUN("other", 7))    ' expect: 4 7
PRINT (RUN "other", 5), 6    ' expect: 5 6
' file: other
PARAM n AS INTEGER
RETURN n
