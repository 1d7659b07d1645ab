ON ERROR RESUME NEXT
invoices = SOAP "https://erp.example/invoice.wsdl", "ListInvoices", { company: 1, from: FORMAT(DATEADD(TODAY(), -1, "day"), "YYYY-MM-DD") }
IF ERR <> 0 THEN
    LOG_ERROR "invoices: " + ERR + " " + ERROR MESSAGE
    CLEAR ERROR
    EXIT
END IF
ON ERROR GOTO 0

FOR EACH inv IN invoices.Invoice
    TRY
        INSERT INTO "invoices" VALUES { id: inv.Number, total: inv.Total, vat: inv.Vat, customer: inv.CustomerId }
    CATCH e
        IF e.code = 2003 THEN
            UPDATE "invoices" WITH total AS inv.Total, vat AS inv.Vat WHERE id = inv.Number
        ELSE
            THROW e
        END IF
    FINALLY
        n = n + 1
    END TRY
NEXT inv

PRINT "invoices", n
