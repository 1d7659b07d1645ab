PARAM minutes AS INTEGER
PARAM note AS STRING
DESCRIPTION "Books working time"
rate = GET "config", "rate"
if rate = "" then rate = 90
rounded = ceil(minutes / 6) * 6
amount = round(rounded / 60 * rate, 2)
save "time.csv", today(), minutes, rounded, amount, note
talk rounded + " minutes, " + format amount as "#,##0.00"
