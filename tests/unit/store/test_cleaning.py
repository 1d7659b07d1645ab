"""What belongs to a session goes with it: no table of one may be forgotten when it is removed."""

from __future__ import annotations

import re
from pathlib import Path

from botserver.store.sql import cleaning, deliveries
from botserver.store.sql.migrations import migrations


def tables_of_sessions() -> set[str]:
    """Those that refer to a session."""
    found = set()
    for _, script in migrations():
        for name, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\)", script, re.DOTALL):
            if re.search(r"session_row INTEGER [\w ]*REFERENCES user_sessions", body):
                found.add(name)
    return found


def test_removing_a_session_looks_into_every_table_of_sessions() -> None:
    sources = "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (cleaning, deliveries))
    tables = tables_of_sessions()
    assert {"states", "conversations", "deliveries", "due"} <= tables
    assert {name for name in tables if not re.search(rf"\b{name}\b", sources)} == set()
