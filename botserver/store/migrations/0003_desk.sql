-- The desk: agents, and the sessions that wait for one or have one.

CREATE TABLE desk_agents (
    principal TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    name TEXT NOT NULL,
    presence TEXT NOT NULL,
    capacity REAL NOT NULL,
    skills TEXT NOT NULL,  -- JSON: {skill: level}
    queues TEXT NOT NULL,  -- JSON: [queue, ...], here and below
    languages TEXT NOT NULL,
    missed INTEGER NOT NULL,
    lease_expires_at REAL NOT NULL,
    idle_since REAL NOT NULL,
    PRIMARY KEY (principal, agent_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_agents_by_lease ON desk_agents (principal, lease_expires_at);

-- The queues they serve and the skills they have, to know what a name means.
CREATE TABLE desk_names (
    principal TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('queue', 'skill')),
    name TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    PRIMARY KEY (principal, name, kind, agent_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_names_by_agent ON desk_names (principal, agent_id);

-- One row each time a session is handed over; the last ones stay after they were closed.
CREATE TABLE desk_items (
    item_row INTEGER PRIMARY KEY,
    item_id TEXT NOT NULL UNIQUE,
    session_row INTEGER NOT NULL REFERENCES user_sessions,
    principal TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'offered', 'assigned', 'closed')),
    version INTEGER NOT NULL,
    queue TEXT NOT NULL,
    skills TEXT NOT NULL,  -- JSON: {skill: level}
    wanted_agent TEXT,
    priority INTEGER NOT NULL,
    weight REAL NOT NULL,
    reason TEXT NOT NULL,
    context TEXT NOT NULL,
    is_awaited INTEGER NOT NULL,
    is_front INTEGER NOT NULL,
    requested_at REAL NOT NULL,
    enqueued_at REAL NOT NULL,
    wait_s REAL NOT NULL,
    attempts INTEGER NOT NULL,
    excluded TEXT NOT NULL,  -- JSON: {agent: until}
    agent_id TEXT,
    offer_id TEXT,
    offer_agent TEXT,
    offer_expires_at REAL,
    assigned_at REAL,
    closed_at REAL,
    outcome TEXT,
    note TEXT NOT NULL,
    requested_seq INTEGER NOT NULL,
    assigned_seq INTEGER NOT NULL,
    left_seq INTEGER NOT NULL,
    CHECK ((state = 'offered') = (offer_id IS NOT NULL)),
    CHECK (state <> 'assigned' OR agent_id IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX desk_items_open ON desk_items (session_row) WHERE state <> 'closed';
CREATE UNIQUE INDEX desk_items_offered ON desk_items (offer_id) WHERE offer_id IS NOT NULL;
CREATE INDEX desk_items_waiting ON desk_items (principal, is_front DESC, priority DESC, enqueued_at, item_row)
    WHERE state IN ('queued', 'offered');
CREATE INDEX desk_items_taken ON desk_items (principal, state) WHERE state IN ('offered', 'assigned');
CREATE INDEX desk_items_by_session ON desk_items (session_row, item_row);
