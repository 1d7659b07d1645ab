DESCRIPTION "Reports sick"
TALK "Get well soon! Since when are you sick?"
HEAR since AS DATE DEFAULT "today"
TALK "Do you have a note of the doctor?"
HEAR note AS BOOLEAN
IF note THEN
    TALK "Please send a photo of it when you can."
END IF
INSERT "sick_leaves", { user: USER_ID, since: since, note: note, reported: NOW() }
NOTIFY_AGENT "people" WITH { user: USERNAME, since: since }
TALK "Noted. Your manager knows."
