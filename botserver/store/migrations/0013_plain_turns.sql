-- Less for a turn to write. In PostgreSQL's words: 0013_plain_turns.postgres.sql.

-- The revision as of which no kept state of the session refers to large objects. Another one says nothing.
ALTER TABLE user_sessions ADD COLUMN small_revision INTEGER NOT NULL DEFAULT -1;

-- In which ten minutes a session changed last, by which lists are ordered first.
ALTER TABLE user_sessions ADD COLUMN updated_slot INTEGER AS (CAST(updated_at / 600 AS INTEGER)) VIRTUAL;
DROP INDEX user_sessions_by_update;
CREATE INDEX user_sessions_by_update ON user_sessions (owner_principal, updated_slot, updated_at, session_id);

-- Every turn writes these three, and looked up its session for each row. What guards them instead: they are written in
-- the transaction that read the session's row and found it open, and the row goes last when a session is removed, in
-- one place, `sql/cleaning.py`. A table's text is changed where it stands: https://sqlite.org/lang_altertable.html
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'session_row INTEGER NOT NULL REFERENCES user_sessions', 'session_row INTEGER NOT NULL')
    WHERE type = 'table' AND name IN ('states', 'message_ids', 'conversations');
PRAGMA writable_schema = RESET;
