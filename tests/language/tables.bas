' --- rows are saved and found
id = SAVE "customers", {name: "Ann", city: "Porto", age: 31}
TALK id                                          ' expect: id-1
SAVE "customers", {id: "c2", name: "Bob", city: "Faro"}
SAVE "customers", "c3", {name: "Cid", city: "Porto", age: 7}
rows = FIND "customers"
TALK rows                                        ' expect: [{"name":"Ann","city":"Porto","age":31,"id":"id-1"},{"name":"Bob","city":"Faro","age":null,"id":"c2"},{"name":"Cid","city":"Porto","age":7,"id":"c3"}]
TALK UBOUND(rows) & rows.name & rows[1].name     ' expect: 3AnnBob
' --- saving a row again changes the columns given
SAVE "t", {id: 1, a: "x", b: 2}
TALK SAVE("t", {ID: "1", b: 3, c: NULL})         ' expect: 1
TALK FIND "t"                                    ' expect: [{"id":"1","a":"x","b":3,"c":null}]
' --- forms of find
SAVE "t", [{id: 1, n: "a", v: 5}, {id: 2, n: "b", v: 50}, {id: 3, n: "b", v: 7}]
x = "b"
f = "v > 6"
y = FIND "t", "v > 6 AND n = b"
TALK Ids(y)                                      ' expect: 2 3
x = FIND "t", "n", x
TALK Ids(x)                                      ' expect: 2 3
y = x
x = (FIND "t", "n", "b")
TALK Ids(x)                                      ' expect: 2 3
x = FIND("t", f)
TALK Ids(x)                                      ' expect: 2 3
x = FIND t WITH f
TALK Ids(x)                                      ' expect: 2 3
x = FIND ALL t WHERE n = "b" AND v < 10
TALK Ids(x)                                      ' expect: 3
x = FIND t ORDER BY n DESC, v DESC LIMIT 2
TALK Ids(x)                                      ' expect: 2 3
x = FIND t ORDER BY "v desc" LIMIT 5 OFFSET 1
TALK Ids(x)                                      ' expect: 3 1
x = FIND t WHERE v > 6 ORDER BY v FIRST
TALK x.id                                        ' expect: 3
x = FIND t WHERE v > 600 FIRST
TALK x IS NULL                                   ' expect: true
first = FIND t WHERE id = 2 FIRST
TALK first.v                                     ' expect: 50
FOR EACH r IN FIND t WHERE NOT (n = 'a') ORDER BY id DESC
  TALK r.id                                      ' expect: 3 | 2
NEXT
x = FIND "t",
  "v > 6"
TALK Ids(x)                                      ' expect: 2 3
x = FIND t
  WHERE v > 6 AND
    n = "b"
  ORDER BY v
limit = 1
TALK Ids(x)                                      ' expect: 3 2
FUNCTION Ids(rows)
  out = []
  FOR EACH row IN rows
    out.push(row.id)
  NEXT
  RETURN JOIN(out, " ")
END FUNCTION
' --- operators of conditions
SAVE "t", [{id: 1, s: "Ann", tags: ["x"], vip: TRUE}, {id: 2, s: "bob"}, {id: 3, s: "7", n: 7}]
low = 7
x = FIND t WHERE s LIKE "an" OR s = 7
TALK UBOUND(x)                                   ' expect: 2
x = FIND t WHERE s NOT LIKE "%b"
TALK UBOUND(x)                                   ' expect: 2
x = FIND t WHERE s IN ("bob", "7") AND tags IS NULL
TALK UBOUND(x)                                   ' expect: 2
x = FIND t WHERE s IN ["bob"]
TALK UBOUND(x)                                   ' expect: 1
x = FIND t WHERE tags CONTAINS "x" AND vip
TALK UBOUND(x)                                   ' expect: 1
x = FIND t WHERE n BETWEEN low AND low + 1
TALK UBOUND(x)                                   ' expect: 1
x = FIND t WHERE n IS NOT NULL AND n IS NOT EMPTY
TALK UBOUND(x)                                   ' expect: 1
x = FIND t WHERE item.s = "bob" OR t.s = "Ann"
TALK UBOUND(x)                                   ' expect: 2
' --- the right side is the script's, the left a column
email = "a@b.c"
SAVE "t", {email: email, type: 1, limit: 5}
SAVE "t", {email: "other"}
x = FIND t WHERE email = email AND type = 1 AND limit >= 5
TALK UBOUND(x) & x.email                         ' expect: 1a@b.c
' --- what is interpolated is one value
SAVE "t", {id: 1, name: "O'Brien"}
SAVE "t", {id: 2, name: "x' OR '1'='1"}
evil = "x' OR '1'='1"
x = FIND "t", "name = '${evil}'"
TALK UBOUND(x) & x.id                            ' expect: 12
x = FIND "t", "name = ${evil} AND id > 1"
TALK x.id                                        ' expect: 2
x = FIND "t", "name = 'O''Brien'"
TALK x.id                                        ' expect: 1
DELETE "t", "name = '${evil}'"
TALK UBOUND(FIND "t")                            ' expect: 1
' --- a filter that is computed is read as one
SAVE "t", [{id: 1}, {id: 2}]
f = "id = 1 OR id = 2"
x = FIND "t", f
TALK UBOUND(x)                                   ' expect: 2
x = FIND "t", "id = '" + "1" + "'"
TALK UBOUND(x)                                   ' expect: 1
' --- a table that is missing
TALK UBOUND(FIND "nothing")                      ' expect: 0
x = FIND absent WHERE a = 1 FIRST
TALK x IS NULL                                   ' expect: true
TALK UPDATE("nothing", "a = 1", {a: 2})          ' expect: 0
TALK DELETE("nothing", "a = 1")                  ' expect: 0
' --- a name is a table unless it is a variable
SAVE orders, {id: 1}
SAVE .orders, {id: 2}
where = "orders"
TALK UBOUND(FIND orders) & UBOUND(FIND where) & UBOUND(FIND ORDERS) & UBOUND(FIND " Orders ")     ' expect: 2222
' --- a row of values is named by what they are called
name = "Ann"
item = {sku: "s1", price: 2.5}
SAVE "cart", name, item.sku, item.price * 2, 5
TALK FIND "cart"                                 ' expect: [{"name":"Ann","sku":"s1","field3":5,"field4":5,"id":"id-1"}]
SAVE "cart", "Bob", "s2"
x = FIND "cart", "name = Bob"
TALK x.sku                                       ' expect: s2
SAVE "u" WITH name AS name & "!", type AS "b", from AS 3
TALK FIND "u"                                    ' expect: [{"name":"Ann!","type":"b","from":3,"id":"id-3"}]
' --- insert is always a new row
row = INSERT "t", {id: 1, a: 2}
TALK row                                         ' expect: {"id":1,"a":2}
INSERT INTO t VALUES {a: 3}
INSERT INTO t WITH a = 4, b = 1 + 1
a = 5
INSERT INTO t, a
x = INSERT INTO t, a, 6
TALK x                                           ' expect: {"id":"id-4","a":5,"b":6}
INSERT "t", {id: "1", a: 9}                      ' fault: 2003 table t has a row with id 1
' --- update
SAVE "t", [{id: 1, s: "a", n: 1}, {id: 2, s: "a", n: 2}, {id: 3, s: "b", n: 3}]
n = 40
TALK UPDATE("t", "s = a", {n: 10, new: TRUE})    ' expect: 2
UPDATE t SET n = n + 2, s = "z" WHERE s = "b"
UPDATE t SET
  s = "y",
  new = NULL
WHERE id = 1
UPDATE "t" WITH s AS "q" WHERE id = 2 AND
  n > 5
TALK FIND "t"                                    ' expect: [{"id":1,"s":"y","n":10,"new":null},{"id":2,"s":"q","n":10,"new":true},{"id":3,"s":"z","n":42,"new":null}]
UPDATE "t", 1, {s: "by number"}
UPDATE "t", "2", {s: "by text"}
id = 3
UPDATE "t", "${id}", "s", "by hole"
s = "by name"
x = FIND "t"
TALK x[0].s & "," & x[1].s & "," & x[2].s        ' expect: by number,by text,by hole
UPDATE "t", "id > 2", s, n
SET "t", "id = 1", "s = 'set, too', n = 0"
UPDATE "t", "id = 2", "s = text"
x = FIND "t"
TALK x[0].s & "," & x[1].s & "," & x[2].s & x[2].n       ' expect: set, too,text,by name40
' --- a key that is taken
SAVE "t", [{id: 1, a: 1}, {id: 2, a: 2}]
UPDATE "t", "a = 2", {id: 3}
UPDATE "t", "a = 2", {id: 1}                     ' fault: 2003
' --- delete
SAVE "t", [{id: 1, a: 1}, {id: 2, a: 2}, {id: 3, a: 3}]
TALK DELETE("t", "a > 2")                        ' expect: 1
DELETE FROM t WHERE a = 2
TALK FIND "t"                                    ' expect: [{"id":1,"a":1}]
n = DELETE "t", 1
TALK n & UBOUND(FIND "t")                        ' expect: 10
SAVE "t", {id: 1, a: "again"}
TALK FIND "t"                                    ' expect: [{"id":1,"a":"again"}]
' --- delete needs a filter
SAVE "t", {id: 1}
DELETE "t", ""                                   ' fault: 4002 DELETE needs a filter
' --- delete of an id that is null
id = NULL
SAVE "t", {a: 1}
DELETE "t", id                                   ' fault: 4002
' --- delete of an id that is nothing
DELETE "t", "${nothing}"                         ' fault: 4002
' --- update of nothing in particular
UPDATE "t", " ", {a: 1}                          ' fault: 4002 UPDATE needs a filter
' --- update without where
UPDATE t SET a = 1                               ' error: L103 @1-18 UPDATE needs WHERE ' hint: WHERE id = 5
UPDATE t WITH a AS 1                             ' error: L103 UPDATE needs WHERE
DELETE FROM t                                    ' error: L103 DELETE FROM is not written so
UPDATE t                                         ' error: L103 UPDATE is not written so
FIND "t", "a", "b", "c"                          ' error: L103
x = FIND t LIMIT 1, 2                            ' error: L103
' --- conditions that are none
x = FIND t WHERE 1 = 1                           ' error: L103 this is no condition on a column
x = FIND t WHERE LEN(a) > 2                      ' error: L103
x = FIND t WHERE a STARTS WITH "b"               ' error: L103
x = FIND t WHERE a = 1 XOR b = 2                 ' error: L103
' --- delete of one value is of a file
DELETE "notes.txt"                               ' fault: 3004 no file notes.txt
' --- merge by key
SAVE "c", [{email: "a@b", n: 1}, {email: "c@d", n: 2}]
rows = [{email: "c@d", n: 20}, {email: "e@f", n: 3}, {email: "e@f", n: 4}]
TALK MERGE("c", rows, "email")                   ' expect: {"inserted":1,"updated":2,"total":3}
MERGE c WITH {email: "a@b", n: 9} BY email
x = FIND "c" ORDER BY email
TALK x[0].n & " " & x[1].n & " " & x[2].n        ' expect: 9 20 4
x = MERGE "fresh" WITH rows BY "email"
TALK x.total & UBOUND(FIND "fresh")              ' expect: 32
TALK FIND "fresh"                                ' expect: [{"email":"c@d","n":20},{"email":"e@f","n":4}]
' --- union of arrays
a = [1, "x", {k: 1}]
b = ["x", 2, {k: 1}, 1]
MERGE a, b
TALK MERGE(a, b)                                 ' expect: [1,"x",{"k":1},2]
x = MERGE a, [3]
TALK UBOUND(x)                                   ' expect: 4
' --- text that is json is saved as rows
SAVE_FROM_UNSTRUCTURED "leads", "[{\"name\": \"Ann\"}, {\"name\": \"Bob\"}]"
x = SAVE_FROM_UNSTRUCTURED "leads", "{\"id\": \"l3\"}"
TALK x & UBOUND(FIND "leads")                    ' expect: l33
SAVE_FROM_UNSTRUCTURED "leads", "Cid called"     ' fault: 9010
' --- a scalar is no row
SAVE "t", 5                                      ' fault: 4001 SAVE needs a map
' --- nor is an array of them
SAVE "t", [{a: 1}, 5]                            ' fault: 4001
' --- merge needs rows
MERGE "t", 5, "id"                               ' fault: 4001
' --- a filter that cannot be read is told at once
x = FIND "t", "a = "                             ' fault: 2002 the filter ends ' warning: L207 @15-20 ' hint: 2002
' --- and one that is computed when it runs
f = "a ="
x = FIND "t", f & " "                            ' fault: 2002
' --- tables elsewhere
x = FIND "erp.orders"                            ' fault: 9012 needs the database erp
' --- spreadsheets
x = FIND orders.xlsx                             ' fault: 9012 reader of spreadsheets
' --- paths that leave the package
SAVE "../other/secrets.csv", {a: 1}              ' fault: 5004
' --- names of tables
SAVE "", {a: 1}                                  ' fault: 4002
' --- names of tables are only names
SAVE "o'r\"; DROP TABLE bot_rows; --", {id: "a'b", "c\"d": "e;f"}
TALK FIND "o'r\"; DROP TABLE bot_rows; --"       ' expect: [{"id":"a'b","c\"d":"e;f"}]
' --- sql is for a database
x = SELECT name, total FROM orders WHERE total > 5      ' fault: 9012 QUERY needs a database server
' --- words of tables are variables
find = 1
save = 2
insert = 3
update = 4
delete = 5
merge = 6
import = 7
report = 8
query = [9]
TALK find + save + insert + update + delete + merge + import + report + query[0]     ' expect: 45
IF find AND save THEN TALK "${update}"           ' expect: 4
where = "w"
order = 1
limit = 2
TALK where & order & limit                       ' expect: w12
' --- set with three values is update
SAVE "t", {id: 1, a: 1}
SET t, "id = 1", {a: 2}
SET "x", (1)
x = FIND "t"
TALK x.a & GET "x"                               ' expect: 21
' --- quoted with single quotes
SAVE 't', {id: 1, a: 'x', b: 'y'}
UPDATE t SET a = 'z' WHERE b = 'y'   ' a comment
x = FIND 't' WHERE a = 'z' ORDER BY id
TALK x.a                                         ' expect: z
DELETE 't', 'a = z'
TALK UBOUND(FIND 't')                            ' expect: 0
' --- dates and containers come back as they were
SAVE "t", {id: 1, at: CDATE("2024-05-01 10:00"), day: TODAY(), list: [1, {a: 2}], ok: TRUE, f: 1.5}
x = FIND "t" WHERE at > "2024-04-30" AND day = TODAY() FIRST
TALK TYPEOF(x.at) & TYPEOF(x.day) & x.list & x.ok & x.f          ' expect: datetimedate[1,{"a":2}]true1.5
' --- a statement that fails changes nothing
SAVE "t", [{id: 1, a: 1}, {id: 2, a: 1}]
TRY
  UPDATE "t", "a = 1", {id: 9, new: 5}
CATCH e
  TALK e.code                                    ' expect: 2003
END TRY
TRY
  SAVE "t", [{id: 1, a: 7}, {id: 3}, {id: 4, big: STRING(300000, "x")}]
CATCH e
  TALK e.code                                    ' expect: 9008
END TRY
TRY
  SAVE "fresh", [{id: 1}, {id: 2, big: STRING(300000, "x")}]
CATCH e
  TALK e.code & COUNT("fresh")                   ' expect: 90080
END TRY
TALK FIND "t"                                    ' expect: [{"id":1,"a":1},{"id":2,"a":1}]
' --- and what it deleted and made is as it was
SAVE "t", [{id: 1, a: 1}, {id: 2, a: 2}]
DELETE "t", "id = 2"
ON ERROR RESUME NEXT
MERGE "t" WITH [{id: 1, a: 9}, {id: 7, big: STRING(300000, "x")}] BY "id"
TALK ERR                                         ' expect: 9008
ON ERROR GOTO 0
TALK FIND "t"                                    ' expect: [{"id":1,"a":1}]
' --- a product is the row with that id
INSERT "products", {id: 7, name: "Tea", price: 5}
INSERT "products", {id: "a = 1", name: "Cup", price: 9}
p = PRODUCT 7
TALK p.name & p.price                    ' expect: Tea5
p = PRODUCT "7"
TALK p.name                              ' expect: Tea
p = PRODUCT "a = 1"
TALK p.name                              ' expect: Cup
TALK (PRODUCT 8) IS NULL                 ' expect: true
TALK (PRODUCT NULL) IS NULL              ' expect: true
TALK PRODUCT("7 OR 1 = 1")               ' expect:
p = PRODUCT 7
UPDATE "products" SET price = 6 WHERE id = p.id
TALK PRODUCT(7).price                    ' expect: 6
' --- products that have the words, best first
names = ["Blue shoe", "Red shoes", "Crème brûlée", "RED hat", "Shoehorn", "Redwood table"]
FOR i = 0 TO 5
  SAVE "products", {id: i + 1, name: names[i], about: "no. " & i, price: 10 * i, tags: ["red"]}
NEXT
SUB Show(rows)
  TALK JOIN(MAP(rows, "id"), " ")
END SUB
Show(SEARCH PRODUCTS "red shoes")        ' expect: 2 4 6
r = SEARCH PRODUCTS "SHOE"
Show(r)                                  ' expect: 1 2 5
r = SEARCH PRODUCTS "creme BRULEE, hat!", 1
Show(r)                                  ' expect: 3
r = SEARCH PRODUCTS "brûl"
Show(r)                                  ' expect: 3
r = SEARCH PRODUCTS "red", 2
Show(r)                                  ' expect: 2 4
r = SEARCH PRODUCTS "red", 2.9
Show(r)                                  ' expect: 2 4
r = SEARCH PRODUCTS "red", 1000
Show(r)                                  ' expect: 2 4 6
r = SEARCH PRODUCTS "no", NULL
Show(r)                                  ' expect: 1 2 3 4 5 6
r = SEARCH PRODUCTS "  ! "
Show(r)                                  ' expect:
r = SEARCH PRODUCTS "silk scarf"
IF r THEN TALK "some" ELSE TALK "none"   ' expect: none
TALK SEARCH_PRODUCTS("hat")[0].name      ' expect: RED hat
' --- no more than ten without a number
FOR i = 1 TO 120
  INSERT "products", {id: i, name: "tea"}
NEXT
TALK UBOUND(SEARCH PRODUCTS "tea")       ' expect: 10
r = SEARCH PRODUCTS "tea", 1000
TALK UBOUND(r)                           ' expect: 100
r = SEARCH PRODUCTS "tea", 0             ' fault: 4002 SEARCH PRODUCTS gives 1 to 100 rows
' --- products are rows of a table
x = SEARCH PRODUCTS "tea"                ' fault: 3004 no table products and no file products.csv to look for products in
' --- products of a file
' stored: products.csv = id,name,about
p = PRODUCT 7
TALK p IS NULL                           ' expect: true
' --- a product is a name too
product = {name: "Tea"}
TALK product.name                        ' expect: Tea
' --- a task is a row of the table tasks
id = CREATE TASK "Call Ann", "about ${1 + 1} orders", "high", "bea", TODAY()
TALK id                                  ' expect: id-1
t = FIND "tasks", "id", id
TALK t.title & "; " & t.description & "; " & t.priority & "; " & t.assignee & "; " & t.due_date  ' expect: Call Ann; about 2 orders; high; bea; 2024-02-29
TALK t.status & " " & t.created_at       ' expect: open 2024-02-29 12:34:56
CREATE_TASK "Call Bob"
CREATE_TASK("Call Eve", "soon")
UPDATE "tasks", id, {status: "done"}
open = FIND "tasks", "status = open"
TALK UBOUND(open)                        ' expect: 2
TALK (FIND "tasks")[1].description IS NULL  ' expect: true
' --- a task has at most five parts
CREATE TASK "a", "b", "c", "d", "e", "f" ' error: L103 CREATE TASK is not written so
' --- a procedure named create task
Create_Task("x")                         ' expect: mine x
SUB Create_Task(title)
  TALK "mine " & title
END SUB
' --- a table goes out to a file
SAVE "orders", [{id: 1, item: "tea"}, {id: 2, item: "a, b"}]
name = "orders"
path = EXPORT name, "out/" & name & ".csv"
TALK path                                ' expect: out/orders.csv
TALK READ path                           ' expect: id,item\n1,tea\n2,"a, b"\n
EXPORT "orders", "o.json"
TALK READ "o.json"                       ' expect: [{"id":1,"item":"tea"},{"id":2,"item":"a, b"}]
EXPORT "none", "n.json"
TALK READ "n.json"                       ' expect: []
EXPORT "orders", "../o.csv"              ' fault: 5004
' --- only table files come in
x = IMPORT "notes.txt"                   ' fault: 4002 IMPORT reads files of .csv and .json, not 'notes.txt'
' --- a file that is not there comes not in
x = IMPORT "orders.csv"                  ' fault: 3004 no file orders.csv
