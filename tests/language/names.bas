' --- parameters named like session constants
PARAM user AS STRING DEFAULT "u"
PARAM channel AS STRING
PARAM from AS INTEGER DEFAULT 5
TALK user & channel & from                          ' expect: u5 ' field: channel = "web"
' --- injected values named like session constants
TALK channel                                        ' expect: mine ' field: channel = "web" ' param: channel = "mine"
channel = "x"
TALK channel                                        ' expect: x
' --- description as a variable
description = 1
description += 1
TALK "${description} of ${description}"             ' expect: 2 of 2
description -= 1
TALK description                                    ' expect: 1
' --- type suffixes of names say nothing
total% = 5
price! = 2.5
big& = 7
size# = 1.5
TALK total% + big& & "|" & (size# + 1) & "|" & price! ' expect: 12|2.5|2.5
IF total% > 3 AND NOT price! = 3 THEN TALK "${total%} ${size#}" ' expect: 5 1.5
total%+=1
TALK total                                          ' expect: 6
FOR i% = 1 TO total% STEP 2
    TALK i%                                         ' expect: 1 | 3 | 5
NEXT i%
DIM list% AS INTEGER
list% = big&
TALK list                                           ' expect: 7
TALK Twice#(4)                                      ' expect: 8
FUNCTION Twice#(n#)
    RETURN n# * 2
END FUNCTION
' --- what looks like a suffix and is an operator
a = 7
b = 4
name = "Ann"
TALK a%b & a% b & a %b & a % b                      ' expect: 3333
TALK name& "!" & name&"?"                           ' expect: Ann!Ann?
TALK name&
    "."                                             ' expect: Ann.
TALK (a!=b) & (a&&b) & a% -b                        ' expect: true43
x = a& &H1F
TALK x                                              ' expect: 731
