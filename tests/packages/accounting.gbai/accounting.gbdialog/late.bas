DESCRIPTION "Lists late invoices, and reminds on wish"
late = FIND "invoices" WHERE paid = FALSE AND due < FORMAT(TODAY(), "YYYY-MM-DD") ORDER BY due
IF late IS NULL THEN
    TALK "Nobody is late."
ELSE
    total = 0
    FOR EACH i IN late
        total = total + i.total
        TALK i.id + " " + i.customer + " " + FORMAT(i.total, "#,##0.00") + " since " + FORMAT(i.due, "DD/MM")
    NEXT
    HEAR remind AS BOOLEAN WITH "Remind them? (" + FORMAT(total, "#,##0.00") + ")"
    IF remind THEN
        FOR EACH i IN late
            SEND EMAIL TO i.customer SUBJECT "Invoice " + i.id BODY "It was due on " + FORMAT(i.due, "DD/MM/YYYY")
        NEXT
    END IF
END IF
