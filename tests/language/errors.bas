' --- several errors of one file
x = = 1                     ' error: L103 @5 unexpected
TALK "fine"
y = (1 + 2                  ' error: L103 @5-5 is never closed
z = [1, 2                   ' error: L103 @5-5
FOR i = 1 TO                ' error: L103
NEXT
WHLE TRUE                   ' error: L104 ' hint: WHILE
TALK 1 +* 2                 ' error: L103 @9-9
' --- tabs and umlauts keep the caret
	TALK "ä" 5              ' error: L103 @11-11
größe = = 2                 ' error: L103 @9-9
' --- unclosed blocks are reported where they open
IF TRUE THEN                ' error: L105 @1 IF has no END IF
  FOR i = 1 TO 3            ' error: L105 @3 FOR has no NEXT
    WHILE TRUE              ' error: L105 @5 WHILE has no WEND
      DO                    ' error: L105 @7 DO has no LOOP
        SELECT CASE 1       ' error: L105 @9 SELECT has no END SELECT
          CASE 1
' --- ends that do not fit
NEXT                        ' error: L106
WEND                        ' error: L106
LOOP                        ' error: L106
END IF                      ' error: L106
END SELECT                  ' error: L106
ELSE                        ' error: L106
ELSE IF TRUE THEN           ' error: L106
LOOP WHILE TRUE             ' error: L106
' --- an end of the wrong kind
FOR i = 1 TO 2
  IF TRUE THEN              ' error: L105
NEXT
TALK "on"
' --- two elses
IF TRUE THEN
ELSE
ELSE                        ' error: L106 a second ELSE
END IF
' --- a broken header still opens its block
IF x = = 1 THEN             ' error: L103
  TALK "a"
ELSE IF x = THEN            ' error: L103
ELSE
END IF
FOR EACH x OF [1]           ' error: L103
NEXT x
WHILE                       ' error: L103
WEND
FOR                         ' error: L103
NEXT
DO UNTIL                    ' error: L103
LOOP
DO
LOOP WHILE                  ' error: L103
SUB                         ' error: L103
END SUB
SELECT CASE                 ' error: L103
  CASE                      ' error: L103
END SELECT
' --- a keyword with operands it does not have
CLEAR SUGGESTIONS "x"       ' error: L103
SET CONTEXT "a", "b", "c"   ' error: L103 ' hint: SET CONTEXT
ADD SUGGESTION              ' error: L103
WAIT                        ' error: L103
RETURN 1, 2                 ' error: L103
TALK "a" TO "b"             ' error: L103
END SESSION "x"             ' error: L103
EXIT FOR 5                  ' error: L103
' --- a character without meaning
x = 5 § 3                   ' error: L101 @7-7 | L103 @9
y = ~1                      ' error: L101 @5-5
z = `a`                     ' error: L101 | L101
' --- an unclosed string in brackets
x = ["a", "b
' error 1: L103 @5 | L102 @11
' --- a closing bracket alone
TALK 1)                     ' error: L103 @7-7
x = }                       ' error: L103 @5-5
' --- missing operands
y = 1 *
' error 1: L103 @7
' --- a map without values
m = {a}                     ' error: L103
n = {a: }                   ' error: L103
o = {1 + 1: 2}              ' error: L103
' --- a target that is no path
5 = x                       ' error: L103
f(1) = 2                    ' error: L103
"a" = 1                     ' error: L103
' --- let and set without value
LET x                       ' error: L103
SET x                       ' error: L103
SET                         ' error: L103
LET "a" = 1                 ' error: L103
' --- for without bounds
FOR i = 1                   ' error: L103
NEXT
FOR i TO 3                  ' error: L103
NEXT
' --- goto without a label name
GOTO                        ' error: L103
GOTO 5                      ' error: L103
' --- warnings do not stop a script
TALK undefined_name         ' expect: ' warning: L202 @6-19 undefined_name is never assigned
customer = "x"
TALK custmer                ' expect: ' warning: L202 @6-12 ' hint: did you mean customer?
TALK customer               ' expect: x
' --- words that are no keyword
REMOVE EVERYTHING NOW       ' error: L104 @1-21 unknown keyword "REMOVE EVERYTHING NOW"
' --- two statements on a line without a colon
TALK 1 TALK 2               ' error: L103 @8-11
x = 1 y = 2                 ' error: L103 @7-7
' --- a number is no loop variable
FOR 5 = 1 TO 2               ' error: L103 FOR needs a variable
NEXT
FOR EACH "a" IN [1]          ' error: L103 FOR needs a variable
NEXT
' --- an element of a text is no target
SET "a"[0] = 1               ' error: L103
' --- a sub without call gets a hint
SUB Greet(who)
    TALK who
END SUB
Greet "Di"                   ' error: L104 @1-5 ' hint: CALL Greet
Grete "Di"                   ' error: L104 @1-5 ' hint: CALL GREET
' --- a missing then
IF x = 1 TALK "a"            ' error: L103 @10-13 THEN is missing before TALK
TALK "b"
' --- a statement that goes on where it should not
x = 5 +
TALK "b"                     ' error: L103 @6-8 ' hint: began in line 1
' --- what was probably meant
TALK "a" "b"                 ' error: L103 @10-12 unexpected "b" ' hint: put & between texts
TALK "a" TALK                ' error: L103 ' hint: a line of its own
PARAM p AS INTEGER DEFALT 3  ' error: L103 @20-25 ' hint: did you mean DEFAULT?
SAY "hi"                     ' error: L104 ' hint: write TALK
ASK name                     ' error: L104 ' hint: write HEAR
SLEEP 5                      ' error: L104 ' hint: write WAIT
TALK “hi”                    ' error: L101 @6-6 ' hint: write " instead ' error: L101 @9-9
END TABEL                    ' error: L104 ' hint: END TABLE
' --- a string that took lines is where the quote is missing
TALK "Hello
TALK "again"                 ' error: L103 @7-11 ' hint: the string that opens in line 1 ends in this line ' error: L102 @12
' --- SWITCH is closed by its own word
SWITCH 1                     ' error: L105 SWITCH has no END SWITCH
  CASE 1
' --- END ends the script and closes nothing
FUNCTION f(a)                ' error: L105 FUNCTION has no END FUNCTION ' hint: END in line 3 ends the script; write END FUNCTION
  RETURN a
END
' --- what a statement that could not be read may assign is no second problem
x = [1, 2                    ' error: L103
TALK x
TALK nobody                  ' warning: L202
IF x THEN                    ' error: L105
END
TALK 1
' --- slips in types and names
HEAR age AS NUMBR            ' warning: L211 @13-17 ' hint: did you mean NUMBER? ' hear: 1
RUN other.bas                ' warning: L202 @5-9 ' hint: a script is named in quotes: "other.bas" ' fault: 3004
' --- slips in strings and tables
name = "x"
TALK "Hi ${name"             ' warning: L204 @10-11 ' expect: Hi ${name
TABLE t
  id integer key
  title strng(40)            ' warning: L211 @9-13 ' hint: did you mean string?
  owner customers
END TABLE
' --- a column right of = is a variable
SAVE "stock", {id: 1, n: 5}
UPDATE stock SET n = n - 1 WHERE id = 1      ' warning: L202 @22-22 ' hint: right of = it is a variable of the script
' --- a script that other servers call is given names
WEBHOOK "order"             ' warning: L206
x = params.id & method & body & headers & path
x = metod                   ' warning: L202 @5-9 ' hint: did you mean method?
