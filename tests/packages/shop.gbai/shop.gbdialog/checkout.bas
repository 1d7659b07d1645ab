PARAM address AS STRING LIKE "Main Street 1, 1000 Lisbon" DESCRIPTION "Where to deliver"
PARAM email AS EMAIL LIKE "ann@example.com" DESCRIPTION "Customer's e-mail for the confirmation"
PARAM payment AS "card", "cash", "transfer"
DESCRIPTION "Places the order for everything in the cart"

cart = GET "cart"

IF ISEMPTY(cart) THEN
    TALK "Your cart is empty."
    RETURN
END IF

order_id = "ORD-" + FORMAT(NOW(), "YYYYMMDD") + "-" + RANDOM(1000, 9999)
subtotal = SUM(cart, "amount")

' the old carts have no amount
IF subtotal = 0 THEN
    FOR EACH item IN cart
        subtotal = subtotal + item.price * item.quantity
    NEXT
END IF

shipping = subtotal >= free_shipping_from ? 0 : 4.9
tax = ROUND(subtotal * tax_rate, 2)
total = subtotal + shipping + tax

order = {
    id: order_id,
    email: email,
    address: address,
    payment: payment,
    items: cart,
    subtotal: subtotal,
    shipping: shipping,
    tax: tax,
    total: total,
    status: "new",
    created_at: NOW()
}

SAVE "orders.csv", order
SET "cart", NULL
SET BOT MEMORY "last_order", order_id

body = "<html>
<body style=\"font-family: sans-serif\">
  <h1>Thank you for your order!</h1>
  <p>Your order number is <b>${order_id}</b>.</p>
  <table border='1'>
    <tr><td>Subtotal</td><td>${FORMAT(subtotal, "#,##0.00")}</td></tr>
    <tr><td>Shipping</td><td>${shipping}</td></tr>
    <tr><td>Tax</td><td>${tax}</td></tr>
  </table>
  <p>Don't reply to this mail. REM: it is not read.</p>
</body>
</html>"

SEND MAIL email, "Order " + order_id, body

CREATE TASK "Pack order " + order_id, "For " + address, "high"

TALK "Order **${order_id}** is placed: ${FORMAT(total, "#,##0.00")} EUR. You'll get a mail at ${email}."

RETURN WITH id AS order_id, total AS total, status AS "new"
