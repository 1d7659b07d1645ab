' --- session variables
SET "name", "Ann"
TALK GET "name"              ' expect: Ann
TALK GET " NAME "            ' expect: Ann
SET "Name" = [1, {a: 2}]
TALK GET "name"              ' expect: [1,{"a":2}]
SET role, "boss"
TALK GET "role"              ' expect: boss
role = GET role
TALK role                    ' expect: boss
SET "role", NULL
TALK (GET "role") IS NULL    ' expect: true
TALK GET "missing" = ""      ' expect: true
x = "dyn"
SET x & "amic", 5
TALK GET "dynamic"           ' expect: 5
TALK GET x + "amic"          ' expect: 5
' variable: name = [1, {"a": 2}]
' --- set of a name that is spelled like a path
SET x = 5
SET y.a = 6
LET z = 7
TALK x & y & z               ' expect: 5{"a":6}7
' --- set context and session words as variables
SET context = 1
context = context + 1
session = {}
TALK context                 ' expect: 2
' --- variables are not script names
SET "abc", 1
TALK abc IS NULL             ' expect: true
' --- a name without characters
SET "  ", 1                  ' fault: 4002
' --- a null removes a variable that is not there
SET "x", NULL
' --- variables are counted
' limit: variables = 2
SET "a", 1
SET "b", 2
SET "A", 3
SET "a", NULL
SET "c", 4
SET "d", 5                   ' fault: 9004
' variable: b = 2
' variable: c = 4
' variable: d = null
' --- get reads a member of a script variable
lead = {name: "Ann"}
TALK GET "lead.name"         ' expect: Ann
SET "lead.name", "stored"
TALK GET "lead.name"         ' expect: stored
' --- get of session fields
' field: channel = "console"
' field: user_name = "Ann"
' field: user.name = "Bea"
' field: config.fee = "2.5"
' field: message_count = 3
TALK GET SESSION "channel"           ' expect: console
TALK GET SESSION("user_name")        ' expect: Ann
TALK GET SESSION "user_name" + "!"   ' expect: Ann!
TALK GET "session.message_count"     ' expect: 3
TALK GET "Session.Channel"           ' expect: console
TALK GET "user.name"                 ' expect: Bea
TALK (GET "config.fee") * 2           ' expect: 5
f = "session.channel"
TALK GET f                           ' expect: console
g = "user."
TALK GET g + "name"                  ' expect: Bea
TALK GET SESSION "unknown" = ""      ' expect: true
TALK CHANNEL & username              ' expect: consoleAnn
TALK session.channel                 ' expect: console
TALK GET SESSION f                   ' expect: console
' --- session constants are shadowed by variables
' field: channel = "console"
' field: user_id = "u1"
TALK channel                         ' expect: console
channel = "mine"
TALK CHANNEL                         ' expect: mine
FUNCTION f
  RETURN channel & USER_ID
END FUNCTION
TALK f()                             ' expect: mineu1
' --- a constant shines through a variable until it is assigned
' field: user_id = "u1"
IF FALSE THEN user_id = "x"
TALK user_id                         ' expect: u1
' --- bot memory
TALK GET BOT MEMORY "n" = ""         ' expect: true
SET BOT MEMORY "n", 1
SET BOT MEMORY "n" AS (GET BOT MEMORY "n") + 1
TALK GET BOT MEMORY "n"              ' expect: 2
TALK GET BOT MEMORY "N" = ""         ' expect: true
SET BOT MEMORY "m", {a: [1]}
m = GET BOT MEMORY "m"
m.a[0] = 2
TALK GET BOT MEMORY "m"              ' expect: {"a":[1]}
SET BOT MEMORY "n", NULL
TALK "[" & (GET BOT MEMORY "n") & "]"  ' expect: []
n = VAL(GET BOT MEMORY "count") + 1
TALK n                               ' expect: 1
' --- contexts
SET CONTEXT "profile" AS "Premium"
SET CONTEXT "tone", "kind"
SET CONTEXT "Profile" AS "Basic"
SET CONTEXT "unnamed"
SET CONTEXT "gone", "x"
SET CONTEXT "gone", ""
n = "num"
SET CONTEXT n AS 5 + 1
' context: profile = Basic
' context: tone = kind
' context: default = unnamed
' context: num = 6
' --- a context too large
' limit: context_tokens = 2
SET CONTEXT "a" AS "12345678"
SET CONTEXT "b" AS "123456789"       ' fault: 9002
' context: a = 12345678
' --- a prompt too large
' limit: context_tokens = 1
BEGIN SYSTEM PROMPT
12345
END SYSTEM PROMPT
' fault 2: 9002
' --- suggestions
ADD SUGGESTION "plain"
ADD SUGGESTION "1" AS "One"
ADD SUGGESTION "Call" AS "phone"
ADD SUGGESTION "Label", "value"
ADD SUGGESTION "1" AS "One"
ADD SUGGESTION "1" AS "Uno"
TALK "x"           ' expect: x ' buttons: plain=plain, 1=One, Call=Call=phone, value=Label, 1=Uno
TALK "again"       ' expect: again ' buttons: plain=plain, 1=One, Call=Call=phone, value=Label, 1=Uno
CLEAR SUGGESTION
TALK "y"           ' expect: y ' buttons:
' --- the answer to a suggestion is its key
ADD SUGGESTION "1" AS "Red wine"
ADD SUGGESTION "Beer", "b"
HEAR a             ' hear: red WINE | Beer | other | 1 | 5
HEAR b
HEAR c
HEAR d
x = HEAR
TALK a, b, c, d, x     ' expect: 1 b other 1 5
' --- fifty suggestions
FOR i = 1 TO 51
  ADD SUGGESTION "s" & i     ' fault: 9009
NEXT
' --- log
LOG "a"                      ' log: info a
LOG "b", {x: 1}              ' log: info b {"x": 1}
LOG_WARN "w"                 ' log: warn w
LOG_ERROR "e", 5             ' log: error e 5
LOG_DEBUG "d"                ' log: debug d
LOG_INFO 1 + 1               ' log: info 2
log = 5
TALK log                     ' expect: 5
' --- end session does not go on
TALK "bye"                   ' expect: bye
END SESSION
TALK "never"
' ends: end_session
' --- injected values
' param: fee = 2.5
' param: shop_name = "Acme"
TALK fee * 2                 ' expect: 5
TALK shop_name               ' expect: Acme
fee = fee + 1
TALK fee                     ' expect: 3.5
SUB s
  TALK shop_name & fee       ' expect: Acme3.5
END SUB
s
' --- a service answers
' service: /echo = {"ok": true}
r = CALL "/echo", 1, {a: 2}
TALK r.ok                    ' expect: true
CALL "/echo"
' effect: service_call "/echo" 1 {"a": 2}
' effect: service_call "/echo"
' --- an unknown service
CALL "/nothing"              ' fault: 1404
' --- keywords of later versions are unknown
x = 1
BUILD A ROCKET "a"            ' error: L104 unknown keyword "BUILD A ROCKET"
' --- misspelled keywords get a hint
ADD SUGESTION "x"            ' error: L104 @1-13 unknown keyword "ADD SUGESTION" ' hint: did you mean ADD SUGGESTION?
TAKL "x"                     ' error: L104 @1-4 ' hint: TALK
SET BOT MEMROY "a", 1        ' error: L104 ' hint: SET BOT MEMORY
' --- contexts are cleared
SET CONTEXT "a" AS "1"
SET CONTEXT "b" AS "2"
SET CONTEXT "c" AS "3"
CLEAR CONTEXT "B"
CLEAR CONTEXT "none"
' context: a = 1
' context: c = 3
' --- contexts are cleared together
SET CONTEXT "a" AS "1"
SET CONTEXT "free"
CLEAR CONTEXT
SET CONTEXT "c" AS "3"
' context: c = 3
' --- a context that is set again keeps its place and may be any value
SET CONTEXT "a" AS "1"
SET CONTEXT "b" AS [1, {x: 2}]
SET CONTEXT "A" AS 5.5
SET CONTEXT "b", NULL
' context: a = 5.5
' --- buttons of tools and texts
ADD SUGGESTION TOOL "order" AS "Order"
ADD SUGGESTION TEXT "I want pizza" AS "Pizza"
TALK "x"                          ' expect: x ' buttons: order=Order=tool, I want pizza=Pizza=text
HEAR a                            ' hear: order | pizza
HEAR b
TALK a, b                         ' expect: order I want pizza
' --- tool and text are variables where they stand alone
tool = "t"
text = "u"
ADD SUGGESTION tool
ADD SUGGESTION text AS "T"
ADD SUGGESTION text + "x"
ADD SUGGESTION tool, "v"
ADD SUGGESTION text[0]
TALK "x"                          ' expect: x ' buttons: t=t, u=T, ux=ux, v=t, u=u
' --- fifty suggestions are allowed
FOR i = 1 TO 50
  ADD SUGGESTION "s" & i
NEXT
ADD SUGGESTION "s50"
CLEAR SUGGESTIONS
ADD SUGGESTION "one"
TALK "x"                          ' expect: x ' buttons: one=one
' --- a suggestion is bounded
ADD SUGGESTION REPEAT("x", 1000)
ADD SUGGESTION REPEAT("x", 1001)  ' fault: 4002 1000 characters
' --- images
' stored: img/menu.png = bytes
ADD SUGGESTION "Pizza"
SHOW IMAGE "img/menu.png"         ' image: img/menu.png ' expect:
SHOW IMAGE " HTTPS://x.org/a.png", "Our " & "menu"    ' image: HTTPS://x.org/a.png ' expect: Our menu ' buttons: Pizza=Pizza
SHOW_IMAGE("img/menu.png", 5)     ' image: img/menu.png ' expect: 5
image = "img/menu.png"
SHOW IMAGE image, NULL            ' image: img/menu.png ' expect:
' --- an image the package does not have
SHOW IMAGE "none.png"             ' fault: 3004 none.png
' --- an image outside the package
SHOW IMAGE "../secret.png"        ' fault: 5004
' --- an image with too long an address
SHOW IMAGE "https://x/" & REPEAT("x", 2000)    ' fault: 4002
' --- a message to another session is its display text
SEND TO SESSION "abc", "hi"  ' effect: send "abc" "hi"
SEND TO SESSION SESSION_ID, [1, NULL]   ' field: session_id = "me" ' effect: send "me" "[1,null]"
' --- a message to another session needs both
SEND TO SESSION "abc"        ' error: L103
' --- events of the session for its analytics
LOG SESSION "milestone", "order_completed"     ' record: session milestone "order_completed"
LOG SESSION "error", {a: [1]}                  ' record: session error {"a": [1]}
name = "seen"
LOG SESSION name                               ' record: session seen null
' --- activities and measurements are analytics too
total = 12.5
LOG ACTIVITY "order placed", 3, total          ' record: activity order placed [3, 12.5]
LOG ACTIVITY "seen"                            ' record: activity seen null
LOG ACTIVITY "one", [1]                        ' record: activity one [[1]]
RECORD METRIC "order" WITH total = total, items = 3   ' record: metric order {"total": 12.5, "items": 3}
RECORD METRIC "visits"                         ' record: metric visits null
session = "mine"
LOG session                                    ' log: info mine
' --- a field is a name
RECORD METRIC "m" WITH "a" = 3                  ' error: L103 RECORD METRIC is not written so
' --- a file named as a variable is the file all the same
hours = GET "hours.txt"              ' effect: file_read "hours.txt"
hours = {txt: "member"}
TALK GET "hours.txt"                 ' expect: member
order = {}
TALK GET "order.item" IS NULL        ' expect: true
' --- what a model shall do later is kept with the session
SET ANSWER MODE "direct"             ' variable: answer_mode = "direct"
USE MODEL "qua" & "lity"             ' variable: llm_model = "4"
TALK GET SESSION "llm_model"         ' expect: quality
TALK GET SESSION "answer_mode"       ' expect: direct
answer_mode = "mine"
TALK (GET "answer_mode") & answer_mode  ' expect: directmine
USE MODEL 4
TALK TYPEOF(GET "llm_model")         ' expect: string
' --- how a model answers has one operand
SET ANSWER MODE "a", "b"             ' error: L103
