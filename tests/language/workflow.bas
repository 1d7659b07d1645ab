' --- a workflow is a sequence of steps, and says what the server has not
ORCHESTRATE WORKFLOW "expense"         ' record: activity expense null
STEP 1: TALK "checked"                 ' expect: checked
STEP 2:
TALK "and more"                        ' expect: and more
STEP 3: HUMAN APPROVAL FROM approver & "@example.com"    ' fault: 9012 HUMAN APPROVAL FROM needs a workflow engine
    TIMEOUT 3600
    ON TIMEOUT: don't wait " for ( anybody : escalate
STEP 4: PARALLEL
    BRANCH A: BOT "bank" "pay"
    BRANCH second: BOT "books" "write it down"
END PARALLEL
IF amount > 10 THEN
    STEP 5: HUMAN APPROVAL FROM "boss"
END IF
WITH OPTIMIZE FOR "cost"
WITH MAX_COST 5
WITH MAX_LATENCY 30
' --- what another bot gives is the result of its step
STEP 1: BOT "cl" & "erk", "task"       ' effect: delegate "task" "clerk"
TALK "<" & step_1 & ">"                ' expect: <clerk: task>
' --- a delay waits
DELAY 5                                ' effect: wait 5
' --- branches run one after the other
STEP 1: PARALLEL
    BRANCH A: TALK "a"                 ' expect: a
    BRANCH second:
        TALK "b"                       ' expect: b
    BRANCH C: BOT "bank" "pay"         ' effect: delegate "pay" "bank"
    BRANCH D: BOT "nobody" "pay"       ' effect: delegate "pay" "nobody" ' fault: 4004
END PARALLEL
' --- what a workflow should spare has no effect
WITH OPTIMIZE FOR "cost"
WITH MAX_COST 1 / 4
WITH MAX_LATENCY 30
PARALLEL
END PARALLEL
TALK "done"                            ' expect: done
WITH MAX_COST 1 / 0                    ' fault: 4003
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
