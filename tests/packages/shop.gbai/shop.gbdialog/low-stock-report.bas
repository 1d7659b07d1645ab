SET SCHEDULE "0 8 * * 1-5"

' Runs every working day at eight and mails what is nearly sold out
low = FIND "products", "stock < 5 AND active = true"
lines = ""
n = 0

FOR EACH p IN low
    n = n + 1
    lines = lines + n + ". " + p.name + " (" + p.sku + "): " + p.stock + " left\n"
    IF p.stock = 0 THEN
        CREATE TASK "Reorder " + p.name, "Sold out since " + FORMAT(TODAY(), "DD/MM"), "urgent"
    END IF
NEXT p

IF n > 0 THEN
    SEND MAIL "buyer@corner.example", n & " products are low", lines
    SET BOT MEMORY "low_stock", n
END IF
