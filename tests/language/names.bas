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
