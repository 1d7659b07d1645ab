' --- functions and subs
TALK Area(2, 3)       ' expect: 6
Greet("Ann")          ' expect: Hi Ann
CALL Greet("Bob")     ' expect: Hi Bob
CALL Greet "Cy"       ' expect: Hi Cy
CALL Bare             ' expect: bare
Bare                  ' expect: bare
Bare()                ' expect: bare
FUNCTION Area(w, h)
  RETURN w * h
END FUNCTION
SUB Greet who
  TALK "Hi " + who
END SUB
SUB Bare
  TALK "bare"
END SUB
' --- flow skips over bodies
TALK "before"         ' expect: before
SUB s
  TALK "inside"
END SUB
TALK "after"          ' expect: after
' --- types and defaults
FUNCTION f(a AS INTEGER, b AS STRING = "two", c = 1 + 2) AS STRING
  RETURN a & b & c
END FUNCTION
TALK f(1)             ' expect: 1two3
TALK f(1, "x", NULL)  ' expect: 1x3
TALK f(1, "", 9)      ' expect: 19
' --- defaults may be negative
FUNCTION f(a = -1, b = [1, 2])
  RETURN a & b
END FUNCTION
TALK f()              ' expect: -1[1,2]
' --- missing arguments are null
SUB s(a, b)
  TALK a & "," & (b IS NULL)
END SUB
s(1)                  ' expect: 1,true
CALL s                ' expect: ,true
' --- a function without return gives null
FUNCTION f
END FUNCTION
TALK f() IS NULL      ' expect: true
' --- assignment to the name sets the result
FUNCTION f(x)
  f = x * 2
  IF x > 5 THEN EXIT FUNCTION
  f = f + 1
END FUNCTION
TALK f(2)             ' expect: 5
TALK f(6)             ' expect: 12
' --- return without a value gives what was assigned
FUNCTION f
  f = 7
  RETURN
END FUNCTION
TALK f()              ' expect: 7
' --- a sub ignores the value it returns
SUB s
  RETURN 5
END SUB
x = s()
TALK x IS NULL        ' expect: true
' --- exit sub
SUB s(n)
  FOR i = 1 TO 5
    IF i = n THEN EXIT SUB
    TALK i
  NEXT
END SUB
s(3)                  ' expect: 1 | 2
' --- scope of names
total = 1
SUB change
  total = 2
  own = 3
END SUB
change
TALK total            ' expect: 2
TALK own IS NULL      ' expect: true
' --- a parameter hides a script variable
x = "script"
SUB s(x)
  x = x & "!"
  TALK x              ' expect: param!
END SUB
s("param")
TALK x                ' expect: script
' --- a procedure reads a variable assigned after its definition
SUB show
  TALK later & n      ' expect: set1
END SUB
later = "set"
n = 1
show
' --- locals start null at each call
SUB s
  TALK n IS NULL      ' expect: true | true
  n = 1
END SUB
s
s
' --- loop variables of a procedure are local
SUB s
  FOR i = 1 TO 2
  NEXT
  FOR EACH e IN [9]
  NEXT
  TALK i & e          ' expect: 39
END SUB
s
TALK i IS NULL        ' expect: true
' --- loop variables of the script seen from a procedure
SUB s
  FOR i = 1 TO 2
    TALK i            ' expect: 1 | 2
  NEXT
  FOR EACH e IN ["x"]
  NEXT
END SUB
i = 0
e = 0
s
TALK i & e            ' expect: 3x
' --- arguments are values and containers references
SUB s(n, a)
  n = 5
  a[0] = 5
  a = "other"
END SUB
n = 1
a = [1]
s(n, a)
TALK n & a            ' expect: 1[5]
' --- member targets of script variables in procedures
SUB s
  m.a.b = 1
  fresh.x = 2
  a[0] = 3
END SUB
m = {a: {}}
fresh = NULL
a = []
s
TALK m & fresh & a    ' expect: {"a":{"b":1}}{"x":2}[3]
' --- recursion
FUNCTION fib(n)
  IF n < 2 THEN RETURN n
  RETURN fib(n - 1) + fib(n - 2)
END FUNCTION
TALK fib(12)          ' expect: 144
FUNCTION even(n)
  IF n = 0 THEN RETURN TRUE
  RETURN odd(n - 1)
END FUNCTION
FUNCTION odd(n)
  IF n = 0 THEN RETURN FALSE
  RETURN even(n - 1)
END FUNCTION
TALK even(10)         ' expect: true
' --- recursion without end
FUNCTION f(n)
  RETURN f(n + 1)     ' fault: 9007
END FUNCTION
x = f(1)
' --- calls may be 256 deep
deepest = 0
SUB down(n)
  deepest = n
  IF n < 256 THEN CALL down(n + 1)
END SUB
down(1)
TALK deepest          ' expect: 256
' --- but not 257
SUB down(n)
  IF n < 257 THEN CALL down(n + 1)       ' fault: 9007
END SUB
down(1)
' --- hear inside procedures keeps the call stack
FUNCTION ask(what)
  FOR try = 1 TO 2
    HEAR a WITH what & "?"
    IF a <> "" THEN RETURN a
  NEXT
  RETURN "nothing"
END FUNCTION
x = 1 + LEN(ask("name")) & ask("town")
TALK x
' hear: \s | Ann | \s | x
' expect: name? | name? | town? | town? | 4x
' --- nested definitions
SUB a
  SUB b               ' error: L106 @3
  END SUB
END SUB
' --- a definition inside an if
IF TRUE THEN
  SUB b               ' error: L106
  END SUB
END IF
' --- a procedure twice
SUB a
END SUB
FUNCTION A            ' error: L107
END FUNCTION
' --- a parameter twice
SUB a(x, X)           ' error: L107
END SUB
' --- a procedure named like a built-in goes before it
FUNCTION Len(x)
  RETURN "mine"
END FUNCTION
TALK Len("abc"), "abc".len()            ' expect: mine 3
' --- a procedure named like a keyword
SUB Talk(x)           ' error: L107
END SUB
' --- too many values in a call by words
SUB s(a)
END SUB
s 1, 2                ' error: L104 @1-1 ' hint: CALL s
' --- a bare name that is no sub
Gret                  ' error: L104
' --- an expression is not a statement
x = 1
x + 1                 ' error: L103
' --- a member is not a statement
x = {}
x.a                   ' error: L103
' --- call with names that are keywords
SUB list(name, case, data)
  TALK name & case & data    ' expect: 123
END SUB
list(1, 2, 3)
' --- end sub without sub
END SUB               ' error: L106
' --- a sub never closed
SUB a                 ' error: L105 @1-5 SUB has no END SUB
  TALK "x"
' --- a default reads names as the body does
count = 3
Show()                                  ' expect: [3] | 1
SUB Show(x = [count], y = later ?? 1)   ' warning: L202 @27-31 later is never assigned
  TALK x
  TALK y
END SUB

' --- call of a name that is no procedure runs the script of that name
CALL other "a", 1 + 1 ' expect: a2
CALL other("b", 3) ' expect: b3
x = CALL other("c", 4) ' expect: c4
CALL other ' expect:
TALK x ' expect: done
' file: other
PARAM a
PARAM b
TALK a & b
RETURN "done"

' --- call of a member is not a call
CALL n.x(1)           ' error: L103

' --- call of half a member
CALL n.               ' error: L103
