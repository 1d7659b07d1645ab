-- How scripts tag sessions, for agents and operators. A session has a row once it has a tag; a server that does not know
-- of tags removes it with the session.

CREATE TABLE desk_tags (
    session_row INTEGER PRIMARY KEY REFERENCES user_sessions ON DELETE CASCADE,
    tags TEXT NOT NULL  -- JSON: [tag, ...], the newest last
) STRICT;
