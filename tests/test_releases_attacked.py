"""Whole releases, and series of them, as somebody attacks them who reads every file that was written of each."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import pytest
from docx import Document
from hypothesis import Phase as Stage
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.compare.comparison import compare
from audit.authority.compare.disclosure import TOO_ALIKE
from audit.authority.compare.release import Release, prepare
from audit.authority.compare.release_tables import write_benchmark
from audit.authority.feedback.letter import feedback
from audit.authority.returns import Returns, collect
from audit.authority.tables import PROBLEMS
from audit.model import Area, Criteria, Phase, Question, Response, School
from audit.reports.comparison_report import release_report
from audit.reports.letter import LetterSettings, letter
from audit.tables import typed
from audit.workbook.write_comparison import write_release
from tests import attacker
from tests.conftest import audit_of, framework, returned, statement

pytestmark = pytest.mark.slow
THEN, NOW = "2025/26", "2026/27"
MET, NEITHER = Response(written="yes", practice=4), Response(written="no", practice=0)
OTHERS = (
    Response(written="yes", practice=1),
    Response(written="partly", practice=3),
    Response(written="yes", practice="unknown"),
    Response(not_applicable="It cannot happen here."),
)
_BOUND: tuple[Phase, ...] = ("secondary", "special")


@pytest.fixture(scope="module")
def few() -> Criteria:
    """Two questions: two statements for every school and one for two phases only; and one statement by itself."""
    first = Question(
        id="1.1",
        topic="First",
        title="First?",
        introduction="Why.",
        statements=(statement("1.1", "K", 1), statement("1.1", "K", 2), statement("1.1", "K", 3, phases=_BOUND)),
    )
    second = Question(
        id="1.2", topic="Second", title="Second?", introduction="Why.", statements=(statement("1.2", "K", 1),)
    )
    made = framework(Area(id="1", title="Area one", questions=(first, second)))
    return Criteria((replace(made, phases={p: p.capitalize() for p in ("primary", "secondary", "special", "pru")}),))


Answers = tuple[Response, ...]


@dataclass
class World:
    """An authority's schools as time goes on: who has sent what for which year, and what was released when.

    Attributes:
        phases: by URN.
        sent: by year and URN, every version of the return, the last of which counts.
        gone: by year, the schools whose return was taken out again.
        known: what the public knew at each release.
        printed: what each release printed, by quantity.
    """

    criteria: Criteria
    phases: dict[str, Phase] = field(default_factory=dict)
    sent: dict[tuple[str, str], list[Answers]] = field(default_factory=dict)
    gone: set[tuple[str, str]] = field(default_factory=set)
    releases: list[Release] = field(default_factory=list)
    rows: dict[tuple[str, str], list[attacker.Row]] = field(default_factory=dict)

    def send(self, year: str, urn: str, phase: Phase, *answers: Response) -> None:
        """A school sends a return, or another version of it; what its phase is not asked is no answer."""
        asked = (phase in criterion.statement.phases for criterion in self.criteria)
        self.phases[urn] = phase
        self.gone.discard((year, urn))
        given = tuple(answer if is_asked else MET for answer, is_asked in zip(answers, asked, strict=True))
        self.sent.setdefault((year, urn), []).append(given)

    def returns(self) -> Returns:
        """The returns that count."""
        ids = [criterion.id for criterion in self.criteria]
        items = []
        for (year, urn), versions in self.sent.items():
            if (year, urn) not in self.gone:
                place = School(urn=urn, name=f"School of {urn}", phase=self.phases[urn])
                given = {
                    name: answer
                    for name, answer in zip(ids, versions[-1], strict=True)
                    if place.phase in self.criteria[name].statement.phases
                }
                items.append(returned(audit_of(self.criteria, given, school=place, year=year), self.criteria))
        return collect(items, self.criteria)

    def release(self, year: str = NOW) -> Release:
        """Makes the next release, of a year, and lets the attacker read all that is written of it."""
        earlier = [figure for one in self.releases for figure in one.figures]
        made = prepare(self.returns(), year=year, earlier=earlier).numbered(len(self.releases) + 1)
        self.releases.append(made)
        known = self.known(year)
        for named in (True, False):
            in_book = list(attacker.printed(attacker.sheets(write_release(made, named=named)), known))
            on_page = list(attacker.printed(attacker.page_tables(release_report(made, named=named)), known))
            assert in_book == on_page
        benchmark = list(attacker.of_benchmark(write_benchmark(made, self.criteria.refs[0], authority="Kent"), known))
        for quantity, row in [*in_book, *benchmark]:
            self.rows.setdefault(quantity, []).append(row)
        return made

    def known(self, year: str) -> attacker.Known:
        """What the public knows now."""
        versions: dict[str, dict[str, int]] = {THEN: {}, NOW: {}}
        for (when, urn), sent in self.sent.items():
            if (when, urn) not in self.gone:
                versions[when][urn] = 1 + sent.index(sent[-1])
        return attacker.Known(
            year=year,
            versions=versions,
            phases=dict(self.phases),
            asked={
                phase: frozenset(c.statement.reference for c in self.criteria if phase in c.statement.phases)
                for phase in set(self.phases.values())
            },
            titles={str(title): phase for phase, title in self.criteria.phases.items()},
        )

    def truth(self, place: int, year: str) -> dict[attacker.Unknown, bool]:
        """By school and version: whether it is known to miss a statement."""
        return {
            (when, urn, number): answers[place] in (NEITHER, *OTHERS[:2])
            for (when, urn), versions in self.sent.items()
            if when == year
            for number, answers in enumerate(versions, 1)
        }

    def attack(self) -> None:
        """Nothing about few schools alone, and nobody's answer, can be worked out of all that was printed."""
        places = {c.statement.reference: place for place, c in enumerate(self.criteria)}
        for (what, year), rows in self.rows.items():
            assert attacker.few_alone(rows) is None, (what, year)
            if what in places:
                assert attacker.learnt(rows, self.truth(places[what], year)) == [], (what, year)
            for over, values in rows:
                assert len(over) >= (10 if what in places else 12)
                assert what in places or values[0] < values[2]


def drawn(rng: random.Random, chances: Sequence[float]) -> Answers:
    """A school's answers; each statement is missed by so many."""
    return tuple(
        rng.choice((NEITHER, *OTHERS[:2])) if rng.random() < chance else rng.choice((MET, MET, *OTHERS[2:]))
        for chance in chances
    )


EVENTS = ("late", "late", "corrected", "moderated", "gone", "back", "nothing")


def happen(world: World, rng: random.Random, event: str, number: int, chances: Sequence[float]) -> None:
    """Something happens to so many schools between two releases."""
    here = [urn for year, urn in world.sent if year == NOW and (NOW, urn) not in world.gone]
    if event == "late":
        for _ in range(number):
            urn = f"{900001 + len(world.phases)}"
            world.send(NOW, urn, rng.choice(("primary", "secondary", "special", "pru")), *drawn(rng, chances))
    elif event in ("corrected", "moderated"):
        for urn in rng.sample(here, min(number, len(here))):
            last = world.sent[NOW, urn][-1]
            changed = drawn(rng, chances)
            kept = tuple(rng.choice(pair) for pair in zip(last, changed, strict=True))
            if kept != last:
                world.send(NOW, urn, world.phases[urn], *kept)
    elif event == "gone":
        world.gone |= {(NOW, urn) for urn in rng.sample(here, min(number, len(here)))}
    elif event == "back":
        world.gone -= set(sorted(world.gone)[:number])


@settings(max_examples=20, deadline=None, phases=(Stage.explicit, Stage.reuse, Stage.generate))
@given(
    seed=st.integers(0, 2**32),
    sizes=st.tuples(*[st.sampled_from((0, 2, 5, 9, 10, 12, 14))] * 4).filter(lambda sizes: sum(sizes) >= 10),
    chances=st.tuples(*[st.sampled_from((0.0, 0.1, 0.5, 0.5, 0.9, 1.0))] * 4),
    events=st.lists(st.tuples(st.sampled_from(EVENTS), st.sampled_from((1, 2, 4, 5, 6, 9))), min_size=2, max_size=4),
    new=st.sampled_from((0, 1, 3, 5, 7)),
    left=st.sampled_from((0, 1, 3, 5, 7)),
    last_year=st.booleans(),
)
def test_series_of_releases_give_nobody_away(
    few: Criteria,
    seed: int,
    sizes: tuple[int, ...],
    chances: tuple[float, ...],
    events: list[tuple[str, int]],
    new: int,
    left: int,
    last_year: bool,
) -> None:
    """Two to five releases, some of last year, with schools that are new, late, gone, corrected and moderated, small phases, all-or-none."""
    rng, world = random.Random(seed), World(few)
    phases: list[Phase] = [
        phase
        for phase, size in zip(("primary", "secondary", "special", "pru"), sizes, strict=True)
        for _ in range(size)
    ]
    rng.shuffle(phases)
    for number, phase in enumerate(phases):
        urn = f"{900001 + number}"
        if number >= new:
            world.send(THEN, urn, phase, *drawn(rng, chances))
        if number < len(phases) - left or number < new:
            world.send(NOW, urn, phase, *drawn(rng, chances))
    if not world.returns().years or NOW not in world.returns().years:
        return
    if last_year and THEN in world.returns().years:
        world.release(THEN)
    world.release()
    for event, number in events[:-1]:
        happen(world, rng, event, number, chances)
        world.release()
    world.attack()


# --- the six ways in which single schools could once be worked out ------------------------------------------------


def settled(world: World, year: str, phase: Phase, numbers: Iterable[int], missing: int) -> None:
    """Schools of a phase send returns: of each statement, so many of them in turn miss it."""
    numbers = list(numbers)
    for place, number in enumerate(numbers):
        answers = [NEITHER if (place + shift) % len(numbers) < missing else MET for shift in range(4)]
        world.send(year, f"{900000 + number}", phase, *answers)


def shown(release: Release, kind: str) -> set[tuple[str, str]]:
    """Which statements or measures a release shows, by group."""
    return {(one.of, one.group) for one in release.figures if one.kind == kind}


def test_a_a_school_that_is_new_or_left_is_not_the_difference_of_gaps_and_change(few: Criteria) -> None:
    """All of the year less those with both years is one new unit: the change is held back, the common gaps are not."""
    world = World(few)
    settled(world, THEN, "primary", range(1, 21), 8)
    settled(world, NOW, "primary", range(1, 22), 9)
    made = world.release()
    world.attack()
    assert shown(made, "now") == set()
    assert len(shown(made, "missed")) == 3
    assert {one.why for one in made.held if one.kind == "now"} == {
        "four more returns are needed among the schools that are new, late, corrected or gone"
    }


def test_a_five_new_schools_may_be_the_difference(few: Criteria) -> None:
    """With five new schools that are not all alike, the change is shown beside the common gaps."""
    world = World(few)
    settled(world, THEN, "primary", range(1, 21), 8)
    settled(world, NOW, "primary", range(1, 21), 7)
    settled(world, NOW, "primary", range(21, 26), 2)
    made = world.release()
    world.attack()
    assert len(shown(made, "now")) == 3


def test_b_no_release_holds_a_row_of_a_school(few: Criteria) -> None:
    """A list of the schools counted stands by itself, without a figure; no table has a code or a row by school."""
    world = World(few)
    settled(world, NOW, "primary", range(1, 21), 8)
    made = world.release()
    for named in (True, False):
        tables = attacker.sheets(write_release(made, named=named))
        lists = {title: rows for title, rows in tables.items() if "900001" in repr(rows)}
        assert set(lists) == ({"Schools counted"} if named else set())
        assert all(set(row) == {"School", "URN"} for rows in lists.values() for row in rows)


def test_c_denominators_follow_from_phases_alone(few: Criteria) -> None:
    """A statement for two phases counts all their schools, whatever they set aside or leave open."""
    world = World(few)
    settled(world, NOW, "secondary", range(1, 13), 5)
    settled(world, NOW, "primary", range(21, 41), 5)
    world.send(NOW, "900001", "secondary", *[OTHERS[3]] * 4)
    world.send(NOW, "900002", "secondary", *[OTHERS[2]] * 4)
    made = world.release()
    world.attack()
    assert {one.schools for one in made.figures if one.of == "toy-1.1-k3"} == {12}


@pytest.mark.parametrize("missing", [0, 1, 19, 20])
def test_d_what_all_or_none_miss_is_not_said(few: Criteria, missing: int) -> None:
    """Nobody, one, all but one or all: the statement is held back in the same words."""
    world = World(few)
    settled(world, NOW, "primary", range(1, 21), missing)
    made = world.release()
    world.attack()
    assert shown(made, "missed") == set()
    assert {one.why for one in made.held if one.kind == "missed"} == {TOO_ALIKE}


def test_e_quartiles_are_over_twelve_schools_at_least(few: Criteria) -> None:
    """Eleven schools have no quartiles; twelve have, in whole percent."""
    world = World(few)
    settled(world, NOW, "primary", range(1, 12), 5)
    world.send(NOW, "900001", "primary", NEITHER, NEITHER, MET, NEITHER)
    assert shown(world.release(), "quartiles") == set()
    world = World(few)
    settled(world, NOW, "primary", range(1, 13), 5)
    assert ("coverage", "all") in shown(world.release(), "quartiles")
    world.attack()


def test_f_a_late_corrected_or_moderated_return_is_not_the_difference_of_two_releases(few: Criteria) -> None:
    """After a release, one late or changed return holds everything back that it is part of; five may be told."""
    for changed in ("late", "corrected"):
        world = World(few)
        settled(world, NOW, "primary", range(1, 21), 8)
        settled(world, NOW, "secondary", range(101, 121), 8)
        world.release()
        first = 21 if changed == "late" else 4
        world.send(NOW, f"{900000 + first}", "primary", MET, NEITHER, MET, NEITHER)
        one = world.release()
        assert {group for of, group in shown(one, "missed") if of == "toy-1.1-k1"} == {"secondary"}, changed
        for number in range(first + 1, first + 7):
            answers = [MET if (number + shift) % 3 else NEITHER for shift in range(4)]
            world.send(NOW, f"{900000 + number}", "primary", *answers)
        seven = world.release()
        groups = {group for of, group in shown(seven, "missed") if of == "toy-1.1-k1"}
        assert groups == {"primary", "secondary", "all"}, changed
        world.attack()


# --- what must not make a difference -------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), chances=st.tuples(*[st.sampled_from((0.0, 0.1, 0.5, 0.9))] * 4))
def test_what_is_held_back_does_not_tell_on_which_side(few: Criteria, seed: int, chances: tuple[float, ...]) -> None:
    """With every answer turned round, the same figures are held back in the same words."""
    held = []
    turns: Sequence[Callable[[Response], Response]] = (
        lambda answer: answer,
        lambda answer: MET if answer is NEITHER else NEITHER,
    )
    for turn in turns:
        rng, world = random.Random(seed), World(few)
        for number in range(1, 41):
            phase: Phase = "primary" if number < 15 else "secondary" if number < 29 else "special"
            answers = [NEITHER if rng.random() < chance else MET for chance in chances]
            world.send(NOW, f"{900000 + number}", phase, *map(turn, answers))
        made = world.release()
        held.append([one for one in made.held if one.kind == "missed"])
    assert held[0] == held[1]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), chances=st.tuples(*[st.sampled_from((0.0, 0.1, 0.5, 0.9))] * 4))
def test_who_of_a_phase_answered_what_makes_no_difference(few: Criteria, seed: int, chances: tuple[float, ...]) -> None:
    """Schools of one phase that changed their whole returns with each other leave every byte of a release as it is."""
    rng = random.Random(seed)
    given = {
        phase: [drawn(rng, chances) for _ in range(size)]
        for phase, size in (("primary", 15), ("secondary", 12), ("special", 4))
    }
    written = []
    for _ in range(2):
        world, number = World(few), 900000
        for phase, answers in given.items():
            rng.shuffle(answers)
            for own in answers:
                number += 1
                world.send(NOW, str(number), phase, *own)
        written.append(write_release(world.release(), authority="Kent"))
    assert written[0] == written[1]


def test_letters_hold_what_is_released_of_others_and_no_more(few: Criteria) -> None:
    """The figures of other schools in a letter, as it was written, are those of the release that it names."""
    world = World(few)
    settled(world, NOW, "primary", range(1, 21), 8)
    made = world.release()
    returns = world.returns()
    problems = typed({name: [] for name in PROBLEMS}, PROBLEMS)
    said = feedback(returns.items[0], compare(returns), problems=problems, release=made)
    document = Document(io.BytesIO(letter(said, LetterSettings(authority="Kent"))))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    lower, median, upper = made.by_kind["quartiles"]["coverage", "all"].values
    assert (
        f"K coverage is below {lower}% in a quarter, below {median}% in half, and above {upper}% in a quarter" in text
    )
    assert "(our release 1 of figures)" in text
    assert [one.name for one in returns.items[1:] if one.name in text or one.urn in text] == []
