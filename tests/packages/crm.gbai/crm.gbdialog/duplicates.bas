SET SCHEDULE "0 3 * * 0"

leads = FIND "leads.csv"
seen = {}
duplicates = 0

FOR EACH lead IN leads
    key = LCASE(TRIM(lead.email))
    IF key = "" THEN
        ' nothing to compare
    ELSE IF HAS(seen, key) THEN
        duplicates += 1
        first = seen[key]
        IF first.phone = "" THEN first.phone = lead.phone
        IF first.company = "" THEN first.company = lead.company
        SAVE "leads.csv", first
        DELETE "leads.csv", "id = '" + lead.id + "'"
    ELSE
        seen[key] = lead
    END IF
NEXT lead

LOG "duplicates removed", duplicates
