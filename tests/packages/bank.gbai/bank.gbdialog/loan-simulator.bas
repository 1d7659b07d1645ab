PARAM amount AS MONEY LIKE 20000
PARAM years AS INTEGER LIKE 10
PARAM rate AS NUMBER LIKE 4.5 DEFAULT 4.5
DESCRIPTION "Monthly payment of a loan, with a plan of the first year"

months = years * 12
r = rate / 100 / 12
IF r = 0 THEN
    payment = amount / months
ELSE
    payment = amount * r / (1 - (1 + r) ^ -months)
END IF
payment = ROUND(payment, 2)

TALK "Monthly payment: " + FORMAT(payment, "#,##0.00") + " for " + months + " months."
TALK "In total: " + FORMAT(payment * months, "#,##0.00")

balance = amount
plan = ""
FOR m = 1 TO 12
    interest = ROUND(balance * r, 2)
    balance = balance - (payment - interest)
    plan = plan + FORMAT(m, "00") + "  " + FORMAT(interest, "#,##0.00") + "  " + FORMAT(balance, "#,##0.00") + "\n"
    IF balance <= 0 THEN EXIT FOR
NEXT m
TALK plan
RETURN payment
