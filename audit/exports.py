"""Files for other programs: tables as CSV, scores as CSV and Parquet, and an action plan as a calendar.

CSV: text is never a formula, so a spreadsheet can open the file safely.

Calendar (iCalendar, RFC 5545): each action is an all-day event with a reminder a week before, because Outlook and Google
import events and leave out to-dos. A later file updates the events of an earlier one: an event keeps its UID and gets a
higher SEQUENCE and LAST-MODIFIED, without which Outlook adds a second event. An action that is done, dropped, removed or
without a date now becomes a cancelled event without a reminder, because leaving an event out of a file removes it from
no calendar.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from icalendar import STATUS, TRANSP, Alarm, Calendar, Event, vText

from audit import theme
from audit.authority.returns import Returns, unpack_return
from audit.school import plan, what_if
from audit.school.scoring import scores
from audit.text import tidy

if TYPE_CHECKING:
    from audit.model import Action, Audit, Criteria
    from audit.model import Event as Happened

_BATCH = 250
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def table_csv(table: pd.DataFrame, *, signed: str = "") -> bytes:
    """A table as CSV (RFC 4180): blank for ``<NA>``, text never a formula.

    It begins with a byte order mark, by which Excel recognises UTF-8, and its lines end in CR LF.

    A text that a spreadsheet would read as a formula gets a leading apostrophe (OWASP, CSV injection).

    Args:
        table: any table.
        signed: the SHA-256 of the signed audit that the table is about, for a last column; empty if not signed.
    """
    table = table.assign(signed_content_sha256=signed) if signed else table
    texts = table.select_dtypes(include=["str", "object", "category"]).columns
    shown = table.assign(**{name: table[name].map(_harmless, na_action="ignore") for name in texts})
    text: str = shown.to_csv(index=False, lineterminator="\r\n", float_format="%.2f")
    return text.encode("utf-8-sig")


def _harmless(value: object) -> object:
    value = tidy(value) if isinstance(value, str) else value  # a bare carriage return would start a new row
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _batches(returns: Returns, at_once: int) -> Iterator[pd.DataFrame]:
    """SCORES of the returns, in batches; one empty table if there are no returns."""
    for first in range(0, max(len(returns.items), 1), at_once):
        audits = [unpack_return(item, returns.criteria) for item in returns.items[first : first + at_once]]
        yield scores(audits, returns.criteria)


def write_scores_csv(returns: Returns, out: BinaryIO, *, at_once: int = _BATCH) -> None:
    """Writes SCORES of the returns as CSV; text is never a formula.

    Args:
        returns: the returns that count.
        out: what it is written to.
        at_once: how many returns are scored at a time, which bounds the memory.
    """
    for number, batch in enumerate(_batches(returns, at_once)):
        headings, _, rows = table_csv(batch).partition(b"\r\n")
        out.write(rows if number else headings + b"\r\n" + rows)


def write_scores_parquet(returns: Returns, out: BinaryIO, *, at_once: int = _BATCH) -> None:
    """Writes SCORES of the returns as Parquet: text unchanged, categories as dictionaries.

    Args:
        returns: the returns that count.
        out: what it is written to.
        at_once: how many returns are scored at a time, which bounds the memory.
    """
    batches = (pa.Table.from_pandas(batch, preserve_index=False) for batch in _batches(returns, at_once))
    first = next(batches)
    with pq.ParquetWriter(out, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        for batch in batches:
            writer.write_table(batch)


def scores_csv(returns: Returns) -> bytes:
    """SCORES of the returns as the bytes of a CSV file."""
    out = io.BytesIO()
    write_scores_csv(returns, out)
    return out.getvalue()


def scores_parquet(returns: Returns) -> bytes:
    """SCORES of the returns as the bytes of a Parquet file."""
    out = io.BytesIO()
    write_scores_parquet(returns, out)
    return out.getvalue()


_PRODUCT = "-//Online safety self-audit//Action plan//EN"
_BEFORE = dt.timedelta(days=7)
_COUNTED_FROM = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
"""SEQUENCE counts seconds from here: it rises from file to file on any computer, and fits 31 bits until 2088."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
"""Characters that a calendar text cannot hold (RFC 5545, 3.1), and those that some readers take for the end of a line."""


def plan_calendar(
    audit: Audit, criteria: Criteria, *, made_at: dt.datetime, events: Sequence[Happened] = ()
) -> bytes | None:
    """The actions that have or had a date, as the bytes of an ``.ics`` file; None if there are none.

    Args:
        audit: the audit whose plan it is.
        criteria: the criteria that it answers.
        made_at: when the file is made (with its zone); it tells calendars which of two files is newer.
        events: what happened to the audit, oldest first. They show which entries of earlier files to cancel; an audit
            that was read from a workbook has none.
    """
    planned = {key: a for key, a in plan.keyed(audit.actions).items() if a.due is not None}
    cancelled = what_if.withdrawn(audit, events)
    if not planned and not cancelled:
        return None
    calendar = Calendar.new(
        uid=f"online-safety-plan-{audit.school.urn}",
        prodid=_PRODUCT,
        method="PUBLISH",
        language="en-GB",
        name=_line(f"Online safety actions, {audit.school.name}"),
        description=_line(_origin(audit)),
    )
    for name in ("NAME", "X-WR-CALNAME", "X-WR-CALDESC"):
        calendar[name] = vText(str(calendar[name]))  # the library does not escape commas in these
    for key, action in planned.items():
        calendar.add_component(_event(_uid(audit.school.urn, key), action, audit, criteria, made_at))
    for entry in cancelled:
        event = _event(_uid(entry.urn, entry.key), entry.action, audit, criteria, made_at, holds=False)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _uid(urn: str, key: str) -> str:
    return f"online-safety-action-{urn}-{_without_controls(key)}"


def _event(
    uid: str, action: Action, audit: Audit, criteria: Criteria, made_at: dt.datetime, *, holds: bool = True
) -> Event:
    """An action as an event: cancelled if the action is not open, or if ``holds`` is False (the plan has no date for it now)."""
    holds = holds and plan.is_open_action(action)
    summary = _without_controls(f"Online safety: {plan.short(action, criteria)}")
    event = Event.new(
        uid=uid,
        stamp=made_at,
        start=action.due,
        summary=summary,
        description=_without_controls(_description(action, audit, criteria)),
        transparency=TRANSP.TRANSPARENT,  # a deadline does not fill the day
        last_modified=made_at,
        sequence=int((made_at - _COUNTED_FROM).total_seconds()),
        status=STATUS.CONFIRMED if holds else STATUS.CANCELLED,
    )
    if not holds:
        return event
    alarm = Alarm.new(description=summary)
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -_BEFORE)
    event.add_component(alarm)
    return event


def _description(action: Action, audit: Audit, criteria: Criteria) -> str:
    """Everything that the plan says about an action, and whose plan it is; empty paragraphs are left out."""
    statement = criteria[action.statement].statement if action.statement in criteria else None
    return "\n\n".join(
        filter(
            None,
            (
                action.what,
                plan.about_action(action, criteria) + ".",
                f"{statement.reference}: {statement.statement}" if statement else "",
                action.note,
                _origin(audit),
            ),
        )
    )


def _origin(audit: Audit) -> str:
    """Whose plan it is, the note that it is self-reported, and the SHA-256 of a signed audit."""
    signed = f" Signed content (SHA-256): {audit.signed.content}" if audit.signed else ""
    return f"{audit.school.name}, URN {audit.school.urn}, audit of {audit.year}. {theme.SELF_REPORTED}{signed}"


def _without_controls(text: str) -> str:
    """A text with a space for each character that a calendar cannot hold."""
    return _NO_TEXT.sub(" ", text)


def _line(text: str) -> str:
    """A text on one line, for the calendar's name and description, in which the library escapes nothing."""
    return " ".join(_without_controls(text).split())
