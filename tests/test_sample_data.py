"""The workbooks that come with the product: built from readable files, sound, and useful as examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.model import Audit, Criteria
from audit.school.outcome import outcome
from audit.school.proposals import to_confirm
from audit.school.questionnaire import answer_progress
from audit.school.scoring import asked, kind_of
from audit.tables import GAP_KINDS
from audit.verify import verify
from audit.workbook.read import read
from sample_data.build import HERE, build

WORKBOOKS = sorted(path.name for path in HERE.glob("*.xlsx"))
REVIEWS = ("weston-lullingfields.xlsx", "wrotham-road-2017.xlsx")
EXAMPLES = {
    "example-primary-2024-25.xlsx": ("900001", "2024/25"),
    "example-primary-2025-26.xlsx": ("900001", "2025/26"),
    "example-primary-2026-27.xlsx": ("900001", "2026/27"),
    "example-secondary-2024-25.xlsx": ("900002", "2024/25"),
    "example-secondary-2025-26.xlsx": ("900002", "2025/26"),
    "example-secondary-2026-27.xlsx": ("900002", "2026/27"),
}
TODAY = ("example-primary-2026-27.xlsx", "example-secondary-2026-27.xlsx")
"""The audits of the year in which today's duties are answered too, and what they have overtaken is no longer asked."""
ANSWERED = {
    **dict.fromkeys(REVIEWS, ("kcc-2010", "england-2026", "policies-2017")),
    **dict.fromkeys(EXAMPLES, ("kcc-2010",)),
    **dict.fromkeys(TODAY, ("kcc-2010", "england-2026")),
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
def test_every_shipped_workbook_reads_without_a_problem(every_framework: Criteria, name: str) -> None:
    """A visitor can upload any of them, and it answers the frameworks that it is there to show."""
    assert tuple(ref.id for ref in audit_in(name, every_framework).frameworks) == ANSWERED[name]


def test_the_shipped_workbooks_are_two_reviews_and_two_schools_over_three_years() -> None:
    """No workbook is shipped that these tests do not know."""
    assert sorted([*REVIEWS, *EXAMPLES]) == WORKBOOKS


@pytest.mark.parametrize("name", REVIEWS)
def test_a_desk_review_reads_the_whole_policy_and_no_practice(every_framework: Criteria, name: str) -> None:
    """A desk review says of every statement for its phase whether it is written, and never what is done."""
    audit = audit_in(name, every_framework)
    assert (audit.basis, audit.scope, bool(audit.policy_read)) == ("desk review", "all", True)
    assert set(audit.responses) == {c.id for c in every_framework if c.framework.id == "kcc-2010" or audit.asks(c)}
    assert len(audit.responses) == 496
    assert {response.practice for response in audit.responses.values()} == {None}
    assert {response.written for response in audit.responses.values()} <= {"yes", "partly", "no", None}
    assert [name for name, given in audit.responses.items() if given.written is None and not given.not_applicable] == []


@pytest.mark.parametrize(("name", "about"), EXAMPLES.items(), ids=EXAMPLES)
def test_an_example_audit_is_complete(every_framework: Criteria, name: str, about: tuple[str, str]) -> None:
    """Each invented school has a finished self-audit for each of three years, with nothing left to answer."""
    audit = audit_in(name, every_framework)
    done = answer_progress(audit, every_framework)
    assert (audit.school.urn, audit.year, audit.basis) == (*about, "self-audit")
    assert (done.answered, audit.completed_on is not None) == (done.asked, True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_audit_shows_every_kind_of_gap(every_framework: Criteria, name: str) -> None:
    """A newcomer sees each kind of gap, and something met, in every example."""
    result = outcome(audit_in(name, every_framework), every_framework)
    assert set(result.gaps["kind"]) == set(GAP_KINDS)
    assert result.overall["met"] > 0


@pytest.mark.parametrize("urn", ["900001", "900002"])
def test_an_example_school_moves_from_one_year_to_the_next(every_framework: Criteria, urn: str) -> None:
    """Each year differs from the one before, so that there is something to compare."""
    first, second, third = (audit_in(name, every_framework) for name, about in EXAMPLES.items() if about[0] == urn)
    assert first.school == second.school == third.school
    assert first.responses != second.responses != third.responses


@pytest.mark.parametrize("urn", ["900001", "900002"])
def test_an_example_school_has_a_signed_year_and_one_to_sign(every_framework: Criteria, urn: str) -> None:
    """The first year is as both roles signed it; the second began with its answers and waits for the first signature."""
    names = [name for name, about in EXAMPLES.items() if about[0] == urn and about[1] < "2026/27"]
    verdicts = [verify((HERE / name).read_bytes(), name, every_framework).standing for name in names]
    first, second = (audit_in(name, every_framework) for name in names)
    assert verdicts == ["as signed", "not signed"]
    assert (second.carried_from, {name: one.response for name, one in second.carried.items()}) == (
        first.year,
        dict(first.responses),
    )
    assert {action.since for action in second.actions} == {"", "2024/25"}


@pytest.mark.parametrize(("name", "standing"), [(TODAY[0], "as signed"), (TODAY[1], "not signed")])
def test_the_year_of_todays_duties_leaves_out_what_they_have_overtaken(
    every_framework: Criteria, name: str, standing: str
) -> None:
    """Nothing overtaken is answered in 2026/27; last year's answers to it are kept, and one of the audits is signed."""
    audit = audit_in(name, every_framework)
    left_out = {c.id for c in every_framework if audit.leaves_out(c.statement)}
    assert (len(left_out), left_out & set(audit.responses)) == (42, set())
    assert len(left_out & set(audit.carried)) >= 12
    assert (audit.carried_from, to_confirm(audit, every_framework)) == ("2025/26", ())
    assert verify((HERE / name).read_bytes(), name, every_framework).standing == standing


@pytest.mark.parametrize("name", TODAY)
def test_the_year_of_todays_duties_has_every_kind_of_gap_in_both_frameworks(
    every_framework: Criteria, name: str
) -> None:
    """A newcomer sees each kind of gap in what is still asked of the template, and among today's duties."""
    audit = audit_in(name, every_framework)
    for ref in audit.frameworks:
        kinds = {kind_of(audit.response(c.id)) for c in asked(audit, every_framework.of([ref]))}
        assert kinds >= {*GAP_KINDS, "met"}, ref.id


@pytest.mark.parametrize("name", WORKBOOKS)
def test_invented_urns_cannot_be_taken_for_real_ones(every_framework: Criteria, name: str) -> None:
    """No shipped workbook bears a URN that a real school has: the register ends far below 900001."""
    assert int(audit_in(name, every_framework).school.urn) >= 900_001
