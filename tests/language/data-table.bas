' --- filters and collections 1
TALK (UBOUND(FIND "nothing")) & ""                  ' expect: 0
TALK (FIND("nothing", "a = 1")) & ""                ' expect: []
TALK (GROUP_BY([{a:1},{a:"1"},{b:2}], "a")) & ""    ' expect: {"1":[{"a":1},{"a":"1"}],"":[{"b":2}]}
TALK (MERGE([1,2],[2,3])) & ""                      ' expect: [1,2,3]
TALK (FILTER([{n:1},{n:5}], "n > 2")) & ""          ' expect: [{"n":5}]
TALK (FILTER([1,2,3], item > 1)) & ""               ' expect: [2,3]
TALK (MAP([{name:"a",size:1}], "name->x, size->y")) & ""    ' expect: [{"x":"a","y":1}]
TALK (MAP([{name:"a",size:1}], "name, size")) & ""    ' expect: [{"name":"a","size":1}]
TALK (MAP([{name:"a"}], "name")) & ""               ' expect: ["a"]
TALK (MAP([1,2], item * 2)) & ""                    ' expect: [2,4]
TALK (AGGREGATE("SUM", [{a:1},{a:2}], "a")) & ""    ' expect: 3
TALK (AGGREGATE("avg", [{a:1},{a:2}], "a")) & ""    ' expect: 1.5
TALK (AGGREGATE("COUNT", [{a:1},{a:2}], "zzz")) & ""    ' expect: 2
TALK (AGGREGATE("MIN", [{a:3},{a:2}], "a")) & ""    ' expect: 2
TALK (AGGREGATE("MAX", [], "a") ?? "n") & ""        ' expect: n
' --- filters and collections with SAVE "t", [{id:1,n:5},{id:2,n:"12"},{id:3,n:"x"},{id:4}] 1
SAVE "t", [{id:1,n:5},{id:2,n:"12"},{id:3,n:"x"},{id:4}]
TALK "[" & (UBOUND(FIND("t", "n = 12"))) & "]"      ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,n:5},{id:2,n:"12"},{id:3,n:"x"},{id:4}] 2
SAVE "t", [{id:1,n:5},{id:2,n:"12"},{id:3,n:"x"},{id:4}]
TALK "[" & (UBOUND(FIND("t", "n <> 5"))) & "]"      ' expect: [3]
' --- filters and collections with SAVE "t", [{id:1,n:5},{id:2,n:""},{id:4}] 3
SAVE "t", [{id:1,n:5},{id:2,n:""},{id:4}]
TALK "[" & (UBOUND(FIND("t", "n IS NULL"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,n:5},{id:2,n:""},{id:4}] 4
SAVE "t", [{id:1,n:5},{id:2,n:""},{id:4}]
TALK "[" & (UBOUND(FIND("t", "n = ''"))) & "]"      ' expect: [2]
' --- filters and collections with SAVE "t", [{id:1,n:5},{id:2,n:""},{id:4}] 5
SAVE "t", [{id:1,n:5},{id:2,n:""},{id:4}]
TALK "[" & (UBOUND(FIND("t", "nope = 1"))) & "]"    ' expect: [0]
' --- filters and collections with SAVE "t", [{id:1,n:5},{id:2,n:""},{id:4}] 6
SAVE "t", [{id:1,n:5},{id:2,n:""},{id:4}]
TALK "[" & (UBOUND(FIND("t", "nope IS NULL"))) & "]"    ' expect: [3]
' --- filters and collections with SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}] 7
SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}]
TALK "[" & (UBOUND(FIND("t", "s = New York"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}] 8
SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}]
TALK "[" & (UBOUND(FIND("t", "s LIKE york"))) & "]"    ' expect: [2]
' --- filters and collections with SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}] 9
SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}]
TALK "[" & (UBOUND(FIND("t", "s LIKE 'york'"))) & "]"    ' expect: [2]
' --- filters and collections with SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}] 10
SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}]
TALK "[" & (UBOUND(FIND("t", "s LIKE york%"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}] 11
SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}]
TALK "[" & (UBOUND(FIND("t", "s LIKE *york"))) & "]"    ' expect: [2]
' --- filters and collections with SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}] 12
SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}]
TALK "[" & (UBOUND(FIND("t", "s NOT LIKE new%"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}] 13
SAVE "t", [{id:1,s:"New York"},{id:2,s:"york"}]
TALK "[" & (UBOUND(FIND("t", "s CONTAINS 'York'"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}] 14
SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}]
TALK "[" & (UBOUND(FIND("t", "s IN ('a', c)"))) & "]"    ' expect: [2]
' --- filters and collections with SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}] 15
SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}]
TALK "[" & (UBOUND(FIND("t", "s = a OR s = b AND id = 9"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}] 16
SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}]
TALK "[" & (UBOUND(FIND("t", "(s = a OR s = b) AND id = 2"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}] 17
SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}]
TALK "[" & (UBOUND(FIND("t", "item.s = a"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}] 18
SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}]
TALK "[" & (UBOUND(FIND("t", "s == a or S != b"))) & "]"    ' expect: [2]
' --- filters and collections with SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}] 19
SAVE "t", [{id:1,s:"a"},{id:2,s:"b"},{id:3,s:"c"}]
TALK "[" & (FIRST(FIND("t", "s != x ORDER BY s DESC LIMIT 1")).s) & "]"    ' expect: [c]
' --- filters and collections with SAVE "t", [{id:1,s:"a and b"}] 20
SAVE "t", [{id:1,s:"a and b"}]
TALK "[" & (UBOUND(FIND("t", "s = 'a and b'"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,s:"it's"}] 21
SAVE "t", [{id:1,s:"it's"}]
TALK "[" & (UBOUND(FIND("t", "s = \"it's\""))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,s:"it's"}] 22
SAVE "t", [{id:1,s:"it's"}]
TALK "[" & (UBOUND(FIND("t", "s = 'it''s'"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,d:TODAY()}] 23
SAVE "t", [{id:1,d:TODAY()}]
TALK "[" & (UBOUND(FIND("t", "d = 2024-02-29"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,d:TODAY()}] 24
SAVE "t", [{id:1,d:TODAY()}]
TALK "[" & (UBOUND(FIND("t", "d >= '2024-01-01'"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,b:TRUE},{id:2,b:FALSE}] 25
SAVE "t", [{id:1,b:TRUE},{id:2,b:FALSE}]
TALK "[" & (UBOUND(FIND("t", "b = true"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,b:TRUE},{id:2,b:FALSE}] 26
SAVE "t", [{id:1,b:TRUE},{id:2,b:FALSE}]
TALK "[" & (UBOUND(FIND("t", "b = 'TRUE'"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,b:TRUE},{id:2,b:FALSE}] 27
SAVE "t", [{id:1,b:TRUE},{id:2,b:FALSE}]
TALK "[" & (UBOUND(FIND("t", "b = 1"))) & "]"       ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1}]; f = "id = 1; DROP TABLE x" 28
SAVE "t", [{id:1}]
f = "id = 1; DROP TABLE x"
TALK "[" & (UBOUND(FIND("t", f))) & "]"             ' expect: [0]
' --- filters and collections with SAVE "t", [{id:1}]; f = "1 = 1" 29
SAVE "t", [{id:1}]
f = "1 = 1"
TALK "[" & (UBOUND(FIND("t", f))) & "]"             ' expect: [0]
' --- filters and collections with SAVE "t", [{id:1}]; f = "id = 1 OR 1=1 --" 30
SAVE "t", [{id:1}]
f = "id = 1 OR 1=1 --"
TALK "[" & (UBOUND(FIND("t", f))) & "]"             ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1}]; f = "id = 1 UNION SELECT * FROM x" 31
SAVE "t", [{id:1}]
f = "id = 1 UNION SELECT * FROM x"
TALK "[" & (UBOUND(FIND("t", f))) & "]"             ' expect: [0]
' --- filters and collections with SAVE "t", [{id:1}]; v = "1 OR id > 0" 32
SAVE "t", [{id:1}]
v = "1 OR id > 0"
TALK "[" & (UBOUND(FIND("t", "id = ${v}"))) & "]"    ' expect: [0]
' --- filters and collections with SAVE "t", [{id:1}]; v = "1' OR '1' = '1" 33
SAVE "t", [{id:1}]
v = "1' OR '1' = '1"
TALK "[" & (UBOUND(FIND("t", "id = '${v}'"))) & "]"    ' expect: [0]
' --- filters and collections with SAVE "t", [{id:1}]; v = "id" 34
SAVE "t", [{id:1}]
v = "id"
TALK "[" & (UBOUND(FIND("t", "${v} = 1"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1,s:"50%"},{id:2,s:"50 people"}]; v = "50%" 35
SAVE "t", [{id:1,s:"50%"},{id:2,s:"50 people"}]
v = "50%"
TALK "[" & (UBOUND(FIND("t", "s = ${v}"))) & "]"    ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1}] 36
SAVE "t", [{id:1}]
TALK "[" & (DELETE "t", "id = 1 OR 1=1") & "]"      ' expect: [1]
' --- filters and collections with SAVE "t", [{id:1},{id:2}]; v = "1 OR 1=1"; DELETE "t", "id = 37
SAVE "t", [{id:1},{id:2}]
v = "1 OR 1=1"
DELETE "t", "id = '${v}'"
TALK "[" & (UBOUND(FIND "t")) & "]"                 ' expect: [2]
' --- filters and collections with SAVE "t", [{id:1},{id:2}]; v = "x' WHERE 1=1 --"; UPDATE t S 38
SAVE "t", [{id:1},{id:2}]
v = "x' WHERE 1=1 --"
UPDATE t SET s = v WHERE id = 1
r = FIND "t", "id = 1"
TALK "[" & (r.s) & "]"                              ' expect: [x' WHERE 1=1 --]
' --- filters and collections with SAVE "t'; DELETE FROM x; --", {id: 1} 39
SAVE "t'; DELETE FROM x; --", {id: 1}
TALK "[" & (UBOUND(FIND "t'; DELETE FROM x; --")) & "]"    ' expect: [1]
' --- filters and collections with x = AGGREGATE [{a:1},{a:5}] SUM "a" WHERE a > 2 40
x = AGGREGATE [{a:1},{a:5}] SUM "a" WHERE a > 2
TALK "[" & (x) & "]"                                ' expect: [5]
' --- filters and collections with x = PIVOT [{c:"P",y:1,n:2},{c:"P",y:2,n:3},{c:"F",y:1,n:4}], 41
x = PIVOT [{c:"P",y:1,n:2},{c:"P",y:2,n:3},{c:"F",y:1,n:4}], "c", "y", "n"
TALK "[" & (x) & "]"                                ' expect: [[{"c":"P","1":2,"2":3},{"c":"F","1":4}]]
' --- filters and collections with x = JOIN [{k:1,a:2}], [{k:1,a:9,b:3}], "k" 42
x = JOIN [{k:1,a:2}], [{k:1,a:9,b:3}], "k"
TALK "[" & (x) & "]"                                ' expect: [[{"k":1,"a":2,"b":3}]]
' --- filters and collections with x = FILL {t: "Hi {{name}} ${age}"}, [{name:"A",age:3}] 43
x = FILL {t: "Hi {{name}} ${age}"}, [{name:"A",age:3}]
TALK "[" & (x) & "]"                                ' expect: [[{"t":"Hi A "}]]
' --- filters and collections with x = SORT [{n:2},{n:1}] BY n 44
x = SORT [{n:2},{n:1}] BY n
TALK "[" & (x) & "]"                                ' expect: [[{"n":1},{"n":2}]]
' --- filters and collections with x = SORT [{n:2},{n:1},{n:3}] BY n DESC 45
x = SORT [{n:2},{n:1},{n:3}] BY n DESC
TALK "[" & (x) & "]"                                ' expect: [[{"n":3},{"n":2},{"n":1}]]
' --- filters and collections with x = FIRST [1,2,3], 2 46
x = FIRST [1,2,3], 2
TALK "[" & (x) & "]"                                ' expect: [[1,2]]
' --- filters and collections with x = LAST "a b c" 47
x = LAST "a b c"
TALK "[" & (x) & "]"                                ' expect: [c]
' --- filters and collections refuses 1
SAVE "t", [{id:1}]
f = "id ="
x = UBOUND(FIND("t", f))                 ' fault: 2002
' --- filters and collections refuses 2
SAVE "t", [{id:1}]
f = "id = 1 AND"
x = UBOUND(FIND("t", f))                 ' fault: 2002
' --- filters and collections refuses 3
SAVE "t", [{id:1}]
f = "(id = 1"
x = UBOUND(FIND("t", f))                 ' fault: 2002
' --- filters and collections refuses 4
SAVE "t", [{id:1}]
f = "id LIKE"
x = UBOUND(FIND("t", f))                 ' fault: 2002
' --- filters and collections refuses 5
SAVE "t", [{id:1}]
f = "id = 'x"
x = UBOUND(FIND("t", f))                 ' fault: 2002

' --- what looks like a number in a list of IN is one, in a value as in its place
rows = [{c: FALSE, n: 1}, {c: "01", n: 2}, {c: 1, n: 3}, {c: "x", n: 4}]
values = ["0", "x"]
TALK MAP(FILTER(rows, "c IN ${values}"), "n") ' expect: [1,4]
one = "1"
TALK MAP(FILTER(rows, "c IN ${one}"), "n") ' expect: [2,3]
TALK MAP(FILTER(rows, "c IN ('1', 'x')"), "n") ' expect: [2,3,4]
