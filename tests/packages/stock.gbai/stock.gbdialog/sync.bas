SET SCHEDULE "*/15 * * * *"
' pulls products page by page
base = "https://api.example.com/v2"
SET HEADER "Authorization" = "Bearer " + GET "config.erp-key"
SET HEADER "Accept", "application/json"
page = 1
pages = 1
REPORT = 0
total = { inserted: 0, updated: 0 }
DO WHILE page <= pages
    res = GET base + "/products?page=" + page + "&limit=100"
    IF res IS NULL THEN
        LOG "page " + page + " failed: " + ERROR MESSAGE
        EXIT DO
    END IF
    IF page = 1 THEN pages = res.meta.total_pages OR 1
    items = []
    FOR EACH p IN res.data
        WITH item
            id = p.id
            code = p.sku
            descr = REPLACE(REPLACE(p.name, "\n", " "), '"', "'")
            price = VAL(p.price)
            qty = p.stock
            category_id = p.category.id
        END WITH
        items.push(item)
    NEXT p
    r = MERGE "items" WITH items BY code
    total.inserted = total.inserted + r.inserted
    total.updated += r.updated
    page = page + 1
    WAIT 0.2
LOOP
CLEAR HEADERS
IF total.inserted + total.updated > 0 THEN _
    SEND MAIL "erp@example.com", "Sync", "Inserted: ${total.inserted}
Updated: ${total.updated}"
RETURN total
