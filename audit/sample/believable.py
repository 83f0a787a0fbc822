"""Makes believable audits of invented schools, and a few doubtful ones for the checks of credibility to find.

The audits are strong and weak where schools say they are. The answers of one school are alike, and alike from year to
year.

What is strong and weak follows the yearly national studies of schools' reviews with the 360 degree safe tool (South
West Grid for Learning), which show the same picture again and again: filtering and the scope of policy are strongest;
governors' and staff training, work with the community, and the review of what the policy achieves are weakest. The
figures are ours and say nothing about any real school. The questions of the Kent template have figures of their own;
those of any other framework are known by the words of their titles.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from audit.model import Action, Audit, Criteria, Criterion, Phase, Practice, Response, Scope, Written
from audit.sample.schools import Invented, Words, invented
from audit.school.scoring import asked, kind_of

_STRENGTH: Mapping[str, float] = {
    "kcc-2.1": 0.9, "kcc-2.2.1": 0.4, "kcc-2.2.2": 0.3, "kcc-2.2.3": 0.1, "kcc-2.2.4": 0.0,
    "kcc-2.3.1": 0.4, "kcc-2.3.2": 0.2, "kcc-2.3.3": 0.5, "kcc-2.3.4": 0.3, "kcc-2.3.5": 0.1, "kcc-2.3.6": 1.0,
    "kcc-2.3.7": 0.0, "kcc-2.3.8": -0.2, "kcc-2.3.9": 0.2, "kcc-2.4.1": 0.2, "kcc-2.4.2": 0.2, "kcc-2.4.3": 0.1,
    "kcc-2.4.4": -0.8, "kcc-2.4.5": 0.3, "kcc-2.4.6": -0.2, "kcc-2.5.1": 0.0, "kcc-2.5.2": -0.7, "kcc-2.5.3": -0.4,
}  # fmt: skip
"""How far each question is above or below what is usual, by how the ids of its statements begin; the spread between
schools is about 1."""
_PARTICULAR: Mapping[str, float] = {
    "kcc-2.1-k2": -1.3,  # impact review
    "kcc-2.4.2-k2": -0.9,  # impact review
    "kcc-2.4.6-k1": -0.6,  # monitoring
    "kcc-2.5.1-k2": -0.6,  # training
}
"""Statements that differ from their question; this is added to the number of the question."""
_SUBJECTS: Sequence[tuple[str, float, Mapping[Phase, float]]] = (
    ("review|testing", -0.6, {}),
    (r"\bai\b|artificial", -0.9, {"secondary": 0.4, "sixteen-plus": 0.4, "nursery": -0.3}),
    ("training", -0.6, {}),
    ("parent|visitor|community", -0.5, {"nursery": 0.3, "secondary": -0.2}),
    ("governor|digital", -0.4, {}),
    ("online lesson|remote", -0.3, {"secondary": 0.3}),
    ("phone|device|search", 0.3, {"primary": 0.2, "secondary": -0.5, "pru": -0.5}),
    ("security|backup|cyber|risk", 0.0, {"primary": -0.2, "nursery": -0.3, "secondary": 0.4}),
    ("data|breach", -0.1, {"secondary": 0.2}),
    ("account|password|access|system|network", 0.3, {}),
    ("filter", 0.9, {}),
    ("monitor|alert", 0.2, {"nursery": -0.3}),
    ("email|contact|video|social", 0.2, {}),
    ("website|picture|image", 0.4, {}),
    ("harm|abuse|nude", 0.1, {"secondary": 0.2}),
    ("report|respond|concern|incident|record", 0.5, {}),
    ("policy|scope", 0.8, {}),
    ("learn|lesson|curriculum|conduct", 0.3, {"secondary": -0.2}),
    ("lead|role|staff", 0.5, {}),
)
"""Words of a title, how far their subject is above or below what is usual, and what is added to that in a phase. The first
that a question's topic has counts, else the first that the title of its area has."""
_BY_MARK = 0.12
"""How much better a statement is kept than one with the next weightiest mark."""
_USUAL = 0.5
_LEVELS: tuple[Practice, ...] = (0, 1, 2, 3, 4)
_LEVELS_FROM = (-1.2, -0.7, 0.0, 1.3)
"""Where practice levels 1, 2, 3 and 4 begin."""
_WRITTEN: tuple[Written, ...] = ("no", "partly", "yes")
_WRITTEN_FROM = (-0.95, -0.15)
"""Where *partly* and *yes* begin."""
_A_YEAR = 0.15
"""How much better schools grow from one year to the next."""
_REASONS: Mapping[str, tuple[Mapping[Phase, float], tuple[str, ...]]] = {
    "kcc-2.3.7": (
        {"nursery": 0.9, "primary": 0.35, "special": 0.3, "pru": 0.5},
        ("We make no video calls with pupils.", "There is no videoconferencing equipment in school.",
         "No class takes part in video calls; to be looked at again if that changes."),
    ),
    "kcc-2.4.6": (
        {"nursery": 0.9, "primary": 0.2, "special": 0.2, "pru": 0.3},
        ("We use no learning platform.", "The platform was given up; work goes home on paper and by email.",
         "No platform is in use this year."),
    ),
    "kcc-2.3.2": (
        {"nursery": 0.9, "primary": 0.08, "special": 0.15},
        ("Pupils have no email accounts.", "No child uses email here.", "Only staff have email."),
    ),
    "kcc-2.4.1-k3": (
        {"pru": 0.6, "special": 0.2},
        ("We have no Key Stage 1 pupils.", "Our youngest pupils are in Year 7."),
    ),
    "kcc-2.4.1-k4": (
        {"special": 0.3, "pru": 0.1},
        ("No pupils of secondary age at present.", "We teach up to Year 6 only."),
    ),
}  # fmt: skip
"""Why a question or statement does not apply: the share of the schools of each phase, and the words that they use."""
_SUBJECT_REASONS: Mapping[str, tuple[Mapping[Phase, float], tuple[str, ...]]] = {
    r"\bai\b": (
        {"nursery": 0.8, "primary": 0.2, "special": 0.2, "pru": 0.2},
        ("No AI tool is used in school, by pupils or by staff.", "We have decided against AI tools for this year.",
         "Neither staff nor pupils use AI here; to be looked at again in spring."),
    ),
    "online lesson": (
        {"nursery": 0.9, "primary": 0.35, "special": 0.3, "pru": 0.4},
        ("No lesson is given online.", "Nobody was taught online this year, and nobody from outside joined a lesson.",
         "We give work on paper when somebody cannot come in."),
    ),
    "video call": (
        {"nursery": 0.9, "primary": 0.35, "special": 0.3, "pru": 0.5},
        ("We make no video calls with pupils.", "No class takes part in video calls."),
    ),
    "pupils' email": (
        {"nursery": 0.9, "primary": 0.3, "special": 0.2},
        ("Pupils have no email accounts.", "Only staff have email."),
    ),
    "official": (
        {"nursery": 0.5, "primary": 0.3, "special": 0.3, "pru": 0.6},
        ("The school is on no social media.", "We closed the only account that we had."),
    ),
}  # fmt: skip
"""The same for the questions of any other framework, by words of their topic."""
Change: TypeAlias = Callable[[Audit, Audit | None, Criteria], Audit]
_EVERY = 60
"""Each kind of doubt occurs once in so many schools."""
LAST = "2025/26"
"""The newest academic year, unless another is asked for."""
HELD_TODAY = "2026/27"
"""The first academic year whose audits leave out what law or guidance has overtaken; earlier ones were begun before that."""
Generator: TypeAlias = np.random.Generator
Numbers: TypeAlias = npt.NDArray[np.float64]


def returns(
    criteria: Criteria,
    *,
    schools: int,
    years: int,
    seed: int,
    last: str = LAST,
    local_authority: str = "886",
) -> Iterator[Audit]:
    """Audits, school by school, earliest year first: every school for the last year, about six in seven for an earlier one.

    The same arguments give the same audits. An audit does not depend on how many audits are made.

    Args:
        criteria: the frameworks that every audit answers.
        schools: how many schools.
        years: how many academic years.
        seed: the seed of the random numbers.
        last: the last of the years.
        local_authority: the code that the schools give.
    """
    neighbour: dict[str, Audit] = {}
    for example in islice(invented(local_authority), schools):
        habits = _habits(criteria, example, seed)
        audits = {}
        for back, year in zip(range(years - 1, -1, -1), _years(last, years), strict=True):
            if sends(seed, example, back):
                audit = _audit(criteria, example, habits, seed, year, back)
                audits[year] = doubtful(audit, example.place, neighbour.get(year), criteria)
        yield from audits.values()
        neighbour = audits


def sends(seed: int, example: Invented, back: int) -> bool:
    """Whether a school sent a return so many years ago; every school does for the newest year."""
    if back == 0 or example.former_urn:
        return True
    return bool(randomness("sending", seed, example.place, back).random() < 0.85)


def randomness(
    use: Literal["habits", "year", "sending", "damage"], seed: int, place: int = 0, back: int = 0
) -> Generator:
    """The random numbers for one use, school and year; each combination has different ones."""
    uses = ("habits", "year", "sending", "damage")
    return np.random.default_rng(
        [uses.index(use), seed, place, back]
    )  # always all four numbers: numpy treats missing ones as 0


def _years(last: str, years: int) -> tuple[str, ...]:
    """The academic years up to ``last``, earliest first."""
    first = int(last[:4])
    return tuple(f"{year}/{(year + 1) % 100:02d}" for year in range(first - years + 1, first + 1))


@dataclass(frozen=True, kw_only=True)
class _Habits:
    """What stays the same at a school over the years; an array has one number per statement."""

    practice: Numbers
    written: Numbers
    reasons: Mapping[str, str]
    diligence: float
    doubt: float
    scope: Scope
    offline: bool


def _habits(criteria: Criteria, example: Invented, seed: int) -> _Habits:
    rng = randomness("habits", seed, example.place)
    rows, phase = list(criteria), example.school.phase
    quality, policy = 0.45 * rng.standard_normal(), 0.35 * rng.standard_normal()
    strength = _USUAL + np.array([_strength(c, phase) for c in rows])
    shared = strength + quality + _by_group(rng, [_area(c) for c in rows]) + _by_group(rng, [c.page for c in rows])
    reasons = _reasons(rng, _REASONS, phase, rows, lambda where, c: where in (_beginning(c), c.id))
    habits = _Habits(
        practice=shared + 0.7 * rng.standard_normal(len(rows)),
        written=0.8 * shared + policy + 0.1 + 0.5 * rng.standard_normal(len(rows)),
        reasons=reasons,
        diligence=0.25 + 0.65 * rng.random(),
        doubt=0.04 * rng.random() ** 2,
        scope="all" if rng.random() < 0.15 else "recommended",
        offline=bool(rng.random() < 0.25),
    )
    others = [c for c in rows if _beginning(c) not in _STRENGTH]
    more = _reasons(rng, _SUBJECT_REASONS, phase, others, lambda words, c: _has(words, c.question.topic))
    return replace(habits, reasons=reasons | more)


def _beginning(criterion: Criterion) -> str:
    """What the ids of its question's statements begin with."""
    return criterion.id.rpartition("-")[0]


def _area(criterion: Criterion) -> str:
    """The id of its area among all frameworks."""
    return f"{criterion.framework.id}_{criterion.area.id}"


def _has(words: str, title: str) -> bool:
    return re.search(words, title, re.IGNORECASE) is not None


def _strength(criterion: Criterion, phase: Phase) -> float:
    """How far a statement is above or below what is usual in schools of a phase."""
    if (known := _STRENGTH.get(_beginning(criterion))) is not None:
        return known + _PARTICULAR.get(criterion.id, 0.0)
    marks = criterion.framework.marks
    by_mark = _BY_MARK * ((len(marks) - 1) / 2 - criterion.framework.mark_rank(criterion.statement)) if marks else 0.0
    for title in (criterion.question.topic, criterion.area.title):
        for words, strength, by_phase in _SUBJECTS:
            if _has(words, title):
                return strength + by_phase.get(phase, 0.0) + by_mark
    return by_mark


def _reasons(
    rng: Generator,
    table: Mapping[str, tuple[Mapping[Phase, float], tuple[str, ...]]],
    phase: Phase,
    rows: Sequence[Criterion],
    is_meant: Callable[[str, Criterion], bool],
) -> dict[str, str]:
    """Why statements do not apply to one school, by statement id, from a table of reasons."""
    reasons: dict[str, str] = {}
    for where, (shares, texts) in table.items():
        chance, text = rng.random(), texts[int(rng.integers(len(texts)))]
        if chance < shares.get(phase, 0.0):
            reasons |= {c.id: text for c in rows if is_meant(where, c)}
    return reasons


def _by_group(rng: Generator, groups: Sequence[str]) -> Numbers:
    """One random number per group, repeated for each member of the group."""
    drawn = {group: 0.3 * rng.standard_normal() for group in dict.fromkeys(groups)}
    return np.array([drawn[group] for group in groups])


def _audit(criteria: Criteria, example: Invented, habits: _Habits, seed: int, year: str, back: int) -> Audit:
    rng = randomness("year", seed, example.place, back)
    words = Words(rng, year, criteria.roles)
    school = replace(example.school, urn=example.former_urn) if example.former_urn and back else example.school
    audit = Audit(school=school, year=year, frameworks=criteria.refs, scope=habits.scope, as_printed=year < HELD_TODAY)
    practice = habits.practice - _A_YEAR * back + 0.45 * rng.standard_normal(len(habits.practice))
    written = habits.written - _A_YEAR * back + 0.35 * rng.standard_normal(len(habits.written))
    rows = asked(audit, criteria)
    responses = {c.id: _response(c, practice[c.order], written[c.order], habits, rng, words) for c in rows}
    done = rng.random() >= 0.06
    if done:
        responses = _left_out(responses, rng)
    else:
        responses = dict(islice(responses.items(), int(len(rows) * (0.3 + 0.6 * rng.random()))))
    audit = replace(audit, responses=responses, actions=_plan(responses, criteria, rng, words))
    return _dated(audit, rng, words, done=done, offline=habits.offline)


def _response(
    criterion: Criterion, practice: float, written: float, habits: _Habits, rng: Generator, words: Words
) -> Response:
    chances = rng.random(4)
    if criterion.id in habits.reasons:
        return Response(not_applicable=habits.reasons[criterion.id])
    answer = Response(
        written="unknown" if chances[0] < habits.doubt / 2 else _WRITTEN[bisect(_WRITTEN_FROM, written)],
        practice="unknown" if chances[1] < habits.doubt else _LEVELS[bisect(_LEVELS_FROM, practice)],
    )
    shown = isinstance(answer.practice, int) and answer.practice >= 2 and chances[2] < habits.diligence
    comment = words.comment(criterion, answer) if chances[3] < 0.12 else ""
    return replace(answer, evidence=words.evidence(criterion) if shown else "", comment=comment)


def _left_out(responses: Mapping[str, Response], rng: Generator) -> dict[str, Response]:
    """The responses; every fourth school leaves out one to three of them."""
    number = int(rng.integers(1, 4)) if rng.random() < 0.25 else 0
    left_out = {list(responses)[place] for place in rng.integers(0, len(responses), number)}
    return {statement: response for statement, response in responses.items() if statement not in left_out}


def _plan(responses: Mapping[str, Response], criteria: Criteria, rng: Generator, words: Words) -> tuple[Action, ...]:
    """An action plan for one to four of the gaps, at two schools in five."""
    number = int(rng.integers(1, 5)) if rng.random() < 0.4 else 0
    gaps = [c for c in criteria if c.statement.recommended and c.id in responses]
    gaps = [c for c in gaps if kind_of(responses[c.id]) in ("neither", "not_done", "not_written")]
    return tuple(
        Action(
            statement=gap.id,
            what=words.action(gap, written_only=kind_of(responses[gap.id]) == "not_written"),
            role=criteria.roles[gap.statement.asked_of],
            due=words.day(earliest=370, latest=470),
            status=words.one_of(("Not started", "In progress")),
        )
        for gap in gaps[:: max(1, len(gaps) // 4)][:number]
    )


def _dated(audit: Audit, rng: Generator, words: Words, *, done: bool, offline: bool) -> Audit:
    """The audit with the times of its answers, over days or weeks, and of its completion; no times if filled in offline."""
    last = words.day(earliest=150, latest=310)
    ends = dt.datetime.combine(last, dt.time(int(rng.integers(9, 18)), int(rng.integers(60))))
    began = ends - dt.timedelta(days=int(rng.integers(3, 60)), minutes=int(rng.integers(30, 200)))
    return replace(
        audit,
        completed_on=last if done else None,
        first_answer_at=None if offline else began,
        last_answer_at=None if offline else ends,
    )


def doubtful(audit: Audit, place: int, neighbour: Audit | None, criteria: Criteria) -> Audit:
    """The audit that a school sends: at a few places a doubtful one, and nearly always the audit itself.

    Args:
        audit: a believable audit.
        place: the place of the school among the invented ones.
        neighbour: the audit of the previous school for the same year, if there is one.
        criteria: the criteria that the audit answers.
    """
    change = DOUBTS.get(place % _EVERY)
    return change(audit, neighbour, criteria) if change else audit


def _answered(audit: Audit, change: Callable[[Response], Response]) -> dict[str, Response]:
    """The responses, with a change of those that apply to the school."""
    return {
        statement: response if response.not_applicable else change(response)
        for statement, response in audit.responses.items()
    }


def in_minutes(audit: Audit, _neighbour: Audit | None, _criteria: Criteria) -> Audit:
    """Everything is written and embedded, without evidence, and answered within a few minutes."""
    day = audit.completed_on or dt.date(int(audit.year[:4]) + 1, 7, 1)
    began = dt.datetime.combine(day, dt.time(15, 40))
    return replace(
        audit,
        completed_on=day,
        first_answer_at=began,
        last_answer_at=began + dt.timedelta(minutes=6),
        responses=_answered(audit, lambda _: Response(written="yes", practice=4)),
        actions=(),
    )


def in_the_same_words(audit: Audit, _neighbour: Audit | None, _criteria: Criteria) -> Audit:
    """Everything is in place, with the same evidence for all of it."""
    return replace(
        audit,
        responses=_answered(
            audit, lambda answer: replace(answer, written="yes", practice=3, evidence="See our policy.", comment="")
        ),
    )


def with_one_answer(audit: Audit, _neighbour: Audit | None, _criteria: Criteria) -> Audit:
    """The same two answers for every statement."""
    return replace(audit, responses=_answered(audit, lambda _: Response(written="partly", practice=3)), actions=())


def copied(audit: Audit, neighbour: Audit | None, _criteria: Criteria) -> Audit:
    """The school's own answers, with the evidence of another school."""
    if neighbour is None:
        return audit
    responses = {
        statement: response
        if response.not_applicable
        else replace(response, evidence=neighbour.response(statement).evidence)
        for statement, response in audit.responses.items()
    }
    return replace(audit, responses=responses)


def embedded_unwritten(audit: Audit, _neighbour: Audit | None, _criteria: Criteria) -> Audit:
    """Practice is called embedded where the policy says nothing."""
    return replace(
        audit,
        responses=_answered(
            audit, lambda answer: answer if answer.written == "yes" else replace(answer, written="no", practice=4)
        ),
    )


DOUBTS: Mapping[int, Change] = {
    7: in_minutes,
    19: in_the_same_words,
    31: with_one_answer,
    43: copied,
    52: embedded_unwritten,
}
"""The kind of doubtful audit that a school sends, by its place."""
