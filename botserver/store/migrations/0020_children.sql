-- Sub-sessions are found by their parent. All branches of a session are of one family, and that may be a template which
-- thousands were branched from: each of them looked through all when it ended.

CREATE INDEX user_sessions_by_parent ON user_sessions (parent_id) WHERE parent_id IS NOT NULL;
