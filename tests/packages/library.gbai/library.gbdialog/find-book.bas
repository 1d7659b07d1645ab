PARAM title AS STRING LIKE "Lusíadas" DESCRIPTION "Title or a part of it"
PARAM author AS STRING OPTIONAL
DESCRIPTION "Finds books"
filter = "title LIKE '" + title + "'"
IF author THEN filter = filter + " AND author LIKE '" + author + "'"
books = FIND "books.json", filter
books = SORT books BY year DESC
SELECT CASE UBOUND(books)
CASE 0: TALK "We don't have that."
CASE 1: TALK "One book: " + books.title + " (" + books.year + ")"
CASE ELSE
  TALK UBOUND(books) + " books:"
  FOR EACH b IN books FIRST 10
    TALK "- " + b.title + IIF(b.lent, " (lent)", "")
  NEXT
END SELECT
RETURN books
