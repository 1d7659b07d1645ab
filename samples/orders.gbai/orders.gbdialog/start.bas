' The order desk of a coffee stand: a menu in a loop, a basket made of maps, a number drawn from bot memory.
' Kill the server anywhere in here: the conversation goes on at the very next instruction.

offers = [
    {name: "Espresso", price: 2.20},
    {name: "Cappuccino", price: 3.10},
    {name: "Croissant", price: 1.90}
]
options = []
FOR EACH offer IN offers
    options[UBOUND(options)] = offer.name
NEXT
options[UBOUND(options)] = "That is all"

basket = []
total = 0

TALK "Welcome to the ${BOT_NAME}! What would you like?"
DO
    HEAR choice AS MENU options
    IF choice = "" OR choice = "That is all" THEN EXIT DO

    ' An answer that is no number between 1 and 20 is asked for again.
    DO
        TALK "How many ${choice}?"
        HEAR answer
        amount = INT(VAL(answer))
        IF amount BETWEEN 1 AND 20 THEN EXIT DO
        TALK "I can pack between 1 and 20."
    LOOP

    row = {name: choice, amount: amount, price: amount * PriceOf(choice)}
    basket[UBOUND(basket)] = row
    total = total + row.price
    TALK "${amount} × ${choice}: ${Euro(total)} so far. Anything else?"
LOOP

IF UBOUND(basket) = 0 THEN
    TALK "Nothing today? See you!"
    EXIT
END IF

TALK "Here or to your door? Delivery is ${Euro(delivery_fee)}."
HEAR place AS MENU "Here", "To my door"
SELECT CASE place
    CASE "To my door"
        HEAR address WITH "Where to?"
        total = total + delivery_fee
    CASE ELSE
        address = ""
END SELECT

' Two customers at the same moment never get the same number: the turn that read an older one is run again.
number = VAL(GET BOT MEMORY "orders") + 1
SET BOT MEMORY "orders", number

SET "order", {number: number, rows: basket, total: total, address: address}
RUN "receipt.bas"

FUNCTION PriceOf(wanted)
    FOR EACH candidate IN offers
        IF candidate.name = wanted THEN RETURN candidate.price
    NEXT
    RETURN 0
END FUNCTION

FUNCTION Euro(value)
    RETURN FORMAT(value, "#,##0.00") + " €"
END FUNCTION
