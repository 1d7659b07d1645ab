DESCRIPTION "Trip planner"
PARAM destination AS STRING LIKE "Lisboa" DESCRIPTION "City" OPTIONAL
PARAM days AS INTEGER LIKE 5 DESCRIPTION "Days" DEFAULT 3

WITH trip
    .destination = destination
    .days = days
    .legs = []
    .budget = { hotel: 0, food: 0 }
END WITH

HEAR trip.destination WITH "Where to?" DEFAULT "Lisboa"
HEAR trip.days AS INTEGER WITH "How many days?" DEFAULT 3
HEAR trip.start AS DATE WITH "From which day?"
trip.finish = DATEADD(trip.start, trip.days, "days")

FOR d = 1 TO trip.days
    day = DATEADD(trip.start, d - 1, "day")
    plan = SWITCH_PLAN(d)
    PUSH trip.legs, #{ day: day, weekday: FORMAT(day, "ddd"), plan: plan }
NEXT d

trip.budget.hotel = 80.5 * trip.days
trip.budget.food = IF(trip.days > 7, 30, 40) * trip.days
total = SUM(VALUES(trip.budget))

child = CREATE SUB SESSION
pref = RUN IN SESSION child, "prefs", trip.destination
MERGE SESSION child

summary = "Trip to ${trip.destination}\n"
FOR EACH leg IN trip.legs
    summary = summary & "${leg.day} (${leg.weekday}): ${leg.plan}\n"
NEXT
summary = summary & "Total: ${FORMAT(total, "C2[de]")}" _
    & " – prefs: ${pref}"
TALK summary
state = SAVE SESSION STATE
SET BOT MEMORY "trip:" + SESSION_ID, state
IF LEN(state.variables) > 50 THEN LOG_WARN "many variables"
DEBUG SHOW VARIABLES

FUNCTION SWITCH_PLAN(n)
    SELECT CASE n MOD 3
        CASE 0: RETURN "beach"
        CASE 1: RETURN "museum"
        CASE ELSE: RETURN "free"
    END SELECT
END FUNCTION
