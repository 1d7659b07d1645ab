' Every message is answered from inside three loops and two procedures, and numbered where the script stands.
IF tally THEN
    TALK VAL(GET BOT MEMORY "count")
    END
END IF

said = 0
FOR round = 1 TO 100000
    FOR EACH step IN ["a", "b", "c"]
        left = 2
        WHILE left > 0
            HEAR word
            said = said + 1
            Act(word, round, step)
            left = left - 1
        WEND
    NEXT
NEXT

SUB Act(word, round, step)
    SELECT CASE word
        CASE "wait"
            TALK "${said} waits"
            WAIT 0.2
        CASE "call"
            got = CALL "/test/slow", 0.1, "${said} called"
            TALK got
        CASE "calls"
            TALK "${said} calls"
            FOR turn = 1 TO 2
                got = CALL "/test/slow", 0.05, "${said} call ${turn}"
                TALK got
            NEXT
        CASE "waitcall"
            TALK "${said} waits to call"
            WAIT 0.1
            got = CALL "/test/slow", 0.05, "${said} called late"
            TALK got
            WAIT 0.1
        CASE "count"
            Count()
        CASE "countcall"
            Count()
            got = CALL "/test/slow", 0.05, "${said} counted"
            Count()
            TALK got
        CASE "bye"
            TALK "${said} bye"
            END SESSION
    END SELECT
    Answer(word, round, step)
END SUB

SUB Count()
    SET BOT MEMORY "count", VAL(GET BOT MEMORY "count") + 1
END SUB

SUB Answer(word, round, step)
    TALK "${said} ${round}${step} ${word}"
END SUB
