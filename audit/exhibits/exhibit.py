"""An exhibit: one thing that an output shows, with its words, its table and its charts.

Pages, reports, workbooks and the terminal go through exhibits. None of them puts a chart beside a table itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.english import texts_of

if TYPE_CHECKING:
    from audit.authority.question_matrix import ScaleStep
    from audit.charts.style import Figure


@dataclass(frozen=True, kw_only=True)
class NativeChart:
    """A chart that a spreadsheet draws from the cells of a table.

    Attributes:
        kind: upright columns; lying bars one beside the other (``pairs``) or one upon the other (``stacked``), or these
            as shares of a whole (``shares``); or one point for each row.
        names: the heading of the column that names the bars; of points, of the one with the values across.
        series: by heading of a column of numbers, the colour in which its bars or points are drawn.
        height: in centimetres.
        table: the cells that are drawn, where a sheet shows other columns than the exhibit's table.
        first: how many rows are drawn; all if None.
        counted: what the bars count, at their axis; nothing stands there if empty.
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
    """How the middle half of other schools does, for a chart to show it beside a school's own figures.

    Attributes:
        rows: rows of SPREAD.
        label: whose middle half it is, for the legend.
        words: the same as a sentence.
    """

    rows: pd.DataFrame
    label: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Painted:
    """The last columns of a table, coloured by how much each cell holds.

    Attributes:
        shares: percent, 0 to 100, by row and coloured column; not a number where nothing applies.
        steps: the scale.
    """

    shares: npt.NDArray[np.float64]
    steps: Sequence[ScaleStep]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How an exhibit stands in a document, on a sheet and on a page.

    Attributes:
        folded: in a document its table is too long to stand open.
        first: in a document so many rows of its table stand open, and the whole of it folded below; None for all.
        across: a document prints it across the page.
        frozen: on a sheet its first column stays in sight.
        alone: on paper a sheet shows its table without the chart, which would make a long table small.
        tallest: the height, in points, beyond which no row of a sheet grows; None for any.
        exact: headings of the columns of a sheet that have two decimals.
        painted: its coloured cells; None if it has none.
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
        key: names it among the exhibits of the same subject, and on a page.
        title: what it shows, in a few words.
        caption: the same in full, for a page; the title if empty.
        finding: what it says, as one sentence without a full stop.
        means: how to read it, as sentences.
        table: its figures in words; numbers are numbers, so that a sheet can sort and add them.
        figure: draws its chart; None if it has none.
        native: the chart that a spreadsheet draws; None if it has none.
        layout: how it stands in an output.
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
        """The table as texts alone, as a page or a document shows it."""
        return texts_of(self.table)
