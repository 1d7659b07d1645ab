' Goes on with what set_aside.bas kept, in another session and on another channel if need be.

' Restore later
saved = GET BOT MEMORY "saved_session_" + user_id
RESTORE SESSION STATE saved
order = GET "order_details"
TALK "We go on. Your last order was ${order.amount} x ${order.item}."
