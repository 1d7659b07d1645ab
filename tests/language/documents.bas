' --- csv of maps has a header of all keys
rows = [{name: "Ann", n: 1}, {NAME: "Bob", city: "Faro, PT"}, {n: 2.50, name: "say \"hi\""}]
TALK CSV(rows)                           ' expect: name,n,city\nAnn,1,\nBob,,"Faro, PT"\n"say ""hi""",2.5,
TALK CSV({a: 1, b: NULL}), CSV([{}]) & ".", rows.csv() = CSV(rows)    ' expect: a,b\n1, . true
' --- csv of arrays and single values
TALK CSV([[1, "a b"], ["x\ny", TRUE], []])    ' expect: 1,a b\n"x\ny",true\n
TALK CSV([1, "two", [3, 4]])             ' expect: 1\ntwo\n3,4
TALK CSV("a,b") & "|" & CSV(5) & "|" & CSV(NULL) & "|" & CSV([]) & "|" & CSV(" x") & "|" & CSV(TODAY)    ' expect: "a,b"|5|||" x"|2024-02-29
TALK CSV([{tags: [1, "x"], at: NOW}])    ' expect: tags,at\n"[1,""x""]",2024-02-29 12:34:56
TALK EXCEL([{a: 1}]), EXCEL$("x")        ' expect: a\n1 x
' --- xml of maps and arrays
TALK XML({name: "Ann & <Bob>", n: 2, tags: ["a", "b"], none: NULL, empty: [], inner: {x: 1.0}})
' expect: <root><name>Ann &amp; &lt;Bob&gt;</name><n>2</n><tags>a</tags><tags>b</tags><none/><empty></empty><inner><x>1</x></inner></root>
TALK XML([1, [2], {a: "q\"uote"}])       ' expect: <root><item>1</item><item><item>2</item></item><item><a>q&quot;uote</a></item></root>
TALK XML({"two words": 1, "1st": 2, "a\"b": NULL}), XML(NULL), XML("x"), XML("")
' expect: <root><entry key="two words">1</entry><entry key="1st">2</entry><entry key="a&quot;b"/></root> <root/> <root>x</root> <root></root>
TALK ASC(MID(XML(CHR(1)), 7)), XML(CHR(13)), {a: 1}.xml()    ' expect: 65533 <root>&#13;</root> <root><a>1</a></root>
' --- yaml
TALK TOYAML({name: "Ann", n: 2, ratio: 0.50, ok: TRUE, none: NULL, list: [1, "two", {a: 1, b: []}], map: {x: {}, y: {z: "a: b"}}})
' expect: name: Ann\n"n": 2\nratio: 0.5\nok: true\nnone: null\nlist:\n  - 1\n  - two\n  - a: 1\n    b: []\nmap:\n  x: {}\n  "y":\n    z: "a: b"
TALK TOYAML([[1, 2], [], [[3]]])         ' expect: - - 1\n  - 2\n- []\n- - - 3
TALK TOYAML("yes"), TOYAML("12"), TOYAML("a # b"), TOYAML(""), TOYAML(" x"), TOYAML("x "), TOYAML("it is"), TOYAML("é")
' expect: "yes" "12" "a # b" "" " x" "x " it is "é"
TALK TOYAML({"no": "No", "a b": TODAY, "k:": "x\ny"}), TOYAML(NULL), TOYAML([]), TOYAML({})
' expect: "no": "No"\na b: "2024-02-29"\n"k:": "x\\ny" null [] {}
TALK TOYAML([1e308 * 10, -1e308 * 10, 1e308 * 10 - 1e308 * 10])    ' expect: - .inf\n- -.inf\n- .nan
' --- a cyclic value is no document
a = [1]
a[1] = a
x = TOYAML(a)                            ' fault: 4006
' --- a cyclic value is no xml
m = {}
m["self"] = m
x = XML(m)                               ' fault: 4006
' --- a document of too much
x = CSV([REPEAT("x", 300000)])           ' fault: 9013 an argument of CSV is larger
' --- a document that grows too large
rows = []
FOR i = 1 TO 600
  row = {}
  row["k" & i] = 1
  PUSH rows, row
NEXT
x = CSV(rows)                            ' fault: 9013 the result of CSV is larger
' --- an element name that is repeated too often
m = {}
m[REPEAT("k", 10000)] = RANGE(1, 100)
x = XML(m)                               ' fault: 9013 the result of XML is larger
' --- csv takes one value
x = CSV(1, 2)                            ' error: L108
' --- yaml of nothing
x = TOYAML()                             ' error: L108
' --- json parse as words
x = JSON PARSE "{\"a\": [1, 2]}"
y = JSON_PARSE("[3]")
text = "[4" & "]"
z = JSON PARSE text
TALK x.a[1], y[0], z[0]                  ' expect: 2 3 4
TALK JSON PARSE({k: 5}), (JSON PARSE NULL) IS NULL    ' expect: {"k":5} true
json = 5
TALK json + 1                            ' expect: 6
' --- json parse of what is no json
x = JSON PARSE "{bad"                    ' fault: 4008
