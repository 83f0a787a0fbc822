"""An audit's outcome in a governor's words: no term that needs the product to be known."""

from __future__ import annotations

import re

import pandas as pd

from audit import theme
from audit.carrying import to_confirm
from audit.english import agree, day, listed, percent, plural
from audit.findings import coverage_range, signed_in_words
from audit.governing.view import Coverage
from audit.history import WITHOUT_COUNTERPART, trend
from audit.model import Audit, Criteria
from audit.outcome import Outcome
from audit.scoring import counting


def in_short(what: str) -> str:
    """The first sentence of what somebody typed, without its full stop; empty if nothing was."""
    return re.split(r"(?<=[.!?])\s", " ".join(what.split()), maxsplit=1)[0].rstrip(". ")


def coverage_of(result: Outcome) -> Coverage:
    """The coverage of an audit, in numbers and as a share."""
    overall = result.overall
    return Coverage(
        year=result.audit.year,
        applicable=int(overall["applicable"]),
        met=int(overall["met"]),
        can_be_met=int(overall["can_be_met"]),
        words=coverage_range(overall),
    )


def outcome_sentence(result: Outcome) -> str:
    """The outcome in one sentence that stands on its own and says whose word it is."""
    of, met, unknown = (int(result.overall[name]) for name in ("applicable", "met", "not_known"))
    if of == 0:
        return "None of the recommended statements applies to the school, so there is nothing to count."
    if result.audit.basis == "desk review":
        return f"A reading of the published policy only. {result.headline}"
    statements = plural(of, "statement")
    if unknown == of:
        any_of = f"any of the {statements}" if of > 1 else f"the {statements}"
        return f"It is not known yet whether {any_of} recommended to the school is both in its policy and done."
    if met == of:
        every = f"all {statements}" if of > 1 else f"the {statements}"
        return f"The school reports that {every} recommended to it {agree(of)} both in its policy and done."
    left = of - met - unknown
    rest = [f"{left} {agree(left)} not"] if left else []
    rest += [f"{unknown} {agree(unknown)} not known yet"] if unknown else []
    return (
        f"The school reports that {met} of the {statements} recommended to it {agree(met)} both in its policy and "
        f"done ({percent(met, of)}); {listed(rest)}."
    )


def coverage_note(result: Outcome) -> str:
    """What is counted and, while the share is a range, why."""
    sources = listed([framework.title for framework in result.criteria.frameworks])
    now = coverage_of(result)
    said = (
        f"Each statement is something that the source ({sources}) recommends to every school. It counts only if the "
        "school's own policy says it and it is done across the school. Other parts of the audit call this share K coverage."
    )
    unknown = int(result.overall["not_known"])
    if now.met == now.can_be_met:
        return f"{said} What is not known yet cannot raise the share." if unknown else said
    most = (
        f"If all that is not known turns out well, the share is {percent(now.can_be_met, now.applicable)} at the most."
    )
    unconfirmed = _unconfirmed(result, unknown)
    return f"{said} {most} {unconfirmed}" if unconfirmed else f"{said} {most}"


def _unconfirmed(result: Outcome, unknown: int) -> str:
    """How many of those not known are last year's answers that wait to be confirmed; empty if none is."""
    counted = set(counting(result.scores)["statement"])
    waiting = sum(criterion.id in counted for criterion in to_confirm(result.audit, result.criteria))
    if not waiting:
        return ""
    which = f"All {unknown}" if waiting == unknown > 1 else f"{waiting} of the {unknown}"
    answers = agree(waiting, "is last year's answer", "are last year's answers")
    return f"{which} not known {answers} that nobody has confirmed yet."


def compared(result: Outcome, before: Outcome | None) -> str:
    """This year's coverage beside the earlier one; over what both years ask too, where they ask different things."""
    if before is None:
        return "There is no earlier audit to compare it with."
    then = coverage_of(before)
    said = f"In {then.year} it was {then.met} of {then.applicable} ({then.words})."
    if result.audit.basis != before.audit.basis or result.audit.basis == "desk review":
        return said
    common = trend([before, result]).query("over == 'common'")
    if not common["no_counterpart"].any():
        return said
    if not common["recommended"].any():
        return f"{said} The two years ask none of the same statements."
    first, second = (f"{row.met} of {row.applicable}" for row in common.itertuples())
    return f"{said} The two years do not ask all the same: of the statements that both ask, it was {first} and is {second}."


def changes(changed: pd.DataFrame, year: str) -> str:
    """How many statements got better, worse, or stayed as they were, since an earlier year.

    Args:
        changed: CHANGED of the two audits.
        year: the earlier one's.
    """
    counts = changed["change"].value_counts()
    apart = int(counts[list(WITHOUT_COUNTERPART)].sum())
    if apart == len(changed):
        return f"The audit of {year} asks none of the same statements, so the two cannot be compared."
    if counts["not answered yet"] == len(changed) - apart:
        return f"Nothing has been answered yet this year, so nothing can be compared with {year}."
    said = (
        f"Since {year}, {_gaps(counts['closed'], 'has', 'have')} been closed, "
        f"{_gaps(counts['opened'])} new and {_gaps(counts['still open'])} still open."
    )
    others = (
        (counts["newly known"], "was not known then and is known now", "were not known then and are known now"),
        (counts["no longer known"], "was known then and is not known now", "were known then and are not known now"),
        (counts["not answered yet"], "has not been answered yet this year", "have not been answered yet this year"),
        (
            apart,
            "is not the same in both years and cannot be compared",
            "are not the same in both years and cannot be compared",
        ),
    )
    more = "; ".join(plural(int(number), one, many) for number, one, many in others if number)
    return f"{said} Of the other statements, {more}." if more else said


def _gaps(number: int, one: str = "is", many: str = "are") -> str:
    """So many gaps with their verb: ``no gap is``, ``1 gap is``, ``2 gaps are``."""
    return plural(number, f"gap {one}", f"gaps {many}") if number else f"no gap {one}"


def asks_note(result: Outcome, shown: int) -> str:
    """How the gaps were chosen, and how many more there are; first, if so, that nothing has been answered."""
    gaps = len(result.gaps)
    if not gaps:
        return "There is no gap to ask about."
    if gaps == 1:
        return "This is the only gap."
    first = "Those that can harm a child directly come first."
    said = f"There are {gaps} gaps. {first}"
    if shown < gaps:
        those = plural(shown, "gap that matters", "gaps that matter")
        said = f"The {those} most, of {gaps}. {first} The full report has the others."
    if result.audit.basis == "self-audit" and int(result.overall["not_known"]) == int(result.overall["applicable"]):
        return f"Nothing is known yet: ask first by when the audit will be answered. {said}"
    return said


def evidence_note(without: int, claimed: int) -> str:
    """How much of what is said to be in place has no evidence beside it."""
    if not claimed:
        return "Nothing is said to be in place yet."
    statements = plural(claimed, "statement")
    if not without:
        these = f"The {statements}" if claimed == 1 else f"Each of the {statements}"
        return f"{these} said to be in place has a note of what would show it."
    return (
        f"Of the {statements} said to be in place, {plural(without, 'has', 'have')} no evidence noted. "
        "Ask what would show it."
    )


def sign_off(audit: Audit, criteria: Criteria) -> str:
    """Who has signed the audit off and when, or that nobody has."""
    if audit.signed is not None:
        return signed_in_words(audit, criteria)
    if audit.basis == "desk review":
        return "A desk review is not signed off."
    if audit.sign_offs and (last := audit.sign_offs[-1]).reopened_on:
        return f"Not signed now: version {last.version} was opened again on {day(last.reopened_on)}."
    return "Not signed yet: the answers can still change."


def whose_word(audit: Audit) -> str:
    """That all of it is the school's own word; of a desk review, that it is a reading of a text."""
    if audit.basis == "desk review":
        text = audit.policy_read.rstrip(". ") or "not said which"
        return f"A reading of a published text, and no judgement on the school: {text}."
    return theme.SELF_REPORTED
