DESCRIPTION "Asks for a rating after the purchase"

TALK "How did we do? 1 = bad, 5 = great"
ADD SUGGESTION "1" AS "😡 1"
ADD SUGGESTION "2" AS "2"
ADD SUGGESTION "3" AS "3"
ADD SUGGESTION "4" AS "4"
ADD SUGGESTION "5" AS "😀 5"
HEAR stars AS INTEGER
CLEAR SUGGESTIONS

WHILE stars < 1 OR stars > 5
    TALK "Please give a number from 1 to 5."
    HEAR stars AS INTEGER
WEND

SET SESSION "satisfaction", stars
IF stars >= 4 THEN
    TALK "Thank you! 🎉"
ELSEIF stars = 3 THEN
    TALK "Thanks. What could be better?"
    HEAR hint
    SAVE "hints.csv", stars, hint
ELSE
    CALL "complaint.bas", "low rating"
END IF
