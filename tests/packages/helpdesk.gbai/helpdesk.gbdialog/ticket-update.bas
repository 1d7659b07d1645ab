PARAM id AS STRING LIKE "T00042"
PARAM status AS "open", "waiting", "closed"
PARAM comment AS STRING OPTIONAL
DESCRIPTION "Changes a ticket and tells whoever opened it"

t = FIND "tickets", "id", id
IF t IS NULL THEN RETURN FALSE

UPDATE "tickets", "id = " + id, "status", status
IF comment <> "" THEN
    INSERT "comments", { ticket: id, text: comment, by: USERNAME, at: NOW() }
END IF

IF t.session <> SESSION_ID THEN
    SEND TO SESSION t.session, "Your ticket " + id + " is now " + status + ". " + comment
END IF
RETURN TRUE
