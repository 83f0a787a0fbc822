"""Parts that several pages show: headings, tables, exhibits, downloads, problems, and fragments that run alone.

A chart can lead to other pages by a click on a cell or a bar. The table below it then has the same links, which work
by keyboard.

Every fragment stands in a container that belongs to the page. A fragment that runs again while the page around it is
still being sent to the browser withdraws its own messages and sends them a second time. Without the container, its
block would be missing when the browser receives what stands below it; the browser fails and the page is white. The
container belongs to the page, so it is never withdrawn.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING, ParamSpec
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from audit import theme
from audit.english import day, duration, first_capital
from audit.identifiers import authority_title, local_authorities
from audit.school import outcome
from audit.store.schema import Gone, NotSaved, SignedOff
from audit.ui.session import page_address

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from audit.exhibits.exhibit import Exhibit
    from audit.model import Audit, Criteria, Criterion, Today
    from audit.problems import Problem
    from audit.school.questionnaire import AnswerProgress

MOST_MEGABYTES = 25
"""The largest upload of one workbook. The reader refuses workbooks over 20 megabytes."""
CHECK_PAGE, ANSWER_PAGE = "audit/ui/pages/check.py", "audit/ui/pages/answer.py"


P = ParamSpec("P")


def fragment(*, run_every: float | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Makes a function a part of a page that runs alone when one of its widgets is used.

    Args:
        run_every: seconds after which it also runs by itself; None for never.
    """

    def make(draw: Callable[P, None]) -> Callable[P, None]:
        alone = st.fragment(draw, run_every=run_every)

        @wraps(draw)
        def placed(*args: P.args, **named: P.kwargs) -> None:
            with st.container():
                alone(*args, **named)

        return placed

    return make


_CLICK_SCRIPT = """<style>
.has-ways .nsewdrag { cursor: pointer !important; }
.audit-table a { display: inline-block; min-width: 24px; min-height: 24px; color: inherit; text-decoration: underline; }
</style>
<script>
if (!window.auditWays) {
  const go = (event) => {
    const point = event.points[0], chart = event.event.target.closest('.js-plotly-plot') ?? window.auditWays.over;
    const { rows, columns } = chart.layout.meta;
    const [row, column] = [point.pointNumber].flat();
    if (rows[row]) window.location.assign(rows[row] + (columns[column] ?? ''));
  };
  document.addEventListener('pointerover', (event) => {
    const chart = event.target.closest?.('.js-plotly-plot');
    if (!chart?.layout?.meta?.rows) return;
    window.auditWays.over = chart;
    chart.classList.add('has-ways');
    chart.removeListener('plotly_click', go);  // a chart that was redrawn has lost its listener
    chart.on('plotly_click', go);
  });
  window.auditWays = { over: null };
}
</script>"""


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The addresses of the links in a chart and its table.

    Attributes:
        rows: by row, the address of its heading. If there are more rows than in the chart, the others are in the table.
        columns: by column of the chart, what its cells add to the address of their row; empty if a row is one bar.
        first: the index of the first of these columns in the table.
    """

    rows: Sequence[str]
    columns: Sequence[str] = ()
    first: int = 0

    def of_cell(self, row: int, column: int) -> str:
        """The address of a cell of the table; empty if it has no link."""
        if row >= len(self.rows):
            return ""
        place = column - self.first
        if column == 0:
            return self.rows[row]
        return self.rows[row] + self.columns[place] if 0 <= place < len(self.columns) else ""


def way_to(page: str, **params: str) -> str:
    """The address of another page. It names the open collection and its filters, so that a new session shows the same.

    Args:
        page: the file of the page, without its ending.
        params: what the page shows.
    """
    return f"{page}?{urlencode({**page_address(), **params}, doseq=True)}"


def also(**params: str) -> str:
    """What a cell adds to the address of its row, from the parameters of that cell."""
    return f"&{urlencode(params)}"


def lead(figure: go.Figure, ways: Ways) -> None:
    """Makes a click on the figure open the same address as the link in its table."""
    figure.update_layout(meta={"rows": list(ways.rows), "columns": list(ways.columns)})


def follow_clicks() -> None:
    """Makes charts with addresses follow a click, on every page."""
    st.html(_CLICK_SCRIPT, unsafe_allow_javascript=True)


def choose_workbook(key: str | None = None) -> UploadedFile | None:
    """Shows where a workbook is chosen, and returns it."""
    return st.file_uploader("Workbook (.xlsx)", type=["xlsx"], key=key, max_upload_size=MOST_MEGABYTES)


_DATE_PARTS = """<style>
[data-testid="stDateInput"] [role="spinbutton"] {
  display: inline-block; min-width: 24px; min-height: 24px; line-height: 24px; text-align: center;
}
</style>"""
"""Streamlit draws the day and month of a date 18 pixels wide, which is too small to hit (WCAG 2.2, 2.5.8)."""


AUTHORITY_HELP = "One that is not in the list: type its three-digit code."


def ask_authority(label: str, placeholder: str) -> str:
    """Asks for a local authority of the national list, or for the code of another; empty if none is chosen."""
    return (
        st.selectbox(
            label,
            list(local_authorities()),
            index=None,
            format_func=authority_title,
            accept_new_options=True,
            help=AUTHORITY_HELP,
            placeholder=placeholder,
        )
        or ""
    )


def date_field(
    label: str,
    value: dt.date | None = None,
    *,
    key: str,
    earliest: dt.date | None = None,
    latest: dt.date | None = None,
) -> dt.date | None:
    """Asks for a date, day first. Without limits, dates within ten years of its value can be chosen."""
    st.html(_DATE_PARTS)
    return st.date_input(label, value, min_value=earliest, max_value=latest, key=key, format="DD/MM/YYYY")


_FILE_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".ics": "text/calendar",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".sqlite3": "application/vnd.sqlite3",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
"""The type of a file for the browser, by the ending of its name. The list of the operating system would differ by computer."""


def download(
    label: str, content: bytes | Callable[[], bytes], file: str, *, key: str | None = None, wide: bool = False
) -> None:
    """Shows a button that downloads a file. The page is not run again when it is pressed.

    Args:
        label: the text of the button.
        content: the bytes of the file, or a function that makes them when the button is pressed.
        file: the name of the file. Its ending is one of those that the product writes.
        key: the key of the widget; needed if another button has the same label and file name.
        wide: whether the button is as wide as its column or container.
    """
    st.download_button(
        label,
        content,
        file,
        _FILE_TYPES[PurePath(file).suffix],
        icon=":material/download:",
        on_click="ignore",
        width="stretch" if wide else "content",
        key=key,
    )


REFUSALS = (SignedOff, Gone, NotSaved)
"""What any change of an audit may meet in the store; `refusal` words it."""
GONE = "this audit is not there any more. Go to the home page to see which audits there are."


def refusal(error: SignedOff | Gone | NotSaved, not_done: str = "Not saved", *, retry: str = "Try again.") -> str:
    """Why the store refused a change, in words that begin with what was not done and end with what to do."""
    if isinstance(error, SignedOff):
        return (
            f"{not_done}: the audit was signed meanwhile, so nothing of it changes. "
            "To change something, open it again on the page Check and sign."
        )
    return f"{not_done}: {GONE if isinstance(error, Gone) else f'the database is busy or full. {retry}'}"


def is_kept(change: Callable[[], object], not_done: str = "Nothing was changed") -> bool:
    """Makes a change to what is stored; False, and says why, if the store refused it."""
    try:
        change()
    except REFUSALS as error:
        st.error(refusal(error, not_done))
        return False
    return True


def keep_and_rerun(change: Callable[[], object], not_done: str = "Nothing was changed") -> None:
    """Makes a change to what is stored and runs the page again, or says why the store refused it."""
    if is_kept(change, not_done):
        st.rerun()


def markdown_text(text: str) -> str:
    """Typed text, escaped so that Markdown shows it unchanged and interprets nothing of it."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])", r"\\\1", text)


def page_heading(audit: Audit, criteria: Criteria) -> None:
    """Shows whose audit this is; of a signed audit also who signed it, and that it cannot be changed."""
    phase = criteria.phases[audit.school.phase]
    kind = "" if audit.basis == "self-audit" else " · desk review"
    st.caption(f"{markdown_text(audit.school.name)} · URN {audit.school.urn} · {phase} · {audit.year}{kind}")
    if audit.signed is not None:
        st.info(
            f"{outcome.signed_in_words(audit, criteria)} This audit can be read, and not changed. To change something, "
            f"open it again on the page Check and sign.\n\nSHA-256 of what was signed: `{audit.signed.content}`",
            icon=":material/lock:",
        )


def answer_progress_in_words(now: AnswerProgress) -> str:
    """The progress of the audit, as one line; of an audit of several frameworks also that of each."""
    confirm = f", {now.to_confirm} to confirm" if now.to_confirm else ""
    left = f", {duration(now.minutes_left)} left" if now.left and now.minutes_left is not None else ""
    each = ", ".join(f"{name} {answered} of {asked}" for name, answered, asked in now.by_framework)
    return f"{now.answered} of {now.asked} answered{f' ({each})' if each else ''}{confirm}{left}"


_PROGRESS = """<style>
.audit-progress p { margin: 0 0 .4rem; }
.audit-progress [role="progressbar"] { height: .5rem; border-radius: .25rem; overflow: hidden; background: color-mix(in srgb, currentColor 18%, transparent); }
.audit-progress [role="progressbar"] div { height: 100%; background: #0072b2; }
</style>"""


def show_progress(now: AnswerProgress, moment: int = 0) -> None:
    """Shows the progress of the audit in words and as a bar. The script of `audit.ui.saving` updates both.

    Args:
        now: the progress.
        moment: a higher number at each run of the page, so that the page replaces what the script has changed.
    """
    st.html(
        f'{_PROGRESS}<div class="audit-progress" data-moment="{moment}"><p>{answer_progress_in_words(now)}</p>'
        f'<div role="progressbar" aria-label="How far the audit is" aria-valuemin="0" aria-valuemax="{now.asked}" '
        f'aria-valuenow="{now.answered}"><div style="width:{100 * (now.answered / now.asked if now.asked else 1):.1f}%"></div>'
        "</div></div>"
    )


_TABLE_STYLE = """<style>
.audit-table { overflow-x: auto; }
.audit-table table { border-collapse: collapse; width: 100%; }
.audit-table th, .audit-table td {
  border-bottom: 1px solid #8a8f96; padding: .35rem .6rem; text-align: left; vertical-align: top;
  white-space: pre-line; font-weight: 400;
}
.audit-table thead th { font-weight: 600; }
.audit-table .long { min-width: 18rem; }
.audit-table.many table { font-size: .875rem; }
.audit-table.many th, .audit-table.many td { padding: .35rem .3rem; }
</style>"""

_LONG = ' class="long"'

_FEW_COLUMNS = 10
"""A table with more columns has smaller letters, so that the last column is visible on a laptop."""


def show_table(table: pd.DataFrame, caption: str, ways: Ways | None = None) -> None:
    """Shows a table that a screen reader reads cell by cell, and that scrolls by keyboard if it is too wide.

    Streamlit's own table cannot be scrolled by keyboard on a phone. Every text is escaped.

    Args:
        table: texts; the first column holds the headings of the rows.
        caption: what the table shows.
        ways: the links of its cells; None for no links.
    """
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in table.columns)
    links = ways or Ways(rows=())
    rows = (
        "".join(_cell(str(value), column, links.of_cell(place, column)) for column, value in enumerate(row))
        for place, row in enumerate(table.itertuples(index=False))
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    many = " many" * (len(table.columns) > _FEW_COLUMNS)
    st.html(
        f'{_TABLE_STYLE}<div class="audit-table{many}" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(text: str, column: int, way: str) -> str:
    """The HTML of one cell: a heading in the first column, and a link if it has an address."""
    content = f'<a href="{escape(way)}">{escape(text)}</a>' if way else escape(text)
    if column == 0:
        return f'<th scope="row">{content}</th>'
    return f"<td{_LONG if len(text) > 60 else ''}>{content}</td>"


def page_of(table: pd.DataFrame, key: str, *, size: int = 25) -> pd.DataFrame:
    """The rows of a long table on the chosen page. Shows the page numbers above them."""
    pages = max(1, -(-len(table) // size))
    if pages == 1:
        return table
    number = st.pagination(pages, key=f"{key}-{pages}")
    first = (number - 1) * size
    st.caption(f"{first + 1:,} to {min(first + size, len(table)):,} of {len(table):,}")
    return table.iloc[first : first + size]


@fragment()
def show_long_table(
    table: pd.DataFrame, caption: str, *, key: str, size: int = 25, rows: Sequence[str] | None = None
) -> None:
    """Shows a table of any length in pages. Turning a page redraws nothing else.

    Args:
        table: texts.
        caption: what the table shows.
        key: a key that no other table of the page has.
        size: rows on a page.
        rows: by row, the address of its heading; None for no links.
    """
    shown = page_of(table.reset_index(drop=True), key, size=size)
    show_table(shown, caption, Ways(rows=[rows[place] for place in shown.index]) if rows else None)


_SCROLL_BOX = """<style>
.st-key-wide-{key} {{ overflow-x: auto; }}
.st-key-wide-{key} .st-key-{key} {{ min-width: 44rem; }}
</style>
<script>{{
  const box = document.querySelector(".st-key-wide-{key}");
  if (box) {{ box.tabIndex = 0; box.role = "region"; box.ariaLabel = {label}; }}
}}</script>"""
"""Streamlit's scrolling boxes cannot be reached by keyboard; this makes one that can."""


def show_exhibit(exhibit: Exhibit, *, ways: Ways | None = None, elsewhere: str = "") -> None:
    """Shows an exhibit: its finding, its chart, and a table with every number; without a chart, only the table.

    Args:
        exhibit: what to show. No other exhibit of the page has its key.
        ways: the links of the chart and the table; None for no links.
        elsewhere: where else the numbers are; if it is not empty, the table is not shown.
    """
    caption = exhibit.caption or exhibit.title
    if exhibit.figure is not None:
        figure = exhibit.figure()
        if ways is not None:
            lead(figure, ways)
        st.subheader(markdown_text(exhibit.finding))
        st.caption(markdown_text(caption))
        alt = f"{caption}: {exhibit.finding}. {elsewhere or 'The table below holds every number'}."
        _draw(figure, caption, exhibit.key, alt=alt, scrolls=exhibit.layout.scrolls)
    if elsewhere:
        return
    with st.expander(markdown_text(caption) if exhibit.figure is None else f"Table: {markdown_text(caption)}"):
        show_table(exhibit.texts, exhibit.title if exhibit.figure is None else caption, ways)


def _draw(figure: go.Figure, caption: str, key: str, *, alt: str, scrolls: bool) -> None:
    """Draws a chart in the text colour of the page's theme. Its title is left out, because it stands above the chart."""
    from audit.charts.style import CONFIG

    ink = theme.INK[st.context.theme.type or "light"]
    figure.update_xaxes(tickfont={"color": ink, "size": 14}).update_yaxes(tickfont={"color": ink, "size": 14})
    figure.update_xaxes(title_font_color=ink).update_yaxes(title_font_color=ink)
    figure.update_coloraxes(colorbar_tickfont_color=ink)
    figure.update_layout(legend_font={"color": ink, "size": 14}, font_color=ink)
    figure.update_layout(title=None, margin_t=36, height=figure.layout.height - 30)
    with st.container(key=f"wide-{key}" if scrolls else None):
        st.plotly_chart(figure, key=key, config=CONFIG, alt=alt)
    if scrolls:
        st.html(_SCROLL_BOX.format(key=key, label=json.dumps(caption)), unsafe_allow_javascript=True)


def show_problems(problems: Iterable[Problem], title: str) -> None:
    """Shows every problem with its place and how to mend it. Text from a file is escaped."""
    import pandas as pd

    rows = [(p.where, p.what, p.fix, "Fault" if p.severity == "error" else "Note") for p in problems]
    if rows:
        st.write(f"**{markdown_text(title)}**")
        show_table(pd.DataFrame(rows, columns=["Where", "What", "How to mend it", "Kind"]), title)


def today_line(today: Today) -> str:
    """What has changed since the source was written, and how sure that is. It informs and never changes a score."""
    return (
        f":material/update: **Changed since the source.** {today.what} "
        f"*{today.reference} ({today.status}; checked {today.checked}{theme.then_how_sure(today.how_sure)}).*"
    )


def notes_on(criterion: Criterion) -> tuple[str, ...]:
    """What a reader has to know of a statement before answering: how it is read today, and how sure its source is."""
    statement = criterion.statement
    sure = theme.HOW_SURE[statement.sureness]
    if statement.sureness == "inferred":
        sure = "inferred: its source does not say this in so many words"
    return (
        *((f":material/update: **Today:** {markdown_text(statement.read_today)}",) if statement.read_today else ()),
        *((f":material/help_center: {first_capital(sure)}.",) if sure else ()),
    )


def source_line(criterion: Criterion) -> str:
    """Where a statement comes from, and the day on which it was last compared with that."""
    checked = criterion.statement.checked
    on = f" Checked on {day(dt.date.fromisoformat(checked))}." if checked else ""
    return f"**Source.** {markdown_text(criterion.provenance)}.{on}"


def overtaken_line(criterion: Criterion, criteria: Criteria) -> str:
    """Since when, why and by what law or guidance has overtaken a statement; empty if nothing has.

    Args:
        criterion: the statement.
        criteria: those that hold what is asked instead; a statement that they do not hold is left out.
    """
    superseded = criterion.statement.superseded
    if superseded is None:
        return ""
    since = day(dt.date.fromisoformat(superseded.since))
    now = [criteria[name] for name in superseded.by if name in criteria]
    instead = [f"{other.framework.called}, {other.statement.reference}" for other in now]
    held = f" What is asked instead: {'; '.join(instead)}." if instead else ""
    return markdown_text(f"Overtaken since {since}. {superseded.because}{held}")


def mark_of(criterion: Criterion) -> str:
    """The mark of a statement as a badge; blue if it counts, else it also says that the statement is optional."""
    colour = "blue" if criterion.statement.recommended else "gray"
    return f":{colour}-badge[{markdown_text(criterion.mark_in_words)}]"


def to_top(of: str) -> None:
    """Scrolls a page to its top when what it shows (``of``) changes; Streamlit would keep the old position."""
    name = re.sub(r"[^\w.-]", "", of)
    st.html(
        f"<script>/* {name} */ document.querySelector('[data-testid=\"stMain\"]')?.scrollTo(0, 0);</script>",
        unsafe_allow_javascript=True,
    )
