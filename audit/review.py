"""What a reviewer would ask before an audit is signed: each remark with its place and a reason, and none that blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from audit import carrying
from audit.english import plural
from audit.model import IN_PLACE, Audit, Criteria, Criterion, Response
from audit.questionnaire import is_answered, required
from audit.scoring import asked
from audit.thin_evidence import why_thin

Check = Literal[
    "unanswered",
    "to confirm",
    "asked anew",
    "unknown",
    "without evidence",
    "thin evidence",
    "copied evidence",
    "evidence of an earlier year",
    "contradiction",
]
CHECKS: tuple[Check, ...] = get_args(Check)
TITLES: Mapping[Check, str] = MappingProxyType(
    {
        "unanswered": "Not fully answered",
        "to confirm": "Last year's answer, not yet confirmed",
        "asked anew": "Asked anew, because the statement has changed",
        "unknown": "Answered with “I do not know”",
        "without evidence": "Level 3 or 4 without evidence",
        "thin evidence": "Evidence that shows little",
        "copied evidence": "The same evidence beside many statements",
        "evidence of an earlier year": "Embedded, with last year's evidence word for word",
        "contradiction": "Two answers that do not go together",
    }
)
MANY = 4
"""Statements with one and the same evidence; a paper may well show two or three things."""
_EMBEDDED = 4


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One remark.

    Attributes:
        criterion: the statement whose answer it is about; its ``page`` is the place to mend it.
        reason: why a reviewer would ask, in plain words.
        quote: what the school typed that gave rise to it; empty if nothing did.
    """

    check: Check
    criterion: Criterion
    reason: str
    quote: str = ""


def review(audit: Audit, criteria: Criteria, *, others: Iterable[Audit] = ()) -> tuple[Finding, ...]:
    """What a reviewer would ask about an audit, by check in the order of `CHECKS`, then in source order.

    Args:
        audit: the audit, signed or not.
        criteria: the criteria that it answers.
        others: the school's audits of other years, as far as they are at hand.
    """
    own = criteria.of(audit.frameworks)
    earlier = [other for other in others if other.school.urn == audit.school.urn and other.year < audit.year]
    found = (
        *_open(audit, own),
        *_unknown(audit, own),
        *_evidence(audit, own),
        *_copied(audit, own),
        *_of_an_earlier_year(audit, own, earlier),
        *_embedded_unwritten(audit, own),
        *_unsupported(audit, own),
    )
    return tuple(sorted(found, key=lambda one: (CHECKS.index(one.check), one.criterion.order)))


def _open(audit: Audit, own: Criteria) -> Iterator[Finding]:
    """What has no full answer; last year's answers that wait, optional statements included."""
    waiting, anew = carrying.to_confirm(audit, own), carrying.asked_anew(audit, own)
    for criterion in waiting:
        reason = f"The answer of {audit.carried_from} counts as not known until somebody confirms or changes it."
        yield Finding(check="to confirm", criterion=criterion, reason=reason)
    for criterion in anew:
        reason = f"Its meaning has changed since {audit.carried_from}, so that year's answer does not answer it."
        yield Finding(check="asked anew", criterion=criterion, reason=reason)
    told = {criterion.id for criterion in (*waiting, *anew)}
    for criterion in required(audit, own):
        response = audit.response(criterion.id)
        if criterion.id not in told and not is_answered(response, audit):
            missing = _missing_answers(response, audit)
            yield Finding(check="unanswered", criterion=criterion, reason=f"{missing} So it counts as not known.")


def _missing_answers(response: Response, audit: Audit) -> str:
    if response.written is not None:
        return "It says what is written, but not what is done."
    if response.practice is not None and audit.basis != "desk review":
        return "It says what is done, but not what is written."
    return "It has no answer yet."


def _unknown(audit: Audit, own: Criteria) -> Iterator[Finding]:
    for criterion in asked(audit, own):
        response = audit.response(criterion.id)
        unknown = [
            word
            for word, answer in (("whether it is written", response.written), ("what is done", response.practice))
            if answer == "unknown"
        ]
        if unknown:
            role = own.roles.get(criterion.statement.asked_of, criterion.statement.asked_of)
            reason = f"Nobody knew {' or '.join(unknown)}. The role most likely to know: {role}."
            yield Finding(check="unknown", criterion=criterion, reason=reason, quote=response.comment)


def _claims(audit: Audit, own: Criteria) -> list[tuple[Criterion, Response, int]]:
    """The statements said to be in place or embedded, with the level."""
    answers = ((criterion, audit.response(criterion.id)) for criterion in asked(audit, own))
    return [(c, r, r.practice) for c, r in answers if isinstance(r.practice, int) and r.practice >= IN_PLACE]


def _evidence(audit: Audit, own: Criteria) -> Iterator[Finding]:
    """High levels with nothing to show for them, or next to nothing."""
    for criterion, response, level in _claims(audit, own):
        if not response.evidence.strip():
            reason = f"It is called “{own.practice_levels[level].label}”, and nothing is named that shows it."
            yield Finding(check="without evidence", criterion=criterion, reason=reason)
        elif why := why_thin(response.evidence, criterion):
            yield Finding(check="thin evidence", criterion=criterion, reason=why, quote=response.evidence)


def _same(text: str) -> str:
    """A text as it is compared: case, spaces and a full stop make no other text."""
    return " ".join(text.casefold().split()).rstrip(".")


def _copied(audit: Audit, own: Criteria) -> Iterator[Finding]:
    claims = [(c, r.evidence) for c, r, _ in _claims(audit, own) if r.evidence.strip() and not why_thin(r.evidence, c)]
    times = Counter(_same(evidence) for _, evidence in claims)
    for criterion, evidence in claims:
        if times[_same(evidence)] >= MANY:
            reason = f"The same text stands beside {plural(times[_same(evidence)], 'statement')}. Say which part shows this one."
            yield Finding(check="copied evidence", criterion=criterion, reason=reason, quote=evidence)


def _of_an_earlier_year(audit: Audit, own: Criteria, earlier: Iterable[Audit]) -> Iterator[Finding]:
    """Embedded means reviewed within twelve months, which the evidence of an earlier year cannot show.

    What was carried counts as the year that it was carried from, which may be on no computer any more.
    """
    before = {(audit.carried_from, key): carried.response for key, carried in audit.carried.items()}
    before |= {(other.year, key): response for other in earlier for key, response in other.responses.items()}
    years: dict[tuple[str, str], str] = {}
    for (year, key), response in sorted(before.items(), key=lambda one: one[0]):
        years[key, _same(response.evidence)] = year
    for criterion, response, level in _claims(audit, own):
        year = years.get((criterion.id, _same(response.evidence)), "")
        if year and level == _EMBEDDED and response.evidence.strip():
            reason = (
                f"These are the words of {year}. Embedded means reviewed in the last twelve months: what shows that?"
            )
            yield Finding(
                check="evidence of an earlier year", criterion=criterion, reason=reason, quote=response.evidence
            )


def _embedded_unwritten(audit: Audit, own: Criteria) -> Iterator[Finding]:
    for criterion, response, level in _claims(audit, own):
        if level == _EMBEDDED and response.written == "no":
            reason = (
                "It is called embedded, which means evidenced and reviewed, and the policy does not say it. "
                "Against what was it reviewed?"
            )
            yield Finding(check="contradiction", criterion=criterion, reason=reason)


def _unsupported(audit: Audit, own: Criteria) -> Iterator[Finding]:
    """What is said to be in place while something that it rests on is not.

    Only what is done is held side by side: a policy may well say the whole and leave out a part.
    """
    for criterion, _, level in _claims(audit, own):
        for part in criterion.statement.rests_on:
            below = audit.response(part).practice if part in own else None
            if isinstance(below, int) and below < IN_PLACE:
                one = own[part]
                reason = (
                    f"It is called “{own.practice_levels[level].label}”, but it rests on {one.statement.reference} "
                    f"({one.question.topic}), which is called “{own.practice_levels[below].label}”."
                )
                yield Finding(check="contradiction", criterion=criterion, reason=reason, quote=one.statement.statement)
