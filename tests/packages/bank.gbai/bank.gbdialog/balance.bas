DESCRIPTION "Shows the balance of all accounts of the customer"

id = GET "customer_id"
IF ISNULL(id) THEN
    RUN "auth.bas"
    id = GET "customer_id"
END IF

accounts = FIND "accounts", "owner = '" + id + "'"
total = 0
FOR EACH a IN accounts
    total = total + a.balance
    iban = LEFT(a.iban, 4) + " **** " + RIGHT(a.iban, 4)
    TALK a.kind + " " + iban + ": " + FORMAT(a.balance, "C2[pt]")
NEXT a
IF accounts.length > 1 THEN TALK "Together: " + FORMAT(total, "#,##0.00") + " €"
RETURN total
