' A person takes over; when they are done, the conversation goes on here.
HandoffToAgent()

' Transfer session to human agent
FUNCTION HandoffToAgent()
    agent_id = GET AVAILABLE AGENT
    TRANSFER SESSION agent_id
    TALK "Connecting you to an agent..."
END FUNCTION

' The session is back, or nobody was there and the user left a message.
ON EVENT "handoff_returned"
    LOG SESSION "milestone", "agent_" + event.data.outcome
    IF event.data.outcome = "message" THEN
        id = SAVE "call_backs", {user: USER_ID, text: event.data.note, at: NOW()}
    ELSE
        SET CONTEXT "agent_note" AS event.data.note
    END IF
    TALK "I am back. What else can I do for you?"
END ON
