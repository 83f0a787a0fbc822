"""What a return shows by itself: the checks that need no visit, what each says, and what each lets pass."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.assurance.checks import CHECKS, credibility, doubts
from audit.authority.returns import Returns
from audit.authority.tables import CREDIBILITY, DOUBTS
from audit.model import Area, Audit, Criteria, Question, Response, School
from audit.school.review import review
from audit.tables import checked
from tests.conftest import audit_of, framework, returns_of, statement

YEAR = "2026/27"
STATEMENTS = tuple(f"toy-1.1-k{number}" for number in range(1, 13))
SURE = Response(written="yes", practice=3, evidence="The minutes of the governing body, item 4.")
LONG = tuple(f"Folder {letter * 3} on the shelf of the school office, page 2" for letter in "abcdefghijkl")
LETTERS_29 = tuple(f"{letter * 14} {letter * 15}" for letter in "abcdef")
LETTERS_30 = tuple(f"{letter * 15} {letter * 15}" for letter in "abcdef")
SHORT = ("See policy", "Policy", "Yes", "Staff handbook", "Minutes of staff meeting", "Training log", "See 2.1", "Ok")


def _criteria() -> Criteria:
    """One question of twelve recommended statements."""
    statements = tuple(statement("1.1", "K", number) for number in range(1, 13))
    question = Question(id="1.1", topic="First", title="First?", introduction="Why.", statements=statements)
    return Criteria((framework(Area(id="1", title="Area one", questions=(question,))),))


CRITERIA = _criteria()


def _audit(*responses: Response, urn: str = "900001", name: str = "Hilltop", **changes: object) -> Audit:
    """A school's answers to the first statements, in their order."""
    given = dict(zip(STATEMENTS, responses, strict=False))
    return audit_of(CRITERIA, given, school=School(urn=urn, name=name, phase="primary"), **changes)  # type: ignore[arg-type]


def _mixed(*evidence: str) -> list[Response]:
    """Answers that differ, with these evidence texts: nothing to ask about but the evidence."""
    answers = [Response(written="yes" if place % 2 else "partly", practice=3 + place % 2) for place in range(12)]
    return [
        Response(written=answer.written, practice=answer.practice, evidence=text)
        for answer, text in zip(answers, evidence, strict=False)
    ]


def _found(*audits: Audit) -> list[tuple[str, str, str]]:
    """URN, check and finding of each row, in their order."""
    table = credibility(returns_of(CRITERIA, *audits), year=YEAR)
    return list(zip(table["urn"], table["check"], table["finding"], strict=True))


def _says(name: str, *audits: Audit) -> list[str]:
    """What one check finds, in the order of the table."""
    return [finding for _, check_id, finding in _found(*audits) if check_id == name]


def _levels(bare: int, evidenced: int) -> list[Response]:
    """So many statements at level 3 or 4 without evidence, and so many with."""
    without = [Response(written="yes", practice=4 if place % 2 else 3) for place in range(bare)]
    return without + [
        Response(written="yes", practice=3, evidence=f"Page {place} of the handbook") for place in range(evidenced)
    ]


@pytest.mark.parametrize(
    ("bare", "evidenced", "finding"),
    [
        pytest.param(
            9,
            3,
            ["9 of the 12 statements at practice level 3 or 4 have no evidence beside them: ask what would show them."],
            id="three in four have none",
        ),
        pytest.param(8, 4, [], id="two in three have none"),
        pytest.param(9, 0, [], id="only nine are claimed"),
        pytest.param(
            10,
            0,
            [
                "10 of the 10 statements at practice level 3 or 4 have no evidence beside them: ask what would show them."
            ],
            id="ten are claimed",
        ),
    ],
)
def test_high_levels_need_evidence(bare: int, evidenced: int, finding: list[str]) -> None:
    """Ten levels of 3 or 4 or more of which three in four have no evidence are worth asking about."""
    assert _says("no-evidence", _audit(*_levels(bare, evidenced))) == finding


def test_low_levels_need_no_evidence() -> None:
    """A school that says it does little has nothing to show for it."""
    assert _found(_audit(*[Response(written="yes", practice=2), Response(written="no", practice=1)] * 6)) == []


def test_evidence_of_spaces_is_none() -> None:
    """A cell of spaces shows nothing."""
    spaces = Response(written="yes", practice=3, evidence="  \n ")
    assert len(_says("no-evidence", _audit(*[spaces] * 11))) == 1


@pytest.mark.parametrize(
    ("short", "long", "finding"),
    [
        pytest.param(
            9,
            3,
            [
                "9 of the 12 evidence texts at practice level 3 or 4 show little: "
                "ask what the evidence is and where it is kept."
            ],
            id="three in four",
        ),
        pytest.param(8, 4, [], id="two in three"),
        pytest.param(9, 0, [], id="nine in all"),
    ],
)
def test_evidence_that_shows_little_nearly_throughout(short: int, long: int, finding: list[str]) -> None:
    """Ten evidence texts or more of which three in four are thin are worth asking about, however long they are."""
    words = ("Yes", "Policy", "ok", "Everybody at our school takes this very seriously indeed")
    brief = [Response(written="yes", practice=3, evidence=words[place % 4]) for place in range(short)]
    full = [Response(written="yes", practice=3, evidence="Log, shelf 2") for _ in range(long)]
    assert _says("thin-evidence", _audit(*brief, *full)) == finding


def test_the_same_evidence_everywhere() -> None:
    """Three in four of ten texts or more are one and the same; case, spaces and a full stop are passed over."""
    same = ["Staff handbook, page 3", "staff  handbook, page 3. ", "STAFF HANDBOOK, PAGE 3"] * 3
    other = ["Log of March", "Log of April", "Log of May"]
    assert _found(_audit(*_mixed(*same, *other))) == [
        (
            "900001",
            "same-evidence",
            "The same evidence stands beside 9 of the 12 statements at practice level 3 or 4 that have any: "
            "ask which part of it shows each of them.",
        )
    ]
    assert _found(_audit(*_mixed(*same[:8], *other, "Log of June"))) == []


def test_evidence_of_low_levels_is_not_weighed() -> None:
    """Where a school says that it does little, the same or thin evidence claims nothing."""
    little = [Response(written="yes" if place % 2 else "partly", practice=1, evidence="Policy") for place in range(12)]
    assert _found(_audit(*little)) == []


def test_what_is_thin_or_the_same_for_a_school_is_so_for_the_authority() -> None:
    """Each statement that a school's own review calls thin or repeated is one of those that the authority counts."""
    thin = _audit(*_mixed(*["Policy"] * 12))
    assert {one.check for one in review(thin, CRITERIA)} == {"thin evidence"}
    assert {row[1] for row in _found(thin)} == {"thin-evidence", "same-evidence"}
    same = _audit(*_mixed(*["Staff handbook, page 3", "Staff handbook, page 3."] * 6))
    assert {one.check for one in review(same, CRITERIA)} == {"copied evidence"}
    assert {row[1] for row in _found(same)} == {"same-evidence"}


def test_every_answer_the_same() -> None:
    """Ten statements or more, all answered alike, for what is written as for practice."""
    alike = [Response(written="partly", practice=2)] * 10
    finding = (
        "All 10 statements that are answered have the same answers (written partly, practice level 2): "
        "ask how the school arrived at them."
    )
    assert _found(_audit(*alike)) == [("900001", "same-answers", finding)]


@pytest.mark.parametrize(
    "responses",
    [
        pytest.param([Response(written="partly", practice=2)] * 9, id="a return just begun"),
        pytest.param(
            [Response(written="partly", practice=2)] * 11 + [Response(written="partly", practice=1)], id="one differs"
        ),
        pytest.param([Response(written="unknown", practice="unknown")] * 12, id="nothing is known"),
        pytest.param([Response(written="yes")] * 12, id="practice is still open"),
        pytest.param([Response(not_applicable="We are closed.")] * 12, id="nothing applies"),
        pytest.param([], id="nothing is answered"),
    ],
)
def test_answers_that_are_the_same_for_a_good_reason(responses: list[Response]) -> None:
    """A return just begun, one answer that differs, and what is honestly not known are nothing to ask about."""
    assert _found(_audit(*responses)) == []


def _at(minutes: float | None) -> dict[str, object]:
    began = dt.datetime(2026, 11, 3, 15, 40)
    last = None if minutes is None else began + dt.timedelta(minutes=minutes)
    return {"first_answer_at": began, "last_answer_at": last}


NEARLY_MET = [SURE] * 11 + [Response(written="no", practice=0)]
"""Eleven of twelve are met: 92 percent. To read twelve statements takes four minutes."""


def test_nearly_all_met_in_minutes() -> None:
    """Nine in ten met, in less time than it takes to read the statements."""
    finding = (
        "11 of the 12 statements that apply are met, and the first and the last answer were saved 3 minutes apart: "
        "ask whether they were worked out beforehand, in a meeting or on paper."
    )
    assert _says("minutes", _audit(*NEARLY_MET, **_at(3))) == [finding]


@pytest.mark.parametrize(
    ("responses", "times"),
    [
        pytest.param(NEARLY_MET, _at(4), id="as long as reading takes"),
        pytest.param(NEARLY_MET, _at(None), id="the end is not known"),
        pytest.param(NEARLY_MET, {}, id="no time is known"),
        pytest.param(NEARLY_MET, _at(-3), id="times that cannot be"),
        pytest.param([*NEARLY_MET[1:], Response()], _at(1), id="ten of twelve met"),
    ],
)
def test_nothing_is_said_of_the_time(responses: list[Response], times: dict[str, object]) -> None:
    """Enough time, unknown times and more gaps are nothing to ask about."""
    assert _says("minutes", _audit(*responses, **times)) == []


def test_embedded_where_nothing_is_written() -> None:
    """Three statements at level 4 that the policy does not say; two may be slips."""
    claimed = Response(written="no", practice=4, evidence="The head walks round each Friday.")
    finding = (
        "3 statements are at practice level 4 (Embedded) although the policy does not say them: "
        "ask how staff know what to do, and what was reviewed in the last twelve months."
    )
    assert _found(_audit(*[claimed] * 3)) == [("900001", "embedded-unwritten", finding)]
    partly = Response(written="partly", practice=4)
    in_place = Response(written="no", practice=3)
    assert _found(_audit(claimed, claimed, partly, partly, in_place, in_place)) == []


def _two(first: tuple[str, ...], second: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """What is found of two schools with these evidence texts."""
    return _found(_audit(*_mixed(*first)), _audit(*_mixed(*second), urn="900002", name="Brook"))


def test_evidence_like_another_schools() -> None:
    """Five long texts in common, case and spaces passed over; each of the two is asked."""
    shouted = tuple(f" {text.upper()}\n" for text in LONG[:5])
    say = (
        "5 evidence texts are the same, word for word, as those of {} (URN {}): "
        "ask who wrote them, and what this school can show itself."
    )
    assert _two(LONG[:7], (*shouted, "Our own folder")) == [
        ("900002", "shared-evidence", say.format("Hilltop", "900001")),
        ("900001", "shared-evidence", say.format("Brook", "900002")),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(LONG[:4], LONG[:4], id="four texts"),
        pytest.param(SHORT, SHORT, id="short phrases"),
        pytest.param((LONG[0],) * 6, (LONG[0],) * 6, id="one text six times"),
        pytest.param(LETTERS_29, LETTERS_29, id="29 letters"),
    ],
)
def test_what_two_schools_may_well_have_in_common(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    """Four texts, short phrases and one text many times over raise no alarm about copying."""
    assert [row for row in _two(first, second) if row[1] == "shared-evidence"] == []


@pytest.mark.parametrize(("schools", "asked"), [(10, 10), (11, 0)])
def test_a_text_of_many_schools_is_a_model_text(schools: int, asked: int) -> None:
    """What eleven schools or more write comes from the authority or a trust, and says nothing of copying."""
    audits = [_audit(*_mixed(*LONG[:5]), urn=str(900001 + n), name=f"School {n:02d}") for n in range(schools)]
    assert len(_says("shared-evidence", *audits)) == asked


def test_thirty_letters_are_long_enough_to_be_copied() -> None:
    """Spaces are not counted: a text of thirty letters can hardly be the same by chance."""
    assert [row[1] for row in _two(LETTERS_30, LETTERS_30)] == ["shared-evidence"] * 2


def test_the_school_with_most_in_common_is_named() -> None:
    """Of several schools with the same texts the one with most is named, and the others are counted."""
    audits = (
        _audit(*_mixed(*LONG[:7])),
        _audit(*_mixed(*LONG[:5]), urn="900002", name="Brook"),
        _audit(*_mixed(*LONG[:6]), urn="900003", name="Mill"),
    )
    assert _says("shared-evidence", *audits)[1] == (
        "6 evidence texts are the same, word for word, as those of Mill (URN 900003), "
        "and 5 or more as those of 1 other school: ask who wrote them, and what this school can show itself."
    )


def test_a_school_is_not_held_against_its_own_last_year() -> None:
    """Evidence that is still kept in the same place a year later is no copy, and only one year is looked at."""
    audits = (_audit(*_mixed(*LONG)), _audit(*_mixed(*LONG), year="2025/26"))
    assert _found(*audits) == []


def test_a_desk_review_is_left_out() -> None:
    """A desk review answers alike as nothing of practice can be read: that is no doubt of the school."""
    alike = [Response(written="yes", practice=3)] * 12
    assert _found(_audit(*alike, basis="desk review")) == []
    assert [row[1] for row in _found(_audit(*alike))] == ["same-answers", "no-evidence"]


def test_optional_statements_are_not_looked_at(toy: Criteria) -> None:
    """An optional statement can neither raise nor hide a doubt."""
    claimed = Response(written="no", practice=4)
    some = dict.fromkeys(("toy-1.1-k1", "toy-1.1-k2", "toy-1.1-s1", "toy-2.1-s1"), claimed)
    assert credibility(returns_of(toy, audit_of(toy, some, scope="all")), year=YEAR).empty


def _doubted() -> list[Audit]:
    """Four schools: two doubts, one weighty doubt, one light doubt, none."""
    alike = [Response(written="yes", practice=3)] * 12
    return [
        _audit(*[SURE] * 12, urn="900001", name="Ash"),
        _audit(*alike, urn="900002", name="beech"),
        _audit(*[Response(written="no", practice=4)] * 3, urn="900003", name="Cedar"),
        _audit(*NEARLY_MET[6:], urn="900004", name="Elm"),
    ]


def test_schools_in_order_of_doubt() -> None:
    """One row per school with a doubt, the greatest weight first, equal weights by name without regard to case."""
    table = doubts(credibility(returns_of(CRITERIA, *_doubted()), year=YEAR))
    expected = pd.DataFrame(
        [
            ("900001", "Ash", "primary", 2, 5, "Every answer the same; The same evidence everywhere"),
            ("900002", "beech", "primary", 2, 5, "Every answer the same; High levels without evidence"),
            ("900003", "Cedar", "primary", 1, 2, "Embedded, but not written"),
        ],
        columns=list(DOUBTS),
    )
    pd.testing.assert_frame_equal(table.astype(object), expected.astype(object), check_dtype=False)
    checked(table, DOUBTS)


def test_no_return_and_no_doubt_give_empty_tables() -> None:
    """Without a return, or for a year without one, the tables have their columns and no row."""
    for returns in (returns_of(CRITERIA), returns_of(CRITERIA, _audit(SURE, year="2025/26"))):
        found = credibility(returns, year=YEAR)
        assert (len(checked(found, CREDIBILITY)), len(checked(doubts(found), DOUBTS))) == (0, 0)


def test_each_check_is_told_to_people() -> None:
    """Every check has an id of its own, a title, a rule and a weight from 1 to 3; no text of it accuses."""
    assert len({one.id for one in CHECKS}) == len(CHECKS) == 7
    assert {one.weight for one in CHECKS} == {1, 2, 3}
    told = " ".join(f"{one.title} {one.rule}" for one in CHECKS).casefold()
    assert [word for word in ("copied", "lie", "false", "cheat", "fraud", "dishonest") if word in told.split()] == []


@settings(deadline=None, max_examples=20)
@given(order=st.permutations(range(6)))
def test_the_order_of_schools_never_matters(order: list[int]) -> None:
    """The same schools in another order give the same table."""
    audits = [*_doubted(), *(_audit(*_mixed(*LONG[:6]), urn=urn, name="Twin") for urn in ("900005", "900006"))]
    returns = returns_of(CRITERIA, *audits)
    turned = Returns(
        criteria=CRITERIA,
        items=[returns.items[place] for place in order],
        table=returns.table.iloc[order].reset_index(drop=True),
        codes=returns.codes[order],
    )
    pd.testing.assert_frame_equal(credibility(turned, year=YEAR), credibility(returns, year=YEAR))
