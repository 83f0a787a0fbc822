"""What holds for every audit that can exist, tried on many invented ones."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from audit.model import PRACTICE, WRITTEN, Audit, Criteria, Response, School
from audit.school.scoring import gaps, scores, summary
from tests.conftest import audit_of

RECOMMENDED = ("toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-1.2-k2", "toy-2.1-k1")
OPTIONAL = ("toy-1.1-s1", "toy-2.1-s1")
BETTER_WRITTEN: dict[Any, Any] = {"no": "partly", "partly": "yes", "unknown": "yes"}
BETTER_PRACTICE: dict[Any, Any] = {0: 1, 1: 2, 2: 3, 3: 4, "unknown": 4}

TABLES = settings(deadline=None, max_examples=25)
"""Tables take a while to build, so fewer examples than usual and no limit on the time of one."""

set_aside = st.just(Response(not_applicable="It cannot happen here."))
answers = st.builds(
    Response,
    written=st.none() | st.sampled_from(WRITTEN),
    practice=st.none() | st.sampled_from(PRACTICE),
)
met = st.builds(Response, written=st.just("yes"), practice=st.sampled_from((3, 4)))
any_response = answers | set_aside
phases = st.sampled_from(("primary", "secondary"))
any_answers = st.dictionaries(st.sampled_from(RECOMMENDED + OPTIONAL), any_response)
all_met = st.fixed_dictionaries(dict.fromkeys(RECOMMENDED[1:], met | set_aside) | {RECOMMENDED[0]: met})


def _overall(audit: Audit, criteria: Criteria) -> pd.Series:
    table = summary(scores([audit], criteria))
    return table[table["level"] == "overall"].iloc[0]


@TABLES
@given(responses=any_answers, phase=phases, scope=st.sampled_from(("recommended", "all")))
def test_counts_add_up(toy: Criteria, responses: dict[str, Response], phase: Any, scope: str) -> None:
    """In each row the kinds, the written answers and the practice levels each add up to what applies."""
    table = summary(scores([audit_of(toy, responses, phase=phase, scope=scope)], toy))
    kinds = table[["met", "not_written", "not_done", "neither", "not_known"]].sum(axis=1)
    written = table[[f"written_{word}" for word in (*WRITTEN, "blank")]].sum(axis=1)
    practice = table[[f"practice_{level}" for level in (*PRACTICE, "blank")]].sum(axis=1)
    applicable = list(table["applicable"])
    assert [list(kinds), list(written), list(practice)] == [applicable] * 3
    assert list(table["applicable"] + table["not_applicable"]) == list(table["recommended"])


@TABLES
@given(responses=any_answers, phase=phases)
def test_areas_and_questions_add_up_to_the_whole(toy: Criteria, responses: dict[str, Response], phase: Any) -> None:
    """The areas together, and the questions together, count what the overall row counts."""
    table = summary(scores([audit_of(toy, responses, phase=phase)], toy))
    counts = table.select_dtypes("Int32").columns
    sums = {level: table.loc[table["level"] == level, counts].sum().to_dict() for level in table["level"].unique()}
    assert sums["area"] == sums["overall"]
    assert sums["question"] == sums["overall"]


@TABLES
@given(responses=any_answers, phase=phases)
def test_gaps_are_what_applies_and_is_not_met(toy: Criteria, responses: dict[str, Response], phase: Any) -> None:
    """There are as many gaps as applicable statements that are not met, numbered from 1 without a break."""
    audit = audit_of(toy, responses, phase=phase, scope="all")
    overall, found = _overall(audit, toy), gaps(scores([audit], toy), toy)
    assert list(found["priority"]) == list(range(1, overall["applicable"] - overall["met"] + 1))


@TABLES
@given(responses=all_met, extra=st.dictionaries(st.sampled_from(OPTIONAL), any_response), phase=phases)
def test_all_met_leaves_no_gap(
    toy: Criteria, responses: dict[str, Response], extra: dict[str, Response], phase: Any
) -> None:
    """With each applicable recommended statement met there is no gap, and every percentage is exactly 100."""
    audit = audit_of(toy, responses | extra, phase=phase, scope="all")
    assert gaps(scores([audit], toy), toy).empty
    percents = _overall(audit, toy).filter(regex="_(percent|lowest|highest)$")
    assert list(percents) == [100.0] * 9


@TABLES
@given(responses=any_answers, name=st.sampled_from(RECOMMENDED), worse=answers, phase=phases, data=st.data())
def test_a_better_answer_never_lowers_coverage(
    toy: Criteria, responses: dict[str, Response], name: str, worse: Response, phase: Any, data: st.DataObject
) -> None:
    """One answer raised (no, partly, yes; a level up; unknown turning out well) never lowers K coverage."""
    steps = {"written": BETTER_WRITTEN, "practice": BETTER_PRACTICE}
    raisable = [answer for answer, better in steps.items() if getattr(worse, answer) in better]
    assume(raisable)
    answer = data.draw(st.sampled_from(raisable))
    raised = dataclasses.replace(worse, **{answer: steps[answer][getattr(worse, answer)]})
    before = _overall(audit_of(toy, responses | {name: worse}, phase=phase), toy)
    after = _overall(audit_of(toy, responses | {name: raised}, phase=phase), toy)
    for column in ("coverage_percent", "coverage_lowest", "coverage_highest"):
        assert (pd.isna(before[column]) and pd.isna(after[column])) or after[column] >= before[column]


@TABLES
@given(responses=any_answers, phase=phases)
def test_a_percentage_lies_within_its_range(toy: Criteria, responses: dict[str, Response], phase: Any) -> None:
    """Lowest, percentage and highest stand in this order, from 0 to 100, or are blank together."""
    table = summary(scores([audit_of(toy, responses, phase=phase)], toy))
    for measure in ("coverage", "written", "practice"):
        columns = [f"{measure}_{end}" for end in ("lowest", "percent", "highest")]
        for figures in table[columns].astype(object).to_numpy().tolist():
            blank = [bool(pd.isna(figure)) for figure in figures]
            assert all(blank) or (not any(blank) and [0, *figures, 100] == sorted([0, *figures, 100]))


@TABLES
@given(responses=any_answers, phase=phases, data=st.data())
def test_what_turns_out_lies_within_the_range(
    toy: Criteria, responses: dict[str, Response], phase: Any, data: st.DataObject
) -> None:
    """However the unknown answers turn out, coverage is no lower and no higher than the range said."""
    before = _overall(audit_of(toy, responses, phase=phase), toy)
    known: dict[str, Response] = {}
    for name in RECOMMENDED:
        response = responses.get(name, Response())
        if not response.not_applicable:
            written = data.draw(st.sampled_from(("yes", "partly", "no")))
            practice = data.draw(st.integers(0, 4))
            response = Response(
                written=written if response.written in (None, "unknown") else response.written,
                practice=practice if response.practice in (None, "unknown") else response.practice,  # type: ignore[arg-type]
            )
        known[name] = response
    after = _overall(audit_of(toy, known, phase=phase), toy)["coverage_percent"]
    assert pd.isna(after) or before["coverage_lowest"] <= after <= before["coverage_highest"]


@TABLES
@given(all_responses=st.lists(any_answers, min_size=2, max_size=3), data=st.data())
def test_the_order_of_audits_never_changes_a_summary(
    toy: Criteria, all_responses: list[dict[str, Response]], data: st.DataObject
) -> None:
    """A school's figures are the same alone, among others, and in whatever order the others come."""
    audits = [
        audit_of(toy, responses, school=School(urn=f"90000{number}", name=f"School {number}", phase=data.draw(phases)))
        for number, responses in enumerate(all_responses)
    ]
    together = summary(scores(data.draw(st.permutations(audits)), toy))
    for audit in audits:
        own = together[together["urn"] == audit.school.urn].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, summary(scores([audit], toy)))
