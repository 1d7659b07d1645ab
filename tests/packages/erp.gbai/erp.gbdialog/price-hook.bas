WEBHOOK "price-changed"

' Called by the ERP. body = { sku, price, valid_from }
IF headers["x-erp-key"] <> GET "config.erp-hook-key" THEN
    result_status = "denied"
    status = 401
    RETURN { status: 401, error: "bad key" }
END IF

sku = body.sku
price = body.price
rows = UPDATE "products" SET price = price, price_changed = NOW() WHERE sku = sku
result_updated = rows
result_status = "ok"
