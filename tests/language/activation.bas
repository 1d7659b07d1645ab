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
' --- the documents of the knowledge bases
' kb: manuals
' kb: faq
s = KB STATISTICS
TALK s.total_collections & " " & s.total_documents & " " & s.total_size_bytes & " " & s.total_disk_size_mb
                                           ' expect: 2 2 2097152 2
TALK s.documents_added_last_week & " " & s.documents_added_last_month & " " & s.collections[1].name
                                           ' expect: 1 2 faq
TALK "Documents: " + KB DOCUMENTS COUNT + ", " + KB STORAGE SIZE + " MB"   ' expect: Documents: 2, 2 MB
IF KB DOCUMENTS COUNT > 1 THEN TALK KB DOCUMENTS ADDED SINCE 7             ' expect: 1
TALK (KB DOCUMENTS ADDED SINCE "10") & " " & KB DOCUMENTS ADDED SINCE 0    ' expect: 2 1
c = KB COLLECTION STATS "MANUALS.gbkb"
TALK c.name & " " & c.count & " " & c.size_bytes & " " & c.disk_size_mb    ' expect: manuals 1 1048576 1
TALK DATEDIFF("day", (KB COLLECTION STATS "faq").last_added, c.last_added) ' expect: 10
TALK KB_DOCUMENTS_COUNT                    ' expect: 2
' --- no documents
TALK KB DOCUMENTS COUNT & KB STORAGE SIZE  ' expect: 00
TALK (KB STATISTICS).collections           ' expect: []
' --- a knowledge base that is not there
x = KB COLLECTION STATS "plans"            ' fault: 3004 no knowledge base "plans"
' --- days that are none
x = KB DOCUMENTS ADDED SINCE "monday"      ' fault: 4002 a number of days
' --- days before they begin
x = KB DOCUMENTS ADDED SINCE -1            ' fault: 4002 a number of days
' --- no days
x = KB DOCUMENTS ADDED SINCE               ' error: L103
