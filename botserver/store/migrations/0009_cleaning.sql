-- Work for one node at a time, and sessions that are kept for another time than most.

CREATE TABLE chores (
    name TEXT PRIMARY KEY,
    due_at REAL NOT NULL,
    note TEXT NOT NULL,
    position INTEGER NOT NULL  -- where it goes on; -1: it is done
) STRICT;

ALTER TABLE user_sessions ADD COLUMN kept_s REAL;  -- after its end; NULL: as long as the store keeps any
