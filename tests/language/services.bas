' --- a keyword without its service raises and says what is missing
TALK "before"                           ' expect: before
x = UPLOAD "notes.txt"                  ' fault: 9012 UPLOAD needs a file store; none is configured ' warning: L206 @5-22 UPLOAD needs a file store ' hint: 9012
' --- the language model has a number of its own
x = LLM "Say " + "hi"                   ' fault: 9010 LLM needs a language model; none is configured ' warning: L206 @5-21 ' hint: 9010
' --- operands are evaluated first
FUNCTION Shown(x)
  TALK x
  RETURN x
END FUNCTION
SMS Shown("a"), Shown("b")              ' expect: a | b ' fault: 9012 SMS needs an SMS service
' --- a keyword that is not run does nothing
IF FALSE THEN SEND MAIL "a@b.c", "s", "b"
TALK "fine"                             ' expect: fine
' --- forms of mail
to = "ann@example.com"
subject = "s"
body = "b"
account = "sales"
IF FALSE THEN
  SEND MAIL to, subject, body
  SEND MAIL to, subject, body, ["a.pdf"]
  SEND MAIL to, subject, body, ATTACHMENT "a.pdf"
  SEND MAIL to, subject, body USING account
  SEND MAIL to, subject, body, USING account
  SEND MAIL [to, to], subject, body
  SEND_MAIL to, subject, "Dear ${to},
thanks"
  SEND_MAIL(to, subject, body)
  SEND EMAIL to, body
  SEND EMAIL to, subject, body
  SEND EMAIL TO to SUBJECT subject BODY body
  SEND EMAIL TO to BODY body + "!" SUBJECT "Re: " & subject
  SEND EMAIL TO to, subject, body
  SEND_EMAIL TO to SUBJECT subject BODY body ATTACHMENT "a" USING account
  CREATE DRAFT to, subject, body
  CREATE_DRAFT to, subject, body, ["a"]
END IF
TALK "compiled"                         ' expect: compiled
' --- forms of messages
to = "+351911222333"
vars = {name: "Ann"}
IF FALSE THEN
  SEND SMS to, "x"
  SMS to, "x"
  SEND TEMPLATE "welcome", "email,sms", to, vars
  SEND TEMPLATE "welcome", ["email"], to
  SEND TEMPLATE to, "welcome", vars
  SEND TEMPLATE TO to, "welcome"
  SEND TEMPLATE TO to, "welcome", {name: "x"}
  TALK TO to, "x"
  TALK TO "whatsapp:" + to, "x"
  BROADCAST "x" TO [to]
  POST TO INSTAGRAM "a.png", "caption"
  POST TO INSTAGRAM AT "2030-01-01" "a.png", "caption"
  POST TO "facebook" "a.png", "caption"
  POST TO to AT NOW() "a.png", "caption"
  CREATE TASK "t"
  CREATE_TASK "t", "d", "high", to, TODAY()
  WEBHOOK POST "https://x" WITH {a: 1}
  SEND FILE "a.pdf"
  SEND FILE "a.pdf", "caption"
  SEND FILE TO to, "a.pdf", "caption"
END IF
SEND MESSAGE "as TALK"                  ' expect: as TALK
TALK to                                 ' expect: +351911222333
' --- forms with clauses as values
a = "x"
IF FALSE THEN
  x = GENERATE SECURE LINK "/f/" + a EXPIRES 7 DAYS
  x = QUERY METRICS a FOR "7d" BY "day" OFFSET 7
  x = QUERY METRICS a FOR "7d"
  x = GENERATE PDF "o.pdf" WITH TEMPLATE "t" DATA {a: 1}
  x = GENERATE_PDF("t", {a: 1}, "o.pdf")
  x = UPLOAD a TO "a.txt"
  x = (TRANSLATE a, "pt")
  x = TRANSLATE a TO "pt"
  x = TRANSFER TO HUMAN "sales", "high", a
  x = TRANSFER TO HUMAN
  x = KB STATISTICS
  x = KB DOCUMENTS ADDED SINCE 7
  x = GET QUEUE
  x = GET ATTENDANTS
  x = GET ATTENDANTS "online"
  x = LIST "folder"
  x = LLM(a)
  x = LLM "a " + a + ": " & a
  m = {answer: LLM a, size: OCR "a.png"}
  IF SENTIMENT a = "angry" OR a THEN TALK "?"
  RETURN SUMMARIZE a
END IF
TALK "compiled"                         ' expect: compiled
' --- forms of statements
a = "x"
IF FALSE THEN
  ADD BOT "b" TOOLS "t"
  ADD BOT "b" SCHEDULE "0 9 * * *"
  BOT SHARE MEMORY "k" WITH "b"
  BOT SYNC MEMORY FROM "b"
  NOTIFY AGENT "q" WITH {a: 1}
  ASSIGN CONVERSATION SESSION_ID, "ann"
  ASSIGN CONVERSATION SESSION_ID TO "ann"
  RESOLVE CONVERSATION SESSION_ID WITH "done"
  ESCALATE TO SUPERVISOR
  SET HEADER "A", a
  SET HEADER "A" = "Bearer " + a
  SET HEADER "A" AS a
  CLEAR HEADERS
  USE WEBSITE "https://x" REFRESH "1d"
  USE_WEBSITE("https://x", "30d")
  RECORD METRIC "m" WITH a = a, b = 2
  LOG ACTIVITY a, 1, 2
  CACHE SET "k", a, 60
  CREATE INDEX a ON t (b, c) WHERE d IS NOT NULL
  UPDATE LEAD SCORE a, 5
  CLEAR_HEADERS()
END IF
TALK "compiled"                         ' expect: compiled
' --- a clause word belongs to the keyword that names it
TALK "a" TO "b"                         ' error: L103
READ "a" TO "b"                         ' error: L103
SEND MAIL "a", "b" SUBJECT "c"          ' error: L103
x = 1 EXPIRES 2                         ' error: L103
' --- a form that is not one
SEND EMAIL TO "a" BODY "x" BODY "y"     ' error: L103 SEND EMAIL TO is not written so ' hint: SUBJECT
COPY "a"                                ' error: L103 ' hint: COPY file TO file
' --- allow role
TALK "a"                                ' expect: a
ALLOW ROLE "manager"                    ' fault: 5001
' --- allow role of the user
' field: user_role = "manager"
ALLOW ROLE "manager"
TALK "allowed"                          ' expect: allowed
' --- words of services are variables
list = 1
image = 2
post = 3
read = 4
copy = 5
write = 6
move = 7
put = 8
patch = 9
dir = 10
book = 11
card = 12
play = 13
answer = 14
product = 15
weather = 16
chart = 17
sms = 18
see = 19
ocr = 20
extract = 21
upload = 22
publish = 23
llm = 24
TALK list + image + post + read + copy + write + move + put + patch + dir        ' expect: 55
TALK book + card + play + answer + product + weather + chart + sms + see + ocr   ' expect: 155
TALK extract + upload + publish + llm                                            ' expect: 90
x = list
IF post AND read THEN TALK image - 1 & image-1                                   ' expect: 11
list += 1
TALK list * 2 & "${list}"                                                        ' expect: 42
FOR list = 1 TO post
NEXT list
TALK list                                                                        ' expect: 4
' --- words of services are containers
list = [1, 2]
image = {url: "u"}
list[0] = 5
image.url = image.url & "v"
list.push(6)
read = [image]
TALK list[0] & list(1) & UBOUND(list) & image.url & read[0].url & image["url"]   ' expect: 523uvuvuv
' --- words of services are fields and keys
m = {list: 1, post: 2, image: 3, read: 4, copy: 5, llm: 6, to: 7, subject: 8, body: 9}
WITH w
  list = 1
  image = .list + 1
  read = 3
END WITH
TALK m.list + m.post + m.image + m.read + m.copy + m.llm + m.to + m.subject + m.body      ' expect: 45
TALK w.list + w.image + w.read                                                   ' expect: 6
' --- words of services are parameters
PARAM image AS STRING LIKE "a.png" DEFAULT "i"
TALK image & Joined("l", "p") & Twice(4)         ' expect: ilp8
FUNCTION Joined(list, post)
  RETURN list & post
END FUNCTION
FUNCTION Twice(read)
  IF read THEN RETURN read * 2
END FUNCTION
' --- words of services are loop variables and answers
FOR EACH image IN ["a", "b"]
  TALK image                                     ' expect: a | b
NEXT image
HEAR answer                                      ' hear: yes
TALK answer                                      ' expect: yes
' --- names with underscores that could be keywords
send_mail = TRUE
qr_code = "q"
card = [1]
use_model = qr_code
IF send_mail AND use_model THEN TALK qr_code + use_model & send_mail     ' expect: qqtrue
card [0] = 3
TALK card[0]                                     ' expect: 3
add_note = [1]
TALK add_note[0]                                 ' expect: 1
' --- second words that are variables
image = 1
queue = 2
header = "h"
priority = 3
activity = "act"
SET header, 5
TALK GET "header"                                ' expect: 5
LOG activity                                     ' log: info act
LOG activity, 3                                  ' log: info act 3
x = GET image
SET priority = 4
TALK priority & header                           ' expect: 4h
' --- a procedure of the file wins
CALL Broadcast("a")                              ' expect: <a>
Broadcast("b")                                   ' expect: <b>
CALL Play "c"                                    ' expect: [c]
TALK Translate("d", "pt")                        ' expect: d-pt
x = Get_Summary(5)
TALK x                                           ' expect: 6
SUB Broadcast(text)
  TALK "<" & text & ">"
END SUB
SUB Play(text)
  TALK "[" & text & "]"
END SUB
FUNCTION Translate(text, language)
  RETURN text & "-" & language
END FUNCTION
FUNCTION Get_Summary(n)
  RETURN n + 1
END FUNCTION
' --- names of the file in holes of strings
list = [1, 2]
read = 4
TALK "${list(0)} ${Translate("x")} ${read - 1} ${list[1]}"     ' expect: 1 <x> 3 2
FUNCTION Translate(t)
  RETURN "<" & t & ">"
END FUNCTION
' --- a number after a blank and minus is an operand of a keyword
x = PRODUCT -1                                   ' fault: 3004 no table products and no file products.csv
' --- statements of packages that nothing serves
REFRESH "dashboard"                                 ' warning: L206
UPDATE LEAD SCORE                                   ' warning: L206
UPDATE LEAD SCORE "lead-1", 10, "opened"            ' warning: L206
CREATE INDEX ON contacts (email, name)              ' warning: L206
CREATE UNIQUE INDEX idx_b ON contacts(email)        ' warning: L206
cron = "0 9 * * *"
SET SCHEDULE cron DATEADD(NOW(), 3, "day"), "x.bas" ' warning: L206
POST TO INSTAGRAM "img.png", "caption"              ' warning: L206
POST TO INSTAGRAM "me", cron, "img.png", "caption"  ' warning: L206
POST TO INSTAGRAM AT "2025-01-01" "img.png" "text"  ' warning: L206
x = DATEDIFF "2025-01-01", "2025-02-01", "day"      ' warning: L201 DATEDIFF
' fault 1: 9012
' --- a difference of dates without parentheses
x = DATEDIFF a, b                                   ' fault: 9020
' --- words in upper case that no keyword knows
FROB WIDGET "x", 5                                  ' error: L104 "FROB WIDGET"
TURN OFF THE LIGHTS                                 ' error: L104 "TURN OFF THE LIGHTS"
CREATE LEAD "x"                                     ' error: L104 "CREATE LEAD"
SEND FAX "x", "y"                                   ' error: L104 "SEND FAX"
SET FOO BAR "x"                                     ' error: L104 "SET FOO BAR"
START PROCESS (1)                                   ' error: L104 "START PROCESS"
IF x THEN FOO BAR "x" ELSE TALK 1                   ' error: L104 "FOO BAR"
GET LOCATION OF user                                ' error: L104 "GET LOCATION OF"
' --- a mail to a variable named to
to = "ann@x.org"
r = SEND MAIL to, "s", "b"                          ' fault: 9012 SEND MAIL
' --- programs in other languages
x = RUN PYTHON "print(1)"                           ' fault: 9012 RUN PYTHON
' --- a script named like a language
python = "other"
TALK RUN python                                     ' expect: 5
' file: other
RETURN 5
' --- modifiers of LLM
x = LLM "a" + "b" WITH OPTIMIZE FOR "speed" WITH MAX_COST 0.05    ' fault: 9010
' --- an index whose columns stand in the next line
CREATE UNIQUE INDEX a ON t
    (b,
     c)
TALK 1
' fault 1: 9012
' --- metrics over a time
unit = "day"
x = QUERY METRICS "orders" FOR "30d" BY unit OFFSET 1  ' effect: metrics_query "orders" 2592000.0 "day" 1
x = QUERY METRICS "ord" & "ers" FOR 90                 ' effect: metrics_query "orders" 90.0 null null
x = QUERY METRICS "orders" FOR "1 h" OFFSET 2          ' effect: metrics_query "orders" 3600.0 null 2
TALK UBOUND(x)                                         ' expect: 0
' --- metrics over no time
x = QUERY METRICS "orders" FOR "soon"                  ' fault: 4002 a duration
' --- metrics without a time
x = QUERY METRICS "orders"                             ' error: L103 QUERY METRICS is not written so
