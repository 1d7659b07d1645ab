PARAM month AS STRING LIKE "2025-01"
DESCRIPTION "Mails the account statement of a month"

id = GET "customer_id"
rows = FIND "transfers", "owner = '${id}' AND day LIKE '${month}%'"
IF UBOUND(rows) = 0 THEN
    TALK "No transfers in ${month}."
    RETURN
END IF

html = "<h2>Statement " + month + "</h2><table><tr><th>Day</th><th>To</th><th>Amount</th></tr>"
FOR EACH t IN rows
    html = html + "<tr><td>" + t.day + "</td><td>" + t.iban + "</td><td style='text-align:right'>" + FORMAT(t.amount, "#,##0.00") + "</td></tr>"
NEXT t
html = html + "</table>"

email = GET SESSION "user_email"
IF email = "" THEN HEAR email AS EMAIL WITH "Where shall I send it?"
SEND_MAIL email, "Statement " + month, html
TALK "Sent to " + email
