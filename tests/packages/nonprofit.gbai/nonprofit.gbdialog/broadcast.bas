' =====================================================================
' Broadcast tool — sends a message to all contacts
' =====================================================================
PARAM message   AS STRING  LIKE "Hello {name}, how are you?"  DESCRIPTION "Message to broadcast, supports {name} and {mobile} variables"
PARAM listfile  AS STRING  LIKE "broadcast.csv"              DESCRIPTION "CSV file with contacts" OPTIONAL
PARAM filter    AS STRING  LIKE "status=active"              DESCRIPTION "Filter condition for contacts" OPTIONAL

DESCRIPTION "Send bulk messages to a list of contacts from CSV file"

IF NOT listfile THEN
    listfile = "broadcast.csv"
END IF

IF filter THEN
    contacts = FIND listfile, filter
ELSE
    contacts = FIND listfile
END IF

IF NOT contacts THEN
    TALK "No contacts found"
    RETURN 0
END IF

sent = 0
failed = 0

FOR EACH contact IN contacts
    personalized = REPLACE(message, "{name}", contact.name)
    personalized = REPLACE(personalized, "{mobile}", contact.mobile)
    IF contact.mobile THEN
        SEND TEMPLATE "broadcast", "whatsapp", contact.mobile, #{message: personalized}

        WITH logEntry
            timestamp = NOW()
            user = USERNAME
            from = FROM
            name = contact.name
            mobile = contact.mobile
            status = "sent"
        END WITH
        SAVE "Log.xlsx", logEntry
        sent = sent + 1
        WAIT 0.1
    ELSE
        failed = failed + 1
    END IF
NEXT

TALK "Broadcast sent to " + sent + " contacts." + IIF(failed > 0, " Failed: " + failed, "")
RETURN sent
