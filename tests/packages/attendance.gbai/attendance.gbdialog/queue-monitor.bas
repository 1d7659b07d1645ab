SET SCHEDULE "*/5 * * * *"

queue = GET QUEUE
online = GET ATTENDANTS "online"
IF UBOUND(online) = 0 AND queue.total > 0 THEN
    SEND MAIL "lead@desk.example", "Nobody is online", queue.total + " wait"
END IF

FOR EACH item IN queue.items
    waiting = item.waiting_time_seconds
    IF waiting > 300 THEN
        SET PRIORITY item.session_id, "high"
        best = ""
        lowest = 999
        FOR EACH a IN online
            stats = GET ATTENDANT STATS a.id
            IF stats.active_conversations < lowest THEN
                lowest = stats.active_conversations
                best = a.id
            END IF
        NEXT a
        IF best <> "" THEN
            ASSIGN CONVERSATION item.session_id, best
            NOTIFY ATTENDANT best, "A customer waits for " + INT(waiting / 60) + " minutes."
        END IF
    ELSE IF waiting > 120 THEN
        TAG CONVERSATION item.session_id, "slow"
    END IF
NEXT item
