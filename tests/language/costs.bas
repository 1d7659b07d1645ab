' --- nobody makes the machine compare for nothing
' limit: turn_fuel = 500000
a = [1]
b = [1]
FOR i = 1 TO 40
  a = [a, a]
  b = [b, b]
NEXT
TRY
  x = UNIQUE([[1], a, b])
CATCH e
  TALK "not reached"                     ' fault 9: 9005
END TRY
' --- a cyclic value costs more than it seems
' limit: turn_fuel = 300000
a = [1]
a[1] = a
n = 0
ON ERROR RESUME NEXT
WHILE TRUE
  SET "a", a                             ' fault 6: 9005
WEND
' --- what a built-in refuses is paid by its size
' limit: turn_fuel = 60000
s = REPEAT("x", 300000)
ON ERROR RESUME NEXT
WHILE TRUE
  x = CINT([s])
  x = FORMAT(s, "@")                     ' fault 4: 9005
WEND
' --- likewise if it looks into it
' limit: turn_fuel = 60000
s = [REPEAT("x", 300000)]
ON ERROR RESUME NEXT
WHILE TRUE
  x = CSV(s)                             ' fault 4: 9005
WEND
' --- a flat array that is none
' limit: turn_fuel = 500000
d = [1]
FOR i = 1 TO 120
  d = [d]
NEXT
wide = [[1, 2], [3, [4]], [d, [d, [d, [d, [d, [d, [d, [d, [d]]]]]]]]]]
TALK LEN(FLATTEN([1, [2]]))              ' expect: 2
TRY
  x = FLATTEN(wide)
CATCH e
  TALK e.code                            ' expect: 4006
END TRY
' --- patterns of like have a size
x = "abc" LIKE REPEAT("a", 5000)
TALK x & ("ABC" LIKE "abc") & (REPEAT("a", 3000) LIKE REPEAT("A", 3000))    ' expect: falsetruetrue
x = "abc" LIKE REPEAT("a*", 512)
x = "abc" LIKE REPEAT("a*", 513)         ' fault: 4002 a pattern of LIKE has at most 1024 bytes
' --- map takes so many fields
x = MAP [{a: 1}], "a" & REPEAT(",a", 999)
x = MAP [{a: 1}], "a" & REPEAT(",a", 1000)    ' fault: 4002 MAP takes at most 1000 fields
