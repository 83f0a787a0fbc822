"""The criteria files: what is read from them, and how each fault in them is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.criteria.load import load
from tests.criteria_files import LEVELS, changed, faults_in

FRAMEWORK = (
    """\
id: "toy"
edition: "1"
title: "Toy framework"
source: "Invented for the tests."
phases: {primary: "Primary", secondary: "Secondary"}
roles: {head: "Head"}
"""
    + LEVELS
    + """\
areas:
  - {id: "1", title: "Area one", file: "1-one.yaml"}
  - {id: "2", title: "Area two", file: "2-two.yaml"}
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
      - id: "toy-1.1-k1"
        statement: "It holds."
        recommended: true
        source: {section: "1.1", mark: "K", ordinal: 1}
        phases: ["primary"]
        asked_of: "head"
        protects: "directly"
        evidence: "A paper."
        improve: "Write it."
        governors_ask: "How do you know?"
"""
TWO = """\
area: "2"
questions:
  - id: "2.1"
    topic: "Second"
    title: "Second?"
    introduction: "Why."
    statements:
      - id: "toy-2.1-s1"
        statement: "It holds too."
        recommended: false
        source: {section: "2.1", mark: "other", ordinal: 1}
        phases: ["primary", "secondary"]
        asked_of: "head"
        protects: "indirectly"
"""
TOY = {"framework.yaml": FRAMEWORK, "1-one.yaml": ONE, "2-two.yaml": TWO}

QUESTION = "key questions, 1.1"
STATEMENT = "key questions, 1.1, key statements, toy-1.1-k1"
UNKNOWN_KEY = "is unknown. Correct its spelling or remove it; criteria/README.md lists every key."
EXACTLY = "Use one of these, spelt exactly so."
PHASES = "'nursery', 'primary', 'secondary', 'all-through', 'special', 'pru' or 'sixteen-plus'"
MARKS = 'A recommended statement has mark "K", any other has mark "other".'
BARE = "A bare Yes or No is read as true or false, not as text. Put quotes around it, as in"
MEND = "Mend the indentation, quotes or colon near this line."

IN_AN_AREA_FILE = {
    "unknown key of a question": (
        'topic: "First"',
        'topic: "First"\n    colour: "red"',
        f'line 5, {QUESTION}, key colour: The key "colour" {UNKNOWN_KEY}',
    ),
    "misspelt key of a statement": (
        'protects: "directly"',
        'protects: "directly"\n        evidense: "A paper."',
        f'line 15, {STATEMENT}, key evidense: The key "evidense" {UNKNOWN_KEY}',
    ),
    "missing field": (
        '        asked_of: "head"\n',
        "",
        f'line 8, {STATEMENT}, key asked_of: The key "asked_of" is missing. '
        'Add "asked_of"; criteria/README.md says what belongs there.',
    ),
    "number for text": (
        '"It holds."',
        "5",
        f'line 9, {STATEMENT}, key statement: 5 is a number, not text. Put quotes around it: "5".',
    ),
    "list for text": (
        '"It holds."',
        '["It holds."]',
        f"line 9, {STATEMENT}, key statement: Input should be a valid string; found ['It holds.']. "
        "Write it as criteria/README.md shows.",
    ),
    "unquoted No": ('"It holds."', "No", f'line 9, {STATEMENT}, key statement: {BARE} "No".'),
    "unquoted Yes": ('"First?"', "yes", f'line 5, {QUESTION}, key title: {BARE} "Yes".'),
    "word that is not one of a list": (
        '"directly"',
        '"sometimes"',
        f"line 14, {STATEMENT}, key protects: \"sometimes\" is not one of 'directly' or 'indirectly'. {EXACTLY}",
    ),
    "duplicate YAML key": (
        'improve: "Write it."',
        'improve: "Write it."\n        improve: "Again."',
        'line 17: The key "improve" stands twice. Keep one of the two.',
    ),
    "role not listed": (
        'asked_of: "head"',
        'asked_of: "caretaker"',
        f'line 8, {STATEMENT}: The role "caretaker" is not listed under roles in framework.yaml. '
        "Use one of head, or add the role there.",
    ),
    "phase not listed": (
        '["primary"]',
        '["nursery"]',
        f'line 8, {STATEMENT}: The phase "nursery" is not listed under phases in framework.yaml. '
        "Use a phase that is listed there, or add it.",
    ),
    "phase that does not exist": (
        '["primary"]',
        '["upper"]',
        f'line 12, {STATEMENT}, key phases, entry 1: "upper" is not one of {PHASES}. {EXACTLY}',
    ),
    "recommended but not marked": (
        'mark: "K"',
        'mark: "other"',
        f'line 8, {STATEMENT}: recommended is true, but the source mark is "other". {MARKS}',
    ),
    "marked but not recommended": (
        "recommended: true",
        "recommended: false",
        f'line 8, {STATEMENT}: recommended is false, but the source mark is "K". {MARKS}',
    ),
    "statement of another question": (
        'section: "1.1"',
        'section: "1.2"',
        f'line 8, {STATEMENT}: The source section "1.2" is not that of its question, "1.1". '
        "Move the statement below its question, or correct the section.",
    ),
    "file of another area": (
        'area: "1"',
        'area: "3"',
        'line 1, key area: The file says that it holds area "3", but framework.yaml expects "1" here. '
        "Correct the area here, or the file name in framework.yaml.",
    ),
    "quote that is not closed": (
        'topic: "First"',
        'topic: "First',
        f"line 5: This is not valid YAML: did not find expected key. {MEND}",
    ),
}


def _write(root: Path, **texts: str) -> Path:
    """The toy criteria in a folder, with these files replaced or added; an empty text leaves a file out."""
    (root / "toy").mkdir()
    for name, text in (TOY | texts).items():
        if text:
            (root / "toy" / name).write_text(text, encoding="utf-8")
    return root


def test_sound_files_are_read_in_source_order(tmp_path: Path) -> None:
    """Without a fault, each statement comes back with the area and question that it belongs to."""
    criteria = load(_write(tmp_path))
    assert [(c.framework.id, c.area.title, c.question.topic, c.id, c.order) for c in criteria] == [
        ("toy", "Area one", "First", "toy-1.1-k1", 0),
        ("toy", "Area two", "Second", "toy-2.1-s1", 1),
    ]


def test_a_statement_without_phases_is_for_every_phase_of_its_framework(tmp_path: Path) -> None:
    """``phases`` may be left out; the statement is then for every phase that its framework lists."""
    criteria = load(_write(tmp_path, **{"1-one.yaml": changed(ONE, '        phases: ["primary"]\n', "")}))
    assert {"primary", "secondary"} <= set(criteria["toy-1.1-k1"].statement.phases)


@pytest.mark.parametrize(("old", "new", "fault"), IN_AN_AREA_FILE.values(), ids=IN_AN_AREA_FILE)
def test_a_fault_in_an_area_file(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """Each fault is told once, with its file and line, the fact, and the remedy."""
    assert faults_in(_write(tmp_path, **{"1-one.yaml": changed(ONE, old, new)})) == [f"toy/1-one.yaml, {fault}"]


@pytest.mark.parametrize("key", ["evidence", "improve", "governors_ask"])
def test_a_recommended_statement_needs_its_guidance(tmp_path: Path, key: str) -> None:
    """Evidence, how to improve, and a governor's question are needed for each recommended statement."""
    without = "".join(line for line in ONE.splitlines(keepends=True) if f" {key}:" not in line)
    assert faults_in(_write(tmp_path, **{"1-one.yaml": without})) == [
        f'toy/1-one.yaml, line 8, {STATEMENT}: A recommended statement needs "{key}", and this one has none. '
        f'Write "{key}" for this statement.'
    ]


def test_an_id_is_used_once_in_all_files(tmp_path: Path) -> None:
    """A statement id that stands in two files is told where it stands again, with where it stood first."""
    assert faults_in(_write(tmp_path, **{"2-two.yaml": changed(TWO, "toy-2.1-s1", "toy-1.1-k1")})) == [
        "toy/2-two.yaml, line 8, key questions, 2.1, key statements, toy-1.1-k1: "
        f'The statement id "toy-1.1-k1" is used already in toy/1-one.yaml, line 8, {STATEMENT}. '
        "Give one of the two another id; ids are permanent and never reused."
    ]


def test_a_question_belongs_to_its_area(tmp_path: Path) -> None:
    """A question whose id does not begin with that of its area stands in the wrong file."""
    assert faults_in(_write(tmp_path, **{"1-one.yaml": changed(ONE, '"1.1"', '"2.9"')})) == [
        'toy/1-one.yaml, line 3, key questions, 2.9: The question "2.9" does not belong to area "1". '
        "Move it to the file of its area, or correct its id."
    ]


def test_a_file_that_no_area_names_is_a_fault(tmp_path: Path) -> None:
    """An area file that framework.yaml does not list would be left out unseen."""
    assert faults_in(_write(tmp_path, **{"3-three.yaml": TWO})) == [
        "toy/3-three.yaml: No area in framework.yaml names this file, so its questions belong nowhere. "
        "Add its area to framework.yaml, or remove the file."
    ]


@pytest.mark.parametrize(
    ("name", "place"),
    [("framework.yaml", "toy:"), ("2-two.yaml", "toy/framework.yaml, line 17, key areas, 2, key file:")],
)
def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path, name: str, place: str) -> None:
    """A file that is needed and missing is named where it is asked for, with what to do."""
    (fault,) = faults_in(_write(tmp_path, **{name: ""}))
    assert fault == f'{place} There is no file "{name}" here. Add it, or correct its name.'


def test_a_date_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    """A bare date with a thirteenth month is told like any other fault, not as an exception."""
    today = 'today: {what: "New.", reference: "Act", status: "law", checked: 2026-13-22}'
    (fault,) = faults_in(_write(tmp_path, **{"1-one.yaml": changed(ONE, 'phases: ["primary"]', today)}))
    assert fault.startswith("toy/1-one.yaml, line 8, key questions, 1.1, key statements, toy-1.1-k1")
    assert '"2026-13-22" under checked is not a date.' in fault


def test_faults_of_several_files_are_told_at_once(tmp_path: Path) -> None:
    """Loading never stops at the first faulty file, even one that is not YAML."""
    one, two = changed(ONE, 'topic: "First"', 'topic: "First'), changed(TWO, '"head"', '"cook"')
    assert faults_in(_write(tmp_path, **{"1-one.yaml": one, "2-two.yaml": two, "3-three.yaml": TWO})) == [
        "toy/3-three.yaml: No area in framework.yaml names this file, so its questions belong nowhere. "
        "Add its area to framework.yaml, or remove the file.",
        f"toy/1-one.yaml, line 5: This is not valid YAML: did not find expected key. {MEND}",
        "toy/2-two.yaml, line 8, key questions, 2.1, key statements, toy-2.1-s1: "
        'The role "cook" is not listed under roles in framework.yaml. Use one of head, or add the role there.',
    ]


def test_a_fault_in_the_framework_file_hides_none_in_its_areas(tmp_path: Path) -> None:
    """A fault in framework.yaml and one in an area file are told together."""
    framework, one = changed(FRAMEWORK, 'edition: "1"', "edition: 1"), changed(ONE, '"First?"', "No")
    assert faults_in(_write(tmp_path, **{"framework.yaml": framework, "1-one.yaml": one})) == [
        'toy/framework.yaml, line 2, key edition: 1 is a number, not text. Put quotes around it: "1".',
        f'toy/1-one.yaml, line 5, {QUESTION}, key title: {BARE} "No".',
    ]


def test_an_unknown_key_hides_no_other_fault_of_its_file(tmp_path: Path) -> None:
    """A key that is unknown and a role that is not listed, in one file, are told together."""
    one = changed(changed(ONE, 'topic: "First"', 'topic: "First"\n    colour: "red"'), '"head"', '"cook"')
    assert {fault.partition(": ")[2] for fault in faults_in(_write(tmp_path, **{"1-one.yaml": one}))} == {
        f'The key "colour" {UNKNOWN_KEY}',
        'The role "cook" is not listed under roles in framework.yaml. Use one of head, or add the role there.',
    }


def _resting(one: str, two: str) -> dict[str, str]:
    """The two area files with these lists of what their statement rests on."""
    return {
        "1-one.yaml": changed(ONE, 'protects: "directly"', f'protects: "directly"\n        rests_on: {one}'),
        "2-two.yaml": changed(TWO, 'protects: "indirectly"', f'protects: "indirectly"\n        rests_on: {two}'),
    }


def test_a_statement_may_rest_on_one_of_another_area(tmp_path: Path) -> None:
    """What a statement rests on is found in any area of its framework."""
    criteria = load(_write(tmp_path, **_resting('["toy-2.1-s1"]', "[]")))
    assert criteria["toy-1.1-k1"].statement.rests_on == ("toy-2.1-s1",)


RESTS = "toy/1-one.yaml, line 15, key questions, 1.1, key statements, toy-1.1-k1, key rests_on: "
RESTS_TOO = "toy/2-two.yaml, line 15, key questions, 2.1, key statements, toy-2.1-s1, key rests_on: "
ROUND = (
    "By way of what it rests on, the statement rests on itself. "
    "Keep the one direction in which the narrower statement holds up the wider."
)
FAULTY_LINKS = {
    "an id that is nowhere": (
        '["toy-9.9-k1"]',
        "[]",
        [RESTS + 'No statement of this framework has the id "toy-9.9-k1". Correct the id, or remove it from the list.'],
    ),
    "an id twice": (
        '["toy-2.1-s1", "toy-2.1-s1"]',
        "[]",
        [RESTS + 'The id "toy-2.1-s1" stands 2 times. Keep one of them.'],
    ),
    "itself": ('["toy-1.1-k1"]', "[]", [RESTS + ROUND]),
    "each other": ('["toy-2.1-s1"]', '["toy-1.1-k1"]', [RESTS + ROUND, RESTS_TOO + ROUND]),
}


@pytest.mark.parametrize(("one", "two", "faults"), FAULTY_LINKS.values(), ids=FAULTY_LINKS)
def test_a_link_that_leads_nowhere_or_back(tmp_path: Path, one: str, two: str, faults: list[str]) -> None:
    """A statement rests on others that exist, each once, and never on itself by way of them."""
    assert faults_in(_write(tmp_path, **_resting(one, two))) == faults


def test_links_are_not_judged_while_a_file_cannot_be_read(tmp_path: Path) -> None:
    """A link into a faulty file may be sound, so only the fault of the file is told."""
    files = _resting('["toy-2.1-s1"]', "[]") | {"2-two.yaml": changed(TWO, '"Second?"', "No")}
    assert [fault.partition(": ")[2] for fault in faults_in(_write(tmp_path, **files))] == [f'{BARE} "No".']
