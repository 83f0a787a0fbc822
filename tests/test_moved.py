"""Where the statements of one edition went in another one: through one sure pair at a time, and never added up."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

import pandas as pd
import plotly.graph_objects as go
import pytest

from audit.exhibits.governors import moved_exhibit, years_exhibit
from audit.model import (
    Area,
    Criteria,
    Crosswalk,
    Framework,
    Pair,
    Provenance,
    Question,
    Relation,
    Response,
    Review,
    Signature,
    Statement,
    Superseded,
)
from audit.reports.pack import governors_pack
from audit.reports.pack_inputs import PackInputs, inputs_from, inputs_json
from audit.school import history_words, next_year, signing, transition
from audit.school.governors import for_governors
from audit.school.moves import Followed, Move, MoveCounts, Moved, compare_each, moves, moves_into, moves_since
from audit.school.outcome import Outcome, outcomes
from audit.verify import verify
from tests.conftest import audit_of, framework, statement
from tests.pdf import page_texts

MET, GAP, UNKNOWN, SET_ASIDE = (
    Response(written="yes", practice=3, evidence="A log of 3 May"),
    Response(written="no", practice=0),
    Response(written="yes", practice="unknown"),
    Response(not_applicable="No such room."),
)
REVIEWED = Review(role="adviser", date="2026-11-28")
OLD, NEW, OTHER = "old", "new", "other"


def edition(id: str, name: str, statements: Iterable[Statement]) -> Framework:
    """An edition of criteria with one question."""
    question = Question(id="1.1", topic="First", title="First?", introduction="Why.", statements=tuple(statements))
    made = framework(Area(id="1", title="Area one", questions=(question,)), id=id)
    return dataclasses.replace(made, title=name.capitalize(), name=name, coverage=f"coverage of {name}")


def old(number: int, **changes: object) -> Statement:
    """A recommended statement of the older edition, ``old-1.1-k1``."""
    made = dataclasses.replace(statement("1.1", "K", number), id=f"old-1.1-k{number}")
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def new(number: int, of: str = NEW, **changes: object) -> Statement:
    """A recommended statement of the newer edition, ``new-1.1-1``."""
    made = dataclasses.replace(
        statement("1.1", "K", number),
        id=f"{of}-1.1-{number}",
        statement=f"Duty {number} is done.",
        source=Provenance(document="An Act", edition="2026", place="section 1", date="2026"),
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def pair(number: int, other: int, relation: Relation, strength: int = 9, reviewed: Review | None = REVIEWED) -> Pair:
    """A pair of the two editions."""
    return Pair(
        old=f"old-1.1-k{number}",
        new=f"new-1.1-{other}",
        relation=relation,
        strength=strength,
        because="Both ask it.",
        reviewed=reviewed,
    )


def crosswalk(*pairs: Pair, alone: dict[str, str] | None = None) -> Crosswalk:
    """The crosswalk of the two editions."""
    return Crosswalk(old=OLD, new=NEW, pairs=pairs, old_alone=alone or {})


OVERTAKEN = Superseded(since="2026-09-01", because="The law asks something else now.")
CRITERIA = Criteria(
    (
        edition(
            OLD,
            "the old template",
            (*(old(number) for number in range(1, 10)), old(10, superseded=OVERTAKEN), old(11, revision=2)),
        ),
        edition(
            NEW,
            "the new duties",
            (
                *(new(number) for number in range(1, 7)),
                new(7, phases=("secondary",)),
                new(8, recommended=False),
                new(9),
                new(10),
            ),
        ),
    ),
    (
        crosswalk(
            pair(1, 1, "equal"),
            pair(2, 2, "subset"),
            pair(2, 3, "intersects"),
            pair(3, 3, "superset"),
            pair(3, 4, "superset"),
            pair(4, 5, "intersects"),
            pair(5, 7, "subset"),
            pair(6, 8, "subset"),
            pair(7, 6, "equal", strength=6),
            pair(8, 9, "equal", reviewed=None),
            pair(10, 9, "equal", strength=3),
            pair(11, 10, "subset"),
            alone={"old-1.1-k9": "Nothing of today asks it."},
        ),
    ),
)
"""An old template and new duties with every relation, and every reason why a statement is not followed."""
BOTH = CRITERIA.refs
ALL_MET = {f"old-1.1-k{number}": MET for number in range(1, 12)}


def of_year(year: str, frameworks: str, responses: dict[str, Response], **changes: object) -> tuple[Outcome, ...]:
    """The outcomes of an audit that answers some of the toy frameworks, by their ids."""
    refs = tuple(ref for ref in CRITERIA.refs if ref.id in frameworks.split())
    changes = {"as_printed": year < "2026/27", **changes}
    return outcomes(audit_of(CRITERIA, responses, year=year, frameworks=refs, **changes), CRITERIA)


def followed(earlier: dict[str, Response], later: dict[str, Response]) -> dict[str, Moved]:
    """What became of each statement of the old template, by the number of the statement."""
    (move,) = moves(of_year("2026/27", NEW, later), of_year("2025/26", OLD, earlier), CRITERIA)
    return {one.criterion.id.removeprefix("old-1.1-"): one for one in move.statements}


def test_each_statement_is_asked_in_other_words_in_part_or_not_at_all() -> None:
    """Equal, subset and superset are the same demand in other words; a common part alone is a part; all else says why."""
    rows = followed(ALL_MET, {})
    assert {name: (one.became, one.because) for name, one in rows.items()} == {
        "k1": ("in other words", ""),
        "k2": ("in other words", ""),
        "k3": ("in other words", ""),
        "k4": ("in part", ""),
        "k5": ("not asked of this audit", "1.1 no. 7 does not count: it is not for the school's phase."),
        "k6": ("not asked of this audit", "1.1 no. 8 does not count: it is optional."),
        "k7": ("not sure", ""),
        "k8": ("not sure", ""),
        "k9": ("no longer asked", "Nothing of today asks it."),
        "k10": ("no longer asked", "The law asks something else now."),
        "k11": ("changed meaning", ""),
    }
    assert {name: [(c.criterion.id, c.relation) for c in one.counterparts] for name, one in rows.items()} == {
        "k1": [("new-1.1-1", "equal")],
        "k2": [("new-1.1-2", "superset"), ("new-1.1-3", "intersects")],
        "k3": [("new-1.1-3", "subset"), ("new-1.1-4", "subset")],
        "k4": [("new-1.1-5", "intersects")],
        **{f"k{number}": [] for number in range(5, 12)},
    }


@pytest.mark.parametrize(
    ("third", "fourth", "now"),
    [
        (MET, MET, "met"),
        (MET, GAP, "gap"),
        (UNKNOWN, GAP, "gap"),
        (MET, UNKNOWN, "not known"),
        (MET, Response(), "not known"),
        (MET, SET_ASIDE, "met"),
        (SET_ASIDE, SET_ASIDE, "not applicable"),
    ],
)
def test_a_statement_is_met_now_if_every_counterpart_that_applies_is(
    third: Response, fourth: Response, now: str
) -> None:
    """One of two that is no gap and not met leaves it open."""
    assert followed(ALL_MET, {"new-1.1-3": third, "new-1.1-4": fourth})["k3"].now == now


def test_a_common_part_says_nothing_of_what_is_met() -> None:
    """Neither alone, nor beside a counterpart that asks more."""
    rows = followed(ALL_MET, {"new-1.1-2": MET, "new-1.1-3": GAP, "new-1.1-5": MET})
    assert (rows["k2"].now, rows["k4"].now) == ("met", None)


def test_an_answer_to_another_revision_is_not_followed() -> None:
    """Neither what last year answered in another meaning, nor what this year's audit did."""
    assert followed(ALL_MET, {})["k11"].became == "changed meaning"
    earlier = of_year("2025/26", OLD, ALL_MET, revisions={"old-1.1-k11": 2})
    (move,) = moves(of_year("2026/27", NEW, {"new-1.1-10": MET}), earlier, CRITERIA)
    assert (move.statements[-1].became, move.statements[-1].now) == ("in other words", "met")
    (move,) = moves(of_year("2026/27", NEW, {"new-1.1-10": MET}, revisions={"new-1.1-10": 2}), earlier, CRITERIA)
    assert (move.statements[-1].became, move.statements[-1].because) == (
        "not asked of this audit",
        "1.1 no. 10 does not count: another revision of it was answered.",
    )


def test_a_signed_audit_is_followed_by_the_crosswalk_of_the_loaded_criteria() -> None:
    """What it was signed with has no crosswalk."""
    last = audit_of(CRITERIA, ALL_MET, year="2025/26", frameworks=BOTH[:1])
    signed = signing.sign(last, CRITERIA, Signature(role="headteacher", on=dt.date(2026, 7, 3)))
    kept = signing.from_json(signing.as_json(signing.Signed(audit=signed, criteria=CRITERIA.of(BOTH[:1]))))
    assert kept.criteria.crosswalks == ()
    (move,) = moves(of_year("2026/27", NEW, {"new-1.1-1": MET}), outcomes(kept.audit, kept.criteria), CRITERIA)
    assert move.counts.met.became["in other words"] == 3


def names(found: Iterable[Move]) -> list[tuple[str, str, str]]:
    """Year, edition before and edition now of each move."""
    return [(move.before.audit.year, move.before.framework.id, move.now.framework.id) for move in found]


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ("old", "new", [("old", "new")]),
        ("new", "old", [("new", "old")]),
        ("old", "old new", [("old", "new")]),
        ("old new", "new", [("old", "new")]),
        ("old new", "old new", []),
        ("old", "old", []),
    ],
)
def test_only_what_one_of_the_two_audits_does_not_answer_is_followed(
    earlier: str, later: str, expected: list[tuple[str, str]]
) -> None:
    """Where both answer both editions, each is compared with itself; the direction of the crosswalk does not matter."""
    found = moves(of_year("2026/27", later, {}), of_year("2025/26", earlier, ALL_MET), CRITERIA)
    assert [pair for _, *pair in names(found)] == [list(one) for one in expected]


def test_the_frameworks_in_view_are_not_taken_for_all_that_an_audit_answers() -> None:
    """A page that shows one of two frameworks follows nothing that the audit still answers."""
    later = of_year("2026/27", "old new", {})
    assert moves(later[1:], of_year("2025/26", "old new", ALL_MET), CRITERIA) == ()


def test_each_of_several_earlier_editions_is_followed_by_itself() -> None:
    """Never added up, and one without a crosswalk not at all."""
    third, fourth = (
        edition(OTHER, "the practice", [new(1, OTHER)]),
        edition("alone", "the lone list", [new(1, "alone")]),
    )
    walk = Crosswalk(
        old=OTHER,
        new=NEW,
        pairs=(
            Pair(old="other-1.1-1", new="new-1.1-1", relation="equal", strength=9, because="Same.", reviewed=REVIEWED),
        ),
    )
    wider = Criteria((*CRITERIA.frameworks, third, fourth), (*CRITERIA.crosswalks, walk))
    last = audit_of(wider, {**ALL_MET, "other-1.1-1": MET}, year="2025/26", frameworks=(BOTH[0], third.ref, fourth.ref))
    now = audit_of(wider, {"new-1.1-1": MET}, frameworks=BOTH[1:])
    found = moves(outcomes(now, wider), outcomes(last, wider), wider)
    assert names(found) == [("2025/26", "old", "new"), ("2025/26", "other", "new")]
    assert [move.counts.met.statements for move in found] == [11, 1]


def test_a_desk_review_is_not_followed() -> None:
    """It knows nothing of practice."""
    read = of_year("2025/26", OLD, {"old-1.1-k1": Response(written="yes")}, basis="desk review")
    assert moves(of_year("2026/27", NEW, {}), read, CRITERIA) == ()


def test_the_latest_earlier_audit_is_followed() -> None:
    """Of older ones nothing is said, and nothing of a desk review between."""
    found = moves_since(
        of_year("2026/27", NEW, {}),
        [
            *of_year("2023/24", OLD, ALL_MET),
            *of_year("2024/25", OLD, ALL_MET),
            *of_year("2025/26", OLD, {}, basis="desk review"),
            *of_year("2026/27", OLD, {}),
        ],
        CRITERIA,
    )
    assert names(found) == [("2024/25", "old", "new")]


def test_what_an_audit_began_with_is_followed() -> None:
    """Last year's audit need not be here; one that is here is preferred to older carried answers."""
    last = audit_of(CRITERIA, {"old-1.1-k1": MET, "old-1.1-k4": GAP}, year="2025/26", frameworks=BOTH[:1])
    begun = dataclasses.replace(next_year.start_from(last, CRITERIA, year="2026/27"), frameworks=BOTH[1:])
    results = outcomes(begun, CRITERIA)
    (move,) = moves_since(results, of_year("2024/25", OLD, ALL_MET), CRITERIA)
    assert (move.before.audit.year, move.counts.met.statements, move.counts.gaps.statements) == ("2025/26", 1, 1)
    stored = of_year("2025/26", OLD, ALL_MET)
    (move,) = moves_since(results, stored, CRITERIA)
    assert move.before is stored[0]


def figures(
    met: tuple[int, dict[str, int], dict[str, int]],
    gaps: tuple[int, dict[str, int], dict[str, int]] = (0, {}, {}),
    not_known: tuple[int, dict[str, int], dict[str, int]] = (0, {}, {}),
) -> MoveCounts:
    """The figures of a move: how many, by what became of them, by what they come to now."""
    made = [Followed(statements=of, became=became, now=now) for of, became, now in (met, gaps, not_known)]  # type: ignore[arg-type]
    return MoveCounts(
        called_before="the Kent template",
        called="today's duties",
        year_before="2025/26",
        met=made[0],
        gaps=made[1],
        not_known=made[2],
        not_applicable=Followed(statements=0),
    )


STILL, IN_PART, GONE, NOT_ASKED = "in other words", "in part", "no longer asked", "not asked of this audit"


@pytest.mark.parametrize(
    ("met", "said"),
    [
        ((0, {}, {}), "You met no statement in the Kent template in 2025/26"),
        (
            (1, {STILL: 1}, {"met": 1}),
            "The one statement that you met in the Kent template in 2025/26 is still asked in other words in today's duties; "
            "it is met",
        ),
        (
            (1, {STILL: 1}, {"not known": 1}),
            "The one statement that you met in the Kent template in 2025/26 is still asked in other words in today's duties; "
            "whether it is met is not known yet",
        ),
        (
            (1, {IN_PART: 1}, {}),
            "The one statement that you met in the Kent template in 2025/26 is asked in part in today's duties",
        ),
        (
            (1, {GONE: 1}, {}),
            "The one statement that you met in the Kent template in 2025/26 is no longer asked in today's duties",
        ),
        (
            (1, {"changed meaning": 1}, {}),
            "The one statement that you met in the Kent template in 2025/26 has changed its meaning since",
        ),
        (
            (2, {STILL: 2}, {"met": 2}),
            "Of the 2 statements that you met in the Kent template in 2025/26, all are still asked in other words in today's "
            "duties; all 2 are met",
        ),
        (
            (4, {STILL: 1, GONE: 3}, {"gap": 1}),
            "Of the 4 statements that you met in the Kent template in 2025/26, 1 is still asked in other words in today's "
            "duties; it is not met",
        ),
        (
            (4, {STILL: 1, IN_PART: 3}, {"gap": 1}),
            "Of the 4 statements that you met in the Kent template in 2025/26, 1 is still asked in other words in today's "
            "duties, 3 in part; the one in other words is not met",
        ),
        (
            (4, {STILL: 3, IN_PART: 1}, {"gap": 3}),
            "Of the 4 statements that you met in the Kent template in 2025/26, 3 are still asked in other words in today's "
            "duties, 1 in part; of the 3, none is met",
        ),
        (
            (4, {STILL: 4}, {"not known": 4}),
            "Of the 4 statements that you met in the Kent template in 2025/26, all are still asked in other words in today's "
            "duties; whether the 4 are met is not known yet",
        ),
        (
            (5, {STILL: 5}, {"met": 1, "not known": 2, "not applicable": 1, "gap": 1}),
            "Of the 5 statements that you met in the Kent template in 2025/26, all are still asked in other words in today's "
            "duties; of the 5, 1 is met, 2 are not known yet and 1 is set aside as not applicable",
        ),
        (
            (3, {IN_PART: 2, GONE: 1}, {}),
            "Of the 3 statements that you met in the Kent template in 2025/26, none is still asked in other words in today's "
            "duties, and 2 in part",
        ),
        (
            (3, {GONE: 3}, {}),
            "Of the 3 statements that you met in the Kent template in 2025/26, none is still asked in today's duties",
        ),
    ],
)
def test_the_sentence_of_what_was_met(met: tuple[int, dict[str, int], dict[str, int]], said: str) -> None:
    """None, one or many, and what is not known is never called a gap."""
    assert history_words.moved_title(figures(met)) == said


def told(counts: MoveCounts) -> str:
    """The sentence of what was met, and all that it leaves unsaid."""
    return f"{history_words.moved_title(counts)}. {' '.join(history_words.moved_besides(counts))}"


@pytest.mark.parametrize(
    ("met", "said"),
    [
        ((3, {GONE: 3}, {}), "There was no known gap that year."),
        ((3, {NOT_ASKED: 3}, {}), "They are not asked of this audit. There was no known gap that year."),
        ((3, {STILL: 2, GONE: 1}, {"met": 2}), "The other one is no longer asked. There was no known gap that year."),
        ((4, {STILL: 2, GONE: 2}, {"met": 2}), "The other 2 are no longer asked. There was no known gap that year."),
        (
            (5, {STILL: 1, GONE: 2, "not sure": 1, "changed meaning": 1}, {"met": 1}),
            "Of the other 4, 2 are no longer asked, 1 has no sure counterpart and 1 has changed its meaning since. "
            "There was no known gap that year.",
        ),
        (
            (3, {GONE: 2, NOT_ASKED: 1}, {}),
            "Of these, 2 are no longer asked and 1 is not asked of this audit. There was no known gap that year.",
        ),
    ],
)
def test_nothing_is_left_out_in_silence(met: tuple[int, dict[str, int], dict[str, int]], said: str) -> None:
    """Those that are neither asked in other words nor in part are named after the sentence."""
    assert " ".join(history_words.moved_besides(figures(met))) == said


def test_gaps_and_what_was_not_known_have_their_sentences() -> None:
    """One and many; what nobody knew has none if there is no such."""
    counts = figures(
        (0, {}, {}), (12, {STILL: 8, IN_PART: 1, GONE: 3}, {"met": 3, "gap": 5}), (1, {STILL: 1}, {"met": 1})
    )
    assert told(counts) == (
        "You met no statement in the Kent template in 2025/26. "
        "Of the 12 gaps of that year, 8 are still asked in other words, 1 in part; of the 8, 3 are met now. "
        "The other 3 are no longer asked. "
        "The one statement that was not known then is still asked in other words; it is met now."
    )


def test_figures_that_do_not_add_up_are_refused() -> None:
    """A pack of somebody who changed them cannot be read."""
    for of, became, now in (
        (2, {STILL: 1}, {"met": 1}),
        (1, {STILL: 1}, {}),
        (1, {"gone": 1}, {}),
        (1, {STILL: 1, GONE: 0}, {"met": 1}),
    ):
        with pytest.raises(ValueError, match="count"):
            Followed(statements=of, became=became, now=now)  # type: ignore[arg-type]


def thirty() -> tuple[Criteria, dict[str, Response], dict[str, Response]]:
    """A template of 42 statements, of which 30 are met, and duties that ask 24 of these in other words and 3 in part."""
    relations: list[Relation] = ["equal", "subset", "superset"]
    pairs = [pair(number, number, relations[number % 3]) for number in (*range(1, 25), *range(31, 39))]
    pairs += [pair(number, number, "intersects") for number in (25, 26, 27, 39)]
    template = edition(OLD, "the Kent template", [old(number) for number in range(1, 43)])
    duties = edition(NEW, "today's duties", [new(number) for number in range(1, 41)])
    alone = {f"old-1.1-k{number}": "Nothing asks it." for number in (28, 29, 30, 40, 41, 42)}
    criteria = Criteria((template, duties), (crosswalk(*pairs, alone=alone),))
    earlier = {f"old-1.1-k{number}": MET if number <= 30 else GAP for number in range(1, 43)}
    later = {f"new-1.1-{number}": MET if number <= 20 or 31 <= number <= 33 else GAP for number in range(1, 41)}
    return criteria, earlier, later


def test_of_thirty_that_were_met_twenty_four_are_still_asked() -> None:
    """The sentence of the issue, with its figures, and the same for the gaps."""
    criteria, earlier, later = thirty()
    before = outcomes(audit_of(criteria, earlier, year="2025/26", frameworks=criteria.refs[:1]), criteria)
    now = outcomes(audit_of(criteria, later, frameworks=criteria.refs[1:]), criteria)
    (move,) = moves(now, before, criteria)
    assert told(move.counts) == (
        "Of the 30 statements that you met in the Kent template in 2025/26, 24 are still asked in other words in today's "
        "duties, 3 in part; of the 24, 20 are met. The other 3 are no longer asked. "
        "Of the 12 gaps of that year, 8 are still asked in other words, 1 in part; of the 8, 3 are met now. "
        "The other 3 are no longer asked."
    )
    (part,) = compare_each(now, before, criteria)
    view = for_governors(part.now, part.before, today=dt.date(2027, 3, 1), moved=part.moved)
    assert (view.last_year, view.changes, view.moved) == (
        None,
        "",
        "Of the 30 statements that the school met in the Kent template in 2025/26, 24 are still asked in other words in "
        "today's duties, 3 in part; of the 24, 20 are met.",
    )


def test_the_exhibit_has_every_statement_with_what_is_asked_instead() -> None:
    """By what became of it; a line for each counterpart with its state; why there is none."""
    (move,) = moves(
        of_year("2026/27", NEW, {"new-1.1-3": MET, "new-1.1-4": GAP}), of_year("2025/26", OLD, ALL_MET), CRITERIA
    )
    exhibit = moved_exhibit(move)
    assert exhibit.title == "From the old template in 2025/26 to the new duties in 2026/27"
    assert exhibit.finding == history_words.moved_title(move.counts)
    assert len(exhibit.table) == 11
    rows = exhibit.table.set_index("Reference")
    assert list(rows.loc["1.1 K3"]) == [
        "Statement 1.1 K 3 holds.",
        "✓ Met",
        "Still asked in other words",
        "1.1 no. 3 (asks less): Duty 3 is done.\n1.1 no. 4 (asks less): Duty 4 is done.",
        "✓ Met\n✕ Neither",
        "",
    ]
    assert list(rows.loc["1.1 K9"])[2:] == ["No longer asked", "", "", "Nothing of today asks it."]


def chart(results: Iterable[Outcome], into: Iterable[Move]) -> go.Figure:
    """The chart of the years."""
    draw = years_exhibit(tuple(results), tuple(into)).figure
    assert draw is not None
    return draw()


def test_the_trend_of_an_edition_that_begins_has_a_break() -> None:
    """The year before has its place and no point, and the sentence says why no line joins the two."""
    now = of_year("2026/27", NEW, {"new-1.1-1": MET})
    into = moves_into(now, of_year("2025/26", OLD, {"old-1.1-k1": MET, "old-1.1-k9": GAP}), CRITERIA)
    figure = chart(now, into)
    assert list(figure.layout.xaxis.categoryarray) == ["2025/26", "2026/27"]
    assert {year for trace in figure.data for year in trace.x} == {"2026/27"}
    assert [(shape.x0, shape.line.dash) for shape in figure.layout.shapes] == [(0.5, "dot")]
    assert history_words.break_in_words(into) == (
        "The figures of the new duties begin in 2026/27. Those of the old template in 2025/26 are about other questions, so "
        "no line joins them. The one statement that you met in the old template in 2025/26 is still asked in other words in "
        "the new duties; it is met."
    )
    assert chart(now, ()).layout.shapes == ()
    assert history_words.break_in_words(()) == ""


def test_the_trend_of_an_edition_that_goes_on_has_no_break() -> None:
    """Its series began where no audit was before it."""
    results = [*of_year("2025/26", "old new", ALL_MET)[1:], *of_year("2026/27", NEW, {})]
    assert moves_into(results, of_year("2025/26", "old new", ALL_MET), CRITERIA) == ()


def test_governors_are_told_of_criteria_that_are_asked_no_more() -> None:
    """Criteria that came beside last year's change nothing; those that went do, after what can be compared."""
    last = of_year("2025/26", OLD, ALL_MET)
    beside = compare_each(of_year("2026/27", "old new", {}), last, CRITERIA)
    assert [part.moved for part in beside] == [(), ()]
    (went,) = compare_each(of_year("2026/27", NEW, {}), of_year("2025/26", "old new", ALL_MET), CRITERIA)
    view = for_governors(went.now, went.before, today=dt.date(2027, 3, 1), moved=went.moved)
    assert view.changes.startswith("Nothing has been answered yet this year")
    assert view.moved.startswith("Of the 11 statements that the school met in the old template in 2025/26, 3 are still")
    assert compare_each([went.now], last)[0].moved == ()


def test_the_pack_says_it_and_verifies() -> None:
    """It keeps the figures, and its check says that they are not part of what was signed."""
    audit = audit_of(CRITERIA, {"new-1.1-1": MET}, frameworks=BOTH[1:], as_printed=False)
    signed = signing.sign(audit, CRITERIA, Signature(role="headteacher", on=dt.date(2027, 2, 1)))
    parts = compare_each(outcomes(signed, CRITERIA), of_year("2025/26", OLD, {"old-1.1-k1": MET}), CRITERIA)
    inputs = PackInputs(parts=parts, today=dt.date(2027, 3, 1))
    kept = inputs_from(inputs_json(inputs), signing.Signed(audit=signed, criteria=CRITERIA.of(BOTH[1:])))
    assert kept.parts[0].moved == parts[0].moved
    made = governors_pack(inputs)
    text = " ".join(" ".join(page_texts(made)).split())
    assert (
        "What has changed since last year The one statement that the school met in the old template in 2025/26 is still "
        "asked in other words in the new duties; it is met." in text
    )
    verdict = verify(made, "pack.pdf", CRITERIA)
    assert verdict.standing == "as signed"
    assert (
        "Where last year's other criteria went comes from last year's answers and from the criteria, which are not part of "
        "what was signed." in verdict.notes
    )


def test_a_pack_without_it_keeps_nothing_of_it() -> None:
    """The file of a pack is as in the release before."""
    audit = audit_of(CRITERIA, {"new-1.1-1": MET}, frameworks=BOTH[1:])
    parts = compare_each(outcomes(audit, CRITERIA), (), CRITERIA)
    assert b"moved" not in inputs_json(PackInputs(parts=parts, today=dt.date(2027, 3, 1)))


def test_what_changed_stays_about_one_framework() -> None:
    """The CSV of changes has no row of a move."""
    table = transition.what_changed(of_year("2025/26", OLD, ALL_MET)[0], of_year("2026/27", "old new", ALL_MET)[0])
    assert isinstance(table, pd.DataFrame)
    assert set(table["framework"]) == {OLD}
