SET SCHEDULE "*/15 * * * *"
now_text = FORMAT(NOW(), "YYYY-MM-DD HH:mm:ss")
late = FIND "tickets", "status = 'open' AND due < '" + now_text + "'"
FOR EACH t IN late
    IF t.escalated <> TRUE THEN
        UPDATE "tickets" SET escalated = TRUE WHERE id = t.id
        SEND MAIL "lead@example.com", "Late: " + t.id, t.title
    END IF
NEXT t
RECORD METRIC "late_tickets" WITH count = UBOUND(late), at = NOW()
