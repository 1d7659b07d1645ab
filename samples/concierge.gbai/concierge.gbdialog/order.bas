' Takes an order, and lets another session know when somebody waits for it.
HEAR item AS MENU "Anvil", "Rocket skates" WITH "What shall it be?"
HEAR amount AS INTEGER WITH "How many?" DEFAULT 1
IF amount < 1 OR amount > 20 THEN
    ' Log session events
    LOG SESSION "error", "payment_failed"
    TALK "We send one to twenty at a time, so nothing was ordered."
    EXIT
END IF

number = VAL(GET BOT MEMORY "orders") + 1
SET BOT MEMORY "orders", number
SET "order_details", {number: number, item: item, amount: amount}
SET BOT MEMORY "session_of_order_" + number, SESSION_ID

' Save important data beyond session
important_data = GET "order_details"
SET BOT MEMORY "user_" + user_id + "_last_order", important_data

LOG SESSION "milestone", "order_completed"
ADD SUGGESTION TOOL "expert" AS "How do I use it?"
TALK "Order ${number}: ${amount} x ${item}. We tell you here when it is ready."
