PARAM sku AS STRING LIKE "TEA-100" DESCRIPTION "Article number"
PARAM quantity AS INTEGER LIKE 1 DESCRIPTION "How many" DEFAULT 1
DESCRIPTION "Puts a product into the shopping cart of the customer"

product = FIND "products.csv", "sku = '${sku}'"

IF NOT product THEN
    RETURN #{ success: false, message: "unknown product " + sku }
END IF

cart = GET "cart"
IF cart IS NULL THEN
    cart = []
END IF

found = FALSE
FOR i = 0 TO UBOUND(cart) - 1
    IF cart[i].sku = sku THEN
        cart[i].quantity = cart[i].quantity + quantity
        found = TRUE
    END IF
NEXT i

IF NOT found THEN
    WITH item
        sku = sku
        name = product.name
        price = product.price
        quantity = quantity
    END WITH
    PUSH cart, item
END IF

SET "cart", cart

total = 0
FOR EACH line IN cart
    total = total + line.price * line.quantity
END FOR

TALK product.name + " is in your cart. Total: " + FORMAT(total, "#,##0.00") + " EUR"
RETURN #{ success: true, items: UBOUND(cart), total: total }
