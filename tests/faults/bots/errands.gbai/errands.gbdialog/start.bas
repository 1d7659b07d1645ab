' HEARs at every depth of a recursion, then another script that hears, waits and returns a value.
IF tally THEN
    TALK VAL(GET BOT MEMORY "count")
    END
END IF

said = 0
DO
    depth = Descend(1)
    SET "errand", said + 1
    TALK "climbed from ${depth}, what next?"
    got = RUN "errand.bas"
    said = said + 1
    TALK "${said} ${got}"
LOOP

FUNCTION Descend(depth)
    HEAR word
    said = said + 1
    IF word = "count" THEN SET BOT MEMORY "count", VAL(GET BOT MEMORY "count") + 1
    IF word = "wait" THEN WAIT 0.1
    IF word = "call" THEN
        got = CALL "/test/slow", 0.05, "${said} called"
        TALK got
    END IF
    TALK "${said} down at ${depth}: ${word}"
    IF depth < 4 THEN
        deepest = Descend(depth + 1)
    ELSE
        deepest = depth
    END IF
    IF depth > 1 THEN TALK "${said} up from ${depth}"
    RETURN deepest
END FUNCTION
