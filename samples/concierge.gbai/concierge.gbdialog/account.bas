' What only users who are signed in may see.
auth_level = GET SESSION "auth_level"
IF auth_level <> "authenticated" THEN
    TALK "Please log in to continue"
    RUN "auth.bas"
END IF

IF auth_level = "anonymous" THEN EXIT
last_order = GET BOT MEMORY "user_" + user_id + "_last_order"
IF last_order = "" THEN
    TALK "You have not ordered yet."
ELSE
    TALK "Your last order was ${last_order.amount} x ${last_order.item}."
END IF
ADD SUGGESTION TOOL "set_aside" AS "Go on elsewhere"
TALK "Anything else?"
