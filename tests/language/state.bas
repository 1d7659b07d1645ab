' --- what is saved is restored
' kb: manuals
SET "color", "red"
SET "list", [1, {a: 2.5}]
SET CONTEXT "who" AS "Ann"
SET CONTEXT "likes tea"
BEGIN SYSTEM PROMPT
Be kind.
END SYSTEM PROMPT
USE KB "manuals"
USE TOOL "start"
ADD SUGGESTION "yes" AS "Yes please"
ADD SUGGESTION "0800" AS "phone"
s = SAVE SESSION STATE
SET "color", "blue"
SET "more", 1
SET "list", NULL
SET CONTEXT "who" AS ""
CLEAR CONTEXT
BEGIN SYSTEM PROMPT
Be brief.
END SYSTEM PROMPT
CLEAR KB ALL
CLEAR TOOLS
CLEAR SUGGESTIONS
RESTORE SESSION STATE s
x = GET "list"
TALK (GET "color") & x[1].a & ((GET "more") IS NULL)    ' expect: red2.5true ' buttons: yes=Yes please, 0800=0800=phone
' variable: color = "red"
' variable: list = [1, {"a": 2.5}]
' context: who = Ann
' context: default = likes tea
' prompt: Be kind.
' active: kbs manuals
' active: tools start
' --- the form of a saved state
SET "n", 1.0
SET "at", TODAY
SET CONTEXT "c" AS "d"
s = SAVE SESSION STATE
TALK KEYS(s)                             ' expect: ["kind","version","session_id","user_id","channel","saved_at","variables","contexts","system_prompt","kbs","tools","suggestions","history"]
TALK s.kind & s.version & s.variables & s.contexts    ' expect: session_state1{"n":1,"at":"2024-02-29"}[{"name":"c","value":"d"}]
TALK s.saved_at, s.system_prompt = "", s.kbs, s.suggestions    ' expect: 2024-02-29 12:34:56 true [] []
TALK s.history                           ' expect: [{"role":"bot","text":"Welcome.","at":"2024-02-29T12:34:56"}]
' --- a saved state is plain data and keeps what it had
SET "a", [1]
s = SAVE SESSION STATE
s.variables.b = 2
x = GET "a"
SET "a", [9]
SET BOT MEMORY "state" , s
t = GET BOT MEMORY "state"
RESTORE SESSION STATE t
s.variables.a[0] = 5
TALK GET "a", GET "b"                    ' expect: [1] 2
' --- script variables and what waits are no part of it
n = 1
s = SAVE SESSION STATE
n = 2
HEAR x WITH "go on?"                     ' hear: yes ' expect: go on?
RESTORE SESSION STATE s
TALK n & x                               ' expect: 2yes
' --- history comes back
s = SAVE SESSION STATE
PUSH s.history, {role: "user", text: "Hi", at: NOW}
RESTORE SESSION STATE s
t = SAVE SESSION STATE
TALK t.history[1].text & UBOUND(t.history)    ' expect: Hi2
' --- knowledge and tools that are gone are left out
' kb: manuals
RESTORE SESSION STATE {kind: "session_state", version: 1, kbs: ["Manuals", "gone"], tools: ["START.bas", "lost"]}
TALK "on"                                ' expect: on
' active: kbs manuals
' active: tools start
' log: warn RESTORE SESSION STATE: the package does not have kb gone, tool lost
' --- a state of nothing empties all
SET "a", 1
RESTORE SESSION STATE {kind: "session_state", version: 1}
TALK (GET "a") IS NULL                   ' expect: true
' --- what is no state changes nothing
SET "a", 1
bad = [NULL, "", 5, [], {}, {kind: "session_state"}, {kind: "session_state", version: 2}, {kind: "session_state", version: TRUE}]
PUSH bad, {kind: "session_state", version: 1, variables: []}
PUSH bad, {kind: "session_state", version: 1, variables: {" ": 1}}
PUSH bad, {kind: "session_state", version: 1, variables: {" a": 1, "A ": 2}}
PUSH bad, {kind: "session_state", version: 1, contexts: {a: 1}}
PUSH bad, {kind: "session_state", version: 1, contexts: [{name: "a", value: 5}]}
PUSH bad, {kind: "session_state", version: 1, contexts: [{value: "x"}]}
PUSH bad, {kind: "session_state", version: 1, suggestions: [{key: "a", label: "b", kind: "bomb"}]}
PUSH bad, {kind: "session_state", version: 1, kbs: [5]}
PUSH bad, {kind: "session_state", version: 1, history: [{role: "god", text: "x"}]}
PUSH bad, {kind: "session_state", version: 1, system_prompt: 5}
codes = []
FOR EACH b IN bad
  TRY
    RESTORE SESSION STATE b
    PUSH codes, 0
  CATCH e
    PUSH codes, e.code
  END TRY
NEXT
TALK UNIQUE(codes) & UBOUND(codes) & (GET "a")    ' expect: [4007]181
' --- no state at all
RESTORE SESSION STATE ""                 ' fault: 4007
' --- a state with more variables than a session has
' limit: variables = 2
SET "a", 1
m = {}
FOR i = 1 TO 3
  m["v" & i] = i
NEXT
TRY
  RESTORE SESSION STATE {kind: "session_state", version: 1, variables: m}
CATCH e
  TALK e.code & GET "a"                  ' expect: 90041
END TRY
REMOVE(m, "v3")
RESTORE SESSION STATE {kind: "session_state", version: 1, variables: m}
TALK GET "v2"                            ' expect: 2
' --- a state with a context that is too long
' limit: context_tokens = 5
SET "a", 1
RESTORE SESSION STATE {kind: "session_state", version: 1, system_prompt: REPEAT("x", 20)}
RESTORE SESSION STATE {kind: "session_state", version: 1, contexts: [{name: "a", value: REPEAT("x", 21)}]}    ' fault: 9002
' prompt: xxxxxxxxxxxxxxxxxxxx
' --- a state with more knowledge than may be in use
' limit: active_kbs = 1
' kb: a
' kb: b
RESTORE SESSION STATE {kind: "session_state", version: 1, kbs: ["a", "A"]}
RESTORE SESSION STATE {kind: "session_state", version: 1, kbs: ["a", "b"]}    ' fault: 9003
' active: kbs a
' --- a state that memory has no room for changes nothing
' limit: memory_bytes = 9000
SET "a", 1
m = {b: REPEAT("x", 2500), c: REPEAT("y", 2500)}
RESTORE SESSION STATE {kind: "session_state", version: 1, variables: m}    ' fault: 9001
' variable: a = 1
' --- a template adds what it names
' kb: manuals
' template: vip = kb,manuals
' template: vip = kb,gone
' template: vip = tool,start
' template: vip = context,tone,warm, and short
' template: vip = context,,unnamed
' template: vip = variable,discount,15
' template: vip = variable,rate,0.5
' template: vip = variable,active,TRUE
' template: vip = variable,old,
' template: vip = suggestion,buy,Buy now
' template: vip = suggestion,stop,
' template: vip = prompt,,Be generous.
SET "keep", "kept"
SET "old", 5
ADD SUGGESTION "buy" AS "Buy now"
APPLY SESSION TEMPLATE "VIP.csv"
TALK (GET "discount") + 1 & TYPEOF(GET "rate") & (GET "active") & (GET "keep")    ' expect: 16floattruekept ' buttons: buy=Buy now, stop=stop
APPLY SESSION TEMPLATE "vip"
' context: tone = warm, and short
' context: default = unnamed
' prompt: Be generous.
' active: kbs manuals
' active: tools start
' log: warn session template VIP.csv: the package does not have kb gone
' log: warn session template vip: the package does not have kb gone
' --- a template that is not there
APPLY SESSION TEMPLATE "nothing"         ' fault: 3004
' --- a template beyond the limits changes nothing
' limit: variables = 1
' template: t = variable,a,1
' template: t = variable,b,2
APPLY SESSION TEMPLATE "t"               ' fault: 9004
' variable: a = null
' --- restore within a sub-session
SET "a", "parent"
s = SAVE SESSION STATE
SET "saved", s
child = CREATE SUB SESSION
r = RUN IN SESSION child, "child"
TALK r.variables.a & GET "a"             ' expect: parent | parentparent
SET "a", "changed"
MERGE SESSION child
TALK (GET "a") & ((GET "saved") IS NULL)    ' expect: changedtrue
' file: child
SET "a", "child"
s = GET "saved"
RESTORE SESSION STATE s
TALK GET "a"
RETURN SAVE SESSION STATE
' --- a template within a sub-session is merged
' template: t = variable,a,from template
' template: t = context,c,also
child = CREATE SUB SESSION
RUN IN SESSION child, "inner"
TALK (GET "a") IS NULL                   ' expect: true
MERGE SESSION child
TALK GET "a"                             ' expect: from template
' context: c = also
' file: inner
APPLY SESSION TEMPLATE "t"
' --- shown to authors
SET "b", [1]
SET "A", {k: 2.0}
SET CONTEXT "tone" AS "warm"
v = "mine"
DEBUG SHOW VARIABLES
' expect: VARIABLES\nA = {"k":2}\nb = [1]\nSCRIPT VARIABLES\nv = "mine"
DEBUG SHOW CONTEXT
' expect: CONTEXT\nsystem_prompt = ""\ntone = "warm"\nkbs = []\ntools = []
' log: info VARIABLES\nA = {"k":2}\nb = [1]\nSCRIPT VARIABLES\nv = "mine"
' log: info CONTEXT\nsystem_prompt = ""\ntone = "warm"\nkbs = []\ntools = []
