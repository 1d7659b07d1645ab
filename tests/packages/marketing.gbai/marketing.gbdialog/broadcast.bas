PARAM message AS STRING LIKE "Hello {name}, how are you?" DESCRIPTION "Message to send, {name} and {mobile} are filled in"
PARAM template_file AS STRING LIKE "header.jpg" DESCRIPTION "Header image" OPTIONAL
PARAM list_file AS STRING LIKE "contacts.csv" DESCRIPTION "File with name and mobile" 
PARAM filter AS STRING LIKE "city = 'Porto'" OPTIONAL

DESCRIPTION "Sends a message to everybody in a list"

IF filter IS NOT NULL THEN
    contacts = FIND list_file, filter
ELSE
    contacts = FIND list_file
END IF

IF UBOUND(contacts) = 0 THEN
    TALK "Nobody fits " + filter
    RETURN 0
END IF

sent = 0 : errors = 0

FOR EACH contact IN contacts
    mobile = contact.mobile
    IF NOT ISEMPTY(mobile) THEN
        text = REPLACE(message, "{name}", contact.name)
        text = REPLACE(text, "{mobile}", mobile)
        TRY
            SEND TEMPLATE "plain", "whatsapp", mobile, #{ text: text, image: template_file }
            sent = sent + 1
        CATCH problem
            errors = errors + 1
            LOG_ERROR "broadcast to " + mobile + ": " + problem.message
        END TRY
        IF sent % batch = 0 THEN
            WAIT pause
        END IF
    END IF
NEXT contact

SAVE "log.csv", "broadcast", sent, errors, NOW()
TALK "Sent: ${sent}, errors: ${errors}"
RETURN sent
