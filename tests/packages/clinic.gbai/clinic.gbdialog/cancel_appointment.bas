PARAM mobile AS PHONE LIKE "912345678" DESCRIPTION "Mobile number given when booking"
DESCRIPTION "Cancels an appointment of a patient"

list = FIND "appointments", "mobile = '" + mobile + "'"

IF UBOUND(list) = 0 THEN
    TALK "There is no appointment under that number."
    RETURN
END IF

options = []
FOR EACH a IN list
    PUSH options, FORMAT(a.day, "DD/MM/YYYY") + " " + a.hour
NEXT

TALK "Which one shall I cancel?"
HEAR choice AS MENU options

FOR EACH a IN list
    IF FORMAT(a.day, "DD/MM/YYYY") + " " + a.hour = choice THEN
        DELETE FROM "appointments" WHERE id = a.id
        TALK "Cancelled: " + choice
    END IF
NEXT
