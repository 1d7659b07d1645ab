' How each construct says that it is written wrongly, or cannot do what it should.
' --- operators without an operand
x = 1 <> 2 <> 3                                     ' error: L103
x = TRUE AND                                        ' error: L103
' --- operators with one side only
x = OR 1                                            ' error: L103
x = NOT                                             ' error: L103
x = (1 CONTAINS)                                    ' error: L103
x = "a" ENDS WITH                                   ' error: L103
x = 1 BETWEEN 2                                     ' error: L103
x = 1 IS NULL NULL                                  ' error: L103
x = 1 ??)                                           ' error: L103
x = TRUE ? 1 :                                      ' error: L103
x = a?.                                             ' error: L103
' --- blocks and jumps
LET x = )                                           ' error: L103
SWITCH                                              ' error: L103
END SWITCH
' --- an exit with a value
FOR i = 1 TO 2
  EXIT i                                            ' error: L104
NEXT
EXIT + 1                                            ' error: L103
' --- declarations of a tool
DESCRIPTION                                         ' error: L103
PARAM                                               ' error: L103
' --- talking
PRINT a b                                           ' error: L103
HEAR x AS INTEGER DEFAULT                           ' error: L103
HEAR x AS "a", "b" "c"                              ' error: L103
HEAR x WITH )                                       ' error: L103
WAIT                                                ' error: L103
SHOW IMAGE                                          ' error: L103
' --- session keywords without their values
x = GET BOT MEMORY                                  ' error: L103
x = GET SESSION                                     ' error: L103
LOG SESSION "a" "b"                                 ' error: L103
LOG "a" "b"                                         ' error: L103
LOG                                                 ' error: L103
USE TOOL                                            ' error: L103
ADD TOOL                                            ' error: L103
CLEAR TOOLS "a"                                     ' error: L103
CLEAR KB ALL "a"                                    ' error: L103
CLEAR KB "a", "b"                                   ' error: L103
x = GET AVAILABLE AGENT 5                           ' error: L103
x = SAVE SESSION STATE 5                            ' error: L103
RESTORE SESSION STATE                               ' error: L103
APPLY SESSION TEMPLATE                              ' error: L103
DEBUG SHOW SESSION 1                                ' error: L103
DEBUG SHOW CONTEXT 1                                ' error: L103
DEBUG SHOW VARIABLES 1                              ' error: L103
' --- functions with too few or too many values
x = RIGHT("a")                                      ' error: L108
x = UCASE()                                         ' error: L108
x = LCASE("a", "b")                                 ' error: L108
x = ROUND()                                         ' error: L108
x = RND(1, 2, 3)                                    ' error: L108
x = MAX()                                           ' error: L108
x = STR()                                           ' error: L108
x = FORMAT()                                        ' error: L108
x = ISNULL()                                        ' error: L108
x = ISEMPTY(1, 2)                                   ' error: L108
' --- a hear that cannot be answered here
HEAR x AS IMAGE                                     ' fault: 9012
' --- a hear of a file
HEAR x AS FILE                                      ' fault: 9012
' --- a hear of a video
HEAR x AS VIDEO                                     ' fault: 9012
' --- a hear of speech
HEAR x AS AUDIO                                     ' fault: 9012
' --- a hear of a code
HEAR x AS QRCODE                                    ' fault: 9012
' --- a hear of a sign-in
HEAR x AS LOGIN                                     ' fault: 9012
' --- answers that no type takes
HEAR a AS INTEGER DEFAULT "d"                       ' hear: 1.5 | ten | 1,23 ' expect: Please enter a whole number. | Please enter a whole number.
HEAR a AS NUMBER                                    ' hear: ten | 1 ' expect: Please enter a number.
HEAR a AS MONEY                                     ' hear: -1 | 1 ' expect: Please enter an amount, such as 12.50.
HEAR a AS BOOLEAN                                   ' hear: 2 | y ' expect: Please answer yes or no.
HEAR a AS DATE                                      ' hear: 31/02/2024 | today ' expect: Please enter a date, such as 25/12/2024.
HEAR a AS HOUR                                      ' hear: 25:00 | 5:00 pm ' expect: Please enter a time, such as 14:30.
HEAR a AS EMAIL                                     ' hear: a@b | a@b.co ' expect: Please enter an e-mail address, such as name@example.com.
HEAR a AS NAME                                      ' hear: a1 | Ann ' expect: Please enter a name of 2 to 100 letters.
HEAR a AS MOBILE                                    ' hear: 12 | 1234567890 ' expect: Please enter a phone number of 10 to 15 digits.
HEAR a AS ZIPCODE                                   ' hear: x | 12345 ' expect: Please enter a postal code.
HEAR a AS CPF                                       ' hear: 11111111111 | 52998224725 ' expect: Please enter a valid CPF of 11 digits.
HEAR a AS CNPJ                                      ' hear: 11222333000182 | 11222333000181 ' expect: Please enter a valid CNPJ of 14 digits.
HEAR a AS LANGUAGE                                  ' hear: Klingonish | pt ' expect: Please enter a language, such as English or pt.
HEAR a AS URL                                       ' hear: two words | a.bc ' expect: Please enter a web address, such as https://example.com.
HEAR a AS UUID                                      ' hear: 1 | 550e8400-e29b-41d4-a716-446655440000 ' expect: Please enter a UUID.
HEAR a AS COLOR                                     ' hear: #12 | red ' expect: Please enter a colour, such as red or #FF0000.
HEAR a AS CREDITCARD                                ' hear: 4111111111111112 | 4111111111111111 ' expect: Please enter a valid card number.
HEAR a AS PASSWORD                                  ' hear: short | long enough ' expect: Please enter a password of at least 8 characters.
HEAR a AS STRING DEFAULT "d"                        ' hear: \s
TALK a                                              ' expect: d
' --- a saved state that is none
s = {kind: "x"}
RESTORE SESSION STATE s                             ' fault: 4007
' --- a template
APPLY SESSION TEMPLATE "support"                    ' fault: 3004
' --- unknown words after known ones
TALK LOUD "x"                                       ' error: L104 "TALK LOUD"
GET LOCATION OF user                                ' error: L104 "GET LOCATION OF"
READ FILE "x"                                       ' error: L104 "READ FILE"
PLAY GAME OF LIFE 5                                 ' error: L104 "PLAY GAME OF LIFE"
SET VOLUME 5                                        ' error: L104 "SET VOLUME"
TALK name "x"                                       ' error: L103
TALK LOUD + )                                       ' error: L103
HOST = 1
TALK HOST "x"                                       ' error: L103
DELETE USER "x"                                     ' error: L104 "DELETE USER"
' --- what the session is
DEBUG SHOW SESSION
' expect: SESSION\nid = ""\nsession_id = ""\nchannel = ""\nuser_id = ""\nuser_name = ""\nuser_email = ""\nuser_phone = ""\nuser_role = ""\nauth_level = ""\nbot_id = ""\nbot_name = ""\ncreated_at = "2024-02-29T12:34:56"\nstart_time = ""\nlast_interaction = ""\nlast_message = ""\nlast_activity_at = ""\nmessage_count = ""\nmessage_history = [{"role":"bot","text":"Welcome.","at":"2024-02-29T12:34:56"}]\nduration = ""\nlanguage = ""\ntimezone = ""\nclient_ip = ""\nuser_agent = ""\npage_url = ""\nmessage_type = ""\ntenant = ""\norganization = ""\nsubject = ""\nstatus = ""\nend_reason = ""\nassigned_to = ""\nparent_id = ""\nmemory_used = ""\nmemory_limit = ""\nsuggestion_key = ""
' log: info SESSION\nid = ""\nsession_id = ""\nchannel = ""\nuser_id = ""\nuser_name = ""\nuser_email = ""\nuser_phone = ""\nuser_role = ""\nauth_level = ""\nbot_id = ""\nbot_name = ""\ncreated_at = "2024-02-29T12:34:56"\nstart_time = ""\nlast_interaction = ""\nlast_message = ""\nlast_activity_at = ""\nmessage_count = ""\nmessage_history = [{"role":"bot","text":"Welcome.","at":"2024-02-29T12:34:56"}]\nduration = ""\nlanguage = ""\ntimezone = ""\nclient_ip = ""\nuser_agent = ""\npage_url = ""\nmessage_type = ""\ntenant = ""\norganization = ""\nsubject = ""\nstatus = ""\nend_reason = ""\nassigned_to = ""\nparent_id = ""\nmemory_used = ""\nmemory_limit = ""\nsuggestion_key = ""
' --- a jump to one of several labels
ON x GOTO a, b                                      ' error: L103 ' hint: SUB
GOTO a + 1                                          ' error: L103 ' hint: SUB
GOTO 10                                             ' error: L103 ' hint: SUB
' --- a call whose parenthesis never closes
f(1, 2                                              ' error: L103 @2 never closed
TALK 1
' --- what only gives a value is no statement
a = [3, 1]
SORT a                     ' error: L103 @1-4 SORT gives a value, and nothing takes it ' hint: write x = SORT …
SORT a BY "x"              ' error: L103 @1-4 SORT gives a value
GROUP BY a, "x"            ' error: L103 @1-8 GROUP BY gives a value ' hint: write x = GROUP BY …
GET BOT MEMORY "x"         ' error: L103 @1-14 GET BOT MEMORY gives a value ' hint: write x = GET BOT MEMORY …
cache get STRING(3, "x")   ' error: L103 @1-9 cache get gives a value ' hint: write x = CACHE GET …
len a                      ' error: L103 @1-3 len gives a value ' hint: write x = LEN(…)
REPEAT AFTER ME            ' error: L104 unknown keyword "REPEAT AFTER ME"
RECALL ALL THINGS          ' error: L104 unknown keyword "RECALL ALL THINGS"
IF a THEN UPPER "x"        ' error: L103 @11-15 UPPER gives a value
' --- a SUB with the name of a function is called
SUB Upper(t)
  TALK t
END SUB
UPPER "x"                  ' error: L104 unknown keyword "UPPER" ' hint: write CALL UPPER
' --- a message to many
bots = ["a"]
BROADCAST "x" TO [bots]    ' warning: L206 BROADCAST needs a messaging service ' hint: 9012
' fault 2: 9012
' --- what other bots cannot be let take part for
ADD BOT "b" TOOLS "t"      ' warning: L206 ADD BOT needs a language model that calls tools of other bots ' hint: 9012
ADD BOT "b" WITH TRIGGER "a" WITH SCHEDULE "0 9 * * *"  ' warning: L206 ADD BOT needs a scheduler for other bots
' fault 1: 9012
' --- more than one value of a keyword inside a statement
TALK COPY "a", "b"         ' error: L103 @6-13 COPY is not written so ' hint: with parentheses round it
COPY                       ' error: L103
COPY "a", "b", "c"         ' error: L103 @1-18 COPY is not written so ' hint: write COPY file, file; COPY file TO file
' --- words of other dialects that do nothing here
RANDOMIZE                  ' error: L104 ' hint: leave it out: random numbers are others at each run
RANDOMIZE 5                ' error: L104 ' hint: leave it out
CLS                        ' error: L104 ' hint: leave it out: a conversation has no screen
' --- counting up as in C
i = 1
i++ : TALK i               ' error: L103 @1-1 a value alone is not a statement ' hint: write i = i + 1
i-- : TALK i               ' error: L103 ' hint: write i = i - 1
' --- an array of two sizes
DIM board(3, 3)            ' error: L103 @12-12 unexpected ',' ' hint: an array has one size; its elements may be arrays
REDIM board(3, 3)          ' error: L103 ' hint: an array has one size
' --- a table named by a variable without text
rows = FIND "orders"
rows = FIND rows           ' fault: 4002 a table is named by text, such as "orders"; this is a variable that holds rows
' --- an end on the line of its block
IF 1 = 1 THEN TALK 1 END IF                         ' error: L103 @22-24 unexpected 'END'
' hint: an IF in one line needs no END IF
WHILE FALSE : WEND : TALK 1 ENDIF                   ' error: L103 @29-33
' hint: what ends a block stands on a line of its own
' --- what was meant is a word of the dialect
x = 1 + 2 NAM                                       ' error: L103 unexpected 'NAM'
y = [1] CONTANS 2                                   ' error: L103 unexpected 'CONTANS'
' hint: did you mean CONTAINS?
