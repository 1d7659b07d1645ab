"""Who may import whom, as a table, checked by reading the imports; docs/architecture.md draws the same picture."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.sources import parse

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "botserver"

FOUNDATION = ["immutable", "errors", "limits", "ids", "model", "clock", "desk"]

STORE_PARTS = [
    f"store.{part}"
    for part in (
        *("analytics", "cleaning", "deliveries", "desk", "files", "nodes", "queries", "releases", "repeats", "sends"),
        "tables",
        "timetables",
    )
]
"""What `store.abc` is made of."""

MAY_IMPORT: dict[str, list[str]] = {
    "immutable": [],
    "errors": [],
    "limits": [],
    "ids": [],
    "clock": [],
    "model": ["immutable", "errors", "ids"],
    "desk": ["ids", "limits"],
    "language": [*FOUNDATION, "language.late"],
    "language.late": [*FOUNDATION, "language"],
    "vm": [*FOUNDATION, "language"],
    "_speedups": [*FOUNDATION, "language", "vm"],
    "store.analytics": FOUNDATION,
    "store.cleaning": [*FOUNDATION, "store.queries"],
    "store.deliveries": FOUNDATION,
    "store.desk": FOUNDATION,
    "store.files": FOUNDATION,
    "store.nodes": [],
    "store.queries": FOUNDATION,
    "store.releases": [*FOUNDATION, "store.repeats"],
    "store.repeats": FOUNDATION,
    "store.sends": FOUNDATION,
    "store.tables": FOUNDATION,
    "store.timetables": FOUNDATION,
    "store.abc": [*FOUNDATION, *STORE_PARTS],
    "store": [*FOUNDATION, "store.abc", *STORE_PARTS],
    "outside.http": FOUNDATION,
    "outside.guard": [],
    "outside": [*FOUNDATION, "outside.http", "outside.guard"],
    "session": [*FOUNDATION, "language", "vm", "store.abc", *STORE_PARTS, "outside.http"],
    "rpc": [*FOUNDATION, "session"],
    "telemetry": FOUNDATION,
    "config": [*FOUNDATION, "outside.guard"],
    "packages": [*FOUNDATION, "language", "session"],
    "app": [
        *(*FOUNDATION, "language", "vm", "session", "store", "store.abc", "rpc", "telemetry", "config", "packages"),
        *("outside", "outside.http"),
    ],
    "supervisor": [*FOUNDATION, "app", "config", "rpc", "telemetry"],
    "simulation": [*FOUNDATION, "language", "vm", "session", "store", "store.abc"],
    "testing": [*FOUNDATION, "language", "vm", "session", "simulation", "outside.http"],
    "cli": [
        *(*FOUNDATION, "language", "vm", "session", "store.abc", "config", "app", "simulation", "testing"),
        "supervisor",
        *("outside", "outside.http", "outside.guard"),
    ],
}
"""A layer may import itself and these; the longest matching name is a module's layer."""

OURS_OUTSIDE = {"botserver_client": {"cli"}}
"""Our other packages, and the layers that may import them."""

LATE_IMPORTS = {"cli", "app", "language.late"}
"""Layers where an import may stand inside a function: a command loads only what it needs, so that it starts fast."""


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE).with_suffix("")
        parts = relative.parts[:-1] if relative.name == "__init__" else relative.parts
        yield ".".join(parts), path


FILES = dict(modules())


def layer_of(module: str) -> str | None:
    parts = module.split(".")
    for n in range(len(parts), 0, -1):
        name = ".".join(parts[:n])
        if name in MAY_IMPORT:
            return name
    return None


def imports_of(path: Path, module: str, *, load_time_only: bool = False) -> Iterator[str]:
    """The modules of botserver (without that first word) and our other packages that a file imports."""
    is_package = path.name == "__init__.py"
    for node in walk(parse(path), load_time_only):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from named(alias.name)
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0:
                yield from named(node.module or "")
                continue
            parts = module.split(".") if module else []
            base = parts[: len(parts) - node.level + (1 if is_package else 0)]
            if node.module:
                yield ".".join([*base, *node.module.split(".")])
            for alias in node.names:
                candidate = ".".join([*base, *(node.module or "").split("."), alias.name]).replace("..", ".").strip(".")
                if candidate in FILES:
                    yield candidate


def named(name: str) -> Iterator[str]:
    top, _, rest = name.partition(".")
    if top == "botserver" and rest:
        yield rest
    elif top in OURS_OUTSIDE:
        yield top


def walk(node: ast.AST, load_time_only: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if load_time_only:
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
        yield child
        yield from walk(child, load_time_only)


@pytest.mark.parametrize("module", sorted(FILES))
def test_module_imports_only_what_its_layer_may(module: str) -> None:
    if not module:
        return
    layer = layer_of(module)
    assert layer is not None, f"{module} belongs to no layer of the table"
    for target in imports_of(FILES[module], module):
        if target in OURS_OUTSIDE:
            assert layer in OURS_OUTSIDE[target], f"{module} must not import {target}"
            continue
        target_layer = layer_of(target)
        assert target_layer is not None, f"{module} imports {target}, which belongs to no layer"
        assert target_layer in {layer, *MAY_IMPORT[layer]}, f"{module} ({layer}) must not import {target}"


@pytest.mark.parametrize("module", sorted(FILES))
def test_imports_stand_at_the_top(module: str) -> None:
    if layer_of(module) in LATE_IMPORTS:
        return
    for node in ast.walk(parse(FILES[module])):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [n.lineno for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, f"{FILES[module]}:{inner[0]}: import inside a function"


def test_no_import_cycle_at_load_time() -> None:
    graph = {
        module: {target for target in imports_of(path, module, load_time_only=True) if target in FILES} - {module}
        for module, path in FILES.items()
    }
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_every_layer_of_the_table_exists() -> None:
    for layer in MAY_IMPORT:
        if layer == "_speedups":  # compiled; its sources are checked by their own build
            continue
        assert any(module == layer or module.startswith(layer + ".") for module in FILES), layer
