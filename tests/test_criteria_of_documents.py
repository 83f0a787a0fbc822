"""Frameworks whose statements rest on documents of their own: what is read from their files, and each fault in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from audit.criteria.load import load
from audit.model import Framework, Provenance
from audit.school.signing import criteria_hash
from tests.criteria_files import LEVELS, changed, faults_in
from tests.test_criteria_file import TOY

FRAMEWORK = (
    """\
id: "toy"
edition: "1"
title: "Toy framework"
source: "Invented for the tests."
coverage: "coverage of the toy's duties"
marks:
  - {id: "law", title: "Law", means: "An Act says so."}
  - {id: "advice", title: "Advice", means: "Somebody says so."}
phases: {primary: "Primary"}
roles: {head: "Head"}
"""
    + LEVELS
    + """\
areas:
  - {id: "1", title: "Area one", file: "1-one.yaml"}
"""
)
ONE = """\
area: "1"
questions:
  - id: "1.1"
    topic: "First"
    title: "First?"
    introduction: "Why."
    statements:
      - id: "toy-1.1-1"
        statement: "It holds."
        recommended: true
        mark: "law"
        source: {document: "An Act", edition: "2018", place: "section 2", date: "25 May 2018"}
        how_sure: "second-hand"
        checked: "2026-11-27"
        asked_of: "head"
        protects: "directly"
        evidence: "A paper."
        improve: "Write it."
        governors_ask: "How do you know?"
      - id: "toy-1.1-2"
        statement: "It holds too."
        recommended: false
        mark: "advice"
        source:
          - {document: "A leaflet", edition: "first", place: "page 1", date: "2019"}
          - {document: "A letter", edition: "only", place: "second paragraph", date: "2020"}
        how_sure: "read"
        checked: "2026-11-27"
        asked_of: "head"
        protects: "indirectly"
"""
STATEMENT = "key questions, 1.1, key statements, toy-1.1-1"
IN_AN_AREA_FILE = {
    "a mark that the framework does not have": (
        'mark: "law"',
        'mark: "rule"',
        f'line 8, {STATEMENT}: The mark "rule" is not listed under marks in framework.yaml. Use one of law, advice.',
    ),
    "a document without its edition": (
        'edition: "2018", ',
        "",
        f'line 12, {STATEMENT}, key source, key edition: The key "edition" is missing. '
        'Add "edition"; criteria/README.md says what belongs there.',
    ),
    "a key that no document has": (
        'date: "25 May 2018"',
        'date: "25 May 2018", page: "4"',
        f'line 12, {STATEMENT}, key source, key page: The key "page" is unknown. '
        "Correct its spelling or remove it; criteria/README.md lists every key.",
    ),
    "an edition that is a number": (
        'edition: "2018"',
        "edition: 2018",
        f'line 12, {STATEMENT}, key source, key edition: 2018 is a number, not text. Put quotes around it: "2018".',
    ),
    "a place in a template": (
        '{document: "An Act", edition: "2018", place: "section 2", date: "25 May 2018"}',
        '{section: "1.1", mark: "K", ordinal: 1}',
        f'line 8, {STATEMENT}: The source mark "K" is not listed under marks in framework.yaml. '
        'List "K" and "other" there, or name the document, its edition, the place and the date here.',
    ),
    "no document at all": (
        '{document: "An Act", edition: "2018", place: "section 2", date: "25 May 2018"}',
        "[]",
        f"line 8, {STATEMENT}: The source names no document. Name at least one.",
    ),
    "nothing on how sure it is": (
        '        how_sure: "second-hand"\n',
        "",
        f'line 8, {STATEMENT}: A statement that rests on documents needs "how_sure". '
        'Write "read", "second-hand" or "inferred".',
    ),
    "another word for how sure it is": (
        '"second-hand"',
        '"maybe"',
        f"line 13, {STATEMENT}, key how_sure: \"maybe\" is not one of 'read', 'second-hand' or 'inferred'. "
        "Use one of these, spelt exactly so.",
    ),
    "a day of checking that does not exist": (
        '"second-hand"\n        checked: "2026-11-27"',
        '"second-hand"\n        checked: "2026-11-31"',
        f'line 8, {STATEMENT}: "2026-11-31" under checked is not a date. Write year, month and day, such as 2026-11-22.',
    ),
    "an id without a number": (
        '"toy-1.1-1"',
        '"toy-1.1-a"',
        'line 8, key questions, 1.1, key statements, toy-1.1-a: The id "toy-1.1-a" does not end in a number. '
        "End it in the statement's number within its question.",
    ),
}


def _write(root: Path, framework: str = FRAMEWORK, one: str = ONE) -> Path:
    """The toy criteria in a folder of frameworks."""
    (root / "toy").mkdir()
    (root / "toy" / "framework.yaml").write_text(framework, encoding="utf-8")
    (root / "toy" / "1-one.yaml").write_text(one, encoding="utf-8")
    return root


def test_a_statement_names_the_documents_that_it_rests_on(tmp_path: Path) -> None:
    """One document or several are read with edition, place and date, in the order of the file."""
    criteria = load(_write(tmp_path))
    assert [(c.id, c.statement.documents) for c in criteria] == [
        ("toy-1.1-1", (Provenance(document="An Act", edition="2018", place="section 2", date="25 May 2018"),)),
        (
            "toy-1.1-2",
            (
                Provenance(document="A leaflet", edition="first", place="page 1", date="2019"),
                Provenance(document="A letter", edition="only", place="second paragraph", date="2020"),
            ),
        ),
    ]


def test_a_statement_says_its_mark_and_how_sure_it_is(tmp_path: Path) -> None:
    """The mark is one of the framework's own; how sure it is and when it was checked stand beside it."""
    found = [(s.marked, s.how_sure, s.checked) for s in (c.statement for c in load(_write(tmp_path)))]
    assert found == [("law", "second-hand", "2026-11-27"), ("advice", "read", "2026-11-27")]


def test_a_reference_is_the_question_and_the_number(tmp_path: Path) -> None:
    """Where a framework restates no template, people find a statement by its question and its number."""
    found = [(s.reference, s.ordinal) for s in (c.statement for c in load(_write(tmp_path)))]
    assert found == [("1.1 no. 1", 1), ("1.1 no. 2", 2)]


def test_a_framework_keeps_its_marks_in_order_of_weight(tmp_path: Path) -> None:
    """Whoever counts by mark begins with the weightiest, and has the words for the coverage."""
    (framework,) = load(_write(tmp_path)).frameworks
    assert [(mark.id, mark.title) for mark in framework.marks] == [("law", "Law"), ("advice", "Advice")]
    assert framework.coverage == "coverage of the toy's duties"


@pytest.mark.parametrize(("old", "new", "fault"), IN_AN_AREA_FILE.values(), ids=IN_AN_AREA_FILE)
def test_a_fault_in_an_area_file(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """Each fault is told once, with its file and line, the fact, and the remedy."""
    assert faults_in(_write(tmp_path, one=changed(ONE, old, new))) == [f"toy/1-one.yaml, {fault}"]


def test_a_mark_is_listed_once(tmp_path: Path) -> None:
    """Two marks of one id would count under one name what means two things."""
    framework = changed(FRAMEWORK, '{id: "advice"', '{id: "law"')
    assert 'toy/framework.yaml, line 6, key marks: The mark "law" stands 2 times. Keep one of them.' in faults_in(
        _write(tmp_path, framework)
    )


def test_a_framework_without_marks_has_no_statement_with_one(tmp_path: Path) -> None:
    """A statement that rests on documents needs the marks that say what its own mark means."""
    marks = FRAMEWORK[FRAMEWORK.index("marks:") : FRAMEWORK.index("phases:")]
    faults = faults_in(_write(tmp_path, changed(FRAMEWORK, marks, "")))
    assert [fault.rpartition(" is not ")[2] for fault in faults] == [
        "listed under marks in framework.yaml. List the marks of the framework there."
    ] * 2


def test_a_template_has_the_hash_that_earlier_audits_were_signed_with(tmp_path: Path) -> None:
    """Marks, documents and the rest are left out where a framework has none, so no seal of before is broken."""
    (tmp_path / "toy").mkdir()
    for name, text in TOY.items():
        (tmp_path / "toy" / name).write_text(text, encoding="utf-8")
    assert criteria_hash(load(tmp_path)) == "dc828ca399ffa6a57d63676b1bd7cbf3f1572125d5f77a2851e1fabd0732c381"


def test_what_was_signed_is_read_back_with_its_documents(tmp_path: Path) -> None:
    """One document, several documents and the marks come back from JSON as they were."""
    frameworks = load(_write(tmp_path)).frameworks
    kind = TypeAdapter(tuple[Framework, ...])
    assert kind.validate_python(kind.dump_python(frameworks, mode="json", exclude_defaults=True)) == frameworks
