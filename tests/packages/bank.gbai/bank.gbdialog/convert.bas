PARAM amount AS NUMBER LIKE 100
PARAM currency AS STRING LIKE "USD"
DESCRIPTION "Converts euros into another currency"
rate = GET BOT MEMORY "rate_" + UCASE(currency)
if rate = "" then
    talk "I don't know the rate of " + currency
    exit
end if
talk format(amount, "#,##0.00") + " EUR = " + format(amount * rate, "#,##0.00") + " " + ucase(currency)
return amount * rate
