"""What to look at again in an audit: each remark has its place and a reason, and none blocks anything.

There is one set of rules. Two pages group the findings: *Check answers*, before an audit is marked complete, and
*Quality checks*, before it is signed. The rules for missing, thin and repeated evidence are the same for one school and
for an authority's returns.

Thin evidence shows nothing yet. A reviewer must be able to ask to see what the text names. So it has to name something
that shows the answer (a log, a form, a check) and one detail: who, where or when. Two such details without the thing
itself also count. The reason says what is missing, so that a person can act on it. ``tests/test_thin_evidence.py``
measures how well the rules work. They know only English words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

from audit.english import listed, plural
from audit.model import IN_PLACE, Audit, Criteria, Criterion, Response
from audit.school import proposals
from audit.school.questionnaire import is_answered, required
from audit.school.scoring import asked

if TYPE_CHECKING:
    from audit.school.proposals import Proposal

Check = Literal[
    "unanswered",
    "to confirm",
    "proposed",
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
    "proposed",
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
        "proposed": "Proposed from other criteria, not yet accepted",
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
"""From this many statements with the same evidence on, it counts as copied; one paper may show two or three things."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One remark.

    Attributes:
        criterion: the statement whose answer it is about; its ``page`` is the place to change it.
        reason: why a reviewer would ask, in plain words.
        quote: the typed text that it is about; empty if there is none.
    """

    check: Check
    criterion: Criterion
    reason: str
    quote: str = ""


@dataclass(frozen=True)
class _Reviewed:
    """An audit with what the rules need: the criteria that it answers, and the school's earlier audits."""

    audit: Audit
    criteria: Criteria
    earlier: tuple[Audit, ...]

    @cached_property
    def asked(self) -> list[tuple[Criterion, Response]]:
        """The statements that are asked or answered, each with its response."""
        return [(criterion, self.audit.response(criterion.id)) for criterion in asked(self.audit, self.criteria)]

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
        others: the school's audits of other years, as far as they are available.
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
    """Findings by check, in the order of the checks; a check without findings has an empty tuple."""
    grouped: dict[Check, list[Finding]] = {check: [] for check in checks}
    for finding in findings:
        grouped[finding.check].append(finding)
    return {check: tuple(of_check) for check, of_check in grouped.items()}


def _open(reviewed: _Reviewed) -> Iterator[Finding]:
    """Statements without a full answer, and what is proposed for some of them, those to optional statements included."""
    audit, criteria = reviewed.audit, reviewed.criteria
    waiting, changed = proposals.proposals(audit, criteria), proposals.to_answer_again(audit, criteria)
    for statement, proposal in waiting.items():
        check: Check = "to confirm" if proposal.origin == "last year" else "proposed"
        yield Finding(check=check, criterion=criteria[statement], reason=_why_waiting(proposal))
    for criterion in changed:
        reason = f"Its meaning has changed since {audit.carried_from}, so that year's answer does not answer it."
        yield Finding(check="asked anew", criterion=criterion, reason=reason)
    reported = waiting.keys() | {criterion.id for criterion in changed}
    for criterion in required(audit, criteria):
        response = audit.response(criterion.id)
        if criterion.id not in reported and not is_answered(response, audit):
            missing = _missing_answers(response, audit)
            yield Finding(check="unanswered", criterion=criterion, reason=f"{missing} So it counts as not known.")


def _why_waiting(proposal: Proposal) -> str:
    if proposal.origin == "last year":
        return f"The answer of {proposal.year} counts as not known until somebody confirms or changes it."
    names = listed(
        f"{answer.criterion.statement.reference} of {answer.criterion.framework.called}" for answer in proposal.others
    )
    return f"An answer is proposed from {names}. It counts as not known until somebody accepts or changes it."


def _missing_answers(response: Response, audit: Audit) -> str:
    if response.written is not None:
        return "It says what is written, but not what is done."
    if response.practice is not None and audit.basis != "desk review":
        return "It says what is done, but not what is written."
    return "It has no answer yet."


def _unknown(reviewed: _Reviewed) -> Iterator[Finding]:
    roles = reviewed.criteria.roles
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
    """High levels without evidence."""
    for criterion, response, level in reviewed.claims:
        if is_missing(response.evidence):
            label = reviewed.criteria.practice_levels[level].label
            reason = f"It is called “{label}”, and nothing is named that shows it."
            yield Finding(check="without evidence", criterion=criterion, reason=reason)


def _weak_evidence(reviewed: _Reviewed) -> Iterator[Finding]:
    """High levels with thin evidence, or with the same evidence as many others."""
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
    """Embedded statements with the evidence of an earlier year, which cannot show a review within twelve months.

    Answers carried forward stand for the audit of that year, which may no longer exist anywhere.
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
    """Statements said to be in place while a statement that they rest on is not.

    Only practice is compared: a policy may say the whole and leave out a part.
    """
    audit, criteria = reviewed.audit, reviewed.criteria
    for criterion, _, level in reviewed.claims:
        for part in criterion.statement.rests_on:
            part_level = audit.response(part).practice if part in criteria else None
            if isinstance(part_level, int) and part_level < IN_PLACE:
                narrower = criteria[part]
                reason = (
                    f"It is called “{criteria.practice_levels[level].label}”, but it rests on {narrower.statement.reference} "
                    f"({narrower.question.topic}), which is called “{criteria.practice_levels[part_level].label}”."
                )
                yield Finding(
                    check="contradiction", criterion=criterion, reason=reason, quote=narrower.statement.statement
                )


_RULES: tuple[tuple[Callable[[_Reviewed], Iterator[Finding]], frozenset[Check]], ...] = (
    (_open, frozenset({"unanswered", "to confirm", "proposed", "asked anew"})),
    (_unknown, frozenset({"unknown"})),
    (_not_applicable, frozenset({"not applicable"})),
    (_without_evidence, frozenset({"without evidence"})),
    (_weak_evidence, frozenset({"thin evidence", "copied evidence"})),
    (_of_an_earlier_year, frozenset({"evidence of an earlier year"})),
    (_embedded_unwritten, frozenset({"contradiction"})),
    (_unsupported, frozenset({"contradiction"})),
)
"""Each rule with the checks that it makes; findings of one check and statement keep this order."""

_EMPTY = re.compile(
    r"a|above|all|already|also|always|an|and|answer|are|as|at|available|been|being|can|check|checked|"
    r"complete|completed|covered|do|does|doing|done|embedded|every|everyone|everything|evidence|excellent|fine|"
    r"fully|good|have|here|in|is|it|its|know|known|knows|met|n|na|never|no|none|not|of|ok|okay|ongoing|our|"
    r"outstanding|place|please|practice|previous|question|really|refer|request|same|satisfactory|say|school|see|"
    r"seen|so|sure|tbc|that|the|there|this|throughout|tick|to|true|us|we|well|with|yes"
)
"""Words that say nothing on their own; a text of only these is empty, whatever its length."""
_TO_COME = re.compile(
    r"\b(?:will|shall|going to|plan(?:s|ned|ning)? to|planned (?:for|in)|to be|hope|intend|due (?:in|by|on|for|next)|"
    r"next review|next (?:half[- ])?(?:term|year))\b"
)
_THING = re.compile(
    r"\b(?:agenda|agreement|audit|bid|book(?!ed)|booklet|certificate|checklist|code|console|contract|cpoms|dashboard|"
    r"description|diar(?:y|ie)|display|entr(?:y|ie)|export|feedback|file|form|handbook|interview(?:ed)?|invoice|leaflet|"
    r"letter|licen[cs]e|list|log|mailbox(?:e)?|map|message|minute[sd]|myconcern|newsletter|note|notice|overview|page|pack|"
    r"photo|plan|poster|prospectus|questionnaire|quiz|receipt|record|register|registration|report|repl(?:y|ie)|returned|"
    r"risk assessment|rota|rule|sampled?|scheme|screenshot|setting|sheet|signed|sims|slide|structure|survey|table|"
    r"test(?:ed)?|ticket|tried|unit|visit|walk|work)s?\b"
    r"|\b(?:appendix|clause|duty|item|line|p|para|paragraph|part|point|section|tab|version)s?\.? ?(?:\d|[a-z]\b)"
)
"""Something that can be shown, or a place in a document, which implies the document."""
_TOPIC = re.compile(
    r"\b(?:assembl(?:y|ies)|briefing|curriculum|filter(?:ing|s)?|inset|induction|lesson|meeting|polic(?:y|ies)|"
    r"procedure|training|website)s?\b"
)
"""Something too broad to be shown on its own: it needs a part, a place or a day."""
_WHEN = re.compile(
    r"\b\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\b|(?:\b\d{1,2}(?:st|nd|rd|th)? )?\b(?:May|March|(?i:jan(?:uary)?|feb(?:ruary)?|"
    r"mar|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?))\b(?: \d{2,4}\b)?"
    r"|\b20\d\d\b|\b(?i:autumn|spring|summer|lent|michaelmas|easter|christmas|half[- ]term|"
    r"(?:mon|tues|wednes|thurs|fri)days?|(?:this|last) (?:week|month|term|year|half[- ]term))\b"
)
_DAY = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)? (?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
)
"""One day, which points to what happened on it."""
_HOW_OFTEN = re.compile(r"\b(?:daily|weekly|fortnightly|monthly|termly|(?:each|every) (?:day|week|month|term|year))\b")
_WHERE = re.compile(
    r"\b(?:cabinet|classrooms?|corridor|cupboard|drive|entrance|folders?|hall|intranet|library|noticeboard|office|"
    r"reception|server|sharepoint|staffroom|suite)\b|(?:^|\s)[\"“‘'][a-z]"
)
"""A place, or the name of a part in quotation marks."""
_WHO = re.compile(
    r"\b(?:adviser|auditor|business manager|caretaker|company|consultant|coordinator|council|data protection officer|"
    r"deputy|dpo|dsl|governors?|head(?:teacher)?|kitchen|leaders?|lead|manager|provider|senco|slt|supplier|teacher|"
    r"teaching assistants?|technician|trainer|trust)\b"
)
_NUMBER = re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty)\b")
_SMALL = re.compile(
    r"a|about|all|an|and|any|are|as|at|be|been|before|by|for|from|has|have|in|into|is|it|its|no|not|of|on|or|our|"
    r"own|so|such|than|that|the|their|them|they|this|to|use|used|uses|we|what|when|where|which|who|with"
)
_REPEATED_SHARE = 0.75
"""If at least this share of a text's words is also in the statement, the text only repeats the statement."""
EMBEDDED = 4
"""The practice level that means evidenced, and reviewed within twelve months."""


def is_missing(text: str) -> bool:
    """Whether a text is no evidence at all: it is empty, or only spaces."""
    return not text.strip()


def same_text(text: str) -> str:
    """A key that two texts share if they are the same evidence: case, spaces and a full stop at the end do not count."""
    return "".join(text.casefold().split()).rstrip(".")


def is_embedded_unwritten(response: Response) -> bool:
    """Whether a statement is called embedded, which means reviewed, although the policy does not say it."""
    return response.practice == EMBEDDED and response.written == "no"


@lru_cache(maxsize=100_000)
def is_thin(text: str) -> bool:
    """Whether a text is too thin to be evidence of any statement. Results are cached, because pages ask repeatedly.

    An authority has many texts, and few of them twice, so its code asks about as few as possible.
    """
    return _is_empty(text) or not _names_enough(_of_now(text))


def why_thin(text: str, criterion: Criterion) -> str:
    """Why a text is too thin to be evidence of a statement, as one or two sentences; empty if it is not."""
    if not is_thin(text):
        return ""
    if _is_empty(text):
        return "It says nothing that can be looked at. Name what shows it, and who has it, where or from when."
    if _names_enough(text):
        return "It says what is to come. Name what shows it now."
    if _repeats(text, criterion):
        return "It says the statement again. Name what shows that it is so."
    return _what_is_missing(text)


def _is_empty(text: str) -> bool:
    return all(_EMPTY.fullmatch(word) for word in _words(text))


def _of_now(text: str) -> str:
    """A text without its sentences about the future."""
    if not _TO_COME.search(text.casefold()):
        return text
    return "; ".join(part for part in re.split(r"[;.](?=\s|$)", text) if not _TO_COME.search(part.casefold()))


def _words(text: str) -> list[str]:
    """The words and numbers of a text in lower case."""
    return re.findall(r"[^\W_]+", text.casefold())


def _named_in(text: str) -> Mapping[str, str]:
    """What a text names, by sort (thing, topic, when …); the first of each sort."""
    folded = text.casefold()
    matches = {
        "thing": _THING.search(folded),
        "topic": _TOPIC.search(folded),
        "when": _WHEN.search(text),
        "day": _DAY.search(text),
        "where": _WHERE.search(folded),
        "who": _WHO.search(folded),
        "number": _NUMBER.search(_WHEN.sub("", text).casefold()),
        "often": _HOW_OFTEN.search(folded),
    }
    return {name: match.group() for name, match in matches.items() if match}


def _names_enough(text: str) -> bool:
    """Whether a text names a thing with one detail, or two details that can be looked up; quick tests come first."""
    folded = text.casefold()
    if _THING.search(folded):
        # a number need not be told from a date here, because a date is detail enough too
        details = (
            (_NUMBER, folded),
            (_WHO, folded),
            (_WHERE, folded),
            (_HOW_OFTEN, folded),
            (_WHEN, text),
            (_DAY, text),
        )
        return any(pattern.search(where) for pattern, where in details)
    without_dates = _WHEN.sub("", text)
    exact = (
        (without_dates != text)
        + bool(_DAY.search(text))
        + bool(_WHERE.search(folded))
        + bool(_NUMBER.search(without_dates.casefold()))
    )
    return exact > 1 or (exact == 1 and bool(_TOPIC.search(folded) or _WHO.search(folded)))


def _what_is_missing(text: str) -> str:
    parts = _named_in(text)
    named = parts.get("thing", parts.get("topic", ""))
    if named:
        return f"It names “{named}”, but not which one, who has it, where it is or from when."
    if parts:
        return f"It names “{next(iter(parts.values()))}”, but nothing that shows it, such as a log, a form or a check."
    return "It names nothing that shows it, and nobody, no place and no day. Say what to look at, and where or when."


def _repeats(text: str, criterion: Criterion) -> bool:
    stems = _stems(text)
    return bool(stems) and len(stems & _stems(criterion.statement.statement)) >= _REPEATED_SHARE * len(stems)


def _stems(text: str) -> set[str]:
    """The beginnings of the meaningful words, which are the same for all forms of a word: review, reviews, reviewed."""
    return {word[:5] for word in _words(text) if not _SMALL.fullmatch(word)}
