"""A step of the schema that has landed is never edited: databases that took it would differ from those that take it
later. What it got wrong, a later step mends.

`migrations.json` holds a digest of each script. `python -m tests.golden.test_migrations` adds those of new scripts and
leaves the others.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from botserver.store.sql.migrations import FOLDER

DIGESTS = Path(__file__).with_name("migrations.json")
KNOWN = json.loads(DIGESTS.read_text(encoding="utf-8"))


def digests() -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(FOLDER.glob("*.sql"))}


def test_a_step_stays_as_it_landed_and_each_is_pinned() -> None:
    now = digests()
    assert [name for name in KNOWN if now.get(name) != KNOWN[name]] == [], "landed steps were edited or removed"
    assert sorted(now) == sorted(KNOWN), "new steps: run python -m tests.golden.test_migrations"


if __name__ == "__main__":
    DIGESTS.write_text(json.dumps(digests() | KNOWN, indent=2, sort_keys=True) + "\n", encoding="utf-8")
