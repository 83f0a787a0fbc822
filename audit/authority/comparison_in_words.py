"""The tables over many schools in words, as a page, a report, a CSV or a sheet shows them.

- One row per school, or several: `schools_in_words` to `tracker_in_words`.
- Schools together and in groups: `overview_in_words` to `tally_in_words`.
- The files of a collection, ready to send to schools: `verdicts`, `problems` and `chase`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from audit.authority import question_matrix
from audit.authority.question_matrix import heat_map
from audit.authority.tables import ALL, CHANGE_STATES, STANDINGS
from audit.authority.tracker import Place, sentence
from audit.authority.tracker import tally as counted
from audit.english import moment, plural
from audit.identifiers import SHORT
from audit.tables import COUNTED, GAP_KINDS
from audit.theme import STATES

if TYPE_CHECKING:
    from audit.authority.compare.comparison import Comparison
    from audit.model import Criteria

ALL_SCHOOLS = "All schools"


def group_title(group: str, criteria: Criteria) -> str:
    """The title of a group of schools: of a phase, or of all."""
    titles: Mapping[str, str] = {ALL: ALL_SCHOOLS, **dict(criteria.phases.items())}
    return titles.get(group, group)


def short_title(group: str, criteria: Criteria) -> str:
    """The title of a group in a word or two, for a narrow column or a chart."""
    return {str(phase): title for phase, title in SHORT.items()}.get(group) or group_title(group, criteria)


def phase_titles(column: pd.Series, criteria: Criteria) -> pd.Series:
    """The titles of phases; blank where a phase is not known or not shown."""
    titles = {phase: group_title(phase, criteria) for phase in column.cat.categories}
    return column.astype("str").map(titles).astype("str")


QUARTERS = {1: "lowest", 2: "second lowest", 3: "second highest", 4: "highest"}


def _named(rows: pd.DataFrame, criteria: Criteria) -> dict[str, pd.Series]:
    """The columns that say which school a row is about."""
    return {"School": rows["school"], "URN": rows["urn"], "Phase": phase_titles(rows["phase"], criteria)}


def _school(rows: pd.DataFrame, comparison: Comparison) -> dict[str, pd.Series]:
    """The columns that identify the school of a row: name, URN and phase, or code and phase."""
    columns = _named(rows, comparison.criteria)
    if comparison.names is not None:
        del columns["URN"]
    return columns


def schools_in_words(comparison: Comparison) -> pd.DataFrame:
    """One row per school: its figures, its rank among its peers, and its change."""
    rows = comparison.schools
    table = {
        **_school(rows, comparison),
        "Type": rows["type"],
        "Basis": rows["basis"].str.capitalize(),
        "Apply": rows["applicable"],
        **{STATES[kind].word: rows[kind] for kind in COUNTED},
        coverage_heading(comparison): rows["coverage_percent"],
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


def coverage_heading(comparison: Comparison) -> str:
    """The heading of a column of coverage, in the words of the framework: ``K coverage %``."""
    return f"{comparison.coverage_title} %"


def heat_in_words(schools: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """One row per school, one column per question: how many recommended statements apply and how many of them are met.

    Args:
        schools: COMPARISON, or some of its rows in any order.
        comparison: the comparison.
    """
    cells = heat_map(schools, comparison.questions)
    columns = zip(*cells.texts(), strict=True) if len(schools) else [()] * len(cells.topics)
    about = {
        "School": pd.Series(cells.labels, schools.index, dtype="str"),
        "Phase": phase_titles(schools["phase"], comparison.criteria),
        coverage_heading(comparison): schools["coverage_percent"],
    }
    texts = {
        topic: pd.Series(column, schools.index, dtype="str")
        for topic, column in zip(cells.topics, columns, strict=True)
    }
    return pd.DataFrame({**about, **texts}).reset_index(drop=True)


def written_against_done_in_words(comparison: Comparison) -> pd.DataFrame:
    """One row per school with a self-audit; the school whose policy promises most beyond what is done comes first."""
    rows = comparison.schools[comparison.schools["promise"].notna()]
    rows = rows.sort_values("promise", ascending=False, kind="stable")
    directions = [
        "Promises more" if points > 0 else "Does more" if points < 0 else "Alike" for points in rows["promise"]
    ]
    return pd.DataFrame(
        {
            **_school(rows, comparison),
            "Written %": rows["written_percent"],
            "Done %": rows["practice_percent"],
            "Not done": rows["not_done"],
            "Not written": rows["not_written"],
            "Promised beyond done (points)": rows["promise"],
            "In words": directions,
        }
    ).reset_index(drop=True)


def movement_in_words(comparison: Comparison) -> pd.DataFrame:
    """One row per school with both years: coverage then and now, and what became of its statements."""
    rows = comparison.schools[comparison.schools["moved"].notna()]
    rows = rows.sort_values("change", ascending=False, kind="stable")
    states = pd.crosstab(comparison.changes["urn"], comparison.changes["change"])
    states = states.reindex(index=rows["urn"], columns=CHANGE_STATES, fill_value=0).set_index(rows.index)
    return pd.DataFrame(
        {
            **_school(rows, comparison),
            f"{comparison.before} %": rows["coverage_before"],
            f"{comparison.year} %": coverage_now(comparison, rows),
            "Change (points)": rows["change"],
            "Moved": rows["moved"].astype("str").str.capitalize(),
            **{f"Statements {state}": states[state] for state in CHANGE_STATES},
        }
    ).reset_index(drop=True)


def coverage_now(comparison: Comparison, rows: pd.DataFrame) -> pd.Series:
    """By school with both years, its coverage of this year, of what both years ask.

    Args:
        comparison: the comparison.
        rows: rows of COMPARISON.
    """
    return rows["coverage_before"] + rows["change"] if comparison.asked_once else rows["coverage_percent"]


def training_schools_in_words(comparison: Comparison, priority: int | None = None) -> pd.DataFrame:
    """One row per training and school that needs it.

    Args:
        comparison: the comparison.
        priority: only the schools of this training, without the columns that describe the training.
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


def doubts_in_words(table: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per school and check that found something to ask about.

    Args:
        table: CREDIBILITY.
        criteria: the criteria in use, which name the phases.
    """
    return pd.DataFrame(
        {
            **_named(table, criteria),
            "What to ask about": table["title"],
            "What was found": table["finding"],
            "Weight": table["weight"],
        }
    )


def visits(table: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per school of the visit sample, in the order of the visits.

    Args:
        table: VISITS.
        criteria: the criteria in use, which name the phases.
    """
    return pd.DataFrame(
        {
            "Visit": table["order"],
            **_named(table, criteria),
            "Chosen by": table["rule"].str.capitalize(),
            "Why": table["reason"],
        }
    )


def tracker_in_words(table: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per school that is expected or sent a file: what became of its return.

    Args:
        table: TRACKER.
        criteria: the criteria in use, which name the phases.
    """
    return pd.DataFrame(
        {
            **_named(table, criteria),
            "Type": table["type"],
            "Return": table["standing"].astype("str").str.capitalize(),
            "File": table["file"],
            "Remark": table["remark"],
        }
    )


_ANSWERS = {"written": "Written", "practice": "Done"}


def overview_in_words(comparison: Comparison) -> pd.DataFrame:
    """One row for all schools and one per phase; blank where nothing applies."""
    rows = pd.concat([comparison.overall.to_frame().T, comparison.by_phase], ignore_index=True)
    rows = rows.astype(comparison.by_phase.dtypes.to_dict())
    table = {
        "Schools of": [short_title(group, comparison.criteria) for group in rows["group"]],
        "Returns": rows["returns"],
        "Desk reviews": rows["desk_reviews"],
        "In the figures": rows["schools"],
        coverage_heading(comparison): rows["coverage_percent"],
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


def distribution_in_words(comparison: Comparison) -> pd.DataFrame:
    """One row per band of coverage: how many schools lie in it."""
    bands = question_matrix.schools_by_band(comparison)
    return pd.DataFrame({comparison.coverage_title: bands["band"], "Schools": bands["schools"]})


def forces_in_words(comparison: Comparison) -> pd.DataFrame:
    """One row per force, the weightiest first: how many statements of the schools apply, and what becomes of them."""
    rows = question_matrix.forces(comparison)
    return pd.DataFrame(
        {
            "Force": rows["title"],
            "Apply": rows["applicable"],
            **{STATES[kind].word: rows[kind] for kind in COUNTED},
            "Met %": 100 * rows["met"] / rows["applicable"],
        }
    )


def kinds(comparison: Comparison) -> pd.DataFrame:
    """How many statements are in each state: for all schools, and for the schools with both years, in each of the two."""
    years = question_matrix.kinds_by_year(comparison)
    return pd.DataFrame(
        {
            "Schools": years["which"] + ", " + years["year"],
            "Apply": years["applicable"],
            **{STATES[kind].word: years[kind] for kind in COUNTED},
        }
    )


def grouped_in_words(shares: question_matrix.GroupedShares) -> pd.DataFrame:
    """One row per group: the mean share that its schools meet of each question; blank where nothing applies."""
    columns = {f"{topic} %": shares.shares[:, place] for place, topic in enumerate(shares.topics)}
    return pd.DataFrame({"Schools of": list(shares.groups), "Schools": list(shares.sizes), **columns})


def common_gaps_in_words(comparison: Comparison, group: str | None = None) -> pd.DataFrame:
    """One row per missed recommended statement and group: how many schools miss it, and in which way.

    Args:
        comparison: the comparison.
        group: ``all`` or a phase; if not given, all groups, with a column that names them.
    """
    rows = comparison.common_gaps
    rows = rows[rows["missing"].gt(0).fillna(False) & (True if group is None else rows["group"] == group)]
    criteria = comparison.criteria
    about = {"Schools of": [group_title(name, criteria) for name in rows["group"]]} if group is None else {}
    force = {"Force": _forces_of(rows["statement"], criteria)} if comparison.framework.has_forces else {}
    return pd.DataFrame(
        {
            **about,
            "Reference": rows["reference"],
            "Question": rows["topic"],
            "Statement": rows["statement_text"],
            **force,
            "Protects a child": rows["protects"].astype("str").str.capitalize(),
            "Who knows": [criteria.roles.get(role, role) for role in rows["asked_of"]],
            "Apply to": rows["schools"],
            "Miss it": rows["missing"],
            "Miss it %": rows["share_missing"],
            **{STATES[kind].word: rows[kind] for kind in GAP_KINDS},
        }
    ).reset_index(drop=True)


def _forces_of(statements: pd.Series, criteria: Criteria) -> list[str]:
    """The title of the force of each statement, by its id."""
    marks = [criteria[statement].framework.mark_of(criteria[statement].statement) for statement in statements]
    return [mark.title if mark else "" for mark in marks]


def training_in_words(comparison: Comparison) -> pd.DataFrame:
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


def agreement_table(table: pd.DataFrame) -> pd.DataFrame:
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


def tally_in_words(tracker: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per phase, then all: how many returns are expected and how many were received.

    Args:
        tracker: TRACKER.
        criteria: the criteria in use, which name the phases.
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


_MOST_PROBLEMS = 30


def verdicts(files: pd.DataFrame, problems: pd.DataFrame) -> pd.DataFrame:
    """One row per file: what became of it, and everything to mend in it.

    Args:
        files: FILES.
        problems: PROBLEMS of those files.
    """
    to_mend = _to_mend(problems)
    return pd.DataFrame(
        {
            "File": files["file"],
            "Verdict": files["verdict"].astype("str").str.capitalize(),
            "School": files["school"],
            "URN": files["urn"],
            "Year": files["year"],
            "Completed on": files["completed_on"],
            "Last answer saved": _in_words(files["last_answer_at"]),
            "Workbook last changed": _in_words(files["modified_at"]),
            "Signed": files["signed"],
            "Counts": files["counts"].map({True: "Yes", False: "No"}).astype("str"),
            "Set aside because": files["set_aside"],
            "Faults": files["faults"],
            "Warnings": files["warnings"],
            "What is wrong, and how to mend it": [to_mend.get(file, "") for file in files["file"]],
        }
    ).reset_index(drop=True)


def _in_words(moments: pd.Series) -> list[str]:
    """Moments (UTC) as users see them; empty if not known."""
    return ["" if pd.isna(at) else moment(at.to_pydatetime()) for at in moments]


def _to_mend(problems: pd.DataFrame) -> Mapping[str, str]:
    """By file, one line per problem; if there are very many, only the first."""
    columns = (problems[name] for name in ("file", "sheet", "cell", "what", "fix"))
    lines: dict[str, list[str]] = {}
    for file, sheet, cell, what, fix in zip(*columns, strict=True):
        lines.setdefault(file, []).append(f"{sentence(Place(sheet=sheet, cell=cell), what)} {fix}")
    for problem_lines in lines.values():
        if rest := len(problem_lines[_MOST_PROBLEMS:]):
            problem_lines[_MOST_PROBLEMS:] = [f"{plural(rest, 'more problem')}: see the list of problems."]
    return {file: "\n".join(problem_lines) for file, problem_lines in lines.items()}


def problems(table: pd.DataFrame) -> pd.DataFrame:
    """One row per problem: where it is, what is wrong and how to mend it.

    Args:
        table: PROBLEMS.
    """
    return pd.DataFrame(
        {
            "File": table["file"],
            "School": table["school"],
            "URN": table["urn"],
            "Sheet": table["sheet"],
            "Cell": table["cell"],
            "Kind": table["severity"].astype("str").map({"error": "Fault", "warning": "Warning"}).astype("str"),
            "What is wrong": table["what"],
            "How to mend it": table["fix"],
        }
    ).reset_index(drop=True)


def chase(table: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """One row per school to write to, with what to ask for.

    Args:
        table: CHASE.
        criteria: the criteria in use, which name the phases.
    """
    return pd.DataFrame(
        {
            **_named(table, criteria),
            "Type": table["type"],
            "Return": table["standing"].astype("str").str.capitalize(),
            "File": table["file"],
            "What to ask for": table["ask"],
            "Remark": table["remark"],
        }
    ).reset_index(drop=True)
