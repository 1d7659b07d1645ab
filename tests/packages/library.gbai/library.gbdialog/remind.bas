SET SCHEDULE "daily"
tomorrow = FORMAT(DATEADD(TODAY(), "day", 1), "YYYY-MM-DD")
FOR EACH l IN FIND("loans", "due = '" + tomorrow + "'")
    SEND MAIL l.email, "Your book is due tomorrow", "Please bring back " + l.isbn
NEXT l
