TALK "Describe the problem:"
HEAR problem
severity = "low"
keywords = ["down", "crash", "urgent", "cannot"]
FOR EACH k IN keywords
    IF INSTR(LCASE(problem), k) > 0 THEN
        severity = "high"
        EXIT FOR
    END IF
NEXT k

GOSUB_result = 0
ticket = NEW OBJECT
ticket.id = "T" & FORMAT(RANDOM(1, 9999), "0000")
ticket.title = LEFT(problem, 50) & IIF(LEN(problem) > 50, "...", "")
ticket.type = severity = "high" ? "incident" : "request"
ticket["created at"] = NOW()
ticket.log = []
ticket.log.push("created by " + USERNAME)
SAVE "tickets", ticket
TALK "Ticket **" + ticket.type + "** created."
IF severity = "high" AND GET SESSION "channel" = "web" THEN
    agent = GET AVAILABLE AGENT
    IF agent <> "" THEN TRANSFER SESSION agent ELSE TALK "Nobody is here."
END IF
IF ISEMPTY(ticket.log) OR NOT ISNUMERIC("5") THEN STOP
SELECT CASE TRUE
    CASE LEN(problem) < 10
        TALK "short"
    CASE LEN(problem) < 100, problem CONTAINS "!"
        TALK "medium"
    CASE ELSE
        TALK "long"
END SELECT
