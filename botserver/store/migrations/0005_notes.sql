-- What agents note about a session for each other, and the language its user speaks.

CREATE TABLE desk_notes (
    note_row INTEGER PRIMARY KEY,
    session_row INTEGER NOT NULL REFERENCES user_sessions,
    note_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    at REAL NOT NULL
) STRICT;
CREATE UNIQUE INDEX desk_notes_by_id ON desk_notes (session_row, note_id);
CREATE INDEX desk_notes_by_session ON desk_notes (session_row, note_row);

ALTER TABLE desk_items ADD COLUMN language TEXT NOT NULL DEFAULT '';
