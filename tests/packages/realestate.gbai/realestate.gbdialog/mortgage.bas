PARAM price AS MONEY
PARAM own AS MONEY DEFAULT 0
DESCRIPTION "Mortgage for several terms"
loan = price - own
rate = 0.035 / 12
FOR years = 10 TO 40 STEP 10
    n = years * 12
    m = loan * rate / (1 - POW(1 + rate, -n))
    TALK years + " years: " + FORMAT(m, "#,##0.00") + " a month"
NEXT years
