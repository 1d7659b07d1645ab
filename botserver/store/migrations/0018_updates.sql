-- When sessions changed last, in a table of its own, by which lists are ordered: in which five minutes. In PostgreSQL's
-- words: 0018_updates.postgres.sql.
--
-- A turn changes it every five minutes at most, and then an index of two numbers instead of one that holds more. The
-- triggers are the only ones: whatever writes a session must not have to think of this.

DROP INDEX user_sessions_by_update;
ALTER TABLE user_sessions DROP COLUMN updated_slot;

CREATE TABLE session_updates (
    session_row INTEGER PRIMARY KEY,
    owner_principal TEXT NOT NULL,
    slot INTEGER NOT NULL
) STRICT;
INSERT INTO session_updates SELECT session_row, owner_principal, CAST(updated_at / 300 AS INTEGER) FROM user_sessions;
CREATE INDEX session_updates_by_slot ON session_updates (owner_principal, slot);

-- A purge goes over the sessions of a bot by their numbers, some at a time.
CREATE INDEX user_sessions_by_bot ON user_sessions (bot, session_row);

CREATE TRIGGER session_is_new AFTER INSERT ON user_sessions BEGIN
    INSERT INTO session_updates VALUES (new.session_row, new.owner_principal, CAST(new.updated_at / 300 AS INTEGER));
END;
CREATE TRIGGER session_changed AFTER UPDATE OF updated_at ON user_sessions
WHEN CAST(new.updated_at / 300 AS INTEGER) <> CAST(old.updated_at / 300 AS INTEGER) BEGIN
    UPDATE session_updates SET slot = CAST(new.updated_at / 300 AS INTEGER) WHERE session_row = new.session_row;
END;
CREATE TRIGGER session_is_gone AFTER DELETE ON user_sessions BEGIN
    DELETE FROM session_updates WHERE session_row = old.session_row;
END;
