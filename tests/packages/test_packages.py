"""Bot packages as authors write them compile: shops, clinics, desks, games, by many hands and in many styles.

They use the forms of the dialect, not those the parser happens to know. What does not compile stands below with its
reason.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from botserver.language.package import Package, load_package
from botserver.language.source import ERROR

FOLDER = Path(__file__).parent
PACKAGES = {path.stem: load_package(path) for path in sorted(FOLDER.glob("*.gbai"))}
FAILING: dict[str, str] = {}
SHARE = 0.99


def scripts(package: Package) -> set[str]:
    return {*package.programs, *package.broken}


def test_there_are_many_packages_and_scripts() -> None:
    assert len(PACKAGES) >= 20
    assert sum(len(scripts(package)) for package in PACKAGES.values()) >= 150


def test_nearly_all_scripts_compile() -> None:
    total = sum(len(scripts(package)) for package in PACKAGES.values())
    compiled = sum(len(package.programs) for package in PACKAGES.values())
    assert compiled >= SHARE * total


@pytest.mark.parametrize("name", PACKAGES)
def test_scripts_of_a_package_compile(name: str) -> None:
    package = PACKAGES[name]
    wrong = [found.render() for found in package.diagnostics if found.severity == ERROR]
    broken = {f"{name}/{script}" for script in package.broken}
    assert broken - FAILING.keys() == set(), "\n".join(wrong)
