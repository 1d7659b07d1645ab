-- What gateways have to bring to users: a row a message of a session whose channel is delivered.

CREATE TABLE deliveries (
    session_row INTEGER NOT NULL REFERENCES user_sessions,
    seq INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'sent', 'failed', 'delivered', 'read')),
    attempts INTEGER NOT NULL,
    lease_expires_at REAL,  -- of the puller it was last given to
    external_id TEXT,
    error TEXT NOT NULL,
    created_at REAL NOT NULL,
    PRIMARY KEY (session_row, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_waiting ON deliveries (session_row, seq) WHERE status = 'waiting';
CREATE INDEX deliveries_by_age ON deliveries (created_at);
CREATE INDEX deliveries_by_external_id ON deliveries (external_id) WHERE external_id IS NOT NULL;

-- The sessions of which deliveries wait. Until `visible_at` those up to `given_seq` are the puller's.
CREATE TABLE delivery_queues (
    session_row INTEGER PRIMARY KEY REFERENCES user_sessions,
    principal TEXT NOT NULL,
    channel TEXT NOT NULL,
    last_seq INTEGER NOT NULL,
    given_seq INTEGER NOT NULL,
    puller TEXT,
    visible_at REAL NOT NULL
) STRICT;
CREATE INDEX delivery_queues_visible ON delivery_queues (principal, channel, visible_at);
CREATE INDEX delivery_queues_by_puller ON delivery_queues (puller) WHERE puller IS NOT NULL;

-- The open sessions of an alias, whichever bot they talk to.
CREATE INDEX user_sessions_by_channel_alias ON user_sessions (owner_principal, channel, alias, created_at)
    WHERE alias <> '' AND state = 'open';
