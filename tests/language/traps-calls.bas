' CALL, labels, NEXT, variables named like functions, recovery after an error, keyword calls that take what follows.
' --- call of a name and of a text
SUB name(x)
  TALK x                                            ' expect: text | 2
END SUB
CALL name "text"
CALL name(2)
CALL "file", 3                                      ' expect: 3
CALL file 4                                         ' expect: 4
' file: file
PARAM p AS INTEGER
TALK p
' --- a label needs an empty line behind it
TALK "a" : GOTO stop
TALK "skipped"
stop: ' only a comment
TALK "b"
FOR i = 1 TO 3
  TALK i : BREAK
NEXT
' expect: a | b | 1
' --- next takes one name
FOR i = 1 TO 2
FOR j = 1 TO 2
NEXT j, i                                           ' error: L103 ' error 1: L105
' --- a variable named like a function without arguments
today = "now"
hour = 5
time = 6
user = 7
now = 8
TALK today & hour & time & user & now               ' expect: now5678
TALK hour("2024-01-01 10:00:00")                    ' expect: 10
' --- a variable named like a function is null before its assignment
TALK now IS NULL                                    ' expect: true ' warning: L202
now = 1
' --- with parentheses it is the function
today = 1
TALK TYPEOF(today()) & today                        ' expect: date1
' --- an error in a header still opens its block
FOR i = 1 TO TO 3
  TALK i
NEXT
IF ) THEN
  TALK "a"
END IF
WITH x y
  a = 1
END WITH
WHILE )
WEND
' error 1: L103
' error 4: L103
' error 7: L103
' error 10: L103
' --- an error skips to the end of its logical line
x = [1, 2
  3]
TALK )
TALK "fine"
' error 2: L103
' error 3: L103
' --- a keyword call takes what follows
SET "bc", "v"
c = "c"
TALK "a" + GET "b" + c                              ' expect: av
TALK "a" + GET("b") + c                             ' expect: ac
TALK GET SESSION "channel" + "x"                    ' field: channel = "web"
' expect: webx
TALK FORMAT 5 AS "00" + "x"                         ' expect: 05x
TALK NEW ARRAY + 1                                  ' expect: [1]
TALK ERROR MESSAGE + "e"                            ' expect: e
TALK CREATE SUB SESSION IS NOT NULL                 ' expect: true
TALK GET AVAILABLE AGENT + "!"                      ' expect: ann!
' --- save run and merge before their longer forms
row = {id: "1", a: 2}
SAVE "t", row
x = SAVE "t", row
TALK x                                              ' expect: 1
child = CREATE SUB SESSION
RUN IN SESSION child, "other"                       ' expect: other
MERGE SESSION child
s = SAVE SESSION STATE
TALK s.kind                                         ' expect: session_state
' file: other
TALK "other"
' --- merge and run of other things are no session keywords
m = MERGE [1, 2], [2, 3]
TALK m                                              ' expect: [1,2,3]
RUN "other"                                         ' expect: other
' file: other
TALK "other"
' --- all is a word only as the whole operand
' kb: docs
all_docs = "docs"
all = "docs"
USE KB "docs"
CLEAR KB all_docs                                   ' active: kbs
USE KB "docs"
CLEAR KB ALL
USE KB "docs"
CLEAR KB
' --- all before a table
INSERT "t", {id: "1"}
INSERT "t", {id: "2"}
r = FIND ALL "t"
n = FIND ALL t
all = "t"
x = FIND all
TALK UBOUND(r) & UBOUND(n) & UBOUND(x)              ' expect: 222
