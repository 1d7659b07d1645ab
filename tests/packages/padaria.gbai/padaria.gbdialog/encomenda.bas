PARAM sabor AS STRING LIKE "chocolate" DESCRIPTION "Sabor do bolo" ' obrigatório
PARAM quilos AS NUMBER LIKE 2.5 DESCRIPTION "Peso em kg" DEFAULT 1
PARAM entrega AS DATE LIKE "25/12/2025" DESCRIPTION "Data da entrega" OPTIONAL
PARAM massa AS "branca", "preta", "sem glúten"
DESCRIPTION "Registra a encomenda de um bolo"

IF NOT sabor THEN
    HEAR sabor AS "chocolate", "morango", "doce de leite"
END IF
IF NOT entrega THEN
    TALK "Para quando?"
    HEAR entrega AS DATE
ENDIF

preço = quilos * 89.90
taxa = IIF(quilos > 3, 0, 15)

WITH pedido
    id = "P" + FORMAT(RANDOM(1, 9999), "0000")
    sabor = sabor
    quilos = quilos
    entrega = entrega
    total = preço + taxa
    status = "novo"
    criado = NOW()
END WITH

SAVE "encomendas", pedido
SET BOT MEMORY "ultimo_pedido", pedido.id
TALK "Pedido ${pedido.id}: ${sabor}, ${quilos} kg, total R$ ${FORMAT(pedido.total, "#,##0.00")}"
CREATE TASK "Fazer bolo " & sabor, "Entrega " & entrega, "alta", "cozinha"
RETURN pedido.id
