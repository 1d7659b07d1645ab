"""Whether a turn, a list and a node care how many sessions lie in the database.

    python -m benchmarks.many_sessions [--few 1000] [--many 1000000] [--turns 200] [--json]

Two databases of one private PostgreSQL are filled with copies of one parked session that said five messages. Then turns
of random sessions alternate between them, each the first one after the session was cold.

    buffers_…       pages that the statements of a turn touch (EXPLAIN BUFFERS, by auto_explain), the median
    most_more       the most that one statement touches more of in the large database than in the small one
    …_in_all        the same with what a statement does at its end, which EXPLAIN shows and does not count in its sum
    ways_…          for each index that a turn goes through: how often, in the large database; the pages it touches in
                    each; the levels each has. A page more is a way through an index that is a level deeper
    unexplained     pages more of all indexes together that are no such level of a way
    turn_ratio      time of a turn in the large one over that in the small one, medians of alternating turns
    list_…_ms       first and later pages of ListSessions and ListMessages in the large database
    node_bytes      by how much this process grew from the first turn to the last

A million sessions take some minutes to load and 8 GB of disk.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import statistics
import sys
import time
import uuid
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import psutil
import psycopg

from botserver.ids import MessageId, SessionId
from botserver.language.package import load_package
from botserver.model import LOCAL, Incoming, OpenRequest
from botserver.session.releases import Releases
from botserver.session.service import SessionFilter
from botserver.session.sessions import Sessions
from botserver.session.settings import SessionSettings
from botserver.store import postgres
from botserver.vm.machine import choose_vm
from tests.servers import PostgresServer

SCRIPT = 'DO\nHEAR word\nsaid = said + 1\nTALK "${said} ${word}"\nLOOP'
MESSAGES = 5
BATCH = 20_000
EXPLAIN = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_nested_statements": "on",
}


class Node:
    """A session service on one database."""

    def __init__(self, url: str, sessions: Sessions, store: postgres.PostgresStore) -> None:
        self.url, self.sessions, self.store = url, sessions, store
        self.ids: list[SessionId] = []

    @classmethod
    async def start(cls, url: str, package: Path) -> Node:
        store = await postgres.open_store(url)
        releases = Releases(store)
        await releases.activate(load_package(package))
        settings = SessionSettings(hot_sessions=100, open_sessions=10_000_000)
        sessions = Sessions(store, releases, choose_vm(), settings)
        await sessions.start()
        return cls(url, sessions, store)

    async def talk(self, session_id: SessionId, n: int) -> float:
        """Seconds of one turn."""
        incoming = Incoming(MessageId(f"n{n}"), text="two pizzas")
        began_s = time.perf_counter()
        await self.sessions.send_message(LOCAL, session_id, incoming)
        return time.perf_counter() - began_s

    async def close(self) -> None:
        await self.sessions.drain()
        await self.sessions.close()
        await self.store.close()


async def fill(node: Node, count: int) -> None:
    """Copies of one session, rows of all its tables."""
    first = SessionId(str(uuid.uuid4()))
    await node.sessions.create_session(OpenRequest("many", LOCAL, session_id=first))
    for n in range(MESSAGES // 2):
        await node.talk(first, n)
    with psycopg.connect(node.url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        began_s = time.monotonic()
        for start in range(1, count, BATCH):
            end = min(start + BATCH, count)
            with connection.transaction():
                for table, columns in _tables(connection):
                    _copy(connection, table, columns, start, end)
            _progress(end, count, began_s)
        print(file=sys.stderr)
        connection.execute("VACUUM (ANALYZE)")
        # By their random ids, so from everywhere in the table.
        rows = connection.execute("SELECT session_id FROM user_sessions ORDER BY session_id LIMIT 5000").fetchall()
        node.ids = [SessionId(session_id) for (session_id,) in rows]


def _tables(connection: psycopg.Connection) -> list[tuple[str, list[str]]]:
    """Tables that hold rows of sessions, the sessions first, and their columns."""
    found: dict[str, list[str]] = defaultdict(list)
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND is_generated = 'NEVER' ORDER BY ordinal_position"
    ):
        found[table].append(column)
    made = ("session_updates",)  # by the database itself
    tables = [table for table, columns in found.items() if "session_row" in columns and table not in made]
    return [(table, found[table]) for table in sorted(tables, key=lambda table: table != "user_sessions")]


def _copy(connection: psycopg.Connection, table: str, columns: list[str], start: int, end: int) -> None:
    """Rows of the first session again, for sessions `start` to `end`."""
    fresh = {"session_row": "t.session_row + n"}
    if table == "user_sessions":
        fresh |= {"session_id": "md5(n::text)::uuid::text", "family": "md5(n::text)::uuid::text"}
    values = ", ".join(fresh.get(column, f"t.{column}") for column in columns)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {values} FROM {table} t, generate_series(%s::bigint, %s::bigint) n "
        "WHERE t.session_row = (SELECT min(session_row) FROM user_sessions)",
        (start, end - 1),
    )


def _progress(done: int, count: int, began_s: float) -> None:
    rate = done / (time.monotonic() - began_s)
    left_s = (count - done) / rate
    print(f"\r{done:,} of {count:,} sessions, {rate:,.0f}/s, {left_s:,.0f} s left   ", end="", file=sys.stderr)


# --- what a turn touches -----------------------------------------------------------------------------------------


def explain(url: str, on: bool) -> None:
    """For connections that are opened from now on."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        for setting, value in EXPLAIN.items():
            if on:
                connection.execute(f"ALTER DATABASE {name} SET {setting} = '{value}'")
            else:
                connection.execute(f"ALTER DATABASE {name} RESET {setting}")


class Plan(NamedTuple):
    """A statement and the pages it touched: what EXPLAIN says in its first line, and all of them."""

    text: str
    pages: int
    in_all: int


def read_plans(log: str) -> list[Plan]:
    """Those that were run, in order."""
    plans: list[Plan] = []
    for entry in re.split(r"^\S.*duration: [\d.]+ ms  plan:$", log, flags=re.MULTILINE)[1:]:
        text, _, plan = entry.partition("(cost=")
        pages = _pages(plan)
        # Parts that write and that the rest does not read run when all else is done.
        written = re.split(r"^\s+CTE (?!going$)\w+\n\s+->  (?:Insert|Update|Delete) on", plan, flags=re.MULTILINE)[1:]
        query = text.partition("Query Text: ")[2].rpartition("\n")[0]
        plans.append(Plan(" ".join(query.split()), pages, pages + sum(map(_pages, written))))
    return plans


def _pages(plan: str) -> int:
    """Of the first node and what is below it."""
    own = plan.partition("->")[0]
    found = re.search(r"Buffers: shared((?: \w+=\d+)+)", own)
    return sum(map(int, re.findall(r"(?:hit|read)=(\d+)", found[1]))) if found else 0


class Log:
    """What a server wrote since it was last looked at."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0

    def new(self) -> str:
        with self._path.open("rb") as stream:
            stream.seek(self._at)
            data = stream.read()
        self._at += len(data)
        return data.decode(errors="replace")


async def plans_of_turns(node: Node, log: Log, turns: int) -> dict[str, list[Plan]]:
    """Plans by statement, numbered where one is run twice in a turn; not what the node asks now and then."""
    found: dict[str, list[Plan]] = defaultdict(list)
    for n, session_id in enumerate(random.Random(1).sample(node.ids, turns)):
        log.new()
        await node.talk(session_id, 900 + n)
        seen: dict[str, int] = defaultdict(int)
        for plan in read_plans(log.new()):
            seen[plan.text] += 1
            found[f"{plan.text} #{seen[plan.text]}"].append(plan)
    return {text: plans for text, plans in found.items() if len(plans) > turns // 2}


# --- the run -----------------------------------------------------------------------------------------------------


async def measure(few: int, many: int, turns: int) -> dict[str, object]:
    server = PostgresServer()
    server.start()
    urls = [server.new_database(), server.new_database()]
    try:
        with TemporaryDirectory() as name:
            package = Path(name) / "many.gbai"
            (package / "many.gbdialog").mkdir(parents=True)
            (package / "many.gbdialog/start.bas").write_text(SCRIPT, encoding="utf-8")
            nodes = [await Node.start(url, package) for url in urls]
            for node, count in zip(nodes, (few, many), strict=True):
                await fill(node, count)
            figures = await _timed(nodes, turns)
            figures |= await _lists(nodes[1])
            for node in nodes:
                await node.close()
            for url in urls:
                explain(url, on=True)
            nodes = [await Node.start(url, package) for url in urls]
            with psycopg.connect(urls[0]) as one, psycopg.connect(urls[1]) as other:
                for node, connection in zip(nodes, (one, other), strict=True):
                    rows = connection.execute("SELECT session_id FROM user_sessions ORDER BY session_id DESC LIMIT 900")
                    node.ids = [SessionId(session_id) for (session_id,) in rows]
            for url in urls:
                # Few sessions lie in few pages, and the first change of a page after it touches a map as well.
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute("VACUUM")
            figures |= await _explained(nodes, Log(server.folder / "log"))
            for node in nodes:
                await node.close()
            for url in urls:
                explain(url, on=False)
            figures |= await _ways(urls, package)
        return figures
    finally:
        server.close()


async def _timed(nodes: list[Node], turns: int) -> dict[str, object]:
    process = psutil.Process()
    chosen = [random.Random(2).sample(node.ids, min(turns, len(node.ids))) for node in nodes]
    spent: list[list[float]] = [[], []]
    size = 0
    for n in range(min(map(len, chosen))):
        if n == 20:
            size = process.memory_info().rss
        for node, ids, seconds in zip(nodes, chosen, spent, strict=True):
            seconds.append(await node.talk(ids[n], n + 100))
    few_s, many_s = (statistics.median(seconds[20:]) for seconds in spent)
    grown = process.memory_info().rss - size
    return {"turn_few_ms": few_s * 1e3, "turn_many_ms": many_s * 1e3, "turn_ratio": many_s / few_s, "node_bytes": grown}


async def _lists(node: Node) -> dict[str, object]:
    figures: dict[str, object] = {}
    token = ""
    for page in ("first", "second", "third"):
        began_s = time.perf_counter()
        found = await node.sessions.list_sessions(LOCAL, SessionFilter(), 50, token)
        figures[f"list_sessions_{page}_ms"] = (time.perf_counter() - began_s) * 1e3
        token = found.next_token
    began_s = time.perf_counter()
    await node.sessions.list_messages(LOCAL, node.ids[0], 50, "")
    figures["list_messages_ms"] = (time.perf_counter() - began_s) * 1e3
    return figures


_PAGES = "SELECT indexrelname, idx_blks_hit + idx_blks_read FROM pg_statio_user_indexes"
_LEVELS = """
SELECT c.relname, (bt_metap(c.relname::text)).fastlevel FROM pg_class c JOIN pg_am a ON a.oid = c.relam
WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relnamespace = 'public'::regnamespace
"""


async def _ways(urls: list[str], package: Path, turns: int = 60) -> dict[str, object]:
    """Through which indexes a turn goes, and how much deeper they are in the large database."""
    pages = [await _index_pages(url, package, turns) for url in urls]
    levels: list[dict[str, int]] = []
    for url in urls:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
            levels.append(dict(connection.execute(_LEVELS).fetchall()))
    figures: dict[str, object] = {}
    unexplained = 0.0
    for name in sorted(pages[1]):
        few, many = (each.get(name, 0.0) for each in pages)
        if name not in levels[1]:
            if round(many):
                unexplained += many - few
                figures[f"ways_{name}"] = f"by hash: {few:.1f} pages, {many:.1f}"
            continue
        ways = round(many / (levels[1][name] + 1))
        if ways:
            deeper = levels[1][name] - levels[0][name]
            unexplained += many - few - ways * deeper
            figures[f"ways_{name}"] = (
                f"{ways}: {few:.1f} pages, {many:.1f}; levels {levels[0][name] + 1}, {levels[1][name] + 1}"
            )
    return figures | {"unexplained": unexplained}


async def _index_pages(url: str, package: Path, turns: int) -> dict[str, float]:
    """Pages of each index that a turn touches; what a node does beside its turns is measured first and taken off."""
    counted = []
    for n in (0, turns):
        before = await _counted(url)
        node = await Node.start(url, package)
        with psycopg.connect(url) as connection:
            rows = connection.execute("SELECT session_id FROM user_sessions ORDER BY md5(session_id) LIMIT 500")
            ids = [SessionId(session_id) for (session_id,) in rows]
        for at, session_id in enumerate(ids[:n]):
            await node.talk(session_id, 10_000 + at)
        await node.close()
        after = await _counted(url)
        counted.append({name: after[name] - before[name] for name in after})
    return {name: (counted[1][name] - counted[0][name]) / turns for name in counted[0]}


async def _counted(url: str) -> dict[str, int]:
    """What the database counted, once those who left have handed in what they know."""
    with psycopg.connect(url, autocommit=True) as connection:
        before: dict[str, int] = {}
        now: dict[str, int] = dict(connection.execute(_PAGES).fetchall())
        while now != before:
            await asyncio.sleep(1.5)
            before, now = now, dict(connection.execute(_PAGES).fetchall())
    return before


async def _explained(nodes: list[Node], log: Log) -> dict[str, object]:
    found = [await plans_of_turns(node, log, 30) for node in nodes]
    few, many = [{text: _medians(plans) for text, plans in each.items()} for each in found]
    more = {text: tuple(many[text][i] - few.get(text, (0, 0))[i] for i in (0, 1)) for text in many}
    figures: dict[str, object] = {
        "statements_few": len(few),
        "statements_many": len(many),
        "same_statements": set(few) == set(many),
    }
    for i, suffix in enumerate(("", "_in_all")):
        figures[f"buffers_few{suffix}"] = sum(pages[i] for pages in few.values())
        figures[f"buffers_many{suffix}"] = sum(pages[i] for pages in many.values())
        figures[f"most_more{suffix}"] = max((pages[i] for pages in more.values()), default=0)
    for text, (pages, in_all) in more.items():
        figures[f"more_{text[:12]}…{text[-90:]}"] = f"{pages}, in all {in_all}"
    return figures


def _medians(plans: list[Plan]) -> tuple[float, float]:
    return statistics.median(plan.pages for plan in plans), statistics.median(plan.in_all for plan in plans)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    figures = asyncio.run(measure(options.few, options.many, options.turns))
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:24} {figure}")


if __name__ == "__main__":
    main()
