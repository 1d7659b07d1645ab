"""The scripts of the packages run alike on both VMs: messages, logs, effects, fuel, memory and bytes, with the heap put
away at every wait, in slices of any size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from botserver.language.package import load_package
from botserver.limits import Limits
from botserver.vm.effects import Done
from tests.language.test_corpus import assert_same
from tests.script_host import Host, Scripts, Watch, built_vms

FOLDER = Path(__file__).parent
ANSWERS = ["yes", "no", "3", "12/05/2024", "Ann Lee", "ann@example.com", "(11) 91234-5678", "take key", "done", "1"]
MILL = [
    "help", "take stone", "n", "e", "take rope", "west", "north", "take lamp", "bag", "up", "take key", "down", "s",
    "e", "use lamp", "d", "save", "use key",
]  # fmt: skip
PACKAGES = {path.stem: load_package(path) for path in sorted(FOLDER.glob("*.gbai"))}
SCRIPTS = [(name, script) for name, package in PACKAGES.items() for script in sorted(package.programs)]


def package_scripts(name: str, script: str) -> Scripts:
    """The programs of a package, `script` as the one that is run."""
    package = PACKAGES[name]
    values = {key[6:].replace("-", "_"): text for key, text in package.config.items() if key.startswith("param-")}
    scripts = Scripts({}, values)
    scripts.programs.update(package.programs)
    scripts.broken.update(package.broken)
    scripts.programs["start"] = package.programs[script]
    return scripts


@pytest.mark.parametrize(("name", "script"), SCRIPTS)
def test_script_runs_alike_on_both_vms(name: str, script: str) -> None:
    random = Random(f"{name} {script}")
    host = Host([random.choice(ANSWERS) for _ in range(25)], {"user_name": "Ann", "channel": "web"})
    limits = replace(Limits(), turn_fuel=20_000)
    scripts = package_scripts(name, script)
    reference, *others = built_vms()
    trace = host.run(reference, scripts, limits)
    for vm in (reference, *others):
        for watch in (Watch(), Watch(slice_fuel=7, copies=True)):
            assert_same(trace, host.run(vm, scripts, limits, watch), f"{vm.name} {watch}")


def test_the_mill_is_won() -> None:
    trace = Host(MILL).run(built_vms()[-1], package_scripts("adventure", "start"))
    assert isinstance(trace.end, Done), trace.end
    assert trace.texts[-3:] == [
        "The chest opens. It is full of gold!",
        "A new record!",
        f"You end with {trace.end.value} points: master.",
    ]


def test_hangman_is_won() -> None:
    trace = Host(list("sexion")).run(built_vms()[-1], package_scripts("adventure", "hangman"))
    assert trace.texts[-1] == "You win!"
    assert trace.end == Done(5)


def test_what_is_transferred_stands_in_the_next_statement() -> None:
    said = ["12345678909", "segredo123", "pix", "R$ 1.234,50", "fulano@x", "sim", "extrato", "sair"]
    trace = Host(said).run(built_vms()[-1], package_scripts("banco", "start"))
    assert trace.end == Done(None)
    assert trace.texts[6:] == [
        "Enviar R$ 1.234,50 para fulano@x? (sim/não)",
        "Feito ✅",
        "O que deseja?",
        "2024-02-29     R$ 250,75  R$ 1.250,75",
        "2024-02-29   R$ 1.300,00  -R$ 49,25",
        "2024-02-29   R$ 1.234,50  -R$ 1.283,75",
        "O que deseja?",
        "Até logo!",
    ]


def test_the_quiz_counts_points_and_keeps_the_record() -> None:
    trace = Host(["wien", "9", "9", "9", "1"]).run(built_vms()[-1], package_scripts("quiz", "start"))
    assert trace.texts[-3:] == ["Richtig! +5", "Gut: 15 von 35 (42.9%)", "Neuer Rekord!"]
