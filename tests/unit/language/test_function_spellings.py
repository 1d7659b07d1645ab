"""Every function by each of its names: with `$`, in any case, as a method, with too little and too much."""

from __future__ import annotations

import pytest

from botserver.language.builtins import SPECS, SYNONYMS, BuiltinSpec, find_builtin
from botserver.language.compiler import compile_source
from botserver.language.source import ERROR

NAMES = sorted({spec.name for spec in SPECS if spec.is_callable} | set(SYNONYMS))
"""As scripts may call them."""


def codes(text: str) -> list[str]:
    return [item.code for item in compile_source(text, "one.bas")[1] if item.severity == ERROR or item.code == "L201"]


def spec_of(name: str) -> BuiltinSpec:
    spec = find_builtin(name)
    assert spec is not None
    return spec


def arguments(n: int) -> str:
    return ", ".join(f"v{index}" for index in range(n))


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_called_by_any_spelling(name: str) -> None:
    spec = spec_of(name)
    most = spec.min_arguments + 3 if spec.max_arguments is None else spec.max_arguments
    for n in {spec.min_arguments, most}:
        for spelling in (name, name.lower(), name.capitalize(), f"{name}$", f"{name.lower()}$"):
            assert codes(f"x = {spelling}({arguments(n)})") == [], spelling


@pytest.mark.parametrize("name", [name for name in NAMES if spec_of(name).max_arguments != 0])
def test_a_function_is_a_method_of_its_first_argument(name: str) -> None:
    n = max(spec_of(name).min_arguments, 1)
    assert codes(f"v0 = 1\nx = v0.{name.lower()}({arguments(n)[4:]})") == []


@pytest.mark.parametrize("name", NAMES)
def test_a_function_takes_no_fewer_and_no_more_than_it_can(name: str) -> None:
    spec = spec_of(name)
    if spec.min_arguments:  # L103: some are keywords too, which need an operand
        assert codes(f"x = {name}({arguments(spec.min_arguments - 1)})") in (["L108"], ["L103"])
    if spec.max_arguments is not None and name != "JOIN":  # JOIN(left, right, key) is the keyword on rows
        assert codes(f"x = {name}({arguments(spec.max_arguments + 1)})") in (["L108"], ["L103"])
