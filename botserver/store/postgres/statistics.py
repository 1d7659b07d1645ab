"""Statistics for a young database. PostgreSQL plans by what it knows of tables, and knows nothing of new ones for a
minute or more; a plan that was made while they were empty then goes over all sessions and states for each batch.

So the first turns of a database are counted, and its tables looked at soon. Later autovacuum does that.
"""

from __future__ import annotations

from contextlib import suppress

import psycopg

from .connections import Raw

_TABLES = ("user_sessions", "states", "message_ids", "conversations", "inputs", "due", "deliveries", "delivery_queues")
_LOOKS = (64, 1_000)
"""After so many turns of this process."""
_KNOWN = "SELECT min(reltuples) FROM pg_class WHERE oid IN ('user_sessions'::regclass, 'states'::regclass)"


class Statistics:
    """Belongs to the thread that commits."""

    def __init__(self) -> None:
        self._turns = 0
        self._looks = list(_LOOKS)

    def committed(self, raw: Raw, turns: int) -> None:
        """So many turns were committed on a connection outside a transaction. What fails here hinders nobody."""
        if not self._looks:
            return
        self._turns += turns
        if self._turns < self._looks[0]:
            return
        first = len(self._looks) == len(_LOOKS)
        del self._looks[0]
        with suppress(psycopg.Error):
            known = raw.execute(_KNOWN).fetchone()
            if first and known is not None and known[0] > 0:
                self._looks.clear()  # the database is older than this process
            else:
                raw.execute("ANALYZE " + ", ".join(_TABLES))
