"""The workbooks that come with the product: built from readable files, sound, and useful as examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.model import Audit, Criteria
from audit.school.outcome import outcome
from audit.school.questionnaire import answer_progress
from audit.tables import GAP_KINDS
from audit.verify import verify
from audit.workbook.read import read
from sample_data.build import HERE, build

WORKBOOKS = sorted(path.name for path in HERE.glob("*.xlsx"))
REVIEWS = ("weston-lullingfields.xlsx", "wrotham-road-2017.xlsx")
EXAMPLES = {
    "example-primary-2024-25.xlsx": ("900001", "2024/25"),
    "example-primary-2025-26.xlsx": ("900001", "2025/26"),
    "example-secondary-2024-25.xlsx": ("900002", "2024/25"),
    "example-secondary-2025-26.xlsx": ("900002", "2025/26"),
}


def audit_in(name: str, criteria: Criteria) -> Audit:
    """The audit of a shipped workbook, which must read without a problem."""
    reading = read((HERE / name).read_bytes(), name, criteria)
    assert (reading.problems, reading.audit is None) == ((), False)
    assert reading.audit is not None
    return reading.audit


def test_the_build_gives_the_shipped_bytes_every_time(tmp_path: Path) -> None:
    """Building twice gives the same bytes, and those are the bytes of the workbooks in the repository."""
    first, second = tmp_path / "first", tmp_path / "second"
    built = []
    for folder in (first, second):
        folder.mkdir()
        built.append({path.name: path.read_bytes() for path in build(folder)})
    assert built[0] == built[1]
    assert [name for name in WORKBOOKS if built[0].get(name) != (HERE / name).read_bytes()] == []
    assert sorted(built[0]) == WORKBOOKS


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_shipped_workbook_reads_without_a_problem(shipped: Criteria, name: str) -> None:
    """A visitor can upload any of them."""
    assert audit_in(name, shipped).frameworks == shipped.refs


def test_the_shipped_workbooks_are_two_reviews_and_two_schools_over_two_years() -> None:
    """No workbook is shipped that these tests do not know."""
    assert sorted([*REVIEWS, *EXAMPLES]) == WORKBOOKS


@pytest.mark.parametrize("name", REVIEWS)
def test_a_desk_review_reads_the_whole_policy_and_no_practice(shipped: Criteria, name: str) -> None:
    """A desk review says of all 143 statements whether they are written, and never what is done."""
    audit = audit_in(name, shipped)
    assert (audit.basis, audit.scope, bool(audit.policy_read)) == ("desk review", "all", True)
    assert set(audit.responses) == {criterion.id for criterion in shipped}
    assert len(audit.responses) == 143
    assert {response.practice for response in audit.responses.values()} == {None}
    assert {response.written for response in audit.responses.values()} <= {"yes", "partly", "no", None}
    assert [name for name, given in audit.responses.items() if given.written is None and not given.not_applicable] == []


@pytest.mark.parametrize(("name", "about"), EXAMPLES.items(), ids=EXAMPLES)
def test_an_example_audit_is_complete(shipped: Criteria, name: str, about: tuple[str, str]) -> None:
    """Each invented school has a finished self-audit for each of two years, with nothing left to answer."""
    audit = audit_in(name, shipped)
    done = answer_progress(audit, shipped)
    assert (audit.school.urn, audit.year, audit.basis) == (*about, "self-audit")
    assert (done.answered, audit.completed_on is not None) == (done.asked, True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_audit_shows_every_kind_of_gap(shipped: Criteria, name: str) -> None:
    """A newcomer sees each kind of gap, and something met, in every example."""
    result = outcome(audit_in(name, shipped), shipped)
    assert set(result.gaps["kind"]) == set(GAP_KINDS)
    assert result.overall["met"] > 0


@pytest.mark.parametrize("urn", ["900001", "900002"])
def test_an_example_school_moves_from_one_year_to_the_next(shipped: Criteria, urn: str) -> None:
    """The second year differs from the first, so that there is something to compare."""
    first, second = (audit_in(name, shipped) for name, about in EXAMPLES.items() if about[0] == urn)
    assert first.school == second.school
    assert first.responses != second.responses


@pytest.mark.parametrize("urn", ["900001", "900002"])
def test_an_example_school_has_a_signed_year_and_one_to_sign(shipped: Criteria, urn: str) -> None:
    """The first year is as both roles signed it; the second began with its answers and waits for the first signature."""
    names = [name for name, about in EXAMPLES.items() if about[0] == urn]
    verdicts = [verify((HERE / name).read_bytes(), name, shipped).standing for name in names]
    first, second = (audit_in(name, shipped) for name in names)
    assert verdicts == ["as signed", "not signed"]
    assert (second.carried_from, {name: one.response for name, one in second.carried.items()}) == (
        first.year,
        dict(first.responses),
    )
    assert {action.since for action in second.actions} == {"", "2024/25"}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_invented_urns_cannot_be_taken_for_real_ones(shipped: Criteria, name: str) -> None:
    """No shipped workbook bears a URN that a real school has: the register ends far below 900001."""
    assert int(audit_in(name, shipped).school.urn) >= 900_001
