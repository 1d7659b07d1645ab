"""Tables of bots through the engine: rows commit with the turn, once, and no update is lost."""

from __future__ import annotations

import asyncio

import pytest

from botserver.errors import ScriptError
from botserver.model import Reply
from botserver.session import tablefiles
from botserver.session.performers import tables
from botserver.session.tablefiles import read_table
from botserver.session.tables import table_name
from botserver.vm.values import HostValue
from tests.unit.session.world import World, texts

ORDERS = """
HEAR item
id = SAVE "orders", {item: item, count: 1}
TALK id
found = FIND "orders", "item = ${item}"
TALK "${UBOUND(found)} of ${UBOUND(FIND "orders")}"
"""
COUNT = """
HEAR x
row = FIND "stock" WHERE id = "tea" FIRST
WAIT 0
UPDATE "stock", "tea", {n: row.n - 1}
TALK row.n
"""


async def say(world: World, text: str = "x", bot: str = "bot") -> Reply:
    session_id, _ = await world.open(bot)
    return await world.say(session_id, text)


async def rows(world: World, table: str, bot: str = "bot") -> list[bytes]:
    return [row.value for row in await world.store.list_rows(bot, table, 1_000)]


def number(reply: Reply) -> int:
    assert reply.fault is not None
    return reply.fault.number


async def test_rows_are_there_for_other_sessions_and_after_a_restart(world: World) -> None:
    await world.deploy(start=ORDERS)
    first = texts(await say(world, "tea"))
    await world.restart()
    second = texts(await say(world, "tea"))
    assert (first[1], second[1]) == ("1 of 1", "2 of 2")
    assert len({first[0], second[0]}) == 2


async def test_a_table_belongs_to_its_bot(world: World) -> None:
    await world.deploy("one", start=ORDERS)
    await world.deploy("two", start=ORDERS)
    assert texts(await say(world, "tea", "one"))[1] == texts(await say(world, "tea", "two"))[1] == "1 of 1"


async def test_of_updates_that_rest_on_one_row_none_is_lost(world: World) -> None:
    await world.deploy(start='SAVE "stock", {id: "tea", n: 100}')
    await world.open()
    await world.deploy(start=COUNT)
    opened = [(await world.open())[0] for _ in range(12)]
    replies = await asyncio.gather(*(world.say(session_id, "x") for session_id in opened))
    assert sorted(int(texts(reply)[0]) for reply in replies) == list(range(89, 101))
    assert await rows(world, "stock") == [b'1{"id":"tea","n":88}']


async def test_of_rows_saved_at_once_with_one_key_one_stays(world: World) -> None:
    await world.deploy(start='HEAR x\nSAVE "users", {id: "ann", last: x}\nTALK COUNT(FIND "users")')
    opened = [(await world.open())[0] for _ in range(8)]
    replies = await asyncio.gather(*(world.say(session_id, str(n)) for n, session_id in enumerate(opened)))
    assert [texts(reply) for reply in replies] == [["1"]] * 8
    assert len(await rows(world, "users")) == 1


async def test_of_inserts_at_once_with_one_key_one_succeeds(world: World) -> None:
    await world.deploy(start='HEAR x\nINSERT "users", {id: "ann"}\nTALK "mine"')
    opened = [(await world.open())[0] for _ in range(6)]
    replies = await asyncio.gather(*(world.say(session_id, "x") for session_id in opened))
    assert sorted(reply.fault.number if reply.fault else 0 for reply in replies) == [0, *[2003] * 5]


async def test_a_script_that_fails_keeps_what_it_wrote_before(world: World) -> None:
    await world.deploy(start='HEAR x\nSAVE "t", {id: 1}\nSAVE "t", [{id: 2}, {id: 3, big: STRING(300000, "x")}]')
    assert number(await say(world)) == 9008
    assert await rows(world, "t") == [b'1{"id":1}']


async def test_rows_written_before_a_call_are_there_once_whatever_fails(world: World) -> None:
    script = 'HEAR x\nSAVE "t", {a: x}\nr = CALL "/test/slow", 0, x\nSAVE "t", {a: x & "!"}\nTALK COUNT(FIND "t")'
    await world.deploy(start=script)
    for fail_at in range(1, 30):
        session_id, _ = await world.open()
        world.store.calls, world.store.fail_at, world.store.fail_after_work = 0, fail_at, bool(fail_at % 2)
        for _ in range(4):
            try:
                await world.settle(world.say(session_id, f"x{fail_at}", f"m{fail_at}"), step_s=40)
                break
            except Exception:  # noqa: BLE001 - the answer was lost; the user sends again
                await world.pass_time(40)
        world.store.fail_at = 0
        written = [row for row in await rows(world, "t") if b'"x%d' % fail_at in row]
        assert len(written) == 2, fail_at


async def test_many_rows_are_found_by_key_and_in_order(world: World) -> None:
    make = """
rows = []
FOR i = 1 TO 1200
  PUSH rows, {id: i, group: i MOD 3, name: "n" & i}
NEXT
SAVE "big", rows
"""
    ask = """
HEAR x
r = FIND "big" WHERE id = 1107 FIRST
TALK r.name
r = FIND "big", "id = '007'"
TALK r.name
r = FIND "big" WHERE group = 2 ORDER BY id DESC LIMIT 2 OFFSET 1
TALK r[0].id & " " & r[1].id & " " & UBOUND(r)
TALK UPDATE("big", "group = 0", {group: "none"}) & " " & DELETE("big", "id > 1190 AND id < 1195")
TALK UBOUND(FIND "big")
"""
    await world.deploy(start=make)
    assert (await world.open())[1].fault is None
    await world.deploy(start=ask)
    assert texts(await say(world)) == ["n1107", "n7", "1196 1193 2", "400 4", "1196"]


# --- files

FILES = {
    "bot.gbdata/Prices.csv": 'id,name,price,code,fresh\n1,Tea,2.50,007,true\n2,"Café, strong",3,1e5,false\n',
    "bot.gbdrive/prices.csv": "id,name\n9,wrong folder\n",
    "bot.gbdrive/people.json": '[{"name": "Ann", "tags": ["a"]}, {"name": "Bob", "AGE": 7, "Name": null}]',
    "bot.gbdata/euro.csv": "a;b\n1,5;x\n",
    "bot.gbdata/empty.csv": "",
    "bot.gbdata/bad.json": "[1, 2]",
    "bot.gbdata/list.csv": "text\none\ntwo\n",
}


async def test_files_of_the_package_are_tables(world: World) -> None:
    ask = """
HEAR x
x = FIND "prices.csv", "price > 1 AND fresh = true"
TALK x
rows = FIND people.json
TALK rows
TALK FIND "euro.csv"
TALK UBOUND(FIND "empty.csv") & UBOUND(FIND "none.csv") & COUNT(FIND "PRICES.CSV")
x = FIND "bad.json"
"""
    await world.deploy(files=FILES, start=ask)
    reply = await say(world)
    assert texts(reply)[:-1] == [
        '[{"id":1,"name":"Tea","price":2.5,"code":"007","fresh":true}]',
        '[{"name":"Ann","tags":["a"],"AGE":null},{"name":"Bob","tags":null,"AGE":7}]',
        '[{"a":"1,5","b":"x"}]',
        "002",
    ]
    assert number(reply) == 3005


async def test_what_the_bot_writes_to_a_file_is_seen_everywhere_and_outlives_a_release(world: World) -> None:
    script = """
HEAR x
UPDATE "prices.csv", "name = Tea", {price: 3}
SAVE "prices.csv", {id: 3, name: x}
SAVE "list.csv", {text: x}
TALK FIND "prices.csv"
TALK FIND "list.csv"
"""
    await world.deploy(files=FILES, start=script)
    await say(world, "Milk")
    await world.restart()
    changed = {"bot.gbdata/Prices.csv": "id,name\n5,Other\n"}
    await world.deploy(files=changed, start='HEAR x\ny = FIND "prices.csv", "id > 1"\nTALK y\nTALK FIND "list.csv"')
    milk = '{"id":3,"name":"Milk","price":null,"code":null,"fresh":null}]'
    assert texts(await say(world)) == [
        '[{"id":2,"name":"Café, strong","price":3,"code":"1e5","fresh":false},' + milk,
        '[{"text":"one"},{"text":"two"},{"text":"Milk"}]',
    ]


async def test_of_sessions_that_write_to_a_file_at_once_none_is_lost(world: World) -> None:
    await world.deploy(files=FILES, start='HEAR x\nSAVE "list.csv", {text: x}\nTALK "ok"')
    opened = [(await world.open())[0] for _ in range(8)]
    await asyncio.gather(*(world.say(session_id, str(n)) for n, session_id in enumerate(opened)))
    assert len(await rows(world, "list.csv")) == 2 + 8


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("../x.csv", 5004), ("a/../../x.json", 5004), ("/etc/x.csv", 5004), ("..\\x.csv", 5004),
        ("x.xlsx", 9012), ("erp.orders", 9012), ("", 4002), (".", 4002), ("x" * 256, 4002), (None, 4002), (5, 4002),
    ],
)  # fmt: skip
def test_names_that_are_no_table(name: HostValue, number: int) -> None:
    with pytest.raises(ScriptError) as refused:
        table_name(name)
    assert refused.value.number == number


def test_names_of_tables_are_the_same_in_any_case() -> None:
    assert [table_name(name) for name in (" Orders ", ".orders", "Data\\X.CSV", "ÄRA")] == [
        "orders", "orders", "data/x.csv", "ära",
    ]  # fmt: skip


def test_cells_have_the_type_they_are_written_as() -> None:
    cells = ["0", "-5", "007", "1.50", "-0.5", ".5", "1e3", "123456789012345", "1234567890123456", "true", "TRUE", ""]
    found = [tablefiles.cell_value(cell) for cell in cells]
    assert found == [0, -5, "007", 1.5, -0.5, ".5", "1e3", 123456789012345, "1234567890123456", True, "TRUE", ""]


@pytest.mark.parametrize("name", ["t.csv", "t.json"])
@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b'a,"b\n', b"a,a,A,,\n1,2,3,4,5,6,7\n", b"[" * 5000, b"\x00"])
def test_any_bytes_are_a_table_or_refused(name: str, data: bytes) -> None:
    try:
        table = read_table(name, data)
    except ScriptError as error:
        assert error.number == 3005  # noqa: PT017 - either is fine
    else:
        assert len({column.lower() for column in table.definition.columns}) == len(table.definition.columns)


# --- declared tables

DECLARED = """
TABLE orders
    number integer key
    item string
    state string default 'open'
END TABLE
"""


async def test_declared_tables_are_made_with_the_package_and_widened_by_the_next(world: World) -> None:
    script = 'HEAR x\nTALK FIND orders\nTALK SAVE("orders", {item: x})\nTALK SAVE("orders", {item: x, state: "b"})'
    await world.deploy(tables=DECLARED, start=script)
    assert texts(await say(world, "tea")) == ["[]", "1", "2"]
    wider = DECLARED.replace("END TABLE", "total number\nEND TABLE").replace("number integer key", "number integer")
    await world.deploy(tables=wider, start='HEAR x\nTALK SAVE("orders", {item: x})\nTALK FIND orders')
    await world.restart()
    first = '{"number":1,"item":"tea","state":"open","total":null}'
    second = first.replace("1", "2").replace("open", "b")
    third = first.replace("1", "3").replace("tea", "mate")
    assert texts(await say(world, "mate")) == [
        "3",
        f"[{first},{second},{third}]",
    ]


async def test_rows_of_a_declared_table_are_known_by_its_key(world: World) -> None:
    table = "TABLE people\nemail string key\nname string\nEND TABLE\n"
    ask = 'SAVE "people", {email: "a@b", name: "Ann"}\nSAVE "people", "a@b", {name: x}\nTALK FIND people'
    await world.deploy(start=table + "HEAR x\n" + ask + '\nINSERT "people", {email: "a@b"}')
    reply = await say(world, "Anna")
    assert texts(reply)[0] == '[{"email":"a@b","name":"Anna"}]'
    assert number(reply) == 2003


async def test_a_declared_table_without_key_only_grows(world: World) -> None:
    table = "TABLE log\ntext string\nEND TABLE\n"
    await world.deploy(start=table + 'TALK SAVE("log", {text: "a"}) IS NULL\nSAVE "log", {text: "a"}\nTALK FIND log')
    assert texts((await world.open())[1]) == ["true", '[{"text":"a"},{"text":"a"}]']


# --- bounds


async def test_bounds_of_results_and_of_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "FIND_ROWS", 3)
    monkeypatch.setattr(tables, "TURN_ROWS_WRITTEN", 6)
    await world.deploy(start='SAVE "t", [{id: 1, a: 1}, {id: 2, a: 1}, {id: 3, a: 1}]\nx = FIND "t"\nTALK UBOUND(x)')
    assert texts((await world.open())[1]) == ["3"]
    await world.deploy(start='SAVE "t", {id: 4}\nx = FIND "t"')
    assert number((await world.open())[1]) == 9013
    await world.deploy(start='SAVE "t", [{}, {}, {}, {}, {}, {}]\nTALK COUNT(FIND "t", "a = 1")')
    await world.deploy(start='SAVE "t", [{}, {}, {}, {}, {}, {}, {}]')
    assert number((await world.open())[1]) == 9013
    assert len(await rows(world, "t")) == 4
    monkeypatch.setattr(tables, "TURN_QUERY_STEPS", 4)
    await world.deploy(start='x = FIND "t", "a = 1"\nTALK UBOUND(x)\nx = FIND "t", "a = 1"')
    reply = (await world.open())[1]
    assert (texts(reply)[0], number(reply)) == ("3", 9013)
    monkeypatch.setattr(tables, "TURN_ROWS_READ", 7)
    await world.deploy(start='x = FIND "t" LIMIT 1\nx = FIND "t" LIMIT 1')
    assert number((await world.open())[1]) == 9013


async def test_bounds_of_tables(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "TABLES", 1)
    monkeypatch.setattr(tables, "TABLE_ROWS", 2)
    await world.deploy(start='SAVE "t", [{}, {}]')
    assert (await world.open())[1].fault is None
    await world.deploy(start='SAVE "t", {}')
    assert number((await world.open())[1]) == 9008
    await world.deploy(start='SAVE "t2", {}')
    assert number((await world.open())[1]) == 9008
    wide = ", ".join(f"c{n}: 1" for n in range(201))
    await world.deploy(start=f'UPDATE "t", "id <> 0", {{{wide}}}')
    assert number((await world.open())[1]) == 9008
    await world.deploy(start='m = {}\nm[STRING(256, "x")] = 1\nUPDATE "t", "id <> 0", m')
    assert number((await world.open())[1]) == 4002


async def test_a_result_larger_than_the_memory_of_the_session_is_an_error_it_survives(world: World) -> None:
    make = 'FOR i = 1 TO 30\nSAVE "t", {id: i, a: STRING(100000, "x")}\nNEXT\nTALK "made"'
    await world.deploy(start=make)
    await world.open()
    await world.deploy(start='x = FIND "t"', config={"session-memory-limit": "1MB"})
    session_id, reply = await world.open()
    assert number(reply) == 9013
    assert (await world.say(session_id, "still there")).fault is None


async def test_products_have_the_key_their_table_was_declared_with(world: World) -> None:
    await world.deploy(
        tables="TABLE products\nsku string key\nname string\nEND TABLE",
        start='SAVE "products", {sku: "x-1", name: "Tea"}\nHEAR x\nTALK PRODUCT(x).name\nTALK "[" & PRODUCT("x") & "]"',
    )
    session_id, _ = await world.open()
    assert texts(await world.say(session_id, "x-1")) == ["Tea", "[]"]


async def test_products_are_searched_in_the_file_of_the_package_and_in_what_the_turn_wrote(world: World) -> None:
    await world.deploy(
        files={"bot.gbdata/products.csv": "id,name\n1,Chá verde\n2,Pão\n"},
        start='SAVE "products.csv", {id: 2, name: "Chá preto"}\nTALK JOIN(MAP(SEARCH PRODUCTS "cha", "id"))',
        read='TALK JOIN(MAP(SEARCH PRODUCTS "pao", "id"))',
    )
    assert texts((await world.open(script="read"))[1]) == ["2"]
    assert texts((await world.open())[1]) == ["1,2"]
    assert texts((await world.open(script="read"))[1]) == [""]


async def test_a_product_found_and_changed_elsewhere_meanwhile_is_found_again(world: World) -> None:
    await world.deploy(
        start='SAVE "products", {id: 1, stock: 5}\n'
        'HEAR x\np = PRODUCT 1\nSAVE "products", {id: 1, stock: p.stock - 1}\nTALK p.stock'
    )
    sessions = [(await world.open())[0] for _ in range(4)]
    replies = await asyncio.gather(*(world.say(session_id, "x") for session_id in sessions))
    assert sorted(text for reply in replies for text in texts(reply)) == ["2", "3", "4", "5"]
