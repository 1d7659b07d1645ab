-- What scripts measured, over the sessions of a bot.

CREATE INDEX analytics_metrics ON analytics (name, created_at) WHERE kind = 'metric';
