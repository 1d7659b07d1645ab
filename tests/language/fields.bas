' --- a field of the session's own is a session variable
SET SESSION "mood", "good"
TALK GET SESSION "mood"              ' expect: good
TALK GET "session.mood"              ' expect: good
TALK session.mood                    ' expect: good
TALK GET "mood"                      ' expect: good
SET "session.Mood", "bad"
TALK GET SESSION("MOOD")             ' expect: bad
SET SESSION "mood", NULL
TALK (GET SESSION "mood") IS NULL    ' expect: true
name = "score"
SET SESSION name, 1
SET "session." & name, (GET SESSION name) + 1
TALK GET SESSION "score"             ' expect: 2
TALK GET "session." + name           ' expect: 2
SET_SESSION "x" & "y", [1]
' variable: score = 2
' variable: xy = [1]
' --- a built-in field is read-only
SET SESSION "Channel", "web"         ' fault: 5002 the session field channel is read-only
' --- a built-in field is read-only under its long name
SET "session.user_role", "boss"      ' fault: 5002
' --- a built-in field is read-only when its name is computed
f = "auth_level"
SET SESSION f, "elevated"            ' fault: 5002 auth_level
' --- a built-in field is read-only when its long name is computed
f = "session.token"
SET f & "", "x"                      ' fault: 5002 token
' --- a built-in field is read-only as a member
session.id = 5                       ' fault: 5002 id
' --- a variable may be called like a field
' field: channel = "web"
SET "channel", "mine"
TALK GET "channel"                   ' expect: mine
TALK GET SESSION "channel"           ' expect: web
' --- members of session are fields
session.step = 1
session.step += 1
TALK session.step                    ' expect: 2
SET session.cart = {items: []}
session.cart.items[0] = "pen"
session.cart.total = 3
session["cart"].note = "x"
session["sub" & "total"] = 7
session.fresh.a = 1
TALK session.cart                    ' expect: {"items":["pen"],"total":3,"note":"x"}
TALK session.subtotal & session["cart"].total    ' expect: 73
SUB change
  session.step = session.step * 10
END SUB
change
TALK GET SESSION "step"              ' expect: 20
c = session.cart
c.total = 9
TALK session.cart.total              ' expect: 3
' variable: fresh = {"a": 1}
' variable: step = 20
' --- a member of nothing cannot be set twice over
session.a.b.c = 1                    ' fault: 4005
' --- a variable called session is one
session = {}
session.channel = 5
session.x = 6
TALK session                         ' expect: {"channel":5,"x":6}
TALK GET SESSION "x" = ""            ' expect: true
' --- SET of a variable called session
SET session, 5
SET context, 6
TALK GET "session"                   ' expect: 5
TALK (GET "context")                 ' expect: 6
' --- the fields of session are counted among the variables
' limit: variables = 1
SET "a", 1
session.b = 2                        ' fault: 9004
' variable: b = null
' --- user, bot and config
' field: user.name = "Ann"
' field: bot.name = "Shop"
' field: config.fee = "2.5"
' field: config.shop-name = "Acme"
TALK user.name & bot.name            ' expect: AnnShop
TALK GET "USER.NAME"                 ' expect: Ann
TALK GET user.name                   ' expect: Ann
TALK GET session.none = ""           ' expect: true
SET "user.shoe", 43
TALK GET "user.shoe"                 ' expect: 43
TALK user.shoe                       ' expect: 43
TALK GET("config", "fee")            ' expect: 2.5
key = "shop-name"
x = GET "config", key
TALK x                               ' expect: Acme
TALK (GET "Config.Fee")              ' expect: 2.5
SET "k", 8
y = GET "session", "k"
TALK y                               ' expect: 8
' --- GET of two values needs config or session
x = GET "other", "key"               ' fault: 4002
' --- GET INTO
SET "a", 5
GET "a" INTO x
TALK x                               ' expect: 5
m = {}
GET "a" INTO m.n
GET m.n INTO y
TALK m & (y IS NULL)                 ' expect: {"n":5}true
GET "a"
' --- GET INTO is a statement
x = 1 + GET "a" INTO y               ' error: L103
' --- GET INTO needs a variable
GET "a" INTO 5                       ' error: L103
' --- GET of a parameter
PARAM size AS STRING DEFAULT "L"
PARAM count AS INTEGER
x = "SIZE"
TALK GET TOOL PARAM "size"           ' expect: L
TALK GET TOOL PARAM x                ' expect: L
TALK GET "params.Size"               ' expect: L
TALK (GET TOOL PARAM "none") IS NULL ' expect: true
FUNCTION f()
  RETURN GET TOOL PARAM "size"
END FUNCTION
TALK f()                             ' expect: L
' --- GET of a file of the package
' stored: notes/a.txt = hello
' stored: b.csv = id,name
TALK GET "notes/a.txt"               ' expect: hello
TALK GET "b.csv"                     ' expect: id,name
TALK (GET "none.txt") IS NULL        ' expect: true
name = "a"
TALK GET "notes/" + name + ".txt"    ' expect: hello
TALK GET "notes/${name}.txt"         ' expect: hello
SET "b.csv", "mine"
SET "notes/a.txt", "mine too"
TALK GET "b.csv"                     ' expect: mine
TALK GET "notes/" & name & ".txt"    ' expect: mine too
' --- what a user says is no file and no URL
' stored: notes/a.txt = hello
HEAR name                            ' hear: notes/a.txt | https://example.com | /api/x
TALK (GET name) IS NULL              ' expect: true
TALK (GET "" + name) IS NULL         ' expect: true
TALK (GET "${name}") IS NULL         ' expect: true
TALK (GET name & "") IS NULL         ' expect: true
HEAR name
TALK (GET name) IS NULL              ' expect: true
HEAR name
TALK (GET name) IS NULL              ' expect: true
SET name & "", 5
TALK GET name                        ' expect: 5
' --- a package may allow it for files
' dynamic: true
' stored: notes/a.txt = hello
HEAR name                            ' hear: notes/a.txt | notes | session.x | notes/b.txt
TALK GET name                        ' expect: hello
HEAR name
TALK (GET name) IS NULL              ' expect: true
SET SESSION "x", 5
HEAR name
TALK GET name                        ' expect: 5
HEAR name
TALK (GET name) IS NULL              ' expect: true
' --- a package may allow it for URLs
' dynamic: true
x = "https://example.com"
y = GET x                            ' effect: http "GET" "" null "https://example.com"
' --- names of fields may have blanks around them and any case
' field: channel = "web"
TALK GET " session. Channel "        ' expect: web
SET " session. mood ", 1
' variable: mood = 1
' --- numbers as names of fields
RECORD METRIC "m" WITH 1 = 3, 2 = 1 = 1, type = "x" ' record: metric m {"1": 3, "2": true, "type": "x"}
SAVE "t" WITH id AS "1", 2024 AS 5
r = FIND "t"
TALK r[0]["2024"]                                   ' expect: 5
WITH x
  1 = 3
  IF TRUE THEN 3 = "c"
END WITH
TALK x                                              ' expect: {"1":3,"3":"c"}
' --- a number is no variable
1 = 3                                               ' error: L103 field of WITH
' --- a comma after an id belongs to get session, after a text it does not
FUNCTION pair(a, b)
    RETURN TYPEOF(a) & b
END FUNCTION
m = {id: "s1", ids: ["s2"]}
x = pair(GET SESSION m.id, "topic")        ' effect: session_read "s1" "topic" ' ends: session_read
' --- the operands of get session with an id are primaries
m = {ids: ["s2"]}
x = ["<" & GET SESSION m.ids[0], "a" & ">"]    ' effect: session_read "s2" "a" ' ends: session_read
' --- parentheses end get session as they end any call
m = {ids: ["topic"]}
SET "topic", "shoes"
TALK [GET SESSION (m.ids[0]), "a"]         ' expect: ["shoes","a"]
' --- get session in parentheses takes both
x = GET SESSION ("s1", "topic")            ' effect: session_read "s1" "topic" ' ends: session_read
' --- a field of another session is set
SET SESSION "s" & 1, "topic", {a: 1}       ' effect: session_write "s1" "topic" {"a": 1} ' ends: session_write
' --- set session takes no four operands
SET SESSION "s", "a", 1, 2                 ' error: L103
