webhook "kitchen"
' the kitchen display says that an order is ready
id = params.id
o = find "orders.csv", "id = '" + id + "'"
if o is null then return { status: 404, error: "no order " + id }
update "orders.csv", "id = '" + id + "'", { ready: true, ready_at: now() }
if o.session <> "" then send to session o.session, "Your food is ready!"
result_ok = true
result_id = id
