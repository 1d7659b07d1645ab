DESCRIPTION "Shows the sales pipeline"
PARAM stage AS STRING LIKE "proposal" DESCRIPTION "Only this stage" OPTIONAL

FUNCTION Money(v, currency = "USD")
    IF v IS NULL THEN RETURN "-"
    RETURN currency + " " + FORMAT(v, "#,##0.00")
END FUNCTION

SUB Line(what, n AS INTEGER, v)
    text = text + "\n" + what + ": " + n + " (" + Money(v) + ")"
END SUB

text = "Pipeline"
filter = ""
IF stage THEN
    filter = "stage = '" + stage + "' AND closed IS NULL"
ELSE
    filter = "closed IS NULL"
END IF
deals = FIND "deals", filter
groups = GROUP BY deals, "stage"
FOR EACH g IN groups
    s = AGGREGATE "SUM", g.value, "amount"
    CALL Line(g.key, UBOUND(g.value), s)
END FOR
best = FIRST((SORT deals BY amount DESC))
IF best.amount > 0 THEN
    text = text & "\nBest: ${best.name} ${Money(best.amount, "EUR")}"
END IF

stale = FILTER deals, "days > 30 AND (owner = '' OR owner IS NULL)"
names = MAP(stale, "name")
TALK text
IF COUNT(stale) > 0 THEN TALK "Stale: " & JOIN(names, ", ")
avg = AVG(deals, "amount") : max = MAX(deals, "amount") : min = MIN(deals, "amount")
TALK "avg ${ROUND(avg, 2)} max ${max} min ${min}"
RETURN {text: text, count: UBOUND(deals)}
