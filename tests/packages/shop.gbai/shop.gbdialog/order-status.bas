PARAM order_id AS STRING LIKE "ORD-20240115-1234" DESCRIPTION "Order number"
DESCRIPTION "Tells where an order is"

order = FIND "orders.csv", "id = '" + order_id + "'"

IF order = NULL THEN
    TALK "I can't find order " + order_id + "."
    RETURN NULL
END IF

SELECT CASE order.status
    CASE "new"
        TALK "We have your order and will pack it soon."
    CASE "packed", "ready"
        TALK "Your order is packed and waits for the courier."
    CASE "sent"
        days = DATEDIFF(order.sent_at, NOW(), "day")
        TALK "On its way since " + days + " day" + IIF(days = 1, "", "s") + "."
    CASE "delivered"
        TALK "It was delivered on " + FORMAT(order.delivered_at, "DD/MM/YYYY")
    CASE ELSE
        TALK "Status: " + order.status
END SELECT

RETURN order
