"""Arrays of our own making arrive as they left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
import pytest

from botserver.store.postgres.arrays import array
from tests.servers import postgres


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", ["a", None, "", "NULL", '{"x", \\}', "ü\n\U0001f600"]),
        ("text", ["one"]),
        ("bytea", [b"", None, bytes(range(256))]),
        ("int8", [1, None, -(2**63), 2**63 - 1]),
        ("float8", [0.1, None, -1e300, 1767225600.123456]),
        ("bool", [True, False]),
        ("text", []),
        ("bytea", []),
        ("int8", []),
    ],
)
def test_the_server_reads_what_was_given(kind: str, values: Sequence[Any]) -> None:
    with psycopg.connect(postgres().url("postgres")) as connection:
        found = connection.execute(f"SELECT %s::{kind}[]".encode(), [array(kind, values)], binary=True).fetchone()
    assert found == (list(values),)


def test_a_column_of_nothing_but_nulls_is_left_out() -> None:
    with psycopg.connect(postgres().url("postgres")) as connection:
        rows = connection.execute(
            "SELECT * FROM unnest(%s::text[], %s::int8[], %s::bytea[])",
            [array("text", ["a", "b"]), array("int8", [None, None]), array("bytea", [None, None])],
        ).fetchall()
    assert rows == [("a", None, None), ("b", None, None)]
