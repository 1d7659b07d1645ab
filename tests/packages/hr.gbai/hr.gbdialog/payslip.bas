PARAM month AS STRING LIKE "2025-01"
DESCRIPTION "Sends the payslip of a month"
ALLOW ROLE "employee"
file = "payslips/" + USER_ID + "/" + month + ".pdf"
files = LIST "payslips/" + USER_ID
found = FALSE
for each f in files do
  if f.name = month + ".pdf" then found = true
end for
if found then
  SEND FILE file, "Payslip " + month
else
  TALK "There is no payslip of " + month + " yet."
end if
