PARAM id AS STRING LIKE "C250101-1234" DESCRIPTION "Number of the claim"
DESCRIPTION "Status of a claim"
c = FIND "claims", "id = '" + id + "'"
IF NOT c THEN
    TALK "Unknown claim."
ELSE
    text = CHOOSE(INSTR("aru", LEFT(c.status, 1)), "accepted", "in review", "urgent")
    TALK id + ": " + COALESCE(text, c.status)
    days = DAYS_BETWEEN(c.opened, NOW())
    TALK "Opened " + days + IIF(days = 1, " day", " days") + " ago."
END IF
RETURN c
