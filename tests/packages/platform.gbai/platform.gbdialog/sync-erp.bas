REM SET SCHEDULE "0 30 22 * * *"

SET SCHEDULE "0 0 0-23 * * *"

REM Inicia a sincronização
pageVariable = "pagina"
limitVariable = "limite"
syncLimit = 100
REM DATEADD(today, "days", -1)
SEND EMAIL admin, "Sincronismo iniciado..."

' Products
i = 1
SEND EMAIL admin, "Syncing Products..."

DO WHILE i > 0 AND i < pages
    REM ${today}
    res = GET host + "/produtos?${pageVariable}=${i}&criterio=5&tipo=P&${limitVariable}=${syncLimit}&dataInicial=${DATEADD(TODAY, -1, "day")}"
    WAIT 0.33
    list = res.data
    res = null
    items = NEW ARRAY

    j = 0
    DO WHILE j < UBOUND(list)
        produto_id = list[j].id
        res = GET host + "/produtos/${produto_id}"
        item = res.data
        WAIT 0.33
        items[j] = item
        IF item.estoque AND item.estoque.saldo > 0 THEN
            saldo = item.estoque.saldo
        ELSE
            saldo = 0
        END IF

        REM Sometimes there are no images
        prdImg = NEW OBJECT
        prdImg.url = item.midia.imagens.externas[0].link
        prdImg.ordinal = k
        prdImg.produto_id = item.id
        PUSH items, prdImg
        j = j + 1
    LOOP

    MERGE "maria.Produtos" WITH items BY "Id"
    items = null
    i = IIF(UBOUND(list) < syncLimit, 0, i + 1)
    list = null
LOOP

pedidos = FIND "maria.Pedidos", "status='A'"
FOR EACH pedido IN pedidos
    estoque = {
        produto: {
            id: pedido.sku,
            codigo: pedido.sku,
            nome: pedido.name
        },
        deposito: {
            id: 7,
            nome: "Geral"
        },
        preco: pedido.price,
        operacao: "B",
        quantidade : pedido.quantity,
        observacoes: "Acréscimo de estoque."
    }
    rec = POST host + "/estoques", estoque
    TALK "Estoque atualizado, conta ${pedido.conta}."
    UPDATE "maria.Pedidos" SET status = "B", updated = NOW() WHERE id = pedido.id
END FOR
report = REPORT
SEND EMAIL admin, "Transferência do ERP concluída: " + report
RESET REPORT
