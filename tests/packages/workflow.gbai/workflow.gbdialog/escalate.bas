SET SCHEDULE "0 */4 * * *"
rows = FIND "orders", "status = 'waiting'"
for each row in rows
  age = hours_between(row.date, now())
  if age > 48 then
    create task "Decide on " + row.id, "waits for " + age + " hours", "urgent", "finance", today()
  elseif age > 24 then
    send mail "finance@example.com", "Reminder: " + row.id, "It waits for " + int(age) + " hours."
  end if
next
