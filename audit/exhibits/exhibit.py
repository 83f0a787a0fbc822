"""An exhibit: one thing that an output shows, with its words, its table and its charts.

Pages, reports, workbooks and the terminal show exhibits. None of them puts a chart and a table together itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from audit.english import texts_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from audit.authority.question_matrix import ScaleStep
    from audit.charts.style import Figure


@dataclass(frozen=True, kw_only=True)
class NativeChart:
    """A chart that a spreadsheet draws from the cells of a table.

    Attributes:
        kind: vertical bars (``columns``); horizontal bars side by side (``pairs``), stacked (``stacked``) or stacked as
            shares of a whole (``shares``); or one point for each row (``points``).
        names: the heading of the column that names the bars, or that holds the horizontal values of points.
        series: the colour of the bars or points, by heading of the column with their numbers.
        height: in centimetres.
        table: the cells to draw, if they are others than those of the exhibit's table.
        first: how many rows are drawn; None for all.
        counted: the title of the axis: what the bars count; no title if empty.
    """

    kind: Literal["columns", "pairs", "stacked", "shares", "points"]
    names: str
    series: Mapping[str, str]
    height: float
    table: pd.DataFrame | None = None
    first: int | None = None
    counted: str = ""


@dataclass(frozen=True, kw_only=True)
class MiddleHalf:
    """How the middle half of other schools does; a chart shows it beside the figures of a school.

    Attributes:
        rows: rows of SPREAD.
        label: whose middle half it is, for the legend.
        words: the same in a sentence.
    """

    rows: pd.DataFrame
    label: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Painted:
    """The colours of a heat map: those of the last columns of a table, by the share in each cell.

    Attributes:
        shares: percent, 0 to 100, by row and coloured column; NaN where nothing applies.
        steps: the colour scale.
    """

    shares: npt.NDArray[np.float64]
    steps: Sequence[ScaleStep]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a document, a sheet and a page show an exhibit.

    Attributes:
        folded: a document folds its table, since it is long.
        first: a document shows this many rows of its table open, and the whole table folded below; None for all rows.
        across: a document prints it in landscape.
        frozen: a sheet keeps its first column in sight.
        alone: a sheet prints its table without the chart, which would make a long table small on paper.
        tallest: the greatest height of a row of a sheet, in points; None for no limit.
        exact: the headings of the columns of a sheet that have two decimals.
        painted: the colours of a heat map; None if it is none.
        scrolls: on a phone its chart scrolls sideways, since it could not be read there otherwise.
    """

    folded: bool = False
    first: int | None = None
    across: bool = False
    frozen: bool = False
    alone: bool = False
    tallest: float | None = None
    exact: tuple[str, ...] = ()
    painted: Painted | None = None
    scrolls: bool = False


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One thing that an output shows.

    Attributes:
        key: its identifier among the exhibits of the same subject, and on a page.
        title: what it shows, in a few words.
        caption: the title in full, for a page; empty if it is the same as the title.
        finding: what it says, as one sentence without a full stop.
        means: how to read it, as sentences.
        table: its figures under headings for people; numbers stay numbers, so that a sheet can sort and add them.
        figure: draws its chart; None if it has none.
        native: the chart that a spreadsheet draws; None if it has none.
        layout: how an output shows it.
    """

    key: str
    title: str
    caption: str = ""
    finding: str
    means: str = ""
    table: pd.DataFrame
    figure: Callable[[], Figure] | None = None
    native: NativeChart | None = None
    layout: Layout = Layout()

    @property
    def texts(self) -> pd.DataFrame:
        """The table with every cell as text, as a page or a document shows it."""
        return texts_of(self.table)
