"""What schools say together, as tables in words."""

from __future__ import annotations

import pandas as pd

from audit.authority.collecting.tracker import tally as counted
from audit.authority.comparing.comparison import Comparison
from audit.authority.showing import groups
from audit.authority.showing.readable.wording import group_title, short_title
from audit.authority.tables import ALL, CHANGE_STATES, STANDINGS
from audit.model import Criteria
from audit.tables import COUNTED, GAP_KINDS
from audit.theme import STATES

_ANSWERS = {"written": "Written", "practice": "Done"}


def overview(comparison: Comparison) -> pd.DataFrame:
    """One row for all schools and one per phase; blank where nothing applies."""
    rows = pd.concat([comparison.overall.to_frame().T, comparison.by_phase], ignore_index=True)
    rows = rows.astype(comparison.by_phase.dtypes.to_dict())
    table = {
        "Schools of": [short_title(group, comparison.criteria) for group in rows["group"]],
        "Returns": rows["returns"],
        "Desk reviews": rows["desk_reviews"],
        "In the figures": rows["schools"],
        "K coverage %": rows["coverage_percent"],
        "At most %": rows["coverage_highest"],
        "Written %": rows["written_percent"],
        "Done %": rows["practice_percent"],
    }
    if comparison.before is not None:
        table |= {
            "With both years": rows["compared"],
            f"Of these in {comparison.before} %": rows["coverage_before"],
            f"Of these in {comparison.year} %": rows["coverage_compared"],
            "Change (points)": rows["change"],
            "Rose": rows["rose"],
            "Stood still": rows["stood_still"],
            "Fell": rows["fell"],
        }
    return pd.DataFrame(table)


def distribution(comparison: Comparison) -> pd.DataFrame:
    """One row per band of K coverage: how many schools lie in it."""
    bands = groups.distribution(comparison)
    return pd.DataFrame({"K coverage": bands["band"], "Schools": bands["schools"]})


def kinds(comparison: Comparison) -> pd.DataFrame:
    """How many statements are in each state: of all schools, and of those with both years in each of the two."""
    years = groups.kinds_by_year(comparison)
    return pd.DataFrame(
        {
            "Schools": years["which"] + ", " + years["year"],
            "Apply": years["applicable"],
            **{STATES[kind].word: years[kind] for kind in COUNTED},
        }
    )


def grouped(shares: groups.GroupedShares) -> pd.DataFrame:
    """One row per group: the mean share that its schools meet of each question; blank where nothing applies."""
    columns = {f"{topic} %": shares.shares[:, place] for place, topic in enumerate(shares.topics)}
    return pd.DataFrame({"Schools of": list(shares.groups), "Schools": list(shares.sizes), **columns})


def common_gaps(comparison: Comparison, group: str | None = None) -> pd.DataFrame:
    """One row per recommended statement that is missed, and group: how many schools miss it, in which way.

    Args:
        comparison: the comparison.
        group: ``all`` or a phase; if not given, all of them, with a column that says which.
    """
    rows = comparison.common_gaps
    rows = rows[rows["missing"].gt(0).fillna(False) & (True if group is None else rows["group"] == group)]
    criteria = comparison.criteria
    about = {"Schools of": [group_title(one, criteria) for one in rows["group"]]} if group is None else {}
    return pd.DataFrame(
        {
            **about,
            "Reference": rows["reference"],
            "Question": rows["topic"],
            "Statement": rows["statement_text"],
            "Protects a child": rows["protects"].astype("str").str.capitalize(),
            "Who knows": [criteria.roles.get(role, role) for role in rows["asked_of"]],
            "Apply to": rows["schools"],
            "Miss it": rows["missing"],
            "Miss it %": rows["share_missing"],
            **{STATES[kind].word: rows[kind] for kind in GAP_KINDS},
        }
    ).reset_index(drop=True)


def training(comparison: Comparison) -> pd.DataFrame:
    """One row per topic and role: what to train, and how many schools need it."""
    rows = comparison.training
    table = {
        "Priority": rows["priority"],
        "Topic": rows["topic"],
        "For": rows["role"],
        "Schools": rows["schools"],
        "Of": rows["of"],
        "Protects a child directly": rows["directly"],
        "Statements": rows["statements"],
        "What it is to bring about": rows["content"],
    }
    return pd.DataFrame(table)


def change_by_statement(comparison: Comparison) -> pd.DataFrame:
    """One row per statement: in how many schools it was closed, opened and so on since last time."""
    changes, gaps = comparison.changes, comparison.common_gaps
    known = gaps.loc[gaps["group"] == ALL, ["statement", "topic", "statement_text"]]
    counts = pd.crosstab(changes["statement"], changes["change"]).reindex(columns=CHANGE_STATES, fill_value=0)
    rows = known[known["statement"].isin(counts.index)]
    order = [criterion.id for criterion in comparison.criteria if criterion.id in set(rows["statement"])]
    rows, counts = rows.set_index("statement").loc[order], counts.loc[order]
    return pd.DataFrame(
        {
            "Reference": [comparison.criteria[statement].statement.reference for statement in order],
            "Question": rows["topic"],
            "Statement": rows["statement_text"],
            "Schools with both years": counts.sum(axis=1),
            **{state.capitalize(): counts[state] for state in CHANGE_STATES},
        }
    ).reset_index(drop=True)


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """One row per answer over all statements, then per statement: how far schools and adviser agree.

    Args:
        table: AGREEMENT.
    """
    return pd.DataFrame(
        {
            "Statement": table["reference"].where(table["statement"] != ALL, "All statements"),
            "Answer": table["answer"].astype("str").map(_ANSWERS).astype("str"),
            "Schools": table["pairs"],
            "The same %": table["exact"],
            "Weighted kappa": table["kappa"],
            "School above adviser (steps)": table["bias"],
        }
    )


def tally(tracker: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per phase, then all: how many returns are expected and have come.

    Args:
        tracker: TRACKER.
        criteria: the criteria at hand, which name the phases.
    """
    rows = counted(tracker)
    return pd.DataFrame(
        {
            "Schools of": [group_title(phase, criteria).capitalize() for phase in rows["phase"]],
            "Expected": rows["expected"],
            **{standing.capitalize(): rows[standing] for standing in STANDINGS},
            "Received of expected %": rows["percent"],
        }
    )
