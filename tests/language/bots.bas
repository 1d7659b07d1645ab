' --- another bot answers a question
task = "check"
x = DELEGATE task & " it" TO BOT "cl" & "erk" TIMEOUT 5 + 5   ' effect: delegate "check it" "clerk" 10
TALK x                                              ' expect: clerk: check it
x = DELEGATE task TO "clerk"                        ' effect: delegate "check" "clerk"
TALK "<" & (DELEGATE 7 TO BOT "clerk") & ">"        ' effect: delegate 7 "clerk" ' expect: <clerk: 7>
DELEGATE {a: 1} TO BOT "clerk" TIMEOUT 30           ' effect: delegate {"a": 1} "clerk" 30
IF (DELEGATE task TO "clerk") = "clerk: check" THEN TALK "same" ' effect: delegate "check" "clerk" ' expect: same
' --- a loop goes on where it asked
FOR EACH bot IN ["a", "b"]
  TALK ask_it(bot)                            ' expect: a: x a | b: x b
NEXT
FUNCTION ask_it(bot)
  question = "x " & bot
  answer = DELEGATE question TO BOT bot
  RETURN answer
END FUNCTION
' --- a bot that is not there
TRY
  x = DELEGATE "a" TO BOT "nobody"
CATCH e
  TALK e.code                                       ' expect: 4004
END TRY
x = DELEGATE "a" TO BOT "nobody"                    ' fault: 4004 no bot nobody
' --- a handler does not wait for other bots
PUBLISH EVENT "e"
ON EVENT "e" DO
  x = DELEGATE "a" TO BOT "clerk"
END ON
' event: event e = [{"name": "e"}]
' handled: 5003
' --- a task for nobody
x = DELEGATE "a"                                    ' error: L103 DELEGATE is not written so
' --- a name of the file goes before it
FUNCTION Delegate(a)
  RETURN "<" & a & ">"
END FUNCTION
TALK Delegate("a")                                  ' expect: <a>
delegate = 5
TALK delegate                                       ' expect: 5
' --- other bots take part
ADD BOT "cl" & "erk"                                ' effect: bot_add "clerk"
ADD BOT "clerk" WITH TRIGGER "invoice, " & "bill"   ' effect: bot_add "clerk" "invoice, bill"
ADD BOT "clerk" TRIGGER ON "a" WITH TRIGGER "b"     ' effect: bot_add "clerk" "a" "b"
REMOVE BOT "clerk"                                  ' effect: bot_remove "clerk"
bots = LIST BOTS                                    ' effect: bots_list
TALK UBOUND(bots) & bots[0].name & bots[0].triggers ' expect: 1clerk["invoice"]
n = BROADCAST "we close" TO BOTS                    ' effect: bots_tell "we close"
BROADCAST {at: 5} TO bots                           ' effect: bots_tell {"at": 5}
TALK n                                              ' expect: 1
' --- one that is not there does not
ADD BOT "nobody" WITH TRIGGER "x"                   ' fault: 4004
' --- nobody leaves
REMOVE BOT                                          ' error: L103 REMOVE BOT is not written so
' --- the conversation goes on with another bot
TALK "I hand you on."                               ' expect: I hand you on.
TRANSFER CONVERSATION TO "cl" & "erk"               ' effect: hand_on "clerk" ' ends: hand_on
TALK "never said"
' --- it stays where there is no such bot
TRY
  TRANSFER CONVERSATION TO "nobody"
CATCH e
  TALK e.code                                       ' expect: 4004
END TRY
TRANSFER CONVERSATION TO "nobody"                   ' fault: 4004
' --- a handler hands nothing on
PUBLISH EVENT "e"
ON EVENT "e" DO
  TRANSFER CONVERSATION TO "clerk"
END ON
' event: event e = [{"name": "e"}]
' handled: 5003
' --- it needs a bot
TRANSFER CONVERSATION TO                            ' error: L103 TRANSFER CONVERSATION TO is not written so
' --- a bot's judgement of itself takes a model
BOT REFLECTION TRUE                                 ' warning: L206 BOT REFLECTION needs a language model ' hint: 9010
' fault 1: 9010
