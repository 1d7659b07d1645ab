' --- get of an address
' service: GET https://example.com/orders = {"n": 3}
x = GET "https://example.com/orders"    ' effect: http "GET" "" null "https://example.com/orders"
TALK x.n                                ' expect: 3
' --- get of a computed address
' service: GET https://example.com/v1 = "text"
host = "example.com"
TALK GET "https://" + host + "/v1"      ' expect: text
' --- get of an interpolated platform path
' service: GET /api/orders/5 = [1, 2]
id = 5
x = GET "/api/orders/${id}"
TALK UBOUND(x)                          ' expect: 2
' --- get of what a user said chooses no address
HEAR what                               ' hear: https://example.com
TALK (GET what) IS NULL                 ' expect: true
' --- get of a whole address in a variable reads the variable of that name
url = "https://example.com/orders"
TALK (GET url) IS NULL                  ' expect: true
' --- get of a variable is a request if the package allows it
' dynamic: true
' service: GET https://example.com/orders = 7
url = "https://example.com/orders"
TALK GET url                            ' expect: 7
' --- get into
' service: GET https://example.com/ = {"a": 1}
GET "https://example.com/" INTO x
TALK x.a                                ' expect: 1
' --- the forms of requests
url = "https://h/o"
' effect: http "POST" "" null "https://h/o"
POST url
' effect: http "POST" "\t," null "https://h/o" {"a": 1}
x = POST url, {a: 1}
' effect: http "POST" "\t," null "https://h/o" [1]
x = POST(url, [1])
' effect: http "PUT" "\t," null "https://h/o/1" "text"
PUT url + "/1", "text"
' effect: http "PATCH" "\t," null "https://h/o/1" null
PATCH url & "/1", NULL
' effect: http "DELETE HTTP" "" null "https://h/o"
DELETE HTTP url
' effect: http "DELETE" "" null "https://h/o/2"
DELETE "https://h/o/2"
' effect: http "DELETE" "" null "https://h/o/3"
n = 3
x = DELETE "https://h/o/${n}"
' effect: http "GRAPHQL" "\t," null "https://h/o" "{a}"
x = GRAPHQL url, "{a}"
' effect: http "GRAPHQL" "\t,\t," null "https://h/o" "{a}" {"b": 2}
x = GRAPHQL url, "{a}", {b: 2}
' effect: http "WEBHOOK POST" "\tWITH" null "https://h/o" {"id": 1}
WEBHOOK POST url WITH {id: 1}
' effect: http "WEBHOOK POST" "\t," null "https://h/o" {"id": 1}
WEBHOOK POST url, {id: 1}
' --- a request that fails gives null and leaves its error
x = POST "https://nowhere.example/", {a: 1}
TALK (x IS NULL) & ERROR & ERROR MESSAGE ' expect: truetrueno host https://nowhere.example/
' --- a request that fails inside TRY raises
TRY
  x = GET "https://nowhere.example/"
  TALK "not here"
CATCH e
  TALK e.code                           ' expect: 1002
END TRY
' --- a request under ON ERROR GOTO raises
ON ERROR GOTO failed
x = PUT "https://nowhere.example/", "a"
TALK "not here"
failed:
TALK "failed"                           ' expect: failed
' --- headers go with later requests of the run
GET "https://h/1"                       ' effect: http "GET" "" null "https://h/1"
SET HEADER "Accept", "text/plain"
SET HEADER "X-Count" = 1 + 1
SET HEADER "accept" AS "text/" & "html"
SET_HEADER "X-Flag", TRUE
GET "https://h/2"                       ' effect: http "GET" "" {"Accept": "text/html", "X-Count": "2", "X-Flag": "true"} "https://h/2"
SET HEADER "X-Count", NULL
GET "https://h/3"                       ' effect: http "GET" "" {"Accept": "text/html", "X-Count": null, "X-Flag": "true"} "https://h/3"
CLEAR HEADERS
GET "https://h/4"                       ' effect: http "GET" "" null "https://h/4"
CLEAR_HEADERS()
SET HEADER "B", "c"
GET "https://h/5"                       ' effect: http "GET" "" {"B": "c"} "https://h/5"
' --- procedures share the headers of their script
SET HEADER "A", "1"
CALL Add("B", "2")
POST "https://h/1", Named("C")          ' effect: http "POST" "\t," {"A": "1", "B": "2", "C": "3"} "https://h/1" "C"
CALL Clear
POST "https://h/2"                      ' effect: http "POST" "" null "https://h/2"
SUB Add(name, value)
  SET HEADER name, value
END SUB
FUNCTION Named(name)
  SET HEADER name, 3
  RETURN name
END FUNCTION
SUB Clear()
  CLEAR HEADERS
END SUB
' --- a script that is run has headers of its own
SET HEADER "A", "1"
RUN "other"
GET "https://h/1"                       ' effect: http "GET" "" null "https://h/2" ' effect: http "GET" "" {"A": "1"} "https://h/1"
' file: other
GET "https://h/2"
SET HEADER "B", "2"
' --- headers are kept over a wait
SET HEADER "A", "1"
HEAR x                                  ' hear: go
GET "https://h/1"                       ' effect: http "GET" "" {"A": "1"} "https://h/1"
' --- a handler has no headers of the run
' event: event x = []
SET HEADER "A", "1"
TALK "done"                             ' expect: done
ON EVENT "x"                            ' handled: done
  GET "https://h/1"                     ' effect: http "GET" "" null "https://h/1"
END ON
' --- deleting a computed text deletes no resource
x = "https://h/1"
DELETE x                                ' fault: 5004
' --- deleting a computed text deletes a resource if the package allows it
' dynamic: true
x = "https://h/1"
DELETE x                                ' effect: http "DELETE" "" null "https://h/1"
' --- requests are not warned of
x = POST "https://h/1", {a: 1}
x = GET "/orders"
SET HEADER "A", "b"
y = z                                   ' warning: L202 @5-5
