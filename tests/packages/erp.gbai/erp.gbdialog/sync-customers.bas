last = GET BOT MEMORY "customers_synced_at"
if last = "" then last = "2000-01-01"

body = {
  query: "customers",
  filter: { changed: { from: last, to: FORMAT(NOW(), "YYYY-MM-DDTHH:mm:ss") } },
  fields: ["id", "name", "vat", "email", "address.city", "address.zip"],
  paging: { offset: 0, limit: 500, },
}

more = true
while more
  answer = POST "https://erp.example/api/v2/query", body
  if answer.status >= 400 then
    log_error "customers: HTTP " + answer.status
    break
  end if
  for each c in answer.data
    with customer
      id = c.id
      name = c.name
      vat = c.vat
      email = lcase(c.email)
      city = c.address?.city
      zip = c.address?.zip
    end with
    save "customers", customer
  next
  more = count(answer.data) = 500
  body.paging.offset = body.paging.offset + 500
end while

SET BOT MEMORY "customers_synced_at", FORMAT(NOW(), "YYYY-MM-DD")
