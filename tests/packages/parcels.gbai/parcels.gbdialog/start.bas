ON EVENT "order.created" DO
    TALK "New order " + event.data.id + " (" + event.name + ")"
    SET BOT MEMORY "orders" , VAL(GET BOT MEMORY "orders") + 1
END ON

ON FORM SUBMIT "feedback"
    IF fields.rating < 3 THEN
        TALK "Sorry to hear that, ${fields.name}."
        LOG SESSION "error", fields
    ELSE
        TALK "Thanks!"
    END IF
    SAVE "feedback", {name: fields.name, rating: fields.rating, from: metadata.page}
END ON

ON INSERT OF "orders"
    LOG "inserted " & row.id
END ON
ON UPDATE OF "orders"
    IF row.status <> old_row.status THEN TALK "Order ${row.id}: ${old_row.status} → ${row.status}"
END ON
ON DELETE OF "orders"
    LOG "deleted " & old_row.id
END ON

ON "shipped" CALL shipped
SUB shipped(e)
    TALK "Shipped: " & e.data.id
END SUB

TALK "Listening…"
DO
    HEAR cmd AS "order", "ship", "stop", *
    IF cmd = "order" THEN
        SAVE "orders", "o1", {status: "new"}
        UPDATE "orders" SET status = "paid" WHERE id = "o1"
    ELSEIF cmd = "ship" THEN
        PUBLISH EVENT "shipped", {id: "o1"}
    ELSEIF cmd = "stop" THEN
        EXIT DO
    ELSE
        TALK "? " & cmd
    END IF
LOOP
DELETE FROM "orders" WHERE id = "o1"
