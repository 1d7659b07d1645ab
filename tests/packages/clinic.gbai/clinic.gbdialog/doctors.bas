PARAM specialty AS STRING LIKE "dermatology" DESCRIPTION "Specialty, or nothing for all"
DESCRIPTION Lists the doctors of the clinic

if specialty = "" then
    rows = find "doctors.csv"
else
    rows = find "doctors.csv", "specialty = " + specialty
end if

if ubound(rows) = 0 then
    talk 'Nobody found'
    return
end if

text = ''
for each d in rows
    text = text + '- Dr. ' + d.name + ' (' + d.specialty + ')' + "\n"
next
talk text
return rows
