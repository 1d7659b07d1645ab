' Runs in the warehouse's own session: tells the session that ordered.
HEAR number AS INTEGER WITH "Which order is ready?"
other_session_id = GET BOT MEMORY "session_of_order_" + number
IF other_session_id = "" THEN
    TALK "There is no order ${number}."
    EXIT
END IF

' Send message to another session
SEND TO SESSION other_session_id, "Notification: Your order is ready"
TALK "They know."
