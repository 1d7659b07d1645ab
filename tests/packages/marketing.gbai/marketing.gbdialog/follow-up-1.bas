SET SCHEDULE "0 10 * * *"
rows = FIND "leads.csv", "stage = 'day0'"
for each r in rows
    days = datediff(r.created, now(), "day")
    if days >= 3 then
        with mail
            to = r.email
            subject = "One more thing"
            body = "Hello " + r.name + ",<br><br>did you try it?<br><br>Bye"
        end with
        send mail mail.to, mail.subject, mail.body
        update "leads.csv", "email = '" + r.email + "'", "stage", "day3"
    end if
next r
