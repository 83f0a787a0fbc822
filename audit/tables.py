"""The schema of each table (each column's dtype, unit, blanks and meaning), and the check that a table keeps it.

Blank is ``<NA>`` and never 0. Categories keep their order, so that a table sorts in the order of its source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, get_args

from audit.model import PHASES, PRACTICE, WRITTEN, Kind

if TYPE_CHECKING:
    import pandas as pd

# Functions import pandas: a process that only reads workbooks does not need it, and starts in half the time without it.

KINDS: tuple[Kind, ...] = get_args(Kind)
"""The states of a statement; for a recommended statement, all but the first and last are kinds of gap."""
GAP_KINDS: tuple[Kind, ...] = ("neither", "not_done", "not_written", "not_known")
"""The kinds of gap, most serious first."""
COUNTED: tuple[Kind, ...] = ("met", "not_written", "not_done", "neither", "not_known")
"""The states that add up to the applicable statements, best first."""
LEVELS = ("overall", "area", "question")


@dataclass(frozen=True, kw_only=True)
class Column:
    """What one column of a table holds.

    Attributes:
        dtype: the pandas dtype; a tuple of texts means an ordered category of them.
        means: what a value means, with its unit.
        blank: what ``<NA>`` means; empty if the column is never blank.
    """

    dtype: str | tuple[str, ...]
    means: str
    blank: str = ""

    @property
    def pandas_dtype(self) -> str | pd.CategoricalDtype:
        """The dtype as pandas takes it."""
        return self.dtype if isinstance(self.dtype, str) else _category(self.dtype)


@cache
def _category(values: tuple[str, ...]) -> pd.CategoricalDtype:
    """The ordered category of these values. It is cached because pandas checks each value."""
    import pandas as pd

    return pd.CategoricalDtype(list(values), ordered=True)


Schema = Mapping[str, Column]

SCORES: Schema = {
    "urn": Column(dtype="str", means="the school's unique reference number"),
    "school": Column(dtype="str", means="the school's name"),
    "year": Column(dtype="str", means="academic year, as 2026/27"),
    "phase": Column(dtype=PHASES, means="the school's phase"),
    "framework": Column(dtype="str", means="id of the framework"),
    "area": Column(dtype="str", means="id of the area within the framework"),
    "question": Column(dtype="str", means="id of the question within the framework"),
    "statement": Column(dtype="str", means="permanent id of the statement"),
    "order": Column(dtype="Int32", means="place in the source, counted from 0"),
    "recommended": Column(dtype="boolean", means="whether the framework counts it"),
    "in_scope": Column(dtype="boolean", means="whether it is meant for the school's phase"),
    "protects": Column(dtype=("directly", "indirectly"), means="whether a child is exposed to harm if it fails"),
    "asked_of": Column(dtype="str", means="the role most likely to know"),
    "written": Column(dtype=(*WRITTEN, "na"), means="the answer; na is not applicable", blank="not answered"),
    "practice": Column(
        dtype=tuple(map(str, PRACTICE)), means="level 0 to 4, or unknown", blank="not answered or not applicable"
    ),
    "kind": Column(dtype=KINDS, means="the state that the two answers give"),
    "can_be_met": Column(dtype="boolean", means="met, or met if all that is unknown turns out well"),
    "evidence": Column(dtype="str", means="what the school says would show it; may be empty"),
    "comment": Column(dtype="str", means="the school's comment; may be empty"),
    "not_applicable": Column(dtype="str", means="the reason why it does not apply; empty where it does"),
}
"""One row per school, academic year and statement asked, in source order.

A statement outside the school's phase has a row only if the school answered it.
"""

GAPS: Schema = {
    **SCORES,
    "priority": Column(dtype="Int32", means="1 is the gap to close first; counted within one school and year"),
    "reference": Column(dtype="str", means="section, mark and number in the source"),
    "statement_text": Column(dtype="str", means="the statement, restated"),
    "closes": Column(dtype="str", means="what closes a gap of this kind"),
    "improve": Column(dtype="str", means="how to close the gap for this statement"),
    "evidence_to_look_for": Column(dtype="str", means="what would show that the statement is met"),
    "governors_ask": Column(dtype="str", means="a question that a governor can put"),
}
"""One row per gap: the rows of SCORES that are gaps, most urgent first within a school and year."""

_COUNTS: Schema = {
    "recommended": Column(dtype="Int32", means="recommended statements for the school's phase"),
    "not_applicable": Column(dtype="Int32", means="of these, not applicable with a reason"),
    "applicable": Column(dtype="Int32", means="recommended less not applicable"),
    **{kind: Column(dtype="Int32", means=f"applicable statements that are {kind}") for kind in COUNTED},
    "can_be_met": Column(dtype="Int32", means="met, or met if all that is unknown turns out well"),
    **{f"written_{w}": Column(dtype="Int32", means=f"applicable statements answered {w}") for w in WRITTEN},
    "written_blank": Column(dtype="Int32", means="applicable statements with written unanswered"),
    **{f"practice_{p}": Column(dtype="Int32", means=f"applicable statements at practice {p}") for p in PRACTICE},
    "practice_blank": Column(dtype="Int32", means="applicable statements with practice unanswered"),
    "practice_in_place": Column(dtype="Int32", means="applicable statements at level 3 or 4"),
}
_NO_DENOMINATOR = "nothing applies, or the row is a question: too few statements for a percentage"
_PERCENTS: Schema = {
    f"{measure}_{end}": Column(
        dtype="Float64", means=f"percent, 0 to 100, of applicable: {what}", blank=_NO_DENOMINATOR
    )
    for measure, what in (("coverage", "met"), ("written", "written yes"), ("practice", "at level 3 or 4"))
    for end in ("percent", "lowest", "highest")
}
SUMMARY: Schema = {
    "urn": SCORES["urn"],
    "school": SCORES["school"],
    "year": SCORES["year"],
    "phase": SCORES["phase"],
    "level": Column(dtype=LEVELS, means="what the row sums up"),
    "framework": Column(dtype="str", means="id of the framework", blank="an overall row of several frameworks"),
    "area": Column(dtype="str", means="id of the area", blank="the overall row"),
    "question": Column(dtype="str", means="id of the question", blank="overall and area rows"),
    **_COUNTS,
    **_PERCENTS,
}
"""One row per school, year and question, one per area, one overall, over the recommended statements.

``lowest`` is the figure if everything unknown turns out badly, ``highest`` if it turns out well.
"""


def typed(rows: Mapping[str, object] | pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """The rows as a table with the schema's columns, in the schema's order and with its dtypes."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list(schema))
    dtypes = dict(zip(schema, frame.dtypes, strict=True))
    to_convert = {name: column.pandas_dtype for name, column in schema.items() if dtypes[name] != column.pandas_dtype}
    return checked(frame.astype(to_convert) if to_convert else frame, schema)


def checked(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """The same frame, if it keeps the schema.

    Raises:
        ValueError: columns are missing, have another dtype, or are blank where they may not be; names them all.
    """
    faults = [f"{name} is missing" for name in schema if name not in frame]
    dtypes = dict(zip(frame, frame.dtypes, strict=True))
    for name in schema.keys() & dtypes.keys():
        column = schema[name]
        if dtypes[name] != column.pandas_dtype:
            faults.append(f"{name} is {dtypes[name]}, not {column.pandas_dtype}")
        if not column.blank and frame[name].isna().any():
            faults.append(f"{name} is blank in {int(frame[name].isna().sum())} rows")
    if faults:
        raise ValueError("; ".join(sorted(faults)))
    return frame
