"""The audits of one school that are at hand, and how its figures went over their years."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from audit import history
from audit.english import plural
from audit.exhibits.school import years_exhibit
from audit.history import before, outcome_at_hand
from audit.model import Audit
from audit.outcome import Outcome, outcome
from audit.ui.components import show_exhibit
from audit.ui.session import criteria, store


def outcome_of(audit: Audit, audit_id: str = "") -> Outcome | None:
    """The outcome of an audit by the criteria that it was answered with, else by their edition at hand; None if neither is.

    Args:
        audit: the audit.
        audit_id: its id in the store; empty if it is not stored.
    """
    own = store().criteria_of(audit_id, audit, criteria())
    return outcome(audit, own) if own.frameworks else outcome_at_hand(audit, criteria())


def audits_at_hand(audit_id: str, now: Outcome) -> dict[str, Outcome]:
    """The school's audits by name, the earliest first: those in the store, and the year that the open one began with.

    Args:
        audit_id: the open audit.
        now: its outcome.
    """
    found = [now, *_others(audit_id, now.audit.school.urn)]
    begun_with = before(now, ())
    if begun_with is not None and begun_with.audit.year not in {one.audit.year for one in found}:
        found.append(begun_with)
    return {name_of(one.audit): one for one in sorted(found, key=lambda one: one.audit.year)}


def _others(audit_id: str, urn: str) -> list[Outcome]:
    """The school's other audits, with a warning if one of them cannot be shown."""
    read = (outcome_of(audit, other) for other, audit in store().of_school(urn) if other != audit_id)
    found = [one for one in read if one is not None]
    left_out = sum(card.school.urn == urn for card in store().cards()) - len(found) - 1
    if left_out:
        st.warning(
            f"{plural(left_out, 'audit')} of the school left out: what was signed has been changed in the database, or "
            "the criteria are not here."
        )
    return found


def name_of(audit: Audit) -> str:
    """How an audit of the school is called among its others."""
    return f"{audit.year} (desk review)" if audit.basis == "desk review" else audit.year


def show_years(outcomes: Mapping[str, Outcome]) -> None:
    """The trend as chart and table."""
    results = tuple(outcomes.values())
    exhibit = years_exhibit(results)
    show_exhibit(exhibit)
    st.caption(exhibit.means)
    if note := history.comparable_in_words(history.trend(results)):
        st.write(note)
