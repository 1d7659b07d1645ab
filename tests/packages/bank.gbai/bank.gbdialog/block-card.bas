PARAM last_digits AS STRING LIKE "4321" DESCRIPTION "Last four digits of the card"
PARAM reason AS "lost", "stolen", "other"
DESCRIPTION "Blocks a card at once"

card = FIND "cards", "digits LIKE '%" + last_digits + "'"
IF card = NULL THEN
  TALK "I don't find that card. Please type the whole number."
  HEAR number AS CREDITCARD
  card = FIND "cards", "digits LIKE '%" + RIGHT(number, 4) + "'"
END IF

IF card = NULL THEN
  agent = GET AVAILABLE AGENT
  r = TRANSFER SESSION agent TIMEOUT 300
  IF r.outcome = "no_agent" OR r.outcome = "timeout" THEN
    TALK "Please call +351 210 000 001, day and night."
  END IF
  RETURN r.outcome
END IF

UPDATE "cards" SET blocked = TRUE, reason = reason WHERE id = card.id
TALK "The card ending in " + last_digits + " is blocked."
IF reason = "stolen" THEN
  TALK "Please also report it to the police."
END IF
