"""Answers that another edition suggests, and pairs that are asked once for two editions."""

from __future__ import annotations

import dataclasses
from itertools import product
from pathlib import Path

import pytest

from audit.model import (
    NO_RESPONSE,
    PRACTICE,
    WRITTEN,
    Area,
    Audit,
    Carried,
    Criteria,
    Crosswalk,
    Pair,
    Question,
    Relation,
    Response,
    Review,
)
from audit.school.next_year import begun_in_words, start_from
from audit.school.outcome import outcomes
from audit.school.proposals import (
    also_stored,
    asked_once,
    once_in_words,
    other_answers,
    proposal,
    proposals,
    suggested,
    to_confirm,
    with_frameworks,
)
from audit.school.questionnaire import answer_progress, required, steps
from audit.school.signing import not_answered
from audit.store.audits import Store
from tests.conftest import audit_of, framework, statement, template_and_duties

MET = Response(written="yes", practice=4, evidence="The minutes.", comment="Seen.")
GAP = Response(written="no", practice=1)
OLD, OTHER, GONE = "toy-1.1-k1", "toy-1.1-k2", "toy-1.1-k3"
NEW, SECOND, THIRD = "duty-1.1-1", "duty-1.1-2", "duty-1.1-3"
REVIEW = Review(role="adviser", date="2026-11-28")


def pair(old: str, new: str, relation: Relation, *, strength: int = 8, reviewed: Review | None = REVIEW) -> Pair:
    """A pair that is sure, unless told otherwise."""
    return Pair(old=old, new=new, relation=relation, strength=strength, because="Both ask it.", reviewed=reviewed)


def with_pairs(*pairs: Pair) -> Criteria:
    """The toy template and the toy duties with these pairs."""
    return Criteria(template_and_duties().frameworks, (Crosswalk(old="toy", new="duty", pairs=pairs),))


def last_year(criteria: Criteria, **responses: Response) -> Audit:
    """An audit of the template alone, of last year."""
    template = criteria.of(criteria.refs[:1])
    named = {f"toy-1.1-{name}": response for name, response in responses.items()}
    return audit_of(template, named, year="2025/26")


def duties_after(criteria: Criteria, **responses: Response) -> Audit:
    """This year's audit of the duties alone, begun from last year's of the template."""
    begun = start_from(last_year(criteria, **responses), criteria, year="2026/27")
    return dataclasses.replace(begun, frameworks=criteria.refs[1:])


@pytest.mark.parametrize(("written", "practice"), [*product((None, *WRITTEN), (None, *PRACTICE))])
def test_each_relation_lets_one_propose_what_the_fact_sheet_says(written: object, practice: object) -> None:
    """Equal: everything; the old asks more: only a yes; it asks less: only a no; a common part: nothing. Each part apart."""
    response = Response(written=written, practice=practice, evidence="Minutes.")  # type: ignore[arg-type]
    assert suggested("equal", response) == response
    assert suggested("intersects", response) == NO_RESPONSE
    assert suggested("superset", response) == Response(
        written="yes" if written == "yes" else None,
        practice=practice if practice in (3, 4) else None,  # type: ignore[arg-type]
    )
    assert suggested("subset", response) == Response(
        written=written if written in ("no", "partly") else None,  # type: ignore[arg-type]
        practice=practice if practice in (0, 1, 2) else None,  # type: ignore[arg-type]
    )


def test_what_does_not_apply_is_proposed_only_for_the_same_demand() -> None:
    """Whoever asks more or less may ask it of a school to which the other does not apply."""
    response = Response(not_applicable="We have no pupils' email.")
    assert suggested("equal", response) == response
    assert [suggested(relation, response) for relation in ("superset", "subset", "intersects")] == [NO_RESPONSE] * 3


def test_an_answer_of_last_year_is_proposed_for_another_edition() -> None:
    """It waits beside the responses, says where it comes from, and counts for nothing."""
    criteria = with_pairs(pair(OLD, NEW, "superset"))
    audit = duties_after(criteria, k1=MET)
    (waiting,) = proposals(audit, criteria).items()
    assert waiting[0] == NEW
    assert (waiting[1].origin, waiting[1].year) == ("another edition", "2025/26")
    assert waiting[1].response == Response(written="yes", practice=4)
    assert [(a.criterion.id, a.response) for a in waiting[1].others] == [(OLD, MET)]
    assert audit.responses == {}
    (result,) = outcomes(audit, criteria)
    assert (result.overall["met"], result.overall["not_known"]) == (0, 4)
    assert answer_progress(audit, criteria).answered == 0


def test_an_answer_of_this_year_is_proposed_too() -> None:
    """An audit of two editions is not asked one demand twice."""
    criteria = with_pairs(pair(OLD, NEW, "subset"))
    audit = audit_of(criteria, {OLD: GAP})
    found = proposal(audit, criteria, criteria[NEW])
    assert found is not None
    assert (found.response, found.year) == (GAP, "2026/27")


def test_the_reverse_direction_proposes_by_the_same_table() -> None:
    """An answer to what asks less today says no of what asked more, and yes of nothing."""
    criteria = with_pairs(pair(OLD, NEW, "superset"))
    no, yes = (proposal(audit_of(criteria, {NEW: r}), criteria, criteria[OLD]) for r in (GAP, MET))
    assert no is not None
    assert no.response == GAP
    assert yes is None


def test_a_common_part_shows_the_evidence_and_proposes_nothing() -> None:
    """A person reads what was answered and decides."""
    criteria = with_pairs(pair(OLD, NEW, "intersects"))
    audit = duties_after(criteria, k1=MET)
    assert proposals(audit, criteria) == {}
    assert [a.response.evidence for a in other_answers(audit, criteria, NEW)] == ["The minutes."]


@pytest.mark.parametrize("unsure", [{"strength": 6}, {"reviewed": None}])
def test_a_weak_pair_or_one_that_nobody_reviewed_says_nothing(unsure: dict[str, object]) -> None:
    """Neither proposed, nor shown, nor asked once."""
    criteria = with_pairs(pair(OLD, NEW, "equal", **unsure))  # type: ignore[arg-type]
    audit = duties_after(criteria, k1=MET)
    assert (proposals(audit, criteria), other_answers(audit, criteria, NEW)) == ({}, ())
    assert asked_once(audit_of(criteria, {}), criteria) == {}


def test_an_answer_to_an_earlier_meaning_says_nothing() -> None:
    """The pair is of the statements as they stand now."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    audit = duties_after(criteria, k1=MET)
    assert audit.carried[OLD].revision == 1
    older = dataclasses.replace(audit, carried={OLD: Carried(response=MET, revision=7)})
    assert proposals(older, criteria) == {}


def test_last_years_own_answer_goes_first() -> None:
    """What was said of this very statement says more than what was said of another."""
    criteria = with_pairs(pair(OLD, NEW, "superset"))
    audit = dataclasses.replace(
        duties_after(criteria, k1=MET), carried={OLD: Carried(response=MET), NEW: Carried(response=GAP)}
    )
    found = proposal(audit, criteria, criteria[NEW])
    assert found is not None
    assert (found.origin, found.response) == ("last year", GAP)


def test_what_two_answers_disagree_about_is_not_proposed() -> None:
    """The part on which they agree still is."""
    criteria = with_pairs(pair(OLD, NEW, "superset"), pair(OTHER, NEW, "superset"))
    audit = duties_after(criteria, k1=MET, k2=Response(written="yes", practice=3))
    assert proposals(audit, criteria)[NEW].response == Response(written="yes")


def test_a_proposal_names_only_the_answers_that_it_comes_from() -> None:
    """An answer that says something else, or only what the others contradict, is none of them."""
    criteria = with_pairs(pair(OLD, NEW, "equal"), pair(OTHER, NEW, "superset"))
    found = proposals(duties_after(criteria, k1=GAP, k2=MET), criteria)[NEW]
    assert (found.response, [answer.criterion.id for answer in found.others]) == (GAP, [OLD])
    criteria = with_pairs(pair(OLD, NEW, "subset"), pair(OTHER, NEW, "subset"))
    audit = duties_after(criteria, k1=Response(written="partly", practice=2), k2=Response(written="no", practice=3))
    found = proposals(audit, criteria)[NEW]
    assert (found.response, [answer.criterion.id for answer in found.others]) == (Response(practice=2), [OLD])


def test_no_proposal_rests_on_two_pairs() -> None:
    """From the first edition to the second, and from the second to the third, makes nothing from the first to the third."""
    middle = dataclasses.replace(statement("1.1", "K", 1), id="mid-1.1-k1")
    area = Area(
        id="1",
        title="Area",
        questions=(Question(id="1.1", topic="T", title="T?", introduction="W.", statements=(middle,)),),
    )
    base = template_and_duties().frameworks
    criteria = Criteria(
        (*base, framework(area, id="mid")),
        (
            Crosswalk(old="toy", new="mid", pairs=(pair(OLD, "mid-1.1-k1", "equal"),)),
            Crosswalk(old="mid", new="duty", pairs=(pair("mid-1.1-k1", NEW, "equal"),)),
        ),
    )
    begun = dataclasses.replace(duties_after(criteria, k1=MET), frameworks=criteria.refs)
    only_last = dataclasses.replace(begun, carried={OLD: Carried(response=MET)}, frameworks=criteria.refs[1:])
    assert asked_once(only_last, criteria) == {"mid-1.1-k1": NEW}
    assert proposals(only_last, criteria) == {}
    assert asked_once(begun, criteria) == {"mid-1.1-k1": NEW}
    assert OLD in {c.id for c in required(begun, criteria)}
    along = dataclasses.replace(begun, carried={}, responses={NEW: MET, "mid-1.1-k1": MET})
    assert proposals(along, criteria) == {}
    carried = {name: Carried(response=MET) for name in (NEW, "mid-1.1-k1")}
    assert OLD not in proposals(dataclasses.replace(begun, carried=carried), criteria)


def test_nothing_is_proposed_for_what_is_not_asked() -> None:
    """Neither for what law has overtaken, nor for another phase."""
    criteria = with_pairs(pair(GONE, NEW, "superset"))
    audit = audit_of(criteria, {NEW: GAP}, as_printed=False)
    assert proposals(audit, criteria) == {}
    assert list(proposals(dataclasses.replace(audit, as_printed=True), criteria)) == [GONE]


def test_a_desk_review_is_proposed_only_what_is_written() -> None:
    """It says nothing about practice."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    audit = dataclasses.replace(duties_after(criteria, k1=MET), basis="desk review")
    assert proposals(audit, criteria)[NEW].response.practice is None


def test_an_equal_pair_is_asked_once_in_the_newer_wording() -> None:
    """The older statement has no card, is not among what is left, and waits for nobody."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    audit = audit_of(criteria, {})
    assert asked_once(audit, criteria) == {OLD: NEW}
    assert also_stored(audit, criteria, NEW) == {OLD: 1}
    assert OLD not in {c.id for c in required(audit, criteria)}
    assert OLD not in {c.id for step in steps(audit, criteria) for c in step.criteria}
    assert answer_progress(audit, criteria).asked == len(list(criteria)) - 2  # the optional one is not asked for
    left, of = not_answered(audit, criteria)
    assert (left, of) == (6, 6)


def test_one_answer_counts_in_both_editions(tmp_path: Path) -> None:
    """It is stored for both in one go, and so is every change of it."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    store = Store(f"sqlite:///{tmp_path / 'audits.sqlite'}")
    audit_id = store.add(audit_of(criteria, {}))
    for base, answer in ((NO_RESPONSE, MET), (MET, GAP)):
        now = store.load(audit_id)
        assert now is not None
        store.save(audit_id, NEW, base=base, mine=answer, also=also_stored(now, criteria, NEW), role="head")
        after = store.load(audit_id)
        assert after is not None
        assert after.responses == {NEW: answer, OLD: answer}
    assert [result.overall["neither"] for result in outcomes(after, criteria)] == [1, 1]
    assert [(past.statement, past.role) for past in store.history(audit_id)] == [
        (NEW, "head"),
        (OLD, "head"),
        (NEW, "head"),
        (OLD, "head"),
    ]
    store.close()


def test_two_different_answers_to_an_equal_pair_stand_each_for_itself() -> None:
    """An audit that had answered both before the pair was known loses neither."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    audit = audit_of(criteria, {OLD: MET, NEW: GAP})
    assert asked_once(audit, criteria) == {}
    assert also_stored(audit, criteria, NEW) == {}


def test_an_older_answer_is_proposed_for_the_equal_one_that_is_asked() -> None:
    """A school that adds today's duties has its own answer before it; until it is accepted, only the older one counts."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    audit = with_frameworks(audit_of(criteria.of(criteria.refs[:1]), {OLD: MET}), criteria.refs[1:], criteria)
    assert audit.responses == {OLD: MET}
    assert [c.id for c in to_confirm(audit, criteria)] == [NEW]
    assert proposals(audit, criteria)[NEW].response == MET
    assert [result.overall["met"] for result in outcomes(audit, criteria)] == [1, 0]


def test_a_template_that_is_added_has_the_answers_to_equal_duties() -> None:
    """The same demand is not asked again; everything else of the template is."""
    criteria = with_pairs(pair(OLD, NEW, "equal"), pair(OTHER, SECOND, "superset"))
    audit = with_frameworks(
        audit_of(criteria.of(criteria.refs[1:]), {NEW: MET, SECOND: MET}), criteria.refs[:1], criteria
    )
    assert audit.responses == {NEW: MET, SECOND: MET, OLD: MET}
    assert audit.frameworks == (criteria.refs[1], criteria.refs[0])


def test_statements_that_only_one_edition_asks_here_are_not_asked_once() -> None:
    """The older one is overtaken in this year, or the newer one is not asked in this scope."""
    optional = dataclasses.replace(statement("1.1", "other", 4), id="duty-1.1-4")
    template, duties = template_and_duties().frameworks
    question = dataclasses.replace(
        duties.areas[0].questions[0], statements=(*duties.areas[0].questions[0].statements[:3], optional)
    )
    changed = dataclasses.replace(duties, areas=(dataclasses.replace(duties.areas[0], questions=(question,)),))
    criteria = Criteria(
        (template, changed),
        (Crosswalk(old="toy", new="duty", pairs=(pair(GONE, THIRD, "equal"), pair(OLD, "duty-1.1-4", "equal"))),),
    )
    assert asked_once(audit_of(criteria, {}, as_printed=False), criteria) == {}
    assert asked_once(audit_of(criteria, {}, scope="all"), criteria) == {GONE: THIRD, OLD: "duty-1.1-4"}


def test_what_is_proposed_is_said_before_a_year_begins() -> None:
    """How many, from which criteria, how many only in part, and that nothing counts yet."""
    criteria = with_pairs(pair(OLD, NEW, "superset"), pair(OTHER, SECOND, "superset"))
    audit = duties_after(criteria, k1=MET, k2=Response(written="yes", practice=2))
    assert begun_in_words(audit, criteria) == (
        "2 statements have an answer proposed from answers to the toy template, 1 of them in part. Nothing that is "
        "proposed counts until somebody accepts it.",
        "2 statements answered in 2025/26 and not in the criteria of this audit: the answers are kept.",
    )


def test_what_is_asked_once_is_said_before_a_year_begins() -> None:
    """In whose wording, and that the answer counts in both."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    audit = start_from(last_year(criteria, k1=MET), criteria, year="2026/27")
    both = dataclasses.replace(audit, frameworks=criteria.refs)
    name = criteria[NEW].framework.called
    assert once_in_words(both, criteria) == (
        f"1 statement asks the same in two sets of criteria. It is asked once, in the wording of {name}, and the "
        "answer counts in both.",
    )


def test_criteria_that_two_people_add_at_once_all_stay(tmp_path: Path) -> None:
    """Neither another addition nor a correction of the details, from a page of before, takes them away again."""
    criteria = with_pairs()
    extra = dataclasses.replace(criteria.refs[1], id="third")
    store = Store(f"sqlite:///{tmp_path / 'audits.sqlite'}")
    seen = audit_of(criteria.of(criteria.refs[:1]), {OLD: MET})
    audit_id = store.add(seen)
    for added in (criteria.refs[1], extra):
        wider = dataclasses.replace(seen, frameworks=(*seen.frameworks, added))
        store.add_frameworks(audit_id, wider, named="Criteria")
    renamed = dataclasses.replace(seen, school=dataclasses.replace(seen.school, name="Hilltop School"))
    store.describe(audit_id, renamed, seen=seen.school)
    now = store.load(audit_id)
    assert now is not None
    assert (now.frameworks, now.school.name) == ((*criteria.refs, extra), "Hilltop School")
    store.close()


def test_an_answer_that_somebody_gave_to_the_older_statement_meanwhile_stays(tmp_path: Path) -> None:
    """A page that was drawn before still names it; nobody's answer is overwritten unseen."""
    criteria = with_pairs(pair(OLD, NEW, "equal"))
    store = Store(f"sqlite:///{tmp_path / 'audits.sqlite'}")
    audit_id = store.add(audit_of(criteria, {OLD: MET, NEW: MET}))
    other = Response(written="partly", practice=2)
    store.save(audit_id, OLD, base=MET, mine=other)
    store.save(audit_id, NEW, base=MET, mine=GAP, also={OLD: 1})
    assert {name: kept.response for name, kept in store.stored(audit_id).items()} == {OLD: other, NEW: GAP}
    store.close()
