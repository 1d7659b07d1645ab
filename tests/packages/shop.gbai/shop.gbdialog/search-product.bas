PARAM query AS STRING LIKE "green tea" DESCRIPTION "What the customer is looking for"
PARAM max_price AS NUMBER LIKE 20 DESCRIPTION "Highest price the customer wants to pay" OPTIONAL
DESCRIPTION "Searches the catalogue and shows products that fit"

products = FIND "products.csv", "name LIKE '" + query + "'"

IF UBOUND(products) = 0 THEN
    TALK "I found nothing for \"" + query + "\". Shall I look for something similar?"
    RETURN NULL
END IF

count = 0
FOR EACH product IN products
    IF max_price IS NULL OR product.price <= max_price THEN
        count = count + 1
        TALK "**" + product.name + "** - " + FORMAT(product.price, "#,##0.00") + " EUR"
        IF product.image <> "" THEN
            SHOW IMAGE product.image
        END IF
    END IF
NEXT product

IF count = 0 THEN
    TALK "There are " + UBOUND(products) + " products, but all of them cost more than " + max_price
END IF

RETURN products
