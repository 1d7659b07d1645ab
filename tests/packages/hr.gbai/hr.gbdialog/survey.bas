DESCRIPTION "Yearly survey, eight questions"
questions = [
    "I like my work",
    "I know what is expected of me",
    "My manager listens",
    "My team works well together",
    "I have what I need",
    "I can grow here",
    "My pay is fair",
    "I would recommend us",
]
answers = []
n = 1
FOR EACH q IN questions
    TALK n & "/" & UBOUND(questions) & " " & q & " (1 to 5)"
    valid = FALSE
    DO UNTIL valid
        HEAR a AS INTEGER
        valid = a BETWEEN 1 AND 5
        IF NOT valid THEN TALK "1 to 5 please."
    LOOP
    answers[n - 1] = a
    n = n + 1
NEXT q
average = ROUND(AVG(answers), 1)
SAVE "survey.csv", FORMAT(NOW(), "YYYY"), average, answers
TALK "Thank you! Your average is ${average}."
RETURN average
