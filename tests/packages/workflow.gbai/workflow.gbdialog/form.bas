ON FORM SUBMIT "request-form"
    IF fields.amount = "" OR fields.purpose = "" THEN
        LOG_WARN "incomplete form"
    ELSE
        CALL "expense.bas", fields.amount, fields.purpose
    END IF
END ON
