-- Which release of each bot new sessions begin in; the releases before it stay for a while, to go back to.

ALTER TABLE releases ADD COLUMN used_at REAL NOT NULL DEFAULT 0;  -- when it was last stored, activated or replaced
ALTER TABLE releases ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE INDEX releases_by_creation ON releases (bot, created_at, release_id);

-- Versions number all changes of all bots in order, so that a process asks for those it has not seen.
CREATE TABLE active_releases (
    bot TEXT PRIMARY KEY,
    release_id TEXT,  -- NULL: no session begins
    folder_release TEXT,  -- the last one that came from a folder of packages
    version INTEGER NOT NULL UNIQUE,
    activated_at REAL NOT NULL,
    FOREIGN KEY (bot, release_id) REFERENCES releases
) STRICT;

-- Open sessions of a release, in the order in which they are moved to another.
DROP INDEX user_sessions_by_release;
CREATE INDEX user_sessions_by_release ON user_sessions (bot, release_id, state, session_id);
