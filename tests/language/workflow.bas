' --- a workflow needs its engine
ORCHESTRATE WORKFLOW "expense"         ' fault: 9012 ORCHESTRATE WORKFLOW needs a workflow engine
STEP 1: BOT "clerk" "check it"
STEP 2: HUMAN APPROVAL FROM approver & "@example.com"
    TIMEOUT 3600
    ON TIMEOUT: don't wait " for ( anybody : escalate
STEP 3: PARALLEL
    BRANCH A: BOT "bank" "pay"
    BRANCH second: BOT "books" "write it down"
END PARALLEL
IF amount > 10 THEN
    STEP 4: HUMAN APPROVAL FROM "boss"
END IF
DELAY 5
WITH OPTIMIZE FOR "cost"
WITH MAX_COST 5
WITH MAX_LATENCY 30
' --- statements mix with steps
TALK "before"                          ' expect: before
STEP 1: BOT "clerk", "task"            ' fault: 9012 STEP
' --- words of workflows are names too
step = 1 : delay = 2 : bot = 3 : timeout = 4 : branch = 5 : parallel = 6
TALK step + delay + bot + timeout + branch + parallel  ' expect: 21
FOR i = 1 TO 3 STEP 2
    TALK i                             ' expect: 1 | 3
NEXT
WITH max_cost
    limit = 1
END WITH
TALK max_cost                          ' expect: {"limit":1}
' --- a sub named like a step wins
SUB Delay(n)
    TALK "waiting " & n
END SUB
Delay(2)                               ' expect: waiting 2
CALL Delay 3                           ' expect: waiting 3
' --- an action on timeout is text
ON TIMEOUT: TALK "late                 ' fault: 9012 ON TIMEOUT
