' --- filter by text
rows = [{n: 1, s: "Ann"}, {n: 5, s: "bob"}, {n: "07", s: "Bob Hope", tags: ["x"]}, {s: NULL}]
x = FILTER rows, "n > 2"
TALK UBOUND(x) & x[0].s                          ' expect: 2bob
TALK FILTER(rows, "n = 7")                       ' expect: [{"n":"07","s":"Bob Hope","tags":["x"]}]
TALK UBOUND(FILTER(rows, "s LIKE bob"))          ' expect: 2
TALK UBOUND(FILTER(rows, "s LIKE 'b%' AND NOT n = 5"))   ' expect: 1
TALK UBOUND(FILTER(rows, "s IS NULL OR tags CONTAINS x"))    ' expect: 2
TALK UBOUND(FILTER(rows, "n IN (1, '5')"))       ' expect: 2
TALK UBOUND(FILTER(rows, "n BETWEEN 2 AND 7"))   ' expect: 2
TALK UBOUND(FILTER(rows, ""))                    ' expect: 4
TALK UBOUND(rows.filter("n <> 5"))               ' expect: 3
TALK UBOUND(FILTER(NULL, "n = 1"))               ' expect: 0
x = FILTER rows WHERE n = 5 OR s = "Ann"
TALK UBOUND(x)                                   ' expect: 2
x = FILTER rows, "n IS NOT NULL ORDER BY n DESC LIMIT 2"
TALK UBOUND(x)                                   ' expect: 2
TALK FILTER([3, 8, 1], "item > 2 ORDER BY item")     ' expect: [3,8]
' --- filter binds what is interpolated
rows = [{s: "x' OR '1'='1"}, {s: "y"}]
evil = "x' OR '1'='1"
list = ["y", "z"]
TALK UBOUND(FILTER(rows, "s = '${evil}'"))       ' expect: 1
TALK UBOUND(FILTER(rows, "s = ${evil}"))         ' expect: 1
TALK UBOUND(FILTER(rows, "s IN ${list}"))        ' expect: 1
TALK UBOUND(FILTER(rows, "s IN (${list[0]})"))   ' expect: 1
TALK UBOUND(FILTER(rows, "s LIKE ${evil}"))      ' expect: 1
TALK UBOUND(FILTER(rows, "${"s"} = y"))          ' expect: 1
TALK UBOUND(FILTER(rows, "s = ${"y"}${""}"))     ' expect: 1
' --- filter by an expression
rows = [{a: 2, b: 3}, {a: 5, b: 1}]
low = 5
x = FILTER rows, item.a * item.b > low
TALK x                                           ' expect: [{"a":2,"b":3}]
TALK FILTER(rows, item.a > item.b AND item.a = low)      ' expect: [{"a":5,"b":1}]
TALK FILTER([1, 2, 3, 4], item MOD 2 = 0)        ' expect: [2,4]
TALK FILTER([[1], [], [2]], UBOUND(FILTER(item, item > 1)) > 0)      ' expect: [[2]]
' --- item of a loop shines through text, not through an expression
products = [{id: 1, p: 10}, {id: 2, p: 20}]
FOR EACH item IN [{id: 2}, {id: 3}]
  x = FILTER products, "id = ${item.id}"
  TALK UBOUND(x) & UBOUND(FILTER(products, item.id = 1))      ' expect: 11 | 01
NEXT
TALK item.id                                     ' expect: 3
' --- filter by text that is computed
rows = [{n: 1, s: "b"}, {n: 2, s: "a"}, {n: 3, s: "c"}, {s: "d"}]
f = "n >= 1 ORDER BY s DESC LIMIT 2"
x = FILTER rows, f
TALK x[0].s & x[1].s & UBOUND(x)                 ' expect: cb2
f = "s LIKE 'A' OR s = c"
TALK UBOUND(FILTER(rows, f & ""))                ' expect: 2
f = "item > 1 OFFSET 1"
TALK FILTER([1, 2, 3], f)                        ' expect: [3]
' --- filtered rows are the rows themselves
rows = [{n: 1}, {n: 2}]
x = FILTER rows, "n = 2"
x[0].n = 20
f = "n = 1"
y = FILTER rows, f
y[0].n = 10
TALK rows                                        ' expect: [{"n":10},{"n":20}]
' --- a filter that cannot be read
TALK UBOUND(FILTER([1], "a ="))                  ' fault: 2002 ' warning: L207
' --- nor one that is computed
f = "a ="
TALK UBOUND(FILTER([1], f))                      ' fault: 2002
' --- a filter that is no text
f = 5
TALK UBOUND(FILTER([1], f))                      ' fault: 2002
' --- filter of what is no array
TALK UBOUND(FILTER(5, "a = 1"))                  ' fault: 4001
' --- text is the name of a table
SAVE "sales", [{id: 1, city: "Porto", n: 5}, {id: 2, city: "Faro", n: 7}, {id: 3, city: "Porto", n: 1}]
TALK UBOUND(FILTER("sales", "n > 1"))            ' expect: 2
TALK AGGREGATE("SUM", "sales", "n")              ' expect: 13
TALK AGGREGATE("sales", "MAX", "n", "city = Porto")      ' expect: 5
TALK COUNT("sales") & COUNT("none") & COUNT([1, 2]) & COUNT(NULL)        ' expect: 3020
name = "sales"
TALK COUNT(name) & name.count()                  ' expect: 33
' --- map
rows = [{name: "Ann", age: 3, x: 1}, {name: "Bob"}]
TALK MAP(rows, "name->who, age")                 ' expect: [{"who":"Ann","age":3},{"who":"Bob","age":null}]
TALK MAP(rows, "name, age")                      ' expect: [{"name":"Ann","age":3},{"name":"Bob","age":null}]
TALK MAP(rows, "name")                           ' expect: ["Ann","Bob"]
TALK MAP(rows, "item.name")                      ' expect: ["Ann","Bob"]
x = MAP rows, item.name & "!"
TALK x                                           ' expect: ["Ann!","Bob!"]
x = MAP rows, {n: item.name, twice: (item.age ?? 0) * 2}
TALK x                                           ' expect: [{"n":"Ann","twice":6},{"n":"Bob","twice":0}]
f = "age"
TALK MAP(rows, f)                                ' expect: [3,null]
TALK rows.map(item.name).map(UCASE(item))        ' expect: ["ANN","BOB"]
TALK MAP([1, 2], item * 10)                      ' expect: [10,20]
TALK MAP(NULL, "a")                              ' expect: []
' --- map of a field without a name
TALK MAP([1], "a->, b")                          ' fault: 4002 MAP needs fields
' --- aggregate in every order
rows = [{n: 1, k: "a"}, {n: 5, k: "b"}, {n: "x", k: "a"}, {n: 6, k: "a"}]
TALK AGGREGATE("SUM", rows, "n")                 ' expect: 12
x = AGGREGATE SUM, rows, n
TALK x                                           ' expect: 12
x = AGGREGATE rows, avg, "n"
TALK x                                           ' expect: 4
x = AGGREGATE rows MAX n
TALK x                                           ' expect: 6
x = AGGREGATE rows SUM n WHERE k = "a" AND n > 2
TALK x                                           ' expect: 6
x = AGGREGATE "count", rows, "n", "k = a"
TALK x                                           ' expect: 3
op = "Min"
x = AGGREGATE op, rows, "n", "n < 6"
TALK x                                           ' expect: 1
TALK AGGREGATE("AVERAGE", [], "n") & (AGGREGATE("MAX", [], "n") IS NULL)      ' expect: 0true
' --- aggregate of an operation that is none
op = "PRODUCT"
x = AGGREGATE op, [1], "n"                       ' fault: 4002 AGGREGATE knows SUM
' --- group by
rows = [{c: "Porto", n: 1}, {c: "Faro", n: 2}, {c: "Porto", n: 3}, {n: 4}]
g = GROUP BY rows, "c"
TALK g                                           ' expect: {"Porto":[{"c":"Porto","n":1},{"c":"Porto","n":3}],"Faro":[{"c":"Faro","n":2}],"":[{"n":4}]}
g = GROUP_BY(rows, n)
TALK UBOUND(g) & g["2"][0].c                     ' expect: 4Faro
' --- pivot
rows = [{c: "P", y: 1, n: 5}, {c: "F", y: 1, n: 7}, {c: "P", y: 2, n: 1}, {c: "P", y: 1, n: 2}]
x = PIVOT rows, "c", "n"
TALK x                                           ' expect: [{"c":"P","n":8},{"c":"F","n":7}]
x = PIVOT rows, c, y, n
TALK x                                           ' expect: [{"c":"P","1":7,"2":1},{"c":"F","1":7}]
x = PIVOT rows, "c", "y", "n", "MAX"
TALK x                                           ' expect: [{"c":"P","1":5,"2":1},{"c":"F","1":7}]
' --- join
a = [{id: 1, x: "a"}, {id: 2, x: "b"}, {id: 3, x: "c"}]
b = [{id: 2, x: "other", y: 20}, {id: "1", y: 10}, {id: 2, y: 21}]
x = JOIN a, b, "id"
TALK x                                           ' expect: [{"id":1,"x":"a","y":10},{"id":2,"x":"b","y":20},{"id":2,"x":"b","y":21}]
TALK JOIN(["p", "q"], "-") & JOIN(["p", "q"])    ' expect: p-qp,q
x = JOIN ["p", "q"], "+"
TALK x                                           ' expect: p+q
' --- fill
t = {to: "{{name}}", text: "Hi {{ name }}, \${total} due", n: 1}
x = FILL t, [{name: "Ann", total: 5}, {name: "Bob"}]
TALK x                                           ' expect: [{"to":"Ann","text":"Hi Ann, 5 due","n":1},{"to":"Bob","text":"Hi Bob,  due","n":1}]
x = FILL [{name: "Cid"}], t
TALK x.to                                        ' expect: Cid
x = FILL t, {name: "Dora"}
TALK UBOUND(x) & x.to                            ' expect: 1Dora
' --- fill of a document
x = FILL "invoice.docx", [{name: "Ann"}]         ' fault: 9012 FILL needs a file store
' --- sort by
rows = [{n: 3}, {n: 1}, {n: 2}]
x = SORT rows BY "n"
TALK x                                           ' expect: [{"n":1},{"n":2},{"n":3}]
x = SORT rows BY n DESC
TALK x[0].n & rows[0].n                          ' expect: 33
TALK SORT([2, 1]) & SORT([1, 2], "DESC")         ' expect: [1,2][2,1]
x = SORT [2, 1]
TALK x                                           ' expect: [1,2]
' --- words of collections are variables and procedures
filter = 1
map = 2
sort = 3
fill = 4
pivot = [5]
aggregate = filter + map
TALK filter + map + sort + fill + pivot[0] & aggregate       ' expect: 153
IF filter AND map THEN TALK "${sort}"            ' expect: 3
TALK Join2(1) & Group(2)                         ' expect: 23
FUNCTION Join2(x)
  RETURN x + 1
END FUNCTION
FUNCTION Group(x)
  RETURN x + 1
END FUNCTION
' --- a procedure of the file is meant
TALK Filter([1, 2], 1) & Map("a")                ' expect: [1,2]/1a!
FUNCTION Filter(a, b)
  RETURN a & "/" & b
END FUNCTION
FUNCTION Map(a)
  RETURN a & "!"
END FUNCTION
' --- forms that are none
x = FILTER [1]                                   ' error: L103 FILTER is not written so
x = PIVOT [1], "a"                               ' error: L103
x = AGGREGATE [1], "SUM"                         ' error: L103
' --- a script waits inside a filter
FUNCTION Asks(n)
  HEAR x AS INTEGER                              ' hear: 1 | 0 | 1
  RETURN x * n
END FUNCTION
TALK FILTER([5, 6, 7], Asks(item) > 0)           ' expect: [5,7]
' --- a report of merges
RESET REPORT
TALK REPORT                                         ' expect:
MERGE "customers" WITH [{email: "a", n: 1}, {email: "b"}] BY "email"
x = MERGE "customers", [{email: "a", n: 2}, {email: "c"}], "email"
TALK x.updated & REPORT
' expect: 1customers: 2 inserted, 0 updated\ncustomers: 1 inserted, 1 updated
RESET REPORT
more
TALK "${REPORT}!"
' expect: orders: 1 inserted, 0 updated | orders: 1 inserted, 0 updated!
SUB more
  t = "orders"
  MERGE (t) WITH [{id: "1"}] BY "id"
  TALK REPORT
END SUB
' --- report as a name and as a table
report = 1
m = {report: 2}
TALK report + m.report                              ' expect: 3
' --- report as a value of the package beside a MERGE
MERGE "customers" WITH [{email: "a"}] BY "email"
TALK report & REPORT & "${report}"                  ' expect: mineminemine ' param: report = "mine"
' --- report as a parameter beside a MERGE
PARAM report AS STRING DEFAULT "p"
MERGE "customers" WITH [{email: "a"}] BY "email"
TALK report                                         ' expect: p
' --- report in a file without a MERGE
TALK "${report}!" & ISNULL(REPORT)                  ' expect: !true
' --- err and error as values of the package
ON ERROR RESUME NEXT
x = 1 / 0
TALK err & error                                    ' expect: 57 ' param: err = 5 ' param: error = 7
' --- a table named report
SAVE report, {id: "1", a: 2}
r = FIND report
TALK r.a                                            ' expect: 2
' --- a point before a table
INSERT .t, {id: "1"}
x = FIND .t, "id = 1"
y = FIND .t
SAVE .t, {id: "2"}
TALK x.id & UBOUND(y)                               ' expect: 11
' --- a name that is only read is no variable and names a table
SAVE orders, {id: 1, n: 5}
r = FIND orders
d = [{n: 1}, {n: 2}]
s = SORT d BY n DESC
TALK "${orders}${n}" & UBOUND(r) & s[0].n           ' expect: 12
