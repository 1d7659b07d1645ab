' A person takes over; when they are done, the conversation goes on here.
HandoffToAgent()

' Transfer session to human agent
FUNCTION HandoffToAgent()
    agent_id = GET AVAILABLE AGENT
    TRANSFER SESSION agent_id
    TALK "Connecting you to an agent..."
END FUNCTION
