HEAR item
number = GET "errand"
TALK "${number} fetching ${item}"
WAIT 0.1
IF item = "call" THEN
    item = CALL "/test/slow", 0.05, "what was called"
END IF
IF item = "count" THEN SET BOT MEMORY "count", VAL(GET BOT MEMORY "count") + 1
RETURN "fetched " + item
