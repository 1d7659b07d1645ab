' ERP tables (SQL style)
TABLE items ON erp_db
    id UUID PRIMARY KEY DEFAULT gen_random_uuid()
    code VARCHAR(40) NOT NULL UNIQUE
    descr TEXT DEFAULT 'it''s new, "really"'
    price DECIMAL(12, 2) NOT NULL CHECK (price >= 0 AND
        price < 1000000)
    total NUMERIC(14,2) GENERATED ALWAYS AS (price * qty) STORED
    qty INTEGER DEFAULT 0
    category_id UUID REFERENCES categories(id)
    active BOOLEAN DEFAULT TRUE
    created TIMESTAMP DEFAULT NOW()
    UNIQUE(code, category_id)
END TABLE

CREATE INDEX idx_items_code ON items(code)
CREATE INDEX idx_items_cat ON items(category_id, active)

table categories
	id number(9) key
	name string(60) not null
	parent categories
	updated datetime

	' trailing comment
	REM another
	# and another
end table

TABLE movements
    id integer key,
    item items,
    kind string(10),
    when date,
    select double,
END TABLE
