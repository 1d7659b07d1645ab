' --- functions row by row 1
TALK (LEN(TRUE)) & ""                               ' expect: 4
TALK (LEN(1.50)) & ""                               ' expect: 3
TALK (LEN(NOW())) & ""                              ' expect: 19
TALK (LEFT(TRUE, 2)) & ""                           ' expect: tr
TALK (LEFT(TODAY(), 4)) & ""                        ' expect: 2024
TALK (LEFT("abc", 1e300)) & ""                      ' expect: abc
TALK "[" & (LEFT("abc", -1e300)) & "]"              ' expect: []
TALK (RIGHT("abc", 1e300)) & ""                     ' expect: abc
TALK (MID("abc", -1e300, 1)) & ""                   ' expect: a
TALK "[" & (MID("abc", 1e300)) & "]"                ' expect: []
TALK (MID("abc", 2, NULL)) & ""                     ' expect: bc
TALK (MID("abc", NULL, 2)) & ""                     ' expect: ab
TALK "[" & (MID(NULL, 1)) & "]"                     ' expect: []
TALK (MID([1,2,3], 1)) & ""                         ' expect: [2,3]
TALK (MID([1,2,3], 1, 1)) & ""                      ' expect: [2]
TALK (MID([1,2,3], 1, -1)) & ""                     ' expect: []
TALK (INSTR("abc", "c")) & ""                       ' expect: 3
TALK (INSTR(NULL, "c")) & ""                        ' expect: 0
TALK (INSTR(3, "abcabc", "a")) & ""                 ' expect: 4
TALK (INSTR(1.9, "abc", "a")) & ""                  ' expect: 1
TALK (INSTR(123, 2)) & ""                           ' expect: 2
TALK ("abc".instr("b")) & ""                        ' expect: 2
TALK (INSTRREV("abcabc", "b")) & ""                 ' expect: 5
TALK (UCASE("ǆ")) & ""                              ' expect: Ǆ
TALK (UCASE("ß")) & ""                              ' expect: SS
' --- functions row by row 2
TALK (LCASE("İ").len()) & ""                        ' expect: 2
TALK (CAPITALIZE("élan vital")) & ""                ' expect: Élan vital
TALK "[" & (CAPITALIZE(NULL)) & "]"                 ' expect: []
TALK "[" & (TRIM(NULL)) & "]"                       ' expect: []
TALK (TRIM(5)) & ""                                 ' expect: 5
TALK (REPLACE("aXa", "a", "X")) & ""                ' expect: XXX
TALK "[" & (REPLACE(NULL, "a", "b")) & "]"          ' expect: []
TALK (REPLACE("abc", NULL, "x")) & ""               ' expect: abc
TALK (REPLACE(1231, 1, 9)) & ""                     ' expect: 9239
TALK (SPLIT("a b", " ")) & ""                       ' expect: ["a","b"]
TALK (SPLIT("abc", NULL)) & ""                      ' expect: ["a","b","c"]
TALK (SPLIT(5, "")) & ""                            ' expect: ["5"]
TALK (SPLIT("aéb", "é")) & ""                       ' expect: ["a","b"]
TALK (JOIN([1,[2,3],{a:1},NULL], "-")) & ""         ' expect: 1-[2,3]-{"a":1}-
TALK (JOIN({a: 1, b: 2})) & ""                      ' expect: 1,2
TALK (JOIN([1,2], NULL)) & ""                       ' expect: 1,2
TALK (STRING(2.9, "x")) & ""                        ' expect: xx
TALK "[" & (STRING(2, NULL)) & "]"                  ' expect: []
TALK (ASC("é")) & ""                                ' expect: 233
TALK (CHR(8364)) & ""                               ' expect: €
TALK (REVERSE("abc")) & ""                          ' expect: cba
TALK (REVERSE("aé😀")) & ""                          ' expect: 😀éa
TALK (REVERSE([1,2])) & ""                          ' expect: [2,1]
TALK (REVERSE(NULL)) & ""                           ' expect: []
TALK (REVERSE(123)) & ""                            ' expect: 321
' --- functions row by row 3
TALK "[" & (URLENCODE(NULL)) & "]"                  ' expect: []
TALK (BASE64("€")) & ""                             ' expect: 4oKs
TALK (ABS("-5.5")) & ""                             ' expect: 5.5
TALK (ABS(NULL)) & ""                               ' expect: 0
TALK (INT(-0.5)) & ""                               ' expect: 0
TALK (FLOOR(-0.5)) & ""                             ' expect: -1
TALK (INT(9.99e18)) & ""                            ' expect: 9.99e18
TALK (ROUND(2.675, 2)) & ""                         ' expect: 2.68
TALK (ROUND(-1.005, 2)) & ""                        ' expect: -1.01
TALK (ROUND(1e-7, 7)) & ""                          ' expect: 1e-7
TALK (ROUND(0.285, 2)) & ""                         ' expect: 0.29
TALK (ROUND(1234567.891, -3)) & ""                  ' expect: 1235000
TALK (TYPEOF(ROUND(1234567.891, -3))) & ""          ' expect: integer
TALK (TYPEOF(ROUND(2.5))) & ""                      ' expect: integer
TALK (TYPEOF(ROUND(2.5, 1))) & ""                   ' expect: float
TALK (ROUND(NULL)) & ""                             ' expect: 0
TALK (ROUND(5, NULL)) & ""                          ' expect: 5
TALK (ROUND(5.55, "1")) & ""                        ' expect: 5.6
TALK (ROUND(9223372036854775807, -1)) & ""          ' expect: 9.223372036854776e18
TALK (ROUND(-9223372036854775807, -19)) & ""        ' expect: -1e19
TALK (SQR(2.25)) & ""                               ' expect: 1.5
TALK (POW(2, 3)) & ""                               ' expect: 8
TALK (2.mod(5)) & ""                                ' expect: 2
TALK (RANDOM(2.9, 2.1)) & ""                        ' expect: 2
TALK (MIN("10", 9)) & ""                            ' expect: 9
' --- functions row by row 4
TALK (MIN("10", "9")) & ""                          ' expect: 10
TALK (MAX("10", "9")) & ""                          ' expect: 9
TALK (MAX(1, "a")) & ""                             ' expect: 1
TALK (MAX([1,"5",3])) & ""                          ' expect: 5
TALK (MAX([[1],[2]])) & ""                          ' expect: [1]
TALK (MAX(NULL) ?? "n") & ""                        ' expect: n
TALK (MAX([NULL]) ?? "n") & ""                      ' expect: n
TALK (MIN([3, NULL, 1])) & ""                       ' expect: 1
TALK (MAX(TODAY(), NOW())) & ""                     ' expect: 2024-02-29 12:34:56
TALK (MAX([{a:1},{a:"7"}], "a")) & ""               ' expect: 7
TALK (SUM([1,"2",TRUE,NULL,"x"])) & ""              ' expect: 3
TALK (SUM([1.5, 1.5])) & ""                         ' expect: 3
TALK (SUM(NULL)) & ""                               ' expect: 0
TALK (SUM([])) & ""                                 ' expect: 0
TALK (SUM([{a:1},{b:2},5], "a")) & ""               ' expect: 1
TALK (AVG([1,2])) & ""                              ' expect: 1.5
TALK (AVG([1,"x",3])) & ""                          ' expect: 2
TALK (AVG([])) & ""                                 ' expect: 0
TALK (AVERAGE([2])) & ""                            ' expect: 2
TALK (COUNT([1,NULL])) & ""                         ' expect: 2
TALK (COUNT({a:1})) & ""                            ' expect: 1
TALK (COUNT(NULL)) & ""                             ' expect: 0
TALK (COUNT([1,2], "nofield")) & ""                 ' expect: 2
TALK (STDEV([1])) & ""                              ' expect: 0
TALK (MEDIAN([3,1,2])) & ""                         ' expect: 2
' --- functions row by row 5
TALK (MEDIAN(["4", 2])) & ""                        ' expect: 3
TALK (YEAR("2024-03-05")) & ""                      ' expect: 2024
TALK (MONTH("05/03/2024")) & ""                     ' expect: 3
TALK (DAY("12/25/2024")) & ""                       ' expect: 25
TALK (HOUR("2024-03-05 07:08:09")) & ""             ' expect: 7
TALK (HOUR("2024-03-05T07:08")) & ""                ' expect: 7
TALK (MINUTE("2024/03/05 07:08")) & ""              ' expect: 8
TALK (SECOND("2024-03-05 07:08:09")) & ""           ' expect: 9
TALK (YEAR("x")) & ""                               ' expect: 0
TALK (YEAR(NULL)) & ""                              ' expect: 0
TALK (YEAR([1])) & ""                               ' expect: 0
TALK (WEEKDAY("2024-03-03")) & ""                   ' expect: 1
TALK (WEEKDAY("2024-03-02")) & ""                   ' expect: 7
TALK (YEAR("2023-02-29")) & ""                      ' expect: 0
TALK (HOUR("2024-03-05 07:08:09+02:00")) & ""       ' expect: 5
TALK (DATEADD("2024-01-31", 1, "month")) & ""       ' expect: 2024-02-29
TALK (DATEADD("2024-02-29", 1, "year")) & ""        ' expect: 2025-02-28
TALK (DATEADD("2024-02-29", -1, "y")) & ""          ' expect: 2023-02-28
TALK (DATEADD("2024-01-31", "mo", 1)) & ""          ' expect: 2024-02-29
TALK (DATEADD("2024-01-31 10:00:05", 1, "hours")) & ""    ' expect: 2024-01-31 11:00:05
TALK (DATEADD("31/01/2024", 1, "day")) & ""         ' expect: 2024-02-01
TALK (DATEADD(TODAY(), 1, "hour")) & ""             ' expect: 2024-02-29 01:00:00
TALK (TYPEOF(DATEADD(TODAY(), 24, "h"))) & ""       ' expect: datetime
TALK (TYPEOF(DATEADD(TODAY(), 1, "w"))) & ""        ' expect: date
TALK (TYPEOF(DATEADD("2024-01-01", 1, "d"))) & ""    ' expect: string
' --- functions row by row 6
TALK (DATEADD(TODAY(), 1, "quarter")) & ""          ' expect: 2024-05-29
TALK (DATEADD(TODAY(), "1", "D")) & ""              ' expect: 2024-03-01
TALK (DATEADD(TODAY(), "WEEKS", "2")) & ""          ' expect: 2024-03-14
TALK (DATEADD("x", 1, "d") ?? "n") & ""             ' expect: n
TALK (DATEADD(TODAY(), 1.9, "d")) & ""              ' expect: 2024-03-01
TALK (DATEADD(TODAY(), -1.9, "d")) & ""             ' expect: 2024-02-28
TALK (DATEDIFF("2024-01-01", "2024-03-01")) & ""    ' expect: 60
TALK (DATEDIFF("2024-01-31", "2024-02-01", "month")) & ""    ' expect: 1
TALK (DATEDIFF("month", "2024-01-31", "2024-02-01")) & ""    ' expect: 1
TALK (DATEDIFF("2023-12-31", "2024-01-01", "year")) & ""    ' expect: 1
TALK (DATEDIFF("2024-03-01", "2024-01-01")) & ""    ' expect: -60
TALK (DATEDIFF("2024-01-01 23:00", "2024-01-02 01:00")) & ""    ' expect: 0
TALK (DATEDIFF("2024-01-01 23:00", "2024-01-02 01:00", "hour")) & ""    ' expect: 2
TALK (DATEDIFF("2024-01-01", "2024-01-15", "w")) & ""    ' expect: 2
TALK (DATEDIFF("2024-01-01", "2024-12-31", "q")) & ""    ' expect: 3
TALK "[" & (DATEDIFF("x", "2024-12-31")) & "]"      ' expect: []
TALK (DAYS_BETWEEN("2024-03-01", "2024-01-01")) & ""    ' expect: 60
TALK (HOURS_BETWEEN("2024-01-01", "2024-01-02")) & ""    ' expect: 24
TALK (SECONDS_BETWEEN("2024-01-01", "2024-01-02")) & ""    ' expect: 86400
TALK (DAYS(2) & HOURS(1) & MINUTES(1) & WEEKS(1)) & ""    ' expect: 172800360060604800
TALK (NOW() + HOURS(2)) & ""                        ' expect: 2024-02-29 14:34:56
TALK (ADD_DAYS(TODAY(), 1)) & ""                    ' expect: 2024-03-01
TALK (ADD_MONTHS("2024-01-31", 1)) & ""             ' expect: 2024-02-29
TALK (DATEVALUE("5/1/2024")) & ""                   ' expect: 2024-01-05
TALK (DATEVALUE("1/25/2024")) & ""                  ' expect: 2024-01-25
' --- functions row by row 7
TALK (DATEVALUE("x") ?? "n") & ""                   ' expect: n
TALK (TYPEOF(DATEVALUE("2024-01-01 10:00"))) & ""    ' expect: date
TALK (TYPEOF(CDATE("2024-01-01 10:00"))) & ""       ' expect: datetime
TALK (TYPEOF(CDATE("2024-01-01"))) & ""             ' expect: date
TALK (CDATE("2024-1-5")) & ""                       ' expect: 2024-01-05
TALK (CDATE("") ?? "n") & ""                        ' expect: n
TALK (TIMEVALUE("2:30 PM")) & ""                    ' expect: 14:30:00
TALK (EOMONTH("2024-01-15", 1)) & ""                ' expect: 2024-02-29
TALK (EOMONTH(TODAY(), 0)) & ""                     ' expect: 2024-02-29
TALK (ISDATE("2024-02-30")) & ""                    ' expect: false
TALK (ISDATE("2024-02-29")) & ""                    ' expect: true
TALK (ISDATE(TODAY())) & ""                         ' expect: true
TALK (ISDATE(5)) & ""                               ' expect: false
TALK (TIMESTAMP()) & ""                             ' expect: 1709210096
TALK (LEN(UUID())) & ""                             ' expect: 36
TALK (MID(UUID(), 15, 1)) & ""                      ' expect: 4
TALK (TIME()) & ""                                  ' expect: 12:34:56
TALK (UBOUND("x")) & ""                             ' expect: 0
TALK (LBOUND([1])) & ""                             ' expect: 0
TALK (RANGE(1, 5)) & ""                             ' expect: [1,2,3,4,5]
TALK (RANGE(5, 1)) & ""                             ' expect: []
TALK (RANGE(5, 1, -2)) & ""                         ' expect: [5,3,1]
TALK (RANGE(1, 2, 0.5)) & ""                        ' expect: [1,1.5,2]
TALK (SLICE([1,2,3,4], 1, 3)) & ""                  ' expect: [2,3]
TALK (SLICE([1,2,3,4], -2)) & ""                    ' expect: [3,4]
' --- functions row by row 8
TALK (SLICE([1,2,3,4], 0, -1)) & ""                 ' expect: [1,2,3]
TALK (SLICE([1,2], 5)) & ""                         ' expect: []
TALK (SORT([3,"b",1,"a",2])) & ""                   ' expect: [1,2,3,"a","b"]
TALK (SORT([3,1,2], "DESC")) & ""                   ' expect: [3,2,1]
TALK (SORT([3,1,2], "desc")) & ""                   ' expect: [3,2,1]
TALK (SORT(["b","B","a"])) & ""                     ' expect: ["B","a","b"]
TALK (SORT([10,9,"8"])) & ""                        ' expect: [9,10,"8"]
TALK (SORT(NULL)) & ""                              ' expect: []
TALK (UNIQUE([1,"1",1.0,2])) & ""                   ' expect: [1,2]
TALK (UNIQUE([NULL,"",[]])) & ""                    ' expect: [null]
TALK (FLATTEN([1,[2,[3]]])) & ""                    ' expect: [1,2,3]
TALK (CONCAT([1],[2])) & ""                         ' expect: [1,2]
TALK (CONCAT([1],NULL)) & ""                        ' expect: [1]
TALK (CONTAINS([1,2],"2")) & ""                     ' expect: true
TALK (CONTAINS("abc","b")) & ""                     ' expect: true
TALK (CONTAINS(NULL,"b")) & ""                      ' expect: false
TALK (CONTAINS({a:1},"a")) & ""                     ' expect: true
TALK (INDEX_OF([5,6],6)) & ""                       ' expect: 1
TALK (INDEX_OF([5,6],7)) & ""                       ' expect: -1
TALK (LAST_INDEX_OF([5,6,5],5)) & ""                ' expect: 2
TALK (FIRST([5,6])) & ""                            ' expect: 5
TALK (FIRST([]) ?? "n") & ""                        ' expect: n
TALK (FIRST([5,6,7], 2)) & ""                       ' expect: [5,6]
TALK (LAST([5,6,7], 2)) & ""                        ' expect: [6,7]
TALK (FIRST("hello big world")) & ""                ' expect: hello
' --- functions row by row 9
TALK (LAST("hello big world")) & ""                 ' expect: world
TALK "[" & (FIRST("")) & "]"                        ' expect: []
TALK (LAST("  a  ")) & ""                           ' expect: a
TALK (FIRST(NULL) ?? "n") & ""                      ' expect: n
TALK (TAKE([1,2,3],2)) & ""                         ' expect: [1,2]
TALK (DROP([1,2,3],2)) & ""                         ' expect: [3]
TALK (HEAD([1,2])) & ""                             ' expect: 1
TALK (TAIL([1,2,3])) & ""                           ' expect: [2,3]
TALK (CHUNK([1,2,3],2)) & ""                        ' expect: [[1,2],[3]]
TALK (BATCH([1,2,3],2)) & ""                        ' expect: [[1,2],[3]]
TALK (KEYS({a:1,B:2})) & ""                         ' expect: ["a","B"]
TALK (VALUES({a:1,B:2})) & ""                       ' expect: [1,2]
TALK (HAS({a:1},"A")) & ""                          ' expect: true
TALK (HAS({a:NULL},"a")) & ""                       ' expect: true
TALK (MERGEMAP({a:1},{A:2,b:3})) & ""               ' expect: {"a":2,"b":3}
TALK (TOJSON("x")) & ""                             ' expect: "x"
TALK (JSON("x")) & ""                               ' expect: "x"
TALK (JSON(NULL)) & ""                              ' expect: null
TALK (JSON([1,{a:TRUE}])) & ""                      ' expect: [1,{"a":true}]
TALK (JSON(5)) & ""                                 ' expect: 5
TALK (JSON(TODAY())) & ""                           ' expect: "2024-02-29"
TALK (PARSEJSON("[1,2]")) & ""                      ' expect: [1,2]
TALK (PARSEJSON(NULL) ?? "n") & ""                  ' expect: n
TALK (PARSEJSON([1])) & ""                          ' expect: [1]
TALK (PARSEJSON("12345678901234567890")) & ""       ' expect: 1.2345678901234567e19
' --- functions row by row 10
TALK (JSON_GET("{\"a\":[{\"b\":5}]}", "a[0].b")) & ""    ' expect: 5
TALK (JSON_GET({a:{b:1}}, "a.b")) & ""              ' expect: 1
TALK (JSON_GET("bad", "a") ?? "n") & ""             ' expect: n
TALK (VAL("12abc")) & ""                            ' expect: 12
TALK (VAL("1e5")) & ""                              ' expect: 100000
TALK (VAL("-.5")) & ""                              ' expect: -0.5
TALK (VAL("$5")) & ""                               ' expect: 0
TALK (VAL("1,234")) & ""                            ' expect: 1
TALK (STR(5)) & ""                                  ' expect: 5
TALK (STR([1])) & ""                                ' expect: [1]
TALK (CINT("2.5")) & ""                             ' expect: 3
TALK (CINT("-2.5")) & ""                            ' expect: -3
TALK (CINT("x")) & ""                               ' expect: 0
TALK (CBOOL("sim")) & ""                            ' expect: true
TALK (CBOOL("nope")) & ""                           ' expect: false
TALK (IIF("0", 1, 2)) & ""                          ' expect: 2
TALK (IIF([], 1, 2)) & ""                           ' expect: 2
TALK (NVL([], 5)) & ""                              ' expect: []
TALK (CHOOSE(2, "a", "b")) & ""                     ' expect: b
TALK (ISNULL("")) & ""                              ' expect: false
TALK (ISEMPTY("\n")) & ""                           ' expect: true
TALK (ISNUMERIC("1e5")) & ""                        ' expect: true
TALK (ISNUMERIC("1,5")) & ""                        ' expect: false
TALK (ISNUMERIC(" 5 ")) & ""                        ' expect: true
TALK (IS NUMERIC(5)) & ""                           ' expect: true
' --- functions row by row 11
TALK (ISNUMERIC([])) & ""                           ' expect: false
TALK (TYPEOF(1 > 0)) & ""                           ' expect: boolean
TALK (TYPEOF({})) & ""                              ' expect: object
TALK (TYPENAME(NOW())) & ""                         ' expect: datetime
' --- functions row by row with a=[1] 1
a=[1]
TALK "[" & (PUSH(a, 2, 3)) & "]"                    ' expect: [[1,2,3]]
' --- functions row by row with a=[1]; b = a.push(2) 2
a=[1]
b = a.push(2)
TALK "[" & (a) & "]"                                ' expect: [[1,2]]
' --- functions row by row with a=[1,2] 3
a=[1,2]
TALK "[" & (POP(a) & a) & "]"                       ' expect: [2[1]]
' --- functions row by row with a=[1,2] 4
a=[1,2]
TALK "[" & (SHIFT(a) & a) & "]"                     ' expect: [1[2]]
' --- functions row by row with a=[2] 5
a=[2]
TALK "[" & (UNSHIFT(a, 1)) & "]"                    ' expect: [[1,2]]
' --- functions row by row with a=[] 6
a=[]
TALK "[" & (POP(a) ?? "n") & "]"                    ' expect: [n]
' --- functions row by row with PUSH a, 1 7
PUSH a, 1
TALK "[" & (a) & "]"                                ' expect: [[1]]
' --- functions row by row with APPEND a, 1; APPEND a, 2 8
APPEND a, 1
APPEND a, 2
TALK "[" & (a) & "]"                                ' expect: [[1,2]]
' --- functions row by row with UNSHIFT a, 1 9
UNSHIFT a, 1
TALK "[" & (a) & "]"                                ' expect: [[1]]
' --- functions row by row with a=[1,2,3,4] 10
a=[1,2,3,4]
TALK "[" & (SPLICE(a, 1, 2) & a) & "]"              ' expect: [[2,3][1,4]]
' --- functions row by row with a=[1,2] 11
a=[1,2]
TALK "[" & (SPLICE(a, 5, 1) & a) & "]"              ' expect: [[][1,2]]
' --- functions row by row with a=[2,1]; b = SORT(a) 12
a=[2,1]
b = SORT(a)
TALK "[" & (a) & "]"                                ' expect: [[2,1]]
' --- functions row by row with m={a:1,b:2} 13
m={a:1,b:2}
TALK "[" & (REMOVE(m,"A") & m) & "]"                ' expect: [1{"b":2}]
' --- functions row by row with x = JSON PARSE "[1]" 14
x = JSON PARSE "[1]"
TALK "[" & (x) & "]"                                ' expect: [[1]]
' --- functions row by row with x = JSON_PARSE("[1]") 15
x = JSON_PARSE("[1]")
TALK "[" & (x) & "]"                                ' expect: [[1]]
' --- functions row by row with x = JSON PARSE {a: 1} 16
x = JSON PARSE {a: 1}
TALK "[" & (x) & "]"                                ' expect: [{"a":1}]
' --- functions row by row refuses 1
x = MID({a:1}, 1)                        ' fault: 4001
' --- functions row by row refuses 2
x = INSTR("2", "abc", "b")               ' fault: 4001
' --- functions row by row refuses 3
x = INSTR(NULL, "abc", "b")              ' fault: 4001
' --- functions row by row refuses 4
x = TRIM([1])                            ' fault: 4001
' --- functions row by row refuses 5
x = REPLACE([1], 1, 2)                   ' fault: 4001
' --- functions row by row refuses 6
x = SPLIT([1], "")                       ' fault: 4001
' --- functions row by row refuses 7
x = SPLIT("a,b")                         ' error: L108
' --- functions row by row refuses 8
x = JOIN(5)                              ' fault: 4001
' --- functions row by row refuses 9
x = ABS("x")                             ' fault: 4001
' --- functions row by row refuses 10
x = ABS([1])                             ' fault: 4001
' --- functions row by row refuses 11
x = ABS()                                ' error: L108
' --- functions row by row refuses 12
x = ABS(1,2)                             ' error: L108
' --- functions row by row refuses 13
x = INT("")                              ' fault: 4001
' --- functions row by row refuses 14
x = LOG(0)                               ' fault: 4003
' --- functions row by row refuses 15
x = MOD(5, 0)                            ' fault: 4003
' --- functions row by row refuses 16
x = RANDOM(3, 1)                         ' fault: 4002
' --- functions row by row refuses 17
x = RANDOM(-1)                           ' fault: 4002
' --- functions row by row refuses 18
x = RANDOM("x")                          ' fault: 4001
' --- functions row by row refuses 19
x = MIN()                                ' error: L108
' --- functions row by row refuses 20
x = SUM(5)                               ' fault: 4001
' --- functions row by row refuses 21
x = COUNT(5)                             ' fault: 4001
' --- functions row by row refuses 22
x = DATEADD(TODAY(), 1, "fortnight")     ' fault: 4002
' --- functions row by row refuses 23
x = RANGE(1, 2, 0)                       ' fault: 4002
' --- functions row by row refuses 24
a = "x"
PUSH a, 1                                ' fault: 4001
' --- functions row by row refuses 25
x = SORT([1], "x")                       ' fault: 4002
' --- functions row by row refuses 26
x = SORT("x")                            ' fault: 4001
' --- functions row by row refuses 27
x = CONCAT([1],2)                        ' fault: 4001
' --- functions row by row refuses 28
x = INDEX_OF("abc","b")                  ' fault: 4001
' --- functions row by row refuses 29
x = CHUNK([1],0)                         ' fault: 4002
' --- functions row by row refuses 30
x = PARSEJSON("{bad")                    ' fault: 4008
' --- functions row by row refuses 31
x = PARSEJSON("")                        ' fault: 4008
' --- functions row by row refuses 32
x = COALESCE()                           ' error: L108
' --- a code of digits
x = GENERATE CODE 6
y = GENERATE_CODE("6")
TALK LEN(x) & LEN(y) & ISNUMERIC(x) & TYPEOF(x) & (x <> y)    ' expect: 66truestringtrue
TALK LEN(GENERATE CODE 64)               ' expect: 64
' --- a code of no digits
x = GENERATE CODE 0                      ' fault: 4002
' --- a code of too many digits
x = GENERATE CODE 65                     ' fault: 4002
' --- a code of text
x = GENERATE CODE "x"                    ' fault: 4001
