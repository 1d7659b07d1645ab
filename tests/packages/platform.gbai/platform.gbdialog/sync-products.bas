SET SCHEDULE "0 0 */4 * * *"
' Products sync from ERP
SET PAGE MODE "auto"
page = 1
items = NEW ARRAY
DO WHILE page > 0 AND page < 1
    SET HEADER "Authorization" AS "Bearer " + GET "config.token"
    res = GET host + "/produtos?pagina=${page}&limite=" + limit
    WAIT 0.33
    IF res.data THEN
        items = MERGE items, res.data
        page = page + 1
    ELSE
        page = 0
    END IF
LOOP

fullItems = []
FOR EACH item IN items
    CALL AddItem(item)
END FOR

SUB AddItem(it)
    row = NEW OBJECT
    row.sku = it.codigo
    row.name = it.nome OR "Unknown"
    row.price = it.preco
    PUSH fullItems, row
    row.stock = IIF(it.estoque > 0, it.estoque, 0)
END SUB

MERGE "maria.Produtos" WITH fullItems BY "sku"
pList = FIND "Produtos", "hierarquia = 'v'"
i = 0
DO WHILE i < UBOUND(pList)
    item = pList[i]
    IF item.stock < 5 THEN
        GOTO nextitem
    END IF
    TALK item.name
nextitem:
    i = i + 1
LOOP
report = REPORT
IF report THEN SEND EMAIL "admin@x.com", "Sync", report
RESET REPORT
