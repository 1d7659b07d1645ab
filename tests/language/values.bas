' --- literals and their types
TALK NULL & NOTHING & EMPTY & NONE & "."    ' expect: .
TALK TRUE, FALSE             ' expect: true false
TALK [1, 2.5, "x", TRUE, NULL, [], {}]      ' expect: [1,2.5,"x",true,null,[],{}]
' --- arrays and maps are references
a = [1]
b = a
b[1] = 2
TALK a                       ' expect: [1,2]
m = {list: a}
a[2] = 3
TALK m                       ' expect: {"list":[1,2,3]}
SUB Add(x)
  x[UBOUND(x)] = "added"
END SUB
Add(a)
TALK b                       ' expect: [1,2,3,"added"]
SET "kept", a
a[0] = "changed"
TALK GET "kept"              ' expect: [1,2,3,"added"]
c = GET "kept"
c[0] = "copy"
TALK GET "kept"              ' expect: [1,2,3,"added"]
' --- a suspended script keeps sharing and cycles
a = [1]
a[1] = a
m = {x: a, y: a}
HEAR z                       ' hear: go
m.x[2] = "seen"
TALK m.y[2]                  ' expect: seen
TALK a[1][1][1][0]           ' expect: 1
' --- a cycle has no text
a = [1]
a[1] = a
TALK a                       ' fault: 4006
' --- a cycle cannot be stored
m = {}
m.self = m
SET "m", m                   ' fault: 4006
' --- unassigned names are null
TALK x IS NULL               ' expect: true
' warning 1: L202 @6 x is never assigned
IF FALSE THEN y = 1
TALK y IS NULL               ' expect: true
' --- truthiness
FOR EACH v IN [NULL, FALSE, 0, 0.0, "", "0", "false", "FALSE", [], {}]
  IF v THEN TALK "true: " & v
NEXT
FOR EACH v IN [TRUE, 1, -1, 0.1, "a", " ", "00", "no", [0], {a: NULL}]
  IF NOT v THEN TALK "false: " & v
NEXT
IF NOW THEN TALK "now"       ' expect: now
' --- display text
TALK NULL                    ' expect:
TALK 10 / 4 * 2              ' expect: 5
TALK 0.1 + 0.2               ' expect: 0.30000000000000004
TALK 1e15                    ' expect: 1e15
TALK 999999999999999.0       ' expect: 999999999999999
TALK 1.5e-7                  ' expect: 1.5e-7
TALK 0.000001                ' expect: 0.000001
TALK -0.0                    ' expect: 0
TALK 0 * -1.0                ' expect: 0
TALK 1e308 * 10              ' expect: Infinity
TALK -1e308 * 10             ' expect: -Infinity
TALK 1e308 * 10 - 1e308 * 10 ' expect: NaN
TALK 123456789.125           ' expect: 123456789.125
TALK NOW                     ' expect: 2024-02-29 12:34:56
TALK TODAY                   ' expect: 2024-02-29
TALK [NOW, TODAY]            ' expect: ["2024-02-29T12:34:56","2024-02-29"]
TALK {k: NULL, "a b": "q\"\\ä\n", n: 5.0}    ' expect: {"k":null,"a b":"q\\"\\\\ä\\n","n":5}
' --- plus
TALK "5" + 1                 ' expect: 51
TALK 1 + "5"                 ' expect: 15
TALK "a" + NULL + TRUE       ' expect: atrue
TALK 1 + TRUE + NULL         ' expect: 2
TALK [1] + [2, 3]            ' expect: [1,2,3]
TALK [1] + 2                 ' expect: [1,2]
TALK [1] + NULL              ' expect: [1,null]
TALK [1] + {a: 1}            ' expect: [1,{"a":1}]
TALK [1] + "x"               ' expect: [1]x
TALK TODAY + 86400           ' expect: 2024-03-01
TALK TODAY + 3600            ' expect: 2024-02-29 01:00:00
TALK NOW + 4                 ' expect: 2024-02-29 12:35:00
TALK 60 + TODAY              ' expect: 2024-02-29 00:01:00
TALK "d " + TODAY            ' expect: d 2024-02-29
' --- plus of maps
x = {a: 1} + {b: 2}          ' fault: 4001
' --- plus of a number and an array
x = 2 + [1]                  ' fault: 4001
' --- plus of a map and a number
x = {} + 1                   ' fault: 4001
' --- plus of two dates
x = TODAY + NOW              ' fault: 4001
' --- other arithmetic
TALK "6" - "2"               ' expect: 4
TALK "6" * " 2.5 "           ' expect: 15
TALK TRUE * 3 - NULL         ' expect: 3
TALK NOW - TODAY             ' expect: 45296
TALK TODAY - 86400           ' expect: 2024-02-28
TALK 7 / 2                   ' expect: 3.5
TALK 6 / 2                   ' expect: 3
TALK -7 \ 2                  ' expect: -3
TALK 7.9 \ 2.9               ' expect: 3
TALK -7 MOD 3                ' expect: -1
TALK 7 MOD -3                ' expect: 1
TALK 7.5 MOD 2               ' expect: 1.5
TALK 2 ^ 10                  ' expect: 1024
TALK 2 ^ -1                  ' expect: 0.5
TALK 2 ^ 0.5                 ' expect: 1.4142135623730951
TALK (-2) ^ 3                ' expect: -8
TALK -2 ^ 2                  ' expect: -4
TALK 2 ^ 3 ^ 2               ' expect: 64
TALK 2 ^ 63                  ' expect: 9.223372036854776e18
TALK 9223372036854775807 + 1 ' expect: 9.223372036854776e18
TALK -9223372036854775807 - 2    ' expect: -9.223372036854776e18
TALK 4611686018427387904 * 2     ' expect: 9.223372036854776e18
TALK -9223372036854775807 - 1    ' expect: -9223372036854775808
' --- text that is no number
x = "abc" * 2                ' fault: 4001
' --- a map is no number
x = 5 - {}                   ' fault: 4001
' --- division by zero
x = 1 / 0                    ' fault: 4003 division by zero
' --- whole division by zero
x = 1 \ 0                    ' fault: 4003
' --- whole division by less than one
x = 1 \ 0.5                  ' fault: 4003
' --- remainder by zero
x = 1 MOD 0                  ' fault: 4003
' --- zero to a negative power
x = 0 ^ -1                   ' fault: 4003
' --- a fractional power of a negative number
x = (-8) ^ 0.5               ' fault: 4003
' --- equality with null
TALK NULL = NULL             ' expect: true
TALK NULL = ""               ' expect: true
TALK NULL = []               ' expect: true
TALK NULL = 0                ' expect: false
TALK NULL = FALSE            ' expect: false
TALK NULL = {}               ' expect: false
TALK "" = []                 ' expect: false
TALK NULL <> 0               ' expect: true
' --- equality
TALK 1 = 1.0                 ' expect: true
TALK 1 = "1"                 ' expect: true
TALK "1.0" = 1               ' expect: true
TALK 1 = "one"               ' expect: false
TALK TRUE = "True"           ' expect: true
TALK FALSE = "no"            ' expect: false
TALK TRUE = 1                ' expect: true
TALK TRUE = 2                ' expect: false
TALK FALSE = 0               ' expect: true
TALK "a" = "A"               ' expect: false
TALK TODAY = "2024-02-29"    ' expect: true
TALK TODAY = "29/02/2024"    ' expect: true
TALK NOW = "2024-02-29 12:34:56"      ' expect: true
TALK NOW = "2024-02-29T12:34:56Z"     ' expect: true
TALK NOW = TODAY             ' expect: false
TALK TODAY = "tomorrow"      ' expect: false
TALK [1, [2, "x"]] = [1, [2.0, "x"]]  ' expect: true
TALK [1] = [1, 2]            ' expect: false
TALK {a: 1, b: 2} = {b: 2, a: 1}      ' expect: true
TALK {a: 1} = {a: 2}         ' expect: false
TALK {a: 1} = [1]            ' expect: false
TALK 9007199254740993 = 9007199254740992.0    ' expect: false
TALK 1e308 * 10 - 1e308 * 10 = 1     ' expect: false
' --- ordering
TALK 2 < 10                  ' expect: true
TALK 2 < "10"                ' expect: true
TALK "2" < "10"              ' expect: false
TALK "03" <= "06"            ' expect: true
TALK "2024-01-02" > "2024-01-01"      ' expect: true
TALK TODAY < "2024-03-01"    ' expect: true
TALK NOW > TODAY             ' expect: true
TALK FALSE < TRUE            ' expect: true
TALK TRUE > 0                ' expect: true
TALK "Z" < "a"               ' expect: true
TALK NULL < 1                ' expect: false
TALK 1 < NULL                ' expect: false
TALK 1 < "x"                 ' expect: false
TALK [1] < [2]               ' expect: false
TALK TRUE < "x"              ' expect: false
' --- indexing arrays
a = [10, 20, 30]
TALK a[0] & a[2]             ' expect: 1030
TALK a[3] IS NULL            ' expect: true
TALK a[-1] IS NULL           ' expect: true
TALK a[1.9]                  ' expect: 20
TALK a["1"]                  ' expect: 20
TALK a["length"]             ' expect: 3
TALK a.length + a.count + a.size      ' expect: 9
n = NULL
TALK n[0] IS NULL            ' expect: true
TALK n.x IS NULL             ' expect: true
TALK n?.x.y IS NULL          ' expect: true
a[3] = 40
TALK a                       ' expect: [10,20,30,40]
a[6] = 70
TALK a                       ' expect: [10,20,30,40,null,null,70]
a[0.9] = "z"
TALK a[0]                    ' expect: z
TALK a(1)                    ' expect: 20
' --- a negative index cannot be assigned
a = [1]
a[-1] = 2                    ' fault: 4005
' --- the highest index
' limit: memory_bytes = 100000000
' limit: turn_fuel = 3000000
a = []
a[1000000] = 1
TALK UBOUND(a)               ' expect: 1000001
' --- an index too high
a = []
a[1000001] = 1               ' fault: 4005
' --- an index that is no number
a = []
a["x"] = 1                   ' fault: 4005
' --- indexing text
s = "häl"
TALK s[1]                    ' expect: ä
TALK s[3] IS NULL            ' expect: true
TALK s.length                ' expect: 3
' --- maps
m = {Name: "Ann", "two words": 2, 3: "three", if: 4}
TALK m.name                  ' expect: Ann
TALK m["NAME"]               ' expect: Ann
TALK m["two words"]          ' expect: 2
TALK m.3                     ' expect: three
TALK m[3]                    ' expect: three
TALK m.if                    ' expect: 4
TALK m.missing IS NULL       ' expect: true
m.NAME = "Bob"
TALK m                       ' expect: {"Name":"Bob","two words":2,"3":"three","if":4}
m["new"] = 5
m.x = {}
m.x.y = 6
TALK m.x.y + m.new           ' expect: 11
d = {a: 1, A: 2, a: 3}
TALK d                       ' expect: {"a":3}
' --- exact key before any case
m = {}
m["Ab"] = 1
TALK m["aB"]                 ' expect: 1
' --- assigning to a member of null makes a map
lead.name = "Ann"
lead["age"] = 5
TALK lead                    ' expect: {"name":"Ann","age":5}
' --- assigning below null is an error
m = {}
m.a.b = 1                    ' fault: 4005
' --- assigning to a member of a number
x = 5
x.y = 1                      ' fault: 4005
' --- an array stands for its first element
rows = [{name: "Ann"}, {name: "Bob"}]
TALK rows.name               ' expect: Ann
e = []
TALK e.name IS NULL          ' expect: true
' --- text that is JSON has members
j = "{\"a\": {\"b\": [1, 2]}, \"Name\": \"x\"}"
TALK j.a.b[1]                ' expect: 2
TALK j.name                  ' expect: x
f = "```json\n{\"k\": true}\n```"
TALK f.k                     ' expect: true
t = "plain"
TALK t.k IS NULL             ' expect: true
' --- members of dates
d = NOW
TALK d.year, d.month, d.day, d.hour, d.minute, d.second     ' expect: 2024 2 29 12 34 56
TALK d.weekday, d.weekday_name, d.month_name, d.quarter     ' expect: 5 Thursday February 1
TALK d.day_of_year, d.is_weekend, d.is_pm, d.ampm, d.hour12 ' expect: 60 false true PM 12
TALK d.date, d.time, d.iso   ' expect: 2024-02-29 12:34:56 2024-02-29T12:34:56
TALK d.timestamp, d.formatted    ' expect: 1709210096 2024-02-29 12:34:56
TALK TODAY().year            ' expect: 2024
' --- methods are built-ins
a = ["x", "y"]
TALK a.join("-")             ' expect: x-y
TALK "abc".ucase().left(2)   ' expect: AB
m = {s: " q "}
TALK m.s.trim() & "|"        ' expect: q|
TALK a.len()                 ' expect: 2
' --- a number has methods
TALK 3.pow(2)                ' expect: 9
' --- a number has no members
x = 3.toString               ' error: L103 a number has no members
' --- numbers are members of containers
a = {"1": {b: 2}}
TALK a.1.b                   ' expect: 2
