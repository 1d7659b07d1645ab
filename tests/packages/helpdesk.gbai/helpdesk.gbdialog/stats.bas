DESCRIPTION "Figures of the last 30 days"
m = QUERY METRICS "late_tickets" FOR "30d" BY "day"
total = 0
FOR EACH point IN m
    total = total + point.value
NEXT
TALK "Late tickets in 30 days: " + total
c = KB STATISTICS
TALK "Documents: " + KB DOCUMENTS COUNT + ", " + KB STORAGE SIZE + " MB"
n = KB DOCUMENTS ADDED SINCE 7
TALK n + " new this week"
list = KB LIST COLLECTIONS
FOR EACH item IN list
    s = KB COLLECTION STATS item
    TALK item + ": " + s.count
NEXT item
