PARAM first AS DATE LIKE "2025-07-01" DESCRIPTION "First day off"
PARAM last AS DATE LIKE "2025-07-14" DESCRIPTION "Last day off"
DESCRIPTION "Requests vacation"

IF first IS NULL THEN HEAR first AS DATE WITH "First day?"
IF last IS NULL THEN HEAR last AS DATE WITH "Last day?"

IF last < first THEN
    TALK "The last day is before the first."
    RETURN
END IF

days = 0
d = DATEVALUE(first)
WHILE d <= DATEVALUE(last)
    IF WEEKDAY(d) <> 1 AND WEEKDAY(d) <> 7 THEN days = days + 1
    d = DATEADD(d, 1, "day")
WEND

me = FIND "employees", "email = '" + USEREMAIL + "'"
left = 22 - me.days_taken
IF days > left THEN
    TALK "That is ${days} days, but you have ${left} left."
    RETURN
END IF

WITH request
    id = UUID()
    employee = me.id
    first = first
    last = last
    days = days
    status = "requested"
END WITH
SAVE "vacations", request

SEND MAIL me.manager_email, "Vacation request of " + me.name, me.name + " asks for " + days + " days from " + first + " to " + last
TALK "Requested: ${days} working days."
RETURN request.id
