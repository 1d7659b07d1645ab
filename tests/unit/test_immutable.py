"""Values that are not guarded at run time compare and hash as if they were, and a debug run guards them. Those that are
made without running `__init__` are what it makes, and a wrong call fails as it does."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass as plain_dataclass
from dataclasses import field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botserver.immutable import changed, dataclass
from botserver.model import SuggestionView

_WRITE = "from botserver.model import SuggestionView; SuggestionView('y', 'Yes', '').key = 'n'"
_MADE = """
from botserver.immutable import changed
from botserver.model import SuggestionView
print(changed(SuggestionView('y', 'Yes'), label='No'), '__making__' in SuggestionView.__dict__)
"""


def _ask(program: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )


def test_values_with_the_same_fields_are_the_same() -> None:
    one, same, other = SuggestionView("y", "Yes"), SuggestionView("y", "Yes"), SuggestionView("n", "No")
    assert one == same != other
    assert {one, same, other} == {one, other}


def test_a_debug_run_guards_the_fields() -> None:
    run = _ask(_WRITE, BOTSERVER_DEBUG="1")
    assert "FrozenInstanceError: cannot assign to field 'key'" in run.stderr


@pytest.mark.parametrize(
    ("settings", "is_equipped"),
    [({"BOTSERVER_DEBUG": "", "BOTSERVER_VM": ""}, True), ({"BOTSERVER_DEBUG": "1"}, False),
     ({"BOTSERVER_DEBUG": "", "BOTSERVER_VM": "reference"}, False)],
)  # fmt: skip
def test_who_asks_for_python_gets_it(settings: dict[str, str], is_equipped: bool) -> None:
    run = _ask(_MADE, **settings)
    assert run.stdout == f"SuggestionView(key='y', label='No', kind='') {is_equipped}\n", run.stderr


# --- made as `__init__` makes them ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    first: Any
    second: Any
    third: Any = "3"
    fourth: list[int] = field(default_factory=list)


@plain_dataclass(frozen=True, slots=True)
class Plain:
    first: Any
    second: Any
    third: Any = "3"
    fourth: list[int] = field(default_factory=list)


FIELDS = ("first", "second", "third", "fourth")


def _outcome(cls: Callable[..., Any], by_place: list[int], by_name: dict[str, int]) -> Any:
    try:
        made = cls(*by_place, **by_name)
    except TypeError as error:
        return str(error).replace("Plain", "Made")
    return [getattr(made, name) for name in FIELDS]


@given(st.lists(st.integers(), max_size=6), st.dictionaries(st.sampled_from((*FIELDS, "fifth")), st.integers()))
def test_any_call_makes_or_refuses_what_init_does(by_place: list[int], by_name: dict[str, int]) -> None:
    assert _outcome(Made, by_place, by_name) == _outcome(Plain, by_place, by_name)


def test_each_value_has_its_own_default() -> None:
    one, other = Made(1, 2), Made(1, 2)
    one.fourth.append(5)
    assert (one.fourth, other.fourth) == ([5], [])


def test_a_name_put_together_at_run_time_is_a_name() -> None:
    first = "fir" + chr(115) + "t"
    assert changed(Made(**{first: 1, "second": 2}), **{first: 3}) == Made(3, 2)


def _fails() -> list[int]:
    raise LookupError("no default today")


@dataclass(slots=True)
class Fails:
    value: list[int] = field(default_factory=_fails)


def test_a_default_that_fails_says_so() -> None:
    with pytest.raises(LookupError, match="no default today"):
        Fails()


@dataclass(slots=True)
class Counted:
    value: int
    double: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.double = 2 * self.value


@dataclass(slots=True)
class Base:
    first: int
    second: int = 2


class Derived(Base):
    __slots__ = ("third",)

    def __init__(self, first: int) -> None:
        super().__init__(first)
        self.third = 3 * first


@dataclass(slots=True)
class OwnInit:
    first: int = 1

    def __init__(self, first: int = 5) -> None:
        self.first = 2 * first


class Numbered:
    __slots__ = ()
    made = 0

    def __new__(cls, *given: Any, **named: Any) -> Any:
        Numbered.made += 1
        return super().__new__(cls)


@dataclass(slots=True)
class NumberedValue(Numbered):
    first: int


@dataclass(slots=True)
class Refused(Exception):
    what: int


def test_a_new_of_its_own_is_run_also_a_base_s() -> None:
    before = Numbered.made
    assert (NumberedValue(4).first, Numbered.made) == (4, before + 1)
    assert Refused(3).args == (3,)


def test_an_init_that_does_more_is_run() -> None:
    assert (OwnInit(3).first, OwnInit().first) == (6, 10)
    assert Counted(4).double == 8
    assert (Derived(1).first, Derived(1).second, Derived(1).third) == (1, 2, 3)


@pytest.fixture
def seen() -> list[object]:
    gc.collect()
    return [object(), object()]


def test_nothing_is_kept_of_values_that_are_gone(seen: list[object]) -> None:
    before = [sys.getrefcount(each) for each in seen]
    for _ in range(100):
        made = changed(changed(Made(seen[0], second=seen[1]), third=seen[0]), third=seen[1])
        with pytest.raises(TypeError):
            Made(seen[0], second=seen[1], fifth=seen[0])
        with pytest.raises(TypeError):
            changed(made, fifth=seen[0])
    del made
    gc.collect()
    assert [sys.getrefcount(each) for each in seen] == before


def test_values_in_a_circle_are_collected() -> None:
    class Mark:
        left = 3

        def __del__(self) -> None:
            Mark.left -= 1

    for _ in range(3):
        made = Made(Mark(), None)
        made.fourth.append(made)  # type: ignore[arg-type]  # a circle
        del made
    gc.collect()
    assert Mark.left == 0


# --- copies --------------------------------------------------------------------------------------------------------


@given(st.builds(Made, st.integers(), st.text()), st.dictionaries(st.sampled_from(FIELDS), st.text()))
def test_a_changed_copy_is_what_replace_makes(made: Made, changes: dict[str, Any]) -> None:
    assert changed(made, **changes) == replace(made, **changes)


def test_a_copy_knows_its_fields() -> None:
    with pytest.raises(TypeError, match="no_such_field"):
        changed(Made(1, 2), no_such_field=1)


def test_a_class_that_derives_fields_is_not_copied_so() -> None:
    with pytest.raises(TypeError, match="Counted"):
        changed(Counted(1), value=2)
