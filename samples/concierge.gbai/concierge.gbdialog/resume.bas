' Runs before the next message of somebody who was away for a while; start.bas runs it too, for who comes again.
last_message = GET SESSION "last_interaction"
IF last_message <> "" THEN
    TALK "Welcome back! We were discussing: " + last_message
END IF
