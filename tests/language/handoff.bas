' --- an agent is a value like any other
agent = GET AVAILABLE AGENT
TRANSFER SESSION agent
TALK "to ${agent}"                      ' expect: to ann
' --- the words end the operand
TALK "free: " + GET AVAILABLE AGENT + "!"
                                        ' expect: free: ann!
IF GET AVAILABLE AGENT = "ann" THEN TALK "her"
                                        ' expect: her
' --- a transfer in a function of the package
FUNCTION HandoffToAgent()
  agent_id = GET AVAILABLE AGENT
  TRANSFER SESSION agent_id
  TALK "Connecting you to an agent..."
END FUNCTION
HandoffToAgent()                        ' expect: Connecting you to an agent...
' --- an outcome that is waited for
FOR i = 1 TO 2
  r = TRANSFER SESSION "desk " + i TIMEOUT 30 * i
  TALK "${r.outcome} ${r.agent} ${r.waited_seconds}"
NEXT                                    ' expect: resolved desk 1 30 | resolved desk 2 60
' --- without a time-out
r = TRANSFER SESSION ""
TALK r.waited_seconds IS NULL           ' expect: true
' --- a statement with a time-out
TRANSFER SESSION "sales" TIMEOUT 60
TALK "on"                               ' expect: on
' --- a name that is nobody's
TRANSFER SESSION "nobody"               ' fault: 4004
' --- a department, a priority, a reason
x = TRANSFER TO HUMAN "sales", "high", "wants a discount"
IF x.success THEN TALK x.status         ' expect: queued
' --- nobody in particular
TRANSFER TO HUMAN
x = TRANSFER TO HUMAN
TALK x.queue_position                   ' expect: 1
' --- underscores
a = GET_AVAILABLE_AGENT
TRANSFER_SESSION a
TALK a                                  ' expect: ann
' --- words of the keyword as names
transfer = 1
session = 2
available = 3
TALK transfer + session + available     ' expect: 6
' --- who attends and who waits
q = GET QUEUE
TALK q.total & UBOUND(q.items)           ' expect: 00
a = GET ATTENDANTS "online"
TALK a[0].id & " " & a[0].skills.spanish & " " & a[0].idle_seconds  ' expect: ann 3 90
TALK UBOUND(GET ATTENDANTS)              ' expect: 1
TALK UBOUND(GET ATTENDANTS "Away")       ' expect: 0
TALK GET ATTENDANT STATUS "ann"          ' expect: online
TALK "[" & (GET ATTENDANT STATUS "bea") & "]"  ' expect: []
TALK GET ATTENDANT STATS("ann").active_conversations  ' expect: 0
TALK (GET ATTENDANT STATS "bea") IS NULL ' expect: true
x = GET ATTENDANTS "asleep"              ' fault: 4002 an attendant is offline, online, away, busy, not asleep
' --- earlier sessions of a user
h = GET CUSTOMER HISTORY "u1"              ' effect: customer_history "u1"
TALK h[0].session_id                       ' expect: s-1
IF GET CUSTOMER HISTORY "nobody" THEN TALK "some" ELSE TALK "none"  ' expect: none ' effect: customer_history "nobody"
' --- a note for agents
ADD NOTE SESSION_ID & "s", "be " & "kind"  ' effect: note_add "s" "be kind"
ADD NOTE TO "s", 5                         ' effect: note_add "s" 5
ADD_NOTE("s", "x")                         ' effect: note_add "s" "x"
' --- how urgent a session is
SET PRIORITY SESSION_ID & "s", "high"      ' effect: priority_set "s" "high"
SET PRIORITY "s" TO 5                      ' effect: priority_set "s" 5
' --- a tag of a session
TAG CONVERSATION "s", "re" & "fund"        ' effect: tag_add "s" "refund"
TAG CONVERSATION SESSION_ID & "s" TO 5     ' effect: tag_add "s" 5
TAG CONVERSATION "s" WITH "vip"            ' effect: tag_add "s" "vip"
' --- agents are told
NOTIFY ATTENDANT "ann", "a " & "customer"  ' effect: notice_add "ann" "a customer"
NOTIFY ATTENDANT "an" & "n" TO 5           ' effect: notice_add "ann" 5
NOTIFY ATTENDANT "ann" WITH "waits"        ' effect: notice_add "ann" "waits"
NOTIFY AGENT "ann" WITH {order: 1}         ' effect: notice_add "ann" {"order": 1}
NOTIFY AGENT "ann", "x"                    ' effect: notice_add "ann" "x"
' --- nothing is told
NOTIFY ATTENDANT "ann"                     ' error: L103 NOTIFY ATTENDANT is not written so
' --- an agent is told nothing
NOTIFY AGENT "ann"                         ' error: L103 NOTIFY AGENT is not written so
' --- a tag that is not there
TAG CONVERSATION "s"                       ' error: L103 TAG CONVERSATION is not written so
' --- who gets a session, and that people are done with it
ASSIGN CONVERSATION "s" TO "ann"           ' effect: session_assign "s" "ann"
ASSIGN CONVERSATION "s", "b" & "ob"        ' effect: session_assign "s" "bob"
RESOLVE CONVERSATION "s"                   ' effect: session_resolve "s"
RESOLVE CONVERSATION "s" WITH "refunded"   ' effect: session_resolve "s" "refunded"
' --- a supervisor gets a session
ESCALATE TO SUPERVISOR                     ' effect: session_escalate
ESCALATE TO SUPERVISOR SESSION_ID & "s"    ' effect: session_escalate "s"
ESCALATE TO SUPERVISOR "s", "re" & "fund"  ' effect: session_escalate "s" "refund"
ESCALATE TO SUPERVISOR "s" WITH "refund"   ' effect: session_escalate "s" "refund"
ESCALATE_TO_SUPERVISOR                     ' effect: session_escalate
' --- where nobody is a supervisor
ESCALATE TO SUPERVISOR "nobody"            ' effect: session_escalate "nobody" ' fault: 4004
' --- a supervisor for no reason
ESCALATE TO SUPERVISOR "s",                ' error: L103 the statement is incomplete
' --- nobody gets a session
ASSIGN CONVERSATION "s"                    ' error: L103 ASSIGN CONVERSATION is not written so
' --- no session is resolved
RESOLVE CONVERSATION                       ' error: L103 RESOLVE CONVERSATION is not written so
' --- a priority that is not there
SET PRIORITY "s"                           ' error: L103 SET PRIORITY is not written so
' --- a note without a text
ADD NOTE "s"                               ' error: L103 ADD NOTE is not written so
