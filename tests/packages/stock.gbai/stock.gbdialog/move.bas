PARAM code AS STRING LIKE "A-1" DESCRIPTION "Item code"
PARAM qty AS INTEGER LIKE 10 DESCRIPTION "Quantity; negative = out"
PARAM when AS DATE DEFAULT TODAY()
DESCRIPTION "Moves stock of an item"
item = FIND "items", "code", code
IF UBOUND(item) = 0 THEN THROW {message: "no item " + code, code: 4404}
ASSERT qty <> 0, "quantity must not be zero"
kind = qty > 0 ? "in" : "out"
new_qty = item.qty + qty
IF new_qty < 0 THEN
    ERROR 4002, "not enough of " & code & ": " & item.qty
END IF
UPDATE items SET qty = new_qty, updated = NOW() WHERE code = code AND active = TRUE
SAVE movements, code, qty, kind, when
SAVE "movements" WITH item AS item.id, kind AS kind, when AS when, select AS qty * 1.0
id = INSERT "movements", {item: item.id, kind: kind, when: when}
n = DELETE FROM movements WHERE when < DATEADD(TODAY(), -1, "year")
IF n > 0 THEN LOG "purged " & n
last = FIND movements WHERE item = item.id ORDER BY when DESC, id LIMIT 3 OFFSET 0
FOR EACH m IN last
    TALK m.when & " " & m.kind & ABS(m.qty)
NEXT
