SET SCHEDULE "0 18 * * *"

tomorrow = DATEADD(TODAY(), 1, "day")
rows = FIND "appointments", "day = '" + FORMAT(tomorrow, "YYYY-MM-DD") + "'"

FOR EACH a IN rows
    SEND TEMPLATE "reminder", "whatsapp", a.mobile, #{
        name: a.patient,
        hour: a.hour,
        day: FORMAT(a.day, "DD/MM/YYYY")
    }
    WAIT 1
END FOR

PRINT "reminders sent: "; UBOUND(rows)
