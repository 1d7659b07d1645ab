PARAM class AS STRING LIKE "5B"
DESCRIPTION "Timetable of a class for today"
names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
day = names[WEEKDAY(TODAY()) - 1]
IF day IN ("Saturday", "Sunday") THEN
    TALK "No school on " + day + "!"
ELSE
    rows = FIND "timetable.csv", "class = '${class}' and day = '${day}'"
    rows = SORT rows BY hour
    FOR EACH row IN rows
        TALK row.hour + "  " + row.subject + "  (" + row.teacher + ")"
    NEXT row
END IF
