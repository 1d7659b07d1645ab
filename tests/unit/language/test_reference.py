"""The reference: complete, and every example of it does what it says when it is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from botserver.clock import ManualClock
from botserver.desk import Presence, Profile
from botserver.ids import AgentId
from botserver.language.builtins import SPECS, find_builtin
from botserver.language.functions import FUNCTIONS, Function, find_function
from botserver.language.keywords import KEYWORDS, is_missing, is_outside
from botserver.language.keywords.outside import refusal
from botserver.language.package import load_package
from botserver.language.reference import data_of, entries, errors_of, find, page, text_of
from botserver.simulation import Simulation, Step
from tests.unit.session.world import write_package

FILES = {
    **{f"bot.gbdrive/{name}.txt": name for name in ("notes", "a", "c")},
    "bot.gbdrive/invoices/may.txt": "5",
    "bot.gbdata/prices.csv": "id,price\n17,5\n",
    "bot.gbdata/products.csv": "id,name\n17,Red shoes\n",
    "bot.gbot/templates/support_agent.csv": "kind,name,value\ncontext,tone,formal\n",
    "bot.gbkb/manuals/a.md": "manual",
    "bot.gbkb/faq/a.md": "questions",
}


def scripts() -> dict[str, str]:
    examples = {f"example{n}": keyword.example for n, keyword in enumerate(KEYWORDS)}
    tool = 'DESCRIPTION "a tool"\nRETURN 1'
    return {**examples, "other": "RETURN 1", "refund": tool, "start": ""}


DECLARATIONS = ("SET SCHEDULE", "WEBHOOK")
"""What they say holds for the script they stand in; they do nothing when it runs."""


async def test_every_example_runs_without_a_fault_or_says_what_is_missing(tmp_path: Path) -> None:
    package = load_package(write_package(tmp_path, "bot", scripts(), {}, FILES))
    assert package.broken == {}
    steps: list[Step] = []
    wrong = []
    async with Simulation(steps.append, ManualClock()) as simulation:
        ann = Profile("Ann", Presence.AWAY, queues=("supervisor",))  # known, and takes nobody
        await simulation.desk.attend(AgentId("ann"), ann)
        await simulation.deploy(package)
        agrees = {"memory-shared-with": "bot", "works-with": "bot"}
        await simulation.deploy(load_package(write_package(tmp_path, "billing", {}, agrees, {})))
        for n, keyword in enumerate(KEYWORDS):
            steps.clear()
            await simulation.open("bot", script=f"example{n}", metadata={"user_role": "manager"})
            faults = [step.fault.number for step in steps if step.fault is not None]
            wanted = []
            if is_missing(keyword) and keyword.words not in DECLARATIONS:
                wanted = [refusal(keyword.words, keyword.forms[0].target)[0]]
            elif is_outside(keyword) and keyword.forms[0].kind == "call":
                wanted = [9012]  # a simulation has no performer of its own
            if faults != wanted:
                wrong.append((keyword.words, faults))
    assert wrong == []


def test_every_function_scripts_can_call_has_a_sentence() -> None:
    assert [spec.name for spec in SPECS if spec.is_callable and find_function(spec.name) is None] == []
    assert [function.name for function in FUNCTIONS.values() if not function.doc.endswith((".", "…"))] == []


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_arguments_of_a_function_are_those_it_takes(function: Function) -> None:
    spec = find_builtin(function.name)
    assert spec is not None
    names = [part.strip(" []") for part in function.arguments.replace("]", ",").replace("[", ",").split(",")]
    names = [name for name in names if name]
    optional = function.arguments.count("[")
    if "…" in names:
        assert spec.max_arguments is None
    else:
        assert spec.max_arguments == len(names)
        assert spec.min_arguments >= len(names) - 2 * optional


def test_entry_is_found_however_it_is_spelled() -> None:
    assert find("set bot memory") == find("SET_BOT_MEMORY") != []
    assert [entry.doc for entry in find("upper")] == ["In upper case."]
    assert len(find("format")) == 2
    assert find("no such thing") == []


def test_text_of_an_entry_has_usage_sentence_kind_example_and_errors() -> None:
    (keyword,) = find("wait")
    text = text_of(keyword)
    assert text.startswith("WAIT\n\n  WAIT seconds\n\nPauses the script")
    assert "It waits, the turn ends." in text
    assert "example:\n  WAIT 2" in text
    assert "error 4002 for a negative span" in text


def test_missing_service_is_an_error_with_its_number() -> None:
    (llm,), (mail,) = find("llm"), find("send mail")
    assert errors_of(llm) == ("9010 without a language model",)
    assert errors_of(mail) == ("9012 without a mail service",)


def test_data_of_a_function_has_its_arity() -> None:
    (entry,) = find("round")
    data = data_of(entry, "Numbers")
    assert (data["name"], data["min_arguments"], data["max_arguments"]) == ("ROUND", 1, 2)


def test_page_has_every_entry() -> None:
    text = page()
    assert [entry for _, entry in entries() if entry.doc not in text] == []
