"""The history of a school's audits: its years, the log of one audit, its signed versions, and checks of signed files.

- Years: the audits of the school that can be shown, and the trend of their figures.
- Log: every change of every answer and every other event, as a table to filter and download. An earlier answer can be
  put back from it.
- Signed versions: each with its workbook and report as they were signed.
- Files: a workbook or a governors' pack is compared with what was signed; the governors' pack is downloaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from audit import theme
from audit.english import day, local, moment, plural, zone, zones
from audit.exhibits.governors import moved_exhibit, years_exhibit
from audit.exhibits.school import filtered, response_lines
from audit.exports import table_csv
from audit.model import NO_RESPONSE, Audit, Criteria, Event, SignOff
from audit.reports.html import gap_report
from audit.reports.pack import governors_pack
from audit.reports.pack_inputs import Meeting, PackInputs
from audit.school import history_words, transition
from audit.school.history_words import event_words
from audit.school.merge import Conflict
from audit.school.outcome import Outcome, outcomes, signed_by
from audit.school.signing import (
    NotIntact,
    Signed,
    Verdict,
    copy_verdict,
    open_when_signed,
    verdict_in_words,
)
from audit.school.transition import before, of_framework, outcomes_by_edition
from audit.ui.components import (
    MOST_MEGABYTES,
    REFUSALS,
    date_field,
    download,
    fragment,
    markdown_text,
    refusal,
    show_exhibit,
    show_long_table,
    show_problems,
)
from audit.ui.session import loaded_criteria, session, store
from audit.verify import verify
from audit.workbook.write import write

if TYPE_CHECKING:
    from audit.authority.feedback.benchmark import Benchmark
    from audit.school.moves import Compared, Move
    from audit.store.audits import Past

CONFIRMED, DIFFERS = "Confirmed from last year", "Changed from last year"
_NO_ROLE = "Not given"
_WHEN, _ZONE = "When (", "Zone"
_PUT_BACK_RESULT = "put-back.said"
_PUT_BACK_CHOICE = "put-back.which"


def outcomes_of(audit: Audit, audit_id: str = "") -> tuple[Outcome, ...]:
    """The outcomes of an audit by the criteria that it answered, else by the loaded editions; none if it has neither.

    Args:
        audit: the audit.
        audit_id: its id in the store; empty if it is not stored.
    """
    criteria = store().criteria_of(audit_id, audit, loaded_criteria())
    return outcomes(audit, criteria) if criteria.frameworks else outcomes_by_edition(audit, loaded_criteria())


def other_outcomes(audit_id: str, urn: str) -> tuple[Outcome, ...]:
    """The outcomes of the school's other audits; shows a warning if some audits cannot be shown.

    Args:
        audit_id: id of the open audit.
        urn: the school's.
    """
    results = [outcomes_of(audit, other) for other, audit in store().of_school(urn) if other != audit_id]
    shown = [result for result in results if result]
    left_out = sum(card.school.urn == urn for card in store().cards()) - len(shown) - 1
    if left_out:
        st.warning(
            f"{plural(left_out, 'audit')} of the school left out: what was signed has been changed in the database, or "
            "the criteria are not here."
        )
    return tuple(result for of_audit in shown for result in of_audit)


def years_of(now: Outcome, others: Iterable[Outcome]) -> dict[str, Outcome]:
    """The school's outcomes for one framework by name of the audit, the earliest first.

    Last year's, from which the open audit began, is among them even if it is not stored.

    Args:
        now: the outcome of the open audit for the framework.
        others: those of the school's other audits, for any framework.
    """
    results = [now, *of_framework(others, now.framework.id)]
    begun_with = before(now, ())
    if begun_with is not None and begun_with.audit.year not in {result.audit.year for result in results}:
        results.append(begun_with)
    return {audit_name(result.audit): result for result in sorted(results, key=lambda result: result.audit.year)}


def audit_name(audit: Audit) -> str:
    """The name of an audit among the audits of its school."""
    return f"{audit.year} (desk review)" if audit.basis == "desk review" else audit.year


def audits_besides(audit: Audit, others: Iterable[Outcome]) -> dict[str, tuple[Outcome, ...]]:
    """The outcomes of the school's other audits for all frameworks by name of the audit, the earliest first.

    Last year's, from which the open audit began, is among them even if it is not stored.

    Args:
        audit: the open audit.
        others: the outcomes of the school's other audits.
    """
    by_name: dict[str, tuple[Outcome, ...]] = {}
    for result in others:
        name = audit_name(result.audit)
        by_name[name] = (*by_name.get(name, ()), result)
    if audit.carried_from and audit.carried_from not in by_name:
        by_name[audit.carried_from] = transition.carried_outcomes(audit, loaded_criteria())
    found = {name: results for name, results in by_name.items() if results}
    return dict(sorted(found.items(), key=lambda named: named[1][0].audit.year))


def show_move(move: Move) -> None:
    """Shows where the statements of one edition went in another one: in words, then statement by statement."""
    exhibit = moved_exhibit(move)
    st.markdown(f"**{markdown_text(exhibit.finding)}.**")
    st.markdown(markdown_text(exhibit.means).replace("\n", "\n\n"))
    show_exhibit(exhibit)


def show_years(years: Mapping[str, Outcome], into: Sequence[Move] = ()) -> None:
    """Shows the trend of one framework as a chart and a table.

    Args:
        years: the outcomes for the framework by name of the audit.
        into: the moves from the audit before the first of them, which answers other frameworks.
    """
    results = tuple(years.values())
    exhibit = years_exhibit(results, into)
    show_exhibit(exhibit)
    st.caption(exhibit.means)
    if broken := history_words.break_in_words(into):
        st.write(markdown_text(broken))
    if note := history_words.comparable_in_words(transition.trend(results)):
        st.write(markdown_text(note))


@fragment()
def show_log(audit_id: str, audit: Audit, criteria: Criteria) -> None:
    """Shows the log with its filters, and the download of the rows in view."""
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


def log(past: Iterable[Past], events: Iterable[Event], *, audit: Audit, criteria: Criteria) -> pd.DataFrame:
    """One row for each change of an answer and each event, the latest first.

    Times are local; the first heading names the zone. If the log has both summer and winter time, a column gives the
    zone of each row.

    Args:
        past: every change of every answer.
        events: the other events of the audit.
        audit: the audit. Its carried answers show whether an answer was confirmed or changed from last year.
        criteria: its criteria. A statement that is not among them is named by its id.
    """
    levels = criteria.practice_levels
    rows = [
        (
            change.at,
            change.role or _NO_ROLE,
            criteria[change.statement].statement.reference if change.statement in criteria else change.statement,
            _kind_of_change(change, audit),
            "\n".join(response_lines(change.old, levels)),
            "\n".join(response_lines(change.new, levels)),
        )
        for change in past
    ]
    rows += [(event.at, event.role or _NO_ROLE, "", "About the audit", "", event_words(event)) for event in events]
    rows.sort(key=lambda row: row[0], reverse=True)
    moments = [row[0] for row in rows]
    when = f"{_WHEN}{zones(moments)})"
    table = pd.DataFrame(rows, columns=[when, "Role", "Reference", "What happened", "It was", "It is"])
    local_times = pd.Series([local(at).replace(tzinfo=None) for at in moments], dtype="datetime64[s]")
    table = table.assign(**{when: local_times})
    if len({zone(at) for at in moments}) > 1:
        table.insert(1, _ZONE, [zone(at) for at in moments])
    return table


def _kind_of_change(change: Past, audit: Audit) -> str:
    if change.new == NO_RESPONSE:
        return "Cleared"
    if change.old != NO_RESPONSE:
        return "Changed"
    begun_with = audit.carried.get(change.statement)
    if begun_with is None:
        return "Answered"
    return CONFIRMED if change.new == begun_with.response else DIFFERS


def offer_put_back(audit_id: str, audit: Audit, criteria: Criteria, past: Sequence[Past]) -> None:
    """Shows the earlier answers, the latest first, to put one back; each with when and by whom it was replaced."""
    went_well, message = st.session_state.pop(_PUT_BACK_RESULT, (True, ""))
    if message:
        (st.success if went_well else st.error)(message)
    earlier = [change for change in reversed(past) if change.old != NO_RESPONSE and change.statement in criteria]
    if audit.signed is not None or not earlier:
        return
    with st.expander("Put an earlier answer back", icon=":material/undo:"):
        chosen = st.selectbox(
            "Which answer, by the change that replaced it",
            range(len(earlier)),
            format_func=lambda number: _label(earlier[number], criteria),
            key=_PUT_BACK_CHOICE,
        )
        change = earlier[chosen]
        st.markdown(markdown_text(criteria[change.statement].statement.statement))
        st.text("\n".join(response_lines(change.old, criteria.practice_levels)))
        st.button("Put this answer back", key="put-back", on_click=_put_back, args=(audit_id, change, audit, criteria))


def _label(change: Past, criteria: Criteria) -> str:
    return f"{criteria[change.statement].statement.reference}, changed {moment(change.at)}{f' by {change.role}' if change.role else ''}"


def _put_back(audit_id: str, change: Past, seen: Audit, criteria: Criteria) -> None:
    """Stores the earlier answer instead of the one that the page showed."""
    criterion = criteria[change.statement]
    try:
        result = store().save(
            audit_id,
            change.statement,
            base=seen.response(change.statement),
            mine=change.old,
            of_revision=criterion.statement.revision,
            role=session().role,
        )
    except REFUSALS as error:
        st.session_state[_PUT_BACK_RESULT] = (False, refusal(error, "Not put back"))
    else:
        reference = criterion.statement.reference
        if isinstance(result, Conflict):
            message = f"Not put back: the answer to {reference} was changed meanwhile. Look at the log once more."
            st.session_state[_PUT_BACK_RESULT] = (False, message)
        else:
            st.session_state[_PUT_BACK_RESULT] = (True, f"The earlier answer to {reference} is back. The log says so.")


def show_signed(audit_id: str, audit: Audit) -> None:
    """Shows every signed version, the latest first."""
    st.write(
        "A signed version stays as it was signed, with the criteria of that day, whatever becomes of either afterwards."
    )
    if not audit.sign_offs:
        st.info("This audit has not been signed yet.")
    for sign_off in reversed(audit.sign_offs):
        with st.container(border=True):
            _show_version(audit_id, sign_off)


def _show_version(audit_id: str, sign_off: SignOff) -> None:
    st.markdown(f"**Version {sign_off.version}**{'' if sign_off.reopened_on else ', in force'}")
    for signature in sign_off.signatures:
        statement = f": {signature.statement}" if signature.statement else ""
        st.text(f"Signed by the {signature.role} on {day(signature.on)}{statement}")
    if sign_off.reopened_on:
        because = f": {sign_off.reopened_because}" if sign_off.reopened_because else ""
        st.text(f"Opened again on {day(sign_off.reopened_on)}{because}")
    st.caption(f"SHA-256 of its content: {sign_off.content}")
    try:
        signed = store().sign_offs.version(audit_id, sign_off.version)
    except NotIntact as error:
        st.warning(f"What is kept of this version is not what was signed. {markdown_text(str(error))}")
        return
    if signed is None:
        st.caption("Its content is not kept on this computer. The workbook that was signed holds it.")
    else:
        _offer_version(signed, sign_off.version)


def _offer_version(signed: Signed, version: int) -> None:
    """Shows the downloads of one version. A file is made when its button is pressed."""
    school, year = signed.audit.school, signed.audit.year.replace("/", "-")
    left, right = st.columns(2)
    with left:
        download(
            f"Workbook of version {version}",
            lambda: write(signed.audit, signed.criteria),
            f"audit-{school.urn}-{year}-version-{version}.xlsx",
            wide=True,
        )
    with right:
        download(
            f"Report of version {version}",
            lambda: gap_report(*outcomes(signed.audit, signed.criteria)).encode(),
            f"gap-report-{school.urn}-{year}-version-{version}.html",
            wide=True,
        )


def offer_verifying() -> None:
    """Shows where a file is chosen, and whether it is what was signed."""
    st.write(
        "Choose a signed workbook or a governors' pack, from this computer or another. You are told whether it is what "
        "was signed and, if not, what differs. Nothing of it is stored."
    )
    file = st.file_uploader(
        "Workbook (.xlsx) or pack (.pdf)", type=["xlsx", "pdf"], key="verify.file", max_upload_size=MOST_MEGABYTES
    )
    if file is not None:
        with st.spinner("Comparing every cell with what was signed"):
            verdict = verify(file.getvalue(), file.name, loaded_criteria())
        _show_verdict(verdict)


def _show_verdict(verdict: Verdict) -> None:
    shown = {"as signed": st.success, "differs": st.error}.get(verdict.standing, st.warning)
    shown(markdown_text(verdict_in_words(verdict)))
    if verdict.audit is not None:
        school = verdict.audit.school
        st.text(f"{school.name} (URN {school.urn}), {verdict.audit.year}")
    if verdict.sign_off is not None and verdict.standing != "not signed":
        st.text(signed_by(verdict.sign_off))
        if signed_open := open_when_signed(verdict):
            st.text(signed_open)
        st.text(f"SHA-256 of what was signed: {verdict.sign_off.content}")
    for note in (*verdict.notes, _in_the_store(verdict)):
        if note:
            st.text(note)
    if verdict.differences:
        rows = [
            (difference.where, difference.signed or "(nothing)", difference.found or "(nothing)")
            for difference in verdict.differences
        ]
        table = pd.DataFrame(rows, columns=["Where", "As it was signed", "In this file"])
        show_long_table(table, "What differs from what was signed", key="verify.differences")
    show_problems(verdict.problems, "What stands in the way")


def _in_the_store(verdict: Verdict) -> str:
    """How the file's sign-off compares with the audit on this computer; empty if the audit is not on it."""
    if verdict.audit is None or verdict.sign_off is None:
        return ""
    audits = store().of_school(verdict.audit.school.urn)
    stored = next((audit for _, audit in audits if audit.year == verdict.audit.year), None)
    return "" if stored is None else copy_verdict(verdict.sign_off, stored)


def offer_pack(parts: tuple[Compared, ...], *, benchmark: Benchmark | None = None) -> None:
    """Shows the day and the presenter of the meeting, both optional, and the download of the pack as a PDF.

    Args:
        parts: the outcome of the audit for each framework, with last year's, from `audit.school.moves.compare_each`;
            a signed audit is counted by the criteria that it was signed with.
        benchmark: the authority's benchmark, if one is loaded.
    """
    audit = parts[0].now.audit
    is_draft = audit.signed is None and audit.basis == "self-audit"
    key = f"pack-{audit.school.urn}-{audit.year}"
    left, right = st.columns(2)
    with left:
        on = date_field("Day of the meeting", key=f"{key}-on")
    presenter = right.text_input(
        "Who presents it (role)", max_chars=100, help=theme.NO_PUPIL_DATA, key=f"{key}-presenter"
    )
    inputs = PackInputs(
        parts=parts,
        today=dt.date.today(),
        meeting=Meeting(on=on, presenter=presenter.strip()),
        benchmark=benchmark,
    )
    download(
        "Draft of the pack (PDF)" if is_draft else "Pack for the meeting (PDF)",
        lambda: governors_pack(inputs),
        f"governors-pack-{audit.school.urn}-{audit.year.replace('/', '-')}.pdf",
        key=key,
    )
    about = "It carries what was signed, so that it can be verified." if audit.signed else ""
    draft = "It is a draft until the audit has been signed." if is_draft else ""
    pages = "Two to four pages" if len(parts) == 1 else "A few pages, with a part for each framework"
    st.caption(f"{pages}, ready to print. {about}{draft}")
