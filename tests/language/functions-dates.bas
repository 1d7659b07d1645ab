' --- time and timestamp
TALK TIME(), TIME, time, TIMESTAMP(), timestamp    ' expect: 12:34:56 12:34:56 12:34:56 1709210096 1709210096
' --- time as a variable
time = "noon"
TALK time, TIME()                        ' expect: noon 12:34:56
' --- time read before it is assigned
TALK "[" & time & "]"                    ' expect: []  ' warning: L202 @12-15 time is a variable here  ' hint: time() is the function
time = 1
TALK time                                ' expect: 1
' --- hour without parentheses
TALK hour, HOUR(), Hour(NOW)             ' expect: 12 12 12
IF hour < 18 THEN TALK "day"             ' expect: day
' --- parameters named like functions
PARAM hour AS INTEGER                    ' param: hour = 7
FOR time = 1 TO 1
  TALK hour, time                        ' expect: 7 1
NEXT
SUB s(uuid)
  TALK uuid                              ' expect: x
END SUB
CALL s("x")
' --- injected values go before functions
TALK timestamp, TIMESTAMP()              ' param: timestamp = "then" ' expect: then 1709210096
' --- names of parts as variables
now = NOW()
year = YEAR(now)
month = MONTH(now)
day = DAY(now)
hour = HOUR(now)
minute = MINUTE(now)
second = SECOND(now)
weekday = WEEKDAY(now)
TALK year, month, day, hour, minute, second, weekday    ' expect: 2024 2 29 12 34 56 5
' --- an array named like a function
day = ["mon", "tue"]
TALK day(1), day(9) IS NULL              ' expect: tue true
day = 5
TALK DAY("2024-03-07")                   ' expect: 7
' --- an array named like a function of two values
left = [1, 2]
TALK left(1), LEFT("abc", 2)             ' expect: 2 ab
' --- a function of the file goes before a built-in
FUNCTION Days(n)
  RETURN "mine " & n
END FUNCTION
TALK Days(2), HOURS(1)                   ' expect: mine 2 3600
' --- uuid
a = UUID()
b = GUID()
TALK LEN(a), a LIKE "________-____-4___-____-____________", a <> b, a = LCASE(a)    ' expect: 36 true true true
TALK MID(a, 20, 1) IN ["8", "9", "a", "b"], MID(b, 20, 1) IN "89ab", LEN(uuid)    ' expect: true true 36
c = guid
TALK c <> b                              ' expect: true
' --- parts of dates
TALK YEAR("2024-03-05"), MONTH("2024/3/5"), DAY("05/03/2024"), MONTH("12/25/2024"), HOUR("2024-01-01 13:45:59"), MINUTE("2024-01-01T13:45"), SECOND("2024-01-01 13:45:59")
' expect: 2024 3 5 12 13 45 59
TALK YEAR(TODAY), MONTH(NOW), DAY(TODAY), HOUR(TODAY), WEEKDAY(TODAY), WEEKDAY("2024-03-03"), WEEKDAY("2024-03-02")    ' expect: 2024 2 29 0 5 1 7
TALK YEAR("x"), YEAR(NULL), MONTH(""), DAY([1]), HOUR(NULL), MINUTE({}), SECOND(5), WEEKDAY("2023-02-29"), HOUR("2024-01-01T25:00")
' expect: 0 0 0 0 0 0 0 0 0
' --- parts need a value
x = YEAR()                               ' error: L108
' --- dateadd of date values
TALK DATEADD(TODAY, 1, "day"), DATEADD(TODAY, "day", 1), DATEADD(TODAY, -1, "Days"), DATEADD(TODAY, 1, "month"), DATEADD(TODAY, 1, "year"), DATEADD(TODAY, 2, "w"), DATEADD(TODAY, 1, "quarter")
' expect: 2024-03-01 2024-03-01 2024-02-28 2024-03-29 2025-02-28 2024-03-14 2024-05-29
TALK DATEADD(NOW, 1, "h"), DATEADD(NOW, "30", "minute"), DATEADD(NOW, 4, "s"), DATEADD(NOW, 12, "mo"), DATEADD(NOW, "d", "-1")
' expect: 2024-02-29 13:34:56 2024-02-29 13:04:56 2024-02-29 12:35:00 2025-02-28 12:34:56 2024-02-28 12:34:56
TALK TYPEOF(DATEADD(TODAY, 1, "d")), TYPEOF(DATEADD(TODAY, 0, "h")), DATEADD(TODAY, 24, "hour"), TYPEOF(DATEADD(NOW, 1, "d"))
' expect: date datetime 2024-03-01 00:00:00 datetime
' --- dateadd of text
TALK DATEADD("2024-01-31", 1, "month"), DATEADD("31/01/2024", 1, "d"), DATEADD("2024-01-31 10:00", 1, "day"), DATEADD("2024-01-31", 2, "hours"), DATEADD("2024-01-31", 48, "h")
' expect: 2024-02-29 2024-02-01 2024-02-01 10:00:00 2024-01-31 02:00:00 2024-02-02 00:00:00
TALK TYPEOF(DATEADD("2024-01-31", 1, "month")), DATEADD("2024-12-31", -10, "month"), DATEADD("2024-03-31", -1, "mo"), DATEADD("2024-01-01", 1.9, "day"), DATEADD("2024-02-29", 4, "y"), DATEADD("2024-02-29", 1, "yyyy")
' expect: string 2024-02-29 2024-02-29 2024-01-02 2028-02-29 2025-02-28
' --- units of dateadd
d = "2024-01-01 00:00:00"
TALK DATEADD(d, 1, "d") = DATEADD(d, 1, "DAYS"), DATEADD(d, 1, "ww") = DATEADD(d, 1, "weeks"), DATEADD(d, 1, "mo") = DATEADD(d, 1, "Month"), DATEADD(d, 1, "q") = DATEADD(d, 3, "months")    ' expect: true true true true
TALK DATEADD(d, 1, "min"), DATEADD(d, 1, "n"), DATEADD(d, 1, "m"), DATEADD(d, 1, "mi"), DATEADD(d, 1, " minutes ")
' expect: 2024-01-01 00:01:00 2024-01-01 00:01:00 2024-01-01 00:01:00 2024-01-01 00:01:00 2024-01-01 00:01:00
TALK DATEADD(d, 1, "s"), DATEADD(d, 1, "ss"), DATEADD(d, 1, "sec"), DATEADD(d, 1, "Seconds"), DATEADD(d, 1, "h"), DATEADD(d, 1, "HH"), DATEADD(d, 1, "hours")
' expect: 2024-01-01 00:00:01 2024-01-01 00:00:01 2024-01-01 00:00:01 2024-01-01 00:00:01 2024-01-01 01:00:00 2024-01-01 01:00:00 2024-01-01 01:00:00
' --- dateadd without a date
TALK DATEADD(NULL, 1, "day") IS NULL, DATEADD("x", 1, "day") IS NULL, DATEADD([], 1, "day") IS NULL, DATEADD(5, 1, "day") IS NULL
' expect: true true true true
' --- dateadd with an unknown unit
x = DATEADD(NOW, 1, "fortnight")         ' fault: 4002 fortnight
' --- dateadd without a unit
x = DATEADD(NOW, 1, 2)                   ' fault: 4002
' --- dateadd of too many years
x = DATEADD(NOW, 9000, "year")           ' fault: 4003
' --- dateadd of too many days
x = DATEADD(NOW, 9000000000000000000, "weeks")    ' fault: 4003
' --- dateadd before the first year
x = DATEADD("0001-01-01", -1, "day")     ' fault: 4003
' --- datediff
TALK DATEDIFF("2024-01-01", "2024-01-31"), DATEDIFF("2024-01-31", "2024-01-01"), DATEDIFF("day", "2024-01-01", "2024-01-31"), DATEDIFF("2024-01-01", "2024-01-15", "week"), DATEDIFF(TODAY, "2024-03-01")
' expect: 30 -30 30 2 1
TALK DATEDIFF("2024-01-31", "2024-02-01", "month"), DATEDIFF("2023-12-31", "2024-01-01", "year"), DATEDIFF("q", "2023-12-31", "2024-04-01"), DATEDIFF("2024-02-01", "2024-01-31", "mo")
' expect: 1 1 2 -1
TALK DATEDIFF("2024-01-01 00:00", "2024-01-01 23:59"), DATEDIFF("2024-01-02 23:59", "2024-01-01 00:00", "day"), DATEDIFF("2024-01-01", "2024-01-01 23:59:30", "hour"), DATEDIFF("2024-01-01", "2024-01-01 00:01:30", "minute"), DATEDIFF("s", "2024-01-01", "2024-01-02")
' expect: 0 -1 23 1 86400
TALK DATEDIFF("x", NOW) IS NULL, DATEDIFF(NOW, NULL) IS NULL, DATEDIFF("0001-01-01", "9999-12-31")    ' expect: true true 3652058
' --- datediff with an unknown unit
x = DATEDIFF(NOW, TODAY, "eon")          ' fault: 4002
' --- spans without sign
TALK DAYS_BETWEEN("2024-01-31", "2024-01-01"), DAYS_BETWEEN("2024-01-01", "2024-01-31"), HOURS_BETWEEN("2024-01-01", "2024-01-01 05:59"), MINUTES_BETWEEN("2024-01-01 01:00", "2024-01-01"), SECONDS_BETWEEN(TODAY, NOW), WEEKS_BETWEEN("2024-01-01", "2024-01-14")
' expect: 30 30 5 60 45296 1
TALK DAYS_BETWEEN("x", NOW) IS NULL      ' expect: true
' --- units as seconds
TALK DAYS(2), HOURS(2), MINUTES(1.5), WEEKS(1), HOURS("3"), DAYS(NULL), DAYS(-1)    ' expect: 172800 7200 90 604800 10800 0 -86400
TALK NOW() + HOURS(2), TODAY + DAYS(1), NOW - MINUTES(4), WEEKS(9223372036854775807)
' expect: 2024-02-29 14:34:56 2024-03-01 2024-02-29 12:30:56 5.578295407889768e24
' --- hours of text
x = HOURS("x")                           ' fault: 4001
' --- adding by name
TALK ADD_DAYS("2024-02-28", 2), ADD_WEEKS(TODAY, 1), ADD_MONTHS("2024-01-31", 1), ADD_YEARS(TODAY, 1), ADD_HOURS(NOW, -12), ADD_MINUTES("2024-01-01", 5), ADD_SECONDS(NOW, 4)
' expect: 2024-03-01 2024-03-07 2024-02-29 2025-02-28 2024-02-29 00:34:56 2024-01-01 00:05:00 2024-02-29 12:35:00
TALK ADD_DAYS(NULL, 1) IS NULL, NOW.add_days(1).day    ' expect: true 1
' --- end of month
TALK EOMONTH("2024-01-15", 1), EOMONTH(TODAY, 0), EOMONTH(NOW, -2), EOMONTH("2023-02-10 10:00"), EOMONTH("x", 1) IS NULL, TYPEOF(EOMONTH(NOW, 0)), EOMONTH(TODAY, 10)
' expect: 2024-02-29 2024-02-29 2023-12-31 2023-02-28 true date 2024-12-31
' --- end of month out of range
x = EOMONTH("9999-12-01", 1)             ' fault: 4003
' --- dates from text
TALK DATEVALUE("2024-1-5"), TYPEOF(DATEVALUE("2024-01-05 10:00")), CDATE("5/1/2024"), CDATE("2024-01-05 10:00"), TYPEOF(CDATE("2024-01-05")), TYPEOF(CDATE("2024-01-05T10:00:00Z"))
' expect: 2024-01-05 date 2024-01-05 2024-01-05 10:00:00 date datetime
TALK DATEVALUE("x") IS NULL, CDATE("") IS NULL, CDATE(NULL) IS NULL, CDATE(5) IS NULL, CDATE(NOW), DATEVALUE(NOW), CDATE("31/31/2024") IS NULL, DATEVALUE("2024-02-30") IS NULL
' expect: true true true true 2024-02-29 12:34:56 2024-02-29 true true
' --- times from text
TALK TIMEVALUE("14:30"), TIMEVALUE("2:30 PM"), TIMEVALUE("12:00 am"), TIMEVALUE("12:15pm"), TIMEVALUE(" 9:05:07 "), TIMEVALUE(NOW), TIMEVALUE("2024-01-01 08:00"), TIMEVALUE(TODAY)
' expect: 14:30:00 14:30:00 00:00:00 12:15:00 09:05:07 12:34:56 08:00:00 00:00:00
TALK TIMEVALUE("25:00") IS NULL, TIMEVALUE("13:00 PM") IS NULL, TIMEVALUE("x") IS NULL, TIMEVALUE(NULL) IS NULL, TIMEVALUE("10:60") IS NULL, TIMEVALUE([]) IS NULL, TIMEVALUE("0:00 am") IS NULL
' expect: true true true true true true true
' --- isdate
TALK ISDATE("2024-02-29"), ISDATE("2023-02-29"), ISDATE(NOW), IS_DATE(TODAY), ISDATE(NULL), ISDATE(5), ISDATE("25/12/2024 10:00"), ISDATE([])
' expect: true false true true false false true false
' --- dates without parentheses
d = DATEADD "2024-01-01", 1, "day"
TALK d                                   ' expect: 2024-01-02
