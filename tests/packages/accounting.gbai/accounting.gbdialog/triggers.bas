ON INSERT OF "invoices"
    IF row.total > 10000 THEN SEND MAIL chief, "Big invoice", row.id + ": " + row.total
END ON

ON UPDATE OF "invoices"
    IF row.paid AND NOT old_row.paid THEN LOG "paid " + row.id
END ON
