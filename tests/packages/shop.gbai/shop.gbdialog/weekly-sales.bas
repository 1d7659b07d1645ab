SET SCHEDULE "every monday at 07:00"
SET BOT MEMORY "report_running", TRUE

since = DATEADD(TODAY(), -7, "day")
orders = FIND "orders", "created_at >= '" + FORMAT(since, "YYYY-MM-DD") + "'"

total = AGGREGATE "SUM", orders, "total"
average = AGGREGATE "AVG", orders, "total"
biggest = AGGREGATE "MAX", orders, "total"
by_status = GROUP BY orders, "status"

report = "Sales since " + FORMAT(since, "DD/MM/YYYY") + "\n"
report = report + "Orders: " + UBOUND(orders) + "\n"
report = report + "Total: " + FORMAT(total, "#,##0.00") + "\n"
report = report + "Average: " + FORMAT(average, "#,##0.00") + "\n"
report = report + "Biggest: " + FORMAT(biggest, "#,##0.00") + "\n"

FOR EACH entry IN by_status
    report = report + "  " + entry.key + ": " + UBOUND(entry.value) + "\n"
END FOR

summary = LLM "Write two friendly sentences about these sales figures: " + report

SEND MAIL "owner@corner.example", "Sales of the week", summary + "\n\n" + report
WRITE "reports/sales-" + FORMAT(TODAY(), "YYYY-MM-DD") + ".txt", report
SET BOT MEMORY "report_running", FALSE
