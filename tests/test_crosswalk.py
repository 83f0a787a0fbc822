"""Crosswalks: what their files may say, and how a pair is seen from either of its statements."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.criteria.load import load
from audit.model import Criteria, Crosswalk, Link, Pair, Review
from tests.criteria_files import changed, faults_in
from tests.test_criteria_file import TOY
from tests.test_criteria_of_documents import FRAMEWORK as DUTIES
from tests.test_criteria_of_documents import ONE as DUTY

WALK = """\
from: "toy"
to: "duty"
pairs:
  - from: "toy-1.1-k1"
    to: "duty-1.1-1"
    relation: "subset"
    strength: 8
    because: "Both ask for a policy; the duty asks for a yearly review too."
    reviewed: {role: "adviser", date: "2026-11-28"}
without_counterpart:
  from:
    - {id: "toy-2.1-s1", because: "Nothing is said of it today."}
  to:
    - {id: "duty-1.1-2", because: "The template says nothing of it."}
"""


def _write(root: Path, walk: str = WALK, name: str = "toy--duty.yaml") -> Path:
    """The toy template, the toy duties, and the crosswalk of the two."""
    duties = {"framework.yaml": DUTIES.replace('id: "toy"', 'id: "duty"'), "1-one.yaml": DUTY.replace("toy-", "duty-")}
    for folder, files in {"toy": TOY, "duty": duties, "crosswalks": {name: walk}}.items():
        (root / folder).mkdir()
        for file, text in files.items():
            (root / folder / file).write_text(text, encoding="utf-8")
    return root


def test_a_crosswalk_is_read_with_the_criteria(tmp_path: Path) -> None:
    """The folder of the crosswalks is no framework; the pairs and the reasons come as they were written."""
    criteria = load(_write(tmp_path))
    assert sorted(framework.id for framework in criteria.frameworks) == ["duty", "toy"]
    pair = Pair(
        old="toy-1.1-k1",
        new="duty-1.1-1",
        relation="subset",
        strength=8,
        because="Both ask for a policy; the duty asks for a yearly review too.",
        reviewed=Review(role="adviser", date="2026-11-28"),
    )
    assert criteria.crosswalks == (
        Crosswalk(
            old="toy",
            new="duty",
            pairs=(pair,),
            old_alone={"toy-2.1-s1": "Nothing is said of it today."},
            new_alone={"duty-1.1-2": "The template says nothing of it."},
        ),
    )
    assert criteria.crosswalk("duty", "toy") is criteria.crosswalks[0]


def test_the_reverse_direction_is_derived(tmp_path: Path) -> None:
    """What asks less from the old to the new asks more from the new to the old."""
    criteria = load(_write(tmp_path))
    (pair,) = criteria.crosswalks[0].pairs
    assert criteria.links("duty-1.1-1") == (
        Link(statement="duty-1.1-1", other="toy-1.1-k1", relation="subset", pair=pair, is_newer=True),
    )
    assert criteria.links("toy-1.1-k1") == (
        Link(statement="toy-1.1-k1", other="duty-1.1-1", relation="superset", pair=pair, is_newer=False),
    )
    assert criteria.links("duty-1.1-2") == ()
    assert criteria.of(criteria.refs[:1]).links("toy-1.1-k1") != ()


@pytest.mark.parametrize(
    ("strength", "review", "is_sure"),
    [
        (7, Review(role="adviser", date="2026-11-28"), True),
        (6, Review(role="adviser", date="2026-11-28"), False),
        (10, None, False),
    ],
)
def test_only_a_strong_and_reviewed_pair_is_sure(strength: int, review: Review | None, is_sure: bool) -> None:
    """Strength 7 or more, and somebody has looked at it again."""
    pair = Pair(old="a", new="b", relation="equal", strength=strength, because="The same.", reviewed=review)
    assert pair.is_sure is is_sure


PAIR = WALK[WALK.index('  - from: "toy-1.1-k1"') : WALK.index("without_counterpart")]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('from: "toy-1.1-k1"', 'from: "toy-9.9-k1"', 'toy has no statement "toy-9.9-k1".'),
        ('to: "duty-1.1-1"', 'to: "duty-9.9-1"', 'duty has no statement "duty-9.9-1".'),
        (PAIR, PAIR + PAIR, "The pair of toy-1.1-k1 and duty-1.1-1 stands 2 times."),
        ('role: "adviser", ', "", 'The key "role" is missing.'),
        (', date: "2026-11-28"', "", 'The key "date" is missing.'),
        ('date: "2026-11-28"', 'date: "28 November"', '"28 November" under date is not a date.'),
        ('"subset"', '"replaced"', '"replaced" is not one of'),
        ("strength: 8", "strength: 11", "11"),
        ('from: "toy"\n', 'from: "toys"\n', 'There is no framework "toys".'),
        ('{id: "toy-2.1-s1"', '{id: "toy-1.1-k1"', "toy-1.1-k1 is in a pair, and listed as without a counterpart."),
        ('{id: "toy-2.1-s1"', '{id: "toy-2.1-s7"', 'toy has no statement "toy-2.1-s7".'),
        (
            '  to:\n    - {id: "duty-1.1-2", because: "The template says nothing of it."}\n',
            "",
            "duty-1.1-2 of duty is in no pair",
        ),
        ('because: "Nothing is said of it today."', 'because: " "', "The text is empty."),
        ("pairs:", "chains:", 'The key "chains" is unknown.'),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """Unknown ids, a pair twice, a review without role or date, a word that is no relation, and what is left out."""
    found = faults_in(_write(tmp_path, changed(WALK, old, new)))
    assert [text for text in found if fault in text and text.startswith("crosswalks/toy--duty.yaml")] != []


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Somebody who mends a crosswalk sees everything that is wrong with it."""
    walk = changed(changed(WALK, 'from: "toy-1.1-k1"', 'from: "toy-9.9-k1"'), 'id: "duty-1.1-2"', 'id: "duty-1.1-9"')
    assert len(faults_in(_write(tmp_path, walk))) == 4


@pytest.mark.parametrize("name", ["duty--toy.yaml", "ours.yaml"])
def test_a_file_is_named_for_its_two_editions(tmp_path: Path, name: str) -> None:
    """So that nobody writes the same crosswalk twice."""
    assert faults_in(_write(tmp_path, name=name)) == [
        f'crosswalks/{name}, line 1, key from: The file is not named for its two frameworks. Call it "toy--duty.yaml".'
    ]


def test_an_equal_pair_stands_alone(tmp_path: Path) -> None:
    """One answer counts for both, so neither may be equal to a further statement."""
    equal = PAIR.replace('"subset"', '"equal"')
    walk = changed(WALK, PAIR, equal + equal.replace("duty-1.1-1", "duty-1.1-2"))
    walk = changed(walk, '  to:\n    - {id: "duty-1.1-2", because: "The template says nothing of it."}\n', "")
    found = faults_in(_write(tmp_path, walk))
    assert len([text for text in found if "toy-1.1-k1 is equal to 2 statements of the other edition." in text]) == 2


def test_an_equal_pair_is_asked_of_the_same_schools(tmp_path: Path) -> None:
    """A statement for primary schools alone cannot be answered by one for all."""
    found = faults_in(_write(tmp_path, changed(WALK, '"subset"', '"equal"')))
    assert len(found) == 1
    assert "Only one of toy-1.1-k1 and duty-1.1-1 is asked of: nursery, secondary," in found[0]


def test_the_shipped_crosswalks_are_whole(every_framework: Criteria) -> None:
    """Each two of the three frameworks have one, and every statement is in a pair or listed, in each of them."""
    ids = {framework.id: {s.id for s in framework.statements} for framework in every_framework.frameworks}
    assert {(walk.old, walk.new) for walk in every_framework.crosswalks} == {
        ("kcc-2010", "england-2026"),
        ("kcc-2010", "policies-2017"),
        ("policies-2017", "england-2026"),
    }
    for walk in every_framework.crosswalks:
        assert {pair.old for pair in walk.pairs} | walk.old_alone.keys() == ids[walk.old]
        assert {pair.new for pair in walk.pairs} | walk.new_alone.keys() == ids[walk.new]
