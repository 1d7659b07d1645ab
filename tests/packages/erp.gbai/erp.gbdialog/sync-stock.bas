DESCRIPTION "Reads the stock of all warehouses and warns when something runs out"

warehouses = ["LIS", "OPO", "FAO"]
shortage = []

FOR EACH w IN warehouses
    data = GRAPHQL "https://erp.example/graphql", "query($w: String!) { stock(warehouse: $w) { sku quantity minimum } }", { w: w }
    IF data.errors THEN
        LOG_WARN "stock " + w + ": " + JSON(data.errors)
    END IF
    FOR EACH s IN data.data.stock
        SAVE "stock", w + "-" + s.sku, { warehouse: w, sku: s.sku, quantity: s.quantity, minimum: s.minimum }
        IF s.quantity < s.minimum THEN
            shortage.push({ warehouse: w, sku: s.sku, missing: s.minimum - s.quantity })
        END IF
    NEXT s
NEXT w

IF shortage.length > 0 THEN
    table = PIVOT shortage, "sku", "warehouse", "missing", "SUM"
    html = "<table>"
    FOR EACH r IN table
        html = html + "<tr><td>" + r.sku + "</td><td>" + r.LIS + "</td><td>" + r.OPO + "</td><td>" + r.FAO + "</td></tr>"
    NEXT
    html = html + "</table>"
    SEND MAIL ["stock@erp.example", "buyers@erp.example"], "Shortage " + FORMAT(TODAY(), "DD/MM/YYYY"), html
END IF
