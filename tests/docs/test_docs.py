"""Every script in README and docs compiles without a diagnostic."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from botserver.language.compiler import compile_source

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```basic\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append((f"{page.relative_to(ROOT)}:{line}", match[1]))
    return found


@pytest.mark.parametrize(("place", "script"), blocks(), ids=lambda value: value if "\n" not in value else "")
def test_script_in_the_docs_compiles(place: str, script: str) -> None:
    _, diagnostics = compile_source(script, place)
    # L206 warns of services that are not there, which a guide to them cannot do without.
    assert [diagnostic.render() for diagnostic in diagnostics if diagnostic.code != "L206"] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_in_the_docs_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r"`((?:docs|samples|proto|clients)/[\w./-]*)`", text)
    for target in targets:
        assert (ROOT / target).exists() or (page.parent / target).exists(), target
