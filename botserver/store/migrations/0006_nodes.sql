-- The processes that have this database open, and the newest formats each of them reads.

CREATE TABLE nodes (
    node_id TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    reads TEXT NOT NULL,  -- JSON: {kind: number}
    started_at REAL NOT NULL,
    expires_at REAL NOT NULL
) STRICT;
CREATE INDEX nodes_by_expiry ON nodes (expires_at);
