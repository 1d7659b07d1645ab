"""The keyword registry: every row is complete, and what it shows to authors compiles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from botserver.language.builtins import find_builtin
from botserver.language.compiler import compile_source
from botserver.language.keywords import KEYWORDS, Keyword, Lowering, Place, is_missing, is_outside, separators
from botserver.language.source import ERROR

GUIDE = Path(__file__).parents[3] / "docs/language.md"


def keyword_id(keyword: Keyword) -> str:
    return keyword.words.replace(" ", "_")


SINGLE_WORDS = sorted(
    words[0] for keyword in KEYWORDS for words in keyword.spellings if len(words) == 1 and is_outside(keyword)
)


@pytest.mark.parametrize("keyword", KEYWORDS, ids=keyword_id)
def test_example_of_a_keyword_compiles(keyword: Keyword) -> None:
    program, diagnostics = compile_source(keyword.example, "example.bas")
    assert program is not None, "\n".join(item.render() for item in diagnostics)


@pytest.mark.parametrize("keyword", KEYWORDS, ids=keyword_id)
def test_keyword_has_a_sentence_and_an_example_of_itself(keyword: Keyword) -> None:
    assert keyword.doc.endswith(".")
    assert keyword.words in keyword.example or any(synonym in keyword.example for synonym in keyword.synonyms)
    for form in keyword.forms:
        assert keyword.words in form.usage
    assert keyword.forms or keyword.place is Place.BLOCK


@pytest.mark.parametrize("keyword", [item for item in KEYWORDS if is_missing(item)], ids=keyword_id)
def test_example_of_a_keyword_without_its_service_is_warned_of(keyword: Keyword) -> None:
    _, diagnostics = compile_source(keyword.example, "example.bas")
    (missing,) = [item for item in diagnostics if item.code == "L206"]
    words = "SEND MAIL" if keyword.words == "BEGIN MAIL" else keyword.words  # the same in another form
    assert missing.message == f"{words} needs {keyword.forms[0].target}; none is configured"
    assert [item.code for item in diagnostics] == ["L206"]


@pytest.mark.parametrize("keyword", [item for item in KEYWORDS if is_outside(item)], ids=keyword_id)
def test_underscores_spell_a_keyword_of_several_words(keyword: Keyword) -> None:
    example = keyword.example.replace(keyword.words, keyword.words.replace(" ", "_"))
    program, diagnostics = compile_source(example, "example.bas")
    wanted = ["L206"] if is_missing(keyword) else []
    assert [item.code for item in diagnostics] == wanted, "\n".join(item.render() for item in diagnostics)
    assert program is not None


@pytest.mark.parametrize("word", SINGLE_WORDS)
def test_single_word_of_a_service_is_a_variable_field_key_parameter_and_procedure(word: str) -> None:
    name = word.lower()
    script = f"""
{name} = [1]
{name}[0] = {name}[0] + 1
{name} += 2
m = {{{name}: 1, x: {name}}}
m.{name} = m.{name} - {name}[0]
IF {name} AND m.{name} THEN TALK {name} - 1 & {name}
FOR EACH {name} IN {name}
  TALK "${{{name}}}" + {name}
NEXT {name}
HEAR {name} AS INTEGER
x = f({name}, {name} * 2)
FUNCTION f({name}, other)
  RETURN {name} + other
END FUNCTION
"""
    _, diagnostics = compile_source(script, "names.bas")
    assert not diagnostics, "\n".join(item.render() for item in diagnostics)
    procedure = f'x = {name}("a")\nCALL {name} "b"\n{name}("c")\nFUNCTION {name}(t)\n  RETURN t\nEND FUNCTION\n'
    _, diagnostics = compile_source(procedure, "procedure.bas")
    assert not diagnostics, "\n".join(item.render() for item in diagnostics)


def test_words_that_end_values_divide_no_operands() -> None:
    for keyword in KEYWORDS:
        for clause in separators(keyword).clauses:
            assert clause[0] not in ("AND", "OR", "NOT", "IN", "IS", "LIKE", "THEN", "CONTAINS"), keyword.words


def test_every_missing_service_is_named_with_its_article() -> None:
    targets = {form.target for keyword in KEYWORDS for form in keyword.forms if form.lowering is Lowering.MISSING}
    assert all(target.startswith(("a ", "an ", "other ")) for target in targets)


def test_no_function_has_the_name_of_a_service_keyword() -> None:
    assert [word for word in SINGLE_WORDS if find_builtin(word) is not None] == []


def test_guide_lists_every_keyword_of_services() -> None:
    listed = tuple(re.findall(r"`([A-Z ]+)`", GUIDE.read_text(encoding="utf-8")))
    assert [keyword.words for keyword in KEYWORDS if is_outside(keyword) and not keyword.words.startswith(listed)] == []


def test_errors_name_every_form_once() -> None:
    _, diagnostics = compile_source('COPY "a"', "copy.bas")
    (error,) = [item for item in diagnostics if item.severity == ERROR]
    assert error.hint == "write COPY file, file; COPY file TO file"
