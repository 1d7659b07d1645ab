DESCRIPTION "Figures of the platform for the owner"
days = 7
users = QUERY METRICS "users" FOR "7d"
messages = QUERY METRICS "messages" FOR "7d" BY "day"
total = 0
peak = 0
peak_day = ""
FOR EACH m IN messages
    total = total + m.value
    IF m.value > peak THEN
        peak = m.value
        peak_day = m.day
    END IF
NEXT m
average = total / MAX(1, UBOUND(messages))
text = "Messages: " + FORMAT(total, "#,##0") + ", a day: " + FORMAT(average, "#,##0.0")
IF peak_day <> "" THEN text = text + ", most on " + FORMAT(peak_day, "dddd")
CACHE SET "analytics", text, 3600
TALK text
chart = CHART "line", messages
SHOW IMAGE chart
insight = LLM "One sentence for the owner: " + text
TALK insight
