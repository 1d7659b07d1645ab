SET SCHEDULE "every 30 minutes"
trips = FIND "trips.csv", "checked_in = false"
FOR EACH t IN trips
    left = DATEDIFF(NOW(), t.departure, "hour")
    IF left BETWEEN 23 AND 24 THEN
        SEND SMS t.mobile, "Check in for " + t.flight + " is open."
        UPDATE "trips.csv" SET reminded = TRUE WHERE id = t.id
    END IF
NEXT t
