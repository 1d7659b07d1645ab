' --- elements are put in and taken out in place
a = [2]
b = a
TALK PUSH(a, 3, "x")         ' expect: [2,3,"x"]
TALK APPEND(a, NULL)         ' expect: [2,3,"x",null]
TALK UNSHIFT(a, 0, 1)        ' expect: [0,1,2,3,"x",null]
TALK POP(a) IS NULL          ' expect: true
TALK POP(a)                  ' expect: x
TALK SHIFT(a)                ' expect: 0
TALK b                       ' expect: [1,2,3]
x = a.push(4)
TALK b.pop() & b.shift()     ' expect: 41
TALK a                       ' expect: [2,3]
TALK POP([]) IS NULL         ' expect: true
TALK SHIFT([]) IS NULL       ' expect: true
TALK PUSH(NULL, 1)           ' expect: [1]
' --- arrays grow by statements
PUSH a, 1
APPEND a, "x", NULL
UNSHIFT a, 0
PUSH(b, 2)
c.push(3)
TALK a & b & c               ' expect: [0,1,"x",null][2][3]
SUB Add(v)
  PUSH a, v
  PUSH mine, v
  TALK mine                  ' expect: [5]
END SUB
Add(5)
TALK a                       ' expect: [0,1,"x",null,5]
m = {list: [1]}
PUSH m.list, 2
APPEND m["list"], [3]
TALK m                       ' expect: {"list":[1,2,[3]]}
PUSH m.none, 1
TALK m.none IS NULL          ' expect: true
TALK LEN(a) & append         ' expect: 5
' warning 20: L202 @15-20 append is never assigned
' --- words of collections as names
first = 1
push = 2
last = first + push
TALK first & push & last     ' expect: 123
values = [7]
count = 3
TALK values(0) & count & COUNT(values)    ' expect: 731
' --- first and last without parentheses
a = [1, 2, 3]
x = FIRST a
y = LAST a, 2
TALK x & y                   ' expect: 1[2,3]
name = FIRST "Ada King"
TALK name                    ' expect: Ada
FOR EACH v IN a LAST 1
  TALK v                     ' expect: 3
NEXT
' --- elements are shared, not copied
m = {n: 1}
a = [m]
FOR EACH c IN [REVERSE(a), SLICE(a, 0), CONCAT(a, a), SORT(a), UNIQUE(a), FLATTEN([a]), FIRST(CHUNK(a, 1)), VALUES({k: m})]
  c[0].n = c[0].n + 1
NEXT
TALK m.n                     ' expect: 9
' --- put into what is no array
x = "text"
y = PUSH(x, 1)               ' fault: 4001 PUSH needs an array, got string
' --- ranges
TALK RANGE(1, 5)             ' expect: [1,2,3,4,5]
TALK RANGE(5, 1)             ' expect: []
TALK RANGE(5, 1, -2)         ' expect: [5,3,1]
TALK RANGE(0, 0.3, 0.1)      ' expect: [0,0.1,0.2,0.30000000000000004]
TALK RANGE(2, 2)             ' expect: [2]
TALK RANGE(9223372036854775806, 9223372036854775807)    ' expect: [9223372036854775806,9223372036854775807]
' --- a range without step
TALK RANGE(1, 2, 0)          ' fault: 4002 STEP is zero
' --- a range larger than the memory
TALK LEN(RANGE(1, 1000000000000))    ' fault: 9001
' --- slices
a = [0, 1, 2, 3, 4]
TALK SLICE(a, 1, 3)          ' expect: [1,2]
TALK SLICE(a, 3)             ' expect: [3,4]
TALK SLICE(a, -2)            ' expect: [3,4]
TALK SLICE(a, 1, -1)         ' expect: [1,2,3]
TALK SLICE(a, 4, 2)          ' expect: []
TALK SLICE(a, -99, 99)       ' expect: [0,1,2,3,4]
TALK SLICE(NULL, 1)          ' expect: []
TALK TAKE(a, 2) & DROP(a, 2) ' expect: [0,1][2,3,4]
TALK TAKE(a, -1) & DROP(a, -1) & TAKE(a, 9) & DROP(a, 9)    ' expect: [][0,1,2,3,4][0,1,2,3,4][]
TALK TAIL(a) & TAIL([])      ' expect: [1,2,3,4][]
TALK CHUNK(a, 2)             ' expect: [[0,1],[2,3],[4]]
TALK BATCH([], 2)            ' expect: []
TALK SPLICE(a, 1, 2)         ' expect: [1,2]
TALK a                       ' expect: [0,3,4]
TALK SPLICE(a, -1, 5) & a    ' expect: [4][0,3]
' --- chunks of nothing
TALK CHUNK([1], 0)           ' fault: 4002 at least 1
' --- first and last
TALK FIRST([1, 2, 3]) & LAST([1, 2, 3]) & HEAD([4])    ' expect: 134
TALK FIRST([1, 2, 3], 2) & LAST([1, 2, 3], 2)          ' expect: [1,2][2,3]
TALK FIRST([]) IS NULL       ' expect: true
TALK LAST(NULL) IS NULL      ' expect: true
TALK FIRST("  Ada King  Lovelace ") & "-" & LAST("  Ada King  Lovelace ")    ' expect: Ada-Lovelace
TALK "[" & FIRST("") & "]"   ' expect: []
' --- sorting
TALK SORT([10, 9, "b", "10", "a", NULL, TRUE, 2.5, [], "B"])
' expect: [true,2.5,9,10,"10","B","a","b",[],null]
TALK SORT([3, 1, 2], "DESC") ' expect: [3,2,1]
TALK SORT([{n: 2, k: "a"}, {n: 1, k: "b"}, {n: 2, k: "c"}], "asc", "N")
' expect: [{"n":1,"k":"b"},{"n":2,"k":"a"},{"n":2,"k":"c"}]
TALK SORT([{n: 2, k: "a"}, {n: 1, k: "b"}, {n: 2, k: "c"}], "desc", "n")
' expect: [{"n":2,"k":"a"},{"n":2,"k":"c"},{"n":1,"k":"b"}]
a = [2, 1]
b = SORT(a)
TALK a                       ' expect: [2,1]
' --- an order that is none
TALK SORT([1], "up")         ' fault: 4002 ASC or DESC
' --- turned round
TALK REVERSE([1, "a", NULL]) ' expect: [null,"a",1]
TALK REVERSE("añ😀")         ' expect: 😀ña
TALK REVERSE(120)            ' expect: 021
' --- unique by equality
TALK UNIQUE([1, "1", 1.0, TRUE, "b", "B", "b", NULL, "", [], [1], [1], {a: 1}, {A: 1}])
' expect: [1,"b","B",null,[1],{"a":1}]
' --- flat
TALK FLATTEN([1, [2, [3, []], {a: [4]}]])    ' expect: [1,2,3,{"a":[4]}]
a = [1]
a[1] = a
TALK FLATTEN(a)              ' fault: 4006
' --- a small heap with endless leaves
a = [1]
FOR i = 1 TO 60
  a = [a, a]
NEXT
TALK LEN(FLATTEN(a))         ' limit: memory_bytes = 100000 ' fault: 9001
' --- joined
TALK CONCAT([1], [2, [3]], NULL)    ' expect: [1,2,[3]]
TALK CONCAT([1], 2)          ' fault: 4001 CONCAT needs an array, got integer
' --- looking for elements
a = [1, "b", NULL, [2], "b"]
TALK CONTAINS(a, "1") & CONTAINS(a, [2]) & CONTAINS(a, "B")    ' expect: truetruefalse
TALK CONTAINS("hello", "ell") & CONTAINS({k: 1}, "K") & CONTAINS(NULL, 1)    ' expect: truetruefalse
TALK INDEX_OF(a, "b") & LAST_INDEX_OF(a, "b") & INDEX_OF(a, 9)    ' expect: 14-1
TALK a.contains("b")         ' expect: true
TALK LBOUND(a)               ' expect: 0
' --- maps
m = {Name: "Ada", age: 36}
TALK KEYS(m) & VALUES(m)     ' expect: ["Name","age"]["Ada",36]
TALK HAS(m, "NAME") & HAS(m, "x") & HAS(NULL, "x")    ' expect: truefalsefalse
TALK REMOVE(m, "name")       ' expect: Ada
TALK REMOVE(m, "name") IS NULL    ' expect: true
m.NAME = "Bob"
TALK m                       ' expect: {"age":36,"NAME":"Bob"}
TALK MERGEMAP(m, {AGE: 1, z: 2})    ' expect: {"age":1,"NAME":"Bob","z":2}
TALK m.age                   ' expect: 36
TALK KEYS([1])               ' fault: 4001 KEYS needs an object, got array
' --- a map shrinks and grows
m = {}
FOR i = 1 TO 100
  m["k" + i] = i
NEXT
FOR i = 1 TO 100 STEP 2
  x = REMOVE(m, "K" + i)
NEXT
TALK LEN(m) & " " & m.k2 & " " & m.k100    ' expect: 50 2 100
TALK m.k99 IS NULL           ' expect: true
m.k99 = "back"
TALK LAST(KEYS(m)) & m.K99   ' expect: k99back
' --- a loop over a map skips removed keys
m = {a: 1, b: 2, c: 3}
FOR EACH e IN m
  TALK e.key                 ' expect: a | c
  x = REMOVE(m, "b")
NEXT
' --- JSON
TALK TOJSON("a""b") & JSON(NULL) & JSON(1.50) & JSON({a: [TRUE]})    ' expect: "a\\"b"null1.5{"a":[true]}
p = PARSEJSON('{"a": [1, {"B": "x"}], "n": 12345678901234567890123}')
TALK p.a[1].b & p.n          ' expect: x1.2345678901234568e22
TALK PARSEJSON([1]) & PARSEJSON("2")    ' expect: [1]2
TALK JSON_GET(p, "a[1].b") & JSON_GET('{"a": [10, 20]}', "$.a[1]")    ' expect: x20
TALK JSON_GET(p, "a.x.y") IS NULL    ' expect: true
TALK JSON_GET("no JSON", "a") IS NULL    ' expect: true
TALK PARSEJSON("{oops")      ' fault: 4008 PARSEJSON
' --- aggregates
a = [4, "2", 1, "x", NULL, TRUE, 2.0]
TALK SUM(a) & " " & AVG(a) & " " & COUNT(a) & " " & MEDIAN(a)    ' expect: 9 2.25 7 2
rows = [{n: 1}, {N: 3}, {x: 5}, 7]
TALK SUM(rows, "n") & AVERAGE(rows, "n") & COUNT(rows, "any")    ' expect: 424
TALK SUM([]) & AVG([]) & COUNT(NULL) & STDEV([5]) & MEDIAN(NULL)    ' expect: 00000
TALK STDEV([2, 4, 4, 4, 5, 5, 7, 9])    ' expect: 2.138089935299395
TALK MEDIAN([5, 1, 4, 2]) & " " & MEDIAN([4, 2])    ' expect: 3 3
TALK SUM([9223372036854775807, 1]) & " " & COUNT({a: 1})    ' expect: 9.223372036854776e18 1
TALK SUM("x")                ' fault: 4001 SUM needs an array, got string
' --- long texts among shared ones are too much to go over
' limit: turn_fuel = 200000000
t = "x"
FOR i = 1 TO 19
    t = t + t
NEXT
a = [t + "a"]
FOR i = 1 TO 11
    a = FLATTEN([a, a])
NEXT
b = t + "b"
ON ERROR RESUME NEXT
x = MIN(a)
TALK ERR & ERROR MESSAGE         ' expect: 4002MIN has too much to go over
x = MAX(a)
TALK ERR & ERROR MESSAGE         ' expect: 4002MAX has too much to go over
x = b IN a
TALK ERR & ERROR MESSAGE         ' expect: 4002IN has too much to go over
TALK MIN(FIRST(a, 2)) = a[0]     ' expect: true
' --- what changes an array, without parentheses
APPEND list, 1, 2
x = APPEND list, 3
TALK x & UBOUND(list)                               ' expect: [1,2,3]3
x = POP list
TALK x & list                                       ' expect: 3[1,2]
POP list
SHIFT list
TALK list                                           ' expect: []
pop = 1
shift = pop + 1
TALK shift                                          ' expect: 2
