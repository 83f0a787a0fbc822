"""What each school says, as tables in words: one row per school, or more than one where it is said."""

from __future__ import annotations

import pandas as pd

from audit.authority.comparing.comparison import Comparison
from audit.authority.showing.heat import heat_map
from audit.authority.showing.readable.wording import phase_titles
from audit.authority.tables import CHANGE_STATES
from audit.model import Criteria
from audit.tables import COUNTED
from audit.theme import STATES

QUARTERS = {1: "lowest", 2: "second lowest", 3: "second highest", 4: "highest"}


def _school(rows: pd.DataFrame, comparison: Comparison) -> dict[str, pd.Series]:
    """What says which school a row is about: its name, URN and phase, or its code."""
    phases = phase_titles(rows["phase"], comparison.criteria)
    if comparison.names is not None:
        return {"School": rows["school"], "Phase": phases}
    return {"School": rows["school"], "URN": rows["urn"], "Phase": phases}


def schools(comparison: Comparison) -> pd.DataFrame:
    """One row per school: its figures, its place among its peers, and its change."""
    rows = comparison.schools
    table = {
        **_school(rows, comparison),
        "Type": rows["type"],
        "Basis": rows["basis"].str.capitalize(),
        "Apply": rows["applicable"],
        **{STATES[kind].word: rows[kind] for kind in COUNTED},
        "K coverage %": rows["coverage_percent"],
        "At most %": rows["coverage_highest"],
        "Written %": rows["written_percent"],
        "Done %": rows["practice_percent"],
        "Rank": rows["rank"],
        "Of peers": rows["peers"],
        "Quarter of its peers": rows["quartile"].map(QUARTERS).astype("str"),
    }
    if comparison.before is not None:
        table |= {
            f"{comparison.before} %": rows["coverage_before"],
            "Change (points)": rows["change"],
            "Moved": rows["moved"].astype("str").str.capitalize(),
        }
    return pd.DataFrame(table)


def heat(schools: pd.DataFrame, questions: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per school, one column per question: how many recommended statements are met, of how many.

    Args:
        schools: COMPARISON, or some of its rows in any order.
        questions: QUESTIONS.
        criteria: the criteria at hand, which name the phases.
    """
    cells = heat_map(schools, questions)
    columns = zip(*cells.texts(), strict=True) if len(schools) else [()] * len(cells.topics)
    about = {
        "School": pd.Series(cells.labels, schools.index, dtype="str"),
        "Phase": phase_titles(schools["phase"], criteria),
        "K coverage %": schools["coverage_percent"],
    }
    texts = {
        topic: pd.Series(column, schools.index, dtype="str")
        for topic, column in zip(cells.topics, columns, strict=True)
    }
    return pd.DataFrame({**about, **texts}).reset_index(drop=True)


def written_against_done(comparison: Comparison) -> pd.DataFrame:
    """One row per school with a self-audit, the one whose policy promises most beyond what is done first."""
    rows = comparison.schools[comparison.schools["promise"].notna()]
    rows = rows.sort_values("promise", ascending=False, kind="stable")
    said = ["Promises more" if more > 0 else "Does more" if more < 0 else "Alike" for more in rows["promise"]]
    return pd.DataFrame(
        {
            **_school(rows, comparison),
            "Written %": rows["written_percent"],
            "Done %": rows["practice_percent"],
            "Not done": rows["not_done"],
            "Not written": rows["not_written"],
            "Promised beyond done (points)": rows["promise"],
            "In words": said,
        }
    ).reset_index(drop=True)


def movement(comparison: Comparison) -> pd.DataFrame:
    """One row per school with both years: K coverage then and now, and what became of its statements."""
    rows = comparison.schools[comparison.schools["moved"].notna()]
    rows = rows.sort_values("change", ascending=False, kind="stable")
    states = pd.crosstab(comparison.changes["urn"], comparison.changes["change"])
    states = states.reindex(index=rows["urn"], columns=CHANGE_STATES, fill_value=0).set_index(rows.index)
    return pd.DataFrame(
        {
            **_school(rows, comparison),
            f"{comparison.before} %": rows["coverage_before"],
            f"{comparison.year} %": rows["coverage_percent"],
            "Change (points)": rows["change"],
            "Moved": rows["moved"].astype("str").str.capitalize(),
            **{f"Statements {state}": states[state] for state in CHANGE_STATES},
        }
    ).reset_index(drop=True)


def training_schools(comparison: Comparison, priority: int | None = None) -> pd.DataFrame:
    """One row per training and school that needs it.

    Args:
        comparison: the comparison.
        priority: the schools of this training alone, without the columns that say which it is.
    """
    rows = comparison.training_schools
    if priority is not None:
        return pd.DataFrame(_school(rows[rows["priority"] == priority], comparison)).reset_index(drop=True)
    about = {
        "Priority": rows["priority"],
        "Topic": rows["topic"],
        "For": rows["role"],
        "Statements": rows["statements"],
    }
    return pd.DataFrame({**about, **_school(rows, comparison)})


def doubts(table: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per school and check that found something to ask about.

    Args:
        table: CREDIBILITY.
        criteria: the criteria at hand, which name the phases.
    """
    return pd.DataFrame(
        {
            "School": table["school"],
            "URN": table["urn"],
            "Phase": phase_titles(table["phase"], criteria),
            "What to ask about": table["title"],
            "What was found": table["finding"],
            "Weight": table["weight"],
        }
    )


def visits(table: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per school of the visit sample, in the order of the visits.

    Args:
        table: VISITS.
        criteria: the criteria at hand, which name the phases.
    """
    return pd.DataFrame(
        {
            "Visit": table["order"],
            "School": table["school"],
            "URN": table["urn"],
            "Phase": phase_titles(table["phase"], criteria),
            "Chosen by": table["rule"].str.capitalize(),
            "Why": table["reason"],
        }
    )


def tracker(table: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per school expected or heard from: what came of its return.

    Args:
        table: TRACKER.
        criteria: the criteria at hand, which name the phases.
    """
    return pd.DataFrame(
        {
            "School": table["school"],
            "URN": table["urn"],
            "Phase": phase_titles(table["phase"], criteria),
            "Type": table["type"],
            "Return": table["standing"].astype("str").str.capitalize(),
            "File": table["file"],
            "Remark": table["remark"],
        }
    )
