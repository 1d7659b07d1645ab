PARAM file AS FILE
DESCRIPTION "Imports contacts of an uploaded file"

content = READ file
rows = SPLIT(content, "\n")
header = SPLIT(rows[0], ";")
imported = 0 : failed = 0

FOR i = 1 TO UBOUND(rows) - 1
    line = TRIM(rows[i])
    IF line <> "" THEN
        cells = SPLIT(line, ";")
        contact = #{}
        FOR j = 0 TO UBOUND(header) - 1
            contact[LCASE(header[j])] = cells[j]
        NEXT j
        IF INSTR(contact.email, "@") > 1 THEN
            SAVE "contacts", contact
            imported = imported + 1
        ELSE
            failed = failed + 1
        END IF
    END IF
NEXT i

TALK "Imported " + imported + ", failed " + failed
