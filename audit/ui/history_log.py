"""The log of one audit: every change of every answer, and what else happened, as a table that can be filtered and kept."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from audit.english import local, zone, zones
from audit.exports import table_csv
from audit.history import event_words
from audit.model import NO_RESPONSE, Audit, Criteria
from audit.readable import filtered, response_lines
from audit.store import Event, Past
from audit.ui.components import download, show_long_table
from audit.ui.fragments import fragment
from audit.ui.put_back import offer_put_back
from audit.ui.session import store

CONFIRMED, DIFFERS = "Confirmed from last year", "Changed from last year"
_NO_ROLE = "Not given"
_WHEN, _ZONE = "When (", "Zone"


def log(past: Iterable[Past], events: Iterable[Event], *, audit: Audit, criteria: Criteria) -> pd.DataFrame:
    """One row per change of an answer and per event, the latest first, in the local time that the first heading names.

    Where the log runs through summer and winter time, a column says which of them each row is in.

    Args:
        past: every change of every answer.
        events: what happened besides.
        audit: whose answers they are; what it began with tells what was confirmed.
        criteria: its criteria. A statement that they do not have is named by its id.
    """
    levels = criteria.practice_levels
    rows = [
        (
            one.at,
            one.role or _NO_ROLE,
            criteria[one.statement].statement.reference if one.statement in criteria else one.statement,
            _what(one, audit),
            "\n".join(response_lines(one.old, levels)),
            "\n".join(response_lines(one.new, levels)),
        )
        for one in past
    ]
    rows += [(one.at, one.role or _NO_ROLE, "", "About the audit", "", event_words(one)) for one in events]
    rows.sort(key=lambda row: row[0], reverse=True)
    moments = [row[0] for row in rows]
    when = f"{_WHEN}{zones(moments)})"
    table = pd.DataFrame(rows, columns=[when, "Role", "Reference", "What happened", "It was", "It is"])
    here = pd.Series([local(one).replace(tzinfo=None) for one in moments], dtype="datetime64[s]")
    table = table.assign(**{when: here})
    if len({zone(one) for one in moments}) > 1:
        table.insert(1, _ZONE, [zone(one) for one in moments])
    return table


def _what(one: Past, audit: Audit) -> str:
    if one.new == NO_RESPONSE:
        return "Cleared"
    if one.old != NO_RESPONSE:
        return "Changed"
    begun_with = audit.carried.get(one.statement)
    if begun_with is None:
        return "Answered"
    return CONFIRMED if one.new == begun_with.response else DIFFERS


@fragment()
def show_log(audit_id: str, audit: Audit, criteria: Criteria) -> None:
    """The log with its filters; what is in view can be downloaded."""
    past = store().history(audit_id)
    table = log(past, store().events(audit_id), audit=audit, criteria=criteria)
    st.write(
        "Every change of every answer since the audit came to this computer, the latest first. "
        "Nothing of it can be changed."
    )
    offer_put_back(audit_id, audit, criteria, past)
    first, second, third = st.columns(3)
    what = first.multiselect("What happened", sorted(table["What happened"].unique()), key="log.what")
    role = second.multiselect("Role", sorted(table["Role"].unique()), key="log.role")
    reference = third.multiselect("Statement", _references(table), key="log.reference")
    shown = filtered(table, **{"What happened": what, "Role": role, "Reference": reference})
    st.caption(f"{len(shown):,} of {len(table):,} entries.")
    when = shown.columns[0]
    moments = [f"{moment:%d\u00a0%b\u00a0%Y %H:%M:%S}" for moment in shown[when]]
    show_long_table(shown.assign(**{when: moments}), "The log of this audit", key="log")
    download(
        "What is in view, as CSV",
        lambda: table_csv(shown, signed=audit.signed.content if audit.signed else ""),
        f"log-{audit.school.urn}-{audit.year.replace('/', '-')}.csv",
    )


def _references(table: pd.DataFrame) -> list[str]:
    return [reference for reference in sorted(table["Reference"].unique()) if reference]
