DESCRIPTION "A small quiz"
cards = [
    { q: "Capital of Portugal?", a: "Lisbon" },
    { q: "7 * 8?", a: "56" },
    { q: "Colour of the sky?", a: "blue" }
]
points = 0
round = 1
FOR EACH card IN cards
    TALK "Question " + round + ": " + card.q
    HEAR answer
    IF LCASE(TRIM(answer)) = LCASE(card.a) THEN
        TALK "Right!"
        points = points + 1
    ELSE
        TALK "No, it is " + card.a + "."
    END IF
    round = round + 1
NEXT card
SELECT CASE points
    CASE 0
        TALK "Study some more."
    CASE 1 TO 2
        TALK "Not bad: " + points
    CASE ELSE
        TALK "All right! 🏆"
END SELECT
best = GET BOT MEMORY "quiz_best"
IF points > best OR best = "" THEN
    SET BOT MEMORY "quiz_best", points
END IF
RETURN points
