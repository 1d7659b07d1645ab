' Tables taken over from the ERP's DDL
TABLE customers
    id            INTEGER PRIMARY KEY
    name          VARCHAR(120) NOT NULL
    vat           VARCHAR(20) UNIQUE
    email         VARCHAR(200) DEFAULT ''
    credit_limit  DECIMAL(14,2) NOT NULL DEFAULT 0 CHECK (credit_limit >= 0)
    country       CHAR(2) NOT NULL DEFAULT 'PT'
    created_at    TIMESTAMP DEFAULT CURRENT_TIMESTAMP
    search        TEXT GENERATED ALWAYS AS (
                      lower(name) || ' ' || coalesce(email, '')
                  ) STORED
END TABLE

TABLE invoices
    id            VARCHAR(40) PRIMARY KEY
    customer      INTEGER REFERENCES customers(id) ON DELETE CASCADE
    total         NUMERIC(14,2) NOT NULL
    vat           NUMERIC(14,2) NOT NULL DEFAULT 0
    due           DATE
    paid          BOOLEAN NOT NULL DEFAULT FALSE
    lines         JSONB
    note*         TEXT
END TABLE

CREATE INDEX idx_invoices_customer ON invoices(customer)
CREATE UNIQUE INDEX idx_customers_vat ON customers (vat) WHERE vat IS NOT NULL

TABLE stock
    id         string(80) key
    warehouse  string(10)
    sku        string(40)
    quantity   integer
    minimum    integer
END TABLE
