-- 0013_plain_turns.sql in PostgreSQL's words; the reasons are there.
--
-- An update that changes no indexed column and finds room in its page writes no index at all: so no index holds what
-- every turn changes, and pages keep room. What orders lists by their last change comes with step 18; a generated column
-- and its index, which this step made before there was that one, meant to write the table anew.

ALTER TABLE user_sessions SET (fillfactor = 70);
ALTER TABLE user_sessions ADD COLUMN small_revision INTEGER NOT NULL DEFAULT -1;
DROP INDEX user_sessions_by_update;

ALTER TABLE states DROP CONSTRAINT states_session_row_fkey;
ALTER TABLE message_ids DROP CONSTRAINT message_ids_session_row_fkey;
ALTER TABLE conversations DROP CONSTRAINT conversations_session_row_fkey;
