PARAM subject AS STRING LIKE "Trip to the zoo" DESCRIPTION "Subject of the circular"
PARAM text AS STRING LIKE "We leave at nine" DESCRIPTION "Text of the circular"
DESCRIPTION "Sends a circular to all parents of a class"
TALK "Which class?"
HEAR class
parents = FIND "parents.csv", "class = '" + class + "'"
IF parents.length = 0 THEN
    TALK "There are no parents in " + class
    STOP
END IF
mail = "Dear parents,

" + text + "

It's signed by:
'the office'
# this is no comment
"
FOR EACH p IN parents
    SEND MAIL p.email, subject, mail
NEXT p
TALK "Sent to " + parents.length + " parents."
