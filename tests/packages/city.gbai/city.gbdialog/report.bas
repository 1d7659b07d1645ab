PARAM kind AS "road", "light", "waste", "noise", "other" DESCRIPTION "Kind of problem"
PARAM place AS STRING LIKE "Rua Direita 5"
PARAM text AS STRING LIKE "A hole in the road"
DESCRIPTION "Reports a problem in the city"

id = UCASE(LEFT(kind, 1)) + FORMAT(NOW(), "YYYYMMDDHHmmss")
team = IF(kind = "light", "electric", IF(kind = "waste", "cleaning", "roads"))
INSERT INTO "reports" WITH id = id, kind = kind, place = place, text = text, team = team, status = "open"
POST "/tasks/create", { team: team, title: kind + " " + place, body: text }
TALK "Thank you. Your number is ${id}."

near = FIND "reports", "place LIKE '" + EXTRACT_BEFORE(place, " ") + "' AND status = 'open'"
IF UBOUND(near) > 1 THEN TALK "There are " + (UBOUND(near) - 1) + " more reports nearby."
RETURN id
