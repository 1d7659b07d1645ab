-- The newest session of an alias, open or ended, without reading all that came after it.

CREATE INDEX user_sessions_by_any_alias ON user_sessions (owner_principal, bot, channel, alias, created_at, session_id)
    WHERE alias <> '';
