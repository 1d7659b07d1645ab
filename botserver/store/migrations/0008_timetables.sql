-- When scripts of a bot run without a user.

CREATE TABLE timetables (
    bot TEXT NOT NULL,
    timetable_key TEXT NOT NULL,
    principal TEXT NOT NULL,
    script TEXT NOT NULL,
    timetable TEXT NOT NULL,
    arguments BLOB NOT NULL,
    is_declared INTEGER NOT NULL,
    is_once INTEGER NOT NULL,
    due_at REAL NOT NULL,
    visible_at REAL,  -- a row taken is hidden until then; NULL: it is over
    PRIMARY KEY (bot, timetable_key)
) STRICT;
CREATE INDEX timetables_by_visibility ON timetables (bot, visible_at) WHERE visible_at IS NOT NULL;
CREATE INDEX timetables_over ON timetables (due_at) WHERE visible_at IS NULL AND is_declared = 0;
