TABLE products
    id          integer key
    sku         string(40)
    name        string(120)
    description string(max)
    price       number(10,2)
    stock       integer
    image       string(250)
    active      boolean
END TABLE

TABLE orders
    id          string(40) key
    email       string(120)
    address     string(250)
    status      string(20)
    total       number(12,2)
    created_at  datetime
END TABLE

TABLE returns
    id     integer key
    order  orders
    reason text
    status string(20)
    opened datetime
END TABLE
