' --- an empty script does nothing
' result: null
' --- keywords and names in any case
tAlK "a" : Talk "b"        ' expect: a | b
Name = 1
TALK NAME + naMe           ' expect: 2
ÄPFEL = 3
talk äpfel                 ' expect: 3
GOTO Ende
TALK "not reached"
ENDE:
talk "end"                 ' expect: end
' --- comments of all kinds
REM whole line
rem
# also a whole line
   # and indented
// as well
TALK "a" ' trailing        ' expect: a
TALK "b" // trailing       ' expect: b
TALK "c" : REM note        ' expect: c
remark = 1
remember = 2
rem_x = 3
TALK remark + remember + rem_x   ' expect: 6
TALK "http://x.y/z"        ' expect: http://x.y/z
TALK 8 / 2                 ' expect: 4
' --- a slash pair needs a blank before it
x = 8//2 note
' error 1: L103 @7
' --- hash and brace begin a map
m = #{a: 1}
TALK m.a                   ' expect: 1
' --- numbers
TALK 12                    ' expect: 12
TALK .5                    ' expect: 0.5
TALK 1.                    ' expect: 1
TALK 1e6                   ' expect: 1000000
TALK 2.5E-3                ' expect: 0.0025
TALK 0x1F                  ' expect: 31
TALK &H1F                  ' expect: 31
TALK 9223372036854775807   ' expect: 9223372036854775807
TALK 9223372036854775808   ' expect: 9.223372036854776e18
' --- two dots are no number
x = 1..2
' error 1: L101
' --- letters after digits
x = 12ab
' error 1: L101 @5-8
' --- suffixes are spelling only
name$ = "Ann"
TALK name                  ' expect: Ann
name = "Bob"
TALK name$ + "!"           ' expect: Bob!
TALK LEFT$("abc", 2)       ' expect: ab
m = {a: 1}
TALK m$.a                  ' expect: 1
' --- escapes in strings
TALK "a\nb"                ' expect: a\nb
TALK "a\tb"                ' expect: a\tb
TALK "q\"q"                ' expect: q"q
TALK "d""d"                ' expect: d"d
TALK "\u00e4\x41"          ' expect: äA
TALK "C:\dir\new"          ' expect: C:\\dir\new
TALK "\${x}"               ' expect: ${x}
TALK "\\"                  ' expect: \\
TALK "$5"                  ' expect: $5
' --- no zero and no surrogates in strings
x = "a\u0000b"
y = "\ud800"
z = "\x00"
' error 1: L101
' error 2: L101
' error 3: L101
' --- strings over several lines
x = "one
   two Don't
REM three"
TALK x                     ' expect: one\n   two Don't\nREM three
' --- a string never closed is reported where it opens
TALK "fine"
TALK "open
TALK 1
' error 2: L102 @6 the string that opens in line 2
' --- single quoted strings
TALK 'hello'
' expect: hello
x = 'a' + 'b'
TALK x                     ' expect: ab
TALK LEN('say "hi"')       ' expect: 8
TALK LEN('x'), 'y'         ' expect: 1 y
y = ['p', 'q']
TALK y[1]                  ' expect: q
TALK 'in ${1 + 1} out'
' expect: in 2 out
TALK 'it\'s'
' expect: it's
IF x = 'ab' THEN TALK "yes"
' expect: yes
' --- single quoted strings after keywords that need a value
add suggestion 'key' as 'Label'
SET CONTEXT 'a' AS 'b'                 ' context: a = b
SET 'name', 'v'                        ' variable: name = "v"
SET BOT MEMORY 'k', 'v'
IF 1 = 1 THEN TALK 'yes' ELSE TALK 'no'  ' expect: yes
TALK GET 'name'                        ' expect: v
IF 'b' IN ['a', 'b'] THEN TALK 'in'    ' expect: in
TALK 'a' LIKE 'A' : TALK 'a' CONTAINS 'b'  ' expect: true | false
CLEAR SUGGESTIONS 'all of them'
TALK 'x'                               ' expect: x ' buttons:
' --- a quote that closes nothing is a comment after a keyword too
RUN ' don't                            ' error: L103
' --- many words before a quote
a b c d e f 'x'                        ' error: L104
' --- a quote after an operand begins a comment
x = 5 'five'
TALK x 'the value'
IF x = 5 THEN 'why
  TALK "ok"
ELSE 'else
END IF
' expect: 5 | ok
' --- quotes after THEN ELSE DO and RETURN are comments
WHILE TRUE DO 'loop'
  BREAK
WEND
FUNCTION f
  RETURN 'nothing'
END FUNCTION
TALK f() IS NULL
' expect: true
' --- interpolation
t = 1234.5
n = NULL
TALK "Total ${FORMAT(t, "#,##0")}!"    ' expect: Total 1,235!
TALK "[${n}]"                          ' expect: []
TALK "${t > 1 ? "big" : "small"}"      ' expect: big
TALK "{t} {{t}} #{t}"                  ' expect: {t} {{t}} #{t}
m = {a: {b: [1, 2]}}
TALK "${m.a.b[1]} and ${ {x: 3}.x }"   ' expect: 2 and 3
s = "${t}"
TALK "<${s}>"                          ' expect: <1234.5>
u = "\${t}"
TALK "${u}"                            ' expect: ${t}
TALK "${1}${2}"                        ' expect: 12
TALK LEN("${t}")                       ' expect: 6
' --- a hole that does not parse stays text
TALK "a ${1 +} b"     ' expect: a ${1 +} b
TALK "${}"            ' expect: ${}
TALK "${ open"        ' expect: ${ open ' warning: L204 @7-8
' warning 1: L204
' --- line joining in brackets
x = [1,
  2, ' two

  3
]
m = {
  a: 1,    // one
  "b": 2,
}
TALK x & m
' expect: [1,2,3]{"a":1,"b":2}
y = LEN(
  "abc"
)
TALK y       ' expect: 3
' --- line joining by underscore comma and operator
x = 1 + _
  2
y = x _ ' why
  * 2
z = 1 +
  2 -     ' comment

  3
IF x = 3 AND
   y = 6 OR
   FALSE THEN
  TALK x, y,
     z
END IF
' expect: 3 6 0
s = "a" &
  "b"
TALK s         ' expect: ab
TALK "x" LIKE
  "X"          ' expect: true
' --- colons
TALK "a" : TALK "b" : : TALK "c" :
x = 1 : y = 2 : IF x = 1 THEN TALK "d" : TALK "e"
' expect: a | b | c | d | e
TALK "f";
' expect: f
' --- a label alone on its line
i = 0
again:   ' here
i = i + 1
IF i < 3 THEN GOTO Again
TALK i     ' expect: 3
stop: ' a label, not STOP
TALK "after"   ' expect: after
' --- operators spelled otherwise
TALK 1 =< 2      ' expect: true
TALK 2 => 3      ' expect: false
TALK 1 == 1      ' expect: true
TALK 1 != 1      ' expect: false
x = 5
x += 2
TALK x           ' expect: 7
x -= 1
x *= 3
x /= 2
TALK x           ' expect: 9
TALK TRUE && FALSE || TRUE    ' expect: true
TALK !TRUE       ' expect: false
TALK 7 % 4       ' expect: 3
' --- underscore spellings
SET_BOT_MEMORY "k", 5
TALK GET_BOT_MEMORY("k")      ' expect: 5
SET_CONTEXT "a" AS "b"        ' context: a = b
ADD_SUGGESTION "s"
CLEAR_SUGGESTIONS
IF TRUE THEN
ELSEIF FALSE THEN
ENDIF
' --- parentheses round arguments
TALK("a")                     ' expect: a
SET BOT MEMORY("k", 1)
TALK GET BOT MEMORY("k")      ' expect: 1
SET CONTEXT("a", "b")         ' context: a = b
x = GET("name")
SET("v", 7)
TALK GET("v"), RUN("other")    ' expect: 7 5
WAIT(0)
PRINT ("x")                   ' expect: x
PRINT("a", "b")               ' expect: a b
TALK ("a"), ("b")             ' expect: a b
TALK ("a") & ("b")            ' expect: ab
TALK GET SESSION("id") & RUN ("other")     ' expect: 5
' file: other
RETURN 5
' --- carriage returns
TALK "a"   ' expect: a
' --- a name may have 255 characters
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 1
TALK "ok"    ' expect: ok
' --- a name of 256 characters is too long
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 1
' error 1: L112
' --- a pair of surrogates is one character
TALK "\uD83D\uDE00" & LEN("\ud83d\ude00")   ' expect: 😀1
' --- half a pair is none
TALK "\uD83D"                ' error: L101
' --- a semicolon before the else of a line
IF TRUE THEN TALK "a"; ELSE TALK "b";
' expect: a
' --- a variable named like a word that joins lines
values = {a: 1}
SAVE "t", "1", values
by = 2
SELECT CASE by
  CASE by
    TALK "two"                 ' expect: two
END SELECT
x = where
TALK x IS NULL                 ' expect: true
update = 1
SET "v", update
SET update = 2
TALK update & GET "v"          ' expect: 21
