' --- a child begins with copies, and what it does stays its own until it is merged
SET "name", "Ann"
SET "gone", 1
SET CONTEXT "profile" AS "regular"
child = CREATE SUB SESSION
RUN IN SESSION child, "task"          ' expect: Ann | [1] regular
TALK GET "name"                       ' expect: Ann
TALK GET "made" IS NULL               ' expect: true
TALK GET "gone"                       ' expect: 1
MERGE SESSION child
TALK GET "name"                       ' expect: Bea
TALK GET "made"                       ' expect: [1,2]
TALK GET "gone" IS NULL               ' expect: true
' variable: name = "Bea"
' context: profile = premium
' context: extra = more
' file: task
TALK GET "name"
TALK "[${GET "gone"}] regular"
SET "name", "Bea"
SET "made", [1, 2]
SET "gone", NULL
SET CONTEXT "profile" AS "premium"
SET CONTEXT "extra" AS "more"
' --- the id is a UUID of version 4
child = CREATE SUB SESSION
TALK LEN(child)                       ' expect: 36
TALK MID(child, 15, 1)                ' expect: 4
TALK TYPEOF(child)                    ' expect: string
other = CREATE SUB SESSION
TALK child = other                    ' expect: false
' --- only what the child changed overwrites
SET "a", 1
SET "b", 1
SET "c", 1
SET CONTEXT "first" AS "one"
SET CONTEXT "second" AS "two"
child = CREATE SUB SESSION
SET "a", 2
SET "b", NULL
SET "new", 2
SET CONTEXT "first" AS "ONE"
RUN IN SESSION child, "task"
MERGE SESSION child
' variable: a = 2
' variable: b = null
' variable: c = 3
' variable: new = 2
' context: first = ONE
' context: second = TWO
' file: task
SET "a", 9
SET "a", 1                            ' as it was: not changed
SET "b", 1
SET "c", 3
SET CONTEXT "second" AS "TWO"
' --- a variable both changed is the child's, one both removed is gone
SET "x", 1
SET "y", 1
child = CREATE SUB SESSION
SET "x", 2
SET "y", NULL
RUN IN SESSION child, "task"
MERGE SESSION child
' variable: x = 3
' variable: y = null
' file: task
SET "x", 3
SET "y", NULL
' --- knowledge bases and tools are united
' kb: manuals
' kb: prices
' kb: staff
USE KB "manuals"
USE KB "staff"
USE TOOL "task"
child = CREATE SUB SESSION
CLEAR KB "staff"
RUN IN SESSION child, "task"
MERGE SESSION child
' active: kbs manuals, staff, prices
' active: tools task, start
' file: task
CLEAR KB "manuals"
USE KB "prices"
CLEAR TOOLS
USE TOOL "start"
' --- the prompt and the suggestions of the parent stay
BEGIN SYSTEM PROMPT
Be kind.
END SYSTEM PROMPT
ADD SUGGESTION "yes" AS "Yes"
child = CREATE SUB SESSION
RUN IN SESSION child, "task"          ' expect: in ' buttons: no=No
TALK "out"                            ' expect: out ' buttons: yes=Yes
MERGE SESSION child
TALK "merged"                         ' expect: merged ' buttons: yes=Yes
' prompt: Be kind.
' file: task
BEGIN SYSTEM PROMPT
Be quick.
END SYSTEM PROMPT
ADD SUGGESTION "no" AS "No"
TALK "in"
' --- the result of a script in a child, with values
child = CREATE SUB SESSION
x = RUN IN SESSION child, "task.bas", 3, "b"
TALK x                                ' expect: {"n":6,"s":"bb","more":null}
x = RUN IN SESSION child, "task", 1
TALK x                                ' expect: {"n":2,"s":"","more":null}
' file: task
PARAM n AS INTEGER
PARAM s AS STRING
PARAM more AS STRING
RETURN {n: n * 2, s: s & s, more: more}
' --- a HEAR in the child suspends the caller too, and answers go to it
SET "name", "Ann"
child = CREATE SUB SESSION
x = RUN IN SESSION child, "ask"
TALK "Hello " & x                     ' hear: Bea ' expect: Who? | Hello Bea
TALK GET "name"                       ' expect: Ann
HEAR x WITH "And here?"               ' hear: here ' expect: And here?
TALK x                                ' expect: here
MERGE SESSION child
TALK GET "name"                       ' expect: Bea
' file: ask
HEAR n WITH "Who?"
SET "name", n
RETURN n
' --- a child is run as often as the parent likes, and remembers
child = CREATE SUB SESSION
FOR i = 1 TO 3
  RUN IN SESSION child, "count"       ' expect: 1 | 2 | 3
NEXT
MERGE SESSION child
TALK GET "n"                          ' expect: 3
' file: count
n = GET "n"
SET "n", n + 1
TALK GET "n"
' --- end inside a child ends only what was run there, from any depth
child = CREATE SUB SESSION
x = RUN IN SESSION child, "task"
TALK x IS NULL                        ' expect: true
SET "where", "parent"
child2 = CREATE SUB SESSION
RUN IN SESSION child2, "look"         ' expect: parent
' variable: where = "parent"
' file: task
SUB leave
  SET "where", "child"
  RUN "deeper"
  EXIT
END SUB
leave
' file: deeper
END
' file: look
TALK GET "where"
' --- RUN inside a child stays in it
SET "where", "parent"
child = CREATE SUB SESSION
RUN IN SESSION child, "task"          ' expect: child
TALK GET "where"                      ' expect: parent
' file: task
SET "where", "child"
RUN "look"
' file: look
TALK GET "where"
' --- children of children
SET "path", "session"
child = CREATE SUB SESSION
RUN IN SESSION child, "one"           ' expect: session/one/two/three
TALK GET "path"                       ' expect: session
MERGE SESSION child
TALK GET "path"                       ' expect: session/one/two/three
' file: one
path = GET "path"
SET "path", path & "/one"
child = CREATE SUB SESSION
RUN IN SESSION child, "two"
MERGE SESSION child
' file: two
path = GET "path"
SET "path", path & "/two"
child = CREATE SUB SESSION
RUN IN SESSION child, "three"
MERGE SESSION child
TALK GET "path"
' file: three
path = GET "path"
SET "path", path & "/three"
' --- what a child left unmerged goes with it
child = CREATE SUB SESSION
inner = RUN IN SESSION child, "one"
MERGE SESSION child
TALK GET "x" IS NULL                  ' expect: true
MERGE SESSION inner                   ' fault: 4004 is not a live sub-session
' file: one
child = CREATE SUB SESSION
RUN IN SESSION child, "two"
RETURN child
' file: two
SET "x", 1
' --- ten children and no more
FOR i = 1 TO 10
  last = CREATE SUB SESSION
NEXT
MERGE SESSION last
last = CREATE SUB SESSION
TALK "ten"                            ' expect: ten
last = CREATE SUB SESSION             ' fault: 9011 at most 10 live sub-sessions
' --- three deep and no deeper
child = CREATE SUB SESSION
RUN IN SESSION child, "down", 2       ' expect: 2 | 1 | 0
' file: down
PARAM n AS INTEGER
TALK n
child = CREATE SUB SESSION            ' fault: 9011 at most 3 deep
RUN IN SESSION child, "down", n - 1
' --- a merged child is no child
child = CREATE SUB SESSION
MERGE SESSION child
RUN IN SESSION child, "task"          ' fault: 4004 is not a live sub-session of this session
' file: task
' --- merging twice
child = CREATE SUB SESSION
MERGE SESSION child
MERGE SESSION child                   ' fault: 4004 is not a live sub-session
' --- what was never a child
MERGE SESSION "some text"             ' fault: 4004 "some text" is not
' --- a value that can be no id
MERGE SESSION [1]                     ' fault: 4004 this is not
' --- an id in other spellings of a UUID is none
child = CREATE SUB SESSION
MERGE SESSION REPLACE(child, "-", "")  ' fault: 4004
' --- upper case and blanks around an id do not matter
child = CREATE SUB SESSION
MERGE SESSION "  " & UCASE(child) & " "
TALK "merged"                         ' expect: merged
' --- a child is no child of itself
child = CREATE SUB SESSION
RUN IN SESSION child, "task", child
' file: task
PARAM me AS STRING
MERGE SESSION me                      ' fault: 4004
' --- nor is a sibling
child = CREATE SUB SESSION
other = CREATE SUB SESSION
RUN IN SESSION child, "task", other
' file: task
PARAM other AS STRING
RUN IN SESSION other, "task", other   ' fault: 4004
' --- the child is looked up before the script
RUN IN SESSION "none", "nowhere"      ' fault: 4004
' --- a script that is missing
child = CREATE SUB SESSION
RUN IN SESSION child, "nowhere"       ' fault: 3004
' --- a path that leaves the package
child = CREATE SUB SESSION
RUN IN SESSION child, "../other"      ' fault: 5004
' --- more values than parameters
child = CREATE SUB SESSION
RUN IN SESSION child, "task", 1, 2    ' fault: 4002
' file: task
PARAM n AS INTEGER
' --- scripts run each other at most 16 deep, in children too
child = CREATE SUB SESSION
RUN IN SESSION child, "down", 15
' file: down
PARAM n AS INTEGER
RUN "down", n - 1                     ' fault: 9007
' --- a fault in a child is the fault of the run
child = CREATE SUB SESSION
RUN IN SESSION child, "task"
' file: task
SET "x", 1
y = 1 / 0                             ' fault: 4003
' --- merging would pass the limit of variables, and nothing happens
' limit: variables = 2
SET "a", 1
child = CREATE SUB SESSION
SET "b", 1
RUN IN SESSION child, "task"
MERGE SESSION child                   ' fault: 9004 at most 2 variables
' variable: a = 1
' variable: b = 1
' file: task
SET "a", 5
SET "c", 1
' --- merging at the limit of variables, one taken for another
' limit: variables = 2
SET "a", 1
SET "b", 1
child = CREATE SUB SESSION
RUN IN SESSION child, "task"
MERGE SESSION child
' variable: a = null
' variable: b = 1
' variable: c = 2
' file: task
SET "a", NULL
SET "c", 2
' --- merging would pass the limit of knowledge bases, and nothing happens
' kb: one
' kb: two
' kb: three
' limit: active_kbs = 2
USE KB "one"
child = CREATE SUB SESSION
USE KB "two"
RUN IN SESSION child, "task"
MERGE SESSION child                   ' fault: 9003 at most 2 active knowledge bases
' active: kbs one, two
' variable: x = null
' file: task
SET "x", 1
USE KB "three"
' --- a child that does not fit into memory
' limit: memory_bytes = 30000
SET "big", REPEAT("x", 9000)
child = CREATE SUB SESSION
SET "big", NULL
other = CREATE SUB SESSION
SET "big", REPEAT("y", 9000)
third = CREATE SUB SESSION            ' fault: 9001
' --- merging moves what a copy would have no room for
' limit: memory_bytes = 20000
child = CREATE SUB SESSION
RUN IN SESSION child, "task"
MERGE SESSION child
TALK "merged"                         ' expect: merged
' file: task
SET "big", REPEAT("x", 9000)
' --- large values travel with children and come back
SET "big", REPEAT("x", 5000)
child = CREATE SUB SESSION
RUN IN SESSION child, "task"          ' hear: go ' expect: 5000
MERGE SESSION child
TALK LEN(GET "big")                   ' expect: 6000
' file: task
TALK LEN(GET "big")
HEAR x
SET "big", REPEAT("y", 6000)
' --- stays suspended in a child
child = CREATE SUB SESSION
RUN IN SESSION child, "task"          ' ends: hear
' file: task
SET "x", 1
HEAR x
' --- RUN IN SESSION needs a script
child = CREATE SUB SESSION
RUN IN SESSION child                  ' error: L103
' --- words that look like the keywords
create = 1
merge = 2
sub_session = create + merge
TALK sub_session                      ' expect: 3
' --- a fault in a child is trapped outside, in the session it left
SET "where", "session"
child = CREATE SUB SESSION
TRY
  RUN IN SESSION child, "task"
CATCH e
  TALK e.code & " " & e.file           ' expect: 4003 task.bas
END TRY
TALK GET "where"                      ' expect: session
RUN IN SESSION child, "look"          ' expect: child
MERGE SESSION child
TALK GET "where"                      ' expect: child
' file: task
SET "where", "child"
SUB fails
  x = 1 / 0
END SUB
fails
' file: look
TALK GET "where"
' --- a fault two children deep is trapped in the one between
SET "where", "session"
child = CREATE SUB SESSION
RUN IN SESSION child, "outer"         ' hear: on ' expect: 4010 | outer
TALK GET "where"                      ' expect: session
' file: outer
SET "where", "outer"
child = CREATE SUB SESSION
TRY
  RUN IN SESSION child, "inner"
CATCH e
  TALK e.code
END TRY
TALK GET "where"
' file: inner
SET "where", "inner"
HEAR x
ASSERT x = "off"
' --- a limit of sub-sessions can be trapped, and the next one is there again
ON ERROR RESUME NEXT
FOR i = 1 TO 12
  last = CREATE SUB SESSION
NEXT
TALK ERR                              ' expect: 9011
MERGE SESSION last
CLEAR ERROR
last = CREATE SUB SESSION
TALK ERR                              ' expect: 0
MERGE SESSION "nobody"
TALK ERR                              ' expect: 4004
' --- a merge past a limit is trapped with nothing done, and the child lives
' limit: variables = 1
child = CREATE SUB SESSION
SET "a", 1
RUN IN SESSION child, "task"
TRY
  MERGE SESSION child
CATCH e
  TALK e.code                         ' expect: 9004
END TRY
SET "a", NULL
MERGE SESSION child
TALK GET "b"                          ' expect: 2
' file: task
SET "b", 2
