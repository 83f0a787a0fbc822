"""Writes the sheets that are never read back as answers: results, last year, sign-off, signed content, print form.

*Summary* and *Gaps* hold what the product worked out, as values, with native charts. *Last year*, *Sign-off* and the
hidden signed content belong to the yearly cycle. *Print* is a form for paper, in a workbook without answers: its
answers are ringed by hand. It is never read back: what was written on paper is typed into *Answers*.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from audit import theme
from audit.english import listed, plural
from audit.exhibits.school import NOTHING_INSTEAD, gaps_exhibit, overtaken_exhibit, school_exhibits
from audit.model import NO_RESPONSE, Audit, Criteria, Criterion, Practice, Response, practice_labels
from audit.school import outcome, signing
from audit.school.proposals import (
    OtherAnswer,
    Proposal,
    asked_once,
    is_same,
    named_with_framework,
    other_answers,
    proposals,
    what_it_asks,
)
from audit.tables import COUNTED
from audit.theme import STATES
from audit.version import VERSION
from audit.workbook import cells, layout

if TYPE_CHECKING:
    from audit.exhibits.exhibit import Exhibit, NativeChart
    from audit.school.outcome import Outcome

_CHARTS_AT = "J"
_CHART_ROWS, _CHART_HEIGHT = 28, 16
"""The rows that a chart next to the tables takes up, up to this height in centimetres; a higher one takes two more each."""
_TINTS = {STATES[kind].word: STATES[kind].tint for kind in COUNTED}


def add_summary(book: Workbook, results: Sequence[Outcome]) -> None:
    """Adds *Summary*: for each framework the outcome, then the counts by question and by area, each with its chart."""
    sheet = book.create_sheet(layout.SUMMARY)
    cells.set_widths(sheet, [36, 9, 9, 11, 10, 10, 11, 14, 3])
    audit = results[0].audit
    cells.put_title(sheet, 1, f"Summary: {audit.school.name or 'school not named yet'}, {audit.year}")
    row = 2
    for result in results:
        row = _put_outcome(sheet, row, result, names_framework=len(results) > 1)
    cells.set_page(sheet)


def _put_outcome(sheet: Worksheet, top: int, result: Outcome, *, names_framework: bool) -> int:
    """Puts what *Summary* says about one framework; returns the first row that is free below it and its charts."""
    lines = [
        result.headline,
        f"{result.coverage_called} (met as a share of the recommended statements that apply): "
        + outcome.coverage_range(result.overall)
        + (f", {result.band}." if result.band else "."),
        result.range_note,
        f"Worked out when this workbook was written; it does not change as you type. {theme.SELF_REPORTED}",
    ]
    if names_framework:
        lines.insert(0, result.framework.title)
    for row, line in enumerate(lines, top):
        cells.put_line(sheet, row, line, bold=row == top, across=8)
    head, chart_row = top + len(lines) + 2, top
    for exhibit in school_exhibits(result):
        native = exhibit.native
        if native is None or native.table is None:
            continue
        cells.put_line(sheet, head - 1, exhibit.finding, bold=True, across=8)
        cells.put_headings(sheet, head, list(native.table.columns))
        _put_counts(sheet, head + 1, native.table)
        sheet.add_chart(
            _bars(sheet, native, exhibit.finding, head=head, rows=len(native.table)), f"{_CHARTS_AT}{chart_row}"
        )
        head += len(native.table) + 3
        chart_row += _CHART_ROWS + 2 * max(0, round(native.height) - _CHART_HEIGHT)
    if result.overtaken:
        head = _put_overtaken(sheet, head - 1, overtaken_exhibit(result))
    return max(head, chart_row)


def _put_overtaken(sheet: Worksheet, row: int, exhibit: Exhibit) -> int:
    """Puts the list of what is no longer asked, one line a statement; returns the first free row below it."""
    cells.put_line(sheet, row, exhibit.finding, bold=True, across=8)
    cells.put_line(sheet, row + 1, exhibit.means, across=8)
    for at, statement in enumerate(exhibit.texts.itertuples(index=False, name=None), row + 2):
        reference, text, since, by, because = statement
        instead = f" Instead: {by}." if by != NOTHING_INSTEAD else ""
        cells.put_line(sheet, at, f"{reference}: {text} Not asked since {since}. {because}{instead}", across=8)
    last = row + 2 + len(exhibit.table)
    cells.put_row(sheet, last, ["No longer asked, in all", len(exhibit.table)])  # the reader knows the end by a count
    return last + 2


def _put_counts(sheet: Worksheet, top: int, counts: pd.DataFrame) -> None:
    """Puts the rows of a table of counts; a count above 0 has the tint of its state."""
    for row, values in enumerate(counts.itertuples(index=False, name=None), top):
        cells.put_row(sheet, row, [values[0], *map(int, values[1:])])
        for column, (heading, value) in enumerate(zip(counts.columns, values, strict=True), 1):
            cell = sheet.cell(row, column)
            if heading in _TINTS and value and isinstance(cell, Cell):
                cells.tint(cell, _TINTS[heading])


def _bars(sheet: Worksheet, native: NativeChart, title: str, *, head: int, rows: int, left: int = 1) -> BarChart:
    """The chart of an exhibit with horizontal bars, drawn from the cells of its table.

    Args:
        sheet: the sheet with the table.
        native: the chart to draw.
        title: the title of the chart, which states its finding.
        head: the row of the table's headings.
        rows: the number of rows below the headings.
        left: the first column of the table.
    """
    assert native.table is not None
    headings = list(native.table.columns)
    columns = [left + headings.index(heading) for heading in native.series]
    names = left + headings.index(native.names)
    chart = BarChart()
    chart.type, chart.title = "bar", title
    chart.height, chart.width, chart.gapWidth = native.height, 24, 40
    chart.legend.position = "b"
    chart.x_axis.scaling.orientation = "maxMin"  # source order, first at the top
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.y_axis.majorUnit = 1
    chart.y_axis.title = native.counted
    chart.layout = Layout(manualLayout=ManualLayout(x=0.22, y=0.1, w=0.74, h=0.72, layoutTarget="inner"))
    if native.kind == "stacked":
        chart.grouping, chart.overlap = "stacked", 100
    for column in columns:
        data = Reference(sheet, min_col=column, max_col=column, min_row=head, max_row=head + rows)
        chart.add_data(data, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=names, min_row=head + 1, max_row=head + rows))
    for series, colour in zip(chart.series, native.series.values(), strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=colour.removeprefix("#"))
        if native.kind == "pairs":
            series.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    return chart


def add_gaps(book: Workbook, results: Sequence[Outcome], gaps: pd.DataFrame) -> None:
    """Adds *Gaps*: the gaps in the order in which to close them, then their number by question, with its chart.

    Gaps in several frameworks make one list, and each names its framework; their numbers stay apart.
    """
    sheet = book.create_sheet(layout.GAPS)
    criteria = Criteria(tuple(result.framework for result in results))
    cells.set_widths(sheet, [9, 13, 46, 13, 12, 19, 26, 44, 44, 20])
    cells.put_title(sheet, 1, f"Gaps: {plural(len(gaps), 'recommended statement')} to look at")
    cells.put_line(
        sheet,
        2,
        "In the order in which to close them: what exposes a child directly comes first, then what is neither written "
        f"nor done. Worked out when this workbook was written. {theme.SELF_REPORTED}",
        across=9,
    )
    head, several = 3, len(results) > 1
    cells.put_headings(
        sheet,
        head,
        [
            "Priority",
            "Reference",
            "Statement",
            "Kind of gap",
            "Written",
            "Done",
            "What closes it",
            "How",
            "Evidence to look for",
            "Who is likely to know",
        ],
    )
    levels = practice_labels(criteria.practice_levels)
    by_text = {str(practice): label for practice, label in levels.items()}
    for at, (_, gap) in enumerate(gaps.iterrows(), head + 1):
        kind = STATES[gap["kind"]]
        cells.put_row(
            sheet,
            at,
            [
                int(gap["priority"]),
                f"{criteria[gap['statement']].framework.called}, {gap['reference']}" if several else gap["reference"],
                criteria[gap["statement"]].statement.with_today,
                f"{kind.symbol} {kind.word}",
                theme.NOT_ANSWERED if pd.isna(gap["written"]) else theme.WRITTEN_WORDS[gap["written"]],
                theme.NOT_ANSWERED if pd.isna(gap["practice"]) else by_text[gap["practice"]],
                gap["closes"],
                gap["improve"],
                gap["evidence_to_look_for"],
                criteria.roles.get(gap["asked_of"], gap["asked_of"]),
            ],
        )
        cell = sheet.cell(at, 4)
        assert isinstance(cell, Cell)
        cells.tint(cell, kind.tint)
    end = head + len(gaps)
    if len(gaps):
        sheet.auto_filter.ref = f"A{head}:J{end}"
        row = end + 3
        for result in results:
            if len(result.gaps):
                row = _add_gap_counts(sheet, row, result, names_framework=several)
    cells.set_page(sheet, headings=head)


def _add_gap_counts(sheet: Worksheet, row: int, result: Outcome, *, names_framework: bool) -> int:
    """Adds the number of gaps of each kind by question, below the list, with its chart to the right.

    Returns:
        The first row that is free below both.
    """
    exhibit = gaps_exhibit(result)
    native, counts = exhibit.native, exhibit.table
    assert native is not None
    about = f" ({result.framework.called})" if names_framework else ""
    cells.put_line(sheet, row, f"{exhibit.title}{about}: {exhibit.finding}", bold=True, across=9)
    # The table is in columns C to G, which are wide enough for its words.
    for column, heading in enumerate(counts.columns, 3):
        cells.put_in_cell(sheet, row + 1, column, heading).font = cells.BOLD
    for at, (question, *numbers) in enumerate(counts.itertuples(index=False, name=None), row + 2):
        for column, value in enumerate((question, *map(int, numbers)), 3):
            cells.put_in_cell(sheet, at, column, value)
    chart = _bars(sheet, native, exhibit.finding, head=row + 1, rows=len(counts), left=3)
    sheet.add_chart(chart, f"H{row + 1}")
    return row + max(len(counts), 2 * round(native.height)) + 4


_SIGN_OFF_HEAD = 4
"""The row of the headings on *Sign-off*."""


def answer_words(response: Response, labels: Mapping[Practice, str]) -> dict[str, str]:
    """The texts of a response in the cells of a table, by field.

    Args:
        response: the response.
        labels: the label of each practice answer.
    """
    written = layout.NOT_APPLICABLE if response.not_applicable else ""
    return {
        "written": written if response.written is None else layout.WRITTEN_LABELS[response.written],
        "practice": "" if response.practice is None else labels[response.practice],
        "not_applicable": response.not_applicable,
        "evidence": response.evidence,
        "comment": response.comment,
    }


_LONGEST_EVIDENCE = 150  # characters; the whole of it is in its own row or on *Last year*


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """What a workbook shows beside its answers.

    Attributes:
        once: the statements that are not asked by themselves, and for each the equal one that is asked instead.
        waiting: what waits for a person to accept or change it, by statement.
        acceptable: the statements in whose row it can be accepted: those whose proposal the reader can work out again
            from what the workbook holds.
        texts: what the first cell says of last year's answer and of what is proposed, by statement.
        sources: the statements whose answers of last year the proposals in the workbook rest on.
    """

    once: Mapping[str, str]
    waiting: Mapping[str, Proposal]
    acceptable: frozenset[str]
    texts: Mapping[str, str]
    sources: frozenset[str]

    @property
    def by_others(self) -> bool:
        """Whether answers to other editions propose something."""
        return any(proposal.origin != "last year" for proposal in self.waiting.values())


def suggestions(audit: Audit, criteria: Criteria, *, asked_of: str | None, shown: Iterable[Criterion]) -> Suggested:
    """What a workbook shows beside its answers.

    Args:
        audit: the audit.
        criteria: the criteria that it answers, and any others whose answers propose something.
        asked_of: the role whose part the workbook is; None if it is the whole.
        shown: the statements that it asks.
    """
    answered = criteria.of(audit.frameworks)
    once = asked_once(audit, criteria)
    rows = [c for c in shown if asked_of is None or (c.statement.asked_of == asked_of and c.id not in once)]
    with_row = {criterion.id for criterion in rows}
    found = proposals(audit, criteria)
    waiting = {id: found[id] for id in with_row & found.keys() if found[id].response != NO_RESPONSE}
    labels = practice_labels(answered.practice_levels)
    others = {c.id: other_answers(audit, criteria, c.id) for c in rows if audit.response(c.id) == NO_RESPONSE}
    before = {id: {answer.criterion.id for answer in others[id]} - audit.responses.keys() for id in others}
    can_be_worked_out = {
        id
        for id, proposal in waiting.items()
        if proposal.origin == "last year" or all(answer.criterion.id in with_row | before[id] for answer in others[id])
    }
    return Suggested(
        once={older: newer for older, newer in once.items() if older in with_row},
        waiting=waiting,
        acceptable=frozenset(can_be_worked_out),
        texts={c.id: _suggested_text(audit, c, labels, waiting.get(c.id), others.get(c.id, ())) for c in rows},
        sources=frozenset(source for id in can_be_worked_out for source in before[id]),
    )


def _suggested_text(
    audit: Audit,
    criterion: Criterion,
    labels: Mapping[Practice, str],
    proposal: Proposal | None,
    others: Sequence[OtherAnswer],
) -> str:
    """What a workbook says of last year's answer to a statement and of what is proposed; empty if there is nothing."""
    lines = [last] if (last := last_years_answer(audit, criterion, labels)) else []
    if proposal is not None and proposal.origin == "last year":
        return "\n".join(lines)
    if proposal is not None:
        rests_on = listed(_from(audit, answer) for answer in proposal.others)
        lines.append(f"{layout.proposed_words(proposal.response, labels)}{layout.FROM}{rests_on}")
    for answer in others:
        if evidence := " ".join(answer.response.evidence.split()):
            said = textwrap.shorten(evidence, _LONGEST_EVIDENCE, placeholder=" …")
            lines.append(f"Evidence for {_from(audit, answer)}: {said}")
    return "\n".join(lines)


def _from(audit: Audit, answer: OtherAnswer) -> str:
    year = "" if answer.year == audit.year else f" ({answer.year})"
    return f"{named_with_framework(answer.criterion)}{year}, which {what_it_asks(answer)}"


def last_years_answer(audit: Audit, criterion: Criterion, labels: Mapping[Practice, str]) -> str:
    """Last year's answer to a statement, in a few words; empty if there is none."""
    before = audit.carried.get(criterion.id)
    if before is None or before.response == NO_RESPONSE:
        return ""
    words = answer_words(before.response, labels)
    answer = "; ".join(words[name] for name in ("written", "practice") if words[name]) or "Not answered"
    return answer if is_same(audit, criterion) else f"{answer}. The statement has changed since: please answer again."


def add_last_year(book: Workbook, audit: Audit, criteria: Criteria, *, only: Collection[str] | None = None) -> None:
    """Adds *Last year*: the answers carried forward, in source order, then those to statements that are gone.

    Args:
        book: the workbook.
        audit: an audit with answers carried forward.
        criteria: the criteria that the audit answers; others that are loaded too say what was asked last year.
        only: the statements to show; None for all.
    """
    sheet = book.create_sheet(layout.LAST_YEAR)
    answered = criteria.of(audit.frameworks)
    beyond = Criteria((*criteria.frameworks, *criteria.beyond))
    fields, labels = layout.LAST_YEAR_FIELDS, practice_labels(answered.practice_levels)
    cells.set_widths(sheet, [field.width for field in fields])
    cells.put_headings(sheet, 1, [field.heading for field in fields])
    known = [c.id for c in answered if c.id in audit.carried]
    others = sorted(statement for statement in audit.carried if statement not in answered)
    shown = [statement for statement in (*known, *others) if only is None or statement in only]
    for row, statement in enumerate(shown, 2):
        before = audit.carried[statement]
        text = "It is not among the statements that this audit answers; the answer is kept."
        if statement in answered:
            text = answered[statement].statement.statement
        elif statement in beyond:
            text = f"{named_with_framework(beyond[statement])}: {beyond[statement].statement.statement}\n{text}"
        values = {"id": statement, "text": text, "revision": str(before.revision)}
        values |= answer_words(before.response, labels)
        cells.put_row(sheet, row, [values[field.name] for field in fields])
    cells.set_page(sheet, headings=1)


def add_sign_off(book: Workbook, audit: Audit, criteria: Criteria) -> None:
    """Adds *Sign-off*: who signed which version of the audit, and when; one row per signature."""
    sheet = book.create_sheet(layout.SIGN_OFF)
    fields = layout.SIGN_OFF_FIELDS
    cells.set_widths(sheet, [field.width for field in fields])
    cells.put_title(sheet, 1, "Sign-off")
    now = audit.signed
    standing = "The audit was opened again after it was signed, so this state of it is not signed."
    if now is not None:
        standing = f"Version {now.version} is signed. Change nothing in this workbook: it would count as not signed."
        standing = f"{standing} {signing.not_answered_in_words(*signing.not_answered(audit, criteria))}".strip()
    lines = (standing, f"Whether a copy holds what was signed can be verified with the tool. {theme.SELF_REPORTED}")
    for row, line in enumerate(lines, 2):
        cells.put_line(sheet, row, line, across=5)
    cells.put_headings(sheet, _SIGN_OFF_HEAD, [field.heading for field in fields])
    signatures = [(sign_off, signature) for sign_off in audit.sign_offs for signature in sign_off.signatures]
    for row, (sign_off, signature) in enumerate(signatures, _SIGN_OFF_HEAD + 1):
        values: dict[str, object] = {
            "version": sign_off.version,
            "role": layout.ROLE_WORDS[signature.role],
            "on": signature.on,
            "said": signature.statement,
            "content": sign_off.content,
            "criteria": sign_off.criteria,
            "seal": sign_off.seal,
            "reopened_on": sign_off.reopened_on,
            "reopened_because": sign_off.reopened_because,
        }
        cells.put_row(sheet, row, [values[field.name] for field in fields])
        for column, field in enumerate(fields, 1):
            if field.name in ("on", "reopened_on"):
                sheet[f"{get_column_letter(column)}{row}"].number_format = "dd/mm/yyyy"
    cells.set_page(sheet)


def add_signed_content(book: Workbook, audit: Audit, criteria: Criteria) -> None:
    """Adds the hidden sheet with the signed content: what was signed, word for word, with its criteria.

    Raises:
        ValueError: the audit was signed with other criteria.
    """
    assert audit.signed is not None
    if signing.criteria_hash(criteria) != audit.signed.criteria:
        raise ValueError("a signed audit is written with the criteria that it was signed with")
    packed = signing.packed_json(signing.as_json(signing.Signed(audit=audit, criteria=criteria, program=VERSION)))
    sheet = book.create_sheet(layout.SIGNED_CONTENT)
    sheet.sheet_state = "hidden"
    starts = range(0, len(packed), layout.LONGEST_PIECE)
    for row, start in enumerate(starts, 1):
        cells.put_value(sheet, row, 1, packed[start : start + layout.LONGEST_PIECE])
    cells.set_page(sheet)


_WIDTHS = (17, 44, 20, 19, 28)
"""Together no wider than A4 landscape, so that 11-point text prints in at least 9 points, even in wide fonts."""
NARROWER = {"question": 21, "not_applicable": 22, "evidence": 36, "comment": 22}
"""The columns of *Answers* that are narrower in a blank form, so that two pages side by side hold it in 9 points."""
_LOWEST = 62.0  # points: the least height in which to ring an answer and to write three lines
_HEAD = 7
_RINGED = Font(name="Calibri", size=12, color=cells.INK)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_WRITTEN = "Yes      Partly      No\n\nDon't know"


def is_blank(audit: Audit) -> bool:
    """Whether nobody has answered anything yet, so that the workbook is a blank form."""
    return audit.basis == "self-audit" and not audit.responses and not audit.sign_offs


def add_print_form(
    book: Workbook, audit: Audit, criteria: Criteria, rows: Iterable[Criterion], beside: Suggested
) -> None:
    """Adds *Print*: the statements as a form for paper, one row each, on as many pages as needed.

    Args:
        book: the workbook.
        audit: a blank audit.
        criteria: the criteria that it answers.
        rows: the statements of the workbook; those that are asked in the wording of another are left out.
        beside: what is shown beside the answers.
    """
    sheet = book.create_sheet(layout.PRINT)
    cells.set_widths(sheet, _WIDTHS)
    cells.put_title(sheet, 1, f"Online safety self-audit {audit.year}: to fill in by hand")
    name = audit.school.name or "." * 60
    lines = (
        f"School: {name}     URN: {audit.school.urn or '.' * 14}     Phase: {criteria.phases[audit.school.phase]}",
        f"Filled in by (role, not name): {'.' * 40}     Date: {'.' * 24}",
        "Each statement has two answers. Ring one in each column. Don't know is an answer too. Write no pupil's details.",
        "Then type the answers into the sheet Answers or into the tool: nothing on this sheet is read.",
    )
    for row, line in enumerate(lines, 2):
        cells.put_line(sheet, row, line, across=len(_WIDTHS))
        sheet.row_dimensions[row].height = 20 if row < 4 else 15.5
    _add_rows(sheet, audit, criteria, [criterion for criterion in rows if criterion.id not in beside.once], beside)
    cells.set_page(sheet, headings=_HEAD)
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.9  # inches; the footer stands within the lower one


def _add_rows(sheet: Worksheet, audit: Audit, criteria: Criteria, rows: Iterable[Criterion], beside: Suggested) -> None:
    levels = criteria.practice_levels
    meanings = "\n".join(level.practice_label for level in levels)
    cells.put_headings(
        sheet,
        _HEAD,
        [
            "Reference",
            "What it asks for",
            "In your policy? Ring one.",
            f"Really done? Ring one.\n{meanings}",
            "Evidence: what, and where. Or: why it does not apply.",
        ],
    )
    done = "     ".join(str(level.level) for level in levels) + "\n\nDon't know"
    for at, criterion in enumerate(rows, _HEAD + 1):
        said = beside.texts[criterion.id]
        whose = "Last year" if criterion.id in audit.carried else "Proposed"
        text = criterion.statement.with_today + (f"\n{whose}: {said}" if said else "")
        cells.put_row(
            sheet, at, [f"{criterion.statement.reference}\n{criterion.question.topic}", text, _WRITTEN, done, ""]
        )
        for column in (3, 4):
            cell = sheet.cell(at, column)
            cell.font, cell.alignment = _RINGED, _MIDDLE
        height = sheet.row_dimensions[at].height or 0
        sheet.row_dimensions[at].height = max(_LOWEST, height)
