TABLE leads
    id guid key
    name string(100)
    email string(120)
    company string(100)
    phone string(30)
    source string(30)
    status string(20)
    score integer
    created_at datetime
END TABLE

TABLE opportunities
    id              uuid key
    account_id      uuid references accounts
    title           string(200)
    stage           string(30)
    probability     number(3)
    amount          number(14,2)
    close_date      date
END TABLE

TABLE accounts ON erp
    id       uuid key
    name     string(120)
    owner    string(60)
    revenue  double
END TABLE
