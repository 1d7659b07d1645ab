' Products of the ERP, page by page
page = 1
done = FALSE
total = 0
all = []

SET HEADER "Authorization" AS "Bearer " + GET "config.erp-token"
SET HEADER "Accept-Language" AS "pt"

DO WHILE NOT done
    res = GET erp_url + "/products?page=" + page + "&size=" + page_size
    IF res IS NULL THEN
        LOG_ERROR "sync-products: page " + page + ": " + ERROR MESSAGE
        done = TRUE
    ELSE IF UBOUND(res.items) = 0 THEN
        done = TRUE
    ELSE
        FOR EACH item IN res.items DO
            product = NEW OBJECT
            all.push(product)
            product.id = item.id
            product.sku = item.code
            product.name = item.description
            product.price = VAL(item.price)
            product.active = item.status = "A"
            total = total + 1
        END FOR
        page = page + 1
        WAIT 0.2
    END IF
LOOP

r = MERGE "products" WITH all BY "id"
LOG "products: " + r.inserted + " new, " + r.updated + " changed of " + total
SET BOT MEMORY "products_synced_at" AS NOW()
CLEAR HEADERS
