-- 0018_updates.sql in PostgreSQL's words; the reasons are there, and one more: an update that changes an indexed column
-- writes an entry into each index of the row, eleven of a session's.

DROP INDEX IF EXISTS user_sessions_by_update;
ALTER TABLE user_sessions DROP COLUMN IF EXISTS updated_slot;

CREATE TABLE session_updates (
    session_row BIGINT PRIMARY KEY,
    owner_principal TEXT NOT NULL,
    slot INTEGER NOT NULL
) WITH (fillfactor = 70);  -- so that a row stays in its page when it changes
INSERT INTO session_updates SELECT session_row, owner_principal, trunc(updated_at / 300) FROM user_sessions;
CREATE INDEX session_updates_by_slot ON session_updates (owner_principal, slot);

-- A purge goes over the sessions of a bot by their numbers, some at a time.
CREATE INDEX user_sessions_by_bot ON user_sessions (bot, session_row);

CREATE FUNCTION note_session_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE session_updates SET slot = trunc(NEW.updated_at / 300) WHERE session_row = NEW.session_row;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO session_updates VALUES (NEW.session_row, NEW.owner_principal, trunc(NEW.updated_at / 300));
    ELSE
        DELETE FROM session_updates WHERE session_row = OLD.session_row;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER session_is_new AFTER INSERT OR DELETE ON user_sessions
    FOR EACH ROW EXECUTE FUNCTION note_session_update();
CREATE TRIGGER session_changed AFTER UPDATE OF updated_at ON user_sessions
    FOR EACH ROW WHEN (trunc(NEW.updated_at / 300) <> trunc(OLD.updated_at / 300))
    EXECUTE FUNCTION note_session_update();
