' --- cint and clng
TALK CINT(2.5), CINT(-2.5), CINT("3.7"), CINT("x"), CINT("12abc"), CINT(NULL), CLNG(TRUE), CLNG("1e3"), CINT(""), CINT(1.4)
' expect: 3 -3 4 0 0 0 1 1000 0 1
TALK CINT(1e300), TYPEOF(CINT(2.0)), CLNG(TODAY), CINT("9223372036854775807")    ' expect: 1e300 integer 1709164800 9223372036854775807
' --- cint of an array
x = CINT([1])                            ' fault: 4001
' --- cdbl and csng
TALK CDBL("2.50"), CDBL("x"), CSNG(5), TYPEOF(CDBL(5)), TYPEOF(CSNG("1")), CDBL(NULL), CDBL(FALSE), CDBL(" 1e2 ")    ' expect: 2.5 0 5 float float 0 0 100
' --- cdbl of an object
x = CDBL({a: 1})                         ' fault: 4001
' --- cbool
TALK CBOOL("yes"), CBOOL("No"), CBOOL(" SIM "), CBOOL("não"), CBOOL("0"), CBOOL("1"), CBOOL(""), CBOOL("whatever"), CBOOL("cancel"), CBOOL("ok")
' expect: true false true false false true false true false true
TALK CBOOL(0), CBOOL(-1), CBOOL(NULL), CBOOL([]), CBOOL([0]), CBOOL({}), CBOOL({a: 1}), CBOOL(TRUE), CBOOL(NOW), CBOOL(0.0)
' expect: false true false false true false true true true false
' --- nvl coalesce and ifnull
TALK NVL(NULL, "d"), NVL("", "d"), NVL(0, "d"), NVL(FALSE, "d"), NVL("x", "d"), IFNULL(NULL, 5), COALESCE(NULL, "", 3, 4), COALESCE(1)
' expect: d d 0 false x 5 3 1
TALK NVL(NULL, NULL) IS NULL, COALESCE(NULL, "") & ".", COALESCE("", NULL) IS NULL, NVL(unset, "none")    ' expect: true . true none
a = [1]
b = NVL(a, [])
b[0] = 1
c = COALESCE(NULL, a)
c[1] = 2
TALK a, NVL([], "empty") & "", NVL({k: 1}, 2)    ' expect: [1,2] [] {"k":1}
' --- nvl with one value
x = NVL(1)                               ' error: L108
' --- choose
TALK CHOOSE(1, "a", "b"), CHOOSE(2, "a", "b"), CHOOSE(3, "a", "b") IS NULL, CHOOSE(0, "a") IS NULL, CHOOSE(-1, "a") IS NULL, CHOOSE("2", "a", "b"), CHOOSE(1.9, "a", "b"), CHOOSE(NULL, 1) IS NULL, CHOOSE(1) IS NULL
' expect: a b true true true b a true true
a = [1]
b = CHOOSE(2, 0, a)
b[1] = 2
TALK a                                   ' expect: [1,2]
' --- choose by text
x = CHOOSE("x", 1)                       ' fault: 4001 CHOOSE needs a number
' --- tests of types
TALK ISARRAY([]), ISARRAY({}), ISARRAY(NULL), IS_ARRAY([1]), ISOBJECT({}), ISOBJECT([]), IS_OBJECT("{}"), ISOBJECT(NULL)
' expect: true false false true true false false false
TALK ISSTRING(""), ISSTRING(5), ISSTRING(NULL), IS_STRING("a" & 1), ISNUMBER(5), ISNUMBER(2.5), ISNUMBER("5"), ISNUMBER(TRUE), IS_NUMBER(NULL)
' expect: true false false true true true false false false
TALK ISBOOL(TRUE), ISBOOL(FALSE), ISBOOL(0), ISBOOL("true"), IS_BOOL(NULL), IS_BOOL(1 > 0)    ' expect: true true false false false true
' --- typeof and typename
TALK TYPEOF(NULL), TYPEOF(TRUE), TYPEOF(1), TYPEOF(1.5), TYPEOF("x"), TYPEOF([]), TYPEOF({}), TYPEOF(NOW), TYPEOF(TODAY), TYPENAME("x" & 1), TYPEOF(FALSE)
' expect: null boolean integer float string array object datetime date string boolean
TALK TYPEOF(TYPEOF(1)), "x".typeof(), LEN(TYPEOF(NULL))    ' expect: string string 4
' --- val synonyms
TALK NUMBER("12abc"), TO_NUMBER("3.0"), "4x".val()    ' expect: 12 3 4
