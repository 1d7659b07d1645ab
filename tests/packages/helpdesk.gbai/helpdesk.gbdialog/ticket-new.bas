PARAM title AS STRING LIKE "Printer does not print" DESCRIPTION "Short title"
PARAM details AS TEXT LIKE "It blinks red" DESCRIPTION "What happens exactly"
PARAM urgency AS STRING LIKE "normal" ENUM ["low", "normal", "high"] DESCRIPTION "How urgent"
DESCRIPTION "Opens a ticket"

category = CLASSIFY details, ["hardware", "software", "network", "account"]
number = GET BOT MEMORY "ticket_number"
IF number = "" THEN
    number = 1
ELSE
    number = number + 1
END IF
SET BOT MEMORY "ticket_number", number

due = IF(urgency = "high", NOW() + HOURS(2), NOW() + HOURS(sla_hours))

WITH ticket
    id = "T" + FORMAT(number, "00000")
    .title = title
    .details = details
    .category = category
    .urgency = urgency
    .due = due
    .status = "open"
    .user = USERNAME
    .session = SESSION_ID
END WITH
SAVE "tickets", ticket

IF urgency = "high" AND category = "network" THEN
    SET BOT MEMORY "outage", title
    BROADCAST "Network trouble: " + title TO ["it@example.com", "office@example.com"]
END IF

TALK "Ticket **${ticket.id}** is open, due " + FORMAT(due, "DD/MM HH:mm") + "."
RETURN ticket.id
