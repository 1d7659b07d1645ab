SET SCHEDULE "weekdays at 9am"
today_text = FORMAT(TODAY(), "MM-DD")
people = FIND "employees", "status = active"
FOR EACH p IN people
    IF FORMAT(p.birth, "MM-DD") = today_text THEN
        years = YEAR(TODAY()) - YEAR(p.birth)
        text = REWRITE "Happy birthday " + p.name + ", " + years + " years!"
        TALK TO "teams:" + p.email, text
    END IF
NEXT p
