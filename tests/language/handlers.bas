' --- an end handler runs when the session ends, not where it stands
TALK "a"                     ' expect: a
ON SESSION END
  TALK "bye"                 ' expect: b | bye
END ON
TALK "b"                     ' event: session end ' handled: done
' --- an end handler reads script variables as the run left them
x = 1
ON SESSION END
  TALK x & "/" & UBOUND(list) & "/" & y   ' expect: 3/2/
END ON
list = [1, 2]
x = 3                        ' event: session end ' handled: done
' --- a handler keeps sharing and cycles of what it reads
a = [1]
b = {inner: a, mine: NULL}
b.mine = b
c = a
ON SESSION END
  PUSH c, 2
  TALK UBOUND(a) & UBOUND(b.inner) & UBOUND(b.mine.mine.inner)   ' expect: 222
END ON
a = b.inner                  ' event: session end ' handled: done
' --- what a handler changes is not there for the next
n = 1
list = [1]
ON SESSION END
  n = n + 1
  PUSH list, n
  TALK n & UBOUND(list)      ' expect: 22 | 22
END ON
' event: session end ' handled: done | done ' event: session end
' --- names assigned in a handler only are its own
ON SESSION END
  total = 5
  show
END ON
SUB show
  TALK total & "!"           ' expect: !
END SUB
' event: session end ' handled: done
' --- a handler calls procedures of its file
prefix = "bye "
ON SESSION END
  TALK greet("Ann")          ' expect: bye Ann
END ON
FUNCTION greet(name)
  RETURN prefix & name
END FUNCTION
' event: session end ' handled: done
' --- the end of the session finds what was heard before
HEAR name                    ' hear: Ann
ON SESSION END
  TALK "bye " & name         ' expect: bye Ann
END ON
HEAR more                    ' ends: hear ' event: session end ' handled: done
' --- a script that failed has left its variables
x = 1
ON SESSION END
  TALK x                     ' expect: 2
END ON
x = 2
y = 1 / 0                    ' fault: 4003
x = 3
' event: session end ' handled: done
' --- hear in a handler
ON SESSION END
  HEAR x
  TALK "never"
END ON
HEAR y AS "a", "b"           ' ends: hear ' options: a=a, b=b
' event: session end ' handled: 5003
' --- a menu in a handler leaves the menu that waits alone
ON EVENT "tick"
  HEAR x AS "c", "d"
END ON
HEAR y AS "a", "b"           ' ends: hear ' options: a=a, b=b
' event: event tick = [{}] ' handled: 5003
' --- a question in a handler is not asked
SUB ask(n)
  HEAR x AS INTEGER WITH "how many? " & n
END SUB
ON EVENT "tick"
  ask(1)
END ON
HEAR y AS "a", "b"           ' ends: hear ' options: a=a, b=b
' event: event tick = [{}] ' handled: 5003
' --- wait in a handler
ON SESSION END
  WAIT 1
END ON
' event: session end ' handled: 5003
' --- a fault in a handler does not stop the next
ON EVENT "a"
  x = 1 / 0
END ON
RUN "other"
' event: event a = [{}] ' handled: 4003 | done
' file: other
ON EVENT "a"
  TALK "other"               ' expect: other
END ON
' --- handlers of two scripts run in the order of registration
RUN "b"
RUN "a"
RUN "b"
' event: session end ' handled: done | done ' expect: b2 | a1
' file: a
n = 1
ON SESSION END
  TALK "a" & n
END ON
' file: b
n = 2
ON SESSION END
  TALK "b" & n
END ON
' --- a script that was run again leaves its newest variables
RUN "other", 1
RUN "other", 2
' event: session end ' handled: done ' expect: 2
' file: other
PARAM n AS INTEGER
ON SESSION END
  TALK n
END ON
' --- end in a procedure of a script that was run keeps its variables
RUN "other"
TALK "on"                    ' expect: on
' event: session end ' handled: done ' expect: 7
' file: other
ON SESSION END
  TALK n
END ON
n = 6
stop_here
SUB stop_here
  n = 7
  END
END SUB
' --- the result of a script with handlers
TALK RUN "other"             ' expect: text
x = RUN "other"
TALK x                       ' expect: text
' file: other
ON SESSION END
END ON
RETURN "text"
' --- an event carries its name and data
ON EVENT "Order Paid" DO
  TALK event.name & "=" & event.data.total   ' expect: order paid=5
END ON
' event: event order paid = [{"name": "order paid", "data": {"total": 5}}] ' handled: done
' --- a form carries fields and metadata
ON FORM SUBMIT "contact"
  TALK fields.name & metadata.page     ' expect: Annhome
END ON
' event: form contact = [{"name": "Ann"}, {"page": "home"}] ' handled: done
' --- a procedure as handler
ON "paid" CALL paid
SUB paid(e)
  TALK e.data                ' expect: 5
END SUB
' event: event paid = [{"name": "paid", "data": 5}] ' handled: done
' --- a procedure without parameters as handler
ON "paid" CALL paid
SUB paid
  TALK "paid"                ' expect: paid
END SUB
' event: event paid = [{"name": "paid", "data": 5}] ' handled: done
' --- a computed event is registered when its statement runs
FOR EACH name IN ["a", "b"]
  ON EVENT "x-" & name
    TALK event.name & name   ' expect: x-bb
  END ON
NEXT
ON EVENT prefix & "never"
END ON
' event: event x-b = [{"name": "x-b"}] ' handled: done
' --- a handler in a branch is registered when the branch runs
IF 1 = 2 THEN
  ON EVENT "a"
    TALK "never"
  END ON
ELSE
  ON EVENT "b"
    TALK "b"                 ' expect: b
  END ON
END IF
' event: event a = [{}] ' event: event b = [{}] ' handled: done
' --- a literal handler counts before its statement is reached
EXIT
ON EVENT "a"
  TALK "a"                   ' expect: a
END ON
' event: event a = [{}] ' handled: done
' --- registering again replaces
IF TRUE THEN
  ON EVENT "a"
    TALK "first"
  END ON
  ON EVENT "A "
    TALK "second"            ' expect: second
  END ON
END IF
' event: event a = [{}] ' handled: done
' --- of two literal handlers of one event the later counts
ON EVENT "a"                 ' warning: L217
  TALK "first"
END ON
ON EVENT "A"
  TALK "second"              ' expect: second
END ON
' event: event a = [{}] ' handled: done
' --- the name of an event is text
ON EVENT name                ' fault: 4002
END ON
' --- an injected value is there in a handler
ON EVENT "a"
  TALK shop                  ' expect: Teas ' param: shop = "Teas"
END ON
' event: event a = [{}] ' handled: done
' --- handlers nest in procedures
SUB arm
  ON EVENT "a"
    TALK "a" & x             ' expect: a5
  END ON
END SUB
x = 5
arm
' event: event a = [{}] ' handled: done
' --- a handler that runs a script
ON EVENT "a"
  TALK RUN "other"           ' expect: in | out
END ON
HEAR x                       ' ends: hear
' event: event a = [{}] ' handled: done
' file: other
TALK "in"
RETURN "out"
' --- a handler that reads memory
ON EVENT "a"
  SET BOT MEMORY "k", 5
  TALK GET BOT MEMORY "k"    ' expect: 5
END ON
HEAR x AS INTEGER            ' ends: hear
' event: event a = [{}] ' handled: done
' --- end ends a handler
ON EVENT "a"
  leave
  TALK "never"
END ON
SUB leave
  END
END SUB
HEAR x                       ' ends: hear
' event: event a = [{}] ' handled: done
' --- return ends a handler
ON EVENT "a"
  RETURN 5
  TALK "never"
END ON
' event: event a = [{}] ' handled: done
' --- break does not leave a handler
FOR i = 1 TO 2
  ON EVENT "a"
    BREAK                    ' error: L110
  END ON
NEXT
' --- an end that is missing
ON SESSION END               ' error: L105 ON has no END ON
TALK "x"
' --- an end without a beginning
END ON                       ' error: L106
' --- a handler of a sub that is not there
ON "x" CALL nobody           ' error: L104 no SUB nobody
' --- the end of the session takes no words
ON SESSION END NOW           ' error: L103
END ON
' --- the header of a handler that does not parse still opens its block
ON EVENT                     ' error: L103
TALK "x"
END ON
' --- changes of tables come with the row, and as it was
ON INSERT OF "Orders"
  TALK "new " & row.id & ISNULL(old_row)           ' expect: new 7true
END ON
ON UPDATE OF "orders"
  TALK old_row.total & " " & row.total             ' expect: 1 2
END ON
' event: insert orders = [{"id": 7}, null] ' event: update orders = [{"total": 2}, {"total": 1}] ' handled: done | done
' --- without its end the rest of the file is the handler
TALK "a"                     ' expect: a | 7
ON DELETE OF "orders"
TALK old_row.id
' event: delete orders = [null, {"id": 7}] ' handled: done
' --- a table may be computed, and its handler waits for nobody
FOR EACH t IN ["a", "b"]
  ON UPDATE OF t
    TALK "x"
    HEAR y
  END ON
NEXT
' event: update b = [{}, {}] ' handled: 5003 ' expect: x
' --- a change of a table without the table
ON INSERT OF                 ' error: L103
END ON
' --- the reason of the end is empty before it
TALK end_reason & "."        ' expect: .
' --- variables of a handler count in the memory of the session
big = REPEAT("x", 3000)      ' limit: memory_bytes = 7500
ON SESSION END
  TALK LEN(big)              ' expect: 3000
END ON
' event: session end ' handled: done
' --- a handler for whose variables there is no room does not run
big = REPEAT("x", 3000)      ' limit: memory_bytes = 6000
ON SESSION END
  TALK LEN(big)
END ON
' event: session end ' handled: 9013
' --- a schedule has a copy of the variables of its moment
n = [1]
SCHEDULE IN 5 MINUTES DO
  TALK UBOUND(n)             ' expect: 1 | 2
END SCHEDULE
PUSH n, 2
SCHEDULE IN "2" HOURS DO
  TALK UBOUND(n)
END SCHEDULE
' effect: schedule 300 1 ' effect: schedule 7200 2
' event: schedule 1 ' event: schedule 2 ' handled: done | done
' --- twenty schedules may be to come
FOR i = 1 TO 21
  SCHEDULE IN i SECONDS      ' fault: 9013
    TALK i
  END SCHEDULE
NEXT
' --- a schedule has a time
SCHEDULE IN -1 SECONDS DO    ' fault: 4002
END SCHEDULE
' --- a schedule has a unit
SCHEDULE IN 5 DO             ' error: L103
TALK "x"
END SCHEDULE
' --- events are published with and without data
PUBLISH EVENT "a"            ' effect: publish "a" null
PUBLISH EVENT "b", {x: 1}    ' effect: publish "b" {"x": 1}
TRIGGER "c", 5               ' effect: publish "c" 5
' --- wait for an event suspends
ok = WAIT FOR EVENT "paid" TIMEOUT 60    ' effect: wait_event "paid" 60 ' ends: wait_event
' --- wait for an event in the middle of an expression
timeout = 30
IF NOT WAIT FOR EVENT "paid" & 1 TIMEOUT timeout + 30 AND TRUE THEN TALK "x"    ' effect: wait_event "paid1" 60 ' ends: wait_event
' --- wait for an event as an element
x = [1, {a: WAIT FOR EVENT "paid" TIMEOUT 60}]    ' effect: wait_event "paid" 60 ' ends: wait_event
' --- wait for an event needs its time in an expression too
TALK "x" & WAIT FOR EVENT "paid"      ' error: L103 WAIT FOR EVENT is not written so
' --- wait for a response, which comes
WAIT FOR RESPONSE AS note TIMEOUT 5 * 60 ' hear: \s hi \s ' effect: hear_until "note" 300
TALK note + "!"              ' expect: hi!
' --- a response waited for is kept where its path leads
o = {}
WAIT FOR RESPONSE AS o.note TIMEOUT 60   ' hear: a
TALK o.note                  ' expect: a
' --- wait for a response suspends
WAIT FOR RESPONSE AS note TIMEOUT 60     ' effect: hear_until "note" 60 ' ends: hear_until
' --- a response needs a variable
WAIT FOR RESPONSE AS 5 TIMEOUT 60        ' error: L103
' --- a response needs a time
WAIT FOR RESPONSE AS x       ' error: L103
' --- publish needs a name
PUBLISH EVENT                ' error: L103
' --- handlers after the end of a script are reached
RETURN 1
ON EVENT "e"
  TALK "x"
END ON
' result: 1
