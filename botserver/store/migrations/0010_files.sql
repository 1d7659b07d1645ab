-- Files that scripts of a bot write, over those of its package.

CREATE TABLE bot_files (
    bot TEXT NOT NULL,
    folded TEXT NOT NULL,  -- the path as files are known by
    path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    modified_at REAL NOT NULL,
    version INTEGER NOT NULL,
    is_gone INTEGER NOT NULL,  -- hides the package's file of that path
    data BLOB NOT NULL,
    PRIMARY KEY (bot, folded)
) STRICT;
