"""A dialogue of two questions in LangGraph with its savers: a program for the peers' environment (peers.py), not ours.

    langgraph_dialogue.py DATABASE CONVERSATIONS TOGETHER

DATABASE is the URL of a PostgreSQL or a file for SQLite. Each question is an interrupt, each answer resumes the graph;
states are saved when the graph stops, which is the fastest of its ways that is durable. All conversations begin, then
all answer the first question, then all the second, TOGETHER at a time. Prints answers a second and the CPU of one.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

CONNECTIONS = 16


class State(TypedDict, total=False):
    name: str
    size: str
    reply: str


def ask_name(state: State) -> State:
    return {"name": interrupt("What is your name?")}


def ask_size(state: State) -> State:
    return {"size": interrupt(f"Which size, {state['name']}?")}


def confirm(state: State) -> State:
    return {"reply": f"{state['name']}, your {state['size']} pizza comes."}


@asynccontextmanager
async def open_saver(database: str) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    if not database.startswith("postgresql://"):
        async with AsyncSqliteSaver.from_conn_string(database) as saver:
            await saver.conn.execute("PRAGMA journal_mode = WAL")
            await saver.conn.execute("PRAGMA synchronous = FULL")
            yield saver
        return
    settings = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    async with AsyncConnectionPool(database, min_size=CONNECTIONS, max_size=CONNECTIONS, kwargs=settings) as pool:
        postgres = AsyncPostgresSaver(pool)
        await postgres.setup()
        yield postgres


async def main(database: str, conversations: int, together: int) -> None:
    graph = StateGraph(State)
    for node in (ask_name, ask_size, confirm):
        graph.add_node(node.__name__, node)
    for before, after in ((START, "ask_name"), ("ask_name", "ask_size"), ("ask_size", "confirm"), ("confirm", END)):
        graph.add_edge(before, after)
    async with open_saver(database) as saver:
        compiled = graph.compile(checkpointer=saver)

        async def turn(word: Any) -> None:
            async def lane(own: range) -> None:
                for number in own:
                    config = {"configurable": {"thread_id": str(number)}}
                    results.append(await compiled.ainvoke(word, config, durability="exit"))

            results: list[Any] = []
            await asyncio.gather(*(lane(range(first, conversations, together)) for first in range(together)))
            last.extend(results[-1:])

        last: list[Any] = []
        await turn({})
        began_s, cpu_began_s = time.perf_counter(), time.process_time()
        await turn(Command(resume="Ada"))
        await turn(Command(resume="large"))
        seconds, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_began_s
        assert last[-1]["reply"] == "Ada, your large pizza comes.", last
    answers = 2 * conversations
    print(json.dumps({"turns_per_s": answers / seconds, "cpu_us": cpu_s / answers * 1e6}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
