' --- instrrev
TALK INSTRREV("hello", "l"), INSTRREV("hello", "x"), INSTRREV("", "a"), INSTRREV("a", ""), INSTRREV("äbä", "ä"), INSTRREV(NULL, "a")
' expect: 4 0 0 0 3 0
TALK INSTRREV("Aa", "A"), INSTRREV(1212, 12)    ' expect: 1 3
' --- capitalize
TALK CAPITALIZE("hello World") & "|" & CAPITALIZE("éa") & "|" & CAPITALIZE("") & "|" & CAPITALIZE("ABC") & "|" & CAPITALIZE("ßx")
' expect: Hello World|Éa||ABC|SSx
' --- ltrim and rtrim
TALK "[" & LTRIM(" \t a b ") & "][" & RTRIM(" a b \n") & "][" & LTRIM("\u00a0x") & "][" & RTRIM("x\u3000") & "]"
' expect: [a b ][ a b][x][x]
TALK "[" & LTRIM(NULL) & RTRIM("  ") & RTRIM(5) & "]"    ' expect: [5]
' --- string space and repeat
TALK STRING(3, "-") & "|" & STRING(2, "ab") & "|" & STRING(0, "x") & "|" & STRING(-1, "x") & "|" & STRING(3, "") & "|" & STRING(2, "é")
' expect: ---|aa||||éé
TALK "[" & SPACE(3) & "][" & SPACE(0) & "][" & SPACE(-5) & "][" & SPACE("2") & "][" & SPACE(NULL) & "]"
' expect: [   ][][][  ][]
TALK REPEAT("ab", 3) & "|" & REPEAT("ab", 0) & "|" & REPEAT("ab", -2) & "|" & REPEAT("", 1e18) & "|" & REPEAT(12, 2) & "|" & REPEAT("x", 2.9)
' expect: ababab||||1212|xx
TALK LEN(STRING(100000, "x"))            ' expect: 100000
' --- string$ with its suffix
TALK STRING$(2, "*") & SPACE$(1) & CHR$(65)    ' expect: ** A
' --- a string that cannot fit
x = STRING(1e9, "x")                     ' fault: 9001
' --- space that cannot fit
x = SPACE(9000000000000000000)           ' fault: 9001
' --- repeated text that cannot fit
x = REPEAT("0123456789", 1e300)          ' fault: 9001
' --- string of an array
x = STRING(2, [1])                       ' fault: 4001 STRING needs text
' --- repeat of text as often as text
x = REPEAT("a", "b")                     ' fault: 4001 REPEAT needs a number
' --- asc and chr
TALK ASC("A"), ASC("abc"), ASC("😀"), ASC(5), CHR(65), CHR(233), CHR(128512), CHR("66"), CHR(65.9)
' expect: 65 97 128512 53 A é 😀 B A
TALK LEN(CHR(10)), CHR(13) & CHR(10) = "\r\n", ASC(CHR(1114111))    ' expect: 1 true 1114111
' --- asc of nothing
x = ASC("")                              ' fault: 4002
' --- asc of null
x = ASC(NULL)                            ' fault: 4002
' --- chr of zero
x = CHR(0)                               ' fault: 4002
' --- chr of null
x = CHR(NULL)                            ' fault: 4002
' --- chr of a surrogate
x = CHR(55296)                           ' fault: 4002
' --- chr of the last surrogate
x = CHR(57343)                           ' fault: 4002
' --- chr beyond unicode
x = CHR(1114112)                         ' fault: 4002
' --- chr of a negative number
x = CHR(-1)                              ' fault: 4002
' --- startswith and endswith
TALK STARTSWITH("hello", "he"), STARTSWITH("hello", "He"), STARTSWITH("a", ""), STARTSWITH("", "a"), STARTSWITH(123, 12)
' expect: true false true false true
TALK ENDSWITH("hello", "lo"), ENDSWITH("hello", "LO"), ENDSWITH(NULL, ""), ENDSWITH("a", "aa"), "abc".endswith("c")
' expect: true false true false true
TALK STARTS_WITH("ab", "a"), ENDS_WITH("ab", "a")    ' expect: true false
' --- startswith of an array
x = STARTSWITH([1], "1")                 ' fault: 4001
' --- extract before after and between
TALK EXTRACT_BEFORE("a@b@c", "@") & "|" & EXTRACT_BEFORE("abc", "@") & "|" & EXTRACT_BEFORE("abc", "") & "|" & EXTRACT_BEFORE("@a", "@")
' expect: a|abc|abc|
TALK EXTRACT_AFTER("a@b@c", "@") & "|" & EXTRACT_AFTER("abc", "@") & "|" & EXTRACT_AFTER("abc", "") & "|" & EXTRACT_AFTER("a@", "@") & "|" & EXTRACT_AFTER("a::b", "::")
' expect: b@c||||b
TALK EXTRACT_BETWEEN("a(b)c(d)", "(", ")") & "|" & EXTRACT_BETWEEN(")a(b)", "(", ")") & "|" & EXTRACT_BETWEEN("a(b", "(", ")") & "|" & EXTRACT_BETWEEN("ab", "(", ")") & "|" & EXTRACT_BETWEEN("|x|", "|", "|") & "|" & EXTRACT_BETWEEN("x", "", "")
' expect: b|b|||x|
TALK EXTRACT_BETWEEN(NULL, "a", "b") & "." & EXTRACT_AFTER(NULL, "a") & EXTRACT_BEFORE(NULL, "a")    ' expect: .
' --- extract of an object
x = EXTRACT_AFTER({a: 1}, ":")           ' fault: 4001
' --- urlencode and urldecode
TALK URLENCODE("a b&c=é/~-_.+😀"), URLENCODE("") & ".", URLENCODE(5), URLENCODE(NULL) & "."
' expect: a%20b%26c%3D%C3%A9%2F~-_.%2B%F0%9F%98%80 . 5 .
TALK URLDECODE("a%20b+c%26%C3%A9"), URLDECODE("100%"), URLDECODE("%zz%4"), URLDECODE("%41%e9") & ".", URLDECODE("") & "."
' expect: a b c&é 100% %zz%4 A�. .
TALK LEN(URLDECODE("a%00b")), URLDECODE(URLENCODE("ä+ %&")) = "ä+ %&"    ' expect: 3 true
TALK ASC(URLDECODE("%00"))               ' expect: 65533
' --- base64
TALK BASE64("hello"), BASE64("é"), BASE64("") & ".", BASE64(12), BASE64(NULL) & "."    ' expect: aGVsbG8= w6k= . MTI= .
' --- base64 of an array
x = BASE64([1])                          ' fault: 4001
