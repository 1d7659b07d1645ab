-- For how long each process keeps things: sessions are looked at again once all that live agree.

ALTER TABLE nodes ADD COLUMN keeps TEXT NOT NULL DEFAULT '';  -- '': a process from before, which does not say
