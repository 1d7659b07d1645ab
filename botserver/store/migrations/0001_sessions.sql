-- The first schema: sessions, what was said, what waits, and the programs they run.
--
-- Children refer to a session by its small row number, so that their keys stay short and lie close together.
-- Times are Unix seconds. Nothing here knows what a state, a payload or a reply holds.

CREATE TABLE users (
    user_row INTEGER PRIMARY KEY,
    principal TEXT NOT NULL,
    user_id TEXT NOT NULL,  -- '' is a user without an id, who belongs to one session
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_by_id ON users (principal, user_id) WHERE user_id <> '';

CREATE TABLE programs (
    digest BLOB PRIMARY KEY,
    program BLOB NOT NULL
) STRICT;

CREATE TABLE releases (
    bot TEXT NOT NULL,
    release_id TEXT NOT NULL,
    manifest BLOB NOT NULL,
    created_at REAL NOT NULL,
    PRIMARY KEY (bot, release_id)
) STRICT;

CREATE TABLE release_programs (
    bot TEXT NOT NULL,
    release_id TEXT NOT NULL,
    digest BLOB NOT NULL REFERENCES programs,
    PRIMARY KEY (bot, release_id, digest),
    FOREIGN KEY (bot, release_id) REFERENCES releases ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX release_programs_by_digest ON release_programs (digest);

CREATE TABLE user_sessions (
    session_row INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE,
    family TEXT NOT NULL,
    parent_id TEXT,
    bot TEXT NOT NULL,
    owner_principal TEXT NOT NULL,
    user_row INTEGER REFERENCES users,
    channel TEXT NOT NULL,
    alias TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'ended', 'deleted')),
    -- owned by turns
    release_id TEXT NOT NULL,
    activity TEXT NOT NULL,
    waiting_for TEXT NOT NULL,
    memory_bytes INTEGER NOT NULL,
    owner TEXT NOT NULL,
    extra BLOB NOT NULL,
    revision INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    consumed INTEGER NOT NULL CHECK (consumed <= accepted),
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    message_count INTEGER NOT NULL,
    fuel_total INTEGER NOT NULL,
    updated_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    ended_at REAL,
    end_reason TEXT,
    timer_at REAL,
    claim_expires_at REAL,
    -- owned by RPCs
    labels TEXT NOT NULL,
    metadata TEXT NOT NULL,
    ttl_s REAL NOT NULL,
    created_at REAL NOT NULL,
    FOREIGN KEY (bot, release_id) REFERENCES releases
) STRICT;
CREATE UNIQUE INDEX user_sessions_by_alias ON user_sessions (owner_principal, bot, channel, alias)
    WHERE state = 'open' AND alias <> '';
CREATE INDEX user_sessions_by_creation ON user_sessions (owner_principal, created_at, session_id);
CREATE INDEX user_sessions_by_update ON user_sessions (owner_principal, updated_at, session_id);
CREATE INDEX user_sessions_by_user ON user_sessions (user_row) WHERE user_row IS NOT NULL;
CREATE INDEX user_sessions_by_family ON user_sessions (family);
CREATE INDEX user_sessions_by_release ON user_sessions (bot, release_id);
CREATE INDEX user_sessions_open ON user_sessions (session_row) WHERE state = 'open';
CREATE INDEX user_sessions_claimed ON user_sessions (claim_expires_at) WHERE claim_expires_at IS NOT NULL;

-- Releases that kept states of a session may name although its row has moved on.
CREATE TABLE earlier_releases (
    bot TEXT NOT NULL,
    release_id TEXT NOT NULL,
    session_row INTEGER NOT NULL REFERENCES user_sessions,
    PRIMARY KEY (bot, release_id, session_row)
) STRICT, WITHOUT ROWID;
CREATE INDEX earlier_releases_by_session ON earlier_releases (session_row);

-- Kept states: automatic ones have name '', named checkpoints their id.
CREATE TABLE states (
    session_row INTEGER NOT NULL REFERENCES user_sessions,
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    revision INTEGER NOT NULL,
    root BLOB NOT NULL,
    large BLOB NOT NULL,  -- digests of 32 bytes, one after the other
    created_at REAL NOT NULL,
    release_id TEXT NOT NULL,
    activity TEXT NOT NULL,
    waiting_for TEXT NOT NULL,
    memory_bytes INTEGER NOT NULL,
    owner TEXT NOT NULL,
    extra BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX states_automatic ON states (session_row, revision) WHERE name = '';
CREATE UNIQUE INDEX states_named ON states (session_row, name) WHERE name <> '';

CREATE TABLE large_objects (
    family TEXT NOT NULL,
    digest BLOB NOT NULL,
    object BLOB NOT NULL,
    PRIMARY KEY (family, digest)
) STRICT;

-- The outside call a claimed session is in the middle of.
CREATE TABLE calls (
    session_row INTEGER PRIMARY KEY REFERENCES user_sessions,
    root BLOB NOT NULL,
    large BLOB NOT NULL,
    call_key TEXT NOT NULL,
    effect INTEGER NOT NULL,
    arguments BLOB NOT NULL,
    turn BLOB NOT NULL,
    outcome BLOB
) STRICT;

CREATE TABLE inputs (
    session_row INTEGER NOT NULL REFERENCES user_sessions,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    message_id TEXT NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (session_row, number)
) STRICT, WITHOUT ROWID;

-- One row an accepted input. reply NULL: pending, or no longer kept when `expired`.
CREATE TABLE message_ids (
    session_row INTEGER NOT NULL REFERENCES user_sessions,
    number INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    content BLOB NOT NULL,
    accepted_at REAL NOT NULL,
    reply BLOB,
    expired INTEGER NOT NULL,
    PRIMARY KEY (session_row, number)
) STRICT;
CREATE UNIQUE INDEX message_ids_by_id ON message_ids (session_row, message_id);
CREATE INDEX message_ids_unsettled ON message_ids (session_row, number) WHERE reply IS NULL AND expired = 0;

CREATE TABLE conversations (
    session_row INTEGER NOT NULL REFERENCES user_sessions,
    seq INTEGER NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    suggestions TEXT NOT NULL,  -- JSON: [[key, label, kind], ...], '' for none
    message_id TEXT,
    turn INTEGER NOT NULL,
    author TEXT NOT NULL,
    address TEXT NOT NULL,  -- of the sub-session that said or heard it, '' for the session itself
    image TEXT NOT NULL,
    created_at REAL NOT NULL,
    PRIMARY KEY (session_row, seq)
) STRICT, WITHOUT ROWID;

-- What scripts logged of a session, numbered in the order it came.
CREATE TABLE analytics (
    session_row INTEGER NOT NULL REFERENCES user_sessions,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    detail BLOB NOT NULL,
    created_at REAL NOT NULL,
    PRIMARY KEY (session_row, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE bot_memories (
    bot TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    version INTEGER NOT NULL,
    updated_at REAL NOT NULL,
    PRIMARY KEY (bot, key)
) STRICT;

-- What is kept of users over all bots. value NULL: deleted; the row stays for a while, so that its version rises on.
CREATE TABLE user_memories (
    holder TEXT NOT NULL,
    area TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB,
    version INTEGER NOT NULL,
    expires_at REAL,
    PRIMARY KEY (holder, area, key)
) STRICT;
CREATE INDEX user_memories_by_expiry ON user_memories (expires_at) WHERE expires_at IS NOT NULL;

-- Tables of bots. Rows are numbered in the order they came; `row_key` is unique where there is one, `lookup` is what
-- rows are looked for by, and equal for keys that compare equal.
CREATE TABLE bot_tables (
    bot TEXT NOT NULL,
    name TEXT NOT NULL,
    definition BLOB NOT NULL,
    version INTEGER NOT NULL,
    last_number INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    created_at REAL NOT NULL,
    PRIMARY KEY (bot, name)
) STRICT;

CREATE TABLE bot_rows (
    bot TEXT NOT NULL,
    table_name TEXT NOT NULL,
    number INTEGER NOT NULL,
    row_key TEXT,
    lookup TEXT NOT NULL,
    value BLOB NOT NULL,
    version INTEGER NOT NULL,
    updated_at REAL NOT NULL,
    PRIMARY KEY (bot, table_name, number),
    FOREIGN KEY (bot, table_name) REFERENCES bot_tables
) STRICT;
CREATE UNIQUE INDEX bot_rows_by_key ON bot_rows (bot, table_name, row_key) WHERE row_key IS NOT NULL;
CREATE INDEX bot_rows_by_lookup ON bot_rows (bot, table_name, lookup, number) WHERE lookup <> '';

CREATE TABLE request_ids (
    principal TEXT NOT NULL,
    request_id TEXT NOT NULL,
    content BLOB NOT NULL,
    response BLOB NOT NULL,
    created_at REAL NOT NULL,
    PRIMARY KEY (principal, request_id)
) STRICT;
CREATE INDEX request_ids_by_time ON request_ids (created_at);

-- Which session needs somebody, and when. A row taken is hidden until `visible_at`.
CREATE TABLE due (
    session_row INTEGER NOT NULL REFERENCES user_sessions,
    kind TEXT NOT NULL,
    due_at REAL NOT NULL,
    visible_at REAL NOT NULL,
    PRIMARY KEY (session_row, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_by_visibility ON due (visible_at);
