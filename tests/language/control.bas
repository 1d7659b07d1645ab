' --- single line if
stock = 0
IF stock = 0 THEN TALK "none" ELSE TALK "some"     ' expect: none
IF stock = 1 THEN TALK "one" ELSE TALK "other"     ' expect: other
IF stock THEN TALK "never"
IF (stock = 0) THEN TALK "a" : TALK "b" ELSE TALK "c" : TALK "d"   ' expect: a | b
IF (stock = 1) THEN TALK "a" : TALK "b" ELSE TALK "c" : TALK "d"   ' expect: c | d
IF(stock = 0)THEN TALK "tight"                     ' expect: tight
TALK "after"                                       ' expect: after
' --- else if in a single line nests
FOR x = 1 TO 4
  IF x = 1 THEN TALK "1" ELSE IF x = 2 THEN TALK "2" ELSE IF x = 3 THEN TALK "3" ELSE TALK "many"
NEXT
' expect: 1 | 2 | 3 | many
' --- a dangling else belongs to the inner if
IF TRUE THEN IF FALSE THEN TALK "a" ELSE TALK "b"    ' expect: b
IF FALSE THEN IF TRUE THEN TALK "a" ELSE TALK "b"
TALK "end"                                           ' expect: end
' --- two elses in a single line
IF FALSE THEN IF TRUE THEN TALK "a" ELSE TALK "b" ELSE TALK "c"    ' expect: c
' --- block if
FOR x = 1 TO 4
  IF x = 1 THEN
    TALK "one"
  ELSE IF x = 2 THEN   ' comment
    TALK "two"
  ELSEIF x = 3 THEN
    TALK "three"
  ELSE
    TALK "more"
  END IF
NEXT
' expect: one | two | three | more
IF FALSE THEN
ELSE
  IF TRUE THEN
    TALK "nested"     ' expect: nested
  ENDIF
END IF
' --- else and a statement on one line
IF FALSE THEN
  TALK "a"
ELSE TALK "b"         ' expect: b
END IF
IF FALSE THEN
ELSE: TALK "c"        ' expect: c
END IF
' --- a single line if inside a block
IF TRUE THEN
  IF FALSE THEN TALK "x" ELSE TALK "y"   ' expect: y
ELSE
  TALK "z"
END IF
' --- if without then
IF 1 = 1
  TALK "yes"          ' expect: yes
END IF
' warning 1: L203
' --- an empty branch
IF TRUE THEN ELSE TALK "no"
IF FALSE THEN ELSE TALK "no"    ' expect: no
IF TRUE THEN : TALK "colon"     ' expect: colon
' --- conditions of all kinds
a = 5
b = "x"
IF a > 3 AND b = "x" THEN TALK 1                 ' expect: 1
IF a > 3 AND NOT b = "y" OR 1 / 0 THEN TALK 2    ' expect: 2
IF NOT (a > 3) OR NOT (b = "y") THEN TALK 3      ' expect: 3
IF NOT (a > 3 AND b = "x") THEN TALK "no" ELSE TALK 4    ' expect: 4
IF a BETWEEN 1 AND 9 AND b IN ("x", "y") THEN TALK 5     ' expect: 5
IF a XOR b THEN TALK "no" ELSE TALK 6            ' expect: 6
IF NULL THEN TALK "no" ELSE TALK 7               ' expect: 7
IF "false" THEN TALK "no" ELSE TALK 8            ' expect: 8
IF a ? FALSE : TRUE THEN TALK "no" ELSE TALK 9   ' expect: 9
IF TRUE THEN TALK 10                             ' expect: 10
IF "text" THEN TALK 11                           ' expect: 11
' --- select with values lists ranges and comparisons
FOR EACH x IN [0, 1, 2, 5, 9, 10, 50, "b", "Q"]
  SELECT CASE x
    CASE 1, 2
      TALK "few"
    CASE 3 TO 9
      TALK "some"
    CASE IS >= 50, IS = 10
      TALK "many"
    CASE "a" TO "c"
      TALK "letter"
    CASE ELSE
      TALK "other " & x
  END SELECT
NEXT
' expect: other 0 | few | few | some | some | many | many | letter | other Q
' --- select evaluates its subject once and items until one fits
order = ""
FUNCTION f(n)
  order = order & n
  RETURN n
END FUNCTION
SELECT CASE f(2)
  CASE f(1), f(2), f(3)
    TALK "found"      ' expect: found
  CASE f(4)
END SELECT
TALK order            ' expect: 212
' --- no match and no fallback
SELECT CASE 5
  CASE 1
    TALK "one"
END SELECT
TALK "after"          ' expect: after
' --- fallback anywhere
SWITCH "x"
  DEFAULT
    TALK "default"    ' expect: default
  CASE "y"
    TALK "y"
END SELECT
SELECT "y"
  ELSE
    TALK "else"
  CASE "y":
    TALK "y"          ' expect: y
END SWITCH
SELECT CASE 1
END SELECT
' --- no fall through and exit select
FOR i = 1 TO 2
  SELECT CASE i
    CASE 1
      TALK "in"       ' expect: in
      EXIT SELECT
      TALK "not"
    CASE 1, 2
      IF i = 2 THEN EXIT FOR
  END SELECT
NEXT
TALK i                ' expect: 2
' --- case uses equality of the dialect
SELECT CASE "1"
  CASE 1
    TALK "number"     ' expect: number
END SELECT
SELECT CASE NULL
  CASE ""
    TALK "empty"      ' expect: empty
END SELECT
SELECT CASE TRUE
  CASE 1 > 2
    TALK "no"
  CASE 2 > 1
    TALK "yes"        ' expect: yes
END SELECT
' --- a statement before the first case
SELECT CASE 1
  ' a comment is fine
  TALK "x"            ' error: L103 @3
  CASE 1
END SELECT
' --- two fallbacks
SELECT CASE 1
  CASE ELSE
  DEFAULT             ' error: L106
END SELECT
' --- case outside select
CASE 1                ' error: L106 CASE without SELECT
' --- nested selects and ifs
SELECT CASE 1
  CASE 1
    SELECT CASE "a"
      CASE "a"
        IF TRUE THEN
          TALK "deep"     ' expect: deep
        END IF
    END SELECT
    TALK "out"        ' expect: out
END SELECT
