PARAM customer AS STRING LIKE "Acme" DESCRIPTION "Customer"
PARAM lines AS ARRAY DESCRIPTION "List of {sku, quantity}"
PARAM discount AS NUMBER DEFAULT 0 DESCRIPTION "Discount in percent"
DESCRIPTION "Writes a quote as PDF and mails it"

IF discount > discount_limit THEN
    TALK "A discount above " + discount_limit + "% needs approval of a manager."
    approval = CALL "approval-request", "discount", discount
    IF NOT approval THEN RETURN #{ ok: FALSE, reason: "not approved" }
END IF

quote_lines = []
total = 0
FOR EACH line IN lines
    product = FIND "catalog.csv", "sku", line.sku
    IF product IS NULL THEN
        TALK "Unknown article " + line.sku
        CONTINUE
    END IF
    amount = ROUND(product.price * line.quantity * (1 - discount / 100), 2)
    total = total + amount
    quote_lines[UBOUND(quote_lines)] = #{
        sku: line.sku,
        name: product.name,
        quantity: line.quantity,
        price: product.price,
        amount: amount
    }
NEXT line

quote_number = GET BOT MEMORY "quote_number"
IF quote_number = "" THEN quote_number = 1000
quote_number = quote_number + 1
SET BOT MEMORY "quote_number", quote_number

id = "Q-" + FORMAT(quote_number, "000000")
valid_until = DATEADD(TODAY(), 30, "days")

data = NEW OBJECT
data.id = id
data.customer = customer
data.lines = quote_lines
data.total = FORMAT(total, "#,##0.00")
data.date = FORMAT(TODAY(), "DD/MM/YYYY")
data.valid = FORMAT(valid_until, "DD/MM/YYYY")

pdf = GENERATE PDF "templates/quote.html", data, "quotes/" + id + ".pdf"
SAVE "quotes.csv", id, customer, total, valid_until
SEND FILE pdf.url, "Quote " + id

TALK "Shall I mail it to the customer?"
HEAR yes AS BOOLEAN
IF yes THEN
    contact = FIND "contacts.csv", "company = '" + customer + "'"
    SEND EMAIL contact.email, "Your quote " + id, "Dear customer,\nplease find our quote attached.", pdf.url
    SCHEDULE IN 3 HOURS DO
        TALK "Did " + customer + " answer?"
    END SCHEDULE
END IF
RETURN id
