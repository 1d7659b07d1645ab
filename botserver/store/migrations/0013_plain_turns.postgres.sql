-- 0013_plain_turns.sql in PostgreSQL's words; the reasons are there.
--
-- An update that changes no indexed column and finds room in its page writes no index at all: so no index holds what
-- every turn changes, and pages keep room. The slot changes with a turn every ten minutes at most.

ALTER TABLE user_sessions SET (fillfactor = 70);
ALTER TABLE user_sessions
    ADD COLUMN small_revision INTEGER NOT NULL DEFAULT -1,
    ADD COLUMN updated_slot INTEGER GENERATED ALWAYS AS (trunc(updated_at / 600)) STORED;
DROP INDEX user_sessions_by_update;
CREATE INDEX user_sessions_by_update ON user_sessions (owner_principal, updated_slot);

ALTER TABLE states DROP CONSTRAINT states_session_row_fkey;
ALTER TABLE message_ids DROP CONSTRAINT message_ids_session_row_fkey;
ALTER TABLE conversations DROP CONSTRAINT conversations_session_row_fkey;
