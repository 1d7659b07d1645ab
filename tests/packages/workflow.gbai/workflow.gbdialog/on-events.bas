ON EVENT "expense_paid" DO
    data = event.data
    total = GET BOT MEMORY "paid_total"
    IF total = "" THEN total = 0
    SET BOT MEMORY "paid_total", total + data.amount
    LOG "paid " + data.purpose
END ON

ON EVENT "contract_sent"
    LOG event.name + ": " + event.data.partner
END ON
