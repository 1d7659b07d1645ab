' Prints the order kept in the session variable "order". Any script of the package may RUN this.

order = GET "order"
text = "Order ${order.number}"
FOR EACH row IN order.rows
    text = text + "\n${row.amount} × ${row.name}  ${FORMAT(row.price, "#,##0.00")} €"
NEXT
text = text + "\nTotal  ${FORMAT(order.total, "#,##0.00")} €"
TALK text

IF order.address = "" THEN
    TALK "Ready in five minutes."
ELSE
    TALK "On its way to ${order.address}."
END IF
