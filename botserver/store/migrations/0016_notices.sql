-- What scripts tell agents, until these have seen it. It goes with the session whose script told it.

CREATE TABLE desk_notices (
    notice_row INTEGER PRIMARY KEY,
    session_row INTEGER NOT NULL REFERENCES user_sessions ON DELETE CASCADE,
    principal TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    notice_id TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    at REAL NOT NULL
) STRICT;
CREATE INDEX desk_notices_by_agent ON desk_notices (principal, agent_id, notice_row);
CREATE INDEX desk_notices_by_session ON desk_notices (session_row);
CREATE INDEX desk_notices_by_age ON desk_notices (at);
