PARAM subject AS STRING DESCRIPTION "What the case is about"
DESCRIPTION "Opens a case file"
' `case` is a word of the language, and the name of our map all the same
case = {}
case.id = UUID()
case.subject = subject
case.status = "open"
case.parties = []
list = ["plaintiff", "defendant"]
for each party in list
    hear name as name with "Name of the " + party + "?"
    case.parties.push({ role: party, name: name })
next party
save "cases", case
for each next in case.parties
    talk next.role + ": " + next.name
next
RETURN case
