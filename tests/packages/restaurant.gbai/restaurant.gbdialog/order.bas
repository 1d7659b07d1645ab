menu = ["bread", "soup", "fish", "rice", "cake"]
prices = {bread: 2, soup: 4.5, fish: 14, rice: 3, cake: 5}
order = []
total = 0
again = true
while again
    hear dish as menu with "What do you take?"
    hear n as integer with "How many?" default 1
    order.push({dish: dish, n: n})
    total = total + prices[dish] * n
    hear again as boolean with "Anything else?"
wend
text = ""
for each o in order
    text = text + o.n + " x " + o.dish + "\n"
next
talk text + "Total " + format(total, "#,##0.00")
if total > 30 then
    talk "You get a coffee for free ☕"
end if
save "orders.csv", { items: order, total: total, at: now() }
return total
