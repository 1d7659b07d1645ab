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
