PARAM isbn AS STRING
PARAM reader AS INTEGER
DESCRIPTION "Lends a book"
loans = FIND "loans", "reader = " + reader + " AND returned = false"
IF COUNT(loans) >= max_loans THEN RETURN WITH ok AS FALSE, why AS "too many books"
FOR EACH l IN loans
    IF l.due < FORMAT(TODAY(), "YYYY-MM-DD") THEN RETURN WITH ok AS FALSE, why AS "a book is late"
NEXT l
due = TODAY() + DAYS(21)
INSERT INTO "loans", isbn, reader, due
RETURN WITH ok AS TRUE, due AS FORMAT(due, "DD/MM/YYYY")
