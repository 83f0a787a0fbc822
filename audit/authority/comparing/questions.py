"""QUESTIONS: each school's figures for each question, the numbers of the heat map."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.authority.comparing.selection import Selection
from audit.authority.comparing.tally import MEASURES, percent_of, topic_of
from audit.authority.tables import QUESTIONS
from audit.tables import typed

_SCHOOL = ["urn", "school", "phase", "type", "year"]


def questions(selection: Selection) -> pd.DataFrame:
    """QUESTIONS of a selection: one row per school and question, in source order within a school.

    The share of a desk review is what is written of what applies, since it says nothing of what is done. A question
    of which nothing applies to a school has counts of 0 and no share.
    """
    whole, rows = selection.whole, np.flatnonzero(selection.rows)
    counts = {name: whole.by_question[name][rows] for name in MEASURES}
    audited = selection.self_audits[rows][:, None]
    share = percent_of(np.where(audited, counts["met"], counts["written_yes"]), counts["applicable"])
    width = len(whole.questions)
    about = pd.DataFrame(
        [(c.framework.id, c.area.id, c.question.id, topic_of(c)) for c in whole.questions],
        columns=["framework", "area", "question", "topic"],
        dtype="str",
    )
    schools = whole.returns.table[_SCHOOL].take(np.repeat(rows, width)).reset_index(drop=True)
    topics = about.take(np.tile(np.arange(width), len(rows))).reset_index(drop=True)
    figures = pd.DataFrame({**{name: values.ravel() for name, values in counts.items()}, "share": share.ravel()})
    return typed(pd.concat([schools, topics, figures], axis=1), QUESTIONS)
