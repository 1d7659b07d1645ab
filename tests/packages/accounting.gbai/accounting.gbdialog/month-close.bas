REM ------------------------------------------------------------
REM  MONTH CLOSE
REM  Runs at the first of the month. Collects invoices, payments
REM  and expenses, builds the statement, checks it, mails it.
REM ------------------------------------------------------------
SET SCHEDULE "0 0 5 1 * *"

first = DATEADD(EOMONTH(TODAY(), -2), 1, "day")
last = EOMONTH(TODAY(), -1)
month = FORMAT(first, "YYYY-MM")
errors = []
notes = []

LOG "month close " + month

' ---------- 1. read -----------------------------------------
invoices = FIND "invoices", "date >= '" + FORMAT(first, "YYYY-MM-DD") + "' AND date <= '" + FORMAT(last, "YYYY-MM-DD") + "'"
payments = FIND "payments", "date LIKE '" + month + "%'"
expenses = FIND "expenses.csv", "month = " + month
accounts = FIND ALL "accounts" ORDER BY number

IF UBOUND(invoices) = 0 THEN errors.push("no invoices in " + month)
IF UBOUND(accounts) = 0 THEN
    errors.push("no accounts")
    SEND MAIL chief, "Month close " + month + " impossible", JOIN(errors, "\n")
    EXIT
END IF

' ---------- 2. sums by account --------------------------------
sums = {}
FOR EACH a IN accounts
    sums[a.number] = { name: a.name, kind: a.kind, debit: 0, credit: 0 }
NEXT a

FUNCTION Account(number)
    row = sums[number]
    IF row IS NULL THEN
        row = { name: "unknown " + number, kind: "other", debit: 0, credit: 0 }
        sums[number] = row
        errors.push("unknown account " + number)
    END IF
    RETURN row
END FUNCTION

SUB Book(debit_account, credit_account, amount)
    d = Account(debit_account)
    c = Account(credit_account)
    d.debit = ROUND(d.debit + amount, 2)
    c.credit = ROUND(c.credit + amount, 2)
END SUB

n = 0
FOR EACH inv IN invoices
    net = ROUND(inv.total / (1 + vat / 100), 2)
    tax = ROUND(inv.total - net, 2)
    IF inv.kind = "out" THEN
        Book("211", "711", net)
        Book("211", "243", tax)
    ELSEIF inv.kind = "in" THEN
        Book("611", "221", net)
        Book("243", "221", tax)
    ELSEIF inv.kind = "credit note" THEN
        Book("711", "211", net)
        Book("243", "211", tax)
    ELSE
        errors.push("invoice " + inv.id + " has the kind " + inv.kind)
    END IF
    n = n + 1
    IF inv.due < FORMAT(TODAY(), "YYYY-MM-DD") AND NOT inv.paid THEN
        notes.push("invoice " + inv.id + " is " + DATEDIFF(inv.due, TODAY(), "day") + " days late")
    END IF
NEXT inv

FOR EACH p IN payments
    SELECT CASE p.method
        CASE "bank", "transfer"
            account = "12"
        CASE "cash"
            account = "11"
        CASE "card"
            account = "13"
        CASE ELSE
            account = "12"
            notes.push("payment " + p.id + " by " + p.method)
    END SELECT
    IF p.direction = "in" THEN
        Book(account, "211", p.amount)
    ELSE
        Book("221", account, p.amount)
    END IF
NEXT p

by_kind = GROUP BY expenses, "kind"
FOR EACH g IN by_kind
    s = SUM(g.value, "amount")
    Book("62", "11", s)
    IF s > 5000 THEN
        notes.push("expenses for " + g.key + ": " + FORMAT(s, "#,##0.00"))
    END IF
NEXT g

' ---------- 3. check -------------------------------------------
debit = 0
credit = 0
FOR EACH entry IN sums
    row = entry.value
    debit = debit + row.debit
    credit = credit + row.credit
    balance = row.debit - row.credit
    IF row.kind = "asset" AND balance < 0 THEN
        errors.push(row.name + " is negative: " + FORMAT(balance, "#,##0.00"))
    END IF
NEXT entry

difference = ROUND(debit - credit, 2)
IF difference <> 0 THEN errors.push("debit and credit differ by " + difference)

' ---------- 4. profit ------------------------------------------
income = 0 : costs = 0
FOR EACH entry IN sums
    row = entry.value
    IF row.kind = "income" THEN income = income + row.credit - row.debit
    IF row.kind = "cost" THEN costs = costs + row.debit - row.credit
NEXT entry
profit = ROUND(income - costs, 2)

' compare with the months before
history = GET BOT MEMORY "profits"
IF history = "" THEN history = {}
history[month] = profit
SET BOT MEMORY "profits", history

past = VALUES(history)
average = AVG(past)
IF average <> 0 THEN
    change = (profit - average) / ABS(average)
    IF ABS(change) > 0.25 THEN
        notes.push("profit differs from the average by " + FORMAT(change, "0.0%"))
    END IF
END IF

' ---------- 5. statement -----------------------------------------
lines = []
FOR EACH entry IN sums
    row = entry.value
    IF row.debit <> 0 OR row.credit <> 0 THEN
        lines.push(#{
            number: entry.key,
            name: row.name,
            debit: FORMAT(row.debit, "#,##0.00"),
            credit: FORMAT(row.credit, "#,##0.00"),
            balance: FORMAT(row.debit - row.credit, "#,##0.00")
        })
    END IF
NEXT entry

WITH statement
    company = company
    month = month
    from = FORMAT(first, "DD/MM/YYYY")
    to = FORMAT(last, "DD/MM/YYYY")
    lines = lines
    income = FORMAT(income, "#,##0.00")
    costs = FORMAT(costs, "#,##0.00")
    profit = FORMAT(profit, "#,##0.00")
    errors = errors
    notes = notes
    type = "statement"
    status = IIF(UBOUND(errors) = 0, "closed", "open")
END WITH

file = "statements/" + month + ".pdf"
GENERATE PDF "statement.html", statement, file
WRITE "statements/" + month + ".json", statement
WRITE "statements/" + month + ".csv", lines

' ---------- 6. tell ----------------------------------------------
html = "<h1>" + company + " " + month + "</h1>
<table>
  <tr><th>Income</th><td>${statement.income}</td></tr>
  <tr><th>Costs</th><td>${statement.costs}</td></tr>
  <tr><th>Profit</th><td><b>${statement.profit}</b></td></tr>
</table>"

IF UBOUND(errors) > 0 THEN
    html = html + "<h2 style='color:red'>Errors</h2><ul>"
    FOR EACH e IN errors
        html = html + "<li>" + e + "</li>"
    NEXT e
    html = html + "</ul>"
    FOR EACH e IN errors
        CREATE TASK "Month close " + month, e, "high", "accounting"
    NEXT e
END IF

IF UBOUND(notes) > 0 THEN
    html = html + "<h2>Notes</h2>"
    i = 0
    WHILE i < UBOUND(notes)
        html = html + "<p>" + notes[i] + "</p>"
        i = i + 1
    WEND
END IF

SEND MAIL chief, "Month close " + month, html, [file]

IF UBOUND(errors) = 0 THEN
    UPDATE "invoices", "month = '" + month + "'", "closed", TRUE
    SAVE "closings", month, profit, n, NOW()
    MOVE "inbox/" + month, "archive/" + month
END IF

RECORD METRIC "profit" WITH value = profit, month = month
RETURN profit
