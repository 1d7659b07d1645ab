' The same program in unusual spellings.
' --- a ternary of single quoted strings
c = TRUE
x = c ? 'a' : 'b'
TALK x                                              ' expect: a
x = c ? 'a' : 'b' ' note
TALK x & (c ? 'p' : 'q')                            ' expect: ap
TALK "${c ? 'y' : 'n'}"                             ' expect: y
' --- single quoted strings in many places
PARAM a AS STRING 'the name'
PARAM b AS STRING LIKE 'abc' 'comment'
DESCRIPTION 'text' 'more'
SAVE 'orders', {'id': '1', 'k': 'v'} 'comment
r = FIND 'orders', 'k = v'
TALK r.k 'x'
' expect: v
SELECT CASE 'x'
CASE 'a', 'b': TALK 'no'
CASE 'x': TALK 'yes' : TALK 'again'
' expect: yes | again
END SELECT
HEAR q AS 'a', 'b' 'c'
' hear: b ' options: a=a, b=b
TALK q
' expect: b
m = {'a b': 1, 'c': 'd'}
TALK m['a b'] & m['c']
' expect: 1d
TALK 'Don''t'
' expect: Don
' --- dollars in texts
price = 5
TALK "Price: $${price}"                             ' expect: Price: $5
TALK "US$ ${price}.00 $"                            ' expect: US$ 5.00 $
TALK "a ${price} "" ${price}"                       ' expect: a 5 " 5
TALK "${"in ${price}"}"                             ' expect: in 5
TALK "${UCASE("}{")}"                               ' expect: }{
TALK "100%"                                         ' expect: 100%
TALK "${price"                                      ' expect: ${price
' --- numbers and operators side by side
TALK -.5                                            ' expect: -0.5
TALK 1. + 1                                         ' expect: 2
TALK &HFF + 0x10                                    ' expect: 271
TALK 1E3 + 2e-1                                     ' expect: 1000.2
x = [1.,2.]
TALK x                                              ' expect: [1,2]
TALK 10/4*2                                         ' expect: 5
TALK 5 MOD 3 * 2                                    ' expect: 5
TALK 7 \ 2 * 2                                      ' expect: 1
TALK "a" & 1 + 2                                    ' expect: a3
TALK -2 ^ 2                                         ' expect: -4
TALK 2 ^ -1                                         ' expect: 0.5
TALK 2 ^ 3 ^ 2                                      ' expect: 64
TALK NOT 1 = 2                                      ' expect: true
TALK NOT 1 IN [2]                                   ' expect: true
' --- data statements over lines
SAVE "orders", {id: "1", status: "open", total: 5}
SAVE "orders", {id: "2", status: "open", total: 7}
rows = FIND "orders"
    ' only the open ones
    WHERE status = "open"

    ORDER BY total DESC
    LIMIT 1
TALK UBOUND(rows) & rows.total                      ' expect: 17
SAVE "t" WITH
  id AS "1", ' key
  b AS 2
UPDATE "t" WITH
  b AS 3
  WHERE id = "1"
UPDATE "t"
  SET b = b + 1
  WHERE id = "1"
INSERT INTO "t"
  VALUES {id: "2", b: 1}
INSERT INTO "t" WITH
  id = "3",
  b = 9
DELETE FROM "t"
  WHERE b = 9
r = FIND "t"
TALK r                                              ' expect: [{"id":"1","b":1},{"id":"2","b":1}]
' --- conditions and sums over lines
a = 1
b = 2
IF a = 1 _
   AND b = 2 _ ' note
   THEN
  TALK "yes"                                        ' expect: yes
END IF
IF a = 1 AND
   (b = 3 OR
    b = 2) THEN TALK "in"                           ' expect: in
IF a = 1 AND ' first
   ' nothing
   b = 2 THEN ' done
  TALK "c"                                          ' expect: c
END IF
x = a +
    b -
    1
TALK x                                              ' expect: 2
t = "a" +
    ' more
    "b" &
    "c"
TALK t                                              ' expect: abc
' --- underscores instead of blanks
FOR_EACH x IN [1]
  TALK x                                            ' expect: 1
END_FOR
SELECT_CASE 1
CASE 1
  TALK "one"                                        ' expect: one
CASE_ELSE
  TALK "else"
END_SELECT
DO_WHILE FALSE
LOOP
IF FALSE THEN
ELSE_IF TRUE THEN
  TALK "ei"                                         ' expect: ei
END_IF
WHILE TRUE
  EXIT_WHILE
END_WHILE
WITH w
  a = 1
END_WITH
SET_SESSION "s", 1                                  ' variable: s = 1
LOG_SESSION "e", "d"                                ' record: session e "d"
x = CREATE_SUB_SESSION
TALK GET_SESSION("channel")                         ' field: channel = "web" ' expect: web
TALK GET_SESSION "channel"                          ' expect: web
TALK IS_NUMERIC("5")                                ' expect: true
INSERT_INTO "t", {id: "1"}
a = NEW_ARRAY
b = NEW_OBJECT
TALK a & b                                          ' expect: []{}
CLEAR_KB ALL
x = GROUP_BY [{a: 1}], "a"
TALK x                                              ' expect: {"1":[{"a":1}]}
PUBLISH_EVENT "e"
FOR i = 1 TO 2
  CONTINUE_FOR
NEXT
TRY
  THROW "x"
CATCH e
  TALK "caught"                                     ' expect: caught
END_TRY
ON_ERROR_RESUME_NEXT
CLEAR_ERROR
f
' expect: f
SUB f
  TALK "f"
  EXIT_SUB
END_SUB
ON_SESSION_END
  TALK "bye"
END_ON
' --- keywords in title case
If 1 = 1 Then
  Talk "A"                                          ' expect: A
ElseIf 2 = 2 Then
  talk "B"
End If
For Each X in ["q"]
  tAlK x                                            ' expect: q
Next X
Do While False
Loop
Select Case "K"
  Case "k"
    Talk "lower"
  Case Else
    Talk "other"                                    ' expect: other
End Select
' --- semicolons at the end of statements
TALK "a";                                           ' expect: a
x = 1;
y = 2 ; 
TALK x + y                                          ' expect: 3
IF x = 1 THEN TALK "b";                             ' expect: b
' --- maps over lines
m = {
  "a b": 1,
  c: TRUE ? 1 : 2,
  d: {e: [1, 2, {f: "g"}]},
  case: "k",
  5: "five",
  next: NULL, ' null
}
TALK m                                              ' expect: {"a b":1,"c":1,"d":{"e":[1,2,{"f":"g"}]},"case":"k","5":"five","next":null}
TALK m.d.e[2].f & m.5 & m["a b"]                    ' expect: gfive1
TALK {}                                             ' expect: {}
TALK #{}                                            ' expect: {}
TALK {a: 1,}                                        ' expect: {"a":1}
SAVE "t", #{ id: "1", b: {c: 1} }
RETURN {
  ok: TRUE,
  rows: [
    1,
    2,
  ],
}
' result: {"ok": true, "rows": [1, 2]}
' --- one value for a keyword inside something else
SET "a", "A"
m = {x: GET "a", y: 2}
TALK m                                              ' expect: {"x":"A","y":2}
TALK [GET "a", 2]                                   ' expect: ["A",2]
TALK LEFT(GET "a", 1)                               ' expect: A
TALK UBOUND(FIND "t")                               ' expect: 0
i = [7, 8]
TALK i(1)                                           ' expect: 8
' --- returns and exits in one line
FOR i = 1 TO 3
  IF i = 2 THEN EXIT FOR ELSE TALK i
NEXT
' expect: 1
x = f(1) & f(2)
TALK x                                              ' expect: ab
FUNCTION f(n)
  IF n = 1 THEN RETURN "a" ELSE RETURN "b"
END FUNCTION
IF x = "ab" THEN RETURN "done"
TALK "no"
' result: "done"
' --- comparisons cannot be chained
x = 1 < 2 < 3                                       ' error: L103
y = 1 = 2 = 3
' error 2: L103
