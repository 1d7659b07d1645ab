' The concierge of ACME Corp: whom it talks to, what it offers, and how a conversation ends.

' Sessions start automatically when user connects
' The start.bas script runs for each new session
TALK "Welcome! This is a new session."

' Clean up before session ends
ON SESSION END
    CLEAR KB ALL
    CLEAR SUGGESTIONS
    LOG "Session ended: " + SESSION_ID
END ON

' Bot memory persists across all sessions
SET BOT MEMORY "company_name", "ACME Corp"

' Available to all users
company = GET BOT MEMORY "company_name"
SET CONTEXT "company" AS company

' start.bas - Initialize every session properly
user_id = GET SESSION "user_id"
IF user_id = "" THEN
    ' First time user
    TALK "Welcome! Let me help you get started."
    RUN "onboarding.bas"
ELSE
    ' Returning user
    TALK "Welcome back!"
END IF

USE KB "products"
IF user_id <> "" THEN
    RUN "resume.bas"
    IF GET BOT MEMORY "saved_session_" + user_id <> "" THEN ADD SUGGESTION TOOL "pick_up" AS "Go on"
END IF
RUN "offers.bas"
