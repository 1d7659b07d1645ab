' Tabelas
TABLE encomendas
    id          string(20)   key
    sabor       string(40)
    quilos      number(10,2)
    entrega     date
    total       number(12,2)
    status      string(20)
    criado      datetime
END TABLE

TABLE clientes
    id    guid key
    nome* string(100)
    telefone string(20)   ' com DDD
    // e-mail opcional
    email string(max)
    pedido references encomendas
END TABLE
