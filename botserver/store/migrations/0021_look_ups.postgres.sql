-- Look-ups that cost the same however many sessions there are. A way through a tree has a page more with each level; an
-- index by hash knows the page that a key is in, and takes half of the log and of the time of a tree to write. So what is
-- only looked up by equality needs no tree, where something else keeps keys apart.

-- All at once: who has read one of them would wait for another while this waits for the one.
LOCK TABLE user_sessions, message_ids, session_updates IN ACCESS EXCLUSIVE MODE;

-- Beside the tree, which keeps ids apart. Less full than others, since a half of the pages has up to twice as many keys as
-- the rest while a hash grows, and those that do not fit lie in a second page.
CREATE INDEX user_sessions_by_id ON user_sessions USING hash (session_id) WITH (fillfactor = 45);

-- Whoever writes an id of a session has its row locked, and looked for the id. A hash is of one value, so of both together.
CREATE INDEX message_ids_by_key ON message_ids USING hash ((session_row::text || ' ' || message_id));
DROP INDEX message_ids_by_id;
ANALYZE message_ids;  -- what it does not know of the two together, it would not look up by them

-- A trigger makes one row a session.
ALTER TABLE session_updates DROP CONSTRAINT session_updates_pkey;
CREATE INDEX session_updates_by_session ON session_updates USING hash (session_row) WITH (fillfactor = 45);
