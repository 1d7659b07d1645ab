' --- a file is read and written
WRITE "notes/a.txt", "one"
TALK READ "notes/a.txt"                          ' expect: one
x = WRITE "n.txt", 1.50
TALK x & READ("n.txt")                           ' expect: n.txt1.5
WRITE "n.txt", ""
TALK LEN(READ "n.txt")                           ' expect: 0
' --- maps and arrays are written as JSON, rows of a csv file as CSV
WRITE "a.json", {k: [1, NULL, "x"]}
TALK READ "a.json"                               ' expect: {"k":[1,null,"x"]}
WRITE "a.csv", [{n: 1, t: "a,b"}, {n: 2}]
TALK READ "a.csv"                                ' expect: n,t\n1,"a,b"\n2,\n
WRITE "b.csv", {n: 3}
TALK READ "b.csv"                                ' expect: n\n3\n
WRITE "c.csv", [1, 2]
TALK READ "c.csv"                                ' expect: [1,2]
' --- get of a file sees what was written
WRITE "a/b.txt", "text"
TALK GET "a/b.txt"                               ' expect: text
' --- files are copied, moved and deleted
WRITE "a.txt", "one"
COPY "a.txt", "b/c.txt"
MOVE "a.txt" TO "d.txt"
TALK READ("b/c.txt") & READ("d.txt")             ' expect: oneone
DELETE FILE "d.txt"
DELETE "b/c.txt"
READ "d.txt"                                     ' fault: 3004 no file d.txt
' --- any case names a file
WRITE "A/B.txt", "one"
TALK READ "a/b.TXT"                              ' expect: one
WRITE "a/b.txt", "two"
TALK READ "A/B.txt"                              ' expect: two
' --- a folder is listed
WRITE "b.txt", "12"
WRITE "a/x.txt", "1"
WRITE "a/y/z.txt", "1"
FOR EACH f IN LIST ""
  TALK f.name & f.size & f.is_dir                ' expect: a0true | b.txt2false
NEXT
FOR EACH f IN DIR "a"
  TALK f.path                                    ' expect: a/x.txt | a/y
NEXT
TALK UBOUND(LIST "/")                            ' expect: 2
' --- a file of a list names itself
WRITE "a/x.txt", "one"
files = LIST "a"
TALK READ files[0]                               ' expect: one
DELETE files[0]
LIST "a"                                         ' fault: 3004 no folder a
' --- files of the package are there, and may be written over
' stored: menu.txt = from the package
TALK READ "menu.txt"                             ' expect: from the package
WRITE "menu.txt", "new"
TALK READ "menu.txt"                             ' expect: new
DELETE FILE "menu.txt"
READ "menu.txt"                                  ' fault: 3004
' --- a path stays in the drive
TRY
  WRITE "../a.txt", "x"
CATCH e
  TALK e.code                                    ' expect: 5004
END TRY
TRY
  COPY "a.txt", "/etc/passwd"
CATCH e
  TALK e.code                                    ' expect: 5004
END TRY
READ "a\..\..\b"                                 ' fault: 5004
' --- a path is a text
WRITE 5, "x"                                     ' fault: 4002 named by its path
' --- an empty path is none
WRITE " ", "x"                                   ' fault: 4002
' --- a missing file is an error of READ
READ "none.txt"                                  ' fault: 3004 no file none.txt
' --- a file is at most a megabyte
WRITE "at.txt", REPEAT("x", 1048576)
TALK LEN(READ "at.txt")                          ' expect: 1048576
WRITE "past.txt", REPEAT("x", 1048577)           ' fault: 3005
' --- words of files are not warned of
WRITE "a.txt", "x"
y = z                                            ' warning: L202
' --- a download becomes a file of the drive
' service: DOWNLOAD https://h/a%20b.txt = {"data": "b25l", "type": "text/plain", "url": "https://h/a%20b.txt"}
x = DOWNLOAD "https://h/a%20b.txt"
TALK x.path & x.size & x.type                    ' expect: a b.txt3text/plain
TALK READ "a b.txt"                              ' expect: one
x = DOWNLOAD "https://h/a%20b.txt", "in/c.txt"
DOWNLOAD "https://h/a%20b.txt" TO "in/d.txt"
TALK READ("in/c.txt") & READ("in/d.txt") & x.name       ' expect: oneonec.txt
' --- a download that fails is null and writes nothing
SET HEADER "A", "b"
x = DOWNLOAD "https://h/gone.txt", "gone.txt"
TALK (x IS NULL) & ERROR                         ' expect: truetrue
READ "gone.txt"                                  ' fault: 3004
' --- a download goes nowhere outside the drive
' service: DOWNLOAD https://h/.. = {"data": "b25l", "type": "", "url": "https://h/.."}
x = DOWNLOAD "https://h/.."
TALK x.path                                      ' expect: download
DOWNLOAD "https://h/..", "../x"                  ' fault: 5004
' --- a chart is a file
x = CHART "pie", {tea: 5, coffee: 3}
TALK x.type & " " & STARTSWITH(READ x.path, "<svg ")  ' expect: image/svg+xml true
rows = [{city: "Recife", n: 5}]
x = CHART "line", rows, "Orders"
TALK CONTAINS(READ x.path, ">Orders<")   ' expect: true
q = QR CODE "https://example.com/" & 7
TALK (q.path = "qrcodes/" & q.name) & " " & q.type  ' expect: true image/svg+xml
TALK LEFT(READ q.path, 4) & " " & (LEN(READ q.path) = q.size)   ' expect: <svg true
IF (QR CODE "https://example.com/7").name = q.name THEN TALK "again"   ' expect: again
x = CHART "cake", rows                   ' fault: 4002 a chart is one of bar, line, pie
' --- a code of nothing
x = QR CODE ""                          ' fault: 4002 a QR code is of some text
' --- a code of too much
x = QR CODE STRING(401, "x")            ' fault: 9008 at most 400 bytes
' --- no code
x = QR CODE                             ' error: L103
