"""What a release is made from, and what can be worked out of it: small cases with their answers written out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.authority.compare.disclosure import (
    TOO_ALIKE,
    Figure,
    Members,
    System,
    fewest_alone,
    fits,
    leaves_open,
    reason_against,
    system,
    wanted,
)
from audit.authority.compare.release import Counted, counted, places_of_both_years
from audit.model import Area, Audit, Criteria, Question, Response, School
from tests.conftest import audit_of, framework, returns_of, statement

MET, NOT_DONE = Response(written="yes", practice=3), Response(written="yes", practice=1)
NOT_WRITTEN, NEITHER = Response(written="partly", practice=4), Response(written="no", practice=0)
UNKNOWN, ASIDE = Response(written="unknown"), Response(not_applicable="We have none.")
A, B, C, C2, D = "toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1", "toy-1.2-k2", "toy-2.1-k1"


def members(*numbers: int, version: str = "first") -> Members:
    """The schools of these numbers, each with this version of its answers."""
    return frozenset((f"{900000 + number}", version) for number in numbers)


def missed(of: Members, count: int) -> Figure:
    """That so many of these schools miss a statement."""
    return Figure(kind="missed", of=A, year="2026/27", group="all", members=of, values=(count,))


def spread(of: Members, *quartiles: int) -> Figure:
    """How the K coverage of these schools is spread."""
    return Figure(kind="quartiles", of="coverage", year="2026/27", group="all", members=of, values=quartiles)


# Whether a figure may be shown


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (missed(members(*range(10)), 5), ""),
        (missed(members(*range(9)), 5), "one more return is needed"),
        (missed(members(*range(1)), 1), "nine more returns are needed"),
        (missed(frozenset(), 0), "ten more returns are needed"),
        (spread(members(*range(12)), 20, 30, 40), ""),
        (spread(members(*range(11)), 20, 30, 40), "one more return is needed"),
        (spread(frozenset(), 0, 0, 0), "twelve more returns are needed"),
        (spread(members(*range(12)), 20, 20, 40), ""),
        (spread(members(*range(12)), 20, 40, 40), ""),
        (spread(members(*range(12)), 40, 40, 40), TOO_ALIKE),
    ],
)
def test_the_least_number_of_schools_is_enough(figure: Figure, expected: str) -> None:
    """Ten schools for a count and twelve for quartiles; quartiles are too alike only if the lower is the upper."""
    assert reason_against(figure, []) == expected


def test_returns_that_are_wanted_are_counted_in_words() -> None:
    """From one to twelve."""
    words = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    assert [wanted(number) for number in range(1, 13)] == [
        "one more return is needed",
        *(f"{word} more returns are needed" for word in words),
    ]


AMONG = "among the schools that are new, late, corrected or gone"


def test_the_fewest_schools_of_both_readings_decide() -> None:
    """Three schools corrected and one was late: a reader who takes corrections for the same answers sees one alone."""
    known = missed(members(*range(20)), 9)
    figure = missed(members(0, 1, 2, version="corrected") | members(*range(3, 20), 30), 10)
    assert reason_against(figure, [known]) == f"four more returns are needed {AMONG}"


def test_corrections_of_many_hide_nobody_who_came_late() -> None:
    """Five schools corrected and one was late: told apart six changed, taken for the same answers only one did."""
    known = missed(members(*range(20)), 9)
    figure = missed(members(*range(5), version="corrected") | members(*range(5, 20), 30), 10)
    assert reason_against(figure, [known]) == f"four more returns are needed {AMONG}"


def test_two_schools_that_left_are_three_too_few() -> None:
    """What is wanted is the number that brings the difference to five schools."""
    figure, known = missed(members(*range(18)), 8), missed(members(*range(20)), 9)
    assert reason_against(figure, [known]) == f"three more returns are needed {AMONG}"


def test_figures_are_linked_by_others_between_them() -> None:
    """A figure over schools of its own is no matter; with one that joins the two, three figures give two schools away."""
    first, second = members(*range(10)), members(*range(10, 20))
    beyond = missed(second | members(20, 21), 6)
    joining = missed(first | second, 10)
    figure = missed(first, 5)
    assert reason_against(figure, [beyond]) == ""
    assert reason_against(figure, [joining]) == ""
    assert reason_against(figure, [beyond, joining]) == f"three more returns are needed {AMONG}"


def test_what_is_known_may_be_said_again() -> None:
    """The same count of the same schools is no news, even over fewer schools than a count needs."""
    known = missed(members(*range(9)), 4)
    assert reason_against(replace(known), [known]) == ""
    assert reason_against(missed(members(*range(9)), 5), [known]) == "one more return is needed"
    assert reason_against(missed(members(*range(8)), 4), [known]) == "two more returns are needed"


@pytest.mark.parametrize(("blocks", "expected"), [(14, ""), (15, TOO_ALIKE)])
def test_of_too_many_classes_nothing_is_tried(blocks: int, expected: str) -> None:
    """Fourteen sets of schools that can be told apart are searched; of more the figure is held back."""
    known = [missed(members(*range(10 * block, 10 * block + 10)), 5) for block in range(blocks)]
    assert reason_against(missed(members(*range(10 * blocks)), 5 * blocks), known) == expected


def test_which_phases_are_in_a_group() -> None:
    """All are in *all*; else a phase is in a group that names it."""
    assert [fits(*pair) for pair in (("all", "primary"), ("primary+secondary", "secondary"), ("primary", "primary"))] == [
        True, True, True,
    ]  # fmt: skip
    assert [fits(*pair) for pair in (("primary", "secondary"), ("primary+secondary", "special"))] == [False, False]


# What can be worked out


def test_schools_that_are_in_the_same_sets_are_one_class() -> None:
    """Of each class the size; a class whose answers came in two versions has two unknowns."""
    sets = (
        members(1) | members(2, 3) | members(4, 5, 6),
        members(2, 3) | members(4, 5, 6, version="corrected") | members(7, 8, 9, 10),
    )
    found = system(sets)
    assert sorted(found.sizes) == [1, 2, 3, 4]
    owners = [found.sizes[owner] for owner in found.owners]
    assert sorted(owners) == [1, 2, 3, 3, 4]
    assert [sorted(owners[place] for place in row) for row in found.rows] == [[1, 2, 3], [2, 3, 4]]
    assert {owners[place] for place in set(found.rows[0]) & set(found.rows[1])} == {2}


def test_a_version_that_comes_back_is_the_same_answers() -> None:
    """A school that corrected its return and took the correction back has two versions in three sets."""
    found = system((members(1), members(1, version="corrected"), members(1)))
    assert found == System(sizes=(1,), owners=(0, 0), rows=((0,), (1,), (0,)))


@pytest.mark.parametrize(
    ("sizes", "rows", "expected"),
    [
        ((4,), ((0,),), 4),
        ((5,), ((0,),), None),
        ((10, 1), ((0, 1), (0,)), 1),
        ((10, 4), ((0, 1), (0,)), 4),
        ((10, 5), ((0, 1), (0,)), None),
        ((10, 2, 2), ((0, 1, 2), (0,)), 4),
        ((10, 2, 3), ((0, 1, 2), (0,)), None),
        ((10, 1, 2), ((0, 1, 2), (0, 1)), 2),
        ((10, 3, 2), ((0, 1, 2), (0, 1), (0, 2)), 2),
        ((10, 1, 1, 1, 1), ((0, 1, 2, 3, 4), (0,)), 4),
        ((1, 10), ((1,),), None),
    ],
)
def test_the_fewest_schools_that_a_difference_is_about(
    sizes: tuple[int, ...], rows: tuple[tuple[int, ...], ...], expected: int | None
) -> None:
    """Under five, the fewest about which a sum or difference is; five and more are no matter."""
    found = System(sizes=sizes, owners=tuple(range(len(sizes))), rows=rows)
    assert fewest_alone(found, 5) == expected


@pytest.mark.parametrize("size", range(1, 9))
def test_a_single_count_is_open_with_two_on_either_side(size: int) -> None:
    """Whoever is one of the schools still cannot tell another: at least two miss it, and at least two do not."""
    found = System(sizes=(size,), owners=(0,), rows=((0,),))
    open_counts = [count for count in range(size + 1) if leaves_open(found, [count])]
    assert open_counts == ([0, 1] if size == 1 else list(range(2, size - 1)))


@pytest.mark.parametrize(
    ("sizes", "rows", "counts", "expected"),
    [
        ((10, 5), ((0, 1), (0,)), (7, 5), True),
        ((10, 5), ((0, 1), (0,)), (6, 5), False),
        ((10, 5), ((0, 1), (0,)), (9, 5), False),
        ((10, 5), ((0, 1), (0,)), (8, 5), True),
        ((4, 3), ((0, 1), (0,)), (3, 2), False),
        ((3, 3), ((0, 1),), (3,), True),
        ((3, 3), ((0, 1),), (2,), True),
        ((3, 3), ((0, 1),), (1,), False),
        ((3, 3), ((0, 1),), (5,), False),
        ((6, 6, 6), ((0, 1), (1, 2)), (3, 9), False),
        ((6, 6, 6), ((0, 1), (1, 2)), (6, 6), True),
        ((2, 2, 2), ((0, 1), (1, 2), (0, 2)), (2, 2, 2), False),
        ((3, 6, 6, 3), ((0, 1), (1, 2, 3), (0, 1, 2, 3)), (7, 10, 12), False),
        ((1, 1, 2, 2, 4), ((0, 1, 2, 4), (0, 1, 2, 3, 4)), (3, 4), False),
    ],
)
def test_what_a_school_can_tell_of_another(
    sizes: tuple[int, ...], rows: tuple[tuple[int, ...], ...], counts: tuple[int, ...], expected: bool
) -> None:
    """Counts over sets that overlap are open if each other school's answer can be either, whoever reads them."""
    found = System(sizes=sizes, owners=tuple(range(len(sizes))), rows=rows)
    assert leaves_open(found, counts) is expected


def test_a_search_that_is_broken_off_holds_the_figure_back() -> None:
    """Where so many sets overlap that no answer comes in time, nobody says that the figures are open."""
    rows = (
        (0, 1, 3, 4, 6, 7, 8, 9),
        (0, 3, 4, 5, 6, 7, 8, 10),
        (3, 4, 6, 8, 9),
        (0, 1, 2, 7, 9),
        (1, 2, 3, 4, 5, 6, 8, 9),
        (0, 1, 2, 3, 5, 6, 7, 9, 10),
        (0, 1, 2, 7, 8, 10),
        (4, 5, 6, 7, 9),
        (0, 1, 4, 9),
    )
    found = System(sizes=(20, 35, 47, 50, 8, 5, 5, 54, 18, 31, 19), owners=tuple(range(11)), rows=rows)
    assert not leaves_open(found, [113, 110, 40, 108, 85, 144, 130, 58, 50])


def test_two_versions_of_an_answer_are_two_unknowns() -> None:
    """Six schools of which three corrected: the two counts are open for those who changed nothing and those who did."""
    found = System(sizes=(3, 3), owners=(0, 1, 1), rows=((0, 1), (0, 2)))
    opened = [both for both in ((3, 3), (2, 4), (1, 3), (3, 6), (0, 0)) if leaves_open(found, both)]
    assert opened == [(3, 3)]


# From returns to counts


def school(number: int, *, phase: str = "primary") -> School:
    """An invented school."""
    return School(urn=f"{900000 + number}", name=f"School {number}", phase=phase)  # type: ignore[arg-type]


def of_year(criteria: Criteria, *audits: Audit, year: str = "2026/27") -> Counted:
    """The self-audits of a year among these audits."""
    return counted(returns_of(criteria, *audits), year)


@pytest.fixture
def three(toy: Criteria) -> tuple[Audit, ...]:
    """Two primaries and a secondary school."""
    return (
        audit_of(toy, {A: MET, B: NOT_DONE, C: NOT_WRITTEN, D: NEITHER}, school=school(1)),
        audit_of(toy, {A: UNKNOWN, B: ASIDE, C2: MET, D: MET}, school=school(2)),
        audit_of(
            toy, {A: NOT_DONE, B: MET, C: MET, C2: NEITHER}, school=school(3, phase="secondary"), phase="secondary"
        ),
    )


def test_only_self_audits_of_the_year_are_counted(toy: Criteria, three: tuple[Audit, ...]) -> None:
    """A desk review, and a return of another year, are in no figure of a release."""
    review = audit_of(toy, {A: Response(written="no")}, school=school(4), basis="desk review")
    earlier = audit_of(toy, {A: MET}, school=school(5), year="2025/26")
    found = of_year(toy, *three, review, earlier)
    assert (found.urns, found.phases) == (["900001", "900002", "900003"], ["primary", "primary", "secondary"])
    assert of_year(toy, *three, review, earlier, year="2025/26").urns == ["900005"]


def test_missed_is_what_is_known_not_to_be_met(toy: Criteria, three: tuple[Audit, ...]) -> None:
    """Not done, not written and neither are missed; met, not known, not applicable, not asked are not."""
    assert of_year(toy, *three).missed.tolist() == [
        [False, True, True, False, True],
        [False, False, False, False, False],
        [True, False, False, True, False],
    ]


def test_asked_follows_from_the_phase_alone(toy: Criteria, three: tuple[Audit, ...]) -> None:
    """A statement for secondary schools concerns no primary, even one that answered it."""
    assert of_year(toy, *three).asked.tolist() == [
        [True, True, True, False, True],
        [True, True, True, False, True],
        [True, True, True, True, True],
    ]


def test_versions_of_answers_are_told_apart_for_good(toy: Criteria, three: tuple[Audit, ...]) -> None:
    """Releases of earlier years hold these marks, so the same answers have the same one for good."""
    assert of_year(toy, *three).members == [
        ("900001", "62697b5c5819a913"),
        ("900002", "b0ef686ab20278a3"),
        ("900003", "2a009720f707bdb9"),
    ]


def test_the_reason_and_the_texts_are_no_part_of_a_version(toy: Criteria, three: tuple[Audit, ...]) -> None:
    """What was said beside the answers changes no count, so it makes no other version; another answer does."""
    first, second, _ = three
    texts = dict(second.responses) | {B: Response(not_applicable="Another reason."), D: replace(MET, evidence="Log")}
    said = of_year(toy, first, replace(second, responses=texts)).members
    assert said == of_year(toy, first, second).members
    changed = replace(second, responses=dict(second.responses) | {D: replace(MET, practice=4)})
    assert of_year(toy, first, changed).members[1] != said[1]


def test_the_order_of_the_questions_is_no_part_of_a_version() -> None:
    """An edition that asks the same in another order makes no other version of the same answers."""
    questions = tuple(
        Question(
            id=f"1.{number}", topic="T", title="T?", introduction="Why.", statements=(statement(f"1.{number}", "K", 1),)
        )
        for number in (1, 2)
    )
    marks = []
    for ordered in (questions, questions[::-1]):
        criteria = Criteria((framework(Area(id="1", title="Area one", questions=ordered)),))
        audit = audit_of(criteria, {"toy-1.1-k1": MET, "toy-1.2-k1": NEITHER}, school=school(1))
        marks.append(of_year(criteria, audit).members)
    assert marks[0] == marks[1]


def test_the_measures_of_which_quartiles_can_be_shown(toy: Criteria, three: tuple[Audit, ...]) -> None:
    """Coverage, written and practice, then areas, then questions: which schools each concerns, and the percent of each."""
    found = [
        (name, concerns.tolist(), [None if share != share else round(float(share), 1) for share in shares])
        for name, concerns, shares in of_year(toy, *three).measures()
    ]
    assert found == [
        ("coverage", [True, True, True], [25.0, 33.3, 40.0]),
        ("written", [True, True, True], [50.0, 33.3, 60.0]),
        ("practice", [True, True, True], [50.0, 33.3, 40.0]),
        ("area toy 1", [True, True, True], [33.3, 0.0, 50.0]),
        ("area toy 2", [False, False, False], [0.0, 100.0, 0.0]),
        ("question toy 1.1", [True, True, True], [50.0, 0.0, 50.0]),
        ("question toy 1.2", [False, False, True], [0.0, 0.0, 50.0]),
        ("question toy 2.1", [False, False, False], [0.0, 100.0, 0.0]),
    ]


def test_two_statements_are_enough_for_quartiles_and_one_is_not() -> None:
    """The share of one statement is a single answer; of a measure, an area or a question of two it is none."""
    first, second = (
        Question(
            id=f"1.{number}", topic="T", title="T?", introduction="Why.", statements=(statement(f"1.{number}", "K", 1),)
        )
        for number in (1, 2)
    )
    criteria = Criteria((framework(Area(id="1", title="Area one", questions=(first, second))),))
    found = of_year(criteria, audit_of(criteria, {"toy-1.1-k1": MET}, school=school(1)))
    assert [(name, concerns.tolist()) for name, concerns, _ in found.measures()] == [
        ("coverage", [True]),
        ("written", [True]),
        ("practice", [True]),
        ("area toy 1", [True]),
        ("question toy 1.1", [False]),
        ("question toy 1.2", [False]),
    ]


def test_schools_of_both_years_are_matched_by_their_urn(toy: Criteria) -> None:
    """By place now the place before; a school of one year alone is left out."""
    now = of_year(toy, *(audit_of(toy, {}, school=school(number)) for number in (1, 3, 4)))
    before = of_year(
        toy, *(audit_of(toy, {}, school=school(number), year="2025/26") for number in (2, 3, 1)), year="2025/26"
    )
    assert [now.urns, before.urns] == [["900001", "900003", "900004"], ["900001", "900002", "900003"]]
    assert dict(places_of_both_years(now, before)) == {0: 0, 1: 2}
