' Counts, sets timers, and sends notes to another session or to itself, in an endless conversation.
IF tally THEN
    TALK VAL(GET BOT MEMORY "count")
    END
END IF

said = 0
DO
    HEAR word
    said = said + 1
    SELECT CASE word
        CASE "count"
            SET BOT MEMORY "count", VAL(GET BOT MEMORY "count") + 1
        CASE "timer"
            SCHEDULE IN 1 SECONDS DO
                SET BOT MEMORY "count", VAL(GET BOT MEMORY "count") + 1
                TALK "timer ${said}"
            END SCHEDULE
        CASE "note"
            SEND TO SESSION NVL(peer, SESSION_ID), "note ${SESSION_ID} ${said}"
    END SELECT
    TALK "${said} ${word}"
LOOP
