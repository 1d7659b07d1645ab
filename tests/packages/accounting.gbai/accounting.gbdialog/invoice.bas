PARAM customer AS STRING LIKE "Acme"
PARAM amount AS MONEY LIKE 100
PARAM text AS STRING LIKE "Consulting"
DESCRIPTION "Writes an invoice"

number = GET BOT MEMORY "invoice"
number = VAL(number) + 1
SET BOT MEMORY "invoice", number
id = YEAR(TODAY()) & "/" & FORMAT(number, "0000")
due = ADD_DAYS(TODAY(), 30)
INSERT INTO "invoices" VALUES { id: id, customer: customer, total: amount, text: text, date: TODAY(), due: due, kind: "out", paid: FALSE }
doc = FILL "invoice.docx", { id: id, customer: customer, amount: FORMAT(amount, "N2[pt]"), due: FORMAT(due, "DD/MM/YYYY") }
SEND FILE doc, "Invoice " + id
qr = QR CODE "INV:" + id + ":" + amount
SHOW IMAGE qr
RETURN id
