PARAM from AS STRING LIKE "LIS" DESCRIPTION "Airport of departure"
PARAM to AS STRING LIKE "OPO" DESCRIPTION "Airport of arrival"
PARAM date AS DATE LIKE "2025-06-01" DESCRIPTION "Day of the flight"
PARAM adults AS INTEGER DEFAULT 1
DESCRIPTION "Finds the three cheapest flights"

url = "https://flights.example/v1/search?from=" + from + "&to=" + to + "&date=" + date + "&adults=" + adults
data = GET url
IF NOT data.flights THEN
    TALK "No flights from ${from} to ${to} on ${FORMAT(date, "DD/MM/YYYY")}."
    RETURN []
END IF

flights = SORT data.flights BY price
best = TAKE(flights, 3)
n = 0
FOR EACH f IN best
    n = n + 1
    hours = FLOOR(f.minutes / 60)
    minutes = f.minutes MOD 60
    price = ROUND(f.price * markup, 2)
    TALK n + ". " + f.airline + " " + f.departure + "–" + f.arrival + " (" + hours + "h" + FORMAT(minutes, "00") + ") " + FORMAT(price, "#,##0.00") + " €"
NEXT f
SET "flights", best
HEAR pick AS INTEGER WITH "Which one?" DEFAULT 1
IF pick >= 1 AND pick <= UBOUND(best) THEN
    flight = best[pick - 1]
    SET "flight", flight
    TALK "Chosen: " + flight.airline + " " + flight.number
END IF
RETURN best
