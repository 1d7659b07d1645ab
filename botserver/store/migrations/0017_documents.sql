-- Since when a bot has the documents of its knowledge bases, for releases whose scripts ask for that.

ALTER TABLE releases ADD COLUMN documents TEXT NOT NULL DEFAULT '{}';  -- JSON: {path: [digest of the content, since]}
