PARAM months AS INTEGER DEFAULT 3
DESCRIPTION "Forecast of the next months"

result = []
FOR m = 0 TO months - 1
    first = DATEADD(EOMONTH(TODAY(), m - 1), 1, "day")
    last = EOMONTH(TODAY(), m)
    rows = FIND "opportunities.csv", "close_date >= '" + FORMAT(first, "YYYY-MM-DD") + "' AND close_date <= '" + FORMAT(last, "YYYY-MM-DD") + "'"
    s = 0
    FOR EACH row IN rows
        s = s + row.amount * row.probability / 100
    NEXT row
    PUSH result, { month: FORMAT(first, "MMMM"), amount: s }
NEXT m

FOR EACH item IN result
    TALK item.month + ": " + FORMAT(item.amount, "#,##0")
NEXT
RETURN result
