PARAM student AS STRING LIKE "1234" DESCRIPTION "Student number"
DESCRIPTION "Shows grades of a student"
rows = FIND "grades.csv", "student=" + student
IF rows THEN
    sum = 0
    FOR EACH g IN rows
        sum = sum + g.grade
        TALK g.subject & ": " & FORMAT(g.grade, "0.0")
    NEXT
    TALK "Average: " & FORMAT(sum / UBOUND(rows), "0.0")
ELSE
    TALK "No grades yet."
END IF
