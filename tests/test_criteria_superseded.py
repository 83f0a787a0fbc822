"""What the criteria say about today: statements that are superseded, notes on what has changed, and what a framework is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.criteria.load import load
from audit.model import Criteria, FrameworkMark, FrameworkRef, Superseded, Today
from audit.school.signing import criteria_hash
from tests.criteria_files import changed, faults_in
from tests.test_criteria_file import FRAMEWORK, ONE, TOY, TWO
from tests.test_criteria_of_documents import FRAMEWORK as DUTIES
from tests.test_criteria_of_documents import ONE as DUTY

PLACE = "key questions, 1.1, key statements, toy-1.1-k1"
BY = f"toy/1-one.yaml, line 20, {PLACE}, key superseded, key by"
SUPERSEDED = """\
        governors_ask: "How do you know?"
        superseded:
          since: "2026-09-01"
          by: ["duty-1.1-1"]
          because: "The law has it now."
"""
OLD = ONE.replace('        governors_ask: "How do you know?"\n', SUPERSEDED)
NOTE = """\
        today:
          what: "The law has it now."
          reference: "An Act, section 2"
          status: "law"
          checked: "2026-11-22"
"""


def _write(root: Path, duty: str = DUTY, duties: str = DUTIES, **texts: str) -> Path:
    """The toy template and the toy duties side by side, with these files of the template replaced."""
    for name, files in {
        "toy": TOY | texts,
        "duty": {
            "framework.yaml": duties.replace('id: "toy"', 'id: "duty"'),
            "1-one.yaml": duty.replace("toy-", "duty-"),
        },
    }.items():
        (root / name).mkdir()
        for file, text in files.items():
            (root / name / file).write_text(text, encoding="utf-8")
    return root


def _one(text: str) -> dict[str, str]:
    return {"1-one.yaml": text}


def test_a_superseded_statement_says_since_when_by_what_and_why(tmp_path: Path) -> None:
    """What supersedes it may be a statement of another framework."""
    statement = load(_write(tmp_path, **_one(OLD)))["toy-1.1-k1"].statement
    assert statement.superseded == Superseded(since="2026-09-01", by=("duty-1.1-1",), because="The law has it now.")


def test_a_retired_statement_has_nothing_in_its_place(tmp_path: Path) -> None:
    """The list may be left out, and any other statement is not superseded."""
    criteria = load(_write(tmp_path, **_one(changed(OLD, '          by: ["duty-1.1-1"]\n', ""))))
    found = {c.id: c.statement.superseded for c in criteria if c.statement.superseded}
    assert found == {"toy-1.1-k1": Superseded(since="2026-09-01", because="The law has it now.")}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            '["duty-1.1-1"]',
            '["duty-1.1-9"]',
            f'{BY}: No statement of any framework has the id "duty-1.1-9". Correct the id, or remove it from the list.',
        ),
        (
            '["duty-1.1-1"]',
            '["toy-1.1-k1"]',
            f'{BY}: The statement "toy-1.1-k1" of the same framework is superseded itself. '
            "Name the statement that holds today, or remove the id from the list.",
        ),
        (
            '["duty-1.1-1"]',
            '["duty-1.1-1", "duty-1.1-1"]',
            f'{BY}: The id "duty-1.1-1" stands 2 times. Keep one of them.',
        ),
        (
            '"2026-09-01"',
            '"1 September 2026"',
            f'toy/1-one.yaml, line 8, {PLACE}: "1 September 2026" under since is not a date. '
            "Write year, month and day, such as 2026-11-22.",
        ),
        (
            '          since: "2026-09-01"\n',
            "",
            f'toy/1-one.yaml, line 18, {PLACE}, key superseded, key since: The key "since" is missing. '
            'Add "since"; criteria/README.md says what belongs there.',
        ),
        (
            '"The law has it now."',
            '" "',
            f"toy/1-one.yaml, line 21, {PLACE}, key superseded, key because: The text is empty. Write it, or remove the key.",
        ),
        (
            "because:",
            "why:",
            f'toy/1-one.yaml, line 18, {PLACE}, key superseded, key because: The key "because" is missing. '
            'Add "because"; criteria/README.md says what belongs there.',
        ),
    ],
    ids=["unknown", "superseded itself", "twice", "no date", "no day", "no reason", "misspelt"],
)
def test_a_fault_in_what_is_superseded(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """Each fault is told with its file and line, the fact, and the remedy."""
    assert fault in faults_in(_write(tmp_path, **_one(changed(OLD, old, new))))


def test_a_statement_of_a_file_with_faults_is_not_called_unknown(tmp_path: Path) -> None:
    """While another framework cannot be read, nobody is told that its statements do not exist."""
    faults = faults_in(_write(tmp_path, duty=changed(DUTY, 'topic: "First"', "topic: 1"), **_one(OLD)))
    assert [fault.partition(",")[0] for fault in faults] == ["duty/1-one.yaml"]


def test_a_note_says_how_sure_it_is_and_how_the_statement_is_read(tmp_path: Path) -> None:
    """Both may be left out: the reference was then read, and the statement is not dated."""
    more = NOTE + '          how_sure: "second-hand"\n          read_today: "Read it as the Act of 2018."\n'
    criteria = load(_write(tmp_path, **{"1-one.yaml": ONE + more, "2-two.yaml": TWO + NOTE}))
    plain = Today(what="The law has it now.", reference="An Act, section 2", status="law", checked="2026-11-22")
    assert criteria["toy-2.1-s1"].statement.today == plain
    assert (plain.how_sure, plain.read_today) == ("read", "")
    note = criteria["toy-1.1-k1"].statement.today
    assert note is not None
    assert (note.how_sure, note.read_today) == ("second-hand", "Read it as the Act of 2018.")


def test_a_note_that_is_dated_wrongly_is_told(tmp_path: Path) -> None:
    """The day of the check is a day of the calendar."""
    assert faults_in(_write(tmp_path, **_one(ONE + NOTE.replace("11-22", "11-31")))) == [
        f'toy/1-one.yaml, line 8, {PLACE}: "2026-11-31" under checked is not a date. '
        "Write year, month and day, such as 2026-11-22."
    ]


def test_every_statement_says_where_it_is_from_and_how_sure_that_is(tmp_path: Path) -> None:
    """The same words serve a template and documents; a template has been read, and its note says when it was checked."""
    criteria = load(_write(tmp_path, **{"2-two.yaml": TWO + NOTE}))
    assert {c.id: (c.provenance, c.statement.sureness, c.statement.checked_on) for c in criteria} == {
        "duty-1.1-1": ("An Act, 2018, section 2", "second-hand", "2026-11-27"),
        "duty-1.1-2": ("A leaflet, first, page 1; A letter, only, second paragraph", "read", "2026-11-27"),
        "toy-1.1-k1": ("Toy framework, section 1.1, K1", "read", ""),
        "toy-2.1-s1": ("Toy framework, section 2.1, no. 1", "read", "2026-11-22"),
    }
    assert criteria["toy-1.1-k1"].statement.provenance == "section 1.1, K1"


def test_a_mark_is_found_and_ranked(tmp_path: Path) -> None:
    """The weightiest mark has rank 0; a framework that lists no marks has none to find, and all rank alike."""
    criteria = load(_write(tmp_path))
    found = {c.id: (c.framework.mark_of(c.statement), c.framework.mark_rank(c.statement)) for c in criteria}
    assert found == {
        "duty-1.1-1": (FrameworkMark(id="law", title="Law", means="An Act says so."), 0),
        "duty-1.1-2": (FrameworkMark(id="advice", title="Advice", means="Somebody says so."), 1),
        "toy-1.1-k1": (None, 0),
        "toy-2.1-s1": (None, 0),
    }


def test_a_framework_has_forces_where_its_marks_tell_recommended_statements_apart(tmp_path: Path) -> None:
    """With one mark for all that counts there is nothing to tell apart."""
    both = changed(DUTY, "recommended: false", "recommended: true") + "".join(
        f'        {key}: "Text."\n' for key in ("evidence", "improve", "governors_ask")
    )
    criteria = load(_write(tmp_path, duty=both))
    assert {framework.id: framework.has_forces for framework in criteria.frameworks} == {"duty": True, "toy": False}


def test_a_template_may_list_its_marks(tmp_path: Path) -> None:
    """A statement marked K finds the words for its mark; a mark that is left out is a fault."""
    listed = FRAMEWORK + 'marks:\n  - {id: "K", title: "K", means: "It counts."}\n'
    assert faults_in(_write(tmp_path, **{"framework.yaml": listed})) == [
        "toy/2-two.yaml, line 8, key questions, 2.1, key statements, toy-2.1-s1: "
        'The source mark "other" is not listed under marks in framework.yaml. '
        'List "K" and "other" there, or name the document, its edition, the place and the date here.'
    ]
    listed += '  - {id: "other", title: "Not marked", means: "It does not count."}\n'
    (tmp_path / "toy" / "framework.yaml").write_text(listed, encoding="utf-8")
    criteria = load(tmp_path)
    (toy,) = (framework for framework in criteria.frameworks if framework.id == "toy")
    marks = [toy.mark_of(criterion.statement) for criterion in criteria if criterion.framework is toy]
    assert [mark.title if mark else "" for mark in marks] == ["K", "Not marked"]


def test_a_framework_says_what_it_is_called_and_what_it_is_for(tmp_path: Path) -> None:
    """Without words of its own it is called by its title, and its coverage is coverage."""
    named = FRAMEWORK + 'name: "the toy"\ncoverage: "toy coverage"\npurpose: "It is for the tests."\n'
    criteria = load(
        _write(
            tmp_path,
            duties=changed(DUTIES, 'coverage: "coverage of the toy\'s duties"\n', ""),
            **{"framework.yaml": named},
        )
    )
    assert [(f.called, f.coverage_called, f.purpose) for f in criteria.frameworks] == [
        ("Toy framework", "coverage", ""),
        ("the toy", "toy coverage", "It is for the tests."),
    ]


def test_usual_frameworks_come_first_and_are_what_a_new_audit_answers(tmp_path: Path) -> None:
    """Where none is usual, it is the first by name of folder."""
    root = _write(tmp_path)
    assert load(root).usual == (FrameworkRef("duty", "1"),)
    (root / "toy" / "framework.yaml").write_text(FRAMEWORK + "usual: true\n", encoding="utf-8")
    criteria = load(root)
    assert criteria.refs == (FrameworkRef("toy", "1"), FrameworkRef("duty", "1"))
    assert criteria.usual == (FrameworkRef("toy", "1"),)


def test_what_a_framework_does_not_say_is_not_in_its_hash(tmp_path: Path) -> None:
    """A key of later releases changes no hash until it is used, so what was signed before still verifies."""
    later = {"framework.yaml": FRAMEWORK + "usual: false\n", "2-two.yaml": TWO + NOTE + '          how_sure: "read"\n'}
    earlier = {"2-two.yaml": TWO + NOTE}
    hashes = []
    for number, texts in enumerate((earlier, later)):
        (root := tmp_path / str(number)).mkdir()
        criteria = load(_write(root, **texts))
        hashes.append(criteria_hash(criteria.of([FrameworkRef("toy", "1")])))
    assert hashes == ["409759a08223a43ee996eb701440c0b89932e83f39346e3ce274ebb108e963de"] * 2  # as release 0.3.0 has it


def test_the_template_alone_is_usual(every_framework: Criteria) -> None:
    """A new audit answers the Kent template unless somebody chooses more; each framework says what it is for."""
    assert [(framework.id, framework.called) for framework in every_framework.frameworks] == [
        ("kcc-2010", "the Kent template"),
        ("england-2026", "today's duties"),
        ("policies-2017", "the practice of two schools"),
    ]
    assert every_framework.usual == (FrameworkRef("kcc-2010", "2010"),)
    assert [
        framework.id for framework in every_framework.frameworks if not (framework.purpose and framework.coverage)
    ] == []
    assert [framework.id for framework in every_framework.frameworks if framework.has_forces] == ["england-2026"]
