"""Tables that a package declares: made, or widened, when it becomes the active release of its bot."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import ScriptError, StoreUnavailable
from ..language.declarations import TableDeclaration
from ..limits import TABLES
from ..store.abc import Store
from ..store.tables import TableWrite
from .tables import declared, decode_definition, table_name

_ATTEMPTS = 10


async def ensure_tables(store: Store, bot: str, tables: Iterable[TableDeclaration]) -> None:
    """Make the tables that are missing and add columns that are. Nothing is dropped; a table with rows keeps its key.

    Raises StoreUnavailable when other processes keep changing the same table.
    """
    for table in tables:
        for _ in range(_ATTEMPTS):
            if await _ensure(store, bot, table):
                break
        else:
            raise StoreUnavailable(what=f"table {table.name} changes all the time")


async def _ensure(store: Store, bot: str, table: TableDeclaration) -> bool:
    name = table_name(table.name)
    info = await store.find_table(bot, name)
    if info is None:
        if await store.count_tables(bot) >= TABLES:
            return True  # scripts are told when they use it
        return await store.put_table(bot, TableWrite(name, declared(table).encoded()))
    definition = decode_definition(info.definition)
    try:
        definition.declare(table)
    except ScriptError:
        return True  # it has as many columns as it can have
    if info.rows == 0:
        definition.key = table.key
    if definition.encoded() == info.definition:
        return True
    return await store.put_table(bot, TableWrite(name, definition.encoded(), info.version))
