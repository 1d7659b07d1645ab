PARAM order_id AS STRING LIKE "ORD-20240115-1234"
PARAM reason AS STRING LIKE "broken on arrival"
DESCRIPTION "Starts the return of an order"

order = FIND "orders", "id = '" + order_id + "'"
IF UBOUND(order) = 0 THEN
  TALK "Which order do you mean?"
  HEAR order_id AS STRING
  order = FIND "orders", "id = '" + order_id + "'"
END IF

age = DATEDIFF(order.created_at, NOW())
IF age > 14 THEN
  TALK "Sorry, returns are possible within 14 days; your order is " + age + " days old."
  TALK "Shall I ask a colleague to look at it?"
  HEAR answer AS BOOLEAN
  IF answer THEN
    agent = GET AVAILABLE AGENT
    IF agent <> "" THEN
      TRANSFER SESSION agent
      TALK "One moment, a colleague takes over."
    ELSE
      CREATE_TASK "Late return " + order_id, reason, "normal"
      TALK "Nobody is free right now. We'll call you back."
    END IF
  END IF
  EXIT
END IF

WITH return_case
  order = order_id
  reason = reason
  opened = NOW()
  status = "open"
  case = "R-" + RANDOM(10000)
END WITH

SAVE "returns", return_case
UPDATE "orders" SET status = "returning", returned_at = NOW() WHERE id = order_id
LOG "return " + return_case.case + " for " + order_id
TALK "Your return has the number ${return_case.case}. Please send the parcel to us."
