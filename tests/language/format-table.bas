' --- format row by row 1
TALK (FORMAT(1234.5, "#,##0")) & ""                 ' expect: 1,235
TALK (FORMAT(1234567.891, "#,##0.00")) & ""         ' expect: 1,234,567.89
TALK (FORMAT(0, "#,##0.00")) & ""                   ' expect: 0.00
TALK (FORMAT(-0.4, "0")) & ""                       ' expect: 0
TALK (FORMAT(-1234.5, "#,##0")) & ""                ' expect: -1,235
TALK (FORMAT(0.5, "0")) & ""                        ' expect: 1
TALK (FORMAT(1.5, "0")) & ""                        ' expect: 2
TALK (FORMAT(12, "#,###")) & ""                     ' expect: 12
TALK (FORMAT(0, "#,###")) & ""                      ' expect: 0
TALK (FORMAT(0, "#.##")) & ""                       ' expect: 0
TALK (FORMAT(0.25, "#.##")) & ""                    ' expect: 0.25
TALK (FORMAT(5, "#.##")) & ""                       ' expect: 5
TALK (FORMAT(1234.5, "0.0#")) & ""                  ' expect: 1234.5
TALK (FORMAT(1234.567, "0.0#")) & ""                ' expect: 1234.57
TALK (FORMAT(5, "0000")) & ""                       ' expect: 0005
TALK (FORMAT(-5, "0000")) & ""                      ' expect: -0005
TALK (FORMAT(12345, "0000")) & ""                   ' expect: 12345
TALK (FORMAT(1234.5, "$#,###")) & ""                ' expect: $1,235
TALK (FORMAT(1234.5, "R$ #,##0.00")) & ""           ' expect: R$ 1,234.50
TALK (FORMAT(1234.5, "€ #,##0.00")) & ""            ' expect: € 1,234.50
TALK (FORMAT(1234.5, "#,##0.00 EUR")) & ""          ' expect: 1,234.50 EUR
TALK (FORMAT(-1234.5, "$#,##0.00")) & ""            ' expect: -$1,234.50
TALK (FORMAT(1234.5, "+#.#")) & ""                  ' expect: +1234.5
TALK (FORMAT(0, "+#.#")) & ""                       ' expect: +0
TALK (FORMAT(-3, "+0")) & ""                        ' expect: -3
' --- format row by row 2
TALK (FORMAT(3, "+0.0")) & ""                       ' expect: +3.0
TALK (FORMAT(0.5, "0%")) & ""                       ' expect: 50%
TALK (FORMAT(0.1234, "0.0%")) & ""                  ' expect: 12.3%
TALK (FORMAT(0.125, "0.00%")) & ""                  ' expect: 12.50%
TALK (FORMAT(-0.5, "0%")) & ""                      ' expect: -50%
TALK (FORMAT(1234.5, "n")) & ""                     ' expect: 1,234.50
TALK (FORMAT(1234.5, "F")) & ""                     ' expect: 1234
TALK (FORMAT(1234.5, "f")) & ""                     ' expect: 1234
TALK (FORMAT(1234.5, "N0")) & ""                    ' expect: 1,235
TALK (FORMAT(1234.5, "N3")) & ""                    ' expect: 1,234.500
TALK (FORMAT(1234.5, "n2")) & ""                    ' expect: 1,234.50
TALK (FORMAT(1234.5, "C2")) & ""                    ' expect: $1,234.50
TALK (FORMAT(1234.5, "c2")) & ""                    ' expect: $1,234.50
TALK (FORMAT(1234.5, "C0")) & ""                    ' expect: $1,235
TALK (FORMAT(-1234.5, "C2")) & ""                   ' expect: -$1,234.50
TALK (FORMAT(1234.5, "N2[en]")) & ""                ' expect: 1,234.50
TALK (FORMAT(1234.5, "N2[pt]")) & ""                ' expect: 1.234,50
TALK (FORMAT(1234.5, "N2[es]")) & ""                ' expect: 1.234,50
TALK (FORMAT(1234.5, "N2[fr]")) & ""                ' expect: 1 234,50
TALK (FORMAT(1234.5, "N2[de]")) & ""                ' expect: 1.234,50
TALK (FORMAT(1234.5, "N2[it]")) & ""                ' expect: 1.234,50
TALK (FORMAT(1234.5, "C2[en]")) & ""                ' expect: $1,234.50
TALK (FORMAT(1234.5, "C2[pt]")) & ""                ' expect: R$ 1.234,50
TALK (FORMAT(1234.5, "C2[es]")) & ""                ' expect: € 1.234,50
TALK (FORMAT(1234.5, "C2[it]")) & ""                ' expect: € 1.234,50
' --- format row by row 3
TALK (FORMAT(1234.5, "C2[fr]")) & ""                ' expect: € 1 234,50
TALK (FORMAT(1234.5, "C2[xx]")) & ""                ' expect: $1,234.50
TALK (FORMAT(-1234.5, "C2[pt]")) & ""               ' expect: -R$ 1.234,50
TALK (FORMAT(1234.5, "currency")) & ""              ' expect: $1,234.50
TALK (FORMAT("1234.5", "#,##0.00")) & ""            ' expect: 1,234.50
TALK (FORMAT(" 12 ", "0.0")) & ""                   ' expect: 12.0
TALK (FORMAT("abc", "0.00")) & ""                   ' expect: abc
TALK (FORMAT("abc", "N2")) & ""                     ' expect: abc
TALK "[" & (FORMAT("", "0.00")) & "]"               ' expect: []
TALK "[" & (FORMAT(NULL, "0.00")) & "]"             ' expect: []
TALK (FORMAT(TRUE, "0.00")) & ""                    ' expect: true
TALK (FORMAT(1e20, "#,##0")) & ""                   ' expect: 100,000,000,000,000,000,000
TALK (FORMAT(9223372036854775807, "#,##0")) & ""    ' expect: 9,223,372,036,854,775,807
TALK (FORMAT(1e308*10, "0.00")) & ""                ' expect: Infinity
TALK (FORMAT(1.005, "0.00")) & ""                   ' expect: 1.01
TALK (FORMAT(2.675, "0.00")) & ""                   ' expect: 2.68
TALK (FORMAT(0.1+0.2, "0.00")) & ""                 ' expect: 0.30
TALK (FORMAT(1234.5, "")) & ""                      ' expect: 1234.5
TALK (FORMAT(1234.5, "abc")) & ""                   ' expect: 1234.5
TALK (FORMAT(1234.5, "YYYY")) & ""                  ' expect: 1234.5
TALK (FORMAT(5, "@")) & ""                          ' expect: 5
TALK (FORMAT(5, "<@>")) & ""                        ' expect: <55
TALK (FORMAT(NOW(), "YYYY-MM-DD HH:mm:ss")) & ""    ' expect: 2024-02-29 12:34:56
TALK (FORMAT(NOW(), "yyyy/M/d")) & ""               ' expect: 2024/2/29
TALK (FORMAT(NOW(), "YY")) & ""                     ' expect: 24
' --- format row by row 4
TALK (FORMAT(NOW(), "MMMM")) & ""                   ' expect: February
TALK (FORMAT(NOW(), "MMM")) & ""                    ' expect: Feb
TALK (FORMAT(NOW(), "dddd")) & ""                   ' expect: Thursday
TALK (FORMAT(NOW(), "ddd")) & ""                    ' expect: Thu
TALK (FORMAT(NOW(), "DDDD")) & ""                   ' expect: 2929
TALK (FORMAT(NOW(), "D")) & ""                      ' expect: 29
TALK (FORMAT(NOW(), "HH")) & ""                     ' expect: 12
TALK (FORMAT(NOW() + 3600, "h:mm tt")) & ""         ' expect: 1:34 PM
TALK (FORMAT(NOW() + 3600, "hh:mm AM/PM")) & ""     ' expect: 01:34 PM
TALK (FORMAT(TODAY(), "h tt")) & ""                 ' expect: 12 AM
TALK (FORMAT(NOW(), "m")) & ""                      ' expect: 34
TALK (FORMAT(NOW(), "mm")) & ""                     ' expect: 34
TALK (FORMAT(NOW(), "MM")) & ""                     ' expect: 02
TALK (FORMAT(NOW(), "M")) & ""                      ' expect: 2
TALK (FORMAT(NOW(), "s.fff")) & ""                  ' expect: 56.000
TALK (FORMAT(NOW(), "MMMM D, YYYY")) & ""           ' expect: February 29, 2024
TALK (FORMAT(NOW(), "[dd]")) & ""                   ' expect: [29]
TALK (FORMAT("2024-02-29", "DD/MM/YYYY")) & ""      ' expect: 29/02/2024
TALK (FORMAT("2024-02-29 10:05", "HH:mm")) & ""     ' expect: 10:05
TALK (FORMAT("29/02/2024", "YYYY-MM-DD")) & ""      ' expect: 2024-02-29
TALK (FORMAT("2024-02-30", "DD/MM")) & ""           ' expect: 2024-02-30
TALK (FORMAT(TODAY(), "@")) & ""                    ' expect: 2024-02-29
TALK (FORMAT(TODAY(), "HH:mm:ss")) & ""             ' expect: 00:00:00
TALK (FORMAT(TODAY(), "0.00")) & ""                 ' expect: 2024-02-29
TALK (FORMAT("abc", "@")) & ""                      ' expect: abc
' --- format row by row 5
TALK (FORMAT("aBc", "!")) & ""                      ' expect: ABC
TALK (FORMAT("aBc", ">")) & ""                      ' expect: ABC
TALK (FORMAT("aBc", "&")) & ""                      ' expect: abc
TALK (FORMAT("abc", "Hi @!")) & ""                  ' expect: Hi abcABC
TALK (FORMAT("abc", "zzz")) & ""                    ' expect: abc
TALK (FORMAT("Hi {0}", "Bob")) & ""                 ' expect: Hi Bob
TALK (FORMAT("{0}{0}", "x")) & ""                   ' expect: xx
TALK "[" & (FORMAT("{1}", "x")) & "]"               ' expect: []
TALK (FORMAT([1,2], "0")) & ""                      ' expect: [1,2]
TALK (FORMAT({a:1})) & ""                           ' expect: {"a":1}
TALK (FORMAT(TODAY())) & ""                         ' expect: 2024-02-29
TALK (FORMAT("Hi {0}", 100)) & ""                   ' expect: Hi 100
TALK (FORMAT("On {0} {1}", TODAY(), 5)) & ""        ' expect: On 2024-02-29 5
TALK (FORMAT("{1}-{0}-{2}", "a", "b")) & ""         ' expect: b-a-
' --- format row by row with x = FORMAT {a: 1} AS JSON 1
x = FORMAT {a: 1} AS JSON
TALK "[" & (x) & "]"                                ' expect: [{"a":1}]
' --- format row by row with x = FORMAT "a" AS JSON 2
x = FORMAT "a" AS JSON
TALK "[" & (x) & "]"                                ' expect: ["a"]
' --- format row by row with x = FORMAT 5 AS "000" 3
x = FORMAT 5 AS "000"
TALK "[" & (x) & "]"                                ' expect: [005]
' --- format row by row with x = FORMAT (2 - 1) AS "0.0" 4
x = FORMAT (2 - 1) AS "0.0"
TALK "[" & (x) & "]"                                ' expect: [1.0]
' --- format row by row with x = 3; y = FORMAT x AS "0.0" & "!" 5
x = 3
y = FORMAT x AS "0.0" & "!"
TALK "[" & (y) & "]"                                ' expect: [3.0!]
' --- format row by row with x = FORMAT NOW AS JSON 6
x = FORMAT NOW AS JSON
TALK "[" & (x) & "]"                                ' expect: ["2024-02-29T12:34:56"]
' --- format row by row with x = FORMAT NULL AS JSON 7
x = FORMAT NULL AS JSON
TALK "[" & (x) & "]"                                ' expect: [null]
' --- format row by row with x = FORMAT (5 + 1) AS JSON 8
x = FORMAT (5 + 1) AS JSON
TALK "[" & (x) & "]"                                ' expect: [6]
' --- format row by row refuses 1
x = FORMAT(5, "0", 1)                    ' fault: 4002
' --- format row by row refuses 2
x = FORMAT("{0}", [1])                   ' fault: 4001
' --- format row by row refuses 3
x = FORMAT(5, [1])                       ' fault: 4001
' --- format row by row refuses 4
x = FORMAT()                             ' error: L108
' --- format row by row refuses 5
x = LEN(FORMAT(REPEAT("x", 200000), REPEAT("@", 200000))) ' fault: 9013
' --- format row by row refuses 6
x = LEN(FORMAT(REPEAT("{0}", 80000), REPEAT("y", 200000))) ' fault: 9013
' --- format row by row refuses 7
x = LEN(FORMAT(REPEAT("x", 300000), "@")) ' fault: 9013
