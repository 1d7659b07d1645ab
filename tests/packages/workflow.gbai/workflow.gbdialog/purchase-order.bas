PARAM supplier AS STRING
PARAM items AS ARRAY
DESCRIPTION "Purchase order with two approvals"

total = 0
FOR EACH item IN items
    total = total + item.price * item.quantity
NEXT item

WITH po
    id = "PO-" + RANDOM(10000, 99999)
    supplier = supplier
    items = items
    total = total
    status = "waiting"
    date = TODAY()
END WITH
SAVE "orders", po

ORCHESTRATE WORKFLOW "purchase"
WITH OPTIMIZE FOR "cost"
WITH MAX_COST 5
STEP 1: HUMAN APPROVAL FROM "lead@example.com"
STEP 2: HUMAN APPROVAL FROM "finance@example.com"

approved = WAIT FOR EVENT "po_approved" TIMEOUT 172800
IF approved = TRUE THEN
    UPDATE "orders" SET status = "approved" WHERE id = po.id
    GENERATE PDF "po.html", po, "po/" + po.id + ".pdf"
    SEND MAIL supplier, "Purchase order " + po.id, "See attachment", ATTACHMENT "po/" + po.id + ".pdf"
ELSE
    UPDATE "orders" SET status = "expired" WHERE id = po.id
    TALK "Nobody approved " + po.id + " in two days."
END IF
RETURN po
