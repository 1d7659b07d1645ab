FUNCTION HandoffToAgent()
    agent_id = GET AVAILABLE AGENT
    TRANSFER SESSION agent_id
    TALK "Connecting you to an agent..."
END FUNCTION

FUNCTION IsOpen()
    h = HOUR(NOW())
    d = WEEKDAY(NOW())
    IF d = 1 OR d = 7 THEN
        RETURN FALSE
    END IF
    RETURN h >= 9 AND h < 18
END FUNCTION

IF IsOpen() THEN
    LOG SESSION "milestone", "handoff"
    HandoffToAgent()
ELSE
    TALK "We are here from Monday to Friday, 9 to 18 h. Shall we call you?"
    HEAR call AS BOOLEAN
    IF call THEN
        HEAR phone AS PHONE WITH "Your number?"
        CREATE TASK "Call back", phone, "normal", queue, DATEADD(NOW(), 1, "day")
        TALK "We'll call " + phone
    END IF
END IF
