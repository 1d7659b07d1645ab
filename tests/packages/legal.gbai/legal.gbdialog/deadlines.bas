SET SCHEDULE "weekdays at 8am"
cases = find "cases", "status = 'open'"
for each case in cases
    if case.deadline <> "" then
        left = datediff(today(), case.deadline, "day")
        if left < 0 then
            create task "Missed: " + case.subject, case.id, "urgent"
        else if left <= 3 then
            send mail case.owner, "Deadline in " + left + " days", case.subject
        end if
    end if
next case
