DESCRIPTION "Guess the number"
secret = RANDOM(1, 20)
guesses = 0
TALK "I think of a number from 1 to 20."
DO
    HEAR guess AS INTEGER
    guesses = guesses + 1
    IF guess < secret THEN TALK "Higher." ELSE IF guess > secret THEN TALK "Lower." ELSE TALK "Yes! " + guesses + " guesses."
LOOP UNTIL guess = secret OR guesses >= 6
IF guess <> secret THEN TALK "It was " + secret + "."
RETURN guesses
