' --- begin talk is one message
BEGIN TALK

    Hello ${1 + 1}
      indented 'quoted' "double"

    # not a comment: TALK
    IF THEN ELSE

END TALK
' expect: Hello 2\n  indented 'quoted' "double"\n\n# not a comment: TALK\nIF THEN ELSE
' --- begin talk in any case and with blanks
IF TRUE THEN
  begin   talk
  	mixed
    end  TALK  
END IF
' expect: mixed
' --- an end marker inside a line does not end the block
BEGIN TALK
END TALK now
 END TALK
' expect: END TALK now
' --- an empty block
BEGIN TALK
END TALK
' expect:
' --- holes that do not parse stay text
BEGIN TALK
a ${1 +} b ${x y} ${LEN("}")} {c}
END TALK
' expect: a ${1 +} b ${x y} 1 {c}
' --- system prompt replaces and only the last one counts
BEGIN SYSTEM PROMPT
You are ${"kind"}.
Be brief.
END SYSTEM PROMPT
' prompt: You are kind.\nBe brief.
' --- a system prompt again
BEGIN SYSTEM PROMPT
one
END SYSTEM PROMPT
IF FALSE THEN
BEGIN SYSTEM PROMPT
two
END SYSTEM PROMPT
END IF
BEGIN SYSTEM PROMPT
three
END SYSTEM PROMPT
' prompt: three
' --- a block never closed
TALK "a"
BEGIN TALK
 text
' error 2: L105 @1 BEGIN TALK has no END TALK
' --- begin as a variable
begin = 1
TALK begin             ' expect: 1
' --- a mail of several lines
n = "Ann"
BEGIN MAIL "ann@x.org" ' to her
Subject: Order of ${n}

Dear ${n},
  it's "on its way" # yes
REM too

Bye
END MAIL
' effect: outside "SEND MAIL" "a mail service" "\t,\t," "ann@x.org" "Order of Ann" "Dear Ann,\n  it's \"on its way\" # yes\nREM too\n\nBye"
' fault 2: 9012
' --- a mail without a subject
to = "ann@x.org"
begin_mail to
  Hello
end_mail
' effect: outside "SEND MAIL" "a mail service" "\t," "ann@x.org" "Hello"
' fault 2: 9012
' --- a mail with a subject in its first line and no text
BEGIN MAIL "x"
Subject:
END MAIL
' effect: outside "SEND MAIL" "a mail service" "\t,\t," "x" "" ""
' fault 1: 9012
' --- a mail to nobody
BEGIN MAIL
x
END MAIL
' error 1: L103 BEGIN MAIL needs an address
' --- a mail that never ends
BEGIN MAIL "x"                     ' error: L105
TALK 1
' --- a mail in nested blocks
TRY
  IF TRUE THEN
    BEGIN MAIL "a" & "@b.c", "given"
    text
    END MAIL
  END IF
CATCH e
  TALK e.code                      ' expect: 9012
END TRY
' --- blocks spelled with underscores
BEGIN_TALK
 a
END_TALK
BEGIN_SYSTEM_PROMPT
 p
END_SYSTEM_PROMPT
begin system_prompt
 q
end_system prompt
' prompt: q ' expect: a
' --- begin and mail as names
begin = 1
mail = 2
TALK begin + mail                    ' expect: 3
