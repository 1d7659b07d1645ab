DESCRIPTION "Lists my open tickets"
rows = FIND "tickets" WHERE user = USERNAME AND status <> "closed" ORDER BY due ASC LIMIT 10
IF ISEMPTY(rows) THEN
    TALK "You have no open tickets. 🎉"
    EXIT
END IF
FOR EACH t IN rows
    late = t.due < FORMAT(NOW(), "YYYY-MM-DD HH:mm:ss")
    TALK IIF(late, "🔴 ", "🟢 ") + t.id + " " + t.title
NEXT
