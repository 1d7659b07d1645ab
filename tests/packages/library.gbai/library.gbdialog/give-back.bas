PARAM isbn AS STRING
DESCRIPTION "Takes a book back and says the fine"
loan = FIND "loans" WHERE isbn = isbn AND returned = FALSE FIRST
IF loan = NULL THEN
    TALK "That book is not lent."
    RETURN
END IF
late = DATEDIFF(loan.due, TODAY())
fine = 0
IF late > 0 THEN
    fine = late * fine_per_day
    TALK "${late} days late: ${FORMAT(fine, "0.00")} €"
ELSE
    TALK "Thank you!"
END IF
UPDATE "loans" SET returned = TRUE, fine = fine WHERE id = loan.id
waiting = FIND "reservations", "isbn", isbn
IF waiting THEN SEND SMS waiting.mobile, "Your book is here: " + isbn
