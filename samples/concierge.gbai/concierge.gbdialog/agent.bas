' A person takes over; when they are done, the conversation goes on here.
HandoffToAgent()

' Transfer session to human agent
FUNCTION HandoffToAgent()
    agent_id = GET AVAILABLE AGENT
    TRANSFER SESSION agent_id
    TALK "Connecting you to an agent..."
END FUNCTION

' When the session is back, this bot knows what the agent knows.
ON EVENT "handoff_returned"
    LOG SESSION "milestone", "agent_" + event.data.outcome
    SET CONTEXT "agent_note" AS event.data.note
    TALK "I am back. What else can I do for you?"
END ON
