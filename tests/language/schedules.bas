' --- a schedule of this script is a declaration
SET SCHEDULE "0 8 * * 1-5"
TALK "ran"                             ' expect: ran
' --- schedules of other scripts are executed
SET SCHEDULE "0 8 * * *", "report.bas"
TALK "asked for"                       ' expect: asked for
SET SCHEDULE NULL, "report.bas"
' --- two times at once are nothing this server has
SET SCHEDULE "0 9 * * 1" DATEADD(NOW(), 7, "day"), "mail.bas" ' fault: 9012 SET SCHEDULE needs a scheduler
' --- all ways to write a schedule
SET SCHEDULE every 5 minutes           ' every day
SET SCHEDULE 0 9 * * *
SET SCHEDULE */5 * * * * // cron
SET_SCHEDULE weekdays at 8am
set schedule hourly
SET SCHEDULE 'every monday at 14:00'
TALK "no fault yet"                    ' expect: no fault yet
x = NOW() + HOURS(2)
every = "daily"
IF 1 = 2 THEN
    SET SCHEDULE x
    SET SCHEDULE every, "a.bas"
    SET SCHEDULE "every hour" "a.bas" "argument"
    SET SCHEDULE "0 9 * * 1" DATEADD(NOW(), 7, "day"), "mail.bas"
    SET SCHEDULE DATEADD(NOW(), 1, "day"), "mail.bas", 1, 2
END IF
IF 1 = 1 THEN SET SCHEDULE "hourly"
TALK "asked for"                       ' expect: asked for
' --- a variable called schedule
SET schedule = {}
SET schedule.x = 2
TALK schedule                          ' expect: {"x":2}
' --- a webhook is a declaration
WEBHOOK "orders"
result_ok = TRUE
TALK "ran"                             ' expect: ran
RETURN { status: 201 }                 ' result: {"status": 201}
' --- a webhook inside a block is refused when run
IF 1 = 1 THEN
    WEBHOOK "orders"                   ' fault: 9012 a door for other servers
END IF
' --- a script that watches a file is a declaration
ON CHANGE "prices.csv"
TALK "ran"                             ' expect: ran
' --- where the path is computed it is executed
file = "prices" & ".csv"
ON CHANGE file
on change "folder/" & file
TALK "asked for"                       ' expect: asked for
' --- a path that leaves the drive
file = "../prices.csv"
ON CHANGE file                         ' fault: 5004 leaves the package
' --- what is no path
file = 17
ON CHANGE file                         ' fault: 4002 takes a path
