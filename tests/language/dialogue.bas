' --- talk and print
TALK "a"                     ' expect: a
TALK                         ' expect:
TALK ""                      ' expect:
TALK "a", 1, NULL, "b"       ' expect: a 1  b
PRINT "a"; 1; "b"            ' expect: a 1 b
PRINT "a", 2                 ' expect: a 2
PRINT                        ' expect:
TALK [1, 2]                  ' expect: [1,2]
TALK .5                      ' expect: 0.5
TALK -1                      ' expect: -1
TALK (1 + 2) * 2             ' expect: 6
TALK NOT TRUE                ' expect: false
TALK TRUE ? "y" : "n"        ' expect: y
' --- hear gives trimmed text
HEAR x                       ' hear: \s Ann \s
TALK "[" & x & "]"           ' expect: [Ann]
HEAR y                       ' hear: \s
TALK "[" & y & "]"           ' expect: []
' --- hear into paths
m = {}
a = []
HEAR m.name                  ' hear: one
HEAR a[0]                    ' hear: two
HEAR n.x                     ' hear: three
TALK m & a & n               ' expect: {"name":"one"}["two"]{"x":"three"}
' --- prompts and defaults
HEAR a WITH "Name?"                       ' expect: Name? ' hear: Ann | \s | \s | x | \s
HEAR b WITH "City" & "?" DEFAULT "Rome"   ' expect: City?
HEAR c AS STRING DEFAULT 5
HEAR d AS TEXT WITH "More?"               ' expect: More?
e = HEAR "Last?"                          ' expect: Last?
TALK a, b, c, d, "[" & e & "]"            ' expect: Ann Rome 5 x []
' --- one text after as is a prompt
HEAR x AS "Your name?"       ' expect: Your name? ' hear: anything
TALK x                       ' expect: anything
' --- menus
HEAR x AS "Red", "Green", "Blue"          ' hear: GREEN ' options: Red=Red, Green=Green, Blue=Blue
TALK x                       ' expect: Green
HEAR x AS MENU "Red", "Green", "Blue"     ' hear: 3 ' options: Red=Red, Green=Green, Blue=Blue
TALK x                       ' expect: Blue
list = ["Alpha", "Beta", "Alps"]
HEAR x AS MENU list          ' hear: b ' options: Alpha=Alpha, Beta=Beta, Alps=Alps
TALK x                       ' expect: Beta
HEAR x AS list               ' hear: ps ' options: Alpha=Alpha, Beta=Beta, Alps=Alps
TALK x                       ' expect: Alps
HEAR x AS MENU "only"        ' hear: 1 ' options: only=only
TALK x                       ' expect: only
' --- a star accepts other text
HEAR x AS "done", *          ' hear: something else ' options: done=done
TALK x                       ' expect: something else
HEAR y AS "done", *          ' hear: DONE ' options: done=done
TALK y                       ' expect: done
' --- three tries and then the default
HEAR x AS "yes", "no" DEFAULT "maybe"     ' hear: a | b | c
TALK x                       ' expect: Please choose one of: yes, no. | Please choose one of: yes, no. | maybe
' --- three tries without default give empty text
HEAR x AS "yes", "no"        ' hear: a | \s | c
TALK "[" & x & "]"           ' expect: Please choose one of: yes, no. | Please choose one of: yes, no. | []
' --- a blank answer takes the default of a menu
HEAR x AS "yes", "no" DEFAULT "d"         ' hear: \s
TALK x                       ' expect: d
' --- an ambiguous answer is invalid
HEAR x AS "Alpha", "Alps"    ' hear: al | alp | alps
TALK x                       ' expect: Please choose one of: Alpha, Alps. | Please choose one of: Alpha, Alps. | Alps
' --- menu options go with the prompt and leave earlier suggestions alone
ADD SUGGESTION "s"
HEAR x AS "a", "b" WITH "Which?"          ' expect: Which? ' hear: a ' options: a=a, b=b ' buttons: a=a, b=b
TALK "done"                  ' expect: done ' buttons: s=s
' --- a menu in a loop of a procedure
FUNCTION pick(list)
  FOR EACH round IN [1, 2]
    HEAR x AS MENU list WITH "Round " & round
    IF x = list[0] THEN RETURN x
  NEXT
END FUNCTION
TALK pick(["a", "b"])        ' hear: 2 | 1 ' expect: Round 1 | Round 2 | a
' --- numbers in a menu are text
HEAR x AS MENU [10, 20]      ' hear: 20
TALK x & "!"                 ' expect: 20!
' --- a menu without options is refused before it is asked
list = []
TRY
  HEAR x AS MENU list WITH "Which?" DEFAULT "d"
CATCH e
  TALK e.code                ' expect: 4002
END TRY
ADD SUGGESTION "s"
HEAR y AS list WITH "Which?" ' fault: 4002 a menu needs an option to choose
' --- a variable that was never set is no menu
HEAR x AS MENU never_set     ' fault: 4002 a menu needs an option to choose
' --- types of later versions
HEAR x AS LOGIN WITH "?"     ' expect: ? ' fault: 9012 HEAR AS LOGIN needs a sign-in service
HEAR y AS IMAGE
' --- a type nobody knows
HEAR x AS WHATEVER           ' warning: L211 @11-18 ' hear: a
TALK x                       ' expect: a
' --- hear and soft words
HEAR name                    ' hear: n | m | l
HEAR list
HEAR case
TALK name & list & case      ' expect: nml
' --- hear alone is not enough
HEAR                         ' error: L103
' --- suspended when nobody answers
TALK "before"                ' expect: before
HEAR x
TALK "after"
' ends: hear
' --- wait
WAIT 1.5
WAIT 0
WAIT "2"
WAIT 1000
WAIT (1 + 1) * 2
' effect: wait 1.5
' effect: wait 0
' effect: wait 2
' effect: wait 300.0
' effect: wait 4
' --- wait for less than nothing
WAIT -1                      ' fault: 4002
' --- wait for text
WAIT "soon"                  ' fault: 4002
' --- wait for null
WAIT NULL                    ' fault: 4002
' --- holding many things over a hear
a = [1, 2.5, "x", NULL, TRUE, NOW, TODAY]
m = {a: a, deep: {er: [a]}}
FOR EACH x IN a
  FOR i = 1 TO 2
    HEAR h
  NEXT
NEXT
TALK m.deep.er[0][2] & x     ' expect: x2024-02-29
' hear: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14
' --- a hear between operands
FUNCTION ask
  HEAR x
  RETURN x
END FUNCTION
TALK ask() & "-" & ask() & "-" & [ask(), {k: ask()}]    ' hear: a | b | c | d ' expect: a-b-["c",{"k":"d"}]
