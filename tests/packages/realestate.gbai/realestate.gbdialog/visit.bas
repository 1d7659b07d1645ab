PARAM home AS STRING LIKE "H-17"
PARAM when AS DATETIME LIKE "2025-04-02 15:00"
DESCRIPTION "Books a visit"
slot = FIND "visits", "home = '" + home + "' AND at = '" + when + "'"
IF slot THEN
    TALK "That time is taken."
    RETURN FALSE
END IF
SAVE "visits" WITH id AS UUID(), home AS home, at AS when, user AS USER_ID
BOOK when, "Visit " + home
SEND TEMPLATE "visit_confirmed", "whatsapp", FROM, #{home: home, at: FORMAT(when, "DD/MM HH:mm")}
TALK "See you on " + FORMAT(when, "DD MMMM, HH:mm") + "!"
RETURN TRUE
