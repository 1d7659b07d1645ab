SET SCHEDULE "30 7 * * *"
subs = FIND "subscribers.csv"
for each s in subs
  topics = split(s.topics, "|")
  body = ""
  for each t in topics
    part = get bot memory "digest_" + t
    if part <> "" then body = body + "\n## " + capitalize(t) + "\n" + part
  next
  if body <> "" then
    send mail s.email, "Your digest of " + format(today(), "DD MMMM"), body
  end if
next
