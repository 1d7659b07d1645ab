' Runs in a sub-session.
HEAR feet AS INTEGER WITH "How long are your feet, in centimetres?"
SET "size", INT(feet * 1.5 + 2)
SET CONTEXT "fitting" AS "Feet of ${feet} cm"
