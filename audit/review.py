"""What to look at again in an audit: each remark with its place and a reason, and none that blocks.

There is one set of rules. Two pages group what they find: *Check answers*, before an audit is called complete, and
*Quality checks*, before it is signed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal, get_args

from audit import carrying
from audit.english import plural
from audit.model import IN_PLACE, Audit, Criteria, Criterion, Response
from audit.questionnaire import is_answered, required
from audit.scoring import asked
from audit.thin_evidence import EMBEDDED, is_embedded_unwritten, is_missing, same_text, why_thin

Check = Literal[
    "unanswered",
    "to confirm",
    "asked anew",
    "unknown",
    "not applicable",
    "without evidence",
    "thin evidence",
    "copied evidence",
    "evidence of an earlier year",
    "contradiction",
]
CHECKS: tuple[Check, ...] = get_args(Check)
BEFORE_COMPLETE: tuple[Check, ...] = (
    "to confirm",
    "asked anew",
    "unanswered",
    "unknown",
    "not applicable",
    "without evidence",
)
"""What a careful colleague looks at before an audit is called complete."""
BEFORE_SIGNING: tuple[Check, ...] = tuple(check for check in CHECKS if check != "not applicable")
"""What a reviewer would ask before an audit is signed."""
TITLES: Mapping[Check, str] = MappingProxyType(
    {
        "unanswered": "Not fully answered",
        "to confirm": "Last year's answer, not yet confirmed",
        "asked anew": "Asked anew, because the statement has changed",
        "unknown": "Answered with “I do not know”",
        "not applicable": "Not applicable",
        "without evidence": "Level 3 or 4 without evidence",
        "thin evidence": "Evidence that shows little",
        "copied evidence": "The same evidence beside many statements",
        "evidence of an earlier year": "Embedded, with last year's evidence word for word",
        "contradiction": "Two answers that do not go together",
    }
)
MANY = 4
"""Statements with one and the same evidence; a paper may well show two or three things."""


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


@dataclass(frozen=True)
class _Reviewed:
    """An audit with what the rules look at: its own criteria, what it asks, and the school's earlier audits."""

    audit: Audit
    own: Criteria
    earlier: tuple[Audit, ...]

    @cached_property
    def asked(self) -> list[tuple[Criterion, Response]]:
        """What is asked or answered, with its response."""
        return [(criterion, self.audit.response(criterion.id)) for criterion in asked(self.audit, self.own)]

    @cached_property
    def claims(self) -> list[tuple[Criterion, Response, int]]:
        """The statements said to be in place or embedded, with the level."""
        return [(c, r, r.practice) for c, r in self.asked if r.is_in_place and isinstance(r.practice, int)]


def review(
    audit: Audit, criteria: Criteria, *, others: Iterable[Audit] = (), checks: Collection[Check] = BEFORE_SIGNING
) -> tuple[Finding, ...]:
    """What to look at again in an audit, by check in the order of `CHECKS`, then in source order.

    Args:
        audit: the audit, signed or not.
        criteria: the criteria that it answers.
        others: the school's audits of other years, as far as they are known.
        checks: what to look for.
    """
    earlier = tuple(other for other in others if other.school.urn == audit.school.urn and other.year < audit.year)
    reviewed = _Reviewed(audit, criteria.of(audit.frameworks), earlier)
    findings = (
        finding
        for rule, finds in _RULES
        if not finds.isdisjoint(checks)
        for finding in rule(reviewed)
        if finding.check in checks
    )
    return tuple(sorted(findings, key=lambda finding: (CHECKS.index(finding.check), finding.criterion.order)))


def by_check(findings: Iterable[Finding], checks: Iterable[Check]) -> Mapping[Check, tuple[Finding, ...]]:
    """Findings by check, in the order of the checks; those without a finding are empty."""
    grouped: dict[Check, list[Finding]] = {check: [] for check in checks}
    for finding in findings:
        grouped[finding.check].append(finding)
    return {check: tuple(those) for check, those in grouped.items()}


def _open(reviewed: _Reviewed) -> Iterator[Finding]:
    """What has no full answer; last year's answers that wait, optional statements included."""
    audit, own = reviewed.audit, reviewed.own
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


def _unknown(reviewed: _Reviewed) -> Iterator[Finding]:
    roles = reviewed.own.roles
    for criterion, response in reviewed.asked:
        unknown = [
            word
            for word, answer in (("whether it is written", response.written), ("what is done", response.practice))
            if answer == "unknown"
        ]
        if unknown:
            role = roles.get(criterion.statement.asked_of, criterion.statement.asked_of)
            reason = f"Nobody knew {' or '.join(unknown)}. The role most likely to know: {role}."
            yield Finding(check="unknown", criterion=criterion, reason=reason, quote=response.comment)


def _not_applicable(reviewed: _Reviewed) -> Iterator[Finding]:
    for criterion, response in reviewed.asked:
        if response.not_applicable:
            reason = "Is the reason one that a governor would accept?"
            yield Finding(check="not applicable", criterion=criterion, reason=reason, quote=response.not_applicable)


def _without_evidence(reviewed: _Reviewed) -> Iterator[Finding]:
    """High levels with nothing to show for them."""
    for criterion, response, level in reviewed.claims:
        if is_missing(response.evidence):
            label = reviewed.own.practice_levels[level].label
            reason = f"It is called “{label}”, and nothing is named that shows it."
            yield Finding(check="without evidence", criterion=criterion, reason=reason)


def _weak_evidence(reviewed: _Reviewed) -> Iterator[Finding]:
    """High levels with next to nothing to show for them, or with the same as many others."""
    sound = []
    for criterion, response, _ in reviewed.claims:
        if is_missing(response.evidence):
            continue
        if why := why_thin(response.evidence, criterion):
            yield Finding(check="thin evidence", criterion=criterion, reason=why, quote=response.evidence)
        else:
            sound.append((criterion, response.evidence))
    times = Counter(same_text(evidence) for _, evidence in sound)
    for criterion, evidence in sound:
        if (many := times[same_text(evidence)]) >= MANY:
            reason = f"The same text stands beside {plural(many, 'statement')}. Say which part shows this one."
            yield Finding(check="copied evidence", criterion=criterion, reason=reason, quote=evidence)


def _of_an_earlier_year(reviewed: _Reviewed) -> Iterator[Finding]:
    """Embedded means reviewed within twelve months, which the evidence of an earlier year cannot show.

    What was carried counts as the year that it was carried from, which may be on no computer any more.
    """
    audit = reviewed.audit
    before = {(audit.carried_from, key): carried.response for key, carried in audit.carried.items()}
    before |= {(other.year, key): response for other in reviewed.earlier for key, response in other.responses.items()}
    years: dict[tuple[str, str], str] = {}
    for (year, key), response in sorted(before.items(), key=lambda item: item[0]):
        years[key, same_text(response.evidence)] = year
    for criterion, response, level in reviewed.claims:
        year = years.get((criterion.id, same_text(response.evidence)), "")
        if year and level == EMBEDDED and not is_missing(response.evidence):
            reason = (
                f"These are the words of {year}. Embedded means reviewed in the last twelve months: what shows that?"
            )
            yield Finding(
                check="evidence of an earlier year", criterion=criterion, reason=reason, quote=response.evidence
            )


def _embedded_unwritten(reviewed: _Reviewed) -> Iterator[Finding]:
    for criterion, response, _ in reviewed.claims:
        if is_embedded_unwritten(response):
            reason = (
                "It is called embedded, which means evidenced and reviewed, and the policy does not say it. "
                "Against what was it reviewed?"
            )
            yield Finding(check="contradiction", criterion=criterion, reason=reason)


def _unsupported(reviewed: _Reviewed) -> Iterator[Finding]:
    """What is said to be in place while something that it rests on is not.

    Only what is done is held side by side: a policy may well say the whole and leave out a part.
    """
    audit, own = reviewed.audit, reviewed.own
    for criterion, _, level in reviewed.claims:
        for part in criterion.statement.rests_on:
            below = audit.response(part).practice if part in own else None
            if isinstance(below, int) and below < IN_PLACE:
                narrower = own[part]
                reason = (
                    f"It is called “{own.practice_levels[level].label}”, but it rests on {narrower.statement.reference} "
                    f"({narrower.question.topic}), which is called “{own.practice_levels[below].label}”."
                )
                yield Finding(
                    check="contradiction", criterion=criterion, reason=reason, quote=narrower.statement.statement
                )


_RULES: tuple[tuple[Callable[[_Reviewed], Iterator[Finding]], frozenset[Check]], ...] = (
    (_open, frozenset({"unanswered", "to confirm", "asked anew"})),
    (_unknown, frozenset({"unknown"})),
    (_not_applicable, frozenset({"not applicable"})),
    (_without_evidence, frozenset({"without evidence"})),
    (_weak_evidence, frozenset({"thin evidence", "copied evidence"})),
    (_of_an_earlier_year, frozenset({"evidence of an earlier year"})),
    (_embedded_unwritten, frozenset({"contradiction"})),
    (_unsupported, frozenset({"contradiction"})),
)
"""Each rule, with the checks that it makes; equal places keep this order."""
