"""What a reviewer would ask before an audit is signed: each check, and what it leaves alone."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.model import (
    PRACTICE,
    WRITTEN,
    Area,
    Audit,
    Carried,
    Criteria,
    FrameworkRef,
    Question,
    Response,
    School,
    Statement,
)
from audit.school.review import BEFORE_COMPLETE, BEFORE_SIGNING, CHECKS, TITLES, by_check, review
from tests.conftest import audit_of, framework, statement

A, B, C, D = "toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-2.1-k1"
SOUND = {
    key: Response(written="yes", practice=3, evidence=f"Minutes of 3 May 2026, item {number}")
    for number, key in enumerate((A, B, C, D))
}
"""Answers about which nobody has to ask."""


def asked(audit: Audit, criteria: Criteria, *others: Audit) -> list[tuple[str, str, str, str]]:
    """Check, statement, reason and quote of every remark."""
    return [(one.check, one.criterion.id, one.reason, one.quote) for one in review(audit, criteria, others=others)]


def linked(*, rests_on: tuple[str, ...]) -> Criteria:
    """Two statements, of which the first rests on these."""
    statements = (statement("1.1", "K", 1, rests_on=rests_on), statement("1.1", "K", 2))
    question = Question(id="1.1", topic="First", title="First?", introduction="Why.", statements=statements)
    return Criteria((framework(Area(id="1", title="Area one", questions=(question,))),))


def test_there_is_nothing_to_ask_about_a_sound_audit(toy: Criteria) -> None:
    """Answered, known, with evidence, and without contradiction: no remark."""
    assert review(audit_of(toy, SOUND), toy) == ()


def test_every_check_has_a_title() -> None:
    """Whatever is found can be shown under a heading."""
    assert list(TITLES) == list(CHECKS)


def test_the_checks_of_a_careful_colleague(toy: Criteria) -> None:
    """Unanswered, unknown, not applicable, and level 3 or 4 without evidence, each in source order."""
    audit = audit_of(
        toy,
        {
            "toy-1.1-k1": Response(written="yes", practice=3, evidence=" "),
            "toy-1.1-k2": Response(written="unknown", practice=2),
            "toy-2.1-k1": Response(not_applicable="None here."),
        },
    )
    found = by_check(review(audit, toy, checks=BEFORE_COMPLETE), BEFORE_COMPLETE)
    assert {check: [finding.criterion.id for finding in group] for check, group in found.items()} == {
        "to confirm": [],
        "proposed": [],
        "asked anew": [],
        "unanswered": ["toy-1.2-k1"],
        "unknown": ["toy-1.1-k2"],
        "not applicable": ["toy-2.1-k1"],
        "without evidence": ["toy-1.1-k1"],
    }
    assert found["not applicable"][0].quote == "None here."


def test_before_signing_a_reason_that_stands_is_not_asked_about_again(toy: Criteria) -> None:
    """A reason why a statement does not apply is looked at before an audit is complete, and is no remark after that."""
    audit = audit_of(toy, {C: Response(not_applicable="We have none.")})
    assert [one.check for one in review(audit, toy, checks=["not applicable"])] == ["not applicable"]
    assert "not applicable" not in {one.check for one in review(audit, toy)}
    assert {*BEFORE_COMPLETE, *BEFORE_SIGNING} == set(CHECKS)


def test_what_is_not_fully_answered(toy: Criteria) -> None:
    """Each statement that counts and lacks an answer, with which one; optional ones are left alone."""
    half = {A: Response(written="yes"), B: Response(practice=1), C: Response(not_applicable="We have none.")}
    assert asked(audit_of(toy, half), toy) == [
        ("unanswered", A, "It says what is written, but not what is done. So it counts as not known.", ""),
        ("unanswered", B, "It says what is done, but not what is written. So it counts as not known.", ""),
        ("unanswered", D, "It has no answer yet. So it counts as not known.", ""),
    ]


def test_a_desk_review_is_asked_only_what_is_written(toy: Criteria) -> None:
    """Without practice nothing is missing from a reading of a policy."""
    read = {A: Response(written="yes"), B: Response(written="no"), C: Response(written="partly")}
    assert asked(audit_of(toy, read, basis="desk review"), toy) == [
        ("unanswered", D, "It has no answer yet. So it counts as not known.", "")
    ]


def test_last_years_answers_that_wait(toy: Criteria) -> None:
    """Unconfirmed ones, and those whose statement has changed, are told apart from what was never answered."""
    kept = Carried(response=SOUND[A])
    carried = {A: kept, B: dataclasses.replace(kept, revision=2), "toy-1.1-s1": kept, C: kept}
    audit = audit_of(toy, {C: SOUND[C]}, carried_from="2025/26", carried=carried)
    waits = "The answer of 2025/26 counts as not known until somebody confirms or changes it."
    assert asked(audit, toy) == [
        ("unanswered", D, "It has no answer yet. So it counts as not known.", ""),
        ("to confirm", A, waits, ""),
        ("to confirm", "toy-1.1-s1", waits, ""),
        ("asked anew", B, "Its meaning has changed since 2025/26, so that year's answer does not answer it.", ""),
    ]


def test_what_nobody_knew(toy: Criteria) -> None:
    """Each answer that is unknown, with the role that is likely to know and what was noted."""
    unknown = {
        A: Response(written="unknown", practice=3, evidence=SOUND[A].evidence, comment="Ask in June."),
        C: Response(written="unknown", practice="unknown"),
    }
    assert asked(audit_of(toy, SOUND | unknown), toy) == [
        ("unknown", A, "Nobody knew whether it is written. The role most likely to know: Head.", "Ask in June."),
        (
            "unknown",
            C,
            "Nobody knew whether it is written or what is done. The role most likely to know: Network manager.",
            "",
        ),
    ]


def test_high_levels_without_evidence_or_with_next_to_none(toy: Criteria) -> None:
    """Level 3 or 4 needs something to show; below that nothing is asked, and spaces are nothing."""
    claims = {
        A: Response(written="yes", practice=4, evidence=" \n"),
        B: Response(written="yes", practice=3, evidence="See policy"),
        C: Response(written="yes", practice=2),
        "toy-2.1-s1": Response(written="no", practice=3),
    }
    assert asked(audit_of(toy, SOUND | claims), toy) == [
        ("without evidence", A, "It is called “Embedded”, and nothing is named that shows it.", ""),
        ("without evidence", "toy-2.1-s1", "It is called “In place”, and nothing is named that shows it.", ""),
        (
            "thin evidence",
            B,
            "It names “policy”, but not which one, who has it, where it is or from when.",
            "See policy",
        ),
    ]


@pytest.mark.parametrize(("copies", "remarks"), [(3, 0), (4, 4)])
def test_one_text_beside_many_statements(toy: Criteria, copies: int, remarks: int) -> None:
    """From four statements on, one and the same text is asked about; letter case and spaces make no other text."""
    texts = ("Minutes, 3 May 2026", "minutes,  3 May 2026.", "MINUTES, 3 May 2026", "Minutes, 3 May 2026 ")
    same = {
        key: Response(written="yes", practice=3, evidence=text)
        for key, text in zip((A, B, C, D)[:copies], texts, strict=False)
    }
    found = asked(audit_of(toy, SOUND | same), toy)
    assert [(check, reason) for check, _, reason, _ in found] == [
        ("copied evidence", "The same text stands beside 4 statements. Say which part shows this one.")
    ] * remarks


def test_embedded_with_the_evidence_of_an_earlier_year(toy: Criteria) -> None:
    """What is called embedded was reviewed in the last twelve months, which last year's words do not show."""
    embedded = {key: dataclasses.replace(SOUND[key], practice=4) for key in (A, B)}
    last = audit_of(toy, SOUND, year="2025/26")
    carried = {A: Carried(response=SOUND[A])}
    reason = "These are the words of {}. Embedded means reviewed in the last twelve months: what shows that?"
    this = audit_of(toy, SOUND | embedded)
    expected = [("evidence of an earlier year", key, reason.format("2025/26"), SOUND[key].evidence) for key in (A, B)]
    assert asked(this, toy, last) == expected
    assert asked(dataclasses.replace(this, carried_from="2025/26", carried=carried), toy) == expected[:1]
    assert asked(this, toy) == []


def test_only_earlier_years_of_the_same_school_are_held_against_it(toy: Criteria) -> None:
    """Neither a later year nor another school's audit says anything about this year's evidence."""
    embedded = {key: dataclasses.replace(one, practice=4) for key, one in SOUND.items()}
    this = audit_of(toy, embedded)
    later = audit_of(toy, SOUND, year="2027/28")
    other = audit_of(toy, SOUND, year="2025/26", school=School(urn="900002", name="Other", phase="primary"))
    assert asked(this, toy, later, other) == []


def test_embedded_but_not_in_the_policy(toy: Criteria) -> None:
    """Done across the school without being written is a gap, not a contradiction; reviewed against nothing is one."""
    odd = {
        A: dataclasses.replace(SOUND[A], written="no", practice=4),
        B: dataclasses.replace(SOUND[B], written="no", practice=3),
        C: dataclasses.replace(SOUND[C], written="partly", practice=4),
    }
    reason = (
        "It is called embedded, which means evidenced and reviewed, and the policy does not say it. "
        "Against what was it reviewed?"
    )
    assert asked(audit_of(toy, SOUND | odd), toy) == [("contradiction", A, reason, "")]


@pytest.mark.parametrize(
    ("whole", "part", "contradicts"),
    [(3, 2, True), (4, 0, True), (3, 3, False), (4, 3, False), (2, 0, False), (3, "unknown", False), (3, None, False)],
)
def test_a_statement_and_what_it_rests_on(whole: int, part: object, contradicts: bool) -> None:
    """What is in place rests on what is in place; what is not known contradicts nothing."""
    criteria = linked(rests_on=(B,))
    answers = {
        A: Response(written="yes", practice=whole, evidence="Minutes, 3 May 2026"),  # type: ignore[arg-type]
        B: Response(written="yes", practice=part, evidence="Log of the DSL"),  # type: ignore[arg-type]
    }
    labels = ("Not in place", "Planned", "Partly in place", "In place", "Embedded")
    found = [one for one in asked(audit_of(criteria, answers), criteria) if one[0] == "contradiction"]
    assert found == (
        [
            (
                "contradiction",
                A,
                f"It is called “{labels[whole]}”, but it rests on 1.1 K2 (First), which is called “{labels[part]}”.",  # type: ignore[call-overload]
                "Statement 1.1 K 2 holds.",
            )
        ]
        if contradicts
        else []
    )


def test_an_audit_of_no_framework_at_hand_is_asked_nothing(toy: Criteria) -> None:
    """Without its criteria nothing can be said of an audit, and nothing breaks."""
    assert review(audit_of(toy, SOUND, frameworks=(FrameworkRef("other", "1"),)), toy) == ()


texts = st.sampled_from(("", "Yes", "Minutes, 3 May 2026", "See policy", "  ")) | st.text(max_size=12).filter(
    str.isprintable
)
answers = st.builds(
    Response,
    written=st.none() | st.sampled_from(WRITTEN),
    practice=st.none() | st.sampled_from(PRACTICE),
    evidence=texts,
)


@settings(deadline=None, max_examples=100)
@given(
    responses=st.dictionaries(st.sampled_from((A, B)), answers),
    carried=st.dictionaries(st.sampled_from((A, B)), answers),
)
def test_remarks_stand_in_order_and_never_twice(responses: dict[str, Response], carried: dict[str, Response]) -> None:
    """Whatever was answered: by check, then by the order of the source, and no remark twice."""
    criteria = linked(rests_on=(B,))
    kept = {key: Carried(response=one) for key, one in carried.items()}
    found = review(audit_of(criteria, responses, carried=kept, carried_from="2025/26"), criteria)
    keys = [(CHECKS.index(one.check), one.criterion.order, one.reason) for one in found]
    assert keys == sorted(set(keys))


def test_the_shipped_links_can_all_be_followed(shipped: Criteria) -> None:
    """Each statement rests on narrower ones of its own framework; a few do, which is what makes the check worth while."""
    links: dict[str, Statement] = {c.id: c.statement for c in shipped if c.statement.rests_on}
    assert len(links) == 13
    assert {part for one in links.values() for part in one.rests_on} <= {c.id for c in shipped}
