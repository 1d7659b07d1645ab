' --- numeric patterns
x = 1234.5
TALK FORMAT(x, "#,##0")           ' expect: 1,235
TALK FORMAT(x, "#,##0.00")        ' expect: 1,234.50
TALK FORMAT(x, "#,###")           ' expect: 1,235
TALK FORMAT(x, "#.##")            ' expect: 1234.5
TALK FORMAT(x, "#.#")             ' expect: 1234.5
TALK FORMAT(x, "0000")            ' expect: 1235
TALK FORMAT(5, "0000")            ' expect: 0005
TALK FORMAT(x, "$#,###")          ' expect: $1,235
TALK FORMAT(x, "R$ #,##0.00")     ' expect: R$ 1,234.50
TALK FORMAT(x, "+#.#")            ' expect: +1234.5
TALK FORMAT(-x, "+#.#")           ' expect: -1234.5
TALK FORMAT(x, "0%")              ' expect: 123450%
TALK FORMAT(0.125, "0.0%")        ' expect: 12.5%
TALK FORMAT(x, "n")               ' expect: 1,234.50
TALK FORMAT(x, "F")               ' expect: 1234
TALK FORMAT(x, "f")               ' expect: 1234
TALK FORMAT(x, "N2")              ' expect: 1,234.50
TALK FORMAT(x, "C2")              ' expect: $1,234.50
TALK FORMAT(x, "N2[pt]")          ' expect: 1.234,50
TALK FORMAT(x, "C2[pt]")          ' expect: R$ 1.234,50
TALK FORMAT(x, "C2[de]")          ' expect: € 1.234,50
TALK FORMAT(x, "N0")              ' expect: 1,235
TALK FORMAT(x, "0.00 kg")         ' expect: 1234.50 kg
TALK FORMAT(0, "#")               ' expect: 0
TALK FORMAT(0, "#.##")            ' expect: 0
TALK FORMAT(0.5, "#.##")          ' expect: 0.5
TALK FORMAT(2, "#.##")            ' expect: 2
TALK FORMAT(1234567, "#,##0")     ' expect: 1,234,567
TALK FORMAT(-1234.5, "#,##0.0")   ' expect: -1,234.5
TALK FORMAT(-5, "$0.00")          ' expect: -$5.00
TALK FORMAT(1.005, "0.00")        ' expect: 1.01
TALK FORMAT(2.5, "0")             ' expect: 3
TALK FORMAT(-2.5, "0")            ' expect: -3
TALK FORMAT("1234.5", "#,##0.00") ' expect: 1,234.50
TALK FORMAT("abc", "#,##0.00")    ' expect: abc
TALK FORMAT(999999.995, "#,##0.00")    ' expect: 1,000,000.00
TALK FORMAT(0.001, "0.00")        ' expect: 0.00
TALK FORMAT(-0.001, "0.00")       ' expect: 0.00
TALK FORMAT(NULL, "0.00") & "."   ' expect: .
' --- date patterns
d = NOW
TALK FORMAT(d, "YYYY-MM-DD HH:mm:ss")      ' expect: 2024-02-29 12:34:56
TALK FORMAT(d, "dd/MM/yyyy")               ' expect: 29/02/2024
TALK FORMAT(d, "D/M/YY")                   ' expect: 29/2/24
TALK FORMAT(d, "dddd, MMMM d")             ' expect: Thursday, February 29
TALK FORMAT(d, "ddd MMM yy")               ' expect: Thu Feb 24
TALK FORMAT(d, "hh:mm tt")                 ' expect: 12:34 PM
TALK FORMAT(d + 46800, "h:m:s AM/PM")      ' expect: 1:34:56 AM
TALK FORMAT(d, "HH:mm:ss.fff")             ' expect: 12:34:56.000
TALK FORMAT(TODAY, "HH:mm")                ' expect: 00:00
TALK FORMAT("2024-01-05", "DD.MM.YYYY")    ' expect: 05.01.2024
TALK FORMAT("05/01/2024 07:08", "YYYY/M/D H:mm")    ' expect: 2024/1/5 7:08
TALK FORMAT("12/25/2024", "MMM DD")        ' expect: Dec 25
TALK FORMAT("not a date", "YYYY")          ' expect: not a date
' --- text patterns
TALK FORMAT("Ann", "<@>")                  ' expect: <AnnANN
TALK FORMAT("Ann", "!")                    ' expect: ANN
TALK FORMAT("Ann", ">")                    ' expect: ANN
TALK FORMAT("Ann", "&")                    ' expect: ann
TALK FORMAT("Ann", "plain")                ' expect: Ann
TALK FORMAT(TRUE, "@!")                    ' expect: trueTRUE
TALK FORMAT("Hi {0}", "Ann")               ' expect: Hi Ann
' --- forms of format
x = FORMAT 1234.5 AS "#,##0"
TALK x                                     ' expect: 1,235
TALK FORMAT (1000 - 1) AS "0.0"            ' expect: 999.0
TALK FORMAT 5 AS "00" + "!"                ' expect: 05!
y = FORMAT 7, "000"
TALK y                                     ' expect: 007
TALK FORMAT(2.50)                          ' expect: 2.5
z = FORMAT 2.50
TALK z                                     ' expect: 2.5
p = "0.00"
TALK "<" & FORMAT 3 AS p & ">"             ' expect: <3.00>
RETURN FORMAT 1, "00"
' result: "01"
' --- format as a variable
format = 5
TALK format + 1                            ' expect: 6
' --- format of containers is their text
TALK FORMAT([1], "0.00")                   ' expect: [1]
