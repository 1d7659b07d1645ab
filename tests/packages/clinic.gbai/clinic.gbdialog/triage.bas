DESCRIPTION "Asks a few questions to find out how urgent it is"

FUNCTION AskNumber(question, low, high)
    DO
        TALK question
        HEAR n AS INTEGER
        IF n >= low AND n <= high THEN RETURN n
        TALK "Please a number from " + low + " to " + high
    LOOP
END FUNCTION

SUB Urgent(why)
    TALK "⚠️ Please call 112 now. (" + why + ")"
    LOG SESSION "milestone", "urgent: " + why
END SUB

score = 0
TALK "Do you have trouble breathing?"
HEAR breath AS BOOLEAN
IF breath THEN score = score + 5

TALK "Do you have chest pain?"
HEAR chest AS BOOLEAN
IF chest THEN score = score + 5

pain = AskNumber("How strong is the pain, 0 to 10?", 0, 10)
score = score + pain

temperature = 0
DO
    TALK "What is your temperature in °C?"
    HEAR temperature AS NUMBER
LOOP UNTIL temperature >= 34 AND temperature <= 43

IF temperature >= 39.5 THEN score += 4

SELECT CASE score
    CASE 0 TO 3
        level = "green"
        TALK "It does not look urgent. Would you like an appointment?"
    CASE 4, 5, 6, 7
        level = "yellow"
        TALK "Please see a doctor today."
    CASE IS >= 8
        level = "red"
        CALL Urgent("score " + score)
    CASE ELSE
        level = "unknown"
END SELECT

SAVE "triage.csv", SESSION_ID, level, score, temperature
RETURN level
