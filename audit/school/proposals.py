"""Answers that something else suggests: last year's audit, or an answer to another edition of the criteria.

A proposal is kept apart from the responses: until a person accepts or changes it, the statement counts as not answered,
everywhere and without a special rule.

- Last year: a new audit begins with the answers of an earlier one (`Audit.carried`). An answer to the same statement in
  the same meaning can be accepted as it stands.
- Another edition: an answer of last year, or of this audit, to a statement that a crosswalk pairs with this one. What may
  be proposed depends on the relation (`suggested`), and no proposal goes from one pair on to another.
- Asked once: where an audit answers two editions, a pair that is ``equal`` is asked in the newer wording, and the answer
  is stored for both (`asked_once`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from audit.english import agree, listed, plural
from audit.model import (
    IN_PLACE,
    NO_RESPONSE,
    Audit,
    AuditHead,
    Carried,
    Criteria,
    Criterion,
    FrameworkRef,
    Link,
    Relation,
    Response,
)

Origin = Literal["last year", "another edition"]
ASKS: Mapping[Relation, str] = {
    "equal": "asks the same",
    "superset": "asks more",
    "subset": "asks less",
    "intersects": "has a part in common",
}
"""What a statement of another edition asks, by how it stands to this one."""


@dataclass(frozen=True, kw_only=True)
class OtherAnswer:
    """An answer to a statement of another edition that a reviewed pair relates to this one.

    Attributes:
        criterion: the statement that was answered.
        response: what was answered.
        year: the academic year of that answer.
        link: the pair, as seen from the statement of this audit.
    """

    criterion: Criterion
    response: Response
    year: str
    link: Link


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """An answer, or a part of one, that waits for a person.

    Attributes:
        origin: what suggests it.
        response: what is proposed; a part that nothing can be said about is not answered in it.
        year: the academic year of the answer that it rests on.
        others: the answers to another edition that it rests on; none if it is last year's own answer.
    """

    origin: Origin
    response: Response
    year: str
    others: tuple[OtherAnswer, ...] = ()


def with_frameworks(audit: Audit, added: Iterable[FrameworkRef], criteria: Criteria) -> Audit:
    """An audit under way that answers further frameworks too.

    What it has answered in a newer edition is stored for the equal statements of an older one that is added.

    Args:
        audit: the audit; its own frameworks stay, and come first.
        added: the editions to add.
        criteria: the criteria that hold all of them.
    """
    wider = replace(audit, frameworks=tuple(dict.fromkeys((*audit.frameworks, *added))))
    responses, revisions = dict(audit.responses), dict(audit.revisions)
    for statement, newer in equal_pairs(wider, criteria).items():
        response = next((r for other in newer if (r := audit.response(other)) != NO_RESPONSE), NO_RESPONSE)
        if audit.response(statement) == NO_RESPONSE and response != NO_RESPONSE:
            responses[statement] = response
            if (revision := criteria[statement].statement.revision) != 1:
                revisions[statement] = revision
    return replace(wider, responses=responses, revisions=revisions)


def is_same(audit: Audit, criterion: Criterion) -> bool:
    """Whether last year answered the current revision of the statement, so that the answer can be confirmed."""
    carried = audit.carried.get(criterion.id)
    return carried is not None and carried.revision == criterion.statement.revision


def asked_once(audit: Audit, criteria: Criteria) -> Mapping[str, str]:
    """Statements that are not asked by themselves, and for each the equal one of a newer edition that is asked instead.

    Both are asked by the audit, and their pair is sure. Where both were answered, and differently, each stands by itself:
    no answer is given up unseen. A statement never waits for one that is itself asked in another wording. A signed audit
    asks nothing more: what was signed says nothing of crosswalks, and is counted alike wherever it is read.

    Returns:
        The id of the newer statement by the id of the older one. An answer to the newer is stored for both.
    """
    once: dict[str, str] = {}
    if audit.signed is not None:
        return once
    for statement, newer in equal_pairs(audit, criteria).items():
        fits = [other for other in newer if audit.response(other) in (NO_RESPONSE, audit.response(statement))]
        if fits:
            once[statement] = fits[0]
    return once


def equal_pairs(audit: AuditHead, criteria: Criteria) -> Mapping[str, tuple[str, ...]]:
    """By older statement that an audit asks, the equal ones of newer editions that it asks by themselves.

    What was answered makes no difference here; see `asked_once`.
    """
    asked = [criterion.id for criterion in criteria.of(audit.frameworks) if audit.asks(criterion)]
    within = set(asked)
    newer = {
        statement: others
        for statement in asked
        if (
            others := tuple(
                link.other
                for link in criteria.links(statement)
                if not link.is_newer and link.relation == "equal" and link.pair.is_sure and link.other in within
            )
        )
    }
    alone = {statement: tuple(other for other in others if other not in newer) for statement, others in newer.items()}
    return {statement: others for statement, others in alone.items() if others}


def also_stored(audit: Audit, criteria: Criteria, statement: str) -> Mapping[str, int]:
    """The older statements for which an answer to this one is stored too, each with its revision."""
    return {
        older: criteria[older].statement.revision
        for older, newer in asked_once(audit, criteria).items()
        if newer == statement
    }


def suggested(relation: Relation, response: Response) -> Response:
    """What an answer to a statement lets one propose for another, ``written`` and ``practice`` apart.

    The rule is that of the fact sheet of the crosswalks. The same demand: the whole answer. If what was answered asks more, only
    a yes says something about what asks less: written yes, or practice 3 or 4. If it asks less, only a no does: written
    no or partly, or practice 0 to 2. A common part says nothing, and neither does *unknown*.

    Args:
        relation: how the demand that was answered stands to the other one.
        response: the answer.
    """
    if relation == "equal":
        return response
    is_yes = {"superset": True, "subset": False}.get(relation)
    if is_yes is None:
        return NO_RESPONSE
    written = response.written if response.written in (("yes",) if is_yes else ("no", "partly")) else None
    known = isinstance(response.practice, int) and (response.practice >= IN_PLACE) == is_yes
    return Response(written=written, practice=response.practice if known else None)


def other_answers(audit: Audit, criteria: Criteria, statement: str) -> tuple[OtherAnswer, ...]:
    """The answers to other editions that sure pairs relate to a statement: of this audit, else of last year.

    An answer that was only stored along with an equal one is left out, since it rests on a pair already.
    """
    return _other_answers(audit, criteria, statement, asked_once(audit, criteria))


def _other_answers(
    audit: Audit, criteria: Criteria, statement: str, once: Mapping[str, str]
) -> tuple[OtherAnswer, ...]:
    found = []
    for link in criteria.links(statement):
        other, newer = criteria.counterpart(link), once.get(link.other, statement)
        if other is None or not link.pair.is_sure:
            continue
        response, year = audit.response(link.other), audit.year
        revision = audit.revisions.get(link.other, 1)
        if newer != statement and audit.response(newer) != NO_RESPONSE:
            continue
        if response == NO_RESPONSE and (carried := audit.carried.get(link.other)):
            if _came_along(audit, criteria, link.other, statement):
                continue
            response, year, revision = carried.response, audit.carried_from, carried.revision
        if response != NO_RESPONSE and revision == other.statement.revision:
            found.append(OtherAnswer(criterion=other, response=response, year=year, link=link))
    return tuple(found)


def _came_along(audit: Audit, criteria: Criteria, older: str, statement: str) -> bool:
    """Whether last year's answer to an older statement may only have been stored along with an equal newer one."""
    return any(
        not link.is_newer
        and link.relation == "equal"
        and link.pair.is_sure
        and link.other != statement
        and audit.carried.get(link.other, Carried(response=NO_RESPONSE)).response == audit.carried[older].response
        for link in criteria.links(older)
    )


def proposal(audit: Audit, criteria: Criteria, criterion: Criterion) -> Proposal | None:
    """What is proposed for a statement that has no response; None if nothing is, or if it is not asked by itself."""
    if audit.response(criterion.id) != NO_RESPONSE or audit.leaves_out(criterion.statement):
        return None
    once = asked_once(audit, criteria)
    return None if criterion.id in once else _proposal(audit, criteria, criterion, once)


def _proposal(audit: Audit, criteria: Criteria, criterion: Criterion, once: Mapping[str, str]) -> Proposal | None:
    if is_same(audit, criterion):
        response = audit.carried[criterion.id].response
        return Proposal(origin="last year", response=response, year=audit.carried_from)
    return from_other_editions(audit, criteria, criterion, once) if audit.is_for(criterion.statement) else None


def from_other_editions(
    audit: Audit, criteria: Criteria, criterion: Criterion, once: Mapping[str, str]
) -> Proposal | None:
    """What the answers to other editions propose for a statement, whether or not it is asked; None if they say nothing.

    Args:
        audit: the audit with those answers.
        criteria: the criteria that hold all of them.
        criterion: the statement.
        once: what `asked_once` says of the audit.
    """
    answers = _other_answers(audit, criteria, criterion.id, once)
    response = _agreed([(answer.link.relation, answer.response) for answer in answers])
    if audit.basis == "desk review":
        response = replace(response, practice=None)
    if not response.has_answer:
        return None
    others = tuple(a for a in answers if _backs(suggested(a.link.relation, a.response), response))
    year = max(answer.year for answer in others)
    return Proposal(origin="another edition", response=response, year=year, others=others)


def _backs(offered: Response, proposed: Response) -> bool:
    """Whether what one answer offers is, at least in part, what is proposed in the end."""
    return any(
        getattr(proposed, name) not in (None, "") and getattr(offered, name) == getattr(proposed, name)
        for name in ("written", "practice", "not_applicable")
    )


def _agreed(answers: Iterable[tuple[Relation, Response]]) -> Response:
    """What several answers propose together; a part about which they disagree is not proposed."""
    offered = [(relation, suggested(relation, response)) for relation, response in answers]
    whole = [response for relation, response in offered if relation == "equal" and response.has_answer]
    if len({(r.written, r.practice, r.not_applicable) for r in whole}) == 1:
        return whole[0]
    written = {response.written for _, response in offered} - {None}
    practice = {response.practice for _, response in offered} - {None}
    return Response(
        written=written.pop() if len(written) == 1 else None, practice=practice.pop() if len(practice) == 1 else None
    )


def proposals(audit: Audit, criteria: Criteria) -> Mapping[str, Proposal]:
    """Everything that waits for a person to accept or change it, by statement, in source order.

    What another edition suggests for an optional statement that the scope does not ask waits for nobody; whoever opens the
    statement sees it all the same (`proposal`).
    """
    once = asked_once(audit, criteria)
    waiting = [
        (c, _proposal(audit, criteria, c, once))
        for c in criteria.of(audit.frameworks)
        if c.id not in once and audit.response(c.id) == NO_RESPONSE and not audit.leaves_out(c.statement)
    ]
    return {c.id: found for c, found in waiting if found and (found.origin == "last year" or audit.asks(c))}


def to_confirm(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """Statements for which an answer is proposed that is still to be accepted or changed, in source order."""
    return tuple(criteria[statement] for statement in proposals(audit, criteria))


def to_answer_again(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """Statements that are asked again: their meaning changed since last year's answer, and they have no answer yet."""
    once = asked_once(audit, criteria)
    return tuple(
        c
        for c in criteria.of(audit.frameworks)
        if c.id in audit.carried
        and c.id not in once
        and audit.response(c.id) == NO_RESPONSE
        and not audit.leaves_out(c.statement)
        and not is_same(audit, c)
    )


def confirmed(audit: Audit, criterion: Criterion) -> Response:
    """The response that confirming last year's answer stores, with its evidence and comment.

    Raises:
        ValueError: there is no such answer, or the meaning of the statement has changed since.
    """
    if not is_same(audit, criterion):
        raise ValueError(f"{criterion.id} has no answer that can be confirmed")
    return audit.carried[criterion.id].response


def proposed_in_words(waiting: Iterable[Proposal]) -> tuple[str, ...]:
    """One sentence on what answers to other editions propose; none if they propose nothing."""
    found = [proposal for proposal in waiting if proposal.origin != "last year"]
    if not found:
        return ()
    names = listed(dict.fromkeys(answer.criterion.framework.called for one in found for answer in one.others))
    in_part = sum(
        not (p.response.not_applicable or (p.response.written and p.response.practice is not None)) for p in found
    )
    part = f", {in_part} of them in part" if in_part else ""
    return (
        f"{plural(len(found), 'statement has', 'statements have')} an answer proposed from answers to {names}{part}. "
        "Nothing that is proposed counts until somebody accepts it.",
    )


def once_in_words(audit: Audit, criteria: Criteria) -> tuple[str, ...]:
    """One sentence on the statements that are asked once for two editions; none if there are none."""
    once = asked_once(audit, criteria)
    if not once:
        return ()
    newer = listed(dict.fromkeys(criteria[other].framework.called for other in once.values()))
    asks = plural(len(once), "statement asks", "statements ask")
    return (
        f"{asks} the same in two sets of criteria. {agree(len(once), 'It', 'Each')} is asked once, in the wording of {newer}, and the answer "
        "counts in both.",
    )


def named_with_framework(criterion: Criterion) -> str:
    """The reference of a statement and the name of its framework: ``2.3.2 K1 of the Kent template``."""
    return f"{criterion.statement.reference} of {criterion.framework.called}"


def what_it_asks(answer: OtherAnswer) -> str:
    """How the statement of another edition stands to this one: ``asks more``."""
    return ASKS[answer.link.relation]
