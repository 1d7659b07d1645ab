' --- values row by row 1
TALK (TYPEOF(TODAY().date)) & ""                    ' expect: string
TALK ([NULL, TRUE, 1.0, "a\"b", TODAY(), NOW()] & "") & ""    ' expect: [null,true,1,"a\\"b","2024-02-29","2024-02-29T12:34:56"]
TALK ({a: 1e300*1e10} & "") & ""                    ' expect: {"a":null}
TALK ({a: "é\n"} & "") & ""                         ' expect: {"a":"é\\n"}
TALK (1e21 & "") & ""                               ' expect: 1e21
TALK (-1e-7 & "") & ""                              ' expect: -1e-7
TALK (123456.789 & "") & ""                         ' expect: 123456.789
TALK (999999999999999.0 & "") & ""                  ' expect: 999999999999999
TALK (1000000000000000.0 & "") & ""                 ' expect: 1e15
TALK (7.9 \ 2.9) & ""                               ' expect: 3
TALK (-7.9 \ 2) & ""                                ' expect: -3
TALK ("9" \ "2") & ""                               ' expect: 4
TALK (5.5 MOD 2.5) & ""                             ' expect: 0.5
TALK (-5.5 MOD 2) & ""                              ' expect: -1.5
TALK (TRUE * 5) & ""                                ' expect: 5
TALK (" 4 " * 2) & ""                               ' expect: 8
TALK ("1e2" * 1) & ""                               ' expect: 100
TALK (NULL * 5) & ""                                ' expect: 0
TALK ("3" ^ "2") & ""                               ' expect: 9
TALK (-7 \ 2) & ""                                  ' expect: -3
TALK (7 \ -2) & ""                                  ' expect: -3
TALK (6 / 4) & ""                                   ' expect: 1.5
TALK (6 / -3) & ""                                  ' expect: -2
TALK (9223372036854775807 / 1) & ""                 ' expect: 9223372036854775807
TALK ((-9223372036854775807 - 1) / -1) & ""         ' expect: 9.223372036854776e18
' --- values row by row 2
TALK ((-9223372036854775807 - 1) \ -1) & ""         ' expect: 9.223372036854776e18
TALK ((-9223372036854775807 - 1) MOD -1) & ""       ' expect: 0
TALK (10 ^ 18) & ""                                 ' expect: 1000000000000000000
TALK (10 ^ 19) & ""                                 ' expect: 1e19
TALK ((-2) ^ 63) & ""                               ' expect: -9223372036854775808
TALK (0 ^ 0.5) & ""                                 ' expect: 0
TALK (NOT a = b) & ""                               ' expect: false
TALK (1 = 1 AND 2 = 2) & ""                         ' expect: true
TALK ("a" LIKE "A") & ""                            ' expect: true
TALK ("abc" LIKE "a*") & ""                         ' expect: true
TALK ("abc" LIKE "%c") & ""                         ' expect: true
TALK ("abc" LIKE "a?c") & ""                        ' expect: true
TALK ("abc" LIKE "a_c") & ""                        ' expect: true
TALK ("a1" LIKE "a#") & ""                          ' expect: true
TALK ("a1" LIKE "a#%") & ""                         ' expect: false
TALK ("a#1" LIKE "a#%") & ""                        ' expect: true
TALK ("abc" LIKE "ab") & ""                         ' expect: false
TALK ("ABC" LIKE "abc") & ""                        ' expect: true
TALK ("" LIKE "*") & ""                             ' expect: true
TALK (NULL LIKE "") & ""                            ' expect: true
TALK ("a.c" LIKE "a.c") & ""                        ' expect: true
TALK ("abc" LIKE "a.c") & ""                        ' expect: false
TALK (12 LIKE "1*") & ""                            ' expect: true
TALK ("a\nb" LIKE "a*b") & ""                       ' expect: true
TALK ("x" NOT LIKE "y*") & ""                       ' expect: true
' --- values row by row 3
TALK (2 IN (1, 2)) & ""                             ' expect: true
TALK (2 IN [1, "2"]) & ""                           ' expect: true
TALK (2 NOT IN (1, 3)) & ""                         ' expect: true
TALK ("b" IN "abc") & ""                            ' expect: true
TALK ("B" IN "abc") & ""                            ' expect: false
TALK ("a" IN {A: 1}) & ""                           ' expect: true
TALK (NULL IN [NULL]) & ""                          ' expect: true
TALK (NULL IN [0]) & ""                             ' expect: false
TALK (1 IN 5) & ""                                  ' expect: false
TALK ([1] IN [[1]]) & ""                            ' expect: true
TALK ("abc" CONTAINS "b") & ""                      ' expect: true
TALK ("abc" CONTAINS "B") & ""                      ' expect: false
TALK ([1,2] CONTAINS "2") & ""                      ' expect: true
TALK ({a:1} CONTAINS "A") & ""                      ' expect: true
TALK (NULL CONTAINS "x") & ""                       ' expect: false
TALK ("abc" CONTAINS "") & ""                       ' expect: true
TALK (123 CONTAINS 2) & ""                          ' expect: true
TALK ("abc" STARTS WITH "ab") & ""                  ' expect: true
TALK ("abc" STARTS WITH "AB") & ""                  ' expect: false
TALK ("abc" ENDS WITH "bc") & ""                    ' expect: true
TALK (NULL STARTS WITH "a") & ""                    ' expect: false
TALK (5 BETWEEN 1 AND 10) & ""                      ' expect: true
TALK ("5" BETWEEN 1 AND 10) & ""                    ' expect: true
TALK (NULL BETWEEN 1 AND 10) & ""                   ' expect: false
TALK (10 BETWEEN 1 AND 10 AND 0) & ""               ' expect: 0
' --- values row by row 4
TALK (5 BETWEEN 10 AND 1) & ""                      ' expect: false
TALK (TODAY() BETWEEN "2024-01-01" AND "2024-12-31") & ""    ' expect: true
TALK (NULL IS NULL) & ""                            ' expect: true
TALK ("" IS NULL) & ""                              ' expect: false
TALK ([] IS NULL) & ""                              ' expect: true
TALK ({} IS NULL) & ""                              ' expect: false
TALK (0 IS NULL) & ""                               ' expect: false
TALK ("" IS EMPTY) & ""                             ' expect: true
TALK ("  " IS EMPTY) & ""                           ' expect: true
TALK (0 IS EMPTY) & ""                              ' expect: false
TALK ({} IS NOT EMPTY) & ""                         ' expect: false
TALK ("x" IS NOT NULL) & ""                         ' expect: true
TALK (IS NUMERIC("5")) & ""                         ' expect: true
TALK (IS NUMERIC "x") & ""                          ' expect: false
TALK (1 > 2 ? "a" : "b") & ""                       ' expect: b
TALK (FALSE ? 1 : TRUE ? 2 : 3) & ""                ' expect: 2
TALK (NULL ?? NULL ?? 5) & ""                       ' expect: 5
TALK (1 + 2 & 3 + 4) & ""                           ' expect: 37
TALK ("a" & 1 + 2) & ""                             ' expect: a3
TALK (2 * 3 + 4 * 5) & ""                           ' expect: 26
TALK (2 + 3 MOD 2) & ""                             ' expect: 3
TALK (7 \ 2 * 2) & ""                               ' expect: 1
TALK (10 MOD 4 \ 2) & ""                            ' expect: 0
TALK (2 ^ -1) & ""                                  ' expect: 0.5
TALK (-2 ^ 2) & ""                                  ' expect: -4
' --- values row by row 5
TALK (5 XOR 0) & ""                                 ' expect: true
TALK ("" XOR []) & ""                               ' expect: false
TALK ("b" > "a") & ""                               ' expect: true
TALK ("a" >= "a") & ""                              ' expect: true
TALK ("é" > "z") & ""                               ' expect: true
TALK (5 >= "5") & ""                                ' expect: true
TALK ("abc" > 5) & ""                               ' expect: false
TALK ("abc" <= 5) & ""                              ' expect: false
TALK ([1] = [1.0]) & ""                             ' expect: true
TALK ([1,2] = [2,1]) & ""                           ' expect: false
TALK ({a: [1]} = {A: ["1"]}) & ""                   ' expect: true
TALK ({a: 1} = {a: 1, b: NULL}) & ""                ' expect: false
TALK (1 <> "1") & ""                                ' expect: false
TALK (NULL <> 0) & ""                               ' expect: true
TALK (NULL != "") & ""                              ' expect: false
TALK (TRUE = "true") & ""                           ' expect: true
TALK (FALSE = "FALSE") & ""                         ' expect: true
TALK (FALSE = "") & ""                              ' expect: false
TALK (TRUE = "1") & ""                              ' expect: false
TALK (FALSE = 0) & ""                               ' expect: true
TALK (NULL = FALSE) & ""                            ' expect: false
TALK (TODAY() = TODAY()) & ""                       ' expect: true
TALK (NOW() >= "2024-02-29 12:34:56") & ""          ' expect: true
TALK (NOW() = "2024-02-29T12:34:56Z") & ""          ' expect: true
TALK (NOW() > "tomorrow") & ""                      ' expect: false
' --- values row by row with a = [1,2,3] 1
a = [1,2,3]
TALK "[" & (a[0]) & "]"                             ' expect: [1]
' --- values row by row with a = [1,2,3] 2
a = [1,2,3]
TALK "[" & (a[2.9]) & "]"                           ' expect: [3]
' --- values row by row with a = [1,2,3] 3
a = [1,2,3]
TALK "[" & (a[-1] ?? "n") & "]"                     ' expect: [n]
' --- values row by row with a = [1,2,3] 4
a = [1,2,3]
TALK "[" & (a[3] ?? "n") & "]"                      ' expect: [n]
' --- values row by row with a = [1,2,3] 5
a = [1,2,3]
TALK "[" & (a["1"]) & "]"                           ' expect: [2]
' --- values row by row with a = [1,2,3] 6
a = [1,2,3]
TALK "[" & (a["length"]) & "]"                      ' expect: [3]
' --- values row by row with a = [1,2,3] 7
a = [1,2,3]
TALK "[" & (a["x"] ?? "n") & "]"                    ' expect: [n]
' --- values row by row with a = [1,2,3] 8
a = [1,2,3]
TALK "[" & (a[NULL] ?? "n") & "]"                   ' expect: [n]
' --- values row by row with a = [1,2,3] 9
a = [1,2,3]
TALK "[" & (a[TRUE]) & "]"                          ' expect: [2]
' --- values row by row with a = [1,2,3] 10
a = [1,2,3]
TALK "[" & (a[1e300] ?? "n") & "]"                  ' expect: [n]
' --- values row by row with a = NULL 11
a = NULL
TALK "[" & (a[0] ?? "n") & "]"                      ' expect: [n]
' --- values row by row with a = 5 12
a = 5
TALK "[" & (a[0] ?? "n") & "]"                      ' expect: [n]
' --- values row by row with a = []; a[0] = "x" 13
a = []
a[0] = "x"
TALK "[" & (a) & "]"                                ' expect: [["x"]]
' --- values row by row with a = [1]; a[3] = 4 14
a = [1]
a[3] = 4
TALK "[" & (a) & "]"                                ' expect: [[1,null,null,4]]
' --- values row by row with a = [1]; a[1.9] = 4 15
a = [1]
a[1.9] = 4
TALK "[" & (a) & "]"                                ' expect: [[1,4]]
' --- values row by row with a = [1]; a["0"] = 4 16
a = [1]
a["0"] = 4
TALK "[" & (a) & "]"                                ' expect: [[4]]
' --- values row by row with a = [{n: 1}] 17
a = [{n: 1}]
TALK "[" & (a.n) & "]"                              ' expect: [1]
' --- values row by row with a = [] 18
a = []
TALK "[" & (a.n ?? "nil") & "]"                     ' expect: [nil]
' --- values row by row with a = [5] 19
a = [5]
TALK "[" & (a.n ?? "nil") & "]"                     ' expect: [nil]
' --- values row by row with a = [{n:1},{n:2}] 20
a = [{n:1},{n:2}]
TALK "[" & (a.count & a.size & a.length) & "]"      ' expect: [222]
' --- values row by row with a = [{count: 9}] 21
a = [{count: 9}]
TALK "[" & (a.count) & "]"                          ' expect: [1]
' --- values row by row with a = [{n:1}] 22
a = [{n:1}]
TALK "[" & (a.N) & "]"                              ' expect: [1]
' --- values row by row with s = "héllo" 23
s = "héllo"
TALK "[" & (s[1]) & "]"                             ' expect: [é]
' --- values row by row with s = "abc" 24
s = "abc"
TALK "[" & (s[3] ?? "n") & "]"                      ' expect: [n]
' --- values row by row with s = "abc" 25
s = "abc"
TALK "[" & (s[-1] ?? "n") & "]"                     ' expect: [n]
' --- values row by row with s = "abc" 26
s = "abc"
TALK "[" & (s["1"]) & "]"                           ' expect: [b]
' --- values row by row with s = "abc" 27
s = "abc"
TALK "[" & (s.length) & "]"                         ' expect: [3]
' --- values row by row with s = "abc" 28
s = "abc"
TALK "[" & (s.foo ?? "n") & "]"                     ' expect: [n]
' --- values row by row with s = "{\"a\": {\"b\": [1, 2]}}" 29
s = "{\"a\": {\"b\": [1, 2]}}"
TALK "[" & (s.a.b[1]) & "]"                         ' expect: [2]
' --- values row by row with s = "{\"A\": 1}" 30
s = "{\"A\": 1}"
TALK "[" & (s.a) & "]"                              ' expect: [1]
' --- values row by row with s = "  {\"a\": 1}  " 31
s = "  {\"a\": 1}  "
TALK "[" & (s.a) & "]"                              ' expect: [1]
' --- values row by row with s = "```json\n{\"a\": 1}\n```" 32
s = "```json\n{\"a\": 1}\n```"
TALK "[" & (s.a) & "]"                              ' expect: [1]
' --- values row by row with s = "```\n{\"a\": 1}\n```" 33
s = "```\n{\"a\": 1}\n```"
TALK "[" & (s.a) & "]"                              ' expect: [1]
' --- values row by row with s = "[{\"a\": 1}]" 34
s = "[{\"a\": 1}]"
TALK "[" & (s.a) & "]"                              ' expect: [1]
' --- values row by row with s = "[1,2]" 35
s = "[1,2]"
TALK "[" & (s.length) & "]"                         ' expect: [5]
' --- values row by row with s = "{\"length\": 99}" 36
s = "{\"length\": 99}"
TALK "[" & (s.length) & "]"                         ' expect: [14]
' --- values row by row with s = "{bad" 37
s = "{bad"
TALK "[" & (s.a ?? "n") & "]"                       ' expect: [n]
' --- values row by row with s = "5" 38
s = "5"
TALK "[" & (s.a ?? "n") & "]"                       ' expect: [n]
' --- values row by row with n = 5 39
n = 5
TALK "[" & (n.x ?? "nil") & "]"                     ' expect: [nil]
' --- values row by row with b = TRUE 40
b = TRUE
TALK "[" & (b.x ?? "nil") & "]"                     ' expect: [nil]
' --- values row by row with m = {a: 1} 41
m = {a: 1}
TALK "[" & (m["A"]) & "]"                           ' expect: [1]
' --- values row by row with m = {a: 1}; m.A = 2 42
m = {a: 1}
m.A = 2
TALK "[" & (m) & "]"                                ' expect: [{"a":2}]
' --- values row by row with m = {Name: 1}; m.NAME = 2 43
m = {Name: 1}
m.NAME = 2
TALK "[" & (m) & "]"                                ' expect: [{"Name":2}]
' --- values row by row with lead.name = "x" 44
lead.name = "x"
TALK "[" & (lead) & "]"                             ' expect: [{"name":"x"}]
' --- values row by row with lead["k"] = "x" 45
lead["k"] = "x"
TALK "[" & (lead) & "]"                             ' expect: [{"k":"x"}]
' --- values row by row with m = {a: 1}; m[5] = 2 46
m = {a: 1}
m[5] = 2
TALK "[" & (m) & "]"                                ' expect: [{"a":1,"5":2}]
' --- values row by row with m = {"1": 1} 47
m = {"1": 1}
TALK "[" & (m[1]) & "]"                             ' expect: [1]
' --- values row by row with m = {}; m[TRUE] = 1 48
m = {}
m[TRUE] = 1
TALK "[" & (m) & "]"                                ' expect: [{"true":1}]
' --- values row by row with m = {}; m[NULL] = 1 49
m = {}
m[NULL] = 1
TALK "[" & (m) & "]"                                ' expect: [{"":1}]
' --- values row by row with m = {} 50
m = {}
TALK "[" & (m.x ?? "n") & "]"                       ' expect: [n]
' --- values row by row with m = {} 51
m = {}
TALK "[" & (m?.x?.y ?? "n") & "]"                   ' expect: [n]
' --- values row by row with x = NULL 52
x = NULL
TALK "[" & (x.y.z ?? "n") & "]"                     ' expect: [n]
' --- values row by row with d = NOW() 53
d = NOW()
TALK "[" & (d.year & "|" & d.month & "|" & d.day & "|" & d.hour & "|" & d.minute & "|" & d.second) & "]"    ' expect: [2024|2|29|12|34|56]
' --- values row by row with d = NOW() 54
d = NOW()
TALK "[" & (d.weekday & "|" & d.weekday_name & "|" & d.month_name & "|" & d.timestamp) & "]"    ' expect: [5|Thursday|February|1709210096]
' --- values row by row with d = NOW() 55
d = NOW()
TALK "[" & (d.formatted & "|" & d.date & "|" & d.time & "|" & d.iso) & "]"    ' expect: [2024-02-29 12:34:56|2024-02-29|12:34:56|2024-02-29T12:34:56]
' --- values row by row with d = NOW() 56
d = NOW()
TALK "[" & (d.quarter & "|" & d.day_of_year & "|" & d.is_weekend & "|" & d.is_pm & "|" & d.ampm & "|" & d.hour12) & "]"    ' expect: [1|60|false|true|PM|12]
' --- values row by row with d = TODAY() 57
d = TODAY()
TALK "[" & (d.hour & d.minute & d.ampm & d.hour12 & d.is_pm) & "]"    ' expect: [00AM12false]
' --- values row by row with d = TODAY() 58
d = TODAY()
TALK "[" & (d.foo ?? "n") & "]"                     ' expect: [n]
' --- values row by row with d = TODAY() 59
d = TODAY()
TALK "[" & (d.iso) & "]"                            ' expect: [2024-02-29T00:00:00]
' --- values row by row with a = [1,2]; b = a; b[0] = 9 60
a = [1,2]
b = a
b[0] = 9
TALK "[" & (a) & "]"                                ' expect: [[9,2]]
' --- values row by row with a = {x: 1}; b = a; WITH a; x = 2; END WITH 61
a = {x: 1}
b = a
WITH a
x = 2
END WITH
TALK "[" & (b) & "]"                                ' expect: [{"x":1}]
' --- values row by row with a = [1]; a[1] = a 62
a = [1]
a[1] = a
TALK "[" & (LEN(a)) & "]"                           ' expect: [2]
' --- values row by row with a = {k: 1}; SET "v", a; a.k = 2; b = GET "v" 63
a = {k: 1}
SET "v", a
a.k = 2
b = GET "v"
TALK "[" & (b.k) & "]"                              ' expect: [1]
' --- values row by row with a = {k: 1}; SET "v", a; b = GET "v"; b.k = 5; c = GET "v" 64
a = {k: 1}
SET "v", a
b = GET "v"
b.k = 5
c = GET "v"
TALK "[" & (c.k) & "]"                              ' expect: [1]
' --- values row by row with x = NULL 65
x = NULL
TALK "[" & (1 IN x) & "]"                           ' expect: [false]
' --- values row by row refuses 1
a = [1]
a[-1] = 4                                ' fault: 4005
' --- values row by row refuses 2
a = [1]
a[1000001] = 4                           ' fault: 4005
' --- values row by row refuses 3
a = [1]
a["x"] = 4                               ' fault: 4005
' --- values row by row refuses 4
a = [{n: 1}]
a.n = 4                                  ' fault: 4005
' --- values row by row refuses 5
s = "abc"
s[0] = "x"                               ' fault: 4005
' --- values row by row refuses 6
s = "abc"
s.x = 1                                  ' fault: 4005
' --- values row by row refuses 7
n = 5
n.x = 1                                  ' fault: 4005
' --- values row by row refuses 8
m = {}
m.x.y = 1                                ' fault: 4005
' --- values row by row refuses 9
lead[0] = "x"                            ' fault: 4005
' --- values row by row refuses 10
m = {}
m[[1]] = 1                               ' fault: 4001
' --- values row by row refuses 11
d = TODAY()
d.date = 5                               ' fault: 4005
' --- values row by row refuses 12
a = [1]
a[1] = a
x = a & ""                               ' fault: 4006
' --- values row by row refuses 13
a = [1]
a[1] = a
SET "v", a                               ' fault: 4006
' --- values row by row refuses 14
a = [1]
a[1] = a
x = a = a                                ' fault: 4006
' --- values row by row refuses 15
x = 5 MOD 0.0                            ' fault: 4003
' --- values row by row refuses 16
x = "" * 5                               ' fault: 4001
' --- values row by row refuses 17
x = "4x" * 2                             ' fault: 4001
' --- values row by row refuses 18
x = "0x10" * 1                           ' fault: 4001
' --- values row by row refuses 19
x = [1] * 2                              ' fault: 4001
' --- values row by row refuses 20
x = {} - 1                               ' fault: 4001
' --- values row by row refuses 21
x = "a" ^ 2                              ' fault: 4001
' --- values row by row refuses 22
x = (-1) ^ 0.5                           ' fault: 4003
' --- values row by row refuses 23
x = 0.0 ^ -2                             ' fault: 4003
' --- values row by row refuses 24
x = 1 < 2 = TRUE                         ' error: L103
' --- values row by row refuses 25
x = [1] LIKE "x"                         ' fault: 4001
' --- values row by row refuses 26
x = [1] IN "x"                           ' fault: 4001
