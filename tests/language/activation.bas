' --- a knowledge base is used under the name the package gives it
' kb: Manuals
' kb: faq
USE KB "manuals"
USE KB " MANUALS.gbkb "
ADD_KB "faq"
name = "faq"
USE KB name
' active: kbs Manuals, faq
' --- a knowledge base the package does not have is a soft error
USE KB "rumours"
TALK ERR & ERROR MESSAGE      ' expect: 3004no knowledge base "rumours"
CLEAR ERROR
USE KB ""
TALK ERROR                    ' expect: true
TALK "on"                     ' expect: on
' active: kbs
' --- a knowledge base the package does not have is raised where it is asked for
TRY
  USE KB "rumours"
CATCH e
  TALK e.code                 ' expect: 3004
END TRY
' --- a knowledge base has a text for its name
USE KB [1]                    ' fault: 4001
' --- knowledge bases are counted
' limit: active_kbs = 2
' kb: a
' kb: b
' kb: c
USE KB "a"
USE KB "b"
USE KB "B"
USE KB "rumours"
CLEAR KB "A.GBKB"
USE KB "c"
USE KB "a"                    ' fault: 9003 at most 2
' active: kbs b, c
' --- knowledge bases are cleared one by one
' kb: a
' kb: b
USE KB "a"
USE KB "b"
CLEAR KB "rumours"
CLEAR KB " A "
' active: kbs b
' --- knowledge bases are cleared together
' kb: a
' kb: b
USE KB "a"
CLEAR KB
USE KB "b"
CLEAR KB ALL
' active: kbs
' --- ALL is a word only as the whole operand
' kb: a
' kb: b
' kb: all
all_docs = "a"
all = "a"
USE KB "a"
USE KB "b"
USE KB "all"
CLEAR KB all_docs
CLEAR KB "b"
CLEAR KB all & "ll"
CLEAR KB "all" : USE KB "b"
' active: kbs b
' --- a tool is a script of the package
USE TOOL "order.bas"
ADD TOOL "ORDER"
ADD_TOOL " help "
' active: tools order, help
' file: order
PARAM id AS STRING
' file: help
TALK "x"
' --- a tool nobody wrote is not offered
USE TOOL "order"              ' log: warn no tool "order": it is not offered
TALK "on"                     ' expect: on
' active: tools
' --- a tool that did not compile is not offered
USE TOOL "broken"             ' log: warn no tool "broken": it is not offered
' active: tools
' file: broken
FLY AWAY                      ' error: L104
' --- tools are cleared one by one
USE TOOL "a"
USE TOOL "b"
CLEAR TOOL "A.bas"
CLEAR TOOL "c"
' active: tools b
' file: a
' file: b
' --- tools are cleared together
USE TOOL "a"
CLEAR TOOLS
' active: tools
' file: a
' --- what is in use stays over a HEAR
' kb: a
USE KB "a"
USE TOOL "start"
HEAR x                        ' hear: hi
' active: kbs a
' active: tools start
' --- the knowledge bases of the package
' kb: manuals
' kb: faq
TALK KB LIST COLLECTIONS                   ' expect: ["manuals","faq"]
names = KB_LIST_COLLECTIONS
TALK UBOUND(names)                         ' expect: 2
CLEAR WEBSITES
TALK KB STATISTICS                         ' fault: 9012 KB STATISTICS needs a knowledge index
