' A quiz: procedures, and a HEAR deep inside a recursion. Every call keeps its own variables while the user thinks.

questions = [
    {text: "Which planet is closest to the Sun?", options: ["Venus", "Mercury", "Mars"], answer: "Mercury"},
    {text: "How many strings has a violin?", options: ["Four", "Five", "Six"], answer: "Four"},
    {text: "Which of these is a prime number?", options: ["21", "51", "61"], answer: "61"}
]

TALK "Welcome! ${UBOUND(questions)} questions, one point each."
points = Ask(questions, 0)
Celebrate(points, UBOUND(questions))

TALK "Now think of a number from 1 to 100 and let me find it. Ready?"
HEAR ready AS MENU "Ready", "No, thanks"
IF ready = "Ready" THEN
    tries = Narrow(1, 100, 1)
    IF tries > 0 THEN
        TALK "Found it with ${tries} questions."
    ELSE
        TALK "Your answers leave no number. You cheat!"
    END IF
END IF
TALK "Thanks for playing."
RETURN points

' Asks the questions from number `at` on and gives the points made with them.
FUNCTION Ask(list, at)
    IF at >= UBOUND(list) THEN RETURN 0
    question = list[at]
    TALK "${at + 1}. ${question.text}"
    choices = question.options
    HEAR answer AS MENU choices
    IF answer = question.answer THEN
        TALK "Right!"
        won = 1
    ELSE
        TALK "No, it is ${question.answer}."
        won = 0
    END IF
    RETURN won + Ask(list, at + 1)
END FUNCTION

' Halves the range until one number is left; gives the questions it took, 0 if none is left.
FUNCTION Narrow(low, high, asked)
    IF low > high THEN RETURN 0
    middle = (low + high) \ 2
    TALK "Is it ${middle}?"
    HEAR hint AS MENU "Higher", "Lower", "Yes"
    SELECT CASE hint
        CASE "Higher"
            RETURN Narrow(middle + 1, high, asked + 1)
        CASE "Lower"
            RETURN Narrow(low, middle - 1, asked + 1)
    END SELECT
    RETURN asked
END FUNCTION

' The best result is shared by all players of this bot.
SUB Celebrate(made, possible)
    best = VAL(GET BOT MEMORY "best")
    TALK "You made ${made} of ${possible} points."
    IF made > best THEN
        SET BOT MEMORY "best", made
        TALK "That is the new record!"
    ELSE
        TALK "The record is ${best}."
    END IF
END SUB
