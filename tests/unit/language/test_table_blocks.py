"""TABLE … END TABLE: what is read of it, line by line."""

from __future__ import annotations

import pytest

from botserver.language.compiler import compile_script
from botserver.language.declarations import ColumnDeclaration, TableDeclaration
from botserver.limits import TABLE_COLUMNS


def read(text: str) -> TableDeclaration:
    compiled = compile_script(text, "tables.bas")
    assert compiled.program is not None, "\n".join(item.render() for item in compiled.diagnostics)
    (table,) = compiled.tables
    return table


def test_types_keys_and_words_of_columns() -> None:
    table = read("""
TALK "before"
TABLE Orders   ' the orders
    number integer key      ' and a key of no other column
    customer* string(40) not null references customers

    ' a comment
    # another
    total number(10,2) default 0.5
    note text default 'it''s (open',
    paid boolean DEFAULT false
    state states
    made timestamp default now()
END TABLE
TALK "after"
""")
    assert (table.name, table.key, table.connection) == ("Orders", "number", "")
    assert [(column.name, column.type, column.default) for column in table.columns] == [
        ("number", "integer", None),
        ("customer", "string", None),
        ("total", "number", 0.5),
        ("note", "text", "it's (open"),
        ("paid", "boolean", False),
        ("state", "states", None),
        ("made", "timestamp", None),
    ]
    assert table.columns[1].rest == "not null references customers"


def test_definitions_of_sql() -> None:
    table = read("""TABLE contracts
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  customer UUID REFERENCES customers(id),
  amount DECIMAL(10, 2) CHECK (
    amount > 0 AND
    amount < 100
  ),
  "unit price" NUMERIC GENERATED ALWAYS AS (amount * 2) STORED,
  state VARCHAR(40) NOT NULL DEFAULT 'draft',
  UNIQUE (customer, state),
  CONSTRAINT c CHECK (amount > 0)
  CREATE INDEX by_state ON contracts(state)
end table""")
    assert [column.name for column in table.columns] == ["id", "customer", "amount", "unit price", "state"]
    assert (table.key, table.columns[4]) == (
        "id",
        ColumnDeclaration("state", "varchar", "draft", "NOT NULL DEFAULT 'draft'"),
    )
    assert read("TABLE t\na string\nPRIMARY KEY (a)\nEND TABLE").key == "a"
    assert read("TABLE t\nID string\nEND TABLE").key == "id"
    assert read("TABLE t\na\nEND TABLE").columns == (ColumnDeclaration("a", "string"),)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("TABLE t\na string\nTALK 1", "L105", 1),
        ("TABLE t\na string\n(b) string\nEND TABLE", "L103", 3),
        ("TABLE t\na string\nA string\nEND TABLE", "L107", 3),
        ("TABLE t\n" + "".join(f"c{n} string\n" for n in range(TABLE_COLUMNS + 1)) + "END TABLE", "L112", 202),
        (f"TABLE {'t' * 256}\na string\nEND TABLE", "L112", 1),
        ("END TABLE", "L104", 1),
    ],
)
def test_mistakes_are_told_where_they_stand(text: str, code: str, line: int) -> None:
    found = compile_script(text, "tables.bas").diagnostics[0]
    assert (found.code, found.line) == (code, line)


def test_a_table_of_another_database_is_warned_of() -> None:
    for header in ("TABLE orders ON erp", 'TABLE "erp.orders"', "TABLE erp.orders"):
        compiled = compile_script(f"{header}\nid string\nEND TABLE", "tables.bas")
        assert [item.code for item in compiled.diagnostics] == ["L206"]
        assert compiled.tables == ()


def test_table_is_a_name_elsewhere() -> None:
    text = "table = 1\ntable += 1\nWITH x\ntable = 2\nEND WITH\nTALK table + x.table"
    assert compile_script(text, "tables.bas").diagnostics == []
