-- Scripts that run when a file of their bot changes: a timetable without times.

ALTER TABLE timetables ADD COLUMN watched TEXT NOT NULL DEFAULT '';  -- folded path of a file or folder; '': by the clock
