"""Where a chart and the table beside it lead: a click on a cell or a bar, or a link of the table by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import plotly.graph_objects as go
import streamlit as st

from audit.ui.session import address

_SCRIPT = """<style>
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
    chart.removeListener('plotly_click', go);  // a chart that was drawn anew has forgotten it
    chart.on('plotly_click', go);
  });
  window.auditWays = { over: null };
}
</script>"""


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The addresses to which the rows and the cells of a chart, and of its table, lead.

    Attributes:
        rows: by row, an address; the heading of the row leads there. More than the chart has are for the table alone.
        columns: by column of the chart, what its cells add to the address of their row; none if a row is one bar.
        first: the place in the table of the first of these columns.
    """

    rows: Sequence[str]
    columns: Sequence[str] = ()
    first: int = 0

    def of_cell(self, row: int, column: int) -> str:
        """The address of a cell of the table; empty if it leads nowhere."""
        if row >= len(self.rows):
            return ""
        place = column - self.first
        if column == 0:
            return self.rows[row]
        return self.rows[row] + self.columns[place] if 0 <= place < len(self.columns) else ""


def way_to(page: str, **params: str) -> str:
    """The address of another page, with the open collection and its filters, so that a new session shows the same.

    Args:
        page: the file of the page.
        params: what it is to show.
    """
    return f"{page}?{urlencode({**address(), **params}, doseq=True)}"


def also(**params: str) -> str:
    """What a cell adds to the address of its row."""
    return f"&{urlencode(params)}"


def lead(figure: go.Figure, ways: Ways) -> None:
    """Lets a click on the figure lead where its table does."""
    figure.update_layout(meta={"rows": list(ways.rows), "columns": list(ways.columns)})


def follow_clicks() -> None:
    """Makes charts that lead somewhere follow a click, on whatever page."""
    st.html(_SCRIPT, unsafe_allow_javascript=True)
